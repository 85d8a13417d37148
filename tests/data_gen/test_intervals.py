"""Bruhat intervals against brute force, the recorded worked examples, and each other."""

import itertools
import json
import math
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_gen.errors import IntervalError, MemoryLimitError, PermutationError, UsageError
from data_gen.intervals import (
    BruhatInterval,
    build_intervals,
    interval_rank_sizes,
    interval_size,
    interval_sizes,
    why_not_below,
)
from data_gen.kl_single import kl_coefficients
from data_gen.permutations import conjugate_by_w0, inverse, length, to_array
from data_gen.r_polynomials import r_tilde_polynomial

GOLDEN = Path(__file__).parent.parent / "golden"
EXAMPLES = json.loads((GOLDEN / "worked_examples.json").read_text())["intervals"]


def all_pairs(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Every pair of S_n with x <= w, 0-indexed."""
    words = np.array(list(itertools.permutations(range(n))), dtype=np.int8)
    xs, ws = np.repeat(words, len(words), axis=0), np.tile(words, (len(words), 1))
    below = interval_sizes(xs, ws) > 0
    return xs[below], ws[below]


def bruhat_graph(n: int) -> nx.DiGraph:
    """The Bruhat graph of S_n, straight from the definition."""
    graph = nx.DiGraph()
    for x in itertools.permutations(range(1, n + 1)):
        for i, j in itertools.combinations(range(n), 2):
            if x[i] < x[j]:
                y = list(x)
                y[i], y[j] = y[j], y[i]
                graph.add_edge(x, tuple(y), reflection=(i + 1, j + 1))
    return graph


@st.composite
def comparable_pairs(draw, max_n: int = 7):
    """A random x <= w: w is reached from x by random upward reflections."""
    n = draw(st.integers(2, max_n))
    x = draw(st.permutations(range(1, n + 1)))
    w = list(x)
    for _ in range(draw(st.integers(0, 6))):
        ups = [(i, j) for i, j in itertools.combinations(range(n), 2) if w[i] < w[j]]
        if not ups:
            break
        i, j = draw(st.sampled_from(ups))
        w[i], w[j] = w[j], w[i]
    return tuple(x), tuple(w)


@pytest.mark.parametrize("n", [2, 3, 4])
def test_every_interval_is_the_induced_subgraph_between_its_ends(n: int) -> None:
    whole = bruhat_graph(n)
    above = {x: nx.descendants(whole, x) | {x} for x in whole}
    for x, w in itertools.product(whole, repeat=2):
        if w not in above[x]:
            assert interval_size(x, w) == 0
            assert why_not_below(x, w)
            continue
        interval = BruhatInterval(x, w)
        elements = [z for z in above[x] if w in above[z]]
        assert list(interval.nodes) == sorted(elements, key=lambda z: (length(z), z))
        expected = whole.subgraph(elements)
        graph = interval.to_networkx("tuple")
        assert nx.utils.edges_equal(graph.edges, expected.edges, directed=True)
        for a, b, data in graph.edges(data=True):
            assert data["reflection"] == expected.edges[a, b]["reflection"]
            assert data["cover"] == (length(b) - length(a) == 1)


@pytest.mark.parametrize(("n", "count"), [(3, 19), (4, 213), (5, 3781), (6, 98407)])
def test_number_of_comparable_pairs(n: int, count: int) -> None:
    assert len(all_pairs(n)[0]) == count


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: f"{e['x']}-{e['y']}")
def test_worked_examples(example: dict) -> None:
    interval = BruhatInterval(example["x"], example["y"])
    assert interval.length == example["length"]
    assert interval.num_nodes == example["nodes"] == len(interval.nodes)
    assert interval.num_edges == example["edges"]
    assert interval.covers.sum() == example["cover_edges"]
    assert list(interval.rank_sizes) == example["rank_sizes"]
    assert len(interval.atoms) == example["atoms"]
    assert len(interval.coatoms) == example["coatoms"]
    assert interval.graph.out_degrees[0] == example["outdeg_x"]


@given(comparable_pairs())
def test_graph_agrees_with_itself(pair) -> None:
    x, w = pair
    interval = BruhatInterval(x, w)
    assert interval.nodes[0] == x
    assert interval.nodes[-1] == w
    assert tuple(interval.graph.rank_sizes) == interval.rank_sizes == interval_rank_sizes(x, w)
    assert list(interval.ranks) == [length(z) - length(x) for z in interval.nodes]
    for (source, target), (i, j) in zip(interval.edges, interval.reflections, strict=True):
        z = list(interval.nodes[source])
        z[i - 1], z[j - 1] = z[j - 1], z[i - 1]
        assert tuple(z) == interval.nodes[target]
    assert [tuple(e) for e in interval.edges] == sorted({tuple(e) for e in interval.edges})
    assert all(z in interval for z in interval)


@given(comparable_pairs())
def test_deodhar_inequality(pair) -> None:
    interval = BruhatInterval(*pair)
    assert (interval.graph.out_degrees >= interval.length - interval.ranks).all()


@given(comparable_pairs())
def test_polynomial_is_one_exactly_if_x_has_as_many_edges_as_the_length(pair) -> None:
    """Type A: Deodhar's conjecture and the criterion of Carrell and Peterson."""
    interval = BruhatInterval(*pair)
    smooth = interval.graph.out_degrees[0] == interval.length
    assert (kl_coefficients(*pair) == (1,)) == smooth


@given(comparable_pairs())
def test_coefficient_of_q_from_coatoms_and_r_tilde(pair) -> None:
    interval = BruhatInterval(*pair)
    r_tilde = dict(enumerate(r_tilde_polynomial(*pair)))
    f = interval.length - r_tilde.get(interval.length - 2, 0)
    assert dict(enumerate(kl_coefficients(*pair))).get(1, 0) == len(interval.coatoms) - f


def test_intervals_of_length_three_are_crowns() -> None:
    xs, ws = all_pairs(4)
    crowns = {}
    for x, w in zip(xs, ws, strict=True):
        interval = BruhatInterval(x + 1, w + 1)
        if interval.length == 3:
            crowns[interval.rank_sizes] = kl_coefficients(interval.x, interval.w)
    assert crowns == {(1, 2, 2, 1): (1,), (1, 3, 3, 1): (1,), (1, 4, 4, 1): (1, 1)}


@given(comparable_pairs())
def test_inverse_and_conjugate_intervals_have_the_same_counts(pair) -> None:
    interval = BruhatInterval(*pair)
    for image in (inverse, conjugate_by_w0):
        other = BruhatInterval(image(interval.x), image(interval.w))
        assert other.rank_sizes == interval.rank_sizes
        assert other.num_edges == interval.num_edges


@given(comparable_pairs())
def test_dual_interval_is_the_reversed_graph(pair) -> None:
    interval = BruhatInterval(*pair)
    x, w = (tuple(interval.n + 1 - value for value in z) for z in (interval.w, interval.x))
    dual, graph = BruhatInterval(x, w).graph, interval.graph
    assert dual.rank_sizes.tolist() == graph.reversed().rank_sizes.tolist()
    assert sorted(map(tuple, dual.reflections)) == sorted(map(tuple, graph.reflections))
    assert graph.reversed().reversed() == graph


def test_one_element() -> None:
    interval = BruhatInterval("3142", "3142")
    assert (interval.num_nodes, interval.num_edges, interval.length) == (1, 0, 0)
    assert interval.nodes == ((3, 1, 4, 2),)
    assert interval.rank_sizes == (1,)
    assert BruhatInterval("1", "1").num_nodes == 1


@pytest.mark.parametrize("n", [8, 11, 15])
def test_sizes_far_beyond_what_can_be_listed(n: int) -> None:
    bottom, top = tuple(range(1, n + 1)), tuple(range(n, 0, -1))
    assert interval_size(bottom, top) == math.factorial(n)
    sizes = interval_rank_sizes(bottom, top)
    assert sum(sizes) == math.factorial(n)
    assert sizes[:2] == (1, n - 1)
    assert sizes == sizes[::-1]


def test_small_intervals_of_s14_are_quick_and_right() -> None:
    x = (2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13)
    w = (4, 1, 6, 3, 2, 5, 8, 7, 10, 9, 12, 11, 14, 13)
    small = BruhatInterval(x[:6], w[:6])
    large = BruhatInterval(x, w)
    assert large.rank_sizes == small.rank_sizes
    assert large.graph == small.graph


def test_batch_is_the_same_as_one_at_a_time() -> None:
    xs, ws = all_pairs(4)
    for x, w, graph in zip(xs, ws, build_intervals(xs, ws), strict=True):
        assert graph == BruhatInterval(x + 1, w + 1).graph


def test_boolean_interval_of_a_dyadically_well_distributed_permutation() -> None:
    interval = BruhatInterval("15372648", "84627351")
    assert interval.num_nodes == 4096
    assert interval.rank_sizes == tuple(math.comb(12, k) for k in range(13))
    assert interval.graph.out_degrees.tolist() == (12 - interval.ranks).tolist()


@pytest.mark.parametrize(
    ("x", "w", "condition"),
    [
        ("1324", "1243", "#{a<=2 : x(a)>=3} = 1, but #{a<=2 : w(a)>=3} = 0"),
        ("21", "12", "It is above: exchange the two."),
    ],
)
def test_incomparable_pair_says_which_condition_fails(x: str, w: str, condition: str) -> None:
    with pytest.raises(IntervalError, match="not below") as caught:
        BruhatInterval(x, w)
    assert condition in str(caught.value)
    with pytest.raises(IntervalError, match=f"{x} is not below {w}"):
        build_intervals(*(to_array([int(c) for c in z])[None] for z in (x, w)))


def test_reason_is_given_exactly_when_there_is_no_interval() -> None:
    words = np.array(list(itertools.permutations(range(5))), dtype=np.int8)
    for x in words[::7]:
        sizes = interval_sizes(np.tile(x, (len(words), 1)), words)
        for w, size in zip(words, sizes, strict=True):
            assert bool(why_not_below(tuple(x + 1), tuple(w + 1))) == (size == 0)


def test_bad_input() -> None:
    with pytest.raises(PermutationError, match="12a"):
        BruhatInterval("12a", "321")
    with pytest.raises(PermutationError, match="same length"):
        BruhatInterval("12", "321")
    with pytest.raises(UsageError, match="n up to 15, not 16"):
        BruhatInterval(range(1, 17), range(16, 0, -1))
    with pytest.raises(UsageError, match=r"\(K, n\)"):
        interval_sizes(np.zeros((2, 3), np.int8), np.zeros((1, 3), np.int8))


def test_too_large_for_memory_is_said_before_starting() -> None:
    interval = BruhatInterval(range(1, 15), range(14, 0, -1))
    assert interval.num_nodes == math.factorial(14)
    with pytest.raises(MemoryLimitError, match="S_14"):
        _ = interval.graph


def test_prints_as_a_mathematician_would_write_it() -> None:
    interval = BruhatInterval("1324", "3412")
    assert repr(interval) == "BruhatInterval('1324', '3412')"
    assert interval._repr_latex_() == r"$[1324,\,3412]\subset S_{4}$"
    assert eval(repr(interval)) == interval
    assert len({interval, BruhatInterval((1, 3, 2, 4), [3, 4, 1, 2])}) == 1
