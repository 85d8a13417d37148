"""Listing the extremal x below one w, and moving x up to an extremal one.

For s a descent of w (on either side) P_{x,w} = P_{xs,w}, so every x may be pushed up by descents of
w until D_R(x) contains D_R(w) and D_L(x) contains D_L(w): the pair is then extremal.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data_gen.kl_kernels.bits import Number, lowest_bit, popcount
from data_gen.kl_kernels.inner import fused_kernel, inner_kernel
from data_gen.kl_kernels.numbering import INDEX_MASK, Numbering

__all__ = ["extremal_below", "orbit_key", "push_up", "same_orbit_map"]


@fused_kernel
def choose_planes(numbering: Numbering, w: Number, planes: NDArray[np.int64]) -> Number:
    """Writes to `planes` the bit sets whose intersection is what lies below w, left-extremal.

    x <= w is checked on Fulton's essential set of w0 w only (Fulton, Duke Math. J. 65, 1992): the
    south-east corners of its Rothe diagram. Returns how many planes there are.
    """
    n = numbering.perm.shape[1]
    count = 0
    left = np.uint64(numbering.left[w])
    while left != 0:
        planes[count] = numbering.left_plane[0] + lowest_bit(left)
        count += 1
        left &= left - np.uint64(1)
    seen, above = 0, 0
    for i in range(n):
        value = n - 1 - numbering.perm[w, i]
        after = seen | (1 << value)
        row = ((1 << value) - 1) & ~after
        corners = np.uint64(above & ~(above >> 1) & ~row)
        while corners != 0:
            q = lowest_bit(corners) + 1
            r = popcount(np.uint64(seen & ((1 << q) - 1)))
            planes[count] = numbering.plane_of[i, q, r]
            count += 1
            corners &= corners - np.uint64(1)
        seen, above = after, row
    return count


@inner_kernel
def extremal_below(
    numbering: Numbering,
    w: Number,
    planes: NDArray[np.int64],
    found: NDArray[np.uint32],
    part_class: NDArray[np.int32],
    part_end: NDArray[np.int64],
) -> tuple[Number, Number]:
    """Lists all x <= w with D_L(x) containing D_L(w) and D_R(x) containing D_R(w).

    Args:
        numbering: The `Numbering`.
        w: A number.
        planes: int64 scratch, a hundred entries.
        found: uint32, receives the x in ascending order; w is among them.
        part_class: int32, receives the right descent classes that occur, ascending.
        part_end: int64, receives where each of them ends in `found`.

    Returns:
        How many x there are, and how many classes.
    """
    n = numbering.perm.shape[1]
    used = choose_planes(numbering, w, planes)
    needed = np.int64(numbering.right[w])
    length = numbering.length[w]
    classes = 1 << (n - 1)
    count, parts = 0, 0
    group = needed
    bits = numbering.planes
    if used == 0:  # only in S_1
        found[0] = w
        part_class[0] = 0
        part_end[0] = 1
        return 1, 1
    while group < classes:
        first = numbering.class_word[group]
        before = count
        for word in range(first, first + numbering.class_words[group, length]):
            rest = bits[planes[0], word]
            for k in range(1, used):
                if rest == 0:
                    break
                rest &= bits[planes[k], word]
            while rest != 0:
                found[count] = 64 * word + lowest_bit(rest)
                count += 1
                rest &= rest - np.uint64(1)
        if count > before:
            part_class[parts] = group
            part_end[parts] = count
            parts += 1
        group = (group + 1) | needed
    return count, parts


@inner_kernel
def push_up(
    step: NDArray[np.uint32],
    right: NDArray[np.uint16],
    inverse: NDArray[np.uint32],
    x: Number,
    on_right: Number,
    on_left: Number,
) -> Number:
    """The largest element of ``W_left x W_right``, for masks of generators.

    The first three arguments are fields of the `Numbering`; a named tuple would cost a reference
    count for each of its arrays at every call.
    """
    missing = np.uint64(on_right & ~np.int64(right[x]))
    while missing != 0:
        x = np.int64(step[lowest_bit(missing), x] & np.uint32(INDEX_MASK))
        missing = np.uint64(on_right & ~np.int64(right[x]))
    y = np.int64(inverse[x])
    missing = np.uint64(on_left & ~np.int64(right[y]))
    if missing != 0:
        while missing != 0:
            y = np.int64(step[lowest_bit(missing), y] & np.uint32(INDEX_MASK))
            missing = np.uint64(on_left & ~np.int64(right[y]))
        x = np.int64(inverse[y])
    return x


@fused_kernel
def orbit_key(numbering: Numbering, w: Number) -> Number:
    """The smallest number in the orbit of w under inverse and conjugation by w0."""
    other = numbering.inverse[w]
    key = min(np.int64(w), np.int64(other))
    key = min(key, np.int64(numbering.conjugate[w]))
    return min(key, np.int64(numbering.conjugate[other]))


@inner_kernel
def same_orbit_map(numbering: Numbering, w: Number, target: Number) -> Number:
    """Which symmetry sends w to `target`: bit 0 for inverse, bit 1 for conjugation; -1 if none."""
    other = numbering.inverse[w]
    if w == target:
        return 0
    if other == target:
        return 1
    if numbering.conjugate[w] == target:
        return 2
    if numbering.conjugate[other] == target:
        return 3
    return -1
