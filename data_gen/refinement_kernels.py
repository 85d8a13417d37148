"""Compiled colour refinement of a ranked directed graph.

An ordered partition of the vertices starts as the ranks, lowest first, and is split until any two
vertices of a cell have, for every cell C, equally many edges from C and equally many to C (the
coarsest equitable partition below the ranks; Hopcroft's worklist makes it O(E log N)). The order of
the cells depends on the isomorphism type only.

Certificates rest on that order and on the trace, so both are part of `CERTIFICATE_VERSION` 1, as
follows. The cells lie one after the other in the places 0..N-1; a cell is called by the place where
it begins.

* At the start there is one cell for each rank that occurs, ascending, all in the queue in this
  order. The trace t is 0. To mix a number v into it is: m = (t xor v) * 0x9E3779B97F4A7C15 modulo
  2^64, then t = m xor (m >> 29).
* While the queue is not empty and some cell has several vertices, the first cell of the queue, S,
  is taken out, and mixed in. Twice, first for the edges that end in S, then for those that begin
  in S as S was when taken out: each vertex has as hits the number of such edges that it is the
  other end of. The cells with several vertices, some of them hit, are split, ascending.
* To split the cell C: mix in C, then the least number of hits that is not 0. If all its vertices
  have equal hits, that is all. Otherwise it falls into fragments of equal hits, fewest hits first.
  For each fragment with hits, in this order, mix in the hits, then its size. The fragments join
  the end of the queue in this order: all if C is in the queue (the first is there already, being
  called C), otherwise all except the largest one (the first of these).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data_gen.jit import kernel

__all__ = [
    "Adjacency",
    "Partition",
    "individualise",
    "make_adjacency",
    "refine",
    "refine_colours",
    "sort_first",
    "start",
]

_PRIME = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)


class Adjacency(NamedTuple):
    """A directed graph by rows: vertex v has the neighbours ``names[ends[v] : ends[v + 1]]``.

    Attributes:
        out_ends: int32[N + 1].
        out_names: int32[E], the upper ends of the edges from v.
        in_ends: int32[N + 1].
        in_names: int32[E], the lower ends of the edges to v.
    """

    out_ends: NDArray[np.int32]
    out_names: NDArray[np.int32]
    in_ends: NDArray[np.int32]
    in_names: NDArray[np.int32]


class Partition(NamedTuple):
    """An ordered partition; a cell is named by the place where it begins.

    Attributes:
        order: int32[N], the vertices, cell by cell.
        place: int32[N], where each vertex stands in `order`.
        cell: int32[N], the cell of each vertex.
        size: int32[N], the size of a cell, at the place where it begins.
        number: int64[1], how many cells there are.
        queue: int32[N], a ring of the cells that may still split others.
        ring: int64[2], where the queue begins, and how long it is.
        queued: bool[N], whether a cell is in the queue.
        hits: int32[N], scratch: edges of each vertex with the splitting cell; zero between uses.
        touched: int32[N], scratch: how many of a cell's vertices have such edges; likewise zero.
        members: int32[N], scratch.
        cells: int32[N], scratch.
    """

    order: NDArray[np.int32]
    place: NDArray[np.int32]
    cell: NDArray[np.int32]
    size: NDArray[np.int32]
    number: NDArray[np.int64]
    queue: NDArray[np.int32]
    ring: NDArray[np.int64]
    queued: NDArray[np.bool_]
    hits: NDArray[np.int32]
    touched: NDArray[np.int32]
    members: NDArray[np.int32]
    cells: NDArray[np.int32]


@kernel
def _rows(
    size: int, keys: NDArray[np.int32], values: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    ends = np.zeros(size + 1, np.int32)
    for key in keys:
        ends[key + 1] += 1
    for row in range(size):
        ends[row + 1] += ends[row]
    free = ends[:size].copy()
    names = np.empty(len(values), np.int32)
    for e in range(len(keys)):
        names[free[keys[e]]] = values[e]
        free[keys[e]] += 1
    return ends, names


@kernel
def make_adjacency(size: int, sources: NDArray[np.int32], targets: NDArray[np.int32]) -> Adjacency:
    """Sorts edges into rows, both ways."""
    out_ends, out_names = _rows(size, sources, targets)
    in_ends, in_names = _rows(size, targets, sources)
    return Adjacency(out_ends, out_names, in_ends, in_names)


@kernel
def start(ranks: NDArray[np.int16]) -> Partition:
    """The partition by rank, with every cell queued."""
    size = len(ranks)
    p = Partition(
        np.empty(size, np.int32),
        np.empty(size, np.int32),
        np.empty(size, np.int32),
        np.zeros(size, np.int32),
        np.zeros(1, np.int64),
        np.empty(size, np.int32),
        np.zeros(2, np.int64),
        np.zeros(size, np.bool_),
        np.zeros(size, np.int32),
        np.zeros(size, np.int32),
        np.empty(size, np.int32),
        np.empty(size, np.int32),
    )
    if size == 0:
        return p
    begins = np.zeros(ranks.max() + 2, np.int64)
    for rank in ranks:
        begins[rank + 1] += 1
    for rank in range(len(begins) - 1):
        begins[rank + 1] += begins[rank]
    free = begins.copy()
    for v in range(size):
        place = free[ranks[v]]
        free[ranks[v]] += 1
        p.order[place] = v
        p.place[v] = place
        p.cell[v] = begins[ranks[v]]
        p.size[begins[ranks[v]]] += 1
    for rank in range(len(begins) - 1):
        if begins[rank + 1] > begins[rank]:
            p.number[0] += 1
            _push(p, begins[rank])
    return p


@kernel
def _push(p: Partition, cell: int) -> None:
    p.queue[(p.ring[0] + p.ring[1]) % len(p.queue)] = cell
    p.ring[1] += 1
    p.queued[cell] = True


@kernel
def _pop(p: Partition) -> int:
    cell: int = p.queue[p.ring[0]]
    p.ring[0] = (p.ring[0] + 1) % len(p.queue)
    p.ring[1] -= 1
    p.queued[cell] = False
    return cell


@kernel
def _mix(trace: np.uint64, value: int) -> np.uint64:
    mixed = (trace ^ np.uint64(value)) * _PRIME
    return mixed ^ (mixed >> _SHIFT)


@kernel
def individualise(p: Partition, v: int) -> None:
    """Puts v into a cell of its own, before the rest of its cell, and queues it."""
    cell = p.cell[v]
    first, place = p.order[cell], p.place[v]
    p.order[place], p.place[first] = first, place
    p.order[cell], p.place[v] = v, cell
    rest = cell + 1
    p.size[rest] = p.size[cell] - 1
    p.size[cell] = 1
    for place in range(rest, rest + p.size[rest]):
        p.cell[p.order[place]] = rest
    p.number[0] += 1
    _push(p, cell)


@kernel
def _count_edges(
    p: Partition, members: NDArray[np.int32], ends: NDArray[np.int32], names: NDArray[np.int32]
) -> int:
    """Counts the edges to each vertex from `members`, in `p.hits`.

    Moves the vertices that have any to the end of their cell. Returns the number of cells met,
    which are listed in `p.cells`. Cells of one vertex are left out: nothing splits them.
    """
    met = 0
    for member in members:
        for e in range(ends[member], ends[member + 1]):
            v = names[e]
            cell = p.cell[v]
            if p.size[cell] == 1:
                continue
            if p.hits[v] == 0:
                if p.touched[cell] == 0:
                    p.cells[met] = cell
                    met += 1
                p.touched[cell] += 1
                old, new = p.place[v], cell + p.size[cell] - p.touched[cell]
                other = p.order[new]
                p.order[old], p.place[other] = other, old
                p.order[new], p.place[v] = v, new
            p.hits[v] += 1
    return met


@kernel
def sort_first(values: NDArray[np.int32], length: int) -> None:
    """Shell's sort of ``values[:length]``; numba takes seconds to compile its own."""
    gap = 1
    while gap < length:
        gap = 3 * gap + 1
    while gap > 0:
        for i in range(gap, length):
            value, j = values[i], i
            while j >= gap and values[j - gap] > value:
                values[j] = values[j - gap]
                j -= gap
            values[j] = value
        gap //= 3


