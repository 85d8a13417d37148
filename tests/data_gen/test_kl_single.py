"""Single pairs against the table and against what is known beyond it."""

from itertools import permutations
from math import comb

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from data_gen import kl_single
from data_gen.bruhat import bruhat_leq, unrank_permutations
from data_gen.errors import (
    MemoryLimitError,
    PermutationError,
    PolynomialOverflowError,
    UsageError,
)
from data_gen.kl_single import kl_coefficients, kl_polynomial, kl_row
from data_gen.kl_table import NOT_BELOW, KLTable
from data_gen.permutations import conjugate_by_w0, from_array, inverse, length, to_array
from data_gen.r_polynomials import r_polynomial
from data_gen.words import coatoms


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_everything_small(n: int) -> None:
    table = KLTable.compute(n)
    for x in permutations(range(1, n + 1)):
        for w in permutations(range(1, n + 1)):
            assert kl_coefficients(x, w) == table.polynomial(x, w)


@pytest.mark.parametrize("n", [5, 6, 7, 8])
def test_random_pairs_against_the_table(n: int) -> None:
    table, rng = KLTable.compute(n), np.random.default_rng(n)
    checked = 0
    while checked < 40:
        w = from_array(rng.permutation(n))
        below = np.flatnonzero(table.ids(w) > 0)  # leave out the polynomial 1: too easy
        if not below.size:
            continue
        x = from_array(unrank_permutations(rng.choice(below), n))
        assert kl_coefficients(x, w) == table.polynomial(x, w)
        checked += 1


@pytest.mark.parametrize("w", ["456123", "651234", "4231", "1"])
def test_row_against_the_table(w: str) -> None:
    n = len(w)
    table = KLTable.compute(n)
    row = kl_row(range(1, n + 1), w)
    ids = table.ids(w)
    assert len(row) == (ids != NOT_BELOW).sum()
    assert list(row) == sorted(row)
    for z, polynomial in row.items():
        assert polynomial == table.polynomial(z, w)


def test_row_of_nothing() -> None:
    assert kl_row("321", "123") == {}


def down(w: tuple[int, ...], steps: int, rng: np.random.Generator) -> tuple[int, ...]:
    for _ in range(steps):
        below = coatoms(to_array(w))
        w = from_array(below[rng.integers(len(below))])
    return w


@pytest.mark.parametrize("n", [9, 11, 12, 14])
def test_symmetries_beyond_the_table(n: int) -> None:
    rng = np.random.default_rng(n)
    for _ in range(5):
        w = from_array(rng.permutation(n))
        x = down(w, min(16, length(w)), rng)
        polynomial = kl_coefficients(x, w)
        assert polynomial[0] == 1
        assert min(polynomial) >= 0
        assert 2 * (len(polynomial) - 1) < length(w) - length(x)
        assert polynomial == kl_coefficients(inverse(x), inverse(w))
        assert polynomial == kl_coefficients(conjugate_by_w0(x), conjugate_by_w0(w))


@pytest.mark.parametrize("n", [8, 9, 10])
def test_inversion_formula_on_intervals(n: int) -> None:
    """q^l P_{x,w}(1/q) = sum over a in [x, w] of R_{x,a} P_{a,w} (Kazhdan-Lusztig 1979)."""
    rng = np.random.default_rng(n)
    for _ in range(4):
        w = from_array(rng.permutation(n))
        x = down(w, min(6, length(w)), rng)
        gap = length(w) - length(x)
        total = np.zeros(gap + 1, dtype=np.int64)
        for a, polynomial in kl_row(x, w).items():
            product = np.convolve(r_polynomial(x, a), polynomial)
            total[: len(product)] += product
        coefficients = list(kl_coefficients(x, w))
        assert total.tolist()[::-1] == coefficients + [0] * (gap + 1 - len(coefficients))


@pytest.mark.parametrize("n", [4, 6, 9, 12, 15])
def test_closed_form_of_a_reflection(n: int) -> None:
    """P_{e,w} = (1 + q)^(n-3) for the transposition w of 1 and n."""
    w = (n, *range(2, n), 1)
    assert kl_coefficients(range(1, n + 1), w) == tuple(comb(n - 3, i) for i in range(n - 2))


def test_zero_and_identity() -> None:
    assert kl_coefficients("321", "123") == ()
    assert kl_polynomial("321", "123").is_zero
    assert kl_coefficients("1", "1") == (1,)


def test_sympy_polynomial() -> None:
    q = sympy.Symbol("t")
    assert kl_polynomial("1324", "3412", q) == sympy.Poly(1 + q, q, domain="ZZ")
    assert kl_polynomial("12345", "52341").all_coeffs() == [1, 2, 1]


@given(st.permutations(range(1, 7)).map(tuple), st.permutations(range(1, 7)).map(tuple))
def test_zero_exactly_off_bruhat_order(x, w) -> None:
    assert bool(kl_coefficients(x, w)) == bruhat_leq(x, w)


def test_progress() -> None:
    calls: list[tuple[int, int]] = []
    kl_coefficients("12345678", "57286431", lambda done, total: calls.append((done, total)))
    assert calls
    assert calls[-1][0] == calls[-1][1]


def test_interrupt_reaches_the_caller() -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kl_coefficients("12345678", "57286431", stop)


def test_memory_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kl_single, "available_bytes", lambda: 100)
    with pytest.raises(MemoryLimitError, match="75 bytes"):
        kl_coefficients("12345678", "57286431")


def test_a_row_is_refused_before_it_is_allocated(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = kl_single._Rows()
    monkeypatch.setattr(rows, "_limit", 1000)
    with pytest.raises(MemoryLimitError, match=r"bytes.*smaller interval"):
        rows._require(1001)


def test_overflow_is_detected(monkeypatch: pytest.MonkeyPatch) -> None:
    x, w = "2,1,4,3,6,5,8,7,10,9", "7,8,2,9,4,10,1,3,6,5"
    largest = max(kl_coefficients(x, w))
    monkeypatch.setattr(kl_single, "_COEFFICIENT_LIMIT", largest - 1)
    with pytest.raises(PolynomialOverflowError, match=str(largest - 1)):
        kl_coefficients(x, w)


def test_bad_input() -> None:
    with pytest.raises(PermutationError, match="S_3"):
        kl_coefficients("123", "1234")
    with pytest.raises(UsageError, match="n = 16"):
        kl_coefficients(range(1, 17), range(1, 17))
