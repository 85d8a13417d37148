"""P-values: by hand, and what they promise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.statistics import holm, permutation_p

NAN = float("nan")
P_VALUES = st.lists(st.floats(0, 1) | st.just(NAN), max_size=8)


def test_holm_by_hand():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx((0.03, 0.06, 0.06, 0.02))
    assert holm([0.6, 0.5]) == (1.0, 1.0)
    assert holm([]) == ()


def test_holm_does_not_count_what_could_not_be_tested():
    adjusted = holm([0.01, NAN, 0.04])
    assert np.isnan(adjusted[1])
    assert (adjusted[0], adjusted[2]) == (pytest.approx(0.02), pytest.approx(0.04))
    assert np.isnan(holm([NAN])).all()


@given(P_VALUES)
def test_holm_rejects_what_the_step_down_rejects(p):
    adjusted = np.array(holm(p))
    assert np.array_equal(np.isnan(adjusted), np.isnan(p))
    known = sorted(value for value in p if not np.isnan(value))
    rejected = 0
    while rejected < len(known) and (len(known) - rejected) * known[rejected] < 0.05:
        rejected += 1
    assert (adjusted < 0.05).sum() == rejected


def test_p_value_of_a_permutation_test():
    drawn = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
    assert permutation_p(1.5, drawn) == pytest.approx(3 / 6)  # -2, 2 and itself
    assert permutation_p(-1.0, drawn) == pytest.approx(5 / 6)
    assert permutation_p(9.0, drawn) == pytest.approx(1 / 6)
    assert permutation_p(0.0, drawn) == 1.0
    assert permutation_p(9.0, np.append(drawn, NAN)) == pytest.approx(1 / 6)
    assert np.isnan(permutation_p(NAN, drawn))
    assert np.isnan(permutation_p(1.0, np.array([])))


def test_p_values_of_random_draws_are_even():
    rng = np.random.default_rng(0)
    p = np.array([permutation_p(row[0], row[1:]) for row in rng.normal(size=(2000, 100))])
    assert (p <= 0.05).mean() == pytest.approx(0.05, abs=0.015)
    assert (p <= 0.5).mean() == pytest.approx(0.5, abs=0.04)
