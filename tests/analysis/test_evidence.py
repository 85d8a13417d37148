import numpy as np
import pytest

from analysis.evidence import weigh, weigh_types
from analysis.labelled import LabelledGraphs, read_labelled
from analysis.report.contents import SweepLine
from analysis.report.wording import (
    listed,
    percent,
    signed,
    verdict,
)
from data_gen.polynomials import format_polynomial


@pytest.fixture
def fans():
    """Two hundred fans of S_5: a bottom with an edge of each type, each twice, to six atoms."""
    labels = [(1, 2), (2, 3), (1, 4), (3, 5), (2, 4), (2, 4)]
    i, j = zip(*labels, strict=True)
    one = (5, [0] + [1] * 6, [0] * 6, list(range(1, 7)), i, j)
    return LabelledGraphs.from_graphs([one] * 200)


def chosen(graphs, atoms):
    """The bottom of every fan and some of its atoms."""
    mask = np.zeros(graphs.num_nodes, dtype=bool)
    mask[graphs.node_offsets[:-1]] = True
    for graph, picked in enumerate(atoms):
        mask[graphs.node_offsets[graph] + np.asarray(picked)] = True
    return mask


def at_random(graphs, rng):
    return chosen(graphs, [rng.choice(np.arange(1, 7), 2, replace=False) for _ in range(200)])


def test_a_network_that_picks_extremal_edges_is_told_from_its_controls(fans):
    rng = np.random.default_rng(0)
    trained = chosen(fans, [[3, 4]] * 200)
    found = weigh(fans, trained, [at_random(fans, rng) for _ in range(5)], draws=10)
    kinds = {kind.type: kind for kind in found.types}
    assert kinds["extremal"].trained.value == pytest.approx(2.0)
    assert kinds["simple"].trained.value == pytest.approx(-1.0)
    assert all(kind.differs for kind in found.types)
    assert kinds["extremal"].from_random.value == pytest.approx(2.0, abs=0.3)
    text = verdict(found)
    assert text.startswith(
        "In this run yes, for simple reflections, extremal reflections and other"
    )
    assert "+200%" in text
    assert (found.salient_nodes, found.salient_edges, found.salient_intervals) == (600, 400, 200)


def test_what_only_one_percentile_shows_is_said_to_be_so(fans):
    rng = np.random.default_rng(0)
    untrained = [at_random(fans, rng) for _ in range(5)]
    trained = chosen(fans, [[3, 4]] * 200)
    found = weigh(fans, trained, untrained, draws=10)
    same = SweepLine(95.0, 400, weigh_types(fans, trained, untrained, draws=10))
    other = SweepLine(90.0, 400, weigh_types(fans, at_random(fans, rng), untrained, draws=10))
    assert same.types == found.types
    assert verdict(found, [same]).startswith("In this run yes")
    text = verdict(found, [same, other])
    assert text.startswith("In this run yes, but not at every percentile, for")
    assert "95: simple (fewer), extremal (more) and other (fewer); 90: none." in text


def test_a_network_like_its_controls_is_not(fans):
    rng = np.random.default_rng(3)
    parts = [at_random(fans, rng) for _ in range(6)]
    found = weigh(fans, parts[0], parts[1:], draws=10)
    assert not any(kind.differs for kind in found.types)
    assert verdict(found).startswith("No: ")


def test_between_its_two_controls_is_no_difference(fans):
    """Stronger than random vertices, weaker than untrained networks: the trials' q^4."""
    rng = np.random.default_rng(1)
    extremal_often = [[3, 4] if rng.random() < 0.5 else [1, 5] for _ in range(200)]
    trained = chosen(fans, extremal_often)
    found = weigh(fans, trained, [chosen(fans, [[3, 4]] * 200)] * 5, draws=10)
    assert not any(kind.differs for kind in found.types)
    assert "lie between the two controls" in verdict(found)


def test_with_few_salient_edges_nothing_is_concluded(fans):
    lone = np.zeros(fans.num_nodes, dtype=bool)
    lone[:3] = True
    found = weigh(fans, lone, [lone] * 3, draws=3, replicates=50)
    assert not found.is_enough
    assert verdict(found).startswith("Nothing can be concluded: there are 2 salient edges")


def test_without_controls_nothing_is_concluded(fans):
    trained = chosen(fans, [[3, 4]] * 200)
    found = weigh(fans, trained, [], draws=3, replicates=50)
    assert not found.is_enough
    assert "blind" in verdict(found, (), blind_controls=5)


def test_blind_networks_are_called_blind():
    assert "blind" in verdict(None)


def test_numbers_add_up_on_real_intervals(dataset):
    graphs = read_labelled(dataset)
    rng = np.random.default_rng(0)
    masks = [rng.random(graphs.num_nodes) < 0.4 for _ in range(4)]
    found = weigh(graphs, masks[0], masks[1:], draws=4, replicates=100)
    assert [chart.n for chart in found.maps] == [4, 5]
    assert sum(kind.salient_edges for kind in found.types) == found.salient_edges
    assert sum(int(chart.trained_edges.sum()) for chart in found.maps) == found.salient_edges
    assert sum(int(chart.everything.sum()) for chart in found.maps) == graphs.num_edges
    for chart in found.maps:
        lower = np.tril_indices(chart.n)
        assert not chart.everything[lower].any()
    # Cubes: an interval with one of dimension d counts for every smaller dimension too.
    counts = [row.trained for row in found.cubes]
    assert counts
    assert counts == sorted(counts, reverse=True)
    again = weigh(graphs, masks[0], masks[1:], draws=4, replicates=100)
    assert again.types == found.types
    assert again.cubes == found.cubes


@pytest.mark.parametrize(
    ("coefficients", "text"),
    [
        ((), "0"),
        ((1,), "1"),
        ((1, 1), "1 + q"),
        ((1, 0, 2), "1 + 2q^2"),
        ((0, 3), "3q"),
    ],
)
def test_format_polynomial(coefficients, text):
    assert format_polynomial(coefficients) == text


def test_small_words():
    assert listed(["a"]) == "a"
    assert listed(["a", "b"]) == "a and b"
    assert percent(float("nan")) == "none"
    assert signed(float("nan")) == "none"
    assert signed(0.0) == "+0%"
