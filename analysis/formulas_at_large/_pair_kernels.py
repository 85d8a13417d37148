"""Compiled: double shortcuts; `analysis.formulas.double_shortcuts` says what they are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.formulas_at_large._graph_kernels import Rows, distances_to
from analysis.formulas_at_large._r_tilde_kernels import shortcuts_of
from data_gen.jit import kernel

__all__ = ["check_pairs"]


@kernel
def check_pairs(g: Rows, tops: NDArray[np.int64], pairs: NDArray[np.int64]) -> NDArray[np.bool_]:
    """bool[K], whether D_12 = D_21 for pairs of decompositions.

    Args:
        g: The graph.
        tops: int64[D], the z of the decompositions.
        pairs: int64[K, 2], places in `tops`.
    """
    size, top = len(g.ranks), len(g.ranks) - 1
    number, length = len(tops), g.ranks[len(g.ranks) - 1]
    agree = np.ones(len(pairs), np.bool_)
    # The second steps of decomposition d from p: steps[begins[at[p], d] : stops[at[p], d]].
    at, met = np.full(size, -1, np.int64), 0
    distances = np.empty((16, size), np.int16)
    begins = np.full((16, number), -1, np.int64)
    stops = np.empty((16, number), np.int64)
    steps, end = np.empty(256, np.int64), 0
    distances_to(g, top, distances[0])
    at[top], met = 0, 1
    sums = np.zeros((size, length + 1), np.int64)
    for k in range(len(pairs)):
        for side in range(2):
            one, two = pairs[k, side], pairs[k, 1 - side]
            sign = 1 - 2 * side
            if begins[0, one] < 0:
                found = shortcuts_of(g, g.down[tops[one]], top, distances[0])
                steps = _room(steps, end + len(found))
                steps[end : end + len(found)] = found
                begins[0, one], stops[0, one] = end, end + len(found)
                end += len(found)
            for i in range(begins[0, one], stops[0, one]):
                p = steps[i]
                if at[p] < 0:
                    if met == len(distances):
                        distances, begins, stops = _more(distances, begins, stops)
                    distances_to(g, p, distances[met])
                    at[p] = met
                    met += 1
                here = at[p]
                if begins[here, two] < 0:
                    found = shortcuts_of(g, g.down[tops[two]], p, distances[here])
                    steps = _room(steps, end + len(found))
                    steps[end : end + len(found)] = found
                    begins[here, two], stops[here, two] = end, end + len(found)
                    end += len(found)
                first = distances[0, p]
                for j in range(begins[here, two], stops[here, two]):
                    x = steps[j]
                    sums[x, first + distances[here, x]] += sign
        lowest = min(tops[pairs[k, 0]], tops[pairs[k, 1]])
        for x in range(lowest + 1):
            for j in range(length + 1):
                if sums[x, j]:
                    agree[k] = False
                    sums[x, j] = 0
    return agree


@kernel
def _room(array: NDArray[np.int64], wanted: int) -> NDArray[np.int64]:
    if wanted <= len(array):
        return array
    larger = np.empty(2 * wanted, np.int64)
    larger[: len(array)] = array
    return larger


@kernel
def _more(
    distances: NDArray[np.int16], begins: NDArray[np.int64], stops: NDArray[np.int64]
) -> tuple[NDArray[np.int16], NDArray[np.int64], NDArray[np.int64]]:
    """Twice as many rows."""
    rows = len(distances)
    one = np.empty((2 * rows, distances.shape[1]), np.int16)
    two = np.full((2 * rows, begins.shape[1]), -1, np.int64)
    three = np.empty((2 * rows, begins.shape[1]), np.int64)
    one[:rows], two[:rows], three[:rows] = distances, begins, stops
    return one, two, three
