"""The embedding of every row of a dataset: the state that a network reads its answers from."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import torch
from numpy.typing import NDArray
from torch_geometric.data import Batch, Data

from data_gen import schema
from data_gen.dataset import IntervalDataset
from data_gen.interval_batch import pieces
from data_gen.progress import Progress, no_progress
from klgnn.graphs import GRAPH_COLUMNS, PackedGraphs
from klgnn.models import CoefficientNetwork
from klgnn.models.top_down import TopDown, answers
from klgnn.quotient import Quotient

__all__ = ["embedded_rows"]

_NODES_AT_A_TIME = 50_000


def embedded_rows(
    network: CoefficientNetwork,
    dataset: IntervalDataset,
    features: str,
    columns: list[str],
    progress: Progress | None = None,
) -> Iterator[tuple[pa.Table, NDArray[np.float32]]]:
    """Reads a dataset shard by shard and asks a network about every row.

    A top-down network is asked about the quotient of the dataset instead, once for each class: the
    same states to the last digits, and many times as fast.

    Args:
        network: The network; left in evaluation mode.
        dataset: The dataset; only one shard is in memory at a time.
        features: The features that the network expects.
        columns: Further columns to read.
        progress: Where to show how far it is.

    Yields:
        For some consecutive rows these columns, and float32 [rows, H].

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from data_gen.generation import generate
        >>> from klgnn.runs import Run
        >>> run = Run.default()
        >>> with TemporaryDirectory() as folder:
        ...     dataset = generate(4, f"{folder}/s4")
        ...     found = embedded_rows(run.network(), dataset, run.config.features, ["x", "w"])
        ...     sizes = [(table.num_rows, states.shape) for table, states in found]
        >>> sum(rows for rows, _ in sizes), sizes[0][1][1]
        (14, 64)
    """
    network.eval()
    if isinstance(network, TopDown):
        found = _by_quotient(network, dataset, columns, progress or no_progress)
    else:
        found = _by_graph(network, dataset, features, columns)
    done = 0
    with (progress or no_progress)("embedding") as report:
        for table, states in found:
            yield table, states
            done += table.num_rows
            report(done, dataset.num_rows)


def _by_quotient(
    network: TopDown, dataset: IntervalDataset, columns: list[str], progress: Progress
) -> Iterator[tuple[pa.Table, NDArray[np.float32]]]:
    quotient = Quotient.of_dataset(dataset, progress=progress)
    states = answers(network, quotient).states
    begin = 0
    for table in dataset.scan(columns):
        end = begin + table.num_rows
        yield table, states[quotient.roots[begin:end]]
        begin = end


def _by_graph(
    network: CoefficientNetwork, dataset: IntervalDataset, features: str, columns: list[str]
) -> Iterator[tuple[pa.Table, NDArray[np.float32]]]:
    needed = list(dict.fromkeys([*columns, *GRAPH_COLUMNS, schema.NUM_NODES]))
    for shard in dataset.tables(needed):
        for piece in pieces(shard[schema.NUM_NODES].to_numpy(), _NODES_AT_A_TIME):
            table = shard.slice(piece.start, piece.stop - piece.start)
            packed = PackedGraphs.of(table, features)
            graphs = [Data(**packed.graph(k)) for k in range(table.num_rows)]
            with torch.no_grad():
                embedding = network(Batch.from_data_list(graphs)).embedding
            yield table.select(columns), embedding.float().numpy()
