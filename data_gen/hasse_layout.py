"""Where the vertices of a Hasse diagram go: ranks in rows, few crossings, the same every time.

The order within the rows comes from barycentre sweeps (Sugiyama, Tagawa and Toda, 1981) over the
covers, up and down in turn, keeping the best; small diagrams are then improved by exchanging
neighbours. Nothing is random, so the same graph always gives the same picture.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data_gen.graph import IntervalGraph

__all__ = ["HasseLayout", "count_crossings", "hasse_layout"]

_SWEEPS = 24
_PATIENCE = 6
_EXCHANGE_NODES = 300
_EXCHANGE_ROUNDS = 30
_SPREAD = 0.3
_MOST_SPREAD = 1.5


@dataclass(frozen=True, eq=False)
class HasseLayout:
    """Positions of the vertices, in units: 1 is the distance of neighbours in the widest row.

    Attributes:
        across: float64[N], horizontal, 0 in the middle.
        ranks: int16[N], the row of each vertex, 0 at the bottom.
        rows: The vertices of each row from left to right, the lowest row first.
        crossings: How many pairs of covers cross.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> layout = hasse_layout(BruhatInterval("1324", "3412").graph)
        >>> layout.rows, layout.widest_row, layout.width
        (((0,), (2, 1, 3, 4), (5, 6, 7, 8), (9,)), 4, 3.0)
    """

    across: NDArray[np.float64]
    ranks: NDArray[np.int16]
    rows: tuple[tuple[int, ...], ...]
    crossings: int

    @property
    def width(self) -> float:
        """Horizontal distance of the outermost vertices."""
        return float(np.ptp(self.across)) if len(self.across) else 0.0

    @property
    def widest_row(self) -> int:
        """Number of vertices of the largest rank."""
        return max(map(len, self.rows), default=0)


def hasse_layout(graph: IntervalGraph) -> HasseLayout:
    """Finds places for the vertices of the Hasse diagram of a ranked graph.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> layout = hasse_layout(BruhatInterval("123", "321").graph)
        >>> layout.rows
        ((0,), (1, 2), (3, 4), (5,))
        >>> layout.crossings
        1
    """
    ranks = range(graph.length + 1)
    rows = [np.flatnonzero(graph.ranks == rank) for rank in ranks] if graph.num_nodes else []
    neighbours = _Neighbours(graph)
    rows = _sweep(rows, neighbours)
    if graph.num_nodes <= _EXCHANGE_NODES:
        rows = _exchange(rows, neighbours)
    return HasseLayout(
        across=_across(rows, graph.num_nodes),
        ranks=graph.ranks,
        rows=tuple(tuple(row.tolist()) for row in rows),
        crossings=_crossings(rows, neighbours),
    )


def count_crossings(graph: IntervalGraph, layout: HasseLayout) -> int:
    """How many pairs of covers cross, looked at pair by pair; slow, for checks.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> graph = BruhatInterval("123", "321").graph
        >>> count_crossings(graph, hasse_layout(graph))
        1
    """
    lower, upper = graph.sources[graph.covers], graph.targets[graph.covers]
    below = np.sign(layout.across[lower][:, None] - layout.across[lower])
    above = np.sign(layout.across[upper][:, None] - layout.across[upper])
    together = layout.ranks[lower][:, None] == layout.ranks[lower]
    return int(np.count_nonzero((below * above < 0) & together)) // 2


class _Neighbours:
    """The covers of a graph: who is below and above each vertex."""

    def __init__(self, graph: IntervalGraph) -> None:
        self.size = graph.num_nodes
        self.lower = graph.sources[graph.covers]
        self.upper = graph.targets[graph.covers]
        self.below = _adjacency(self.size, self.upper, self.lower)
        self.above = _adjacency(self.size, self.lower, self.upper)

    def means(self, across: NDArray[np.float64], upwards: bool) -> NDArray[np.float64]:
        """float64[N], the mean position of the neighbours below (above if not `upwards`)."""
        mine, theirs = (self.upper, self.lower) if upwards else (self.lower, self.upper)
        number = np.bincount(mine, minlength=self.size)
        total = np.bincount(mine, weights=across[theirs], minlength=self.size)
        return np.where(number > 0, total / np.maximum(number, 1), across)


def _adjacency(
    size: int, keys: NDArray[np.int32], values: NDArray[np.int32]
) -> list[NDArray[np.int32]]:
    order = np.argsort(keys, kind="stable")
    ends = np.cumsum(np.bincount(keys, minlength=size))
    return np.split(values[order], ends[:-1]) if size else []


def _across(rows: list[NDArray[np.intp]], size: int) -> NDArray[np.float64]:
    """Rows are centred; short ones are spread out a little."""
    across = np.zeros(size)
    widest = max(map(len, rows), default=1)
    for row in rows:
        gap = min(_MOST_SPREAD, (widest / len(row)) ** _SPREAD)
        gap = min(gap, (widest - 1) / (len(row) - 1)) if len(row) > 1 else 1.0
        across[row] = (np.arange(len(row)) - (len(row) - 1) / 2) * gap
    return across


def _sweep(rows: list[NDArray[np.intp]], neighbours: _Neighbours) -> list[NDArray[np.intp]]:
    rows = list(rows)
    best, fewest, stale = list(rows), _crossings(rows, neighbours), 0
    for sweep in range(_SWEEPS):
        upwards = sweep % 2 == 0
        across = _across(rows, neighbours.size)
        for rank in range(len(rows)) if upwards else reversed(range(len(rows))):
            row = rows[rank]
            # Rounded, so that the last bits of a float decide nothing.
            means = np.round(_row_means(row, neighbours, across, upwards), 9)
            rows[rank] = row[np.argsort(means, kind="stable")]
            across[rows[rank]] = np.sort(across[row])
        crossings = _crossings(rows, neighbours)
        stale += 1
        if crossings < fewest:
            best, fewest, stale = list(rows), crossings, 0
        if stale == _PATIENCE or fewest == 0:
            break
    return best


def _row_means(
    row: NDArray[np.intp], neighbours: _Neighbours, across: NDArray[np.float64], upwards: bool
) -> NDArray[np.float64]:
    near = neighbours.below if upwards else neighbours.above
    return np.array([across[near[v]].mean() if len(near[v]) else across[v] for v in row.tolist()])


def _crossings(rows: list[NDArray[np.intp]], neighbours: _Neighbours) -> int:
    """Counts inversions: covers sorted by their lower end, out of order at their upper end."""
    place = np.zeros(neighbours.size, dtype=np.int64)
    rank = np.zeros(neighbours.size, dtype=np.int64)
    for number, row in enumerate(rows):
        place[row] = np.arange(len(row))
        rank[row] = number
    lower, upper = neighbours.lower, neighbours.upper
    order = np.lexsort((place[upper], place[lower], rank[lower]))
    crossings = 0
    seen: list[int] = []
    current = -1
    rank_list, upper_list = rank[lower][order].tolist(), place[upper][order].tolist()
    for row_number, target in zip(rank_list, upper_list, strict=True):
        if row_number != current:
            seen, current = [], row_number
        crossings += len(seen) - bisect_right(seen, target)
        insort(seen, target)
    return crossings


def _exchange(rows: list[NDArray[np.intp]], neighbours: _Neighbours) -> list[NDArray[np.intp]]:
    """Exchanges neighbours in a row as long as that removes crossings."""
    words = [row.tolist() for row in rows]
    place = np.zeros(neighbours.size, dtype=np.int64)
    for row in words:
        place[row] = np.arange(len(row))
    for _ in range(_EXCHANGE_ROUNDS):
        changed = False
        for row in words:
            for i in range(len(row) - 1):
                u, v = row[i], row[i + 1]
                if _saved(u, v, neighbours, place) > 0:
                    row[i], row[i + 1] = v, u
                    place[u], place[v] = i + 1, i
                    changed = True
        if not changed:
            break
    return [np.array(row, dtype=np.intp) for row in words]


def _saved(u: int, v: int, neighbours: _Neighbours, place: NDArray[np.int64]) -> int:
    """How many crossings fewer if u, the left neighbour of v, goes to its right."""
    saved = 0
    for near in (neighbours.below, neighbours.above):
        difference = place[near[u]][:, None] - place[near[v]]
        saved += int(np.count_nonzero(difference > 0)) - int(np.count_nonzero(difference < 0))
    return saved
