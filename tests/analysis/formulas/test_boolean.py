"""Boolean intervals against isomorphism with the subsets of a set."""

from collections import Counter
from itertools import combinations

import networkx as nx
import pytest

from analysis.formulas import (
    BitGraph,
    BooleanInterval,
    f_by_cover_generation,
    interval_classes,
    is_boolean,
    largest_boolean,
)
from data_gen.intervals import BruhatInterval
from tests.analysis.formulas.structure import intervals_of


def subsets(k: int) -> nx.DiGraph:
    sets = [frozenset(c) for size in range(k + 1) for c in combinations(range(k), size)]
    return nx.DiGraph((a, b) for a in sets for b in sets if a < b and len(b) == len(a) + 1)


def hasse(x: str, w: str) -> nx.DiGraph:
    graph = BruhatInterval(x, w).graph.to_networkx()
    covers = [(a, b) for a, b, is_cover in graph.edges.data("cover") if is_cover]
    return nx.DiGraph(covers)


@pytest.mark.parametrize("n", [3, 4])
def test_boolean_is_isomorphic_to_subsets(n):
    for x, w in intervals_of(n):
        interval = BruhatInterval(x, w)
        isomorphic = interval.num_nodes == 2**interval.length and nx.is_isomorphic(
            hasse(x, w), subsets(interval.length)
        )
        assert is_boolean(interval.graph) == isomorphic


def test_the_largest_is_that_of_a_search():
    for x, w in intervals_of(4)[::3]:
        graph = BruhatInterval(x, w).graph
        bits = BitGraph.of(graph)
        every = [
            BooleanInterval(a, b, bits.ranks[b] - bits.ranks[a])
            for a in range(bits.num_nodes)
            for b in range(bits.num_nodes)
            if bits.up[a] >> b & 1 and is_boolean(graph, a, b)
        ]
        dimension = max(one.dimension for one in every)
        first = min((one.bottom, one.top) for one in every if one.dimension == dimension)
        found = largest_boolean(graph)
        assert (found.bottom, found.top, found.dimension) == (*first, dimension)


@pytest.mark.parametrize(
    ("n", "expected"), [(4, {-1: 3, 0: 184, 1: 2}), (5, {-1: 233, 0: 3340, 1: 88})]
)
def test_f_less_the_largest_dimension(n, expected):
    """Neither bounds the other."""
    counts = Counter()
    for one in interval_classes(n):
        graph = one.interval.graph
        difference = f_by_cover_generation(graph) - largest_boolean(graph).dimension
        counts[difference] += one.multiplicity
    assert counts == expected


@pytest.mark.parametrize(("n", "dimension"), [(3, 2), (4, 4), (5, 5)])
def test_the_largest_of_all(n, dimension):
    bottom = "".join(map(str, range(1, n + 1)))
    assert largest_boolean(BruhatInterval(bottom, bottom[::-1]).graph).dimension == dimension


def test_f_equal_to_the_length_is_not_enough():
    graph = BruhatInterval("1324", "3412").graph
    assert f_by_cover_generation(graph) == 3
    assert not is_boolean(graph)


def test_the_dyadic_interval_of_dimension_four():
    graph = BruhatInterval("1324", "4231").graph
    assert is_boolean(graph)
    assert largest_boolean(graph) == BooleanInterval(0, 15, 4)


def test_a_single_element():
    graph = BruhatInterval("12", "12").graph
    assert is_boolean(graph)
    assert largest_boolean(graph) == BooleanInterval(0, 0, 0)


@pytest.mark.slow
def test_the_dyadic_interval_of_dimension_twelve():
    """The dyadically well distributed permutations of 8 letters: 4,096 of them."""
    interval = BruhatInterval("15372648", "84627351")
    assert interval.num_nodes == 4096
    assert is_boolean(interval.graph)
