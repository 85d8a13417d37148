"""Where the H~ formula is wrong, it gives too much.

Example:
    Where h-tilde fails first: one of these eleven gives q^5 too much.

    >>> h_tilde_excess.outcome(Subject("132546", "345621"))
    Outcome(failures=(), counts={'decompositions': 11}, applies=True)
"""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from analysis.conjectures.base import Outcome, conjecture
from analysis.conjectures.builtin._decompositions import Evidence, each, h_tilde_evidence
from analysis.conjectures.builtin._scores import share_off_criterion
from analysis.conjectures.subject import Subject

if TYPE_CHECKING:
    from analysis.formulas.hypercube_decompositions import HypercubeDecomposition

__all__ = ["h_tilde_excess"]


@conjecture(
    "h-tilde-excess",
    "For every hypercube decomposition [u,z] of [u,v], the sum over p in [u,z] and antichains Y in "
    "E_p with theta_p(Y) = v of q^|Y| R~_{u,p} is at least R~_{u,v}, coefficient by coefficient.",
    source="observed here, where h-tilde fails",
    status="observed",
    note="On all 993 decompositions of one interval of each class of S_7, of 195,934 more of "
    "S_8 and of a sample of S_9 on which h-tilde fails; see the page of formulas checked.",
    recheck="h_tilde_excess",
    score=share_off_criterion,
)
def h_tilde_excess(interval: Subject) -> Outcome:
    """All decompositions."""

    def evidence(one: HypercubeDecomposition) -> Evidence:
        wrong = h_tilde_evidence(interval, one)
        if wrong is None or all(
            less <= given
            for less, given in zip_longest(wrong["expected"], wrong["found"], fillvalue=0)
        ):
            return None
        return wrong

    return each(interval, interval.decompositions, evidence)
