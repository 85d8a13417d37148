import numpy as np
import pytest

from analysis.controls import random_same_ranks
from analysis.labelled import LabelledGraphs


@pytest.fixture
def graphs():
    """Forty crowns: one bottom, five atoms, five coatoms, one top."""
    ranks = [0] + [1] * 5 + [2] * 5 + [3]
    return LabelledGraphs.from_graphs([(4, ranks, [0], [1], [1], [2])] * 40)


@pytest.fixture
def salient(graphs):
    mask = np.zeros(graphs.num_nodes, dtype=bool)
    mask[[0, 1, 2, 6, 11, 12 * 3 + 4]] = True
    return mask


def test_as_many_in_every_rank_of_every_interval(graphs, salient):
    key = graphs.node_graph * 10 + graphs.ranks
    wanted = np.bincount(key[salient], minlength=400)
    for draw in random_same_ranks(graphs, salient, draws=20, seed=1):
        assert np.array_equal(np.bincount(key[draw], minlength=400), wanted)


def test_draws_differ_and_are_uniform(graphs, salient):
    draws = np.array(list(random_same_ranks(graphs, salient, draws=2000, seed=1)))
    # Two of the five atoms of the first interval, one of the atoms of the fourth.
    np.testing.assert_allclose(draws[:, 1:6].mean(axis=0), 0.4, atol=0.05)
    np.testing.assert_allclose(draws[:, 12 * 3 + 1 : 12 * 3 + 6].mean(axis=0), 0.2, atol=0.05)


def test_same_seed_same_draws(graphs, salient):
    first = list(random_same_ranks(graphs, salient, draws=3, seed=7))
    again = list(random_same_ranks(graphs, salient, draws=3, seed=7))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))


def test_nothing_salient_gives_empty_draws(graphs):
    (draw,) = random_same_ranks(graphs, np.zeros(graphs.num_nodes, dtype=bool), draws=1, seed=0)
    assert not draw.any()
