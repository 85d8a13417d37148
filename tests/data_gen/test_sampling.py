"""Samples: the distribution, the sequence behind it, the limits, and when to give up."""

import hashlib
from collections import Counter
from itertools import permutations
from math import factorial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from data_gen import sampling
from data_gen import sampling_kernels as kernels
from data_gen.bruhat import (
    bruhat_leq,
    bruhat_leq_arrays,
    rank_permutations,
    unrank_permutations,
)
from data_gen.errors import MemoryLimitError, UsageError
from data_gen.intervals import interval_size, interval_sizes
from data_gen.permutations import length
from data_gen.sampling import sample_pairs
from data_gen.words import lengths

UNLIKELY = 1e-3  # of a right implementation, once for each fixed seed


def as_set(pairs) -> set[tuple[int, int]]:
    return set(zip(*(column.tolist() for column in pairs), strict=True))


def brute_force(n, max_length=99, max_nodes=10**9) -> set[tuple[int, int]]:
    words = list(permutations(range(1, n + 1)))
    return {
        (i, j)
        for i, x in enumerate(words)
        for j, w in enumerate(words)
        if bruhat_leq(x, w)
        and length(w) - length(x) <= max_length
        and interval_size(x, w) <= max_nodes
    }


# The sequence, written down once more in plain Python.


class SplitMix64:
    def __init__(self, state: int) -> None:
        self.state = state

    def word(self) -> int:
        self.state = (self.state + 0x9E3779B97F4A7C15) % 2**64
        z = self.state
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB % 2**64
        return z ^ (z >> 31)

    def below(self, bound: int) -> int:
        while True:
            word = self.word()
            if word >= 2**64 % bound:
                return word % bound


def start(way: str, n: int, seed: int) -> SplitMix64:
    digest = hashlib.sha256(f"klgnn sample 1 {way} n={n} seed={seed}".encode()).digest()
    return SplitMix64(int.from_bytes(digest[:8], "little"))


def word_of(rank: int, n: int) -> tuple[int, ...]:
    return tuple(unrank_permutations(np.array(rank), n).tolist())


def plain_uniform(n, count, seed, max_length, max_nodes):
    random, found = start("uniform", n, seed), {}
    while len(found) < count:
        ranks = random.below(factorial(n)), random.below(factorial(n))
        x, w = (tuple(v + 1 for v in word_of(rank, n)) for rank in ranks)
        if (
            0 <= length(w) - length(x) <= max_length
            and bruhat_leq(x, w)
            and interval_size(x, w) <= max_nodes
        ):
            found[ranks] = None
    return list(found)


def covered_by(w: tuple[int, ...]) -> list[tuple[int, ...]]:
    below = []
    for i in range(len(w)):
        for j in range(i + 1, len(w)):
            if w[i] > w[j] and not any(w[j] < value < w[i] for value in w[i + 1 : j]):
                z = list(w)
                z[i], z[j] = z[j], z[i]
                below.append(tuple(z))
    return below


def inversions(w: tuple[int, ...]) -> int:
    return sum(w[i] > w[j] for j in range(len(w)) for i in range(j))


def plain_walks(n, count, seed, max_length, max_nodes):
    random, found = start("walks", n, seed), {}
    while len(found) < count:
        rank = 0
        while rank == 0:
            rank = random.below(factorial(n))
        x = w = word_of(rank, n)
        for _ in range(1 + random.below(min(inversions(w), max_length))):
            below = covered_by(x)
            x = below[random.below(len(below))]
        if interval_sizes(np.array([x]), np.array([w]))[0] <= max_nodes:
            found[int(rank_permutations(np.array(x))), rank] = None
    return list(found)


def test_the_generator_is_splitmix64() -> None:
    """The integers that other implementations give for the seed 1234567, less their top bits."""
    expected = [6457827717110365317, 3203168211198807973, 9817491932198370423]
    got = kernels.random_ranks(np.array([1234567], np.uint64), 2**62, 3)
    assert got.tolist() == [word % 2**62 for word in expected]


