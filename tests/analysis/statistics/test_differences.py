"""Trained networks against their controls: Welch, Hedges, and how often one is wrong."""

import numpy as np
import pytest
from scipy import stats

from analysis.statistics import (
    Estimate,
    difference_from_draws,
    difference_from_networks,
    difference_from_random,
    difference_of_groups,
    hedges,
    mean_of_networks,
    spread,
)

NAN = float("nan")


@pytest.mark.parametrize(("first", "second", "scale"), [(10, 10, 1.0), (3, 25, 4.0), (2, 2, 0.1)])
def test_groups_are_compared_as_welch_does(first, second, scale):
    rng = np.random.default_rng(first)
    one, two = rng.normal(0.5, 1, first), rng.normal(0, scale, second)
    found = difference_of_groups(one, two)
    wanted = stats.ttest_ind(one, two, equal_var=False)
    interval = wanted.confidence_interval(0.95)
    assert found.p == pytest.approx(wanted.pvalue)
    assert found.points.value == pytest.approx(one.mean() - two.mean())
    assert (found.points.low, found.points.high) == (
        pytest.approx(interval.low),
        pytest.approx(interval.high),
    )
    assert found.effect == hedges(one, two)
    swapped = difference_of_groups(two, one)
    assert swapped.p == pytest.approx(found.p)
    assert swapped.points.value == pytest.approx(-found.points.value)


def test_networks_without_a_value_do_not_count():
    one, two = np.array([0.1, NAN, 0.3]), np.array([NAN, 0.0, 0.1, 0.2])
    assert difference_of_groups(one, two) == difference_of_groups(one[[0, 2]], two[1:])


@pytest.mark.parametrize(("first", "second"), [([1.0], [1.0, 2.0]), ([1.0, 2.0], []), ([], [])])
def test_groups_that_are_too_small_have_no_p(first, second):
    found = difference_of_groups(np.array(first), np.array(second))
    assert np.isnan(found.p)
    assert np.isnan(found.points.low)
    assert np.isnan(found.points.value) == (not first or not second)


def test_groups_without_any_scatter():
    apart = difference_of_groups(np.ones(3), np.zeros(4))
    assert (apart.p, apart.points) == (0.0, Estimate(1.0, 1.0, 1.0))
    assert np.isnan(apart.effect.value)
    assert difference_of_groups(np.ones(3), np.ones(4)).p == 1.0


def test_hedges_by_hand():
    # Means 5 and 2, variances 4 and 2/3, pooled (2 * 4 + 3 * 2/3) / 5 = 2; J = 1 - 3/19.
    first, second = np.array([3.0, 5.0, 7.0]), np.array([1.0, 2.0, 2.0, 3.0])
    g = 16 / 19 * 3 / np.sqrt(2)
    found = hedges(first, second)
    assert found.value == pytest.approx(g)
    half = 1.959964 * np.sqrt(7 / 12 + g * g / 14)
    assert (found.low, found.high) == (pytest.approx(g - half), pytest.approx(g + half))
    assert hedges(second, first).value == pytest.approx(-g)


def test_networks_against_the_draws_in_their_places():
    rng = np.random.default_rng(1)
    drawn = rng.normal(size=(4, 500)) + np.array([0.0, 5.0, 10.0, -3.0])[:, None]
    mine = drawn.mean(axis=1) + np.array([3.0, 3.1, 2.9, 3.0])
    found = difference_from_draws(mine, drawn)
    # How far the networks are from each other does not count, only how far from their draws.
    assert found.points == mean_of_networks(np.array([3.0, 3.1, 2.9, 3.0]))
    assert found.p == pytest.approx(1 / 501)
    inside = difference_from_draws(drawn[:, 0], drawn[:, 1:])
    assert inside.p > 0.01
    assert difference_from_draws(np.append(mine, NAN), np.vstack([drawn, drawn[:1]])) == found


def test_the_effect_is_the_mean_in_units_of_the_scatter_over_networks():
    drawn = np.zeros((4, 300))
    mine = np.array([1.0, 2.0, 3.0, 4.0])
    effect = difference_from_draws(mine, drawn).effect
    # Hedges 1981, three degrees of freedom.
    assert effect.value == pytest.approx((1 - 3 / 11) * mine.mean() / mine.std(ddof=1))
    assert effect.low < effect.value < effect.high
    assert np.isnan(difference_from_draws(np.ones(4), drawn).effect.value)


def test_few_draws_for_each_of_many_networks_make_small_p_values():
    """Twenty draws for one network allow no p below 1/21; those of ten combine."""
    rng = np.random.default_rng(3)
    drawn = rng.normal(size=(10, 20))
    assert difference_from_draws(drawn.mean(axis=1) + 3, drawn).p < 0.001
    wrong = 0
    for _ in range(400):
        drawn = rng.normal(size=(5, 21))
        wrong += difference_from_draws(drawn[:, 0], drawn[:, 1:]).p < 0.05
    # The larger of two p-values: rather too careful.
    assert wrong / 400 < 0.06


def test_draws_without_a_value_do_not_count():
    mine, drawn = np.array([1.0, 2.0]), np.array([[0.0, 2.0, NAN], [1.0, NAN, 1.0]])
    found = difference_from_draws(mine, drawn)
    assert found.points.value == pytest.approx(((1 - 1) + (2 - 1)) / 2)
    assert np.isfinite(found.p)
    nothing = difference_from_draws(np.array([NAN]), np.zeros((1, 5)))
    assert np.isnan([nothing.p, nothing.points.value]).all()


def test_coverage_of_the_network_difference():
    """A trained network drawn like the controls is called different in 5 per cent of trials."""
    rng = np.random.default_rng(0)
    silent = np.zeros(10)
    wrong = 0
    for _ in range(2000):
        values = rng.normal(size=7)
        found = difference_from_networks(values[0], silent, values[1:], np.zeros((6, 10)))
        assert (found.p < 0.05) == found.points.excludes_zero
        wrong += found.points.excludes_zero
    assert 0.035 < wrong / 2000 < 0.065


def test_a_difference_that_is_there_is_found():
    rng = np.random.default_rng(0)
    controls = rng.normal(scale=0.01, size=8)
    replicates = rng.normal(scale=0.01, size=(8, 200))
    found = difference_from_networks(1.0, replicates[0] + 1, controls, replicates, 0.98)
    assert found.points.excludes_zero
    assert found.p < 0.001
    assert found.points.value == pytest.approx(1 - controls.mean())


def test_one_network_against_draws():
    rng = np.random.default_rng(0)
    drawn = np.append(rng.normal(scale=0.01, size=99), NAN)
    replicates = rng.normal(1.0, 0.01, size=500)
    found = difference_from_random(1.0, replicates, drawn)
    assert found.points == spread(1 - float(drawn[:-1].mean()), replicates)
    assert found.p == pytest.approx(1 / 100)
    nothing = difference_from_random(1.0, replicates, np.full(3, NAN))
    assert np.isnan([nothing.p, nothing.points.value]).all()


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_controls_give_no_interval(count):
    found = difference_from_networks(1.0, np.zeros(4), np.zeros(count), np.zeros((count, 4)))
    assert not found.points.excludes_zero
    assert np.isnan([found.points.low, found.p]).all()
