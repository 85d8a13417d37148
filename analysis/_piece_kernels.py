"""Compiled search for the two pieces of the standard hypercube decompositions.

The four ideals are one construction: the vertices that are reached from the bottom u by edges whose
reflection leaves one position p alone. For "first" p is 1, for "last" n, for "pos1" the place of
the letter 1 in u, for "posn" that of n: along such edges the letter at p stays, and an ideal
[u, z] of elements that share it is an interval of S_{n-1}, hence connected by them.

The hypercubes at u are those of the unlabelled graph: theta(Y) is the one vertex that has an edge
from each of its |Y| faces theta(Y - a).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis._rows import Rows
from data_gen.jit import kernel

__all__ = ["ELSEWHERE", "HYPERCUBE", "IDEAL", "WHOLE", "find_pieces"]

WHOLE, ELSEWHERE, IDEAL, HYPERCUBE = -1, 0, 1, 2


@kernel
def find_pieces(
    node_offsets: NDArray[np.int64],
    rows: Rows,
    i: NDArray[np.int8],
    j: NDArray[np.int8],
    places: NDArray[np.int64],
    codes: NDArray[np.int8],
) -> int:
    """Fills the codes of one kind of decomposition for all intervals.

    Args:
        node_offsets: int64[G + 1].
        rows: Edges by their lower ends.
        i: int8[E], first positions of the reflections, from 1.
        j: int8[E], second positions.
        places: int64[G], the position p of each interval.
        codes: int8[V], filled; all `WHOLE` where the ideal is the whole interval.

    Returns:
        -1, or the first interval whose edges outside the ideal span no hypercubes at the bottom:
        then its labels are not those of a Bruhat graph, or p is not one of the four.
    """
    for g in range(len(node_offsets) - 1):
        first, last = node_offsets[g], node_offsets[g + 1]
        inside = _mark_ideal(first, last, rows, i, j, places[g], codes)
        if inside == last - first:
            for v in range(first, last):
                codes[v] = WHOLE
        elif not _mark_hypercubes(first, last, rows, codes):
            return g
    return -1


@kernel
def _mark_ideal(
    first: int,
    last: int,
    rows: Rows,
    i: NDArray[np.int8],
    j: NDArray[np.int8],
    place: int,
    codes: NDArray[np.int8],
) -> int:
    """How many vertices the ideal has; one pass will do, as vertices are in the order of ranks."""
    for v in range(first, last):
        codes[v] = ELSEWHERE
    codes[first] = IDEAL
    inside = 0
    for v in range(first, last):
        if codes[v] == IDEAL:
            inside += 1
            for r in range(rows.ends[v], rows.ends[v + 1]):
                e = rows.edges[r]
                if i[e] != place and j[e] != place:
                    codes[rows.names[r]] = IDEAL
    return inside


@kernel
def _mark_hypercubes(first: int, last: int, rows: Rows, codes: NDArray[np.int8]) -> bool:
    spans = np.empty(rows.ends[first + 1] - rows.ends[first], np.int64)  # E_u
    number = 0
    for r in range(rows.ends[first], rows.ends[first + 1]):
        if codes[rows.names[r]] == ELSEWHERE:
            spans[number] = rows.names[r]
            number += 1
    above = _above(first, last, rows, spans[:number])
    theta = np.full(1 << number, -1, np.int64)
    theta[0] = first
    hits = np.zeros(last - first, np.int16)
    for chosen in range(1, 1 << number):
        lowest = chosen & -chosen
        others = chosen ^ lowest
        if theta[others] < 0:
            continue
        if others == 0:
            theta[chosen] = spans[_log2(lowest)]
        elif _is_antichain(lowest, others, spans, above, first):
            theta[chosen] = _corner(chosen, first, rows, theta, hits)
            if theta[chosen] < 0:
                return False
        if theta[chosen] >= 0:
            codes[theta[chosen]] = HYPERCUBE
    return True


@kernel
def _above(first: int, last: int, rows: Rows, spans: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each vertex, as bits, the elements of `spans` that it is above or equal to."""
    above = np.zeros(last - first, np.int64)
    for k in range(len(spans)):
        above[spans[k] - first] = 1 << k
    for v in range(first + 1, last):
        if above[v - first]:
            for r in range(rows.ends[v], rows.ends[v + 1]):
                above[rows.names[r] - first] |= above[v - first]
    return above


@kernel
def _is_antichain(
    lowest: int, others: int, spans: NDArray[np.int64], above: NDArray[np.int64], first: int
) -> bool:
    """Whether `lowest` is incomparable with each of `others`, which are an antichain."""
    if above[spans[_log2(lowest)] - first] & others:
        return False
    rest = others
    while rest:
        bit = rest & -rest
        rest ^= bit
        if above[spans[_log2(bit)] - first] & lowest:
            return False
    return True


@kernel
def _corner(
    chosen: int, first: int, rows: Rows, theta: NDArray[np.int64], hits: NDArray[np.int16]
) -> int:
    """The one vertex above all faces of a cube; -1 if there is none or more, or faces are equal."""
    size, rest = 0, chosen
    while rest:
        bit = rest & -rest
        rest ^= bit
        size += 1
        face = theta[chosen ^ bit]
        for r in range(rows.ends[face], rows.ends[face + 1]):
            hits[rows.names[r] - first] += 1
        later = rest
        while later:
            other = later & -later
            later ^= other
            if theta[chosen ^ other] == face:
                size = -1 << 30
    corner, found, rest = -1, 0, chosen
    while rest:
        bit = rest & -rest
        rest ^= bit
        face = theta[chosen ^ bit]
        for r in range(rows.ends[face], rows.ends[face + 1]):
            w = rows.names[r]
            if hits[w - first] == size:
                corner = w
                found += 1
            hits[w - first] = 0
    return corner if found == 1 else -1


@kernel
def _log2(bit: int) -> int:
    place = 0
    while bit > 1:
        bit >>= 1
        place += 1
    return place
