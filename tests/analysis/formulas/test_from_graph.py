"""P and R-tilde of shuffled graphs, and refusals of graphs that are no interval."""

import random

import networkx as nx
import pytest

from analysis.formulas import Truth, interval_classes, polynomials_from_graph
from analysis.formulas.from_graph import GraphPolynomials, check_theorems
from data_gen.errors import GraphError, UsageError
from data_gen.graph import IntervalGraph
from data_gen.intervals import BruhatInterval
from tests.analysis.formulas.structure import crown, digraph, intervals_of


def shuffled(graph: nx.DiGraph, seed: int) -> nx.DiGraph:
    rng = random.Random(seed)
    names = [f"v{k}" for k in rng.sample(range(len(graph)), len(graph))]
    renamed = nx.relabel_nodes(graph, dict(zip(graph, names, strict=True)))
    result = nx.DiGraph()
    result.add_nodes_from(rng.sample(sorted(renamed), len(renamed)))
    result.add_edges_from(rng.sample(sorted(renamed.edges), renamed.number_of_edges()))
    return result


@pytest.mark.parametrize("n", [3, 4])
def test_all_intervals_shuffled(n):
    for x, w in intervals_of(n):
        truth = Truth.of_interval(x, w)
        expected = truth.kl(0, truth.bits.top), truth.r_tilde(0, truth.bits.top)
        assert polynomials_from_graph(shuffled(digraph(x, w), 1)) == expected


def test_the_classes_of_s5():
    for one in interval_classes(5):
        truth = Truth.of_interval(one.x, one.w)
        expected = truth.kl(0, truth.bits.top), truth.r_tilde(0, truth.bits.top)
        graph = truth.graph
        bare = IntervalGraph(graph.ranks, graph.sources, graph.targets)
        assert polynomials_from_graph(bare) == expected


@pytest.mark.parametrize("pair", [("132546", "651234"), ("132546", "456312"), ("213546", "456213")])
def test_intervals_of_s6(pair):
    truth = Truth.of_interval(*pair)
    expected = truth.kl(0, truth.bits.top), truth.r_tilde(0, truth.bits.top)
    assert polynomials_from_graph(shuffled(digraph(*pair), 2)) == expected


def test_all_subintervals():
    truth = Truth.of_interval("1324", "4312")
    found = GraphPolynomials(truth.bits)
    for a in range(truth.graph.num_nodes):
        for b in range(truth.graph.num_nodes):
            assert found.kl(a, b) == truth.kl(a, b)
            assert found.r_tilde(a, b) == truth.r_tilde(a, b)


@pytest.mark.parametrize("k", [2, 3, 4])
def test_crowns(k):
    kl, r_tilde = polynomials_from_graph(crown(k, with_edge=k == 2))
    assert kl == ((1, 1) if k == 4 else (1,))
    assert r_tilde == ((0, 1, 0, 1) if k == 2 else (0, 0, 0, 1))


def test_a_single_vertex():
    graph = nx.DiGraph()
    graph.add_node("only")
    assert polynomials_from_graph(graph) == ((1,), (1,))


def without_edge(graph: nx.DiGraph, edge) -> nx.DiGraph:
    graph.remove_edge(*edge)
    return graph


@pytest.mark.parametrize(
    ("graph", "reason"),
    [
        (nx.DiGraph(), "no vertex"),
        (crown(5), "2, 3 or 4"),
        (crown(2), "Hasse diagram"),
        (nx.DiGraph(["ab", "bc"]), "one way from 'a' to 'c'"),
        (nx.DiGraph(["ab", "ac"]), "one top"),
        (nx.DiGraph(["ab", "bd", "ac", "cd", "ae", "ed"]), "3 ways"),
    ],
)
def test_graphs_that_are_no_interval(graph, reason):
    with pytest.raises(GraphError, match=reason):
        polynomials_from_graph(graph)


