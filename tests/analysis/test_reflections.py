import numpy as np
import pytest

from analysis.labelled import LabelledGraphs
from analysis.reflections import (
    EDGE_TYPES,
    counts_by_type,
    edge_types,
    over_representation,
    position_table,
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


def test_position_table_keeps_the_groups_apart(two_graphs):
    everything = np.ones(6, dtype=bool)
    in_s3 = position_table(two_graphs, everything, 3)
    in_s4 = position_table(two_graphs, everything, 4)
    assert in_s3.everything.tolist() == [[0, 1, 1], [0, 0, 1], [0, 0, 0]]
    assert in_s4.everything.sum() == 3
    assert in_s4.everything[1, 3] == 1
    some = np.array([True, False, False, False, False, False])
    values = position_table(two_graphs, some, 3).over_representation
    np.testing.assert_allclose(values[0], [np.nan, 2.0, -1.0])
    assert np.isnan(values[1, 0])


def test_induced_edges_need_both_ends(two_graphs):
    nodes = np.array([True, True, False, True, True, True, True, False])
    assert two_graphs.induced_edges(nodes).tolist() == [True, False, False, True, True, False]
    assert two_graphs.edge_graph.tolist() == [0, 0, 0, 1, 1, 1]
