"""Cores: pairs with the same core are isomorphic, and the core is what it claims to be."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_gen.bruhat import bruhat_leq, rank_permutations, unrank_permutations
from data_gen.cores import canonical_cores, split_key
from data_gen.intervals import BruhatInterval, build_intervals, interval_sizes
from data_gen.isomorphism import certificates
from data_gen.permutations import conjugate_by_w0, from_array, inverse


def all_pairs(n: int) -> tuple[np.ndarray, np.ndarray]:
    words = list(permutations(range(1, n + 1)))
    pairs = [
        (x, w)
        for x, below in enumerate(words)
        for w, above in enumerate(words)
        if bruhat_leq(below, above)
    ]
    return tuple(np.array(column, dtype=np.int64) for column in zip(*pairs, strict=True))


def core_pair(key: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    m, x = split_key(key[:1])
    return unrank_permutations(x, int(m[0])), unrank_permutations(key[1:], int(m[0]))


@pytest.mark.parametrize("n", [3, 4, pytest.param(5, marks=pytest.mark.slow)])
def test_the_core_is_isomorphic_to_the_interval(n):
    xs, ws = all_pairs(n)
    keys = canonical_cores(n, xs, ws)
    names = certificates(build_intervals(unrank_permutations(xs, n), unrank_permutations(ws, n)))
    distinct, place = np.unique(keys, axis=0, return_inverse=True)
    name_of_core = [certificates(build_intervals(*core_pair(key)))[0] for key in distinct]
    assert [name_of_core[k] for k in place.ravel()] == names
    assert len(distinct) < len(keys) / 3


def naive_core(x, w):
    """Deletes one letter at a time, and tries the four images, on tuples."""
    i = next(
        (
            i
            for i in range(len(x))
            if x[i] == w[i]
            and sum(v >= x[i] for v in x[: i + 1]) == sum(v >= x[i] for v in w[: i + 1])
        ),
        None,
    )
    if i is not None and len(x) > 1:
        return naive_core(without(x, i), without(w, i))
    turns = (lambda z: z, inverse, conjugate_by_w0, lambda z: inverse(conjugate_by_w0(z)))
    return min((turn(x), turn(w)) for turn in turns)


def without(word, i):
    return tuple(v - (v > word[i]) for k, v in enumerate(word) if k != i)


@st.composite
def intervals(draw, largest=7):
    """A pair x <= w: a permutation and some reflections that make it longer."""
    n = draw(st.integers(2, largest))
    x = list(draw(st.permutations(range(1, n + 1))))
    w = list(x)
    for i, j in draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=8)):
        if i < j and w[i] < w[j]:
            w[i], w[j] = w[j], w[i]
    return tuple(x), tuple(w)


def ranks_of(pair):
    return tuple(np.array([rank_permutations(np.array(word))], dtype=np.int64) for word in pair)


@given(intervals())
def test_like_the_naive_definition(pair):
    key = canonical_cores(len(pair[0]), *ranks_of(pair))[0]
    x, w = (from_array(word[0]) for word in core_pair(key))
    assert (x, w) == naive_core(*pair)


@given(intervals())
def test_symmetric_pairs_share_their_core_and_the_number_of_elements(pair):
    n = len(pair[0])
    key = canonical_cores(n, *ranks_of(pair))[0]
    for turn in (inverse, conjugate_by_w0):
        image = tuple(turn(word) for word in pair)
        assert (canonical_cores(n, *ranks_of(image))[0] == key).all()
    assert interval_sizes(*core_pair(key))[0] == BruhatInterval(*pair).num_nodes
