"""A quotient as batches: every class that may be learnt, and nothing that may not."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from data_gen import schema
from klgnn.presets import find_preset
from klgnn.quotient import Quotient
from klgnn.quotient_batches import (
    Examination,
    Lessons,
    QuotientBatches,
    batches_of_dataset,
    value_ranges,
)


@pytest.fixture(scope="module")
def lessons() -> Lessons:
    quotient = Quotient.of_group(6)
    return Lessons.of(quotient, quotient.size % 7 != 0)


def sizes_asked(batch) -> list[float]:
    """The size of [z, w] is told by its counts: all elements by corank."""
    return batch.levels.x[batch.asked, 1:30].sum(1).tolist()


def test_every_class_to_learn_is_dealt_once_and_no_other_is_ever_asked_for(lessons):
    batches = QuotientBatches(lessons, size=200)
    met = set()
    for batch in batches:
        assert not any(size % 7 == 0 for size in sizes_asked(batch))
        assert batch.shown[batch.asked].all()
        met |= set(map(bytes, batch.levels.x[batch.asked].numpy()))
    wanted = lessons.learn & (lessons.levels.corank.numpy() > 2)
    assert met == set(map(bytes, lessons.levels.x.numpy()[wanted]))
    assert len(batches) == round(lessons.learn.sum() / 200)


def test_a_quotient_that_fits_stays_whole(lessons):
    (batch,) = QuotientBatches(lessons, size=10_000)
    assert batch.levels is lessons.levels


def test_epochs_differ_and_come_again(lessons):
    batches = QuotientBatches(lessons, size=300, seed=5)

    def first(epoch: int):
        batches.set_epoch(epoch)
        return next(iter(batches)).asked.tolist()

    assert first(0) != first(1)
    assert first(1) == first(1)


def test_processes_share_the_batches(lessons):
    alone = QuotientBatches(lessons, size=300, world_size=2)
    shared = [QuotientBatches(lessons, size=300, rank=rank, world_size=2) for rank in range(2)]
    assert [len(batches) for batches in shared] == [len(alone)] * 2
    parts = [sorted(sizes_asked(next(iter(batches)))) for batches in shared]
    assert parts[0] != parts[1]


def test_growth_begins_with_the_top_levels(lessons):
    batches = QuotientBatches(lessons, size=10_000, growth=0.5, epochs=20)
    deepest = []
    for epoch in range(12):
        batches.set_epoch(epoch)
        (batch,) = batches
        deepest.append(int(batch.levels.corank.max()))
    assert deepest == sorted(deepest)
    assert deepest[0] < 6
    assert deepest[-1] == deepest[10] == 15


def test_a_dataset_is_learnt_from_its_training_split_alone(s5):
    preset = replace(find_preset("top-down"), epochs=1)
    batches, examination = batches_of_dataset(s5, preset, seed=0)
    frame = s5.to_pandas([schema.SPLIT, schema.NUM_NODES])
    held_out = frame[frame[schema.SPLIT] != "train"][schema.NUM_NODES]
    assert int((~batches.lessons.learn).sum()) >= len(held_out)
    (batch,) = examination
    long = int((frame[schema.SPLIT] == "val").sum())
    assert 0 < len(batch.asked) <= long == int(examination.asked.sum())
    assert not batches.lessons.learn[examination.asked].any()
    assert isinstance(examination, Examination)


def test_processes_share_a_dataset(s5):
    preset = replace(find_preset("top-down"), epochs=1, batch_size=10)
    alone, _ = batches_of_dataset(s5, preset, seed=0)
    shared = [batches_of_dataset(s5, preset, 0, rank, 2)[0] for rank in range(2)]
    assert len(shared[0]) == len(shared[1]) == -(-len(alone) // 2)


def test_values_reach_from_zero_beyond_the_largest():
    assert value_ranges(np.array([[2, 0, 0, 0, 0, 1]]), room=2)[::5] == (
        (0, 1, 2, 3, 4),
        (0, 1, 2, 3),
    )
    assert value_ranges(np.zeros((0, 2), np.int64), room=3) == ((0,),) * 4


def test_batches_move_between_devices(lessons):
    batch = next(iter(QuotientBatches(lessons, size=10_000)))
    moved = batch.to(torch.device("cpu"))
    assert torch.equal(moved.y, batch.y)
    assert moved.levels.ends == batch.levels.ends
