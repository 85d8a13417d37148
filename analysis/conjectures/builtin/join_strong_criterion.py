"""Join-strong, and the numerical criterion for it.

Example:
    Five of the seven decompositions of this interval are join-strong.

    >>> interval = Subject("13254", "45312")
    >>> join_strong_criterion.outcome(interval).holds
    True
    >>> sum(one.is_join_strong for one in interval.decompositions)
    5
"""

from __future__ import annotations

from analysis.conjectures.base import Outcome, conjecture
from analysis.conjectures.builtin._decompositions import each
from analysis.conjectures.subject import Subject

__all__ = ["join_strong_criterion"]


@conjecture(
    "join-strong-criterion",
    "A hypercube decomposition is join-strong if and only if 2 m_p(Y) = l(p, theta_p(Y)) - |Y| for "
    "all p in [u,z] and nonempty antichains Y in E_p, where m_p(Y) counts the elements of E_p "
    "below some element of Y.",
    source="observed on all decompositions of S_4 to S_7",
    status="observed",
)
def join_strong_criterion(interval: Subject) -> Outcome:
    """All decompositions."""
    return each(
        interval,
        interval.decompositions,
        lambda one: (
            None
            if one.is_join_strong == one.satisfies_numerical_criterion
            else {"expected": one.is_join_strong, "found": one.satisfies_numerical_criterion}
        ),
    )
