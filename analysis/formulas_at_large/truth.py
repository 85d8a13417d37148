"""The exact polynomials of subintervals, from permutations: what the formulas are compared with.

Up to S_7 from the tables of all R-tilde- and Kazhdan-Lusztig polynomials, which come from the
recursions of Dyer and of Kazhdan and Lusztig. In S_8 and S_9 Kazhdan-Lusztig polynomials come from
the tables as well, R-tilde-polynomials from the increasing paths of Dyer's theorem. Neither knows
anything of hypercubes.
"""

from __future__ import annotations

from functools import lru_cache
from math import factorial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.formulas_at_large._bbdvw_kernels import KL
from analysis.formulas_at_large._graph_kernels import Rows, bit
from analysis.formulas_at_large._r_tilde_kernels import RTilde
from data_gen.bruhat import rank_permutations, unrank_permutations
from data_gen.errors import UsageError
from data_gen.jit import kernel
from data_gen.kl_kernels import fast_lookup
from data_gen.kl_kernels.fast_lookup import FastLookup
from data_gen.kl_table import KLTable
from data_gen.permutations import from_array
from data_gen.r_polynomials import RTable

__all__ = ["MAX_N", "Labels", "kl_of", "r_tilde_of"]

MAX_N = 9
"""The largest S_n whose table of Kazhdan-Lusztig polynomials is computed in seconds."""

_SQUARES = 7  # the largest n with a square of all pairs


class Labels(NamedTuple):
    """What only the permutations tell of one interval.

    Attributes:
        words: int8[N, n], the elements, 0-indexed.
        sources: int32[E], the edges, sorted by source and target.
        targets: int32[E].
        reflections: int64[E], a number for each reflection (i, j), lexicographic.

    Example:
        The reflections (1, 2), (1, 3), (2, 3) with the numbers 16 i + j:

        >>> from data_gen.intervals import BruhatInterval
        >>> one = BruhatInterval("123", "321")
        >>> numbers = one.reflections.astype(np.int64) @ [16, 1]
        >>> labels = Labels(one.node_array, one.graph.sources, one.graph.targets, numbers)
        >>> labels.words.tolist()[-1], sorted(labels.reflections.tolist())
        ([2, 1, 0], [18, 18, 18, 19, 19, 19, 35, 35, 35])
    """

    words: NDArray[np.int8]
    sources: NDArray[np.int32]
    targets: NDArray[np.int32]
    reflections: NDArray[np.int64]


