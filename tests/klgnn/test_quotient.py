"""The quotient: its counts, its names against certificates, its labels against the table."""

from collections import Counter
from functools import cache, partial
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_gen import schema
from data_gen.bruhat import rank_permutations, unrank_permutations
from data_gen.cores import canonical_cores, split_key
from data_gen.errors import IntervalError, UsageError
from data_gen.generation import generate
from data_gen.graph import IntervalGraph
from data_gen.interval_batch import build_intervals, pieces
from data_gen.intervals import BruhatInterval
from data_gen.isomorphism import certificates
from data_gen.kl_table import KLTable
from data_gen.symmetries import least_of_orbits
from klgnn.quotient import (
    LEFT_OUT,
    Quotient,
    QuotientBuilder,
    count_names,
    kernels,
    pairs,
    vertex_names,
)

CANONICAL = ("corank", "size", "names", "labels", "counts", "source", "target", "step")


@cache
def group(n: int) -> Quotient:
    return Quotient.of_group(n)


def assert_same_classes(one: Quotient, other: Quotient) -> None:
    """Everything that does not depend on the order in which intervals came."""
    for name in (*CANONICAL, "multiplicity"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name


def random_pairs(n: int, tops: int, each: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Some random w of S_n, and for each of them some random z below it."""
    rng = np.random.default_rng(seed)
    ws = np.argsort(rng.random((tops, n)), axis=1).astype(np.int8)
    batch = build_intervals(np.tile(np.arange(n, dtype=np.int8), (tops, 1)), ws)
    below = rng.integers(0, np.diff(batch.node_ends)[:, None], (tops, each))
    return batch.elements[(batch.node_ends[:-1, None] + below).ravel()], np.repeat(ws, each, axis=0)


def representatives(quotient: Quotient, rows: np.ndarray):
    """The graphs of the representatives of some classes, all of one n."""
    (n,) = np.unique(quotient.n[rows])
    ends = (unrank_permutations(ranks[rows], int(n)) for ranks in (quotient.bottom, quotient.top))
    return build_intervals(*ends)


@pytest.mark.parametrize(
    ("n", "classes", "edges"),
    [(1, 1, 0), (2, 2, 1), (3, 4, 4), (5, 91, 391), (6, 1520, 12259)],
)
def test_the_counts_of_small_groups(n, classes, edges):
    quotient = group(n)
    assert (len(quotient), len(quotient.source)) == (classes, edges)


@pytest.mark.slow
def test_the_counts_of_large_groups():
    seven = Quotient.of_group(7)
    assert (len(seven), len(seven.source)) == (48_931, 615_126)
    eight = Quotient.of_group(8, max_nodes=500)
    assert (len(eight), len(eight.source)) == (9_600, 82_456)
    assert ((eight.find(seven.names) >= 0) == (seven.size <= 500)).all()


def test_the_single_element_comes_first_and_edges_go_up():
    quotient = group(6)
    assert quotient.corank[0] == 0
    assert quotient.size[0] == 1
    assert (np.diff(quotient.corank) >= 0).all()
    assert (quotient.corank[quotient.source] - quotient.corank[quotient.target] > 0).all()
    step = quotient.corank[quotient.source] - quotient.corank[quotient.target]
    assert np.array_equal(step, quotient.step)
    for k, (low, high) in enumerate(pairwise(quotient.level_ends)):
        assert (quotient.corank[low:high] == k).all()
    assert quotient.level_ends[-1] == len(quotient)


def test_names_are_as_fine_as_isomorphism_on_every_vertex_of_s5(s5_all):
    quotient = Quotient.of_dataset(s5_all, keep_vertices=True)
    name_of, begin = {}, 0
    for table in s5_all.tables([schema.N, schema.X, schema.W, schema.NUM_NODES]):
        for xs, ws, _ in pairs.pairs_of(table):
            batch = build_intervals(xs, ws)
            tops = np.repeat(ws, np.diff(batch.node_ends), axis=0)
            above = certificates(build_intervals(batch.elements, tops))
            classes = quotient.vertex_classes[begin : begin + len(above)]
            for name, certificate in zip(classes.tolist(), above, strict=True):
                assert name_of.setdefault(name, certificate) == certificate
            begin += len(above)
    assert begin == len(quotient.vertex_classes)
    assert len(name_of) == len(set(name_of.values())) == 91


def test_names_are_as_fine_as_isomorphism_on_random_vertices_of_s6():
    xs, ws = random_pairs(6, 60, 30, seed=0)
    batch = build_intervals(xs, ws)
    names = certificates(batch)
    roots = [group(6).classes_of(graph)[0] for graph in batch]
    assert len(set(zip(names, roots, strict=True))) == len(set(names)) == len(set(roots)) > 100


@pytest.mark.slow
def test_names_are_as_fine_as_isomorphism_on_s6():
    """Complete: representatives of different classes are not isomorphic, nor are equal cores."""
    quotient = Quotient.of_group(6)
    assert len(set(certificates(representatives(quotient, np.arange(len(quotient)))))) == 1520
    table = KLTable.compute(6)
    found = set()
    for w in range(720):
        below = table.below(w)
        found |= set(map(tuple, canonical_cores(6, below, np.full_like(below, w)).tolist()))
    keys = np.array(sorted(found))
    degrees, bottoms = split_key(keys[:, 0])
    seen = set()
    for m in np.unique(degrees).tolist():
        rows = degrees == m
        batch = build_intervals(
            unrank_permutations(bottoms[rows], m), unrank_permutations(keys[rows, 1], m)
        )
        roots = [int(quotient.classes_of(graph)[0]) for graph in batch]
        seen |= set(zip(certificates(batch), roots, strict=True))
    assert len({name for name, _ in seen}) == len({root for _, root in seen}) == len(seen) == 1520


def test_labels_are_those_of_the_table_on_every_vertex(s5_all):
    """So no class has two polynomials."""
    quotient = Quotient.of_dataset(s5_all, keep_vertices=True)
    table = KLTable.compute(5)
    known = np.array([p[1:] + (0,) * (5 - len(p)) for p in table.polynomials])
    rows = s5_all.read([schema.N, schema.X, schema.W, schema.NUM_NODES])
    ((xs, ws, sizes),) = pairs.pairs_of(rows.combine_chunks())
    ids = table.lookup(
        rank_permutations(build_intervals(xs, ws).elements),
        np.repeat(rank_permutations(ws), sizes),
    )
    assert np.array_equal(quotient.labels[quotient.vertex_classes], known[ids])


@pytest.mark.parametrize("n", [6, pytest.param(7, marks=pytest.mark.slow)])
def test_no_class_has_two_polynomials(n):
    quotient, table = Quotient.of_group(n, keep_vertices=True), KLTable.compute(n)
    degree = max(map(len, table.polynomials)) - 1
    known = np.array([p[1:] + (0,) * (degree + 1 - len(p)) for p in table.polynomials])
    assert not quotient.labels[:, degree:].any()
    for w, (begin, end) in zip(least_of_orbits(n), pairwise(quotient.vertex_ends), strict=True):
        below = elements_below(w, n)
        expected = known[table.lookup(below, np.full_like(below, w))]
        found = quotient.labels[quotient.vertex_classes[begin:end], :degree]
        assert np.array_equal(found, expected)


def elements_below(w: int, n: int) -> np.ndarray:
    """The ranks of [e, w], in the order of the graph."""
    top = unrank_permutations(np.array([w]), n)
    return rank_permutations(build_intervals(np.arange(n, dtype=np.int8)[None], top).elements)


def test_representatives_have_the_name_size_degrees_and_counts_of_their_class():
    quotient = group(6)
    rows = np.arange(0, len(quotient), 7)
    batch = representatives(quotient, rows)
    columns = count_names(quotient.layout)
    assert quotient.counts.shape == (len(quotient), len(columns))
    out = np.diff(quotient.edge_ends)
    assert len(out) == len(quotient)
    degrees = np.bincount(quotient.source, quotient.multiplicity, len(quotient))
    for c, graph in zip(rows.tolist(), batch, strict=True):
        assert np.array_equal(vertex_names(graph)[0], quotient.names[c])
        assert (quotient.corank[c], quotient.size[c]) == (graph.length, graph.num_nodes)
        assert degrees[c] == graph.out_degrees[0]
        met = dict(zip(columns, quotient.counts[c].tolist(), strict=True))
        for k, size in enumerate(graph.rank_sizes):
            assert met[f"elements of rank {k}"] == met[f"elements of corank {graph.length - k}"]
            assert met[f"elements of rank {k}"] == size
        lengths = graph.ranks[graph.targets] - graph.ranks[graph.sources]
        for k in (1, 3, 5):
            assert met[f"edges of length {k}"] == (lengths == k).sum()
            assert met[f"edges up of length {k}"] == (lengths[graph.sources == 0] == k).sum()
            top = graph.num_nodes - 1
            assert met[f"edges in of length {k}"] == (lengths[graph.targets == top] == k).sum()
        assert [met[name] for name in columns if "half" in name] == defects(graph)


def defects(graph: IntervalGraph) -> list[int]:
    corank = graph.length - graph.ranks
    upper = graph.ranks >= corank
    return [
        int((np.minimum(defect[half], kernels.DEFECTS - 1) == k).sum())
        for half in (~upper, upper)
        for defect in (graph.out_degrees - corank, graph.in_degrees - graph.ranks)
        for k in range(kernels.DEFECTS)
    ]


def test_edges_lead_to_the_classes_of_the_upper_ends():
    quotient = group(5)
    for c, graph in enumerate(representatives(quotient, np.arange(len(quotient)))):
        classes = quotient.classes_of(graph)
        expected = Counter(classes[graph.targets[graph.sources == 0]].tolist())
        edges = slice(*quotient.edge_ends[c : c + 2])
        assert (quotient.source[edges] == c).all()
        met = zip(
            quotient.target[edges].tolist(), quotient.multiplicity[edges].tolist(), strict=True
        )
        assert dict(met) == expected


@pytest.mark.parametrize("n", [6, pytest.param(7, marks=pytest.mark.slow)])
def test_the_first_derivative_identity_holds_on_every_class(n):
    """Sum over edges z -> y of P_{y,w}(1) = l P_{z,w}(1) - 2 P'_{z,w}(1)."""
    quotient = Quotient.of_group(n)
    degrees = np.arange(1, quotient.labels.shape[1] + 1)
    values, slopes = 1 + quotient.labels.sum(axis=1), quotient.labels @ degrees
    terms = quotient.multiplicity * values[quotient.target]
    left = np.bincount(quotient.source, terms, len(quotient))
    assert np.array_equal(left, quotient.corank * values - 2 * slopes)


@given(st.integers(0, 2**32), st.integers(4, 7))
def test_renaming_the_vertices_renames_the_names(seed, n):
    xs, ws = random_pairs(n, 1, 1, seed)
    graph = build_intervals(xs, ws).graph(0)
    new = np.random.default_rng(seed).permutation(graph.num_nodes)
    assert np.array_equal(vertex_names(graph.relabelled(new))[new], vertex_names(graph))


@given(st.permutations(range(91)))
def test_the_order_of_the_intervals_does_not_matter(order):
    xs, ws = (unrank_permutations(ranks[order], 5) for ranks in (group(5).bottom, group(5).top))
    builder = QuotientBuilder(keep_vertices=True)
    builder.add(xs[:40], ws[:40])
    builder.add(xs[40:], ws[40:])
    quotient = builder.finish()
    assert_same_classes(quotient, group(5))
    assert quotient.roots.tolist() == order
    assert np.array_equal(quotient.vertex_classes[quotient.vertex_ends[:-1]], quotient.roots)


def test_isomorphic_intervals_have_one_class():
    one, other = BruhatInterval("1324", "3412"), BruhatInterval("2143", "4231")
    assert np.array_equal(
        np.sort(group(4).classes_of(one.graph)), np.sort(group(4).classes_of(other.graph))
    )


def test_a_dataset_of_all_intervals_and_one_of_classes_give_the_quotient_of_the_group(s5, s5_all):
    assert_same_classes(Quotient.of_dataset(s5_all), group(5))
    assert_same_classes(Quotient.of_dataset(s5), group(5))


def test_vertices_of_a_dataset_are_in_the_order_of_its_rows(s5):
    quotient = Quotient.of_dataset(s5, keep_vertices=True)
    table = s5.read([schema.KL, schema.NUM_NODES, schema.NODE_RANKS])
    assert np.array_equal(np.diff(quotient.vertex_ends), table[schema.NUM_NODES])
    labels = [[1, *row] for row in quotient.labels[quotient.roots].tolist()]
    assert labels == [kl + [0] * (5 - len(kl)) for kl in table[schema.KL].to_pylist()]
    lengths = np.repeat(quotient.corank[quotient.roots], np.diff(quotient.vertex_ends))
    ranks = np.concatenate(table[schema.NODE_RANKS].to_pylist())
    assert np.array_equal(lengths - quotient.corank[quotient.vertex_classes], ranks)


def test_a_split_of_a_dataset(s5):
    quotient = Quotient.of_dataset(s5, "test")
    rows = s5.read([schema.X], "test").num_rows
    assert len(quotient.roots) == rows
    assert 0 < len(quotient) <= 91
    assert (group(5).find(quotient.names) >= 0).all()
    with pytest.raises(UsageError, match="no split 'tset'"):
        Quotient.of_dataset(s5, "tset")


def test_a_dataset_of_several_groups(tmp_path):
    dataset = generate([3, 4], tmp_path / "s34", select="all")
    assert_same_classes(Quotient.of_dataset(dataset), group(4))


def test_small_pieces_and_a_small_store_change_nothing(s5_all, monkeypatch):
    monkeypatch.setattr("klgnn.quotient.quotient.pieces", partial(pieces, most=50))
    builds = kernels.new_store
    monkeypatch.setattr(
        kernels,
        "new_store",
        lambda c, m, layout, old=None: builds(c, m, layout, old) if old else builds(1, 1, layout),
    )
    assert_same_classes(Quotient.of_dataset(s5_all), group(5))


@pytest.mark.parametrize("most", [1, 30, 100])
def test_classes_with_more_elements_are_left_out_and_nothing_else(most):
    small, large = Quotient.of_group(6, max_nodes=most, keep_vertices=True), group(6)
    kept = large.size <= most
    assert np.array_equal(small.names, large.names[kept])
    assert len(small.source) == kept[large.source].sum()
    assert ((small.roots == LEFT_OUT) == ~kept[large.roots]).all()
    whole = Quotient.of_group(6, keep_vertices=True)
    expected = np.where(kept, np.cumsum(kept) - 1, LEFT_OUT)[whole.vertex_classes]
    assert np.array_equal(small.vertex_classes, expected)


def test_containing_is_the_closure_downwards():
    quotient = group(5)
    chosen = (quotient.size >= 20) & (quotient.size <= 24)
    closure = chosen.copy()
    for c, graph in enumerate(representatives(quotient, np.arange(len(quotient)))):
        closure[c] |= chosen[quotient.classes_of(graph)].any()
    assert chosen.sum() < closure.sum() < len(quotient)
    assert np.array_equal(quotient.containing(chosen), closure)
    assert not quotient.containing(np.zeros(len(quotient), bool)).any()


def test_names_that_are_not_met_are_not_found():
    graph = BruhatInterval("12345", "54321").graph
    classes = group(4).classes_of(graph)
    assert classes[0] == LEFT_OUT
    assert (classes >= 0).any()


def test_an_empty_quotient():
    quotient = QuotientBuilder().finish()
    assert len(quotient) == 0
    assert quotient.labels.shape == (0, 4)
    assert (quotient.find(group(3).names) == LEFT_OUT).all()
    assert quotient.level_ends.tolist() == [0]


def test_bad_input_is_refused():
    with pytest.raises(UsageError, match="n = 0"):
        Quotient.of_group(0)
    with pytest.raises(UsageError, match="max_nodes = 0"):
        Quotient.of_group(3, max_nodes=0)
    below, above = np.array([[1, 0]], np.int8), np.array([[0, 1]], np.int8)
    with pytest.raises(IntervalError, match="21 is not below 12"):
        QuotientBuilder().add(below, above)


@pytest.mark.slow
def test_labels_of_s9_from_the_table_and_one_by_one(monkeypatch):
    xs, ws = random_pairs(9, 10, 40, seed=1)
    ranks = np.stack([np.full(400, 9), rank_permutations(xs), rank_permutations(ws)], axis=1)
    few = pairs.labels_of(ranks)
    monkeypatch.setattr(pairs, "_MANY", 1)
    assert np.array_equal(pairs.labels_of(ranks), few)
