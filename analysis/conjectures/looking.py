"""Looking at a block of intervals with a conjecture, here or in another process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.conjectures.base import Conjecture, Outcome
from analysis.conjectures.registry import conjectures_of_text, find_conjecture, where_it_failed
from analysis.conjectures.subject import Subject
from analysis.conjectures.tally import Counterexample, Tally, Undecided, as_key
from data_gen.bruhat import unrank_permutations
from data_gen.errors import MemoryLimitError, UsageError
from data_gen.interrupts import is_interrupt

__all__ = ["Shipped", "check_block", "counterexample_at", "plain", "shipped"]


@dataclass(frozen=True)
class Shipped:
    """How another process finds a conjecture: by its name, or in the text of a file."""

    name: str
    file: tuple[str, str] | None

    def find(self) -> Conjecture:
        """The conjecture, once in each process."""
        return _found(self)


@lru_cache(maxsize=16)
def _found(shipped: Shipped) -> Conjecture:
    if shipped.file is None:
        return find_conjecture(shipped.name)
    path, text = shipped.file
    every = {one.name: one for one in conjectures_of_text(text, path)}
    return every[shipped.name]


def shipped(conjecture: Conjecture) -> Shipped:
    """What stands for a conjecture on its way to another process.

    Raises:
        UsageError: If other processes cannot find it.

    Example:
        >>> shipped(find_conjecture("deodhar"))
        Shipped(name='deodhar', file=None)
    """
    if conjecture.file is None:
        with suppress(UsageError):
            if find_conjecture(conjecture.name) is conjecture:
                return Shipped(conjecture.name, None)
        raise UsageError(
            f"other processes cannot find {conjecture.name!r}: put it into a file and load it with "
            "load_conjectures, or test it in this process only (one worker)."
        )
    return Shipped(conjecture.name, conjecture.file)


def check_block(
    reference: Conjecture | Shipped,
    n: int,
    xs: NDArray[np.int64],
    ws: NDArray[np.int64],
    counts: NDArray[np.int64],
    examples: int,
    must_run: bool = False,
) -> dict[str, Any]:
    """Looks at some intervals; a task for workers.

    An interval on which the conjecture's function raises an exception is undecided.

    Args:
        reference: The conjecture.
        n: The intervals are in S_n.
        xs: int64[M], lexicographic ranks of the bottoms.
        ws: int64[M], of the tops.
        counts: int64[M], how many intervals each of them stands for.
        examples: How many of the smallest counterexamples to keep.
        must_run: Whether a function that raises on every one of them is refused.

    Returns:
        What `Tally.to_dict` gives.

    Raises:
        UsageError: If it is refused.

    Example:
        >>> from analysis.conjectures.population import one_interval
        >>> one, refuted = one_interval("1324", "3412"), find_conjecture("free-is-boolean")
        >>> found = check_block(refuted, one.n, one.xs, one.ws, one.counts, examples=10)
        >>> found["failures"], found["examples"][0]["w"], found["examples"][0]["kl"]
        (1, '3412', [1, 1])
    """
    conjecture = reference if isinstance(reference, Conjecture) else reference.find()
    bottoms, tops = unrank_permutations(xs, n) + 1, unrank_permutations(ws, n) + 1
    tally = Tally(kept=examples)
    raised: list[tuple[Subject, Exception, str]] = []
    for x, w, count in zip(bottoms.tolist(), tops.tolist(), counts.tolist(), strict=True):
        subject = Subject(x, w, labels=conjecture.about == "labels")
        try:
            tally.add(_looked_at(conjecture, subject, count, examples))
        except MemoryLimitError:
            raise
        except Exception as exception:
            if is_interrupt(exception):
                raise
            where = where_it_failed(exception, conjecture.file[0] if conjecture.file else "")
            tally.add(_undecided(subject, count, where, examples))
            raised = raised or [(subject, exception, where)]
    if must_run and raised and tally.undecided_intervals == tally.intervals:
        subject, error, where = raised[0]
        raise UsageError(
            f"{conjecture.name!r} fails to run on [{subject.name(0)}, {subject.name(subject.top)}] "
            f"of S_{n}: {where}"
        ) from error
    return tally.to_dict()


def _undecided(subject: Subject, count: int, error: str, examples: int) -> Tally:
    facts = {**subject.whereabouts(), "iso_class": subject.certificate}
    one = Undecided(facts, count, error)
    return Tally(*(count, 1), kept=examples, undecided_intervals=count, undecided=[one])


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
    """What is wrong at an interval that is known to be a counterexample.

    Example:
        >>> crown = Subject("1324", "3412")
        >>> counterexample_at(find_conjecture("free-is-boolean"), crown).failures
        ({'expected': True, 'found': False},)
    """
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
