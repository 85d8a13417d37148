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
from functools import partial
from pathlib import Path
from typing import Any

from analysis.conjectures.base import Conjecture
from analysis.conjectures.journal import HIDDEN, Journal
from analysis.conjectures.looking import Shipped, check_block, plain, shipped
from analysis.conjectures.population import (
    Population,
    all_intervals,
    by_classes,
    one_interval,
    sampled_intervals,
    undecided_intervals,
)
from analysis.conjectures.registry import as_conjecture
from analysis.conjectures.tally import DEFAULT_EXAMPLES, Counterexample, Tally, Undecided
from analysis.journals import one_writer
from data_gen.errors import UsageError
from data_gen.interrupts import heed_interrupt
from data_gen.parallel import run_tasks
from data_gen.permutations import PermutationLike
from data_gen.progress import Progress, no_notice, no_progress
from data_gen.storage import sha256

__all__ = ["Examination", "Scope", "examine", "examine_interval", "examine_undecided"]


@dataclass(frozen=True)
class Scope:
    """Which intervals a conjecture is put to.

    Attributes:
        ns: The n of S_n, ascending; made from any order, and from one number.
        sample: How many intervals of each S_n are drawn; None for all.
        seed: Of the sample.
        walks: Whether the sample is drawn by random walks, see `data_gen.sampling`.
        max_nodes: Leave out larger intervals; see `analysis.conjectures.population` for what None
            means.

    Raises:
        UsageError: If no n is given, or a number is out of range.

    Example:
        >>> Scope((5, 4)).ns, Scope(4).ns
        ((4, 5), (4,))
    """

    ns: tuple[int, ...]
    sample: int | None = None
    seed: int = 0
    walks: bool = False
    max_nodes: int | None = None

    def __post_init__(self) -> None:
        """Sorts the n and refuses what makes no sense."""
        given: Any = self.ns
        ns = {given} if isinstance(given, int) else set(given)
        if wrong := [n for n in ns if not isinstance(n, int)]:
            raise UsageError(f"n = {wrong[0]!r} is no whole number; give several as (4, 5).")
        object.__setattr__(self, "ns", tuple(sorted(ns)))
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

    Example:
        >>> from analysis.conjectures import find_conjecture
        >>> found = examine(find_conjecture("free-is-boolean"), Scope((3, 4)))
        >>> found.holds, {n: tally.failures for n, tally in found.by_n.items()}
        (False, {3: 0, 4: 2})
        >>> [(one.facts["x"], one.facts["w"], one.intervals) for one in found.counterexamples]
        [('1324', '3412', 2)]
    """

    conjecture: Conjecture
    by_n: Mapping[int, Tally]
    limits: Mapping[int, str]
    total: Tally

    @property
    def holds(self) -> bool:
        """Whether no case failed and none is undecided."""
        return not self.total.failures and not self.total.undecided_intervals

    @property
    def counterexamples(self) -> list[Counterexample]:
        """The smallest ones, smallest first."""
        return self.total.examples

    @property
    def undecided(self) -> list[Undecided]:
        """The smallest intervals on which the conjecture's function raised an exception.

        As many as counterexamples are kept. Those of `by_n` are all, and of one isomorphism class
        where one is enough.
        """
        return self.total.undecided[: self.total.kept]

    def to_dict(self) -> dict[str, Any]:
        """JSON-able; what `klgnn conjecture test --json` prints.

        Keys: conjecture, statement, source, status, n, intervals, applicable (intervals the
        statement says something about), graphs (looked at, one of each class where that is
        enough), decompositions, counts (cases of any other kind), failures (cases),
        failing_intervals, failing_graphs, counterexamples (smallest first), by_n. Where the
        function raised an exception also undecided_intervals (how many) and undecided (the
        smallest; those of by_n are all).
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
            **_named(self.undecided),
            "by_n": {
                str(n): {**_numbers(tally), "limits": self.limits[n], **_named(tally.undecided)}
                for n, tally in self.by_n.items()
            },
        }


