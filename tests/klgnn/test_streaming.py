"""Graphs that do not fit into memory: the same ones, in windows."""

from itertools import chain

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from data_gen import shards
from data_gen.dataset import IntervalDataset
from data_gen.errors import ChecksumError, DatasetError
from data_gen.generation import generate
from klgnn.graphs import IntervalGraphs, shard_bytes
from klgnn.streaming import StreamedGraphs, WindowSampler, graph_bytes, open_graphs


@pytest.fixture(scope="module")
def source(tmp_path_factory) -> IntervalDataset:
    """All intervals of S_5 in many small shards."""
    folder = tmp_path_factory.mktemp("streaming") / "s5-all"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shards, "_SHARD_RAW_BYTES", 100_000)
        return generate([5], folder, select="all")


def budget(graphs: StreamedGraphs, shards: int) -> int:
    """Memory for so many of the largest shard."""
    return shards * max(shard_bytes(shard, graphs.feature_set) for shard in graphs.shards)


@pytest.fixture
def streamed(source) -> StreamedGraphs:
    """The training graphs, with memory for a quarter of them."""
    graphs = StreamedGraphs(source, "train")
    graphs.memory = budget(graphs, len(graphs.shards) // 4)
    return graphs


def flat(lists) -> list[int]:
    return list(chain.from_iterable(lists))


def epoch_of(graphs, number: int, **options) -> list[list[int]]:
    loader = graphs.loader(2000, shuffle=True, seed=3, **options)
    loader.batch_sampler.set_epoch(number)
    return [batch.row.tolist() for batch in loader]


def test_the_dataset_has_many_shards(source, streamed):
    assert len(streamed.shards) > 8
    assert sum(shard_bytes(shard, "default") for shard in streamed.shards) > 3 * streamed.memory


def test_the_same_graphs_as_in_memory(source, streamed):
    whole = IntervalGraphs(source, "train")
    assert len(streamed) == len(whole)
    assert torch.equal(streamed.rows, whole.rows)
    assert torch.equal(streamed.labels, whole.labels)
    for position in (0, len(whole) // 2, len(whole) - 1):
        one, other = streamed[position].to_dict(), whole[position].to_dict()
        assert one.keys() == other.keys()
        assert all(torch.equal(one[name], other[name]) for name in one)


def test_what_a_shard_takes_is_known_beforehand(streamed):
    for number, shard in enumerate(streamed.shards):
        assert streamed.packed(number).nbytes == shard_bytes(shard, "default")


def test_every_graph_once_an_epoch_in_an_order_of_its_own(source, streamed):
    whole = IntervalGraphs(source, "train").loader(2000, shuffle=True, seed=3)
    epochs = [epoch_of(streamed, number) for number in (0, 1)]
    for epoch in epochs:
        assert sorted(flat(epoch)) == sorted(flat(b.row.tolist() for b in whole))
        assert len(epoch) == len(streamed.loader(2000)) == len(whole)
    assert epochs[0] != epochs[1]
    assert epoch_of(streamed, 0) == epochs[0]


def test_memory_is_bounded_and_each_shard_read_about_once(streamed, monkeypatch):
    most = 0
    packed = StreamedGraphs.packed

    def watch(self, shard):
        nonlocal most
        found = packed(self, shard)
        most = max(most, self.held_bytes)
        return found

    monkeypatch.setattr(StreamedGraphs, "packed", watch)
    epoch_of(streamed, 0)
    assert 0.5 * streamed.memory < most <= streamed.memory
    assert len(streamed.shards) == streamed.shards_read


def test_without_room_for_a_shard_it_holds_one(source):
    graphs = StreamedGraphs(source, "train", memory=1)
    rows = flat(epoch_of(graphs, 0))
    assert sorted(rows) == graphs.rows.tolist()
    assert len(graphs._held) == 1
    assert len(graphs.shards) == graphs.shards_read


def test_processes_share_the_epoch_and_the_reading(source):
    epochs = []
    for rank in (0, 1):
        graphs = StreamedGraphs(source, "train")
        graphs.memory = budget(graphs, 4)
        epochs.append(epoch_of(graphs, 5, rank=rank, world_size=2))
        assert graphs.shards_read <= 0.75 * len(graphs.shards)
    assert len(epochs[0]) == len(epochs[1])
    assert sorted(flat(epochs[0] + epochs[1])) == graphs.rows.tolist()


def test_unshuffled_the_rows_come_in_order(streamed):
    rows = flat(batch.row.tolist() for batch in streamed.loader(2000))
    assert rows == streamed.rows.tolist()
    assert len(streamed.shards) == streamed.shards_read


@given(
    st.lists(st.integers(1, 30), min_size=1, max_size=12),
    st.integers(1, 100),
    st.integers(0, 40),
    st.integers(1, 3),
)
def test_windows_lose_no_row(rows, weight, window, world_size):
    starts = np.cumsum([0, *rows])
    if starts[-1] < world_size:
        return
    weights = np.arange(starts[-1]) % 7 + 1
    batches = []
    for rank in range(world_size):
        sampler = WindowSampler(
            weights, weight, starts, rows, window, shuffle=True, rank=rank, world_size=world_size
        )
        part = list(sampler)
        assert len(part) == len(sampler)
        assert all(part)
        batches += part
    assert sorted(flat(batches)) == list(range(starts[-1]))


def test_the_choice_depends_on_the_size(source):
    needed = graph_bytes(source, "degrees", None)
    assert needed == graph_bytes(source, "degrees", "train", "val", "test")
    assert isinstance(open_graphs(source, None, "degrees", needed), IntervalGraphs)
    assert isinstance(open_graphs(source, None, "degrees", needed - 1), StreamedGraphs)
    assert isinstance(open_graphs(source, "val", "degrees", needed - 1), IntervalGraphs)


def test_a_damaged_shard(source, tmp_path):
    import shutil

    copy = IntervalDataset.open(shutil.copytree(source.path, tmp_path / "copy"))
    graphs = StreamedGraphs(copy, "train", memory=1)
    last = copy.path / graphs.shards[-1].file
    content = bytearray(last.read_bytes())
    last.write_bytes(content[:-1])
    with pytest.raises((ChecksumError, DatasetError), match=last.name):
        list(graphs.loader(2000))
