"""What the evidence is counted from."""

import numpy as np
import pytest

from analysis.evidence import SalientParts
from analysis.evidence.counts import DRAWN, Counts, Resampled, Values
from analysis.labelled import read_labelled
from analysis.reflections import counts_by_type, over_representation
from analysis.statistics import mean_known
from tests.analysis.structure import some_nodes

NAN = float("nan")


@pytest.fixture(scope="module")
def graphs(dataset):
    return read_labelled(dataset)


@pytest.fixture(scope="module")
def counts(graphs):
    masks = [some_nodes(graphs, 0.3, seed) for seed in range(5)]
    return Counts.of(graphs, SalientParts(masks[:2], masks[2:4], masks[4:]), draws=7, seed=0)


def test_rows_are_the_networks_in_order(counts, graphs):
    assert counts.edges.shape == (5, counts.reflections.number)
    assert counts.controls == ("untrained", "shuffled", *DRAWN)
    for row, mask in zip(counts.edges, counts.parts.all, strict=True):
        by_type = counts_by_type(graphs, graphs.induced_edges(mask)).sum(axis=0)
        assert counts.reflections.by_type(row).tolist() == by_type.tolist()
    values = Values.of(counts, counts.reflections.by_type)
    everything = counts.reflections.by_type(counts.everything)
    by_type = counts.reflections.by_type(counts.edges)
    for name, group in (("untrained", slice(2, 4)), ("shuffled", slice(4, 5))):
        wanted = over_representation(by_type[group], everything)
        np.testing.assert_allclose(values.control(name), wanted)


def test_every_network_has_draws_of_its_own(counts):
    assert len(counts.drawn) == 2
    for name in DRAWN:
        one, two = (drawn[name].reflections for drawn in counts.drawn)
        assert one.shape == (7, counts.reflections.number)
        assert not np.array_equal(one, two)


def test_kinds_of_draws_are_independent(graphs):
    """Where rank and degree leave the same choice, the draws still are not the same ones."""
    mask = some_nodes(graphs, 0.3, 0)
    counts = Counts.of(graphs, SalientParts([mask], []), draws=5, seed=0)
    ranks, degrees = (counts.drawn[0][name].reflections for name in ("ranks", "degrees"))
    assert not np.array_equal(ranks, degrees)


def test_the_bootstrap_is_about_the_networks_and_their_mean_draws(graphs):
    masks = [some_nodes(graphs, 0.3, seed) for seed in range(3)]
    counts = Counts.of(graphs, SalientParts(masks[:1], masks[1:]), draws=20, seed=0)
    again = Resampled.of(counts, replicates=300, seed=0)
    values = Values.of(counts, counts.reflections.by_type, again)
    assert again.networks.shape == (3, 300, 3)
    np.testing.assert_allclose(again.networks.mean(axis=1), values.networks, atol=0.05)
    for name in DRAWN:
        mean = values.control(name).mean(axis=0)
        np.testing.assert_allclose(again.drawn[name].mean(axis=0), mean, atol=0.05)


def test_means_of_what_is_known():
    stack = np.array([[1.0, NAN], [3.0, NAN]])
    np.testing.assert_allclose(mean_known(stack, axis=0), [2.0, NAN])
    assert mean_known(np.array([1.0, NAN, 2.0])) == 1.5
    assert np.isnan(mean_known(np.array([])))
