"""Totals of whole groups, and that a formula that fails is reported."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from analysis.formulas import Truth, check_classes, check_interval, failing_triples
from analysis.formulas.census import interval_classes
from analysis.formulas.checking import FORMULAS, Triple
from data_gen.intervals import BruhatInterval

OTHER_PAIRS = "double-shortcuts-other"


@pytest.mark.parametrize(
    ("n", "intervals", "classes", "decompositions", "weak"),
    [(3, 13, 3, 22, 0), (4, 189, 13, 594, 3), (5, 3661, 90, 21709, 268)],
)
def test_totals(n, intervals, classes, decompositions, weak):
    found = check_classes(n, upper=n < 5)
    assert (found.intervals, found.classes, found.undecomposed) == (intervals, classes, 0)
    assert found.decompositions == decompositions
    assert found.decompositions - found.join_strong == weak
    failed = {name: count for name, count in found.failures.items() if count}
    assert failed == ({OTHER_PAIRS: 36} if n == 5 else {})
    assert found.cases["bbdvw"] == found.cases["h-tilde"] == decompositions
    assert found.cases["h-tilde-strong"] == decompositions - weak
    assert found.cases["linear-coefficient"] == intervals
    assert found.cases["upper-h-tilde-strong"] == (decompositions - weak if n < 5 else 0)
    assert failing_triples(found, "h-tilde") == ()


def test_a_failure_in_s6():
    truth = Truth.of_interval("132546", "651234")
    found = check_interval(truth)
    assert (found.decompositions, found.join_strong) == (11, 8)
    assert {"h-tilde", "shortcut-formula", "amazing"} <= set(found.failures)
    assert not {"bbdvw", "gamma-positive", "h-tilde-strong"} & set(found.failures)
    ((z,),) = found.failures["h-tilde"]
    assert found.cases["h-tilde"] == 11
    assert BruhatInterval("132546", "651234").node_labels()[z] == "612345"


def test_wrong_polynomials_fail():
    truth = Truth.of_interval("1324", "3412")
    wrong = Truth(truth.graph, lambda a, b: (1,), lambda a, b: (0, 1, 0, 1))
    found = check_interval(wrong)
    assert {"h-tilde", "shortcut-formula", "bbdvw", "f-bottom-up", "linear-coefficient"} <= set(
        found.failures
    )
    assert "numerical-criterion" not in found.failures


def test_failures_count_as_often_as_their_class(monkeypatch):
    from analysis.formulas import checking

    monkeypatch.setattr(checking, "is_amazing", lambda one, r_tilde: False)
    found = check_classes(4)
    assert found.failures["amazing"] == found.decompositions == 594
    assert len(found.failing_classes["amazing"]) == 13
    triples = failing_triples(found, "amazing")
    assert len(triples) == 594
    assert Triple("1324", "3412", "1432") in triples


def test_executors_and_limits_do_not_change_totals():
    classes = interval_classes(4)
    with ThreadPoolExecutor(2) as pool:
        assert check_classes(4, executor=pool) == check_classes(4, classes)
    every = check_classes(4, pairs=None)
    few = check_classes(4, pairs=3)
    assert every.cases["double-shortcuts-strong"] > few.cases["double-shortcuts-strong"]
    assert every.decompositions == few.decompositions


def test_results_are_plain_and_readable():
    found = check_classes(3)
    assert json.loads(json.dumps(found.to_dict()))["decompositions"] == 22
    lines = str(found).splitlines()
    assert lines[0].startswith("S_3: 13 intervals in 3 classes, 22 lower hypercube")
    untried = {"upper-h-tilde-strong", OTHER_PAIRS}
    assert [line.split()[0] for line in lines[1:]] == [
        name for name in FORMULAS if name not in untried
    ]


@pytest.mark.slow
def test_all_of_s6():
    """The nine triples (u, v, z) of S_6 for which the H-tilde formula fails."""
    found = check_classes(6)
    assert (found.intervals, found.classes, found.undecomposed) == (97687, 1519, 0)
    assert found.decompositions == 1_064_775
    assert found.decompositions - found.join_strong == 21_691
    failed = {name for name, count in found.failures.items() if count}
    assert failed == {"h-tilde", "shortcut-formula", "amazing", OTHER_PAIRS}
    triples = failing_triples(found, "h-tilde")
    assert len(triples) == found.failures["h-tilde"] == 9
    assert Triple("132546", "345621", "234561") in triples
    assert Triple("132546", "651234", "612345") in triples
