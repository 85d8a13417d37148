"""What cannot be the Bruhat graph of an interval is refused, with the vertex and the fault."""

import itertools

import networkx as nx
import numpy as np
import pytest

from data_gen.errors import GraphError
from data_gen.graph import IntervalGraph
from data_gen.graph_checks import check_bruhat_graph
from data_gen.intervals import BruhatInterval, build_intervals


def graph_of(edges) -> IntervalGraph:
    return IntervalGraph.from_networkx(nx.DiGraph(edges))


def without(graph: IntervalGraph, edge: int) -> IntervalGraph:
    keep = np.arange(graph.num_edges) != edge
    return IntervalGraph(graph.ranks, graph.sources[keep], graph.targets[keep])


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
def test_every_interval_passes(n):
    # [e, w] has every [z, w] inside, and the local conditions look at all pairs of vertices.
    for top in itertools.permutations(range(n)):
        graph = build_intervals(np.arange(n)[None], np.array(top)[None]).graph(0)
        check_bruhat_graph(graph)
        check_bruhat_graph(graph.reversed())


def test_every_interval_of_s4_passes_by_itself():
    words = list(itertools.permutations(range(1, 5)))
    for x, w in itertools.product(words, words):
        try:
            interval = BruhatInterval(x, w)
        except ValueError:
            continue
        check_bruhat_graph(interval.graph)


def test_two_bottoms_and_two_tops_are_named():
    with pytest.raises(GraphError, match=r"has one bottom, this graph has 2.*'a', 'b'"):
        check_bruhat_graph(graph_of([(0, 2), (1, 2)]), ["a", "b", "c"])
    with pytest.raises(GraphError, match="has one top, this graph has 3"):
        check_bruhat_graph(graph_of([(0, 1), (0, 2), (0, 3)]))


def test_not_graded():
    edges = [(0, 1), (1, 2), (2, 3), (0, 4), (4, 3)]
    with pytest.raises(GraphError, match=r"not graded: .* 3 steps, the longest one through"):
        check_bruhat_graph(graph_of(edges))


def test_an_edge_over_two_ranks():
    graph = BruhatInterval("123", "321").graph
    extra = IntervalGraph(
        graph.ranks, np.append(graph.sources, 0), np.append(graph.targets, 3)
    ).relabelled(range(6))
    with pytest.raises(GraphError, match="'0' -> '3' spans 2 ranks"):
        check_bruhat_graph(extra)


@pytest.mark.parametrize(("x", "w"), [("123", "321"), ("1234", "4321"), ("12345", "52341")])
def test_a_hasse_diagram_is_told_from_a_bruhat_graph(x, w):
    graph = BruhatInterval(x, w).graph
    covers = graph.covers
    hasse = IntervalGraph(graph.ranks, graph.sources[covers], graph.targets[covers])
    with pytest.raises(GraphError, match="looks like a Hasse diagram"):
        check_bruhat_graph(hasse)


def test_a_graph_of_covers_only_may_be_a_bruhat_graph():
    assert BruhatInterval("1324", "3412").graph.covers.all()
    check_bruhat_graph(BruhatInterval("1324", "3412").graph)


@pytest.mark.parametrize(("x", "w"), [("1234", "4231"), ("12345", "45312")])
def test_every_missing_edge_is_noticed(x, w):
    graph = BruhatInterval(x, w).graph
    for edge in range(graph.num_edges):
        smaller = without(graph, edge)
        with pytest.raises(GraphError):
            check_bruhat_graph(smaller)


def test_chains_and_crowns_that_no_symmetric_group_has():
    with pytest.raises(GraphError, match="one way from '0' to '2'"):
        check_bruhat_graph(graph_of([(0, 1), (1, 2)]))
    crown = [("x", f"a{i}") for i in range(5)] + [(f"b{i}", "w") for i in range(5)]
    crown += [(f"a{i}", f"b{i}") for i in range(5)] + [
        (f"a{i}", f"b{(i + 1) % 5}") for i in range(5)
    ]
    with pytest.raises(GraphError, match=r"the lower one is 5; .* 2, 3 or 4"):
        check_bruhat_graph(graph_of(crown))


def test_a_crown_with_an_edge_too_many():
    graph = BruhatInterval("1324", "3412").graph  # a 4-crown
    extra = IntervalGraph(
        graph.ranks, np.append(graph.sources, 0), np.append(graph.targets, 9)
    ).relabelled(range(10))
    with pytest.raises(GraphError, match="'0' -> '9' cannot be"):
        check_bruhat_graph(extra)


def test_no_vertex_at_all():
    with pytest.raises(GraphError, match="no vertex"):
        check_bruhat_graph(IntervalGraph([], [], []))


def test_a_single_vertex_is_an_interval():
    check_bruhat_graph(IntervalGraph([0], [], []))
