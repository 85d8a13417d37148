"""The intervals that a suite is asked about: a selection of `data_gen`, within limits."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data_gen import schema
from data_gen.bruhat import unrank_permutations
from data_gen.cores import canonical_cores, split_key
from data_gen.generation import generate
from data_gen.interval_batch import pieces
from data_gen.kl_pairs import polynomials_of_cores
from data_gen.listing import core_sizes
from data_gen.manifest import Parameters
from data_gen.progress import Progress, no_progress
from data_gen.selections.base import PairSource, Selection
from data_gen.selections.registry import find_selection
from klgnn.quotient import QuotientBuilder
from klgnn.quotient.pairs import pairs_of

__all__ = ["Intervals", "add_intervals"]

_BLOCKS_AT_A_TIME = 100

Words = NDArray[np.int8]


@dataclass(frozen=True)
class Intervals:
    """Which intervals.

    Attributes:
        n: In which S_n.
        select: The name of a selection of `data_gen.selections`.
        max_nodes: The most elements.
        min_nodes: The fewest elements.
        min_degree: The least degree of the polynomial.
    """

    n: int
    select: str = "extremal"
    max_nodes: int | None = None
    min_nodes: int = 1
    min_degree: int = 0

    @property
    def command(self) -> str:
        """The `klgnn generate` that lists them (for small ones and low degrees, more than them)."""
        limit = "" if self.max_nodes is None else f" --max-nodes {self.max_nodes}"
        return f"klgnn generate --n {self.n} --select {self.select}{limit}"


def add_intervals(
    builder: QuotientBuilder,
    intervals: Intervals,
    folder: Path,
    workers: int = 1,
    progress: Progress | None = None,
) -> int:
    """Puts intervals into a quotient, each core once.

    A selection that keeps one interval of each kind is made as a dataset folder, by the same code
    as `klgnn generate` and as resumable. Of any other one nearly all rows would be copies, so the
    pairs are listed and only their cores kept (`data_gen.cores`): 1,147,956 extremal pairs of S_8
    have 32,994 cores.

    Args:
        builder: Takes them.
        intervals: Which ones.
        folder: Where a dataset folder may be made.
        workers: Processes that make it.
        progress: Where to show how far it is.

    Returns:
        How many were put in.

    Raises:
        UsageError: If there is no such selection, or n is out of its range.
        StorageError: If a dataset does not fit on the disk.

    Example:
        >>> builder = QuotientBuilder()
        >>> add_intervals(builder, Intervals(4, min_degree=1), Path("."))
        2
        >>> builder.finish()
        Quotient(classes=4, edges=3, largest=10, corank=3)
    """
    show = progress or no_progress
    selection = find_selection(intervals.select)
    added = 0
    if selection.one_per:
        dataset = generate(
            intervals.n,
            folder / _name(intervals),
            intervals.select,
            max_nodes=intervals.max_nodes,
            workers=workers,
            progress=show,
        )
        with show(f"quotient of {intervals.select} of S_{intervals.n}") as report:
            for table in dataset.scan([schema.N, schema.X, schema.W, schema.NUM_NODES, schema.KL]):
                degrees = np.array([len(p) - 1 for p in table[schema.KL].to_pylist()])
                large = table[schema.NUM_NODES].to_numpy() >= intervals.min_nodes
                kept = large & (degrees >= intervals.min_degree)
                for xs, ws, sizes in pairs_of(table.filter(kept)):
                    added += _add(builder, xs, ws, sizes)
                report(added, dataset.num_rows)
        return added
    cores, sizes = _listed_cores(intervals, selection, show)
    with show(f"quotient of {intervals.select} of S_{intervals.n}") as report:
        degrees, bottoms = split_key(cores[:, 0])
        for m in np.unique(degrees).tolist():
            rows = degrees == m
            xs, ws = (unrank_permutations(ranks[rows], m) for ranks in (bottoms, cores[:, 1]))
            added += _add(builder, xs, ws, sizes[rows])
            report(added, len(cores))
    return added


def _name(intervals: Intervals) -> str:
    limit = "" if intervals.max_nodes is None else f"-{intervals.max_nodes}"
    return f"s{intervals.n}-{intervals.select}{limit}"


def _add(builder: QuotientBuilder, xs: Words, ws: Words, sizes: NDArray[np.int64]) -> int:
    for piece in pieces(sizes):
        builder.add(xs[piece], ws[piece])
    return len(xs)


def _listed_cores(
    intervals: Intervals, selection: Selection, progress: Progress
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The cores within the limits, ascending, and their numbers of elements."""
    parameters = Parameters((intervals.n,), intervals.select)
    cores = _cores(selection.source(intervals.n, parameters, progress), progress)
    sizes = core_sizes(cores)
    kept = sizes >= intervals.min_nodes
    if intervals.max_nodes is not None:
        kept &= sizes <= intervals.max_nodes
    cores, sizes = cores[kept], sizes[kept]
    if intervals.min_degree:
        degrees = np.array([len(p) - 1 for p in polynomials_of_cores(cores)], dtype=np.int64)
        high = degrees >= intervals.min_degree
        cores, sizes = cores[high], sizes[high]
    return cores, sizes


def _cores(source: PairSource, progress: Progress) -> NDArray[np.int64]:
    """All distinct cores; memory is bounded by theirs and that of a few blocks."""
    seen, place = [np.empty((0, 2), np.int64)], 0
    with progress(f"listing pairs of S_{source.n}") as report:
        while place < len(source):
            xs, ws, place = source.block(place)
            seen.append(np.unique(canonical_cores(source.n, xs, ws), axis=0))
            if len(seen) > _BLOCKS_AT_A_TIME:
                seen = [np.unique(np.concatenate(seen), axis=0)]
            report(place, len(source))
    return np.unique(np.concatenate(seen), axis=0)
