from fractions import Fraction
from itertools import combinations
from math import gcd

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.discovery.exact import (
    affine_rank,
    integer_kernel,
    nonnegative_solution,
    shortened,
    solve,
)

MATRICES = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(-9, 9), min_size=width, max_size=width), min_size=1, max_size=4
    )
)


@settings(max_examples=40, deadline=None)
@given(MATRICES)
def test_the_kernel_is_all_of_the_kernel(rows: list[list[int]]) -> None:
    kernel = integer_kernel(rows)
    assert len(kernel) == len(rows[0]) - sympy.Matrix(rows).rank()
    assert not any((np.array(rows) @ vector).any() for vector in kernel)
    if kernel:
        # The greatest common divisor of the maximal minors is 1 iff no integer vector is missed.
        assert _minors(kernel) == 1
        assert _minors(shortened(kernel)) == 1


def _minors(basis: list[list[int]]) -> int:
    matrix = sympy.Matrix(basis)
    size = len(basis)
    return gcd(*(int(matrix[:, list(c)].det()) for c in combinations(range(matrix.cols), size)))


@given(MATRICES)
def test_affine_rank_agrees_with_sympy(points: list[list[int]]) -> None:
    assert affine_rank(points) == sympy.Matrix([[*point, 1] for point in points]).rank()


def test_a_vector_in_a_cone_is_written_exactly() -> None:
    generators = [[3, 0, 1], [0, 7, 1], [1, 1, 0]]
    found = nonnegative_solution(generators, [[0, 0, 1]], [1, 1, 5])
    assert found is not None
    vectors = [*generators, [0, 0, 1]]
    total = [sum(factor * vectors[k][i] for k, factor in found.items()) for i in range(3)]
    assert total == [1, 1, 5]
    assert all(factor >= 0 for k, factor in found.items() if k < 3)


@pytest.mark.parametrize("target", [[-1, 0], [1, -1]])
def test_a_vector_outside_a_cone_is_not_written(target: list[int]) -> None:
    assert nonnegative_solution([[1, 0], [1, 1]], [], target) is None


def test_a_system_without_solution_has_none() -> None:
    assert solve([[1, 1]], [1, 2]) is None
    assert solve([[2, 4]], [1, 2]) == [Fraction(1, 2)]
