"""What every network must obey, whatever is inside it."""

import numpy as np
import pytest
import torch
from torch_geometric.data import Batch, Data

from klgnn.graphs import IntervalGraphs
from klgnn.models import MODELS, TopDown, build_network, vocabulary_of
from klgnn.models.base import CoefficientNetwork
from klgnn.models.davies2021 import Davies2021, Davies2021Config

FEATURES = {"bidirectional": "default", "davies2021": "degrees", "top-down": "upper"}


@pytest.fixture(params=sorted(MODELS))
def case(request, s5) -> tuple[CoefficientNetwork, IntervalGraphs]:
    torch.manual_seed(0)
    graphs = IntervalGraphs(s5, features=FEATURES[request.param])
    vocabulary = vocabulary_of(graphs.labels)
    network = build_network(request.param, {"width": 16}, graphs.num_features, vocabulary)
    if isinstance(network, TopDown):
        network.standardise(graphs.batch(range(91)).x)
    return network.eval(), graphs


def relabelled(data: Data, seed: int) -> Data:
    order = torch.from_numpy(np.random.default_rng(seed).permutation(data.num_nodes))
    place = torch.argsort(order)
    shuffled = torch.randperm(data.num_edges)
    return Data(x=data.x[order], edge_index=place[data.edge_index][:, shuffled], y=data.y)


def same(one, other) -> bool:
    return torch.allclose(one.embedding, other.embedding, atol=1e-5) and all(
        torch.allclose(a, b, atol=1e-5) for a, b in zip(one.logits, other.logits, strict=True)
    )


def test_relabelling_the_vertices_changes_nothing(case):
    network, graphs = case
    for position in (5, 40, 90):
        data = graphs[position]
        for seed in range(3):
            assert same(network(data), network(relabelled(data, seed)))


def test_a_batch_is_its_graphs_one_by_one(case):
    network, graphs = case
    positions = [0, 88, 4, 57]
    together = network(graphs.batch(positions))
    alone = [network(graphs[position]) for position in positions]
    for k, logits in enumerate(together.logits):
        expected = torch.cat([prediction.logits[k] for prediction in alone])
        assert torch.allclose(logits, expected, atol=1e-5)
    assert torch.allclose(
        together.embedding, torch.cat([prediction.embedding for prediction in alone]), atol=1e-5
    )


def test_the_direction_of_the_edges_matters(case):
    network, graphs = case
    data = graphs[80]
    turned = Data(x=data.x, edge_index=data.edge_index.flip(0))
    assert not same(network(data), network(turned))


def test_only_features_edges_and_membership_are_read(case):
    network, graphs = case
    data = graphs[80]
    bare = Batch.from_data_list([Data(x=data.x, edge_index=data.edge_index)])
    assert same(network(data), network(bare))


def test_shapes(case):
    network, graphs = case
    prediction = network(graphs.batch([1, 2, 3]))
    assert len(prediction.logits) == network.num_coefficients == 4
    for logits, chances, values in zip(
        prediction.logits, prediction.probabilities(), network.vocabulary, strict=True
    ):
        assert logits.shape == (3, len(values))
        assert torch.allclose(chances.sum(1), torch.ones(3))
    assert prediction.embedding.shape[0] == 3
    assert network.coefficients(prediction).shape == (3, 4)


def test_gradients_reach_the_features(case):
    """Attribution needs them; compared with differences in double precision."""
    network, graphs = case
    network = network.double()
    data = graphs[60]
    # Symmetric vertices share a maximum, where the derivative jumps: move them apart.
    torch.manual_seed(4)
    x = (data.x.double() + 0.01 * torch.randn(data.x.shape).double()).requires_grad_()

    def logit(features: torch.Tensor) -> torch.Tensor:
        return network(Data(x=features, edge_index=data.edge_index)).logits[0][0, 0]

    (gradient,) = torch.autograd.grad(logit(x), x)
    assert gradient.abs().sum() > 0
    step = 1e-6
    for vertex, column in [(0, 0), (3, 1), (data.num_nodes - 1, 0)]:
        moved = x.detach().clone()
        moved[vertex, column] += step
        back = x.detach().clone()
        back[vertex, column] -= step
        slope = (logit(moved) - logit(back)) / (2 * step)
        assert gradient[vertex, column] == pytest.approx(slope.item(), rel=1e-3, abs=1e-7)


def test_vertices_of_other_graphs_in_the_batch_have_no_gradient(case):
    network, graphs = case
    batch = graphs.batch([30, 70])
    batch.x.requires_grad_()
    (gradient,) = torch.autograd.grad(network(batch).logits[0][1].sum(), batch.x)
    assert gradient[batch.batch == 0].abs().sum() == 0
    assert gradient[batch.batch == 1].abs().sum() > 0


def test_a_single_vertex_and_a_single_edge(case):
    network, graphs = case
    for position in range(2):
        assert torch.isfinite(network(graphs[position]).embedding).all()


def test_loss_leaves_out_values_that_training_lacks(case):
    network, graphs = case
    batch = graphs.batch([10, 50])
    known = network.loss(batch)
    batch.y = torch.cat([batch.y, torch.zeros(2, 1, dtype=torch.long)], dim=1)
    assert torch.equal(network.loss(batch), known)
    batch.y[0] = 99
    assert network.classes(batch.y)[0].tolist() == [-100] * 4
    single = graphs.batch([50])
    assert network.loss(batch).item() == pytest.approx(network.loss(single).item() / 2, rel=1e-4)


