"""Exact answers: computed, looked up, or said to be unknown."""

import numpy as np
import pytest

from data_gen.intervals import BruhatInterval
from data_gen.kl_single import kl_coefficients
from klgnn import known
from klgnn.known import exact_polynomial, known_in_groups


@pytest.mark.parametrize(
    ("x", "w", "polynomial"),
    [
        ("1", "1", (1,)),
        ("1324", "3412", (1, 1)),
        ("12345", "52341", (1, 2, 1)),
        ("132546", "456312", (1, 0, 2)),
        ("13245678", "34125678", (1, 1)),
    ],
)
def test_computed(x, w, polynomial):
    found = exact_polynomial(BruhatInterval(x, w))
    assert (found.polynomial, found.x, found.w) == (polynomial, x, w)


def test_beyond_the_tables():
    x, w = "1,2,3,4,5,7,6,8,10,9", "6,7,3,4,5,1,2,10,8,9"
    assert exact_polynomial(BruhatInterval(x, w)).polynomial == kl_coefficients(x, w)


def test_what_takes_too_long_is_not_known():
    x = "1,3,2,4,6,5,7,9,8,10"
    found = exact_polynomial(BruhatInterval(x, "8,10,4,9,6,1,5,7,2,3"), seconds=0)
    assert isinstance(found, str)
    assert "not finished within" in found
    assert "n = 15" in exact_polynomial(BruhatInterval([*range(1, 16)], [*range(1, 16)]))


@pytest.mark.parametrize(("x", "w"), [("1234", "1234"), ("21354", "45312"), ("132546", "456312")])
def test_looked_up_whatever_the_names(x, w):
    interval = BruhatInterval(x, w)
    names = np.random.default_rng(1).permutation(interval.num_nodes)
    found = known_in_groups(interval.graph.relabelled(names))
    assert found.polynomial == kl_coefficients(x, w)
    assert "S_6" in found.how


def test_not_met(monkeypatch):
    monkeypatch.setattr(known, "GROUPS", (3, 4))
    assert known_in_groups(BruhatInterval("12345", "52341").graph) is None
    assert known_in_groups(BruhatInterval("123456", "654321").graph) is None


def test_a_name_alone_is_not_believed(monkeypatch):
    """Were two graphs to share a name, the certificate would tell them apart."""
    monkeypatch.setattr(known, "certificate", lambda graph: str(id(graph)))
    assert known_in_groups(BruhatInterval("1324", "3412").graph) is None