def examine(
    conjecture: Conjecture | str | Path,
    scope: Scope | int | tuple[int, ...],
    executor: Executor | None = None,
    folder: str | Path | None = None,
    examples: int = DEFAULT_EXAMPLES,
    progress: Progress | None = None,
    notify: Callable[[str], None] | None = None,
) -> Examination:
    """Tests a conjecture.

    Intervals on which its function raises an exception are undecided, and the test goes on: what is
    found on the others is not lost.

    Args:
        conjecture: What to test; or its name, or a Python file that has it.
        scope: On which intervals; or the n of S_n, one or several, for all intervals there.
        executor: Where blocks are computed, such as `data_gen.parallel.process_pool` gives; here if
            None.
        folder: Where to note what is finished, so that the same call goes on after a kill.
        examples: How many of the smallest counterexamples to keep.
        progress: Where to show how far it is, such as `data_gen.console.progress`.
        notify: Called with a sentence when the first counterexample is met, and when the first
            exception is.

    Raises:
        UsageError: If the scope is out of range, the conjecture's function raises on every
            interval of the first block, or other processes cannot find it.
        DatasetError: If the folder holds another test, or another process is writing into it.

    Example:
        >>> found = examine("deodhar", (3, 4))
        >>> found.total.intervals, found.total.failures
        (202, 0)
    """
    chosen = as_conjecture(conjecture)
    if not isinstance(scope, Scope):
        scope = Scope((scope,) if isinstance(scope, int) else tuple(scope))
    where = scope
    show, tell = progress or no_progress, notify or no_notice

    def make(n: int) -> Population:
        every = where.population(n, show)
        return every if chosen.about == "labels" else by_classes(every, executor, show)

    place = None if folder is None else Path(folder)
    with one_writer(place, HIDDEN):
        journal = None if place is None else Journal(place, _header(chosen, where, examples))
        return _examine(chosen, where.ns, make, executor, journal, examples, show, tell)


def examine_undecided(
    conjecture: Conjecture | str | Path,
    folder: str | Path,
    executor: Executor | None = None,
    examples: int = DEFAULT_EXAMPLES,
    progress: Progress | None = None,
    notify: Callable[[str], None] | None = None,
) -> Examination:
    """Tests a conjecture on the intervals that a former test left undecided.

    For a function that raised an exception on some intervals and was mended since: what was found
    on the others need not be found again.

    Args:
        conjecture: What to test, of the same name; or the name, or a Python file that has it.
        folder: Where ``result.json`` of the former test is, as `klgnn conjecture test --out`
            writes it.
        executor: As for `examine`, as are the others.
        examples: How many of the smallest counterexamples to keep.
        progress: Where to show how far it is.
        notify: Called with a sentence, as by `examine`.

    Raises:
        UsageError: If there is no such file, it is of another conjecture, nothing is undecided, or
            the conjecture compares intervals.

    Example:
        >>> from analysis.conjectures import conjecture
        >>> import json, tempfile
        >>> def mistaken(interval):
        ...     return interval.length % (interval.length - 3) == 0
        >>> former = examine(conjecture("idea", "l - 3 divides l")(mistaken), Scope((4,)))
        >>> mended = conjecture("idea", "an interval is short")(lambda one: one.length < 3)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     _ = Path(folder, "result.json").write_text(json.dumps(former.to_dict()))
        ...     found = examine_undecided(mended, folder)
        >>> former.total.undecided_intervals, found.total.intervals, found.total.failures
        (42, 42, 42)
    """
    chosen = as_conjecture(conjecture)
    if chosen.is_determination:
        raise UsageError(f"{chosen.name} compares intervals: test it on all of them again.")
    populations = undecided_intervals(Path(folder), chosen.name)
    return _examine(
        *(chosen, tuple(populations), populations.__getitem__, executor, None, examples),
        *(progress or no_progress, notify or no_notice),
    )