def test_classes_and_coefficients_are_inverse(case):
    network, graphs = case
    classes = network.classes(graphs.labels)
    values = torch.stack(
        [
            torch.tensor(network.vocabulary[k])[classes[:, k]]
            for k in range(network.num_coefficients)
        ],
        dim=1,
    )
    assert torch.equal(values, graphs.labels)


def test_vocabulary_reaches_the_largest_degree():
    y = torch.tensor([[0, 0, 0, 0, 0, 7], [2, 0, 0, 0, 0, 0]])
    assert vocabulary_of(y) == ((0, 2), (0,), (0,), (0,), (0,), (0, 7))
    assert vocabulary_of(torch.zeros(3, 2, dtype=torch.long)) == ((0,),) * 4


def test_unknown_networks_and_settings():
    with pytest.raises(ValueError, match=r"'transformer'.*davies2021"):
        build_network("transformer", {}, 2, ((0,),))
    with pytest.raises(ValueError, match="depth"):
        build_network("davies2021", {"depth": 3}, 2, ((0,),))


def test_davies2021_is_what_the_paper_describes():
    """A dense reimplementation, straight from the formula in the module's text."""
    torch.manual_seed(1)
    network = Davies2021(Davies2021Config(width=6, steps=3), 2, ((0, 1, 2),))
    adjacency = torch.triu((torch.rand(9, 9) < 0.4).float(), diagonal=1)
    lower, upper = adjacency.nonzero().unbind(1)
    x = torch.rand(9, 2)
    found = network(Data(x=x, edge_index=torch.stack([lower, upper])))
    hears = adjacency.T + torch.eye(9)
    state = network.encoder(x)
    for step in network.steps:
        a, b, c, d = step.messages(state).chunk(4, dim=1)
        up = (hears[:, :, None] * torch.relu(a[:, None] + b[None])).sum(1)
        said = adjacency + torch.eye(9)
        down = (said[:, :, None] * torch.relu(c[:, None] + d[None])).sum(1)
        state = torch.relu(step.skip(state) + step.combine(torch.cat([up, down], dim=1)))
    assert torch.allclose(found.embedding[0], state.max(dim=0).values, atol=1e-4)
    assert Davies2021Config() == Davies2021Config(width=128, steps=4)


def test_edges_may_have_weights(case):
    network, graphs = case
    batch = graphs.batch([60, 70, 80])
    plain = network(batch)
    batch.edge_weight = torch.ones(batch.num_edges)
    assert same(plain, network(batch))
    batch.edge_weight = torch.linspace(0.5, 1.5, batch.num_edges)
    assert not same(plain, network(batch))
    data = graphs[70]
    data.edge_weight = torch.linspace(0.5, 1.5, data.num_edges)
    together = network(Batch.from_data_list([graphs_with_weight(graphs[60]), data]))
    assert torch.allclose(together.embedding[1], network(data).embedding[0], atol=1e-5)


def graphs_with_weight(data: Data) -> Data:
    data.edge_weight = torch.ones(data.num_edges)
    return data


def test_an_edge_of_weight_zero_is_no_edge(case):
    """One of length 3: without it bottom, top and ranks are what they were."""
    network, graphs = case
    data = next(graph for graph in map(graphs.get, range(90, 0, -1)) if long_edges(graph).any())
    gone = int(long_edges(data).nonzero()[0])
    kept = torch.arange(data.num_edges) != gone
    without = Data(x=data.x, edge_index=data.edge_index[:, kept])
    assert not same(network(data), network(without))
    data.edge_weight = kept.float()
    assert same(network(data), network(without))


def long_edges(data: Data) -> torch.Tensor:
    lower, upper = data.rank[data.edge_index]
    return upper - lower == 3


def test_gradients_reach_the_weights_of_edges(case):
    network, graphs = case
    network = network.double()
    data = graphs[60]
    torch.manual_seed(4)
    x = data.x.double() + 0.01 * torch.randn(data.x.shape).double()

    def logit(weight: torch.Tensor) -> torch.Tensor:
        weighted = Data(x=x, edge_index=data.edge_index, edge_weight=weight)
        return network(weighted).logits[0][0, 0]

    ones = torch.ones(data.num_edges, dtype=torch.float64, requires_grad=True)
    here = logit(ones)
    (gradient,) = torch.autograd.grad(here, ones)
    assert (gradient != 0).sum() > data.num_edges / 2
    step = 1e-6
    for edge in (0, data.num_edges // 2, data.num_edges - 1):
        change = torch.zeros_like(ones)
        change[edge] = step
        # From above: what the identity leaves is looked up, and tables jump at whole numbers.
        slope = (logit(ones + change) - here) / step
        assert gradient[edge] == pytest.approx(slope.item(), rel=1e-3, abs=1e-7)


def test_first_units_are_the_same_number_at_every_vertex(case):
    network, graphs = case
    seen = []
    network.first_units().register_forward_hook(lambda _, __, out: seen.append(out))
    batch = graphs.batch([5, 60])
    network(batch)
    assert len(seen) == 1
    assert seen[0].shape == (batch.num_nodes, 16)
    assert (seen[0] >= 0).all()
    assert (seen[0] > 0).any()
