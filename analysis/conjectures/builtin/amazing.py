"""Amazing decompositions: the shortcut formula from every bottom in the ideal.

Example:
    True of all decompositions in S_5. Where h-tilde fails first, in S_6, it fails as well.

    >>> amazing.outcome(Subject("13254", "45312"))
    Outcome(failures=(), counts={'decompositions': 7}, applies=True)
    >>> amazing.outcome(Subject("132546", "345621")).failures[0]["z"]
    '234561'
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.conjectures.base import Outcome, conjecture
from analysis.conjectures.builtin._decompositions import Evidence, each
from analysis.conjectures.subject import Subject

if TYPE_CHECKING:
    from analysis.formulas.hypercube_decompositions import HypercubeDecomposition

__all__ = ["amazing"]


@conjecture(
    "amazing",
    "For every hypercube decomposition of [u,v] and every u' in [u,z], R~_{u',v} is the sum over "
    "the shortcuts p >= u' of q^d(p,v) R~_{u',p}.",
    source="after F. Brenti, M. Marietti (2023) and F. Esposito, M. Marietti, arXiv:2404.12834 "
    "[recon]",
    status="refuted",
    note="True of all decompositions in S_4 and S_5. For u' = u it is h-tilde, which fails in S_6.",
    recheck="amazing",
)
def amazing(interval: Subject) -> Outcome:
    """All decompositions."""
    from analysis.formulas.r_tilde import first_failure_to_amaze

    def evidence(one: HypercubeDecomposition) -> Evidence:
        bottom = first_failure_to_amaze(one, interval.r_tilde_between)
        if bottom is None:
            return None
        expected = list(interval.r_tilde_between(bottom, interval.top))
        return {"bottom": interval.name(bottom), "expected": expected}

    return each(interval, interval.decompositions, evidence)
