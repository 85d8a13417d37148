"""Intervals of length 3.

Example:
    The 2-, 3- and 4-crown, and an interval of another length.

    >>> for x, w in ("123", "321"), ("1234", "2341"), ("1324", "3412"), ("1324", "4231"):
    ...     interval = Subject(x, w)
    ...     print(interval.rank_sizes, interval.kl, crowns.outcome(interval).applies)
    (1, 2, 2, 1) (1,) True
    (1, 3, 3, 1) (1,) True
    (1, 4, 4, 1) (1, 1) True
    (1, 4, 6, 4, 1) (1,) False
"""

from __future__ import annotations

from analysis.conjectures.base import Outcome, conjecture
from analysis.conjectures.subject import Subject

__all__ = ["crowns"]

_KNOWN = {2: ((1,), (0, 1, 0, 1)), 3: ((1,), (0, 0, 0, 1)), 4: ((1, 1), (0, 0, 0, 1))}


@conjecture(
    "crowns",
    "An interval of length 3 is a k-crown with k = 2, 3 or 4; then P = 1, 1, 1 + q and "
    "R~ = q + q^3, q^3, q^3.",
    source="A. Bjorner, F. Brenti, Combinatorics of Coxeter groups (2005)",
    status="theorem",
    note="Type A; other Coxeter groups have larger crowns.",
)
def crowns(interval: Subject) -> Outcome:
    """The middle ranks form one cycle of 2k elements."""
    if interval.length != 3:
        return Outcome.not_applicable()
    k = interval.atoms
    above = [[w for w in interval.above[a] if w != interval.top] for a in range(1, k + 1)]
    place, before, steps = 0, -1, 0
    if interval.rank_sizes != (1, k, k, 1) or any(len(ends) != 2 for ends in above):
        return Outcome.equal("a crown", list(interval.rank_sizes))
    while steps == 0 or place:  # round the cycle: up one edge, down the other
        up = next(w for w in above[place] if w != before)
        place = next(a for a in range(k) if a != place and up in above[a])
        before, steps = up, steps + 1
        if steps > k:
            break
    if steps != k:
        return Outcome.equal(f"a cycle of {2 * k}", f"a cycle of {2 * steps}")
    expected = [list(p) for p in _KNOWN.get(k, ((), ()))]
    return Outcome.equal(expected, [list(interval.kl), list(interval.r_tilde)], k=k)
