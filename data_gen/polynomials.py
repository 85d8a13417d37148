"""Polynomials in q: as text, and the q-derived polynomial of a Kazhdan-Lusztig polynomial."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = [
    "coefficients_from_text",
    "coefficients_to_text",
    "format_polynomial",
    "format_power",
    "from_q_derived",
    "q_derived",
    "trimmed",
]


def coefficients_to_text(coefficients: Sequence[int]) -> str:
    """Writes coefficients with commas, ascending from degree 0; for files and keys.

    Example:
        >>> coefficients_to_text((1, 2, 1))
        '1,2,1'
    """
    return ",".join(map(str, coefficients))


def coefficients_from_text(text: str) -> tuple[int, ...]:
    """Reads what `coefficients_to_text` wrote.

    Example:
        >>> coefficients_from_text("1,2,1"), coefficients_from_text("")
        ((1, 2, 1), ())
    """
    return tuple(map(int, text.split(","))) if text else ()


def format_polynomial(coefficients: Sequence[int], variable: str = "q") -> str:
    """Writes a polynomial, lowest degree first.

    Args:
        coefficients: Ascending from degree 0.
        variable: The name of the variable.

    Example:
        >>> format_polynomial((1, 2, 1))
        '1 + 2q + q^2'
        >>> format_polynomial((0, -1, 0, 3))
        '-q + 3q^3'
        >>> format_polynomial(())
        '0'
    """
    text = ""
    for degree, coefficient in enumerate(coefficients):
        if coefficient:
            sign = "-" if coefficient < 0 else "+"
            term = _term(abs(coefficient), degree, variable)
            text += f" {sign} {term}" if text else f"{sign}{term}".removeprefix("+")
    return text or "0"


def _term(size: int, degree: int, variable: str) -> str:
    if degree == 0:
        return str(size)
    power = format_power(degree, variable)
    return power if size == 1 else f"{size}{power}"


def format_power(exponent: int, variable: str = "q") -> str:
    """Writes a power of the variable.

    Args:
        exponent: At least 1.
        variable: The name of the variable.

    Example:
        >>> format_power(1), format_power(2)
        ('q', 'q^2')
    """
    return variable if exponent == 1 else f"{variable}^{exponent}"


def trimmed(coefficients: Sequence[int]) -> tuple[int, ...]:
    """Coefficients without the zeros of the highest degrees.

    Args:
        coefficients: Ascending from degree 0.

    Example:
        >>> trimmed([1, 0, 2, 0]), trimmed([0, 0])
        ((1, 0, 2), ())
    """
    end = len(coefficients)
    while end and not coefficients[end - 1]:
        end -= 1
    return tuple(coefficients[:end])


def q_derived(polynomial: Sequence[int], length: int) -> tuple[int, ...]:
    """P^d = (q^l P(1/q) - P(q)) / (q - 1), the q-derived polynomial of P.

    Args:
        polynomial: P, of degree at most l; ascending.
        length: l, the length of the interval, at least 1.

    Example:
        >>> q_derived((1, 1), 3)
        (1, 2, 1)
    """
    padded = [*polynomial, *[0] * (length + 1 - len(polynomial))]
    total, quotient = 0, []
    for low, high in zip(padded, reversed(padded), strict=True):
        total += low - high
        quotient.append(total)
    return trimmed(quotient)


def from_q_derived(derived: Sequence[int], length: int) -> tuple[int, ...]:
    """P from its q-derived polynomial: minus the lower half of (q - 1) P^d.

    Args:
        derived: P^d, ascending.
        length: The length of the interval.

    Example:
        >>> from_q_derived((1, 2, 1), 3)
        (1, 1)
    """
    padded = [0, *derived, *[0] * length]
    return trimmed([padded[k + 1] - padded[k] for k in range((length - 1) // 2 + 1)])
