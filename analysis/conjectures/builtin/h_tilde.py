"""The H~ formula for every hypercube decomposition: false, first in S_6.

Example:
    The smallest interval at which it fails has 98 elements.

    >>> interval = Subject("132546", "345621")
    >>> found = h_tilde.outcome(interval)
    >>> interval.num_nodes, found.counts, [case["z"] for case in found.failures]
    (98, {'decompositions': 11}, ['234561'])
"""

from __future__ import annotations

from analysis.conjectures.base import Outcome, conjecture
from analysis.conjectures.builtin._decompositions import each, h_tilde_evidence
from analysis.conjectures.builtin._scores import share_off_criterion
from analysis.conjectures.subject import Subject

__all__ = ["h_tilde"]


@conjecture(
    "h-tilde",
    "For every hypercube decomposition [u,z] of [u,v], R~_{u,v} is the sum over p in [u,z] and "
    "antichains Y in E_p with theta_p(Y) = v of q^|Y| R~_{u,p}.",
    source="G. Barkley, C. Gaetz, arXiv:2303.15577, who state it for strong decompositions",
    status="refuted",
    note="Holds in S_3, S_4 and S_5; fails in S_6, on decompositions that are not join-strong.",
    recheck="h_tilde",
    score=share_off_criterion,
)
def h_tilde(interval: Subject) -> Outcome:
    """All decompositions."""
    return each(interval, interval.decompositions, lambda one: h_tilde_evidence(interval, one))
