"""The selection `irreducible`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data_gen.selections.base import Pairs, Ranks
from data_gen.selections.extremal import Extremal

if TYPE_CHECKING:
    from data_gen.kl_table import KLTable

__all__ = ["Irreducible"]


class Irreducible(Extremal):
    """Extremal pairs with nothing to delete: those that do not come from a smaller S_n.

    A position i with x(i) = w(i) = c can be deleted, with the same graph and polynomial, when
    #{j <= i: x(j) >= c} = #{j <= i: w(j) >= c} (Billey and Warrington, 2003; Warrington,
    Equivalence classes for the mu-coefficient of Kazhdan-Lusztig polynomials in S_n, 2011). In S_9
    these are the "about 2.9 million" intervals of Davies et al., Nature 600 (2021).

    Example:
        >>> import numpy as np
        >>> from data_gen.kl_table import KLTable
        >>> len(Irreducible().pairs(KLTable.compute(4), np.arange(24))[0])
        2
    """

    name = "irreducible"
    meaning = "extremal pairs with no position to delete, so that none comes from a smaller S_n"

    def pairs(self, table: KLTable, tops: Ranks) -> Pairs:
        """See `All.pairs`."""
        from data_gen.cores import canonical_cores, split_key

        xs, ws = super().pairs(table, tops)
        degrees, _ = split_key(canonical_cores(table.n, xs, ws)[:, 0])
        kept = degrees == table.n
        return xs[kept], ws[kept]
