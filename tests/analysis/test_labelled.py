import numpy as np

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


def test_ends_are_bottoms_and_tops():
    graphs = LabelledGraphs.from_graphs(
        [(3, [0], [], [], [], []), (3, [0, 1, 1, 2], [0, 1], [1, 3], [1, 1], [2, 2])]
    )
    assert graphs.is_end.tolist() == [True, True, False, False, True]


def test_no_graphs_at_all():
    graphs = LabelledGraphs.from_graphs([])
    assert (graphs.num_graphs, graphs.num_nodes, graphs.num_edges) == (0, 0, 0)
