"""The measures against scikit-learn and by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from klgnn.metrics import accuracy, calibration_error, exact_accuracy, macro_f1

VALUES = st.lists(st.integers(0, 4), min_size=1, max_size=30)


@given(VALUES, st.randoms())
def test_macro_f1_is_that_of_scikit_learn_over_the_values_present(true, random):
    predicted = np.array([random.choice([0, 1, 2, 9]) for _ in true])
    expected = f1_score(true, predicted, labels=np.unique(true), average="macro", zero_division=0)
    assert macro_f1(np.array(true), predicted) == pytest.approx(expected)


def test_accuracy_and_exactness_of_whole_polynomials():
    true = np.array([[1, 0], [1, 2], [0, 0]])
    said = np.array([[1, 0], [1, 1], [0, 0]])
    assert accuracy(true[:, 1], said[:, 1]) == pytest.approx(2 / 3)
    assert exact_accuracy(true, said) == pytest.approx(2 / 3)


def test_a_coefficient_beyond_the_prediction_makes_it_wrong():
    assert exact_accuracy(np.array([[1, 0, 5]]), np.array([[1, 0]])) == 0
    assert exact_accuracy(np.array([[1, 0]]), np.array([[1, 0, 0]])) == 1


def test_calibration():
    right = np.array([True] * 9 + [False])
    assert calibration_error(np.full(10, 0.9), right) == pytest.approx(0)
    assert calibration_error(np.ones(10), right) == pytest.approx(0.1)
    assert calibration_error(np.array([0.95, 0.35]), np.array([True, True])) == pytest.approx(0.35)
