"""Exact linear algebra over the integers: kernels, short bases, ranks and cones."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from math import gcd, lcm

import numpy as np

__all__ = ["affine_rank", "integer_kernel", "nonnegative_solution", "shortened", "solve"]

Vector = list[int]

_STEP = 10**30
_FEW = 8  # vectors; with more, combinations of three would take minutes


def integer_kernel(rows: Sequence[Sequence[int]]) -> list[Vector]:
    """A basis of all integer vectors c with row . c = 0 for every row, short by LLL.

    LLL is run on the identity beside a large multiple of the rows (the usual way, Cohen, A Course
    in Computational Algebraic Number Theory, 2.7.2); that the multiple was large enough is checked.

    Args:
        rows: At least one, all of the same length.

    Example:
        >>> integer_kernel([[1, 2, 0], [0, 0, 1]])
        [[2, -1, 0]]
    """
    from sympy import QQ, ZZ
    from sympy.polys.matrices import DomainMatrix

    width = len(rows[0])
    distinct = sorted({tuple(int(c) for c in row) for row in rows})
    reduced, pivots = (
        DomainMatrix([list(row) for row in distinct], (len(distinct), width), ZZ)
        .convert_to(QQ)
        .rref()
    )
    rank = len(pivots)
    if rank == width:
        return []
    independent = [_cleared(row) for row in reduced.to_list()[:rank]]
    scale = _STEP
    while True:
        beside = [
            [int(i == j) for j in range(width)] + [scale * row[i] for row in independent]
            for i in range(width)
        ]
        short = DomainMatrix(beside, (width, width + rank), ZZ).lll().to_list()
        kernel = [[int(c) for c in row[:width]] for row in short if not any(row[width:])]
        if len(kernel) == width - rank:
            return [_positive(vector) for vector in kernel]
        scale *= _STEP


def shortened(basis: Sequence[Sequence[int]]) -> list[Vector]:
    """A basis of the same lattice with fewer non-zero entries, then smaller ones.

    Multiples of one other vector, of two if there are few, are added to each as long as it helps.
    Every step is unimodular, so the lattice stays the same.

    Example:
        >>> shortened([[1, 1, 0], [1, 1, 1]])
        [[0, 0, 1], [1, 1, 0]]
    """
    vectors = [list(vector) for vector in basis]
    improved = True
    while improved:
        improved = False
        for i in range(len(vectors)):
            best = min(_candidates(vectors, i), key=_weight)
            if _weight(best) < _weight(vectors[i]):
                vectors[i], improved = best, True
    return [_positive(vector) for vector in vectors]


def affine_rank(points: Sequence[Sequence[int]]) -> int:
    """How many of the points are affinely independent.

    Example:
        >>> affine_rank([(0, 0), (1, 1), (2, 2)]), affine_rank([(0, 0), (1, 1), (2, 3)])
        (2, 3)
    """
    rows = [[Fraction(c) for c in (*point, 1)] for point in points]
    rank = 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((k for k in range(rank, len(rows)) if rows[k][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        for k in range(rank + 1, len(rows)):
            if rows[k][column]:
                factor = rows[k][column] / rows[rank][column]
                rows[k] = [a - factor * b for a, b in zip(rows[k], rows[rank], strict=True)]
        rank += 1
    return rank


def solve(columns: Sequence[Sequence[int]], target: Sequence[int]) -> list[Fraction] | None:
    """The numbers by which independent columns add up to the target; None if there are none.

    Example:
        >>> solve([[1, 0], [1, 2]], [3, 4])
        [Fraction(1, 1), Fraction(2, 1)]
    """
    count = len(columns)
    rows = [
        [Fraction(column[i]) for column in columns] + [Fraction(target[i])]
        for i in range(len(target))
    ]
    for k in range(count):
        pivot = next((i for i in range(k, len(rows)) if rows[i][k]), None)
        if pivot is None:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [c / rows[k][k] for c in rows[k]]
        for i in range(len(rows)):
            if i != k and rows[i][k]:
                factor = rows[i][k]
                rows[i] = [a - factor * b for a, b in zip(rows[i], rows[k], strict=True)]
    if any(row[-1] for row in rows[count:]):
        return None
    return [rows[k][-1] for k in range(count)]


def nonnegative_solution(
    generators: Sequence[Sequence[int]], free: Sequence[Sequence[int]], target: Sequence[int]
) -> dict[int, Fraction] | None:
    """Writes the target as non-negative multiples of generators plus any multiples of `free`.

    A linear program finds which are used; their multiples are then computed exactly.

    Args:
        generators: Vectors that may be taken with factors of at least 0.
        free: Vectors that may be taken with any factor.
        target: The vector wanted.

    Returns:
        By the number of the vector, generators first, the factor of each that is used; None if the
        target is not in the cone, or this could not be verified exactly.

    Example:
        >>> nonnegative_solution([[1, 0], [0, 1]], [], [2, 3])
        {0: Fraction(2, 1), 1: Fraction(3, 1)}
        >>> nonnegative_solution([[1, 0], [0, 1]], [], [2, -3]) is None
        True
    """
    from scipy.optimize import linprog

    vectors = [*generators, *free]
    if not vectors:
        return None if any(target) else {}
    bounds = [(0, None)] * len(generators) + [(None, None)] * len(free)
    found = linprog(
        [1.0] * len(generators) + [0.0] * len(free),
        A_eq=np.array(vectors, dtype=float).T,
        b_eq=np.array(target, dtype=float),
        bounds=bounds,
        method="highs-ds",
    )
    if found.status != 0:
        return None
    used = [k for k, factor in enumerate(found.x.tolist()) if abs(factor) > 1e-9]
    exact = solve([vectors[k] for k in used], target)
    if exact is None or any(f < 0 for k, f in zip(used, exact, strict=True) if k < len(generators)):
        return None
    return dict(zip(used, exact, strict=True))


def _cleared(row: Sequence[object]) -> Vector:
    """A rational row as integers without a common divisor."""
    fractions = [Fraction(int(c.numerator), int(c.denominator)) for c in row]  # type: ignore[attr-defined]
    scale = lcm(*(c.denominator for c in fractions))
    integers = [int(c * scale) for c in fractions]
    divisor = gcd(*integers) or 1
    return [c // divisor for c in integers]


def _positive(vector: Vector) -> Vector:
    """The vector or its negative: the first entry that is not 0 is positive."""
    first = next((c for c in vector if c), 0)
    return [-c for c in vector] if first < 0 else vector


def _weight(vector: Sequence[int]) -> tuple[int, int, Vector]:
    nonzero = [abs(c) for c in vector if c]
    return len(nonzero), sum(nonzero), [-c for c in vector]


def _candidates(vectors: Sequence[Vector], i: int) -> list[Vector]:
    """The vector itself, and with multiples of one or two others added, small ones."""
    mine = np.array(vectors[i], dtype=object)
    others = [np.array(v, dtype=object) for k, v in enumerate(vectors) if k != i]
    factors = (-2, -1, 1, 2)
    found = [mine]
    for k, one in enumerate(others):
        for a in factors:
            found.append(mine + a * one)
            if len(vectors) <= _FEW:
                found += [mine + a * one + b * two for two, b in product(others[k + 1 :], factors)]
    return [[int(c) for c in vector] for vector in found]
