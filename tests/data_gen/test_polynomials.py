"""Polynomials as text, and q-derived ones."""

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from numpy.polynomial import polynomial as peer

from data_gen.polynomials import format_polynomial, from_q_derived, q_derived, trimmed


@pytest.mark.parametrize(
    ("coefficients", "text"),
    [
        ((), "0"),
        ((0, 0), "0"),
        ((1,), "1"),
        ((-1,), "-1"),
        ((0, 1), "q"),
        ((1, 2, 1), "1 + 2q + q^2"),
        ((-1, 2, -2, 1), "-1 + 2q - 2q^2 + q^3"),
        ((0, 0, -1), "-q^2"),
        ((0,) * 10 + (12,), "12q^10"),
    ],
)
def test_examples(coefficients: tuple[int, ...], text: str) -> None:
    assert format_polynomial(coefficients) == text


@given(st.lists(st.integers(-20, 20), max_size=12))
def test_sympy_reads_it_back(coefficients: list[int]) -> None:
    q = sympy.Symbol("q")
    text = format_polynomial(coefficients).replace("q", "*q").replace("^", "**")
    text = text.replace(" *q", " 1*q").replace("-*q", "-1*q")
    read = sympy.sympify("1" + text if text.startswith("*") else text, locals={"q": q})
    assert sympy.expand(read - sum(c * q**k for k, c in enumerate(coefficients))) == 0


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=4).map(trimmed), st.integers(0, 4))
def test_the_derived_polynomial_is_a_quotient_and_gives_p_back(
    p: tuple[int, ...], extra: int
) -> None:
    length = 2 * len(p) - 1 + extra  # so that deg P <= (l - 1) / 2
    quotient = q_derived(p, length)
    whole = [0] * (length + 1)
    for k, c in enumerate(p):
        whole[length - k] += c
        whole[k] -= c
    product = peer.polymul(quotient or (0,), (-1, 1))
    assert trimmed([round(value) for value in product]) == trimmed(whole)
    padded = quotient + (0,) * (length - len(quotient))
    assert padded == padded[::-1]
    assert from_q_derived(quotient, length) == p
