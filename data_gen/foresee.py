"""How much room a dataset will need on the disk, said before the work begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import factorial
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from data_gen.bruhat import unrank_permutations
from data_gen.errors import StorageError
from data_gen.listing import Limits
from data_gen.selections.base import PairSource, Ranks
from data_gen.shards import EDGE_BYTES, NODE_BYTES, ROW_BYTES
from data_gen.storage import format_bytes, free_bytes
from data_gen.words import lengths

__all__ = ["check_disk", "check_disk_before", "check_disk_for_groups"]

COMPRESSION = 0.15
"""Bytes on disk for a byte of rows in memory; measured, rounded up."""

_SMALL_N = 5
_PAIRS_IN_A_BLOCK = 16
_SAMPLED_BLOCKS = 20
_SAMPLED_PAIRS = 50
_SLOW_N = 9  # its table takes seconds, the next one minutes
_FAR_TOO_LARGE = 10


def check_disk_before(sources: Sequence[PairSource], limits: Limits, folder: Path) -> None:
    """Estimates the size of a dataset with every interval of some sources, from a sample.

    Raises:
        StorageError: If it would not fit on the disk.

    Example:
        >>> class Endless:
        ...     n = 6
        ...
        ...     def __len__(self):
        ...         return 10**17
        ...
        ...     def block(self, start):
        ...         return np.array([0]), np.array([719]), start + 1  # all of S_6
        >>> check_disk_before([Endless()], Limits(), Path("."))  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        data_gen.errors.StorageError: the dataset needs about 833850 PB more on the disk of ...
    """
    check_disk(sum(_raw_bytes(source, limits) for source in sources), folder)


def check_disk_for_groups(ns: Sequence[int], limits: Limits, folder: Path) -> None:
    """Refuses all intervals of S_n where no table is needed to see that they are far too many.

    Raises:
        StorageError: If they would need many times what is free.

    Example:
        >>> check_disk_for_groups([10], Limits(), Path("."))  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        data_gen.errors.StorageError: the dataset needs about ... PB more on the disk of ...
    """
    raw = sum(_raw_bytes(_PairsOfGroup(n), limits) for n in ns if n >= _SLOW_N)
    if COMPRESSION * raw > _FAR_TOO_LARGE * free_bytes(folder):
        check_disk(raw, folder)


def check_disk(raw: int, folder: Path) -> None:
    """Compares rows that take `raw` bytes in memory with the room on the disk.

    Raises:
        StorageError: If they would not fit.

    Example:
        >>> check_disk(10**19, Path("."))  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        data_gen.errors.StorageError: the dataset needs about 1500 PB more on the disk of ...
    """
    needed, free = COMPRESSION * raw, free_bytes(folder)
    if needed > free:
        raise StorageError(
            f"the dataset needs about {format_bytes(needed)} more on the disk of {str(folder)!r}, "
            f"where {format_bytes(free)} are free. Make room, choose another disk, a smaller n, "
            "--max-nodes, or --select classes. Running the same command again goes on from here."
        )


class _Places(Protocol):
    """What is asked of a source here."""

    @property
    def n(self) -> int: ...

    def __len__(self) -> int: ...

    def block(self, start: int) -> tuple[Ranks, Ranks, int]: ...


@dataclass(frozen=True)
class _PairsOfGroup:
    """All pairs of S_n; blocks have those of a few that are comparable."""

    n: int

    def __len__(self) -> int:
        return factorial(self.n) ** 2

    def block(self, start: int) -> tuple[Ranks, Ranks, int]:
        from data_gen.sampling_kernels import are_below

        order = factorial(self.n)
        w, x = divmod(start, order)
        xs = (x + np.arange(_PAIRS_IN_A_BLOCK) * (order // _PAIRS_IN_A_BLOCK)) % order
        ws = np.full(_PAIRS_IN_A_BLOCK, w)
        below = are_below(unrank_permutations(xs, self.n), unrank_permutations(ws, self.n))
        return xs[below], ws[below], start + _PAIRS_IN_A_BLOCK


def _raw_bytes(source: _Places, limits: Limits) -> int:
    """What the rows of a source take in memory, by a sample of its blocks; 0 for small ones."""
    if source.n <= _SMALL_N:
        return 0
    rng = np.random.default_rng(0)
    places = rng.integers(len(source), size=_SAMPLED_BLOCKS)
    total, pairs, seen_places = 0, 0, 0
    for place in places.tolist():
        xs, ws, end = source.block(place)
        rows = rng.integers(len(xs), size=min(_SAMPLED_PAIRS, len(xs)))
        raw = _raw_of_pairs(source.n, xs[rows], ws[rows], limits)
        total += raw * len(xs) // max(len(rows), 1)
        pairs += len(xs)
        seen_places += end - place
    return total * len(source) // max(seen_places, 1)


def _raw_of_pairs(
    n: int, ranks_x: NDArray[np.int64], ranks_w: NDArray[np.int64], limits: Limits
) -> int:
    from data_gen.interval_batch import build_intervals, interval_sizes

    xs, ws = unrank_permutations(ranks_x, n), unrank_permutations(ranks_w, n)
    sizes = interval_sizes(xs, ws)
    kept = np.ones(len(xs), dtype=bool)
    if limits.max_nodes is not None:
        kept &= sizes <= limits.max_nodes
    if limits.max_length is not None:
        kept &= lengths(ws) - lengths(xs) <= limits.max_length
    edges = sum(
        int(build_intervals(xs[k : k + 1], ws[k : k + 1]).edge_ends[-1])
        for k in np.flatnonzero(kept).tolist()
    )
    nodes = int(sizes[kept].sum())
    return int(kept.sum()) * ROW_BYTES + NODE_BYTES * nodes + EDGE_BYTES * edges
