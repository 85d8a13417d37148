"""Compiled loops of the decoder; see `klgnn.identities` for the statements and the notation."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data_gen.jit import kernel
from klgnn.identities._links import Links

__all__ = ["Above", "decode", "residuals"]

_NEVER = -1e30
_LEAST = -1e6
"""The least score of a value: all values stay possible, for the identities may leave no other."""


class Above(NamedTuple):
    """What lies above each class.

    Attributes:
        corank: int64[C].
        near: One edge above.
        far: Two and three edges above; without entries if only the first identity is used.
    """

    corank: NDArray[np.int64]
    near: Links
    far: Links


@kernel
def _known_sides(v: int, above: Above, second: bool, labels: NDArray[np.int64]) -> tuple[int, int]:
    """What sum_k w p_k and sum_k w^3 p_k have to be, w = l - 2k, k from 1, by the labels above."""
    corank, near, far = above
    one, two = -corank[v], -(corank[v] ** 3)
    for e in range(near.ends[v], near.ends[v + 1]):
        y = near.target[e]
        value, square = np.int64(1), corank[y] ** 2
        for k in range(labels.shape[1]):
            value += labels[y, k]
            square += labels[y, k] * (corank[y] - 2 * (k + 1)) ** 2
        one += near.weight[e] * value
        two += near.weight[e] * (value + 3 * square)
    if not second:
        return int(one), 0
    for e in range(far.ends[v], far.ends[v + 1]):
        a = far.target[e]
        value, slope = np.int64(1), corank[a]
        for k in range(labels.shape[1]):
            value += labels[a, k]
            slope += labels[a, k] * (corank[a] - 2 * (k + 1))
        if (corank[v] - corank[a]) % 2 == 0:
            two -= 12 * far.weight[e] * slope
        else:
            two += 24 * far.weight[e] * value
    return int(one), int(two)


@kernel
def residuals(above: Above, second: bool, labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """int64[C, 2]: by how much both identities fail, right side less left side."""
    out = np.zeros((len(labels), 2), np.int64)
    for v in range(len(labels)):
        out[v] = _known_sides(v, above, second, labels)
        for k in range(labels.shape[1]):
            w = above.corank[v] - 2 * (k + 1)
            out[v, 0] -= w * labels[v, k]
            out[v, 1] -= w**3 * labels[v, k]
    return out


@kernel
def _largest_above(v: int, near: Links, labels: NDArray[np.int64]) -> NDArray[np.int64]:
    largest = np.zeros(labels.shape[1], np.int64)
    for y in near.target[near.ends[v] : near.ends[v + 1]]:
        for k in range(len(largest)):
            largest[k] = max(largest[k], labels[y, k])
    return largest


@kernel
def _score(row: NDArray[np.float64], step: float, value: int) -> float:
    last = len(row) - 1
    return max(float(row[min(value, last)]), _LEAST) - step * max(value - last, 0)


@kernel
def _best_of_first(
    length: int,
    one: int,
    scores: NDArray[np.float64],
    steps: NDArray[np.float64],
    least: NDArray[np.int64],
    out: NDArray[np.int64],
) -> int:
    """Maximises the score subject to sum_k (length - 2k) p_k = one and p_k >= least[k].

    A knapsack, coefficient by coefficient. Returns how many solutions there are; `out` is left
    alone if there is none.
    """
    degree, rest = len(out), one
    for k in range(degree):
        rest -= (length - 2 * (k + 1)) * least[k]
    if rest < 0:
        return 0
    best = np.full((degree + 1, rest + 1), _NEVER)
    ways = np.zeros((degree + 1, rest + 1), np.int64)
    choice = np.zeros((degree, rest + 1), np.int64)
    best[0, 0], ways[0, 0] = 0.0, 1
    for k in range(degree):
        w = length - 2 * (k + 1)
        for value in range(rest // w + 1):
            score = _score(scores[k], steps[k], least[k] + value)
            for t in range(w * value, rest + 1):
                before = t - w * value
                if ways[k, before] > 0:
                    ways[k + 1, t] += ways[k, before]
                    if best[k, before] + score > best[k + 1, t]:
                        best[k + 1, t], choice[k, t] = best[k, before] + score, value
    if ways[degree, rest] == 0:
        return 0
    number = int(ways[degree, rest])
    for k in range(degree - 1, -1, -1):
        out[k] = least[k] + choice[k, rest]
        rest -= (length - 2 * (k + 1)) * choice[k, rest]
    return number


@kernel
def _best_of_both(
    length: int,
    one: int,
    two: int,
    scores: NDArray[np.float64],
    steps: NDArray[np.float64],
    least: NDArray[np.int64],
    out: NDArray[np.int64],
) -> int:
    """As `_best_of_first`, with sum_k (length - 2k)^3 p_k = two as well.

    Goes through all p_3, p_4, ... that leave enough for p_1 and p_2, which then follow.
    """
    if len(out) < 2:
        return _only_of_both(length, one, two, least, out)
    u, v = length - 2, length - 4
    enough, bottom = u * least[0] + v * least[1], u * (u * u - v * v)
    now = least[: len(out)].copy()
    for k in range(2, len(now)):
        w = length - 2 * (k + 1)
        one -= w * now[k]
        two -= w**3 * now[k]
    best, number = _NEVER, 0
    while True:
        top = two - v * v * one
        if one >= enough and top % bottom == 0:
            now[0] = top // bottom
            left = one - u * now[0]
            now[1] = left // v
            if left % v == 0 and now[0] >= least[0] and now[1] >= least[1]:
                number += 1
                total = 0.0
                for k in range(len(now)):
                    total += _score(scores[k], steps[k], now[k])
                if total > best:
                    best = total
                    out[:] = now
        k = 2
        while k < len(now):  # as an odometer turns
            w = length - 2 * (k + 1)
            now[k] += 1
            one -= w
            two -= w**3
            if one >= enough:
                break
            one += w * (now[k] - least[k])
            two += w**3 * (now[k] - least[k])
            now[k] = least[k]
            k += 1
        if k == len(now):
            return number


@kernel
def _only_of_both(
    length: int, one: int, two: int, least: NDArray[np.int64], out: NDArray[np.int64]
) -> int:
    """`_best_of_both` where there is p_1 at most: 1 if it obeys, or 0."""
    w, value = length - 2, 0
    if len(out) == 1:
        value = one // w
        if value < least[0]:
            return 0
    if w * value != one or w**3 * value != two:
        return 0
    out[:] = value
    return 1


@kernel
def _best_alone(scores: NDArray[np.float64], out: NDArray[np.int64]) -> None:
    for k in range(len(out)):
        out[k] = np.argmax(scores[k])


@kernel
def decode(
    low: int,
    high: int,
    above: Above,
    scores: NDArray[np.float64],
    steps: NDArray[np.float64],
    second: bool,
    monotone: bool,
    labels: NDArray[np.int64],
    candidates: NDArray[np.int64],
) -> int:
    """Fills labels[low:high] and candidates[: high - low]; returns how many have no solution.

    Where there is none, the labels above are wrong: the bounds are dropped first, then the
    identities, and each coefficient takes its own best score. Each value beyond the columns of
    `scores` costs `steps[k]` more.
    """
    failed, nothing = 0, np.zeros(labels.shape[1], np.int64)
    for v in range(low, high):
        length, mine = above.corank[v], scores[min(v - low, len(scores) - 1)]
        labels[v] = 0
        out = labels[v, : max(0, min((length - 1) // 2, labels.shape[1]))]
        one, two = _known_sides(v, above, second, labels)
        least, number = nothing, 0
        if monotone:
            least = _largest_above(v, above.near, labels)
        for attempt in range(2 if monotone else 1):
            if second:
                number = _best_of_both(length, one, two, mine, steps, least, out)
            else:
                number = _best_of_first(length, one, mine, steps, least, out)
            if attempt == 0:
                candidates[v - low] = number
            if number > 0:
                break
            least = nothing
        if number == 0:
            failed += 1
            _best_alone(mine, out)
    return failed
