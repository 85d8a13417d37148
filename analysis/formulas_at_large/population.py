"""Which intervals the formulas are checked on: all of S_7, much of S_8, samples of S_9.

* `classes_of_group`: one interval of each isomorphism class of S_n, and how many it has; of S_8
  those with not too many elements.
* `cores_of_group`: one interval of each orbit under the symmetries that keep Bruhat graphs, letters
  that all elements share deleted (`data_gen.cores`): every interval of S_n with its own
  polynomials, whatever isomorphic intervals may do.
* `sampled_classes`: pairwise non-isomorphic intervals drawn from S_9, none isomorphic to one of
  S_8.

Classes are told apart by the names of `klgnn.quotient`. That isomorphic intervals have equal names
is proved, so intervals of different names are not isomorphic. That intervals of equal names are
isomorphic is a count: S_7 has 48,931 names, and 48,931 certificates of canonical forms.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import factorial

import numpy as np
from numpy.typing import NDArray

from analysis.formulas_at_large.truth import MAX_N
from data_gen.bruhat import unrank_permutations
from data_gen.cores import canonical_cores, split_key
from data_gen.errors import UsageError
from data_gen.interval_batch import build_intervals, interval_sizes, pieces
from data_gen.progress import Progress, no_progress
from data_gen.sampling import sample_pairs
from data_gen.symmetries import least_of_orbits, orbit_of
from klgnn.quotient import Quotient
from klgnn.quotient.kernels import name_vertices

__all__ = [
    "MAX_CLASSES_N",
    "MAX_LISTED_N",
    "Block",
    "Population",
    "classes_of_group",
    "cores_of_group",
    "dual_words",
    "sampled_classes",
]

MAX_LISTED_N = 7
"""S_8 has 170 million intervals: from there on there are limits."""

MAX_CLASSES_N = 8
"""The largest S_n whose classes of not too many elements are listed, in a minute."""

_MOST_NODES = 2500  # 1 GB
_MORE_THAN_WANTED = 4
_MOST_DRAWS = 400  # for each interval that is wanted, before it is said that there are too few
_AT_A_TIME = 200_000

Ranks = NDArray[np.int64]


@dataclass(frozen=True)
class Block:
    """Some intervals of one S_m: a piece of work.

    Attributes:
        m: The S_m that they lie in.
        xs: int64[K], lexicographic ranks of the bottoms.
        ws: int64[K], of the tops.
        counts: int64[K], how many intervals each of them stands for.

    Example:
        >>> classes_of_group(3).block(slice(1, 3))
        Block(m=3, xs=array([0, 0]), ws=array([3, 5]), counts=array([4, 1]))
    """

    m: int
    xs: Ranks
    ws: Ranks
    counts: Ranks


@dataclass(frozen=True, eq=False)
class Population:
    """Intervals x < w of several S_m, by m and then the smallest first.

    Attributes:
        degrees: int64[M], each lies in this S_m.
        xs: int64[M], lexicographic ranks of the bottoms.
        ws: int64[M], of the tops.
        counts: int64[M], how many intervals each stands for.
        nodes: int64[M], how many elements each has.

    Example:
        >>> classes = classes_of_group(3)
        >>> classes.degrees.tolist(), classes.nodes.tolist(), classes.counts.tolist()
        ([2, 3, 3], [2, 4, 6], [8, 4, 1])
        >>> list(classes.pieces())
        [slice(0, 1, None), slice(1, 3, None)]
    """

    degrees: Ranks
    xs: Ranks
    ws: Ranks
    counts: Ranks
    nodes: Ranks

    def __len__(self) -> int:
        return len(self.xs)

    @classmethod
    def of(cls, degrees: Ranks, xs: Ranks, ws: Ranks, counts: Ranks, nodes: Ranks) -> Population:
        """Sorts them."""
        order = np.lexsort((ws, xs, nodes, degrees))
        return cls(*(column[order] for column in (degrees, xs, ws, counts, nodes)))

    def __getitem__(self, rows: slice | NDArray[np.int64]) -> Population:
        """Some of them."""
        columns = self.degrees, self.xs, self.ws, self.counts, self.nodes
        return Population(*(column[rows] for column in columns))

    def pieces(self, nodes: int = 40_000, most: int = 256) -> Iterator[slice]:
        """Consecutive stretches in one S_m, of not many more than so many elements or intervals."""
        begin, total = 0, 0
        degrees = self.degrees.tolist()
        for k, size in enumerate(self.nodes.tolist()):
            total += size
            end = k + 1
            ends_here = end == len(self) or degrees[end] != degrees[k]
            if ends_here or total >= nodes or end - begin >= most:
                yield slice(begin, end)
                begin, total = end, 0

    def block(self, piece: slice) -> Block:
        """One of the pieces, as a task."""
        m = int(self.degrees[piece.start])
        return Block(m, self.xs[piece], self.ws[piece], self.counts[piece])


def classes_of_group(
    n: int, max_nodes: int | None = None, new: bool = False, progress: Progress | None = None
) -> Population:
    """One interval x < w of each isomorphism class of S_n.

    Args:
        n: From 2 to 8.
        max_nodes: Leaves out classes with more elements; for n = 8 it has to be given.
        new: Whether to leave out the classes that occur in S_{n-1} as well.
        progress: Where to show how far it is, such as `data_gen.console.progress`.

    Raises:
        UsageError: If n is out of range, or too many elements are allowed in S_8.

    Example:
        >>> found = classes_of_group(4)
        >>> len(found), int(found.counts.sum()), len(classes_of_group(4, new=True))
        (13, 189, 10)
    """
    _check_n(n, MAX_CLASSES_N)
    if n > MAX_LISTED_N and (max_nodes is None or max_nodes > _MOST_NODES):
        raise UsageError(
            f"the classes of S_{n} are listed up to some number of elements: give --max-nodes, at "
            f"most {_MOST_NODES}."
        )
    show = progress or no_progress
    quotient = Quotient.of_group(n, max_nodes, keep_vertices=True, progress=show)
    tops = least_of_orbits(n)  # the roots of the quotient
    images = np.sort(orbit_of(tops, n), axis=0)
    orbit_sizes = 1 + (np.diff(images, axis=0) != 0).sum(axis=0)
    ends, classes = quotient.vertex_ends, quotient.vertex_classes
    assert ends is not None  # they were asked for
    assert classes is not None
    counts = np.zeros(len(quotient) + 1, np.int64)  # the first for those left out
    for size in np.unique(orbit_sizes).tolist():
        mine = np.repeat(orbit_sizes == size, np.diff(ends))
        counts += size * np.bincount(classes[mine] + 1, minlength=len(counts))
    chosen = quotient.size > 1
    if new and n > 2:
        chosen &= Quotient.of_group(n - 1, max_nodes, progress=show).find(quotient.names) < 0
    rows = np.flatnonzero(chosen)
    cores = canonical_cores(n, quotient.bottom[rows], quotient.top[rows])
    degrees, bottoms = split_key(cores[:, 0])
    nodes = quotient.size[rows].astype(np.int64)
    return Population.of(degrees, bottoms, cores[:, 1], counts[1:][rows], nodes)


def cores_of_group(n: int) -> Population:
    """One interval x < w of S_n for each core, see `data_gen.cores`.

    Args:
        n: From 2 to 7.

    Raises:
        UsageError: If n is out of range.

    Example:
        >>> found = cores_of_group(4)
        >>> len(found), int(found.counts.sum())
        (35, 189)
    """
    from analysis.formulas.census import Cores, all_pairs

    _check_n(n, MAX_LISTED_N)
    cores = Cores.of(n, *all_pairs(n))
    return Population.of(cores.degrees, cores.xs, cores.ws, cores.counts, cores.nodes)


def sampled_classes(
    n: int, count: int, seed: int, max_nodes: int, progress: Progress | None = None
) -> Population:
    """Pairwise non-isomorphic intervals of S_8 or S_9, none isomorphic to one of a smaller S_n.

    Pairs x <= w are drawn uniformly among those with so few elements (`data_gen.sampling`), until
    there are enough: most of them are isomorphic to one drawn before, or to one of S_{n-1}. What is
    met first is the likelier the more intervals its class has, so this is no uniform sample of the
    classes.

    Args:
        n: 8 or 9.
        count: How many.
        seed: Of the draws.
        max_nodes: The most elements.
        progress: Where to show how far it is.

    Raises:
        UsageError: If n is out of range, too many elements are allowed, or there are too few such
            intervals.

    Example:
        >>> found = sampled_classes(8, count=2, seed=0, max_nodes=500)
        >>> found.degrees.tolist(), found.counts.tolist(), bool((found.nodes <= 500).all())
        ([8, 8], [1, 1], True)
    """
    if n not in (MAX_LISTED_N + 1, MAX_N):
        raise UsageError(
            f"n = {n}: samples are drawn from S_{MAX_LISTED_N + 1} and S_{MAX_N}; all of a smaller "
            "S_n is checked without --sample."
        )
    if not 2 <= max_nodes <= _MOST_NODES:
        raise UsageError(
            f"max_nodes = {max_nodes}: samples are drawn of intervals with 2 to {_MOST_NODES} "
            "elements."
        )
    show = progress or no_progress
    taken = {name.tobytes() for name in Quotient.of_group(n - 1, max_nodes, progress=show).names}
    kept: list[tuple[int, int]] = []
    nodes: list[int] = []
    seen = np.zeros(0, np.int64)
    begin, wanted = 0, _MORE_THAN_WANTED * count + 16
    with show(f"intervals of S_{n}") as report:
        while len(kept) < count:
            if begin > _MOST_DRAWS * count:
                raise UsageError(
                    f"of {begin:,} intervals of S_{n} with at most {max_nodes} elements only "
                    f"{len(kept):,} are not isomorphic to each other or to one of S_{n - 1}: ask "
                    "for fewer, or allow more elements (--max-nodes)."
                )
            xs, ws = (ends[begin:] for ends in sample_pairs(n, wanted, seed, max_nodes=max_nodes))
            begin, wanted = wanted, 2 * wanted  # a larger sample begins alike
            for part in range(0, len(xs), _AT_A_TIME):
                here = slice(part, part + _AT_A_TIME)
                bottoms, tops, seen = _new_cores(n, xs[here], ws[here], seen)
                for size, name, pair in _named(n, bottoms, tops):
                    if len(kept) < count and name not in taken:
                        taken.add(name)
                        kept.append(pair)
                        nodes.append(size)
                report(len(kept), count)
                if len(kept) == count:
                    break
    ends = np.array(kept, np.int64).reshape(-1, 2)
    ones = np.ones(count, np.int64)
    return Population.of(n * ones, ends[:, 0], ends[:, 1], ones, np.array(nodes, np.int64))


def dual_words(m: int, xs: Ranks, ws: Ranks) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """[w0 w, w0 x] for intervals of S_m, as words.

    Example:
        >>> [words.tolist() for words in dual_words(3, np.array([0]), np.array([3]))]
        [[[1, 0, 2]], [[2, 1, 0]]]
    """
    bottoms, tops = unrank_permutations(xs, m), unrank_permutations(ws, m)
    return (m - 1 - tops).astype(np.int8), (m - 1 - bottoms).astype(np.int8)


def _new_cores(n: int, xs: Ranks, ws: Ranks, seen: Ranks) -> tuple[Ranks, Ranks, Ranks]:
    """The cores in S_n that were not met before, in the order drawn; and all that were met."""
    keys = canonical_cores(n, xs, ws)
    degrees, bottoms = split_key(keys[:, 0])
    rows = np.flatnonzero(degrees == n)
    codes = bottoms[rows] * factorial(n) + keys[rows, 1]
    _, first = np.unique(codes, return_index=True)
    first = np.sort(first[~np.isin(codes[first], seen)])
    return bottoms[rows[first]], keys[rows[first], 1], np.union1d(seen, codes)


def _named(n: int, xs: Ranks, ws: Ranks) -> Iterator[tuple[int, bytes, tuple[int, int]]]:
    """The number of elements, the name and the ends of intervals of S_n."""
    sizes = _sizes(n, xs, ws)
    pairs = zip(xs.tolist(), ws.tolist(), strict=True)
    for part in pieces(sizes):
        batch = build_intervals(unrank_permutations(xs[part], n), unrank_permutations(ws[part], n))
        for graph in batch:
            name = name_vertices(graph.ranks, graph.sources, graph.targets)[0]
            yield graph.num_nodes, name.tobytes(), next(pairs)


def _sizes(n: int, xs: Ranks, ws: Ranks) -> Ranks:
    return interval_sizes(unrank_permutations(xs, n), unrank_permutations(ws, n))


def _check_n(n: int, largest: int) -> None:
    if isinstance(n, bool) or not isinstance(n, int) or not 2 <= n <= largest:
        raise UsageError(f"n = {n!r}: intervals are listed for n from 2 to {largest}.")
