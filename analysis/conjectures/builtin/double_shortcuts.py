"""Whether two decompositions commute: double shortcuts.

Example:
    Two of the seven decompositions of this interval are not join-strong.

    >>> interval = Subject("13254", "45312", labels=True)
    >>> for one in (double_shortcuts, double_shortcuts_strong, double_shortcuts_standard):
    ...     found = one.outcome(interval)
    ...     print(found.counts, len(found.failures))
    {'decompositions': 7, 'pairs': 21} 2
    {'decompositions': 5, 'pairs': 10} 0
    {'decompositions': 3, 'pairs': 3} 0
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from analysis.conjectures.base import Outcome, conjecture
from analysis.conjectures.builtin._decompositions import join_strong, standard
from analysis.conjectures.builtin._scores import most_terms, share_off_criterion
from analysis.conjectures.subject import Subject

if TYPE_CHECKING:
    from analysis.formulas.hypercube_decompositions import HypercubeDecomposition

__all__ = ["double_shortcuts", "double_shortcuts_standard", "double_shortcuts_strong"]

_SOURCE = "F. Esposito, M. Marietti, arXiv:2404.12834; P. Zannoni, arXiv:2605.13304 [recon]"
_CLAIM = (
    "D_12(x) = D_21(x) for all x in both ideals, where D_12(x) is the sum over shortcuts p of the "
    "first and shortcuts x of [u,p] for the second of q^(d(p,v) + d(x,p))."
)


def _pairs(interval: Subject, decompositions: Sequence[HypercubeDecomposition]) -> Outcome:
    from analysis.formulas.double_shortcuts import DoubleShortcuts, double_shortcuts

    sums = DoubleShortcuts(interval.bits)
    failures, pairs = [], 0
    for first, second in combinations(decompositions, 2):
        pairs += 1
        if sums.agree(first, second):
            continue
        sides = [
            {interval.name(x): list(p) for x, p in double_shortcuts(*pair).items()}
            for pair in ((first, second), (second, first))
        ]
        failures.append(
            {
                "z1": interval.name(first.z),
                "z2": interval.name(second.z),
                "D_12": sides[0],
                "D_21": sides[1],
            }
        )
    return Outcome.of(failures, decompositions=len(decompositions), pairs=pairs)


@conjecture(
    "double-shortcuts-strong",
    f"For any two join-strong hypercube decompositions of [u,v], {_CLAIM}",
    source=_SOURCE,
    note="That it asks for join-strong ones is ours. A theorem for standard ones. Checked on at "
    "most 40 pairs of each class of S_7 and 195,934 more of S_8; see the page of formulas checked.",
    recheck="double_shortcuts",
    score=most_terms,
)
def double_shortcuts_strong(interval: Subject) -> Outcome:
    """All pairs of join-strong decompositions."""
    return _pairs(interval, list(join_strong(interval)))


@conjecture(
    "double-shortcuts",
    f"For any two hypercube decompositions of [u,v], {_CLAIM}",
    source=_SOURCE,
    status="refuted",
    note="Fails in S_5, for pairs in which one decomposition is not join-strong: as reconstructed "
    "here; the printed statement may differ.",
    recheck="double_shortcuts",
    score=share_off_criterion,
)
def double_shortcuts(interval: Subject) -> Outcome:
    """All pairs of decompositions."""
    return _pairs(interval, interval.decompositions)


@conjecture(
    "double-shortcuts-standard",
    f"For any two standard decompositions of [u,v], {_CLAIM}",
    source="P. Zannoni, arXiv:2605.13304 [recon]",
    status="theorem",
    about="labels",
    recheck="double_shortcuts",
)
def double_shortcuts_standard(interval: Subject) -> Outcome:
    """All pairs of distinct standard decompositions."""
    return _pairs(interval, standard(interval))
