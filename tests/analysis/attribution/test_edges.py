"""Edges are attributed by their weights."""

import copy

import numpy as np
import pytest
import torch
from torch_geometric.data import Batch

from analysis.attribution import attribute, feature_attributions
from analysis.labelled import read_labelled
from klgnn.graphs import IntervalGraphs


def largest_logit(network, batch, weight):
    changed = copy.copy(batch)
    changed.edge_weight = weight
    with torch.no_grad():
        return network(changed).logits[0].amax(1)


def test_gradients_are_slopes(network_and_graphs):
    network, graphs = network_and_graphs
    batch = Batch.from_data_list(graphs[:12])
    found, _ = feature_attributions(network, batch, 1, part="edges")
    ones, step = torch.ones(batch.num_edges, dtype=torch.float64), 1e-6
    for edge in range(0, batch.num_edges, 23):
        change = torch.zeros_like(ones)
        change[edge] = step
        up, down = (largest_logit(network, batch, ones + sign * change) for sign in (1, -1))
        slope = float((up - down).sum()) / (2 * step)
        assert float(found[edge]) == pytest.approx(slope, rel=1e-4, abs=1e-8)
    assert found.abs().max() > 1e-4
    product, _ = feature_attributions(network, batch, 1, "input-x-gradient", part="edges")
    assert torch.equal(product, found)


def test_vertices_share_the_scores_of_their_edges(run, dataset):
    graphs = IntervalGraphs(dataset, features="degrees")
    (found,) = attribute([run.network()], graphs.loader(500), 1, part="edges")
    labelled = read_labelled(dataset)
    assert np.array_equal(found.edge_offsets, labelled.edge_offsets)
    expected = np.zeros(labelled.num_nodes)
    np.add.at(expected, labelled.sources, found.edge_scores / 2)
    np.add.at(expected, labelled.targets, found.edge_scores / 2)
    np.testing.assert_allclose(found.scores, expected, rtol=1e-4, atol=1e-7)
    (whole,) = attribute([run.network()], graphs.loader(100_000), 1, part="edges")
    np.testing.assert_allclose(whole.edge_scores, found.edge_scores, rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("method", ["gradient", "integrated-gradients", "occlusion"])
def test_a_network_that_sees_no_features_still_counts_messages(blind_run, dataset, method):
    graphs = IntervalGraphs(dataset, features="degrees", rows=range(40, 80))
    network = blind_run.network()
    (edges,) = attribute([network], graphs.loader(10_000), 1, method, part="edges", steps=4)
    assert not edges.is_blind
    assert edges.edge_scores.any()
    (nodes,) = attribute([network], graphs.loader(10_000), 1, method, steps=4)
    assert nodes.is_blind == (method != "occlusion")


def test_graphs_without_edges(run, dataset):
    graphs = IntervalGraphs(dataset, features="degrees", rows=[0])
    assert graphs[0].num_edges == 0
    for method in ("gradient", "integrated-gradients", "occlusion"):
        (found,) = attribute([run.network()], graphs.loader(10), 1, method, part="edges", steps=2)
        assert found.edge_scores.shape == (0,)
        assert found.scores.tolist() == [0]
        assert found.edge_offsets.tolist() == [0, 0]


def test_the_batch_gets_no_weights(run, dataset):
    batch = IntervalGraphs(dataset, features="degrees").batch([30, 40])
    feature_attributions(run.network(), batch, 1, part="edges")
    assert batch.edge_weight is None
