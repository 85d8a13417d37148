"""What a search makes large: a score of pairs x < w, many at a time.

A search climbs *scores* and reports *values*. For a conjecture the two are the same: how close the
interval is to failing, infinite where the statement fails. A quantity may climb something smoother
than what it is: half Boolean intervals have a score, but no value.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.conjectures.base import Conjecture, Outcome
from analysis.conjectures.registry import where_it_failed
from analysis.conjectures.subject import Subject
from data_gen.bruhat import rank_permutations, unrank_permutations
from data_gen.cores import canonical_cores, split_key
from data_gen.errors import MemoryLimitError, UsageError
from data_gen.interrupts import is_interrupt
from data_gen.interval_batch import interval_sizes
from data_gen.sampling_kernels import lower_tops
from data_gen.words import lengths

__all__ = [
    "MAX_KL_N",
    "NOTHING",
    "ConjectureObjective",
    "Evaluation",
    "Objective",
    "small_enough",
    "unscored",
]

MAX_KL_N = 14
"""Beyond, single Kazhdan-Lusztig polynomials are not computed."""

NOTHING = -1e6
"""Scores from here down are of pairs that were not looked at; longer intervals have less."""

_CACHED = 1_000_000
_BEYOND = 4  # an interval of length k + 2 has more than 2^k elements, as a rule

Words = NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What was found for K pairs.

    Attributes:
        scores: float64[K], what a method climbs.
        values: float64[K], what counts; nan where there is none.

    Example:
        The 4-crown [1324, 3412] has length 3 and an edge too many at each end for a Boolean
        interval of dimension 3: its score is 2, and a value it has not.

        >>> from analysis.search.quantities import QuantityObjective, find_quantity
        >>> crown = np.array([[0, 2, 1, 3]], np.int8), np.array([[2, 3, 0, 1]], np.int8)
        >>> found = QuantityObjective(find_quantity("boolean"), 4).evaluate(*crown)
        >>> found.scores, found.values
        (array([2.]), array([nan]))
    """

    scores: NDArray[np.float64]
    values: NDArray[np.float64]


class Objective(Protocol):
    """What a search makes large.

    Example:
        Long intervals, which uniform pairs of S_4 find: the longest is all of it.

        >>> from analysis.search.random_walks import uniform_pairs
        >>> class Length:
        ...     n, name, is_slow, max_nodes = 4, "length", False, None
        ...     def evaluate(self, xs, ws):
        ...         length = (lengths(ws) - lengths(xs)).astype(float)
        ...         return Evaluation(length, np.where(length > 0, length, np.nan))
        >>> objective: Objective = Length()
        >>> float(np.nanmax(objective.evaluate(*uniform_pairs(objective, 5_000, (0,))).values))
        6.0
    """

    @property
    def n(self) -> int:
        """The pairs are in S_n."""

    @property
    def name(self) -> str:
        """What it is called on the command line."""

    @property
    def is_slow(self) -> bool:
        """Whether a pair takes a millisecond or so, rather than a microsecond."""

    @property
    def max_nodes(self) -> int | None:
        """Intervals with more elements are not looked at; None for no limit."""

    def evaluate(self, xs: Words, ws: Words) -> Evaluation:
        """Scores pairs x <= w: int8[K, n], 0-indexed. Pairs x = w are allowed, and worth nothing.

        Equal pairs get equal scores, whatever came before.
        """


