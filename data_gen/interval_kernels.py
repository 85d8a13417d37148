"""Compiled enumeration of Bruhat intervals in S_n.

``x <= z <= w`` is a condition on the sets ``A_i = {z(1), ..., z(i)}`` alone: for all i and k,
``#{a in X_i : a >= k} <= #{a in A_i : a >= k} <= #{a in W_i : a >= k}`` (Ehresmann's tableau
criterion). So [x, w] is the set of paths from the empty set to {1..n} in a graph on at most 2^n
subsets. Counting the paths from each subset upwards gives the size of the interval without listing
it, a listing without dead ends, and the place of any permutation in the lexicographic list; an edge
z -> zt is in the interval iff the changed sets are subsets of that graph.

The n - 1 counts of a subset are kept in one 64-bit word, four bits each, less the smallest value
that i-subsets can have; the difference to the largest is at most n // 2, hence `MAX_N`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data_gen.jit import kernel

__all__ = ["MAX_N", "build_graphs", "count_rank_sizes", "count_sizes"]

MAX_N = 15

_ONES = np.uint64(0x1111111111111111)
_HIGH = np.uint64(0x8888888888888888)


@kernel
def _packed_rows(x: NDArray[np.int8]) -> NDArray[np.uint64]:
    """Row i: #{a <= i : x(a) >= k} for all k, less the least such number, four bits each."""
    n = len(x)
    rows = np.zeros(n + 1, np.uint64)
    for i in range(1, n + 1):
        rows[i] = rows[i - 1] + _packed_step(n, i, x[i - 1])
    return rows


@kernel
def _packed_step(n: int, i: int, value: int) -> np.uint64:
    """What putting `value` at position i adds to the packed counts."""
    step = np.uint64(0)
    for k in range(1, n):
        least_grows = np.int64(i > k)  # the least number is max(0, i - k)
        field = np.int64(value >= k) - least_grows
        if field > 0:
            step += np.uint64(1) << np.uint64(4 * (k - 1))
        elif field < 0:
            step -= np.uint64(1) << np.uint64(4 * (k - 1))
    return step


@kernel
def _step_table(n: int) -> NDArray[np.uint64]:
    table = np.zeros((n + 1, n), np.uint64)
    for i in range(1, n + 1):
        for value in range(n):
            table[i, value] = _packed_step(n, i, value)
    return table


@kernel
def _layers(
    x: NDArray[np.int8],
    w: NDArray[np.int8],
    steps: NDArray[np.uint64],
    completions: NDArray[np.int64],
    counts: NDArray[np.uint64],
    queue: NDArray[np.int32],
) -> int:
    """Counts, for each subset, the ways to complete it inside [x, w].

    Fills `completions` (int64[2^n], 0 off the graph), and `queue` with the subsets met, the empty
    one first and smaller before larger. Returns how many there are; 0 where x is not below w.
    """
    n = len(x)
    low, high = _packed_rows(x), _packed_rows(w)
    for subset in range(1 << n):
        completions[subset] = -1  # not looked at
    completions[0] = 0
    counts[0] = 0
    queue[0] = 0
    end, begin = 1, 0
    for i in range(1, n + 1):
        layer_end = end
        for place in range(begin, layer_end):
            subset = queue[place]
            for value in range(n):
                larger = subset | (1 << value)
                if larger == subset or completions[larger] >= 0 or completions[larger] == -2:
                    continue
                count = counts[subset] + steps[i, value]
                below = ((high[i] | _HIGH) - count) & _HIGH == _HIGH
                if below and ((count | _HIGH) - low[i]) & _HIGH == _HIGH:
                    completions[larger] = 0
                    counts[larger] = count
                    queue[end] = larger
                    end += 1
                else:
                    completions[larger] = -2
        begin = layer_end
        if begin == end:
            return 0
    completions[queue[end - 1]] = 1
    for place in range(end - 2, -1, -1):
        subset = queue[place]
        total = 0
        for value in range(n):
            larger = subset | (1 << value)
            if larger != subset and completions[larger] > 0:
                total += completions[larger]
        completions[subset] = total
    return end


