"""R- and R-tilde-polynomials of S_n: of one pair, of an interval, of all of S_n.

With s a right descent of w,

    R~_{x,w} = R~_{xs,ws}                  if xs < x,
    R~_{x,w} = R~_{xs,ws} + q R~_{x,ws}    if xs > x,

R~_{x,x} = 1 and R~_{x,w} = 0 if x is not below w; and
R_{x,w} = sum_k [q^k]R~_{x,w} (q - 1)^k q^((l(x,w) - k) / 2).

References:
    M. Dyer, Hecke algebras and shellings of Bruhat intervals, Compositio Math. 89 (1993).
"""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from math import comb, factorial

import numpy as np
from numpy.typing import NDArray

from data_gen.bruhat import bruhat_leq_arrays, rank_permutations, unrank_permutations
from data_gen.errors import PolynomialOverflowError, UsageError
from data_gen.memory import require_memory
from data_gen.permutations import (
    Permutation,
    PermutationLike,
    from_array,
    length,
    parse_pair,
    parse_permutation,
    to_array,
)
from data_gen.polynomials import trimmed
from data_gen.words import pack, swap_positions

__all__ = [
    "RTable",
    "r_from_r_tilde",
    "r_polynomial",
    "r_row",
    "r_tilde_polynomial",
    "r_tilde_row",
]

MAX_N = 15
MAX_TABLE_N = 7
_COEFFICIENT_LIMIT = 2**61
Array = NDArray[np.int8]


def r_tilde_polynomial(x: PermutationLike, w: PermutationLike) -> tuple[int, ...]:
    """R~_{x,w}.

    Args:
        x: A permutation.
        w: A permutation of the same length, at most 15.

    Returns:
        The coefficients, ascending; () where x is not below w.

    Raises:
        PermutationError: If one of them is no permutation, or the lengths differ.
        UsageError: If n is larger than 15.
        PolynomialOverflowError: If a coefficient leaves the range of 64-bit integers.

    Example:
        >>> r_tilde_polynomial("123", "321"), r_tilde_polynomial("321", "123")
        ((0, 1, 0, 1), ())
    """
    bottom, top = _read(x, w)
    if not bruhat_leq_arrays(bottom, top):
        return ()
    return trimmed(_r_tilde(bottom[np.newaxis], top)[0].tolist())


def r_polynomial(x: PermutationLike, w: PermutationLike) -> tuple[int, ...]:
    """R_{x,w}; arguments and errors as for `r_tilde_polynomial`.

    Returns:
        The coefficients, ascending; () where x is not below w.

    Example:
        >>> r_polynomial("123", "321")
        (-1, 2, -2, 1)
    """
    first, second = parse_pair(x, w)
    return r_from_r_tilde(r_tilde_polynomial(first, second), length(second) - length(first))


def r_tilde_row(x: PermutationLike, w: PermutationLike) -> dict[Permutation, tuple[int, ...]]:
    """R~_{a,w} for every a of the interval [x, w] at once, in lexicographic order of a.

    Arguments and errors as for `r_tilde_polynomial`; empty where x is not below w.

    Example:
        >>> r_tilde_row("213", "321")
        {(2, 1, 3): (0, 0, 1), (2, 3, 1): (0, 1), (3, 1, 2): (0, 1), (3, 2, 1): (1,)}
    """
    from data_gen.kl_kernels.between import list_between

    bottom, top = _read(x, w)
    if not bruhat_leq_arrays(bottom, top):
        return {}
    elements = list_between(bottom, top, 0, 0)
    values = _r_tilde(elements, top)
    return {from_array(a): trimmed(p.tolist()) for a, p in zip(elements, values, strict=True)}


def r_row(x: PermutationLike, w: PermutationLike) -> dict[Permutation, tuple[int, ...]]:
    """R_{a,w} for every a of the interval [x, w] at once, in lexicographic order of a.

    Arguments and errors as for `r_tilde_polynomial`; empty where x is not below w.

    Example:
        >>> r_row("231", "321")
        {(2, 3, 1): (-1, 1), (3, 2, 1): (1,)}
    """
    row = r_tilde_row(x, w)
    top = max(map(length, row), default=0)
    return {a: r_from_r_tilde(polynomial, top - length(a)) for a, polynomial in row.items()}


def r_from_r_tilde(r_tilde: tuple[int, ...], gap: int) -> tuple[int, ...]:
    """R from R~, for a pair with l(w) - l(x) = `gap`.

    Example:
        >>> r_from_r_tilde((0, 1), 1)
        (-1, 1)
    """
    if not r_tilde:
        return ()
    result = [0] * (gap + 1)
    for k, coefficient in enumerate(r_tilde):
        if coefficient:
            shift = (gap - k) // 2
            for j in range(k + 1):
                result[shift + j] += coefficient * comb(k, j) * (-1) ** (k - j)
    return tuple(result)


