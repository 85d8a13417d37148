"""What a network is trained on: the batches of an epoch, chosen by the kind that it learns from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from data_gen import schema
from data_gen.dataset import IntervalDataset
from data_gen.errors import UsageError
from data_gen.memory import require_memory
from klgnn.labels import labels, shuffled_order
from klgnn.models import MODELS, TopDownConfig, Vocabulary, vocabulary_of
from klgnn.presets import Preset
from klgnn.quotient_batches import batches_of_dataset, value_ranges
from klgnn.streaming import DEFAULT_MEMORY, graph_bytes, open_graphs

__all__ = ["Loader", "loaders", "needs_streaming", "vocabulary"]


class Loader(Protocol):
    """The batches of an epoch, as `klgnn.fitting.fit` takes them.

    A batch is whatever `network.loss(batch)` and `network(batch)` understand, with `y` int64
    [B, D], `num_graphs`, and `to(device)`. If the order depends on the epoch, the loader has a
    `batch_sampler` whose `sampler` has `set_epoch`; it is called after `__iter__`, so `__iter__`
    must look at the epoch no sooner than the first batch is asked for.

    Example:
        >>> import torch
        >>> from torch_geometric.data import Batch, Data
        >>> class OneGraph:
        ...     def __iter__(self):
        ...         edges, y = torch.tensor([[0, 0, 1, 2], [1, 2, 3, 3]]), torch.tensor([[0, 0]])
        ...         square = Data(x=torch.ones(4, 2), edge_index=edges, y=y)
        ...         return iter([Batch.from_data_list([square])])
        ...
        ...     def __len__(self):
        ...         return 1
        >>> loader: Loader = OneGraph()
        >>> [(batch.num_graphs, batch.y.shape) for batch in loader]
        [(1, torch.Size([1, 2]))]
    """

    def __iter__(self) -> Iterator[Any]:
        """The batches."""
        ...

    def __len__(self) -> int:
        """Their number, the same in every epoch."""
        ...


def loaders(
    source: IntervalDataset,
    preset: Preset,
    seed: int,
    memory: int | None = None,
    rank: int = 0,
    world_size: int = 1,
    shuffled: bool = False,
) -> tuple[Loader, Loader]:
    """The batches of the training and of the validation split.

    Args:
        source: The dataset.
        preset: Which network they are for, and how large they are.
        seed: Together with the epoch it determines the order of the training batches.
        memory: Bytes that the graphs of all processes may take; what is too large is streamed. None
            if everything fits, see `needs_streaming`.
        rank: Which of `world_size` processes this is.
        world_size: The number of processes; each gets batches of its own, equally many.
        shuffled: Whether the labels are permuted at random within each split, by the seed.

    Raises:
        UsageError: If there are fewer training graphs than processes.
        MemoryLimitError: If everything is to be held, but the machine has not so much memory.
        ValueError: If the network learns from a kind of batch that is not known.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from data_gen.generation import generate
        >>> from klgnn.presets import find_preset
        >>> preset = find_preset("default")
        >>> with TemporaryDirectory() as folder:
        ...     dataset = generate(4, f"{folder}/s4")
        ...     train, val = loaders(dataset, preset, seed=0)
        ...     print(needs_streaming(dataset, preset, memory=1000), vocabulary(dataset, preset))
        True ((0, 1), (0,), (0,), (0,))
        >>> sum(batch.num_graphs for batch in train), [batch.y.shape for batch in val]
        (9, [torch.Size([2, 4])])
    """
    kind = MODELS[preset.model].batches
    if kind == "quotient":
        return batches_of_dataset(source, preset, seed, rank, world_size, shuffled)
    if kind != "graphs":
        raise ValueError(f"No batches of the kind {kind!r}, which {preset.model!r} learns from.")
    if memory is None:
        _require_memory(source, preset, world_size)
    bound = None if memory is None else memory // (2 * world_size)
    train, val = (open_graphs(source, s, preset.features, bound) for s in ("train", "val"))
    if shuffled:
        for graphs in (train, val):
            graphs.labels = graphs.labels[shuffled_order(len(graphs), seed)]
    if len(train) < world_size:
        raise UsageError(
            f"{len(train)} training graphs are too few for {world_size} processes; take fewer "
            "--devices."
        )
    learnt = train.loader(
        preset.batch_size,
        preset.batch_unit,
        shuffle=True,
        seed=seed,
        rank=rank,
        world_size=world_size,
    )
    if len(val) < world_size:  # then every process judges by all of them
        return learnt, val.loader()
    return learnt, val.loader(rank=rank, world_size=world_size)


def needs_streaming(
    source: IntervalDataset, preset: Preset, memory: int = DEFAULT_MEMORY, world_size: int = 1
) -> bool:
    """Whether the graphs that `loaders` is asked for are too large to be held in memory.

    Args:
        source: The dataset.
        preset: Which network they are for.
        memory: Bytes that the graphs of all processes may take.
        world_size: The number of processes; each would hold everything.
    """
    if MODELS[preset.model].batches != "graphs":
        return False
    return world_size * _needed(source, preset) > memory


def _needed(source: IntervalDataset, preset: Preset) -> int:
    return graph_bytes(source, preset.features, "train", "val")


def _require_memory(source: IntervalDataset, preset: Preset, world_size: int) -> None:
    advice = "Say how much of it graphs may take, with --memory: they are then read in parts."
    require_memory(world_size * _needed(source, preset), "Holding all graphs", advice)


def vocabulary(source: IntervalDataset, preset: Preset) -> Vocabulary:
    """For q^1, q^2, ... the values that the preset's network can answer.

    Those that the coefficient takes in the training split; for a network that learns from a
    quotient all numbers up to some more than the largest of them.
    """
    import torch

    y = labels(source.read([schema.KL], split="train"))
    if isinstance(preset.network, TopDownConfig):
        return value_ranges(y, preset.network.room)
    return vocabulary_of(torch.from_numpy(y))
