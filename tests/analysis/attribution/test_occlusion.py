"""Leaving out vertices and edges, many copies at once, is leaving out one after the other."""

import copy

import numpy as np
import pytest
import torch
from torch_geometric.data import Batch

from analysis.attribution import attribute, feature_attributions
from analysis.attribution.methods import occlusion
from data_gen.errors import UsageError


@pytest.mark.parametrize("at_once", [100, 3_000])
@pytest.mark.parametrize("target", ["logit", "loss"])
@pytest.mark.parametrize("part", ["nodes", "edges"])
def test_one_after_the_other(network_and_graphs, part, target, at_once, monkeypatch):
    monkeypatch.setattr(occlusion, "_AT_ONCE", at_once)
    network, graphs = network_and_graphs
    graphs = [graphs[k] for k in (0, 5, 21, 20)]
    batch = Batch.from_data_list(graphs)
    found, _ = feature_attributions(network, batch, 1, "occlusion", target, part=part)
    expected = [by_hand(network, graph, target, part) for graph in graphs]
    np.testing.assert_allclose(found.flatten(), np.concatenate(expected), rtol=1e-6, atol=1e-9)
    assert (found > 1e-4).any()
    assert (found < -1e-4).any()


def by_hand(network, graph, target, part):
    def number(weight, x):
        changed = copy.copy(graph)
        changed.edge_weight, changed.x = weight, x
        with torch.no_grad():
            logits = network(changed).logits[0][0]
        if target == "loss":
            return float(-logits.log_softmax(0)[network.vocabulary[0].index(int(graph.y[0, 0]))])
        return float(logits[column])

    with torch.no_grad():
        column = int(network(graph).logits[0][0].argmax())
    ones = torch.ones(graph.num_edges, dtype=torch.float64)
    before, lost = number(ones, graph.x), []
    for item in range(graph.num_nodes if part == "nodes" else graph.num_edges):
        weight, x = ones.clone(), graph.x.clone()
        if part == "nodes":
            weight[(graph.edge_index == item).any(0)] = 0
            x[item] = 0
        else:
            weight[item] = 0
        lost.append(before - number(weight, x))
    return np.array(lost)


@pytest.mark.parametrize("part", ["nodes", "edges"])
def test_graphs_that_are_too_large(network_and_graphs, part):
    network, graphs = network_and_graphs
    what = "vertices" if part == "nodes" else "edges"
    largest = max(graphs, key=lambda graph: graph.num_edges)
    batches = [Batch.from_data_list([graphs[0], largest])]
    row = int(largest.row)
    with pytest.raises(UsageError, match=rf"{what} of the graph of row {row} .*limit is 500"):
        attribute([network], batches, 1, "occlusion", part=part, occlusion_limit=500)
