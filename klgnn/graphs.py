"""The intervals of a dataset folder as torch_geometric graphs, all of them in memory.

Parquet is read shard by shard straight into a few tensors, and one pass over a shard computes the
features of all its vertices: no cache on the disk that could go stale. What does not fit into
memory is for `klgnn.streaming`.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch_geometric.data import Batch, Data, Dataset
from torch_geometric.loader import DataLoader

from data_gen import schema
from data_gen.dataset import IntervalDataset
from data_gen.errors import DatasetError
from data_gen.manifest import Shard
from klgnn.features import FEATURE_NAMES, union_features
from klgnn.labels import flatten_lists, labels
from klgnn.sampler import BudgetSampler

__all__ = ["GRAPH_COLUMNS", "Graphs", "IntervalGraphs", "PackedGraphs", "shard_bytes"]

GRAPH_COLUMNS = (schema.NODE_RANKS, schema.EDGE_SOURCES, schema.EDGE_TARGETS)
"""What a graph is read from."""

_PIECE = 500_000  # edges


@dataclass(frozen=True)
class PackedGraphs:
    """Some graphs one after the other.

    Attributes:
        x: float32 [N, F], the features of all vertices.
        ranks: int16 [N].
        edges: int32 [2, E], every graph numbered from 0.
        node_offsets: int64 [G + 1], where the vertices of each graph begin.
        edge_offsets: int64 [G + 1].

    Example:
        >>> square = {"node_ranks": [[0, 1, 1, 2]], "edge_sources": [[0, 0, 1, 2]],
        ...           "edge_targets": [[1, 2, 3, 3]]}
        >>> packed = PackedGraphs.of(pa.table(square), "degrees")
        >>> packed.graph(0)["x"].shape, packed.graph(0)["rank"].tolist(), packed.nbytes
        (torch.Size([4, 2]), [0, 1, 1, 2], 104)
    """

    x: Tensor
    ranks: Tensor
    edges: Tensor
    node_offsets: NDArray[np.int64]
    edge_offsets: NDArray[np.int64]

    @classmethod
    def of(cls, table: pa.Table, features: str) -> PackedGraphs:
        """Packs the rows of a table with the columns `GRAPH_COLUMNS`."""
        node_offsets, edge_offsets = (
            np.concatenate([[0], np.cumsum(pc.list_value_length(table[name]).to_numpy())])
            for name in (schema.NODE_RANKS, schema.EDGE_SOURCES)
        )
        x = np.empty((node_offsets[-1], len(FEATURE_NAMES[features])), np.float32)
        ranks = np.empty(node_offsets[-1], np.int16)
        edges = np.empty((2, edge_offsets[-1]), np.int32)
        # In pieces, because what a shard is read through takes several times what it is.
        cuts = np.searchsorted(edge_offsets, np.arange(0, edge_offsets[-1] + 1, _PIECE))
        for low, high in pairwise([*np.unique(cuts[cuts < table.num_rows]), table.num_rows]):
            nodes = slice(node_offsets[low], node_offsets[high])
            span = slice(edge_offsets[low], edge_offsets[high])
            piece = table.slice(low, high - low)
            ranks[nodes], offsets = flatten_lists(piece, schema.NODE_RANKS)
            lower, lower_offsets = flatten_lists(piece, schema.EDGE_SOURCES)
            upper, _ = flatten_lists(piece, schema.EDGE_TARGETS)
            edges[0, span], edges[1, span] = lower, upper
            shift = np.repeat(offsets[:-1], np.diff(lower_offsets))
            x[nodes] = union_features(ranks[nodes], lower + shift, upper + shift, offsets, features)
        return cls(
            torch.from_numpy(x),
            torch.from_numpy(ranks),
            torch.from_numpy(edges),
            node_offsets,
            edge_offsets,
        )

    @property
    def nbytes(self) -> int:
        """The memory that it takes."""
        parts = (self.x, self.ranks, self.edges, self.node_offsets, self.edge_offsets)
        return sum(part.nbytes for part in parts)

    def graph(self, number: int) -> dict[str, Tensor]:
        """`x`, `edge_index` and `rank` of one graph."""
        nodes = slice(self.node_offsets[number], self.node_offsets[number + 1])
        edges = slice(self.edge_offsets[number], self.edge_offsets[number + 1])
        return {
            "x": self.x[nodes],
            "edge_index": self.edges[:, edges].long(),
            "rank": self.ranks[nodes].long(),
        }


def shard_bytes(shard: Shard, features: str) -> int:
    """The memory that the graphs of a shard take once they are packed.

    Example:
        >>> nodes = edges = smallest = largest = 4  # one square
        >>> file = "data/train-00000-of-00001.parquet"
        >>> square = Shard(file, "train", 1, nodes, edges, smallest, largest, 900, "0" * 64)
        >>> shard_bytes(square, "degrees")
        104
    """
    node, edge, row = 4 * len(FEATURE_NAMES[features]) + 2, 8, 16
    return shard.nodes * node + shard.edges * edge + (shard.rows + 1) * row


class Graphs(Dataset):  # type: ignore[misc]
    """The rows of an interval dataset as a torch_geometric dataset, wherever the graphs are.

    An item is a Data with `x` float32 [N, F], `edge_index` int64 [2, E] from the lower to the upper
    end, `rank` int64 [N], `y` int64 [1, D] (the coefficients of q^1, ..., q^D, where D >= 4 is the
    largest degree in the whole dataset) and `row` int64 [1], the row in the dataset. Only `x` and
    `edge_index` are for the networks.

    Args:
        source: The dataset.
        split: ``"train"``, ``"val"`` or ``"test"``; None for all rows.
        features: A key of `klgnn.features.FEATURE_NAMES`.

    Attributes:
        rows: int64 [R], the row in the dataset of every graph.
        labels: int64 [R, D].
        node_counts: int64 [R], the number of vertices of every graph.

    Raises:
        DatasetError: If the split is empty.
    """

    rows: Tensor
    labels: Tensor
    node_counts: NDArray[np.int64]

    def __init__(self, source: IntervalDataset, split: str | None, features: str) -> None:
        super().__init__()
        if features not in FEATURE_NAMES:
            raise ValueError(f"No feature set {features!r}; there are {', '.join(FEATURE_NAMES)}.")
        self.feature_set = features
        self.feature_names = FEATURE_NAMES[features]
        self.shards = [s for s in source.manifest.shards if split in (None, s.split)]
        if not self.shards:
            raise DatasetError(
                f"No row of {source.path} is in the split {split!r}: the dataset is too small to "
                "be split by isomorphism class. Generate a larger one, or with another --seed."
            )
        self._read_outline(source)

    def _read_outline(self, source: IntervalDataset) -> None:
        """Reads what is kept of every row whether or not its graph is in memory."""
        columns = [schema.KL, schema.NUM_NODES]
        wanted, rows, sizes, polynomials, width, first = {*self.shards}, [], [], [], 0, 0
        for shard, table in zip(source.manifest.shards, source.scan(columns), strict=True):
            y = labels(table)
            width = max(width, y.shape[1])
            if shard in wanted:
                rows.append(np.arange(first, first + shard.rows))
                sizes.append(table[schema.NUM_NODES].to_numpy().astype(np.int64))
                polynomials.append(y)
            first += shard.rows
        padded = [np.pad(y, ((0, 0), (0, width - y.shape[1]))) for y in polynomials]
        self.rows = torch.from_numpy(np.concatenate(rows))
        self.node_counts = np.concatenate(sizes)
        self.labels = torch.from_numpy(np.concatenate(padded))
        self._starts = np.array([0, *accumulate(shard.rows for shard in self.shards)])

    @abstractmethod
    def packed(self, shard: int) -> PackedGraphs:
        """The graphs of one of `self.shards`."""

    @property
    def num_features(self) -> int:
        """The number F of columns of `x`."""
        return len(self.feature_names)

    def len(self) -> int:
        """The number of graphs."""
        return len(self.rows)

    def get(self, idx: int) -> Data:
        """The graph at a position (not a row)."""
        shard = int(np.searchsorted(self._starts, idx, side="right")) - 1
        graph = self.packed(shard).graph(idx - int(self._starts[shard]))
        return Data(**graph, y=self.labels[idx : idx + 1], row=self.rows[idx : idx + 1])

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
        return DataLoader(self, batch_sampler=self.sampler(weights, budget, **options))

    def sampler(self, weights: NDArray[np.int64], budget: int, **options: Any) -> BudgetSampler:
        """What cuts these graphs into batches."""
        return BudgetSampler(weights, budget, **options)


class IntervalGraphs(Graphs):
    """The graphs of a dataset, or of a split, in memory; see `Graphs` for what an item is.

    Args:
        dataset: A dataset folder, or an `IntervalDataset`.
        split: ``"train"``, ``"val"`` or ``"test"``; None for all rows.
        features: A key of `klgnn.features.FEATURE_NAMES`.
        rows: Use these rows, in this order, instead of a split.

    Raises:
        DatasetError: If the folder is not a dataset, or the split is empty.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from data_gen.generation import generate
        >>> with TemporaryDirectory() as folder:
        ...     graphs: Graphs = IntervalGraphs(generate(4, f"{folder}/s4"), split="train")
        >>> len(graphs), graphs.labels.shape, graphs.node_counts.tolist()
        (9, torch.Size([9, 4]), [1, 2, 4, 6, 8, 14, 18, 20, 20])
        >>> graphs[8]
        Data(x=[20, 14], edge_index=[2, 52], y=[1, 4], rank=[20], row=[1])
    """

    def __init__(
        self,
        dataset: IntervalDataset | str | PathLike[str],
        split: str | None = None,
        features: str = "default",
        rows: Sequence[int] | NDArray[np.integer] | None = None,
    ) -> None:
        source = (
            dataset if isinstance(dataset, IntervalDataset) else IntervalDataset.open(Path(dataset))
        )
        super().__init__(source, None if rows is not None else split, features)
        tables = source.tables(GRAPH_COLUMNS, None if rows is not None else split)
        if rows is None:
            self._packs = [PackedGraphs.of(table, features) for table in tables]
        else:
            self._packs = [PackedGraphs.of(self._choose(tables, rows), features)]

    def _choose(
        self, tables: Iterable[pa.Table], rows: Sequence[int] | NDArray[np.integer]
    ) -> pa.Table:
        """Keeps these rows only, in their order, one shard after the other."""
        chosen = np.asarray(rows, dtype=np.int64)
        by_row = np.argsort(chosen, kind="stable")
        bounds = np.searchsorted(chosen[by_row], self._starts)
        kept = [
            table.take(pa.array(chosen[by_row[low:high]] - start))
            for table, low, high, start in zip(
                tables, bounds[:-1], bounds[1:], self._starts[:-1], strict=True
            )
        ]
        self.rows, self.labels = torch.from_numpy(chosen), self.labels[chosen]
        self.node_counts, self._starts = self.node_counts[chosen], np.array([0, len(chosen)])
        return pa.concat_tables(kept).take(pa.array(np.argsort(by_row)))

    def packed(self, shard: int) -> PackedGraphs:
        """The graphs of a shard; with chosen rows there is but one."""
        return self._packs[shard]
