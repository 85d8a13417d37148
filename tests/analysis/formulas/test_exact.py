"""Polynomials of subintervals: beyond the tables they are the same."""

import pytest

from analysis.formulas import exact
from analysis.formulas.exact import SubintervalPolynomials, kl_of, r_tilde_of
from data_gen.intervals import BruhatInterval

INTERVAL = BruhatInterval("21354", "45231")


@pytest.fixture
def without_tables(monkeypatch):
    monkeypatch.setattr(exact, "MAX_TABLE_N", 3)
    monkeypatch.setattr(exact, "MAX_R_TABLE_N", 3)


def every_polynomial():
    found = SubintervalPolynomials(INTERVAL.node_array)
    vertices = range(INTERVAL.num_nodes)
    return [(found.kl(a, b), found.r_tilde(a, b)) for a in vertices for b in vertices]


@pytest.fixture
def by_tables():
    return every_polynomial()


def test_all_subintervals_row_by_row(by_tables, without_tables):
    assert every_polynomial() == by_tables


def test_single_pairs(by_tables, without_tables):
    whole = by_tables[INTERVAL.num_nodes - 1]
    assert (kl_of(INTERVAL.x, INTERVAL.w), r_tilde_of(INTERVAL.x, INTERVAL.w)) == whole
    assert len(whole[0]) > 1


def test_the_dual_has_the_same_r_tilde():
    found, last = SubintervalPolynomials(INTERVAL.node_array), INTERVAL.num_nodes - 1
    for a in range(0, last, 3):
        for b in range(last + 1):
            assert found.dual.r_tilde(last - b, last - a) == found.r_tilde(a, b)
