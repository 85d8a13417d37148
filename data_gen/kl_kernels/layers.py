"""Planning one length layer of the recursion, and appending its rows to the table."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data_gen.kl_kernels.bits import Number
from data_gen.kl_kernels.extremal import orbit_key
from data_gen.kl_kernels.inner import fused_kernel, lean_kernel
from data_gen.kl_kernels.numbering import INDEX_MASK, Numbering
from data_gen.kl_kernels.polynomials import Ids

__all__ = ["NO_ROW", "Rows", "Tasks", "append_rows", "count_orbits", "plan_layer", "renumber"]

NO_ROW = 0xFFFFFFFF

Tasks = tuple[NDArray[np.uint32], NDArray[np.uint8], NDArray[np.uint8]]
"""Rows v, whether to take the inverse of v, and s: to be filled are the rows of all v s."""


class Rows(NamedTuple):
    """One row for each orbit of S_n under inverse and conjugation by w0.

    Attributes:
        representative: uint32[orbits], the w whose row is stored.
        start: int64[orbits + 1], where the row starts in `ids`.
        ids: uint16 or uint32, polynomial numbers along the extremal x <= w in ascending order.
        row_of: uint32[size], the row that serves a w.
    """

    representative: NDArray[np.uint32]
    start: NDArray[np.int64]
    ids: NDArray[Ids]
    row_of: NDArray[np.uint32]


def count_orbits(numbering: Numbering) -> NDArray[np.int64]:
    """How many orbits S_n has, by length: int64[n(n-1)/2 + 1]."""
    n = numbering.perm.shape[1]
    index = numbering.index_of
    inverse, turned = numbering.inverse[index], numbering.conjugate[index]
    first = (index <= inverse) & (index <= turned) & (index <= numbering.inverse[turned])
    return np.bincount(numbering.length[index[first]], minlength=n * (n - 1) // 2 + 1)


@fused_kernel
def _term_counts(
    numbering: Numbering,
    v: Number,
    flip: Number,
    mu_x: NDArray[np.uint32],
    first: Number,
    last: Number,
    counts: NDArray[np.int64],
) -> None:
    """How many mu-terms the recursion from v to v s has, for every s."""
    n = numbering.perm.shape[1]
    for s in range(n - 1):
        counts[s] = 0
    for k in range(first, last):
        z = mu_x[k]
        new = numbering.left[z] if flip else numbering.right[z]
        new &= ~numbering.right[v]
        for s in range(n - 1):
            counts[s] += (new >> s) & 1
    for s in range(n - 1):
        for t in (s - 1, s + 1):
            if 0 <= t < n - 1 and (numbering.right[v] >> t) & 1:
                z = numbering.step[t, v] & np.uint32(INDEX_MASK)
                counts[s] += (numbering.right[z] >> s) & 1


@lean_kernel
def plan_layer(
    numbering: Numbering,
    rows: Rows,
    first: Number,
    last: Number,
    mu_start: NDArray[np.int64],
    mu_x: NDArray[np.uint32],
    best: NDArray[np.uint64],
    counts: NDArray[np.int64],
    worst: bool,
    tasks: Tasks,
) -> Number:
    """Chooses, for every orbit one length above rows first..last, the descent to come from.

    Every descent of every member of such an orbit is, up to symmetry, a right ascent s of a
    stored v or of its inverse. The one with the fewest mu-terms wins (the most, if `worst`: only
    for tests), the earliest among equals; the orbit's representative becomes that v s.

    Args:
        numbering: The `Numbering`.
        rows: The `Rows` so far.
        first: The first row of the layer below.
        last: One past its last row.
        mu_start: int64, where the mu-list of each of those rows starts.
        mu_x: uint32, the z of the mu-lists.
        best: uint64[size] scratch, all ones; left all ones.
        counts: int64[n] scratch.
        worst: Pick the worst descent instead of the best.
        tasks: Receives, for each orbit of that length, the row v, whether to take the inverse of
            v, and s; the tasks of one v are neighbours.

    Returns:
        How many tasks there are.
    """
    n = numbering.perm.shape[1]
    task_row, task_flip, task_s = tasks
    nothing = ~np.uint64(0)
    task = 0
    for sweep in range(2):
        for row in range(first, last):
            for flip in range(2):
                v = np.int64(rows.representative[row])
                if flip == 1:
                    if numbering.inverse[v] == v:
                        continue
                    v = np.int64(numbering.inverse[v])
                k = row - first
                _term_counts(numbering, v, flip, mu_x, mu_start[k], mu_start[k + 1], counts)
                for s in range(n - 1):
                    if (numbering.right[v] >> s) & 1:
                        continue
                    w = np.int64(numbering.step[s, v] & np.uint32(INDEX_MASK))
                    key = orbit_key(numbering, w)
                    cost = (1 << 24) - 1 - counts[s] if worst else counts[s]
                    score = np.uint64((cost << 37) | (k << 5) | (flip << 4) | s)
                    if sweep == 0:
                        best[key] = min(best[key], score)
                    elif best[key] == score:
                        task_row[task] = row
                        task_flip[task] = flip
                        task_s[task] = s
                        task += 1
                        best[key] = nothing
    return task


@lean_kernel
def renumber(
    ids: NDArray[Ids], first: Number, last: Number, base: Number, renumbered: NDArray[np.uint32]
) -> None:
    """Replaces, in place, the numbers from `base` on, which were given by one thread."""
    for k in range(first, last):
        if ids[k] >= base:
            ids[k] = renumbered[ids[k] - base]


@lean_kernel
def append_rows(
    numbering: Numbering,
    rows: Rows,
    row: Number,
    work: Tasks,
    first: Number,
    last: Number,
    sizes: NDArray[np.uint32],
    at: Number,
    ids: NDArray[Ids],
    begin: Number,
) -> None:
    """Appends finished rows.

    Args:
        numbering: The `Numbering`.
        rows: The `Rows`, with room.
        row: The number of the first new row.
        work: The tasks of the layer, as `plan_layer` gives them.
        first: The first task to append.
        last: One past the last.
        sizes: uint32, the length of the new rows, from entry `at` on.
        at: Where to begin in `sizes`.
        ids: uint32, their polynomial numbers, from entry `begin` on.
        begin: Where to begin in `ids`.
    """
    task_row, task_flip, task_s = work
    table_ids = rows.ids
    for task in range(first, last):
        v = np.int64(rows.representative[task_row[task]])
        if task_flip[task]:
            v = np.int64(numbering.inverse[v])
        w = numbering.step[task_s[task], v] & np.uint32(INDEX_MASK)
        size = np.int64(sizes[at + task - first])
        start = rows.start[row]
        for k in range(size):  # a slice would compile for a second
            table_ids[start + k] = ids[begin + k]
        begin += size
        rows.start[row + 1] = start + size
        rows.representative[row] = w
        other = numbering.inverse[w]
        rows.row_of[w] = row
        rows.row_of[other] = row
        rows.row_of[numbering.conjugate[w]] = row
        rows.row_of[numbering.conjugate[other]] = row
        row += 1
