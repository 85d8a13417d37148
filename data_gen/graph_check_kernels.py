"""Compiled loops behind `data_gen.graph_checks`; vertices are ordered by rank."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data_gen.jit import kernel

__all__ = ["first_odd_crown", "first_odd_square", "longest_ways_up"]

NOTHING = -1


@kernel
def longest_ways_up(ends: NDArray[np.int32], targets: NDArray[np.int32]) -> NDArray[np.int32]:
    """int32[N], the number of edges of the longest path up from each vertex; arguments as below."""
    heights = np.zeros(len(ends) - 1, np.int32)
    for z in range(len(ends) - 2, -1, -1):
        for e in range(ends[z], ends[z + 1]):
            heights[z] = max(heights[z], heights[targets[e]] + 1)
    return heights


@kernel
def first_odd_square(ends: NDArray[np.int32], targets: NDArray[np.int32]) -> tuple[int, int, int]:
    """The first pair z, v with 2-paths z -> . -> v, but not two of them: z, v and their number.

    Args:
        ends: int32[N + 1]; vertex z has the upper neighbours ``targets[ends[z] : ends[z + 1]]``.
        targets: int32[E].

    Returns:
        (-1, -1, 0) if there is none.
    """
    paths = np.zeros(len(ends) - 1, np.int32)
    for z in range(len(ends) - 1):
        for e in range(ends[z], ends[z + 1]):
            middle = targets[e]
            for f in range(ends[middle], ends[middle + 1]):
                paths[targets[f]] += 1
        fault = NOTHING
        number = 0
        for e in range(ends[z], ends[z + 1]):
            middle = targets[e]
            for f in range(ends[middle], ends[middle + 1]):
                v = targets[f]
                if paths[v] not in (0, 2) and fault == NOTHING:
                    fault, number = v, paths[v]
                paths[v] = 0
        if fault != NOTHING:
            return z, fault, number
    return NOTHING, NOTHING, 0


@kernel
def first_odd_crown(
    ends: NDArray[np.int32], targets: NDArray[np.int32], ranks: NDArray[np.int16]
) -> tuple[int, int, int, bool]:
    """The first z < v three ranks apart that is no k-crown, k = 2, 3, 4, with an edge iff k = 2.

    Arguments as above, and the rank of every vertex, int16[N].

    Returns:
        z, v, the number k of elements of [z, v] that cover z, and whether there is an edge z -> v;
        (-1, -1, 0, False) if all are as they should be.
    """
    n = len(ends) - 1
    atoms, latest = np.zeros(n, np.int32), np.full(n, NOTHING, np.int32)
    edge = np.zeros(n, np.bool_)
    tops = np.empty(n, np.int32)
    for z in range(n):
        number = 0
        for e in range(ends[z], ends[z + 1]):
            a = targets[e]
            if ranks[a] == ranks[z] + 3:
                edge[a] = True
                if atoms[a] == 0:
                    # Listed even if no chain of covers leads there.
                    tops[number] = a
                    number += 1
                    atoms[a] = n
                continue
            if ranks[a] != ranks[z] + 1:
                continue
            for f in range(ends[a], ends[a + 1]):
                b = targets[f]
                if ranks[b] != ranks[a] + 1:
                    continue
                for g in range(ends[b], ends[b + 1]):
                    v = targets[g]
                    if ranks[v] != ranks[b] + 1:
                        continue
                    if atoms[v] == 0:
                        tops[number] = v
                        number += 1
                        atoms[v] = n
                    if latest[v] != a:
                        latest[v] = a
                        atoms[v] += 1
        fault, k, has_edge = NOTHING, 0, False
        for i in range(number):
            v = tops[i]
            here = atoms[v] - n
            if fault == NOTHING and (here < 2 or here > 4 or edge[v] != (here == 2)):
                fault, k, has_edge = v, here, edge[v]
            atoms[v], latest[v], edge[v] = 0, NOTHING, False
        if fault != NOTHING:
            return z, fault, k, has_edge
    return NOTHING, NOTHING, 0, False
