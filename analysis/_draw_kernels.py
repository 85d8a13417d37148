"""Compiled loops of `analysis.controls` and `analysis.labelled`: draws, edges, distances."""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis._rows import Rows
from data_gen.jit import kernel

__all__ = ["distances", "draw", "draw_and_count"]


@kernel
def draw(members: Any, starts: Any, wanted: Any, state: Any) -> None:
    """Brings `wanted[c]` random members of every cell c to its front.

    Args:
        members: int64[M], vertices, cell after cell; left in another order.
        starts: int64[C + 1], where each cell begins.
        wanted: int64[C], at most the size of the cell.
        state: uint64[1], of splitmix64; moved on.
    """
    s = state[0]
    for cell in range(len(wanted)):
        begin, end = starts[cell], starts[cell + 1]
        for place in range(begin, begin + wanted[cell]):
            s += np.uint64(0x9E3779B97F4A7C15)
            z = (s ^ (s >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            z = z ^ (z >> np.uint64(31))
            # Cells are far smaller than 2^64: the bias of a remainder is below 1e-9.
            other = place + np.int64(z % np.uint64(end - place))
            members[place], members[other] = members[other], members[place]
    state[0] = s


@kernel
def draw_and_count(
    members: Any, starts: Any, wanted: Any, rows: Rows,
    kinds: Any, types: Any, node_graph: Any, counts: Any, by_graph: Any, stamps: Any, state: Any,
) -> None:  # fmt: skip
    """Draws as often as `counts` has rows, and counts the edges among the vertices drawn.

    Args:
        members: As in `draw`.
        starts: As in `draw`.
        wanted: As in `draw`.
        rows: The edges by their lower ends.
        kinds: int32[E], the reflection of each edge.
        types: int8[E], its type.
        node_graph: int64[V].
        counts: int64[D, K], zeros; gets the edges of each reflection in each draw.
        by_graph: int64[G, T], zeros; gets the edges of each type in each graph, all draws together.
        stamps: int32[V], zeros.
        state: As in `draw`.
    """
    for number in range(counts.shape[0]):
        draw(members, starts, wanted, state)
        stamp = np.int32(number + 1)
        for cell in range(len(wanted)):
            for place in range(starts[cell], starts[cell] + wanted[cell]):
                stamps[members[place]] = stamp
        for cell in range(len(wanted)):
            for place in range(starts[cell], starts[cell] + wanted[cell]):
                vertex = members[place]
                for r in range(rows.ends[vertex], rows.ends[vertex + 1]):
                    if stamps[rows.names[r]] == stamp:
                        edge = rows.edges[r]
                        counts[number, kinds[edge]] += 1
                        by_graph[node_graph[vertex], types[edge]] += 1


@kernel
def distances(node_offsets: Any, rows: Rows) -> Any:
    """Directed distances from the bottom and to the top of each vertex's interval, int16[2, V].

    Args:
        node_offsets: int64[G + 1]; the vertices of a graph are in the order of their ranks.
        rows: The edges by their lower ends.
    """
    far = np.int16(np.iinfo(np.int16).max - 1)
    found = np.full((2, len(rows.ends) - 1), far, np.int16)
    for graph in range(len(node_offsets) - 1):
        low, high = node_offsets[graph], node_offsets[graph + 1]
        found[0, low] = 0
        found[1, high - 1] = 0
        for vertex in range(low, high):
            for r in range(rows.ends[vertex], rows.ends[vertex + 1]):
                target = rows.names[r]
                found[0, target] = min(found[0, target], found[0, vertex] + 1)
        for vertex in range(high - 1, low - 1, -1):
            for r in range(rows.ends[vertex], rows.ends[vertex + 1]):
                target = rows.names[r]
                found[1, vertex] = min(found[1, vertex], found[1, target] + 1)
    return found
