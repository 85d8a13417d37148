"""Which intervals go into a dataset.

A selection has two steps. `Selection.pairs` lists pairs x <= w, some tops w at a time; these are
the intervals looked at, and classes are counted among them. Once their sizes, polynomials and
isomorphism classes are known, `Selection.choose` may keep fewer of them.

Intervals looked at (x = w included):

============  =====  ======  =======  =========  ============
selection     n = 4  n = 5   n = 6    n = 7      n = 8
============  =====  ======  =======  =========  ============
``all``       213    3,781   98,407   3,550,919  170,288,585
``extremal``  30     242     2,940    50,224     1,147,956
============  =====  ======  =======  =========  ============

``classes`` looks at the intervals of ``all``.

Another package adds a selection by naming a class, or an object, in the entry-point group
``klgnn.selections``; the names of the built-in ones cannot be taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata
from math import factorial
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from data_gen.bruhat import unrank_permutations
from data_gen.errors import UsageError

if TYPE_CHECKING:
    from data_gen.kl_table import KLTable

__all__ = [
    "BUILTIN",
    "ENTRY_POINT_GROUP",
    "All",
    "Classes",
    "Extremal",
    "Index",
    "Selection",
    "descent_masks",
    "find_selection",
    "selection_names",
]

ENTRY_POINT_GROUP = "klgnn.selections"

Ranks = NDArray[np.int64]
Pairs = tuple[Ranks, Ranks]


@dataclass(frozen=True, eq=False)
class Index:
    """What is known of the intervals looked at; row k of every array is the same interval.

    Attributes:
        n: int64[M], the interval is in S_n.
        x: int64[M], lexicographic rank of the bottom in S_n, from 0.
        w: int64[M], lexicographic rank of the top.
        polynomial: int64[M], index into `polynomials`.
        num_nodes: int64[M].
        num_edges: int64[M].
        iso_class: int64[M], index into `certificates`.
        polynomials: The distinct polynomials, as ascending coefficients.
        certificates: The isomorphism classes.
        num_left_out: How many intervals of the selection have more than --max-nodes elements.
    """

    n: NDArray[np.int64]
    x: Ranks
    w: Ranks
    polynomial: NDArray[np.int64]
    num_nodes: NDArray[np.int64]
    num_edges: NDArray[np.int64]
    iso_class: NDArray[np.int64]
    polynomials: tuple[tuple[int, ...], ...]
    certificates: tuple[str, ...]
    num_left_out: int = 0

    def __len__(self) -> int:
        """The number of intervals looked at."""
        return len(self.n)


@runtime_checkable
class Selection(Protocol):
    """What a selection has to offer; derive from `All` to write only what differs.

    Attributes:
        name: What the user types after ``--select``.
        meaning: One line, for help texts and dataset cards.
        keeps_all: Whether `choose` returns every row, so that sizes can be foreseen early.
    """

    name: str
    meaning: str
    keeps_all: bool

    def pairs(self, table: KLTable, tops: Ranks) -> Pairs:
        """Lists the pairs whose top is one of `tops`.

        Args:
            table: The Kazhdan-Lusztig polynomials of S_n.
            tops: int64[K], lexicographic ranks of permutations w.

        Returns:
            xs, ws: int64[M] each, lexicographic ranks with x <= w in Bruhat order, no pair twice.
        """
        ...

    def choose(self, index: Index) -> NDArray[np.int64]:
        """Says which rows of the index are written; int64, any order, no row twice."""
        ...


class All:
    """Every pair x <= w."""

    name = "all"
    meaning = "every interval [x, w], x = w included"
    keeps_all = True

    def pairs(self, table: KLTable, tops: Ranks) -> Pairs:
        """See `Selection.pairs`."""
        everything = np.arange(factorial(table.n), dtype=np.int64)
        return _comparable(table, [everything] * len(tops), tops)

    def choose(self, index: Index) -> NDArray[np.int64]:
        """See `Selection.choose`."""
        return np.arange(len(index), dtype=np.int64)


class Extremal(All):
    """Pairs that no push upwards simplifies: D_L(x) contains D_L(w) and D_R(x) contains D_R(w).

    Every polynomial occurs among them: P_{x,w} = P_{xs,w} for a right descent s of w, and the same
    on the left (Kazhdan and Lusztig, 1979).
    """

    name = "extremal"
    meaning = "extremal pairs: every descent of w, left or right, is one of x; x = w included"

    def pairs(self, table: KLTable, tops: Ranks) -> Pairs:
        """See `Selection.pairs`."""
        left, right = descent_masks(table.n)
        bottoms = [
            np.flatnonzero((left[top] & ~left == 0) & (right[top] & ~right == 0)).astype(np.int64)
            for top in tops
        ]
        return _comparable(table, bottoms, tops)


class Classes(All):
    """One interval for each isomorphism class of the Bruhat graph, across all the n given.

    The representative is the first one by n, then x, then w, both in lexicographic order of
    one-line notation.
    """

    name = "classes"
    meaning = (
        "one interval for each isomorphism class of the unlabelled Bruhat graph, across all n; the "
        "first by n, then x, then w in lexicographic order"
    )
    keeps_all = False

    def choose(self, index: Index) -> NDArray[np.int64]:
        """See `Selection.choose`."""
        order = np.lexsort((index.w, index.x, index.n, index.iso_class))
        classes = index.iso_class[order]
        first = np.ones(len(order), dtype=bool)
        first[1:] = classes[1:] != classes[:-1]
        return order[first]


BUILTIN: Mapping[str, type[All]] = {kind.name: kind for kind in (All, Extremal, Classes)}


def selection_names() -> tuple[str, ...]:
    """The built-in selections, then the installed ones by name.

    Example:
        >>> selection_names()[:3]
        ('all', 'extremal', 'classes')
    """
    installed = {point.name for point in metadata.entry_points(group=ENTRY_POINT_GROUP)}
    return (*BUILTIN, *sorted(installed - set(BUILTIN)))


def find_selection(name: str) -> Selection:
    """Finds a selection: a built-in one, or one that an installed package brings.

    Raises:
        UsageError: If there is none of that name, or what the package names is no selection.

    Example:
        >>> find_selection("extremal").name
        'extremal'
    """
    if name in BUILTIN:
        return BUILTIN[name]()
    points = list(metadata.entry_points(group=ENTRY_POINT_GROUP, name=name))
    if not points:
        raise UsageError(
            f"there is no selection {name!r}. Choose one of {', '.join(selection_names())}."
        )
    found = points[0].load()
    selection = found() if isinstance(found, type) else found
    if not isinstance(selection, Selection):
        raise UsageError(
            f"the selection {name!r} comes from {points[0].value!r}, which lacks name, meaning, "
            "keeps_all, pairs or choose."
        )
    return selection


@lru_cache(maxsize=2)
def descent_masks(n: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Left and right descent sets of all of S_n, as bit masks in lexicographic order.

    Returns:
        left, right: int64[n!]; bit i - 1 stands for the generator s_i.

    Example:
        >>> left, right = descent_masks(3)  # 123, 132, 213, 231, 312, 321
        >>> left.tolist(), right.tolist()
        ([0, 2, 1, 1, 2, 3], [0, 2, 1, 2, 1, 3])
    """
    words = unrank_permutations(np.arange(factorial(n), dtype=np.int64), n)
    weights = 1 << np.arange(n - 1, dtype=np.int64)
    right = (words[:, :-1] > words[:, 1:]) @ weights
    places = np.argsort(words, axis=1)
    left = (places[:, :-1] > places[:, 1:]) @ weights
    return left, right


def _comparable(table: KLTable, bottoms: list[Ranks], tops: Ranks) -> Pairs:
    """Of the pairs (bottoms[k], tops[k]), those with x below w."""
    from data_gen.kl_table import NOT_BELOW

    xs, ws = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for bottom, top in zip(bottoms, tops, strict=True):
        ids = table.lookup(bottom, np.full_like(bottom, top))
        below = bottom[ids != NOT_BELOW]
        xs.append(below)
        ws.append(np.full_like(below, top))
    return np.concatenate(xs), np.concatenate(ws)
