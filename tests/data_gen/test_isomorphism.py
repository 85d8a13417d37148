"""Certificates: invariant under relabelling, and as fine as isomorphism."""

import itertools
import json
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_gen.bruhat import rank_permutations, unrank_permutations
from data_gen.cores import canonical_cores, split_key
from data_gen.graph import IntervalGraph
from data_gen.intervals import (
    BruhatInterval,
    IntervalBatch,
    build_intervals,
    interval_sizes,
)
from data_gen.isomorphism import (
    CERTIFICATE_VERSION,
    canonical_graph,
    certificate,
    certificates,
    colour_certificate,
    colour_certificates,
    refine,
)

GOLDEN = json.loads((Path(__file__).parent.parent / "golden" / "certificates.json").read_text())


def all_intervals(n: int) -> IntervalBatch:
    """The graphs of every interval of S_n as one batch."""
    xs, ws = all_pairs(n)
    return build_intervals(xs, ws)


def all_pairs(n: int) -> tuple[np.ndarray, np.ndarray]:
    words = np.array(list(itertools.permutations(range(n))), dtype=np.int8)
    xs, ws = np.repeat(words, len(words), axis=0), np.tile(words, (len(words), 1))
    below = interval_sizes(xs, ws) > 0
    return xs[below], ws[below]


