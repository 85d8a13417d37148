"""Numbers with intervals: of several networks, and of one by resampling its intervals.

A bootstrap replicate draws whole intervals, the same ones for every network.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t

from analysis.reflections import over_representation

__all__ = [
    "NOTHING",
    "Estimate",
    "bootstrap",
    "mean_known",
    "mean_of_networks",
    "spread",
]


@dataclass(frozen=True)
class Estimate:
    """A number with its interval.

    Attributes:
        value: The estimate.
        low: Lower end of the interval.
        high: Upper end.

    Example:
        >>> Estimate(0.2, 0.1, 0.3).excludes_zero, Estimate(0.2, -0.1, 0.5).excludes_zero
        (True, False)
    """

    value: float
    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        """Whether zero lies outside; False if an end is not a number."""
        return self.low > 0 or self.high < 0


NOTHING = Estimate(float("nan"), float("nan"), float("nan"))
"""Where there is nothing to estimate from."""


def mean_known(values: NDArray[np.floating], axis: int | None = None) -> NDArray[np.float64]:
    """Mean of what is known over one axis, or over all; NaN where nothing is.

    Example:
        >>> mean_known(np.array([[1.0, np.nan], [3.0, np.nan]]), axis=0).tolist()
        [2.0, nan]
    """
    known = np.isfinite(values)
    with np.errstate(invalid="ignore"):
        mean = np.where(known, values, 0.0).sum(axis=axis) / known.sum(axis=axis)
    return np.asarray(mean, dtype=np.float64)


def mean_of_networks(values: NDArray[np.float64], level: float = 0.95) -> Estimate:
    """The mean over networks with Student's interval; ends NaN for fewer than two.

    Args:
        values: float64[K], one for each network; NaN does not count.
        level: Coverage of the interval.

    Example:
        >>> found = mean_of_networks(np.array([1.0, 2.0, 3.0]))
        >>> found.value, round(found.low, 2), round(found.high, 2)
        (2.0, -0.48, 4.48)
    """
    values = values[np.isfinite(values)]
    if not len(values):
        return NOTHING
    mean = float(values.mean())
    if len(values) < 2:
        return Estimate(mean, float("nan"), float("nan"))
    error = float(values.std(ddof=1)) / float(np.sqrt(len(values)))
    half = float(t.ppf((1 + level) / 2, len(values) - 1)) * error
    return Estimate(mean, mean - half, mean + half)


def bootstrap(
    salient: Sequence[NDArray[np.number]],
    everything: NDArray[np.int64],
    replicates: int,
    seed: int,
) -> NDArray[np.float64]:
    """Over-representations under resampling of intervals.

    Args:
        salient: For each of S salient parts the edge counts [G, K] by interval and kind.
        everything: int64[G, K], counts of all edges.
        replicates: Number B of resamplings; each is used for all S parts.
        seed: Same seed, same result.

    Returns:
        float64[S, B, K].

    Example:
        >>> import numpy as np
        >>> same = np.array([[1, 2], [1, 2]])
        >>> bootstrap([same], same, replicates=3, seed=0).shape
        (1, 3, 2)
    """
    graphs, kinds = everything.shape
    rng = np.random.default_rng(seed)
    stacked = np.concatenate([*salient, everything], axis=1).astype(np.float64)
    # An interval without a salient edge still counts for the share among all edges.
    weights = rng.multinomial(graphs, np.full(graphs, 1.0 / graphs), size=replicates)
    sums = (weights @ stacked).reshape(replicates, len(salient) + 1, kinds).swapaxes(0, 1)
    return over_representation(sums[:-1], sums[-1:])


def spread(value: float, replicates: NDArray[np.float64], level: float = 0.95) -> Estimate:
    """The percentile interval of a bootstrap.

    Args:
        value: The estimate itself.
        replicates: float64[B]; NaN does not count.
        level: Coverage.

    Example:
        >>> found = spread(50.0, np.arange(101.0))
        >>> found.value, round(found.low, 2), round(found.high, 2)
        (50.0, 2.5, 97.5)
    """
    known = replicates[np.isfinite(replicates)]
    if not len(known) or not np.isfinite(value):
        return Estimate(value, float("nan"), float("nan"))
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return Estimate(value, float(low), float(high))
