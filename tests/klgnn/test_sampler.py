"""Batches of about equal weight."""

import functools
import operator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lightning_fabric.utilities.data import _set_sampler_epoch
from torch.utils.data import DataLoader

from klgnn.sampler import BudgetSampler

WEIGHTS = st.lists(st.integers(1, 100), min_size=1, max_size=60)


@given(WEIGHTS, st.integers(1, 300), st.integers(0, 5), st.integers(0, 3))
def test_every_graph_once_an_epoch_and_no_batch_empty_or_huge(weights, budget, seed, epoch):
    sampler = BudgetSampler(weights, budget, shuffle=True, seed=seed)
    sampler.set_epoch(epoch)
    batches = list(sampler)
    assert sorted(functools.reduce(operator.iadd, batches, [])) == list(range(len(weights)))
    assert len(batches) == len(sampler)
    assert all(batches)
    heaviest = max(sum(weights[i] for i in batch) for batch in batches)
    assert len(batches) == 1 or heaviest <= 2 * max(budget, *weights) + budget


@given(WEIGHTS, st.integers(1, 300), st.integers(1, 5))
def test_processes_share_the_epoch_equally(weights, budget, world_size):
    if world_size > len(weights):
        with pytest.raises(ValueError, match="dealt out"):
            BudgetSampler(weights, budget, world_size=world_size)
        return
    parts = [
        BudgetSampler(weights, budget, shuffle=True, rank=rank, world_size=world_size)
        for rank in range(world_size)
    ]
    batches = [list(part) for part in parts]
    assert len({len(part) for part in parts} | {len(part) for part in batches}) == 1
    assert sorted(i for part in batches for batch in part for i in batch) == list(
        range(len(weights))
    )
    assert all(batch for part in batches for batch in part)


def test_epochs_and_seeds_have_orders_of_their_own():
    def order(seed, epoch):
        sampler = BudgetSampler(np.ones(50), 10, shuffle=True, seed=seed)
        sampler.set_epoch(epoch)
        return list(sampler)

    assert order(0, 0) == order(0, 0)
    assert order(0, 0) != order(0, 1)
    assert order(0, 0) != order(1, 0)


def test_lightning_finds_where_to_say_which_epoch_begins():
    sampler = BudgetSampler(np.ones(50), 10, shuffle=True)
    loader = DataLoader(range(50), batch_sampler=sampler)
    first = list(sampler)
    _set_sampler_epoch(loader, 3)
    assert sampler.epoch == 3
    assert list(sampler) != first


def test_unshuffled_batches_keep_the_order():
    assert functools.reduce(operator.iadd, BudgetSampler([5, 1, 7, 2], 6), []) == [0, 1, 2, 3]


@pytest.mark.parametrize(("weights", "budget"), [([], 3), ([1, 0], 3), ([1], 0)])
def test_nonsense_is_refused(weights, budget):
    with pytest.raises(ValueError, match="positive"):
        BudgetSampler(weights, budget)
