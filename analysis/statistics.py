"""How sure one may be of an over-representation, and of its difference from the controls.

Intervals of a dataset are the unit of resampling: the edges of one interval are not independent, so
a bootstrap replicate draws whole intervals, the same ones for every network (paired). The salient
part of each interval stays as it is; the threshold is not taken anew.

Limits, which a report has to state: intervals of one S_n overlap, so they are not independent
either; and one trained network says nothing about the next training.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, t

from analysis.reflections import over_representation

__all__ = ["Estimate", "bootstrap", "difference_from_networks", "difference_from_random", "spread"]


@dataclass(frozen=True)
class Estimate:
    """A number with its interval.

    Attributes:
        value: The estimate.
        low: Lower end of the interval.
        high: Upper end.
    """

    value: float
    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        """Whether zero lies outside; False if an end is not a number."""
        return self.low > 0 or self.high < 0


def bootstrap(
    salient: Sequence[NDArray[np.int64]],
    everything: NDArray[np.int64],
    replicates: int,
    seed: int,
) -> NDArray[np.float64]:
    """Over-representations under resampling of intervals.

    Args:
        salient: For each of S salient parts the edge counts int64[G, K] by interval and kind.
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
        replicates: float64[B].
        level: Coverage.
    """
    known = replicates[np.isfinite(replicates)]
    if not len(known) or not np.isfinite(value):
        return Estimate(value, float("nan"), float("nan"))
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return Estimate(value, float(low), float(high))


def difference_from_networks(
    trained: float,
    trained_replicates: NDArray[np.float64],
    controls: NDArray[np.float64],
    control_replicates: NDArray[np.float64],
    level: float,
) -> Estimate:
    """One trained network against K control networks.

    A prediction interval: would one more control network fall as far off as the trained one? Its
    variance adds the spread between control networks, s^2 (1 + 1/K), to the paired bootstrap
    variance of the difference of means; Student's t with K-1 degrees of freedom (few networks, and
    their spread is the larger part).

    Args:
        trained: Statistic of the trained network.
        trained_replicates: float64[B].
        controls: float64[K], statistic of each control.
        control_replicates: float64[K, B], the same resamplings as those of the trained network.
        level: Coverage.

    Returns:
        Trained minus mean control; ends NaN where K < 2. Controls that are NaN do not count.
    """
    controls, control_replicates = _known(controls, control_replicates)
    count = len(controls)
    value = trained - float(np.mean(controls)) if count else float("nan")
    if count < 2 or not np.isfinite(trained):
        return Estimate(value, float("nan"), float("nan"))
    between = float(np.var(controls, ddof=1)) * (1 + 1 / count)
    within = _variance(trained_replicates - control_replicates.mean(axis=0))
    half = float(t.ppf((1 + level) / 2, count - 1)) * float(np.sqrt(between + within))
    return Estimate(value, value - half, value + half)


def difference_from_random(
    trained: float,
    trained_replicates: NDArray[np.float64],
    draws: NDArray[np.float64],
    draw_replicates: NDArray[np.float64],
    level: float,
) -> Estimate:
    """One trained network against the mean of D random draws of vertices.

    The paired bootstrap variance of the difference, plus the error of a mean over D draws; normal
    quantiles.

    Args:
        trained: Statistic of the trained network.
        trained_replicates: float64[B].
        draws: float64[D], statistic of each draw.
        draw_replicates: float64[D, B], the same resamplings.
        level: Coverage.

    Returns:
        Trained minus mean draw; ends NaN where D < 2. Draws that are NaN do not count.
    """
    draws, draw_replicates = _known(draws, draw_replicates)
    count = len(draws)
    value = trained - float(np.mean(draws)) if count else float("nan")
    if count < 2 or not np.isfinite(trained):
        return Estimate(value, float("nan"), float("nan"))
    within = _variance(trained_replicates - draw_replicates.mean(axis=0))
    error = float(np.var(draws, ddof=1)) / count
    half = float(norm.ppf((1 + level) / 2)) * float(np.sqrt(within + error))
    return Estimate(value, value - half, value + half)


def _known(
    values: NDArray[np.float64], replicates: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Without the controls that have no salient edges."""
    known = np.isfinite(values)
    return values[known], replicates[known]


def _variance(replicates: NDArray[np.float64]) -> float:
    """Variance over the replicates that are defined; NaN if fewer than half are."""
    known = replicates[np.isfinite(replicates)]
    return float(known.var()) if 2 * len(known) > len(replicates) else float("nan")
