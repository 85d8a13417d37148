"""Certificates: invariant under relabelling, and as fine as isomorphism."""

import itertools
from collections import defaultdict

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_gen.graph import IntervalGraph
from data_gen.intervals import (
    BruhatInterval,
    IntervalBatch,
    build_intervals,
    interval_sizes,
)
from data_gen.isomorphism import (
    canonical_graph,
    certificate,
    certificates,
    colour_certificate,
    refine,
)


def all_intervals(n: int, step: int = 1) -> IntervalBatch:
    """The graphs of every interval of S_n (or of every `step`-th) as one batch."""
    words = np.array(list(itertools.permutations(range(n))), dtype=np.int8)
    xs, ws = np.repeat(words, len(words), axis=0), np.tile(words, (len(words), 1))
    below = interval_sizes(xs, ws) > 0
    return build_intervals(xs[below][::step], ws[below][::step])


def representatives(n: int) -> list[IntervalGraph]:
    batch = all_intervals(n)
    first = {name: k for k, name in reversed(list(enumerate(certificates(batch))))}
    return [batch.graph(k) for k in first.values()]


def same_rank(a: dict, b: dict) -> bool:
    return a["rank"] == b["rank"]


def networkx_isomorphic(a: IntervalGraph, b: IntervalGraph) -> bool:
    return nx.is_isomorphic(a.to_networkx(), b.to_networkx(), node_match=same_rank)


def boolean_lattice(dimension: int) -> IntervalGraph:
    order = sorted(range(2**dimension), key=lambda mask: (mask.bit_count(), mask))
    name = {mask: k for k, mask in enumerate(order)}
    edges = sorted(
        (name[mask], name[mask | 1 << i])
        for mask in order
        for i in range(dimension)
        if not mask >> i & 1
    )
    sources, targets = zip(*edges, strict=True)
    return IntervalGraph([mask.bit_count() for mask in order], sources, targets)


@st.composite
def shuffled_intervals(draw):
    """An interval graph of S_4..S_7 and the same with its vertices renamed at random."""
    n = draw(st.integers(4, 7))
    x = draw(st.permutations(range(1, n + 1)))
    w = list(x)
    for _ in range(draw(st.integers(0, 7))):
        ups = [(i, j) for i, j in itertools.combinations(range(n), 2) if w[i] < w[j]]
        if not ups:
            break
        i, j = draw(st.sampled_from(ups))
        w[i], w[j] = w[j], w[i]
    graph = BruhatInterval(x, w).graph
    seed = draw(st.integers(0, 2**32 - 1))
    return graph, graph.relabelled(np.random.default_rng(seed).permutation(graph.num_nodes))


@st.composite
def ranked_graphs(draw):
    """Any small graph whose edges go one or more ranks up, and a renamed copy."""
    ranks = sorted(draw(st.lists(st.integers(0, 3), min_size=1, max_size=9)))
    possible = [
        (a, b) for a, b in itertools.combinations(range(len(ranks)), 2) if ranks[a] < ranks[b]
    ]
    edges = sorted(draw(st.sets(st.sampled_from(possible)))) if possible else []
    graph = IntervalGraph(ranks, [a for a, _ in edges], [b for _, b in edges])
    return graph, graph.relabelled(draw(st.permutations(range(len(ranks)))))


@given(shuffled_intervals())
def test_certificates_do_not_see_the_names(pair) -> None:
    graph, renamed = pair
    assert certificate(graph) == certificate(renamed)
    assert colour_certificate(graph) == colour_certificate(renamed)
    assert canonical_graph(graph) == canonical_graph(renamed)


@given(shuffled_intervals())
def test_canonical_graph_is_isomorphic_to_the_graph(pair) -> None:
    graph, _ = pair
    canonical = canonical_graph(graph)
    assert canonical.rank_sizes.tolist() == graph.rank_sizes.tolist()
    assert (np.diff(canonical.ranks) >= 0).all()
    if graph.num_nodes <= 60:
        assert networkx_isomorphic(graph, canonical)


@given(ranked_graphs())
@settings(max_examples=300)
def test_any_ranked_graph_keeps_its_certificate_when_renamed(pair) -> None:
    graph, renamed = pair
    assert certificate(graph) == certificate(renamed)
    assert canonical_graph(graph) == canonical_graph(renamed)


