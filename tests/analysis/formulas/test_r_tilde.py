"""The H-tilde and the shortcut formula where they hold and where they fail."""

import networkx as nx
import pytest

from analysis.formulas import (
    BitGraph,
    Truth,
    bits_of,
    decomposition_at,
    is_amazing,
    lower_decompositions,
    r_tilde_by_h_tilde,
    r_tilde_by_shortcuts,
    shortcuts,
)
from analysis.formulas.r_tilde import first_failure_to_amaze, shortcuts_to
from data_gen.intervals import BruhatInterval
from tests.analysis.formulas.structure import truths_of


@pytest.mark.parametrize("n", [3, 4])
def test_both_formulas_hold_on_all_decompositions(n):
    for truth in truths_of(n):
        top = truth.graph.num_nodes - 1
        for one in lower_decompositions(truth.graph):
            below = truth.r_tilde_from_bottom
            assert r_tilde_by_h_tilde(one, below) == truth.r_tilde(0, top)
            assert r_tilde_by_shortcuts(one, below) == truth.r_tilde(0, top)
            assert {p: (d,) for p, d in shortcuts(one).items()} == one.cubes_to_top
            assert is_amazing(one, truth.r_tilde)


@pytest.mark.parametrize(("v", "z"), [("345621", "234561"), ("651234", "612345")])
def test_the_h_tilde_formula_fails_in_s6(v, z):
    """3q^5 + q^7 instead of 2q^5 + q^7, on decompositions that are not join-strong."""
    interval = BruhatInterval("132546", v)
    truth = Truth.of_interval("132546", v)
    one = decomposition_at(truth.graph, interval.node_labels().index(z))
    assert not one.is_join_strong
    assert not one.satisfies_numerical_criterion
    wrong = (0, 0, 0, 0, 0, 3, 0, 1)
    below = truth.r_tilde_from_bottom
    assert truth.r_tilde(0, interval.num_nodes - 1) == (0, 0, 0, 0, 0, 2, 0, 1)
    assert r_tilde_by_h_tilde(one, below) == wrong
    assert r_tilde_by_shortcuts(one, below) == wrong
    assert not is_amazing(one, truth.r_tilde)
    assert first_failure_to_amaze(one, truth.r_tilde) == 0


def test_worked_shortcuts(worked_examples):
    for example in worked_examples:
        truth = Truth.of_interval(example["x"], example["y"])
        names = BruhatInterval(example["x"], example["y"]).node_labels()
        for standard in example["standard"].values():
            one = decomposition_at(truth.graph, names.index(standard["z"]))
            found = {
                names[p]: [steps, list(truth.r_tilde(0, p))] for p, steps in shortcuts(one).items()
            }
            assert found == standard["shortcuts"]


@pytest.mark.parametrize(("x", "w"), [("1234", "4231"), ("1243", "4321"), ("1324", "3412")])
def test_shortcuts_by_their_definition(x, w):
    graph = BruhatInterval(x, w).graph
    bits, peer = BitGraph.of(graph), graph.to_networkx()
    for target in peer:
        reversed_graph = peer.reverse()
        distance = nx.single_source_shortest_path_length(reversed_graph, target)
        for z in peer:
            ideal = {z, *nx.ancestors(peer, z)}
            expected = {
                p: distance[p]
                for p in ideal & set(distance)
                if not any(
                    q in ideal and distance.get(q) == distance[p] - 1 for q in peer.successors(p)
                )
            }
            assert shortcuts_to(graph, bits.down[z], target) == expected
            if target in ideal:
                assert expected == {target: 0}


def test_upper_decompositions_give_the_same():
    for truth in list(truths_of(4))[::3]:
        top = truth.graph.num_nodes - 1
        turned = BitGraph.of(truth.graph).reversed()
        below = [truth.r_tilde(top - p, top) for p in range(top + 1)]
        for one in lower_decompositions(turned):
            assert r_tilde_by_h_tilde(one, below.__getitem__) == truth.r_tilde(0, top)


def test_only_the_ideal_is_asked_for():
    truth = Truth.of_interval("1234", "4321")
    for one in lower_decompositions(truth.graph):
        asked = set()

        def below(p, asked=asked):
            asked.add(p)
            return truth.r_tilde(0, p)

        r_tilde_by_h_tilde(one, below)
        assert asked <= set(bits_of(one.ideal))
