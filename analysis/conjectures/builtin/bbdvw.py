"""The formula of Blundell, Buesing, Davies, Velickovic and Williamson for P.

Example:
    An interval of S_5 with seven decompositions, two of which are not join-strong.

    >>> interval = Subject("13254", "45312", labels=True)
    >>> for one in (bbdvw, bbdvw_standard, bbdvw_by_length, bbdvw_subsets):
    ...     found = one.outcome(interval)
    ...     print(one.name, found.counts, [case["z"] for case in found.failures])
    bbdvw {'decompositions': 7} []
    bbdvw-standard {'decompositions': 3} []
    bbdvw-by-length {'decompositions': 7} ['24513', '41523']
    bbdvw-subsets {'decompositions': 7} []
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.conjectures.arithmetic import Polynomial, plus, power, reflected, shifted, times
from analysis.conjectures.base import Outcome, conjecture
from analysis.conjectures.builtin._decompositions import (
    Evidence,
    bbdvw_evidence,
    each,
    standard,
)
from analysis.conjectures.builtin._scores import share_off_criterion
from analysis.conjectures.subject import Subject
from data_gen.polynomials import q_derived

if TYPE_CHECKING:
    from analysis.formulas.clusters import Cluster
    from analysis.formulas.hypercube_decompositions import HypercubeDecomposition

__all__ = ["bbdvw", "bbdvw_by_length", "bbdvw_standard", "bbdvw_subsets"]

_MOST_EDGES = 10  # their subsets are listed


@conjecture(
    "bbdvw",
    "For every hypercube decomposition of [u,v], the q-derived polynomial of P_{u,v} is the sum of "
    "the hypercube piece Q and the inductive piece J.",
    source="C. Blundell, L. Buesing, A. Davies, P. Velickovic, G. Williamson, arXiv:2111.15161 "
    "[recon]",
    note="A theorem for standard decompositions, and for lower intervals (G. Barkley, C. Gaetz, "
    "arXiv:2412.10256). Checked on every class of S_7 and 195,934 more of S_8; see the page of "
    "formulas checked.",
    recheck="bbdvw",
    score=share_off_criterion,
)
def bbdvw(interval: Subject) -> Outcome:
    """All decompositions."""
    return each(interval, interval.decompositions, lambda one: bbdvw_evidence(interval, one))


@conjecture(
    "bbdvw-standard",
    "The formula of bbdvw holds for the standard decompositions.",
    source="C. Blundell, L. Buesing, A. Davies, P. Velickovic, G. Williamson, arXiv:2111.15161",
    status="theorem",
    about="labels",
    recheck="bbdvw",
)
def bbdvw_standard(interval: Subject) -> Outcome:
    """The distinct ones among the four."""
    return each(interval, standard(interval), lambda one: bbdvw_evidence(interval, one))


@conjecture(
    "bbdvw-by-length",
    "The formula of bbdvw holds with (l(u, theta_u(Y)) - |Y|)/2 in place of m_u(Y), the number of "
    "elements of E_u below some element of Y.",
    source="the same for join-strong decompositions, by join-strong-criterion",
    status="refuted",
    note="Fails in S_5 for 256 of the 268 decompositions that are not join-strong.",
    recheck="bbdvw_by_length",
)
def bbdvw_by_length(interval: Subject) -> Outcome:
    """All decompositions."""
    from analysis.formulas.bbdvw import kl_by_bbdvw

    expected = q_derived(interval.kl, interval.length)

    def evidence(one: HypercubeDecomposition) -> Evidence:
        cluster = one.clusters[0]
        ends = zip(cluster.tops, cluster.sizes, strict=True)
        halves = [(interval.ranks[top] - size) // 2 for top, size in ends]
        numerator = _numerator(interval, cluster, halves)
        inductive = kl_by_bbdvw(one, interval.kl_between).inductive
        if len(numerator) > interval.length:
            return {"expected": list(expected), "found": "too high a degree"}
        found = plus(reflected(numerator, interval.length - 1), inductive)
        if found == expected:
            return None
        side = {"expected": list(expected), "found": list(found)}
        return {**side, "join_strong": one.is_join_strong}

    return each(interval, interval.decompositions, evidence)


@conjecture(
    "bbdvw-subsets",
    "The numerator N of bbdvw, a sum over the antichains Y of E_u of (q-1)^(|Y|-1) q^m(Y) "
    "P_{theta_u(Y),v}, is the sum over all nonempty subsets S of E_u of (q-1)^(|S|-1) "
    "P_{theta_u(max S),v}.",
    source="the binomial theorem: S is Y = max S and any elements of E_u below Y",
    status="theorem",
    note="Tried where E_u has at most 10 elements.",
)
def bbdvw_subsets(interval: Subject) -> Outcome:
    """All decompositions with few edges out of the ideal at u."""
    failures, count = [], 0
    for one in interval.decompositions:
        cluster = one.clusters[0]
        if len(cluster.elements) > _MOST_EDGES:
            continue
        count += 1
        by_antichains = _numerator(interval, cluster, cluster.lower_counts)
        by_subsets: Polynomial = ()
        tops = dict(zip(cluster.chains, cluster.tops, strict=True))
        for subset in range(1, 1 << len(cluster.elements)):
            top = tops[_maximal(subset, cluster.below)]
            product = times(
                power((-1, 1), subset.bit_count() - 1), interval.kl_between(top, interval.top)
            )
            by_subsets = plus(by_subsets, product)
        if by_antichains != by_subsets:
            sides = {"expected": list(by_antichains), "found": list(by_subsets)}
            failures.append({"z": interval.name(one.z), **sides})
    return Outcome.of(failures, decompositions=count)


def _numerator(interval: Subject, cluster: Cluster, exponents: Sequence[int]) -> Polynomial:
    """The sum over nonempty antichains Y of (q-1)^(|Y|-1) q^exponent P_{theta(Y),v}."""
    total: Polynomial = ()
    for size, top, exponent in list(zip(cluster.sizes, cluster.tops, exponents, strict=True))[1:]:
        product = times(power((-1, 1), size - 1), interval.kl_between(top, interval.top))
        total = plus(total, shifted(product, exponent))
    return total


def _maximal(subset: int, below: tuple[int, ...]) -> int:
    """The elements of a set of places with no other of the set above them."""
    lower = 0
    for place, others in enumerate(below):
        if subset >> place & 1:
            lower |= others
    return subset & ~lower
