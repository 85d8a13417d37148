"""Salient parts of made-up networks, with differences that are known beforehand."""

import dataclasses

import numpy as np
import pytest

from analysis.controls import random_vertices
from analysis.evidence import CONTROLS, DECISIVE, SalientParts, weigh
from analysis.hypercubes import largest_cubes
from analysis.labelled import read_labelled
from analysis.reflections import Reflections, counts_by_type, over_representation
from analysis.statistics import difference_of_groups, holm, mean_of_networks
from tests.analysis.evidence.fans import EXTREMAL, NUMBER, at_random, chosen, leaning
from tests.analysis.structure import some_nodes

QUICK = {"draws": 99, "replicates": 200}


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def kinds(found):
    return {kind.type: kind for kind in found.types}


def same(first, second):
    """Whether two pieces of evidence hold the same numbers."""
    return repr(dataclasses.asdict(first)) == repr(dataclasses.asdict(second))


def test_a_network_that_picks_extremal_edges_is_told_from_its_controls(fans, rng):
    trained = chosen(fans, [EXTREMAL] * NUMBER)
    parts = SalientParts([trained], [at_random(fans, rng) for _ in range(5)])
    found = weigh(fans, parts, **QUICK)
    extremal, simple = kinds(found)["extremal"], kinds(found)["simple"]
    assert extremal.trained.value == pytest.approx(2.0)
    assert simple.trained.value == pytest.approx(-1.0)
    assert all(kind.differs for kind in found.types)
    assert extremal.against("shuffled") is None
    decisive = [control for control in DECISIVE if control != "shuffled"]
    assert [one.control for one in extremal.decisive] == decisive
    for control in decisive:
        against = extremal.against(control)
        assert against.difference.points.value == pytest.approx(2.0, abs=0.3)
        assert (against.sign, simple.against(control).sign) == (1, -1)
    assert (found.salient_nodes, found.salient_edges, found.salient_intervals) == (600, 400, 200)
    assert found.usable == {"trained": 1, "untrained": 5, "shuffled": 0}
    assert found.edges["trained"] == (400,)
    assert found.edges["shuffled"] == ()
    assert found.is_enough


def test_a_network_like_its_controls_is_not(fans):
    rng = np.random.default_rng(3)
    parts = [at_random(fans, rng) for _ in range(6)]
    found = weigh(fans, SalientParts(parts[:1], parts[1:]), **QUICK)
    assert not any(kind.differs for kind in found.types)


def test_between_its_two_controls_is_no_difference(fans, rng):
    """Stronger than random vertices, weaker than untrained networks: the trials' q^4."""
    extremal_often = [EXTREMAL if rng.random() < 0.7 else [1, 5] for _ in range(NUMBER)]
    untrained = [chosen(fans, [EXTREMAL] * NUMBER)] * 5
    found = weigh(fans, SalientParts([chosen(fans, extremal_often)], untrained), **QUICK)
    assert not any(kind.differs for kind in found.types)
    extremal = kinds(found)["extremal"]
    assert all(one.holds for one in extremal.decisive)
    assert {one.sign for one in extremal.decisive} == {1, -1}


def test_with_few_salient_edges_nothing_is_concluded(fans):
    lone = np.zeros(fans.num_nodes, dtype=bool)
    lone[:3] = True
    found = weigh(fans, SalientParts([lone], [lone] * 3), draws=3, replicates=50)
    assert found.salient_edges == 2
    assert not found.is_enough


@pytest.mark.parametrize("untrained", [0, 1])
def test_without_controls_nothing_is_concluded(fans, rng, untrained):
    trained = chosen(fans, [EXTREMAL] * NUMBER)
    parts = SalientParts([trained], [at_random(fans, rng)] * untrained)
    found = weigh(fans, parts, draws=3, replicates=50)
    assert not found.is_enough


def test_untrained_networks_without_salient_edges_are_no_controls(fans):
    trained, nothing = chosen(fans, [EXTREMAL] * NUMBER), np.zeros(fans.num_nodes, dtype=bool)
    found = weigh(fans, SalientParts([trained], [nothing] * 3), draws=3, replicates=50)
    assert found.usable["untrained"] == 0
    assert not found.is_enough
    assert not any(kind.differs for kind in found.types)


@pytest.fixture(scope="module")
def several(fans):
    """Five trainings that lean on extremal edges; everything else does not."""
    rng = np.random.default_rng(2)
    trained = [leaning(fans, rng) for _ in range(5)]
    others = [at_random(fans, rng) for _ in range(10)]
    return SalientParts(trained, others[:5], others[5:])


@pytest.fixture(scope="module")
def over_trainings(fans, several):
    return weigh(fans, several, draws=299)


