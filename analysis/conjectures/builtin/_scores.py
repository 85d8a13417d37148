"""How close an interval comes to failing: what `klgnn conjecture search` climbs.

Higher is closer. They are asked only where the statement holds; none of them decides anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING

from analysis.conjectures.subject import Subject

if TYPE_CHECKING:
    from analysis.formulas.hypercube_decompositions import HypercubeDecomposition

__all__ = [
    "excess_below_length",
    "least_difference",
    "most_terms",
    "share_off_criterion",
    "tightest_gamma",
]

_FAR = -2.0  # where there is nothing that could become negative


def share_off_criterion(interval: Subject) -> float:
    """How much of a decomposition is off the numerical criterion, the most of all decompositions.

    That is how much of the sum of H~, as a share of R~, both at q = 1, comes from hypercubes ending
    at v that are off it (2 m(Y) is not l(p, theta(Y)) - #Y), plus the share of all hypercubes that
    are. Both are 0 for join-strong decompositions. In S_6 the first is 1 for the graph at which H~
    fails, and at most 3/4 otherwise.
    """
    return max((_off_criterion(interval, one) for one in interval.decompositions), default=0.0)


def most_terms(interval: Subject) -> float:
    """How many terms the sum of H~ has, the most of all join-strong decompositions.

    The more, the more that could go wrong. Their mere number is no guide: Boolean intervals have
    the most, with one term each.
    """
    strong = (one for one in interval.decompositions if one.is_join_strong)
    terms = (sum(map(len, one.cubes_to_top.values())) for one in strong)
    return float(max(terms, default=0))


def tightest_gamma(interval: Subject) -> float:
    """How near a coefficient of a gamma_w is to being negative.

    gamma_w is P_{w,v} less a sum over larger w'. Of all coefficients that are not 0 in P_{w,v}
    the least that is left counts, and of equal ones that of the largest in P_{w,v}.
    """
    from analysis.formulas.bbdvw import kl_by_bbdvw

    to_top = interval.exact.kl_to(interval.top)
    found: list[float] = []
    for one in interval.decompositions:
        gammas = kl_by_bbdvw(one, interval.kl_between).gamma
        for w in range(interval.num_nodes):
            if one.ideal >> w & 1:
                found += _margins(to_top[w], gammas.get(w, ()))
    return max(found, default=_FAR)


def least_difference(interval: Subject) -> float:
    """How near a coefficient of P_{x,w} - P_{z,w} is to being negative, for an edge x -> z.

    Those that are 0 in P_{z,w}, and the constant one, do not count; of equal ones that of the
    largest in P_{z,w} does.
    """
    found: list[float] = []
    for z in interval.above[0]:
        above = interval.kl_between(z, interval.top)
        left = [p - q for p, q in zip_longest(interval.kl, above, fillvalue=0)]
        found += _margins(above[1:], left[1:])
    return max(found, default=_FAR)


def excess_below_length(interval: Subject) -> float:
    """L less the out-degree of x; for equal ones the longer interval."""
    return interval.length - len(interval.above[0]) + interval.length / 1000


def _off_criterion(interval: Subject, one: HypercubeDecomposition) -> float:
    bits = interval.bits
    below = interval.exact.r_tilde_from(0)
    off = cubes = part = 0
    for p, cluster in one.clusters.items():
        weight = sum(below[p])
        for lower, top, size in zip(cluster.lower_counts, cluster.tops, cluster.sizes, strict=True):
            wrong = 2 * lower != bits.ranks[top] - bits.ranks[p] - size
            off += wrong
            cubes += 1
            if top == bits.top:
                part += weight * wrong
    return part / sum(interval.r_tilde) + off / max(cubes, 1)


def _margins(whole: Sequence[int], left: Sequence[int]) -> Iterable[float]:
    """Minus what is left of each coefficient that is not 0, and a little for its size."""
    return [
        (size / (1 + size)) / 2 - rest
        for size, rest in zip_longest(whole, left[: len(whole)], fillvalue=0)
        if size > 0
    ]
