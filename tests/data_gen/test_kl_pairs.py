"""Polynomials of many single pairs: against tables, and against identities beyond them."""

from itertools import permutations

import numpy as np
import pytest

from data_gen import kl_pairs, kl_single
from data_gen.bruhat import bruhat_leq_arrays, rank_permutations, unrank_permutations
from data_gen.cores import canonical_cores, split_key
from data_gen.errors import IntervalError, MemoryLimitError, UsageError
from data_gen.intervals import BruhatInterval, interval_sizes
from data_gen.kl_pairs import extremal_cores, polynomials_of_cores, polynomials_of_pairs
from data_gen.kl_single import kl_coefficients
from data_gen.kl_table import KLTable
from data_gen.parallel import process_pool, run_tasks
from data_gen.permutations import from_array, left_descents, right_descents
from data_gen.sampling import sample_pairs
from data_gen.words import lengths


def all_pairs(n: int) -> tuple[np.ndarray, np.ndarray]:
    words = np.array(list(permutations(range(n))))
    xs, ws = np.nonzero(bruhat_leq_arrays(words[:, None], words[None]))
    return xs.astype(np.int64), ws.astype(np.int64)


def from_table(n: int, xs: np.ndarray, ws: np.ndarray) -> list[tuple[int, ...]]:
    table = KLTable.compute(n)
    return [table.polynomials[k] for k in table.lookup(xs, ws)]


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
def test_every_pair(n) -> None:
    xs, ws = all_pairs(n)
    assert polynomials_of_pairs(n, xs, ws) == from_table(n, xs, ws)


@pytest.mark.parametrize("n", [6, 7, 8, pytest.param(9, marks=pytest.mark.slow)])
def test_random_pairs_against_the_table(n) -> None:
    xs, ws = sample_pairs(n, 3000, seed=n)
    assert polynomials_of_pairs(n, xs, ws) == from_table(n, xs, ws)


@pytest.mark.parametrize("n", [6, 7])
def test_single_pairs_give_what_the_table_gives(n, monkeypatch) -> None:
    xs, ws = sample_pairs(n, 400, seed=1)
    monkeypatch.setattr(kl_pairs, "_LARGEST_TABLE", 0)
    assert polynomials_of_pairs(n, xs, ws) == from_table(n, xs, ws)


@pytest.mark.parametrize("n", [9, 11, 14])
def test_reduction_keeps_the_polynomial(n) -> None:
    xs, ws = sample_pairs(n, 150, seed=2, walks=True, max_length=16, max_nodes=5000)
    words = zip(unrank_permutations(xs, n), unrank_permutations(ws, n), strict=True)
    expected = [kl_coefficients(from_array(x), from_array(w)) for x, w in words]
    assert polynomials_of_pairs(n, xs, ws) == expected
    assert polynomials_of_cores(canonical_cores(n, xs, ws)) == expected
    assert len(set(expected)) > 4


@pytest.mark.parametrize("n", [4, 8, 12, 14])
def test_reduced_pairs_are_extremal_and_reduced(n) -> None:
    xs, ws = sample_pairs(n, 150, seed=3)
    keys = extremal_cores(n, xs, ws)
    degrees, bottoms = split_key(keys[:, 0])
    for m, x_rank, key in zip(degrees.tolist(), bottoms, keys, strict=True):
        x, w = (from_array(unrank_permutations(rank, m)) for rank in (x_rank, key[1]))
        assert left_descents(w) <= left_descents(x)
        assert right_descents(w) <= right_descents(x)
        again = extremal_cores(m, np.array([x_rank]), key[1:])
        assert (again == key).all()


def interval_of(n: int, seed: int, least: int, most: int) -> BruhatInterval:
    """Of a sample the one whose polynomial has the largest degree."""
    xs, ws = sample_pairs(n, 400, seed, walks=True, max_nodes=most)
    below, above = unrank_permutations(xs, n), unrank_permutations(ws, n)
    large = np.flatnonzero(interval_sizes(below, above) >= least)
    degrees = [len(p) for p in polynomials_of_pairs(n, xs[large], ws[large])]
    chosen = large[int(np.argmax(degrees))]
    return BruhatInterval(from_array(below[chosen]), from_array(above[chosen]))


def all_in(interval: BruhatInterval) -> list[tuple[int, ...]]:
    """P_{z,w} for every vertex z."""
    xs = rank_permutations(interval.node_array)
    return polynomials_of_pairs(interval.n, xs, np.full_like(xs, xs[-1]))


def r_tilde_from(interval: BruhatInterval, z: int) -> np.ndarray:
    """R~_{z,a} for every vertex a, by Dyer's increasing paths: int64[N, length + 1]."""
    counts = np.zeros((interval.num_nodes, interval.length + 1), dtype=np.int64)
    counts[z, 0] = 1
    labels = interval.reflections.astype(np.int64) @ [16, 1]
    for label in np.unique(labels):  # each vertex has at most one edge of each label
        sources, targets = interval.edges[labels == label].T
        counts[targets, 1:] += counts[sources, :-1]
    return counts


