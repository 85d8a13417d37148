import numpy as np
import pytest

from analysis.labelled import LabelledGraphs, read_labelled
from analysis.reflections import (
    EDGE_TYPES,
    Reflections,
    counts_by_type,
    edge_types,
    over_representation,
)


@pytest.fixture
def two_graphs():
    """A path of S_3 with edges (1,2), (1,3), (2,3), and one of S_4 with (1,3), (2,4), (2,3)."""
    return LabelledGraphs.from_graphs(
        [
            (3, [0, 1, 2, 3], [0, 1, 2], [1, 2, 3], [1, 1, 2], [2, 3, 3]),
            (4, [0, 1, 2, 3], [0, 1, 2], [1, 2, 3], [1, 2, 2], [3, 4, 3]),
        ]
    )


@pytest.mark.parametrize(
    ("i", "j", "n", "name"),
    [
        (1, 2, 5, "simple"),
        (4, 5, 5, "simple"),
        (2, 3, 5, "simple"),
        (1, 5, 5, "extremal"),
        (1, 3, 5, "extremal"),
        (2, 5, 5, "extremal"),
        (2, 4, 5, "other"),
        (2, 4, 4, "extremal"),
        (1, 2, 2, "simple"),
    ],
)
def test_edge_types(i, j, n, name):
    assert EDGE_TYPES[edge_types(np.array([i]), np.array([j]), n)[0]] == name


@pytest.mark.parametrize("n", range(3, 10))
def test_numbers_of_each_type(n):
    i, j = np.triu_indices(n, 1)
    counts = np.bincount(edge_types(i + 1, j + 1, n), minlength=3)
    assert counts.tolist() == [n - 1, 2 * (n - 2) - 1, (n - 2) * (n - 3) // 2 - (n - 3)]


def test_counts_by_type_and_graph(two_graphs):
    assert counts_by_type(two_graphs).tolist() == [[2, 1, 0], [1, 2, 0]]
    edges = np.array([True, False, False, True, True, False])
    assert counts_by_type(two_graphs, edges).tolist() == [[1, 0, 0], [0, 2, 0]]


def test_over_representation_by_hand():
    # 1 of 4 salient edges against 2 of 10: 25 per cent against 20.
    values = over_representation(np.array([1, 3, 0]), np.array([2, 5, 3]))
    np.testing.assert_allclose(values, [0.25, 0.5, -1.0])


def test_over_representation_of_everything_is_zero(two_graphs):
    counts = counts_by_type(two_graphs).sum(axis=0)
    values = over_representation(counts, counts)
    np.testing.assert_allclose(values[:2], 0.0, atol=1e-15)
    assert np.isnan(values[2])


def test_over_representation_of_nothing_is_not_a_number():
    assert np.isnan(over_representation(np.zeros(3), np.array([1, 2, 3]))).all()


def test_reflections_keep_the_groups_apart(two_graphs):
    reflections = Reflections.of(two_graphs)
    names = list(zip(reflections.n, reflections.i, reflections.j, strict=True))
    assert names[:3] == [(3, 1, 2), (3, 1, 3), (3, 2, 3)]
    assert len(names) == reflections.number == 3 + 6
    assert reflections.count().tolist() == [1, 1, 1, 0, 1, 0, 1, 1, 0]
    assert (3, 1, 2) in reflections
    assert (4, 3, 4) in reflections
    assert (4, 2, 2) not in reflections
    assert (5, 1, 2) not in reflections


def test_every_edge_has_the_reflection_that_it_carries(dataset):
    graphs = read_labelled(dataset)
    reflections = Reflections.of(graphs)
    named = np.stack([reflections.n, reflections.i, reflections.j], axis=1)[reflections.of_edge]
    carried = np.stack([graphs.n[graphs.edge_graph], graphs.i, graphs.j], axis=1)
    assert np.array_equal(named, carried)
    types = edge_types(graphs.i, graphs.j, graphs.n[graphs.edge_graph])
    assert np.array_equal(reflections.type_of_edge, types)


def test_counts_of_reflections_add_up_to_those_of_types(dataset):
    graphs = read_labelled(dataset)
    reflections = Reflections.of(graphs)
    edges = np.random.default_rng(0).random(graphs.num_edges) < 0.3
    counts = reflections.count(edges)
    assert counts.sum() == edges.sum()
    by_type = counts_by_type(graphs, edges).sum(axis=0)
    assert reflections.by_type(counts).tolist() == by_type.tolist()
    stack = np.stack([counts, 2 * counts])
    assert np.array_equal(reflections.by_type(stack), [by_type, 2 * by_type])


def test_no_graphs_have_no_reflections():
    nothing = Reflections.of(LabelledGraphs.from_graphs([]))
    assert nothing.number == 0
    assert nothing.by_type(nothing.count()).tolist() == [0, 0, 0]


def test_induced_edges_need_both_ends(two_graphs):
    nodes = np.array([True, True, False, True, True, True, True, False])
    assert two_graphs.induced_edges(nodes).tolist() == [True, False, False, True, True, False]
    assert two_graphs.edge_graph.tolist() == [0, 0, 0, 1, 1, 1]