def r_tilde_of(labels: Labels, length: int) -> RTilde:
    """Where the kernels find R~_{a,b} of all subintervals.

    Args:
        labels: Of the interval.
        length: Of the interval.

    Raises:
        MemoryLimitError: If the table does not fit into memory.

    Example:
        R~ of [123, 321] is q^3 + q; only every second coefficient is kept, from the highest down:

        >>> from data_gen.intervals import BruhatInterval
        >>> one = BruhatInterval("123", "321")
        >>> numbers = one.reflections.astype(np.int64) @ [16, 1]
        >>> labels = Labels(one.node_array, one.graph.sources, one.graph.targets, numbers)
        >>> known = r_tilde_of(labels, one.length)
        >>> known.rows[known.ids[known.places[0], known.places[-1]]].tolist()
        [1, 1]
    """
    n = labels.words.shape[1]
    none = np.zeros(0, np.int64)
    if n <= _SQUARES:
        ids, rows = _r_table(n)
        return RTilde(ids, rank_permutations(labels.words), rows, none, none)
    order = np.argsort(labels.reflections, kind="stable")
    ends = (ends[order].astype(np.int64) for ends in (labels.sources, labels.targets))
    return RTilde(
        np.zeros((0, 0), np.uint16), none, np.zeros((0, length // 2 + 1), np.int64), *ends
    )


def kl_of(labels: Labels, g: Rows, highest: int) -> KL:
    """Where the kernels find P_{a,b}.

    Args:
        labels: Of the interval.
        g: Its graph.
        highest: b is the top, or at most this.

    Raises:
        UsageError: If n is larger than 9.
        MemoryLimitError: If the table does not fit into memory.

    Example:
        P of [1324, 3412] is 1 + q:

        >>> from analysis.formulas_at_large._graph_kernels import make_rows
        >>> from data_gen.intervals import BruhatInterval
        >>> one = BruhatInterval("1324", "3412")
        >>> graph, numbers = one.graph, one.reflections.astype(np.int64) @ [16, 1]
        >>> labels = Labels(one.node_array, graph.sources, graph.targets, numbers)
        >>> known = kl_of(labels, make_rows(graph.ranks, graph.sources, graph.targets), 9)
        >>> known.coefficients[known.ids[known.places[-1], known.places[0]]].tolist()
        [1, 1]
    """
    n = labels.words.shape[1]
    ranks, size = rank_permutations(labels.words), len(labels.words)
    if n <= _SQUARES:
        ids, coefficients = _kl_square(n)
        return KL(ids, ranks, coefficients, np.ones(size, np.bool_), ranks, _fast_tables(2))
    _, coefficients = _kl_table(n)
    ids, places = np.zeros((size, size), np.uint16), np.arange(size)
    if n <= fast_lookup.MAX_N:
        nothing = np.zeros(size, np.bool_)
        return KL(ids, places, coefficients, nothing, ranks, _fast_tables(n))
    below, above = _pairs(g, highest)
    ids[above, below] = _kl_table(n)[0].lookup(ranks[below], ranks[above])
    return KL(ids, places, coefficients, np.ones(size, np.bool_), ranks, _fast_tables(2))


def _fast_tables(n: int) -> FastLookup:
    """What `KLTable.lookup` reads when there are many pairs; kernels call it for single rows."""
    return _kl_table(n)[0].fast_lookup


@kernel
def _pairs(g: Rows, highest: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """All a <= b where b is the top or at most `highest`."""
    size = len(g.ranks)
    count = 0
    for turn in range(2):
        if turn == 1:
            below, above = np.empty(count, np.int64), np.empty(count, np.int64)
            count = 0
        for b in range(size):
            if b > highest and b < size - 1:
                continue
            for a in range(b + 1):
                if bit(g.down[b], a):
                    if turn == 1:
                        below[count], above[count] = a, b
                    count += 1
    return below, above


@lru_cache(maxsize=MAX_N)
def _kl_table(n: int) -> tuple[KLTable, NDArray[np.int64]]:
    if n > MAX_N:
        raise UsageError(f"n = {n}: formulas are checked in S_n for n up to {MAX_N}.")
    table = KLTable.compute(n, threads=1)
    return table, _as_rows(table.polynomials)


@lru_cache(maxsize=_SQUARES)
def _kl_square(n: int) -> tuple[NDArray[np.uint16], NDArray[np.int64]]:
    """uint16[n!, n!], the number of P_{x,w} at (w, x); and the polynomials, the last of them 0."""
    table, rows = _kl_table(n)
    words = unrank_permutations(np.arange(factorial(n)), n)
    ids = np.stack([table.ids(from_array(word)) for word in words])
    ids[ids < 0] = len(rows)
    return ids.astype(np.uint16), np.concatenate([rows, np.zeros_like(rows[:1])])


@lru_cache(maxsize=_SQUARES)
def _r_table(n: int) -> tuple[NDArray[np.uint16], NDArray[np.int64]]:
    """uint16[n!, n!], the number of R~_{x,w} at (x, w); and the polynomials, as rows."""
    table = RTable.compute(n)
    words = unrank_permutations(np.arange(factorial(n)), n)
    ids = np.stack([table.ids(from_array(word)).astype(np.uint16) for word in words])
    # R~ is monic of degree l, and only every second power occurs.
    halves = [tuple(reversed(p))[::2] for p in table.polynomials]
    return np.ascontiguousarray(ids.T), _as_rows(halves)


def _as_rows(polynomials: list[tuple[int, ...]] | tuple[tuple[int, ...], ...]) -> NDArray[np.int64]:
    rows = np.zeros((len(polynomials), max(map(len, polynomials))), np.int64)
    for row, polynomial in zip(rows, polynomials, strict=True):
        row[: len(polynomial)] = polynomial
    return rows