@given(ranked_graphs(), ranked_graphs())
@settings(max_examples=300)
def test_certificate_agrees_with_networkx_on_any_ranked_graphs(one, other) -> None:
    same = certificate(one[0]) == certificate(other[0])
    assert same == networkx_isomorphic(one[0], other[0])


@given(ranked_graphs(), st.data())
@settings(max_examples=300)
def test_moving_one_edge_changes_the_certificate_unless_it_is_isomorphic(pair, data) -> None:
    graph, _ = pair
    edges = set(zip(graph.sources.tolist(), graph.targets.tolist(), strict=True))
    absent = [
        (a, b)
        for a, b in itertools.combinations(range(graph.num_nodes), 2)
        if graph.ranks[a] < graph.ranks[b] and (a, b) not in edges
    ]
    if not edges or not absent:
        return
    edges -= {data.draw(st.sampled_from(sorted(edges)))}
    edges |= {data.draw(st.sampled_from(absent))}
    sources, targets = zip(*sorted(edges), strict=True)
    moved = IntervalGraph(graph.ranks, sources, targets)
    same = certificate(graph) == certificate(moved)
    assert same == networkx_isomorphic(graph, moved)


@given(shuffled_intervals())
def test_colours_are_stable_and_ordered_by_rank(pair) -> None:
    graph, _ = pair
    colours = refine(graph)
    by_colour = np.argsort(colours, kind="stable")
    assert (np.diff(graph.ranks[by_colour]) >= 0).all()
    assert set(colours.tolist()) == set(range(colours.max() + 1))
    views = defaultdict(set)
    for v in range(graph.num_nodes):
        above = sorted(colours[graph.targets[graph.sources == v]].tolist())
        below = sorted(colours[graph.sources[graph.targets == v]].tolist())
        views[int(colours[v])].add((int(graph.ranks[v]), tuple(above), tuple(below)))
    assert all(len(view) == 1 for view in views.values())
    assert len({next(iter(view)) for view in views.values()}) == len(views)


def test_colours_are_as_coarse_as_possible() -> None:
    assert refine(boolean_lattice(5)).max() == 5


@pytest.mark.parametrize(
    ("n", "classes"),
    [
        (3, 4),
        (4, 14),
        (5, 91),
        pytest.param(6, 1520, marks=pytest.mark.slow),
    ],
)
def test_number_of_classes_with_the_one_element_interval(n: int, classes: int) -> None:
    batch = all_intervals(n)
    assert len(set(certificates(batch))) == classes


def test_every_pair_of_classes_of_s5_differs_for_networkx() -> None:
    graphs = [graph.to_networkx() for graph in representatives(5)]
    assert len(graphs) == 91
    for one, other in itertools.combinations(graphs, 2):
        assert not nx.is_isomorphic(one, other, node_match=same_rank)


