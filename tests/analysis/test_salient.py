import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.labelled import read_labelled
from analysis.salient import connected_parts, salient_nodes
from data_gen.errors import UsageError
from tests.analysis.structure import some_nodes


def test_the_percentile_runs_over_the_whole_dataset():
    scores = np.concatenate([np.arange(100.0), np.arange(1000.0, 1100.0)])
    found = salient_nodes(scores, percentile=75)
    assert found.count == 50
    assert not found.mask[:100].any()


def test_zero_scores_are_never_salient():
    assert salient_nodes(np.zeros(50), percentile=0).count == 0
    scores = np.zeros(1000)
    scores[3] = 1e-9
    assert np.flatnonzero(salient_nodes(scores, percentile=50).mask).tolist() == [3]


def test_ties_with_the_threshold_are_left_out():
    assert salient_nodes(np.ones(100), percentile=99).count == 0


@pytest.mark.parametrize("percentile", [-1, 100, 250, float("nan")])
def test_percentile_out_of_range(percentile):
    with pytest.raises(UsageError, match="percentile"):
        salient_nodes(np.ones(3), percentile)


def test_scores_that_are_not_finite():
    with pytest.raises(UsageError, match="finite"):
        salient_nodes(np.array([1.0, np.nan]))


@given(
    st.lists(st.floats(0, 1e6, width=32), min_size=1, max_size=200),
    st.floats(0, 99.9),
)
def test_never_more_than_the_percentile_promises(scores, percentile):
    array = np.array(scores, dtype=np.float32)
    found = salient_nodes(array, percentile)
    assert found.count <= np.ceil(len(array) * (1 - percentile / 100)) + 1
    if found.count and found.count < len(array):
        assert array[found.mask].min() > array[~found.mask].max()


def test_connected_parts_are_those_of_a_search(dataset):
    graphs = read_labelled(dataset).take(np.arange(30, 60))
    mask = some_nodes(graphs, 0.15, 4)
    edges = graphs.induced_edges(mask)
    beside = {vertex: set() for vertex in np.flatnonzero(mask).tolist()}
    ends = graphs.sources[edges].tolist(), graphs.targets[edges].tolist()
    for lower, upper in zip(*ends, strict=True):
        beside[lower].add(upper)
        beside[upper].add(lower)
    sizes = []
    while beside:
        found, new = set(), {next(iter(beside))}
        while new:
            found |= new
            new = set().union(*(beside[vertex] for vertex in new)) - found
        for vertex in found:
            del beside[vertex]
        sizes.append(len(found))
    assert connected_parts(graphs, mask).tolist() == sorted(sizes, reverse=True)
    assert len(sizes) > 5


def test_nothing_salient_has_no_parts(dataset):
    graphs = read_labelled(dataset)
    assert connected_parts(graphs, np.zeros(graphs.num_nodes, dtype=bool)).tolist() == []
    whole = np.ones(graphs.num_nodes, dtype=bool)
    assert len(connected_parts(graphs, whole)) == graphs.num_graphs
