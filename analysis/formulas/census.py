"""Every isomorphism class of Bruhat intervals of S_n, one interval of it, and how many it holds.

A statement about the unlabelled graph is decided once for each class and counted with its
multiplicity: the 97,687 intervals x < w of S_6 are a few thousand graphs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from math import factorial

import numpy as np
from numpy.typing import NDArray

from data_gen.bruhat import unrank_permutations
from data_gen.cores import canonical_cores, split_key
from data_gen.errors import UsageError
from data_gen.interval_batch import IntervalBatch, build_intervals, interval_sizes, pieces
from data_gen.intervals import BruhatInterval
from data_gen.isomorphism import certificates as certificates_of
from data_gen.kl_table import KLTable
from data_gen.permutations import format_words
from data_gen.r_polynomials import RTable

__all__ = [
    "MAX_N",
    "CountedClass",
    "all_pairs",
    "batches",
    "interval_classes",
    "intervals_of_classes",
    "variant_classes",
]

MAX_N = 7
"""S_8 has 170 million intervals; its classes are sampled, not listed."""

_NODES_AT_A_TIME = 1 << 20

Polynomial = tuple[int, ...]


@dataclass(frozen=True)
class CountedClass:
    """One isomorphism class of intervals x < w of S_n.

    Attributes:
        certificate: Its name, see `data_gen.isomorphism.certificate`.
        x: The bottom of the interval that stands for it; all letters that its elements share are
            deleted, so it may lie in a smaller S_m.
        w: The top.
        num_nodes: How many elements each of its intervals has.
        multiplicity: How many intervals of S_n are in it.
    """

    certificate: str
    x: str
    w: str
    num_nodes: int
    multiplicity: int

    @property
    def interval(self) -> BruhatInterval:
        """The interval that stands for the class."""
        return BruhatInterval(self.x, self.w)


def interval_classes(n: int) -> tuple[CountedClass, ...]:
    """Lists the classes of intervals x < w of S_n, those of fewest elements first.

    Args:
        n: From 2 to 7; 7 takes minutes.

    Raises:
        UsageError: If n is out of range.

    Example:
        >>> [(one.num_nodes, one.multiplicity) for one in interval_classes(3)]
        [(2, 8), (4, 4), (6, 1)]
    """
    found: dict[str, CountedClass] = {}
    for named, count in _named_cores(n, all_pairs(n)):
        known = found.get(named.certificate, named)
        found[named.certificate] = replace(known, multiplicity=known.multiplicity + count)
    return tuple(sorted(found.values(), key=_by_size))


def intervals_of_classes(n: int, certificates: Collection[str]) -> tuple[tuple[str, str], ...]:
    """All intervals x < w of S_n that belong to some classes, sorted.

    Args:
        n: From 2 to 7.
        certificates: The names of the classes.

    Raises:
        UsageError: If n is out of range.

    Example:
        >>> crown = interval_classes(4)[4]
        >>> crown.num_nodes, len(intervals_of_classes(4, [crown.certificate]))
        (10, 2)
    """
    if not certificates:
        return ()
    xs, ws = pairs = all_pairs(n)
    cores = canonical_cores(n, *pairs)
    wanted = set()
    for named, _ in _named_cores(n, pairs):
        if named.certificate in certificates:
            wanted.add((len(named.x), named.x, named.w))
    degrees, bottoms = split_key(cores[:, 0])
    found: list[tuple[str, str]] = []
    for m in range(2, n + 1):
        here = np.flatnonzero(degrees == m)
        ends = [unrank_permutations(ranks[here], m) for ranks in (bottoms, cores[:, 1])]
        texts = zip(*(format_words(words) for words in ends), strict=True)
        chosen = [(m, *text) in wanted for text in texts]
        rows = here[np.array(chosen, dtype=bool)]
        found += zip(
            format_words(unrank_permutations(xs[rows], n)),
            format_words(unrank_permutations(ws[rows], n)),
            strict=True,
        )
    return tuple(sorted(found))


def all_pairs(n: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """All x < w of S_n as lexicographic ranks, by w and then x.

    Raises:
        UsageError: If n is not from 2 to 7.

    Example:
        >>> len(all_pairs(4)[0])
        189
    """
    if isinstance(n, bool) or not isinstance(n, int) or not 2 <= n <= MAX_N:
        raise UsageError(f"n = {n!r}: the intervals of S_n are listed for n from 2 to {MAX_N}.")
    table = KLTable.compute(n)
    below = [table.below(w) for w in range(factorial(n))]
    xs = np.concatenate(below)
    ws = np.repeat(np.arange(factorial(n)), list(map(len, below)))
    proper = xs != ws
    return xs[proper], ws[proper]


def batches(n: int, xs: NDArray[np.int64], ws: NDArray[np.int64]) -> Iterator[IntervalBatch]:
    """The graphs of many intervals of S_n, given by lexicographic ranks, some at a time."""
    bottoms, tops = unrank_permutations(xs, n), unrank_permutations(ws, n)
    for part in pieces(interval_sizes(bottoms, tops), _NODES_AT_A_TIME):
        yield build_intervals(bottoms[part], tops[part])


def variant_classes(n: int) -> tuple[str, ...]:
    """The certificates of the classes of S_n whose intervals do not agree in P and R-tilde.

    None, if combinatorial invariance holds in S_n.

    Raises:
        UsageError: If n is out of range.

    Example:
        >>> variant_classes(4)
        ()
    """
    known: dict[str, tuple[Polynomial, Polynomial]] = {}
    variant = set()
    tables: dict[int, tuple[KLTable, RTable]] = {}
    for named, _ in _named_cores(n, all_pairs(n)):
        m = len(named.x)
        if m not in tables:
            tables[m] = KLTable.compute(m), RTable.compute(m)
        kl, r_tilde = tables[m]
        both = kl.polynomial(named.x, named.w), r_tilde.r_tilde(named.x, named.w)
        if known.setdefault(named.certificate, both) != both:
            variant.add(named.certificate)
    return tuple(sorted(variant))


def _by_size(one: CountedClass) -> tuple[int, int, str, str]:
    return one.num_nodes, len(one.x), one.x, one.w


def _named_cores(
    n: int, pairs: tuple[NDArray[np.int64], NDArray[np.int64]]
) -> Iterator[tuple[CountedClass, int]]:
    """Every core with its certificate, multiplicity 0, and the number of pairs that have it."""
    keys, counts = np.unique(canonical_cores(n, *pairs), axis=0, return_counts=True)
    degrees, bottoms = split_key(keys[:, 0])
    for m in np.unique(degrees).tolist():
        here = np.flatnonzero(degrees == m)
        xs, ws = unrank_permutations(bottoms[here], m), unrank_permutations(keys[here, 1], m)
        sizes = interval_sizes(xs, ws)
        for part in pieces(sizes, _NODES_AT_A_TIME):
            names = certificates_of(build_intervals(xs[part], ws[part]))
            columns = names, format_words(xs[part]), format_words(ws[part]), sizes[part].tolist()
            for row, count in zip(zip(*columns, strict=True), counts[here[part]], strict=True):
                yield CountedClass(*row, 0), int(count)
