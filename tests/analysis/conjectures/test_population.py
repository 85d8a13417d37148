"""Which intervals are looked at, and how often each counts."""

import numpy as np
import pytest

from analysis.conjectures import population
from analysis.conjectures.population import (
    all_intervals,
    by_classes,
    one_interval,
    sampled_intervals,
)
from analysis.conjectures.subject import Subject
from analysis.formulas import census
from data_gen.bruhat import unrank_permutations
from data_gen.errors import IntervalError, UsageError


def pairs(chosen):
    return list(zip(chosen.xs.tolist(), chosen.ws.tolist(), strict=True))


def words(n, ranks):
    return [tuple(word) for word in (unrank_permutations(ranks, n) + 1).tolist()]


@pytest.mark.parametrize(
    ("n", "count", "classes"), [(2, 1, 1), (3, 13, 3), (4, 189, 13), (5, 3661, 90)]
)
def test_all_intervals_and_their_classes(n, count, classes):
    every = all_intervals(n)
    assert len(every) == len(set(pairs(every))) == every.intervals == count
    grouped = by_classes(every)
    assert (len(grouped), grouped.intervals) == (classes, count)
    assert set(pairs(grouped)) <= set(pairs(every))


def test_multiplicities_are_the_sizes_of_the_classes():
    every, grouped = all_intervals(4), by_classes(all_intervals(4))
    names = [
        Subject(x, w).certificate
        for x, w in zip(words(4, every.xs), words(4, every.ws), strict=True)
    ]
    chosen = [
        Subject(x, w).certificate
        for x, w in zip(words(4, grouped.xs), words(4, grouped.ws), strict=True)
    ]
    assert len(set(chosen)) == len(chosen)
    assert grouped.counts.tolist() == [names.count(name) for name in chosen]
    # and the first of each class is the one that stands for it
    assert [names.index(name) for name in chosen] == [pairs(every).index(p) for p in pairs(grouped)]


def test_the_smallest_come_first():
    nodes = all_intervals(4).nodes
    assert (np.diff(nodes) >= 0).all()
    assert (nodes[0], nodes[-1]) == (2, 24)


def test_a_class_with_two_polynomials_is_cut(monkeypatch):
    """As if isomorphism saw nothing but the number of elements."""
    monkeypatch.setattr(
        census,
        "certificates_of",
        lambda batch: [str(size) for size in np.diff(batch.node_ends).tolist()],
    )
    grouped = by_classes(all_intervals(4))
    polynomials = {
        (int(nodes), s.kl, s.r_tilde)
        for nodes, s in zip(
            grouped.nodes,
            (
                Subject(x, w)
                for x, w in zip(words(4, grouped.xs), words(4, grouped.ws), strict=True)
            ),
            strict=True,
        )
    }
    assert len(polynomials) == len(grouped) > len(set(grouped.nodes.tolist()))


def test_max_nodes():
    some = all_intervals(4, max_nodes=10)
    assert some.nodes.max() == 10
    assert some.limits == "at most 10 elements"
    assert len(some) == int((all_intervals(4).nodes <= 10).sum())


@pytest.mark.parametrize("n", [1, 8])
def test_out_of_range(n):
    with pytest.raises(UsageError, match="test a sample"):
        all_intervals(n)


def test_samples():
    one = sampled_intervals(5, 300, seed=1)
    assert pairs(one) == pairs(sampled_intervals(5, 300, seed=1))
    assert set(pairs(one)) != set(pairs(sampled_intervals(5, 300, seed=2)))
    assert len(set(pairs(one))) == one.intervals == 300
    assert not (one.xs == one.ws).any()
    assert one.limits == "a sample"


def test_a_whole_group_as_a_sample():
    assert set(pairs(sampled_intervals(4, 189))) == set(pairs(all_intervals(4)))
    with pytest.raises(UsageError, match="Ask for fewer"):
        sampled_intervals(4, 190)


def test_samples_of_large_groups_are_of_small_intervals():
    far = sampled_intervals(9, 40, seed=3, walks=True)
    assert far.nodes.max() <= population.SAMPLED_NODES
    assert by_classes(far).intervals == 40


def test_one_interval():
    assert one_interval("1324", "3412").nodes.tolist() == [10]
    with pytest.raises(IntervalError):
        one_interval("3412", "1324")
    with pytest.raises(UsageError, match="x and w are the same"):
        one_interval("3412", "3412")


def test_blocks_are_the_whole_in_order():
    every = all_intervals(4)
    blocks = list(every.blocks(nodes=100, most=20))
    assert [pair for block in blocks for pair in pairs(block)] == pairs(every)
    assert max(map(len, blocks)) <= 20
    assert all(block.nodes[:-1].sum() < 100 for block in blocks)
