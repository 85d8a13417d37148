"""Fidelity of networks of which one knows what they read."""

from dataclasses import dataclass

import numpy as np
import pytest
import torch

from analysis.controls import random_vertices
from analysis.labelled import read_labelled
from analysis.sanity import fidelity
from klgnn.graphs import IntervalGraphs

ROWS = np.arange(40, 75)  # large enough for every interval to have five atoms or more


@dataclass
class Answer:
    logits: tuple[torch.Tensor, ...]


class ReadsOne:
    """Says 1 as long as a certain vertex of every graph has its features, and 0 without."""

    def __init__(self, place):
        self.place = place

    def __call__(self, batch):
        seen = batch.x[batch.ptr[:-1] + self.place].abs().sum(dim=1) > 0
        return Answer((torch.where(seen[:, None], torch.tensor([-9.0, 9.0]), torch.zeros(2)),))


class ReadsMessages:
    """Sums up the weights of all edges at a certain vertex: messages, no features."""

    def __init__(self, place):
        self.place = place

    def __call__(self, batch):
        weights = getattr(batch, "edge_weight", None)
        weights = torch.ones(batch.edge_index.shape[1]) if weights is None else weights
        sums = torch.zeros(len(batch.x)).index_add(0, batch.edge_index.reshape(-1), weights.tile(2))
        here = sums[batch.ptr[:-1] + self.place]
        return Answer((torch.stack([1 - here, here], dim=1) * 9,))


@pytest.fixture(scope="module")
def inputs(dataset):
    return IntervalGraphs(dataset, features="degrees", rows=ROWS)


@pytest.fixture(scope="module")
def graphs(dataset):
    return read_labelled(dataset).take(ROWS)


def at(graphs, place):
    mask = np.zeros(graphs.num_nodes, dtype=bool)
    mask[graphs.node_offsets[:-1] + place] = True
    return mask


def lost(network, inputs, graphs, salient, random=None, **options):
    random = random or list(random_vertices(graphs, salient, "ranks", 20, 0))
    return fidelity(network, inputs.loader(300), 1, graphs, salient, random, **options)


@pytest.mark.parametrize("reader", [ReadsOne, ReadsMessages])
def test_without_the_one_vertex_that_is_read_everything_is_lost(inputs, graphs, reader):
    removed, kept = lost(reader(1), inputs, graphs, at(graphs, 1))
    assert (removed.what, kept.what) == ("removed", "kept")
    assert removed.intervals == len(ROWS)
    assert removed.before == pytest.approx(1.0, abs=1e-3)
    gone = 0.5 if reader is ReadsOne else 1.0
    assert removed.salient == pytest.approx(gone, abs=1e-3)
    assert removed.salient_changed == 1.0
    # Another atom takes nothing away, and one in five or so is the very one that is read.
    atoms = [int((graphs.ranks[graphs.nodes_of(g)] == 1).sum()) for g in range(len(ROWS))]
    hit = np.mean(1 / np.array(atoms))
    if reader is ReadsOne:
        assert removed.random == pytest.approx(gone * hit, abs=0.05)
        assert removed.random_changed == pytest.approx(hit, abs=0.08)
    assert removed.difference.value == pytest.approx(removed.salient - removed.random)
    assert removed.difference.low > 0


def test_with_nothing_but_the_vertex_that_is_read_nothing_is_lost(inputs, graphs):
    _, kept = lost(ReadsOne(1), inputs, graphs, at(graphs, 1))
    assert kept.salient == pytest.approx(0.0, abs=1e-6)
    assert kept.salient_changed == 0.0
    assert kept.random > 0.3
    assert kept.difference.high < 0


def test_a_salient_part_that_is_not_read_costs_nothing(inputs, graphs):
    removed, kept = lost(ReadsOne(1), inputs, graphs, at(graphs, 2))
    assert removed.salient == pytest.approx(0.0, abs=1e-6)
    assert removed.difference.high < 0
    assert kept.salient == pytest.approx(0.5, abs=1e-3)


def test_bottom_and_top_always_stay(inputs, graphs):
    """A network that reads the bottom alone never loses anything."""
    for found in lost(ReadsOne(0), inputs, graphs, at(graphs, 0) | at(graphs, 1)):
        assert found.salient == found.random == 0.0


def test_intervals_without_a_salient_vertex_inside_do_not_count(inputs, graphs):
    salient = at(graphs, 1) & (graphs.node_graph < 5)
    found = lost(ReadsOne(1), inputs, graphs, salient | graphs.is_end)
    assert [one.intervals for one in found] == [5, 5]
    assert found[0].salient_changed == 1.0
    assert lost(ReadsOne(1), inputs, graphs, graphs.is_end, [graphs.is_end]) == ()


def test_same_seed_same_interval_and_all_graphs_are_told(inputs, graphs):
    salient, told = at(graphs, 1), []
    first = lost(ReadsOne(1), inputs, graphs, salient, on_graphs=told.append)
    assert told[-1] == len(ROWS)
    assert told == sorted(told)
    assert lost(ReadsOne(1), inputs, graphs, salient) == first
    assert lost(ReadsOne(1), inputs, graphs, salient, seed=1) != first


def test_a_real_network_goes_on_as_before(run, inputs, graphs):
    """Taking parts away leaves the caller's graphs as they are."""
    network, (batch, *_) = run.network(), list(inputs.loader(300))
    before, features = network(batch).logits[0], batch.x.clone()
    size = len(batch.x)
    some = graphs.take(np.arange(batch.num_graphs))
    found = fidelity(network, [batch], 1, some, ~some.is_end, [~some.is_end])
    assert size == some.num_nodes
    assert torch.equal(batch.x, features)
    assert "edge_weight" not in batch
    assert torch.equal(network(batch).logits[0], before)
    # Salient is all that may go, and the random vertices are the same ones.
    assert found[0].difference.value == 0.0
    assert found[1].salient == pytest.approx(0.0, abs=1e-6)
