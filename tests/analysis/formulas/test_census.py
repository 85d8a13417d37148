"""Classes with multiplicities: against certificates of every single interval."""

from collections import Counter

import pytest

from analysis.formulas.census import (
    all_pairs,
    batches,
    interval_classes,
    intervals_of_classes,
    variant_classes,
)
from data_gen.errors import UsageError
from data_gen.intervals import BruhatInterval
from data_gen.isomorphism import certificate
from tests.analysis.formulas.structure import intervals_of


@pytest.mark.parametrize(("n", "intervals", "classes"), [(2, 1, 1), (3, 13, 3), (4, 189, 13)])
def test_classes_are_those_of_every_interval(n, intervals, classes):
    pairs = intervals_of(n)
    names = Counter(certificate(BruhatInterval(x, w).graph) for x, w in pairs)
    found = interval_classes(n)
    assert (len(pairs), len(found)) == (intervals, classes)
    assert {one.certificate: one.multiplicity for one in found} == names
    for one in found:
        assert certificate(one.interval.graph) == one.certificate
        assert one.num_nodes == one.interval.num_nodes
    assert [one.num_nodes for one in found] == sorted(one.num_nodes for one in found)


def test_numbers_in_s5():
    found = interval_classes(5)
    assert (len(found), sum(one.multiplicity for one in found)) == (90, 3661)
    assert found[0].multiplicity == 444  # edges: the covers of S_5
    assert found[-1].num_nodes == 120


def test_the_intervals_of_some_classes():
    chosen = [one.certificate for one in interval_classes(4)][::3]
    found = intervals_of_classes(4, chosen)
    expected = [
        (x, w) for x, w in intervals_of(4) if certificate(BruhatInterval(x, w).graph) in chosen
    ]
    assert list(found) == expected
    assert intervals_of_classes(4, []) == ()


def test_combinatorial_invariance():
    assert [variant_classes(n) for n in (3, 4, 5)] == [(), (), ()]


def test_a_class_that_carries_two_polynomials_would_be_seen(monkeypatch):
    from analysis.formulas import census

    monkeypatch.setattr(census, "certificates_of", lambda batch: ["same"] * len(batch))
    assert variant_classes(3) == ("same",)


def test_batches_hold_all_pairs(monkeypatch):
    from analysis.formulas import census

    monkeypatch.setattr(census, "_NODES_AT_A_TIME", 100)
    parts = list(batches(4, *all_pairs(4)))
    assert len(parts) > 5
    assert sum(map(len, parts)) == 189


@pytest.mark.parametrize("n", [1, 8, True, "4"])
def test_n_out_of_range(n):
    with pytest.raises(UsageError, match="from 2 to 7"):
        interval_classes(n)
