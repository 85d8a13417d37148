"""Dead units of a first layer are counted."""

import pytest
import torch

from analysis.attribution import attribute, first_layer_health
from klgnn.graphs import IntervalGraphs
from klgnn.models import MODELS, TopDown, build_network
from klgnn.models.base import CoefficientNetwork, NetworkConfig

FEATURES = {"bidirectional": "default", "davies2021": "degrees", "top-down": "upper"}
VOCABULARY = ((0, 1, 2), (0, 1))


def network_and_batch(model, dataset):
    graphs = IntervalGraphs(dataset, features=FEATURES[model], rows=range(20, 60))
    torch.manual_seed(0)
    network = build_network(model, {"width": 8}, graphs.num_features, VOCABULARY).eval()
    batch = graphs.batch(range(40))
    if isinstance(network, TopDown):
        network.standardise(batch.x)
    return network, batch


@pytest.mark.parametrize("model", sorted(MODELS))
def test_healthy_networks(model, dataset):
    network, batch = network_and_batch(model, dataset)
    health = first_layer_health(network, [batch])
    assert health.units == 8
    assert health.dead <= health.unreached < 8
    assert not health.is_blind


@pytest.mark.parametrize("dead", [3, 8])
def test_killed_units(dead, dataset):
    network, batch = network_and_batch("bidirectional", dataset)
    before = first_layer_health(network, [batch])
    with torch.no_grad():
        network.encoder[0].bias[:dead] = -1e6
    health = first_layer_health(network, [batch, batch])
    assert health.dead >= max(dead, before.dead)
    assert health.unreached >= health.dead
    assert health.is_blind == (dead == 8)
    assert health.dead_share == health.dead / 8
    (nodes,) = attribute([network], [batch], 1)
    (edges,) = attribute([network], [batch], 1, part="edges")
    assert nodes.is_blind == (dead == 8)
    assert not edges.is_blind


def test_features_that_are_multiplied_by_zero(blind_run, dataset):
    batch = IntervalGraphs(dataset, features="degrees").batch(range(40))
    health = first_layer_health(blind_run.network(), [batch])
    assert health.is_blind
    assert health.dead < health.units


def test_what_there_is_nothing_to_say_of(dataset):
    network, _ = network_and_batch("bidirectional", dataset)
    with pytest.raises(ValueError, match="No batch"):
        first_layer_health(network, [])
    with pytest.raises(ValueError, match="no ReLU"):
        CoefficientNetwork(NetworkConfig(), 2, VOCABULARY).first_units()
