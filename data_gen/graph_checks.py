"""Whether a graph can be the Bruhat graph of an interval at all.

What is checked is necessary, not sufficient: a graph that passes need not be an interval. Cited are
theorems; each was also checked on every interval of S_3 to S_6.

* One bottom, one top; the longest paths grade the graph; every edge spans an odd number of ranks,
  and every interval of length 2 is a diamond (Bjorner and Brenti, 2005, chapter 2).
* Deodhar's inequality and its dual: a vertex has at least as many edges up as it is ranks below the
  top, and as many down as it is ranks above the bottom (Deodhar, 1985; Dyer, 1993).
* An interval of length 3 is a k-crown, in type A with k = 2, 3 or 4 (Bjorner and Brenti, 2005); it
  has an edge from its bottom to its top if k = 2 and none otherwise. A Hasse diagram lacks these.
* A path z -> . -> v over any two edges has exactly one other, whatever the lengths (Dyer, 1991).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from data_gen.errors import GraphError
from data_gen.graph import IntervalGraph

__all__ = ["check_bruhat_graph"]

_WHAT_IS_WANTED = "the Bruhat graph of an interval has an edge z -> zt for every reflection t"


def check_bruhat_graph(graph: IntervalGraph, names: Sequence[str] | None = None) -> None:
    """Refuses a graph that is not the Bruhat graph of an interval of any symmetric group.

    Args:
        graph: A graph, vertices ordered by rank (the longest path from below), edges by source.
        names: What to call the vertices in a message; their numbers if None.

    Raises:
        GraphError: If a necessary condition fails; the message names a vertex and the condition.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> graph = BruhatInterval("123", "321").graph
        >>> check_bruhat_graph(graph)
        >>> only_covers = graph.covers
        >>> check_bruhat_graph(
        ...     IntervalGraph(graph.ranks, graph.sources[only_covers], graph.targets[only_covers])
        ... )
        Traceback (most recent call last):
        ...
        data_gen.errors.GraphError: this looks like a Hasse diagram: it has covers only, ...
    """
    labels = [str(v) for v in range(graph.num_nodes)] if names is None else list(names)
    if not graph.num_nodes:
        raise GraphError("the graph has no vertex.")
    _check_ends(graph, labels)
    _check_grading(graph, labels)
    _check_crowns(graph, labels)
    _check_squares(graph, labels)
    _check_degrees(graph, labels)


def _check_ends(graph: IntervalGraph, names: list[str]) -> None:
    for degrees, end, missing in (
        (graph.in_degrees, "bottom", "no edge comes from below to"),
        (graph.out_degrees, "top", "no edge goes up from"),
    ):
        ends = np.flatnonzero(degrees == 0)
        if len(ends) > 1:
            raise GraphError(
                f"an interval has one {end}, this graph has {len(ends):,}: {missing} "
                f"{_listed([names[v] for v in ends[:4]], len(ends))}."
            )


def _check_grading(graph: IntervalGraph, names: list[str]) -> None:
    """All longest chains are equally long, and an edge spans an odd number of ranks."""
    from data_gen.graph_check_kernels import longest_ways_up

    heights = longest_ways_up(_ends(graph), graph.targets)
    uneven = np.flatnonzero(graph.ranks + heights != graph.length)
    if len(uneven):
        v = int(uneven[0])
        raise GraphError(
            f"the graph is not graded: the longest way from the bottom to the top has "
            f"{graph.length} steps, the longest one through {names[v]!r} has "
            f"{int(graph.ranks[v] + heights[v])}."
        )
    spans = graph.ranks[graph.targets] - graph.ranks[graph.sources]
    even = np.flatnonzero(spans % 2 == 0)
    if len(even):
        edge = int(even[0])
        raise GraphError(
            f"the edge {_edge(graph, names, edge)} spans {int(spans[edge])} ranks; a reflection "
            "changes the length by an odd number."
        )


def _check_crowns(graph: IntervalGraph, names: list[str]) -> None:
    from data_gen.graph_check_kernels import first_odd_crown

    z, v, k, has_edge = first_odd_crown(_ends(graph), graph.targets, graph.ranks)
    if z < 0:
        return
    pair = f"between {names[z]!r} and {names[v]!r}, three ranks apart,"
    if k == 2 and not has_edge:
        if graph.covers.all():
            raise GraphError(
                f"this looks like a Hasse diagram: it has covers only, but {_WHAT_IS_WANTED}, "
                f"also where it raises the length by 3, 5, ... The one from {names[z]!r} to "
                f"{names[v]!r} is missing, for instance. Give the Bruhat graph."
            )
        raise GraphError(
            f"the edge from {names[z]!r} to {names[v]!r} is missing: {pair} there "
            "is a 2-crown, which always has it."
        )
    if has_edge:
        raise GraphError(
            f"the edge {names[z]!r} -> {names[v]!r} cannot be: {pair} the number of elements "
            f"that cover the lower one is {k}; with such an edge it is 2."
        )
    raise GraphError(
        f"{pair} the number of elements that cover the lower one is {k}; in an interval of a "
        "symmetric group it is 2, 3 or 4."
    )


def _check_squares(graph: IntervalGraph, names: list[str]) -> None:
    from data_gen.graph_check_kernels import first_odd_square

    z, v, number = first_odd_square(_ends(graph), graph.targets)
    if z < 0:
        return
    ways = "is one way" if number == 1 else f"are {number} ways"
    raise GraphError(
        f"there {ways} from {names[z]!r} to {names[v]!r} over two edges; in the Bruhat "
        "graph of a symmetric group there are two or none. An edge is missing or too many: "
        f"{_WHAT_IS_WANTED}."
    )


def _check_degrees(graph: IntervalGraph, names: list[str]) -> None:
    coranks = graph.length - graph.ranks
    for degrees, least, way, distance in (
        (graph.out_degrees, coranks, "up", "below the top"),
        (graph.in_degrees, graph.ranks, "down", "above the bottom"),
    ):
        few = np.flatnonzero(degrees < least)
        if len(few):
            v = int(few[0])
            raise GraphError(
                f"{names[v]!r} is {int(least[v])} ranks {distance} but has {int(degrees[v])} "
                f"edges {way}; in a Bruhat graph there are at least as many (Deodhar's "
                f"inequality). Edges are missing: {_WHAT_IS_WANTED}."
            )


def _ends(graph: IntervalGraph) -> NDArray[np.int32]:
    """int32[N + 1]: the edges from v are ``_ends(graph)[v : v + 2]``, as the kernels want them."""
    return np.concatenate([[0], np.cumsum(graph.out_degrees)]).astype(np.int32)


def _edge(graph: IntervalGraph, names: list[str], edge: int) -> str:
    return f"{names[graph.sources[edge]]!r} -> {names[graph.targets[edge]]!r}"


def _listed(names: list[str], number: int) -> str:
    more = f" and {number - len(names):,} others" if number > len(names) else ""
    return ", ".join(map(repr, names)) + more
