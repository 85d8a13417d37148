"""Clusters found from faces against counted embeddings, on all of S_4."""

import pytest

from analysis.formulas.bitgraph import BitGraph, bits_of, mask_of
from analysis.formulas.clusters import cluster_at, count_spanned_hypercubes, spans_hypercube
from data_gen.errors import GraphError
from data_gen.intervals import BruhatInterval
from tests.analysis.formulas.structure import antichains, intervals_of, spans


def test_clusters_of_s4_are_those_of_counted_embeddings():
    """For every vertex p and every ideal [u, z] that holds it, the ends outside of the ideal."""
    compared = 0
    for x, w in intervals_of(4):
        graph = BruhatInterval(x, w).graph
        bits = BitGraph.of(graph)
        keys = {
            (p, bits.out[p] & ~bits.down[z])
            for z in range(bits.num_nodes)
            for p in bits_of(bits.down[z])
        }
        for p, targets in keys:
            inside = _antichains(bits, targets)
            expected = all(spans_hypercube(graph, p, chain) for chain in inside)
            cluster = cluster_at(graph, p, targets)
            assert (cluster is not None) == expected
            if cluster is not None:
                assert set(cluster.antichains[1:]) == set(map(mask_of, inside))
                compared += 1
    assert compared > 500


def _antichains(bits: BitGraph, targets: int) -> list[tuple[int, ...]]:
    found: list[tuple[int, ...]] = [()]
    for a in bits_of(targets):
        found += [(*one, a) for one in found if not any(bits.comparable[b] >> a & 1 for b in one)]
    return found[1:]


@pytest.mark.parametrize(("x", "w"), [("123", "321"), ("1324", "3412"), ("1243", "4231")])
def test_counting_is_that_of_another_program(x, w):
    graph = BruhatInterval(x, w).graph
    peer = graph.to_networkx()
    for p in peer:
        for chain in antichains(peer, list(peer.successors(p))):
            assert spans_hypercube(graph, p, chain) == spans(peer, p, chain)


def test_the_hypercube_of_a_boolean_interval():
    """Four reflections at the bottom of [1324, 4231] span all of it."""
    graph = BruhatInterval("1324", "4231").graph
    cluster = cluster_at(graph, 0, mask_of(range(1, 5)))
    assert len(cluster.antichains) == 16
    assert sorted(cluster.tops) == list(range(16))
    assert cluster.theta[0b11110] == 15
    assert cluster.is_join
    assert cluster.satisfies_numerical_criterion
    assert cluster.sizes[-1] == 4
    assert set(cluster.lower_counts) == {0}


def test_no_cluster_where_a_square_has_two_tops():
    graph = BruhatInterval("123", "321").graph
    assert cluster_at(graph, 0, 0b110) is None
    assert count_spanned_hypercubes(graph, 0, [1, 2]) == 2
    assert count_spanned_hypercubes(graph, 0, [1, 2], limit=1) == 1


def test_chains_span_no_more_than_edges():
    """The three ends from the bottom of S_3 outside of [123, 132] are a chain."""
    graph = BruhatInterval("123", "321").graph
    cluster = cluster_at(graph, 0, mask_of([2, 5]))
    assert cluster.theta == {0: 0, 1 << 2: 2, 1 << 5: 5}
    assert cluster.lower_counts == (0, 0, 1)


def test_the_empty_cluster():
    cluster = cluster_at(BruhatInterval("12", "21").graph, 1, 0)
    assert (cluster.antichains, cluster.tops) == ((0,), (1,))


def test_targets_have_to_be_neighbours():
    graph = BruhatInterval("123", "321").graph
    with pytest.raises(GraphError, match="no edge from vertex 0 to vertex 0"):
        cluster_at(graph, 0, 0b1)
    with pytest.raises(GraphError, match="out-neighbours of vertex 1"):
        spans_hypercube(graph, 1, [2])
