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

import numpy as np
from numpy.typing import NDArray

from analysis.labelled import LabelledGraphs

__all__ = [
    "EDGE_TYPES",
    "PositionTable",
    "counts_by_type",
    "edge_types",
    "over_representation",
    "position_table",
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


@dataclass(frozen=True)
class PositionTable:
    """Over-representation of every single reflection of one S_n.

    Attributes:
        n: The n of S_n.
        salient: int64[n, n], salient edges with reflection (i, j) at [i-1, j-1]; upper triangle.
        everything: int64[n, n], all edges likewise.
    """

    n: int
    salient: NDArray[np.int64]
    everything: NDArray[np.int64]

    @property
    def over_representation(self) -> NDArray[np.float64]:
        """float64[n, n], NaN below the diagonal and where it is not defined."""
        flat = over_representation(self.salient.ravel(), self.everything.ravel())
        return flat.reshape(self.n, self.n)


def position_table(graphs: LabelledGraphs, edges: NDArray[np.bool_], n: int) -> PositionTable:
    """Counts the edges of the intervals of one S_n by reflection.

    Args:
        graphs: The dataset's graphs.
        edges: bool[E], the salient edges.
        n: Which S_n; intervals of another are left out, because (i, n) is another reflection there.

    Returns:
        The table.
    """
    here = graphs.n[graphs.edge_graph] == n
    return PositionTable(
        n=n, salient=_by_position(graphs, edges & here, n), everything=_by_position(graphs, here, n)
    )


def _by_position(graphs: LabelledGraphs, edges: NDArray[np.bool_], n: int) -> NDArray[np.int64]:
    cells = (graphs.i[edges].astype(np.int64) - 1) * n + graphs.j[edges] - 1
    return np.bincount(cells, minlength=n * n).reshape(n, n).astype(np.int64)
