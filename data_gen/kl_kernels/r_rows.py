"""All R-tilde-polynomials of S_n, by the recursion on one right descent."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data_gen.jit import kernel
from data_gen.kl_kernels.bits import Number
from data_gen.kl_kernels.inner import inner_kernel
from data_gen.kl_kernels.polynomials import Pool, find, hash_of, insert

__all__ = ["fill_r_rows"]


@kernel
def fill_r_rows(
    right: NDArray[np.uint16],
    step: NDArray[np.int32],
    ids: NDArray[np.uint16],
    pool: Pool,
    memo: NDArray[np.uint64],
) -> bool:
    """Fills the table row by row.

    Args:
        right: uint16[n!], right descent set by lexicographic rank.
        step: int32[n - 1, n!], the rank of ``x s``.
        ids: uint16[n!, n!], zero; receives the polynomial number of R~_{x,w} at [w, x].
        pool: Has the polynomials 0 and 1.
        memo: uint64[2^k], zero: a direct-mapped cache of (id, id) -> id.

    Returns:
        Whether there was room for every polynomial.
    """
    count = len(right)
    poly = np.zeros(128, dtype=np.int64)
    slots = np.uint64(len(memo) // 2 - 1)
    ids[0, 0] = 1
    for w in range(1, count):
        s = 0
        while not (right[w] >> s) & 1:
            s += 1
        v = step[s, w]
        for x in range(count):
            low = np.uint64(ids[v, step[s, x]])
            if (right[x] >> s) & 1:
                ids[w, x] = low
                continue
            high = np.uint64(ids[v, x])
            if high == np.uint64(0):
                ids[w, x] = low
                continue
            key = (low << np.uint64(32)) | high
            slot = ((key * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(20)) & slots
            if memo[2 * slot] != key:
                number = _plain_sum(pool, np.int64(low), np.int64(high), poly)
                if number < 0:
                    return False
                memo[2 * slot] = key
                memo[2 * slot + 1] = number
            ids[w, x] = memo[2 * slot + 1]
    return True


@inner_kernel
def _plain_sum(pool: Pool, low: Number, high: Number, poly: NDArray[np.int64]) -> Number:
    """The number of ``P_low + q P_high``, -1 if the pool is full."""
    size, high_size = pool.degree[low] + 1, pool.degree[high] + 1
    total = max(size, high_size + 1)
    poly[:total] = 0
    for k in range(size):
        poly[k] = pool.coefficients[pool.start[low] + k]
    for k in range(high_size):
        poly[k + 1] += pool.coefficients[pool.start[high] + k]
    key = hash_of(poly, total)
    number = find(pool.slots, pool.degree, pool.start, pool.coefficients, poly, total, key)
    return number if number >= 0 else insert(pool, poly, total, key)
