"""Always the most frequent answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from klgnn.baselines import Majority
from klgnn.benchmark.methods.base import Clock, Outcome, Task
from klgnn.benchmark.scores import Answer

__all__ = ["EACH", "MajorityMethod"]

EACH = "majority of each coefficient"


class MajorityMethod:
    """The most frequent polynomial of the training roots, and the most frequent coefficients.

    Example:
        >>> from klgnn.benchmark.problems import Problem
        >>> from klgnn.quotient import Quotient
        >>> quotient = Quotient.of_group(4)
        >>> test, none = quotient.size == 10, quotient.size == 0
        >>> task = Task(Problem(quotient, quotient.size > 1, ~test, none, test, {"all": test}))
        >>> MajorityMethod().run(task, seed=0).notes
        {'majority': [1, 0, 0, 0, 0], 'majority of each coefficient': [1, 0, 0, 0, 0]}
    """

    name = "majority"
    random = False
    version = 1

    def settings(self, minutes: float) -> Mapping[str, Any]:
        """Nothing to set."""
        return {}

    def run(self, task: Task, seed: int) -> Outcome:
        """Counts."""
        training, answering = Clock(), Clock()
        quotient = task.problem.quotient
        with training.running():
            learnt = Majority().fit(quotient.labels[task.problem.train_roots])
        said = {self.name: learnt.polynomial, EACH: learnt.coefficients}
        answers = {title: Answer(np.tile(row, (len(quotient), 1))) for title, row in said.items()}
        notes = {title: [1, *row.tolist()] for title, row in said.items()}
        return Outcome(answers, training, answering, notes)
