"""How good a run is, on graphs without an isomorphic twin in training, beside what is easy.

`klgnn train` calls this once at its end, for the validation split and for the test split; nothing
that is chosen (the epoch, a preset) is chosen by the test split. Whoever compares several runs by
their test results has used the test split up: compare on ``"val"``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import torch
from numpy.typing import NDArray

from data_gen import schema
from data_gen.dataset import IntervalDataset
from data_gen.errors import RunError, UsageError
from data_gen.split_rule import SPLITS
from klgnn.baselines import Baselines, counts_of, fit_baselines
from klgnn.graphs import Graphs
from klgnn.labels import degrees
from klgnn.metrics import accuracy, calibration_error, exact_accuracy, macro_f1, pad
from klgnn.models import CoefficientNetwork
from klgnn.runs import Run, RunFiles
from klgnn.splits import LeakReport, leak_report
from klgnn.streaming import DEFAULT_MEMORY, open_graphs

__all__ = [
    "CoefficientScores",
    "Evaluation",
    "Predictions",
    "evaluate",
    "evaluate_network",
    "predict",
]

METHODS = ("network", "majority", "trees")

Scores = Mapping[str, float]
Report = Callable[[int, int], None]


@dataclass(frozen=True)
class Predictions:
    """What a network says about R graphs.

    Attributes:
        rows: int64 [R], rows of the dataset.
        true: int64 [R, D'], the coefficients of q^1, ..., q^D'.
        values: int64 [R, D], the most probable values; D is the network's number of coefficients.
        confidence: float32 [R, D], the probabilities of those values.
        probabilities: For each coefficient float32 [R, V_k], columns as in the vocabulary.

    Example:
        >>> chances = np.array([[0.25, 0.75]], np.float32)  # of 0 and 1, for q^1 of one graph
        >>> sure, values = chances.max(axis=1, keepdims=True), chances.argmax(axis=1)[:, None]
        >>> said = Predictions(np.array([0]), np.array([[1, 0]]), values, sure, (chances,))
        >>> exact_accuracy(said.true, pad(said.values, 2))
        1.0
    """

    rows: NDArray[np.int64]
    true: NDArray[np.int64]
    values: NDArray[np.int64]
    confidence: NDArray[np.float32]
    probabilities: tuple[NDArray[np.float32], ...]


@dataclass(frozen=True)
class CoefficientScores:
    """The results for the coefficient of q^power; the keys of the mappings are the methods.

    Attributes:
        power: The exponent.
        counts: How often each value occurs in the split; the keys are the values as text.
        unseen: How many graphs have a value that no training graph has; always counted as wrong.
        accuracy: Share of right answers.
        macro_f1: Mean F1 over the values that occur in the split.
        calibration_error: Of the network's probabilities, 15 bins.

    Example:
        >>> scores = CoefficientScores(**Run.default().metrics["test"]["coefficients"][0])
        >>> scores.power, scores.unseen, list(scores.accuracy)
        (1, 0, ['network', 'majority', 'trees'])
        >>> scores.accuracy["network"] > scores.accuracy["trees"]
        True
    """

    power: int
    counts: Mapping[str, int]
    unseen: int
    accuracy: Scores
    macro_f1: Scores
    calibration_error: float


@dataclass(frozen=True)
class Evaluation:
    """The results on one split.

    Attributes:
        split: The split.
        graphs: The number of graphs in it.
        exact: Share of graphs whose whole polynomial is right, for each method.
        exact_by_degree: For each degree of the true polynomial (as text) the number of graphs and
            the methods' shares.
        trees_training_exact: What the trees reach on their own training data.
        coefficients: One entry for each of q^1, q^2, ...
        leak: What a random split would leak.

    Example:
        >>> test = Run.default().metrics["test"]  # what `to_dict` gave
        >>> test["split"], test["graphs"], list(test["exact_by_degree"]), len(test["coefficients"])
        ('test', 324, ['0', '1', '2', '3'], 4)
    """

    split: str
    graphs: int
    exact: Scores
    exact_by_degree: Mapping[str, Mapping[str, float]]
    trees_training_exact: float
    coefficients: tuple[CoefficientScores, ...]
    leak: LeakReport

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        values = asdict(self)
        values["coefficients"] = list(values["coefficients"])
        return values


def predict(
    network: CoefficientNetwork,
    graphs: Graphs,
    budget: int = 20_000,
    report: Report | None = None,
) -> Predictions:
    """Runs a network over graphs, in their order, without gradients.

    Args:
        network: The network; left in evaluation mode.
        graphs: Graphs with the features that the network expects.
        budget: The mean number of vertices of a batch; the results do not depend on it.
        report: Called with (batches done, batches).

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from data_gen.generation import generate
        >>> run = Run.default()
        >>> with TemporaryDirectory() as folder:
        ...     graphs = open_graphs(generate(4, f"{folder}/s4"), None, run.config.features)
        >>> said = predict(run.network(), graphs)
        >>> said.values[:, 0].tolist(), exact_accuracy(said.true, said.values)
        ([0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0], 1.0)
    """
    network.eval()
    values, confidence = [], []
    probabilities: list[list[NDArray[np.float32]]] = [[] for _ in network.vocabulary]
    loader = graphs.loader(budget)
    with torch.no_grad():
        for number, batch in enumerate(loader, 1):
            prediction = network(batch)
            values.append(network.coefficients(prediction).numpy())
            chances = [chance.numpy() for chance in prediction.probabilities()]
            confidence.append(np.stack([chance.max(axis=1) for chance in chances], axis=1))
            for column, chance in zip(probabilities, chances, strict=True):
                column.append(chance)
            if report is not None:
                report(number, len(loader))
    return Predictions(
        rows=graphs.rows.numpy(),
        true=graphs.labels.numpy(),
        values=np.concatenate(values),
        confidence=np.concatenate(confidence),
        probabilities=tuple(np.concatenate(column) for column in probabilities),
    )


def evaluate(run: Run, split: str = "test", report: Report | None = None) -> Evaluation:
    """Measures a finished run and the baselines on a split of its own dataset.

    Args:
        run: The run.
        split: ``"test"``, ``"val"`` or ``"train"``.
        report: Called with (steps done, steps) while the baselines are fitted.

    Returns:
        The results.

    Raises:
        UsageError: If there is no such split.
        RunError: If the weights or the kept split are damaged, or the dataset is gone or has
            changed.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from data_gen.generation import generate
        >>> from klgnn.training import train
        >>> with TemporaryDirectory() as folder:
        ...     dataset = generate(4, f"{folder}/s4")
        ...     run = train(dataset, f"{folder}/run", epochs=1, threads=1, progress=False)
        ...     result = evaluate(run, "train")
        >>> result.graphs, round(result.exact["majority"], 3), list(result.exact)
        (9, 0.889, ['network', 'majority', 'trees'])
    """
    _check_split(split)
    dataset = run.dataset()
    _check_split_ids(run, dataset)
    memory = run.config.training.get("memory", DEFAULT_MEMORY)
    network, features = run.network(), run.config.features
    return evaluate_network(network, dataset, features, (split,), report, memory)[split]


def _check_split_ids(run: Run, dataset: IntervalDataset) -> None:
    """A run keeps its split for those who have no dataset; here it must be that of the dataset."""
    kept = run.split_ids
    columns = [schema.ISO_CLASS, schema.SPLIT]
    now = pa.concat_tables(dataset.scan(columns))
    if kept.num_rows != now.num_rows or any(kept[name] != now[name] for name in columns):
        raise RunError(
            f"{RunFiles.SPLIT_IDS} of {str(run.path)!r} is damaged: it is not the split of the "
            f"dataset {str(dataset.path)!r}, on which the run was trained. Delete "
            f"{RunFiles.METRICS} and run the same klgnn train again."
        )


def evaluate_network(
    network: CoefficientNetwork,
    dataset: IntervalDataset,
    features: str,
    splits: tuple[str, ...],
    report: Report | None = None,
    memory: int = DEFAULT_MEMORY,
    baselines: Baselines | None = None,
) -> dict[str, Evaluation]:
    """Measures a network on some splits, fitting the baselines once at most; see `evaluate`.

    The graphs of a split are streamed if they take more than `memory` bytes.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from data_gen.generation import generate
        >>> run = Run.default()
        >>> with TemporaryDirectory() as folder:
        ...     dataset, splits = generate(4, f"{folder}/s4"), ("val", "test")
        ...     results = evaluate_network(run.network(), dataset, run.config.features, splits)
        >>> [(split, result.graphs, result.exact["network"]) for split, result in results.items()]
        [('val', 2, 1.0), ('test', 3, 1.0)]
    """
    majority, trees, longest = baselines or fit_baselines(dataset, report)
    leak = leak_report(dataset)
    results = {}
    for split in splits:
        _check_split(split)
        said = predict(network, open_graphs(dataset, split, features, memory))
        width = max(said.true.shape[1], said.values.shape[1])
        rows = len(said.true)
        values = {
            "network": pad(said.values, width),
            "majority": pad(np.tile(majority.coefficients, (rows, 1)), width),
            "trees": pad(trees.predict(counts_of(dataset, split, longest)), width),
        }
        polynomials = {**values, "majority": pad(np.tile(majority.polynomial, (rows, 1)), width)}
        true = pad(said.true, width)
        results[split] = Evaluation(
            split=split,
            graphs=rows,
            exact={name: exact_accuracy(true, polynomials[name]) for name in METHODS},
            exact_by_degree=_by_degree(true, polynomials),
            trees_training_exact=trees.training_exact,
            coefficients=tuple(
                _scores(k, true, values, said, network.vocabulary) for k in range(width)
            ),
            leak=leak,
        )
    return results


def _check_split(split: str) -> None:
    if split not in SPLITS:
        raise UsageError(f"There is no split {split!r}; there are {', '.join(SPLITS)}.")


def _by_degree(
    true: NDArray[np.int64], values: Mapping[str, NDArray[np.int64]]
) -> dict[str, dict[str, float]]:
    degree = degrees(true)
    return {
        str(d): {
            "graphs": int((degree == d).sum()),
            **{
                name: exact_accuracy(true[degree == d], values[name][degree == d])
                for name in METHODS
            },
        }
        for d in np.unique(degree)
    }


def _scores(
    k: int,
    true: NDArray[np.int64],
    values: Mapping[str, NDArray[np.int64]],
    said: Predictions,
    vocabulary: tuple[tuple[int, ...], ...],
) -> CoefficientScores:
    column = true[:, k]
    # Where the network has no head it says 0, and is sure of it.
    known = vocabulary[k] if k < len(vocabulary) else (0,)
    sure = said.confidence[:, k] if k < len(vocabulary) else np.ones(len(column))
    met, counts = np.unique(column, return_counts=True)
    return CoefficientScores(
        power=k + 1,
        counts={str(value): int(count) for value, count in zip(met, counts, strict=True)},
        unseen=int((~np.isin(column, known)).sum()),
        accuracy={name: accuracy(column, values[name][:, k]) for name in METHODS},
        macro_f1={name: macro_f1(column, values[name][:, k]) for name in METHODS},
        calibration_error=calibration_error(sure, values["network"][:, k] == column),
    )
