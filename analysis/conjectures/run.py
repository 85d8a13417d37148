"""Putting conjectures to the test: on all intervals of S_n, on a sample, or on one.

`examine` goes through the intervals in blocks, smallest first, on any executor, and can go on where
a killed run was. The result does not depend on the executor.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.conjectures.base import Conjecture, Outcome
from analysis.conjectures.journal import Journal
from analysis.conjectures.population import (
    Population,
    all_intervals,
    by_classes,
    one_interval,
    sampled_intervals,
)
from analysis.conjectures.registry import conjectures_of_text, find_conjecture, where_it_failed
from analysis.conjectures.subject import Subject
from analysis.conjectures.tally import DEFAULT_EXAMPLES, Counterexample, Tally, as_key
from data_gen.bruhat import unrank_permutations
from data_gen.errors import MemoryLimitError, UsageError
from data_gen.interrupts import heed_interrupt, is_interrupt
from data_gen.parallel import run_tasks
from data_gen.permutations import PermutationLike
from data_gen.progress import Progress, no_notice, no_progress
from data_gen.storage import sha256

__all__ = ["Examination", "Scope", "examine", "examine_interval"]


@dataclass(frozen=True)
class Scope:
    """Which intervals a conjecture is put to.

    Attributes:
        ns: The n of S_n, ascending.
        sample: How many intervals of each S_n are drawn; None for all.
        seed: Of the sample.
        walks: Whether the sample is drawn by random walks, see `data_gen.sampling`.
        max_nodes: Leave out larger intervals; see `analysis.conjectures.population` for what None
            means.

    Raises:
        UsageError: If no n is given, or a number is out of range.

    Example:
        >>> Scope((5, 4)).ns
        (4, 5)
    """

    ns: tuple[int, ...]
    sample: int | None = None
    seed: int = 0
    walks: bool = False
    max_nodes: int | None = None

    def __post_init__(self) -> None:
        """Sorts the n and refuses what makes no sense."""
        object.__setattr__(self, "ns", tuple(sorted(set(self.ns))))
        if not self.ns:
            raise UsageError("no n is given: which S_n should it be tested in?")
        if self.max_nodes is not None and self.max_nodes < 2:
            raise UsageError(f"max_nodes = {self.max_nodes}: an interval x < w has at least 2.")
        if self.sample is None and self.walks:
            raise UsageError("random walks draw a sample: say how many intervals.")

    def population(self, n: int, progress: Progress) -> Population:
        """The intervals of S_n, each standing for itself."""
        if self.sample is None:
            return all_intervals(n, self.max_nodes)
        return sampled_intervals(*(n, self.sample, self.seed, self.walks, self.max_nodes, progress))


@dataclass(frozen=True)
class Examination:
    """What a test found.

    Attributes:
        conjecture: What was tested.
        by_n: For each n what was found in S_n.
        limits: For each n which intervals of S_n those were, in words; empty if all.
        total: The sum.
    """

    conjecture: Conjecture
    by_n: Mapping[int, Tally]
    limits: Mapping[int, str]
    total: Tally

    @property
    def holds(self) -> bool:
        """Whether no case failed."""
        return not self.total.failures

    @property
    def counterexamples(self) -> list[Counterexample]:
        """The smallest ones, smallest first."""
        return self.total.examples

    def to_dict(self) -> dict[str, Any]:
        """JSON-able; what `klgnn conjecture test --json` prints.

        Keys: conjecture, statement, source, status, n, intervals, applicable (intervals the
        statement says something about), graphs (looked at, one of each class where that is
        enough), decompositions, counts (cases of any other kind), failures (cases),
        failing_intervals, failing_graphs, counterexamples (smallest first), by_n.
        """
        one = self.conjecture
        return {
            "conjecture": one.name,
            "statement": one.statement,
            "source": one.source,
            "status": one.status,
            "n": list(self.by_n),
            **_numbers(self.total),
            "counterexamples": [found.to_dict() for found in self.counterexamples],
            "by_n": {
                str(n): {**_numbers(tally), "limits": self.limits[n]}
                for n, tally in self.by_n.items()
            },
        }


def examine(
    conjecture: Conjecture,
    scope: Scope,
    executor: Executor | None = None,
    folder: str | Path | None = None,
    examples: int = DEFAULT_EXAMPLES,
    progress: Progress | None = None,
    notify: Callable[[str], None] | None = None,
) -> Examination:
    """Tests a conjecture.

    Args:
        conjecture: What to test.
        scope: On which intervals.
        executor: Where blocks are computed, such as `data_gen.parallel.process_pool` gives; here if
            None.
        folder: Where to note what is finished, so that the same call goes on after a kill.
        examples: How many of the smallest counterexamples to keep.
        progress: Where to show how far it is, such as `data_gen.console.progress`.
        notify: Called with a sentence when the first counterexample is met.

    Raises:
        UsageError: If the scope is out of range, the conjecture's function raises, or other
            processes cannot find it.
        DatasetError: If the folder holds another test.

    Example:
        >>> found = examine(find_conjecture("deodhar"), Scope((3, 4)))
        >>> found.total.intervals, found.total.failures
        (202, 0)
    """
    reference = conjecture if executor is None else _shipped(conjecture)
    show, tell = progress or no_progress, notify or no_notice
    journal = (
        None if folder is None else Journal(Path(folder), _header(conjecture, scope, examples))
    )
    by_n, limits = {}, {}
    total = Tally(kept=examples)
    for n in scope.ns:

        def make(n: int = n) -> Population:
            every = scope.population(n, show)
            return every if conjecture.about == "labels" else by_classes(every, executor, show)

        population = make() if journal is None else journal.population(n, make)
        tally = Tally(kept=examples)
        blocks = list(population.blocks())
        tasks = _tasks(reference, blocks, examples, journal)
        with show(f"{conjecture.name} in S_{n}") as report:
            for k in range(len(blocks)):
                if journal is not None and (n, k) in journal.done:
                    tally.add(journal.done[n, k])
            for k, content in run_tasks(check_block, tasks, executor):
                found = Tally.from_dict(content)
                if found.examples and not tally.examples and not total.examples:
                    tell(_first_words(conjecture, found.examples[0]))
                tally.add(found)
                if journal is not None:
                    journal.write(n, k, found)
                report(tally.intervals, population.intervals)
                heed_interrupt()
        # The graphs of S_n are among those of S_{n+1}: one counterexample of each is enough.
        total.add(tally.without_classes_of(total) if conjecture.about == "graph" else tally)
        by_n[n], limits[n] = tally.close(), population.limits
    return Examination(conjecture, by_n, limits, total.close())


def examine_interval(conjecture: Conjecture, x: PermutationLike, w: PermutationLike) -> Examination:
    """Tests a conjecture on one interval.

    Raises:
        UsageError: If it compares several intervals, or x = w.

    Example:
        >>> examine_interval(find_conjecture("deodhar"), "1324", "3412").holds
        True
    """
    if conjecture.is_determination:
        raise UsageError(f"{conjecture.name} compares intervals: one alone says nothing.")
    alone = one_interval(x, w)
    arguments = (conjecture, alone.n, alone.xs, alone.ws, alone.counts, 1)
    tally = Tally.from_dict(check_block(*arguments)).close()
    return Examination(conjecture, {alone.n: tally}, {alone.n: alone.limits}, tally)


@dataclass(frozen=True)
class _Shipped:
    """How another process finds a conjecture: by its name, or in the text of a file."""

    name: str
    file: tuple[str, str] | None

    def find(self) -> Conjecture:
        return _found(self)


@lru_cache(maxsize=16)
def _found(shipped: _Shipped) -> Conjecture:
    if shipped.file is None:
        return find_conjecture(shipped.name)
    path, text = shipped.file
    every = {one.name: one for one in conjectures_of_text(text, path)}
    return every[shipped.name]


def _shipped(conjecture: Conjecture) -> _Shipped:
    if conjecture.file is None:
        with suppress(UsageError):
            if find_conjecture(conjecture.name) is conjecture:
                return _Shipped(conjecture.name, None)
        raise UsageError(
            f"other processes cannot find {conjecture.name!r}: put it into a file and load it with "
            "load_conjectures, or test it in this process only (one worker)."
        )
    return _Shipped(conjecture.name, conjecture.file)


def check_block(
    reference: Conjecture | _Shipped,
    n: int,
    xs: NDArray[np.int64],
    ws: NDArray[np.int64],
    counts: NDArray[np.int64],
    examples: int,
) -> dict[str, Any]:
    """Looks at some intervals; a task for workers.

    Returns:
        What `Tally.to_dict` gives.
    """
    conjecture = reference if isinstance(reference, Conjecture) else reference.find()
    bottoms, tops = unrank_permutations(xs, n) + 1, unrank_permutations(ws, n) + 1
    tally = Tally(kept=examples)
    for x, w, count in zip(bottoms.tolist(), tops.tolist(), counts.tolist(), strict=True):
        subject = Subject(x, w, labels=conjecture.about == "labels")
        try:
            tally.add(_looked_at(conjecture, subject, count, examples))
        except MemoryLimitError:
            raise
        except Exception as error:
            if is_interrupt(error):
                raise
            file = conjecture.file[0] if conjecture.file else ""
            raise UsageError(
                f"{conjecture.name!r} fails to run on [{subject.name(0)}, "
                f"{subject.name(subject.top)}] of S_{n}: {where_it_failed(error, file)}"
            ) from error
    return tally.to_dict()


def _looked_at(conjecture: Conjecture, subject: Subject, count: int, examples: int) -> Tally:
    tally = Tally(intervals=count, graphs=1, kept=examples)
    if conjecture.key is not None and conjecture.value is not None:
        key, value = conjecture.key(subject), conjecture.value(subject)
        if key is not None:
            tally.applicable = count
            seen = [count, subject.facts()]
            tally.seen = {as_key(plain(key)): {as_key(plain(value)): seen}}
        return tally
    outcome = conjecture.outcome(subject)
    if not outcome.applies:
        return tally
    tally.applicable = count
    tally.counts = {name: number * count for name, number in outcome.counts.items()}
    if outcome.failures:
        tally.failures = len(outcome.failures) * count
        tally.failing_intervals, tally.failing_graphs = count, 1
        tally.examples = [_counterexample(subject, outcome, count)]
    return tally


def counterexample_at(conjecture: Conjecture, subject: Subject) -> Counterexample:
    """What is wrong at an interval that is known to be a counterexample."""
    return _counterexample(subject, conjecture.outcome(subject), 1)


def _counterexample(subject: Subject, outcome: Outcome, count: int) -> Counterexample:
    evidence = tuple(plain(dict(one)) for one in outcome.failures)
    return Counterexample(subject.facts(), count, evidence)


def plain(value: Any) -> Any:
    """A value as JSON has it: tuples and arrays as lists, numpy's numbers as Python's.

    Example:
        >>> plain({"v": np.int64(3), "p": (1, 2), 5: {2, 1}})
        {'v': 3, 'p': [1, 2], '5': [1, 2]}
    """
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (np.generic, np.ndarray)):
        return plain(value.tolist())
    if isinstance(value, (set, frozenset)):
        return [plain(item) for item in sorted(value)]
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [plain(item) for item in value]
    return value if value is None or isinstance(value, (str, bool, int, float)) else str(value)


def _tasks(
    reference: Conjecture | _Shipped,
    blocks: Sequence[Population],
    examples: int,
    journal: Journal | None,
) -> Iterable[tuple[int, tuple[Any, ...]]]:
    for k, block in enumerate(blocks):
        if journal is None or (block.n, k) not in journal.done:
            yield k, (reference, block.n, block.xs, block.ws, block.counts, examples)


def _header(conjecture: Conjecture, scope: Scope, examples: int) -> dict[str, Any]:
    return {
        "conjecture": conjecture.name,
        "code": sha256(_code(conjecture).encode()),
        "scope": plain(vars(scope)),
        "examples": examples,
    }


def _code(conjecture: Conjecture) -> str:
    """The text of the file that the conjecture stands in, as far as it can be found."""
    if conjecture.file is not None:
        return conjecture.file[1]
    function = conjecture.check or conjecture.key
    with suppress(OSError, TypeError):
        module = inspect.getmodule(function)
        return inspect.getsource(module) if module else ""
    return ""


def _numbers(tally: Tally) -> dict[str, Any]:
    return {
        "intervals": tally.intervals,
        "applicable": tally.applicable,
        "graphs": tally.graphs,
        "decompositions": tally.counts.get("decompositions", 0),
        "counts": dict(sorted(tally.counts.items())),
        "failures": tally.failures,
        "failing_intervals": tally.failing_intervals,
        "failing_graphs": tally.failing_graphs,
    }


def _first_words(conjecture: Conjecture, example: Counterexample) -> str:
    facts = example.facts
    return (
        f"{conjecture.name} fails on [{facts['x']}, {facts['w']}] of S_{facts['n']}, "
        f"{facts['nodes']} elements; going on."
    )