@dataclass
class ConjectureObjective:
    """Looks for intervals at which a conjecture fails.

    Intervals with the same core (`data_gen.cores`) have the same graph and polynomials, so a
    statement about the unlabelled graph is put to the core, and once only.

    Attributes:
        conjecture: It has to be a check, not a determination.
        n: The pairs are in S_n.
        max_nodes: Larger intervals are not looked at.
        looked_at: How many intervals the conjecture was put to.

    Raises:
        UsageError: If the conjecture compares intervals, or n is out of range.

    Example:
        >>> from analysis.conjectures import find_conjecture
        >>> objective = ConjectureObjective(find_conjecture("free-is-boolean"), 4)
        >>> crown = np.array([[0, 2, 1, 3]], np.int8), np.array([[2, 3, 0, 1]], np.int8)
        >>> objective.evaluate(*crown).values
        array([inf])
    """

    conjecture: Conjecture
    n: int
    max_nodes: int | None = 300
    looked_at: int = 0
    is_slow: bool = True
    _known: dict[tuple[int, int], float] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Refuses what looks at more than one interval, and too large an n."""
        if not 2 <= self.n <= MAX_KL_N:
            raise UsageError(
                f"n = {self.n}: a conjecture is searched for in S_2 to S_{MAX_KL_N}, as far as "
                "there are polynomials."
            )
        if self.conjecture.is_determination:
            raise UsageError(
                f"{self.conjecture.name!r} compares intervals, and a search looks at one at a "
                f"time: try klgnn conjecture test {self.conjecture.name} --sample 1000 --n "
                f"{self.n}."
            )

    @property
    def name(self) -> str:
        """That of the conjecture."""
        return self.conjecture.name

    def evaluate(self, xs: Words, ws: Words) -> Evaluation:
        """As `Objective.evaluate`.

        Raises:
            UsageError: If the conjecture's function raises.
        """
        scores = unscored(xs, ws)
        chosen = small_enough(xs, ws, self.max_nodes)
        values = np.full(len(xs), np.nan)
        pairs = self._keys(xs[chosen], ws[chosen]).tolist()
        for k, (key, w) in zip(chosen.tolist(), pairs, strict=True):
            value = self._known.get((key, w))
            if value is None:
                value = self._value(key, w)
                if len(self._known) >= _CACHED:
                    self._known.clear()
                self._known[key, w] = value
            scores[k] = values[k] = value
        return Evaluation(scores, values)

    def subject(self, x: Words, w: Words) -> Subject:
        """The interval that the conjecture is put to: the core of [x, w], or it itself."""
        key, top = self._keys(x[None], w[None])[0].tolist()
        return self._subject(key, top)

    def outcome(self, subject: Subject) -> Outcome:
        """What the conjecture says of an interval.

        Raises:
            UsageError: If its function raises, or returns what is no answer.
        """
        found: Outcome = self._called(self.conjecture.outcome, subject)
        return found

    def _keys(self, xs: Words, ws: Words) -> NDArray[np.int64]:
        x_ranks, w_ranks = rank_permutations(xs), rank_permutations(ws)
        if self.conjecture.about == "labels":
            return np.stack([x_ranks + (np.int64(self.n) << 48), w_ranks], axis=1)
        return canonical_cores(self.n, x_ranks, w_ranks)

    def _subject(self, key: int, w: int) -> Subject:
        degree, x = (int(part[0]) for part in split_key(np.array([key])))
        bottom, top = unrank_permutations(np.array([x, w]), degree) + 1
        return Subject(bottom.tolist(), top.tolist(), labels=self.conjecture.about == "labels")

    def _value(self, key: int, w: int) -> float:
        subject = self._subject(key, w)
        self.looked_at += 1
        if not self.outcome(subject).holds:
            return math.inf
        if self.conjecture.score is None:
            return 0.0
        score = self._called(self.conjecture.score, subject)
        try:
            value = float(score)
        except (TypeError, ValueError):
            value = math.nan
        if not math.isfinite(value) or value <= NOTHING:
            raise UsageError(
                f"the score of {self.name!r} on {subject} is {score!r}: a finite number above "
                f"{NOTHING:g} is wanted."
            )
        return value

    def _called(self, function: Any, subject: Subject) -> Any:
        try:
            return function(subject)
        except MemoryLimitError:
            raise
        except Exception as error:
            if is_interrupt(error):
                raise
            file = self.conjecture.file[0] if self.conjecture.file else ""
            raise UsageError(
                f"{self.name!r} fails to run on {subject}: {where_it_failed(error, file)}"
            ) from error


def unscored(xs: Words, ws: Words) -> NDArray[np.float64]:
    """The scores of pairs that are not looked at: shorter ones have more, x = w least.

    Example:
        >>> crown = np.array([[0, 2, 1, 3]]), np.array([[2, 3, 0, 1]])
        >>> unscored(*crown) - NOTHING
        array([-3.])
    """
    gaps = lengths(ws).astype(np.float64) - lengths(xs)
    worst = xs.shape[1] ** 2
    scores: NDArray[np.float64] = NOTHING - np.where(gaps > 0, gaps, worst)
    return scores


def small_enough(xs: Words, ws: Words, max_nodes: int | None) -> NDArray[np.int64]:
    """The places of the pairs x < w that have at most so many elements, ascending.

    Args:
        xs: int8[K, n], 0-indexed.
        ws: int8[K, n]; x <= w.
        max_nodes: How many; None for no limit.

    Returns:
        int64[at most K].

    Example:
        [1324, 3412] has 10 elements, [1324, 4231] has 16, and x = w is left out.

        >>> xs = np.array([[0, 2, 1, 3]] * 3, np.int8)
        >>> ws = np.array([[2, 3, 0, 1], [3, 1, 2, 0], [0, 2, 1, 3]], np.int8)
        >>> small_enough(xs, ws, 10), small_enough(xs, ws, None)
        (array([0]), array([0, 1]))
    """
    kept = np.flatnonzero((xs != ws).any(axis=1))
    if max_nodes is None or not len(kept):
        return kept
    # A part of a long interval is counted first: most have more elements there already.
    enough = max_nodes.bit_length() + _BEYOND // 2
    far = kept[lengths(ws[kept]) - lengths(xs[kept]) > enough + _BEYOND // 2]
    if len(far):
        parts = lower_tops(np.ascontiguousarray(xs[far]), np.ascontiguousarray(ws[far]), enough)
        kept = np.setdiff1d(kept, far[interval_sizes(xs[far], parts) > max_nodes])
    return kept[interval_sizes(xs[kept], ws[kept]) <= max_nodes]
