"""Integrated gradients: complete, and what captum makes of a batch."""

import numpy as np
import pytest
import torch
from captum.attr import IntegratedGradients
from torch_geometric.data import Batch

from analysis.attribution import attribute, feature_attributions
from analysis.attribution.asked import Asked
from analysis.attribution.questions import Question
from klgnn.graphs import IntervalGraphs
from klgnn.models.base import GraphNetwork, NetworkConfig
from klgnn.models.readout import sum_over_graphs
from klgnn.neighbours import Neighbours, neighbour_sums


class Square(GraphNetwork):
    """Sums of squares of features times weights of edges: integrals are known by hand."""

    def __init__(self):
        super().__init__(NetworkConfig(), 1, ((0, 1),), 1)

    def embed(self, x, edge_index, batch, num_graphs, edge_weight=None):
        neighbours = Neighbours.of(edge_index, len(x), edge_weight)
        heard = neighbour_sums(x.repeat(1, 2) ** 2, neighbours)
        return sum_over_graphs(heard[:, :1], batch, num_graphs)

    def forward(self, batch):
        prediction = super().forward(batch)
        both = torch.cat([torch.zeros_like(prediction.embedding), prediction.embedding], dim=1)
        return type(prediction)((both,), prediction.embedding)


@pytest.fixture
def square(dataset):
    graphs = IntervalGraphs(dataset, features="degrees", rows=range(8, 20))
    batch = graphs.batch(range(12))
    batch.x = batch.x[:, 1:].double() + 0.5
    return Square().double(), batch


def test_integrals_known_by_hand(square):
    network, batch = square
    values = {"target": "margin", "values": (1, 0), "steps": 400}
    lower = batch.edge_index[0]
    found, _ = feature_attributions(network, batch, 1, "integrated-gradients", **values)
    upper_edges = torch.bincount(lower, minlength=batch.num_nodes)[:, None]
    torch.testing.assert_close(found, batch.x**2 * upper_edges, rtol=1e-3, atol=1e-6)
    edges, _ = feature_attributions(
        network, batch, 1, "integrated-gradients", part="edges", **values
    )
    torch.testing.assert_close(edges, batch.x[lower, 0] ** 2, rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("target", ["logit", "loss", "margin"])
@pytest.mark.parametrize("part", ["nodes", "edges"])
def test_gaps_close_with_more_steps(network_and_graphs, part, target):
    network, graphs = network_and_graphs
    gaps = []
    for steps in (4, 512):
        batches = [Batch.from_data_list(graphs[:15])]
        (found,) = attribute(
            [network], batches, 1, "integrated-gradients", target, part=part, steps=steps
        )
        assert found.gaps.shape == (15,)
        gaps.append(np.median(found.gaps))
    assert gaps[1] < min(0.03, gaps[0] / 3)


def test_gaps_are_what_is_missing(network_and_graphs):
    network, graphs = network_and_graphs
    batch = Batch.from_data_list(graphs[:15])
    (found,) = attribute([network], [batch], 1, "integrated-gradients", steps=5)
    signed, _ = feature_attributions(network, batch, 1, "integrated-gradients", steps=5)
    empty = batch.clone()
    empty.x = torch.zeros_like(batch.x)
    with torch.no_grad():
        logits, nothing = network(batch).logits[0], network(empty).logits[0]
    column = logits.argmax(1, keepdim=True)
    change = (logits - nothing).gather(1, column)[:, 0]
    for graph in range(15):
        missed = abs(float(signed[batch.batch == graph].sum() - change[graph]))
        expected = missed / max(abs(float(change[graph])), 1e-3)
        assert found.gaps[graph] == pytest.approx(expected, rel=1e-4, abs=1e-7)


def test_captum_integrates_a_single_graph_wrongly_without_saying_so(network_and_graphs):
    """Its copies of the features are vertices without edges, all of them in the one graph."""
    network, graphs = network_and_graphs
    ours_missed, theirs_missed = [], []
    for graph in graphs[::5]:
        asked = Asked(network, graph, Question(1), "nodes")
        change = asked.number() - asked(torch.zeros_like(graph.x)).detach()
        theirs = IntegratedGradients(asked).attribute(asked.inputs(), n_steps=200)
        ours, _ = feature_attributions(network, graph, 1, "integrated-gradients", steps=200)
        ours_missed.append(float((ours.sum() - change).abs() / change.abs()))
        theirs_missed.append(float((theirs.detach().sum() - change).abs() / change.abs()))
    assert np.median(ours_missed) < 0.05
    assert np.median(theirs_missed) > 0.3


def test_captum_cannot_integrate_a_batch(network_and_graphs):
    network, graphs = network_and_graphs
    asked = Asked(network, Batch.from_data_list(graphs[:3]), Question(1), "nodes")
    asked.number()
    with pytest.raises(RuntimeError):
        IntegratedGradients(asked).attribute(asked.inputs())
    # One step at a time it can, but not say how far off it is: it takes vertices for graphs.
    steps = {"internal_batch_size": len(asked.batch.x), "n_steps": 300}
    theirs = IntegratedGradients(asked).attribute(asked.inputs(), **steps).detach()
    ours, _ = feature_attributions(network, asked.batch, 1, "integrated-gradients", steps=300)
    assert float((theirs - ours).abs().max()) < 0.05 * float(ours.abs().max())
    with pytest.raises(RuntimeError):
        IntegratedGradients(asked).attribute(asked.inputs(), return_convergence_delta=True, **steps)