@kernel
def count_sizes(xs: NDArray[np.int8], ws: NDArray[np.int8]) -> NDArray[np.int64]:
    """Numbers of elements of the intervals [xs[k], ws[k]]; 0 where x is not below w.

    Args:
        xs: int8[K, n], 0-indexed one-line notation.
        ws: int8[K, n].

    Returns:
        int64[K].
    """
    n = xs.shape[1]
    steps = _step_table(n)
    completions = np.empty(1 << n, np.int64)
    counts = np.empty(1 << n, np.uint64)
    queue = np.empty(1 << n, np.int32)
    sizes = np.zeros(len(xs), np.int64)
    for k in range(len(xs)):
        if _layers(xs[k], ws[k], steps, completions, counts, queue) > 0:
            sizes[k] = completions[0]
    return sizes


@kernel
def count_rank_sizes(x: NDArray[np.int8], w: NDArray[np.int8]) -> NDArray[np.int64]:
    """int64[n(n-1)/2 + 1], how many elements of [x, w] have each number of inversions."""
    n = len(x)
    top = n * (n - 1) // 2
    completions = np.empty(1 << n, np.int64)
    counts = np.empty(1 << n, np.uint64)
    queue = np.empty(1 << n, np.int32)
    end = _layers(x, w, _step_table(n), completions, counts, queue)
    if end == 0:
        return np.zeros(top + 1, np.int64)
    sizes = np.zeros((1 << n, top + 1), np.int64)
    sizes[(1 << n) - 1, 0] = 1
    for place in range(end - 2, -1, -1):
        subset = queue[place]
        larger_placed = 0
        for value in range(n - 1, -1, -1):
            if subset >> value & 1:
                larger_placed += 1
            elif completions[subset | (1 << value)] > 0:
                after = sizes[subset | (1 << value)]
                sizes[subset, larger_placed:] += after[: top + 1 - larger_placed]
    whole: NDArray[np.int64] = sizes[0]
    return whole


@kernel
def _skip_table(
    n: int,
    completions: NDArray[np.int64],
    queue: NDArray[np.int32],
    end: int,
    skipped: NDArray[np.int32],
) -> None:
    """skipped[A, v]: how many completions of A put a value below v next; -1 if v cannot come."""
    for place in range(end - 1):
        subset = queue[place]
        total = 0
        for value in range(n):
            larger = subset | (1 << value)
            if larger != subset and completions[larger] > 0:
                skipped[subset, value] = total
                total += completions[larger]
            else:
                skipped[subset, value] = -1


@kernel
def _list_elements(
    n: int, skipped: NDArray[np.int32], elements: NDArray[np.int8], lengths: NDArray[np.int16]
) -> None:
    """All elements in lexicographic order, and their numbers of inversions."""
    value = np.full(n + 1, -1, np.int64)
    subset = np.zeros(n + 1, np.int64)
    inversions = np.zeros(n + 1, np.int64)
    word = np.zeros(n, np.int8)
    depth, listed = 0, 0
    while depth >= 0:
        if depth == n:
            for i in range(n):
                elements[listed, i] = word[i]
            lengths[listed] = inversions[n]
            listed += 1
            depth -= 1
            continue
        value[depth] += 1
        v = value[depth]
        if v == n:
            value[depth] = -1
            depth -= 1
        elif skipped[subset[depth], v] >= 0:
            larger = subset[depth] >> v
            placed = 0
            while larger:
                larger &= larger - 1
                placed += 1
            word[depth] = v
            subset[depth + 1] = subset[depth] | (1 << v)
            inversions[depth + 1] = inversions[depth] + placed
            depth += 1


@kernel
def _order_by_rank(
    lengths: NDArray[np.int16], names: NDArray[np.int32], order: NDArray[np.int32]
) -> None:
    """Stable counting sort: names[lexicographic place] = vertex, order its inverse."""
    least, most = lengths[0], lengths[0]
    for length in lengths:
        least, most = min(least, length), max(most, length)
    begin = np.zeros(most - least + 2, np.int64)
    for length in lengths:
        begin[length - least + 1] += 1
    for rank in range(most - least + 1):
        begin[rank + 1] += begin[rank]
    for place in range(len(lengths)):
        vertex = begin[lengths[place] - least]
        begin[lengths[place] - least] += 1
        names[place] = vertex
        order[vertex] = place


