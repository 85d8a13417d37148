"""Filling rows of the table: one Kazhdan-Lusztig recursion step for every extremal pair.

For w = v s > v and x with xs < x,

    P_{x,w} = P_{xs,v} + q P_{x,v} - sum_z mu(z, v) q^{(l(w) - l(z)) / 2} P_{x,z}

over z < v with zs < z (Kazhdan-Lusztig 1979, (2.2.c)).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data_gen.kl_kernels.bits import Number
from data_gen.kl_kernels.buffers import (
    DONE,
    FULL_IDS,
    FULL_MU,
    FULL_POOL,
    OVERFLOW,
    MuLists,
    Output,
    Scratch,
)
from data_gen.kl_kernels.extremal import extremal_below
from data_gen.kl_kernels.inner import fused_kernel, inner_kernel, lean_kernel
from data_gen.kl_kernels.layers import Rows, Tasks
from data_gen.kl_kernels.numbering import (
    ABOVE_SHIFT,
    BELOW_SHIFT,
    INDEX_MASK,
    LEFT_MASK,
    LEFT_SHIFT,
    Numbering,
)
from data_gen.kl_kernels.polynomials import COEFFICIENT_LIMIT, Ids, Pool, find, hash_of, intern
from data_gen.kl_kernels.terms import fill_with_terms, has_terms

__all__ = ["fill_rows", "renumber_memo"]


@fused_kernel
def _write_sum(
    start: NDArray[np.int64],
    coefficients: NDArray[np.int32],
    low: Number,
    high: Number,
    poly: NDArray[np.int64],
) -> Number:
    """Writes ``P_low + q P_high`` to `poly`; returns its size, 0 on overflow."""
    begin, high_begin = start[low], start[high]
    size, high_size = start[low + 1] - begin, start[high + 1] - high_begin
    total = max(size, high_size + 1)
    for k in range(size):
        poly[k] = coefficients[begin + k]
    for k in range(size, total):
        poly[k] = 0
    for k in range(high_size):
        poly[k + 1] += coefficients[high_begin + k]
        if poly[k + 1] > COEFFICIENT_LIMIT:
            return np.int64(0)
    return total


@inner_kernel
def _push_run(
    step: NDArray[np.uint32],
    right: NDArray[np.uint16],
    y: Number,
    t: Number,
    end: Number,
    direction: Number,
) -> Number:
    """Pushes y up by the generators t, t + direction, ... before `end`, until one is a descent."""
    while t != end and not (right[y] >> t) & 1:
        y = step[t, y] & np.uint32(INDEX_MASK)
        t += direction
    return y


@fused_kernel
def _gather(
    numbering: Numbering, scratch: Scratch, parts: Number, v: Number, s: Number, w: Number
) -> None:
    """Writes the numbers of P_{xs,v} and P_{x,v}, for every x of a row, to `low` and `high`."""
    # Plain local names: a field of a named tuple costs a reference count each time it is read.
    step, right, row, low, high = (
        numbering.step, numbering.right, scratch.row, scratch.low, scratch.high
    )  # fmt: skip
    list_w, part_class, part_end = scratch.list_w, scratch.part_class, scratch.part_end
    mask = np.uint32(INDEX_MASK)
    left_v = np.int64(numbering.left[v])
    gained = np.int64(right[v]) & ~np.int64(right[w])
    below = s - 1 if s > 0 and (gained >> (s - 1)) & 1 else -1
    above = s + 1 if (gained >> (s + 1)) & 1 else -1
    # A gained descent joins the entry at s or s + 1 to a decreasing run of v; pushing up inserts
    # the entry into that run, one step at a time.
    low_end, high_end = below, above
    while low_end >= 0 and (right[v] >> low_end) & 1:
        low_end -= 1
    while above >= 0 and (right[v] >> high_end) & 1:
        high_end += 1
    first = 0
    for part in range(parts):
        group, last = part_class[part], part_end[part]
        # Only gained descents can be missing from x: the same ones for the whole class.
        push_below = below >= 0 and not (group >> below) & 1
        push_above = above >= 0 and not (group >> above) & 1
        for k in range(first, last):
            x = list_w[k]
            entry = step[s, x]
            if push_below:
                x = _push_run(step, right, step[below, x] & mask, below - 1, low_end, -1)
            if push_above:
                x = _push_run(step, right, step[above, x] & mask, above + 1, high_end, 1)
            y = entry & mask
            if below >= 0 and not (entry >> np.uint32(BELOW_SHIFT)) & 1:
                y = _push_run(step, right, step[below, y] & mask, below - 1, low_end, -1)
            if above >= 0 and not (entry >> np.uint32(ABOVE_SHIFT)) & 1:
                y = _push_run(step, right, step[above, y] & mask, above + 1, high_end, 1)
            # If xs = tx with t a descent of v, then xs is pushed up to where x is.
            t = np.int64((entry >> np.uint32(LEFT_SHIFT)) & np.uint32(LEFT_MASK))
            low[k] = row[x if (left_v >> t) & 1 else y]
            high[k] = row[x]
        first = last


@fused_kernel
def _combine(
    pool: Pool,
    own: Pool,
    base: Number,
    scratch: Scratch,
    count: Number,
    ids: NDArray[Ids],
    at: Number,
) -> Number:
    """Fills a row that has no mu-terms with ``low + q high``; returns a status."""
    memo, low, high, poly = scratch.memo, scratch.low, scratch.high, scratch.poly
    pool_start, coefficients = pool.start, pool.coefficients
    slots_of, degree = pool.slots, pool.degree
    slots = np.uint64(memo.shape[0] // 2 - 1)
    for k in range(count):
        if high[k] == 0:
            ids[at + k] = low[k]
            continue
        key = (np.uint64(low[k]) << np.uint64(32)) | np.uint64(high[k])
        slot = ((key * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(20)) & slots
        if memo[2 * slot] == key:
            ids[at + k] = memo[2 * slot + 1]
            continue
        size = _write_sum(pool_start, coefficients, np.int64(low[k]), np.int64(high[k]), poly)
        if size == 0:
            return OVERFLOW
        # The first half of intern, without reading the fields of the pool once more.
        hashed = hash_of(poly, size)
        number = find(slots_of, degree, pool_start, coefficients, poly, size, hashed)
        if number < 0:
            number = intern(pool, own, base, poly, size)
        if number < 0:
            return FULL_POOL
        memo[2 * slot] = key
        memo[2 * slot + 1] = number
        ids[at + k] = number
    return DONE


@fused_kernel
def _list_mu(
    numbering: Numbering,
    pool: Pool,
    own: Pool,
    base: Number,
    scratch: Scratch,
    count: Number,
    w: Number,
    output: Output,
    at: Number,
    mu_at: Number,
) -> Number:
    """Appends the mu-list of a finished row; returns its length, or -1 if there is no room."""
    found = 0
    length_of, list_w, ids = numbering.length, scratch.list_w, output.ids
    right, left = numbering.right, numbering.left
    mu_x, mu_value = output.mu_x, output.mu_value
    degree, start, coefficients = pool.degree, pool.start, pool.coefficients
    own_degree, own_start, own_coefficients = own.degree, own.start, own.coefficients
    length, right_w, left_w = np.int64(length_of[w]), right[w], left[w]
    room = mu_x.shape[0] - mu_at
    for k in range(count):
        x = list_w[k]
        gap = length - np.int64(length_of[x])
        number = np.int64(ids[at + k])
        twice = 2 * np.int64(degree[number] if number < base else own_degree[number - base])
        if twice + 1 != gap:
            continue
        if right[x] == right_w and left[x] == left_w:
            continue
        if found == room:
            return -1
        if number < base:
            mu = coefficients[start[number + 1] - 1]
        else:
            mu = own_coefficients[own_start[number - base + 1] - 1]
        mu_x[mu_at + found] = x
        mu_value[mu_at + found] = mu
        found += 1
    return found


@lean_kernel
def fill_rows(
    numbering: Numbering,
    rows: Rows,
    pool: Pool,
    own: Pool,
    layer: Number,
    mu: MuLists,
    tasks: Tasks,
    span: tuple[int, int],
    scratch: Scratch,
    output: Output,
    cursor: NDArray[np.int64],
) -> tuple[int, int]:
    """Computes the rows of some tasks, until done or something is full.

    Args:
        numbering: The `Numbering`.
        rows: The `Rows` of all shorter w.
        pool: Their `Pool`; read only.
        own: The thread's own `Pool`, for what this layer adds.
        layer: First row of the layer below.
        mu: (mu_start, mu_x, mu_value), the mu-lists of that layer.
        tasks: The three arrays of `plan_layer`.
        span: First task and one past the last.
        scratch: The thread's `Scratch`; `row` and `term` all zero, before and after.
        output: The thread's `Output`.
        cursor: int64[3]: how many rows, ids and mu-list entries `output` holds; moved on.

    Returns:
        The next task and a status.
    """
    task_row, task_flip, task_s = tasks
    mu_start, mu_x, mu_value = mu
    base = pool.count[0]
    status = DONE
    last_row, last_flip, v, size_v = np.int64(-1), np.int64(-1), np.int64(0), 0
    task = span[0]
    while task < span[1]:
        row, flip = np.int64(task_row[task]), np.int64(task_flip[task])
        s = np.int64(task_s[task])
        if row != last_row or flip != last_flip:
            for k in range(size_v):
                scratch.row[scratch.list_v[k]] = 0
            v = np.int64(rows.representative[row])
            size_v, _ = extremal_below(
                numbering, v, scratch.planes, scratch.list_v, scratch.part_class, scratch.part_end
            )
            start = rows.start[row]
            if flip:
                v = np.int64(numbering.inverse[v])
                for k in range(size_v):
                    scratch.list_v[k] = numbering.inverse[scratch.list_v[k]]
            for k in range(size_v):
                scratch.row[scratch.list_v[k]] = rows.ids[start + k]
            last_row, last_flip = row, flip
        w = np.int64(numbering.step[s, v] & np.uint32(INDEX_MASK))
        count, parts = extremal_below(
            numbering, w, scratch.planes, scratch.list_w, scratch.part_class, scratch.part_end
        )
        at, mu_at = cursor[1], cursor[2]
        if at + count > output.ids.shape[0]:
            status = FULL_IDS
            break
        first, last = mu_start[row - layer], mu_start[row - layer + 1]
        _gather(numbering, scratch, parts, v, s, w)
        if has_terms(numbering, v, flip, s, mu_x, first, last):
            status = fill_with_terms(
                numbering, rows, pool, own, base, scratch, output, count, v, flip, s, w,
                (mu_x, mu_value), first, last, at,
            )  # fmt: skip
        else:
            status = _combine(pool, own, base, scratch, count, output.ids, at)
        if status != DONE:
            break
        found = _list_mu(numbering, pool, own, base, scratch, count, w, output, at, mu_at)
        if found < 0:
            status = FULL_MU
            break
        output.sizes[cursor[0]] = count
        output.mu_sizes[cursor[0]] = found
        cursor[0] += 1
        cursor[1] += count
        cursor[2] += found
        task += 1
    for k in range(size_v):
        scratch.row[scratch.list_v[k]] = 0
    return task, status


@lean_kernel
def renumber_memo(memo: NDArray[np.uint64], base: Number, renumbered: NDArray[np.uint32]) -> None:
    """Gives the results remembered during a layer their final numbers."""
    for slot in range(memo.shape[0] // 2):
        number = memo[2 * slot + 1]
        if number >= np.uint64(base):
            memo[2 * slot + 1] = renumbered[number - np.uint64(base)]
