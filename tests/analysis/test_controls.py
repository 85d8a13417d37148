"""Random vertices in the place of salient ones."""

import numpy as np
import pytest

from analysis.controls import count_random, random_vertices
from analysis.labelled import LabelledGraphs, read_labelled
from analysis.reflections import Reflections, counts_by_type
from tests.analysis.structure import some_nodes

KEEPINGS = ("size", "ranks", "degrees", "distances")


@pytest.fixture
def crowns():
    """Forty crowns: one bottom, five atoms, five coatoms, one top."""
    ranks = [0] + [1] * 5 + [2] * 5 + [3]
    return LabelledGraphs.from_graphs([(4, ranks, [0], [1], [1], [2])] * 40)


@pytest.fixture
def salient(crowns):
    mask = np.zeros(crowns.num_nodes, dtype=bool)
    mask[[0, 1, 2, 6, 11, 12 * 3 + 4]] = True
    return mask


@pytest.fixture(scope="module")
def graphs(dataset):
    return read_labelled(dataset)


@pytest.fixture(scope="module")
def distances(graphs):
    """Fewest edges up from the bottom of the interval, and up to its top."""
    found = np.full((2, graphs.num_nodes), -1)
    for number in range(graphs.num_graphs):
        first, last = graphs.node_offsets[number], graphs.node_offsets[number + 1] - 1
        edges = graphs.edges_of(number)
        pairs = np.stack([graphs.sources[edges], graphs.targets[edges]])
        for row, start, (here, there) in ((0, first, pairs), (1, last, pairs[::-1])):
            wave, steps = np.array([start]), 0
            while len(wave):
                found[row, wave] = steps
                reached = np.unique(there[np.isin(here, wave)])
                wave, steps = reached[found[row, reached] < 0], steps + 1
    return found


def kept(graphs, keeping, distances):
    """What every draw has in common with the salient vertices, as a row for each vertex."""
    columns = {
        "size": [],
        "ranks": [graphs.node_graph, graphs.ranks],
        "degrees": [graphs.node_graph, graphs.ranks, *graphs.degrees],
        "distances": [graphs.node_graph, graphs.ranks, *distances],
    }[keeping]
    return np.stack([np.zeros(graphs.num_nodes, dtype=np.int64), *columns], axis=1)


@pytest.mark.parametrize("keeping", KEEPINGS)
@pytest.mark.parametrize("ends", [True, False])
def test_draws_keep_what_they_should(graphs, distances, keeping, ends):
    among = None if ends else ~graphs.is_end
    mask = some_nodes(graphs, 0.2, 1) & (True if ends else among)
    rows = kept(graphs, keeping, distances)
    wanted = sorted(map(tuple, rows[mask]))
    draws = list(random_vertices(graphs, mask, keeping, 5, 3, among))
    for draw in draws:
        assert sorted(map(tuple, rows[draw])) == wanted
        assert ends or not (draw & graphs.is_end).any()
    assert not all(np.array_equal(draw, draws[0]) for draw in draws)


def test_each_keeps_no_more_than_it_says(graphs, distances):
    mask = some_nodes(graphs, 0.2, 1)
    for keeping, more in (("size", "ranks"), ("ranks", "degrees"), ("ranks", "distances")):
        rows = kept(graphs, more, distances)
        (draw,) = random_vertices(graphs, mask, keeping, 1, 0)
        assert sorted(map(tuple, rows[draw])) != sorted(map(tuple, rows[mask]))


def test_draws_are_uniform_within_a_rank(crowns, salient):
    draws = np.array(list(random_vertices(crowns, salient, "ranks", draws=2000, seed=1)))
    # Two of the five atoms of the first interval, one of the atoms of the fourth.
    np.testing.assert_allclose(draws[:, 1:6].mean(axis=0), 0.4, atol=0.05)
    np.testing.assert_allclose(draws[:, 12 * 3 + 1 : 12 * 3 + 6].mean(axis=0), 0.2, atol=0.05)
    # Pairs, too: each of the ten pairs of atoms is drawn as often as any other.
    pairs = draws[:, 1:6].astype(float).T @ draws[:, 1:6] / len(draws)
    np.testing.assert_allclose(pairs[np.triu_indices(5, 1)], 0.1, atol=0.03)


def test_draws_of_a_size_are_uniform_over_the_dataset(crowns, salient):
    draws = np.array(list(random_vertices(crowns, salient, "size", draws=4000, seed=1)))
    often = draws.mean(axis=0) * crowns.num_nodes / salient.sum()
    np.testing.assert_allclose(often, 1.0, atol=0.6)
    # The variance of the counts is that of a binomial, so no vertex is favoured.
    chance = salient.sum() / crowns.num_nodes
    assert draws.sum(axis=0).var() == pytest.approx(4000 * chance * (1 - chance), rel=0.2)


@pytest.mark.parametrize("keeping", KEEPINGS)
def test_same_seed_same_draws(crowns, salient, keeping):
    first, again, other = (
        np.array(list(random_vertices(crowns, salient, keeping, draws=3, seed=seed)))
        for seed in (7, 7, 8)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("keeping", KEEPINGS)
def test_what_is_counted_is_what_is_drawn(graphs, keeping):
    mask, reflections = some_nodes(graphs, 0.3, 2) & ~graphs.is_end, Reflections.of(graphs)
    counted = count_random(graphs, reflections, mask, keeping, 6, 5, ~graphs.is_end)
    drawn = list(random_vertices(graphs, mask, keeping, 6, 5, ~graphs.is_end))
    edges = [graphs.induced_edges(draw) for draw in drawn]
    assert np.array_equal(counted.reflections, [reflections.count(some) for some in edges])
    by_graph = np.mean([counts_by_type(graphs, some) for some in edges], axis=0)
    np.testing.assert_allclose(counted.by_graph, by_graph)
    assert counted.reflections.any()


def test_which_part_of_the_draws_is_free(crowns, salient):
    reflections = Reflections.of(crowns)

    def free(mask, among=None):
        return count_random(crowns, reflections, mask, "ranks", 1, 0, among).free

    # Five vertices inside are free; the bottom and the top are the only ones of their rank.
    assert free(salient) == pytest.approx(4 / 6)
    every_atom = np.zeros(crowns.num_nodes, dtype=bool)
    every_atom[1:6] = True
    assert free(every_atom) == 0
    every_atom[6] = True
    assert free(every_atom) == pytest.approx(1 / 6)
    # Where only two atoms may be drawn, and both are salient, there is nothing to choose.
    two = np.zeros(crowns.num_nodes, dtype=bool)
    two[1:3] = True
    assert free(two) == 1
    assert free(two, among=two) == 0


@pytest.mark.parametrize("keeping", KEEPINGS)
def test_nothing_salient_gives_empty_draws(crowns, keeping):
    nothing = np.zeros(crowns.num_nodes, dtype=bool)
    (draw,) = random_vertices(crowns, nothing, keeping, draws=1, seed=0)
    assert not draw.any()
    counted = count_random(crowns, Reflections.of(crowns), nothing, keeping, 2, 0)
    assert not counted.reflections.any()
    assert counted.free == 0


@pytest.mark.parametrize("keeping", KEEPINGS)
def test_everything_salient_leaves_no_choice(graphs, keeping):
    everything = np.ones(graphs.num_nodes, dtype=bool)
    reflections = Reflections.of(graphs)
    counted = count_random(graphs, reflections, everything, keeping, 2, 0)
    assert np.array_equal(counted.reflections, [reflections.count()] * 2)
    assert counted.free == 0
