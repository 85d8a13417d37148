"""The numbering of S_n that the Kazhdan-Lusztig kernels work in, and its bit sets.

Permutations are numbered by right descent set, then by length, then lexicographically; every
descent class starts at a multiple of 64, so that a set of permutations is a row of 64-bit words in
which a class owns whole words. The unused numbers at the end of a class are in no set.

Everything is 0-indexed here: generator ``s`` swaps positions ``s`` and ``s + 1`` on the right, and
the values ``s`` and ``s + 1`` on the left; a descent set is a bit mask over ``s``.
"""

from __future__ import annotations

from math import factorial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data_gen.kl_kernels.bits import Number, popcount
from data_gen.kl_kernels.inner import lean_kernel

__all__ = [
    "ABOVE_SHIFT",
    "BELOW_SHIFT",
    "INDEX_MASK",
    "LEFT_MASK",
    "LEFT_SHIFT",
    "Numbering",
    "make_numbering",
    "numbering_bytes",
]

# An entry of `Numbering.step` packs what one wants to know of y = x s into 32 bits, S_11 included:
# its number; the left generator t with x s = t x, or NO_LEFT; whether s - 1 and s + 1 are right
# descents of y.
LEFT_SHIFT, BELOW_SHIFT, ABOVE_SHIFT = 26, 30, 31
INDEX_MASK = (1 << LEFT_SHIFT) - 1
LEFT_MASK = 15
NO_LEFT = 15


_ByRank = tuple[
    NDArray[np.uint16],
    NDArray[np.uint8],
    NDArray[np.uint32],
    NDArray[np.uint32],
    NDArray[np.int8],
]
"""By lexicographic rank: right descent set, length, ranks of the inverse and of w0 x w0, digits."""


class Numbering(NamedTuple):
    """S_n in the numbering of this module; `size` numbers, of which n! are used.

    Attributes:
        perm: int8[size, n], one-line notation.
        rank_of: uint32[size], lexicographic rank (n! for an unused number).
        index_of: uint32[n!], the number of a lexicographic rank.
        right: uint16[size], right descent set.
        left: uint16[size], left descent set.
        length: uint8[size], Coxeter length.
        inverse: uint32[size], number of the inverse.
        conjugate: uint32[size], number of ``w0 x w0``.
        step: uint32[n - 1, size], number of ``x s`` and three facts about it, see `LEFT_SHIFT`.
        planes: uint64[planes, size / 64], bit sets: ``{x : r_x(p, q) <= r}`` at
            `plane_of`, then ``{x : t is a left descent}`` from `left_plane` on.
        plane_of: int32[n, n, n], the row of `planes` for (p, q, r), where r_x(p, q) counts the
            k < p with ``n - 1 - x(k) < q``; x <= w exactly if r_x <= r_w everywhere.
        left_plane: int64[1], the first row of left descent sets.
        class_word: int64[2^(n-1)], the first word of a right descent class.
        class_words: int32[2^(n-1), n(n-1)/2 + 1], how many words of a class hold its elements of
            at most a given length.
    """

    perm: NDArray[np.int8]
    rank_of: NDArray[np.uint32]
    index_of: NDArray[np.uint32]
    right: NDArray[np.uint16]
    left: NDArray[np.uint16]
    length: NDArray[np.uint8]
    inverse: NDArray[np.uint32]
    conjugate: NDArray[np.uint32]
    step: NDArray[np.uint32]
    planes: NDArray[np.uint64]
    plane_of: NDArray[np.int32]
    left_plane: NDArray[np.int64]
    class_word: NDArray[np.int64]
    class_words: NDArray[np.int32]


