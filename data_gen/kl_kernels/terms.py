"""Rows with mu-terms: sums of polynomials in int64, checked for sign, degree and range."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data_gen.kl_kernels.bits import Number
from data_gen.kl_kernels.buffers import (
    BROKEN,
    DONE,
    FULL_POOL,
    FULL_WORK,
    OVERFLOW,
    Output,
    Scratch,
)
from data_gen.kl_kernels.extremal import extremal_below, push_up, same_orbit_map
from data_gen.kl_kernels.inner import fused_kernel, inner_kernel
from data_gen.kl_kernels.layers import Rows
from data_gen.kl_kernels.numbering import INDEX_MASK, Numbering
from data_gen.kl_kernels.polynomials import COEFFICIENT_LIMIT, Ids, Pool, find, hash_of, intern

__all__ = ["fill_with_terms", "has_terms"]


@inner_kernel
def _add_multiple(
    work: NDArray[np.int64],
    begin: Number,
    factor: Number,
    pool_start: NDArray[np.int64],
    pool_coefficients: NDArray[np.int32],
    number: Number,
) -> None:
    """Adds a multiple of a polynomial to work[begin:]."""
    first = pool_start[number]
    for j in range(pool_start[number + 1] - first):
        work[begin + j] += factor * pool_coefficients[first + j]


@fused_kernel
def _start_sums(
    pool: Pool, scratch: Scratch, count: Number, width: Number, work: NDArray[np.int64]
) -> None:
    """Writes ``low + q high`` into the accumulators, for every x of the row."""
    low, high = scratch.low, scratch.high
    start, coefficients = pool.start, pool.coefficients
    for k in range(count * width):
        work[k] = 0
    for k in range(count):
        _add_multiple(work, k * width, 1, start, coefficients, np.int64(low[k]))
        _add_multiple(work, k * width + 1, 1, start, coefficients, np.int64(high[k]))


@fused_kernel
def _subtract_term(
    numbering: Numbering,
    rows: Rows,
    pool: Pool,
    scratch: Scratch,
    count: Number,
    z: Number,
    mu: Number,
    shift: Number,
    width: Number,
    work: NDArray[np.int64],
) -> None:
    """Subtracts ``mu q^shift P_{x,z}`` from the accumulators, for every x of the row."""
    step, right, inverse = numbering.step, numbering.right, numbering.inverse
    length_of, conjugate, ids = numbering.length, numbering.conjugate, rows.ids
    term, list_w, list_z = scratch.term, scratch.list_w, scratch.list_z
    start, coefficients = pool.start, pool.coefficients
    stored = rows.row_of[z]
    target = np.int64(rows.representative[stored])
    symmetry = same_orbit_map(numbering, z, target)
    size, _ = extremal_below(
        numbering, target, scratch.planes, list_z, scratch.part_class, scratch.part_end
    )
    first = rows.start[stored]
    for k in range(size):
        x = list_z[k]
        if symmetry & 1:
            x = inverse[x]
        if symmetry & 2:
            x = conjugate[x]
        list_z[k] = x
        term[x] = ids[first + k]
    right_z, left_z = np.int64(right[z]), np.int64(numbering.left[z])
    for k in range(count):
        x = np.int64(list_w[k])
        if length_of[x] > length_of[z]:
            continue
        number = np.int64(term[push_up(step, right, inverse, x, right_z, left_z)])
        _add_multiple(work, k * width + shift, -mu, start, coefficients, number)
    for k in range(size):
        term[list_z[k]] = 0


@fused_kernel
def _finish_sums(
    numbering: Numbering,
    pool: Pool,
    own: Pool,
    base: Number,
    scratch: Scratch,
    count: Number,
    w: Number,
    width: Number,
    work: NDArray[np.int64],
    ids: NDArray[Ids],
    at: Number,
) -> Number:
    """Checks and interns the accumulators; returns a status."""
    poly, list_w, length_of = scratch.poly, scratch.list_w, numbering.length
    slots_of, degree = pool.slots, pool.degree
    pool_start, coefficients = pool.start, pool.coefficients
    for k in range(count):
        size = width
        begin = k * width
        while size > 0 and work[begin + size - 1] == 0:
            size -= 1
        gap = np.int64(length_of[w]) - np.int64(length_of[list_w[k]])
        if size == 0 or (gap > 0 and 2 * (size - 1) >= gap):
            return BROKEN
        for j in range(size):
            value = work[begin + j]
            if value < 0:
                return BROKEN
            if value > COEFFICIENT_LIMIT:
                return OVERFLOW
            poly[j] = value
        hashed = hash_of(poly, size)
        number = find(slots_of, degree, pool_start, coefficients, poly, size, hashed)
        if number < 0:
            number = intern(pool, own, base, poly, size)
        if number < 0:
            return FULL_POOL
        ids[at + k] = number
    return DONE


@fused_kernel
def fill_with_terms(
    numbering: Numbering,
    rows: Rows,
    pool: Pool,
    own: Pool,
    base: Number,
    scratch: Scratch,
    output: Output,
    count: Number,
    v: Number,
    flip: Number,
    s: Number,
    w: Number,
    mu: tuple[NDArray[np.uint32], NDArray[np.int32]],
    first: Number,
    last: Number,
    at: Number,
) -> Number:
    """Fills a row that has mu-terms; returns a status."""
    mu_x, mu_value = mu
    width = np.int64(numbering.length[w]) // 2 + 1
    work = output.work
    if count * width > work.shape[0]:
        return FULL_WORK
    _start_sums(pool, scratch, count, width, work)
    length = np.int64(numbering.length[w])
    # The mu-list, then the neighbours v t with t = s - 1 and s + 1: one loop, so that the long
    # subtraction is compiled into it once.
    for k in range(first, last + 2):
        z, value = np.int64(-1), np.int64(1)
        if k < last:
            z, value = np.int64(mu_x[k]), np.int64(mu_value[k])
            if flip:
                z = np.int64(numbering.inverse[z])
        else:
            t = s - 1 + 2 * (k - last)
            if 0 <= t < numbering.step.shape[0] and (numbering.right[v] >> t) & 1:
                z = np.int64(numbering.step[t, v] & np.uint32(INDEX_MASK))
        if z >= 0 and (numbering.right[z] >> s) & 1:
            shift = (length - np.int64(numbering.length[z])) // 2
            _subtract_term(numbering, rows, pool, scratch, count, z, value, shift, width, work)
    return _finish_sums(numbering, pool, own, base, scratch, count, w, width, work, output.ids, at)


@fused_kernel
def has_terms(
    numbering: Numbering,
    v: Number,
    flip: Number,
    s: Number,
    mu_x: NDArray[np.uint32],
    first: Number,
    last: Number,
) -> bool:
    """Whether the recursion from v to v s subtracts anything."""
    for k in range(first, last):
        z = mu_x[k]
        descents = numbering.left[z] if flip else numbering.right[z]
        if (descents >> s) & 1:
            return True
    for t in (s - 1, s + 1):
        if 0 <= t < numbering.step.shape[0] and (numbering.right[v] >> t) & 1:
            z = numbering.step[t, v] & np.uint32(INDEX_MASK)
            if (numbering.right[z] >> s) & 1:
                return True
    return False
