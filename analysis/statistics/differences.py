"""Differences of trained networks from their controls: how large, how sure, beside what scatter.

Sources: Welch 1947 and Hedges 1981 for the differences of two groups.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, t

from analysis.statistics.estimates import NOTHING, Estimate, mean_known, mean_of_networks, spread
from analysis.statistics.p_values import holm, permutation_p

__all__ = [
    "Difference",
    "against_controls",
    "difference_from_draws",
    "difference_from_networks",
    "difference_from_random",
    "difference_of_groups",
    "hedges",
]

_ENOUGH, _COMBINATIONS = 200, 10_000
_LEVEL = 0.95


@dataclass(frozen=True)
class Difference:
    """A difference, how sure one may be of it, and how large it is beside the scatter.

    Attributes:
        points: The difference itself with its 95% interval.
        p: Two-sided p-value, not corrected for there being several.
        effect: Hedges' g with its 95% interval; NaN where a group has no scatter to compare with.

    Example:
        >>> found = difference_of_groups(np.array([3.0, 4.0, 5.0]), np.array([1.0, 2.0, 3.0]))
        >>> found.points.value, round(found.p, 2), round(found.effect.value, 2)
        (2.0, 0.07, 1.6)
    """

    points: Estimate
    p: float
    effect: Estimate


def difference_of_groups(
    first: NDArray[np.float64], second: NDArray[np.float64], level: float = 0.95
) -> Difference:
    """Welch's two-sided t-test: networks of one kind against networks of another.

    Args:
        first: float64[K], a statistic of each network; NaN does not count.
        second: float64[L].
        level: Coverage of the intervals.

    Returns:
        First less second; p is NaN if a group has fewer than two.

    Example:
        >>> found = difference_of_groups(np.array([0.1, 0.2, 0.3]), np.array([0.1, 0.2, 0.3]))
        >>> found.points.value, found.p
        (0.0, 1.0)
    """
    first, second = first[np.isfinite(first)], second[np.isfinite(second)]
    if len(first) < 2 or len(second) < 2:
        value = float(first.mean() - second.mean()) if len(first) and len(second) else float("nan")
        return Difference(Estimate(value, float("nan"), float("nan")), float("nan"), NOTHING)
    value = float(first.mean() - second.mean())
    parts = np.array([first.var(ddof=1) / len(first), second.var(ddof=1) / len(second)])
    error = float(np.sqrt(parts.sum()))
    if error == 0:  # then every further network would be the same
        return Difference(Estimate(value, value, value), float(value == 0), NOTHING)
    freedom = parts.sum() ** 2 / (parts**2 / (np.array([len(first), len(second)]) - 1)).sum()
    half = float(t.ppf((1 + level) / 2, freedom)) * error
    p = 2 * float(t.sf(abs(value) / error, freedom))
    return Difference(Estimate(value, value - half, value + half), p, hedges(first, second, level))


def difference_from_draws(mine: NDArray[np.float64], drawn: NDArray[np.float64]) -> Difference:
    """Several networks against random draws that imitate each of them.

    Args:
        mine: float64[K], a statistic of each network; NaN does not count.
        drawn: float64[K, D], the same of each draw in its place; NaN does not count.

    Returns:
        The mean over networks of network less its mean draw, with Student's interval over networks.
        The p-value is the larger of two: how often draws for all networks together lie as far from
        their mean, and Student's over networks. The first alone would be small for networks that
        lean on something each, and on nothing together. The effect is in units of the scatter over
        networks.

    Example:
        >>> draws = np.random.default_rng(0).normal(size=(3, 999))
        >>> found = difference_from_draws(np.array([0.1, 0.2, 0.3]), draws)
        >>> round(found.points.value, 1), found.p > 0.5
        (0.2, True)
    """
    means = mean_known(drawn, axis=1)
    known = np.isfinite(mine) & np.isfinite(means)
    apart = mine[known] - means[known]
    points = mean_of_networks(apart)
    if len(apart) < 2:
        return Difference(points, float("nan"), NOTHING)
    p = permutation_p(float(mine[known].mean()), _together(drawn[known]))
    error = float(apart.std(ddof=1)) / float(np.sqrt(len(apart)))
    over_networks = 2 * float(t.sf(abs(points.value) / error, len(apart) - 1)) if error else 0.0
    return Difference(points, max(p, over_networks), _against_zero(apart))


def _together(drawn: NDArray[np.float64]) -> NDArray[np.float64]:
    """Means over networks of one draw each, float64[at least `_ENOUGH`].

    The draws of different networks are independent, so few of them make many combinations.
    """
    networks, draws = drawn.shape
    if draws >= _ENOUGH:
        return np.asarray(drawn.mean(axis=0), dtype=np.float64)
    picked = np.random.default_rng(draws).integers(draws, size=(networks, _COMBINATIONS))
    return np.asarray(np.take_along_axis(drawn, picked, axis=1).mean(axis=0), dtype=np.float64)


def hedges(
    first: NDArray[np.float64], second: NDArray[np.float64], level: float = 0.95
) -> Estimate:
    """Hedges' g: the difference of means in units of the scatter within groups, for few networks.

    Args:
        first: float64[K], K > 1.
        second: float64[L], L > 1.
        level: Coverage of the interval, from the large-sample variance of g.

    Example:
        >>> round(hedges(np.array([2.0, 3.0, 4.0]), np.array([1.0, 2.0, 3.0])).value, 3)
        0.8
    """
    k, m = len(first), len(second)
    pooled = ((k - 1) * first.var(ddof=1) + (m - 1) * second.var(ddof=1)) / (k + m - 2)
    if pooled == 0:
        return NOTHING
    small = 1 - 3 / (4 * (k + m - 2) - 1)
    g = small * float(first.mean() - second.mean()) / float(np.sqrt(pooled))
    half = float(norm.ppf((1 + level) / 2)) * float(
        np.sqrt((k + m) / (k * m) + g * g / (2 * (k + m)))
    )
    return Estimate(g, g - half, g + half)


def against_controls(
    trained: NDArray[np.float64],
    networks: Mapping[str, NDArray[np.float64]],
    drawn: Mapping[str, NDArray[np.float64]],
) -> tuple[dict[str, list[Difference]], NDArray[np.float64]]:
    """Several statistics of trained networks against those of each of their controls.

    Args:
        trained: float64[K, M].
        networks: float64[L, M] for other networks; a control that there is none of is left out.
        drawn: float64[K, D, M] for what was drawn in the place of each trained network.

    Returns:
        By control the M differences; and float64[M], the largest p-value, each after Holm's
        correction over the M.

    Example:
        >>> mine, others = np.array([[1.0], [2.0]]), np.array([[1.0], [2.0]])
        >>> found, p = against_controls(mine, {"untrained": others}, {"ranks": others[:, None]})
        >>> found["untrained"][0].p, found["ranks"][0].p, p.tolist()
        (1.0, 1.0, [1.0])
    """
    kinds = range(trained.shape[1])
    found = {
        name: [difference_of_groups(trained[:, k], values[:, k]) for k in kinds]
        for name, values in networks.items()
        if len(values)
    } | {
        name: [difference_from_draws(trained[:, k], values[:, :, k]) for k in kinds]
        for name, values in drawn.items()
    }
    return found, np.array([holm([one.p for one in row]) for row in found.values()]).max(axis=0)


def _against_zero(values: NDArray[np.float64]) -> Estimate:
    """Hedges' g of one group: its mean in units of its scatter."""
    count, scatter = len(values), float(values.std(ddof=1))
    if scatter == 0:
        return NOTHING
    g = (1 - 3 / (4 * (count - 1) - 1)) * float(values.mean()) / scatter
    half = float(norm.ppf((1 + _LEVEL) / 2)) * float(np.sqrt(1 / count + g * g / (2 * count)))
    return Estimate(g, g - half, g + half)


