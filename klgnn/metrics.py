"""How good predictions are: accuracy, macro-F1, exact polynomials, calibration.

All of them take values, not classes, so a network, a majority vote and a tree are measured alike.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["accuracy", "calibration_error", "exact_accuracy", "macro_f1"]


def accuracy(true: NDArray[np.int64], predicted: NDArray[np.int64]) -> float:
    """The share of right answers for one coefficient.

    Args:
        true: int64 [R], R >= 1.
        predicted: int64 [R].

    Example:
        >>> accuracy(np.array([0, 0, 1, 2]), np.array([0, 1, 1, 1]))
        0.5
    """
    return float(np.mean(true == predicted))


def macro_f1(true: NDArray[np.int64], predicted: NDArray[np.int64]) -> float:
    """The mean of F1 over the values that occur among the true ones.

    Every value counts the same, however rare. A value that is only ever predicted has no recall and
    is not averaged in; it costs precision where it is wrong. (scikit-learn's average="macro" would
    average it in as 0, so that the number would depend on what is predicted by accident.)

    Args:
        true: int64 [R], R >= 1.
        predicted: int64 [R].

    Example:
        >>> macro_f1(np.array([0, 0, 1, 2]), np.array([0, 1, 1, 1]))
        0.38888888888888884
    """
    scores = []
    for value in np.unique(true):
        here, said = true == value, predicted == value
        scores.append(2 * np.sum(here & said) / (np.sum(here) + np.sum(said)))
    return float(np.mean(scores))


def exact_accuracy(true: NDArray[np.int64], predicted: NDArray[np.int64]) -> float:
    """The share of graphs whose whole polynomial is right.

    Args:
        true: int64 [R, D], the coefficients of q^1, ..., q^D.
        predicted: int64 [R, D'], filled up with zeros, as is `true`, to the larger of D and D'.

    Example:
        >>> exact_accuracy(np.array([[1, 0], [2, 1]]), np.array([[1], [2]]))
        0.5
    """
    width = max(true.shape[1], predicted.shape[1])
    return float(np.mean((pad(true, width) == pad(predicted, width)).all(axis=1)))


def pad(values: NDArray[np.int64], width: int) -> NDArray[np.int64]:
    """Fills up int64 [R, D] with columns of zeros to int64 [R, width], width >= D.

    Example:
        >>> pad(np.array([[1], [2]]), 3).tolist()
        [[1, 0, 0], [2, 0, 0]]
    """
    return np.pad(values, ((0, 0), (0, width - values.shape[1])))


def calibration_error(
    confidence: NDArray[np.floating], right: NDArray[np.bool_], bins: int = 15
) -> float:
    """The expected calibration error: how far confidence and accuracy differ.

    Confidences are put into bins of equal width; the result is the mean over the bins, weighted by
    their size, of ``|mean confidence - accuracy|`` (Naeini, Cooper and Hauskrecht 2015).

    Args:
        confidence: float [R], the probability given to the predicted value.
        right: bool [R], whether the predicted value is the true one.
        bins: The number of bins.

    Example:
        >>> calibration_error(np.array([0.9, 0.9]), np.array([True, False]))
        0.4
    """
    place = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    gaps = np.zeros(bins)
    np.add.at(gaps, place, confidence - right)
    return float(np.abs(gaps).sum() / len(confidence))
