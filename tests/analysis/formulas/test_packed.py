"""Packed polynomials behave as polynomials."""

from hypothesis import given
from hypothesis import strategies as st
from numpy.polynomial import polynomial as peer

from analysis.formulas.packed import BITS, pack, power_of_q_minus_1, unpack
from data_gen.polynomials import trimmed

coefficients = st.lists(st.integers(-(2**20), 2**20), max_size=6).map(trimmed)


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
