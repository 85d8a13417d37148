"""The hypercube formula gives Kazhdan-Lusztig polynomials, whichever letter decomposes."""

from contextlib import contextmanager
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_gen.bruhat import rank_permutations, unrank_permutations
from data_gen.errors import IntervalError, PermutationError, UsageError
from data_gen.hypercube_formula import HypercubePieces, hypercube_pieces, polynomials_by_hypercubes
from data_gen.interval_batch import interval_sizes
from data_gen.kl_table import KLTable
from data_gen.permutations import conjugate_by_w0, from_array, inverse
from data_gen.words import lengths

DECOMPOSITIONS = ("first", "last", "pos1", "posn")

# (x, w, Q, J, P) of the first decomposition, worked out by an independent naive program.
WORKED_EXAMPLES = [
    ("123", "321", (0, 1, 1), (1,), (1,)),
    ("1324", "3412", (0, 1, 1), (1, 1), (1, 1)),
    ("2143", "4231", (0, 1, 1), (1, 1), (1, 1)),
    ("1234", "4321", (0, 0, 0, 1, 1, 1), (1, 1, 1), (1,)),
    ("1234", "3412", (0, 0, 1, 1), (1, 2, 1), (1, 1)),
    ("1324", "4231", (0, 0, 1, 1), (1, 1), (1,)),
    ("14325", "52341", (0, 0, 1, 1), (1, 1), (1,)),
    ("12345", "52341", (0, 0, 0, 1, 3, 3, 1), (1, 3, 4, 3, 1), (1, 2, 1)),
    ("132546", "345612", (0, 0, 0, 1, 3, 1), (1, 4, 5, 4, 1), (1, 3, 1)),
    ("132546", "351624", (0, 0, 1, 2, 1), (1, 3, 3, 1), (1, 2, 1)),
    ("132546", "651234", (0, 0, 0, 0, 0, 1, 1), (1, 1, 1, 1, 1), (1,)),
    ("132546", "456312", (0, 0, 0, 0, 0, 0, 2, 1, 1), (1, 1, 3, 3, 3, 3, 1), (1, 0, 2)),
]

Pairs = tuple[np.ndarray, np.ndarray]


@cache
def table(n: int) -> KLTable:
    return KLTable.compute(n)


@cache
def all_pairs(n: int) -> Pairs:
    tops = [(table(n).below(w), w) for w in range(len(table(n).ids(range(1, n + 1))))]
    return np.concatenate([xs for xs, _ in tops]), np.repeat(
        [w for _, w in tops], [len(xs) for xs, _ in tops]
    )


def truth(n: int, pairs: Pairs) -> list[tuple[int, ...]]:
    return [table(n).polynomials[k] for k in table(n).lookup(*pairs)]


def random_pairs(n: int, number: int, largest: int, seed: int) -> Pairs:
    """Pairs below random w, of at most so many elements."""
    rng = np.random.default_rng(seed)
    found = []
    while sum(map(len, found)) < number:
        w = int(rng.integers(len(table(n).ids(range(1, n + 1)))))
        xs = rng.choice(table(n).below(w), 20)
        ws = np.full_like(xs, w)
        sizes = interval_sizes(unrank_permutations(xs, n), unrank_permutations(ws, n))
        found.append(np.stack([xs, ws], axis=1)[sizes <= largest])
    xs, ws = np.concatenate(found)[:number].T
    return xs, ws


@pytest.mark.parametrize(("x", "w", "q", "j", "p"), WORKED_EXAMPLES)
def test_pieces_of_the_worked_examples(x, w, q, j, p):
    assert hypercube_pieces(x, w) == HypercubePieces(q, j, p)


@pytest.mark.parametrize("decomposition", DECOMPOSITIONS)
@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_all_pairs_of_small_groups(n, decomposition):
    pairs = all_pairs(n)
    assert polynomials_by_hypercubes(n, *pairs, decomposition) == truth(n, pairs)