def test_integers_below_a_bound_are_without_bias() -> None:
    bound = 2**63 - 1 - 2**62  # 2^64 is far from a multiple: the remainder alone would show
    plain = SplitMix64(7)
    got = kernels.random_ranks(np.array([7], np.uint64), bound, 200)
    assert got.tolist() == [plain.below(bound) for _ in range(200)]


def test_the_shuffled_sequence() -> None:
    n, possible = 3, brute_force(3)
    random, codes = start("uniform", n, 5), list(range(36))
    for k in range(36):
        other = k + random.below(36 - k)
        codes[k], codes[other] = codes[other], codes[k]
    expected = [divmod(code, 6) for code in codes if divmod(code, 6) in possible]
    xs, ws = sample_pairs(n, 19, 5)
    assert list(zip(xs.tolist(), ws.tolist(), strict=True)) == expected


@pytest.mark.parametrize(("n", "max_length", "max_nodes"), [(8, 99, 10**9), (9, 8, 200)])
def test_the_uniform_sequence(n, max_length, max_nodes) -> None:
    xs, ws = sample_pairs(n, 30, 5, max_length=max_length, max_nodes=max_nodes)
    expected = plain_uniform(n, 30, 5, max_length, max_nodes)
    assert list(zip(xs.tolist(), ws.tolist(), strict=True)) == expected


@pytest.mark.parametrize(("n", "max_length", "max_nodes"), [(3, 2, 5), (8, 99, 500), (14, 9, 900)])
def test_the_sequence_of_walks(n, max_length, max_nodes) -> None:
    count = 6 if n == 3 else 30
    xs, ws = sample_pairs(n, count, -3, True, max_length, max_nodes)
    expected = plain_walks(n, count, -3, max_length, max_nodes)
    assert list(zip(xs.tolist(), ws.tolist(), strict=True)) == expected


# The distributions.


def stream(n, seed, walks=False, max_length=None, max_nodes=None, at_least=0):
    """Pairs of the sequence with their repetitions, however small n is."""
    request = sampling._Request.of(n, 1, seed, walks, max_length, max_nodes)
    blocks = (sampling._walks if walks else sampling._uniform_pairs)(request, request.start())
    pairs: list[tuple[int, int]] = []
    while len(pairs) < at_least:
        _, xs, ws = next(blocks)
        pairs += zip(xs.tolist(), ws.tolist(), strict=True)
    return pairs


@pytest.mark.parametrize(
    ("n", "limits"),
    [(4, {}), (5, {}), (5, {"max_length": 5, "max_nodes": 24}), (4, {"max_nodes": 1})],
)
def test_uniform_is_uniform(n, limits) -> None:
    possible = sorted(brute_force(n, **limits))
    drawn = Counter(stream(n, seed=2024, **limits, at_least=50 * len(possible)))
    assert set(drawn) <= set(possible)
    assert chisquare([drawn[pair] for pair in possible]).pvalue > UNLIKELY


def test_the_first_of_a_shuffle_is_uniform() -> None:
    possible = sorted(brute_force(3))
    firsts = Counter(next(iter(as_set(sample_pairs(3, 1, seed)))) for seed in range(3000))
    assert set(firsts) <= set(possible)
    assert chisquare([firsts[pair] for pair in possible]).pvalue > UNLIKELY


def walk_probabilities(n, max_length):
    """Exactly, from the definition."""
    words = [w for w in permutations(range(n)) if inversions(w)]
    probability: Counter[tuple[int, int]] = Counter()
    for w in words:
        steps = min(inversions(w), max_length)
        here = {w: 1 / len(words)}
        for _ in range(steps):
            there: Counter[tuple[int, ...]] = Counter()
            for z, p in here.items():
                for below in covered_by(z):
                    there[below] += p / len(covered_by(z))
            for z, p in there.items():
                ranks = tuple(int(rank_permutations(np.array(word))) for word in (z, w))
                probability[ranks] += p / steps
            here = dict(there)
    return probability


