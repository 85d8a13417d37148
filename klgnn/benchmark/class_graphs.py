"""Classes of a quotient as plain graphs, for networks that know no quotient."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.data import Sampler
from torch_geometric.data import Data, Dataset
from torch_geometric.loader import DataLoader

from data_gen.interval_batch import build_intervals
from klgnn.features import FEATURE_NAMES, union_features
from klgnn.quotient import Quotient, representatives
from klgnn.sampler import BudgetSampler

__all__ = ["ClassGraphs", "Portions"]


class ClassGraphs(Dataset):  # type: ignore[misc]
    """A torch_geometric dataset of some classes: each the graph of its representative.

    Graphs are built when they are asked for, from two permutations, so memory does not grow with
    the classes. An item is what an item of `klgnn.graphs.IntervalGraphs` is, with the class in the
    place of the row.

    Args:
        quotient: The classes.
        classes: int[R], those that are wanted.
        features: A key of `klgnn.features.FEATURE_NAMES`.

    Example:
        >>> graphs = ClassGraphs(Quotient.of_group(4), [13], "degrees")
        >>> graphs[0]
        Data(x=[24, 2], edge_index=[2, 72], y=[1, 4], rank=[24], row=[1])
    """

    def __init__(self, quotient: Quotient, classes: NDArray[np.integer], features: str) -> None:
        super().__init__()
        chosen = np.asarray(classes, dtype=np.int64)
        self.quotient, self.feature_set = quotient, features
        self.rows = torch.from_numpy(chosen)
        self.labels = torch.from_numpy(quotient.labels[chosen])

    @property
    def num_features(self) -> int:
        """The number of columns of `x`."""
        return len(FEATURE_NAMES[self.feature_set])

    @property
    def node_counts(self) -> NDArray[np.int64]:
        """The number of vertices of every graph, int64 [number of graphs]."""
        counts: NDArray[np.int64] = self.quotient.size[self.rows.numpy()].astype(np.int64)
        return counts

    def len(self) -> int:
        """The number of graphs."""
        return len(self.rows)

    def get(self, idx: int) -> Data:
        """The graph at a position (not a class)."""
        _, bottom, top = next(representatives(self.quotient, self.rows[idx : idx + 1].numpy()))
        graph = build_intervals(bottom, top)
        ends = graph.node_ends
        x = union_features(graph.ranks, graph.sources, graph.targets, ends, self.feature_set)
        return Data(
            x=torch.from_numpy(x),
            edge_index=torch.from_numpy(np.stack([graph.sources, graph.targets])).long(),
            rank=torch.from_numpy(graph.ranks).long(),
            y=self.labels[idx : idx + 1],
            row=self.rows[idx : idx + 1],
        )

    def loader(self, budget: int = 20_000) -> DataLoader:
        """All graphs in their order, in batches of about so many vertices."""
        return DataLoader(self, batch_sampler=BudgetSampler(self.node_counts, budget))


class Portions(Sampler[list[int]]):
    """Deals the shuffled batches of one pass over the data out to several short epochs.

    So that one can stop in time and choose between weights where a single pass takes long. Every
    epoch is of the same length; of every pass fewer batches than it has epochs may be left out.

    Args:
        batches: One pass; its `set_epoch` shuffles.
        size: The most batches of an epoch.

    Example:
        >>> portions = Portions(BudgetSampler([1] * 6, 2, shuffle=True), size=2)
        >>> len(portions), portions.epochs_in_a_pass
        (1, 2)
    """

    def __init__(self, batches: BudgetSampler, size: int) -> None:
        self.batches, self.epoch = batches, 0
        self.epochs_in_a_pass = -(-len(batches) // size)

    @property
    def sampler(self) -> Any:
        """Itself: of a batch sampler Lightning tells only the `sampler` which epoch begins."""
        return self

    def set_epoch(self, epoch: int) -> None:
        """Chooses the pass and the part of it."""
        self.epoch = epoch

    def __len__(self) -> int:
        """The number of batches of every epoch."""
        return len(self.batches) // self.epochs_in_a_pass

    def __iter__(self) -> Iterator[list[int]]:
        """The batches of the epoch."""
        number, place = divmod(self.epoch, self.epochs_in_a_pass)
        self.batches.set_epoch(number)
        yield from list(self.batches)[place :: self.epochs_in_a_pass][: len(self)]
