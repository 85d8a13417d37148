"""Names of the upper intervals of one graph; see `klgnn.quotient` for what a name is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

import klgnn.quotient.kernels as kernels
from data_gen.graph import IntervalGraph

__all__ = ["vertex_names"]


def vertex_names(graph: IntervalGraph) -> NDArray[np.uint64]:
    """The name of [z, w] for every vertex z of a graph, as in `Quotient.names`.

    Args:
        graph: The Bruhat graph of an interval, its vertices in any order.

    Returns:
        uint64[N, 2]. The same for a renamed graph, renamed.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> names = vertex_names(BruhatInterval("123", "321").graph)
        >>> len(np.unique(names, axis=0))
        4
    """
    order = np.argsort(graph.ranks, kind="stable")
    place = np.empty(graph.num_nodes, np.int32)
    place[order] = np.arange(graph.num_nodes, dtype=np.int32)
    climbing = graph.relabelled(place)
    return kernels.name_vertices(climbing.ranks, climbing.sources, climbing.targets)[place]
