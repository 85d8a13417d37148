"""Listing the z of an interval [x, w] that are extremal for w, without listing the interval."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data_gen.jit import kernel
from data_gen.kl_kernels.bits import popcount

__all__ = ["list_between"]


@kernel
def _usable_subsets(x: NDArray[np.int8], w: NDArray[np.int8]) -> NDArray[np.bool_]:
    """bool[2^n]: which sets {z(1), ..., z(p)} occur on the way to some z in [x, w].

    Ehresmann's criterion bounds, for every q, how many of the first p values are at least q.
    """
    n = len(x)
    low = np.zeros((n + 1, n), dtype=np.int64)
    high = np.zeros((n + 1, n), dtype=np.int64)
    for p in range(1, n + 1):
        for q in range(n):
            low[p, q] = low[p - 1, q] + (x[p - 1] >= q)
            high[p, q] = high[p - 1, q] + (w[p - 1] >= q)
    usable = np.zeros(1 << n, dtype=np.bool_)
    usable[-1] = True
    for subset in range((1 << n) - 2, -1, -1):
        leads_on = False
        for value in range(n):
            if not (subset >> value) & 1 and usable[subset | (1 << value)]:
                leads_on = True
                break
        if not leads_on:
            continue
        p = popcount(np.uint64(subset))
        fits = True
        for q in range(1, n):
            count = popcount(np.uint64(subset >> q))
            if count < low[p, q] or count > high[p, q]:
                fits = False
                break
        usable[subset] = fits
    return usable


@kernel
def list_between(
    x: NDArray[np.int8], w: NDArray[np.int8], right: int, left: int
) -> NDArray[np.int8]:
    """All z in [x, w] whose right and left descent sets contain the given masks.

    Args:
        x: int8[n], counting from 0.
        w: int8[n].
        right: Mask of generators that must be right descents.
        left: Mask of those that must be left descents.

    Returns:
        int8[count, n] in lexicographic order.
    """
    n = len(x)
    usable = _usable_subsets(x, w)
    found = np.empty((64, n), dtype=np.int8)
    count = 0
    z = np.full(n + 1, -1, dtype=np.int64)
    p, subset = 0, 0
    while p >= 0:
        if p == n:
            if count == found.shape[0]:
                larger = np.empty((2 * count, n), dtype=np.int8)
                larger[:count] = found
                found = larger
            for k in range(n):
                found[count, k] = z[k]
            count += 1
            p -= 1
            subset ^= 1 << z[p]
            continue
        value = z[p] + 1
        while value < n:
            bit = 1 << value
            if not subset & bit and usable[subset | bit]:
                falls = p == 0 or not (right >> (p - 1)) & 1 or z[p - 1] > value
                if falls and (not (left >> value) & 1 or subset & (bit << 1)):
                    break
            value += 1
        if value == n:
            z[p] = -1
            p -= 1
            if p >= 0:
                subset ^= 1 << z[p]
            continue
        z[p] = value
        subset |= 1 << value
        p += 1
        if p < n:
            z[p] = -1
    return found[:count]