def _examine(
    conjecture: Conjecture,
    ns: Sequence[int],
    make: Callable[[int], Population],
    executor: Executor | None,
    journal: Journal | None,
    examples: int,
    show: Progress,
    tell: Callable[[str], None],
) -> Examination:
    reference = conjecture if executor is None else shipped(conjecture)
    by_n, limits = {}, {}
    total = Tally(kept=examples)
    for n in ns:
        population = make(n) if journal is None else journal.population(n, partial(make, n))
        tally = Tally(kept=examples)
        blocks = list(population.blocks())
        tasks = _tasks(reference, blocks, examples, journal, first=n == ns[0])
        with show(f"{conjecture.name} in S_{n}") as report:
            for k in range(len(blocks)):
                if journal is not None and (n, k) in journal.done:
                    tally.add(journal.done[n, k])
            for k, content in run_tasks(check_block, tasks, executor):
                found = Tally.from_dict(content)
                if found.examples and not tally.examples and not total.examples:
                    tell(_first_words(conjecture, found.examples[0]))
                if found.undecided and not tally.undecided and not total.undecided:
                    tell(_first_exception(conjecture, found.undecided[0]))
                tally.add(found)
                if journal is not None:
                    journal.write(n, k, found)
                report(tally.intervals, population.intervals)
                heed_interrupt()
        # The graphs of S_n are among those of S_{n+1}: one counterexample of each is enough.
        total.add(tally.without_classes_of(total) if conjecture.about == "graph" else tally)
        by_n[n], limits[n] = tally.close(), population.limits
    return Examination(conjecture, by_n, limits, total.close())


def examine_interval(
    conjecture: Conjecture | str | Path, x: PermutationLike, w: PermutationLike
) -> Examination:
    """Tests a conjecture, or the one of a name or a Python file, on one interval.

    Raises:
        UsageError: If it compares several intervals, x = w, or its function raises.

    Example:
        >>> examine_interval("deodhar", "1324", "3412").holds
        True
    """
    chosen = as_conjecture(conjecture)
    if chosen.is_determination:
        raise UsageError(f"{chosen.name} compares intervals: one alone says nothing.")
    alone = one_interval(x, w)
    found = check_block(chosen, alone.n, alone.xs, alone.ws, alone.counts, 1, must_run=True)
    tally = Tally.from_dict(found).close()
    return Examination(chosen, {alone.n: tally}, {alone.n: alone.limits}, tally)


def _tasks(
    reference: Conjecture | Shipped,
    blocks: Sequence[Population],
    examples: int,
    journal: Journal | None,
    first: bool,
) -> Iterable[tuple[int, tuple[Any, ...]]]:
    for k, block in enumerate(blocks):
        if journal is None or (block.n, k) not in journal.done:
            # What runs on none of the smallest intervals is a mistake, and nothing is lost yet.
            must_run = first and k == 0
            yield k, (reference, block.n, block.xs, block.ws, block.counts, examples, must_run)


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
        **({"undecided_intervals": undecided} if (undecided := tally.undecided_intervals) else {}),
    }


def _named(undecided: Sequence[Undecided]) -> dict[str, Any]:
    return {"undecided": [one.to_dict() for one in undecided]} if undecided else {}


def _first_words(conjecture: Conjecture, example: Counterexample) -> str:
    return f"{conjecture.name} fails on {_where(example)}; going on."


def _first_exception(conjecture: Conjecture, one: Undecided) -> str:
    return (
        f"{conjecture.name} raises an exception on {_where(one)}: {one.error}; undecided there, "
        "going on."
    )


def _where(one: Counterexample | Undecided) -> str:
    facts = one.facts
    return f"[{facts['x']}, {facts['w']}] of S_{facts['n']}, {facts['nodes']} elements"
