"""What the networks are told about every vertex."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_gen.intervals import BruhatInterval
from klgnn.features import FEATURE_NAMES, node_features, union_features

PAIRS = [("1234", "3412"), ("1324", "4231"), ("213", "213"), ("12345", "52341")]


def graph(x: str, w: str):
    return BruhatInterval(x, w).graph


def columns(x: str, w: str, features: str = "default") -> dict[str, np.ndarray]:
    g = graph(x, w)
    values = node_features(g.ranks, g.sources, g.targets, features)
    return dict(zip(FEATURE_NAMES[features], values.T, strict=True))


@pytest.mark.parametrize("features", FEATURE_NAMES)
@pytest.mark.parametrize(("x", "w"), PAIRS)
def test_shape_type_and_finiteness(x, w, features):
    g = graph(x, w)
    values = node_features(g.ranks, g.sources, g.targets, features)
    assert values.shape == (g.num_nodes, len(FEATURE_NAMES[features]))
    assert values.dtype == np.float32
    assert np.isfinite(values).all()


@pytest.mark.parametrize(("x", "w"), PAIRS)
def test_degrees_are_counted(x, w):
    g = graph(x, w)
    found = columns(x, w, "degrees")
    assert found["in_degree"].tolist() == g.in_degrees.tolist()
    assert found["out_degree"].tolist() == g.out_degrees.tolist()


def test_centralities_are_those_of_networkx():
    import networkx as nx

    g = graph("1324", "3412")
    digraph = nx.DiGraph(list(zip(g.sources.tolist(), g.targets.tolist(), strict=True)))
    found = columns("1324", "3412", "centralities")
    expected = nx.in_degree_centrality(digraph)
    assert found["in_degree_centrality"] == pytest.approx([expected[v] for v in range(10)])


@pytest.mark.parametrize(("x", "w"), PAIRS[:2])
def test_well_fed_features(x, w):
    g, found = graph(x, w), columns(x, w)
    assert found["rank"] * g.length == pytest.approx(g.ranks)
    assert found["rank"] + found["corank"] == pytest.approx(1)
    assert np.flatnonzero(found["bottom"]).tolist() == [0]
    assert np.flatnonzero(found["top"]).tolist() == [g.num_nodes - 1]
    assert 10 * found["degree_defect"] == pytest.approx(g.in_degrees + g.out_degrees - g.length)
    covers = np.bincount(g.sources[g.covers], minlength=g.num_nodes)
    assert 10 * found["cover_out_degree"] == pytest.approx(covers)


@pytest.mark.parametrize(("x", "w"), PAIRS)
def test_deodhar_defects_are_never_negative(x, w):
    found = columns(x, w)
    assert (found["out_defect"] >= 0).all()
    assert (found["in_defect"] >= 0).all()


@given(st.integers(0, 2**32), st.sampled_from(list(FEATURE_NAMES)))
def test_features_move_with_the_vertices(seed, features):
    g = graph("1324", "4231")
    order = np.random.default_rng(seed).permutation(g.num_nodes)
    place = np.argsort(order)
    moved = node_features(g.ranks[order], place[g.sources], place[g.targets], features)
    assert np.array_equal(moved, node_features(g.ranks, g.sources, g.targets, features)[order])


def test_a_union_is_its_parts():
    parts = [graph(x, w) for x, w in PAIRS]
    offsets = np.cumsum([0, *(g.num_nodes for g in parts)])
    shifted = [
        np.concatenate([getattr(g, end) + o for g, o in zip(parts, offsets, strict=False)])
        for end in ("sources", "targets")
    ]
    union = union_features(
        np.concatenate([g.ranks for g in parts]), shifted[0], shifted[1], offsets, "default"
    )
    single = [node_features(g.ranks, g.sources, g.targets) for g in parts]
    assert np.array_equal(union, np.concatenate(single))


def test_unknown_feature_set():
    with pytest.raises(ValueError, match=r"'colours'.*degrees"):
        node_features([0], [], [], "colours")
