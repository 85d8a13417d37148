"""Bruhat order and ranks against their definitions."""

from itertools import permutations
from math import factorial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_gen.bruhat import (
    bruhat_leq,
    bruhat_leq_arrays,
    rank_permutations,
    unrank_permutations,
)
from data_gen.errors import PermutationError, UsageError


def below(w: tuple[int, ...]) -> set[tuple[int, ...]]:
    """Everything reached from w by undoing inversions: the definition."""
    found, waiting = {w}, [w]
    while waiting:
        x = waiting.pop()
        for i in range(len(x)):
            for j in range(i + 1, len(x)):
                if x[i] > x[j]:
                    lower = list(x)
                    lower[i], lower[j] = x[j], x[i]
                    if tuple(lower) not in found:
                        found.add(tuple(lower))
                        waiting.append(tuple(lower))
    return found


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
def test_order_is_reachability(n: int) -> None:
    elements = list(permutations(range(1, n + 1)))
    array = np.array(elements)
    order = bruhat_leq_arrays(array[:, np.newaxis], array)
    for k, w in enumerate(elements):
        assert {elements[i] for i in np.flatnonzero(order[:, k])} == below(w)


def test_one_pair() -> None:
    assert bruhat_leq("1324", "3412")
    assert not bruhat_leq("3412", "1324")
    with pytest.raises(PermutationError):
        bruhat_leq("12", "123")


@pytest.mark.parametrize("n", [1, 4, 6])
def test_ranks_are_lexicographic(n: int) -> None:
    array = np.array(list(permutations(range(n))))
    assert rank_permutations(array).tolist() == list(range(factorial(n)))
    assert np.array_equal(unrank_permutations(np.arange(factorial(n)), n), array)


@given(st.integers(1, 20).flatmap(lambda n: st.permutations(range(n))))
def test_ranks_come_back(x: list[int]) -> None:
    rank = rank_permutations(np.array(x))
    assert 0 <= rank < factorial(len(x))
    assert unrank_permutations(rank, len(x)).tolist() == x


@pytest.mark.parametrize("rank", [-1, 6])
def test_rank_out_of_range(rank: int) -> None:
    with pytest.raises(UsageError, match="between 0 and 5"):
        unrank_permutations(np.array([rank]), 3)
