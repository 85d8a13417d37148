"""Compiled: the formula of Blundell et al. for P, and its gammas; see `analysis.formulas.bbdvw`."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.formulas_at_large._cluster_kernels import (
    Cubes,
    Decompositions,
    find_cubes,
    leaving,
)
from analysis.formulas_at_large._graph_kernels import Rows, bit, ones
from data_gen.jit import kernel
from data_gen.kl_kernels.fast_lookup import FastLookup, look_up_fast

__all__ = ["KL", "check_bbdvw", "look_up"]


class KL(NamedTuple):
    """The Kazhdan-Lusztig polynomials of subintervals.

    Attributes:
        ids: uint16[M, M], the number of P_{a,b} at (b, a).
        places: int64[N], the row and column of each vertex.
        coefficients: int64[K, C], ascending.
        looked_up: bool[N], for which vertices b the row of `ids` is filled already.
        ranks: int64[N], lexicographic ranks, to look up the others.
        tables: Where they are looked up.
    """

    ids: NDArray[np.uint16]
    places: NDArray[np.int64]
    coefficients: NDArray[np.int64]
    looked_up: NDArray[np.bool_]
    ranks: NDArray[np.int64]
    tables: FastLookup


@kernel
def look_up(g: Rows, b: int, kl: KL) -> None:
    """Fills the row of b: few rows are needed, and looking up is what takes the time."""
    if kl.looked_up[b]:
        return
    below, number = np.empty(b + 1, np.int64), 0
    for a in range(b + 1):
        if bit(g.down[b], a):
            below[number] = a
            number += 1
    found = np.empty(number, np.int32)
    look_up_fast(kl.tables, kl.ranks[below[:number]], np.full(number, kl.ranks[b]), found)
    for k in range(number):
        kl.ids[kl.places[b], kl.places[below[k]]] = found[k] - 1
    kl.looked_up[b] = True


@kernel
def _derive(polynomial: NDArray[np.int64], length: int, times: int, out: NDArray[np.int64]) -> None:
    """Adds some times (q^l P(1/q) - P(q)) / (q - 1) to `out`."""
    total = np.int64(0)
    for k in range(length):
        low = polynomial[k] if k < len(polynomial) else 0
        high = polynomial[length - k] if length - k < len(polynomial) else 0
        total += low - high
        out[k] += times * total


@kernel
def _hypercube_piece(g: Rows, z: int, kl: KL, s: Cubes, count: int, out: NDArray[np.int64]) -> bool:
    """Writes Q; tells whether N has degree less than l."""
    top, length = len(g.ranks) - 1, g.ranks[len(g.ranks) - 1]
    places = leaving(g, 0, g.down[z])
    dimension = 0
    for k in range(1, count):
        if not s.chains[k] & ~places:
            dimension = max(dimension, s.sizes[k])
    width = kl.coefficients.shape[1]
    by_size = np.zeros((dimension + 1, g.ends[1] + width), np.int64)
    row = kl.ids[kl.places[top]]
    for k in range(1, count):
        if s.chains[k] & ~places:
            continue
        move = ones(s.lower[k] & places)
        polynomial = kl.coefficients[row[kl.places[s.tops[k]]]]
        for j in range(width):
            by_size[s.sizes[k], move + j] += polynomial[j]
    total = np.zeros(by_size.shape[1] + dimension, np.int64)
    for size in range(dimension, 0, -1):  # Horner in q - 1
        for j in range(len(total) - 1, 0, -1):
            total[j] = total[j - 1] - total[j]
        total[0] = -total[0]
        for j in range(by_size.shape[1]):
            total[j] += by_size[size, j]
    fits = True
    out[:] = 0
    for j in range(len(total)):
        if j < length:
            out[length - 1 - j] = total[j]
        elif total[j]:
            fits = False
    return fits


@kernel
def check_bbdvw(g: Rows, decs: Decompositions, kl: KL, s: Cubes) -> NDArray[np.bool_]:
    """bool[D, 2]: whether the formula gives P_{u,v}, and whether no gamma has a coefficient < 0.

    Args:
        g: The graph.
        decs: Its decompositions.
        kl: The true polynomials.
        s: Room for the cubes at one vertex.
    """
    size, top = len(g.ranks), len(g.ranks) - 1
    length = g.ranks[top]
    width = (length + 1) // 2  # of every polynomial of a subinterval
    coefficients = kl.coefficients
    narrow = min(width, coefficients.shape[1])
    truth = np.zeros(length, np.int64)
    look_up(g, top, kl)
    last = kl.ids[kl.places[top]]
    _derive(coefficients[last[kl.places[0]]], length, 1, truth)
    holds = np.ones((len(decs.tops), 2), np.bool_)
    # Longer than P^d can be: what a wrong polynomial gives has to have room.
    total = np.empty(length + width, np.int64)
    rest = np.zeros((size, width), np.int64)
    gamma = np.empty(width, np.int64)
    places = np.empty(len(decs.tops), np.uint64)
    for d in range(len(decs.tops)):
        places[d] = leaving(g, 0, g.down[decs.tops[d]])
    count, _ = find_cubes(g, 0, places, len(places), s)
    for d in range(len(decs.tops)):
        z = decs.tops[d]
        fits = _hypercube_piece(g, z, kl, s, count, total)
        for w in range(1, z + 1):
            if bit(g.down[z], w):
                rest[w] = 0
                polynomial = coefficients[last[kl.places[w]]]
                for j in range(narrow):
                    rest[w, j] = polynomial[j]
        rest[0] = 0
        for w in range(z, 0, -1):
            if not bit(g.down[z], w) or not rest[w].any():
                continue
            gamma[:] = rest[w]
            look_up(g, w, kl)
            row = kl.ids[kl.places[w]]
            for x in range(w):
                if bit(g.down[w], x):
                    _subtract(gamma, coefficients[row[kl.places[x]]], rest[x])
            low = coefficients[row[kl.places[0]]]
            for j in range(width):
                if gamma[j]:
                    _derive(low, g.ranks[w], gamma[j], total[j:])
                    if gamma[j] < 0:
                        holds[d, 1] = False
        holds[d, 0] = fits
        for k in range(length + width):
            if total[k] != (truth[k] if k < length else 0):
                holds[d, 0] = False
        for k in range(width):  # that of u belongs to the polynomial that comes out
            here = rest[0, k] + (total[k] - (total[k - 1] if k else 0))
            if here < 0:
                holds[d, 1] = False
    return holds


@kernel
def _subtract(
    gamma: NDArray[np.int64], polynomial: NDArray[np.int64], rest: NDArray[np.int64]
) -> None:
    """Takes gamma times a polynomial from `rest`, whose degree it does not exceed."""
    for i in range(len(gamma)):
        if gamma[i]:
            for j in range(min(len(rest) - i, len(polynomial))):
                rest[i + j] -= gamma[i] * polynomial[j]
