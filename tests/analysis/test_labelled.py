from dataclasses import fields

import numpy as np
import pytest

from analysis.labelled import LabelledGraphs, read_labelled


def test_graphs_are_those_of_the_intervals(dataset):
    graphs = read_labelled(dataset)
    assert graphs.num_graphs == dataset.num_rows
    for row in range(0, dataset.num_rows, 17):
        interval = dataset.interval(row)
        nodes, edges = graphs.nodes_of(row), graphs.edges_of(row)
        assert graphs.n[row] == interval.n
        assert np.array_equal(graphs.ranks[nodes], interval.ranks)
        first = graphs.node_offsets[row]
        ends = np.stack([graphs.sources[edges], graphs.targets[edges]], axis=1) - first
        assert np.array_equal(ends, interval.edges)
        labels = np.stack([graphs.i[edges], graphs.j[edges]], axis=1)
        assert np.array_equal(labels, interval.reflections)
        assert (graphs.node_graph[nodes] == row).all()
        assert (graphs.edge_graph[edges] == row).all()


def test_intervals_make_the_graphs_of_their_dataset(dataset):
    graphs = read_labelled(dataset)
    made = LabelledGraphs.of_intervals(map(dataset.interval, range(dataset.num_rows)))
    for entry in fields(LabelledGraphs):
        one, other = getattr(made, entry.name), getattr(graphs, entry.name)
        assert np.array_equal(one, other), entry.name
        assert one.dtype == other.dtype, entry.name


def test_ends_are_bottoms_and_tops():
    graphs = LabelledGraphs.from_graphs(
        [(3, [0], [], [], [], []), (3, [0, 1, 1, 2], [0, 1], [1, 3], [1, 1], [2, 2])]
    )
    assert graphs.is_end.tolist() == [True, True, False, False, True]


def test_no_graphs_at_all():
    graphs = LabelledGraphs.from_graphs([])
    assert (graphs.num_graphs, graphs.num_nodes, graphs.num_edges) == (0, 0, 0)


def parts(graphs, number):
    """One graph as `LabelledGraphs.from_graphs` takes it."""
    nodes, edges = graphs.nodes_of(number), graphs.edges_of(number)
    ends = [part[edges] - graphs.node_offsets[number] for part in (graphs.sources, graphs.targets)]
    return (graphs.n[number], graphs.ranks[nodes], *ends, graphs.i[edges], graphs.j[edges])


@pytest.mark.parametrize("chosen", [[0], [7, 3, 50], [4, 4], []])
def test_some_of_the_graphs(dataset, chosen):
    graphs = read_labelled(dataset)
    some = graphs.take(np.array(chosen, dtype=np.int64))
    wanted = LabelledGraphs.from_graphs([parts(graphs, number) for number in chosen])
    for entry in fields(LabelledGraphs):
        one, other = getattr(some, entry.name), getattr(wanted, entry.name)
        assert np.array_equal(one, other), entry.name
        assert one.dtype == other.dtype, entry.name


def test_all_of_the_graphs_are_the_same_graphs(dataset):
    graphs = read_labelled(dataset)
    again = graphs.take(np.arange(graphs.num_graphs))
    for entry in fields(LabelledGraphs):
        assert np.array_equal(getattr(again, entry.name), getattr(graphs, entry.name))


def test_degrees_are_those_of_the_intervals(dataset):
    graphs = read_labelled(dataset)
    out, into = graphs.degrees
    for row in range(0, dataset.num_rows, 17):
        interval = dataset.interval(row)
        nodes, ends = graphs.nodes_of(row), interval.edges
        assert out[nodes].tolist() == [int((ends[:, 0] == v).sum()) for v in range(len(out[nodes]))]
        assert into[nodes].tolist() == [
            int((ends[:, 1] == v).sum()) for v in range(len(into[nodes]))
        ]
        # Deodhar: at least as many edges as the length at every vertex, up and down together.
        assert (out[nodes] + into[nodes] >= interval.length).all()


def test_out_edges_are_sorted_by_their_lower_ends():
    graphs = LabelledGraphs.from_graphs(
        [
            (3, [0, 1, 1, 2], [1, 0, 0, 2], [3, 1, 2, 3], [1, 1, 1, 1], [2, 2, 2, 2]),
            (3, [0, 1], [0], [1], [1], [2]),
        ]
    )
    starts, _, edges = graphs.upwards
    assert starts.tolist() == [0, 2, 3, 4, 4, 5, 5]
    assert edges.tolist() == [1, 2, 0, 3, 4]
    for vertex in range(graphs.num_nodes):
        assert (graphs.sources[edges[starts[vertex] : starts[vertex + 1]]] == vertex).all()
