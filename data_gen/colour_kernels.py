"""Compiled: what colour refinement knows of a graph, for `data_gen.isomorphism`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data_gen.jit import kernel
from data_gen.refinement_kernels import make_adjacency, refine_colours, sort_first

__all__ = ["quotient"]


@kernel
def quotient(
    ranks: NDArray[np.int16], sources: NDArray[np.int32], targets: NDArray[np.int32]
) -> tuple[NDArray[np.int16], NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """What colour refinement knows of a graph: the graph of its colours.

    Returns:
        For each colour its rank, int16[C], and how many vertices have it, int32[C]; then, as
        int32[., 2], the pairs (colour of v, colour of u) over the edges from v to u, for one vertex
        v of each colour; and the same over the edges from u to v. Both in lexicographic order.
    """
    graph = make_adjacency(len(ranks), sources, targets)
    colours = refine_colours(graph, ranks)
    number = 0
    for colour in colours:
        number = max(number, colour + 1)
    sizes, vertices = np.zeros(number, np.int32), np.empty(number, np.int32)
    for v in range(len(colours)):
        vertices[colours[v]] = v
        sizes[colours[v]] += 1
    above = _coloured_edges(colours, vertices, graph.out_ends, graph.out_names)
    below = _coloured_edges(colours, vertices, graph.in_ends, graph.in_names)
    return ranks[vertices], sizes, above, below


@kernel
def _coloured_edges(
    colours: NDArray[np.int32],
    vertices: NDArray[np.int32],
    ends: NDArray[np.int32],
    names: NDArray[np.int32],
) -> NDArray[np.int32]:
    count, longest = 0, 0
    for v in vertices:
        count += ends[v + 1] - ends[v]
        longest = max(longest, ends[v + 1] - ends[v])
    pairs, row = np.empty((count, 2), np.int32), np.empty(longest, np.int32)
    end = 0
    for colour in range(len(vertices)):
        v = vertices[colour]
        degree = ends[v + 1] - ends[v]
        for i in range(degree):
            row[i] = colours[names[ends[v] + i]]
        sort_first(row, degree)
        for i in range(degree):
            pairs[end, 0], pairs[end, 1] = colour, row[i]
            end += 1
    return pairs
