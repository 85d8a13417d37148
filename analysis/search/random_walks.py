"""Pairs drawn at random: the baseline, which may win."""

from __future__ import annotations

from math import factorial

import numpy as np
from numpy.typing import NDArray

from analysis.search.objectives import Objective
from data_gen.sampling_kernels import keep_comparable, random_ranks, walk_down

__all__ = ["uniform_pairs", "walked_pairs"]

Words = NDArray[np.int8]


def walked_pairs(objective: Objective, count: int, seed: tuple[int, ...]) -> tuple[Words, Words]:
    """Ends of random walks down along covers from a uniform w; see `data_gen.sampling`.

    The number of steps is uniform from 1 to l(w); where there is a limit on elements, to what an
    interval within it may have at most, so that most walks count.

    Args:
        objective: What the pairs are for.
        count: How many.
        seed: Of what is drawn.

    Returns:
        int8[count, n] each; x < w.

    Example:
        >>> from analysis.search.quantities import QuantityObjective, find_quantity
        >>> xs, ws = walked_pairs(QuantityObjective(find_quantity("boolean"), 3), 200, (0,))
        >>> len(np.unique(np.hstack([xs, ws]), axis=0))  # all pairs x < w of S_3
        13
    """
    n = objective.n
    xs, ws = np.empty((2, count, n), np.int8)
    walk_down(_generator(seed), n, factorial(n), longest(objective), xs, ws)
    return xs, ws


def uniform_pairs(objective: Objective, tries: int, seed: tuple[int, ...]) -> tuple[Words, Words]:
    """Those of so many uniform pairs of permutations that have x <= w.

    Returns:
        int8[K, n] each, x = w included.

    Example:
        >>> from analysis.search.quantities import QuantityObjective, find_quantity
        >>> xs, ws = uniform_pairs(QuantityObjective(find_quantity("boolean"), 3), 500, (0,))
        >>> len(np.unique(np.hstack([xs, ws]), axis=0))  # all pairs x <= w of S_3
        19
    """
    n = objective.n
    ranks = random_ranks(_generator(seed), factorial(n), 2 * tries).reshape(2, tries)
    xs, ws = np.empty((2, tries, n), np.int8)
    places = np.empty(tries, np.int64)
    found = keep_comparable(n, ranks[0], ranks[1], n * n, xs, ws, places)
    return xs[:found], ws[:found]


def longest(objective: Objective) -> int:
    """The length that walks go at most: nearly all longer intervals have too many elements.

    Example:
        >>> from analysis.search.quantities import QuantityObjective, find_quantity
        >>> boolean = find_quantity("boolean")
        >>> longest(QuantityObjective(boolean, 9)), longest(QuantityObjective(boolean, 9, 100))
        (36, 8)
    """
    if objective.max_nodes is None:
        return objective.n * (objective.n - 1) // 2
    return int(objective.max_nodes).bit_length() + 1


def _generator(seed: tuple[int, ...]) -> NDArray[np.uint64]:
    state = np.random.SeedSequence(list(seed)).generate_state(1, np.uint64)
    return state.astype(np.uint64)
