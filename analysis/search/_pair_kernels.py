"""Compiled parts of the search for pairs x < w: letters that may follow, moves, degrees.

Bruhat order is decided as in `data_gen.sampling_kernels`: for each p the numbers
``#{a <= p : w(a) >= k} - #{a <= p : x(a) >= k}`` for k = 2..n are kept in one 64-bit word, four
bits each, and x <= w iff none is ever negative. Words are 0-indexed here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data_gen.jit import kernel

__all__ = ["allowed_letters", "degrees", "move"]

_ONES = np.uint64(0x1111111111111111)
_HIGH = np.uint64(0x8888888888888888)


@kernel
def _fields(low: int, high: int) -> np.uint64:
    """A one for each of the thresholds that lie above `low` and not above `high`."""
    return _ONES & ((np.uint64(1) << np.uint64(4 * high)) - (np.uint64(1) << np.uint64(4 * low)))


@kernel
def _added(difference: np.uint64, x: int, w: int) -> np.uint64:
    """The difference after one more letter of each; all bits where it would be negative."""
    if w >= x:
        return difference + _fields(x, w)
    step = _fields(w, x)
    if ((difference | _HIGH) - step) & _HIGH != _HIGH:
        return ~np.uint64(0)
    return difference - step


@kernel
def _differences(x: NDArray[np.int8], w: NDArray[np.int8], differences: NDArray[np.uint64]) -> bool:
    """Fills in the differences after 1..n-1 letters; False where x is not below w."""
    difference = np.uint64(0)
    for p in range(len(x) - 1):
        difference = _added(difference, x[p], w[p])
        if difference == ~np.uint64(0):
            return False
        differences[p] = difference
    return True


@kernel
def allowed_letters(prefixes: NDArray[np.int8], n: int) -> NDArray[np.bool_]:
    """Which letters may follow prefixes of x_1 w_1 x_2 w_2 ...

    Args:
        prefixes: int8[B, t], all of them allowed up to here, t < 2n.
        n: In S_n, n at most 15.

    Returns:
        bool[B, n]. After an even number of letters any that x does not have yet; after an odd
        number those that leave the sorted prefixes comparable. The largest letter that w does not
        have yet is always one of them.
    """
    count, t = prefixes.shape
    allowed = np.ones((count, n), np.bool_)
    for b in range(count):
        for k in range(t % 2, t, 2):
            allowed[b, prefixes[b, k]] = False
        if t % 2:
            difference = np.uint64(0)
            for k in range(0, t - 1, 2):
                difference = _added(difference, prefixes[b, k], prefixes[b, k + 1])
            for letter in range(prefixes[b, t - 1]):
                if _added(difference, prefixes[b, t - 1], letter) == ~np.uint64(0):
                    allowed[b, letter] = False
    return allowed


@kernel
def degrees(xs: NDArray[np.int8], ws: NDArray[np.int8]) -> NDArray[np.int32]:
    """What happens at both ends of intervals.

    Args:
        xs: int8[K, n], n at most 15.
        ws: int8[K, n], each above its x.

    Returns:
        int32[K, 5]: the length, the edges from x inside [x, w], how many of them are covers, the
        edges to w, how many of those are covers.
    """
    count, n = xs.shape
    found = np.zeros((count, 5), np.int32)
    differences = np.empty(n, np.uint64)
    for k in range(count):
        x, w = xs[k], ws[k]
        if not _differences(x, w, differences):
            found[k, 0] = -1
            continue
        for i in range(n):
            for j in range(i + 1, n):
                found[k, 0] += (w[i] > w[j]) - np.int64(x[i] > x[j])
                if x[i] < x[j]:
                    inside, cover = _swap(x, i, j, x[i], x[j], differences)
                    found[k, 1] += inside
                    found[k, 2] += inside and cover
                if w[i] > w[j]:
                    inside, cover = _swap(w, i, j, w[j], w[i], differences)
                    found[k, 3] += inside
                    found[k, 4] += inside and cover
    return found


@kernel
def _swap(
    word: NDArray[np.int8], i: int, j: int, low: int, high: int, differences: NDArray[np.uint64]
) -> tuple[bool, bool]:
    """Whether swapping the letters at i < j stays inside, and whether it is a cover."""
    step = _fields(low, high)
    cover = True
    for p in range(i, j):
        if ((differences[p] | _HIGH) - step) & _HIGH != _HIGH:
            return False, False
        if p > i and low < word[p] < high:
            cover = False
    return True, cover


@kernel
def move(
    xs: NDArray[np.int8], ws: NDArray[np.int8], draws: NDArray[np.int64]
) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """For each pair x < w a neighbour: x, w or both times a transposition, on the left or right.

    Args:
        xs: int8[K, n].
        ws: int8[K, n].
        draws: int64[K, T, 4], not negative: for each try what is moved, on which side, and the two
            places. The first try that gives a pair x < w is taken; the pair stays if none does.

    Returns:
        Two new arrays int8[K, n].
    """
    count, n = xs.shape
    new_xs, new_ws = xs.copy(), ws.copy()
    differences = np.empty(n, np.uint64)
    for k in range(count):
        x, w = new_xs[k], new_ws[k]
        for t in range(draws.shape[1]):
            i = draws[k, t, 2] % n
            j = (i + 1 + draws[k, t, 3] % (n - 1)) % n
            which, left = draws[k, t, 0] % 3, draws[k, t, 1] % 2
            if which != 1:
                _transpose(x, left, i, j)
            if which != 0:
                _transpose(w, left, i, j)
            if _differences(x, w, differences) and not np.array_equal(x, w):
                break
            x[:] = xs[k]
            w[:] = ws[k]
    return new_xs, new_ws


@kernel
def _transpose(word: NDArray[np.int8], left: int, i: int, j: int) -> None:
    if left:
        for p in range(len(word)):
            if word[p] == i:
                word[p] = j
            elif word[p] == j:
                word[p] = i
    else:
        word[i], word[j] = word[j], word[i]
