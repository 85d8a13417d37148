"""The selection `all`, from which most others derive."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from data_gen.progress import Progress
from data_gen.selections.base import Pairs, PairSource, Ranks, TableSource

if TYPE_CHECKING:
    from data_gen.kl_table import KLTable
    from data_gen.manifest import Parameters

__all__ = ["All", "join_pairs"]


class All:
    """Every pair x <= w, x = w included.

    Example:
        >>> from data_gen.kl_table import KLTable
        >>> xs, ws = All().pairs(KLTable.compute(3), np.array([1, 3]))  # below 132 and 231
        >>> xs.tolist(), ws.tolist()
        ([0, 1, 0, 1, 2, 3], [1, 1, 3, 3, 3, 3])
    """

    name = "all"
    meaning = "every interval [x, w], x = w included"
    one_per: tuple[str, ...] = ()
    max_n = 10

    def source(self, n: int, parameters: Parameters, progress: Progress) -> PairSource:
        """See `Selection.source`."""
        return TableSource.of(self, n, progress)

    def pairs(self, table: KLTable, tops: Ranks) -> Pairs:
        """Lists the pairs whose top is one of `tops`.

        Args:
            table: The Kazhdan-Lusztig polynomials of S_n.
            tops: int64[K], lexicographic ranks of permutations w.

        Returns:
            xs, ws: int64[M] each, lexicographic ranks with x <= w in Bruhat order, no pair twice.
        """
        return join_pairs([table.below(top) for top in tops.tolist()], tops)


def join_pairs(bottoms: list[Ranks], tops: Ranks) -> Pairs:
    """Bottoms listed for each top, as pairs.

    Args:
        bottoms: For each top an int64 array.
        tops: int64[K].

    Example:
        >>> join_pairs([np.array([0, 1]), np.array([0])], np.array([3, 0]))
        (array([0, 1, 0]), array([3, 3, 0]))
    """
    ws = np.repeat(np.asarray(tops, dtype=np.int64), [len(xs) for xs in bottoms])
    return np.concatenate([np.empty(0, np.int64), *bottoms]), ws
