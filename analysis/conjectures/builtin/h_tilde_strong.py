"""The H~ formula for join-strong hypercube decompositions.

Example:
    Five of the seven decompositions of this interval are join-strong, and four upper ones.

    >>> [one.outcome(Subject("13254", "45312")).counts for one in (h_tilde_strong, h_tilde_upper)]
    [{'decompositions': 5}, {'decompositions': 4}]
"""

from __future__ import annotations

from analysis.conjectures.base import Outcome, conjecture
from analysis.conjectures.builtin._decompositions import each, h_tilde_evidence, join_strong
from analysis.conjectures.builtin._scores import most_terms
from analysis.conjectures.subject import Subject

__all__ = ["h_tilde_strong", "h_tilde_upper"]


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


@conjecture(
    "h-tilde-upper",
    "For every join-strong upper hypercube decomposition of [u,v], one of the reversed graph, the "
    "formula of h-tilde there gives R~_{u,v}.",
    source="h-tilde-strong and R~_{w0 v, w0 u} = R~_{u,v}; arXiv:2303.15577 [recon]",
    note="The same as h-tilde-strong on the dual interval, so over all of S_n the same statement.",
)
def h_tilde_upper(interval: Subject) -> Outcome:
    """All join-strong decompositions of the reversed graph, v there being N - 1 - v here."""
    from analysis.formulas.r_tilde import r_tilde_by_h_tilde

    top, failures, count = interval.top, [], 0
    for one in interval.upper_decompositions:
        if not one.is_join_strong:
            continue
        count += 1
        found = r_tilde_by_h_tilde(one, lambda p: interval.r_tilde_between(top - p, top))
        if found != interval.r_tilde:
            z = interval.name(top - one.z)
            failures.append({"z": z, "expected": list(interval.r_tilde), "found": list(found)})
    return Outcome.of(failures, decompositions=count)