def test_intervals_of_one_class_of_s5_are_isomorphic_for_networkx() -> None:
    batch = all_intervals(5)
    members = defaultdict(list)
    for k, name in enumerate(certificates(batch)):
        members[name].append(k)
    for group in members.values():
        for k in group[1 :: max(1, len(group) // 2)]:
            assert networkx_isomorphic(batch.graph(group[0]), batch.graph(k))


def colour_groups(n: int, step: int) -> list[list[tuple[str, IntervalGraph]]]:
    """Intervals of S_n (every `step`-th) that colour refinement cannot tell apart."""
    batch = all_intervals(n, step)
    groups = defaultdict(list)
    for name, graph in zip(certificates(batch), batch, strict=True):
        groups[colour_certificate(graph)].append((name, graph))
    return [group for group in groups.values() if len(group) > 1]


@pytest.mark.parametrize("step", [311, pytest.param(1, marks=pytest.mark.slow)])
def test_certificate_agrees_with_networkx_where_colours_agree(step: int) -> None:
    """One representative of each class of a colour group against each other, and a twin of each."""
    compared = 0
    for group in colour_groups(6, step):
        members = defaultdict(list)
        for name, graph in group:
            members[name].append(graph)
        for twins in members.values():
            if len(twins) > 1 and twins[0].num_nodes <= 120:
                assert networkx_isomorphic(twins[0], twins[-1])
                compared += 1
        for one, other in itertools.combinations([twins[0] for twins in members.values()], 2):
            assert not networkx_isomorphic(one, other)
            compared += 1
    assert compared > 15


def test_colour_certificate_is_no_finer_than_the_certificate() -> None:
    batch = all_intervals(4)
    pairs = {
        (name, colour_certificate(g)) for name, g in zip(certificates(batch), batch, strict=True)
    }
    assert len(pairs) == len({name for name, _ in pairs})


def test_graphs_that_colours_cannot_tell_apart() -> None:
    """A crown of six and two crowns of three: equal colours, different certificates."""
    sources = [k // 2 for k in range(12)]
    one = IntervalGraph([0] * 6 + [1] * 6, sources, [6 + (k // 2 + k % 2) % 6 for k in range(12)])
    two = IntervalGraph(
        [0] * 6 + [1] * 6,
        sources,
        [6 + k // 6 * 3 + (k // 2 + k % 2) % 3 for k in range(12)],
    )
    assert colour_certificate(one) == colour_certificate(two)
    assert certificate(one) != certificate(two)
    assert not networkx_isomorphic(one, two)


@pytest.mark.parametrize("dimension", [1, 3, 7, 10])
def test_boolean_lattices_do_not_blow_up(dimension: int) -> None:
    lattice = boolean_lattice(dimension)
    renamed = lattice.relabelled(np.random.default_rng(7).permutation(2**dimension))
    assert certificate(lattice) == certificate(renamed)


def test_boolean_interval_is_the_boolean_lattice() -> None:
    interval = BruhatInterval("15372648", "84627351")
    assert certificate(interval.graph) == certificate(boolean_lattice(12))


def test_many_independent_symmetries_do_not_blow_up() -> None:
    """A hundred hexagons: 6^100 * 100! automorphisms."""
    parts = 100
    ranks = [0] * (3 * parts) + [1] * (3 * parts)
    edges = [
        (3 * p + i, 3 * parts + 3 * p + (i + s) % 3)
        for p in range(parts)
        for i in range(3)
        for s in (0, 1)
    ]
    graph = IntervalGraph(ranks, [a for a, _ in edges], [b for _, b in edges])
    renamed = graph.relabelled(np.random.default_rng(1).permutation(6 * parts))
    assert certificate(graph) == certificate(renamed)


def test_reflections_are_not_looked_at() -> None:
    graph = BruhatInterval("1234", "3412").graph
    bare = IntervalGraph(graph.ranks, graph.sources, graph.targets)
    assert certificate(graph) == certificate(bare)


def test_direction_matters() -> None:
    graph = BruhatInterval("1234", "3412").graph
    assert certificate(graph) != certificate(graph.reversed())


def test_certificate_is_pinned() -> None:
    """A changed value means a new CERTIFICATE_VERSION: datasets store these names."""
    pinned = {
        ("1", "1"): "b7352d5b23342cc7e526bc4a53a1ae82",
        ("1324", "3412"): "2caa1aabe01eca08e5cee371158fe5cc",
        ("12345", "54321"): "bbedd8cb70989a1521554951e26cdf86",
        ("15372648", "84627351"): "a7b89d4e01be9757ff90af39bb4df5c2",
    }
    assert {pair: certificate(BruhatInterval(*pair).graph) for pair in pinned} == pinned


def test_documented_byte_string() -> None:
    from hashlib import sha256

    graph = canonical_graph(BruhatInterval("132", "321").graph)
    text = b"klgnn-graph-1" + np.array([graph.num_nodes, graph.num_edges], "<u4").tobytes()
    text += graph.ranks.astype("<i2").tobytes() + graph.out_degrees.astype("<i4").tobytes()
    text += graph.targets.astype("<i4").tobytes()
    assert certificate(graph) == sha256(text).hexdigest()[:32]


def test_empty_and_trivial_graphs() -> None:
    assert certificate(IntervalGraph([], [], [])) != certificate(IntervalGraph([0], [], []))
    assert certificates(build_intervals(np.array([[0]]), np.array([[0]]))) == [
        certificate(IntervalGraph([0], [], []))
    ]
