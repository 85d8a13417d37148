"""Boolean cubes inside a Bruhat interval, or inside the salient part of one.

A cube of dimension k is 2^k distinct vertices theta(J), one for every subset J of {1..k}, with an
edge theta(J) -> theta(J + a) for every J and every a outside J: the Bruhat graph of a Boolean
interval, embedded in the graph. More edges may run between its vertices, and it need not be an
interval; `is_boolean_interval` tells whether it is.

Sources: hypercubes spanned by edges as in Blundell, Buesing, Davies, Velickovic, Williamson
(arXiv:2111.15161); there theta has to be the only such map, here every one counts [recon].
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from analysis.formulas.bitgraph import BitGraph, bits_of, mask_of
from analysis.labelled import LabelledGraphs
from data_gen.graph import IntervalGraph

__all__ = [
    "CubeSearch",
    "Hypercube",
    "is_boolean_interval",
    "largest_cubes",
    "maximal_hypercubes",
]


@dataclass(frozen=True)
class Hypercube:
    """One embedded Boolean cube.

    Attributes:
        vertices: 2^k vertices; position J, read as a bit mask, holds theta(J). The first is the
            base, the last the top.

    Example:
        >>> cube = Hypercube((0, 1, 2, 3))
        >>> cube.dimension, cube.base, cube.top, cube.edges
        (2, 0, 3, ((0, 1), (0, 2), (1, 3), (2, 3)))
    """

    vertices: tuple[int, ...]

    @property
    def dimension(self) -> int:
        """The k of 2^k."""
        return len(self.vertices).bit_length() - 1

    @property
    def base(self) -> int:
        """The image of the empty set: the lowest vertex."""
        return self.vertices[0]

    @property
    def top(self) -> int:
        """The image of the whole set: the highest vertex."""
        return self.vertices[-1]

    @property
    def edges(self) -> tuple[tuple[int, int], ...]:
        """The k 2^(k-1) edges of the cube, upwards, sorted."""
        return tuple(
            sorted(
                (vertex, self.vertices[subset | 1 << bit])
                for subset, vertex in enumerate(self.vertices)
                for bit in range(self.dimension)
                if not subset >> bit & 1
            )
        )


@dataclass(frozen=True)
class CubeSearch:
    """What a search found.

    Attributes:
        cubes: Largest dimension first, then by base, top and vertices.
        is_complete: False if the search stopped at its limit; then cubes may be missing, and some
            of those found may lie in larger ones.

    Example:
        The 4-crown [1324, 3412] is no cube: it holds eight diamonds, four at each end.

        >>> from data_gen.intervals import BruhatInterval
        >>> found = maximal_hypercubes(BruhatInterval("1324", "3412").graph)
        >>> found.dimension, len(found.cubes), found.is_complete
        (2, 8, True)
    """

    cubes: tuple[Hypercube, ...]
    is_complete: bool

    @property
    def dimension(self) -> int:
        """The largest dimension found, 0 if no cube."""
        return self.cubes[0].dimension if self.cubes else 0


def maximal_hypercubes(
    graph: IntervalGraph,
    vertices: Iterable[int] | None = None,
    min_dimension: int = 2,
    limit: int = 200_000,
) -> CubeSearch:
    """Finds the cubes whose vertex set lies in no larger cube.

    Args:
        graph: The graph of an interval.
        vertices: Where to look; the whole graph if None.
        min_dimension: Smallest dimension to report; 2 is a diamond.
        limit: How many cubes, of all dimensions and with their sub-cubes, to look at before giving
            up. Dense parts of some hundred vertices can hold millions.

    Returns:
        The cubes; of several with the same vertex set the first one met.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> found = maximal_hypercubes(BruhatInterval("1324", "4231").graph)
        >>> [(cube.dimension, cube.base, cube.top) for cube in found.cubes]
        [(4, 0, 15)]
    """
    inside = range(graph.num_nodes) if vertices is None else sorted({int(v) for v in vertices})
    above = _out_masks(graph, inside)
    every = _all_cubes(inside, above, min_dimension)
    by_set: dict[int, Hypercube] = {}
    looked_at = 0
    for vertex_set, cube in islice(every, limit):
        looked_at += 1
        by_set.setdefault(vertex_set, cube)
    return CubeSearch(cubes=_maximal(by_set), is_complete=looked_at < limit)


def is_boolean_interval(graph: IntervalGraph, cube: Hypercube) -> bool:
    """Tells whether a cube is the whole interval from its base to its top.

    Args:
        graph: The graph that the cube was found in, in full.
        cube: The cube.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> graph = BruhatInterval("1234", "2143").graph
        >>> is_boolean_interval(graph, Hypercube((0, 1, 2, 3)))
        True
    """
    return BitGraph.of(graph).between(cube.base, cube.top) == mask_of(cube.vertices)


def largest_cubes(
    graphs: LabelledGraphs, nodes: NDArray[np.bool_], limit: int = 5_000
) -> NDArray[np.int8]:
    """The largest cube among the given vertices of every interval.

    Args:
        graphs: The dataset's graphs.
        nodes: bool[V], for instance the salient vertices.
        limit: As in `maximal_hypercubes`, for each interval; beyond it the dimension is a lower
            bound.

    Returns:
        int8[G], the largest dimension; 0 where there is not even a diamond.

    Example:
        A Boolean interval of dimension 4 and the 4-crown: in full, and without their tops.

        >>> from data_gen.intervals import BruhatInterval
        >>> ends = ("1324", "4231"), ("1324", "3412")
        >>> graphs = LabelledGraphs.of_intervals(BruhatInterval(x, w) for x, w in ends)
        >>> largest_cubes(graphs, graphs.ranks >= 0), largest_cubes(graphs, graphs.ranks < 3)
        (array([4, 2], dtype=int8), array([2, 2], dtype=int8))
    """
    dimensions = np.zeros(graphs.num_graphs, dtype=np.int8)
    edges = np.flatnonzero(graphs.induced_edges(nodes))
    # A diamond has four edges: most intervals have fewer and are settled by that.
    per_graph = np.bincount(graphs.edge_graph[edges], minlength=graphs.num_graphs)
    ends = np.concatenate([[0], np.cumsum(per_graph)])
    for graph in np.flatnonzero(per_graph >= 4):
        mine = edges[ends[graph] : ends[graph + 1]]
        joined = np.stack([graphs.sources[mine], graphs.targets[mine]])
        names, local = np.unique(joined, return_inverse=True)
        sources, targets = local.reshape(joined.shape)
        part = IntervalGraph(graphs.ranks[names], sources, targets)
        inside = range(part.num_nodes)
        cubes = islice(_all_cubes(inside, _out_masks(part, inside), 2), limit)
        dimensions[graph] = max((cube.dimension for _, cube in cubes), default=0)
    return dimensions


def _out_masks(graph: IntervalGraph, inside: Sequence[int]) -> list[int]:
    """Out-neighbours of every vertex as bit masks, within the given vertices."""
    allowed = mask_of(inside)
    above = [0] * graph.num_nodes
    for source, target in zip(graph.sources.tolist(), graph.targets.tolist(), strict=True):
        if allowed >> source & 1 and allowed >> target & 1:
            above[source] |= 1 << target
    return above


def _all_cubes(
    inside: Sequence[int], above: list[int], min_dimension: int
) -> Iterator[tuple[int, Hypercube]]:
    """Every cube with its vertex set; each map theta once up to the order of its directions."""
    for base in inside:
        pending: list[tuple[int, ...]] = [(base,)]
        while pending:
            theta = pending.pop()
            if len(theta) >= 1 << min_dimension:
                yield mask_of(theta), Hypercube(theta)
            last = theta[len(theta) // 2] if len(theta) > 1 else -1
            for direction in bits_of(above[base]):
                # Directions in ascending order: the same cube in another order is not met again.
                if direction > last:
                    pending.extend(_doubled(theta, direction, above))


def _doubled(theta: tuple[int, ...], direction: int, above: list[int]) -> Iterator[tuple[int, ...]]:
    """The cubes of one dimension more that start with `theta` and put `direction` above its base.

    Fills the upper half vertex by vertex: theta(J + a) is above theta(J) and above every
    theta(J - b + a).
    """
    used = mask_of(theta)
    if used >> direction & 1:
        return
    partial: list[tuple[tuple[int, ...], int]] = [((direction,), used | 1 << direction)]
    while partial:
        upper, taken = partial.pop()
        subset = len(upper)
        if subset == len(theta):
            yield theta + upper
            continue
        choices = above[theta[subset]] & ~taken
        for bit in bits_of(subset):
            choices &= above[upper[subset ^ 1 << bit]]
        partial.extend(((*upper, vertex), taken | 1 << vertex) for vertex in bits_of(choices))


def _maximal(by_set: dict[int, Hypercube]) -> tuple[Hypercube, ...]:
    def order(item: tuple[int, Hypercube]) -> tuple[int, int, int, tuple[int, ...]]:
        cube = item[1]
        return (-cube.dimension, cube.base, cube.top, cube.vertices)

    kept: list[tuple[int, Hypercube]] = []
    for vertex_set, cube in sorted(by_set.items(), key=order):
        if not any(vertex_set & ~larger == 0 for larger, _ in kept):
            kept.append((vertex_set, cube))
    return tuple(cube for _, cube in kept)
