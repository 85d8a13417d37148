"""Formulas that learn nothing: what a network has to be compared with before anything else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from klgnn.benchmark.methods.base import Clock, Outcome, Task
from klgnn.benchmark.scores import Answer

__all__ = ["HypercubeMethod", "LeastSolutionMethod"]


class LeastSolutionMethod:
    """Both identities, and of all solutions the least; `Identities.least_solution`.

    Example:
        >>> from klgnn.benchmark.problems import Problem
        >>> from klgnn.quotient import Quotient
        >>> quotient = Quotient.of_group(4)
        >>> asked, none = quotient.size == 10, quotient.size == 0
        >>> task = Task(Problem(quotient, asked, ~asked, none, asked, {"all": asked}))
        >>> outcome = LeastSolutionMethod().run(task, seed=0)
        >>> {title: said.values[asked].tolist() for title, said in outcome.answers.items()}
        {'least solution': [[1, 0, 0, 0]], 'least solution, monotone': [[1, 0, 0, 0]]}
    """

    name = "least solution"
    random = False
    version = 1

    def settings(self, minutes: float) -> Mapping[str, Any]:
        """Nothing to set."""
        return {}

    def run(self, task: Task, seed: int) -> Outcome:
        """Solves from the top down, with monotonicity and without."""
        identities, degree = task.identities, task.problem.quotient.labels.shape[1]
        answering = Clock()
        answering.processor, answering.wall = task.collecting.processor, task.collecting.wall
        with answering.running():
            answers = {
                f"{self.name}{', monotone' if monotone else ''}": Answer(
                    identities.least_solution(degree, monotone).labels
                )
                for monotone in (False, True)
            }
        return Outcome(answers, Clock(), answering)


class HypercubeMethod:
    """The formula by a hypercube decomposition, given the polynomials of smaller intervals.

    It is exact, and asked about the validation and test roots only.

    Example:
        >>> from klgnn.benchmark.problems import Problem
        >>> from klgnn.quotient import Quotient
        >>> quotient = Quotient.of_group(4)
        >>> asked, none = quotient.size == 10, quotient.size == 0
        >>> task = Task(Problem(quotient, asked, ~asked, none, asked, {"all": asked}))
        >>> HypercubeMethod().run(task, seed=0).answers["hypercube formula"].values[asked].tolist()
        [[1, 0, 0, 0]]
    """

    name = "hypercube formula"
    random = False
    version = 1

    def settings(self, minutes: float) -> Mapping[str, Any]:
        """Nothing to set."""
        return {}

    def run(self, task: Task, seed: int) -> Outcome:
        """Asks for each n at once."""
        from data_gen.hypercube_formula import polynomials_by_hypercubes

        quotient, answering = task.problem.quotient, Clock()
        asked = task.problem.val | task.problem.test
        values = np.zeros_like(quotient.labels)
        with answering.running():
            for n in np.unique(quotient.n[asked]).tolist():
                rows = np.flatnonzero(asked & (quotient.n == n))
                pairs = quotient.bottom[rows], quotient.top[rows]
                found = polynomials_by_hypercubes(n, *pairs, progress=task.progress)
                for row, polynomial in zip(rows.tolist(), found, strict=True):
                    values[row, : len(polynomial) - 1] = polynomial[1:]
        return Outcome({self.name: Answer(values)}, Clock(), answering)