@kernel
def _sort_by_count(p: Partition, begin: int, end: int) -> None:
    """Sorts ``p.order[begin:end]`` by `p.hits`."""
    if end - begin <= 12:
        for i in range(begin + 1, end):
            v, j = p.order[i], i
            while j > begin and p.hits[p.order[j - 1]] > p.hits[v]:
                p.order[j] = p.order[j - 1]
                j -= 1
            p.order[j] = v
    else:
        segment = p.order[begin:end].copy()
        most = 0
        for v in segment:
            most = max(most, p.hits[v])
        free = np.zeros(most + 2, np.int64)
        for v in segment:
            free[p.hits[v] + 1] += 1
        for value in range(most + 1):
            free[value + 1] += free[value]
        for v in segment:
            p.order[begin + free[p.hits[v]]] = v
            free[p.hits[v]] += 1
    for place in range(begin, end):
        p.place[p.order[place]] = place


@kernel
def _split(p: Partition, cell: int, trace: np.uint64) -> np.uint64:
    """Splits one cell by `p.hits`, queues what is needed, and clears the counts."""
    size, end = p.size[cell], cell + p.size[cell]
    begin = end - p.touched[cell]
    p.touched[cell] = 0
    least, most = p.hits[p.order[begin]], p.hits[p.order[begin]]
    for place in range(begin, end):
        least, most = min(least, p.hits[p.order[place]]), max(most, p.hits[p.order[place]])
    trace = _mix(_mix(trace, cell), least)
    if least == most and begin == cell:
        for place in range(begin, end):
            p.hits[p.order[place]] = 0
        return trace
    if least < most:
        _sort_by_count(p, begin, end)
    largest, largest_size = cell, begin - cell
    p.size[cell] = begin - cell
    first = begin
    while first < end:
        value, last = p.hits[p.order[first]], first
        while last < end and p.hits[p.order[last]] == value:
            p.hits[p.order[last]] = 0
            p.cell[p.order[last]] = first
            last += 1
        p.size[first] = last - first
        trace = _mix(_mix(trace, value), last - first)
        if last - first > largest_size:
            largest, largest_size = first, last - first
        first = last
    # The largest fragment follows from the others, unless the whole cell was still to be used.
    whole_queued = p.queued[cell]
    first = cell
    while first < cell + size:
        if first > cell:
            p.number[0] += 1
        if (whole_queued or first != largest) and not p.queued[first]:
            _push(p, first)
        first += p.size[first]
    return trace