def all_cores(n: int, most_nodes: int = 10**9) -> Iterator[IntervalBatch]:
    """The graphs of S_n without most copies: one interval for each core, see data_gen.cores."""
    words = np.array(list(itertools.permutations(range(n))), dtype=np.int8)
    keys = []
    for rank, w in enumerate(words):
        sizes = interval_sizes(words, np.broadcast_to(w, words.shape))
        xs = np.flatnonzero((sizes > 0) & (sizes <= most_nodes))
        keys.append(canonical_cores(n, xs, np.full_like(xs, rank)))
        if len(keys) == 100:
            keys = [np.unique(np.concatenate(keys), axis=0)]
    distinct = np.unique(np.concatenate(keys), axis=0)
    degrees, bottoms = split_key(distinct[:, 0])
    for m in np.unique(degrees):
        rows = np.flatnonzero(degrees == m)
        for piece in np.array_split(rows, 1 + len(rows) // 500):
            xs, ws = (unrank_permutations(r[piece], int(m)) for r in (bottoms, distinct[:, 1]))
            yield build_intervals(xs, ws)


def first_of_each(batches: Iterable[IntervalBatch]) -> dict[str, IntervalGraph]:
    """One graph of each class, by certificate."""
    found: dict[str, IntervalGraph] = {}
    for batch in batches:
        for k, name in enumerate(certificates(batch)):
            if name not in found:
                found[name] = batch.graph(k)
    return found


@pytest.fixture(scope="module")
def cores_of_s6() -> list[IntervalBatch]:
    return list(all_cores(6))


@pytest.fixture(scope="module")
def classes_of_s6(cores_of_s6) -> dict[str, IntervalGraph]:
    return first_of_each(cores_of_s6)


def representatives(n: int) -> list[IntervalGraph]:
    return list(first_of_each([all_intervals(n)]).values())


def same_rank(a: dict, b: dict) -> bool:
    return a["rank"] == b["rank"]


def networkx_isomorphic(a: IntervalGraph, b: IntervalGraph) -> bool:
    return nx.is_isomorphic(a.to_networkx(), b.to_networkx(), node_match=same_rank)


def renamed_at_random(graph: IntervalGraph, seed: int) -> IntervalGraph:
    return graph.relabelled(np.random.default_rng(seed).permutation(graph.num_nodes))


def statistics(graph: IntervalGraph) -> bytes:
    """How many vertices have which rank and degrees: networkx has to search where these agree."""
    columns = np.stack([graph.ranks, graph.in_degrees, graph.out_degrees])
    return b"|".join(part.tobytes() for part in np.unique(columns, axis=1, return_counts=True))


def alike(graphs: Iterable[IntervalGraph]) -> list[tuple[IntervalGraph, IntervalGraph]]:
    """Pairs with equal statistics."""
    groups = defaultdict(list)
    for graph in graphs:
        groups[statistics(graph)].append(graph)
    return [pair for group in groups.values() for pair in itertools.combinations(group, 2)]


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


@pytest.mark.parametrize(("n", "classes"), [(2, 2), (3, 4), (4, 14), (5, 91)])
def test_number_of_classes_with_the_one_element_interval(n: int, classes: int) -> None:
    assert len(set(certificates(all_intervals(n)))) == classes


@pytest.mark.slow
def test_number_of_classes_of_s6_over_every_interval() -> None:
    xs, ws = all_pairs(6)
    names = set()
    for piece in np.array_split(np.arange(len(xs)), 20):
        names.update(certificates(build_intervals(xs[piece], ws[piece])))
    assert (len(xs), len(names)) == (98_407, 1520)


def test_every_pair_of_classes_of_s5_differs_for_networkx() -> None:
    """Of directed graphs; that ranks follow from the edges is not told."""
    graphs = [graph.to_networkx() for graph in representatives(5)]
    pairs = list(itertools.combinations(graphs, 2))
    assert (len(graphs), len(pairs)) == (91, 4095)
    assert not any(nx.is_isomorphic(one, other) for one, other in pairs)


def test_every_class_of_s5_equals_a_renamed_copy_for_networkx() -> None:
    for seed, graph in enumerate(representatives(5)):
        copy = renamed_at_random(graph, seed)
        assert certificate(copy) == certificate(graph)
        assert nx.is_isomorphic(graph.to_networkx(), copy.to_networkx())


def test_intervals_of_one_class_of_s5_are_isomorphic_for_networkx() -> None:
    batch = all_intervals(5)
    members = defaultdict(list)
    for k, name in enumerate(certificates(batch)):
        members[name].append(k)
    for group in members.values():
        for k in group[1 :: max(1, len(group) // 2)]:
            assert networkx_isomorphic(batch.graph(group[0]), batch.graph(k))


def test_colours_separate_all_classes_of_s6(classes_of_s6) -> None:
    """A fact: in S_6, graphs that colour refinement cannot tell apart are isomorphic.

    For S_7 the same is in test_class_survey.py, with polynomials.
    """
    assert len(classes_of_s6) == 1520
    assert len(set(map(colour_certificate, classes_of_s6.values()))) == 1520


@pytest.mark.parametrize(
    ("step", "most_nodes"), [(6, 100), pytest.param(1, 150, marks=pytest.mark.slow)]
)
def test_intervals_of_s6_with_equal_colours_are_isomorphic_for_networkx(
    cores_of_s6, step: int, most_nodes: int
) -> None:
    """For classes of S_6 with several cores: the first against the last, whose (x, w) differ."""
    groups = defaultdict(list)
    for batch in cores_of_s6:
        for graph, colour in zip(batch, colour_certificates(batch), strict=True):
            if graph.num_nodes <= most_nodes:
                groups[colour].append(graph)
    several = [group for group in groups.values() if len(group) > 1][::step]
    assert len(several) > 20
    for group in several:
        assert certificate(group[0]) == certificate(group[-1])
        assert networkx_isomorphic(group[0], group[-1])


def test_random_intervals_with_equal_certificates_are_isomorphic_for_networkx() -> None:
    """Walks in S_6 and S_7 that end in the same class with different cores."""
    rng = random.Random(4)
    members: dict[str, dict[bytes, IntervalGraph]] = defaultdict(dict)
    for n in (6, 7):
        words = [random_walk(n, rng) for _ in range(1500)]
        xs, ws = (np.array(column, dtype=np.int8) for column in zip(*words, strict=True))
        small = interval_sizes(xs, ws) <= 100
        xs, ws = xs[small], ws[small]
        ranks = [rank_permutations(column) for column in (xs, ws)]
        keys = canonical_cores(n, *ranks)
        batch = build_intervals(xs, ws)
        for k, name in enumerate(certificates(batch)):
            members[name].setdefault(keys[k].tobytes(), batch.graph(k))
    compared = 0
    for graphs in members.values():
        for one, other in itertools.pairwise(itertools.islice(graphs.values(), 3)):
            assert networkx_isomorphic(one, renamed_at_random(other, compared))
            compared += 1
    assert compared > 50


def random_walk(n: int, rng: random.Random) -> tuple[list[int], list[int]]:
    x = rng.sample(range(n), n)
    w = list(x)
    for _ in range(rng.randint(3, 7)):
        ups = [(i, j) for i, j in itertools.combinations(range(n), 2) if w[i] < w[j]]
        if ups:
            i, j = rng.choice(ups)
            w[i], w[j] = w[j], w[i]
    return x, w


@pytest.mark.parametrize("most_nodes", [120, pytest.param(300, marks=pytest.mark.slow)])
def test_classes_of_s6_with_equal_degrees_differ_for_networkx(
    classes_of_s6, most_nodes: int
) -> None:
    """One round of refinement does not tell them apart, so networkx has to search."""
    pairs = alike(graph for graph in classes_of_s6.values() if graph.num_nodes <= most_nodes)
    assert len(pairs) > 30
    assert not any(networkx_isomorphic(one, other) for one, other in pairs)


@pytest.mark.slow
def test_classes_of_s7_with_equal_degrees_differ_for_networkx() -> None:
    """All of at most 200 elements."""
    pairs = alike(first_of_each(all_cores(7, most_nodes=200)).values())
    assert len(pairs) > 250
    assert not any(networkx_isomorphic(one, other) for one, other in pairs)


def test_colour_certificate_is_no_finer_than_the_certificate() -> None:
    batch = all_intervals(4)
    pairs = {
        (name, colour_certificate(g)) for name, g in zip(certificates(batch), batch, strict=True)
    }
    assert len(pairs) == len({name for name, _ in pairs})


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


def test_golden_certificates_are_of_this_version() -> None:
    """A changed value means a new CERTIFICATE_VERSION: datasets store these names."""
    assert GOLDEN["certificate_version"] == CERTIFICATE_VERSION
    assert len(GOLDEN["s5_classes"]) == 91


@pytest.mark.parametrize("part", ["s5_classes", "random_intervals"])
def test_golden_intervals(part: str) -> None:
    """Made by a program that shares no code with klgnn: tests/golden/make_certificates.py."""
    for x, w, *expected in GOLDEN[part]:
        graph = BruhatInterval(x, w).graph
        names = [certificate(graph), colour_certificate(graph)]
        assert [graph.num_nodes, graph.num_edges, *names] == expected, (x, w)


@pytest.mark.parametrize("case", GOLDEN["graphs"], ids=lambda case: case[0])
def test_golden_graphs(case: list) -> None:
    _, ranks, edges, *expected = case
    graph = IntervalGraph(ranks, [a for a, _ in edges], [b for _, b in edges])
    for copy in (graph, renamed_at_random(graph, 3)):
        assert [certificate(copy), colour_certificate(copy)] == expected


def test_certificate_of_a_large_interval_is_pinned() -> None:
    """Beyond what the naive program can do: 4096 vertices, 12! automorphisms."""
    boolean = BruhatInterval("15372648", "84627351").graph
    assert certificate(boolean) == "a7b89d4e01be9757ff90af39bb4df5c2"


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
