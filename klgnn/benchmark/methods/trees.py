"""Gradient-boosted trees on counts: the baseline that knows no graph and could win."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from klgnn.benchmark.methods.base import Clock, Outcome, Task, decoded
from klgnn.benchmark.problems import Mask
from klgnn.benchmark.scores import Answer
from klgnn.identities.scores import NOTHING, stacked
from klgnn.metrics import accuracy, exact_accuracy
from klgnn.quotient import Quotient

__all__ = ["TreesMethod"]

_SURE = 1e-12  # probabilities below this are not told apart


@dataclass(frozen=True)
class TreesMethod:
    """scikit-learn's HistGradientBoostingClassifier, one for each coefficient.

    The inputs are the counts of the quotient, the length and the number of elements. Twice they
    learn: from the training roots, and from all classes that may be learnt from, which are more but
    other ones. For the plain answer and for each decoder the better of the two by exact answers on
    validation is taken; the notes say which. How many rounds of boosting are best is chosen on
    validation as well, for each coefficient, by accuracy and then by likelihood.

    l2_regularization must not be 0: with the default the trees diverge on these data. The share of
    exact answers on their own training data is in the notes.

    Attributes:
        rounds: The most rounds of boosting.
        block: Rounds from one look at validation to the next.
        patience: Looks without improvement after which it stops.

    Example:
        >>> from klgnn.benchmark.problems import Problem
        >>> quotient = Quotient.of_group(5)
        >>> roots, val, test = quotient.size > 1, quotient.size == 36, quotient.size == 10
        >>> task = Task(Problem(quotient, roots, ~(val | test), val, test, {"all": test}))
        >>> outcome = TreesMethod(rounds=20).run(task, seed=0)
        >>> list(outcome.answers)[:2], outcome.notes["sets"]["roots"]["rows"]
        (['trees', 'trees + first identity'], 87)
    """

    rounds: int = 200
    block: int = 20
    patience: int = 2

    name = "trees"
    random = False
    version = 1

    def settings(self, minutes: float) -> Mapping[str, Any]:
        """The rounds, and how long they may take."""
        settings = {"rounds": self.rounds, "block": self.block, "patience": self.patience}
        return settings | {"minutes": minutes, "l2_regularization": 1.0}

    def run(self, task: Task, seed: int) -> Outcome:
        """Learns from both sets and takes the better one, for each answer by itself."""
        problem, identities, answering = task.problem, task.identities, Clock()
        labels, val = problem.quotient.labels, problem.val
        sets = {"roots": problem.train_roots, "all classes": problem.train}
        candidates: dict[str, dict[str, Answer]] = {}
        clocks, notes = {}, {}
        for title, rows in sets.items():
            clocks[title] = Clock()
            with clocks[title].running():
                columns, rounds, late = self._fit(task, title, rows)
            with answering.running():
                values = np.stack([column.argmax(axis=1) for column in columns], axis=1)
                sure = np.exp(np.stack([column.max(axis=1) for column in columns], axis=1))
                plain = {self.name: Answer(values, sure)}
                candidates[title] = plain | decoded(
                    identities, self.name, stacked(columns), labels.shape[1]
                )
            notes[title] = {
                "rows": int(rows.sum()),
                "rounds": rounds,
                "out_of_time": late,
                "training_exact": exact_accuracy(labels[rows], values[rows]),
                "validation_exact": exact_accuracy(labels[val], values[val]),
                **clocks[title].to_dict(),
            }
        chosen = {
            name: max(sets, key=lambda title: _quality(candidates[title], name, labels[val], val))
            for name in candidates["roots"]
        }
        answers = {name: candidates[title][name] for name, title in chosen.items()}
        training = Clock()
        training.processor = sum(clock.processor for clock in clocks.values())
        training.wall = sum(clock.wall for clock in clocks.values())
        return Outcome(answers, training, answering, {"sets": notes, "chosen": chosen})

    def _fit(
        self, task: Task, title: str, rows: Mask
    ) -> tuple[list[NDArray[np.float64]], list[int], list[bool]]:
        """For each coefficient log-probabilities float64[C, V_k], rounds, and if time was over."""
        import sklearn.ensemble  # noqa: F401 - only a library that is loaded can be limited
        from threadpoolctl import threadpool_limits  # rows are too few for threads

        quotient, val = task.problem.quotient, task.problem.val
        table = _count_table(quotient)
        table = table[:, (table[rows] != table[rows][0]).any(axis=0)]
        deadline = time.monotonic() + 60 * task.minutes / 8  # for each of the two sets
        columns, rounds, late, degree = [], [], [], quotient.labels.shape[1]
        with threadpool_limits(1), task.progress(f"trees on {title}") as report:
            for k in range(degree):
                y = quotient.labels[:, k]
                until = time.monotonic() + (deadline - time.monotonic()) / (degree - k)
                column, taken, stopped = self._fit_one(table, y, rows, val, until)
                columns.append(column)
                rounds.append(taken)
                late.append(stopped)
                report(k + 1, degree)
        return columns, rounds, late

    def _fit_one(
        self, table: NDArray[np.float32], y: NDArray[np.int64], rows: Mask, val: Mask, until: float
    ) -> tuple[NDArray[np.float64], int, bool]:
        """Boosts until validation gets no better, the rounds are over, or time is."""
        from sklearn.ensemble import HistGradientBoostingClassifier

        values = np.unique(y[rows])
        out = np.full((len(table), int(values[-1]) + 1), NOTHING)
        if len(values) == 1:
            out[:, values[0]] = 0.0
            return out, 0, False
        model = HistGradientBoostingClassifier(
            l2_regularization=1.0, early_stopping=False, random_state=0, warm_start=True, max_iter=0
        )
        best, taken, since, late = (-1.0, -np.inf), 0, 0, False
        while model.max_iter < self.rounds and since < self.patience and not late:
            model.set_params(max_iter=min(model.max_iter + self.block, self.rounds))
            model.fit(table[rows], y[rows])
            found = _judge(values, model.predict_proba(table[val]), y[val])
            since += 1
            if found > best:
                best, taken, since = found, model.max_iter, 0
            late = time.monotonic() > until
        chances = next(islice(model.staged_predict_proba(table), taken - 1, None))
        out[:, values] = np.log(np.maximum(chances, _SURE))
        return out, taken, late


def _count_table(quotient: Quotient) -> NDArray[np.float32]:
    """The inputs of the trees, float32[C, F]: the counts, the length, the number of elements."""
    return np.concatenate(
        [quotient.counts, quotient.corank[:, None], quotient.size[:, None]], axis=1
    ).astype(np.float32)


def _judge(
    values: NDArray[np.int64], chances: NDArray[np.float64], true: NDArray[np.int64]
) -> tuple[float, float]:
    """Accuracy, then mean log-likelihood; a value that training lacks counts as impossible."""
    right = chances * (values == true[:, None])
    likelihood = float(np.log(np.maximum(right.sum(axis=1), _SURE)).mean())
    return accuracy(true, values[chances.argmax(axis=1)]), likelihood


def _quality(
    answers: Mapping[str, Answer], name: str, true: NDArray[np.int64], val: Mask
) -> tuple[float, float]:
    """Exact answers on validation; between equals, of the plain answer."""
    own, plain = (answers[title].values[val] for title in (name, TreesMethod.name))
    return exact_accuracy(true, own), exact_accuracy(true, plain)
