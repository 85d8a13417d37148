"""Compiled loops behind `klgnn.neighbours`; see there for what they compute.

Every row of a result is written by one thread, in the order of the lists, so the result does not
depend on the number of threads.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

__all__ = [
    "build_both",
    "edge_places",
    "relu_sums",
    "relu_sums_gradient",
    "set_threads",
    "sums",
]

Floats = NDArray[Any]
Ints = NDArray[Any]
Lists = tuple[Ints, Ints, Ints, Ints]
Places = tuple[Any, Any]
Weight = Any  # an array or None; the loops are compiled for each


def set_threads(number: int) -> None:
    """Lets the loops use as many threads as torch does."""
    most: int = numba.config.NUMBA_NUM_THREADS  # type: ignore[attr-defined]
    numba.set_num_threads(max(1, min(number, most)))


def build_both(lower: Ints, upper: Ints, num_nodes: int) -> Lists:
    """Lists the lower neighbours of every vertex, and the upper ones, in the order of the edges.

    Returns:
        Pointers int64 [N + 1] and indices int32 [E] of the lower neighbours, then of the upper.
    """
    return (*_group(upper, lower, num_nodes), *_group(lower, upper, num_nodes))


def edge_places(lower: Ints, upper: Ints, num_nodes: int) -> tuple[Ints, Ints]:
    """Which edge every entry of the lists of `build_both` comes from, int32 [E] twice."""
    edges = np.arange(len(lower))
    return _group(upper, edges, num_nodes)[1], _group(lower, edges, num_nodes)[1]


@numba.njit(cache=True)
def _group(keys: Ints, values: Ints, number: int) -> tuple[Ints, Ints]:
    """A stable counting sort: values[e] in the list of keys[e]."""
    pointers = np.zeros(number + 1, np.int64)
    for key in keys:
        pointers[key + 1] += 1
    for i in range(number):
        pointers[i + 1] += pointers[i]
    place = pointers[:-1].copy()
    grouped = np.empty(len(keys), np.int32)
    for e in range(len(keys)):
        grouped[place[keys[e]]] = values[e]
        place[keys[e]] += 1
    return pointers, grouped


@numba.njit(cache=True, parallel=True)
def sums(lists: Lists, values: Floats, out: Floats) -> None:
    """out[i] = values[:, :F] summed over the lower neighbours, beside values[:, F:] over the upper.

    `values` and `out` are [N, 2 F].
    """
    low_at, low, high_at, high = lists
    rows = len(out)
    width = out.shape[1] // 2
    for i in numba.prange(rows):
        row = out[i]
        row[:] = 0
        for e in range(low_at[i], low_at[i + 1]):
            other = values[low[e]]
            for k in range(width):
                row[k] += other[k]
        for e in range(high_at[i], high_at[i + 1]):
            other = values[high[e]]
            for k in range(width, 2 * width):
                row[k] += other[k]


@numba.njit(cache=True)
def _share(weight: Weight, places: Ints, e: int, one: Any) -> Any:
    """The weight of the edge of entry e; without weights 1, which the compiler leaves out."""
    if weight is None:
        return one
    return weight[places[e]]


@numba.njit(cache=True, parallel=True)
def relu_sums(
    lists: Lists, edges: Places, weight: Weight, parts: Floats, itself: bool, out: Floats
) -> None:
    """The forward pass of `klgnn.neighbours.relu_sums`: parts [N, 4 F] to out [N, 2 F].

    Args:
        lists: Of `build_both`.
        edges: Of `edge_places`; two None without weights.
        weight: [E], what the message along each edge is multiplied by, or None.
        parts: See `klgnn.neighbours.relu_sums`.
        itself: Likewise.
        out: Filled.
    """
    low_at, low, high_at, high = lists
    low_edge, high_edge = edges
    rows = len(out)
    width = out.shape[1] // 2
    zero, one = parts.dtype.type(0), parts.dtype.type(1)
    for i in numba.prange(rows):
        own, row = parts[i], out[i]
        for k in range(width):
            row[k] = max(own[k] + own[width + k], zero) if itself else zero
            row[width + k] = max(own[2 * width + k] + own[3 * width + k], zero) if itself else zero
        for e in range(low_at[i], low_at[i + 1]):
            other, share = parts[low[e]], _share(weight, low_edge, e, one)
            for k in range(width):
                row[k] += share * max(own[k] + other[width + k], zero)
        for e in range(high_at[i], high_at[i + 1]):
            other, share = parts[high[e]], _share(weight, high_edge, e, one)
            for k in range(width):
                row[width + k] += share * max(own[2 * width + k] + other[3 * width + k], zero)


@numba.njit(cache=True, parallel=True)
def relu_sums_gradient(
    lists: Lists, edges: Places, weight: Weight, parts: Floats, itself: bool, gradient: Floats,
    out: Floats, to_weight: Weight,
) -> None:  # fmt: skip
    """The backward pass: gradient [N, 2 F] of the result to out [N, 4 F], that of `parts`.

    With weights also to `to_weight` [E], the gradient of the weights; None without. Each edge is in
    the list of one upper end, whose thread writes both halves of its gradient.

    One block of columns at a time, each under a name of its own: only so does the compiler see that
    a loop reads and writes different memory, and uses wide registers (three times as fast).
    """
    low_at, low, high_at, high = lists
    low_edge, high_edge = edges
    rows = len(out)
    width = out.shape[1] // 4
    zero, one = parts.dtype.type(0), parts.dtype.type(1)
    for i in numba.prange(rows):
        own_up, other_up = parts[i, :width], parts[i, width : 2 * width]
        own_down, other_down = parts[i, 2 * width : 3 * width], parts[i, 3 * width :]
        to_own_up, to_other_up = out[i, :width], out[i, width : 2 * width]
        to_own_down, to_other_down = out[i, 2 * width : 3 * width], out[i, 3 * width :]
        up, down = gradient[i, :width], gradient[i, width:]
        for k in range(width):
            to_own_up[k] = up[k] if itself and own_up[k] + other_up[k] > zero else zero
            to_other_up[k] = to_own_up[k]
        for k in range(width):
            to_own_down[k] = down[k] if itself and own_down[k] + other_down[k] > zero else zero
            to_other_down[k] = to_own_down[k]
        for e in range(low_at[i], low_at[i + 1]):
            j, share = low[e], _share(weight, low_edge, e, one)
            said, heard = parts[j, width : 2 * width], parts[j, 2 * width : 3 * width]
            theirs = gradient[j, width:]
            if to_weight is not None:
                felt = zero
                for k in range(width):
                    felt += up[k] * max(own_up[k] + said[k], zero)
                for k in range(width):
                    felt += theirs[k] * max(heard[k] + other_down[k], zero)
                to_weight[low_edge[e]] = felt
            for k in range(width):
                to_own_up[k] += share * up[k] if own_up[k] + said[k] > zero else zero
            for k in range(width):
                to_other_down[k] += share * theirs[k] if heard[k] + other_down[k] > zero else zero
        for e in range(high_at[i], high_at[i + 1]):
            j, share = high[e], _share(weight, high_edge, e, one)
            said, heard = parts[j, 3 * width :], parts[j, :width]
            theirs = gradient[j, :width]
            for k in range(width):
                to_own_down[k] += share * down[k] if own_down[k] + said[k] > zero else zero
            for k in range(width):
                to_other_up[k] += share * theirs[k] if heard[k] + other_up[k] > zero else zero
