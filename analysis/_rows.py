"""The edges of a dataset by their lower ends, for compiled code that walks up from a vertex."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.labelled import LabelledGraphs

__all__ = ["Rows", "edge_rows", "levels"]


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


def edge_rows(graphs: LabelledGraphs, downwards: bool = False, covers_only: bool = False) -> Rows:
    """Sorts the edges of a dataset by one end.

    Args:
        graphs: The dataset's graphs.
        downwards: Whether row v has the edges that end at v, instead of those that begin there.
        covers_only: Whether to leave out the edges that raise the rank by more than one.
    """
    ends, names = (
        (graphs.targets, graphs.sources) if downwards else (graphs.sources, graphs.targets)
    )
    edges = np.arange(graphs.num_edges)
    if covers_only:
        ranks = graphs.ranks
        edges = np.flatnonzero(ranks[graphs.targets] - ranks[graphs.sources] == 1)
    if np.any(np.diff(ends[edges]) < 0):
        edges = edges[np.argsort(ends[edges], kind="stable")]
    bounds = np.searchsorted(ends[edges], np.arange(graphs.num_nodes + 1))
    return Rows(bounds.astype(np.int64), names[edges], edges)


def levels(graphs: LabelledGraphs) -> NDArray[np.int64]:
    """int64[V], a number for each rank of each interval, ascending along the vertices, no gaps."""
    changes = (np.diff(graphs.node_graph) != 0) | (np.diff(graphs.ranks) != 0)
    return np.concatenate([[0], np.cumsum(changes)])[: graphs.num_nodes].astype(np.int64)
