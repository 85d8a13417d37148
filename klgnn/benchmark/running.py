"""Running methods on suites, and keeping what is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from data_gen.errors import UsageError
from data_gen.progress import Progress, no_notice, no_progress
from data_gen.storage import lock
from klgnn.benchmark.methods import METHODS, Method, Task, find_method
from klgnn.benchmark.problems import Problem, build_problem
from klgnn.benchmark.results import (
    Key,
    Result,
    fingerprint,
    read_result,
    settings_of,
    versions,
    write_result,
)
from klgnn.benchmark.scores import score
from klgnn.benchmark.suites import Suite, find_suite

__all__ = ["Benchmark"]


class Benchmark:
    """Some methods on some suites, with some seeds.

    Every result is written as soon as it is there, and found again by the next call: after an
    interruption it goes on with the result that was being made. Two processes may work in one
    folder on different suites.

    Args:
        folder: Keeps results, and the data of the suites.
        suites: Names of suites.
        methods: Names of methods.
        seeds: Of the methods that have anything random; the others run once, with seed 0.
        minutes: How long one training may take.
        threads: How many threads compute.
        progress: Where to show how far it is.
        notify: Where to say which result is being made.

    Raises:
        UsageError: If there is no such suite or method, or a number makes no sense.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     work = Benchmark(Path(folder), ["s6-unseen"], ["majority", "least-solution"])
        ...     found = {result.method: result for result in work.run()}
        ...     print(work.kept()[1])  # what is missing
        []
        >>> work.command.split(" --seeds")[0]
        'klgnn benchmark s6-unseen --methods majority,least-solution'
        >>> found["majority"].scores["majority"]["all"]["exact"]
        0.125
        >>> found["least-solution"].scores["least solution, monotone"]["all"]["exact"]
        1.0
    """

    def __init__(
        self,
        folder: Path,
        suites: Sequence[str],
        methods: Sequence[str],
        seeds: Sequence[int] = (0, 1, 2),
        minutes: float = 10.0,
        threads: int = 1,
        progress: Progress = no_progress,
        notify: Callable[[str], None] = no_notice,
    ) -> None:
        if not minutes > 0:
            raise UsageError(f"{minutes} minutes are no time to train; give a positive number.")
        if threads < 1:
            raise UsageError(f"{threads} threads compute nothing; give at least 1.")
        if not seeds or any(not 0 <= seed < 2**63 for seed in seeds):
            raise UsageError(f"The seeds {list(seeds)} are none: give numbers in 0, ..., 2^63 - 1.")
        self.folder, self.minutes, self.threads = folder, minutes, threads
        self.suites: tuple[Suite, ...] = tuple(find_suite(name) for name in dict.fromkeys(suites))
        self.methods: dict[str, Method] = {name: find_method(name) for name in methods}
        self.seeds = tuple(dict.fromkeys(seeds))
        self._progress, self._notify = progress, notify

    @property
    def command(self) -> str:
        """What to type for these results, on any machine."""
        seeds = f"--seeds {','.join(map(str, self.seeds))}"
        limits = [f"--minutes {self.minutes:g}", f"--threads {self.threads}"]
        return " ".join(["klgnn benchmark", *self._asked, seeds, *limits])

    @property
    def _asked(self) -> list[str]:
        """The part of the command that says what is measured."""
        words = [suite.name for suite in self.suites]
        if list(self.methods) == list(METHODS):
            return words
        return [*words, f"--methods {','.join(self.methods)}"]

    def run(self) -> list[Result]:
        """Makes what is missing, in the order of suites, methods and seeds.

        Raises:
            DatasetError: If another process works on the same suite in this folder.
            StorageError: If the disk is full.
            KeyboardInterrupt: As it came; what is written stays.
        """
        return [result for suite in self.suites for result in self._run_suite(suite)]

    def kept(self) -> tuple[list[Result], list[Key]]:
        """What is there already, in the same order, and what is missing; makes nothing."""
        found, missing = [], []
        for suite in self.suites:
            for key in self._keys(suite):
                result = self._kept(suite, key)
                if result is None:
                    missing.append(key)
                else:
                    found.append(result)
        return found, missing

    def _keys(self, suite: Suite) -> list[Key]:
        return [
            Key(suite.name, name, seed)
            for name, method in self.methods.items()
            for seed in (self.seeds if method.random else (0,))
        ]

    def _run_suite(self, suite: Suite) -> Iterator[Result]:
        keys = self._keys(suite)
        if all(self._kept(suite, key) for key in keys):
            yield from (result for key in keys if (result := self._kept(suite, key)))
            return
        with lock(self.folder / suite.name / ".lock"):
            task = Task(self._problem(suite), self.minutes, self.threads, self._progress)
            for key in keys:
                result = self._kept(suite, key)
                if result is None:
                    result = self._make(suite, key, task)
                    write_result(self.folder, result)
                yield result

    def _problem(self, suite: Suite) -> Problem:
        """What the methods learn from and are judged by."""
        return build_problem(suite, self.folder / "data", self.threads, self._progress)

    def _kept(self, suite: Suite, key: Key) -> Result | None:
        wanted = fingerprint(suite, self.methods[key.method], self.minutes, key.seed)
        return read_result(self.folder, key, wanted)

    def _make(self, suite: Suite, key: Key, task: Task) -> Result:
        method = self.methods[key.method]
        self._notify(f"{suite.name}: {key.method}{f', seed {key.seed}' if method.random else ''}")
        outcome = method.run(task, key.seed)
        return Result(
            suite=suite.name,
            method=key.method,
            seed=key.seed,
            fingerprint=fingerprint(suite, method, self.minutes, key.seed),
            settings=settings_of(suite, method, self.minutes),
            threads=self.threads,
            versions=versions(),
            classes=task.problem.counts(),
            scores={title: score(task.problem, said) for title, said in outcome.answers.items()},
            training=outcome.training.to_dict(),
            answering=outcome.answering.to_dict(),
            notes=dict(outcome.notes),
        )
