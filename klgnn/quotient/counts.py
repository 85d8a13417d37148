"""What is counted inside [z, w], and in which column of `Quotient.counts`."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["DEFAULT_LAYOUT", "DEFECTS", "CountLayout", "count_columns", "count_names"]

DEFECTS = 12
"""Columns of a histogram of degree defects; larger ones are counted in the last."""


class CountLayout(NamedTuple):
    """How many columns of counts each kind has.

    There are ``ranks`` columns for each profile by rank or corank, and ``steps`` for each profile
    by length of edge (1, 3, 5, ...); what lies beyond is counted in the last of them.

    Example:
        >>> len(count_names(CountLayout(ranks=4, steps=2)))
        62
    """

    ranks: int
    steps: int


DEFAULT_LAYOUT = CountLayout(29, 15)
"""Tells all lengths apart that there are in S_8."""


def count_columns(layout: CountLayout) -> int:
    """How many columns a row of counts has.

    Example:
        >>> count_columns(DEFAULT_LAYOUT)
        151
    """
    return 2 * layout.ranks + 3 * layout.steps + 4 * DEFECTS


def count_names(layout: CountLayout = DEFAULT_LAYOUT) -> tuple[str, ...]:
    """What each column of `klgnn.quotient.Quotient.counts` counts.

    Example:
        >>> names = count_names()
        >>> names[0], names[58], names[-1]
        ('elements of corank 0', 'edges of length 1', 'upper half, in-degree less rank 11')
    """
    lengths = [2 * i + 1 for i in range(layout.steps)]
    return (
        *(f"elements of {kind} {k}" for kind in ("corank", "rank") for k in range(layout.ranks)),
        *(f"edges{which} of length {k}" for which in ("", " up", " in") for k in lengths),
        *(
            f"{half} half, {kind} {k}"
            for half in ("lower", "upper")
            for kind in ("out-degree less corank", "in-degree less rank")
            for k in range(DEFECTS)
        ),
    )
