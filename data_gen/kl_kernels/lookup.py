"""Reading a finished table: one pair, many pairs, a whole row."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data_gen.jit import kernel
from data_gen.kl_kernels.bits import Number
from data_gen.kl_kernels.extremal import extremal_below, push_up, same_orbit_map
from data_gen.kl_kernels.inner import inner_kernel
from data_gen.kl_kernels.layers import Rows
from data_gen.kl_kernels.numbering import INDEX_MASK, Numbering

__all__ = [
    "count_multiplicities",
    "expand_row",
    "extremal_row",
    "fill_members",
    "look_up",
    "look_up_sorted",
]


@inner_kernel
def _apply(numbering: Numbering, x: Number, symmetry: Number) -> Number:
    if symmetry & 1:
        x = np.int64(numbering.inverse[x])
    if symmetry & 2:
        x = np.int64(numbering.conjugate[x])
    return x


@inner_kernel
def _search(members: NDArray[np.uint32], low: Number, high: Number, x: Number) -> Number:
    """Where x stands in the ascending members[low:high]; -1 if it does not."""
    end = high
    while low < high:
        middle = (low + high) >> 1
        if members[middle] < x:
            low = middle + 1
        else:
            high = middle
    if low < end and members[low] == x:
        return low
    return -1


@kernel
def fill_members(numbering: Numbering, rows: Rows, members: NDArray[np.uint32]) -> None:
    """Writes the extremal x of every row to `members` (uint32), parallel to `rows.ids`."""
    n = numbering.perm.shape[1]
    planes = np.empty(128, dtype=np.int64)
    part_class = np.empty(1 << (n - 1), dtype=np.int32)
    part_end = np.empty(1 << (n - 1), dtype=np.int64)
    for row in range(rows.representative.shape[0]):
        w = np.int64(rows.representative[row])
        found = members[rows.start[row] : rows.start[row + 1]]
        extremal_below(numbering, w, planes, found, part_class, part_end)


@kernel
def look_up(
    numbering: Numbering,
    rows: Rows,
    members: NDArray[np.uint32],
    xs: NDArray[np.int64],
    ws: NDArray[np.int64],
    out: NDArray[np.int32],
) -> None:
    """Polynomial numbers of pairs of lexicographic ranks; 0 where x is not below w."""
    step, right_of, inverse = numbering.step, numbering.right, numbering.inverse
    for k in range(xs.shape[0]):
        w = np.int64(numbering.index_of[ws[k]])
        row = rows.row_of[w]
        target = np.int64(rows.representative[row])
        symmetry = same_orbit_map(numbering, w, target)
        x = _apply(numbering, np.int64(numbering.index_of[xs[k]]), symmetry)
        right, left = np.int64(numbering.right[target]), np.int64(numbering.left[target])
        x = push_up(step, right_of, inverse, x, right, left)
        at = _search(members, rows.start[row], rows.start[row + 1], x)
        out[k] = rows.ids[at] if at >= 0 else 0


@kernel
def look_up_sorted(
    numbering: Numbering,
    rows: Rows,
    xs: NDArray[np.int64],
    ws: NDArray[np.int64],
    order: NDArray[np.int64],
    out: NDArray[np.int32],
) -> None:
    """The same without `members`: lists a row whenever w changes along `order`."""
    n = numbering.perm.shape[1]
    planes = np.empty(128, dtype=np.int64)
    part_class = np.empty(1 << (n - 1), dtype=np.int32)
    part_end = np.empty(1 << (n - 1), dtype=np.int64)
    found = np.empty(numbering.right.shape[0], dtype=np.uint32)
    step, right_of, inverse = numbering.step, numbering.right, numbering.inverse
    last, count = np.int64(-1), np.int64(0)
    for k in order:
        w = np.int64(numbering.index_of[ws[k]])
        row = np.int64(rows.row_of[w])
        target = np.int64(rows.representative[row])
        if row != last:
            count, _ = extremal_below(numbering, target, planes, found, part_class, part_end)
            last = row
        symmetry = same_orbit_map(numbering, w, target)
        x = _apply(numbering, np.int64(numbering.index_of[xs[k]]), symmetry)
        right, left = np.int64(numbering.right[target]), np.int64(numbering.left[target])
        x = push_up(step, right_of, inverse, x, right, left)
        at = _search(found, np.int64(0), count, x)
        out[k] = rows.ids[rows.start[row] + at] if at >= 0 else 0


@kernel
def extremal_row(
    numbering: Numbering, rows: Rows, w: Number, x_ranks: NDArray[np.uint32]
) -> tuple[Number, Number]:
    """Writes the ranks of the extremal x below w, in stored order, and returns the row and size."""
    n = numbering.perm.shape[1]
    planes = np.empty(128, dtype=np.int64)
    part_class = np.empty(1 << (n - 1), dtype=np.int32)
    part_end = np.empty(1 << (n - 1), dtype=np.int64)
    row = np.int64(rows.row_of[w])
    target = np.int64(rows.representative[row])
    symmetry = same_orbit_map(numbering, w, target)
    count, _ = extremal_below(numbering, target, planes, x_ranks, part_class, part_end)
    for k in range(count):
        x_ranks[k] = numbering.rank_of[_apply(numbering, np.int64(x_ranks[k]), symmetry)]
    return row, count


@kernel
def expand_row(
    numbering: Numbering,
    rows: Rows,
    descending: NDArray[np.uint32],
    w: Number,
    out: NDArray[np.int32],
) -> None:
    """Polynomial numbers of all x, by lexicographic rank, for one w.

    `descending` holds all numbers by descending length: a pushed-up x comes before x.
    """
    size = numbering.right.shape[0]
    found = np.empty(size, dtype=np.uint32)
    values = np.zeros(size, dtype=np.uint32)
    n = numbering.perm.shape[1]
    planes = np.empty(128, dtype=np.int64)
    part_class = np.empty(1 << (n - 1), dtype=np.int32)
    part_end = np.empty(1 << (n - 1), dtype=np.int64)
    row = np.int64(rows.row_of[w])
    target = np.int64(rows.representative[row])
    symmetry = same_orbit_map(numbering, w, target)
    count, _ = extremal_below(numbering, target, planes, found, part_class, part_end)
    for k in range(count):
        values[found[k]] = rows.ids[rows.start[row] + k]
    right, left = np.int64(numbering.right[target]), np.int64(numbering.left[target])
    for x in descending:
        missing = right & ~np.int64(numbering.right[x])
        if missing != 0:
            values[x] = values[numbering.step[_low(missing), x] & np.uint32(INDEX_MASK)]
            continue
        missing = left & ~np.int64(numbering.left[x])
        if missing != 0:
            y = numbering.step[_low(missing), numbering.inverse[x]] & np.uint32(INDEX_MASK)
            values[x] = values[numbering.inverse[y]]
    for rank in range(numbering.index_of.shape[0]):
        out[rank] = values[_apply(numbering, np.int64(numbering.index_of[rank]), symmetry)]


@inner_kernel
def _low(mask: Number) -> Number:
    t = 0
    while not (mask >> t) & 1:
        t += 1
    return t


@kernel
def count_multiplicities(
    numbering: Numbering, rows: Rows, first: Number, last: Number, counts: NDArray[np.int64]
) -> None:
    """Adds to counts[id] how many pairs x <= w of S_n the rows first..last stand for.

    An extremal x stands for its double coset ``W_{D_L(w)} x W_{D_R(w)}``, of which it is the
    largest element: its stabiliser is generated by the s in D_R(w) with x s = t x, t in D_L(w).
    """
    n = numbering.perm.shape[1]
    orders = np.ones(1 << (n - 1), dtype=np.int64)
    for mask in range(1 << (n - 1)):
        run = 1
        for s in range(n - 1):
            run = run + 1 if (mask >> s) & 1 else 1
            orders[mask] *= run
    planes = np.empty(128, dtype=np.int64)
    part_class = np.empty(1 << (n - 1), dtype=np.int32)
    part_end = np.empty(1 << (n - 1), dtype=np.int64)
    found = np.empty(numbering.right.shape[0], dtype=np.uint32)
    for row in range(first, last):
        w = np.int64(rows.representative[row])
        count, _ = extremal_below(numbering, w, planes, found, part_class, part_end)
        right, left = np.int64(numbering.right[w]), np.int64(numbering.left[w])
        inverse, conjugate = np.int64(numbering.inverse[w]), np.int64(numbering.conjugate[w])
        orbit = 1
        if inverse != w:
            orbit += 1
        if conjugate != w and conjugate != inverse:
            orbit += 1
        both = np.int64(numbering.conjugate[inverse])
        if both != w and both != inverse and both != conjugate:
            orbit += 1
        total = orbit * orders[right] * orders[left]
        for k in range(count):
            stabiliser = 0
            for s in range(n - 1):
                if (right >> s) & 1:
                    value = numbering.perm[found[k], s + 1]
                    if numbering.perm[found[k], s] == value + 1 and (left >> value) & 1:
                        stabiliser |= 1 << s
            counts[rows.ids[rows.start[row] + k]] += total // orders[stabiliser]
