"""Checking all formulas on a population of intervals, in blocks, on any executor, resumably."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from analysis.formulas.standard import standard_tops
from analysis.formulas_at_large.interval import (
    FORMULAS,
    REFUTED,
    THEOREMS,
    VERSION,
    Limits,
    check_batch,
)
from analysis.formulas_at_large.journal import HIDDEN, Journal
from analysis.formulas_at_large.population import Block, Population, dual_words
from analysis.formulas_at_large.results import (
    FAILURES,
    RESULT,
    TIME,
    in_words,
    named_failures,
    read_json,
    summary,
    write_json,
)
from analysis.formulas_at_large.scope import Scope
from analysis.formulas_at_large.tally import Tally
from analysis.journals import one_writer
from data_gen.bruhat import unrank_permutations
from data_gen.errors import DatasetError
from data_gen.interrupts import heed_interrupt
from data_gen.interval_batch import build_intervals
from data_gen.parallel import run_tasks
from data_gen.progress import Progress, no_notice, no_progress

__all__ = ["check_block", "check_formulas", "so_far"]


def check_formulas(
    scope: Scope,
    folder: str | Path | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
    notify: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """Checks every formula on every decomposition of the intervals of a scope.

    Args:
        scope: Which intervals, and what on each.
        folder: Where results go, and where finished blocks are noted: the same call goes on after a
            kill or Ctrl-C. Without it nothing is written.
        executor: Where blocks are computed, such as `data_gen.parallel.process_pool` gives; here if
            None. The result does not depend on it.
        progress: Where to show how far it is, such as `data_gen.console.progress`.
        notify: Called with a sentence when something fails that is not known to.

    Returns:
        What is written to the folder as ``result.json``.

    Raises:
        UsageError: If the scope is out of range.
        DatasetError: If the folder holds another check, or another process is writing into it.

    Example:
        >>> found = check_formulas(Scope(4))
        >>> found["counts"]["intervals"], found["counts"]["decompositions"], found["failed"]
        ([13, 189], [56, 594], {})
    """
    place = None if folder is None else Path(folder)
    with one_writer(place, HIDDEN):
        return _check(scope, place, executor, progress or no_progress, notify or no_notice)


def _check(
    scope: Scope,
    folder: Path | None,
    executor: Executor | None,
    show: Progress,
    tell: Callable[[str], None],
) -> dict[str, Any]:
    journal = None if folder is None else Journal(folder, _header(scope))

    def make() -> Population:
        return scope.population(show)

    population = make() if journal is None else journal.population(make)
    pieces = list(population.pieces())
    done = {} if journal is None else dict(journal.done)
    total = Tally()
    for tally in done.values():
        total.add(tally)
    tasks = (
        (k, (population.block(piece), scope.limits))
        for k, piece in enumerate(pieces)
        if k not in done
    )
    with show(f"formulas on intervals of S_{scope.n}") as report:
        for k, (content, seconds) in run_tasks(check_block, tasks, executor):
            tally = Tally.from_dict(content)
            _shout(tally, total, tell)
            total.add(tally)
            if journal is not None:
                journal.write(k, tally, seconds)
            report(total.counts["intervals"][0], len(population))
            heed_interrupt()
    result = summary(scope, population, total, len(population))
    if journal is not None:
        write_json(journal.folder / RESULT, result)
        write_json(journal.folder / FAILURES, named_failures(total))
        write_json(journal.folder / TIME, {"cpu_seconds": round(journal.seconds, 1)})
    return result


def so_far(folder: str | Path) -> tuple[dict[str, Any], dict[str, list[Any]], float]:
    """What a check has found, finished or not: result, failures, and processor seconds.

    Raises:
        DatasetError: If the folder holds no check, or one of a klgnn that checked something else.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     _ = check_formulas(Scope(3), folder)
        ...     result, failures, _ = so_far(folder)
        >>> result["counts"]["decompositions"], result["tried"]["bbdvw"], failures
        ([6, 22], [6, 22], {})
    """
    journal = Journal.of_folder(Path(folder))
    if journal.header.get("version") != VERSION:
        raise DatasetError(
            f"{str(folder)!r} holds the check of another version of klgnn, whose formulas "
            "have other names. Check them again into another folder."
        )
    with suppress(OSError):  # it is finished, and the single failures need not be named again
        result, failures = (read_json(journal.folder / name) for name in (RESULT, FAILURES))
        return result, failures, journal.seconds
    content = journal.header["scope"]
    scope = Scope(**{**content, "limits": Limits(**content["limits"])})
    population = journal.population(lambda: scope.population(no_progress))
    total = Tally()
    for tally in journal.done.values():
        total.add(tally)
    pieces = list(population.pieces())
    rows = [np.arange(pieces[k].start, pieces[k].stop) for k in sorted(journal.done)]
    looked_at = population[np.concatenate([np.zeros(0, np.int64), *rows])]
    result = summary(scope, looked_at, total, len(population))
    return result, named_failures(total), journal.seconds


def check_block(block: Block, limits: Limits) -> tuple[dict[str, Any], float]:
    """Looks at some intervals; a task for workers.

    Args:
        block: The intervals.
        limits: How much is looked at on each.

    Returns:
        What `Tally.to_dict` gives, and the processor time in seconds.

    Raises:
        MemoryLimitError: If a table does not fit into memory.

    Example:
        >>> from analysis.formulas_at_large.population import classes_of_group
        >>> found, _ = check_block(classes_of_group(3).block(slice(1, 3)), Limits())
        >>> found["counts"]["intervals"], found["tried"]["h-tilde"], found["failed"]
        ([2, 5], [5, 14], {})
    """
    start = time.process_time()
    bottoms, tops = (unrank_permutations(ranks, block.m) for ranks in (block.xs, block.ws))
    batch = build_intervals(bottoms, tops)
    upper = None
    if limits.upper:
        upper = standard_tops(build_intervals(*dual_words(block.m, block.xs, block.ws)))
    tally = Tally()
    sizes = np.diff(batch.node_ends).tolist()
    columns = (column.tolist() for column in (block.xs, block.ws, block.counts))
    found = check_batch(batch, standard_tops(batch), upper, limits)
    for one, nodes, x, w, count in zip(found, sizes, *columns, strict=True):
        tally.note(one, nodes, block.m, x, w, count)
    return tally.to_dict(), time.process_time() - start


def _shout(tally: Tally, total: Tally, tell: Callable[[str], None]) -> None:
    for name, where in tally.failures.items():
        if name in THEOREMS:
            tell(f"A THEOREM FAILS, so a program is wrong: {name}, {in_words(name, where[0])}")
        elif name not in REFUTED and name not in total.failures:
            tell(f"{name} ({FORMULAS[name]}) FAILS: {in_words(name, where[0])}; going on.")


def _header(scope: Scope) -> dict[str, Any]:
    return {"scope": asdict(scope), "version": VERSION}
