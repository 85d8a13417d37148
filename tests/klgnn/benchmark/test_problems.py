"""Which classes a suite has, and what each is for."""

import dataclasses

import numpy as np
import pytest

from data_gen.errors import RunError, UsageError
from data_gen.generation import generate
from klgnn.benchmark import QUICK_SUITES, SUITES, build_problem, find_suite
from klgnn.benchmark.intervals import Intervals, add_intervals
from klgnn.benchmark.problems import ALL, FEW
from klgnn.quotient import Quotient, QuotientBuilder

ALL_QUICK = list(QUICK_SUITES)


@pytest.mark.parametrize("name", ALL_QUICK)
def test_no_held_out_class_is_learnt_from(problems, name):
    problem = problems[name]
    held_out = problem.val | problem.test
    assert problem.test.any()
    assert problem.val.any()
    assert problem.train_roots.any()
    assert not (problem.val & problem.test).any()
    assert not (held_out & problem.train).any()
    assert (held_out <= problem.roots).all()


@pytest.mark.parametrize("name", ALL_QUICK)
def test_what_is_met_inside_a_test_root_only_is_not_learnt_from(problems, name):
    problem, suite = problems[name], find_suite(name)
    quotient = problem.quotient
    in_groups = np.zeros(len(quotient), bool)
    for n, most in suite.groups:
        in_groups[quotient.find(Quotient.of_group(n, most).names)] = True
    held_out = problem.val | problem.test
    others = quotient.inside(problem.roots & ~held_out)
    assert (problem.train <= (in_groups | others)).all()
    if suite.strict is None:
        assert (problem.train == ((in_groups | others) & ~held_out)).all()


def test_a_strict_suite_learns_from_nothing_that_contains_a_large_held_out_class(problems):
    strict, plain = problems["s6-strict"], problems["s6-unseen"]
    quotient = strict.quotient
    assert (strict.test == plain.test).all()
    large = np.flatnonzero((strict.val | strict.test) & (quotient.size >= 30))
    assert len(large)
    # Looked up by hand: the closure downwards along the edges, one class at a time.
    reached = np.zeros(len(quotient), bool)
    reached[large] = True
    for c in range(len(quotient)):
        above = quotient.target[quotient.edge_ends[c] : quotient.edge_ends[c + 1]]
        reached[c] |= reached[above].any()
    assert not (strict.train & reached).any()
    assert (strict.train == (plain.train & ~reached)).all()
    assert strict.train.sum() < plain.train.sum()


def test_from_a_small_group_to_a_larger_one_the_test_is_all_that_is_new(problems):
    problem = problems["s5-to-s6"]
    quotient = problem.quotient
    small = Quotient.of_group(5)
    met = small.find(quotient.names) >= 0
    asked = problem.roots & (quotient.corank > 2)
    assert (problem.test == (asked & ~met)).all()
    assert (problem.train <= met).all()
    assert not (quotient.containing(problem.test) & problem.train).any()


def test_the_roots_are_the_isomorphism_classes_that_the_command_finds(problems, tmp_path):
    dataset = generate(6, tmp_path / "s6", select="extremal", max_nodes=300)
    classes = set(dataset.read(["iso_class"])["iso_class"].to_pylist())
    assert problems["s6-unseen"].roots.sum() == len(classes)


def test_the_shares_of_the_split(problems):
    problem = problems["s6-unseen"]
    asked = int((problem.roots & (problem.quotient.corank > 2)).sum())
    assert problem.test.sum() == round(0.2 * asked)
    assert problem.val.sum() == round(0.3 * asked) - round(0.2 * asked)


@pytest.mark.parametrize("name", ALL_QUICK)
def test_parts_are_parts_of_the_test(problems, name):
    problem = problems[name]
    assert (problem.parts[ALL] == problem.test).all()
    assert all((mask <= problem.test).all() and mask.any() for mask in problem.parts.values())
    degrees = [mask for title, mask in problem.parts.items() if title.startswith("degree")]
    assert (np.sum(degrees, axis=0) == problem.test).all()


def test_few_counts_training_roots(problems):
    problem = problems["s6-unseen"]
    labels = problem.quotient.labels
    learnt = labels[problem.train_roots].tolist()
    few = [learnt.count(labels[c].tolist()) <= 5 for c in np.flatnonzero(problem.test)]
    assert problem.parts[FEW][problem.test].tolist() == few


def test_a_suite_of_two_selections_has_a_part_for_each(problems):
    parts = problems["s6-mixed"].parts
    assert ((parts["S_6"] | parts["S_5"]) == parts[ALL]).all()


def test_the_classes_are_read_again(data, problems):
    again = build_problem(find_suite("s6-mixed"), data)
    before = problems["s6-mixed"]
    for name in ("roots", "train", "val", "test"):
        assert (getattr(again, name) == getattr(before, name)).all()
    for field in dataclasses.fields(again.quotient):
        mine, theirs = (getattr(p.quotient, field.name) for p in (again, before))
        assert np.array_equal(mine, theirs) if mine is not None else theirs is None


def test_a_damaged_file_of_classes_is_an_error(tmp_path):
    suite = find_suite("s5-to-s6")
    build_problem(suite, tmp_path)
    (file,) = tmp_path.glob("classes-*.npz")
    file.write_bytes(file.read_bytes()[:1000])
    with pytest.raises(RunError, match="damaged"):
        build_problem(suite, tmp_path)


def test_limits_of_size_and_degree(tmp_path):
    builder = QuotientBuilder()
    number = add_intervals(builder, Intervals(5, min_nodes=20, min_degree=2), tmp_path)
    quotient = builder.finish()
    roots = np.unique(quotient.roots)
    assert number == len(quotient.roots)
    assert (quotient.size[roots] >= 20).all()
    assert quotient.labels[roots, 1].all()
    everything = Quotient.of_group(5)
    wanted = (everything.size >= 20) & everything.labels[:, 1].astype(bool)
    assert set(map(tuple, quotient.names[roots])) <= set(map(tuple, everything.names[wanted]))


def test_every_suite_is_found_and_says_what_it_is():
    for name in (*SUITES, *QUICK_SUITES):
        assert find_suite(name).meaning
    with pytest.raises(UsageError, match="s8-strict"):
        find_suite("s8")
