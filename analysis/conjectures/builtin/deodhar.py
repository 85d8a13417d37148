"""Deodhar's inequality.

Example:
    The bottom of the 4-crown has one edge more than it has to have.

    >>> crown = Subject("1324", "3412")
    >>> deodhar.outcome(crown).holds, len(crown.above[0]), crown.length, deodhar.score(crown)
    (True, 4, 3, -0.997)
"""

from __future__ import annotations

from analysis.conjectures.base import Outcome, conjecture
from analysis.conjectures.builtin._scores import excess_below_length
from analysis.conjectures.subject import Subject

__all__ = ["deodhar"]


@conjecture(
    "deodhar",
    "The out-degree of x in the Bruhat graph of [x,w] is at least l(x,w).",
    source="V. Deodhar (1985); proved in general by M. Dyer (1993), P. Polo (1994)",
    status="theorem",
    score=excess_below_length,
    recheck="deodhar",
)
def deodhar(interval: Subject) -> Outcome:
    """The edges at the bottom."""
    degree = len(interval.above[0])
    if degree >= interval.length:
        return Outcome()
    return Outcome.of([{"expected": f"at least {interval.length}", "found": degree}])
