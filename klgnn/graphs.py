"""The intervals of a dataset folder as torch_geometric graphs.

Parquet is read straight into concatenated tensors: no cache on the disk that could go stale, and
one pass computes the features of all vertices.
"""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import torch
from numpy.typing import NDArray
from torch_geometric.data import Batch, Data, Dataset
from torch_geometric.loader import DataLoader

from data_gen import schema
from data_gen.dataset import IntervalDataset
from data_gen.errors import DatasetError
from klgnn.features import FEATURE_NAMES, union_features
from klgnn.labels import flatten_lists, labels
from klgnn.sampler import BudgetSampler

__all__ = ["IntervalGraphs"]


class IntervalGraphs(Dataset):  # type: ignore[misc]
    """A torch_geometric dataset over the rows of an interval dataset.

    An item is a Data with `x` float32 [N, F], `edge_index` int64 [2, E] from the lower to the upper
    end, `rank` int64 [N], `y` int64 [1, D] (the coefficients of q^1, ..., q^D, where D >= 4 is the
    largest degree in the whole dataset) and `row` int64 [1], the row in the dataset. Only `x` and
    `edge_index` are for the networks.

    Args:
        dataset: A dataset folder, or an `IntervalDataset`.
        split: ``"train"``, ``"val"`` or ``"test"``; None for all rows.
        features: A key of `klgnn.features.FEATURE_NAMES`.
        rows: Use these rows instead of a split.

    Raises:
        DatasetError: If the folder is not a dataset, or the split is empty.

    Example:
        >>> graphs = IntervalGraphs("data/s56", split="train")  # doctest: +SKIP
        >>> graphs[0]  # doctest: +SKIP
        Data(x=[1, 14], edge_index=[2, 0], y=[1, 4], rank=[1], row=[1])
    """

    def __init__(
        self,
        dataset: IntervalDataset | str | PathLike[str],
        split: str | None = None,
        features: str = "default",
        rows: Sequence[int] | NDArray[np.integer] | None = None,
    ) -> None:
        super().__init__()
        if features not in FEATURE_NAMES:
            raise ValueError(f"No feature set {features!r}; there are {', '.join(FEATURE_NAMES)}.")
        source = (
            dataset if isinstance(dataset, IntervalDataset) else IntervalDataset.open(Path(dataset))
        )
        table = source.read(
            [schema.KL, schema.SPLIT, schema.NODE_RANKS, schema.EDGE_SOURCES, schema.EDGE_TARGETS]
        )
        every = labels(table)
        chosen = _chosen_rows(table, split, rows)
        if not len(chosen):
            raise DatasetError(
                f"No row of {source.path} is in the split {split!r}: the dataset is too small to "
                "be split by isomorphism class. Generate a larger one, or with another --seed."
            )
        kept = table.take(pa.array(chosen))
        ranks, node_offsets = flatten_lists(kept, schema.NODE_RANKS)
        lower, edge_offsets = flatten_lists(kept, schema.EDGE_SOURCES)
        upper, _ = flatten_lists(kept, schema.EDGE_TARGETS)
        shift = np.repeat(node_offsets[:-1], np.diff(edge_offsets))
        self.feature_set = features
        self.feature_names = FEATURE_NAMES[features]
        self.rows = torch.from_numpy(chosen)
        self.labels = torch.from_numpy(every[chosen])
        self._x = torch.from_numpy(
            union_features(ranks, lower + shift, upper + shift, node_offsets, features)
        )
        self._ranks = torch.from_numpy(ranks)
        self._edges = torch.from_numpy(np.stack([lower, upper]).astype(np.int32))
        self._node_offsets, self._edge_offsets = node_offsets, edge_offsets

    @property
    def num_features(self) -> int:
        """The number F of columns of `x`."""
        return len(self.feature_names)

    @property
    def node_counts(self) -> NDArray[np.int64]:
        """The number of vertices of every graph, int64 [number of graphs]."""
        return np.diff(self._node_offsets)

    def len(self) -> int:
        """The number of graphs."""
        return len(self.rows)

    def get(self, idx: int) -> Data:
        """The graph at a position (not a row)."""
        nodes = slice(self._node_offsets[idx], self._node_offsets[idx + 1])
        edges = slice(self._edge_offsets[idx], self._edge_offsets[idx + 1])
        return Data(
            x=self._x[nodes],
            edge_index=self._edges[:, edges].long(),
            rank=self._ranks[nodes].long(),
            y=self.labels[idx : idx + 1],
            row=self.rows[idx : idx + 1],
        )

    def batch(self, positions: Sequence[int]) -> Batch:
        """Several graphs as one torch_geometric batch."""
        return Batch.from_data_list([self.get(position) for position in positions])

    def loader(self, budget: int = 20_000, unit: str = "nodes", **options: Any) -> DataLoader:
        """Batches of about so many vertices (or graphs, if `unit` is ``"graphs"``).

        Args:
            budget: The mean size of a batch.
            unit: What the budget counts: ``"nodes"`` or ``"graphs"``.
            **options: Passed on to `klgnn.sampler.BudgetSampler` (shuffle, seed, ...).
        """
        weights = self.node_counts if unit == "nodes" else np.ones(len(self), dtype=np.int64)
        return DataLoader(self, batch_sampler=BudgetSampler(weights, budget, **options))


def _chosen_rows(
    table: pa.Table, split: str | None, rows: Sequence[int] | NDArray[np.integer] | None
) -> NDArray[np.int64]:
    if rows is not None:
        return np.asarray(rows, dtype=np.int64)
    if split is None:
        return np.arange(table.num_rows, dtype=np.int64)
    return np.flatnonzero(table[schema.SPLIT].to_numpy() == split)
