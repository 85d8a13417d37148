"""Interned polynomials: equal polynomials have equal numbers.

Number 0 is the zero polynomial and number 1 the polynomial 1. Coefficients are kept as int32;
whatever leaves that range is reported, never stored.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data_gen.kl_kernels.bits import Number
from data_gen.kl_kernels.inner import inner_kernel, lean_kernel

__all__ = [
    "COEFFICIENT_LIMIT",
    "Ids",
    "Pool",
    "add_constants",
    "find",
    "hash_of",
    "insert",
    "intern",
    "make_pool",
    "merge",
    "reserve",
]

COEFFICIENT_LIMIT = 2**31 - 1

Ids = np.uint16 | np.uint32
"""What numbers of polynomials are kept in: uint16 up to S_9."""


class Pool(NamedTuple):
    """Polynomials in order of first appearance, with a hash table to find them.

    Attributes:
        coefficients: int32, all polynomials one after the other, ascending.
        start: int64, where each one starts; one entry more than there are polynomials.
        degree: int8, -1 for the zero polynomial.
        slots: uint32, open addressing: 1 + number, 0 where empty; the size is a power of two.
        count: int64[1], how many there are.
    """

    coefficients: NDArray[np.int32]
    start: NDArray[np.int64]
    degree: NDArray[np.int8]
    slots: NDArray[np.uint32]
    count: NDArray[np.int64]  # type: ignore[assignment]


def make_pool(capacity: int, coefficients: int) -> Pool:
    """An empty pool with room for `capacity` polynomials and `coefficients` coefficients."""
    size = 1 << max(8, (2 * capacity - 1).bit_length())
    return Pool(
        coefficients=np.zeros(coefficients, dtype=np.int32),
        start=np.zeros(capacity + 1, dtype=np.int64),
        degree=np.zeros(capacity, dtype=np.int8),
        slots=np.zeros(size, dtype=np.uint32),
        count=np.zeros(1, dtype=np.int64),
    )


def reserve(pool: Pool, more: int, coefficients: int) -> Pool:
    """The same pool, with room for `more` polynomials of `coefficients` coefficients together."""
    count = int(pool.count[0])
    used = int(pool.start[count])
    if count + more <= len(pool.degree) and used + coefficients <= len(pool.coefficients):
        return pool
    capacity = max(2 * len(pool.degree), count + more)
    larger = make_pool(capacity, max(2 * len(pool.coefficients), used + coefficients))
    merge(larger, pool, 0, count, np.empty(count, dtype=np.uint32), np.empty(128, dtype=np.int64))
    return larger


@inner_kernel
def hash_of(poly: NDArray[np.int64], size: Number) -> Number:
    """A 64-bit hash of the first `size` entries of `poly` (int64)."""
    value = np.uint64(0x9E3779B97F4A7C15)
    for k in range(size):
        value ^= np.uint64(poly[k])
        value *= np.uint64(0xFF51AFD7ED558CCD)
        value ^= value >> np.uint64(32)
    return value


@inner_kernel
def find(
    slots: NDArray[np.uint32],
    degree: NDArray[np.int8],
    start: NDArray[np.int64],
    coefficients: NDArray[np.int32],
    poly: NDArray[np.int64],
    size: Number,
    key: Number,
) -> Number:
    """The number of a polynomial, or -1; the first four arguments are fields of the `Pool`.

    A named tuple would cost a reference count for each of its arrays at every call.
    """
    mask = np.uint64(slots.shape[0] - 1)
    slot = key & mask
    while slots[slot] != 0:
        number = np.int64(slots[slot]) - 1
        if degree[number] == size - 1:
            begin = start[number]
            same = True
            for k in range(size):
                if coefficients[begin + k] != poly[k]:
                    same = False
                    break
            if same:
                return number
        slot = (slot + np.uint64(1)) & mask
    return np.int64(-1)


@inner_kernel
def insert(pool: Pool, poly: NDArray[np.int64], size: Number, key: Number) -> Number:
    """Adds a polynomial that is not there; its number, or -1 if there is no room."""
    number = pool.count[0]
    begin = pool.start[number]
    if number == pool.degree.shape[0] or begin + size > pool.coefficients.shape[0]:
        return np.int64(-1)
    for k in range(size):
        pool.coefficients[begin + k] = poly[k]
    pool.start[number + 1] = begin + size
    pool.degree[number] = size - 1
    pool.count[0] = number + 1
    mask = np.uint64(pool.slots.shape[0] - 1)
    slot = key & mask
    while pool.slots[slot] != 0:
        slot = (slot + np.uint64(1)) & mask
    pool.slots[slot] = number + 1
    return number


@inner_kernel
def intern(pool: Pool, own: Pool, base: Number, poly: NDArray[np.int64], size: Number) -> Number:
    """The number of a polynomial, adding it to the thread's own pool; -1 if that is full."""
    key = hash_of(poly, size)
    number = find(pool.slots, pool.degree, pool.start, pool.coefficients, poly, size, key)
    if number >= 0:
        return number
    number = find(own.slots, own.degree, own.start, own.coefficients, poly, size, key)
    if number < 0:
        number = insert(own, poly, size, key)
        if number < 0:
            return np.int64(-1)
    return number + base


def add_constants(pool: Pool) -> None:
    """Adds 0 and 1 to an empty pool."""
    constants = make_pool(2, 1)
    constants.coefficients[0] = 1
    constants.start[:] = (0, 0, 1)
    constants.degree[:] = (-1, 0)
    merge(pool, constants, 0, 2, np.empty(2, dtype=np.uint32), np.empty(128, dtype=np.int64))


@lean_kernel
def merge(
    pool: Pool,
    local: Pool,
    first: Number,
    last: Number,
    renumbered: NDArray[np.uint32],
    poly: NDArray[np.int64],
) -> bool:
    """Adds the polynomials first..last of `local` to `pool`, in order, each once.

    `renumbered` (uint32) receives their numbers; there must be room. True if every one of them got
    the number that follows the previous one, so that nothing has to be renumbered. `poly` is
    int64[128] scratch.
    """
    unchanged = True
    for k in range(first, last):
        size = local.degree[k] + 1
        for j in range(size):
            poly[j] = local.coefficients[local.start[k] + j]
        key = hash_of(poly, size)
        number = find(pool.slots, pool.degree, pool.start, pool.coefficients, poly, size, key)
        if number < 0:
            number = insert(pool, poly, size, key)
        else:
            unchanged = False
        renumbered[k] = number
    return unchanged
