"""Exact Kazhdan-Lusztig polynomials of many single pairs, in S_n up to n = 14.

Most pairs of a sample have the same polynomial for a reason, so each pair is reduced first:

* x is pushed up by the descents of w, on both sides: P_{x,w} = P_{xs,w} if ws < w (Kazhdan and
  Lusztig, 1979), until (x, w) is extremal.
* What every element of [x, w] has in common is deleted, and of the four symmetric images the least
  is taken (`data_gen.cores`). In the smaller S_m there may be something to push up again.

Of 30,000 walks in S_14 down to intervals of at most 2,000 elements, 605 distinct pairs are left,
and 179 of them in S_9 or more. Those up to S_8 are read off a table; the others are computed one by
one, by the recursion of `data_gen.kl_single`.

What that reaches, measured on one core: 2 to 40 milliseconds for such a pair if its interval has at
most 5,000 elements, whatever n; less than a second for any pair of S_12 that was tried. Of uniform
pairs of S_14 with no limit on the size, half take less than 0.05 seconds, but one in a hundred more
than ten seconds, and one of 240 more than seven minutes. A pair that takes too long, or too much
memory, ends in an error.
"""

from __future__ import annotations

import time
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from data_gen.bruhat import rank_permutations, unrank_permutations
from data_gen.cores import canonical_cores, split_key
from data_gen.errors import IntervalError, MemoryLimitError, UsageError
from data_gen.jit import kernel
from data_gen.kl_single import kl_coefficients
from data_gen.permutations import format_permutation, from_array

if TYPE_CHECKING:
    from data_gen.kl_table import KLTable

__all__ = ["extremal_cores", "polynomials_of_cores", "polynomials_of_pairs"]

MAX_N = 14

_LARGEST_TABLE = 8  # takes a tenth of a second, in every process; S_9 takes seconds
_LONG = 600.0  # seconds

Words = NDArray[np.int8]
Polynomial = tuple[int, ...]


def polynomials_of_pairs(
    n: int, xs: NDArray[np.int64], ws: NDArray[np.int64], seconds: float = _LONG
) -> list[Polynomial]:
    """P_{x,w} of many pairs of S_n.

    A task for worker processes; but pairs of different tasks may share a core, so with many workers
    call `extremal_cores` first and give each distinct core to one of them
    (`polynomials_of_cores`).

    Args:
        n: The pairs are in S_n, n at most 14.
        xs: int64[M], lexicographic ranks of the bottoms.
        ws: int64[M], of the tops; x below w in Bruhat order.
        seconds: How long a single pair may take.

    Returns:
        The coefficients of each polynomial, ascending.

    Raises:
        IntervalError: If some x is not below its w.
        UsageError: If n or a rank is out of range, or a pair takes longer than `seconds`.
        MemoryLimitError: If a pair needs more memory than there is.
        PolynomialOverflowError: If a coefficient leaves the range of 64-bit integers.

    Example:
        >>> polynomials_of_pairs(4, np.array([2, 0]), np.array([16, 0]))  # 1324 < 3412
        [(1, 1), (1,)]
    """
    keys, place = np.unique(extremal_cores(n, xs, ws), axis=0, return_inverse=True)
    polynomials = polynomials_of_cores(keys, seconds)
    return [polynomials[k] for k in place.ravel().tolist()]