@kernel
def _edges_from(
    word: NDArray[np.int8],
    skipped: NDArray[np.int32],
    names: NDArray[np.int32],
    subsets: NDArray[np.int64],
    places: NDArray[np.int64],
    found: NDArray[np.int64],
) -> int:
    """Finds the upper neighbours of one element inside the interval and returns their number.

    They are left in `found` as ``target << 8 | i << 4 | j``, ascending. `subsets` and `places`,
    int64[n + 1], are scratch; the first entry of each is 0.
    """
    n = len(word)
    for i in range(n):
        subsets[i + 1] = subsets[i] | (1 << word[i])
        places[i + 1] = places[i] + skipped[subsets[i], word[i]]
    number = 0
    for i in range(n - 1):
        for j in range(i + 1, n):
            if word[j] < word[i]:
                continue
            step = skipped[subsets[i], word[j]]
            place = places[i] + step
            change = (1 << word[i]) | (1 << word[j])
            k = i + 1
            while step >= 0 and k < j:
                step = skipped[subsets[k] ^ change, word[k]]
                place += step
                k += 1
            if step < 0:
                continue
            step = skipped[subsets[j] ^ change, word[i]]
            if step < 0:
                continue
            place += step + places[n] - places[j + 1]
            key = (np.int64(names[place]) << 8) | (i << 4) | j
            back = number
            while back > 0 and found[back - 1] > key:
                found[back] = found[back - 1]
                back -= 1
            found[back] = key
            number += 1
    return number


@kernel
def build_graphs(
    xs: NDArray[np.int8],
    ws: NDArray[np.int8],
    node_ends: NDArray[np.int64],
    edge_room: int,
) -> tuple[
    NDArray[np.int64],
    NDArray[np.int8],
    NDArray[np.int16],
    NDArray[np.int32],
    NDArray[np.int32],
    NDArray[np.int8],
]:
    """Builds the Bruhat graphs of many intervals, one after the other.

    Args:
        xs: int8[K, n], 0-indexed one-line notation, each below its partner.
        ws: int8[K, n].
        node_ends: int64[K + 1], running total of `count_sizes`, from 0.
        edge_room: An upper bound of the total number of edges.

    Returns:
        edge_ends int64[K + 1], elements int8[N, n] (0-indexed, by rank and then lexicographically),
        ranks int16[N], sources int32[E], targets int32[E] (numbered within each interval), and
        reflections int8[E, 2], 1-indexed.
    """
    n = xs.shape[1]
    nodes = node_ends[-1]
    steps = _step_table(n)
    completions = np.empty(1 << n, np.int64)
    counts = np.empty(1 << n, np.uint64)
    queue = np.empty(1 << n, np.int32)
    skipped = np.empty((1 << n, n), np.int32)
    found = np.empty(n * n // 2 + 1, np.int64)
    subsets, places = np.zeros(n + 1, np.int64), np.zeros(n + 1, np.int64)
    most = 0
    for k in range(len(xs)):
        most = max(most, node_ends[k + 1] - node_ends[k])
    all_words, all_lengths = np.empty((most, n), np.int8), np.empty(most, np.int16)
    all_names, all_orders = np.empty(most, np.int32), np.empty(most, np.int32)
    edge_ends = np.zeros(len(xs) + 1, np.int64)
    elements = np.empty((nodes, n), np.int8)
    ranks = np.empty(nodes, np.int16)
    sources = np.empty(edge_room, np.int32)
    targets = np.empty(edge_room, np.int32)
    reflections = np.empty((edge_room, 2), np.int8)
    edge = 0
    for k in range(len(xs)):
        begin, size = node_ends[k], node_ends[k + 1] - node_ends[k]
        end = _layers(xs[k], ws[k], steps, completions, counts, queue)
        _skip_table(n, completions, queue, end, skipped)
        words, lengths = all_words[:size], all_lengths[:size]
        names, order = all_names[:size], all_orders[:size]
        _list_elements(n, skipped, words, lengths)
        _order_by_rank(lengths, names, order)
        base = lengths[order[0]]
        for vertex in range(size):
            word = words[order[vertex]]
            for i in range(n):
                elements[begin + vertex, i] = word[i]
            ranks[begin + vertex] = lengths[order[vertex]] - base
            for e in range(_edges_from(word, skipped, names, subsets, places, found)):
                sources[edge] = vertex
                targets[edge] = found[e] >> 8
                reflections[edge, 0] = ((found[e] >> 4) & 15) + 1
                reflections[edge, 1] = (found[e] & 15) + 1
                edge += 1
        edge_ends[k + 1] = edge
    return edge_ends, elements, ranks, sources[:edge], targets[:edge], reflections[:edge]
