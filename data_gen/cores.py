"""Intervals that are isomorphic for a reason: one core for many pairs, so that work is done once.

Two exact facts make most intervals of S_n copies of smaller or earlier ones.

* Inversion and conjugation by w0 keep the Bruhat graph and the polynomial, so the four pairs
  (x, w), (x^-1, w^-1), (w0 x w0, w0 w w0) and their combination have isomorphic graphs.
* A position i with x(i) = w(i) = c and #{j <= i: x(j) >= c} = #{j <= i: w(j) >= c} is fixed by
  every element of [x, w]: the rank function r(i, c) = #{j <= i: z(j) >= c} is monotone along Bruhat
  order, so it is constant on the interval, at (i-1, c), (i, c+1) and (i-1, c+1) as well, and those
  four numbers say z(i) = c. Deleting it gives an isomorphic interval of S_{n-1} (Billey and
  Warrington, Maximal singular loci of Schubert varieties, 2003). It leaves the differences of the
  rank functions elsewhere as they are, so all such positions go in one pass.

The core of a pair is what is left after the deletions, as the least of its four images. Pairs with
equal cores have isomorphic graphs and equal polynomials; the converse is false, certificates
(`data_gen.isomorphism`) decide.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data_gen.jit import kernel

__all__ = ["canonical_cores", "split_key"]

_DEGREE_SHIFT = 48  # ranks of S_14 need 37 bits


def canonical_cores(n: int, xs: NDArray[np.int64], ws: NDArray[np.int64]) -> NDArray[np.int64]:
    """The core of every pair, as two integers.

    Args:
        n: The pairs are in S_n, n at most 16.
        xs: Lexicographic ranks of the bottoms, int64[M].
        ws: Lexicographic ranks of the tops, int64[M]; x below w in Bruhat order.

    Returns:
        int64[M, 2]: ``m << 48 | rank of x`` and ``rank of w`` for the core in S_m. A single element
        (x = w) has its core in S_1.

    Example:
        >>> pairs = canonical_cores(3, np.array([0, 0, 3]), np.array([1, 2, 3]))
        >>> [(int(key >> 48), int(key & 0xFFFF), int(w)) for key, w in pairs]
        [(2, 0, 1), (2, 0, 1), (1, 0, 0)]
    """
    return _cores(n, np.asarray(xs, np.int64), np.asarray(ws, np.int64))


def split_key(keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Takes the first integer of a core apart: the m of its S_m, and the rank of x.

    Example:
        >>> cores = canonical_cores(3, np.array([0, 3]), np.array([1, 3]))  # [123, 132], [231, 231]
        >>> degrees, bottoms = split_key(cores[:, 0])
        >>> degrees.tolist(), bottoms.tolist()
        ([2, 1], [0, 0])
    """
    return keys >> _DEGREE_SHIFT, keys & ((1 << _DEGREE_SHIFT) - 1)


@kernel
def _unrank_into(n: int, rank: np.int64, word: NDArray[np.int64]) -> None:
    for i in range(n - 1, -1, -1):
        base = n - i
        digit = rank % base
        rank //= base
        word[i] = digit
        for j in range(i + 1, n):
            if word[j] >= digit:
                word[j] += 1


@kernel
def _rank(n: int, word: NDArray[np.int64]) -> np.int64:
    rank = np.int64(0)
    for i in range(n):
        smaller = 0
        for j in range(i + 1, n):
            smaller += word[j] < word[i]
        rank = rank * (n - i) + smaller
    return rank


@kernel
def _delete_fixed(
    n: int, x: NDArray[np.int64], w: NDArray[np.int64], keep: NDArray[np.int64]
) -> int:
    """Deletes what every element of [x, w] has in common; returns how many letters are left."""
    m = 0
    for i in range(n):
        difference = 0
        for j in range(i + 1):
            if x[j] >= x[i]:
                difference += 1
            if w[j] >= x[i]:
                difference -= 1
        if x[i] != w[i] or difference != 0:
            keep[m] = i
            m += 1
    _keep_letters(x, keep, m)
    _keep_letters(w, keep, m)
    return m


@kernel
def _keep_letters(word: NDArray[np.int64], keep: NDArray[np.int64], m: int) -> None:
    """Keeps the letters at m ascending places, renamed 0..m-1."""
    for i in range(m):
        word[i] = word[keep[i]]
    for rank in range(m):  # renamed letters are below `rank`, the others are not
        least = -1
        for i in range(m):
            if word[i] >= rank and (least < 0 or word[i] < word[least]):
                least = i
        word[least] = rank


@kernel
def _invert(m: int, word: NDArray[np.int64], out: NDArray[np.int64]) -> None:
    for i in range(m):
        out[word[i]] = i


@kernel
def _conjugate(m: int, word: NDArray[np.int64], out: NDArray[np.int64]) -> None:
    for i in range(m):
        out[i] = m - 1 - word[m - 1 - i]


@kernel
def _cores(n: int, xs: NDArray[np.int64], ws: NDArray[np.int64]) -> NDArray[np.int64]:
    keys = np.empty((xs.size, 2), np.int64)
    x, w = np.empty(n, np.int64), np.empty(n, np.int64)
    image_x, image_w = np.empty(n, np.int64), np.empty(n, np.int64)
    keep = np.empty(n, np.int64)
    for row in range(xs.size):
        _unrank_into(n, xs[row], x)
        _unrank_into(n, ws[row], w)
        m = _delete_fixed(n, x, w, keep)
        if m == 0:
            keys[row, 0], keys[row, 1] = np.int64(1) << _DEGREE_SHIFT, 0
            continue
        best_x, best_w = _rank(m, x), _rank(m, w)
        for image in range(1, 4):
            # identity -> inverse -> conjugate of the inverse -> conjugate
            if image == 2:
                _conjugate(m, x, image_x)
                _conjugate(m, w, image_w)
            else:
                _invert(m, x, image_x)
                _invert(m, w, image_w)
            x, image_x = image_x, x
            w, image_w = image_w, w
            rank_x, rank_w = _rank(m, x), _rank(m, w)
            if rank_x < best_x or (rank_x == best_x and rank_w < best_w):
                best_x, best_w = rank_x, rank_w
        keys[row, 0] = np.int64(m) << _DEGREE_SHIFT | best_x
        keys[row, 1] = best_w
    return keys
