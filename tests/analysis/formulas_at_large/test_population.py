"""Which intervals are looked at: they cover S_n, and no two are isomorphic."""

import numpy as np
import pytest

from analysis.formulas.census import interval_classes
from analysis.formulas_at_large import population
from analysis.formulas_at_large.population import (
    Population,
    classes_of_group,
    cores_of_group,
    dual_words,
    sampled_classes,
)
from data_gen.bruhat import unrank_permutations
from data_gen.errors import UsageError
from data_gen.interval_batch import build_intervals
from data_gen.isomorphism import certificates


def certificates_of(population: Population) -> list[str]:
    names = []
    for piece in population.pieces():
        block = population.block(piece)
        ends = (unrank_permutations(ranks, block.m) for ranks in (block.xs, block.ws))
        names += certificates(build_intervals(*ends))
    return names


@pytest.mark.parametrize("n", [2, 3, 4, 5, pytest.param(6, marks=pytest.mark.slow)])
def test_classes_are_those_of_certificates(n):
    found = classes_of_group(n)
    expected = {one.certificate: one.multiplicity for one in interval_classes(n)}
    counts = found.counts.tolist()
    assert dict(zip(certificates_of(found), counts, strict=True)) == expected


def test_new_classes_and_limits():
    old, new = (
        certificates_of(classes_of_group(4)),
        certificates_of(classes_of_group(5, None, True)),
    )
    every = certificates_of(classes_of_group(5))
    assert set(new) == set(every) - set(old)
    small = classes_of_group(5, 50)
    assert small.nodes.max() <= 50
    assert set(certificates_of(small)) < set(every)


def test_cores_cover_all_intervals():
    found = cores_of_group(5)
    assert int(found.counts.sum()) == 3661
    assert set(certificates_of(found)) == {one.certificate for one in interval_classes(5)}


def test_pieces_keep_the_order_and_do_not_mix():
    found = classes_of_group(5)
    pieces = list(found.pieces(nodes=300, most=8))
    assert [k for piece in pieces for k in range(piece.start, piece.stop)] == list(
        range(len(found))
    )
    assert all(len(set(found.degrees[piece])) == 1 for piece in pieces)
    assert max(piece.stop - piece.start for piece in pieces) == 8


def test_samples_are_new_and_pairwise_different(monkeypatch):
    # As in S_8 and S_9, but where it takes no time.
    monkeypatch.setattr(population, "MAX_LISTED_N", 5)
    found = sampled_classes(6, 200, seed=1, max_nodes=300)
    names = certificates_of(found)
    assert len(set(names)) == len(found) == 200
    assert set(found.degrees.tolist()) == {6}
    assert found.nodes.max() <= 300
    assert set(certificates_of(sampled_classes(6, 50, seed=1, max_nodes=300))) < set(names)
    assert not set(certificates_of(classes_of_group(5, 300))) & set(names)
    with pytest.raises(UsageError, match="sk for fewer"):
        sampled_classes(6, 200, seed=1, max_nodes=60)


def test_duals():
    ends = dual_words(3, np.array([1]), np.array([4]))
    assert [words.tolist() for words in ends] == [[[0, 2, 1]], [[2, 0, 1]]]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: classes_of_group(9), "from 2 to 8"),
        (lambda: classes_of_group(8), "--max-nodes"),
        (lambda: cores_of_group(8), "from 2 to 7"),
        (lambda: sampled_classes(7, 3, 0, 100), "without --sample"),
        (lambda: sampled_classes(8, 3, 0, 10**6), "2 to 2500 elements"),
    ],
)
def test_what_makes_no_sense_is_refused(call, words):
    with pytest.raises(UsageError, match=words):
        call()


@pytest.mark.slow
def test_all_of_s7():
    found = classes_of_group(7)
    assert len(found) == 48_930
    assert int(found.counts.sum()) == 3_550_919 - 5_040
