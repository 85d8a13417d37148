"""What the quotient knows of the vertices of one graph: names and counts of upper intervals."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

import klgnn.quotient.kernels as kernels
from data_gen.graph import IntervalGraph
from klgnn.quotient.counts import DEFAULT_LAYOUT, CountLayout, count_columns

__all__ = ["vertex_counts", "vertex_names"]


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
    climbing, place = _climbing(graph)
    return kernels.name_vertices(climbing.ranks, climbing.sources, climbing.targets)[place]


def vertex_counts(graph: IntervalGraph, layout: CountLayout = DEFAULT_LAYOUT) -> NDArray[np.int32]:
    """What there is inside [z, w] for every vertex z of a graph, as in `Quotient.counts`.

    Args:
        graph: The Bruhat graph of an interval, its vertices in any order.
        layout: The columns.

    Returns:
        int32[N, F]; `klgnn.quotient.count_names` says of which column.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> vertex_counts(BruhatInterval("123", "321").graph)[0, :5].tolist()
        [1, 2, 2, 1, 0]
    """
    climbing, place = _climbing(graph)
    out = np.zeros((graph.num_nodes, count_columns(layout)), np.int32)
    kernels.count_vertices(
        climbing.ranks, climbing.sources, climbing.targets, layout.ranks, layout.steps, out
    )
    return out[place]


def _climbing(graph: IntervalGraph) -> tuple[IntervalGraph, NDArray[np.int32]]:
    """The graph with its vertices by rank and its edges by source, and where each vertex went."""
    order = np.argsort(graph.ranks, kind="stable")
    place = np.empty(graph.num_nodes, np.int32)
    place[order] = np.arange(graph.num_nodes, dtype=np.int32)
    return graph.relabelled(place), place