def test_all_pairs_of_s5():
    pairs = all_pairs(5)
    assert len(pairs[0]) == 3781
    assert polynomials_by_hypercubes(5, *pairs) == truth(5, pairs)


@pytest.mark.slow
@pytest.mark.parametrize("decomposition", DECOMPOSITIONS)
def test_all_pairs_of_s6(decomposition):
    pairs = all_pairs(6)
    assert len(pairs[0]) == 98407
    assert polynomials_by_hypercubes(6, *pairs, decomposition) == truth(6, pairs)


@pytest.mark.slow
@pytest.mark.parametrize(("n", "number", "largest"), [(8, 5000, 500), (9, 500, 2000)])
def test_random_pairs_of_large_groups(n, number, largest):
    pairs = random_pairs(n, number, largest, seed=n)
    for decomposition in DECOMPOSITIONS:
        assert polynomials_by_hypercubes(n, *pairs, decomposition) == truth(n, pairs)


@settings(max_examples=15)
@given(st.integers(0, 2**32), st.sampled_from(DECOMPOSITIONS))
def test_random_pairs_of_s7(seed, decomposition):
    pairs = random_pairs(7, 20, 300, seed)
    assert polynomials_by_hypercubes(7, *pairs, decomposition) == truth(7, pairs)


@settings(max_examples=30)
@given(st.integers(0, 3780))
def test_the_decompositions_are_images_of_each_other(k):
    """Inversion exchanges first and pos1, conjugation by w0 first and last: Q and J stay."""
    x, w = (from_array(unrank_permutations(ranks[k], 5)) for ranks in all_pairs(5))
    pieces = hypercube_pieces(x, w)
    assert hypercube_pieces(inverse(x), inverse(w), "pos1") == pieces
    assert hypercube_pieces(conjugate_by_w0(x), conjugate_by_w0(w), "last") == pieces
    turned = (conjugate_by_w0(inverse(z)) for z in (x, w))
    assert hypercube_pieces(*turned, "posn") == pieces


def test_only_polynomials_of_shorter_intervals_are_looked_up(monkeypatch):
    seen = []
    look_up = KLTable.lookup

    def recording(self, xs, ws):
        seen.append((self.n, *map(np.ravel, np.broadcast_arrays(xs, ws))))
        return look_up(self, xs, ws)

    monkeypatch.setattr(KLTable, "lookup", recording)
    x, w = rank_permutations(np.array([[1, 2, 3, 4, 5], [5, 2, 3, 4, 1]]))
    assert polynomials_by_hypercubes(5, np.array([x]), np.array([w])) == [(1, 2, 1)]
    assert {n for n, _, _ in seen} == {4, 5}
    for n, xs, ws in seen:
        ends = unrank_permutations(xs, n), unrank_permutations(ws, n)
        assert (lengths(ends[1]) - lengths(ends[0])).max() < 7


def test_progress_is_reported():
    shown = []

    @contextmanager
    def progress(title):
        yield lambda done, total: shown.append((title, done, total))

    polynomials_by_hypercubes(4, *all_pairs(4), progress=progress)
    assert {title for title, _, _ in shown} == {"hypercube formula"}
    assert [done for _, done, _ in shown] == sorted(done for _, done, _ in shown)
    assert shown[-1][1:] == (189, 213)  # where x = w nothing is to be done


def test_no_pairs():
    none = np.empty(0, np.int64)
    assert polynomials_by_hypercubes(5, none, none) == []


def test_bad_input_is_refused():
    with pytest.raises(IntervalError, match="3412 is not below 1324"):
        hypercube_pieces("3412", "1324")
    with pytest.raises(PermutationError):
        hypercube_pieces("3412", "132")
    with pytest.raises(UsageError, match="there is no decomposition 'middle'"):
        hypercube_pieces("1324", "3412", "middle")
    with pytest.raises(UsageError, match="lexicographic rank of S_4"):
        polynomials_by_hypercubes(4, np.array([0]), np.array([24]))
