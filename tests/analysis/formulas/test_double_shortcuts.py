"""Double shortcuts: pairs in S_3 and S_4, the definition, and where they fail in S_5."""

from itertools import combinations

from analysis.formulas import (
    BitGraph,
    Truth,
    bits_of,
    double_shortcuts_agree,
    interval_classes,
    lower_decompositions,
    shortcuts,
)
from analysis.formulas.double_shortcuts import DoubleShortcuts, double_shortcuts
from analysis.formulas.standard import standard_tops
from data_gen.interval_batch import build_intervals
from data_gen.intervals import BruhatInterval
from data_gen.permutations import to_array
from tests.analysis.formulas.structure import intervals_of


def test_pairs_in_s4():
    """Every pair agrees in S_4: 1,008 join-strong ones, forty at most of an interval."""
    strong = 0
    for x, w in intervals_of(4):
        graph = BruhatInterval(x, w).graph
        found = lower_decompositions(graph)
        pairs = list(combinations([one for one in found if one.is_join_strong], 2))
        strong += min(40, len(pairs))
        together = DoubleShortcuts(BitGraph.of(graph))
        assert all(together.agree(*pair) for pair in combinations(found, 2))
    assert strong == 1008


def test_standard_pairs_in_s4():
    pairs = 0
    for x, w in intervals_of(4):
        interval = BruhatInterval(x, w)
        batch = build_intervals(to_array(interval.x)[None], to_array(interval.w)[None])
        tops = set(standard_tops(batch)[0].tolist()) - {-1}
        graph = batch.graph(0)
        standard = [one for one in lower_decompositions(graph) if one.z in tops]
        assert len(standard) == len(tops)
        for one, other in combinations(standard, 2):
            assert double_shortcuts_agree(one, other)
            pairs += 1
    assert pairs == 229


def test_the_sum_by_its_definition():
    for x, w in intervals_of(4)[::6]:
        graph = BruhatInterval(x, w).graph
        bits = BitGraph.of(graph)
        for first, second in combinations(lower_decompositions(graph), 2):
            expected: dict[int, dict[int, int]] = {}
            for p, steps in shortcuts(first).items():
                inner = bits.interval(0, p)
                names = list(bits_of(bits.down[p]))
                for k, name in enumerate(names):
                    if not second.ideal >> name & 1:
                        continue
                    distance = inner.distance(k, inner.top)
                    nearer = [
                        v for v in bits_of(inner.out[k]) if inner.distance(v, inner.top) < distance
                    ]
                    if not any(second.ideal >> names[v] & 1 for v in nearer):
                        degrees = expected.setdefault(name, {})
                        degrees[steps + distance] = degrees.get(steps + distance, 0) + 1
            found = double_shortcuts(first, second)
            assert {
                v: {k: c for k, c in enumerate(value) if c} for v, value in found.items()
            } == expected
            assert all(first.ideal & second.ideal >> v & 1 for v in found)


def test_failures_in_s5_need_a_member_that_is_not_join_strong():
    failures = tried = 0
    for one in interval_classes(5):
        graph = Truth.of_interval(one.x, one.w).graph
        found = lower_decompositions(graph)
        if all(one.is_join_strong for one in found):
            continue
        together = DoubleShortcuts(BitGraph.of(graph))
        for pair in combinations(found, 2):
            agrees = together.agree(*pair)
            if all(member.is_join_strong for member in pair):
                assert agrees
            else:
                tried += one.multiplicity
                failures += one.multiplicity * (not agrees)
    assert tried > 1500
    assert failures == 36
