"""The quasirandom baseline: how often would a pattern hold if the labels were dealt at random?

The labels of an interval are its polynomials P and R~. They are permuted among the intervals of the
same length and the same number of elements, both polynomials together. What still holds then says
something about length and size, not about the interval.

Intervals of one isomorphism class are alike, so it is enough to know, for each class and each label
of its stratum, what the claim would say: the mean over all permutations is then exact, and a single
permutation is drawn by dealing the labels out interval by interval.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Baseline", "Stratum", "deal", "deals", "strata_of"]


@dataclass(frozen=True)
class Baseline:
    """How a claim fares on the true labels and on permuted ones.

    Attributes:
        intervals: How many it says something about, with the true labels.
        movable: How many share length and size with an interval of other labels: permuting can
            change something for these only.
        true_share: In which share of the intervals the claim holds.
        expected_share: The same on permuted labels: the exact mean over all permutations; for
            a determination the mean of those drawn.
        permutations: How many permutations were drawn.
        least: The smallest share among them.
        most: The largest.
        everywhere: In how many of them it held on all intervals.
        as_good: In how many of them the share was at least the true one.
        p_value: (as_good + 1) / (permutations + 1).

    Example:
        >>> found = Baseline.of(6, 6, 1.0, 0.5, np.array([0.5, 1.0, 0.5]))
        >>> found.least, found.everywhere, found.as_good, found.p_value
        (0.5, 1, 1, 0.5)
    """

    intervals: int
    movable: int
    true_share: float
    expected_share: float
    permutations: int
    least: float
    most: float
    everywhere: int
    as_good: int
    p_value: float

    def to_dict(self) -> dict[str, Any]:
        """A JSON-able form."""
        return asdict(self)

    @classmethod
    def of(
        cls,
        intervals: int,
        movable: int,
        true_share: float,
        expected: float,
        shares: NDArray[np.float64],
    ) -> Baseline:
        """From the shares in the permutations drawn: float64[permutations]."""
        as_good = int((shares >= true_share).sum())
        return cls(
            *(intervals, movable, true_share, expected, len(shares)),
            *(float(shares.min()), float(shares.max()), int((shares == 1).sum())),
            *(as_good, (as_good + 1) / (len(shares) + 1)),
        )


@dataclass(frozen=True, eq=False)
class Stratum:
    """The classes of one length and one size, and what a claim says of them with each label.

    Attributes:
        rows: int64[k], which classes.
        counts: int64[k], how many intervals each has.
        labels: int64[k], the number of the label of each class, below m.
        holds: bool[k, m], whether the claim holds of a class with a label; True where it says
            nothing.
        applies: bool[k, m], whether it says anything.

    Example:
        Two classes of 5 intervals and 1, with labels of their own; the claim holds of both with
        their own only:

        >>> own, always = np.eye(2, dtype=bool), np.ones((2, 2), dtype=bool)
        >>> one = Stratum(np.array([0, 1]), np.array([5, 1]), np.array([0, 1]), own, always)
        >>> int(one.counts.sum()), one.holds.tolist()
        (6, [[True, False], [False, True]])
    """

    rows: NDArray[np.int64]
    counts: NDArray[np.int64]
    labels: NDArray[np.int64]
    holds: NDArray[np.bool_]
    applies: NDArray[np.bool_]


def strata_of(
    lengths: NDArray[np.int64], nodes: NDArray[np.int64]
) -> tuple[NDArray[np.int64], ...]:
    """The rows of equal length and size, each as int64[k], ascending.

    Example:
        >>> [rows.tolist() for rows in strata_of(np.array([1, 3, 3]), np.array([2, 6, 6]))]
        [[0], [1, 2]]
    """
    group = np.unique(np.stack([lengths, nodes], axis=1), axis=0, return_inverse=True)[1].ravel()
    return tuple(np.flatnonzero(group == k) for k in range(int(group.max(initial=-1)) + 1))


def deal(strata: Sequence[Stratum], permutations: int, seed: int) -> Baseline:
    """Compares a claim with permuted labels.

    Args:
        strata: All intervals; the claim has to say something about one of them.
        permutations: How many to draw, at least 1.
        seed: Same seed, same result.

    Example:
        Of 6 intervals 5 have one label and the last another. In one deal of six every interval
        gets its own again; in all others the claim is right on 4:

        >>> own, always = np.eye(2, dtype=bool), np.ones((2, 2), dtype=bool)
        >>> one = Stratum(np.array([0, 1]), np.array([5, 1]), np.array([0, 1]), own, always)
        >>> found = deal([one], permutations=100, seed=0)
        >>> found.true_share, round(found.expected_share, 3)
        (1.0, 0.722)
        >>> round(found.least, 3), found.most
        (0.667, 1.0)
    """
    right, wrong, movable = 0.0, 0.0, 0
    true_right = true_all = 0
    for one in strata:
        size = int(one.counts.sum())
        dealt = np.bincount(one.labels, weights=one.counts, minlength=one.holds.shape[1]) / size
        right += float(one.counts @ (one.holds & one.applies) @ dealt)
        wrong += float(one.counts @ ~one.holds @ dealt)
        own = np.arange(len(one.rows)), one.labels
        true_right += int(one.counts @ (one.holds & one.applies)[own])
        true_all += int(one.counts @ one.applies[own])
        movable += size if len(np.unique(one.labels)) > 1 else 0
    shares = np.empty(permutations)
    for k, given in enumerate(deals(strata, permutations, seed)):
        held = said = 0
        for one, places in zip(strata, given, strict=True):
            held += int((one.holds & one.applies)[places].sum())
            said += int(one.applies[places].sum())
        shares[k] = held / said if said else 1.0
    # Where what it says anything about moves with the labels, so does the denominator.
    expected = right / (right + wrong) if right + wrong else 1.0
    return Baseline.of(true_all, movable, true_right / max(true_all, 1), expected, shares)


def deals(
    strata: Sequence[Stratum], permutations: int, seed: int
) -> Iterator[list[tuple[NDArray[np.int64], NDArray[np.int64]]]]:
    """Draws permutations: for each stratum the class of every interval, and the label it gets.

    Args:
        strata: All intervals.
        permutations: How many to draw.
        seed: Same seed, same result.

    Yields:
        For each permutation and stratum two int64[intervals]: places in the rows of the stratum,
        and numbers of labels.

    Example:
        >>> own, always = np.eye(2, dtype=bool), np.ones((2, 2), dtype=bool)
        >>> one = Stratum(np.array([0, 1]), np.array([5, 1]), np.array([0, 1]), own, always)
        >>> [(classes, labels)] = next(deals([one], permutations=1, seed=0))
        >>> classes.tolist(), sorted(labels.tolist())
        ([0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 1])
    """
    random = np.random.default_rng(seed)
    classes = [np.repeat(np.arange(len(one.rows)), one.counts) for one in strata]
    labels = [np.repeat(one.labels, one.counts) for one in strata]
    for _ in range(permutations):
        yield [(rows, random.permutation(own)) for rows, own in zip(classes, labels, strict=True)]
