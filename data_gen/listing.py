"""Writing down the pairs of a selection, with polynomials, sizes and cores.

Pairs are listed block by block and go to Parquet files in the scratch folder, so that memory does
not grow with their number. A file is kept by the journal: a killed listing goes on after the last
one.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data_gen import schema
from data_gen.bruhat import unrank_permutations
from data_gen.cores import canonical_cores, split_key
from data_gen.interval_batch import interval_sizes
from data_gen.journal import PARTIAL_FOLDER, Journal, parquet_bytes
from data_gen.parallel import run_tasks
from data_gen.progress import Progress
from data_gen.row_query import RowQuery
from data_gen.selections.base import PairSource
from data_gen.words import lengths

__all__ = ["CORE_W", "CORE_X", "Limits", "Listed", "core_sizes", "list_pairs"]

CORE_X, CORE_W = "core_x", "core_w"
"""The columns of a core, see `data_gen.cores.canonical_cores`."""

_CORES_IN_A_TASK = 20_000


@dataclass(frozen=True)
class Limits:
    """Which of the pairs are looked at.

    Attributes:
        max_nodes: Intervals with more elements are left out; None keeps all.
        max_length: Intervals with a larger l(w) - l(x) are left out.
        where: A query over columns known before the graphs.
    """

    max_nodes: int | None = None
    max_length: int | None = None
    where: RowQuery | None = None


@dataclass(frozen=True)
class Listed:
    """The files of a finished listing.

    Attributes:
        files: Relative to the dataset folder.
        pairs: How many pairs are in them.
        left_out: How many pairs of the selection the limits left out.
    """

    files: tuple[str, ...]
    pairs: int
    left_out: int


def list_pairs(
    source: PairSource,
    limits: Limits,
    journal: Journal,
    executor: Executor | None,
    progress: Progress,
) -> Listed:
    """Lists all pairs of a source within the limits.

    Args:
        source: Where the pairs come from.
        limits: Which of them to keep.
        journal: Keeps the files that are finished.
        executor: Where sizes and polynomials are computed; None for this process.
        progress: Where to show how far it is.

    Example:
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> from data_gen.manifest import Parameters
        >>> from data_gen.progress import no_progress
        >>> from data_gen.selections import find_selection
        >>> parameters = Parameters((4,), "all")
        >>> source = find_selection("all").source(4, parameters, no_progress)
        >>> with TemporaryDirectory() as name:
        ...     journal = Journal(Path(name), {"parameters": parameters.to_dict()})
        ...     journal.start()
        ...     list_pairs(source, Limits(max_length=2), journal, None, no_progress)
        Listed(files=('.klgnn-partial/pairs-04-0000000000.parquet',), pairs=145, left_out=68)
    """
    files, pairs, left_out, start = [], 0, 0, 0
    with progress(f"listing pairs of S_{source.n}") as report:
        while start < len(source):
            file = f"{PARTIAL_FOLDER}/pairs-{source.n:02d}-{start:010d}.parquet"
            if journal.whole(file) is None:
                data, record = _fill(source, start, limits, executor, report)
                journal.write(file, data, **record)
            record = journal.done[file]
            files.append(file)
            pairs += record["pairs"]
            left_out += record["left_out"]
            start = record["end"]
            report(start, len(source))
    return Listed(tuple(files), pairs, left_out)


def core_sizes(cores: NDArray[np.int64]) -> NDArray[np.int64]:
    """Counts the elements of some cores; see `data_gen.cores`.

    Args:
        cores: int64[C, 2].

    Returns:
        int64[C].

    Example:
        >>> cores = canonical_cores(4, np.array([2, 0]), np.array([16, 3]))
        >>> core_sizes(cores)  # of [1324, 3412] and [1234, 1342]
        array([10,  4])
    """
    sizes = np.empty(len(cores), np.int64)
    degrees, bottoms = split_key(cores[:, 0])
    for m in np.unique(degrees).tolist():
        rows = np.flatnonzero(degrees == m)
        xs = unrank_permutations(bottoms[rows], m)
        sizes[rows] = interval_sizes(xs, unrank_permutations(cores[rows, 1], m))
    return sizes


def _fill(
    source: PairSource,
    start: int,
    limits: Limits,
    executor: Executor | None,
    report: Callable[[int, int], None],
) -> tuple[bytes, dict[str, Any]]:
    """One file, as bytes, and what the journal records about it."""
    blocks, seen, pairs, end = [], 0, 0, start
    while end < len(source) and pairs < source.pairs_in_a_file:
        xs, ws, end = source.block(end)
        gaps = _lengths(ws, source.n) - _lengths(xs, source.n)
        near = np.ones(len(xs), dtype=bool)
        if limits.max_length is not None:
            near = gaps <= limits.max_length
        blocks.append((xs[near], ws[near], gaps[near]))
        seen += len(xs)
        pairs += int(near.sum())
        report(end, len(source))
    xs, ws, gaps = (np.concatenate(column) for column in zip(*blocks, strict=True))
    table = _describe(source, xs, ws, gaps, limits, executor)
    record = {"end": end, "pairs": table.num_rows, "left_out": seen - table.num_rows}
    return parquet_bytes(table), record


def _describe(
    source: PairSource,
    xs: NDArray[np.int64],
    ws: NDArray[np.int64],
    gaps: NDArray[np.int64],
    limits: Limits,
    executor: Executor | None,
) -> Any:
    """The pairs within the limits as an Arrow table."""
    import pyarrow as pa

    cores = canonical_cores(source.n, xs, ws)
    sizes = _sizes(cores, executor)
    kept = sizes <= (limits.max_nodes or np.iinfo(np.int64).max)
    xs, ws, gaps, cores, sizes = (a[kept] for a in (xs, ws, gaps, cores, sizes))
    numbers, texts = source.polynomials(xs, ws, executor)
    if limits.where is not None:
        kept = limits.where.mask(
            {
                schema.N: np.full(len(xs), source.n),
                schema.X: xs,
                schema.W: ws,
                schema.LENGTH: gaps,
                schema.NUM_NODES: sizes,
                schema.KL: np.array(texts)[numbers],
            }
        )
        xs, ws, gaps, cores, sizes = (a[kept] for a in (xs, ws, gaps, cores, sizes))
        numbers = numbers[kept]
    kl = pa.DictionaryArray.from_arrays(pa.array(numbers, pa.int32()), pa.array(texts, pa.string()))
    return pa.table(
        {
            schema.N: pa.array(np.full(len(xs), source.n), pa.int8()),
            schema.X: xs,
            schema.W: ws,
            schema.LENGTH: pa.array(gaps, pa.int16()),
            schema.NUM_NODES: sizes,
            schema.KL: kl,
            CORE_X: cores[:, 0],
            CORE_W: cores[:, 1],
        }
    )


def _sizes(cores: NDArray[np.int64], executor: Executor | None) -> NDArray[np.int64]:
    """Elements of each core; equal cores are counted once."""
    distinct, place = _distinct_rows(cores)
    sizes = np.empty(len(distinct), np.int64)
    tasks = (
        (begin, (distinct[begin : begin + _CORES_IN_A_TASK],))
        for begin in range(0, len(distinct), _CORES_IN_A_TASK)
    )
    for begin, found in run_tasks(core_sizes, tasks, executor):
        sizes[begin : begin + len(found)] = found
    return sizes[place]


def _distinct_rows(keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The distinct rows, ascending, and for each row its place among them."""
    order = np.lexsort((keys[:, 1], keys[:, 0]))
    ordered = keys[order]
    new = np.ones(len(keys), dtype=bool)
    new[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    place = np.empty(len(keys), dtype=np.int64)
    place[order] = np.cumsum(new) - 1
    return ordered[new], place


def _lengths(ranks: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    return lengths(unrank_permutations(ranks, n)).astype(np.int64)
