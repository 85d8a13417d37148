"""Hypercubes spanned by edges from a vertex, and hypercube clusters.

A set Y of out-neighbours of p spans a hypercube if there is exactly one injective map theta from
the subsets of Y to the vertices with theta(empty) = p, theta({a}) = a, and an edge from theta(J) to
theta(J + a) for all J and all a outside J. A set E spans a hypercube cluster if each of its subsets
that is an antichain in Bruhat order spans a hypercube; theta(Y) is then the top of the one that Y
spans.

Source: Blundell, Buesing, Davies, Velickovic, Williamson, arXiv:2111.15161 [recon].
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from analysis.formulas.bitgraph import BitGraph, bits_of, mask_of
from data_gen.errors import GraphError
from data_gen.graph import IntervalGraph

__all__ = ["Cluster", "cluster_at", "count_spanned_hypercubes", "spans_hypercube"]


@dataclass(frozen=True, eq=False)
class Cluster:
    """The hypercubes of one cluster: those of the empty set, and of every antichain.

    Attributes:
        bits: The graph.
        p: Their common bottom.
        elements: E, ascending.
        below: For each element of E, as a set of places in `elements`, those below it.
        chains: Every antichain as a set of places in `elements`, the empty one first, subsets
            before supersets.
        smaller: For each antichain the place in `chains` of the same without its last element.
        tops: theta of each.

    Example:
        Edges go from the bottom of [123, 321] to 2 and to the top, 5. One lies below the other, so
        no antichain has both:

        >>> from data_gen.intervals import BruhatInterval
        >>> cluster = cluster_at(BruhatInterval("123", "321").graph, 0, 1 << 2 | 1 << 5)
        >>> cluster.elements, cluster.tops, cluster.sizes, cluster.lower_counts
        ((2, 5), (0, 2, 5), (0, 1, 1), (0, 0, 1))
    """

    bits: BitGraph
    p: int
    elements: tuple[int, ...]
    below: tuple[int, ...] = field(repr=False)
    chains: tuple[int, ...] = field(repr=False)
    smaller: tuple[int, ...] = field(repr=False)
    tops: tuple[int, ...]

    @property
    def targets(self) -> int:
        """E as a mask of vertices."""
        return mask_of(self.elements)

    @cached_property
    def antichains(self) -> tuple[int, ...]:
        """Every antichain as a mask of vertices, in the order of `tops`."""
        masks = [0]
        for chain, rest in self._larger():
            masks.append(masks[rest] | 1 << self.elements[chain.bit_length() - 1])
        return tuple(masks)

    @cached_property
    def theta(self) -> dict[int, int]:
        """From an antichain, as a mask of vertices, to the top of its hypercube."""
        return dict(zip(self.antichains, self.tops, strict=True))

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """The size of each antichain, the dimension of its hypercube."""
        return tuple(map(int.bit_count, self.chains))

    @cached_property
    def lower_counts(self) -> tuple[int, ...]:
        """m(Y) for each antichain Y: how many elements of E lie below some element of Y."""
        lower = [0]
        for chain, rest in self._larger():
            lower.append(lower[rest] | self.below[chain.bit_length() - 1])
        return tuple(map(int.bit_count, lower))

    @cached_property
    def is_join(self) -> bool:
        """Whether theta(Y) is the least upper bound of every nonempty antichain Y."""
        up, elements = self.bits.up, self.elements
        above = [self.bits.everything]
        for (chain, rest), top in zip(self._larger(), self.tops[1:], strict=True):
            bounds = above[rest] & up[elements[chain.bit_length() - 1]]
            if bounds != up[top]:
                return False
            above.append(bounds)
        return True

    @cached_property
    def satisfies_numerical_criterion(self) -> bool:
        """Whether 2 m(Y) = l(p, theta(Y)) - #Y for every nonempty antichain Y."""
        ranks, lowest = self.bits.ranks, self.bits.ranks[self.p]
        for lower, top, size in zip(self.lower_counts, self.tops, self.sizes, strict=True):
            if 2 * lower != ranks[top] - lowest - size:
                return False
        return True

    def _larger(self) -> Iterable[tuple[int, int]]:
        """The nonempty antichains, each with the place of the one without its last element."""
        return zip(self.chains[1:], self.smaller[1:], strict=True)


