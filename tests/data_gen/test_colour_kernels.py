"""Colour certificates: the compiled quotient against the same in numpy, one graph and many."""

from hashlib import sha256

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_gen.colour_kernels import quotient
from data_gen.graph import IntervalGraph
from data_gen.interval_batch import IntervalBatch, build_intervals
from data_gen.intervals import BruhatInterval
from data_gen.isomorphism import colour_certificate, colour_certificates, refine
from tests.data_gen.test_isomorphism import all_pairs, ranked_graphs, shuffled_intervals


def by_numpy(graph: IntervalGraph) -> str:
    """The documented byte string, from the colours that `refine` gives."""
    colours = refine(graph)
    _, vertices, sizes = np.unique(colours, return_index=True, return_counts=True)
    text = b"klgnn-colours-1" + np.array([graph.num_nodes, graph.num_edges], "<u4").tobytes()
    text += graph.ranks[vertices].astype("<i2").tobytes() + sizes.astype("<i4").tobytes()
    for mine, theirs in ((graph.sources, graph.targets), (graph.targets, graph.sources)):
        edges = np.isin(mine, vertices)
        pairs = np.stack([colours[mine[edges]], colours[theirs[edges]]], axis=1)
        order = np.lexsort((pairs[:, 1], pairs[:, 0]))
        text += pairs[order].astype("<i4").tobytes()
    return sha256(text).hexdigest()[:32]


def joined(graphs: list[IntervalGraph]) -> IntervalBatch:
    """Graphs one after the other."""
    nodes, edges = ([len(g.ranks) for g in graphs], [len(g.sources) for g in graphs])
    return IntervalBatch(
        np.concatenate([[0], np.cumsum(nodes)]).astype(np.int64),
        np.concatenate([[0], np.cumsum(edges)]).astype(np.int64),
        np.empty((sum(nodes), 0), np.int8),
        *(np.concatenate([getattr(g, name) for g in graphs]) for name in ARRAYS),
        np.empty((sum(edges), 2), np.int8),
    )


ARRAYS = ("ranks", "sources", "targets")


@given(ranked_graphs())
def test_colour_certificate_of_any_ranked_graph(pair) -> None:
    graph, renamed = pair
    assert colour_certificate(graph) == by_numpy(graph)
    assert colour_certificate(renamed) == by_numpy(graph)


@given(shuffled_intervals())
def test_colour_certificate_of_an_interval(pair) -> None:
    graph, renamed = pair
    assert colour_certificate(graph) == by_numpy(graph)
    assert colour_certificate(renamed) == by_numpy(graph)


@pytest.mark.parametrize("n", [1, 3, 5])
def test_a_batch_has_the_certificates_of_its_graphs(n: int) -> None:
    batch = build_intervals(*all_pairs(n))
    assert colour_certificates(batch) == [colour_certificate(graph) for graph in batch]


@given(st.lists(ranked_graphs(), max_size=4))
def test_a_batch_of_any_graphs(pairs) -> None:
    graphs = [IntervalGraph([], [], []), *(graph for graph, _ in pairs)]
    assert colour_certificates(joined(graphs)) == [colour_certificate(graph) for graph in graphs]


def test_an_empty_batch() -> None:
    nothing = np.empty((0, 4), np.int8)
    assert colour_certificates(build_intervals(nothing, nothing)) == []


def test_quotient_of_a_crown() -> None:
    """The interval of length 3 with four atoms: bottom, atoms, coatoms, top."""
    graph = BruhatInterval("1324", "3412").graph
    ranks, sizes, above, below = quotient(graph.ranks, graph.sources, graph.targets)
    assert ranks.tolist() == [0, 1, 2, 3]
    assert sizes.tolist() == [1, 4, 4, 1]
    assert above.tolist() == [[0, 1]] * 4 + [[1, 2]] * 2 + [[2, 3]]
    assert below.tolist() == [[1, 0], [2, 1], [2, 1], [3, 2], [3, 2], [3, 2], [3, 2]]
    assert (above.dtype, below.dtype, sizes.dtype) == (np.int32, np.int32, np.int32)


def test_the_views_of_a_vertex_do_not_depend_on_which_one_it_is() -> None:
    """Every vertex of a colour sees the same colours above and below: the quotient is defined."""
    graph = BruhatInterval("12345", "52341").graph
    colours = refine(graph)
    _, _, above, below = quotient(graph.ranks, graph.sources, graph.targets)
    for v, colour in enumerate(colours):
        up = np.sort(colours[graph.targets[graph.sources == v]])
        down = np.sort(colours[graph.sources[graph.targets == v]])
        assert up.tolist() == above[above[:, 0] == colour, 1].tolist()
        assert down.tolist() == below[below[:, 0] == colour, 1].tolist()
