"""Every method of attribution is asked whether it can tell trained networks at all."""

import numpy as np
import pytest
import torch

from analysis.attribution import attribute
from analysis.labelled import read_labelled
from analysis.reflections import EDGE_TYPES
from analysis.sanity import METHODS, check_methods
from analysis.sanity.methods import Networks
from klgnn.graphs import IntervalGraphs

ROWS = np.arange(30, 60)


@pytest.fixture(scope="module")
def inputs(dataset):
    return IntervalGraphs(dataset, features="degrees", rows=ROWS)


@pytest.fixture(scope="module")
def graphs(dataset):
    return read_labelled(dataset).take(ROWS)


def untrained(run, number):
    torch.manual_seed(number)
    return run.untrained_network().eval()


def check(networks, inputs, graphs, **options):
    return check_methods(networks, lambda: inputs.loader(2_000), 1, graphs, 80, **options)


@pytest.fixture(scope="module")
def networks(run):
    return Networks([run.network(), untrained(run, 1)], [untrained(run, k) for k in (2, 3)])


@pytest.fixture(scope="module")
def checked(networks, inputs, graphs):
    return check(networks, inputs, graphs, among=~graphs.is_end)


def test_every_method_has_a_line(checked):
    names = [one.name for one, _ in checked]
    assert len(set(names)) == len(METHODS)
    assert "input x gradient of the logit" in names
    assert "gradient of the logit on edges" in names
    for (method, _, _), (one, own) in zip(METHODS, checked, strict=True):
        assert one.blind == 0
        assert [kind.type for kind in one.types] == list(EDGE_TYPES)
        assert [len(kind.networks) for kind in one.types] == [2] * 3
        assert len(own.scores) == own.node_offsets[-1]
        assert (one.gap >= 0) == (method == "integrated-gradients")


def test_a_line_is_what_the_method_says(checked, networks, inputs):
    for number in (2, 5):
        (method, target, part), (one, given) = METHODS[number], checked[number]
        (own, *_) = attribute(
            networks.trained[:1], inputs.loader(2_000), 1, method, target, part=part
        )
        np.testing.assert_allclose(given.scores, own.scores, rtol=1e-5)
        assert one.wrong_mass == pytest.approx(own.mass_in_wrong_graphs)
        assert one.wrong_graphs == pytest.approx(np.mean(~own.right))


def test_networks_that_learned_nothing_are_not_told_apart(checked):
    assert not any(kind.differs for one, _ in checked for kind in one.types)


def test_one_training_asks_integrated_gradients_of_itself_alone(run, inputs, graphs):
    told = []
    networks = Networks([run.network()], [untrained(run, k) for k in (2, 3)])
    found = check(networks, inputs, graphs, on_method=lambda *done: told.append(done))
    assert told == [(number, len(METHODS)) for number in range(1, len(METHODS) + 1)]
    for (method, _, _), (one, _) in zip(METHODS, found, strict=True):
        assert bool(one.types) == (method != "integrated-gradients")


def test_blind_networks_are_counted_and_left_out(blind_run, run, inputs, graphs):
    """Dead features leave the edges to be asked."""
    untrained_ones = [untrained(run, k) for k in (2, 3)]
    found = check(Networks([blind_run.network()], untrained_ones), inputs, graphs)
    for (_, _, part), (one, own) in zip(METHODS, found, strict=True):
        if part == "edges":
            assert one.blind == 0
            assert one.types
        else:
            assert one.blind == 1
            assert own.is_blind
            assert one.types == ()
            assert one.wrong_mass == 0.0


def test_blind_controls_are_left_out(blind_run, run, inputs, graphs):
    controls = [blind_run.network(), untrained(run, 2), untrained(run, 3)]
    ((line, _), *_) = check(Networks([run.network()], controls), inputs, graphs)
    assert line.blind == 1
    assert len(line.types[0].against("untrained").values) == 2
    ((line, _), *_) = check(Networks([run.network()], controls[:2]), inputs, graphs)
    assert (line.blind, line.types) == (1, ())


def test_a_few_of_each_kind(networks):
    assert networks.few(1).all == [networks.trained[0]]
    assert networks.few(2).all == networks.all
