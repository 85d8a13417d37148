"""Polynomials with integer coefficients as single integers: their values at q = 2^64.

Sums and products of such values are those of the polynomials, exactly, as long as the coefficients
of the result stay below 2^63 in absolute value (Kronecker's substitution). Those of R-tilde and
Kazhdan-Lusztig polynomials of any interval that can be listed stay far below.
"""

from __future__ import annotations

from functools import lru_cache

__all__ = ["BITS", "pack", "power_of_q_minus_1", "unpack"]

BITS = 64
"""Multiplication by q is a shift by so many bits."""

Polynomial = tuple[int, ...]

_HALF = 1 << BITS - 1
_MASK = (1 << BITS) - 1


@lru_cache(maxsize=1 << 16)
def pack(polynomial: Polynomial) -> int:
    """The value at q = 2^64.

    Example:
        >>> pack((1, 2)) == 1 + 2 * 2**64
        True
    """
    value = 0
    for coefficient in reversed(polynomial):
        value = (value << BITS) + coefficient
    return value


@lru_cache(maxsize=1 << 16)
def unpack(value: int) -> Polynomial:
    """The polynomial with coefficients between -2^63 and 2^63 that has this value at 2^64.

    Example:
        >>> unpack(pack((0, -1, 3)))
        (0, -1, 3)
    """
    coefficients = []
    while value:
        coefficient = value & _MASK
        if coefficient >= _HALF:
            coefficient -= 1 << BITS
        coefficients.append(coefficient)
        value = (value - coefficient) >> BITS
    return tuple(coefficients)


@lru_cache(maxsize=64)
def power_of_q_minus_1(exponent: int) -> int:
    """(q - 1) to a power, packed.

    Example:
        >>> unpack(power_of_q_minus_1(2))
        (1, -2, 1)
    """
    return int(((1 << BITS) - 1) ** exponent)