@pytest.mark.parametrize(("max_length", "max_nodes"), [(6, 999), (3, 999), (6, 8)])
def test_walks_have_the_distribution_that_is_documented(max_length, max_nodes) -> None:
    n, exact = 4, walk_probabilities(4, max_length)
    assert sum(exact.values()) == pytest.approx(1)
    fitting = brute_force(n, max_length, max_nodes) & set(exact)
    total = sum(exact[pair] for pair in fitting)
    drawn = Counter(stream(n, 11, True, max_length, max_nodes, at_least=100_000))
    assert set(drawn) <= fitting
    order = sorted(fitting)
    expected = [exact[pair] / total * sum(drawn.values()) for pair in order]
    assert chisquare([drawn[pair] for pair in order], expected).pvalue > UNLIKELY


# Distinct, reproducible, continued, within the limits.


@pytest.mark.parametrize("walks", [False, True])
@pytest.mark.parametrize("n", [5, 7, 9, 14])
def test_a_smaller_sample_is_a_prefix(n, walks) -> None:
    arguments = {"seed": 3, "walks": walks, "max_length": 10, "max_nodes": 5000}
    xs, ws = sample_pairs(n, 400, **arguments)
    assert xs.dtype == ws.dtype == np.int64
    assert len(as_set((xs, ws))) == 400
    for count in (0, 1, 150):
        fewer = sample_pairs(n, count, **arguments)
        assert (fewer[0] == xs[:count]).all()
        assert (fewer[1] == ws[:count]).all()


def test_the_sequence_does_not_depend_on_how_many_are_tried_at_a_time(monkeypatch) -> None:
    before = [sample_pairs(8, 300, 1, walks=walks, max_nodes=99)[0] for walks in (False, True)]
    monkeypatch.setattr(sampling, "_TRIES_AT_A_TIME", {False: 1001, True: 7})
    after = [sample_pairs(8, 300, 1, walks=walks, max_nodes=99)[0] for walks in (False, True)]
    assert all((one == other).all() for one, other in zip(before, after, strict=True))


def test_another_seed_or_way_is_another_sample() -> None:
    samples = [as_set(sample_pairs(9, 50, seed, walks)) for seed in (0, 1) for walks in (0, 1)]
    assert len(set.union(*samples)) == 200


def test_narrower_limits_pick_from_the_same_uniform_sequence() -> None:
    wide = list(zip(*(ranks.tolist() for ranks in sample_pairs(8, 2000, 4)), strict=True))
    narrow = list(zip(*(r.tolist() for r in sample_pairs(8, 50, 4, max_nodes=60)), strict=True))
    assert narrow == [pair for pair in wide if pair in set(narrow)]


@pytest.mark.parametrize("walks", [False, True])
@pytest.mark.parametrize(
    ("n", "max_length", "max_nodes"),
    [(10, None, 300), (12, 12, None), (12, 15, 2000), (14, None, 2000), (13, None, None)],
)
def test_limits(n, max_length, max_nodes, walks) -> None:
    xs, ws = sample_pairs(n, 40, 8, walks, max_length, max_nodes)
    below, above = unrank_permutations(xs, n), unrank_permutations(ws, n)
    assert bruhat_leq_arrays(below, above).all()
    gaps = lengths(above) - lengths(below)
    assert gaps.max() <= (max_length or 91)
    assert gaps.min() >= walks
    sizes = interval_sizes(below, above)
    assert sizes.max() <= (max_nodes or 10**12)
    assert len(np.unique(sizes)) > 5


def test_a_sample_can_be_everything() -> None:
    assert as_set(sample_pairs(4, 213, 1)) == brute_force(4)
    limited = brute_force(5, 4, 12)
    assert as_set(sample_pairs(5, len(limited), 1, False, 4, 12)) == limited
    assert as_set(sample_pairs(1, 1, 1)) == {(0, 0)}
    xs, ws = sample_pairs(7, 5040, 1, max_length=0)
    assert (np.sort(xs) == np.arange(5040)).all()
    assert (xs == ws).all()
    strict = {pair for pair in brute_force(4) if pair[0] != pair[1]}
    assert as_set(sample_pairs(4, len(strict), 1, walks=True)) == strict


