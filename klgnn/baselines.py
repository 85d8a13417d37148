"""What a network must beat: the most frequent answer, and boosted trees on counts.

The trees see no graph, only numbers that a person would count first: vertices, edges, length, rank
sizes, how many edges of which length leave the bottom and enter the top, and how the degrees are
distributed in the lower and in the upper half. Deodhar's inequality makes these strong: in S_n,
P = 1 exactly if the out-degree of the bottom is the length.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from data_gen import schema
from data_gen.dataset import IntervalDataset
from klgnn.labels import flatten_lists, labels
from klgnn.metrics import exact_accuracy

__all__ = [
    "Baselines",
    "BoostedTrees",
    "Majority",
    "count_features",
    "counts_of",
    "fit_baselines",
]

_DEFECTS = 12


@dataclass
class Majority:
    """Always the most frequent answer of the training split (the smallest among equals).

    The polynomial is the most frequent one; so is each coefficient, by itself.
    """

    coefficients: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    polynomial: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def fit(self, y: NDArray[np.int64]) -> Majority:
        """Counts int64 [R, D]: the coefficients of q^1, ..., q^D in training.

        Example:
            >>> Majority().fit(np.array([[1, 0], [1, 0], [0, 0], [0, 1], [0, 2]])).polynomial
            array([1, 0])
        """
        self.coefficients = np.array([_most_frequent(column.tolist()) for column in y.T])
        self.polynomial = np.array(_most_frequent([tuple(row) for row in y.tolist()]))
        return self


def _most_frequent(values: list[Any]) -> Any:
    counts = Counter(values)
    return min(counts, key=lambda value: (-counts[value], value))


@dataclass
class BoostedTrees:
    """scikit-learn's HistGradientBoostingClassifier on counts, one for each coefficient.

    Its l2_regularization must not be 0: with the default it diverges on these data and would be a
    straw man. `training_exact` shows that it has learnt.

    Example:
        >>> counts = np.repeat(np.array([[10.0, 16.0], [10.0, 13.0]], np.float32), 30, axis=0)
        >>> y = np.repeat(np.array([[1], [0]]), 30, axis=0)
        >>> trees = BoostedTrees().fit(counts, y)
        >>> trees.predict(counts[::30]).tolist(), trees.training_exact
        ([[1], [0]], 1.0)
    """

    models: list[Any] = field(default_factory=list)
    training_exact: float = 0.0

    def fit(
        self,
        counts: NDArray[np.float32],
        y: NDArray[np.int64],
        report: Callable[[int, int], None] | None = None,
    ) -> BoostedTrees:
        """Fits to the training split.

        Args:
            counts: float32 [R, C], see `count_features`.
            y: int64 [R, D].
            report: Called with (coefficients done, D).
        """
        from sklearn.ensemble import HistGradientBoostingClassifier

        self.models = []
        for k, column in enumerate(y.T):
            constant = int(column[0]) if (column == column[0]).all() else None
            model = constant
            if constant is None:
                model = HistGradientBoostingClassifier(
                    l2_regularization=1.0, early_stopping=False, random_state=0
                ).fit(counts, column)
            self.models.append(model)
            if report is not None:
                report(k + 1, y.shape[1])
        self.training_exact = exact_accuracy(y, self.predict(counts))
        return self

    def predict(self, counts: NDArray[np.float32]) -> NDArray[np.int64]:
        """The predicted coefficients, int64 [R, D]."""
        columns = [
            np.full(len(counts), model) if isinstance(model, int) else model.predict(counts)
            for model in self.models
        ]
        return np.stack(columns, axis=1).astype(np.int64)


class Baselines(NamedTuple):
    """Both, fitted to one dataset.

    Attributes:
        majority: The most frequent answers.
        trees: The trees.
        longest: The `max_length` that `counts_of` needs for them.
    """

    majority: Majority
    trees: BoostedTrees
    longest: int


def count_features(table: pa.Table, max_length: int) -> NDArray[np.float32]:
    """Counts what there is to count in every interval.

    Args:
        table: A table with the columns `node_ranks`, `edge_sources` and `edge_targets`.
        max_length: Ranks up to this one get a column; what lies beyond is counted in the last.

    Returns:
        float32 [rows, C]: vertices, edges, length; the rank sizes; the edges at the bottom and at
        the top by length 1, 3, 5, ...; and, for the vertices of the lower and of the upper half,
        histograms of out-degree less corank and of in-degree less rank.

    Example:
        >>> square = {"node_ranks": [[0, 1, 1, 2]], "edge_sources": [[0, 0, 1, 2]],
        ...           "edge_targets": [[1, 2, 3, 3]]}
        >>> count_features(pa.table(square), 2)[0, :6]
        array([4., 4., 2., 1., 2., 1.], dtype=float32)
    """
    ranks, node_offsets = flatten_lists(table, schema.NODE_RANKS)
    lower, edge_offsets = flatten_lists(table, schema.EDGE_SOURCES)
    upper, _ = flatten_lists(table, schema.EDGE_TARGETS)
    sizes, edges = np.diff(node_offsets), np.diff(edge_offsets)
    graph = np.repeat(np.arange(len(sizes)), sizes)
    graph_of_edge = np.repeat(np.arange(len(edges)), edges)
    shift = node_offsets[graph_of_edge]
    lower, upper = lower + shift, upper + shift
    length = np.maximum.reduceat(ranks, node_offsets[:-1])
    corank = length[graph] - ranks
    step = (ranks[upper] - ranks[lower]) // 2
    out_defect = np.bincount(lower, minlength=len(ranks)) - corank
    in_defect = np.bincount(upper, minlength=len(ranks)) - ranks
    rows, steps = len(sizes), max_length // 2 + 1
    low_half = 2 * ranks < length[graph]
    at_bottom, at_top = ranks[lower] == 0, corank[upper] == 0
    histograms = [
        _histogram(graph, ranks, rows, max_length + 1),
        _histogram(graph_of_edge[at_bottom], step[at_bottom], rows, steps),
        _histogram(graph_of_edge[at_top], step[at_top], rows, steps),
    ]
    for half in (low_half, ~low_half):
        for defect in (out_defect, in_defect):
            histograms.append(_histogram(graph[half], defect[half], rows, _DEFECTS))
    totals = np.stack([sizes, edges, length], axis=1)
    return np.concatenate([totals, *histograms], axis=1).astype(np.float32)


def _histogram(
    rows: NDArray[np.int64], values: NDArray[np.int64], num_rows: int, width: int
) -> NDArray[np.int64]:
    """Counts values 0, 1, ..., width - 1 (and beyond, in the last column) in every row."""
    cell = rows * width + np.minimum(values, width - 1)
    return np.bincount(cell, minlength=num_rows * width).reshape(num_rows, width)


def fit_baselines(
    dataset: IntervalDataset, report: Callable[[int, int], None] | None = None
) -> Baselines:
    """Fits both baselines to the training split.

    Args:
        dataset: The dataset; its graphs are counted shard by shard, so they need not fit into
            memory.
        report: Called with (coefficients done, D) by the trees.

    Returns:
        The two baselines.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from data_gen.generation import generate
        >>> with TemporaryDirectory() as folder:
        ...     dataset = generate(4, f"{folder}/s4")
        ...     fitted: Baselines = fit_baselines(dataset)
        ...     counts = counts_of(dataset, "test", fitted.longest)
        >>> fitted.majority.polynomial.tolist(), fitted.longest
        ([0, 0, 0, 0], 5)
        >>> counts.shape, fitted.trees.predict(counts).shape
        ((3, 63), (3, 4))
    """
    table = dataset.read([schema.KL, schema.LENGTH], split="train")
    y = labels(table)
    longest = max(1, int(table[schema.LENGTH].to_numpy().max()))
    counts = counts_of(dataset, "train", longest)
    return Baselines(Majority().fit(y), BoostedTrees().fit(counts, y, report), longest)


def counts_of(dataset: IntervalDataset, split: str, max_length: int) -> NDArray[np.float32]:
    """The `count_features` of a split, one shard of graphs in memory at a time."""
    columns = [schema.NODE_RANKS, schema.EDGE_SOURCES, schema.EDGE_TARGETS]
    tables = dataset.tables(columns, split)
    return np.concatenate([count_features(table, max_length) for table in tables])