def test_what_all_trainings_show_differs(over_trainings):
    assert all(kind.differs for kind in over_trainings.types)
    extremal = kinds(over_trainings)["extremal"]
    assert tuple(one.control for one in extremal.comparisons) == CONTROLS
    assert over_trainings.networks == 5
    assert extremal.trained == mean_of_networks(np.array(extremal.networks))
    assert extremal.trained.low > 1


def test_networks_with_few_salient_edges_do_not_count(fans, several, over_trainings):
    few = np.zeros(fans.num_nodes, dtype=bool)
    few[: fans.node_offsets[10]] = True
    parts = SalientParts([*several.trained, few], [*several.untrained, few], several.shuffled)
    found = weigh(fans, parts, draws=299)
    assert found.edges["trained"][-1] == 60
    few[fans.node_offsets[5] :] = False
    found = weigh(fans, parts, draws=299)
    assert found.edges["trained"][-1] == 30
    assert found.usable == {"trained": 5, "untrained": 5, "shuffled": 5}
    for kind, without in zip(found.types, over_trainings.types, strict=True):
        assert np.isnan(kind.networks[-1])
        assert kind.networks[:-1] == without.networks
        assert kind.trained == without.trained
        mine, other = kind.against("untrained"), without.against("untrained")
        assert mine.difference == other.difference
        assert kind.against("ranks").difference.points == pytest.approx(
            without.against("ranks").difference.points, abs=0.05
        )


def test_every_reflection_has_its_differences_and_effects(over_trainings):
    (chart,) = over_trainings.maps
    assert tuple(chart.against) == CONTROLS
    for name, one in chart.against.items():
        met = chart.everything > 0
        assert (one.low[met] <= one.points[met]).all()
        assert (one.points[met] <= one.high[met]).all()
        assert np.isnan(one.points[~met]).all()
        if name in DECISIVE:
            assert (one.p_holm[met] <= chart.p_holm[met]).all()
        # An effect has the sign of its difference, and lies in its own interval.
        assert (np.sign(one.effect[met]) == np.sign(one.points[met])).all()
        assert (one.effect_low[met] < one.effect[met]).all()
        assert (one.effect[met] < one.effect_high[met]).all()
    values = chart.over["trained"] - chart.over["untrained"]
    np.testing.assert_allclose(chart.against["untrained"].points, values)


def test_other_networks_are_compared_by_welch_and_holm(over_trainings):
    for control in ("untrained", "shuffled"):
        found = [kind.against(control) for kind in over_trainings.types]
        for kind, one in zip(over_trainings.types, found, strict=True):
            wanted = difference_of_groups(np.array(kind.networks), np.array(one.values))
            assert one.difference == wanted
            assert one.mean == pytest.approx(np.mean(one.values))
        assert tuple(one.p_holm for one in found) == holm([one.difference.p for one in found])


def test_uniform_vertices_are_shown_and_decide_nothing(over_trainings):
    """The bottoms of fans are always salient, and hardly ever drawn: fewer edges, not others."""
    extremal = kinds(over_trainings)["extremal"]
    assert extremal.against("uniform") is not None
    assert "uniform" not in [one.control for one in extremal.decisive]


def test_shuffled_labels_that_show_the_same_undo_it(fans, several):
    rng = np.random.default_rng(7)
    shuffled = [leaning(fans, rng) for _ in range(5)]
    parts = dataclasses.replace(several, shuffled=shuffled)
    found = weigh(fans, parts, draws=299)
    assert not any(kind.differs for kind in found.types)
    extremal = kinds(found)["extremal"]
    assert extremal.against("untrained").holds
    assert not extremal.against("shuffled").holds
    assert not any(chart.differs.any() for chart in found.maps)


def test_one_training_among_many_decides_nothing(fans):
    rng = np.random.default_rng(4)
    trained = [chosen(fans, [EXTREMAL] * NUMBER), *(at_random(fans, rng) for _ in range(4))]
    parts = SalientParts(trained, [at_random(fans, rng) for _ in range(5)])
    found = weigh(fans, parts, draws=99)
    extremal = kinds(found)["extremal"]
    # Draws for all five never come near their mean, but the next training may: no difference.
    assert extremal.trained.value > 0.3
    assert not any(one.holds for one in extremal.decisive)


def test_single_reflections_that_differ_are_framed(over_trainings):
    (chart,) = over_trainings.maps
    assert (chart.n, chart.intervals) == (5, NUMBER)
    assert {(i + 1, j + 1) for i, j in np.argwhere(chart.differs)} >= {(1, 4), (3, 5), (2, 4)}
    assert set(chart.over) == {"trained", *CONTROLS}
    absent = chart.everything == 0
    assert not chart.differs[absent].any()
    assert np.isnan(chart.over["trained"][absent]).all()
    assert np.isnan(chart.p_holm[absent]).all()
    assert chart.over["trained"][0, 3] > 1 > 0 > chart.over["trained"][1, 3]