def make_numbering(n: int) -> Numbering:
    """Numbers S_n; n from 1 to 11.

    Example:
        >>> numbering = make_numbering(4)
        >>> bin(numbering.right[numbering.index_of[-1]]), int(numbering.length.max())
        ('0b111', 6)
    """
    factorials = np.array([factorial(k) for k in range(n + 1)], dtype=np.int64)
    count = factorial(n)
    by_rank = (
        np.zeros(count, dtype=np.uint16),
        np.zeros(count, dtype=np.uint8),
        np.zeros(count, dtype=np.uint32),
        np.zeros(count, dtype=np.uint32),
        np.zeros((count, n), dtype=np.int8),
    )
    _walk(np.arange(n), factorials, by_rank)
    class_word, class_words, index_of, words = _sort_classes(n, *by_rank[:2])
    plane_of, conditions = _number_planes(n)
    size = 64 * words
    perm = np.zeros((size, n), dtype=np.int8)
    rank_of = np.full(size, count, dtype=np.uint32)
    inverse, conjugate = np.zeros(size, dtype=np.uint32), np.zeros(size, dtype=np.uint32)
    step = np.zeros((n - 1, size), dtype=np.uint32)
    lehmer = np.zeros(n, dtype=np.int64)
    _tabulate(factorials, index_of, by_rank, perm, rank_of, inverse, conjugate, step, lehmer)
    right, length = np.zeros(size, dtype=np.uint16), np.zeros(size, dtype=np.uint8)
    right[index_of], length[index_of] = by_rank[:2]
    left = right[inverse]
    planes = np.zeros((conditions + n - 1, words), dtype=np.uint64)
    entries, more = np.zeros((2, n, n), dtype=np.uint64)
    descents = np.zeros(n, dtype=np.uint64)
    _fill_planes(conditions, plane_of, perm, rank_of, left, count, planes, entries, more, descents)
    return Numbering(
        perm=perm,
        rank_of=rank_of,
        index_of=index_of,
        right=right,
        left=left,
        length=length,
        inverse=inverse,
        conjugate=conjugate,
        step=step,
        planes=planes,
        plane_of=plane_of,
        left_plane=np.array([conditions], dtype=np.int64),
        class_word=class_word,
        class_words=class_words,
    )


def numbering_bytes(n: int) -> int:
    """Roughly how many bytes `make_numbering` takes at its peak."""
    per_element = 2 * n + 3 * 4 + 4 + 2 * 2 + 1 + 4 * max(n - 1, 1) + 11
    conditions = sum(min(p, n - p) for p in range(1, n)) * (n - 1)
    return factorial(n) * per_element + factorial(n) // 8 * (conditions + n)


def _number_planes(n: int) -> tuple[NDArray[np.int32], int]:
    plane_of = np.full((n, n, n), -1, dtype=np.int32)
    count = 0
    for p in range(1, n):
        for q in range(1, n):
            for r in range(max(0, p + q - n), min(p, q)):
                plane_of[p, q, r] = count
                count += 1
    return plane_of, count


@lean_kernel
def _walk(x: NDArray[np.int64], factorials: NDArray[np.int64], by_rank: _ByRank) -> None:
    """All of S_n in lexicographic order, from x = identity on."""
    right, length, inverse, conjugate, digits = by_rank
    count, n = digits.shape
    for rank in range(count):
        seen, mask, inversions, inverse_rank, conjugate_rank = 0, 0, 0, 0, 0
        for i in range(n):
            value = x[i]
            digits[rank, i] = value
            # How many larger values stand to the left: a Lehmer digit of the inverse and of
            # the conjugate alike.
            larger = popcount(np.uint64(seen >> value))
            seen |= 1 << value
            inversions += larger
            inverse_rank += larger * factorials[n - 1 - value]
            conjugate_rank += larger * factorials[i]
            if i > 0 and x[i - 1] > value:
                mask |= 1 << (i - 1)
        right[rank] = mask
        length[rank] = inversions
        inverse[rank] = inverse_rank
        conjugate[rank] = conjugate_rank
        i = n - 2
        while i >= 0 and x[i] > x[i + 1]:
            i -= 1
        if i < 0:
            break
        j = n - 1
        while x[j] < x[i]:
            j -= 1
        x[i], x[j] = x[j], x[i]
        low, high = i + 1, n - 1
        while low < high:
            x[low], x[high] = x[high], x[low]
            low += 1
            high -= 1


