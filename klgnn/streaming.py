"""The intervals of a dataset folder as graphs, read again in every epoch: for more than memory.

What is known of every row beforehand (its label, its number of vertices) stays in memory; the
graphs come from the shards when they are asked for, and only the shards used last are held. So that
each is read about once an epoch, the order of an epoch goes through windows: the shards are
shuffled, as many as fit are taken together, and their rows are shuffled.
"""

from __future__ import annotations

from collections import OrderedDict
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data_gen.dataset import IntervalDataset
from klgnn.graphs import GRAPH_COLUMNS, Graphs, IntervalGraphs, PackedGraphs, shard_bytes
from klgnn.sampler import BudgetSampler

__all__ = ["DEFAULT_MEMORY", "StreamedGraphs", "WindowSampler", "graph_bytes", "open_graphs"]

DEFAULT_MEMORY = 4_000_000_000
"""Bytes that graphs may take unless somebody says otherwise. A fixed number, not a share of what is
free: whether graphs are streamed changes their order, and with it the bytes of the result."""


def graph_bytes(source: IntervalDataset, features: str, *splits: str | None) -> int:
    """The memory that the graphs of some splits take, known without reading them.

    Args:
        source: The dataset.
        features: A key of `klgnn.features.FEATURE_NAMES`.
        splits: The splits; None stands for all rows.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from data_gen.generation import generate
        >>> with TemporaryDirectory() as folder:
        ...     dataset = generate(4, f"{folder}/s4")
        >>> graph_bytes(dataset, "degrees", None), graph_bytes(dataset, "degrees", "train", "val")
        (4978, 3814)
    """
    wanted = [s for s in source.manifest.shards if s.split in splits or None in splits]
    return sum(shard_bytes(shard, features) for shard in wanted)


def open_graphs(
    source: IntervalDataset,
    split: str | None,
    features: str,
    memory: int | None = DEFAULT_MEMORY,
) -> Graphs:
    """The graphs of a split: in memory if they fit, streamed if they do not.

    Args:
        source: The dataset.
        split: ``"train"``, ``"val"`` or ``"test"``; None for all rows.
        features: A key of `klgnn.features.FEATURE_NAMES`.
        memory: Bytes that these graphs may take; None for no limit.

    Raises:
        DatasetError: If the split is empty.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from data_gen.generation import generate
        >>> with TemporaryDirectory() as folder:
        ...     dataset = generate(4, f"{folder}/s4")
        ...     whole = open_graphs(dataset, "train", "degrees", memory=10**9)
        ...     parts = open_graphs(dataset, "train", "degrees", memory=10**3)
        >>> type(whole).__name__, type(parts).__name__
        ('IntervalGraphs', 'StreamedGraphs')
    """
    if memory is None or graph_bytes(source, features, split) <= memory:
        return IntervalGraphs(source, split, features)
    return StreamedGraphs(source, split, features, memory)