def test_any_missing_or_additional_edge_is_noticed():
    """Of a Bruhat graph with one edge fewer or more none is taken for an interval."""
    original = digraph("1324", "4231")
    ranks = nx.get_node_attributes(original, "rank")
    for edge in original.edges:
        with pytest.raises(GraphError):
            polynomials_from_graph(without_edge(original.copy(), edge))
    for a in original:
        for b in original:
            if ranks[b] - ranks[a] in (1, 3) and not original.has_edge(a, b):
                more = original.copy()
                more.add_edge(a, b)
                with pytest.raises(GraphError):
                    polynomials_from_graph(more)


@pytest.mark.parametrize(
    ("graph", "reason"),
    [
        (nx.Graph(["ab"]), "DiGraph"),
        (nx.MultiDiGraph(["ab"]), "DiGraph"),
        (nx.DiGraph(["ab", "ba"]), "cycle"),
        ("1324", "is no graph"),
    ],
)
def test_what_is_no_directed_acyclic_graph(graph, reason):
    with pytest.raises(UsageError, match=reason):
        polynomials_from_graph(graph)


def test_without_the_first_checks_the_formulas_refuse_too():
    """A 5-crown has no decomposition; a 2-crown without its long edge no polynomial."""
    five = Truth.of_graph(IntervalGraph.from_networkx(crown(5)))
    with pytest.raises(GraphError, match="no join-strong"):
        five.kl(0, five.bits.top)
    two = Truth.of_graph(IntervalGraph.from_networkx(crown(2)))
    with pytest.raises(GraphError, match="Blundell"):
        two.kl(0, two.bits.top)


@pytest.mark.parametrize(
    ("kl", "r_tilde", "reason"),
    [
        ((1, 1), (0, 0, 0, 2), "monic"),
        ((1, 1), (0, 0, 1), "monic"),
        ((1, 1), (0, 1, 0, 1), "shortest path"),
        ((1, 2), (0, 0, 0, 1), "coefficient of q"),
    ],
)
def test_theorems_that_tie_the_polynomials_together(kl, r_tilde, reason):
    truth = Truth.of_interval("1324", "3412")
    found = GraphPolynomials(truth.bits)
    check_theorems(truth.bits, found, (1, 1), (0, 0, 0, 1))
    with pytest.raises(GraphError, match=reason):
        check_theorems(truth.bits, found, kl, r_tilde)


def test_the_first_derivative_is_checked():
    """A wrong coefficient of q^2 is not seen by the coefficient of q."""
    truth = Truth.of_interval("132546", "456312")
    found = GraphPolynomials(truth.bits)
    r_tilde = truth.r_tilde(0, truth.bits.top)
    check_theorems(truth.bits, found, (1, 0, 2), r_tilde)
    with pytest.raises(GraphError, match="q = 1"):
        check_theorems(truth.bits, found, (1, 0, 3), r_tilde)


def test_vertices_are_called_by_their_names():
    graph = nx.relabel_nodes(crown(5), {"bottom": "u", "top": "v"})
    with pytest.raises(GraphError, match="between 'u' and 'v'"):
        polynomials_from_graph(graph)


def test_vertices_of_arrays_come_in_any_order():
    graph = BruhatInterval("1324", "3412").graph
    before = graph.targets.copy()
    rng = random.Random(0)
    for _ in range(5):
        mixed = graph.relabelled(rng.sample(range(10), 10))
        assert polynomials_from_graph(mixed) == ((1, 1), (0, 0, 0, 1))
    assert (graph.targets == before).all()


@pytest.mark.parametrize("ranks", [[0, 2, 2, 4], [0, 1, 1, 3], [1, 2, 2, 3]])
def test_ranks_that_are_no_lengths(ranks):
    graph = IntervalGraph(ranks, [0, 0, 1, 2], [1, 2, 3, 3])
    with pytest.raises(GraphError):
        polynomials_from_graph(graph)
