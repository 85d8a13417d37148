"""The ways to search, side by side; each is a sequence of rounds.

What a round does is decided by the seed, its number, and the arrays that the method carries over.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from analysis.search.objectives import Objective
from data_gen.errors import UsageError

__all__ = ["ALL", "METHODS", "Method", "chosen_methods"]

Arrays = dict[str, NDArray[Any]]

ALL = "all"


class Method(Protocol):
    """One way to search.

    Example:
        >>> from analysis.search.quantities import QuantityObjective, find_quantity
        >>> from analysis.search.watching import Watched
        >>> watched = Watched(QuantityObjective(find_quantity("boolean"), 4))
        >>> walks: Method = METHODS["walks"](watched, 0)
        >>> best_tenth = walks.round(0)
        >>> watched.evaluated, watched.best.value, walks.arrays()
        (20000, 4.0, {})
    """

    def round(self, number: int) -> float:
        """Works for a while, at most some seconds; returns the mean score of its best tenth."""

    def arrays(self) -> Arrays:
        """All that later rounds depend on."""

    def load(self, arrays: Arrays) -> None:
        """Goes on from what `arrays` gave."""


class _Independent:
    """A method whose rounds have nothing to do with each other."""

    def arrays(self) -> Arrays:
        return {}

    def load(self, arrays: Arrays) -> None:
        pass


class _Walks(_Independent):
    """Ends of random walks."""

    def __init__(self, objective: Objective, seed: int) -> None:
        self._objective, self._seed = objective, seed
        self._count = 200 if objective.is_slow else 20_000

    def round(self, number: int) -> float:
        from analysis.search.random_walks import walked_pairs

        seed = _seed("walks", self._seed, number)
        return _scored(self._objective, walked_pairs(self._objective, self._count, seed))


class _Uniform(_Independent):
    """Uniform pairs x <= w."""

    def __init__(self, objective: Objective, seed: int) -> None:
        self._objective, self._seed = objective, seed
        self._tries = 2_000 if objective.is_slow else 100_000

    def round(self, number: int) -> float:
        from analysis.search.random_walks import uniform_pairs

        seed = _seed("uniform", self._seed, number)
        return _scored(self._objective, uniform_pairs(self._objective, self._tries, seed))


class _Local(_Independent):
    """Simulated annealing; runs of several lengths take turns."""

    def __init__(self, objective: Objective, seed: int) -> None:
        self._objective, self._seed = objective, seed

    def round(self, number: int) -> float:
        from analysis.search.local_search import anneal

        n, slow = self._objective.n, self._objective.is_slow
        chains, steps = (16, 5 * n << number % 3) if slow else (256, 50 * n << number % 4)
        return anneal(self._objective, chains, steps, _seed("local", self._seed, number))


class _CrossEntropy:
    """A. Wagner's policy network."""

    def __init__(self, objective: Objective, seed: int) -> None:
        from analysis.search.cross_entropy import CrossEntropy, Settings
        from analysis.search.games import PairGame

        settings = Settings(episodes=200 if objective.is_slow else 1000)
        self._engine = CrossEntropy(PairGame(objective), settings, _seed("policy", seed, 0)[0])

    def round(self, number: int) -> float:
        return self._engine.round(number).elite_mean

    def arrays(self) -> Arrays:
        return self._engine.arrays()

    def load(self, arrays: Arrays) -> None:
        self._engine.load(arrays)


METHODS: dict[str, Callable[[Objective, int], Method]] = {
    "cross-entropy": _CrossEntropy,
    "walks": _Walks,
    "local": _Local,
    "uniform": _Uniform,
}
"""All methods by name; the first three are what `all` means."""


def chosen_methods(name: str) -> tuple[str, ...]:
    """The methods that a name on the command line means.

    Raises:
        UsageError: If it means none.

    Example:
        >>> chosen_methods("all")
        ('cross-entropy', 'walks', 'local')
    """
    if name == ALL:
        return tuple(METHODS)[:3]
    if name in METHODS:
        return (name,)
    raise UsageError(f"there is no method {name!r}: choose {', '.join(METHODS)}, or all.")


def _seed(name: str, seed: int, number: int) -> tuple[int, int, int]:
    return abs(seed) * 2 + (seed < 0), crc32(name.encode()), number


def _scored(objective: Objective, pairs: tuple[NDArray[np.int8], NDArray[np.int8]]) -> float:
    scores = np.sort(objective.evaluate(*pairs).scores)
    return float(scores[-max(1, len(scores) // 10) :].mean()) if len(scores) else float("nan")
