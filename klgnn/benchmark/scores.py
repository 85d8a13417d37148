"""How good an answer is on a problem: the definitions behind every number of the tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from klgnn.benchmark.problems import Problem
from klgnn.labels import LEAST_COEFFICIENTS
from klgnn.metrics import accuracy, calibration_error, exact_accuracy, macro_f1, pad

__all__ = ["VALIDATION", "Answer", "score", "score_part"]

VALIDATION = "validation"
"""The title of the scores on the validation roots, beside those of the parts of the test."""


@dataclass(frozen=True, eq=False)
class Answer:
    """What some method says of the classes of a problem.

    Attributes:
        values: int64[C, D], the coefficients of q^1, ..., q^D; looked at for validation and test
            only. Coefficients beyond q^D are said to be 0.
        confidence: float[C, D], the probability that the method gives to each of these values; None
            if it gives none, as a decoder or a formula.
    """

    values: NDArray[np.int64]
    confidence: NDArray[np.floating] | None = None


def score(problem: Problem, answer: Answer) -> dict[str, Any]:
    """The scores on validation and on every part of the test, as plain values for JSON.

    Args:
        problem: The problem.
        answer: What a method says of it.

    Returns:
        For each title what `score_part` gives.

    Example:
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> from klgnn.benchmark.problems import build_problem
        >>> from klgnn.benchmark.suites import find_suite
        >>> with TemporaryDirectory() as folder:
        ...     problem = build_problem(find_suite("s6-unseen"), Path(folder))
        >>> said = Answer(problem.quotient.labels[:, :1])  # q^1 is right, nothing is said of q^2
        >>> scores = score(problem, said)
        >>> {part: round(scores[part]["exact"], 2) for part in ("all", "degree 1", "degree 2")}
        {'all': 0.62, 'degree 1': 1.0, 'degree 2': 0.0}
    """
    masks = {VALIDATION: problem.val, **problem.parts}
    return {
        title: score_part(
            problem.quotient.labels[mask],
            answer.values[mask],
            None if answer.confidence is None else answer.confidence[mask],
        )
        for title, mask in masks.items()
        if mask.any()
    }


def score_part(
    true: NDArray[np.int64],
    said: NDArray[np.int64],
    confidence: NDArray[np.floating] | None = None,
) -> dict[str, Any]:
    """The scores on some classes, every class counting the same.

    Args:
        true: int64[R, D'], R >= 1, the true coefficients of q^1, ..., q^D'.
        said: int64[R, D], the answers; what one of the two lacks is 0.
        confidence: float[R, D], the probabilities of the answers; None if there are none.

    Returns:
        ``classes``: R. ``exact``: the share of classes whose whole polynomial is right.
        ``coefficients``: for each of q^1 to q^4, and further if a true polynomial goes further, a
        mapping with ``accuracy``, the share of right answers; ``macro_f1``, see
        `klgnn.metrics.macro_f1`; ``calibration``, the expected calibration error of the answer's
        probability in 15 bins of equal width (`klgnn.metrics.calibration_error`), None without
        probabilities. Where an answer has no coefficient, it says 0 and is sure of it.

    Example:
        >>> scores = score_part(np.array([[1, 0], [2, 1]]), np.array([[1], [2]]))
        >>> scores["exact"], scores["coefficients"][1]["accuracy"], len(scores["coefficients"])
        (0.5, 0.5, 4)
    """
    degree = int((true.any(axis=0) * np.arange(1, true.shape[1] + 1)).max(initial=0))
    width = max(true.shape[1], said.shape[1], LEAST_COEFFICIENTS)
    truth, answers = pad(true, width), pad(said, width)
    sure = None
    if confidence is not None:
        missing = ((0, 0), (0, width - confidence.shape[1]))
        sure = np.pad(confidence, missing, constant_values=1.0)
    coefficients = []
    for k in range(max(degree, LEAST_COEFFICIENTS)):
        right = answers[:, k] == truth[:, k]
        coefficients.append(
            {
                "accuracy": accuracy(truth[:, k], answers[:, k]),
                "macro_f1": macro_f1(truth[:, k], answers[:, k]),
                "calibration": None if sure is None else calibration_error(sure[:, k], right),
            }
        )
    return {
        "classes": len(true),
        "exact": exact_accuracy(true, said),
        "coefficients": coefficients,
    }
