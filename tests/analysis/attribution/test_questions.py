"""What is asked of a network stays the same whatever is done to the graph."""

import copy

import torch
from torch_geometric.data import Batch

from analysis.attribution import feature_attributions
from analysis.attribution.questions import Question


def gradient_of(network, batch, number):
    changed = copy.copy(batch)
    changed.x = batch.x.clone().requires_grad_()
    return torch.autograd.grad(number(network(changed).logits[0]).sum(), changed.x)[0]


def test_margins(network_and_graphs):
    network, graphs = network_and_graphs
    batch = Batch.from_data_list(graphs)
    found, _ = feature_attributions(network, batch, 1, target="margin", values=(2, 0))
    expected = gradient_of(network, batch, lambda logits: logits[:, 2] - logits[:, 0])
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-9)
    found, _ = feature_attributions(network, batch, 1, target="margin")

    def lead(logits):
        best = logits.topk(2, dim=1).values
        return best[:, 0] - best[:, 1]

    torch.testing.assert_close(found, gradient_of(network, batch, lead), rtol=1e-5, atol=1e-9)
    assert found.any()


def test_a_tie_has_a_runner_up_of_its_own(network_and_graphs):
    network, _ = network_and_graphs
    logits = torch.tensor([[1.0, 1.0, 0.0], [2.0, 2.0, 2.0], [0.0, 3.0, 3.0]])
    settled = Question(1, "margin").settle(network, logits, None)
    assert (settled.column != settled.against).all()
    assert settled.column.tolist() == logits.argmax(1).tolist()
    assert settled.read(logits).tolist() == [0, 0, 0]


def test_settled_columns_stay_when_the_answer_changes(network_and_graphs):
    network, _ = network_and_graphs
    settled = Question(1).settle(network, torch.tensor([[5.0, 0.0, 0.0], [0.0, 0.0, 5.0]]), None)
    assert settled.predicted.tolist() == [0, 2]
    other = torch.tensor([[1.0, 9.0, 0.0], [9.0, 0.0, 3.0]])
    assert settled.read(other).tolist() == [1, 3]
    assert settled.of(torch.tensor([1, 1, 0])).read(other[[0, 0, 1]]).tolist() == [0, 0, 9]
