"""Every isomorphism class of Bruhat intervals of S_n, one interval of it, and how many it holds.

A statement about the unlabelled graph is decided once for each class and counted with its
multiplicity: the 97,687 intervals x < w of S_6 are a few thousand graphs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
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
from data_gen.parallel import run_tasks
from data_gen.permutations import format_words
from data_gen.progress import Progress, no_progress
from data_gen.r_polynomials import RTable

__all__ = [
    "MAX_N",
    "Cores",
    "CountedClass",
    "all_pairs",
    "batches",
    "interval_classes",
    "intervals_of_classes",
    "variant_classes",
]

MAX_N = 7
"""S_8 has 170 million intervals: from there on there are samples."""

_NODES_AT_A_TIME = 1 << 20
_NAMED_AT_A_TIME = 200_000

Polynomial = tuple[int, ...]
Ranks = NDArray[np.int64]


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

    Example:
        >>> one = interval_classes(4)[4]
        >>> one.x, one.w, one.num_nodes, one.multiplicity
        ('1324', '3412', 10, 2)
        >>> one.interval
        BruhatInterval('1324', '3412')
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


@dataclass(frozen=True, eq=False)
class Cores:
    """The cores of some intervals of S_n (`data_gen.cores`): equal ones mean isomorphic intervals.

    Attributes:
        degrees: int64[K], the m of the S_m that each core lies in; ascending.
        xs: int64[K], lexicographic ranks of the bottoms.
        ws: int64[K], of the tops.
        nodes: int64[K], how many elements each has.
        of_pair: int64[M], for each interval which core it has.
    """

    degrees: Ranks
    xs: Ranks
    ws: Ranks
    nodes: Ranks
    of_pair: Ranks

    @classmethod
    def of(cls, n: int, xs: Ranks, ws: Ranks) -> Cores:
        """Finds them.

        Args:
            n: The intervals are in S_n.
            xs: int64[M], lexicographic ranks of the bottoms.
            ws: int64[M], of the tops, above them.

        Example:
            >>> cores = Cores.of(4, *all_pairs(4))
            >>> len(cores), int(cores.counts.sum()), cores.nodes[:3].tolist()
            (35, 189, [2, 4, 6])
        """
        keys, of_pair = np.unique(canonical_cores(n, xs, ws), axis=0, return_inverse=True)
        degrees, bottoms = split_key(keys[:, 0])
        nodes = np.empty(len(keys), np.int64)
        for m, rows in _by_degree(degrees):
            ends = (unrank_permutations(ranks[rows], m) for ranks in (bottoms, keys[:, 1]))
            nodes[rows] = interval_sizes(*ends)
        return cls(degrees, bottoms, keys[:, 1], nodes, of_pair.ravel())

    def __len__(self) -> int:
        return len(self.xs)

    @property
    def counts(self) -> Ranks:
        """int64[K], how many of the intervals have each core."""
        return np.bincount(self.of_pair, minlength=len(self))

    def words(self) -> list[tuple[str, str]]:
        """The bottom and the top of each core, in one-line notation."""
        texts: list[tuple[str, str]] = []
        for m, rows in _by_degree(self.degrees):
            ends = (unrank_permutations(ranks[rows], m) for ranks in (self.xs, self.ws))
            texts += zip(*map(format_words, ends), strict=True)
        return texts

    def certificates(
        self, executor: Executor | None = None, progress: Progress | None = None
    ) -> list[str]:
        """The certificate of each core, see `data_gen.isomorphism`.

        Args:
            executor: Where they are computed; here if None.
            progress: Where to show how far it is.
        """
        tasks = []
        for m, rows in _by_degree(self.degrees):
            for piece in pieces(self.nodes[rows], _NAMED_AT_A_TIME):
                part = rows[piece]
                tasks.append((part, (m, self.xs[part], self.ws[part])))
        names, done = [""] * len(self), 0
        with (progress or no_progress)("isomorphism classes") as report:
            for part, found in run_tasks(certificates_of_pairs, tasks, executor):
                for row, name in zip(part.tolist(), found, strict=True):
                    names[row] = name
                done += len(part)
                report(done, len(self))
        return names


def _by_degree(degrees: Ranks) -> Iterator[tuple[int, Ranks]]:
    """Each m that occurs, and the places where it does."""
    for m in np.unique(degrees).tolist():
        yield m, np.flatnonzero(degrees == m)


def certificates_of_pairs(m: int, xs: Ranks, ws: Ranks) -> list[str]:
    """The certificates of intervals of S_m; a task for workers.

    Example:
        >>> len(certificates_of_pairs(3, np.array([0]), np.array([5]))[0])
        32
    """
    return certificates_of(build_intervals(unrank_permutations(xs, m), unrank_permutations(ws, m)))


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
    cores = Cores.of(n, *all_pairs(n))
    names, first, class_of = np.unique(
        np.array(cores.certificates()), return_index=True, return_inverse=True
    )
    counts = np.bincount(class_of[cores.of_pair]).tolist()
    words, nodes = cores.words(), cores.nodes[first].tolist()
    found = []
    for name, core, size, count in zip(names.tolist(), first.tolist(), nodes, counts, strict=True):
        x, w = words[core]
        found.append(CountedClass(name, x, w, size, count))
    return tuple(sorted(found, key=_by_size))


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
    xs, ws = all_pairs(n)
    cores = Cores.of(n, xs, ws)
    wanted = np.isin(cores.certificates(), list(certificates))
    rows = np.flatnonzero(wanted[cores.of_pair])
    texts = (format_words(unrank_permutations(ranks[rows], n)) for ranks in (xs, ws))
    return tuple(sorted(zip(*texts, strict=True)))


def all_pairs(n: int) -> tuple[Ranks, Ranks]:
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


def batches(n: int, xs: Ranks, ws: Ranks) -> Iterator[IntervalBatch]:
    """The graphs of many intervals of S_n, given by lexicographic ranks, some at a time.

    Args:
        n: The n of S_n.
        xs: int64[M], of the bottoms.
        ws: int64[M], of the tops.

    Example:
        >>> [batch] = batches(3, *all_pairs(3))
        >>> np.diff(batch.node_ends).tolist()
        [2, 2, 4, 2, 2, 4, 2, 2, 6, 4, 4, 2, 2]
    """
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
    cores = Cores.of(n, *all_pairs(n))
    tables = {m: (KLTable.compute(m), RTable.compute(m)) for m in set(cores.degrees.tolist())}
    for name, (x, w) in zip(cores.certificates(), cores.words(), strict=True):
        kl, r_tilde = tables[len(x)]
        both = kl.polynomial(x, w), r_tilde.r_tilde(x, w)
        if known.setdefault(name, both) != both:
            variant.add(name)
    return tuple(sorted(variant))


def _by_size(one: CountedClass) -> tuple[int, int, str, str]:
    return one.num_nodes, len(one.x), one.x, one.w
