"""An objective that counts what it is asked, keeps the best, and says when that is enough."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.search._sketch_kernels import add_pairs
from analysis.search.objectives import NOTHING, Evaluation, Objective
from data_gen.permutations import format_permutation, parse_permutation

__all__ = ["Best", "Enough", "Watched"]

Words = NDArray[np.int8]
_REGISTERS = 1 << 14  # for an error of 0.8 per cent


class Enough(Exception):  # noqa: N818 - no error
    """A pair as good as was asked for has been met.

    Example:
        >>> from analysis.search.quantities import QuantityObjective, find_quantity
        >>> watched = Watched(QuantityObjective(find_quantity("boolean"), 4), target=4)
        >>> cube = np.array([[0, 2, 1, 3]], np.int8), np.array([[3, 1, 2, 0]], np.int8)
        >>> try:
        ...     watched.evaluate(*cube)
        ... except Enough:
        ...     watched.best.value
        4.0
    """


@dataclass(frozen=True)
class Best:
    """A pair, and what it is worth.

    Attributes:
        value: Infinite for a counterexample.
        x: One-line notation.
        w: One-line notation.
        round: The number of the round in which it was met.
        evaluated: How many pairs the method had asked for when it was, this batch included.
        seconds: How long the method had run then.

    Example:
        >>> best = Best(2.0, "1324", "3412", round=0, evaluated=200, seconds=0.5)
        >>> best.to_dict()
        {'value': 2, 'fails': False, 'x': '1324', 'w': '3412', 'round': 0, 'evaluated': 200}
        >>> [word.tolist() for word in best.words()]
        [[0, 2, 1, 3], [2, 3, 0, 1]]
    """

    value: float
    x: str
    w: str
    round: int
    evaluated: int
    seconds: float

    @property
    def fails(self) -> bool:
        """Whether it is a counterexample."""
        return self.value == math.inf

    def to_dict(self) -> dict[str, Any]:
        """JSON-able; JSON has no infinity."""
        value: float | None = None if self.fails else self.value
        if value is not None and value == int(value):
            value = int(value)
        content = {"value": value, "fails": self.fails, "x": self.x, "w": self.w}
        return {**content, "round": self.round, "evaluated": self.evaluated}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any], seconds: float) -> Best:
        """What `to_dict` gave."""
        value = math.inf if content["fails"] else float(content["value"])
        place = content["round"], content["evaluated"]
        return cls(value, content["x"], content["w"], *place, seconds)

    def words(self) -> tuple[Words, Words]:
        """Both, 0-indexed."""
        x, w = (np.array(parse_permutation(word), np.int8) for word in (self.x, self.w))
        return x - np.int8(1), w - np.int8(1)


class Watched:
    """An objective as one method sees it.

    Args:
        objective: What to ask.
        target: The value that is enough.

    Example:
        >>> from analysis.search.quantities import QuantityObjective, find_quantity
        >>> watched = Watched(QuantityObjective(find_quantity("boolean"), 4))
        >>> cube = np.array([[0, 2, 1, 3]], np.int8), np.array([[3, 1, 2, 0]], np.int8)
        >>> _ = watched.evaluate(*cube)
        >>> watched.best.x, watched.best.value, watched.scored, watched.distinct
        ('1324', 4.0, 1, 1)
    """

    def __init__(self, objective: Objective, target: float = math.inf) -> None:
        self.objective = objective
        self.target = target
        self.n, self.name = objective.n, objective.name
        self.is_slow, self.max_nodes = objective.is_slow, objective.max_nodes
        self.evaluated = 0
        self.scored = 0
        self.best: Best | None = None
        self.registers = np.zeros(_REGISTERS, np.uint8)
        self.round = 0
        self.clock: Callable[[], float] = float  # of the method, in seconds

    @property
    def distinct(self) -> int:
        """How many different pairs were scored, to about one per cent.

        P. Flajolet, E. Fusy, O. Gandouet, F. Meunier, HyperLogLog (2007).
        """
        size = len(self.registers)
        empty = int(np.count_nonzero(self.registers == 0))
        harmonic = float((0.5 ** self.registers.astype(float)).sum())
        raw = 0.7213 / (1 + 1.079 / size) * size**2 / harmonic
        if empty and raw < 2.5 * size:
            raw = size * math.log(size / empty)
        return min(self.scored, round(raw))

    def evaluate(self, xs: Words, ws: Words) -> Evaluation:
        """As `Objective.evaluate`.

        Raises:
            Enough: If a pair reaches the target; it is the best then.
        """
        found = self.objective.evaluate(xs, ws)
        kept = np.flatnonzero(found.scores > NOTHING)
        self.evaluated += len(xs)
        self.scored += len(kept)
        add_pairs(self.registers, xs[kept], ws[kept])
        known = np.flatnonzero(~np.isnan(found.values))
        if len(known):
            k = known[np.argmax(found.values[known])]
            self._compare(float(found.values[k]), xs[k], ws[k])
        return found

    def _compare(self, value: float, x: Words, w: Words) -> None:
        if self.best is not None and value <= self.best.value:
            return
        bottom, top = (format_permutation(word + 1) for word in (x, w))
        self.best = Best(value, bottom, top, self.round, self.evaluated, self.clock())
        if value >= self.target:
            raise Enough
