"""The edges of a dataset by their lower ends, for compiled code that walks up from a vertex."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Rows", "edge_rows"]


class Rows(NamedTuple):
    """Row v has the places ``ends[v] : ends[v + 1]`` of `names` and `edges`.

    Attributes:
        ends: int64[V + 1].
        names: int64[R], the other end of each edge, numbered over the whole dataset.
        edges: int64[R], which edge of the dataset it is.
    """

    ends: NDArray[np.int64]
    names: NDArray[np.int64]
    edges: NDArray[np.int64]


def edge_rows(
    ends: NDArray[np.int64],
    names: NDArray[np.int64],
    num_nodes: int,
    edges: NDArray[np.int64] | None = None,
) -> Rows:
    """Sorts edges by one end.

    Args:
        ends: int64[E], the end that they are sorted by.
        names: int64[E], the other end.
        num_nodes: Number of vertices V.
        edges: The edges to take, ascending; all if None.
    """
    chosen = np.arange(len(ends)) if edges is None else edges
    if np.any(np.diff(ends[chosen]) < 0):
        chosen = chosen[np.argsort(ends[chosen], kind="stable")]
    bounds = np.searchsorted(ends[chosen], np.arange(num_nodes + 1))
    return Rows(bounds.astype(np.int64), names[chosen], chosen)
