"""Polynomials as text."""

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from data_gen.polynomials import format_polynomial


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