class StreamedGraphs(Graphs):
    """The graphs of a dataset, read when they are asked for; see `Graphs` for what an item is.

    Ask for them in the order of a `loader`, or row after row: any other order reads a shard for
    every graph.

    Args:
        dataset: A dataset folder, or an `IntervalDataset`.
        split: ``"train"``, ``"val"`` or ``"test"``; None for all rows.
        features: A key of `klgnn.features.FEATURE_NAMES`.
        memory: Bytes of graphs to hold. One shard is held in any case, and while it is read it
            takes a few times as much.

    Attributes:
        shards_read: How many shards have been read so far, some of them more than once.

    Raises:
        DatasetError: If the folder is not a dataset, the split is empty, or a shard is damaged.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from data_gen.generation import generate
        >>> with TemporaryDirectory() as folder:
        ...     graphs = StreamedGraphs(generate(4, f"{folder}/s4"), "train", memory=1000)
        ...     sizes = [batch.num_graphs for batch in graphs.loader(40)]
        >>> sizes, graphs.shards_read
        ([7, 2], 1)
    """

    def __init__(
        self,
        dataset: IntervalDataset | str | PathLike[str],
        split: str | None = None,
        features: str = "default",
        memory: int = DEFAULT_MEMORY,
    ) -> None:
        source = (
            dataset if isinstance(dataset, IntervalDataset) else IntervalDataset.open(Path(dataset))
        )
        super().__init__(source, split, features)
        self.source, self.memory, self.shards_read = source, memory, 0
        self._held: OrderedDict[int, PackedGraphs] = OrderedDict()

    def packed(self, shard: int) -> PackedGraphs:
        """The graphs of a shard, read if it is not held; those not used for longest go first."""
        if shard not in self._held:
            self._make_room(shard_bytes(self.shards[shard], self.feature_set))
            table = self.source.scan_shard(self.shards[shard], GRAPH_COLUMNS)
            self._held[shard] = PackedGraphs.of(table, self.feature_set)
            self.shards_read += 1
        self._held.move_to_end(shard)
        return self._held[shard]

    def _make_room(self, needed: int) -> None:
        while self._held and self.held_bytes + needed > self.memory:
            self._held.popitem(last=False)

    @property
    def held_bytes(self) -> int:
        """The bytes of the graphs that are held now."""
        return sum(packed.nbytes for packed in self._held.values())

    def sampler(self, weights: NDArray[np.int64], budget: int, **options: Any) -> BudgetSampler:
        """Batches whose order goes through windows of half the memory.

        The other half is for the window before: a batch may begin in one and end in the next.
        """
        sizes = np.array([shard_bytes(shard, self.feature_set) for shard in self.shards])
        return WindowSampler(weights, budget, self._starts, sizes, self.memory // 2, **options)


class WindowSampler(BudgetSampler):
    """A `BudgetSampler` for rows in pieces of which only some are at hand at a time.

    A shuffled epoch takes the pieces in a random order, as many together as a window holds (at
    least one), and shuffles their rows. Each process gets a stretch of the epoch, not every so many
    batches of it, so that it reads only the pieces of its stretch.

    Args:
        weights: As in `BudgetSampler`.
        budget: As in `BudgetSampler`.
        starts: int64 [S + 1], where each piece begins.
        sizes: int64 [S], the bytes of each piece.
        window: The bytes of a window.
        **options: As in `BudgetSampler`: shuffle, seed, rank, world_size.

    Example:
        >>> ones = np.ones(6, dtype=np.int64)
        >>> sampler = WindowSampler(ones, 2, [0, 3, 6], [1, 1], 1, shuffle=True)
        >>> len(sampler), sorted(sum(sampler, []))
        (3, [0, 1, 2, 3, 4, 5])
    """

    def __init__(
        self, weights: Any, budget: int, starts: Any, sizes: Any, window: int, **options: Any
    ) -> None:
        super().__init__(weights, budget, **options)
        self.starts = np.asarray(starts, dtype=np.int64)
        self.sizes, self.window = np.asarray(sizes, dtype=np.int64), window

    def order(self) -> NDArray[np.int64]:
        """The order of the epoch, window after window."""
        if not self.shuffle:
            return super().order()
        rng = np.random.default_rng([self.seed, self.epoch])
        pieces = rng.permutation(len(self.sizes))
        parts = [
            rng.permutation(
                np.concatenate([np.arange(*self.starts[piece : piece + 2]) for piece in window])
            )
            for window in self._windows(pieces)
        ]
        return np.concatenate(parts)

    def _windows(self, pieces: NDArray[np.int64]) -> list[list[int]]:
        windows: list[list[int]] = [[]]
        filled = 0
        for piece in pieces.tolist():
            if windows[-1] and filled + self.sizes[piece] > self.window:
                windows.append([])
                filled = 0
            windows[-1].append(piece)
            filled += int(self.sizes[piece])
        return windows

    def share(self) -> range:
        """The batches of this process: a stretch."""
        return range(self.rank * len(self), (self.rank + 1) * len(self))
