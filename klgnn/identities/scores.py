"""Log-probabilities in the shape that `klgnn.identities.Identities.decode` takes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["NOTHING", "stacked", "widened"]

NOTHING = -40.0
"""The logarithm of a probability that is as good as none."""


def stacked(columns: Sequence[NDArray[np.floating]]) -> NDArray[np.float64]:
    """Log-probabilities of different widths, float[C, V_k] each, as one float64[C, D, V].

    `NOTHING` stands where a coefficient has no such value, and is the least that there is.

    Example:
        >>> stacked([np.log([[0.5, 0.5]]), np.array([[0.0]])])[0, 1].tolist()
        [0.0, -40.0]
    """
    widest = max(column.shape[1] for column in columns)
    out = np.full((len(columns[0]), len(columns), widest), NOTHING)
    for k, column in enumerate(columns):
        out[:, k, : column.shape[1]] = np.maximum(column, NOTHING)
    return out


def widened(scores: NDArray[np.float64], degree: int) -> NDArray[np.float64]:
    """Adds coefficients that are 0 for certain, up to q^degree.

    Args:
        scores: float64[C, D, V]; returned as it is if D is at least the degree.
        degree: The largest degree of a polynomial.

    Example:
        >>> widened(np.zeros((5, 1, 2)), 3).shape
        (5, 3, 2)
    """
    rows, known, values = scores.shape
    if known >= degree:
        return scores
    zeros = np.full((rows, degree - known, values), NOTHING)
    zeros[:, :, 0] = 0.0
    return np.concatenate([scores, zeros], axis=1)
