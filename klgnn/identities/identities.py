"""The identities of a quotient, and labels that obey them; `klgnn.identities` states them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

import klgnn.identities.kernels as kernels
from data_gen.errors import UsageError
from data_gen.progress import Progress
from klgnn.identities._links import Links, far_links, near_links
from klgnn.quotient.quotient import Quotient

__all__ = ["Decoded", "Identities"]

_STEP = 2.0  # what each step beyond the last column of the scores costs
_HEAVY = 1000.0  # so much worse than one of q^3 is a step of a higher coefficient


@dataclass(frozen=True, eq=False)
class Decoded:
    """Labels from the identities.

    Attributes:
        labels: int64[C, D], the coefficients of q^1, ..., q^D.
        candidates: int64[C], how many coefficients obey everything that was asked for, given the
            labels above. Where it is 1, the scores had nothing to say; where it is 0, some label
            above is wrong.
        failed: How many classes obey none of the identities, even without monotonicity; they take
            each coefficient of the best score.

    Example:
        >>> quotient = Quotient.of_group(4)
        >>> found: Decoded = Identities.of(quotient).least_solution(degree=4)
        >>> found.labels[quotient.size == 10].tolist(), found.failed
        ([[1, 0, 0, 0]], 0)
    """

    labels: NDArray[np.int64]
    candidates: NDArray[np.int64]
    failed: int


@dataclass(frozen=True, eq=False, repr=False)
class Identities:
    """The identities of every class of a quotient.

    Attributes:
        corank: int64[C], the length l of [z, w].
        near: The classes one edge above each class.
        far: Those two and three edges above, with r_2 and r_3; None without the second identity.
        strange_cycles: How many flip cycles have another length than 4, 6, 8 or 10; 0 unless the
            observation behind the second identity fails.

    Example:
        >>> quotient = Quotient.of_group(4)
        >>> identities = Identities.of(quotient)
        >>> bool(identities.residuals(quotient.labels).any())
        False
        >>> np.array_equal(identities.least_solution(degree=4).labels, quotient.labels)
        True
    """

    corank: NDArray[np.int64]
    near: Links
    far: Links | None = None
    strange_cycles: int = 0

    @classmethod
    def of(
        cls, quotient: Quotient, second: bool = True, progress: Progress | None = None
    ) -> Identities:
        """Collects what the identities sum over.

        Args:
            quotient: Complete upwards, as it always is when it was built with one `max_nodes`.
            second: Whether the second identity is wanted, which takes a graph of every class: some
                seconds for ten thousand. Without it nothing is computed.
            progress: Where to show how far it is, such as `data_gen.console.progress`.

        Raises:
            UsageError: If a class above another is missing.
            MemoryLimitError: If a graph does not fit into memory.

        Example:
            >>> Identities.of(Quotient.of_group(3), second=False).far is None
            True
        """
        corank, near = quotient.corank.astype(np.int64), near_links(quotient)
        return cls(corank, near, *(far_links(quotient, progress) if second else ()))

    def __len__(self) -> int:
        """The number C of classes."""
        return len(self.corank)

    def __repr__(self) -> str:
        return f"Identities(classes={len(self)}, second={self.far is not None})"

    def residuals(self, labels: NDArray[np.int64]) -> NDArray[np.int64]:
        """By how much labels fail the identities.

        Args:
            labels: int64[C, D], the coefficients of q^1, ..., q^D of every class.

        Returns:
            int64[C, 2], or int64[C, 1] without the second identity: right side less left side; 0
            where they hold.

        Raises:
            UsageError: If there is not a row for every class.
        """
        second = self.far is not None
        return kernels.residuals(self._above, second, self._checked(labels))[:, : 1 + second]

    def increases(self, labels: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Where monotonicity fails: bool[M], the edges whose upper class has a larger coefficient.

        Args:
            labels: int64[C, D].

        Raises:
            UsageError: If there is not a row for every class.
        """
        own = self._checked(labels)
        source = np.repeat(np.arange(len(self)), np.diff(self.near.ends))
        above: NDArray[np.bool_] = np.any(own[self.near.target] > own[source], axis=1)
        return above

    def decode(
        self, scores: NDArray[np.floating], second: bool = True, monotone: bool = True
    ) -> Decoded:
        """The labels of the highest score among those that obey the identities, from the top down.

        Each class is decoded with the labels that were chosen above it; scores of different
        coefficients add up, as logarithms of independent probabilities do.

        Args:
            scores: float[C, D, V]: of p_k = v at ``[:, k - 1, v]``; or float[1, D, V], the same for
                all classes. Each step beyond the last column costs 2 more, and -inf is a low score:
                no value is excluded, for the identities may leave no other. Coefficients beyond
                q^D are taken to be 0, which has to be true.
            second: Whether to use the second identity beside the first.
            monotone: Whether to use monotonicity.

        Raises:
            UsageError: If the shape of the scores does not fit, one is not a number, or the second
                identity is wanted and not here.

        Example:
            >>> quotient = Quotient.of_group(4)
            >>> identities = Identities.of(quotient, second=False)
            >>> indifferent = np.zeros((1, 4, 2))
            >>> decoded = identities.decode(indifferent, second=False)
            >>> np.array_equal(decoded.labels, quotient.labels)  # n = 4 leaves no choice
            True
        """
        labels = np.zeros((len(self), *scores.shape[1:2]), np.int64)
        return self.decode_level(0, len(self), scores, labels, second, monotone)

    def decode_level(
        self,
        low: int,
        high: int,
        scores: NDArray[np.floating],
        labels: NDArray[np.int64],
        second: bool = True,
        monotone: bool = True,
    ) -> Decoded:
        """Chooses ``labels[low:high]``, in place: for networks that see the labels above.

        Args:
            low: The first class.
            high: After the last class. All classes above are before `low` or are decoded on the
                way, so levels of one corank will do, see `Quotient.level_ends`.
            scores: float[high - low, D, V] or float[1, D, V].
            labels: int64[C, D], right above or decoded.
            second: As in `decode`.
            monotone: As in `decode`.

        Returns:
            What was decided about these classes; its labels are a view.

        Raises:
            UsageError: As in `decode`, or if there is not a row of labels for every class.
        """
        steps = np.full(self._checked(labels).shape[1], _STEP)
        return self._decode(low, high, scores, steps, labels, second, monotone)

    def least_solution(self, degree: int, monotone: bool = True) -> Decoded:
        """The formula to beat: both identities, and the least coefficients that they leave.

        Of all coefficients that obey, those of the least sum of p_4, p_5, ...; of these the one of
        least p_3. That these are the right ones is an observation, and fails from degree 4 on.

        Args:
            degree: Coefficients beyond q^degree are taken to be 0, which has to be true.
            monotone: Whether to use monotonicity.

        Raises:
            UsageError: If the second identity is not here.
        """
        steps = np.array([0.0, 0.0, 1.0, *[_HEAVY] * degree])[:degree]
        labels = np.zeros((len(self), degree), np.int64)
        return self._decode(0, len(self), np.zeros((1, degree, 1)), steps, labels, True, monotone)

    @property
    def _above(self) -> kernels.Above:
        nothing = Links(np.zeros(1, np.int64), np.empty(0, np.int32), np.empty(0, np.int64))
        return kernels.Above(self.corank, self.near, self.far or nothing)

    def _decode(
        self,
        low: int,
        high: int,
        scores: NDArray[np.floating],
        steps: NDArray[np.float64],
        labels: NDArray[np.int64],
        second: bool,
        monotone: bool,
    ) -> Decoded:
        shape = scores.shape
        if len(shape) != 3 or shape[0] not in (1, high - low) or shape[1] != labels.shape[1]:
            raise UsageError(
                f"scores have the shape {shape}; ({high - low}, {labels.shape[1]}, V) is wanted, "
                f"or (1, {labels.shape[1]}, V)."
            )
        if np.isnan(scores).any():
            raise UsageError("some scores are not numbers (nan).")
        if second and self.far is None:
            raise UsageError(
                "the second identity is not here: make the identities with second=True, or decode "
                "with second=False."
            )
        candidates = np.zeros(high - low, np.int64)
        plain = np.ascontiguousarray(scores, np.float64)
        failed = kernels.decode(
            low, high, self._above, plain, steps, second, monotone, labels, candidates
        )
        return Decoded(labels[low:high], candidates, failed)

    def _checked(self, labels: NDArray[np.int64]) -> NDArray[np.int64]:
        if labels.ndim != 2 or len(labels) != len(self):
            raise UsageError(
                f"labels have the shape {labels.shape}; ({len(self)}, D) is wanted: a row for each "
                "class."
            )
        return labels
