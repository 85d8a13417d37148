"""The numbers of the tables, on cases done by hand."""

import numpy as np
import pytest

from klgnn.benchmark import Answer, score
from klgnn.benchmark.problems import ALL
from klgnn.benchmark.scores import VALIDATION, score_part


def test_exact_accuracy_and_f1_by_hand():
    true = np.array([[1, 0], [1, 0], [2, 1], [3, 1]])
    said = np.array([[1, 0], [1, 1], [2, 1], [1, 1]])
    scores = score_part(true, said)
    assert scores["classes"] == 4
    assert scores["exact"] == 0.5
    first, second, third, fourth = scores["coefficients"]
    assert first["accuracy"] == 0.75
    assert first["macro_f1"] == pytest.approx((4 / 5 + 1 + 0) / 3)
    assert second["accuracy"] == 0.75
    assert second["macro_f1"] == pytest.approx((2 / 3 + 4 / 5) / 2)
    assert third == fourth == {"accuracy": 1.0, "macro_f1": 1.0, "calibration": None}


def test_calibration_by_hand():
    true, said = np.array([[1], [1], [0], [0]]), np.array([[1], [0], [0], [0]])
    sure = np.array([[0.7], [0.7], [0.9], [1.0]])
    scores = score_part(true, said, sure)
    expected = (abs(2 * 0.7 - 1) + abs(0.9 + 1.0 - 2)) / 4
    assert scores["coefficients"][0]["calibration"] == pytest.approx(expected)
    # What is not answered is 0 for certain, which is right here.
    assert scores["coefficients"][1]["calibration"] == 0


def test_answers_that_are_too_short_or_too_long():
    assert score_part(np.array([[1, 0, 0, 0, 2]]), np.array([[1]]))["exact"] == 0
    long = score_part(np.array([[1]]), np.array([[1, 0, 0, 0, 0, 3]]))
    assert long["exact"] == 0
    assert len(long["coefficients"]) == 4
    assert len(score_part(np.array([[1, 0, 0, 0, 2]]), np.array([[1]]))["coefficients"]) == 5


def test_the_truth_scores_one_and_only_held_out_classes_count(problems):
    problem = problems["s6-unseen"]
    values = problem.quotient.labels.copy()
    values[~(problem.val | problem.test)] = -1
    scores = score(problem, Answer(values))
    assert set(scores) == {VALIDATION, *problem.parts}
    assert all(part["exact"] == 1 for part in scores.values())
    first = np.flatnonzero(problem.test)[0]
    values[first, 0] += 1
    assert score(problem, Answer(values))[ALL]["exact"] == 1 - 1 / problem.test.sum()