def cluster_at(graph: IntervalGraph | BitGraph, p: int, targets: int) -> Cluster | None:
    """The hypercubes spanned at p by all antichains of a set, if it spans a hypercube cluster.

    theta(Y) is found from the faces of Y: the only vertex that has an edge from theta(Y - a) for
    each a in Y. That the squares of a Bruhat graph have two middles makes this the definition; it
    was compared with counted embeddings on all clusters of S_4.

    Args:
        graph: The graph of an interval.
        p: A vertex.
        targets: A set of its out-neighbours, as a mask.

    Returns:
        The cluster; None if some antichain spans no hypercube, or more than one.

    Raises:
        GraphError: If some target is no out-neighbour of p.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> square = BruhatInterval("1234", "2143").graph
        >>> cluster = cluster_at(square, 0, 0b0110)
        >>> dict(zip(cluster.antichains, cluster.tops))
        {0: 0, 2: 1, 4: 2, 6: 3}
    """
    bits = BitGraph.of(graph)
    out = bits.out
    if targets & ~out[p]:
        stray = next(bits_of(targets & ~out[p]))
        raise GraphError(f"there is no edge from vertex {p} to vertex {stray}.")
    elements = tuple(bits_of(targets))
    below, chains, smaller, tops = [], [0], [0], [p]
    theta = {0: p}
    for place, a in enumerate(elements):
        lower, alone, out_a = bits.down[a] & targets, 1 << place, out[a]
        comparable = sum(1 << k for k in range(place) if lower >> elements[k] & 1)
        below.append(comparable)
        for k in range(len(chains)):
            chain = chains[k]
            if chain & comparable:  # no antichain: ranks ascend, so what is comparable is below
                continue
            if not chain:
                top = a
            elif chain & chain - 1:
                top = _common_top(chain, alone, theta, out)
            else:
                common = out_a & out[tops[k]]
                top = common.bit_length() - 1 if common and not common & common - 1 else -1
            if top < 0:
                return None
            theta[chain | alone] = top
            chains.append(chain | alone)
            smaller.append(k)
            tops.append(top)
    return Cluster(bits, p, elements, tuple(below), tuple(chains), tuple(smaller), tuple(tops))


def _common_top(chain: int, alone: int, theta: dict[int, int], out: tuple[int, ...]) -> int:
    """The only vertex above all faces of chain + alone, which have to be distinct; -1 if none."""
    top = theta[chain]
    common, faces, rest = out[top], {top}, chain
    while rest:
        a = rest & -rest
        rest ^= a
        top = theta[chain ^ a | alone]
        faces.add(top)
        common &= out[top]
    if len(faces) <= chain.bit_count():
        return -1
    return common.bit_length() - 1 if common and not common & common - 1 else -1


def spans_hypercube(graph: IntervalGraph | BitGraph, p: int, targets: Iterable[int]) -> bool:
    """Tells by counting embeddings whether out-neighbours of p span a hypercube.

    Args:
        graph: The graph of an interval.
        p: A vertex.
        targets: Out-neighbours of p; an antichain or not.

    Raises:
        GraphError: If some target is no out-neighbour of p.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> spans_hypercube(BruhatInterval("1324", "4231").graph, 0, [1, 2, 3, 4])
        True
        >>> spans_hypercube(BruhatInterval("123", "321").graph, 0, [1, 2])
        False
    """
    return count_spanned_hypercubes(graph, p, targets, limit=2) == 1


def count_spanned_hypercubes(
    graph: IntervalGraph | BitGraph, p: int, targets: Iterable[int], limit: int | None = None
) -> int:
    """How many maps theta there are for a set of out-neighbours of p; the definition, word by word.

    Args:
        graph: The graph of an interval.
        p: A vertex.
        targets: Out-neighbours of p.
        limit: Stop when so many are found.

    Raises:
        GraphError: If some target is no out-neighbour of p.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> count_spanned_hypercubes(BruhatInterval("123", "321").graph, 0, [1, 2])
        2
    """
    bits = BitGraph.of(graph)
    chosen = sorted(set(targets))
    if mask_of(chosen) & ~bits.out[p]:
        raise GraphError(f"not all of {chosen} are out-neighbours of vertex {p}.")
    dimension = len(chosen)
    # By size and then value: all faces of a subset come before it.
    subsets = sorted(range(1, 1 << dimension), key=lambda s: (s.bit_count(), s))
    faces = {s: [s ^ 1 << k for k in range(dimension) if s >> k & 1] for s in subsets}
    theta = {0: p, **{1 << k: a for k, a in enumerate(chosen)}}
    larger = [s for s in subsets if s.bit_count() > 1]
    found = 0

    def extend(position: int, used: int) -> None:
        nonlocal found
        if position == len(larger):
            found += 1
            return
        subset = larger[position]
        allowed = ~used
        for face in faces[subset]:
            allowed &= bits.out[theta[face]]
        for vertex in bits_of(allowed):
            theta[subset] = vertex
            extend(position + 1, used | 1 << vertex)
            if found == limit:
                return

    extend(0, mask_of([p, *chosen]))
    return found
