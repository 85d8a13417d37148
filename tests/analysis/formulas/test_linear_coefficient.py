"""f and the coefficient of q: S_3, S_4, worked examples, the definition of a closure."""

from itertools import combinations

import pytest

from analysis.formulas import (
    BitGraph,
    bits_of,
    f_by_cover_generation,
    f_from_r_tilde,
    interval_classes,
    linear_coefficient,
)
from analysis.formulas.linear_coefficient import closure_of_covers, greedy_counts
from analysis.formulas.whole import Truth
from data_gen.errors import GraphError
from data_gen.intervals import BruhatInterval
from tests.analysis.formulas.structure import intervals_of, truths_of


def covers_of(bits: BitGraph) -> list[tuple[int, int]]:
    return [(v, w) for v in range(bits.num_nodes) for w in bits_of(bits.covers[v])]


def closure_by_definition(bits: BitGraph, covers: set) -> set:
    squares = [
        {(a, b), (a, c), (b, d), (c, d)}
        for a in range(bits.num_nodes)
        for b, c in combinations(bits_of(bits.covers[a]), 2)
        for d in bits_of(bits.covers[b] & bits.covers[c])
    ]
    closed = set(covers)
    while True:
        before = len(closed)
        for square in squares:
            pairs = combinations(square & closed, 2)
            if any(set(one) & set(other) for one, other in pairs):
                closed |= square
        if len(closed) == before:
            return closed


def test_worked_examples(worked_examples):
    for example in worked_examples:
        graph = BruhatInterval(example["x"], example["y"]).graph
        assert greedy_counts(graph) == (example["f"], example["f"])
        assert linear_coefficient(graph) == dict(enumerate(example["P"])).get(1, 0)


@pytest.mark.parametrize("n", [3, 4])
def test_all_intervals(n):
    for truth in truths_of(n):
        f = f_from_r_tilde(truth.r_tilde(0, truth.bits.top))
        assert f_by_cover_generation(truth.graph) == f
        assert f_by_cover_generation(truth.graph, top_down=True) == f
        kl = truth.kl(0, truth.bits.top)
        assert linear_coefficient(truth.graph) == (kl[1] if len(kl) > 1 else 0)


def test_classes_of_s5():
    for one in interval_classes(5):
        truth = Truth.of_interval(one.x, one.w)
        f = f_from_r_tilde(truth.r_tilde(0, truth.bits.top))
        assert greedy_counts(truth.graph) == (f, f)


def test_closures_by_their_definition():
    for x, w in intervals_of(4)[::9]:
        bits = BitGraph.of(BruhatInterval(x, w).graph)
        every = covers_of(bits)
        for step in (2, 3, 5):
            chosen = set(every[::step])
            assert closure_of_covers(bits, chosen) == closure_by_definition(bits, chosen)


def test_no_fewer_covers_generate_in_s3():
    for x, w in intervals_of(3):
        bits = BitGraph.of(BruhatInterval(x, w).graph)
        every, f = covers_of(bits), f_by_cover_generation(bits)
        sizes = [
            size
            for size in range(len(every) + 1)
            for chosen in combinations(every, size)
            if closure_of_covers(bits, chosen) == set(every)
        ]
        assert min(sizes) == f


def test_a_single_element():
    graph = BruhatInterval("12", "12").graph
    assert (f_by_cover_generation(graph), linear_coefficient(graph)) == (0, 0)
    assert closure_of_covers(graph, []) == set()


def test_pairs_that_are_no_covers_are_refused():
    graph = BruhatInterval("123", "321").graph
    with pytest.raises(GraphError, match="vertex 5 does not cover vertex 0"):
        closure_of_covers(graph, [(0, 5)])
