"""The masks say what networkx says of the same graph."""

import networkx as nx
import pytest

from analysis.formulas.bitgraph import BitGraph, bits_of, mask_of
from data_gen.errors import GraphError
from data_gen.graph import IntervalGraph
from data_gen.intervals import BruhatInterval

PAIRS = [("123", "321"), ("1324", "3412"), ("1234", "4321"), ("21354", "53241")]


@pytest.mark.parametrize(("x", "w"), PAIRS)
def test_masks_are_neighbours_and_reachable_vertices(x, w):
    graph = BruhatInterval(x, w).graph
    bits, peer = BitGraph.of(graph), graph.to_networkx()
    for v in peer:
        assert set(bits_of(bits.out[v])) == set(peer.successors(v))
        assert set(bits_of(bits.into[v])) == set(peer.predecessors(v))
        assert set(bits_of(bits.up[v])) == {v, *nx.descendants(peer, v)}
        assert set(bits_of(bits.down[v])) == {v, *nx.ancestors(peer, v)}
        assert bits.ranks[v] == peer.nodes[v]["rank"]
    covers = {(a, b) for a, b, is_cover in peer.edges.data("cover") if is_cover}
    assert {(a, b) for a in peer for b in bits_of(bits.covers[a])} == covers
    assert {(a, b) for b in peer for a in bits_of(bits.covered[b])} == covers
    assert list(bits.edges()) == sorted(peer.edges)


@pytest.mark.parametrize(("x", "w"), PAIRS)
def test_distances_are_those_of_shortest_paths(x, w):
    graph = BruhatInterval(x, w).graph
    bits, peer = BitGraph.of(graph), graph.to_networkx()
    lengths = dict(nx.all_pairs_shortest_path_length(peer))
    for a in peer:
        for b in peer:
            assert bits.distance(a, b) == lengths[a].get(b, -1)


@pytest.mark.parametrize(("x", "w"), PAIRS)
def test_the_reversed_graph_is_that_of_the_arrays(x, w):
    graph = BruhatInterval(x, w).graph
    here, there = BitGraph.of(graph).reversed(), BitGraph.of(graph.reversed())
    names = ("ranks", "out", "into", "up", "down")
    assert all(getattr(here, name) == getattr(there, name) for name in names)


def test_a_subinterval_is_that_of_its_permutations():
    whole = BruhatInterval("1234", "4321")
    bits = BitGraph.of(whole.graph)
    a, b = whole.nodes.index((1, 3, 2, 4)), whole.nodes.index((3, 4, 1, 2))
    found, expected = bits.interval(a, b), BitGraph.of(BruhatInterval("1324", "3412").graph)
    assert (found.ranks, found.out, found.up) == (expected.ranks, expected.out, expected.up)
    assert (found.into, found.down) == (expected.into, expected.down)
    with pytest.raises(GraphError, match="not below"):
        bits.interval(b, a)


def test_masks_are_made_once_for_each_graph():
    graph = BruhatInterval("123", "321").graph
    bits = BitGraph.of(graph)
    assert BitGraph.of(graph) is bits
    assert BitGraph.of(bits) is bits
    assert graph == BruhatInterval("123", "321").graph


def test_sets_and_masks():
    assert [list(bits_of(mask)) for mask in (0, 1, 0b1010)] == [[], [0], [1, 3]]
    assert mask_of(bits_of(1 << 100 | 5)) == 1 << 100 | 5


def test_a_single_vertex():
    bits = BitGraph.of(IntervalGraph([0], [], []))
    assert (bits.length, bits.top, bits.distance(0, 0), bits.reversed().up) == (0, 0, 0, (1,))


@pytest.mark.parametrize(
    ("ranks", "sources", "targets", "reason"),
    [
        ([], [], [], "one bottom"),
        ([0, 0, 1], [0, 1], [2, 2], "one bottom"),
        ([0, 1, 1], [0, 0], [1, 2], "one bottom"),
        ([1, 0], [1], [0], "ascend"),
    ],
)
def test_graphs_that_are_no_interval_are_refused(ranks, sources, targets, reason):
    with pytest.raises(GraphError, match=reason):
        BitGraph.of(IntervalGraph(ranks, sources, targets))
