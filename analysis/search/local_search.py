"""Simulated annealing on pairs x < w, many chains at once, with restarts.

A move multiplies x, w, or both by a transposition, on the left or on the right, and counts if the
pair stays comparable. A chain accepts what is better, and what is worse with a probability that
falls as the temperature does. The temperature begins at half of what a move changes the score by,
which is measured, so that it suits any score.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.search._pair_kernels import move
from analysis.search.objectives import NOTHING, Objective
from analysis.search.random_walks import walked_pairs

__all__ = ["anneal"]

Words = NDArray[np.int8]
_TRIES = 4  # moves that leave x < w are tried again
_HOT, _COLD = 0.5, 0.06  # temperatures, in units of what a move changes


def anneal(objective: Objective, chains: int, steps: int, seed: tuple[int, ...]) -> float:
    """Lets chains run from random pairs until they are cold.

    Args:
        objective: What is to be made large; it sees every pair that is met.
        chains: How many run side by side.
        steps: How many moves each makes.
        seed: Of everything random.

    Returns:
        The mean of the best tenth of the scores at the end.

    Example:
        >>> from analysis.search.quantities import QuantityObjective, find_quantity
        >>> from analysis.search.watching import Watched
        >>> watched = Watched(QuantityObjective(find_quantity("boolean"), 5))
        >>> anneal(watched, chains=32, steps=100, seed=(0,)), watched.best.value
        (5.0, 5.0)
    """
    random = np.random.default_rng(list(seed))
    xs, ws = walked_pairs(objective, chains, (*seed, 1))
    scores = objective.evaluate(xs, ws).scores
    changes: list[float] = []
    for step in range(steps):
        draws = random.integers(0, 1 << 30, (chains, _TRIES, 4))
        new_xs, new_ws = move(xs, ws, draws)
        new = objective.evaluate(new_xs, new_ws).scores
        if step < max(2, steps // 20):
            changes += _changes(scores, new)
            scale = float(np.median(changes)) if changes else 1.0
        temperature = scale * _HOT * (_COLD / _HOT) ** (step / steps)
        chance = np.exp(np.minimum((new - scores) / temperature, 0))
        accepted = random.random(chains) < chance
        xs[accepted], ws[accepted] = new_xs[accepted], new_ws[accepted]
        scores[accepted] = new[accepted]
    return float(np.sort(scores)[-max(1, chains // 10) :].mean())


def _changes(before: NDArray[np.float64], after: NDArray[np.float64]) -> list[float]:
    """By how much scores changed, where both are scores and they did."""
    both = (np.minimum(before, after) > NOTHING) & np.isfinite(after)
    found = np.abs(after - before)[both]
    changes: list[float] = found[found > 0].tolist()
    return changes
