"""Monotonicity of the coefficients of P.

Example:
    P = 1 + 2q + q^2 at the bottom, and what it is at five of the ten ends of edges.

    >>> interval = Subject("12345", "52341")
    >>> monotonicity.outcome(interval).counts, interval.kl
    ({'triples': 10}, (1, 2, 1))
    >>> {interval.name(z): interval.kl_between(z, interval.top) for z in interval.above[0][:5]}
    {'12354': (1, 2, 1), '12435': (1, 1), '13245': (1, 1), '21345': (1, 2, 1), '12543': (1, 1)}
"""

from __future__ import annotations

from itertools import zip_longest

from analysis.conjectures.base import Outcome, conjecture
from analysis.conjectures.builtin._scores import least_difference
from analysis.conjectures.subject import Subject

__all__ = ["monotonicity"]


@conjecture(
    "monotonicity",
    "For x <= z <= w, P_{x,w} - P_{z,w} has non-negative coefficients.",
    source="R. Irving (1988); T. Braden, R. MacPherson, arXiv:math/0008200",
    status="theorem",
    note="It is enough to look at the edges x -> z.",
    score=least_difference,
    recheck="monotonicity",
)
def monotonicity(interval: Subject) -> Outcome:
    """All edges from the bottom."""
    failures = []
    for z in interval.above[0]:
        above = interval.kl_between(z, interval.top)
        if any(p < q for p, q in zip_longest(interval.kl, above, fillvalue=0)):
            failures.append({"z": interval.name(z), "P_z": list(above)})
    return Outcome.of(failures, triples=len(interval.above[0]))
