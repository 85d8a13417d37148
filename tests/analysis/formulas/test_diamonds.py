"""Diamonds against a search over all fours of vertices."""

from itertools import combinations

import pytest

from analysis.formulas.bitgraph import BitGraph, mask_of
from analysis.formulas.diamonds import Diamond, diamonds, first_open_diamond, is_diamond_closed
from data_gen.intervals import BruhatInterval
from tests.analysis.formulas.structure import intervals_of


def by_search(x: str, w: str) -> set[Diamond]:
    edges = set(map(tuple, BruhatInterval(x, w).edges.tolist()))
    nodes = range(BruhatInterval(x, w).num_nodes)
    return {
        Diamond(p, a, b, top)
        for a, b in combinations(nodes, 2)
        for p in nodes
        if {(p, a), (p, b)} <= edges
        for top in nodes
        if {(a, top), (b, top)} <= edges
    }


@pytest.mark.parametrize(("x", "w"), [*intervals_of(3), ("1324", "3412"), ("1234", "4321")])
def test_diamonds_are_those_of_a_search(x, w):
    found = diamonds(BruhatInterval(x, w).graph)
    assert list(found) == sorted(found)
    assert len(found) == len(set(found))
    assert set(found) == by_search(x, w)


def test_every_path_over_two_edges_is_half_of_one_diamond():
    for x, w in intervals_of(4):
        graph = BruhatInterval(x, w).graph
        bits = BitGraph.of(graph)
        paths = sum(out.bit_count() for v in range(bits.num_nodes) for out in _outs(bits, v))
        assert 2 * len(diamonds(graph)) == paths


def _outs(bits: BitGraph, v: int) -> list[int]:
    return [bits.out[w] for w in range(bits.num_nodes) if bits.out[v] >> w & 1]


def test_closed_ideals_are_those_without_an_open_diamond():
    for x, w in intervals_of(4)[::7]:
        graph = BruhatInterval(x, w).graph
        bits, every = BitGraph.of(graph), diamonds(graph)
        for z in range(bits.num_nodes):
            ideal = bits.down[z]
            opened = {
                one
                for one in every
                if mask_of([one.left, one.right]) & ~ideal == 0 and not ideal >> one.top & 1
            }
            assert is_diamond_closed(graph, ideal) == (not opened)
            first = first_open_diamond(graph, ideal)
            assert first in opened if opened else first is None
