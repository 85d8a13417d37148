"""Exact polynomials of the subintervals of one interval, looked up by permutations.

What a formula is compared with never comes from the formula under test: P from the table of all
Kazhdan-Lusztig polynomials (`data_gen.kl_table`), beyond S_9 from the recursion for single pairs;
R~ from the table up to S_7, beyond from Dyer's recursion, a row at a time.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from data_gen.bruhat import bruhat_leq_arrays, rank_permutations
from data_gen.permutations import Permutation, from_array, to_array
from data_gen.r_polynomials import RTable, r_tilde_polynomial, r_tilde_row

if TYPE_CHECKING:
    from data_gen.kl_table import KLTable

__all__ = [
    "Polynomial",
    "SubintervalPolynomials",
    "kl_of",
    "kl_table",
    "r_table",
    "r_tilde_of",
]

MAX_TABLE_N = 9
MAX_R_TABLE_N = 7

Polynomial = tuple[int, ...]
Words = NDArray[np.int8]


@lru_cache(maxsize=MAX_TABLE_N)
def kl_table(n: int) -> KLTable:
    """The table of S_n, once in each process.

    Example:
        >>> kl_table(4) is kl_table(4)
        True
    """
    from data_gen.kl_table import KLTable

    return KLTable.compute(n, threads=1)


@lru_cache(maxsize=MAX_R_TABLE_N)
def r_table(n: int) -> RTable:
    """All R~ of S_n, once in each process.

    Example:
        >>> r_table(4).num_pairs
        213
    """
    return RTable.compute(n)


def kl_of(x: Permutation, w: Permutation) -> Polynomial:
    """P_{x,w} of a single pair.

    Example:
        >>> kl_of((1, 3, 2, 4), (3, 4, 1, 2))
        (1, 1)
    """
    if len(x) <= MAX_TABLE_N:
        return kl_table(len(x)).polynomial(x, w)
    from data_gen.kl_pairs import polynomials_of_pairs

    below, above = (rank_permutations(to_array(word)[None]) for word in (x, w))
    return polynomials_of_pairs(len(x), below, above)[0]


def r_tilde_of(x: Permutation, w: Permutation) -> Polynomial:
    """R~_{x,w} of a single pair.

    Example:
        >>> r_tilde_of((1, 3, 2, 4), (3, 4, 1, 2))
        (0, 0, 0, 1)
    """
    if len(x) <= MAX_R_TABLE_N:
        return r_table(len(x)).r_tilde(x, w)
    return r_tilde_polynomial(x, w)


class SubintervalPolynomials:
    """P_{a,b} and R~_{a,b} for the elements a, b of an interval [x, w]; () where a is not below b.

    Args:
        words: int8[N, n], the elements, 0-indexed; the last one is the top.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> exact = SubintervalPolynomials(BruhatInterval("1324", "3412").node_array)
        >>> exact.kl_to(9)[0], exact.r_tilde_from(0)[9]
        ((1, 1), (0, 0, 0, 1))
    """

    def __init__(self, words: Words) -> None:
        self._words = words
        self._n = words.shape[1]
        self._ranks = rank_permutations(words)
        self._kl: dict[int, list[Polynomial]] = {}
        self._r_tilde: dict[int, list[Polynomial]] = {}
        self._dual: SubintervalPolynomials | None = None

    @property
    def dual(self) -> SubintervalPolynomials:
        """Of [w0 w, w0 x], whose vertex N-1-v stands for the vertex v here."""
        if self._dual is None:
            turned = (self._n - 1 - self._words[::-1]).astype(np.int8)
            self._dual = SubintervalPolynomials(turned)
        return self._dual

    def kl(self, a: int, b: int) -> Polynomial:
        """P_{a,b}."""
        return self.kl_to(b)[a]

    def r_tilde(self, a: int, b: int) -> Polynomial:
        """R~_{a,b}."""
        return self.r_tilde_from(a)[b]

    def kl_to(self, b: int) -> list[Polynomial]:
        """P_{a,b} for all a."""
        if b not in self._kl:
            self._kl[b] = self._look_up_kl(b)
        return self._kl[b]

    def r_tilde_from(self, a: int) -> list[Polynomial]:
        """R~_{a,b} for all b."""
        if a not in self._r_tilde:
            by_table = self._n <= MAX_R_TABLE_N
            self._r_tilde[a] = self._r_tilde_by_table(a) if by_table else self._r_tilde_row(a)
        return self._r_tilde[a]

    def _look_up_kl(self, b: int) -> list[Polynomial]:
        if self._n <= MAX_TABLE_N:
            table = kl_table(self._n)
            known = (*table.polynomials, ())  # the last for the id NOT_BELOW, which is -1
            return [known[k] for k in table.lookup(self._ranks, self._ranks[b]).tolist()]
        from data_gen.kl_pairs import polynomials_of_pairs

        below = np.flatnonzero(bruhat_leq_arrays(self._words, self._words[b]))
        tops = np.full(len(below), self._ranks[b])
        found: list[Polynomial] = [()] * len(self._words)
        polynomials = polynomials_of_pairs(self._n, self._ranks[below], tops)
        for a, polynomial in zip(below.tolist(), polynomials, strict=True):
            found[a] = polynomial
        return found

    def _r_tilde_by_table(self, a: int) -> list[Polynomial]:
        # The table has rows of tops, and R~_{a,b} = R~_{w0 b, w0 a}.
        table = r_table(self._n)
        row = table.ids(from_array(self._n - 1 - self._words[a]))
        known = (*table.polynomials, ())
        last = len(row) - 1  # w0 z has the rank n! - 1 - rank of z
        return [known[k] for k in row[last - self._ranks].tolist()]

    def _r_tilde_row(self, a: int) -> list[Polynomial]:
        turned = self._n - 1 - self._words
        row = r_tilde_row(from_array(turned[-1]), from_array(turned[a]))
        return [row.get(from_array(word), ()) for word in turned]
