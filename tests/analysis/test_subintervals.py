import networkx as nx
import numpy as np
import pytest

from analysis.controls import random_vertices
from analysis.interval_classes import LARGEST_NAMED_N, _smallest_intervals
from analysis.labelled import read_labelled
from analysis.subintervals import (
    count_subintervals,
    enriched_subintervals,
    longest_subintervals,
    salient_subintervals,
)
from data_gen.errors import UsageError
from data_gen.intervals import BruhatInterval
from data_gen.isomorphism import certificate
from tests.analysis.structure import labelled, some_nodes, words


@pytest.fixture(scope="module")
def graphs(dataset):
    return read_labelled(dataset)


INTERVALS = [
    BruhatInterval("1234", "4321"),
    BruhatInterval("1324", "3412"),
    BruhatInterval("12345", "52341"),
    BruhatInterval("132546", "351624"),
]


def by_networkx(intervals, nodes, max_length):
    """Every interval among the nodes with its certificate, from the order alone."""
    found, offset = {}, 0
    for interval in intervals:
        host = interval.graph.to_networkx()
        inside = set(np.flatnonzero(nodes[offset : offset + interval.num_nodes]).tolist())
        for a in inside:
            for b in nx.descendants(host, a) & inside:
                between = (nx.descendants(host, a) & nx.ancestors(host, b)) | {a, b}
                length = int(interval.ranks[b] - interval.ranks[a])
                if between <= inside and length <= max_length:
                    one = BruhatInterval(interval.nodes[a], interval.nodes[b])
                    found[offset + a, offset + b] = (frozenset(between), certificate(one.graph))
        offset += interval.num_nodes
    return found


@pytest.mark.parametrize(("share", "max_length"), [(1.0, 3), (0.8, 9), (0.5, 9), (0.05, 9)])
def test_all_subintervals_are_those_of_networkx(share, max_length):
    graphs = labelled(INTERVALS)
    nodes = some_nodes(graphs, share, seed=1)
    expected = by_networkx(INTERVALS, nodes, max_length)
    found = salient_subintervals(graphs, nodes, max_length)
    pairs = list(zip(found.bottoms.tolist(), found.tops.tolist(), strict=True))
    assert pairs == sorted(expected)
    names = [found.classes[k].certificate for k in found.class_of]
    assert names == [expected[pair][1] for pair in pairs]
    assert found.counts.sum() == len(pairs)
    for pair, maximal in zip(pairs, found.is_maximal.tolist(), strict=True):
        mine = expected[pair][0]
        offset = graphs.node_offsets[graphs.node_graph[pair[0]]]
        larger = [
            other
            for other, (between, _) in expected.items()
            if mine < between and offset == graphs.node_offsets[graphs.node_graph[other[0]]]
        ]
        # Of vertices of other graphs the sets overlap in name only: compare within one graph.
        assert maximal == (not larger)


def test_the_whole_interval_is_found():
    interval = BruhatInterval("12345", "52341")
    graphs = labelled([interval])
    found = salient_subintervals(graphs, np.ones(68, dtype=bool), max_length=7)
    whole = found.classes[-1]
    assert (whole.length, whole.num_nodes, whole.num_edges) == (7, 68, 252)
    assert whole.certificate == certificate(interval.graph)
    assert whole.kind == ""
    (maximal,) = np.flatnonzero(found.is_maximal)
    assert (found.bottoms[maximal], found.tops[maximal]) == (0, 67)


@pytest.mark.parametrize(
    ("x", "w", "title", "boolean", "dihedral"),
    [
        ("2134", "2143", "edge [12,21]", True, False),
        ("1324", "3142", "diamond [123,231]", True, True),
        ("1234", "1432", "2-crown [123,321]", False, True),
        ("1234", "2341", "3-crown [1234,2341]", True, False),
        ("2143", "4231", "4-crown [1324,3412]", False, False),
        ("14325", "52341", "Boolean of dimension 4 [1324,4231]", True, False),
        ("12435", "43512", "[12435,43512]", False, False),
    ],
)
def test_classes_and_their_names(x, w, title, boolean, dihedral):
    interval = BruhatInterval(x, w)
    graphs = labelled([interval])
    nodes = np.ones(interval.num_nodes, dtype=bool)
    found = salient_subintervals(graphs, nodes, interval.length).classes[-1]
    assert found.num_nodes == interval.num_nodes
    assert (found.is_boolean, found.is_dihedral) == (boolean, dihedral)
    if found.kind:
        assert found.title == title
    else:
        low, high = found.name.strip("[]").split(",")
        assert certificate(BruhatInterval(low, high).graph) == certificate(interval.graph)


def test_a_class_that_is_not_in_s5_is_named_by_its_certificate():
    interval = BruhatInterval("132546", "351624")
    graphs = labelled([interval])
    found = salient_subintervals(graphs, np.ones(52, dtype=bool), 5).classes[-1]
    assert found.name == f"#{certificate(interval.graph)[:8]}"


