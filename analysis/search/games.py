"""Words written letter by letter: all that a policy has to know of what it plays.

A game has a fixed number of steps and of letters; a mask says which letters may come next, and
whole words have scores. The engine (`analysis.search.cross_entropy`) knows nothing else: pairs of
permutations are one game, graphs on 19 vertices (`analysis.search.graph_games`) another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.search._pair_kernels import allowed_letters
from analysis.search.objectives import Objective

__all__ = ["AlphabetGame", "PairGame"]

Words = NDArray[np.int8]


class AlphabetGame(Protocol):
    """A game that `analysis.search.cross_entropy.CrossEntropy` plays.

    Example:
        Words of zeros and ones with no two ones side by side, and as many ones as possible.

        >>> from analysis.search.cross_entropy import CrossEntropy, Settings
        >>> class Apart:
        ...     steps, letters = 9, 2
        ...     def mask(self, prefixes):
        ...         may_be_one = (prefixes[:, -1:] != 1).all(axis=1)
        ...         return np.stack([np.ones(len(prefixes), bool), may_be_one], axis=1)
        ...     def scores(self, words):
        ...         return words.sum(axis=1).astype(float)
        >>> engine = CrossEntropy(Apart(), Settings(episodes=100), seed=0)
        >>> batches = [engine.round(number) for number in range(10)]
        >>> words = np.concatenate([batch.words for batch in batches])
        >>> words[words.sum(axis=1).argmax()].tolist()
        [1, 0, 1, 0, 1, 0, 1, 0, 1]
    """

    @property
    def steps(self) -> int:
        """How many letters a word has; plain attributes do as well."""

    @property
    def letters(self) -> int:
        """Letters are 0 .. letters - 1."""

    def mask(self, prefixes: Words) -> NDArray[np.bool_] | None:
        """Which letters may follow: bool[B, letters] for int8[B, t]; None if all of them.

        At least one has to be allowed after any prefix that was.
        """

    def scores(self, words: Words) -> NDArray[np.float64]:
        """float64[B] of int8[B, steps], the larger the better."""


@dataclass(frozen=True)
class PairGame:
    """Pairs x <= w written as x_1 w_1 x_2 w_2 ..., so that every word is one.

    By Ehresmann's criterion x <= w iff all sorted prefixes are comparable, so w may take the
    letters that keep it so. It never gets stuck: whatever letter x takes, the largest that w has
    left will do.

    Example:
        >>> from analysis.search.quantities import QuantityObjective, find_quantity
        >>> game = PairGame(QuantityObjective(find_quantity("boolean"), 3))
        >>> game.steps, game.letters, game.mask(np.array([[1]], np.int8)).tolist()
        (6, 3, [[False, True, True]])
    """

    objective: Objective

    @property
    def steps(self) -> int:
        """2n."""
        return 2 * self.objective.n

    @property
    def letters(self) -> int:
        """That is n."""
        return self.objective.n

    def mask(self, prefixes: Words) -> NDArray[np.bool_]:
        """As `AlphabetGame.mask`."""
        return allowed_letters(prefixes, self.objective.n)

    def scores(self, words: Words) -> NDArray[np.float64]:
        """Those of the objective."""
        xs, ws = (np.ascontiguousarray(words[:, k::2]) for k in range(2))
        return self.objective.evaluate(xs, ws).scores
