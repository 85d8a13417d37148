"""Conjectures put to intervals with the polynomials of others."""

from collections import defaultdict
from typing import Any

import numpy as np
import pytest

from analysis.conjectures import Conjecture, Scope, Subject, conjecture, determination
from analysis.conjectures.baseline import DealtSubject, conjecture_baseline
from analysis.conjectures.population import all_intervals
from analysis.conjectures.registry import find_conjecture
from analysis.discovery.claims import claim
from data_gen.bruhat import unrank_permutations
from data_gen.errors import UsageError


def all_subjects(n: int) -> list[Subject]:
    population = all_intervals(n)
    ends = [unrank_permutations(ranks, n) + 1 for ranks in (population.xs, population.ws)]
    return [Subject(x, w) for x, w in zip(*(one.tolist() for one in ends), strict=True)]


@pytest.mark.parametrize("name", ["linear-coefficient", "smooth", "two-paths", "cover-generation"])
def test_the_expected_share_by_going_through_all_pairs(name: str) -> None:
    one = find_conjecture(name)
    strata = defaultdict(list)
    for subject in all_subjects(4):
        strata[subject.length, subject.num_nodes].append(subject)
    held = []
    for subjects in strata.values():
        labels = [(subject.kl, subject.r_tilde) for subject in subjects]
        for subject in subjects:
            held += [np.mean([one.outcome(DealtSubject(subject, label)).holds for label in labels])]
    found = conjecture_baseline(one, Scope((4,)), 5).by_n[4]
    assert len(held) == found.intervals == 189
    assert found.expected_share == pytest.approx(np.mean(held))
    assert found.true_share == 1


def test_a_relation_agrees_with_its_own_baseline() -> None:
    from analysis.discovery.baseline import baseline
    from analysis.discovery.relations import parse_relation
    from analysis.discovery.tables import table_of_classes

    text = "kl_1 = coatoms - f"
    found = conjecture_baseline(claim(text), Scope((5,)), 5).by_n[5]
    expected = baseline(table_of_classes(5), parse_relation(text), 5)
    assert found.expected_share == pytest.approx(expected.expected_share)
    assert (found.intervals, found.true_share) == (expected.intervals, expected.true_share)


def test_a_determination_is_compared_key_by_key() -> None:
    @determination("by-size", "length and size decide P", value=lambda s: s.kl)
    def by_size(interval: Subject) -> Any:
        return interval.length, interval.num_nodes

    # The key is the stratum itself: dealing out labels changes nothing.
    found = conjecture_baseline(by_size, Scope((5,)), 3).by_n[5]
    assert found.true_share < 1
    assert found.least == pytest.approx(found.true_share) == found.most
    invariance = conjecture_baseline(find_conjecture("combinatorial-invariance"), Scope((5,)), 3)
    assert invariance.by_n[5].true_share == 1
    assert invariance.by_n[5].most < 1
    assert invariance.by_n[5].everywhere == 0


def test_what_does_not_look_at_polynomials_is_said_to() -> None:
    found = conjecture_baseline(find_conjecture("deodhar"), Scope((4,)), 3)
    assert not found.reads_polynomials
    assert found.by_n[4].least == 1
    assert conjecture_baseline(find_conjecture("smooth"), Scope((4,)), 3).reads_polynomials


@pytest.mark.parametrize(
    "name", ["h-tilde", "bbdvw", "monotonicity", "first-derivative", "mu-duality", "regular"]
)
def test_polynomials_of_subintervals_have_no_baseline(name: str) -> None:
    with pytest.raises(UsageError, match=f"{name} has no baseline: it looks at polynomials of sub"):
        conjecture_baseline(find_conjecture(name), Scope((4,)))


def test_permutations_have_no_baseline() -> None:
    with pytest.raises(UsageError, match="dyer-paths looks at permutations"):
        conjecture_baseline(find_conjecture("dyer-paths"), Scope((4,)))


def test_a_check_that_raises_is_named_with_its_interval() -> None:
    @conjecture("broken", "divides by f - 2")
    def broken(interval: Subject) -> bool:
        return 1 / (interval.f - 2) > 0

    with pytest.raises(UsageError, match=r"'broken' fails to run on Subject\(.*ZeroDivisionError"):
        conjecture_baseline(broken, Scope((3,)))


def test_same_seed_same_result() -> None:
    def run(seed: int) -> dict[str, Any]:
        return conjecture_baseline(one(), Scope((4,)), 5, seed).to_dict()

    def one() -> Conjecture:
        return find_conjecture("linear-coefficient")

    assert run(1) == run(1) != run(2)


def test_no_permutation_is_refused() -> None:
    with pytest.raises(UsageError, match="permutations = 0"):
        conjecture_baseline(find_conjecture("smooth"), Scope((4,)), 0)