def difference_from_networks(
    trained: float,
    trained_replicates: NDArray[np.float64],
    controls: NDArray[np.float64],
    control_replicates: NDArray[np.float64],
    level: float = 0.95,
) -> Difference:
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
        Trained minus mean control; ends NaN where K < 2. Controls that are NaN do not count. One
        network has no scatter to make an effect size of.

    Example:
        >>> controls = np.array([1.0, 2.0, 3.0])
        >>> again = np.tile(controls[:, None], 100)  # resampling the intervals changes nothing
        >>> points = difference_from_networks(9.0, np.full(100, 9.0), controls, again).points
        >>> points.value, round(points.low, 2), round(points.high, 2)
        (7.0, 2.03, 11.97)
    """
    controls, control_replicates = _known(controls, control_replicates)
    count = len(controls)
    value = trained - float(np.mean(controls)) if count else float("nan")
    if count < 2 or not np.isfinite(trained):
        return Difference(Estimate(value, float("nan"), float("nan")), float("nan"), NOTHING)
    between = float(np.var(controls, ddof=1)) * (1 + 1 / count)
    within = _variance(trained_replicates - control_replicates.mean(axis=0))
    error = float(np.sqrt(between + within))
    half = float(t.ppf((1 + level) / 2, count - 1)) * error
    p = 2 * float(t.sf(abs(value) / error, count - 1)) if error else float(value == 0)
    return Difference(Estimate(value, value - half, value + half), p, NOTHING)


def difference_from_random(
    trained: float, replicates: NDArray[np.float64], drawn: NDArray[np.float64]
) -> Difference:
    """One trained network against random draws of vertices.

    Args:
        trained: Statistic of the trained network.
        replicates: float64[B], bootstrap of its difference from the mean draw.
        drawn: float64[D], statistic of each draw.

    Returns:
        Trained minus mean draw, with the percentile interval and the p-value of the draws.

    Example:
        >>> found = difference_from_random(10.0, np.arange(101.0), np.arange(-9.0, 10.0))
        >>> found.points.value, round(found.points.low, 2), round(found.points.high, 2), found.p
        (10.0, 2.5, 97.5, 0.05)
    """
    known = drawn[np.isfinite(drawn)]
    value = trained - float(known.mean()) if len(known) else float("nan")
    return Difference(spread(value, replicates), permutation_p(trained, drawn), NOTHING)


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
