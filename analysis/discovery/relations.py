"""Linear relations between invariants: a few names with integer coefficients, and a constant."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import gcd
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data_gen.errors import UsageError

__all__ = ["Relation", "parse_relation"]

_PIECE = re.compile(r"([+-]?)(?:(\d+)\*?)?([a-z][a-z_0-9]*)?")
_TWO_NAMES = re.compile(r"[a-z_]\w*\s+\w")
_SIGNS = ("<=", ">=", "=")


@dataclass(frozen=True)
class Relation:
    """The sum of coefficient times invariant, plus a constant, is 0 or is at least 0.

    Use `Relation.of`, which brings it to lowest terms: two relations that say the same are equal.

    Attributes:
        terms: (name, coefficient) by name, no coefficient 0.
        constant: What is added.
        is_equality: Whether the sum is 0; otherwise it is at least 0.
        hypothesis: The name of the hypothesis under which it is claimed; empty if always.

    Example:
        >>> print(Relation.of({"out_degree": 2, "length": -2}, 1))
        out_degree >= length
        >>> print(Relation.of({"kl_1": -1, "f": -1, "coatoms": 1}, 0, is_equality=True))
        coatoms = f + kl_1
    """

    terms: tuple[tuple[str, int], ...]
    constant: int
    is_equality: bool
    hypothesis: str = ""

    @classmethod
    def of(
        cls,
        coefficients: Mapping[str, int],
        constant: int = 0,
        is_equality: bool = False,
        hypothesis: str = "",
    ) -> Relation:
        """In lowest terms. The values are integers, so the constant of an inequality is rounded."""
        terms = sorted((name, int(c)) for name, c in coefficients.items() if c)
        divisor = gcd(*(c for _, c in terms)) or 1
        if is_equality:
            divisor = gcd(divisor, constant) if terms else 1
            if terms and terms[0][1] < 0:
                divisor = -divisor
        constant //= divisor  # downwards: 2a - 3 >= 0 says a >= 2
        return cls(
            tuple((name, c // divisor) for name, c in terms), constant, is_equality, hypothesis
        )

    def under(self, hypothesis: str) -> Relation:
        """The same relation, claimed under a hypothesis."""
        return Relation(self.terms, self.constant, self.is_equality, hypothesis)

    def vector(self, names: Sequence[str]) -> list[int]:
        """The coefficients in the order of `names`, the constant last.

        Raises:
            UsageError: If it is about an invariant that is not among them.
        """
        known = dict(self.terms)
        missing = sorted(known.keys() - set(names))
        if missing:
            raise UsageError(f"{missing[0]!r} is no invariant; there are {', '.join(names)}.")
        return [known.get(name, 0) for name in names] + [self.constant]

    def values(self, names: Sequence[str], rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """The sum for every row: int64[M] of int64[M, names]; exact."""
        vector = np.array(self.vector(names), dtype=np.int64)
        result: NDArray[np.int64] = rows @ vector[:-1] + vector[-1]
        return result

    def holds(self, names: Sequence[str], rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """For every row whether it is true: bool[M]."""
        values = self.values(names, rows)
        return values == 0 if self.is_equality else values >= 0

    @property
    def complexity(self) -> tuple[int, int, int, str]:
        """What sorts relations, the simplest first."""
        sizes = [abs(c) for _, c in self.terms]
        weight = sum(sizes) + abs(self.constant)
        return len(sizes) + bool(self.constant), weight, max(sizes, default=0), str(self)

    def sum_text(self) -> str:
        """The sum alone, positive terms first.

        Example:
            >>> Relation.of({"coatoms": 1, "f": -1}).sum_text()
            'coatoms - f'
        """
        return _sum(sorted(self.terms, key=lambda term: term[1] < 0), self.constant)

    def to_dict(self) -> dict[str, Any]:
        """A JSON-able form."""
        return {
            "statement": str(self),
            "hypothesis": self.hypothesis,
            "coefficients": dict(self.terms),
            "constant": self.constant,
            "kind": "equality" if self.is_equality else "inequality",
        }

    def __str__(self) -> str:
        left = [(name, c) for name, c in self.terms if c > 0]
        right = [(name, -c) for name, c in self.terms if c < 0]
        sign = "=" if self.is_equality else ">="
        if not left or (self.is_equality and len(right) == 1 and len(left) > 1):
            left, right, constant = right, left, -self.constant
            sign = "=" if self.is_equality else "<="
        else:
            constant = self.constant
        # The constant stands on the side where it is positive, unless that side were empty.
        before, after = (constant, 0) if constant > 0 and right else (0, -constant)
        return f"{_sum(left, before)} {sign} {_sum(right, after)}"


def _sum(terms: Sequence[tuple[str, int]], constant: int) -> str:
    texts = [f"{c} {name}" if abs(c) != 1 else name if c > 0 else f"-{name}" for name, c in terms]
    if constant or not texts:
        texts.append(str(constant))
    return " + ".join(texts).replace("+ -", "- ")


def parse_relation(text: str, hypothesis: str = "") -> Relation:
    """Reads a relation as it is printed.

    Args:
        text: Sums of names, with integer coefficients, on both sides of =, >= or <=.
        hypothesis: Under which it is claimed.

    Raises:
        UsageError: If it cannot be read.

    Example:
        >>> print(parse_relation("coatoms - f = kl_1"))
        coatoms = f + kl_1
        >>> print(parse_relation("2 length <= edges + 1"))
        edges + 1 >= 2 length
    """
    sign = next((sign for sign in _SIGNS if sign in text), None)
    sides = text.split(sign) if sign else []
    if len(sides) != 2 or _TWO_NAMES.search(text):
        raise UsageError(f"{text!r}: write two sums with one =, >= or <= between them.")
    coefficients: dict[str, int] = {}
    constant = 0
    for side, factor in zip(sides, (1, -1) if sign != "<=" else (-1, 1), strict=True):
        for name, c in _pieces(side, text):
            if name:
                coefficients[name] = coefficients.get(name, 0) + factor * c
            else:
                constant += factor * c
    return Relation.of(coefficients, constant, sign == "=", hypothesis)


def _pieces(side: str, text: str) -> list[tuple[str, int]]:
    compact = "".join(side.split())
    pieces, at = [], 0
    while at < len(compact):
        match = _PIECE.match(compact, at)
        if (
            match is None
            or match.end() == at
            or not (match[2] or match[3])
            or (at and not match[1])
        ):
            raise UsageError(f"{text!r}: {compact[at:]!r} is no sum of invariants and integers.")
        number = int(match[2] or 1)
        pieces.append((match[3] or "", -number if match[1] == "-" else number))
        at = match.end()
    if not pieces:
        raise UsageError(f"{text!r}: one side is empty; write 0 there.")
    return pieces