@kernel
def refine(graph: Adjacency, p: Partition) -> np.uint64:
    """Refines until the queue is empty or every cell has one vertex.

    Returns a hash of every step taken, equal for isomorphic inputs.
    """
    trace = np.uint64(0)
    size = len(p.order)
    while p.ring[1] > 0 and p.number[0] < size:
        splitter = _pop(p)
        length = p.size[splitter]
        for i in range(length):
            p.members[i] = p.order[splitter + i]
        trace = _mix(trace, splitter)
        for upwards in range(2):
            if upwards:
                met = _count_edges(p, p.members[:length], graph.out_ends, graph.out_names)
            else:
                met = _count_edges(p, p.members[:length], graph.in_ends, graph.in_names)
            sort_first(p.cells, met)
            for i in range(met):
                trace = _split(p, p.cells[i], trace)
    while p.ring[1] > 0:
        _pop(p)
    return trace


@kernel
def refine_colours(graph: Adjacency, ranks: NDArray[np.int16]) -> NDArray[np.int32]:
    """int32[N], the cells of the equitable partition below the ranks, numbered 0, 1, ..."""
    p = start(ranks)
    refine(graph, p)
    colours = np.empty(len(ranks), np.int32)
    cell, colour = 0, 0
    while cell < len(ranks):
        for place in range(cell, cell + p.size[cell]):
            colours[p.order[place]] = colour
        cell += p.size[cell]
        colour += 1
    return colours
