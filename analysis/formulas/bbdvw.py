"""The Kazhdan-Lusztig polynomial from any hypercube decomposition: the formula of Blundell et al.

For a decomposition of X = [u, v] with the ideal I, and E = E_u the ends outside I of the edges from
u, with P^d = (q^l P(1/q) - P(q)) / (q - 1)::

    P^d_{u,v} = Q + J,                                    the hypercube and the inductive piece
    Q = q^(l(u,v) - 1) N(1/q),
    N = sum over nonempty antichains Y in E of (q - 1)^(|Y| - 1) q^m(Y) P_{theta(Y),v},
    J = sum over w in I, w != u, of gamma_w P^d_{u,w},

where m(Y) counts the elements of E below some element of Y, and the gamma_w are defined from the
top of I down by P_{w,v} = sum over w' >= w in I of gamma_{w'} P_{w,w'}.

Source: Blundell, Buesing, Davies, Velickovic, Williamson, arXiv:2111.15161. A theorem for standard
decompositions, a conjecture for all; the form was derived, then verified on all decompositions of
S_3 to S_7 [recon]. That all gamma_w have non-negative coefficients was observed on the same, and is
not in the source.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from analysis.formulas.bitgraph import bits_of
from analysis.formulas.hypercube_decompositions import HypercubeDecomposition
from analysis.formulas.packed import BITS, pack, power_of_q_minus_1, unpack
from data_gen.polynomials import from_q_derived, q_derived

__all__ = ["BBDVWPieces", "kl_by_bbdvw"]

Polynomial = tuple[int, ...]
Pairs = Callable[[int, int], Polynomial]

_derived = lru_cache(maxsize=1 << 16)(q_derived)  # few polynomials, met very often


@dataclass(frozen=True)
class BBDVWPieces:
    """What the formula gives for one decomposition; polynomials ascending, () for 0.

    Attributes:
        hypercube: Q.
        inductive: J.
        gamma: The gamma_w that are not 0, by w in I; that of u is taken with `polynomial`.
        polynomial: P_{u,v}, read off Q + J.
        is_consistent: Whether Q + J is the q-derived polynomial of `polynomial`: palindromic, and
            of degree l(u,v) - 1. If not, no polynomial fits, and the formula fails.

    Example:
        Of [123, 321]: P = 1, so P^d = 1 + q + q^2, and one vertex of the ideal has a gamma:

        >>> from analysis.formulas import Truth, decomposition_at
        >>> truth = Truth.of_interval("123", "321")
        >>> pieces = kl_by_bbdvw(decomposition_at(truth.graph, 1), truth.kl)
        >>> pieces.hypercube, pieces.inductive, pieces.gamma, pieces.polynomial
        ((0, 1, 1), (1,), {1: (1,)}, (1,))
    """

    hypercube: Polynomial
    inductive: Polynomial
    gamma: Mapping[int, Polynomial]
    polynomial: Polynomial
    is_consistent: bool

    @property
    def is_gamma_positive(self) -> bool:
        """Whether no gamma_w has a negative coefficient."""
        return all(min(gamma) >= 0 for gamma in self.gamma.values())


def kl_by_bbdvw(decomposition: HypercubeDecomposition, kl: Pairs) -> BBDVWPieces:
    """P_{u,v} from polynomials of smaller intervals.

    Args:
        decomposition: A lower hypercube decomposition of [u, v].
        kl: P_{a,b} for a <= b; asked for b = v and a != u, and for a, b in the ideal.

    Example:
        >>> from analysis.formulas import Truth, lower_decompositions
        >>> truth = Truth.of_interval("1324", "3412")
        >>> first = lower_decompositions(truth.graph)[0]
        >>> pieces = kl_by_bbdvw(first, truth.kl)
        >>> pieces.hypercube, pieces.inductive, pieces.polynomial
        ((0, 1, 1), (1, 1), (1, 1))
        >>> pieces.is_consistent, pieces.is_gamma_positive
        (True, True)
    """
    bits = decomposition.bits
    length = bits.length
    gammas = _gammas(decomposition, kl)
    inductive = sum(gamma * pack(_derived(kl(0, w), bits.ranks[w])) for w, gamma in gammas.items())
    numerator = unpack(_numerator(decomposition, kl))
    fits = len(numerator) <= length
    hypercube = pack(tuple(reversed(numerator[:length] + (0,) * (length - len(numerator)))))
    total = unpack(hypercube + inductive)
    polynomial = from_q_derived(total, length)
    at_bottom = pack(polynomial) - sum(g * pack(kl(0, w)) for w, g in gammas.items())
    if at_bottom:
        gammas[0] = at_bottom
    return BBDVWPieces(
        hypercube=unpack(hypercube),
        inductive=unpack(inductive),
        gamma={w: unpack(gammas[w]) for w in sorted(gammas)},
        polynomial=polynomial,
        is_consistent=fits and _derived(polynomial, length) == total,
    )


def _numerator(decomposition: HypercubeDecomposition, kl: Pairs) -> int:
    """N, packed; 0 if no edge from u leaves the ideal, which does not happen in an interval."""
    cluster = decomposition.clusters.get(0)
    if cluster is None:
        return 0
    top = decomposition.bits.top
    rows = zip(cluster.sizes, cluster.lower_counts, cluster.tops, strict=True)
    next(rows)  # the empty antichain
    return sum(
        power_of_q_minus_1(size - 1) * pack(kl(theta, top)) << BITS * lower
        for size, lower, theta in rows
    )


def _gammas(decomposition: HypercubeDecomposition, kl: Pairs) -> dict[int, int]:
    """The gamma_w that are not 0 for w in I other than u, packed, from the top down."""
    bits = decomposition.bits
    found: dict[int, int] = {}
    for w in reversed(list(bits_of(decomposition.ideal ^ 1))):
        rest = pack(kl(w, bits.top))
        above = bits.up[w]
        for other, gamma in found.items():
            if above >> other & 1:
                rest -= gamma * pack(kl(w, other))
        if rest:
            found[w] = rest
    return found