def test_every_length_3_class_is_a_crown():
    names = {name: key for key, name in _smallest_intervals().items()}
    of_length_3 = [
        name for name in names if BruhatInterval(*name.strip("[]").split(",")).length == 3
    ]
    assert sorted(of_length_3) == ["[123,321]", "[1234,2341]", "[1324,3412]"]


def test_the_names_are_those_of_the_smallest_intervals():
    """13 classes in S_4 and 90 in S_5, besides the single element."""
    sizes = [len(name.split(",")[0]) - 1 for name in _smallest_intervals().values()]
    assert max(sizes) == LARGEST_NAMED_N
    assert sum(size <= 4 for size in sizes) == 13 + 1
    assert len(sizes) == 90 + 1
    assert _smallest_intervals()[certificate(BruhatInterval("1", "1").graph)] == "[1,1]"


def test_counts_by_graph():
    graphs = labelled([INTERVALS[1], INTERVALS[1], BruhatInterval("12", "21")])
    found = salient_subintervals(graphs, np.ones(graphs.num_nodes, dtype=bool))
    assert [one.title for one in found.classes] == [
        "edge [12,21]",
        "diamond [123,231]",
        "4-crown [1324,3412]",
    ]
    assert found.counts.tolist() == [33, 16, 2]
    assert found.graph_counts.tolist() == [3, 2, 2]
    assert found.graphs[found.class_of == 2].tolist() == [0, 1]


def test_a_limit_leaves_out_the_longest():
    graphs = labelled([BruhatInterval("12345", "52341")])
    nodes = np.ones(68, dtype=bool)
    everything = salient_subintervals(graphs, nodes, 7)
    of_length_4 = [one.length == 4 for one in everything.classes]
    number = int(everything.counts[of_length_4].sum())
    assert salient_subintervals(graphs, nodes, 7, limit=number).max_length == 4
    stopped = salient_subintervals(graphs, nodes, 7, limit=number - 1)
    assert stopped.max_length == 3
    short = [one for one in everything.classes if one.length <= 3]
    assert list(stopped.classes) == short
    assert stopped.counts.tolist() == everything.counts[: len(short)].tolist()


def test_nothing_salient():
    graphs = labelled(INTERVALS)
    found = salient_subintervals(graphs, np.zeros(graphs.num_nodes, dtype=bool))
    assert (len(found.bottoms), found.classes) == (0, ())
    assert found.counts.tolist() == found.graph_counts.tolist() == []


def test_a_planted_crown_is_enriched():
    host = BruhatInterval("1234", "4321")
    crown = {"".join(map(str, z)) for z in BruhatInterval("1324", "3412").nodes}
    one = np.array([name in crown for name in words(host)])
    graphs = labelled([host] * 5)
    salient = np.tile(one, 5)
    draws = random_vertices(graphs, salient, "ranks", draws=99, seed=0)
    found = {e.interval.title: e for e in enriched_subintervals(graphs, salient, draws)}
    planted = found["4-crown [1324,3412]"]
    assert (planted.enrichment.count, planted.graphs) == (5, 5)
    assert planted.enrichment.p_value == 0.01
    assert planted.enrichment.p_holm == pytest.approx(0.03)


def test_bad_input_is_refused():
    graphs = labelled(INTERVALS[:1])
    with pytest.raises(UsageError, match="max_length = 0"):
        salient_subintervals(graphs, np.ones(24, dtype=bool), max_length=0)
    with pytest.raises(UsageError, match="3 flags for 24 vertices"):
        salient_subintervals(graphs, np.ones(3, dtype=bool))
    with pytest.raises(UsageError, match="no draws"):
        enriched_subintervals(graphs, np.ones(24, dtype=bool), [])


def test_counts_over_several_parts_are_those_of_each(graphs):
    masks = [some_nodes(graphs, share, seed) for seed, share in enumerate((0.2, 0.5, 0.9))]
    counts, classes = count_subintervals(graphs, masks)
    assert len({one.certificate for one in classes}) == len(classes)
    assert [one.length for one in classes] == sorted(one.length for one in classes)
    for row, mask in zip(counts, masks, strict=True):
        found = salient_subintervals(graphs, mask)
        wanted = dict(zip([c.title for c in found.classes], found.counts.tolist(), strict=True))
        there = {c.title: k for c, k in zip(classes, row.tolist(), strict=True) if k}
        assert there == wanted


def test_no_longer_than_all_parts_allow(graphs):
    few, many = some_nodes(graphs, 0.1, 0), np.ones(graphs.num_nodes, dtype=bool)
    assert longest_subintervals(graphs, [few], limit=10**9) == 4
    assert longest_subintervals(graphs, [few, many], limit=100) == 3
    assert longest_subintervals(graphs, []) == 4
    _, classes = count_subintervals(graphs, [many], max_length=3)
    assert max(one.length for one in classes) == 3
