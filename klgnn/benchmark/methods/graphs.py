"""Networks on plain graphs: one label a graph, as Davies et al. trained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from klgnn.benchmark.methods.base import Clock, Outcome, Task
from klgnn.benchmark.scores import Answer
from klgnn.presets import Preset, find_preset
from klgnn.quotient import Quotient

__all__ = ["GraphsMethod"]

_BATCH_NODES = 25_000  # about 100 graphs of S_8 with at most 500 elements
_EPOCH_NODES = 400_000  # from one look at validation and clock to the next
_VAL_NODES = 100_000
_SHARE = 0.125  # of the time that one training may take


@dataclass(frozen=True)
class GraphsMethod:
    """A preset for plain graphs, trained on the training roots for a limited time.

    The weights are those of the best validation loss. Two things differ from `klgnn train`, so that
    graphs of 2,000 elements can be trained on at all: batches have the preset's number of graphs,
    but not more than 25,000 vertices on average; and validation, on at most 100,000 vertices of the
    validation roots, comes after every 400,000 vertices.

    Attributes:
        name: A key of `klgnn.presets.PRESETS`.
        preset: Other settings than those, for tests.

    Example:
        >>> from klgnn.benchmark.problems import Problem
        >>> from klgnn.models import Davies2021Config
        >>> quotient = Quotient.of_group(4)
        >>> roots, val, test = quotient.size > 1, quotient.size == 8, quotient.size == 10
        >>> problem = Problem(quotient, roots, ~(val | test), val, test, {"all": test})
        >>> small = Davies2021Config(width=8, steps=2)
        >>> quick = replace(find_preset("davies2021"), epochs=1, network=small)
        >>> outcome = GraphsMethod(preset=quick).run(Task(problem), seed=0)
        >>> outcome.answers["davies2021"].values.shape, outcome.notes["passes"]
        ((14, 4), 1.0)
    """

    name: str = "davies2021"
    preset: Preset | None = None

    random = True
    version = 1

    @property
    def _preset(self) -> Preset:
        return self.preset or find_preset(self.name)

    def settings(self, minutes: float) -> Mapping[str, Any]:
        """The preset, and how long it may take."""
        return {"preset": asdict(self._preset), "minutes": minutes}

    def run(self, task: Task, seed: int) -> Outcome:
        """Trains on the training roots, and predicts validation and test roots."""
        import torch
        from torch_geometric.loader import DataLoader

        from klgnn.benchmark.class_graphs import ClassGraphs, Portions
        from klgnn.evaluation import predict
        from klgnn.features import FEATURE_NAMES
        from klgnn.fitting import fit, seeded
        from klgnn.models import MODELS, vocabulary_of
        from klgnn.sampler import BudgetSampler

        problem, preset = task.problem, self._preset
        quotient, training, answering = problem.quotient, Clock(), Clock()
        train = ClassGraphs(quotient, np.flatnonzero(problem.train_roots), preset.features)
        val_rows = _some(quotient, np.flatnonzero(problem.val), _VAL_NODES)
        val = ClassGraphs(quotient, val_rows, preset.features)
        weights = train.node_counts
        budget = preset.batch_size
        if preset.batch_unit == "graphs":
            budget = round(min(preset.batch_size * float(weights.mean()), _BATCH_NODES))
        sampler = Portions(
            BudgetSampler(weights, budget, shuffle=True, seed=seed), max(1, _EPOCH_NODES // budget)
        )
        passes = sampler.epochs_in_a_pass
        limited = replace(preset, epochs=preset.epochs * passes, patience=preset.patience * passes)
        with training.running(), seeded(seed, task.threads):
            vocabulary = vocabulary_of(torch.from_numpy(quotient.labels[problem.train_roots]))
            features = len(FEATURE_NAMES[preset.features])
            network = MODELS[preset.model](preset.network, features, vocabulary)
            keeper = fit(
                network,
                limited,
                DataLoader(train, batch_sampler=sampler),
                val.loader(),
                max_time=60 * task.minutes * _SHARE,
                progress=task.shows,
            )
            network.load_state_dict(keeper.best_weights)
        asked = ClassGraphs(quotient, np.flatnonzero(problem.val | problem.test), preset.features)
        show = task.progress(f"asking {self.name}")
        with answering.running(), seeded(seed, task.threads), show as report:
            said = predict(network, asked, report=report)
        values = np.zeros((len(quotient), said.values.shape[1]), np.int64)
        confidence = np.zeros(values.shape, np.float32)
        values[said.rows], confidence[said.rows] = said.values, said.confidence
        notes = {
            "passes": round(len(keeper.rows) / passes, 2),
            "parameters": sum(parameter.numel() for parameter in network.parameters()),
        }
        return Outcome({self.name: Answer(values, confidence)}, training, answering, notes)


def _some(quotient: Quotient, classes: NDArray[np.int64], nodes: int) -> NDArray[np.int64]:
    """Classes drawn at random, always the same, of not many more than so many vertices."""
    drawn = np.random.default_rng(0).permutation(classes)
    before = np.cumsum(quotient.size[drawn]) - quotient.size[drawn]
    return np.sort(drawn[before < nodes])