@pytest.mark.parametrize("n", [10, 11, 12, 14])
def test_inversion_formula(n) -> None:
    """q^l P_{z,w}(1/q) = sum over a of R_{z,a} P_{a,w} (Kazhdan-Lusztig 1979): it determines P.

    R comes from paths in the graph (Dyer, Compositio Math. 1993), so nothing is shared with the
    recursion.
    """
    interval = interval_of(n, seed=5, least=60, most=250)
    polynomials, ranks, top = all_in(interval), interval.ranks, interval.length
    assert polynomials[-1] == (1,)
    assert max(map(len, polynomials)) >= 3
    power = [np.array([1])]  # of q - 1
    for _ in range(top):
        power.append(np.convolve(power[-1], [-1, 1]))
    for z in range(interval.num_nodes):
        r_tilde, gap = r_tilde_from(interval, z), top - ranks[z]
        total = np.zeros(top + 1, dtype=np.int64)
        for a, k in zip(*np.nonzero(r_tilde), strict=True):
            term = r_tilde[a, k] * np.convolve(power[k], polynomials[a])
            shift = (ranks[a] - ranks[z] - k) // 2
            total[shift : shift + len(term)] += term
        assert 2 * (len(polynomials[z]) - 1) < gap or gap == 0
        padded = np.zeros(gap + 1, dtype=np.int64)
        padded[: len(polynomials[z])] = polynomials[z]
        assert total[: gap + 1].tolist() == padded[::-1].tolist()
        assert not total[gap + 1 :].any()


@pytest.mark.parametrize("n", [9, 12, 14])
def test_derivative_at_one_and_monotonicity(n) -> None:
    """sum over edges z -> y of P_{y,w}(1) = l P_{z,w}(1) - 2 P'_{z,w}(1), l = l(w) - l(z).

    And P_{z,w} - P_{y,w} has no negative coefficient (Irving 1988; Braden-MacPherson 2001).
    """
    interval = interval_of(n, seed=6, least=1000, most=5000)
    polynomials = all_in(interval)
    degree = max(map(len, polynomials))
    values = np.array([p + (0,) * (degree - len(p)) for p in polynomials])
    sources, targets = interval.edges.T
    total = np.zeros(interval.num_nodes, dtype=np.int64)
    np.add.at(total, sources, values[targets].sum(axis=1))
    gaps = interval.length - interval.ranks.astype(np.int64)
    assert (total == gaps * values.sum(axis=1) - 2 * values @ np.arange(degree)).all()
    assert (values[sources] >= values[targets]).all()
    assert degree >= 3


def test_of_one_core_one_polynomial_is_computed(monkeypatch) -> None:
    seen = []
    monkeypatch.setattr(kl_pairs, "_LARGEST_TABLE", 0)
    monkeypatch.setattr(kl_pairs, "_single", lambda x, w, seconds: seen.append((x, w)) or (1, 1))
    xs, ws = np.array([0, 2, 2]), np.array([16, 16, 16])  # 1234, 1324 < 3412
    assert polynomials_of_pairs(4, xs, ws) == [(1, 1)] * 3
    assert len(seen) == 1


def test_no_pairs() -> None:
    nothing = np.zeros(0, np.int64)
    assert polynomials_of_pairs(14, nothing, nothing) == []


@pytest.mark.slow
def test_in_worker_processes() -> None:
    xs, ws = sample_pairs(12, 300, seed=1, walks=True, max_nodes=2000)
    tasks = [(k, (12, xs[k : k + 100], ws[k : k + 100])) for k in (0, 100, 200)]
    with process_pool(2) as executor:
        found = dict(run_tasks(polynomials_of_pairs, tasks, executor))
    assert found[0] + found[100] + found[200] == polynomials_of_pairs(12, xs, ws)


@pytest.mark.slow
def test_large_intervals_of_s12() -> None:
    """Uniform pairs with no limit: degrees and symmetry, in a second each at most."""
    xs, ws = sample_pairs(12, 60, seed=4)
    polynomials = polynomials_of_pairs(12, xs, ws, seconds=60)
    below, above = unrank_permutations(xs, 12), unrank_permutations(ws, 12)
    for polynomial, gap in zip(polynomials, lengths(above) - lengths(below), strict=True):
        assert polynomial[0] == 1
        assert min(polynomial) >= 0
        assert 2 * (len(polynomial) - 1) < max(gap, 1)
    inverses = [rank_permutations(np.argsort(words, axis=1)) for words in (below, above)]
    assert polynomials_of_pairs(12, *inverses, seconds=60) == polynomials


def hard_pair() -> tuple[np.ndarray, np.ndarray]:
    """2 1 4 3 6 5 8 7 10 9 below 7 8 2 9 4 10 1 3 6 5: many rows, each of them small."""
    pair = np.array([[2, 1, 4, 3, 6, 5, 8, 7, 10, 9], [7, 8, 2, 9, 4, 10, 1, 3, 6, 5]])
    xs, ws = rank_permutations(pair)[:, None]
    return xs, ws


def test_a_pair_that_takes_too_long() -> None:
    with pytest.raises(UsageError, match=r"x = .*,.* and w = .*within 0 seconds.*--max-nodes"):
        polynomials_of_pairs(10, *hard_pair(), seconds=0)
    assert len(polynomials_of_pairs(10, *hard_pair())[0]) > 2


def test_a_pair_that_takes_too_much_memory(monkeypatch) -> None:
    monkeypatch.setattr(kl_single, "available_bytes", lambda: 100)
    with pytest.raises(MemoryLimitError, match=r"x = .*,.* and w = .*75 bytes"):
        polynomials_of_pairs(10, *hard_pair())


def test_bad_input() -> None:
    ranks = np.array([0, 5])
    with pytest.raises(IntervalError, match="321 is not below 123"):
        polynomials_of_pairs(3, ranks, ranks[::-1])
    with pytest.raises(UsageError, match="n = 15"):
        extremal_cores(15, ranks, ranks)
    with pytest.raises(UsageError, match="lies between 0 and 5"):
        polynomials_of_pairs(3, ranks, ranks + 1)
