"""P-values: of a statistic among random draws, and of many tests together.

Sources: Phipson and Smyth 2010 (arXiv:1603.05766) for the p-value of a permutation test; Holm 1979
for many tests.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "holm",
    "permutation_p",
]


def permutation_p(observed: float, drawn: NDArray[np.float64]) -> float:
    """Two-sided p-value of a statistic among those of D random draws; never below 1/(D+1).

    Args:
        observed: The statistic.
        drawn: float64[D]; NaN does not count.

    Example:
        >>> permutation_p(5.0, np.array([-1.0, 0.0, 1.0]))
        0.25
    """
    drawn = drawn[np.isfinite(drawn)]
    if not len(drawn) or not np.isfinite(observed):
        return float("nan")
    centre = drawn.mean()
    # A hair of tolerance: sums in another order must not make equals different.
    as_far = np.abs(drawn - centre) >= abs(observed - centre) - 1e-12
    return float((1 + as_far.sum()) / (1 + len(drawn)))


def holm(p: Sequence[float]) -> tuple[float, ...]:
    """Holm's correction: p-values that may be compared with the level of all tests together.

    Args:
        p: One for each test; NaN (no test was possible) stays and does not count.

    Example:
        >>> holm([0.01, 0.04, 0.03])
        (0.03, 0.06, 0.06)
    """
    known = [k for k, value in enumerate(p) if np.isfinite(value)]
    adjusted = list(p)
    largest = 0.0
    for place, k in enumerate(sorted(known, key=lambda k: p[k])):
        largest = max(largest, min(1.0, (len(known) - place) * p[k]))
        adjusted[k] = largest
    return tuple(adjusted)
