"""The H~ formula for join-strong hypercube decompositions."""

from __future__ import annotations

from analysis.conjectures.base import Outcome, conjecture
from analysis.conjectures.builtin._decompositions import each, h_tilde_evidence, join_strong
from analysis.conjectures.builtin._scores import most_terms
from analysis.conjectures.subject import Subject

__all__ = ["h_tilde_strong"]


@conjecture(
    "h-tilde-strong",
    "For every join-strong hypercube decomposition [u,z] of [u,v], R~_{u,v} is the sum over p in "
    "[u,z] and antichains Y in E_p with theta_p(Y) = v of q^|Y| R~_{u,p}.",
    source="G. Barkley, C. Gaetz, arXiv:2303.15577 and arXiv:2412.10256 [recon of 'strong']",
    note="A theorem for standard decompositions. Checked on every class of S_7 and 195,934 more "
    "of S_8; see the page of formulas checked.",
    recheck="h_tilde",
    score=most_terms,
)
def h_tilde_strong(interval: Subject) -> Outcome:
    """All join-strong decompositions."""
    return each(interval, join_strong(interval), lambda one: h_tilde_evidence(interval, one))
