"""Non-negativity of the gammas in the formula for P.

Example:
    P = 1 + 2q + q^2 here, by two decompositions.

    >>> gamma_positive.outcome(Subject("12345", "52341"))
    Outcome(failures=(), counts={'decompositions': 2}, applies=True)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.conjectures.base import Outcome, conjecture
from analysis.conjectures.builtin._decompositions import Evidence, each
from analysis.conjectures.builtin._scores import tightest_gamma
from analysis.conjectures.subject import Subject

if TYPE_CHECKING:
    from analysis.formulas.hypercube_decompositions import HypercubeDecomposition

__all__ = ["gamma_positive"]


@conjecture(
    "gamma-positive",
    "For every hypercube decomposition of [u,v] and all w in [u,z], gamma_w has non-negative "
    "coefficients, where P_{w,v} is the sum over w' >= w in [u,z] of gamma_{w'} P_{w,w'}.",
    source="observed on the formula of arXiv:2111.15161",
    note="Checked on every class of S_7 and 195,934 more of S_8; see the page of formulas checked.",
    recheck="gamma_positive",
    score=tightest_gamma,
)
def gamma_positive(interval: Subject) -> Outcome:
    """All decompositions."""
    from analysis.formulas.bbdvw import kl_by_bbdvw

    def evidence(one: HypercubeDecomposition) -> Evidence:
        gammas = kl_by_bbdvw(one, interval.kl_between).gamma
        negative = {w: gamma for w, gamma in gammas.items() if min(gamma) < 0}
        if not negative:
            return None
        return {
            "expected": "no negative coefficient",
            "found": {interval.name(w): list(gamma) for w, gamma in negative.items()},
        }

    return each(interval, interval.decompositions, evidence)
