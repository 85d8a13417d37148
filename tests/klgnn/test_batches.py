"""Which batches a preset is trained on."""

from dataclasses import replace

import pytest

from data_gen.errors import MemoryLimitError, UsageError
from klgnn.batches import loaders, needs_streaming, vocabulary
from klgnn.graphs import IntervalGraphs
from klgnn.models import vocabulary_of
from klgnn.presets import PRESETS
from klgnn.streaming import StreamedGraphs, graph_bytes

DEFAULT = PRESETS["default"]


def rows(loader) -> list[int]:
    return sorted(int(row) for batch in loader for row in batch.row)


@pytest.mark.parametrize("memory", [None, 1])
def test_every_row_of_train_and_val(s5, memory):
    batches = loaders(s5, replace(DEFAULT, batch_size=300), seed=0, memory=memory)
    for split, loader in zip(("train", "val"), batches, strict=True):
        assert rows(loader) == IntervalGraphs(s5, split).rows.tolist()
        assert isinstance(loader.dataset, StreamedGraphs) == (memory == 1)
    assert len(batches[0]) > 3


@pytest.mark.parametrize("memory", [None, 1])
def test_processes_get_equally_many_batches_of_their_own(s5, memory):
    parts = [loaders(s5, DEFAULT, 0, memory, rank, 2) for rank in (0, 1)]
    for split, (one, other) in zip(("train", "val"), zip(*parts, strict=True), strict=True):
        assert len(one) == len(other)
        assert sorted(rows(one) + rows(other)) == IntervalGraphs(s5, split).rows.tolist()


def test_more_processes_than_graphs(s5):
    few = len(IntervalGraphs(s5, "val"))
    _, val = loaders(s5, DEFAULT, 0, rank=3, world_size=few + 1)
    assert len(rows(val)) == few  # each of them sees all
    with pytest.raises(UsageError, match="too few for 91 processes"):
        loaders(s5, DEFAULT, 0, world_size=91)


def test_streaming_is_for_what_does_not_fit(s5):
    needed = graph_bytes(s5, DEFAULT.features, "train", "val")
    assert not needs_streaming(s5, DEFAULT, needed)
    assert needs_streaming(s5, DEFAULT, needed - 1)
    assert needs_streaming(s5, DEFAULT, needed, world_size=2)


def test_memory_that_the_machine_does_not_have(s5, monkeypatch):
    monkeypatch.setattr("data_gen.memory.available_bytes", lambda: 1000)
    with pytest.raises(MemoryLimitError, match="--memory"):
        loaders(s5, DEFAULT, 0)
    assert loaders(s5, DEFAULT, 0, memory=1)


def test_the_vocabulary_is_that_of_the_training_split(s5):
    assert vocabulary(s5, DEFAULT) == vocabulary_of(IntervalGraphs(s5, "train").labels)
