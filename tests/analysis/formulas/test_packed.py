"""Packed polynomials behave as polynomials."""

from hypothesis import given
from hypothesis import strategies as st
from numpy.polynomial import polynomial as peer

from analysis.formulas.packed import (
    BITS,
    derived,
    pack,
    power_of_q_minus_1,
    recovered,
    unpack,
)
from data_gen.polynomials import trimmed

coefficients = st.lists(st.integers(-(2**20), 2**20), max_size=6).map(trimmed)
nonnegative = st.lists(st.integers(0, 1000), min_size=1, max_size=4).map(trimmed)


def polynomial(array) -> tuple[int, ...]:
    return trimmed([round(value) for value in array])


@given(coefficients, coefficients)
def test_sums_products_and_shifts(p, q):
    assert unpack(pack(p)) == p
    assert unpack(pack(p) + pack(q)) == polynomial(peer.polyadd(p or (0,), q or (0,)))
    assert unpack(pack(p) * pack(q)) == polynomial(peer.polymul(p or (0,), q or (0,)))
    assert unpack(pack(p) << BITS) == ((0, *p) if p else ())


def test_large_coefficients():
    for extreme in (2**63 - 1, -(2**63)):
        assert unpack(pack((extreme, 1))) == (extreme, 1)


def test_powers():
    for k in range(6):
        assert unpack(power_of_q_minus_1(k)) == polynomial(peer.polypow((-1, 1), k))


@given(nonnegative, st.integers(0, 4))
def test_the_derived_polynomial_is_a_quotient_and_gives_p_back(p, extra):
    length = 2 * len(p) - 1 + extra  # so that deg P <= (l - 1) / 2
    quotient = derived(p, length)
    whole = [0] * (length + 1)
    for k, c in enumerate(p):
        whole[length - k] += c
        whole[k] -= c
    assert polynomial(peer.polymul(quotient or (0,), (-1, 1))) == trimmed(whole)
    padded = quotient + (0,) * (length - len(quotient))
    assert padded == padded[::-1]
    assert recovered(quotient, length) == p
