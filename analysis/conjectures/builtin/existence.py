"""Every interval has a hypercube decomposition.

Example:
    A Boolean interval of dimension 4 has one for each of its elements but the top.

    >>> decomposition_exists.outcome(Subject("1324", "4231"))
    Outcome(failures=(), counts={'decompositions': 15}, applies=True)
"""

from __future__ import annotations

from analysis.conjectures.base import Outcome, conjecture
from analysis.conjectures.subject import Subject

__all__ = ["decomposition_exists"]


@conjecture(
    "decomposition-exists",
    "Every interval has at least one hypercube decomposition.",
    source="C. Blundell, L. Buesing, A. Davies, P. Velickovic, G. Williamson, arXiv:2111.15161: "
    "the standard ones",
    status="theorem",
)
def decomposition_exists(interval: Subject) -> Outcome:
    """Counts them."""
    count = len(interval.decompositions)
    failures = [] if count else [{"expected": "at least 1", "found": 0}]
    return Outcome.of(failures, decompositions=count)
