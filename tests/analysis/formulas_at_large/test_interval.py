"""The compiled formulas: the same as those in Python, interval by interval."""

import numpy as np
import pytest

from analysis.formulas import Truth, check_interval, standard_tops
from analysis.formulas.census import interval_classes
from analysis.formulas_at_large import interval as at_large
from analysis.formulas_at_large.interval import FORMULAS, THEOREMS, Found, Limits, check_batch
from data_gen.interval_batch import IntervalBatch, build_intervals
from data_gen.permutations import parse_permutation, to_array

LABELLED = {
    *("standard", "upper-standard", "h-tilde-standard", "bbdvw-standard"),
    "double-shortcuts-standard",
}


def batch_of(x: str, w: str, turned: bool = False) -> IntervalBatch:
    ends = [to_array(parse_permutation(word))[None] for word in (x, w)]
    if turned:
        ends = [(ends[0].shape[1] - 1 - word).astype(np.int8) for word in reversed(ends)]
    return build_intervals(*ends)


def found_on(x: str, w: str, **limits: object) -> Found:
    batch = batch_of(x, w)
    upper = standard_tops(batch_of(x, w, turned=True))
    (found,) = check_batch(batch, standard_tops(batch), upper, Limits(**limits))
    return found


def assert_same(x: str, w: str) -> None:
    fast, slow = found_on(x, w), check_interval(Truth.of_interval(x, w))
    assert fast.decompositions == slow.decompositions
    assert fast.join_strong == slow.join_strong
    for name in FORMULAS.keys() - LABELLED:
        assert fast.cases.get(name, 0) == slow.cases.get(name, 0) or name == "upper-h-tilde"
        assert fast.failures.get(name, ()) == slow.failures.get(name, ())
    assert not THEOREMS & fast.failures.keys()


@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_the_same_as_in_python(n):
    for one in interval_classes(n):
        assert_same(one.x, one.w)


@pytest.mark.parametrize(
    ("x", "w"),
    [
        ("132546", "345621"),
        ("132546", "651234"),
        ("1325476", "2537164"),
        ("13254768", "24173856"),
        ("427913856", "972481365"),
    ],
)
def test_the_same_as_in_python_on_larger_ones(x, w):
    assert_same(x, w)


def test_upper_decompositions():
    for x, w in [("1324", "3412"), ("12345", "52341"), ("132546", "345612")]:
        found = found_on(x, w, upper=True)
        slow = check_interval(Truth.of_interval(x, w), upper=True)
        assert found.cases["upper-h-tilde-strong"] == slow.cases["upper-h-tilde-strong"]
        assert found.cases["upper-standard"] >= 2
        assert not {"upper-standard", "upper-h-tilde-strong"} & found.failures.keys()


def test_an_upper_failure_is_the_lower_one_of_the_dual():
    # w0 v and w0 u of the failure [132546, 345621].
    found = found_on("432156", "645231", upper=True)
    assert len(found.failures["upper-h-tilde"]) == 1
    assert "upper-h-tilde-strong" not in found.failures
    assert "h-tilde" not in found.failures


def test_a_limit_leaves_amazing_out():
    assert "amazing" not in found_on("1324", "3412", amazing=9).cases
    assert found_on("1324", "3412", amazing=10).cases["amazing"] == 4


def test_little_room_is_enough(monkeypatch):
    monkeypatch.setattr(at_large, "_ROOM", 2)
    assert found_on("132546", "651234").decompositions == 11


def test_wrong_polynomials_fail(monkeypatch):
    right_r, right_kl = at_large.r_tilde_of, at_large.kl_of

    def wrong_r(labels, length):
        known = right_r(labels, length)
        rows = known.rows.copy()
        rows[:, 1:] += 1
        return known._replace(rows=rows)

    def wrong_kl(labels, g, highest):
        known = right_kl(labels, g, highest)
        coefficients = known.coefficients.copy()
        coefficients[:, -1] += 1
        return known._replace(coefficients=coefficients)

    monkeypatch.setattr(at_large, "r_tilde_of", wrong_r)
    found = found_on("1234", "4321")
    assert {"h-tilde", "h-tilde-standard", "shortcut-formula", "amazing"} <= found.failures.keys()
    assert not {"bbdvw", "standard", "numerical-criterion"} & found.failures.keys()
    monkeypatch.setattr(at_large, "kl_of", wrong_kl)
    assert {"bbdvw", "bbdvw-standard"} <= found_on("1234", "4321").failures.keys()


def test_a_wrong_standard_ideal_fails():
    batch = batch_of("1324", "3412")
    (found,) = check_batch(batch, np.array([[1, 5, -1, -1]]))
    assert found.failures["standard"] == ((1,),)


@pytest.mark.slow
def test_the_same_as_in_python_on_all_of_s6():
    for one in interval_classes(6):
        assert_same(one.x, one.w)
