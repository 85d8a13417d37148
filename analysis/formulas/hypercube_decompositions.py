"""All hypercube decompositions of an interval, from its unlabelled graph.

A hypercube decomposition of X = [u, v] is a vertex z other than v such that the ideal I = [u, z] is
diamond-closed and, for every p in I, the ends outside I of the edges from p span a hypercube
cluster. The upper form is the same for the reversed graph.

It is join-strong if theta_p(Y) is always the least upper bound of Y in X [recon of "strong"]: on
all decompositions of S_4 to S_7 this is the same as 2 m_p(Y) = l(p, theta_p(Y)) - #Y.

Sources: Blundell, Buesing, Davies, Velickovic, Williamson, arXiv:2111.15161, for decompositions;
Barkley, Gaetz, arXiv:2303.15577, for strong ones [recon]. Every interval has a standard one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analysis.formulas.bitgraph import BitGraph, bits_of
from analysis.formulas.clusters import Cluster, cluster_at
from data_gen.graph import IntervalGraph

__all__ = [
    "HypercubeDecomposition",
    "decomposition_at",
    "iter_lower_decompositions",
    "lower_decompositions",
    "upper_decompositions",
]


@dataclass(frozen=True, eq=False)
class HypercubeDecomposition:
    """One hypercube decomposition.

    Attributes:
        bits: The graph.
        z: The top of the ideal.
        ideal: I = [u, z], as a mask.
        clusters: The cluster of every p in I that has an edge out of I, by p.
    """

    bits: BitGraph
    z: int
    ideal: int
    clusters: dict[int, Cluster]

    @cached_property
    def is_join_strong(self) -> bool:
        """Whether the top of every hypercube is the least upper bound of the antichain."""
        return all(cluster.is_join for cluster in self.clusters.values())

    @cached_property
    def satisfies_numerical_criterion(self) -> bool:
        """Whether 2 m_p(Y) = l(p, theta_p(Y)) - #Y for all p and Y."""
        return all(cluster.satisfies_numerical_criterion for cluster in self.clusters.values())

    @cached_property
    def cubes_to_top(self) -> dict[int, tuple[int, ...]]:
        """For each p with theta_p(Y) = v for some Y, the sizes #Y of all such Y."""
        top = self.bits.top
        found = {}
        for p, cluster in self.clusters.items():
            if top in cluster.tops:
                pairs = zip(cluster.tops, cluster.sizes, strict=True)
                found[p] = tuple(size for end, size in pairs if end == top)
        return found

    def __repr__(self) -> str:
        return f"HypercubeDecomposition(z={self.z}, ideal={list(bits_of(self.ideal))})"


def lower_decompositions(graph: IntervalGraph | BitGraph) -> tuple[HypercubeDecomposition, ...]:
    """All lower hypercube decompositions, by ascending z.

    Args:
        graph: The graph of an interval.

    Raises:
        GraphError: If the graph is not sorted by rank with one bottom and one top.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> crown = BruhatInterval("1324", "3412")
        >>> found = lower_decompositions(crown.graph)
        >>> ["".join(map(str, crown.nodes[one.z])) for one in found]
        ['1432', '2413', '3142', '3214']
        >>> [one.is_join_strong for one in found]
        [True, True, True, True]
    """
    return tuple(iter_lower_decompositions(graph))


def iter_lower_decompositions(
    graph: IntervalGraph | BitGraph, descending: bool = False
) -> Iterator[HypercubeDecomposition]:
    """The lower hypercube decompositions one by one; for whoever needs only some.

    Args:
        graph: The graph of an interval.
        descending: Whether the largest z comes first.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> next(iter_lower_decompositions(BruhatInterval("1324", "3412").graph, descending=True))
        HypercubeDecomposition(z=8, ideal=[0, 3, 4, 8])
    """
    bits = BitGraph.of(graph)
    known: dict[tuple[int, int], Cluster | None] = {}
    left = list(bits_of(bits.everything & ~_ruled_out(bits)))
    for z in reversed(left) if descending else left:
        found = _with_clusters(bits, z, known)
        if found is not None:
            yield found


def decomposition_at(graph: IntervalGraph | BitGraph, z: int) -> HypercubeDecomposition | None:
    """The decomposition with the ideal [u, z]; None if that is none.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> hexagon = BruhatInterval("123", "321").graph
        >>> decomposition_at(hexagon, 1), decomposition_at(hexagon, 3)
        (HypercubeDecomposition(z=1, ideal=[0, 1]), None)
    """
    bits = BitGraph.of(graph)
    if _ruled_out(bits) >> z & 1:
        return None
    return _with_clusters(bits, z, {})


def upper_decompositions(graph: IntervalGraph) -> tuple[HypercubeDecomposition, ...]:
    """All upper hypercube decompositions: the lower ones of the reversed graph.

    Vertices are numbered as in ``graph.reversed()``: v of the graph is N-1-v there. What is said of
    R-tilde-polynomials carries over, what is said of Kazhdan-Lusztig polynomials does not.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> len(upper_decompositions(BruhatInterval("1234", "3412").graph))
        5
    """
    return lower_decompositions(BitGraph.of(graph).reversed())


def _with_clusters(
    bits: BitGraph, z: int, known: dict[tuple[int, int], Cluster | None]
) -> HypercubeDecomposition | None:
    """The decomposition at a z that `_ruled_out` left, unless a cube of dimension 3 fails."""
    ideal = bits.down[z]
    clusters: dict[int, Cluster] = {}
    out = bits.out
    for p in bits_of(ideal):
        targets = out[p] & ~ideal
        if not targets:
            continue
        key = p, targets
        if key in known:
            cluster = known[key]
        else:
            cluster = known[key] = cluster_at(bits, p, targets)
        if cluster is None:
            return None
        clusters[p] = cluster
    return HypercubeDecomposition(bits, z, ideal, clusters)


def _ruled_out(bits: BitGraph) -> int:
    """The z for which a diamond is open or two edges out of the ideal span no square."""
    from analysis.formulas._mask_kernels import as_mask, as_words, rule_out

    ends = np.cumsum([0, *(out.bit_count() for out in bits.out)])
    targets = np.array([w for _, w in bits.edges()], dtype=np.int64)
    bad = rule_out(ends, targets, as_words(bits.up, bits.num_nodes))
    return as_mask(bad) | 1 << bits.top
