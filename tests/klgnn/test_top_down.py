"""The top-down network: the same on graphs and quotients, blind to what it must not see."""

import weakref
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch_geometric.data import Batch, Data

from data_gen.bruhat import unrank_permutations
from data_gen.interval_batch import build_intervals
from klgnn.features import node_features
from klgnn.models.top_down import Levels, TopDown, TopDownConfig, answers, messages
from klgnn.models.top_down.messages import PlainMessages
from klgnn.presets import find_preset
from klgnn.quotient import Quotient, count_names
from klgnn.quotient_batches import Lessons
from klgnn.quotient_training import train_on_quotient

VOCABULARY = (tuple(range(6)), tuple(range(5)), (0, 1), (0,))
FEATURES = 1 + len(count_names())


@pytest.fixture(scope="module")
def s6() -> Quotient:
    return Quotient.of_group(6)


@pytest.fixture(scope="module")
def network(s6) -> TopDown:
    torch.manual_seed(3)
    network = TopDown(TopDownConfig(width=16), FEATURES, VOCABULARY)
    network.standardise(Levels.of_quotient(s6).x)
    return network.eval()


def graph_of(quotient: Quotient, row: int, seed: int) -> Data:
    """The representative of a class as an unlabelled graph, vertices and edges shuffled."""
    n = int(quotient.n[row])
    ends = (
        unrank_permutations(ranks[row : row + 1], n) for ranks in (quotient.bottom, quotient.top)
    )
    graph = build_intervals(*ends)
    rng = np.random.default_rng(seed)
    place = rng.permutation(len(graph.ranks))
    order, mixed = np.argsort(place), rng.permutation(len(graph.sources))
    lower, upper = place[graph.sources][mixed], place[graph.targets][mixed]
    x = node_features(graph.ranks[order], lower, upper, "upper")
    return Data(x=torch.from_numpy(x), edge_index=torch.from_numpy(np.stack([lower, upper])))


def test_graphs_and_the_quotient_get_the_same_answer(s6, network):
    said = answers(network, s6)
    rows = np.random.default_rng(0).choice(np.flatnonzero(s6.size > 100), 20, replace=False)
    graphs = Batch.from_data_list([graph_of(s6, row, seed) for seed, row in enumerate(rows)])
    with torch.no_grad():
        prediction = network(graphs)
    assert np.abs(prediction.embedding.numpy() - said.states[rows]).max() < 1e-5
    for k, chances in enumerate(prediction.probabilities()):
        assert np.abs(chances.numpy() - said.probabilities[k][rows]).max() < 1e-5
    assert np.array_equal(network.coefficients(prediction).numpy(), said.values[rows])


def test_a_state_depends_on_the_upper_interval_alone(s6, network):
    """The states in [x, w] are those of [e, w], of which it is the upper part."""
    levels = Levels.of_quotient(s6)
    chosen = np.zeros(len(s6), bool)
    chosen[[700, 1100]] = True
    part, rows = levels.above(chosen)
    assert 2 < len(rows) < len(s6)
    assert np.array_equal(rows, np.flatnonzero(s6.inside(chosen)))
    whole = network.tell(levels)
    assert torch.allclose(network.tell(part).states, whole.states[rows], atol=1e-5)


@pytest.mark.parametrize("row", [0, 1, 2])
def test_parts_with_few_edges(s6, network, row):
    part, rows = Levels.of_quotient(s6).above(np.arange(len(s6)) == row)
    assert len(part) == len(rows) == row + 1
    assert torch.isfinite(network.tell(part).states).all()


def test_compiled_and_plain_messages_agree_with_their_gradients(s6, network, monkeypatch):
    levels = Levels.of_quotient(s6)
    found = []
    for plain in (False, True):
        if plain:
            way = "klgnn.models.top_down.network.messages_of"
            monkeypatch.setattr(way, lambda levels, width: PlainMessages(levels))
        network.zero_grad()
        told = network.tell(levels)
        told.states.square().mean().backward()
        weights = [p.grad.clone() for p in network.parameters() if p.grad is not None]
        found.append((told.states.detach(), weights))
    (states, gradients), (plain_states, plain_gradients) = found
    assert torch.allclose(states, plain_states, atol=1e-4)
    assert len(gradients) == len(plain_gradients) > 8
    for one, other in zip(gradients, plain_gradients, strict=True):
        assert torch.allclose(one, other, rtol=1e-3, atol=1e-4 * float(other.abs().max()))


