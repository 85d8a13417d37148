"""The search behind certificates, on graphs where colour refinement alone says nothing."""

import importlib.util
import itertools
import json
import sys
from pathlib import Path
from types import ModuleType

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from data_gen.graph import IntervalGraph
from data_gen.isomorphism import canonical_graph, certificate, colour_certificate, refine
from tests.data_gen.test_isomorphism import networkx_isomorphic, ranked_graphs

RECIPE = Path(__file__).parent.parent / "golden" / "make_certificates.py"


def load_recipe() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_certificates", RECIPE)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


naive = load_recipe()


def as_naive(graph: IntervalGraph):
    edges = zip(graph.sources.tolist(), graph.targets.tolist(), strict=True)
    return naive.Graph(graph.ranks.tolist(), list(edges))


def ranked(ranks: list[int], edges: set[tuple[int, int]]) -> IntervalGraph:
    ordered = sorted(edges)
    return IntervalGraph(ranks, [a for a, _ in ordered], [b for _, b in ordered])


def incidence(graph: nx.Graph) -> IntervalGraph:
    """Vertices in rank 0, edges in rank 1 above their two ends."""
    name = {v: k for k, v in enumerate(graph)}
    ends = list(graph.edges)
    edges = {(name[v], len(name) + k) for k, pair in enumerate(ends) for v in pair}
    return ranked([0] * len(name) + [1] * len(ends), edges)


def crowns(parts: list[int], levels: int) -> IntervalGraph:
    """For each part m: `levels` ranks of m vertices, each below two cyclic neighbours."""
    ranks, edges = [], set()
    for m in parts:
        start = len(ranks)
        ranks += [level for level in range(levels) for _ in range(m)]
        edges |= {
            (start + level * m + i, start + (level + 1) * m + (i + s) % m)
            for level in range(levels - 1)
            for i in range(m)
            for s in (0, 1)
        }
    return ranked(ranks, edges)


def bounded(graph: IntervalGraph) -> IntervalGraph:
    """The same with a bottom below and a top above everything, as in an interval."""
    size, top = graph.num_nodes, int(graph.ranks.max()) + 2
    edges = set(zip((graph.sources + 1).tolist(), (graph.targets + 1).tolist(), strict=True))
    edges |= {(0, v) for v in range(1, size + 1)} | {(v, size + 1) for v in range(1, size + 1)}
    return ranked([0, *(graph.ranks + 1).tolist(), top], edges)


def cai_fuerer_immerman(base: nx.Graph, twisted: set) -> IntervalGraph:
    """Cai, Fuerer and Immerman (1992): isomorphic exactly if as many vertices are twisted, mod 2.

    Rank 0 has, for each vertex v of the base, the sets of edges at v of even size (odd if v is
    twisted); rank 1 has two vertices for each edge, "in" and "out".
    """
    edges = [frozenset(edge) for edge in base.edges]
    low = [
        (v, frozenset(chosen))
        for v in base
        for size in range(base.degree(v) + 1)
        if size % 2 == (v in twisted)
        for chosen in itertools.combinations([e for e in edges if v in e], size)
    ]
    high = {pair: len(low) + k for k, pair in enumerate(itertools.product(edges, (True, False)))}
    found = {
        (k, high[edge, edge in chosen])
        for k, (v, chosen) in enumerate(low)
        for edge in edges
        if v in edge
    }
    return ranked([0] * len(low) + [1] * len(high), found)


def switched(graph: nx.Graph, chosen: set) -> nx.Graph:
    """Seidel's switching: adjacency between `chosen` and the rest is turned round."""
    other = nx.Graph()
    other.add_nodes_from(graph)
    other.add_edges_from(
        (a, b)
        for a, b in itertools.combinations(graph, 2)
        if graph.has_edge(a, b) != ((a in chosen) != (b in chosen))
    )
    return other


def triangular_and_chang_graphs() -> list[nx.Graph]:
    """The four strongly regular graphs (28, 12, 6, 4): T(8), and the three of Chang (1959)."""
    triangular = nx.line_graph(nx.complete_graph(8))
    cycles = ([[0, 1], [2, 3], [4, 5], [6, 7]], [list(range(8))], [[0, 1, 2], [3, 4, 5, 6, 7]])
    found = [triangular]
    for parts in cycles:
        pairs = {
            tuple(sorted((part[i], part[(i + 1) % len(part)])))
            for part in parts
            for i in range(len(part))
        }
        found.append(switched(triangular, pairs))
    return found


def rook_and_shrikhande_graphs() -> list[nx.Graph]:
    """The two strongly regular graphs (16, 6, 2, 2)."""
    rook = nx.line_graph(nx.complete_bipartite_graph(4, 4))
    steps = ((0, 1), (1, 0), (1, 1))
    shrikhande = nx.Graph(
        ((a, b), ((a + s) % 4, (b + t) % 4)) for a in range(4) for b in range(4) for s, t in steps
    )
    return [rook, shrikhande]


