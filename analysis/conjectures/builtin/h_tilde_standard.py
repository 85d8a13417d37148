"""The H~ formula for the standard decompositions.

Example:
    The four standard decompositions of this interval are three.

    >>> h_tilde_standard.outcome(Subject("13254", "45312", labels=True))
    Outcome(failures=(), counts={'decompositions': 3}, applies=True)
"""

from __future__ import annotations

from analysis.conjectures.base import Outcome, conjecture
from analysis.conjectures.builtin._decompositions import each, h_tilde_evidence, standard
from analysis.conjectures.subject import Subject

__all__ = ["h_tilde_standard"]


@conjecture(
    "h-tilde-standard",
    "The formula of h-tilde holds for the standard decompositions: those by the first or last "
    "letter, or by the place of 1 or of n.",
    source="G. Barkley, C. Gaetz, arXiv:2303.15577",
    status="theorem",
    about="labels",
    recheck="h_tilde",
)
def h_tilde_standard(interval: Subject) -> Outcome:
    """The distinct ones among the four."""
    return each(interval, standard(interval), lambda one: h_tilde_evidence(interval, one))
