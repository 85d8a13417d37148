"""Numbers with their intervals: against textbook formulas and by hand."""

import numpy as np
import pytest
from scipy import stats

from analysis.statistics import Estimate, bootstrap, mean_of_networks, spread

NAN = float("nan")


def test_identical_intervals_have_no_spread():
    salient = np.tile([1, 2, 1], (30, 1))
    everything = np.tile([5, 10, 5], (30, 1))
    values = bootstrap([salient], everything, replicates=50, seed=0)
    np.testing.assert_allclose(values, 0.0, atol=1e-12)


def test_bootstrap_spread_is_that_of_a_mean():
    # One edge of two kinds per interval: the share is a mean of coin tosses.
    rng = np.random.default_rng(5)
    tosses = rng.integers(0, 2, size=400)
    salient = np.stack([tosses, 1 - tosses], axis=1)
    everything = np.ones((400, 2), dtype=np.int64)
    values = bootstrap([salient], everything, replicates=4000, seed=0)[0, :, 0]
    share = tosses.mean()
    assert values.std() == pytest.approx(2 * np.sqrt(share * (1 - share) / 400), rel=0.05)


def test_the_same_resamplings_for_all_parts():
    rng = np.random.default_rng(3)
    part = rng.integers(0, 5, size=(20, 3))
    values = bootstrap([part, part], part + 1, replicates=10, seed=4)
    assert np.array_equal(values[0], values[1])


def test_spread_is_a_percentile_interval():
    estimate = spread(0.5, np.linspace(0, 1, 1001), level=0.9)
    assert (estimate.low, estimate.high) == (pytest.approx(0.05), pytest.approx(0.95))


def test_spread_of_nothing():
    assert np.isnan(spread(NAN, np.full(5, np.nan)).low)
    assert not spread(NAN, np.full(5, np.nan)).excludes_zero


@pytest.mark.parametrize(("low", "high", "answer"), [(1, 2, True), (-2, -1, True), (-1, 1, False)])
def test_excludes_zero(low, high, answer):
    assert Estimate(0.0, low, high).excludes_zero is answer


def test_mean_of_networks_is_students():
    values = np.array([0.3, 0.1, 0.25, np.nan, 0.4])
    known = values[np.isfinite(values)]
    found = mean_of_networks(values, level=0.9)
    low, high = stats.t.interval(0.9, len(known) - 1, known.mean(), stats.sem(known))
    assert found.value == pytest.approx(known.mean())
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))


@pytest.mark.parametrize(("values", "mean"), [([], NAN), ([0.5], 0.5), ([0.5, NAN], 0.5)])
def test_one_network_has_no_scatter(values, mean):
    found = mean_of_networks(np.array(values))
    assert found.value == pytest.approx(mean, nan_ok=True)
    assert np.isnan([found.low, found.high]).all()
