"""Compiled drawing of random pairs of S_n, from a stream of integers of our own.

numpy promises the same bits from its bit generators for ever, but not the same integers or
permutations made of them. A sample has to be the same in ten years: here the generator is
SplitMix64 (Steele, Lea and Flood, Fast splittable pseudorandom number generators, 2014), and
integers below a bound come from it by rejection. Only 64-bit integers occur, so every machine
agrees.

Bruhat order is decided by Ehresmann's criterion on differences: for each p, the numbers
``#{a <= p : w(a) >= k} - #{a <= p : x(a) >= k}`` for k = 2..n are kept in one 64-bit word, four
bits each; x <= w iff none is ever negative, and none exceeds n // 2.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data_gen.jit import kernel

__all__ = [
    "are_below",
    "insert_new",
    "keep_comparable",
    "lower_tops",
    "random_ranks",
    "shuffle",
    "walk_down",
]

_ONES = np.uint64(0x1111111111111111)
_HIGH = np.uint64(0x8888888888888888)
_NONE = np.int64(-1)


@kernel
def _next(state: NDArray[np.uint64]) -> np.uint64:
    """The next 64 bits; `state` is uint64[1]."""
    state[0] += np.uint64(0x9E3779B97F4A7C15)
    return _mix(state[0])


@kernel
def _mix(z: np.uint64) -> np.uint64:
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@kernel
def _below(state: NDArray[np.uint64], bound: int) -> np.int64:
    """A uniform integer from 0 to bound - 1."""
    limit = np.uint64(bound)
    excess = (np.uint64(0) - limit) % limit  # 2^64 mod bound: so many words are one too many
    word = _next(state)
    while word < excess:
        word = _next(state)
    return np.int64(word % limit)


@kernel
def random_ranks(state: NDArray[np.uint64], bound: int, count: int) -> NDArray[np.int64]:
    """int64[count] of uniform integers from 0 to bound - 1."""
    ranks = np.empty(count, np.int64)
    for k in range(count):
        ranks[k] = _below(state, bound)
    return ranks


@kernel
def shuffle(
    state: NDArray[np.uint64], codes: NDArray[np.int32], begin: int, end: int
) -> NDArray[np.int64]:
    """Entries `begin` to `end` of `codes` in uniformly random order, if those before them are.

    Each is exchanged with one of those from it on; what comes later is only disturbed.
    """
    drawn = np.empty(end - begin, np.int64)
    for k in range(begin, end):
        other = k + _below(state, codes.size - k)
        codes[k], codes[other] = codes[other], codes[k]
        drawn[k - begin] = codes[k]
    return drawn


@kernel
def _lehmer(n: int, rank: np.int64, digits: NDArray[np.int64]) -> int:
    """Writes the Lehmer code of a lexicographic rank and returns its sum, the length."""
    rest, length = np.uint64(rank), 0
    for i in range(n - 1, -1, -1):
        base = np.uint64(n - i)
        higher = rest // base
        digits[i] = np.int64(rest - higher * base)
        length += digits[i]
        rest = higher
    return length


@kernel
def _word_of(n: int, digits: NDArray[np.int64], word: NDArray[np.int8]) -> None:
    for i in range(n - 1, -1, -1):
        word[i] = digits[i]
        for j in range(i + 1, n):
            word[j] += word[j] >= word[i]


@kernel
def _fields(low: int, high: int) -> np.uint64:
    """A one for each of the thresholds that lie above `low` and not above `high`."""
    return _ONES & ((np.uint64(1) << np.uint64(4 * high)) - (np.uint64(1) << np.uint64(4 * low)))


@kernel
def _differences(x: NDArray[np.int8], w: NDArray[np.int8], differences: NDArray[np.uint64]) -> bool:
    """Fills in the differences after 1..n-1 entries; False where one would be negative."""
    difference = np.uint64(0)
    for p in range(len(x) - 1):
        if w[p] > x[p]:
            difference += _fields(x[p], w[p])
        elif w[p] < x[p]:
            step = _fields(w[p], x[p])
            if ((difference | _HIGH) - step) & _HIGH != _HIGH:
                return False
            difference -= step
        differences[p] = difference
    return True


@kernel
def are_below(xs: NDArray[np.int8], ws: NDArray[np.int8]) -> NDArray[np.bool_]:
    """bool[K], whether xs[k] <= ws[k] in Bruhat order; both int8[K, n], n at most 15."""
    below = np.empty(len(xs), np.bool_)
    differences = np.empty(xs.shape[1], np.uint64)
    for k in range(len(xs)):
        below[k] = _differences(xs[k], ws[k], differences)
    return below


@kernel
def keep_comparable(
    n: int,
    x_ranks: NDArray[np.int64],
    w_ranks: NDArray[np.int64],
    max_length: int,
    xs: NDArray[np.int8],
    ws: NDArray[np.int8],
    places: NDArray[np.int64],
) -> int:
    """Finds the pairs with x <= w and l(w) - l(x) <= max_length.

    Args:
        n: The pairs are in S_n, n at most 15.
        x_ranks: int64[K], lexicographic ranks.
        w_ranks: int64[K].
        max_length: The largest difference of lengths.
        xs: int8[K, n]; its first rows are filled with those x.
        ws: int8[K, n], the same for w.
        places: int64[K], the same for the numbers of these pairs.

    Returns:
        How many there are.
    """
    below, above = np.empty(n, np.int64), np.empty(n, np.int64)
    differences = np.empty(n, np.uint64)
    found = 0
    for k in range(x_ranks.size):
        gap = _lehmer(n, w_ranks[k], above) - _lehmer(n, x_ranks[k], below)
        if gap < 0 or gap > max_length or below[0] > above[0]:
            continue
        _word_of(n, below, xs[found])
        _word_of(n, above, ws[found])
        if _differences(xs[found], ws[found], differences):
            places[found] = k
            found += 1
    return found


@kernel
def _swap_stays_above(w: NDArray[np.int8], i: int, j: int, differences: NDArray[np.uint64]) -> bool:
    """Whether w with its entries at i < j swapped, w(i) > w(j), is above x still."""
    step = _fields(w[j], w[i])
    for p in range(i, j):  # noqa: SIM110 - numba knows no generators
        if ((differences[p] | _HIGH) - step) & _HIGH != _HIGH:
            return False
    return True


@kernel
def _swap(w: NDArray[np.int8], i: int, j: int, differences: NDArray[np.uint64]) -> int:
    """Swaps them, and returns by how much w gets shorter."""
    step = _fields(w[j], w[i])
    drop = 1
    for p in range(i, j):
        differences[p] -= step
        drop += 2 * (p > i and w[j] < w[p] < w[i])
    w[i], w[j] = w[j], w[i]
    return drop


@kernel
def lower_tops(xs: NDArray[np.int8], ws: NDArray[np.int8], length: int) -> NDArray[np.int8]:
    """For each pair x <= w some z in [x, w] with l(z) - l(x) at most `length`; w if it is so.

    [x, z] is part of [x, w]: where it has too many elements, so has [x, w], and that is seen
    much earlier than by counting all of them. Swaps of neighbours are tried first, for they make
    w shorter by one only.
    """
    n = xs.shape[1]
    tops = ws.copy()
    differences = np.empty(n, np.uint64)
    for k in range(len(xs)):
        w = tops[k]
        gap = _inversions(w) - _inversions(xs[k])
        if gap <= length:
            continue
        _differences(xs[k], w, differences)
        distance = 1
        while gap > length:
            moved = False
            for i in range(n - distance):
                j = i + distance
                if gap > length and w[i] > w[j] and _swap_stays_above(w, i, j, differences):
                    gap -= _swap(w, i, j, differences)
                    moved = True
            distance = 1 if moved else distance + 1
    return tops


@kernel
def _inversions(word: NDArray[np.int8]) -> int:
    inversions = 0
    for j in range(1, len(word)):
        for i in range(j):
            inversions += word[i] > word[j]
    return inversions


@kernel
def walk_down(
    state: NDArray[np.uint64],
    n: int,
    bound: int,
    max_length: int,
    x_words: NDArray[np.int8],
    w_words: NDArray[np.int8],
) -> None:
    """Fills int8[K, n] arrays with the lower and upper ends of random walks.

    Args:
        state: uint64[1], of the generator.
        n: The pairs are in S_n, n >= 2.
        bound: n!.
        max_length: The most covers that a walk goes down.
        x_words: The lower ends.
        w_words: The upper ends.
    """
    digits = np.empty(n, np.int64)
    for k in range(len(w_words)):
        length = 0
        while length == 0:
            length = _lehmer(n, _below(state, bound), digits)
        _word_of(n, digits, w_words[k])
        x_words[k] = w_words[k]
        for _ in range(1 + _below(state, min(length, max_length))):
            covers = _visit_covers(x_words[k], _NONE)
            _visit_covers(x_words[k], _below(state, covers))


@kernel
def _visit_covers(word: NDArray[np.int8], number: np.int64) -> int:
    """Counts the elements that `word` covers; goes to the one of that number if there is one."""
    count = 0
    for i in range(len(word) - 1):
        largest = np.int64(-1)  # of the entries met that are below word[i]: those hide smaller ones
        for j in range(i + 1, len(word)):
            if largest < word[j] < word[i]:
                largest = np.int64(word[j])
                if count == number:
                    word[i], word[j] = word[j], word[i]
                    return count
                count += 1
    return count


@kernel
def insert_new(
    slots: NDArray[np.int64],
    xs: NDArray[np.int64],
    ws: NDArray[np.int64],
    found: int,
    new_xs: NDArray[np.int64],
    new_ws: NDArray[np.int64],
) -> int:
    """Appends the pairs that are not there yet, in order, until the arrays are full.

    Args:
        slots: Open addressing: 1 + place of a pair, 0 where empty; its size is a power of two, and
            more than that of `xs`.
        xs: int64[count], the first `found` of them in use.
        ws: int64[count].
        found: How many pairs there are.
        new_xs: int64[K], pairs that may be new.
        new_ws: int64[K].

    Returns:
        How many pairs there are now.
    """
    mask = np.uint64(slots.size - 1)
    for k in range(new_xs.size):
        if found == xs.size:
            break
        slot = _mix(np.uint64(new_xs[k]) + _mix(np.uint64(new_ws[k]))) & mask
        while slots[slot] and (
            xs[slots[slot] - 1] != new_xs[k] or ws[slots[slot] - 1] != new_ws[k]
        ):
            slot = (slot + np.uint64(1)) & mask
        if slots[slot] == 0:
            xs[found], ws[found] = new_xs[k], new_ws[k]
            found += 1
            slots[slot] = found
    return found
