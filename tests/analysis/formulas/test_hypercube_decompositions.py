"""All decompositions: counts, worked examples, the definition, symmetries."""

import random

import pytest

from analysis.formulas import (
    BitGraph,
    Truth,
    bits_of,
    decomposition_at,
    is_diamond_closed,
    iter_lower_decompositions,
    lower_decompositions,
    upper_decompositions,
)
from data_gen.graph import IntervalGraph
from data_gen.intervals import BruhatInterval
from tests.analysis.formulas.structure import (
    intervals_of,
    lower_decompositions_by_definition,
)


@pytest.mark.parametrize(("n", "intervals", "number", "weak"), [(3, 13, 22, 0), (4, 189, 594, 3)])
def test_counts(n, intervals, number, weak):
    pairs = intervals_of(n)
    found = [one for x, w in pairs for one in lower_decompositions(BruhatInterval(x, w).graph)]
    assert len(pairs) == intervals
    assert len(found) == number
    assert sum(not one.is_join_strong for one in found) == weak


def test_worked_examples(worked_examples):
    for example in worked_examples:
        interval = BruhatInterval(example["x"], example["y"])
        names = interval.node_labels()
        found = lower_decompositions(interval.graph)
        assert sorted(names[one.z] for one in found) == sorted(example["decs"])
        assert sum(one.is_join_strong for one in found) == example["n_join_strong"]
        by_top = {names[one.z]: one for one in found}
        for standard in example["standard"].values():
            one = by_top[standard["z"]]
            assert one.ideal.bit_count() == standard["I_size"]
            cluster = one.clusters[0]
            targets = [names[v] for v in bits_of(cluster.targets)]
            assert sorted(targets) == sorted(standard["E_x_targets"])
            theta = {
                "+".join(sorted(names[v] for v in bits_of(chain))): names[top]
                for chain, top in cluster.theta.items()
                if chain
            }
            assert theta == standard["antichains_at_x"]


def test_every_decomposition_of_s4_is_one_by_definition():
    for x, w in intervals_of(4)[::3]:
        graph = BruhatInterval(x, w).graph
        expected = lower_decompositions_by_definition(graph.to_networkx())
        assert {one.z for one in lower_decompositions(graph)} == expected


@pytest.mark.parametrize("seed", range(6))
def test_decompositions_of_s5_are_those_of_the_definition(seed):
    rng = random.Random(seed)
    small = [(x, w) for x, w in rng.sample(intervals_of(5), 20)]
    x, w = next(pair for pair in small if BruhatInterval(*pair).num_nodes <= 40)
    graph = BruhatInterval(x, w).graph
    expected = lower_decompositions_by_definition(graph.to_networkx())
    assert {one.z for one in lower_decompositions(graph)} == expected


def test_parts_of_a_decomposition():
    for x, w in intervals_of(4)[::5]:
        bits = BitGraph.of(BruhatInterval(x, w).graph)
        for one in lower_decompositions(bits):
            assert one.ideal == bits.down[one.z]
            assert not one.ideal >> bits.top & 1
            assert is_diamond_closed(bits, one.ideal)
            outwards = {p: bits.out[p] & ~one.ideal for p in bits_of(one.ideal)}
            assert {p: c.targets for p, c in one.clusters.items()} == {
                p: targets for p, targets in outwards.items() if targets
            }
            assert one.satisfies_numerical_criterion == one.is_join_strong
            for p, sizes in one.cubes_to_top.items():
                cluster = one.clusters[p]
                reaching = [c for c, top in cluster.theta.items() if top == bits.top]
                assert sorted(sizes) == sorted(c.bit_count() for c in reaching)


def test_joins_are_least_upper_bounds():
    """The definition, once more: every w above all of Y is above theta(Y)."""
    weak = 0
    for x, w in intervals_of(4):
        bits = BitGraph.of(BruhatInterval(x, w).graph)
        for one in lower_decompositions(bits):
            expected = all(
                bits.up[top] >> v & 1
                for cluster in one.clusters.values()
                for chain, top in cluster.theta.items()
                if chain
                for v in range(bits.num_nodes)
                if all(bits.up[a] >> v & 1 for a in bits_of(chain))
            )
            assert one.is_join_strong == expected
            weak += not expected
    assert weak == 3


def test_one_at_a_time():
    graph = BruhatInterval("1324", "4231").graph
    tops = [one.z for one in lower_decompositions(graph)]
    assert tops == list(range(15))
    backwards = iter_lower_decompositions(graph, descending=True)
    assert next(backwards).z == 14
    assert [one.z for one in backwards] == tops[-2::-1]
    for z in range(16):
        found = decomposition_at(graph, z)
        assert (found is not None) == (z in tops)
        assert found is None or found.ideal == BitGraph.of(graph).down[z]


def test_upper_ones_are_the_lower_ones_of_the_dual_interval():
    def dual(word: str) -> str:
        return "".join(str(len(word) + 1 - int(letter)) for letter in word)

    for x, w in intervals_of(4)[::4]:
        upper = upper_decompositions(BruhatInterval(x, w).graph)
        lower = lower_decompositions(BruhatInterval(dual(w), dual(x)).graph)
        assert len(upper) == len(lower)
        assert sorted(one.is_join_strong for one in upper) == sorted(
            one.is_join_strong for one in lower
        )
        ideals = sorted(one.ideal.bit_count() for one in upper)
        assert ideals == sorted(one.ideal.bit_count() for one in lower)


def test_numbers_of_vertices_do_not_matter():
    rng = random.Random(3)
    truth = Truth.of_interval("13254", "45231")
    graph = truth.graph
    names = list(range(graph.num_nodes))
    for rank in range(graph.length + 1):  # a shuffle inside every rank
        here = [v for v in names if graph.ranks[v] == rank]
        moved = rng.sample(here, len(here))
        for v, new in zip(here, moved, strict=True):
            names[v] = new
    other = IntervalGraph(graph.ranks, graph.sources, graph.targets).relabelled(names)
    assert other != graph
    expected = {names[one.z]: one.is_join_strong for one in lower_decompositions(graph)}
    assert {one.z: one.is_join_strong for one in lower_decompositions(other)} == expected


def test_a_single_vertex_has_none():
    assert lower_decompositions(BruhatInterval("12", "12").graph) == ()
