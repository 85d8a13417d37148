"""Looking up millions of pairs: four table reads and one hash probe a pair, for n up to 8.

Pushing x up is a table read for each side, because the pushed-up x is tabulated for every set of
right descents; a left push is a right push of the inverse.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data_gen.jit import kernel
from data_gen.kl_kernels.extremal import extremal_below, same_orbit_map
from data_gen.kl_kernels.inner import inner_kernel
from data_gen.kl_kernels.layers import Rows
from data_gen.kl_kernels.numbering import INDEX_MASK, Numbering

__all__ = ["MAX_N", "FastLookup", "look_up_fast", "make_fast_lookup"]

MAX_N = 8  # for S_9 the pushes alone would take 190 MB
_BLOCK = 512


class FastLookup(NamedTuple):
    """Tables for `look_up_fast`.

    Attributes:
        below: uint16[4, n!], number of each x by symmetry and lexicographic rank.
        above: uint64[n!], by the rank of w: row << 32 | left << 16 | right << 2 | symmetry.
        push: uint16[2^(n-1), size], the largest element of ``x W_J``, by J and x.
        inverse: uint16[size].
        slots: uint64[2^k], open addressing: (row << 16 | inverse of x) << 16 | id; 0 where empty.
    """

    below: NDArray[np.uint16]
    above: NDArray[np.uint64]
    push: NDArray[np.uint16]
    inverse: NDArray[np.uint16]
    slots: NDArray[np.uint64]


def make_fast_lookup(
    numbering: Numbering, rows: Rows, descending: NDArray[np.uint32]
) -> FastLookup:
    """Tabulates; `descending` holds all numbers by descending length."""
    size, n = numbering.perm.shape
    count = len(numbering.index_of)
    inverse = numbering.inverse.astype(np.uint16)
    index = numbering.index_of
    turned = numbering.conjugate[index]
    tables = FastLookup(
        below=np.stack([index, inverse[index], turned, inverse[turned]]).astype(np.uint16),
        above=np.zeros(count, dtype=np.uint64),
        push=np.zeros((1 << (n - 1), size), dtype=np.uint16),
        inverse=inverse,
        slots=np.zeros(1 << (2 * len(rows.ids)).bit_length(), dtype=np.uint64),
    )
    _fill(numbering, rows, descending, tables)
    return tables


@inner_kernel
def _home(key: np.uint64, mask: np.uint64) -> np.uint64:
    return ((key * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(32)) & mask


@kernel
def _fill(
    numbering: Numbering, rows: Rows, descending: NDArray[np.uint32], tables: FastLookup
) -> None:
    n = numbering.perm.shape[1]
    push, slots, step, right = tables.push, tables.slots, numbering.step, numbering.right
    for mask in range(1 << (n - 1)):
        for x in descending:
            missing = mask & ~np.int64(right[x])
            s = 0
            while missing != 0 and not (missing >> s) & 1:
                s += 1
            push[mask, x] = push[mask, step[s, x] & np.uint32(INDEX_MASK)] if missing else x
    for rank in range(numbering.index_of.shape[0]):
        w = np.int64(numbering.index_of[rank])
        row = np.int64(rows.row_of[w])
        target = np.int64(rows.representative[row])
        descents = np.int64(numbering.left[target]) << 16 | np.int64(right[target]) << 2
        symmetry = same_orbit_map(numbering, w, target)
        tables.above[rank] = np.uint64(row << 32 | descents | symmetry)
    planes = np.empty(128, dtype=np.int64)
    part_class = np.empty(1 << (n - 1), dtype=np.int32)
    part_end = np.empty(1 << (n - 1), dtype=np.int64)
    found = np.empty(right.shape[0], dtype=np.uint32)
    last = np.uint64(slots.shape[0] - 1)
    for stored in range(rows.representative.shape[0]):
        w = np.int64(rows.representative[stored])
        count, _ = extremal_below(numbering, w, planes, found, part_class, part_end)
        for k in range(count):
            key = np.uint64(stored) << np.uint64(16) | np.uint64(tables.inverse[found[k]])
            slot = _home(key, last)
            while slots[slot] != 0:
                slot = (slot + np.uint64(1)) & last
            number = np.uint64(rows.ids[rows.start[stored] + k])
            slots[slot] = key << np.uint64(16) | number


@kernel
def look_up_fast(
    tables: FastLookup, xs: NDArray[np.int64], ws: NDArray[np.int64], out: NDArray[np.int32]
) -> None:
    """Polynomial numbers of pairs of lexicographic ranks; 0 where x is not below w.

    Block by block and read by read, so that many cache misses are under way at once.
    """
    below, above, push = tables.below, tables.above, tables.push
    inverse, slots = tables.inverse, tables.slots
    last = np.uint64(slots.shape[0] - 1)
    tops = np.empty(_BLOCK, dtype=np.uint64)
    places = np.empty(_BLOCK, dtype=np.uint16)
    keys = np.empty(_BLOCK, dtype=np.uint64)
    homes = np.empty(_BLOCK, dtype=np.uint64)
    for begin in range(0, xs.shape[0], _BLOCK):
        size = min(_BLOCK, xs.shape[0] - begin)
        for k in range(size):
            tops[k] = above[ws[begin + k]]
        for k in range(size):
            places[k] = below[tops[k] & np.uint64(3), xs[begin + k]]
        for k in range(size):
            places[k] = push[(tops[k] >> np.uint64(2)) & np.uint64(0x3FFF), places[k]]
        for k in range(size):
            places[k] = push[(tops[k] >> np.uint64(16)) & np.uint64(0xFFFF), inverse[places[k]]]
        for k in range(size):
            keys[k] = tops[k] >> np.uint64(32) << np.uint64(16) | np.uint64(places[k])
            homes[k] = _home(keys[k], last)
        for k in range(size):
            slot = homes[k]
            entry = slots[slot]
            while entry != 0 and entry >> np.uint64(16) != keys[k]:
                slot = (slot + np.uint64(1)) & last
                entry = slots[slot]
            out[begin + k] = np.int32(entry & np.uint64(0xFFFF))
