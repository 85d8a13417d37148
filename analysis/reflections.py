"""Which reflections occur in a salient part, against their share in the whole dataset.

An edge x -> xt of a Bruhat graph carries the reflection t = (i, j), as positions counted from 1.
Davies and others (Nature 600, 2021, Fig. 5) sort them into

- simple: (i, i+1);
- extremal: (1, j) or (i, n), unless simple;
- other: the rest.

So (1, 2) and (n-1, n) are simple, and (1, n) is extremal.

The over-representation of a type is (share among the salient edges) / (share among all edges) - 1:
0.09 means nine per cent more than its share. Alone it says nothing about learning, because salient
vertices sit where the graph's ends are and so does each type: see `analysis.controls`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.labelled import LabelledGraphs

__all__ = [
    "EDGE_TYPES",
    "Reflections",
    "counts_by_type",
    "edge_types",
    "over_representation",
]

EDGE_TYPES = ("simple", "extremal", "other")
"""Names of the types, in the order of their numbers."""

_SIMPLE, _EXTREMAL, _OTHER = range(3)


def edge_types(
    i: NDArray[np.integer], j: NDArray[np.integer], n: NDArray[np.integer] | int
) -> NDArray[np.int8]:
    """Sorts reflections into the three types.

    Args:
        i: int[E], first positions, counted from 1.
        j: int[E], second positions, i < j <= n.
        n: The n of S_n, one for all or int[E].

    Returns:
        int8[E], indices into `EDGE_TYPES`.

    Example:
        >>> import numpy as np
        >>> types = edge_types(np.array([1, 1, 1, 2, 2]), np.array([2, 3, 4, 3, 4]), 4)
        >>> [EDGE_TYPES[t] for t in types]
        ['simple', 'extremal', 'extremal', 'simple', 'extremal']
    """
    first, second, size = (np.asarray(part, dtype=np.int64) for part in (i, j, n))
    extremal = np.where((first == 1) | (second == size), _EXTREMAL, _OTHER)
    return np.where(second - first == 1, _SIMPLE, extremal).astype(np.int8)


def counts_by_type(
    graphs: LabelledGraphs, edges: NDArray[np.bool_] | None = None
) -> NDArray[np.int64]:
    """Counts edges by graph and type.

    Args:
        graphs: The dataset's graphs.
        edges: bool[E], the edges to count; all of them if None.

    Returns:
        int64[G, 3], columns as in `EDGE_TYPES`.

    Example:
        No edge of S_3 or S_4 is of the third type; in S_5 there is (2, 4).

        >>> from data_gen.intervals import BruhatInterval
        >>> groups = BruhatInterval("1234", "4321"), BruhatInterval("12345", "54321")
        >>> graphs = LabelledGraphs.of_intervals(groups)
        >>> counts_by_type(graphs).tolist()
        [[36, 36, 0], [240, 300, 60]]
        >>> counts_by_type(graphs, graphs.sources == 0).tolist()  # from the bottom of the first
        [[3, 3, 0], [0, 0, 0]]
    """
    chosen = np.arange(graphs.num_edges) if edges is None else np.flatnonzero(edges)
    owner = graphs.edge_graph[chosen]
    types = edge_types(graphs.i[chosen], graphs.j[chosen], graphs.n[owner])
    cells = owner * len(EDGE_TYPES) + types
    flat = np.bincount(cells, minlength=graphs.num_graphs * len(EDGE_TYPES))
    return flat.reshape(graphs.num_graphs, len(EDGE_TYPES)).astype(np.int64)


def over_representation(
    salient: NDArray[np.number], everything: NDArray[np.number]
) -> NDArray[np.float64]:
    """Share among the salient edges over share among all edges, minus 1.

    Args:
        salient: Counts of salient edges, [..., K], K kinds of edge in the last axis.
        everything: Counts of all edges, same shape or broadcast to it.

    Returns:
        float64[..., K]; NaN where there are no salient edges, or no edges of that kind at all.

    Example:
        >>> import numpy as np
        >>> over_representation(np.array([1, 3]), np.array([50, 50])).tolist()
        [-0.5, 0.5]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        part = salient / np.sum(salient, axis=-1, keepdims=True)
        whole = everything / np.sum(everything, axis=-1, keepdims=True)
        ratio = np.asarray(part / whole - 1.0, dtype=np.float64)
    return np.where(np.isfinite(ratio), ratio, np.nan)


@dataclass(frozen=True, eq=False)
class Reflections:
    """Every single reflection of every S_n that the graphs have edges of: K in all.

    Attributes:
        n: int64[K], the n of S_n.
        i: int64[K], first position, from 1.
        j: int64[K], second position.
        type: int8[K], indices into `EDGE_TYPES`.
        of_edge: int32[E], the reflection of each edge.
    """

    n: NDArray[np.int64]
    i: NDArray[np.int64]
    j: NDArray[np.int64]
    type: NDArray[np.int8]
    of_edge: NDArray[np.int32]

    @classmethod
    def of(cls, graphs: LabelledGraphs) -> Reflections:
        """Numbers the reflections, by n, i and j.

        Example:
            >>> edge = LabelledGraphs.from_graphs([(4, [0, 1], [0], [1], [2], [4])])
            >>> found = Reflections.of(edge)
            >>> (3, 2, 4) in found, found.number, EDGE_TYPES[found.type_of_edge[0]]
            (False, 6, 'extremal')
        """
        groups = np.unique(graphs.n)
        rows = [(n, i, j) for n in groups for i in range(1, n) for j in range(i + 1, n + 1)]
        n, i, j = np.array(rows, dtype=np.int64).reshape(-1, 3).T
        width = int(groups.max(initial=0)) + 1
        place = np.full((width, width, width), -1, dtype=np.int32)
        place[n, i, j] = np.arange(len(n))
        edge_n = graphs.n[graphs.edge_graph]
        return cls(n, i, j, edge_types(i, j, n), place[edge_n, graphs.i, graphs.j])

    def __contains__(self, reflection: tuple[int, int, int]) -> bool:
        """Whether (n, i, j) is one of them."""
        n, i, j = reflection
        return bool(((self.n == n) & (self.i == i) & (self.j == j)).any())

    @property
    def number(self) -> int:
        """K."""
        return len(self.n)

    @cached_property
    def type_of_edge(self) -> NDArray[np.int8]:
        """int8[E], indices into `EDGE_TYPES`."""
        return self.type[self.of_edge]

    def count(self, edges: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
        """int64[K], how many of the edges bool[E] (all if None) have each reflection."""
        chosen = self.of_edge if edges is None else self.of_edge[edges]
        return np.bincount(chosen, minlength=self.number).astype(np.int64)

    def by_type(self, counts: NDArray[np.number]) -> NDArray[Any]:
        """Adds up counts [..., K] to [..., 3], as in `EDGE_TYPES`."""
        of_type = self.type[:, None] == np.arange(len(EDGE_TYPES))
        return np.asarray(counts @ of_type.astype(counts.dtype))
