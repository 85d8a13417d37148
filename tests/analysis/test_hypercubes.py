from itertools import product

import networkx as nx
import numpy as np
import pytest

from analysis.hypercubes import (
    Hypercube,
    is_boolean_interval,
    largest_cubes,
    maximal_hypercubes,
)
from analysis.labelled import LabelledGraphs
from data_gen.graph import IntervalGraph
from data_gen.intervals import BruhatInterval

SMALL = [
    ("123", "321"),
    ("1324", "3412"),
    ("1234", "3412"),
    ("1234", "4231"),
    ("1324", "4231"),
    ("12345", "32541"),
]


def boolean_graph(dimension: int) -> IntervalGraph:
    """The Boolean interval with vertices in the order of (rank, mask)."""
    order = sorted(range(1 << dimension), key=lambda mask: (mask.bit_count(), mask))
    place = {mask: vertex for vertex, mask in enumerate(order)}
    edges = sorted(
        (place[mask], place[mask | 1 << bit])
        for mask, bit in product(order, range(dimension))
        if not mask >> bit & 1
    )
    return IntervalGraph(
        np.array([mask.bit_count() for mask in order]),
        np.array([source for source, _ in edges]),
        np.array([target for _, target in edges]),
    )


def cubes_by_networkx(graph: IntervalGraph, inside: list[int]) -> set[frozenset[int]]:
    """Vertex sets of all cubes of dimension 2 and more, by subgraph monomorphisms."""
    host = nx.DiGraph()
    host.add_edges_from(zip(graph.sources.tolist(), graph.targets.tolist(), strict=True))
    host = host.subgraph(inside)
    found: set[frozenset[int]] = set()
    for dimension in range(2, 6):
        cube = boolean_graph(dimension)
        pattern = nx.DiGraph(zip(cube.sources.tolist(), cube.targets.tolist(), strict=True))
        matcher = nx.algorithms.isomorphism.DiGraphMatcher(host, pattern)
        here = {frozenset(match) for match in matcher.subgraph_monomorphisms_iter()}
        if not here:
            break
        found |= here
    return found


def maximal(sets: set[frozenset[int]]) -> set[frozenset[int]]:
    return {one for one in sets if not any(one < other for other in sets)}


@pytest.mark.parametrize(("x", "w"), SMALL)
def test_maximal_cubes_are_those_of_a_search_for_monomorphisms(x, w):
    graph = BruhatInterval(x, w).graph
    found = maximal_hypercubes(graph)
    assert found.is_complete
    expected = maximal(cubes_by_networkx(graph, list(range(graph.num_nodes))))
    assert expected
    assert {frozenset(cube.vertices) for cube in found.cubes} == expected


@pytest.mark.parametrize("seed", range(6))
def test_cubes_in_a_random_part_of_an_interval(seed):
    graph = BruhatInterval("1234", "4321").graph
    rng = np.random.default_rng(seed)
    inside = sorted(rng.choice(graph.num_nodes, size=14, replace=False).tolist())
    found = maximal_hypercubes(graph, inside)
    expected = maximal(cubes_by_networkx(graph, inside))
    assert {frozenset(cube.vertices) for cube in found.cubes} == expected
    for cube in found.cubes:
        assert set(cube.vertices) <= set(inside)


@pytest.mark.parametrize(("x", "w"), SMALL)
def test_every_edge_of_a_cube_is_an_edge_of_the_graph(x, w):
    graph = BruhatInterval(x, w).graph
    edges = set(zip(graph.sources.tolist(), graph.targets.tolist(), strict=True))
    for cube in maximal_hypercubes(graph).cubes:
        assert set(cube.edges) <= edges
        assert len(set(cube.vertices)) == 1 << cube.dimension
        assert len(cube.edges) == cube.dimension << (cube.dimension - 1)


def test_the_dyadic_interval_of_s4_is_a_cube_of_dimension_four():
    graph = BruhatInterval("1324", "4231").graph
    (cube,) = maximal_hypercubes(graph).cubes
    assert cube.dimension == 4
    assert is_boolean_interval(graph, cube)


@pytest.mark.parametrize("dimension", [2, 3, 5])
def test_a_boolean_interval_is_its_own_only_maximal_cube(dimension):
    graph = boolean_graph(dimension)
    found = maximal_hypercubes(graph)
    assert [cube.dimension for cube in found.cubes] == [dimension]
    assert found.dimension == dimension


def test_boolean_intervals_against_networkx():
    graph = BruhatInterval("1234", "4321").graph
    whole = nx.DiGraph()
    whole.add_edges_from(zip(graph.sources.tolist(), graph.targets.tolist(), strict=True))
    answers = set()
    for cube in maximal_hypercubes(graph).cubes:
        above = {cube.base} | nx.descendants(whole, cube.base)
        below = {cube.top} | nx.ancestors(whole, cube.top)
        expected = above & below == set(cube.vertices)
        assert is_boolean_interval(graph, cube) is expected
        answers.add(expected)
    assert answers == {True, False}  # cubes with a long edge are no intervals


def test_min_dimension_and_limit():
    graph = BruhatInterval("123", "321").graph
    assert maximal_hypercubes(graph, min_dimension=3).cubes == ()
    stopped = maximal_hypercubes(boolean_graph(5), limit=10)
    assert not stopped.is_complete


def test_a_single_vertex_holds_no_cube():
    graph = IntervalGraph(np.zeros(1), np.zeros(0), np.zeros(0))
    assert maximal_hypercubes(graph).cubes == ()
    assert maximal_hypercubes(graph).dimension == 0


def test_edges_of_a_square():
    assert Hypercube((5, 6, 7, 9)).edges == ((5, 6), (5, 7), (6, 9), (7, 9))


def test_largest_cubes_of_a_dataset():
    cube = boolean_graph(3)
    one = (4, cube.ranks, cube.sources, cube.targets, cube.sources * 0 + 1, cube.sources * 0 + 2)
    graphs = LabelledGraphs.from_graphs([one, one, one])
    nodes = np.ones(24, dtype=bool)
    nodes[8 + 7] = False  # the second loses its top: three diamonds are left
    nodes[16 + 1 :] = False  # the third keeps its bottom only
    assert largest_cubes(graphs, nodes).tolist() == [3, 2, 0]
