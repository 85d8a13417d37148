"""Interval graphs as arrays."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_gen.errors import UsageError
from data_gen.graph import IntervalGraph
from data_gen.intervals import BruhatInterval

GRAPH = BruhatInterval("12345", "52341").graph


def test_counts_and_degrees() -> None:
    assert (GRAPH.num_nodes, GRAPH.num_edges, GRAPH.length) == (68, 252, 7)
    assert GRAPH.rank_sizes.tolist() == [1, 4, 9, 15, 18, 14, 6, 1]
    assert GRAPH.covers.sum() == 216
    assert GRAPH.in_degrees.sum() == GRAPH.out_degrees.sum() == 252
    assert GRAPH.in_degrees[0] == GRAPH.out_degrees[-1] == 0


def test_arrays_have_the_promised_dtypes() -> None:
    graph = IntervalGraph([0, 1], [0], [1], [[1, 2]])
    arrays = (graph.ranks, graph.sources, graph.targets, graph.reflections)
    assert [array.dtype for array in arrays] == [np.int16, np.int32, np.int32, np.int8]


def test_reversed_turns_every_edge_and_keeps_the_order() -> None:
    dual = GRAPH.reversed()
    assert dual.rank_sizes.tolist() == GRAPH.rank_sizes.tolist()[::-1]
    assert (np.diff(dual.ranks) >= 0).all()
    assert (dual.in_degrees == GRAPH.out_degrees[::-1]).all()
    assert dual.reversed() == GRAPH


@given(st.permutations(range(68)))
def test_relabelling_there_and_back(names: list[int]) -> None:
    moved = GRAPH.relabelled(names)
    assert moved.ranks[names].tolist() == GRAPH.ranks.tolist()
    assert moved.relabelled(np.argsort(names)) == GRAPH


def test_networkx_there_and_back() -> None:
    graph = GRAPH.to_networkx()
    assert isinstance(graph, nx.DiGraph)
    assert IntervalGraph.from_networkx(graph) == GRAPH
    unlabelled = IntervalGraph(GRAPH.ranks, GRAPH.sources, GRAPH.targets)
    assert IntervalGraph.from_networkx(unlabelled.to_networkx()) == unlabelled
    assert unlabelled != GRAPH


def test_ranks_of_a_foreign_graph_are_longest_paths() -> None:
    graph = nx.DiGraph([("d", "c"), ("a", "d"), ("a", "c"), ("c", "b")])
    read = IntervalGraph.from_networkx(graph)
    assert read.ranks.tolist() == [0, 1, 2, 3]
    assert read.reflections is None
    assert list(zip(read.sources.tolist(), read.targets.tolist(), strict=True)) == [
        (0, 1),
        (0, 2),
        (1, 2),
        (2, 3),
    ]


def test_a_single_vertex_has_no_edges() -> None:
    graph = nx.DiGraph()
    graph.add_node("only")
    read = IntervalGraph.from_networkx(graph)
    assert (read.num_nodes, read.num_edges, read.length) == (1, 0, 0)


@pytest.mark.parametrize(
    ("graph", "message"),
    [
        (nx.DiGraph([(0, 1), (1, 2), (2, 0)]), "directed cycle"),
        (nx.Graph([(0, 1)]), "simple directed graph"),
        (nx.MultiDiGraph([(0, 1), (0, 1)]), "simple directed graph"),
    ],
)
def test_what_is_no_upward_graph_is_refused(graph: nx.Graph, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        IntervalGraph.from_networkx(graph)


def test_arrays_that_do_not_fit_are_refused() -> None:
    with pytest.raises(UsageError, match="1 sources but 2 targets"):
        IntervalGraph([0, 1], [0], [1, 1])
    with pytest.raises(UsageError, match=r"reflections has shape \(1, 3\)"):
        IntervalGraph([0, 1], [0], [1], [[1, 2, 3]])
    with pytest.raises(UsageError, match="ends at vertex 2; there are 2"):
        IntervalGraph([0, 1], [0], [2])
    with pytest.raises(UsageError, match="ends at vertex -1"):
        IntervalGraph([0, 1], [-1], [1])
    with pytest.raises(UsageError, match="ranks start at 0, but one is -1"):
        IntervalGraph([-1, 0], [0], [1])
    with pytest.raises(UsageError, match="1 -> 0 does not go up"):
        IntervalGraph([0, 1], [1], [0])
    with pytest.raises(UsageError, match="must be a flat array"):
        IntervalGraph([[0, 1]], [0], [1])
    with pytest.raises(UsageError, match="permutation of"):
        GRAPH.relabelled([0] * 68)
