"""Compiled counts of small subgraphs among marked vertices, by the labels of their edges.

Every count follows from the edges by label at each vertex, or from the 2-paths from one vertex to
another by labels. A pair {p, q} of labels, p <= q, has the place p L - p (p - 1) / 2 + q - p among
the L (L + 1) / 2 of them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis._rows import Rows
from data_gen.jit import kernel

__all__ = ["count_labelled", "count_unlabelled", "list_edges"]


@kernel
def list_edges(rows: Rows, marked: NDArray[np.bool_]) -> tuple[Rows, NDArray[np.int64]]:
    """The edges among the marked vertices, by lower ends, and the marked vertices.

    Rows and names are places in the list of the marked vertices.
    """
    nodes = np.flatnonzero(marked)
    name = np.empty(len(marked), np.int64)
    for k in range(len(nodes)):
        name[nodes[k]] = k
    room = 0
    for v in nodes:
        room += rows.ends[v + 1] - rows.ends[v]
    ends = np.zeros(len(nodes) + 1, np.int64)
    names, edges = np.empty(room, np.int64), np.empty(room, np.int64)
    end = 0
    for k in range(len(nodes)):
        v = nodes[k]
        for r in range(rows.ends[v], rows.ends[v + 1]):
            if marked[rows.names[r]]:
                names[end], edges[end] = name[rows.names[r]], rows.edges[r]
                end += 1
        ends[k + 1] = end
    return Rows(ends, names[:end], edges[:end]), nodes


@kernel
def count_labelled(
    rows: Rows, labels: NDArray[np.int8], number: int
) -> tuple[
    NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]
]:
    """Counts the labelled shapes of a graph.

    Args:
        rows: Edges by their lower ends.
        labels: int8[R], the label of each edge, in the order of the rows.
        number: How many labels L there are.

    Returns:
        Edges int64[L]; 2-paths by (lower, upper) label int64[L^2]; pairs of edges from one vertex,
        and to one vertex, int64[L (L + 1) / 2] each; diamonds by the pair of their 2-paths,
        int64[M (M + 1) / 2] with M = L^2.
    """
    size, paths = len(rows.ends) - 1, number * number
    below, above = np.zeros((size, number), np.int64), np.zeros((size, number), np.int64)
    for v in range(size):
        for r in range(rows.ends[v], rows.ends[v + 1]):
            above[v, labels[r]] += 1
            below[rows.names[r], labels[r]] += 1
    edges, two = np.zeros(number, np.int64), np.zeros(paths, np.int64)
    forks = np.zeros(number * (number + 1) // 2, np.int64)
    joins = np.zeros(len(forks), np.int64)
    for v in range(size):
        for p in range(number):
            edges[p] += above[v, p]
            for q in range(number):
                two[p * number + q] += below[v, p] * above[v, q]
        _add_pairs(above[v], forks)
        _add_pairs(below[v], joins)
    diamonds = np.zeros(paths * (paths + 1) // 2, np.int64)
    met, room = np.empty(size, np.int64), 0
    between = np.zeros((size, paths), np.int64)
    reached = np.zeros(size, np.bool_)
    for a in range(size):
        room = 0
        for r in range(rows.ends[a], rows.ends[a + 1]):
            middle = rows.names[r]
            for s in range(rows.ends[middle], rows.ends[middle + 1]):
                d = rows.names[s]
                if not reached[d]:
                    reached[d] = True
                    met[room] = d
                    room += 1
                between[d, labels[r] * number + labels[s]] += 1
        for k in range(room):
            d = met[k]
            _add_pairs(between[d], diamonds)
            reached[d] = False
            for p in range(paths):
                between[d, p] = 0
    return edges, two, forks, joins, diamonds


@kernel
def count_unlabelled(rows: Rows) -> NDArray[np.int64]:
    """Counts larger shapes of a graph.

    Args:
        rows: Edges by their lower ends.

    Returns:
        int64[5]: 3-paths, three edges from one vertex, three edges to one vertex, pairs of vertices
        with edges to the same two, 3-paths from a to d with an edge from a to d.
    """
    size = len(rows.ends) - 1
    counts = np.zeros(5, np.int64)
    below, above = np.zeros(size, np.int64), np.zeros(size, np.int64)
    for v in range(size):
        above[v] = rows.ends[v + 1] - rows.ends[v]
        for r in range(rows.ends[v], rows.ends[v + 1]):
            below[rows.names[r]] += 1
    down_ends = np.zeros(size + 1, np.int64)
    for v in range(size):
        down_ends[v + 1] = down_ends[v] + below[v]
        counts[1] += above[v] * (above[v] - 1) * (above[v] - 2) // 6
        counts[2] += below[v] * (below[v] - 1) * (below[v] - 2) // 6
    down, free = np.empty(down_ends[size], np.int64), down_ends.copy()
    for v in range(size):
        for r in range(rows.ends[v], rows.ends[v + 1]):
            w = rows.names[r]
            counts[0] += below[v] * above[w]
            down[free[w]] = v
            free[w] += 1
    shared, twos = np.zeros(size, np.int64), np.zeros(size, np.int64)
    for a in range(size):
        for r in range(rows.ends[a], rows.ends[a + 1]):
            c = rows.names[r]
            for s in range(down_ends[c], down_ends[c + 1]):
                if down[s] > a:
                    counts[3] += shared[down[s]]
                    shared[down[s]] += 1
            for s in range(rows.ends[c], rows.ends[c + 1]):
                twos[rows.names[s]] += 1
        for r in range(rows.ends[a], rows.ends[a + 1]):  # the last step of a 3-path a -> d
            d = rows.names[r]
            for s in range(down_ends[d], down_ends[d + 1]):
                counts[4] += twos[down[s]]
        for r in range(rows.ends[a], rows.ends[a + 1]):
            c = rows.names[r]
            for s in range(down_ends[c], down_ends[c + 1]):
                shared[down[s]] = 0
            for s in range(rows.ends[c], rows.ends[c + 1]):
                twos[rows.names[s]] = 0
    return counts


@kernel
def _add_pairs(numbers: NDArray[np.int64], pairs: NDArray[np.int64]) -> None:
    """Adds the unordered pairs of things of which there are ``numbers[p]`` with each label."""
    place = 0
    for p in range(len(numbers)):
        if numbers[p] == 0:
            place += len(numbers) - p
            continue
        pairs[place] += numbers[p] * (numbers[p] - 1) // 2
        place += 1
        for q in range(p + 1, len(numbers)):
            pairs[place] += numbers[p] * numbers[q]
            place += 1
