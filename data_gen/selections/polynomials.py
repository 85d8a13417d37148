"""The selections `polynomials` and `polynomials-by-size`."""

from __future__ import annotations

from data_gen.selections.irreducible import Irreducible

__all__ = ["Polynomials", "PolynomialsBySize"]


class Polynomials(Irreducible):
    """For each polynomial the irreducible interval with the fewest elements.

    Between intervals of the same size the first by n, then x, then w, both in lexicographic order
    of one-line notation. In S_9 these are the 24,322 of Davies et al., Nature 600 (2021).

    Example:
        >>> Polynomials().one_per
        ('kl',)
    """

    name = "polynomials"
    meaning = "for each polynomial the irreducible interval with the fewest elements"
    one_per: tuple[str, ...] = ("kl",)


class PolynomialsBySize(Irreducible):
    """For each polynomial and each number of elements one irreducible interval.

    Example:
        >>> PolynomialsBySize().one_per
        ('kl', 'num_nodes')
    """

    name = "polynomials-by-size"
    meaning = "one irreducible interval for each polynomial and number of elements"
    one_per: tuple[str, ...] = ("kl", "num_nodes")
