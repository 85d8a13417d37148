"""Gradients of a whole batch, and what comes of many batches."""

import copy

import numpy as np
import pytest
import torch
from torch_geometric.data import Batch

from analysis.attribution import attribute, feature_attributions
from analysis.labelled import read_labelled
from data_gen.errors import UsageError
from klgnn.graphs import IntervalGraphs


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


def test_right_and_the_mass_in_wrong_graphs(run, dataset):
    graphs = IntervalGraphs(dataset, features="degrees")
    for coefficient in (1, 2):
        (found,) = attribute([run.network()], graphs.loader(10_000), coefficient)
        truth = graphs.labels[:, coefficient - 1].numpy()
        assert np.array_equal(found.right, found.predicted == truth)
        per_graph = np.add.reduceat(found.scores, found.node_offsets[:-1])
        share = per_graph[~found.right].sum() / per_graph.sum()
        assert found.mass_in_wrong_graphs == pytest.approx(share, rel=1e-4)
    assert 0 < found.right.mean() < 1


def test_progress_ends_with_all_graphs(run, dataset):
    graphs = IntervalGraphs(dataset, features="degrees", rows=range(30))
    for method in ("gradient", "occlusion"):
        told = []
        attribute([run.network()] * 2, graphs.loader(300), 1, method, on_graphs=told.append)
        assert told == sorted(told)
        assert told[-1] == 30


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"coefficient": 9}, "none of q\\^9"),
        ({"coefficient": 0}, "none of q\\^0"),
        ({"coefficient": 3}, "always 0"),
        ({"coefficient": 1, "method": "magic"}, "magic"),
        ({"coefficient": 1, "target": "magic"}, "magic"),
        ({"coefficient": 1, "part": "faces"}, "'faces'"),
        ({"coefficient": 1, "method": "integrated-gradients", "steps": 0}, "0 steps"),
        ({"coefficient": 1, "target": "margin", "values": (0, 7)}, "value 7.*knows 0, 1, 2"),
        ({"coefficient": 1, "target": "margin", "values": (1, 1)}, "--values 1,1: .* always 0"),
        ({"coefficient": 1, "target": "loss", "values": (0, 1)}, "--values 0,1: .* loss"),
    ],
)
def test_what_cannot_be_attributed(run, arguments, message):
    with pytest.raises(UsageError, match=message):
        attribute([run.network()], [], **arguments)
