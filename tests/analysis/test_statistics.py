import numpy as np
import pytest

from analysis.statistics import (
    Estimate,
    bootstrap,
    difference_from_networks,
    difference_from_random,
    spread,
)


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
    assert np.isnan(spread(float("nan"), np.full(5, np.nan)).low)
    assert not spread(float("nan"), np.full(5, np.nan)).excludes_zero


@pytest.mark.parametrize(("low", "high", "answer"), [(1, 2, True), (-2, -1, True), (-1, 1, False)])
def test_excludes_zero(low, high, answer):
    assert Estimate(0.0, low, high).excludes_zero is answer


def test_coverage_of_the_network_difference():
    """A trained network drawn like the controls is called different in 5 per cent of trials."""
    rng = np.random.default_rng(0)
    silent = np.zeros(10)
    wrong = 0
    for _ in range(2000):
        values = rng.normal(size=7)
        estimate = difference_from_networks(values[0], silent, values[1:], np.zeros((6, 10)), 0.95)
        wrong += estimate.excludes_zero
    assert 0.035 < wrong / 2000 < 0.065


def test_a_difference_that_is_there_is_found():
    rng = np.random.default_rng(0)
    controls = rng.normal(scale=0.01, size=8)
    replicates = rng.normal(scale=0.01, size=(8, 200))
    estimate = difference_from_networks(1.0, replicates[0] + 1, controls, replicates, 0.98)
    assert estimate.excludes_zero
    assert estimate.value == pytest.approx(1 - controls.mean())
    estimate = difference_from_random(1.0, replicates[0] + 1, controls, replicates, 0.98)
    assert estimate.excludes_zero


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_controls_give_no_interval(count):
    for compare in (difference_from_networks, difference_from_random):
        estimate = compare(1.0, np.zeros(4), np.zeros(count), np.zeros((count, 4)), 0.95)
        assert not estimate.excludes_zero
        assert np.isnan(estimate.low)
