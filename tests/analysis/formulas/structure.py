"""Intervals for the tests, and the definitions once more, slowly and by sets."""

from collections.abc import Iterator
from itertools import combinations, permutations

import networkx as nx

from analysis.formulas import Truth
from data_gen.intervals import BruhatInterval

Interval = tuple[str, str]


def intervals_of(n: int) -> list[Interval]:
    """All x < w of S_n, from the definition: reachability along transpositions."""
    graph = nx.DiGraph()
    for x in permutations(range(1, n + 1)):
        for i, j in combinations(range(n), 2):
            if x[i] < x[j]:
                y = list(x)
                y[i], y[j] = y[j], y[i]
                graph.add_edge(x, tuple(y))
    return [
        ("".join(map(str, x)), "".join(map(str, w)))
        for x in sorted(graph)
        for w in sorted(nx.descendants(graph, x))
    ]


def truths_of(n: int) -> Iterator[Truth]:
    for x, w in intervals_of(n):
        yield Truth.of_interval(x, w)


def digraph(x: str, w: str) -> nx.DiGraph:
    return BruhatInterval(x, w).graph.to_networkx()


def crown(k: int, with_edge: bool = False) -> nx.DiGraph:
    """The k-crown: bottom, k atoms and k coatoms in a ring, top."""
    graph = nx.DiGraph()
    for i in range(k):
        nx.add_path(graph, ["bottom", f"a{i}", f"c{i}", "top"])
        graph.add_edge(f"a{i}", f"c{(i + 1) % k}")
    if with_edge:
        graph.add_edge("bottom", "top")
    return graph


def lower_decompositions_by_definition(graph: nx.DiGraph) -> set[int]:
    """Every z that is the top of a lower hypercube decomposition; vertices 0..N-1, top N-1."""
    top = graph.number_of_nodes() - 1
    return {z for z in graph if z != top and is_decomposition(graph, z)}


def is_decomposition(graph: nx.DiGraph, z: int) -> bool:
    ideal = {z, *nx.ancestors(graph, z)}
    for p in graph:
        for a, b in combinations(graph.successors(p), 2):
            common = set(graph.successors(a)) & set(graph.successors(b))
            if a in ideal and b in ideal and not common <= ideal:
                return False
    return all(
        spans(graph, p, antichain)
        for p in ideal
        for antichain in antichains(graph, [w for w in graph.successors(p) if w not in ideal])
    )


def antichains(graph: nx.DiGraph, elements: list[int]) -> Iterator[tuple[int, ...]]:
    for size in range(1, len(elements) + 1):
        for chosen in combinations(elements, size):
            if not any(nx.has_path(graph, a, b) for a, b in permutations(chosen, 2)):
                yield chosen


def spans(graph: nx.DiGraph, p: int, targets: tuple[int, ...]) -> bool:
    """Whether exactly one injective map of the subsets of the targets is a hypercube at p."""
    subsets = [frozenset(c) for k in range(2, len(targets) + 1) for c in combinations(targets, k)]
    theta = {frozenset(): p, **{frozenset([a]): a for a in targets}}
    return sum(1 for _ in embeddings(graph, subsets, theta)) == 1


def embeddings(graph, subsets, theta) -> Iterator[None]:
    if not subsets:
        yield None
        return
    first, rest = subsets[0], subsets[1:]
    above = [set(graph.successors(theta[first - {a}])) for a in first]
    for vertex in set.intersection(*above) - set(theta.values()):
        yield from embeddings(graph, rest, {**theta, first: vertex})
