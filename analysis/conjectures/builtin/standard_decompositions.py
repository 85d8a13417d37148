"""The four standard sets are join-strong hypercube decompositions.

Example:
    The four sets of this interval are three.

    >>> standard_decompositions.outcome(Subject("13254", "45312", labels=True))
    Outcome(failures=(), counts={'decompositions': 3}, applies=True)
"""

from __future__ import annotations

from analysis.conjectures.base import Outcome, conjecture
from analysis.conjectures.subject import Subject
from data_gen.permutations import inverse

__all__ = ["standard_decompositions"]


@conjecture(
    "standard-decompositions",
    "Each of the sets {w(1) = u(1)}, {w(n) = u(n)}, {w^-1(1) = u^-1(1)}, {w^-1(n) = u^-1(n)} that "
    "is not all of [u,v] is [u,z] for some z, and a join-strong hypercube decomposition.",
    source="arXiv:2111.15161; join-strong: observed on all of S_3 to S_7 [recon]",
    status="observed",
    note="That they are hypercube decompositions is a theorem.",
    about="labels",
)
def standard_decompositions(interval: Subject) -> Outcome:
    """The four sets, by their definition."""
    by_top = {one.z: one for one in interval.decompositions}
    words = interval.words
    turned = [inverse(word) for word in words]
    failures, found = [], set()
    kinds = (("first", words, 0), ("last", words, -1), ("pos1", turned, 0), ("posn", turned, -1))
    for kind, elements, place in kinds:
        letter = elements[0][place]
        inside = [v for v, word in enumerate(elements) if word[place] == letter]
        if len(inside) == len(words):
            continue
        z = inside[-1]
        found.add(z)
        one = by_top.get(z)
        ideal = [] if one is None else [v for v in range(len(words)) if one.ideal >> v & 1]
        if one is None or ideal != inside or not one.is_join_strong:
            what = {"kind": kind, "z": interval.name(z), "is_decomposition": one is not None}
            what["is_join_strong"] = one is not None and one.is_join_strong
            failures.append({**what, "expected": interval.names(inside)})
    return Outcome.of(failures, decompositions=len(found))
