"""The graph of an interval as bit masks: a set of vertices is one Python integer.

Bit v of a mask stands for vertex v. An intersection, a union or a test of inclusion is then one
operation on integers, whatever the number of vertices; the enumeration of hypercube decompositions
and every formula on them run on these.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import cast

from data_gen.errors import GraphError
from data_gen.graph import IntervalGraph

__all__ = ["BitGraph", "bits_of", "mask_of"]

Masks = tuple[int, ...]

_KEPT = "_bit_graph"


def mask_of(vertices: Iterable[int]) -> int:
    """The set of the given vertices.

    Example:
        >>> mask_of([0, 2])
        5
    """
    mask = 0
    for vertex in vertices:
        mask |= 1 << vertex
    return mask


def bits_of(mask: int) -> Iterator[int]:
    """The vertices of a set, ascending.

    Example:
        >>> list(bits_of(5))
        [0, 2]
    """
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


@dataclass(frozen=True, eq=False)
class BitGraph:
    """A graded graph with one bottom and one top, vertices ascending by rank.

    Attributes:
        ranks: The length of each vertex above the bottom.
        out: For each vertex the ends of the edges up from it.
        into: The starts of the edges up to it.
        up: All vertices that a directed path reaches from it, itself among them.
        down: All vertices from which a directed path reaches it, itself among them.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> crown = BitGraph.of(BruhatInterval("1324", "3412").graph)
        >>> crown.num_nodes, crown.length, list(bits_of(crown.out[0]))
        (10, 3, [1, 2, 3, 4])
        >>> crown.distance(0, crown.top)
        3
    """

    ranks: tuple[int, ...]
    out: Masks = field(repr=False)
    into: Masks = field(repr=False)
    up: Masks = field(repr=False)
    down: Masks = field(repr=False)

    @classmethod
    def of(cls, graph: IntervalGraph | BitGraph) -> BitGraph:
        """The masks of a graph; made once for each graph object and kept with it.

        Args:
            graph: Vertex 0 is the bottom, the last one the top, ranks ascend.

        Raises:
            GraphError: If ranks do not ascend, or there is not one bottom and one top.
        """
        if isinstance(graph, BitGraph):
            return graph
        kept = graph.__dict__.get(_KEPT)  # as a cached property would: it goes with the graph
        if kept is None:
            kept = cls.from_edges(
                graph.ranks.tolist(), graph.sources.tolist(), graph.targets.tolist()
            )
            graph.__dict__[_KEPT] = kept
        return cast(BitGraph, kept)

    @classmethod
    def from_edges(
        cls, ranks: Iterable[int], sources: Iterable[int], targets: Iterable[int]
    ) -> BitGraph:
        """The masks of a graph given by lists; errors as for `of`."""
        heights = tuple(ranks)
        size = len(heights)
        if any(a > b for a, b in pairwise(heights)):
            raise GraphError("the ranks of the vertices do not ascend: sort the vertices by rank.")
        out, into = [0] * size, [0] * size
        for source, target in zip(sources, targets, strict=True):
            out[source] |= 1 << target
            into[target] |= 1 << source
        down, up = [0] * size, [0] * size
        for v in range(size):
            down[v] = _closure(v, into[v], down)
        for v in reversed(range(size)):
            up[v] = _closure(v, out[v], up)
        everything = (1 << size) - 1
        if not size or up[0] != everything or down[-1] != everything:
            raise GraphError(
                "the graph has not one bottom and one top: an interval goes from its first vertex "
                "to its last, and every vertex lies between."
            )
        return cls(heights, tuple(out), tuple(into), tuple(up), tuple(down))

    @property
    def num_nodes(self) -> int:
        """Number of vertices."""
        return len(self.ranks)

    @property
    def top(self) -> int:
        """The last vertex; the bottom is 0."""
        return len(self.ranks) - 1

    @property
    def length(self) -> int:
        """The rank of the top."""
        return self.ranks[-1]

    @property
    def everything(self) -> int:
        """The set of all vertices."""
        return (1 << self.num_nodes) - 1

    @cached_property
    def by_rank(self) -> Masks:
        """For each rank the vertices of that rank."""
        layers = [0] * (self.length + 1)
        for v, rank in enumerate(self.ranks):
            layers[rank] |= 1 << v
        return tuple(layers)

    @cached_property
    def covers(self) -> Masks:
        """For each vertex the vertices that cover it: edges that raise the rank by one."""
        layers = (*self.by_rank, 0)
        return tuple(out & layers[r + 1] for out, r in zip(self.out, self.ranks, strict=True))

    @cached_property
    def covered(self) -> Masks:
        """For each vertex the vertices that it covers."""
        layers = (*self.by_rank, 0)
        return tuple(into & layers[r - 1] for into, r in zip(self.into, self.ranks, strict=True))

    @cached_property
    def comparable(self) -> Masks:
        """For each vertex all that lie above or below it, itself among them."""
        return tuple(up | down for up, down in zip(self.up, self.down, strict=True))

    def between(self, a: int, b: int) -> int:
        """The vertices of [a, b]; none if a is not below b."""
        return self.up[a] & self.down[b]

    def layers_below(self, b: int) -> Masks:
        """For k = 0, 1, ... the vertices from which the shortest directed path to b has k edges.

        Example:
            >>> BitGraph.from_edges([0, 1, 1, 2], [0, 0, 1, 2], [1, 2, 3, 3]).layers_below(3)
            (8, 6, 1)
        """
        kept = self._layers_below
        if b not in kept:
            layers, seen, layer = [], 0, 1 << b
            while layer:
                layers.append(layer)
                seen |= layer
                below = 0
                for v in bits_of(layer):
                    below |= self.into[v]
                layer = below & ~seen
            kept[b] = tuple(layers)
        return kept[b]

    def distance(self, a: int, b: int) -> int:
        """The number of edges of the shortest directed path from a to b, d(a, b); -1 if none."""
        for steps, layer in enumerate(self.layers_below(b)):
            if layer >> a & 1:
                return steps
        return -1

    def interval(self, a: int, b: int) -> BitGraph:
        """The graph of [a, b], vertices in the same order.

        Raises:
            GraphError: If a is not below b.
        """
        inside = self.between(a, b)
        if not inside:
            raise GraphError(f"vertex {a} is not below vertex {b}.")
        return self._restricted(inside)

    def reversed(self) -> BitGraph:
        """The dual graph: edges turned round, vertex v renamed N-1-v, as in `IntervalGraph`.

        Example:
            >>> BitGraph.from_edges([0, 1], [0], [1]).reversed().out
            (2, 0)
        """
        size, length = self.num_nodes, self.length

        def turned(masks: Masks) -> Masks:
            return tuple(int(f"{mask:0{size}b}"[::-1], 2) for mask in reversed(masks))

        ranks = tuple(length - rank for rank in reversed(self.ranks))
        return BitGraph(
            ranks, turned(self.into), turned(self.out), turned(self.down), turned(self.up)
        )

    def edges(self) -> Iterator[tuple[int, int]]:
        """All edges, by source and then target."""
        for v, out in enumerate(self.out):
            for w in bits_of(out):
                yield v, w

    @cached_property
    def _layers_below(self) -> dict[int, Masks]:
        return {}

    def _restricted(self, inside: int) -> BitGraph:
        old = list(bits_of(inside))
        new = {v: k for k, v in enumerate(old)}
        lowest = self.ranks[old[0]]

        def renamed(masks: Masks) -> Masks:
            return tuple(mask_of(new[w] for w in bits_of(masks[v] & inside)) for v in old)

        ranks = tuple(self.ranks[v] - lowest for v in old)
        return BitGraph(
            ranks, renamed(self.out), renamed(self.into), renamed(self.up), renamed(self.down)
        )


def _closure(v: int, neighbours: int, reached: list[int]) -> int:
    mask = 1 << v
    for w in bits_of(neighbours):
        mask |= reached[w]
    return mask