class RTable:
    """All R~- and R-polynomials of S_n, n up to 7.

    Polynomials have ids: places in `polynomials`, the distinct R~ in order of first appearance;
    -1 where x is not below w.

    Example:
        >>> table = RTable.compute(4)
        >>> table
        RTable(n=4, polynomials=10)
        >>> table.r_tilde("1234", "4321"), table.r("1324", "3412")
        ((0, 0, 1, 0, 3, 0, 1), (-1, 3, -3, 1))
    """

    def __init__(
        self, n: int, ids: NDArray[np.uint16], polynomials: tuple[tuple[int, ...], ...]
    ) -> None:
        self.n = n
        self.polynomials = polynomials
        self._ids = ids

    @classmethod
    def compute(cls, n: int) -> RTable:
        """Computes the table.

        Args:
            n: From 1 to 7.

        Raises:
            UsageError: If `n` is out of range.
            MemoryLimitError: If the table does not fit into memory.
        """
        if isinstance(n, bool) or not isinstance(n, int) or not 1 <= n <= MAX_TABLE_N:
            raise UsageError(
                f"n = {n!r}: a table of R-polynomials goes from 1 to {MAX_TABLE_N}; "
                "r_tilde_row gives those of one interval beyond."
            )
        from data_gen.kl_kernels.polynomials import add_constants, make_pool
        from data_gen.kl_kernels.r_rows import fill_r_rows

        count = factorial(n)
        require_memory(3 * count * count, f"the table of R-polynomials of S_{n}")
        ids = np.zeros((count, count), dtype=np.uint16)
        pool = make_pool(1 << 16, 22 << 16)
        add_constants(pool)
        if not fill_r_rows(*_neighbours(n), ids, pool, np.zeros(1 << 17, dtype=np.uint64)):
            raise PolynomialOverflowError(f"S_{n} has more R-polynomials than the table holds.")
        bounds = pool.start[1 : int(pool.count[0]) + 1].tolist()
        polynomials = tuple(
            tuple(pool.coefficients[begin:end].tolist()) for begin, end in pairwise(bounds)
        )
        return cls(n, ids, polynomials)

    def r_tilde(self, x: PermutationLike, w: PermutationLike) -> tuple[int, ...]:
        """R~_{x,w}, ascending; () where x is not below w.

        Raises:
            PermutationError: If one of them is no permutation of 1..n.
        """
        number = int(self._ids[self._rank(w), self._rank(x)])
        return self.polynomials[number - 1] if number else ()

    def r(self, x: PermutationLike, w: PermutationLike) -> tuple[int, ...]:
        """R_{x,w}, ascending; () where x is not below w.

        Raises:
            PermutationError: If one of them is no permutation of 1..n.
        """
        gap = length(parse_permutation(w, self.n)) - length(parse_permutation(x, self.n))
        return r_from_r_tilde(self.r_tilde(x, w), gap)

    def ids(self, w: PermutationLike) -> NDArray[np.int32]:
        """int32[n!]: the id of R~_{x,w} for every x by lexicographic rank; -1 if not below w.

        Raises:
            PermutationError: If `w` is no permutation of 1..n.
        """
        numbers: NDArray[np.int32] = self._ids[self._rank(w)].astype(np.int32)
        return numbers - np.int32(1)

    @cached_property
    def num_pairs(self) -> int:
        """How many ordered pairs have x <= w.

        Example:
            >>> RTable.compute(5).num_pairs
            3781
        """
        return int(np.count_nonzero(self._ids))

    def __repr__(self) -> str:
        return f"RTable(n={self.n}, polynomials={len(self.polynomials)})"

    def _rank(self, x: PermutationLike) -> int:
        return int(rank_permutations(to_array(parse_permutation(x, self.n))))


def _read(x: PermutationLike, w: PermutationLike) -> tuple[Array, Array]:
    below, above = parse_pair(x, w)
    if len(above) > MAX_N:
        raise UsageError(
            f"n = {len(above)} is too large: R-polynomials are computed up to {MAX_N}."
        )
    return to_array(below), to_array(above)


def _neighbours(n: int) -> tuple[NDArray[np.uint16], NDArray[np.int32]]:
    """Right descent sets and right neighbours by lexicographic rank."""
    elements = unrank_permutations(np.arange(factorial(n)), n)
    right = np.zeros(len(elements), dtype=np.uint16)
    step = np.zeros((n - 1, len(elements)), dtype=np.int32)
    for s in range(n - 1):
        right |= (elements[:, s] > elements[:, s + 1]).astype(np.uint16) << np.uint16(s)
        step[s] = rank_permutations(swap_positions(elements, s))
    return right, step


def _r_tilde(elements: Array, w: Array) -> NDArray[np.int64]:
    """R~_{a,w} for int8[k, n] of a <= w: int64[k, degrees].

    Goes down one reduced word of w collecting which a matter at each step, then up again.
    """
    levels, word = [elements], []
    while (descents := np.flatnonzero(w[:-1] > w[1:])).size:
        s = int(descents[0])
        w = swap_positions(w[np.newaxis], s)[0]
        word.append(s)
        a = levels[-1]
        needed = np.concatenate([swap_positions(a, s), a[a[:, s] < a[:, s + 1]]])
        needed = needed[np.unique(pack(needed), return_index=True)[1]]
        levels.append(needed[bruhat_leq_arrays(needed, w)])
    values = np.ones((len(levels[-1]), 1), dtype=np.int64)  # R~_{e,e} = 1, if e matters at all
    for s, a, below in zip(reversed(word), levels[-2::-1], levels[:0:-1], strict=True):
        keys = pack(below)
        result = np.zeros((len(a), values.shape[1] + 1), dtype=np.int64)
        result[:, :-1] = _gather(keys, values, swap_positions(a, s))
        rising = np.flatnonzero(a[:, s] < a[:, s + 1])
        result[rising, 1:] += _gather(keys, values, a[rising])
        if result.size and result.max() > _COEFFICIENT_LIMIT:
            raise PolynomialOverflowError("a coefficient is near the end of 64-bit integers.")
        values = result
    return values


def _gather(keys: NDArray[np.uint64], values: NDArray[np.int64], a: Array) -> NDArray[np.int64]:
    """The rows of `values` for the elements `a`; zero for those not among `keys`."""
    if not len(keys):
        return np.zeros((len(a), values.shape[1]), dtype=np.int64)
    wanted = pack(a)
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where((keys[at] == wanted)[:, np.newaxis], values[at], 0)
