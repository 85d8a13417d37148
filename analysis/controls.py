"""The salient part that one would find without any learning.

Beside every statistic of trained networks stand

- untrained networks: the same architecture with fresh random weights, scored in the same way;
- networks trained on shuffled labels: the same graphs, and nothing to be learned;
- random vertices, as many as are salient, that keep some of what is known of those: their number
  only, as in Davies and others (Nature 600, 2021); or how many there are in each rank of each
  interval; or in each rank and of each degree; or in each rank and at each distance from both ends.

What a trained network shares with the first two is no trace of what it learned. What random
vertices share with it needs nothing beyond what they keep: it may still have learned to look there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analysis._draw_kernels import draw, draw_and_count
from analysis.labelled import LabelledGraphs
from analysis.reflections import EDGE_TYPES, Reflections

__all__ = ["DrawnCounts", "Keeping", "count_random", "random_vertices"]

Keeping = Literal["size", "ranks", "degrees", "distances"]
"""What random vertices have in common with the salient ones: `size` their number in the dataset;
`ranks` their number in every rank of every interval; `degrees` that and their degrees; `distances`
the ranks and the directed distances from the bottom and to the top."""


@dataclass(frozen=True, eq=False)
class DrawnCounts:
    """The edges among random vertices.

    Attributes:
        reflections: int64[D, K], for each draw the edges with each reflection.
        by_graph: float64[G, 3], the mean number of edges by graph and type.
        free: Share of the drawn vertices that might have been others: the rest are the salient
            ones themselves, because no other vertex has their rank (and degree).

    Example:
        The bottom of [1324, 3412] and one of its four atoms: the bottom has no other of its rank,
        so only one of the two can be drawn elsewhere, and the edge between them is always there.

        >>> from data_gen.intervals import BruhatInterval
        >>> crown = LabelledGraphs.of_intervals([BruhatInterval("1324", "3412")])
        >>> salient = np.arange(crown.num_nodes) < 2
        >>> drawn = count_random(crown, Reflections.of(crown), salient, "ranks", 100, seed=0)
        >>> drawn.reflections.shape, drawn.by_graph.sum().tolist(), drawn.free
        ((100, 6), 1.0, 0.5)
    """

    reflections: NDArray[np.int64]
    by_graph: NDArray[np.float64]
    free: float


def count_random(
    graphs: LabelledGraphs,
    reflections: Reflections,
    salient: NDArray[np.bool_],
    keeping: Keeping,
    draws: int,
    seed: int,
    among: NDArray[np.bool_] | None = None,
) -> DrawnCounts:
    """Draws random vertices many times and counts the reflections on the edges among them.

    Args:
        graphs: The dataset's graphs.
        reflections: Those of the graphs.
        salient: bool[V].
        keeping: See `Keeping`.
        draws: How many independent draws.
        seed: Same seed, same draws.
        among: bool[V], the vertices that may be drawn; all if None.

    Returns:
        The counts.

    Example:
        >>> import numpy as np
        >>> crown = LabelledGraphs.from_graphs(
        ...     [(3, [0, 1, 1, 2], [0, 0, 1, 2], [1, 2, 3, 3], [1, 2, 2, 1], [2, 3, 3, 2])]
        ... )
        >>> salient = np.array([True, True, False, False])
        >>> drawn = count_random(crown, Reflections.of(crown), salient, "ranks", 100, seed=0)
        >>> drawn.reflections.sum(axis=1).min(), drawn.free
        (np.int64(1), 0.5)
    """
    cells = _Cells.of(graphs, salient, keeping, among)
    counts = np.zeros((draws, reflections.number), np.int64)
    by_graph = np.zeros((graphs.num_graphs, len(EDGE_TYPES)), np.int64)
    draw_and_count(
        cells.members, cells.starts, cells.wanted, graphs.upwards, reflections.of_edge,
        reflections.type_of_edge, graphs.node_graph, counts, by_graph,
        np.zeros(graphs.num_nodes, np.int32), np.array([seed], np.uint64),
    )  # fmt: skip
    return DrawnCounts(counts, by_graph / max(1, draws), cells.free)


def random_vertices(
    graphs: LabelledGraphs,
    salient: NDArray[np.bool_],
    keeping: Keeping,
    draws: int,
    seed: int,
    among: NDArray[np.bool_] | None = None,
) -> Iterator[NDArray[np.bool_]]:
    """Draws random vertices in the place of salient ones; arguments as in `count_random`.

    Yields:
        bool[V], one draw.

    Example:
        >>> import numpy as np
        >>> crown = LabelledGraphs.from_graphs([(3, [0, 1, 1, 2], [0], [1], [1], [2])])
        >>> salient = np.array([True, True, False, False])
        >>> for drawn in random_vertices(crown, salient, "ranks", draws=1, seed=0):
        ...     print(drawn[0], drawn[1:3].sum(), drawn[3])
        True 1 False
    """
    cells = _Cells.of(graphs, salient, keeping, among)
    first = np.arange(len(cells.members)) - np.repeat(cells.starts[:-1], np.diff(cells.starts))
    chosen = first < np.repeat(cells.wanted, np.diff(cells.starts))
    state = np.array([seed], np.uint64)
    for _ in range(draws):
        draw(cells.members, cells.starts, cells.wanted, state)
        mask = np.zeros(graphs.num_nodes, dtype=np.bool_)
        mask[cells.members[chosen]] = True
        yield mask


@dataclass(frozen=True, eq=False)
class _Cells:
    """Vertices that may stand for each other, cell after cell.

    Attributes:
        members: int64[M], the vertices of cells with a salient one.
        starts: int64[C+1], where each cell begins.
        wanted: int64[C], how many salient ones it has.
    """

    members: NDArray[np.int64]
    starts: NDArray[np.int64]
    wanted: NDArray[np.int64]

    @classmethod
    def of(
        cls,
        graphs: LabelledGraphs,
        salient: NDArray[np.bool_],
        keeping: Keeping,
        among: NDArray[np.bool_] | None,
    ) -> _Cells:
        key = _keys(graphs, keeping)
        touched = np.zeros(int(key.max(initial=0)) + 1, dtype=np.bool_)
        touched[key[salient]] = True
        candidates = np.flatnonzero(touched[key] if among is None else touched[key] & among)
        cell = (np.cumsum(touched) - 1)[key[candidates]]
        sizes = np.bincount(cell)
        wanted = np.bincount(cell[salient[candidates]], minlength=len(sizes))
        members = candidates[np.argsort(cell, kind="stable")]
        return cls(members, np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64), wanted)

    @property
    def free(self) -> float:
        total = int(self.wanted.sum())
        moving = np.diff(self.starts) > self.wanted
        return int(self.wanted[moving].sum()) / total if total else 0.0


def _keys(graphs: LabelledGraphs, keeping: Keeping) -> NDArray[np.int64]:
    """A number for each vertex of the dataset, equal for those that may stand for each other."""
    if keeping == "size":
        return np.zeros(graphs.num_nodes, dtype=np.int64)
    if keeping == "ranks":
        return graphs.levels
    return graphs.levels_of_degrees if keeping == "degrees" else graphs.levels_of_distances
