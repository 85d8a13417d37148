"""Compiled: R-tilde-polynomials of subintervals, and the H-tilde and shortcut formulas.

A polynomial R~_{a,b} is a row h of integers, h[j] the coefficient of q^(l(a,b) - 2j): only these
powers occur. So q^k R~_{a,p}, as a part of R~_{a,b}, is the row moved by (l(p,b) - k) / 2.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.formulas_at_large._cluster_kernels import Decompositions
from analysis.formulas_at_large._graph_kernels import Rows, bit
from data_gen.jit import kernel

__all__ = ["RTilde", "check_r_tilde", "fill_row", "shortcuts_of"]


class RTilde(NamedTuple):
    """Where R-tilde-polynomials come from: a table, or increasing paths where it is empty.

    Dyer's theorem: R~_{a,b} is the sum of q^(number of edges) over the directed paths from a to b
    whose reflections increase, in any reflection order; here the lexicographic one of (i, j).

    Attributes:
        ids: uint16[M, M] or uint16[0, 0], the number of R~_{a,b} at (a, b).
        places: int64[N], the row and column of each vertex.
        rows: int64[K, H], the polynomials, as the module says.
        sources: int64[E], the edges in the order of their reflections.
        targets: int64[E].
    """

    ids: NDArray[np.uint16]
    places: NDArray[np.int64]
    rows: NDArray[np.int64]
    sources: NDArray[np.int64]
    targets: NDArray[np.int64]


@kernel
def fill_row(g: Rows, a: int, known: RTilde, found: NDArray[np.int64]) -> None:
    """R~_{a,b} for all b, int64[N, H]; 0 where b is not above a."""
    width = found.shape[1]
    if len(known.ids):
        for b in range(a, len(found)):
            if bit(g.up[a], b):
                number = known.ids[known.places[a], known.places[b]]
                for j in range(width):
                    found[b, j] = known.rows[number, j]
            else:
                found[b] = 0
        return
    found[a:] = 0
    found[a, 0] = 1
    for e in range(len(known.sources)):
        s = known.sources[e]
        if s < a or not bit(g.up[a], s):
            continue
        t = known.targets[e]
        move = (g.ranks[t] - g.ranks[s] - 1) >> 1
        for j in range(width - move):
            found[t, j + move] += found[s, j]


@kernel
def shortcuts_of(
    g: Rows, ideal: NDArray[np.uint64], b: int, distances: NDArray[np.int16]
) -> NDArray[np.int64]:
    """The shortcuts of [u, b] for a lower ideal, ascending.

    Args:
        g: The graph.
        ideal: The ideal; what lies below b counts.
        b: A vertex; if it is in the ideal, it is the only shortcut.
        distances: int16[N], d(., b) as `distances_to` gives.
    """
    found, number = np.empty(b + 1, np.int64), 0
    if bit(ideal, b):
        found[0] = b
        return found[:1].copy()
    for word in range((b >> 6) + 1):
        both = ideal[word] & g.down[b, word]
        p = word << 6
        while both:
            if both & np.uint64(1):
                straight = True
                for e in range(g.ends[p], g.ends[p + 1]):
                    t = g.targets[e]
                    if distances[t] == distances[p] - 1 and distances[p] > 0 and bit(ideal, t):
                        straight = False
                        break
                if straight:
                    found[number] = p
                    number += 1
            both >>= np.uint64(1)
            p += 1
    return found[:number].copy()


@kernel
def check_r_tilde(
    g: Rows, decs: Decompositions, to_top: NDArray[np.int16], known: RTilde, amazing: bool
) -> NDArray[np.bool_]:
    """bool[D, 4]: whether H-tilde, shortcuts, the same terms and "amazing" hold of each.

    Args:
        g: The graph.
        decs: Its decompositions.
        to_top: int16[N], d(., v).
        known: The true polynomials.
        amazing: Whether to look at the fourth; it is true without looking if not.
    """
    size, number = len(g.ranks), len(decs.tops)
    top, width = size - 1, known.rows.shape[1]
    holds = np.ones((number, 4), np.bool_)
    row, total = np.zeros((size, width), np.int64), np.empty(width, np.int64)
    fill_row(g, 0, known, row)
    shortcut_ends = np.zeros(number + 1, np.int64)
    shortcuts = np.empty(64, np.int64)
    for d in range(number):
        mine = shortcuts_of(g, g.down[decs.tops[d]], top, to_top)
        begin, end = shortcut_ends[d], shortcut_ends[d] + len(mine)
        if end > len(shortcuts):
            larger = np.empty(2 * end, np.int64)
            larger[:begin] = shortcuts[:begin]
            shortcuts = larger
        shortcuts[begin:end] = mine
        shortcut_ends[d + 1] = end
        first, last = decs.cube_ends[d], decs.cube_ends[d + 1]
        total[:] = 0
        for c in range(first, last):
            p = decs.cube_bottoms[c]
            _add(row[p], (g.ranks[top] - g.ranks[p] - decs.cube_sizes[c]) >> 1, total)
        holds[d, 0] = _equal(total, row[top])
        same = last - first == len(mine)
        for c in range(first, last):
            p = decs.cube_bottoms[c]
            same = same and p == mine[c - first] and to_top[p] == decs.cube_sizes[c]
        holds[d, 2] = same
    highest = decs.tops.max() if amazing and number else 0
    for a in range(highest + 1):
        if a > 0:
            needed = False
            for d in range(number):
                needed = needed or bit(g.down[decs.tops[d]], a)
            if not needed:
                continue
            fill_row(g, a, known, row)
        for d in range(number):
            if not bit(g.down[decs.tops[d]], a):
                continue
            total[:] = 0
            for k in range(shortcut_ends[d], shortcut_ends[d + 1]):
                p = shortcuts[k]
                if bit(g.up[a], p):
                    _add(row[p], (g.ranks[top] - g.ranks[p] - to_top[p]) >> 1, total)
            if not _equal(total, row[top]):
                holds[d, 3] = False
                if a == 0:
                    holds[d, 1] = False
    return holds


@kernel
def _add(row: NDArray[np.int64], move: int, total: NDArray[np.int64]) -> None:
    for j in range(len(row) - move):
        total[j + move] += row[j]


@kernel
def _equal(one: NDArray[np.int64], other: NDArray[np.int64]) -> bool:
    for j in range(len(one)):  # noqa: SIM110 - numba has no generators here
        if one[j] != other[j]:
            return False
    return True