def test_one_training_frames_nothing(fans, rng):
    parts = SalientParts(
        [chosen(fans, [EXTREMAL] * NUMBER)], [at_random(fans, rng) for _ in range(3)]
    )
    (chart,) = weigh(fans, parts, draws=9, replicates=50).maps
    assert not chart.differs.any()
    assert np.isnan(chart.p_holm).all()


@pytest.fixture(scope="module")
def graphs(dataset):
    return read_labelled(dataset)


def test_numbers_add_up_on_real_intervals(graphs):
    masks = [some_nodes(graphs, 0.4, seed) for seed in range(4)]
    found = weigh(graphs, SalientParts(masks[:1], masks[1:]), draws=4, replicates=100)
    assert [chart.n for chart in found.maps] == [4, 5]
    assert sum(kind.salient_edges for kind in found.types) == found.salient_edges
    assert sum(kind.share for kind in found.types) == pytest.approx(1.0)
    assert sum(int(chart.edges["trained"].sum()) for chart in found.maps) == found.salient_edges
    assert sum(int(chart.everything.sum()) for chart in found.maps) == graphs.num_edges
    for chart in found.maps:
        lower = np.tril_indices(chart.n)
        assert not chart.everything[lower].any()
    # Cubes: an interval with one of dimension d counts for every smaller dimension too.
    counts = [row.trained[0] for row in found.cubes]
    assert counts
    assert counts == sorted(counts, reverse=True)
    assert same(found, weigh(graphs, SalientParts(masks[:1], masks[1:]), draws=4, replicates=100))
    other = weigh(graphs, SalientParts(masks[:1], masks[1:]), draws=4, replicates=100, seed=1)
    assert not same(found, other)


def test_a_network_does_not_depend_on_who_stands_beside_it(graphs):
    masks = [some_nodes(graphs, 0.3, seed) for seed in range(6)]
    found = weigh(graphs, SalientParts(masks[:2], masks[2:4], masks[4:]), draws=5, details=False)
    assert (found.maps, found.cubes) == ((), ())
    for number, mask in enumerate(masks[:2]):
        edges = counts_by_type(graphs, graphs.induced_edges(mask)).sum(axis=0)
        values = over_representation(edges, counts_by_type(graphs).sum(axis=0))
        assert [kind.networks[number] for kind in found.types] == pytest.approx(values)


def test_cubes_are_counted_in_every_group(graphs):
    masks = [some_nodes(graphs, 0.5, seed) for seed in range(4)]
    found = weigh(graphs, SalientParts(masks[:1], masks[1:3], masks[3:]), draws=2, replicates=10)
    row = found.cubes[0]
    assert row.dimension == 2
    wanted = [int((largest_cubes(graphs, mask) >= 2).sum()) for mask in masks]
    assert [*row.trained, *row.untrained, *row.shuffled] == wanted
    assert len(row.random) == 20


def test_how_much_lies_near_the_ends(graphs):
    atoms = graphs.ranks == 1
    middle = (graphs.ranks == 2) & (graphs.ranks[graphs.node_offsets[1:] - 1] >= 4)[
        graphs.node_graph
    ]
    found = weigh(graphs, SalientParts([atoms], [middle] * 2), draws=2, replicates=10)
    everywhere, trained, untrained = found.near_ends
    assert (trained, untrained) == (1.0, 0.0)
    assert 0 < everywhere < 1


def test_random_vertices_stay_among_those_that_may_be_salient(graphs):
    inside = ~graphs.is_end
    mask = some_nodes(graphs, 0.4, 0) & inside
    parts = SalientParts([mask], [mask] * 2, among=inside)
    found = weigh(graphs, parts, draws=50, replicates=10)
    reflections = Reflections.of(graphs)
    # No edge at a bottom or a top is ever counted.
    reachable = over_representation(
        reflections.by_type(reflections.count(graphs.induced_edges(inside))),
        reflections.by_type(reflections.count()),
    )
    uniform = [kind.against("uniform").mean for kind in found.types]
    np.testing.assert_allclose(uniform, reachable, atol=0.1)


@pytest.mark.parametrize("keeping", ["ranks", "degrees", "distances"])
def test_a_salient_part_that_was_drawn_is_not_told_from_draws(graphs, keeping):
    """The p-values of parts that are drawn like the control are even, or larger."""
    start = some_nodes(graphs, 0.25, 9)
    p = []
    for seed, mask in enumerate(random_vertices(graphs, start, keeping, draws=100, seed=11)):
        parts = SalientParts([mask], [], among=None)
        found = weigh(graphs, parts, draws=59, replicates=2, seed=seed, details=False)
        p.append([kind.against(keeping).difference.p for kind in found.types])
    small = np.mean(np.array(p) <= 0.05, axis=0)
    assert (small < 0.13).all()
    assert (np.mean(p, axis=0) > 0.38).all()
