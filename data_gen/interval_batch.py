"""Many Bruhat intervals at once, as flat arrays, and their sizes without listing them.

The arrays are what the compiled kernels, the datasets and the certificates exchange; permutations
in them are 0-indexed. For one interval and its elements see `data_gen.intervals`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data_gen import interval_kernels as kernels
from data_gen.errors import IntervalError, UsageError
from data_gen.graph import IntervalGraph
from data_gen.memory import require_memory
from data_gen.permutations import (
    Permutation,
    PermutationLike,
    format_permutation,
    from_array,
    length,
    parse_pair,
    to_array,
)

__all__ = [
    "IntervalBatch",
    "build_intervals",
    "check_rank",
    "interval_rank_sizes",
    "interval_size",
    "interval_sizes",
    "pieces",
    "why_not_below",
]


@dataclass(frozen=True, eq=False)
class IntervalBatch:
    """The Bruhat graphs of K intervals of one S_n, one after the other in flat arrays.

    Attributes:
        node_ends: int64[K + 1]; interval k has the vertices ``node_ends[k] : node_ends[k + 1]``.
        edge_ends: int64[K + 1], the same for edges.
        elements: int8[N, n], 0-indexed one-line notation.
        ranks: int16[N].
        sources: int32[E], numbered within each interval.
        targets: int32[E].
        reflections: int8[E, 2], positions i < j, 1-indexed.

    Example:
        >>> xs, ws = np.array([[0, 2, 1, 3], [0, 1, 2, 3]]), np.array([[2, 3, 0, 1], [0, 2, 3, 1]])
        >>> batch = build_intervals(xs, ws)  # [1324, 3412] and [1234, 1342]
        >>> batch.node_ends.tolist(), batch.edge_ends.tolist(), batch.elements[9].tolist()
        ([0, 10, 14], [0, 16, 20], [2, 3, 0, 1])
        >>> batch.graph(0)
        IntervalGraph(nodes=10, edges=16, length=3, rank_sizes=[1, 4, 4, 1])
    """

    node_ends: NDArray[np.int64]
    edge_ends: NDArray[np.int64]
    elements: NDArray[np.int8]
    ranks: NDArray[np.int16]
    sources: NDArray[np.int32]
    targets: NDArray[np.int32]
    reflections: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.node_ends) - 1

    def graph(self, k: int) -> IntervalGraph:
        """The graph of interval k; its arrays are views of the batch."""
        nodes = slice(self.node_ends[k], self.node_ends[k + 1])
        edges = slice(self.edge_ends[k], self.edge_ends[k + 1])
        return IntervalGraph(
            self.ranks[nodes], self.sources[edges], self.targets[edges], self.reflections[edges]
        )

    def __iter__(self) -> Iterator[IntervalGraph]:
        return (self.graph(k) for k in range(len(self)))


def build_intervals(xs: NDArray[np.int8], ws: NDArray[np.int8]) -> IntervalBatch:
    """Builds the Bruhat graphs of many intervals of one S_n.

    Memory grows with the total number of edges, so give a few thousand at a time.

    Args:
        xs: int8[K, n], 0-indexed one-line notation, n up to 15.
        ws: int8[K, n].

    Raises:
        IntervalError: If some ``xs[k]`` is not below ``ws[k]``.
        MemoryLimitError: If the graphs would not fit into memory.
        UsageError: If the shapes differ or n is larger than 15.

    Example:
        >>> xs = np.array([[0, 1, 2], [0, 2, 1]], dtype=np.int8)
        >>> ws = np.array([[2, 1, 0], [2, 1, 0]], dtype=np.int8)
        >>> [graph.num_edges for graph in build_intervals(xs, ws)]
        [9, 4]
    """
    xs, ws = _as_pairs(xs, ws)
    sizes = kernels.count_sizes(xs, ws)
    if not sizes.all():
        k = int(np.flatnonzero(sizes == 0)[0])
        raise IntervalError(why_not_below(from_array(xs[k]), from_array(ws[k])))
    n = xs.shape[1]
    room = int(sizes @ _noninversions(xs))
    _check_memory(int(sizes.sum()), room, n, f"the graphs of {len(xs)} intervals of S_{n}")
    node_ends = np.concatenate([[0], np.cumsum(sizes)])
    edge_ends, elements, ranks, sources, targets, reflections = kernels.build_graphs(
        xs, ws, node_ends, room
    )
    if 2 * edge_ends[-1] < room:  # give the unused half back
        sources, targets, reflections = sources.copy(), targets.copy(), reflections.copy()
    return IntervalBatch(node_ends, edge_ends, elements, ranks, sources, targets, reflections)


def interval_size(x: PermutationLike, w: PermutationLike) -> int:
    """Counts the elements of [x, w] without listing them; 0 if x is not below w.

    Time and memory grow with 2^n at worst, not with the size.

    Example:
        >>> interval_size("1324", "3412")
        10
        >>> interval_size(range(1, 15), range(14, 0, -1))
        87178291200
    """
    below, above = parse_pair(x, w)
    return int(interval_sizes(to_array(below)[None], to_array(above)[None])[0])


def interval_sizes(xs: NDArray[np.int8], ws: NDArray[np.int8]) -> NDArray[np.int64]:
    """Counts the elements of many intervals; 0 where x is not below w.

    Args:
        xs: int8[K, n], 0-indexed one-line notation, n up to 15.
        ws: int8[K, n].

    Returns:
        int64[K].

    Example:
        >>> interval_sizes(np.array([[0, 1], [1, 0]]), np.array([[1, 0], [0, 1]]))
        array([2, 0])
    """
    return kernels.count_sizes(*_as_pairs(xs, ws))


def pieces(sizes: NDArray[np.integer], most: int = 250_000) -> Iterator[slice]:
    """Consecutive stretches of intervals, of not many more than so many elements.

    Example:
        >>> list(pieces(np.array([3, 3, 3]), most=5))
        [slice(0, 1, None), slice(1, 3, None)]
    """
    bins = np.cumsum(sizes, dtype=np.int64) // most
    cuts = (np.flatnonzero(np.diff(bins)) + 1).tolist()
    yield from map(slice, [0, *cuts], [*cuts, len(sizes)])


def interval_rank_sizes(x: PermutationLike, w: PermutationLike) -> tuple[int, ...]:
    """How many elements of [x, w] have each length, from x up, without listing them.

    Example:
        >>> interval_rank_sizes("1234", "3412")
        (1, 3, 5, 4, 1)
    """
    below, above = parse_pair(x, w)
    check_rank(len(below))
    sizes = kernels.count_rank_sizes(to_array(below), to_array(above))
    return tuple(sizes[length(below) : length(above) + 1].tolist()) if sizes.any() else ()


def why_not_below(x: Permutation, w: Permutation) -> str:
    """Says which condition of ``x <= w`` fails; empty if none does.

    The criterion is Ehresmann's: ``#{a<=i : x(a)>=k} <= #{a<=i : w(a)>=k}`` for all i and k.

    Example:
        >>> why_not_below((1, 3, 2, 4), (1, 2, 4, 3))
        '1324 is not below 1243 in Bruhat order: #{a<=2 : x(a)>=3} = 1, but #{a<=2 : w(a)>=3} = 0.'
        >>> why_not_below((1, 3, 2, 4), (3, 4, 1, 2))
        ''
    """
    counts = _counts(x) - _counts(w)
    failures = np.argwhere(counts > 0)
    if not len(failures):
        return ""
    i, k = (int(index) + 1 for index in failures[0])
    below, above = (_counts(z)[i - 1, k - 1] for z in (x, w))
    text = (
        f"{format_permutation(x)} is not below {format_permutation(w)} in Bruhat order: "
        f"#{{a<={i} : x(a)>={k}}} = {below}, but #{{a<={i} : w(a)>={k}}} = {above}."
    )
    return text + (" It is above: exchange the two." if not (counts < 0).any() else "")


def _counts(x: Permutation) -> NDArray[np.int64]:
    """int64[n, n], at (i-1, k-1) the number of a <= i with x(a) >= k."""
    values = np.arange(1, len(x) + 1)
    table: NDArray[np.int64] = np.cumsum(np.asarray(x)[:, None] >= values, axis=0)
    return table


def _noninversions(xs: NDArray[np.int8]) -> NDArray[np.int64]:
    """How many reflections make each x longer: no element above x has more edges upwards."""
    i, j = np.triu_indices(xs.shape[1], 1)
    counts: NDArray[np.int64] = np.count_nonzero(xs[:, i] < xs[:, j], axis=1)
    return counts


def _as_pairs(xs: Any, ws: Any) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    below, above = (np.ascontiguousarray(array, dtype=np.int8) for array in (xs, ws))
    if below.ndim != 2 or below.shape != above.shape:
        raise UsageError(f"Shapes {below.shape} and {above.shape}: both must be (K, n).")
    check_rank(below.shape[1])
    return below, above


def check_rank(n: int) -> None:
    """Refuses an n for which subsets no longer fit into a word.

    Raises:
        UsageError: If n is larger than 15.

    Example:
        >>> check_rank(15)
        >>> check_rank(16)
        Traceback (most recent call last):
        data_gen.errors.UsageError: Intervals are computed in S_n for n up to 15, not 16.
    """
    if n > kernels.MAX_N:
        raise UsageError(f"Intervals are computed in S_n for n up to {kernels.MAX_N}, not {n}.")


def _check_memory(nodes: int, edges: int, n: int, what: str) -> None:
    """Refuses before starting; counts every array of `build_graphs`."""
    require_memory(
        nodes * (2 * n + 12) + edges * 10,
        f"Building {what} ({nodes:,} vertices)",
        "Take smaller intervals, or fewer at a time.",
    )
