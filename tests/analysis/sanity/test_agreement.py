"""Agreement of attributions, against scipy and by hand."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from analysis.labelled import LabelledGraphs, read_labelled
from analysis.sanity import agreements, rank_correlation
from analysis.sanity.agreement import Scored


@pytest.fixture(scope="module")
def graphs(dataset):
    return read_labelled(dataset)


@pytest.fixture(scope="module")
def small():
    return LabelledGraphs.from_graphs([(3, [0, 1, 1, 2], [0], [1], [1], [2])] * 2)


def by_scipy(graphs, first, second):
    found = []
    for number in range(graphs.num_graphs):
        nodes = graphs.nodes_of(number)
        one, two = first[nodes], second[nodes]
        if len(one) > 2 and len(set(one)) > 1 and len(set(two)) > 1:
            found.append(spearmanr(one, two).statistic)
    return np.mean(found)


@pytest.mark.parametrize("values", [3, 1000])
def test_correlation_is_spearmans_mean_over_intervals(graphs, values):
    rng = np.random.default_rng(values)
    first = rng.integers(0, values, graphs.num_nodes).astype(np.float32)
    second = (first + rng.integers(0, values, graphs.num_nodes)).astype(np.float32)
    found = rank_correlation(graphs, first, second)
    assert found == pytest.approx(by_scipy(graphs, first, second))
    assert 0.3 < found < 1


def test_correlation_sees_the_order_alone(graphs):
    scores = np.random.default_rng(0).random(graphs.num_nodes)
    assert rank_correlation(graphs, scores, np.exp(9 * scores)) == pytest.approx(1.0)
    assert rank_correlation(graphs, scores, -scores) == pytest.approx(-1.0)
    # Whatever an interval has more than another plays no part.
    shifted = scores + 100 * graphs.node_graph
    assert rank_correlation(graphs, scores, shifted) == pytest.approx(1.0)


def test_scores_that_are_all_the_same_have_no_order(graphs):
    scores = np.random.default_rng(0).random(graphs.num_nodes)
    assert np.isnan(rank_correlation(graphs, scores, np.zeros(graphs.num_nodes)))


def test_intervals_of_two_vertices_do_not_count():
    edges = LabelledGraphs.from_graphs([(2, [0, 1], [0], [1], [1], [2])] * 5)
    assert np.isnan(rank_correlation(edges, np.arange(10.0), np.arange(10.0)))


def scored(*flags):
    mask = np.array(flags, dtype=bool)
    return Scored(mask.astype(float) + np.arange(8) / 100, mask)


def test_overlap_by_hand(small):
    one, two = scored(1, 1, 1, 0, 0, 0, 0, 0), scored(0, 1, 1, 1, 1, 0, 0, 0)
    three = scored(0, 0, 0, 0, 0, 0, 0, 1)
    found = agreements(small, {"trained": [one, two, three], "untrained": [one]})
    lines = {(line.first, line.second): line for line in found}
    assert list(lines) == [("trained", "trained"), ("trained", "untrained")]
    within, between = lines.values()
    assert (within.pairs, within.overlap) == (3, pytest.approx((2 / 5 + 0 + 0) / 3))
    assert (between.pairs, between.overlap) == (3, pytest.approx((1 + 2 / 5 + 0) / 3))
    pairs = [(one, two), (one, three), (two, three)]
    correlations = [rank_correlation(small, a.scores, b.scores) for a, b in pairs]
    assert within.correlation == pytest.approx(np.mean(correlations))


def test_chance_is_what_shuffling_within_ranks_gives_in_the_mean(graphs):
    rng = np.random.default_rng(1)
    one = Scored(rng.random(graphs.num_nodes) + graphs.ranks, rng.random(graphs.num_nodes) < 0.2)
    two = Scored(rng.random(graphs.num_nodes) + graphs.ranks, rng.random(graphs.num_nodes) < 0.3)
    (found,) = agreements(graphs, {"one": [one], "two": [two]})
    overlaps, correlations = [], []
    for _ in range(300):
        order = np.lexsort((rng.random(graphs.num_nodes), graphs.levels))
        scores, salient = np.empty(graphs.num_nodes), np.empty(graphs.num_nodes, bool)
        # Levels ascend along the vertices, so this permutes each level in itself.
        scores[order], salient[order] = one.scores, one.salient
        (again,) = agreements(graphs, {"one": [Scored(scores, salient)], "two": [two]})
        overlaps.append(again.overlap)
        correlations.append(again.correlation)
    assert found.chance_overlap == pytest.approx(np.mean(overlaps), abs=0.003)
    assert found.chance_correlation == pytest.approx(np.mean(correlations), abs=0.01)
    assert found.chance_correlation > 0.5


def test_vertices_that_cannot_be_salient_are_not_drawn(graphs):
    inside = ~graphs.is_end
    mask = inside & (np.random.default_rng(2).random(graphs.num_nodes) < 0.5)
    one = Scored(mask.astype(float), mask)
    (among,) = agreements(graphs, {"x": [one, one]}, among=inside)
    (anywhere,) = agreements(graphs, {"x": [one, one]})
    # A rank with a bottom or a top holds nothing else.
    assert among.chance_overlap == pytest.approx(anywhere.chance_overlap)
    few = Scored(np.zeros(graphs.num_nodes), mask & (graphs.ranks == 1))
    (found,) = agreements(graphs, {"x": [few, few]}, among=few.salient)
    assert found.chance_overlap == 1.0


def test_no_more_pairs_than_asked_for(small):
    members = [scored(*np.roll([1, 0, 0, 0, 0, 0, 0, 0], shift)) for shift in range(7)]
    (found,) = agreements(small, {"trained": members}, most_pairs=4)
    assert found.pairs == 4
    (all_of_them,) = agreements(small, {"trained": members}, most_pairs=100)
    assert all_of_them.pairs == 21


def test_one_network_has_nobody_to_agree_with(small):
    assert agreements(small, {"trained": [scored(1, 0, 0, 0, 0, 0, 0, 0)]}) == ()


def test_nothing_salient_and_nothing_ordered_agree_in_nothing(small):
    empty = Scored(np.zeros(8), np.zeros(8, dtype=bool))
    (found,) = agreements(small, {"trained": [empty, empty]})
    assert np.isnan([found.overlap, found.correlation]).all()
