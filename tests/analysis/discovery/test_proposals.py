"""Equalities, inequalities and what is left of them after reduction."""

import numpy as np
import pytest

from analysis.discovery.equalities import find_equalities
from analysis.discovery.hypotheses import find_hypothesis
from analysis.discovery.inequalities import find_inequalities, supports
from analysis.discovery.invariants import DEFINITIONS, NAMES, dual_of
from analysis.discovery.reduce import derivation, reduced
from analysis.discovery.refute import restricted, try_relation
from analysis.discovery.relations import parse_relation
from analysis.discovery.tables import InvariantTable
from data_gen.errors import UsageError


@pytest.mark.parametrize("hypothesis", ["", "P=1", "lower", "length<=3"])
def test_equalities_are_true_and_there_are_no_others(
    hypothesis: str, middle: InvariantTable
) -> None:
    rows = restricted(middle, hypothesis)
    found = find_equalities(rows, hypothesis)
    assert all(one.holds(NAMES, rows.values).all() for one in found)
    with_one = np.column_stack([rows.values, np.ones(len(rows), dtype=np.int64)])
    assert len(found) == with_one.shape[1] - np.linalg.matrix_rank(with_one.astype(float))


def test_inequalities_are_true_and_tight(middle: InvariantTable) -> None:
    names = ("length", "out_degree", "kl_1", "coatoms", "nodes")
    found = find_inequalities(middle, supports(3, names))
    assert "out_degree >= length" in map(str, found)
    for one in found:
        values = one.values(NAMES, middle.values)
        assert values.min() == 0
        # as many affinely independent points as a facet needs
        touched = middle.values[values == 0][:, [NAMES.index(name) for name, _ in one.terms]]
        assert len(np.unique(touched, axis=0)) >= len(one.terms)


def test_nothing_is_asked_about_p_alone(middle: InvariantTable) -> None:
    names = ("kl_1", "kl_2", "kl_degree", "r_1", "r_2", "f")
    chosen = supports(3, names)
    assert ("kl_1", "kl_2") not in chosen
    assert ("kl_1", "r_1", "r_2") not in chosen
    assert {("r_1", "r_2"), ("kl_1", "f"), ("kl_1", "kl_2", "f")} <= set(chosen)
    for one in find_inequalities(middle, chosen):
        about = {name for name, _ in one.terms} - {"r_1", "r_2"}
        assert not about or not about <= {"kl_1", "kl_2", "kl_degree"}


def test_an_equality_follows_from_two_inequalities() -> None:
    known = [*map(parse_relation, ("f >= atoms", "f <= atoms"))]
    claim = parse_relation("f = atoms")
    factors = derivation(claim, known)
    assert factors is not None
    vectors = [[factor * c for c in one.vector(NAMES)] for one, factor in factors.items()]
    assert [sum(column) for column in zip(*vectors, strict=True)] == claim.vector(NAMES)
    assert derivation(claim, known[:1]) is None


def test_duals_count_as_said(middle: InvariantTable) -> None:
    claims = [*map(parse_relation, ("out_degree >= length", "in_degree >= length"))]
    assert reduced(claims, middle) == tuple(claims)
    assert reduced(claims, middle, with_duals=True) == (claims[0],)
    assert reduced(claims[::-1], middle, with_duals=True) == (claims[0],)


def test_the_dual_of_a_relation() -> None:
    assert (
        str(dual_of(parse_relation("atoms + 2 rank_2 >= edges"))) == "coatoms + 2 corank_2 >= edges"
    )
    assert dual_of(parse_relation("atoms >= kl_1")) is None
    for one in (parse_relation("r_1 = 0"), parse_relation("f >= distance", "d=l")):
        assert dual_of(one) == one


def test_a_derivation_adds_up() -> None:
    known = [*map(parse_relation, ("kl_1 = coatoms - f", "atoms >= f", "kl_1 >= 0"))]
    claim = parse_relation("atoms + 2 coatoms >= 3 f")
    factors = derivation(claim, known)
    assert factors is not None
    vectors = [[factor * c for c in one.vector(NAMES)] for one, factor in factors.items()]
    assert [sum(column) for column in zip(*vectors, strict=True)] == claim.vector(NAMES)
    assert derivation(parse_relation("f >= atoms"), known) is None


def test_nothing_that_is_left_follows_from_the_rest(middle: InvariantTable) -> None:
    names = ("length", "out_degree", "in_degree", "coatoms", "f", "kl_1")
    claims = [*find_equalities(middle), *find_inequalities(middle, supports(2, names))]
    left = reduced(claims, middle)
    assert 0 < len(left) < len(claims)
    for one in left:
        others = [other for other in left if other != one]
        assert derivation(one, [*DEFINITIONS, *others]) is None
    for one in claims:
        assert derivation(one, [*DEFINITIONS, *left]) is not None


def test_a_false_relation_is_refuted_by_its_smallest_counterexample(
    middle: InvariantTable,
) -> None:
    trial = try_relation(parse_relation("kl_2 = 0"), middle, "S_5")
    assert not trial.holds
    assert trial.smallest is not None
    failing = np.flatnonzero(middle["kl_2"])
    assert trial.smallest.nodes == middle["nodes"][failing].min()
    assert trial.failing_intervals == middle.multiplicities[failing].sum()
    assert trial.smallest.values == {"kl_2": 1}


def test_a_hypothesis_cuts_the_table_down(middle: InvariantTable) -> None:
    claim = parse_relation("atoms = f", "lower")
    trial = try_relation(claim, middle, "S_5")
    assert trial.holds
    assert trial.classes == middle.is_lower.sum() < len(middle)
    assert not try_relation(claim.under(""), middle, "S_5").holds


@pytest.mark.parametrize("name", ["P=1", "lower", "d=l", "atoms=coatoms", "regular", "length<=4"])
def test_what_a_hypothesis_says_outright_is_true(name: str, middle: InvariantTable) -> None:
    hypothesis = find_hypothesis(name)
    rows = restricted(middle, name)
    assert 0 < len(rows) < len(middle)
    assert all(one.holds(NAMES, rows.values).all() for one in hypothesis.definitions)


def test_no_hypothesis_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(UsageError, match="'planar' is no hypothesis; there are 'P=1'"):
        find_hypothesis("planar")
