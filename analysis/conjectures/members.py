"""From one counterexample of an isomorphism class to all intervals of the class."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from analysis.conjectures.looking import counterexample_at
from analysis.conjectures.population import Population
from analysis.conjectures.run import Examination, Scope
from analysis.conjectures.subject import Subject
from analysis.conjectures.tally import Counterexample
from data_gen.bruhat import unrank_permutations
from data_gen.errors import UsageError
from data_gen.progress import Progress, no_progress

__all__ = ["every_counterexample"]


def every_counterexample(
    found: Examination, scope: Scope, progress: Progress | None = None
) -> tuple[Counterexample, ...]:
    """Every interval at which a statement fails, not one of each isomorphism class.

    Args:
        found: What `examine` gave, with all failing classes among its examples.
        scope: What it was given.
        progress: Where to show how far it is.

    Raises:
        UsageError: If it is a determination, or `found` kept only some of its examples.

    Example:
        >>> from analysis.conjectures import examine, find_conjecture
        >>> scope = Scope((4,))
        >>> found = examine(find_conjecture("kl-duality"), scope)
        >>> len(found.counterexamples), len(every_counterexample(found, scope))
        (4, 8)
    """
    if found.conjecture.is_determination:
        raise UsageError(f"{found.conjecture.name} compares intervals: a pair is a counterexample.")
    every: list[Counterexample] = []
    for n, tally in found.by_n.items():
        if len(tally.examples) < tally.failing_graphs:
            raise UsageError(
                f"only {len(tally.examples)} of {tally.failing_graphs} counterexamples were kept."
            )
        if found.conjecture.about == "labels":
            every += tally.examples
            continue
        failing = defaultdict(set)
        for one in tally.examples:
            failing[one.facts["nodes"]].add(one.facts["iso_class"])
        population = scope.population(n, progress or no_progress)
        some = population[np.flatnonzero(np.isin(population.nodes, list(failing)))]
        with (progress or no_progress)(f"every counterexample in S_{n}") as report:
            for k, subject in enumerate(_subjects(some)):
                if subject.certificate in failing[subject.num_nodes]:
                    every.append(counterexample_at(found.conjecture, subject))
                report(k + 1, len(some))
    return tuple(sorted(every, key=lambda one: one.size))


def _subjects(population: Population) -> Iterator[Subject]:
    words = (
        unrank_permutations(ranks, population.n) + 1 for ranks in (population.xs, population.ws)
    )
    for x, w in zip(*(column.tolist() for column in words), strict=True):
        yield Subject(x, w)
