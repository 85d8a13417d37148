"""P = 1, read off the degrees: at the bottom, at every vertex, and regular graphs.

Example:
    S_4 and the 4-crown; six edges for length 6, and four for length 3.

    >>> group, crown = Subject("1234", "4321"), Subject("1324", "3412")
    >>> [(one.kl, one.length, len(one.above[0])) for one in (group, crown)]
    [((1,), 6, 6), ((1, 1), 3, 4)]
    >>> statements = smooth, smooth_everywhere, regular
    >>> [one.outcome(interval).holds for interval in (group, crown) for one in statements]
    [True, True, True, True, True, True]
"""

from __future__ import annotations

from analysis.conjectures.base import Outcome, conjecture
from analysis.conjectures.subject import Subject

__all__ = ["regular", "smooth", "smooth_everywhere"]

_SOURCE = "J. Carrell, D. Peterson (1994)"


@conjecture(
    "smooth",
    "P_{x,w} = 1 if and only if the out-degree of x in [x,w] is l(x,w).",
    source=f"V. Deodhar (1985), for type A; {_SOURCE}",
    status="theorem",
    note="Type A only; in other Coxeter groups the degrees at every vertex are needed.",
)
def smooth(interval: Subject) -> Outcome:
    """The edges at the bottom."""
    return Outcome.equal(interval.kl == (1,), len(interval.above[0]) == interval.length)


@conjecture(
    "smooth-everywhere",
    "P_{x,w} = 1 if and only if every a in [x,w] has the out-degree l(a,w).",
    source=_SOURCE,
    status="theorem",
)
def smooth_everywhere(interval: Subject) -> Outcome:
    """The edges at every vertex."""
    pairs = zip(interval.above, interval.ranks, strict=True)
    found = all(len(above) == interval.length - rank for above, rank in pairs)
    return Outcome.equal(interval.kl == (1,), found)


@conjecture(
    "regular",
    "The Bruhat graph of [x,w] is regular of degree l(x,w) if and only if P_{a,w} = 1 and "
    "P_{w0 a, w0 x} = 1 for all a in [x,w].",
    source=_SOURCE,
    status="theorem",
)
def regular(interval: Subject) -> Outcome:
    """In- and out-degrees together."""
    degrees = zip(interval.above, interval.below, strict=True)
    found = all(len(above) + len(below) == interval.length for above, below in degrees)
    expected = all(
        interval.kl_between(a, interval.top) == (1,) and interval.dual_kl_between(0, a) == (1,)
        for a in range(interval.num_nodes)
    )
    return Outcome.equal(expected, found)
