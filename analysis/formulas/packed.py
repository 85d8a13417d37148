"""Polynomials with integer coefficients as single integers: their values at q = 2^64.

Sums and products of such values are those of the polynomials, exactly, as long as the coefficients
of the result stay below 2^63 in absolute value (Kronecker's substitution). Those of R-tilde and
Kazhdan-Lusztig polynomials of any interval that can be listed stay far below.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from data_gen.polynomials import trimmed

__all__ = ["BITS", "derived", "pack", "power_of_q_minus_1", "recovered", "unpack"]

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


@lru_cache(maxsize=1 << 16)
def derived(polynomial: Polynomial, length: int) -> Polynomial:
    """P^d = (q^l P(1/q) - P(q)) / (q - 1), the q-derived polynomial of P.

    Args:
        polynomial: P, of degree at most l.
        length: l, the length of the interval, at least 1.

    Example:
        >>> derived((1, 1), 3)
        (1, 2, 1)
    """
    padded = list(polynomial) + [0] * (length + 1 - len(polynomial))
    total, quotient = 0, []
    for low, high in zip(padded, reversed(padded), strict=True):
        total += low - high
        quotient.append(total)
    return trimmed(quotient)


def recovered(derivative: Sequence[int], length: int) -> Polynomial:
    """P from its q-derived polynomial: minus the lower half of (q - 1) P^d.

    Args:
        derivative: P^d, ascending.
        length: The length of the interval.

    Example:
        >>> recovered((1, 2, 1), 3)
        (1, 1)
    """
    padded = [0, *derivative, *([0] * length)]
    return trimmed([padded[k + 1] - padded[k] for k in range((length - 1) // 2 + 1)])