def test_compiled_and_plain_messages_agree_about_the_weights_of_edges(s6, network, monkeypatch):
    graphs = Batch.from_data_list([graph_of(s6, row, 1) for row in (900, 1200)])
    found = []
    for plain in (False, True):
        if plain:
            way = "klgnn.models.top_down.network.messages_of"
            monkeypatch.setattr(way, lambda levels, width: PlainMessages(levels))
        graphs.edge_weight = torch.linspace(0.5, 1.5, graphs.num_edges).requires_grad_()
        logits = network(graphs).logits[0]
        gradient = torch.autograd.grad(logits.square().sum(), graphs.edge_weight)[0]
        found.append((logits.detach(), gradient))
    for one, other in zip(*found, strict=True):
        assert torch.allclose(one, other, rtol=1e-3, atol=1e-4 * float(other.abs().max()))
    assert (found[0][1] != 0).float().mean() > 0.5


def test_a_pass_leaves_nothing_behind_in_memory(s6, network, monkeypatch):
    met = []
    build = messages.messages_of
    monkeypatch.setattr(
        "klgnn.models.top_down.network.messages_of",
        lambda levels, width: met.append(weakref.ref(sent := build(levels, width))) or sent,
    )
    network.tell(Levels.of_quotient(s6)).states.sum().backward()
    network.tell(Levels.of_quotient(s6))
    assert [sent() for sent in met] == [None, None]


def test_labels_change_nothing_once_training_is_over(s6, network):
    lessons = Lessons.of(s6, np.ones(len(s6), bool))
    batch = lessons.part(np.ones(len(s6), bool), np.ones(len(s6), bool))
    other = replace(batch, labels=torch.ones_like(batch.labels))
    with torch.no_grad():
        one, two = network(batch), network(other)
        assert torch.equal(one.embedding, two.embedding)
        assert network.loss(batch) != network.loss(other)


@pytest.mark.parametrize("setting", ["counts", "labels", "identity"])
def test_each_part_can_be_switched_off(s6, setting):
    torch.manual_seed(0)
    config = replace(TopDownConfig(width=8), **{setting: False})
    network = TopDown(config, FEATURES, VOCABULARY)
    assert len(answers(network, s6).values) == len(s6)


def test_a_vocabulary_with_gaps_is_refused():
    with pytest.raises(ValueError, match=r"gaps; give range"):
        TopDown(TopDownConfig(), FEATURES, ((0, 2),))


def quick(epochs: int):
    preset = find_preset("top-down")
    return replace(preset, epochs=epochs, network=TopDownConfig(width=16), validate_every=epochs)


def test_training_never_looks_at_labels_that_are_held_out(s6):
    rng = np.random.default_rng(8)
    held_out = rng.random(len(s6)) < 0.3
    val = held_out & (rng.random(len(s6)) < 0.3)
    garbage = s6.labels.copy()
    garbage[held_out & ~val] = rng.integers(0, 4, (int((held_out & ~val).sum()), garbage.shape[1]))
    runs = [
        train_on_quotient(q, ~held_out, val, quick(2), threads=1, progress=False)[0]
        for q in (s6, replace(s6, labels=garbage))
    ]
    for one, other in zip(*(run.state_dict().values() for run in runs), strict=True):
        assert torch.equal(one, other)


def test_it_learns_all_of_s5_but_a_few_classes():
    quotient = Quotient.of_group(5)
    held_out = np.zeros(len(quotient), bool)
    held_out[np.random.default_rng(2).choice(np.arange(20, 91), 10, replace=False)] = True
    network, log = train_on_quotient(
        quotient, ~held_out, held_out, quick(60), threads=1, progress=False
    )
    right = (answers(network, quotient).values == quotient.labels).all(axis=1)
    assert right[~held_out].all()
    assert right[held_out].mean() >= 0.8
    assert len(log.rows) == 1


def test_the_same_seed_gives_the_same_bytes_and_another_one_other_weights():
    quotient = Quotient.of_group(4)
    everything = np.ones(len(quotient), bool)
    weights = []
    for seed in (0, 0, 1):
        network, _ = train_on_quotient(
            quotient, everything, everything, quick(3), seed, threads=1, progress=False
        )
        weights.append(network.state_dict())
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])
    assert not torch.equal(weights[0]["send.weight"], weights[2]["send.weight"])
