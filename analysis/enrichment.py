"""Whether something occurs more often in the salient part than among random vertices.

The draws are random vertices of the same ranks (`analysis.controls`). Each p-value is that of a
permutation test: with D draws it is at least 1 / (1 + D), and Holm's correction for M tests makes
it at least M / (1 + D). So to find anything at 5% among 100 patterns takes 2,000 draws.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.statistics import Estimate, holm

__all__ = ["Enrichment", "enrichments", "most_enriched_first"]


@dataclass(frozen=True)
class Enrichment:
    """A count beside the counts in random draws.

    Attributes:
        count: How often it occurs.
        expected: Mean count over the draws.
        ratio: Count over expected, and count over the upper and the lower quantile of the draws:
            what the ratio would be if one draw in its 95% range were the expectation. Infinite
            where a divisor is 0, NaN where the count is 0 too.
        draws: How many draws.
        p_value: One-sided: (1 + number of draws with at least this count) / (1 + draws).
        p_holm: The same after Holm's correction for everything that was tested together.

    Example:
        Nine draws can give a p-value of 0.1 at best, and of two tests 0.2 after the correction.

        >>> drawn = np.array([[1, 5], [2, 5], [3, 5]] * 3)
        >>> first, second = enrichments(np.array([6, 5]), drawn)
        >>> first
        Enrichment(count=6, expected=2.0, ratio=Estimate(value=3.0, low=2.0, high=6.0), draws=9, \
p_value=0.1, p_holm=0.2)
        >>> second.ratio.value, second.p_holm
        (1.0, 1.0)
    """

    count: int
    expected: float
    ratio: Estimate
    draws: int
    p_value: float
    p_holm: float


def enrichments(
    counts: NDArray[np.integer], drawn: NDArray[np.integer], level: float = 0.95
) -> tuple[Enrichment, ...]:
    """Compares M counts with those in D draws.

    Args:
        counts: int[M].
        drawn: int[D, M], D at least 1.
        level: Coverage of the interval of each ratio.

    Example:
        >>> import numpy as np
        >>> (found,) = enrichments(np.array([6]), np.array([[1], [2], [3]]))
        >>> found.expected, found.ratio.value, found.p_value
        (2.0, 3.0, 0.25)
    """
    number = len(drawn)
    expected = drawn.mean(axis=0)
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    p_values = (1 + (drawn >= counts).sum(axis=0)) / (1 + number)
    adjusted = holm(p_values.tolist())
    return tuple(
        Enrichment(
            count=int(count),
            expected=float(expected[k]),
            ratio=Estimate(
                _ratio(count, expected[k]), _ratio(count, high[k]), _ratio(count, low[k])
            ),
            draws=number,
            p_value=float(p_values[k]),
            p_holm=adjusted[k],
        )
        for k, count in enumerate(counts.tolist())
    )


def most_enriched_first(enrichment: Enrichment) -> tuple[float, int]:
    """A key to sort by: the highest lower end of the ratio first, then the highest count.

    Example:
        >>> found = enrichments(np.array([6, 9, 2]), np.array([[2, 9, 0], [3, 8, 0]]))
        >>> [one.count for one in sorted(found, key=most_enriched_first)]
        [2, 6, 9]
    """
    low = enrichment.ratio.low
    return (float("inf") if np.isnan(low) else -low, -enrichment.count)


def _ratio(count: int, divisor: float) -> float:
    if divisor > 0:
        return count / float(divisor)
    return float("inf") if count else float("nan")
