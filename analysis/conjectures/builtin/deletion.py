"""Deleting a letter that both ends begin with.

Example:
    Both ends begin with 1 and end with 6, so 1 and 6 have the same places, too.

    >>> deletion.outcome(Subject("124356", "134526", labels=True))
    Outcome(failures=(), counts={'deletions': 4}, applies=True)
"""

from __future__ import annotations

from collections.abc import Sequence

from analysis.conjectures.base import Outcome, conjecture
from analysis.conjectures.subject import Subject
from data_gen.permutations import Permutation, inverse

__all__ = ["deletion"]


@conjecture(
    "deletion",
    "If u(1) = v(1), deleting that letter gives an interval of S_{n-1} with the same P, R~ and "
    "number of elements; so for the last letter, and the places of 1 and of n.",
    source="S. Billey, G. Warrington (2003)",
    status="theorem",
    about="labels",
)
def deletion(interval: Subject) -> Outcome:
    """Each of the four that applies."""
    x, w, n = interval.x, interval.w, interval.n
    pairs = []
    for first, second in ((x, w), (inverse(x), inverse(w))):
        pairs += [
            (_without(first, place), _without(second, place))
            for place in (0, n - 1)
            if first[place] == second[place]
        ]
    if not pairs:
        return Outcome.not_applicable()
    expected = [list(interval.kl), list(interval.r_tilde), interval.num_nodes]
    failures = []
    for below, above in pairs:
        other = Subject(below, above)
        found = [list(other.kl), list(other.r_tilde), other.num_nodes]
        if found != expected:
            failures.append({"expected": expected, "found": found, "interval": repr(other)})
    return Outcome.of(failures, deletions=len(pairs))


def _without(word: Sequence[int], place: int) -> Permutation:
    letter = word[place]
    rest = [*word[:place], *word[place + 1 :]]
    return tuple(value - (value > letter) for value in rest)