def _sort_classes(
    n: int, right: NDArray[np.uint16], length: NDArray[np.uint8]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.uint32], int]:
    """Counting sort by (right descent set, length), classes padded to whole words."""
    classes, lengths = 1 << (n - 1), n * (n - 1) // 2 + 1
    key = right * np.uint16(lengths) + length  # below 2^16 up to S_11
    counts = np.bincount(key, minlength=classes * lengths).reshape(classes, lengths)
    up_to = counts.cumsum(axis=1)
    class_words = ((up_to + 63) // 64).astype(np.int32)
    words = class_words[:, -1].astype(np.int64)
    class_word = words.cumsum() - words
    sizes = up_to[:, -1]
    # By how much padding has moved each class.
    moved = 64 * class_word - (sizes.cumsum() - sizes)
    index_of = np.empty(len(key), dtype=np.uint32)
    index_of[np.argsort(key, kind="stable")] = np.arange(len(key)) + np.repeat(moved, sizes)
    return class_word, class_words, index_of, int(words.sum())


@lean_kernel
def _tabulate(
    factorials: NDArray[np.int64],
    index_of: NDArray[np.uint32],
    by_rank: _ByRank,
    perm: NDArray[np.int8],
    rank_of: NDArray[np.uint32],
    inverse: NDArray[np.uint32],
    conjugate: NDArray[np.uint32],
    step: NDArray[np.uint32],
    lehmer: NDArray[np.int64],
) -> None:
    """Moves everything into the numbering and adds the neighbours on the right."""
    _, _, inverse_of, conjugate_of, digits = by_rank
    count, n = digits.shape
    for rank in range(count):
        index = index_of[rank]
        rank_of[index] = rank
        inverse[index] = index_of[inverse_of[rank]]
        conjugate[index] = index_of[conjugate_of[rank]]
        seen = 0
        for i in range(n):
            value = digits[rank, i]
            perm[index, i] = value
            lehmer[i] = value - popcount(np.uint64(seen & ((1 << value) - 1)))
            seen |= 1 << value
        for s in range(n - 1):
            a, b = digits[rank, s], digits[rank, s + 1]
            first, second = lehmer[s + 1], lehmer[s]
            if a < b:
                first += 1
            else:
                second -= 1
            other = rank + (first - lehmer[s]) * factorials[n - 1 - s]
            other += (second - lehmer[s + 1]) * factorials[n - 2 - s]
            entry = np.int64(index_of[other])
            entry |= (min(a, b) if abs(a - b) == 1 else NO_LEFT) << LEFT_SHIFT
            if s > 0 and digits[rank, s - 1] > b:
                entry |= 1 << BELOW_SHIFT
            if s + 2 < n and a > digits[rank, s + 2]:
                entry |= 1 << ABOVE_SHIFT
            step[s, index] = entry


@lean_kernel
def _fill_planes(
    conditions: Number,
    plane_of: NDArray[np.int32],
    perm: NDArray[np.int8],
    rank_of: NDArray[np.uint32],
    left: NDArray[np.uint16],
    count: Number,
    planes: NDArray[np.uint64],
    entries: NDArray[np.uint64],
    more: NDArray[np.uint64],
    descents: NDArray[np.uint64],
) -> None:
    """All bit sets, 64 permutations at a time; the last three arguments are scratch.

    `more[q, r]` is the set of those with more than r entries below q among the first p.
    """
    n = perm.shape[1]
    words = planes.shape[1]
    for word in range(words):
        for p in range(n):
            descents[p] = 0
            for q in range(n):
                entries[p, q] = 0
                more[p, q] = 0
        valid = np.uint64(0)
        for k in range(64):
            index = 64 * word + k
            if rank_of[index] == count:
                break
            bit = np.uint64(1) << np.uint64(k)
            valid |= bit
            for p in range(n):
                entries[p, n - 1 - perm[index, p]] |= bit
            for t in range(n - 1):
                descents[t] |= np.uint64((left[index] >> t) & 1) << np.uint64(k)
        for p in range(1, n):
            smaller = np.uint64(0)
            for q in range(1, n):
                smaller |= entries[p - 1, q - 1]
                for r in range(min(p, q) - 1, 0, -1):
                    more[q, r] |= more[q, r - 1] & smaller
                more[q, 0] |= smaller
                for r in range(max(0, p + q - n), min(p, q)):
                    planes[plane_of[p, q, r], word] = valid & ~more[q, r]
        for t in range(n - 1):
            planes[conditions + t, word] = descents[t]
