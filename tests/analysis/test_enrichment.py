import numpy as np
import pytest

from analysis.enrichment import enrichments, most_enriched_first


def test_p_values_count_the_draws():
    drawn = np.array([[0, 5, 3], [1, 5, 3], [2, 5, 3], [3, 5, 3]])
    never, always, at_least = enrichments(np.array([4, 2, 3]), drawn)
    assert [one.p_value for one in (never, always, at_least)] == [0.2, 1, 1]
    assert never.p_holm == pytest.approx(0.6)
    assert never.expected == 1.5
    assert never.draws == 4


def test_the_ratio_and_its_interval():
    drawn = np.arange(1, 102)[:, None]
    (found,) = enrichments(np.array([102]), drawn, level=0.5)
    assert found.ratio.value == 2
    assert (found.ratio.low, found.ratio.high) == (102 / 76, 102 / 26)


def test_ratios_without_a_divisor():
    some, none = enrichments(np.array([2, 0]), np.zeros((3, 2), dtype=int))
    assert some.ratio.value == some.ratio.low == np.inf
    assert np.isnan(none.ratio.value)


def test_holm_step_by_step():
    """Holm's procedure: reject the k-th smallest while it is at most level / (M - k)."""
    rng = np.random.default_rng(0)
    for _ in range(50):
        found = enrichments(rng.integers(0, 30, 8), rng.integers(0, 20, (40, 8)))
        p_values = np.array([one.p_value for one in found])
        level = float(rng.random())
        rejected = set()
        for k, place in enumerate(np.argsort(p_values, kind="stable").tolist()):
            if p_values[place] * (8 - k) > level:
                break
            rejected.add(place)
        assert {k for k, one in enumerate(found) if one.p_holm <= level} == rejected


def test_the_most_enriched_come_first():
    drawn = np.array([[1, 0, 0, 2], [3, 0, 0, 2]])
    found = enrichments(np.array([4, 0, 5, 4]), drawn)
    order = sorted(range(4), key=lambda k: most_enriched_first(found[k]))
    assert order == [2, 3, 0, 1]  # infinite, 2, 4 / 2.95, undefined
