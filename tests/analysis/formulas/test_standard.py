"""Tops of the standard decompositions: counts, the other module, and that they decompose."""

import pytest

from analysis.decompositions import KINDS, standard_decompositions
from analysis.formulas import count_standard, lower_decompositions, standard_tops
from data_gen.interval_batch import build_intervals
from data_gen.intervals import BruhatInterval
from data_gen.permutations import to_array
from tests.analysis.formulas.structure import intervals_of


def tops_of(interval: BruhatInterval) -> list[int]:
    ends = to_array(interval.x)[None], to_array(interval.w)[None]
    return standard_tops(build_intervals(*ends))[0].tolist()


@pytest.mark.parametrize(("n", "number"), [(2, 1), (3, 20), (4, 360), (5, 8026)])
def test_numbers_of_distinct_ones(n, number):
    assert count_standard(n) == number


def test_tops_are_those_of_single_intervals_and_join_strong():
    for x, w in intervals_of(4):
        interval = BruhatInterval(x, w)
        tops = tops_of(interval)
        expected = {one.kind: one.z for one in standard_decompositions(interval)}
        assert dict(zip(KINDS, tops, strict=True)) == {
            kind: expected.get(kind, -1) for kind in KINDS
        }
        strong = {one.z for one in lower_decompositions(interval.graph) if one.is_join_strong}
        assert set(expected.values()) <= strong


@pytest.mark.slow
def test_all_standard_ones_of_s5_are_join_strong():
    for x, w in intervals_of(5):
        interval = BruhatInterval(x, w)
        tops = tops_of(interval)
        strong = {one.z for one in lower_decompositions(interval.graph) if one.is_join_strong}
        assert set(tops) - {-1} <= strong
