"""What a method is: something that learns from a problem, or does not, and then answers it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from data_gen.progress import Progress, no_progress
from klgnn.benchmark.problems import Problem
from klgnn.benchmark.scores import Answer
from klgnn.identities import Identities
from klgnn.identities.scores import widened

__all__ = ["DECODERS", "Clock", "Method", "Outcome", "Task", "decoded"]

DECODERS: Mapping[str, tuple[bool, bool]] = {
    "first identity": (False, False),
    "first identity, monotone": (False, True),
    "both identities, monotone": (True, True),
}
"""The decoders by title: whether they use the second identity, and monotonicity."""


class Clock:
    """Counts seconds, of this process (all its threads together) and on the wall.

    Example:
        >>> clock = Clock()
        >>> with clock.running():
        ...     pass
        >>> clock.wall < 1
        True
    """

    def __init__(self) -> None:
        self.processor = 0.0
        self.wall = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Counts while the block runs."""
        processor, wall = time.process_time(), time.monotonic()
        try:
            yield
        finally:
            self.processor += time.process_time() - processor
            self.wall += time.monotonic() - wall

    def to_dict(self) -> dict[str, float]:
        """Plain values for JSON."""
        return {
            "processor_seconds": round(self.processor, 1),
            "wall_seconds": round(self.wall, 1),
        }


@dataclass(frozen=True, eq=False)
class Task:
    """A problem, and how much may be spent on it.

    Attributes:
        problem: The problem.
        minutes: How long one training may take.
        threads: How many threads compute.
        progress: Where to show how far it is.
        collecting: What it cost to collect what the identities sum over.

    Example:
        >>> from klgnn.quotient import Quotient
        >>> quotient = Quotient.of_group(4)
        >>> asked, none = quotient.size == 10, quotient.size == 0
        >>> task = Task(Problem(quotient, asked, ~asked, none, asked, {"all": asked}), minutes=0.5)
        >>> task.shows, task.identities.strange_cycles
        (False, 0)
    """

    problem: Problem
    minutes: float = 10.0
    threads: int = 1
    progress: Progress = field(default_factory=lambda: no_progress)
    collecting: Clock = field(default_factory=Clock)

    @property
    def shows(self) -> bool:
        """Whether anybody wants to see how far it is."""
        return self.progress is not no_progress

    @cached_property
    def identities(self) -> Identities:
        """The identities of the problem's classes, collected once.

        Ask before a clock runs: whoever asks first would pay for all.
        """
        with self.collecting.running():
            return Identities.of(self.problem.quotient, progress=self.progress)


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a method made of a task.

    Attributes:
        answers: One or several, by title.
        training: What learning cost.
        answering: What all the answers cost.
        notes: What else a reader should know: plain values for JSON.
    """

    answers: Mapping[str, Answer]
    training: Clock
    answering: Clock
    notes: Mapping[str, Any] = field(default_factory=dict)


class Method(Protocol):
    """What every method has to offer.

    Example:
        >>> from klgnn.benchmark.scores import score
        >>> from klgnn.quotient import Quotient
        >>> class One:
        ...     name, random, version = "one", False, 1
        ...
        ...     def settings(self, minutes):
        ...         return {}
        ...
        ...     def run(self, task, seed):
        ...         said = Answer(np.zeros_like(task.problem.quotient.labels))  # P = 1
        ...         return Outcome({self.name: said}, Clock(), Clock())
        >>> method: Method = One()
        >>> quotient = Quotient.of_group(4)
        >>> asked, none = quotient.size > 13, quotient.size == 0
        >>> problem = Problem(quotient, asked, ~asked, none, asked, {"all": asked})
        >>> outcome = method.run(Task(problem), seed=0)
        >>> round(score(problem, outcome.answers["one"])["all"]["exact"], 2)
        0.71
    """

    @property
    def name(self) -> str:
        """The title of its plain answer."""
        ...

    @property
    def random(self) -> bool:
        """Whether the seed matters; other methods run once."""
        ...

    @property
    def version(self) -> int:
        """To be raised when the same settings give other answers."""
        ...

    def settings(self, minutes: float) -> Mapping[str, Any]:
        """All that the answers depend on besides problem and seed, as plain values for JSON."""
        ...

    def run(self, task: Task, seed: int) -> Outcome:
        """Learns and answers."""
        ...


def decoded(
    identities: Identities, name: str, scores: NDArray[np.float64], degree: int
) -> dict[str, Answer]:
    """What every decoder makes of the log-probabilities of a method.

    Args:
        identities: The identities of the classes.
        name: The title of the plain answer; those of the decoders are added to it.
        scores: float64[C, D, V], the logarithm of the probability that the coefficient of q^k is v
            at ``[:, k - 1, v]``; `klgnn.identities.scores.NOTHING` for values that the method does
            not know.
        degree: The largest degree of a polynomial.

    Returns:
        The answers by title.

    Example:
        >>> from klgnn.quotient import Quotient
        >>> quotient = Quotient.of_group(4)
        >>> undecided = np.zeros((len(quotient), 1, 2))  # 0 and 1 are as probable for q
        >>> found = decoded(Identities.of(quotient), "coin", undecided, degree=4)
        >>> for title, answer in found.items():
        ...     print(title, (answer.values == quotient.labels).all())
        coin + first identity True
        coin + first identity, monotone True
        coin + both identities, monotone True
    """
    wide = widened(scores, degree)
    return {
        f"{name} + {title}": Answer(identities.decode(wide, second, monotone).labels)
        for title, (second, monotone) in DECODERS.items()
    }
