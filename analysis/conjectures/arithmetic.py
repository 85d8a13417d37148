"""Sums and products of polynomials given by their coefficients, ascending from q^0.

Example:
    >>> times((1, 1), (1, -1)), plus((1, 2), (0, -2)), shifted((1,), 2), scaled((1, 2), -3)
    ((1, 0, -1), (1,), (0, 0, 1), (-3, -6))
"""

from __future__ import annotations

from collections.abc import Sequence

from data_gen.polynomials import trimmed

__all__ = [
    "derivative_at_one",
    "plus",
    "power",
    "reflected",
    "scaled",
    "shifted",
    "times",
]

Polynomial = tuple[int, ...]


def plus(one: Sequence[int], other: Sequence[int]) -> Polynomial:
    """The sum."""
    total = [0] * max(len(one), len(other))
    for summand in (one, other):
        for degree, coefficient in enumerate(summand):
            total[degree] += coefficient
    return trimmed(total)


def scaled(polynomial: Sequence[int], factor: int) -> Polynomial:
    """The product with a number."""
    return trimmed([factor * coefficient for coefficient in polynomial])


def shifted(polynomial: Sequence[int], degree: int) -> Polynomial:
    """The product with q^degree."""
    return trimmed([*[0] * degree, *polynomial])


def times(one: Sequence[int], other: Sequence[int]) -> Polynomial:
    """The product."""
    if not one or not other:
        return ()
    total = [0] * (len(one) + len(other) - 1)
    for i, a in enumerate(one):
        for j, b in enumerate(other):
            total[i + j] += a * b
    return trimmed(total)


def power(polynomial: Sequence[int], exponent: int) -> Polynomial:
    """A power.

    Example:
        >>> power((-1, 1), 2)
        (1, -2, 1)
    """
    result: Polynomial = (1,)
    for _ in range(exponent):
        result = times(result, polynomial)
    return result


def reflected(polynomial: Sequence[int], degree: int) -> Polynomial:
    """q^degree p(1/q).

    Example:
        >>> reflected((1, 2), 3)
        (0, 0, 2, 1)
    """
    padded = [*polynomial, *[0] * (degree + 1 - len(polynomial))]
    return trimmed(padded[::-1])


def derivative_at_one(polynomial: Sequence[int]) -> int:
    """p'(1).

    Example:
        >>> derivative_at_one((5, 1, 2))
        5
    """
    return sum(degree * coefficient for degree, coefficient in enumerate(polynomial))
