"""R-tilde-polynomials from a hypercube decomposition: the H-tilde formula and the shortcut formula.

For a decomposition with the ideal I of X = [u, v]::

    R~_{u,v} = sum over p in I and antichains Y in E_p with theta_p(Y) = v of q^|Y| R~_{u,p},
    R~_{u,v} = sum over the shortcuts p of q^d(p,v) R~_{u,p}.

A p in I is a shortcut if no out-neighbour of p that is one step nearer to v lies in I. The first is
a theorem for standard decompositions, a conjecture for (join-)strong ones, and false in general: it
holds for all 1,064,775 decompositions in S_6 but nine, none of them join-strong. On every
decomposition of S_3 to S_7 both are the same sum, term by term.

Sources: Barkley, Gaetz, arXiv:2303.15577 and arXiv:2412.10256, for the first; Brenti, Marietti
(2023), for shortcuts [recon].
"""

from __future__ import annotations

from collections.abc import Callable

from analysis.formulas.bitgraph import BitGraph, bits_of, mask_of
from analysis.formulas.hypercube_decompositions import HypercubeDecomposition
from analysis.formulas.packed import BITS, pack, unpack
from data_gen.graph import IntervalGraph

__all__ = [
    "first_failure_to_amaze",
    "is_amazing",
    "r_tilde_by_h_tilde",
    "r_tilde_by_shortcuts",
    "shortcuts",
    "shortcuts_to",
]

Polynomial = tuple[int, ...]
Below = Callable[[int], Polynomial]
Pairs = Callable[[int, int], Polynomial]


def r_tilde_by_h_tilde(decomposition: HypercubeDecomposition, r_tilde_below: Below) -> Polynomial:
    """R~_{u,v} by the H-tilde formula.

    Args:
        decomposition: A lower hypercube decomposition of [u, v].
        r_tilde_below: R~_{u,p}, for p in the ideal.

    Example:
        >>> from analysis.formulas import Truth, lower_decompositions
        >>> truth = Truth.of_interval("123", "321")
        >>> [
        ...     r_tilde_by_h_tilde(one, lambda p: truth.r_tilde(0, p))
        ...     for one in lower_decompositions(truth.graph)
        ... ]
        [(0, 1, 0, 1), (0, 1, 0, 1)]
    """
    total = 0
    for p, sizes in decomposition.cubes_to_top.items():
        below = pack(r_tilde_below(p))
        for size in sizes:
            total += below << BITS * size
    return unpack(total)


def r_tilde_by_shortcuts(decomposition: HypercubeDecomposition, r_tilde_below: Below) -> Polynomial:
    """R~_{u,v} by the shortcut formula; arguments as for `r_tilde_by_h_tilde`.

    Example:
        >>> from analysis.formulas import Truth, lower_decompositions
        >>> truth = Truth.of_interval("1234", "4321")
        >>> one = lower_decompositions(truth.graph)[0]
        >>> r_tilde_by_shortcuts(one, lambda p: truth.r_tilde(0, p))
        (0, 0, 1, 0, 3, 0, 1)
    """
    found = shortcuts(decomposition).items()
    return unpack(sum(pack(r_tilde_below(p)) << BITS * steps for p, steps in found))


def shortcuts(decomposition: HypercubeDecomposition) -> dict[int, int]:
    """The shortcuts p of a decomposition, each with d(p, v); ascending.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> from analysis.formulas import decomposition_at
        >>> hexagon = BruhatInterval("123", "321").graph
        >>> shortcuts(decomposition_at(hexagon, 1))
        {0: 1, 1: 2}
    """
    bits = decomposition.bits
    return shortcuts_to(bits, decomposition.ideal, bits.top)


def shortcuts_to(graph: IntervalGraph | BitGraph, ideal: int, target: int) -> dict[int, int]:
    """The shortcuts p of [u, target] with respect to a lower ideal, each with d(p, target).

    Args:
        graph: The graph of [u, v].
        ideal: A lower ideal of [u, v], as a mask; what lies below `target` counts.
        target: A vertex. If it is in the ideal, it is the only shortcut, at distance 0.

    Example:
        In [123, 321], for the ideal of the vertices 0 and 1; from 0 to 3 one may go by 1, inside:

        >>> from data_gen.intervals import BruhatInterval
        >>> hexagon = BruhatInterval("123", "321").graph
        >>> [shortcuts_to(hexagon, 0b11, target) for target in (1, 3, 5)]
        [{1: 0}, {1: 1}, {0: 1, 1: 2}]
    """
    bits = BitGraph.of(graph)
    found = {}
    nearer_below = 0
    for steps, layer in enumerate(bits.layers_below(target)):
        here = layer & ideal
        for p in bits_of(here & ~nearer_below):
            found[p] = steps
        nearer_below = 0
        for p in bits_of(here):
            nearer_below |= bits.into[p]
    return dict(sorted(found.items()))


def is_amazing(decomposition: HypercubeDecomposition, r_tilde: Pairs) -> bool:
    """Whether the shortcut formula holds for [u', v] for every u' in I at once.

    It is the formula with the shortcuts of z that lie above u', whether or not [u', z] is a
    hypercube decomposition of [u', v]. True of all decompositions in S_3 to S_5, and in S_6 of
    all but those nine for which it fails at u' = u.

    Args:
        decomposition: A lower hypercube decomposition of [u, v].
        r_tilde: R~_{a,b} for vertices a and b.

    Example:
        >>> from analysis.formulas import Truth, lower_decompositions
        >>> truth = Truth.of_interval("1234", "4321")
        >>> [is_amazing(one, truth.r_tilde) for one in lower_decompositions(truth.graph)]
        [True, True]

    Source: after Brenti, Marietti (2023) and Esposito, Marietti, arXiv:2404.12834 [recon].
    """
    return first_failure_to_amaze(decomposition, r_tilde) is None


def first_failure_to_amaze(decomposition: HypercubeDecomposition, r_tilde: Pairs) -> int | None:
    """The first u' in I for which the formula of `is_amazing` fails; None if it always holds.

    Args:
        decomposition: A lower hypercube decomposition of [u, v].
        r_tilde: R~_{a,b} for vertices a and b.

    Example:
        One of the nine in S_6, and another one of its interval; the bottom is vertex 0:

        >>> from analysis.formulas import Truth, lower_decompositions
        >>> truth = Truth.of_interval("132546", "345621")
        >>> found = lower_decompositions(truth.graph)[:2]
        >>> {one.z: first_failure_to_amaze(one, truth.r_tilde) for one in found}
        {36: 0, 61: None}
    """
    bits = decomposition.bits
    found = shortcuts(decomposition)
    somewhere = mask_of(found)
    for u in bits_of(decomposition.ideal):
        total = 0
        for p in bits_of(bits.up[u] & somewhere):
            total += pack(r_tilde(u, p)) << BITS * found[p]
        if total != pack(r_tilde(u, bits.top)):
            return u
    return None
