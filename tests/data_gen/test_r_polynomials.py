"""R and R-tilde against their other definitions and identities."""

from functools import cache
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_gen.bruhat import bruhat_leq, unrank_permutations
from data_gen.errors import PermutationError, UsageError
from data_gen.permutations import Permutation, from_array, inverse, length
from data_gen.r_polynomials import (
    RTable,
    r_from_r_tilde,
    r_polynomial,
    r_row,
    r_tilde_polynomial,
    r_tilde_row,
)


@cache
def table(n: int) -> RTable:
    return RTable.compute(n)


def all_of(n: int) -> list[Permutation]:
    count = len(table(n).ids(range(1, n + 1)))
    return [from_array(x) for x in unrank_permutations(np.arange(count), n)]


def by_increasing_paths(x: Permutation, w: Permutation) -> dict[int, int]:
    """Dyer's theorem: paths of reflections (i, j) that increase lexicographically, by length."""
    counts: dict[int, int] = {}

    def walk(z: Permutation, after: tuple[int, int], steps: int) -> None:
        if z == w:
            counts[steps] = counts.get(steps, 0) + 1
        for i, j in combinations(range(len(z)), 2):
            if (i, j) > after and z[i] < z[j]:
                higher = list(z)
                higher[i], higher[j] = z[j], z[i]
                if bruhat_leq(higher, w):
                    walk(tuple(higher), (i, j), steps + 1)

    walk(x, (-1, -1), 0)
    return counts


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_dyers_theorem(n: int) -> None:
    for w in all_of(n):
        for x in all_of(n):
            if not bruhat_leq(x, w):
                assert r_tilde_polynomial(x, w) == ()
                continue
            found = {k: c for k, c in enumerate(r_tilde_polynomial(x, w)) if c}
            assert found == by_increasing_paths(x, w)


@given(st.permutations(range(1, 8)).map(tuple), st.permutations(range(1, 8)).map(tuple))
def test_pair_agrees_with_table(x, w) -> None:
    assert r_tilde_polynomial(x, w) == table(7).r_tilde(x, w)
    assert r_polynomial(x, w) == table(7).r(x, w)
    assert table(7).r_tilde(x, w) == table(7).r_tilde(inverse(x), inverse(w))


@given(st.permutations(range(1, 8)).map(tuple), st.permutations(range(1, 8)).map(tuple))
def test_duality(x, w) -> None:
    """R~_{w0 w, w0 x} = R~_{x,w}."""
    turned = [tuple(8 - value for value in z) for z in (w, x)]
    assert table(7).r_tilde(x, w) == table(7).r_tilde(*turned)


@pytest.mark.parametrize(("n", "pairs"), [(1, 1), (3, 19), (4, 213), (5, 3781), (6, 98407)])
def test_number_of_pairs(n: int, pairs: int) -> None:
    assert table(n).num_pairs == pairs


def test_row_agrees_with_pairs() -> None:
    row = r_tilde_row("21345", "45312")
    assert list(row) == sorted(row)
    assert {a for a in all_of(5) if bruhat_leq("21345", a) and bruhat_leq(a, "45312")} == set(row)
    for a, polynomial in row.items():
        assert polynomial == table(5).r_tilde(a, "45312")
    assert r_tilde_row("45312", "21345") == {}


def test_row_of_r_agrees_with_pairs() -> None:
    x, w = (1, 3, 2, 4, 5), (4, 5, 3, 1, 2)
    row = r_row(x, w)
    assert row == {a: r_polynomial(a, w) for a in row}
    assert list(row) == list(r_tilde_row(x, w))
    assert r_row(w, x) == {}


def test_orthogonality() -> None:
    """sum_a (-1)^{l(x,a)} R~_{x,a} R~_{a,w} = 0 for x < w."""
    for x, w in (("12345", "54321"), ("21345", "45312"), ("13254", "53412")):
        total = np.zeros(40, dtype=np.int64)
        for a in all_of(5):
            first, second = table(5).r_tilde(x, a), table(5).r_tilde(a, w)
            if first and second:
                product = np.convolve(first, second)
                total[: len(product)] += (-1) ** length(a) * product
        assert not total.any()


def test_shape_beyond_the_table() -> None:
    w = (9, 11, 2, 12, 1, 10, 3, 4, 8, 5, 7, 6)
    x = (2, 9, 1, 11, 3, 10, 4, 12, 5, 8, 6, 7)
    polynomial = r_tilde_polynomial(x, w)
    gap = length(w) - length(x)
    assert len(polynomial) == gap + 1
    assert polynomial[-1] == 1
    assert not any(polynomial[gap - 1 :: -2])
    assert r_polynomial(x, w)[-1] == 1
    assert sum(r_polynomial(x, w)) == 0


def test_r_of_equal_pair_and_of_none() -> None:
    assert r_polynomial("321", "321") == (1,)
    assert r_from_r_tilde((), 0) == ()


def test_bad_input() -> None:
    with pytest.raises(UsageError, match="n = 8"):
        RTable.compute(8)
    with pytest.raises(PermutationError, match="'12'"):
        table(3).r_tilde("12", "123")
    with pytest.raises(UsageError, match="n = 16"):
        r_tilde_polynomial(range(1, 17), range(1, 17))
