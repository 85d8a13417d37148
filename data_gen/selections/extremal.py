"""The selections `extremal` and `extremal-classes`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data_gen.selections.base import Pairs, Ranks
from data_gen.selections.everything import All, join_pairs

if TYPE_CHECKING:
    from data_gen.kl_table import KLTable

__all__ = ["Extremal", "ExtremalClasses"]


class Extremal(All):
    """Pairs that no push upwards simplifies: D_L(x) contains D_L(w) and D_R(x) contains D_R(w).

    Every polynomial occurs among them: P_{x,w} = P_{xs,w} for a right descent s of w, and the same
    on the left (Kazhdan and Lusztig, 1979).

    Example:
        >>> import numpy as np
        >>> from data_gen.kl_table import KLTable
        >>> len(Extremal().pairs(KLTable.compute(4), np.arange(24))[0])
        30
    """

    name = "extremal"
    meaning = "extremal pairs: every descent of w, left or right, is one of x; x = w included"

    def pairs(self, table: KLTable, tops: Ranks) -> Pairs:
        """See `All.pairs`."""
        return join_pairs([table.extremal_below(top) for top in tops.tolist()], tops)


class ExtremalClasses(Extremal):
    """One extremal pair for each isomorphism class of their Bruhat graphs, across all the n given.

    Every polynomial occurs among them too. Of S_8, up to 500 elements, these are 2,239 of the
    1,069,376 extremal pairs.

    Example:
        >>> ExtremalClasses().one_per
        ('iso_class',)
    """

    name = "extremal-classes"
    meaning = (
        "one extremal pair for each isomorphism class of their unlabelled Bruhat graphs, across "
        "all n; the first by n, then x, then w in lexicographic order"
    )
    one_per: tuple[str, ...] = ("iso_class",)