BASES = {
    "K4": nx.complete_graph(4),
    "K33": nx.complete_bipartite_graph(3, 3),
    "prism": nx.circular_ladder_graph(3),
    "cube": nx.hypercube_graph(3),
    "Petersen": nx.petersen_graph(),
    "K5": nx.complete_graph(5),
    "wheel": nx.wheel_graph(6),
    "random": nx.random_regular_graph(3, 12, seed=1),
}


def renamings(graph: IntervalGraph):
    return st.randoms(use_true_random=False).map(
        lambda rng: graph.relabelled(rng.sample(range(graph.num_nodes), graph.num_nodes))
    )


partitions = st.lists(st.integers(3, 7), min_size=1, max_size=5).map(sorted)


@given(partitions, partitions, st.integers(2, 4), st.booleans(), st.data())
@settings(max_examples=150)
def test_unions_of_crowns(one, other, levels, with_ends, data) -> None:
    """Isomorphic exactly if the parts agree; colours see only how many vertices there are."""
    frame = bounded if with_ends else lambda graph: graph
    graphs = [frame(crowns(parts, levels)) for parts in (one, other)]
    copies = [data.draw(renamings(graph)) for graph in graphs]
    assert (certificate(copies[0]) == certificate(copies[1])) == (one == other)
    same_colours = colour_certificate(copies[0]) == colour_certificate(copies[1])
    assert same_colours == (sum(one) == sum(other))
    assert canonical_graph(copies[0]) == canonical_graph(graphs[0])


def test_six_crown_and_two_three_crowns() -> None:
    one, two = crowns([6], 2), crowns([3, 3], 2)
    assert colour_certificate(one) == colour_certificate(two)
    assert certificate(one) != certificate(two)
    assert not networkx_isomorphic(one, two)


@given(st.sampled_from(sorted(BASES)), st.data())
@settings(max_examples=60)
def test_cai_fuerer_immerman_graphs(name, data) -> None:
    base = BASES[name]
    twists = [data.draw(st.sets(st.sampled_from(sorted(base)))) for _ in range(2)]
    graphs = [cai_fuerer_immerman(base, twisted) for twisted in twists]
    copies = [data.draw(renamings(graph)) for graph in graphs]
    assert colour_certificate(copies[0]) == colour_certificate(copies[1])
    same = certificate(copies[0]) == certificate(copies[1])
    assert same == (len(twists[0]) % 2 == len(twists[1]) % 2)
    assert certificate(copies[0]) == certificate(graphs[0])


def test_twisted_graphs_differ_for_networkx() -> None:
    base = BASES["K4"]
    straight, twisted, twice = (
        cai_fuerer_immerman(base, set(itertools.islice(base, count))) for count in range(3)
    )
    assert not networkx_isomorphic(straight, twisted)
    assert networkx_isomorphic(straight, twice)


@pytest.mark.parametrize("family", [rook_and_shrikhande_graphs, triangular_and_chang_graphs])
def test_strongly_regular_graphs(family) -> None:
    graphs = [incidence(graph) for graph in family()]
    assert len({colour_certificate(graph) for graph in graphs}) == 1
    assert len({certificate(graph) for graph in graphs}) == len(graphs)
    for seed, graph in enumerate(graphs):
        assert refine(graph).max() == 1
        names = np.random.default_rng(seed).permutation(graph.num_nodes)
        assert certificate(graph.relabelled(names)) == certificate(graph)


@given(ranked_graphs())
@settings(max_examples=300)
def test_the_naive_program_agrees(pair) -> None:
    """tests/golden/make_certificates.py follows the docstrings and shares no code with klgnn."""
    graph, renamed = pair
    assert certificate(graph) == naive.certificate(as_naive(renamed))
    assert colour_certificate(graph) == naive.colour_certificate(as_naive(renamed))


@given(st.lists(st.integers(2, 4), min_size=1, max_size=3), st.integers(2, 3), st.data())
@settings(max_examples=25)
def test_the_naive_program_agrees_where_it_has_to_search(parts, levels, data) -> None:
    assume(sum(parts) <= 7)
    graph = crowns(parts, levels)
    renamed = data.draw(renamings(graph))
    assert certificate(graph) == naive.certificate(as_naive(renamed))


@pytest.mark.slow
def test_the_golden_file_is_what_the_naive_program_makes(tmp_path: Path) -> None:
    naive.main(["--out", str(tmp_path), "--seed", "2021"])
    made, kept = (
        json.loads(path.read_text())
        for path in (tmp_path / "certificates.json", RECIPE.with_name("certificates.json"))
    )
    assert {k: v for k, v in made.items() if k != "made_by"} == {
        k: v for k, v in kept.items() if k != "made_by"
    }