def extremal_cores(n: int, xs: NDArray[np.int64], ws: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each pair an extremal one with the same polynomial, often in a smaller S_m.

    Unlike those of `canonical_cores`, the intervals are not isomorphic to those of the pairs.

    Args:
        n: The pairs are in S_n, n at most 14.
        xs: int64[M], lexicographic ranks of the bottoms.
        ws: int64[M], of the tops.

    Returns:
        int64[M, 2], as `data_gen.cores.canonical_cores`. Pairs with equal rows have equal
        polynomials; pairs with the same polynomial may have different rows.

    Raises:
        IntervalError: If some x is not below its w.
        UsageError: If n or a rank is out of range.

    Example:
        >>> extremal_cores(4, np.array([0, 2]), np.array([16, 16])).tolist()
        [[1125899906842626, 16], [1125899906842626, 16]]
    """
    if not 1 <= n <= MAX_N:
        raise UsageError(f"n = {n}: pairs are reduced in S_1 to S_{MAX_N}.")
    x_ranks, w_ranks = (np.array(ranks, dtype=np.int64) for ranks in (xs, ws))
    _require_comparable(unrank_permutations(x_ranks, n), unrank_permutations(w_ranks, n))
    keys = np.empty((len(x_ranks), 2), np.int64)
    degrees = np.full(len(x_ranks), n, dtype=np.int64)
    for m in range(n, 0, -1):
        rows = np.flatnonzero(degrees == m)
        below, above = (unrank_permutations(ranks[rows], m) for ranks in (x_ranks, w_ranks))
        _push_up(below, above)
        keys[rows] = canonical_cores(m, rank_permutations(below), w_ranks[rows])
        # Rows that have become smaller come by again; the others are as extremal as before.
        degrees[rows], x_ranks[rows] = split_key(keys[rows, 0])
        w_ranks[rows] = keys[rows, 1]
    return keys


def polynomials_of_cores(keys: NDArray[np.int64], seconds: float = _LONG) -> list[Polynomial]:
    """P_{x,w} of pairs given as cores; see `polynomials_of_pairs`.

    Args:
        keys: int64[M, 2], of `extremal_cores` or `data_gen.cores.canonical_cores`. Each row is
            computed, even if it occurs twice.
        seconds: How long a single pair may take.

    Example:
        >>> polynomials_of_cores(extremal_cores(4, np.array([0]), np.array([16])))
        [(1, 1)]
    """
    degrees, bottoms = split_key(keys[:, 0])
    polynomials: list[Polynomial] = [()] * len(keys)
    for m in np.unique(degrees).tolist():
        rows = np.flatnonzero(degrees == m)
        if m <= _LARGEST_TABLE:
            table = _table(m)
            found = [table.polynomials[k] for k in table.lookup(bottoms[rows], keys[rows, 1])]
        else:
            xs = unrank_permutations(bottoms[rows], m)
            ws = unrank_permutations(keys[rows, 1], m)
            found = [_single(x, w, seconds) for x, w in zip(xs, ws, strict=True)]
        for row, polynomial in zip(rows.tolist(), found, strict=True):
            polynomials[row] = polynomial
    return polynomials


@lru_cache(maxsize=_LARGEST_TABLE)
def _table(m: int) -> KLTable:
    from data_gen.kl_table import KLTable

    return KLTable.compute(m, threads=1)


def _single(x: Words, w: Words, seconds: float) -> Polynomial:
    below, above = from_array(x), from_array(w)
    end = time.monotonic() + seconds

    def stop_at_the_end(done: int, total: int) -> None:
        if time.monotonic() > end:
            raise UsageError(
                f"P_{{x,w}} for {_named(x, w)} was not finished within {seconds:g} seconds. Take "
                "smaller intervals (--max-nodes, --max-length)."
            )

    try:
        return kl_coefficients(below, above, stop_at_the_end)
    except MemoryLimitError as error:
        raise MemoryLimitError(f"P_{{x,w}} for {_named(x, w)}: {error}") from error


def _named(x: Words, w: Words) -> str:
    return " and ".join(
        f"{name} = {format_permutation(from_array(word))}" for name, word in (("x", x), ("w", w))
    )


def _require_comparable(xs: Words, ws: Words) -> None:
    from data_gen.interval_batch import why_not_below
    from data_gen.sampling_kernels import are_below

    below = are_below(xs, ws)
    if not below.all():
        k = int(np.flatnonzero(~below)[0])
        raise IntervalError(why_not_below(from_array(xs[k]), from_array(ws[k])))


@kernel
def _push_up(xs: Words, ws: Words) -> None:
    """Replaces each x by the largest element of its double coset for the descents of w."""
    n = xs.shape[1]
    inverse_x, inverse_w = np.empty(n, np.int8), np.empty(n, np.int8)
    for k in range(len(xs)):
        x, w = xs[k], ws[k]
        for i in range(n):
            inverse_x[x[i]], inverse_w[w[i]] = i, i
        while _sort_down(x, inverse_x, w) or _sort_down(inverse_x, x, inverse_w):
            pass


@kernel
def _sort_down(z: Words, inverse: Words, w: Words) -> bool:
    """Swaps neighbours of z that ascend where w descends; whether there were any."""
    moved = False
    for i in range(len(z) - 1):
        if w[i] > w[i + 1] and z[i] < z[i + 1]:
            z[i], z[i + 1] = z[i + 1], z[i]
            inverse[z[i]], inverse[z[i + 1]] = i, i + 1
            moved = True
    return moved