def test_progress() -> None:
    calls: list[tuple[int, int]] = []
    sample_pairs(9, 20_000, 1, progress=lambda done, total: calls.append((done, total)))
    assert len(calls) > 1
    assert calls == sorted(calls)
    assert calls[-1] == (20_000, 20_000)


# Errors.


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        ((15, 1, 0), "n = 15.*S_14"),
        ((0, 1, 0), "n = 0.*S_1"),
        ((1, 1, 0, True), "by walks.*S_2"),
        ((5, -1, 0), "-1 pairs"),
        ((5, 1, 0, False, -1), "max_length = -1.*is 0"),
        ((5, 1, 0, True, 0), "max_length = 0.*is 1"),
        ((5, 1, 0, False, None, 0), "max_nodes = 0.*is 1"),
        ((5, 1, 0, True, None, 1), "max_nodes = 1.*is 2"),
    ],
)
def test_bad_arguments(arguments, match) -> None:
    with pytest.raises(UsageError, match=match):
        sample_pairs(*arguments)


def test_fewer_pairs_than_asked_for() -> None:
    with pytest.raises(UsageError, match=r"are 213 pairs x <= w of S_4, and 214 were.*fewer"):
        sample_pairs(4, 214, 0)
    with pytest.raises(UsageError, match="24 pairs x <= w of S_4 with at most 1 elements"):
        sample_pairs(4, 100, 0, max_nodes=1)


@pytest.mark.parametrize(("walks", "most"), [(True, 189), (False, 213)])
def test_giving_up_when_nothing_new_comes(monkeypatch, walks, most) -> None:
    monkeypatch.setattr(sampling, "_LARGEST_SHUFFLED", 0)
    with pytest.raises(UsageError, match=rf"{most} of {most + 1} pairs .* less than 2e-06"):
        sample_pairs(4, most + 1, 0, walks)


def test_giving_up_when_it_would_take_hours(monkeypatch) -> None:
    monkeypatch.setattr(sampling, "_WINDOW", 1 << 20)
    with pytest.raises(UsageError, match=r"length at most 12 and at most 2,000 el.*--walks") as one:
        sample_pairs(14, 10**7, 0, max_length=12, max_nodes=2000)
    with pytest.raises(UsageError) as other:
        sample_pairs(14, 10**7, 0, max_length=12, max_nodes=2000)
    assert str(one.value) == str(other.value)


def test_a_sample_that_does_not_fit_into_memory() -> None:
    with pytest.raises(MemoryLimitError, match="1,000,000,000,000 pairs"):
        sample_pairs(14, 10**12, 0)


# The kernels.


@st.composite
def comparable(draw):
    """A pair x <= w, 0-indexed: w is reached from x by reflections that make it longer."""
    n = draw(st.integers(2, 15))
    x = list(draw(st.permutations(range(n))))
    w = list(x)
    for i, j in draw(
        st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=30)
    ):
        if i < j and w[i] < w[j]:
            w[i], w[j] = w[j], w[i]
    return np.array([x], np.int8), np.array([w], np.int8)


@given(comparable(), st.integers(0, 20))
def test_lowered_tops_lie_between(pair, wanted) -> None:
    xs, ws = pair
    tops = kernels.lower_tops(xs, ws, wanted)
    assert bruhat_leq_arrays(xs, tops).all()
    assert bruhat_leq_arrays(tops, ws).all()
    assert lengths(tops)[0] - lengths(xs)[0] <= wanted or (lengths(ws) == lengths(xs)).all()
    if lengths(ws)[0] - lengths(xs)[0] <= wanted:
        assert (tops == ws).all()


@pytest.mark.parametrize("n", [2, 4, 9, 14, 15])
def test_comparison(n) -> None:
    rng = np.random.default_rng(n)
    xs, ws = (np.stack([rng.permutation(n) for _ in range(3000)]).astype(np.int8) for _ in range(2))
    ws[:1000] = -np.sort(-ws[:1000], axis=1)
    ws[:1000, : n // 2] = ws[:1000, : n // 2][:, ::-1]  # many of them comparable
    below = kernels.are_below(xs, ws)
    assert (below == bruhat_leq_arrays(xs, ws)).all()
    assert below.any()
    assert not below.all()
