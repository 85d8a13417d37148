import copy

import numpy as np
import pytest
import torch
from torch_geometric.data import Batch

from analysis.attribution import attribute, feature_attributions
from analysis.labelled import read_labelled
from data_gen.errors import UsageError
from klgnn.graphs import IntervalGraphs
from tests.small_run import make_run


@pytest.fixture(scope="module", params=[("davies2021", "degrees"), ("bidirectional", "default")])
def network_and_graphs(request, dataset, tmp_path_factory):
    """In double precision, and with noise on the features.

    Automorphic vertices tie under a maximum, and rounding then decides which of them is meant.
    """
    model, features = request.param
    run = make_run(tmp_path_factory.mktemp("runs") / model, dataset, model, features)
    graphs = list(IntervalGraphs(dataset, features=features, rows=range(10, 60)))
    generator = torch.Generator().manual_seed(1)
    for graph in graphs:
        noise = torch.randn(graph.x.shape, generator=generator, dtype=torch.float64)
        graph.x = graph.x.double() + 0.1 * noise
    return run.network().double(), graphs


def batches(graphs, size):
    return [Batch.from_data_list(graphs[k : k + size]) for k in range(0, len(graphs), size)]


def by_hand(network, graphs, coefficient, target):
    """Gradient of one graph after the other, with autograd alone."""
    gradients, inputs = [], []
    for graph in map(copy.copy, graphs):
        graph.x = graph.x.clone().requires_grad_()
        logits = network(graph).logits[coefficient - 1][0]
        if target == "logit":
            output = logits.max()
        else:
            place = network.vocabulary[coefficient - 1].index(int(graph.y[0, coefficient - 1]))
            output = torch.logsumexp(logits, 0) - logits[place]
        gradients.append(torch.autograd.grad(output, graph.x)[0])
        inputs.append(graph.x.detach())
    return torch.cat(gradients), torch.cat(inputs)


@pytest.mark.parametrize("target", ["logit", "loss"])
@pytest.mark.parametrize("coefficient", [1, 2])
def test_a_batch_gives_the_gradients_of_its_graphs(network_and_graphs, coefficient, target):
    network, graphs = network_and_graphs
    batch = Batch.from_data_list(graphs)
    expected, inputs = by_hand(network, graphs, coefficient, target)
    assert expected.abs().max() > 1e-6
    signed, _ = feature_attributions(network, batch, coefficient, "gradient", target)
    torch.testing.assert_close(signed, expected, rtol=1e-5, atol=1e-9)
    assert (signed < 0).any()  # the sign is kept
    product, _ = feature_attributions(network, batch, coefficient, "input-x-gradient", target)
    torch.testing.assert_close(product, expected * inputs, rtol=1e-5, atol=1e-9)


def test_scores_do_not_depend_on_the_batches(network_and_graphs):
    network, graphs = network_and_graphs
    (small,) = attribute([network], batches(graphs, 3), 1)
    first, second = attribute([network, network], batches(graphs, 50), 1)
    np.testing.assert_allclose(small.scores, first.scores, rtol=1e-5, atol=1e-9)
    assert np.array_equal(first.scores, second.scores)
    assert np.array_equal(small.rows, np.arange(10, 60))
    assert np.array_equal(small.predicted, first.predicted)
    assert np.diff(small.node_offsets).tolist() == [graph.num_nodes for graph in graphs]


def test_scores_are_sums_of_absolute_values(network_and_graphs):
    network, graphs = network_and_graphs
    (found,) = attribute([network], batches(graphs, 50), 2)
    signed, _ = feature_attributions(network, Batch.from_data_list(graphs), 2)
    np.testing.assert_allclose(found.scores, signed.abs().sum(1), rtol=1e-5, atol=1e-9)


def test_the_batch_is_left_as_it_was(network_and_graphs):
    network, graphs = network_and_graphs
    batch = Batch.from_data_list(graphs[:3])
    before = batch.x.clone()
    feature_attributions(network, batch, 1)
    assert torch.equal(batch.x, before)
    assert not batch.x.requires_grad
    assert all(weight.grad is None for weight in network.parameters())


def test_predicted_values_are_those_of_the_network(network_and_graphs):
    network, graphs = network_and_graphs
    batch = Batch.from_data_list(graphs)
    with torch.no_grad():
        expected = network.coefficients(network(batch))
    for coefficient in (1, 2):
        _, values = feature_attributions(network, batch, coefficient)
        assert torch.equal(values, expected[:, coefficient - 1])


def test_a_value_without_a_logit_has_no_loss(network_and_graphs):
    network, graphs = network_and_graphs
    batch = Batch.from_data_list(graphs[:10])
    batch.y = torch.full_like(batch.y, 77)
    signed, _ = feature_attributions(network, batch, 1, target="loss")
    assert not signed.any()


def test_a_network_that_sees_no_features_is_blind(blind_run, dataset):
    graphs = IntervalGraphs(dataset, features="degrees")
    (found,) = attribute([blind_run.network()], graphs.loader(10_000), 1)
    assert found.is_blind
    assert found.silent_graphs == len(graphs)


def test_a_network_that_sees_is_not_blind(run, dataset):
    graphs = IntervalGraphs(dataset, features="degrees")
    (found,) = attribute([run.network()], graphs.loader(10_000), 1)
    assert not found.is_blind
    assert np.array_equal(found.node_offsets, read_labelled(dataset).node_offsets)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"coefficient": 9}, "none of q\\^9"),
        ({"coefficient": 0}, "none of q\\^0"),
        ({"coefficient": 3}, "always 0"),
        ({"coefficient": 1, "method": "magic"}, "magic"),
        ({"coefficient": 1, "target": "magic"}, "magic"),
    ],
)
def test_what_cannot_be_attributed(run, arguments, message):
    with pytest.raises(UsageError, match=message):
        attribute([run.network()], [], **arguments)
