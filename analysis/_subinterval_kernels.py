"""Compiled search for the intervals [a, b] all of whose elements are marked.

[a, b] is {b} and the intervals [a, c] of the coatoms c above a together. So, going up from a rank
by rank, b is good exactly if it is marked and all elements of the rank below that are above a and
covered by b are good.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis._rows import Rows
from data_gen.jit import kernel

__all__ = ["count_pairs", "extract", "find_pairs", "mark_extended"]

_GOOD, _BAD = 1, 2


@kernel
def _go_up(
    begin: int,
    end: int,
    covers: Rows,
    marked: NDArray[np.bool_],
    state: NDArray[np.int8],
    reached: NDArray[np.int64],
) -> tuple[int, bool]:
    """Reaches the rank above ``reached[begin:end]``; where it ends, and whether any is good."""
    room, any_good = end, False
    for k in range(begin, end):
        v = reached[k]
        for r in range(covers.ends[v], covers.ends[v + 1]):
            w = covers.names[r]
            if state[w] == 0:
                state[w] = _GOOD if marked[w] else _BAD
                reached[room] = w
                room += 1
            if state[v] == _BAD:
                state[w] = _BAD
    for k in range(end, room):
        any_good = any_good or state[reached[k]] == _GOOD
    return room, any_good


@kernel
def count_pairs(
    node_offsets: NDArray[np.int64], covers: Rows, marked: NDArray[np.bool_], most: int
) -> NDArray[np.int64]:
    """int64[most + 1], how many intervals of each length up to `most` are marked throughout."""
    counts = np.zeros(most + 1, np.int64)
    state = np.zeros(len(marked), np.int8)
    reached = np.empty(_largest(node_offsets), np.int64)
    for a in np.flatnonzero(marked):
        state[a], reached[0] = _GOOD, a
        begin, end, length, any_good = 0, 1, 0, True
        while any_good and length < most:
            room, any_good = _go_up(begin, end, covers, marked, state, reached)
            length += 1
            begin, end = end, room
            for k in range(begin, end):
                counts[length] += state[reached[k]] == _GOOD
        for k in range(end):
            state[reached[k]] = 0
    return counts


@kernel
def find_pairs(
    node_offsets: NDArray[np.int64],
    covers: Rows,
    below: Rows,
    marked: NDArray[np.bool_],
    most: int,
    number: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int8], NDArray[np.int16]]:
    """The pairs that `count_pairs` counts.

    Args:
        node_offsets: int64[G + 1].
        covers: Covers by their lower ends.
        below: Covers by their upper ends.
        marked: bool[V].
        most: Largest length.
        number: How many pairs there are.

    Returns:
        Bottoms int64[number], ascending; tops int64[number], shorter intervals first; lengths
        int8[number]; numbers of coatoms int16[number].
    """
    bottoms, tops = np.empty(number, np.int64), np.empty(number, np.int64)
    lengths, coatoms = np.empty(number, np.int8), np.empty(number, np.int16)
    state = np.zeros(len(marked), np.int8)
    reached = np.empty(_largest(node_offsets), np.int64)
    found = 0
    for a in np.flatnonzero(marked):
        state[a], reached[0] = _GOOD, a
        begin, end, length, any_good = 0, 1, 0, True
        while any_good and length < most:
            room, any_good = _go_up(begin, end, covers, marked, state, reached)
            length += 1
            begin, end = end, room
            for k in range(begin, end):
                w = reached[k]
                if state[w] == _GOOD:
                    bottoms[found], tops[found], lengths[found] = a, w, length
                    coatoms[found] = 0
                    for r in range(below.ends[w], below.ends[w + 1]):
                        coatoms[found] += state[below.names[r]] > 0
                    found += 1
        for k in range(end):
            state[reached[k]] = 0
    return bottoms, tops, lengths, coatoms


@kernel
def mark_extended(
    bottoms: NDArray[np.int64],
    tops: NDArray[np.int64],
    num_nodes: int,
    covers: Rows,
    below: Rows,
) -> NDArray[np.bool_]:
    """bool[M], the pairs, sorted, that lie in a longer one: then in one of length one more."""
    keys = bottoms * num_nodes + tops
    extended = np.zeros(len(keys), np.bool_)
    for k in range(len(keys)):
        a, b = bottoms[k], tops[k]
        for r in range(below.ends[b], below.ends[b + 1]):
            _mark(keys, a * num_nodes + below.names[r], extended)
        for r in range(covers.ends[a], covers.ends[a + 1]):
            _mark(keys, covers.names[r] * num_nodes + b, extended)
    return extended


@kernel
def _mark(keys: NDArray[np.int64], key: int, extended: NDArray[np.bool_]) -> None:
    place = np.searchsorted(keys, key)
    if place < len(keys) and keys[place] == key:
        extended[place] = True


@kernel
def extract(
    bottoms: NDArray[np.int64],
    tops: NDArray[np.int64],
    node_offsets: NDArray[np.int64],
    ranks: NDArray[np.int16],
    covers: Rows,
    below: Rows,
    edges: Rows,
) -> tuple[
    NDArray[np.int64], NDArray[np.int64], NDArray[np.int16], NDArray[np.int32], NDArray[np.int32]
]:
    """The graphs of the intervals [bottoms[k], tops[k]], as `data_gen.isomorphism` takes them.

    Returns:
        Ends of the vertices int64[K + 1], ends of the edges int64[K + 1], ranks int16[.], sources
        int32[.] and targets int32[.], numbered within each interval.
    """
    number = len(bottoms)
    node_ends, edge_ends = np.zeros(number + 1, np.int64), np.zeros(number + 1, np.int64)
    new_ranks = np.empty(1 << 10, np.int16)
    sources, targets = np.empty(1 << 12, np.int32), np.empty(1 << 12, np.int32)
    above = np.full(len(ranks), -1, np.int64)  # 2 k: above the bottom of k; 2 k + 1: inside k
    name = np.full(len(ranks), -1, np.int64)  # the place in the interval
    pending = np.empty(_largest(node_offsets), np.int64)
    inside = np.empty(_largest(node_offsets), np.int64)
    for k in range(number):
        a, b = bottoms[k], tops[k]
        _reach_up(a, ranks[b], ranks, covers, above, pending, k)
        _reach_down(b, below, above, pending, k)
        size = 0
        for v in range(a, b + 1):
            if above[v] == 2 * k + 1:
                inside[size] = v
                size += 1
        node_ends[k + 1] = node_ends[k] + size
        if node_ends[k + 1] > len(new_ranks):
            longer = np.empty(2 * node_ends[k + 1], np.int16)
            longer[: node_ends[k]] = new_ranks[: node_ends[k]]
            new_ranks = longer
        for place in range(size):
            new_ranks[node_ends[k] + place] = ranks[inside[place]] - ranks[a]
            name[inside[place]] = place
        end = edge_ends[k]
        for place in range(size):
            v = inside[place]
            for r in range(edges.ends[v], edges.ends[v + 1]):
                if name[edges.names[r]] >= 0:
                    if end == len(sources):
                        sources, targets = _doubled(sources), _doubled(targets)
                    sources[end], targets[end] = place, name[edges.names[r]]
                    end += 1
        edge_ends[k + 1] = end
        for place in range(size):
            name[inside[place]] = -1
    return (
        node_ends,
        edge_ends,
        new_ranks[: node_ends[number]],
        sources[: edge_ends[number]],
        targets[: edge_ends[number]],
    )


@kernel
def _reach_up(
    a: int,
    top_rank: int,
    ranks: NDArray[np.int16],
    covers: Rows,
    above: NDArray[np.int64],
    pending: NDArray[np.int64],
    k: int,
) -> None:
    """Writes 2 k at a and at all vertices above it, up to a rank."""
    above[a], pending[0] = 2 * k, a
    done, room = 0, 1
    while done < room:
        v = pending[done]
        done += 1
        if ranks[v] == top_rank:
            continue
        for r in range(covers.ends[v], covers.ends[v + 1]):
            w = covers.names[r]
            if above[w] != 2 * k:
                above[w] = 2 * k
                pending[room] = w
                room += 1


@kernel
def _reach_down(
    b: int,
    below: Rows,
    above: NDArray[np.int64],
    pending: NDArray[np.int64],
    k: int,
) -> None:
    """Writes 2 k + 1 at b and at the vertices below it that `_reach_up` met."""
    above[b], pending[0] = 2 * k + 1, b
    done, room = 0, 1
    while done < room:
        v = pending[done]
        done += 1
        for r in range(below.ends[v], below.ends[v + 1]):
            w = below.names[r]
            if above[w] == 2 * k:
                above[w] = 2 * k + 1
                pending[room] = w
                room += 1


@kernel
def _doubled(values: NDArray[np.int32]) -> NDArray[np.int32]:
    longer = np.empty(2 * len(values), np.int32)
    longer[: len(values)] = values
    return longer


@kernel
def _largest(node_offsets: NDArray[np.int64]) -> int:
    largest = 0
    for g in range(len(node_offsets) - 1):
        largest = max(largest, node_offsets[g + 1] - node_offsets[g])
    return largest
