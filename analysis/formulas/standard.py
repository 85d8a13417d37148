"""Which vertices are the tops of the standard hypercube decompositions; the labels are needed.

In [u, v] the elements that share with u the first letter, the last letter, the place of 1 or the
place of n are a lower ideal [u, z], if not all do. Theorem: each is a hypercube decomposition, for
which the H-tilde and the Blundell et al. formulas hold (arXiv:2111.15161, arXiv:2303.15577); each
is join-strong (checked on all intervals up to S_7).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.decompositions import KINDS, kept_places
from analysis.formulas.census import all_pairs, batches
from data_gen.interval_batch import IntervalBatch

__all__ = ["count_standard", "standard_tops"]


def standard_tops(batch: IntervalBatch) -> NDArray[np.int64]:
    """The z of the four standard decompositions of many intervals.

    Args:
        batch: Intervals of one S_n.

    Returns:
        int64[K, 4], vertices of each interval for the kinds in the order of
        `analysis.decompositions.KINDS`; -1 where the kind does not decompose it.

    Example:
        >>> from data_gen.interval_batch import build_intervals
        >>> crown = build_intervals(np.array([[0, 2, 1, 3]]), np.array([[2, 3, 0, 1]]))
        >>> standard_tops(crown).tolist()
        [[5, 8, 5, 8]]
    """
    starts = batch.node_ends[:-1]
    sizes = np.diff(batch.node_ends)
    rows = np.arange(len(batch.elements))
    local = rows - np.repeat(starts, sizes)
    found = np.empty((len(batch), len(KINDS)), dtype=np.int64)
    for kind, places in enumerate(kept_places(batch.elements[starts])):
        letters = batch.elements[rows, np.repeat(places, sizes)]
        shared = letters == np.repeat(letters[starts], sizes)
        # Ranks ascend, and the ideal has one top.
        last = np.maximum.reduceat(np.where(shared, local, -1), starts)
        found[:, kind] = np.where(last == sizes - 1, -1, last)
    return found


def count_standard(n: int) -> int:
    """How many different standard decompositions the intervals x < w of S_n have together.

    Raises:
        UsageError: If n is not from 2 to 7.

    Example:
        >>> [count_standard(n) for n in (3, 4)]
        [20, 360]
    """
    total = 0
    for batch in batches(n, *all_pairs(n)):
        tops = np.sort(standard_tops(batch), axis=1)
        different = np.diff(tops, axis=1, prepend=-1) != 0
        total += int(different.sum())
    return total
