"""Compiled: the hypercubes at a vertex, and which ideals are hypercube decompositions.

The same as `analysis.formulas.clusters` and `analysis.formulas.hypercube_decompositions`, which
say what the words mean, for hundreds of intervals a second. What makes it quick: the hypercube that
an antichain spans at p does not depend on the cluster, so all of p are found once, and a cluster of
a decomposition is a selection of them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.formulas_at_large._graph_kernels import Rows, bit, ones
from data_gen.jit import kernel

__all__ = ["Cubes", "Decompositions", "find_cubes", "find_decompositions", "leaving", "make_cubes"]

NO_ROOM = -1


class Cubes(NamedTuple):
    """Room for the hypercubes at one vertex p, one for each antichain, the empty one first.

    Sets of edges up from p are words: bit k for the edge to ``targets[ends[p] + k]``.

    Attributes:
        chains: uint64[R], each antichain.
        tops: int64[R], the top of its hypercube.
        sizes: int64[R], its number of elements.
        lower: uint64[R], all out-neighbours of p below some element of it.
        joins: bool[R], whether the top is its least upper bound.
        face_ends: int64[R + 1].
        faces: int64[8 R], the antichains that are one element smaller.
        child: int64[R], where the antichain with one more element is; for the element at work.
        above: uint64[R, W], the common upper bounds.
        failing: uint64[R], the antichains that span no hypercube, though all smaller ones do.
    """

    chains: NDArray[np.uint64]
    tops: NDArray[np.int64]
    sizes: NDArray[np.int64]
    lower: NDArray[np.uint64]
    joins: NDArray[np.bool_]
    face_ends: NDArray[np.int64]
    faces: NDArray[np.int64]
    child: NDArray[np.int64]
    above: NDArray[np.uint64]
    failing: NDArray[np.uint64]


class Decompositions(NamedTuple):
    """The hypercube decompositions of one interval, and all hypercubes in them up to its top.

    Attributes:
        tops: int64[D], the z, ascending.
        join_strong: bool[D].
        numerical: bool[D], whether the numerical criterion holds.
        cube_ends: int64[D + 1]; decomposition d has the cubes ``cube_ends[d] : cube_ends[d + 1]``.
        cube_bottoms: int64[C], p, ascending.
        cube_sizes: int64[C], the number of elements of the antichain Y with theta_p(Y) = v.
    """

    tops: NDArray[np.int64]
    join_strong: NDArray[np.bool_]
    numerical: NDArray[np.bool_]
    cube_ends: NDArray[np.int64]
    cube_bottoms: NDArray[np.int64]
    cube_sizes: NDArray[np.int64]


@kernel
def make_cubes(room: int, width: int) -> Cubes:
    """Room for so many antichains in a graph whose sets have so many words."""
    return Cubes(
        np.empty(room, np.uint64),
        np.empty(room, np.int64),
        np.empty(room, np.int64),
        np.empty(room, np.uint64),
        np.empty(room, np.bool_),
        np.empty(room + 1, np.int64),
        np.empty(8 * room, np.int64),
        np.empty(room, np.int64),
        np.empty((room, width), np.uint64),
        np.empty(room, np.uint64),
    )


@kernel
def find_cubes(
    g: Rows, p: int, places: NDArray[np.uint64], number: int, s: Cubes
) -> tuple[int, int]:
    """The hypercubes at p spanned by the antichains in some sets of its out-neighbours.

    Args:
        g: The graph.
        p: A vertex.
        places: Sets of edges up from p.
        number: How many sets there are.
        s: Where to write them.

    Returns:
        The numbers of antichains that span a hypercube, -1 if there is no room, and of those that
        span none though all their parts do.
    """
    first_edge, degree = g.ends[p], g.ends[p + 1] - g.ends[p]
    count, failing = 1, 0
    s.chains[0], s.tops[0], s.sizes[0], s.lower[0], s.joins[0] = 0, p, 0, 0, True
    s.face_ends[0], s.face_ends[1] = 0, 0
    s.above[0] = g.up[0]
    for place in range(degree):
        alone = np.uint64(1) << np.uint64(place)
        if not _within(alone, places, number):
            continue
        a = np.int64(g.targets[first_edge + place])
        comparable = np.uint64(0)
        for k in range(place):
            if bit(g.down[a], g.targets[first_edge + k]):
                comparable |= np.uint64(1) << np.uint64(k)
        before = count
        for k in range(before):
            s.child[k] = -1
            if s.chains[k] & comparable:  # ranks ascend, so what is comparable is below
                continue
            first, size = s.face_ends[count], s.sizes[k] + 1
            if max(count + 1, failing + 1) >= len(s.chains) or first + size > len(s.faces):
                return NO_ROOM, 0
            s.faces[first] = k
            spanned = True
            for f in range(size - 1):
                face = s.child[s.faces[s.face_ends[k] + f]]
                s.faces[first + 1 + f] = face
                spanned = spanned and face >= 0
            if not spanned or not _within(s.chains[k] | alone, places, number):
                continue
            top = a if size == 1 else _common_top(g, s, first, size)
            if top < 0:
                s.failing[failing] = s.chains[k] | alone
                failing += 1
                continue
            s.child[k] = count
            s.chains[count], s.tops[count], s.sizes[count] = s.chains[k] | alone, top, size
            s.lower[count] = s.lower[k] | comparable
            s.face_ends[count + 1] = first + size
            joins = True
            for word in range(a >> 6, g.up.shape[1]):
                bounds = s.above[k, word] & g.up[a, word]
                s.above[count, word] = bounds
                joins = joins and bounds == g.up[top, word]
            for word in range(a >> 6):
                s.above[count, word] = 0
            s.joins[count] = joins
            count += 1
    return count, failing


@kernel
def _within(chain: np.uint64, places: NDArray[np.uint64], number: int) -> bool:
    """Whether a set is part of one of some sets."""
    for k in range(number):  # noqa: SIM110 - numba has no generators here
        if not chain & ~places[k]:
            return True
    return False


@kernel
def _common_top(g: Rows, s: Cubes, first: int, size: int) -> int:
    """The only vertex with an edge from the tops of all faces, which have to differ; -1 if none."""
    for i in range(1, size):
        for j in range(i):
            if s.tops[s.faces[first + i]] == s.tops[s.faces[first + j]]:
                return -1
    start, top = s.tops[s.faces[first]], -1
    for e in range(g.ends[start], g.ends[start + 1]):
        t = g.targets[e]
        common = True
        for i in range(1, size):
            if not bit(g.out[s.tops[s.faces[first + i]]], t):
                common = False
                break
        if common:
            if top >= 0:
                return -1
            top = int(t)
    return top


@kernel
def leaving(g: Rows, p: int, ideal: NDArray[np.uint64]) -> np.uint64:
    """Which of the edges up from p leave an ideal."""
    places = np.uint64(0)
    for k in range(g.ends[p + 1] - g.ends[p]):
        if not bit(ideal, g.targets[g.ends[p] + k]):
            places |= np.uint64(1) << np.uint64(k)
    return places


@kernel
def find_decompositions(
    g: Rows, candidates: NDArray[np.int64], s: Cubes
) -> tuple[bool, Decompositions]:
    """Which ideals [u, z] are hypercube decompositions, of those whose diamonds are all closed.

    Args:
        g: The graph.
        candidates: int64[K], the z that `analysis.formulas._mask_kernels.rule_out` left, ascending.
        s: Room for the cubes at one vertex.

    Returns:
        Whether there was room enough, and the decompositions.
    """
    top, number = len(g.ranks) - 1, len(candidates)
    left = np.ones(number, np.bool_)
    strong, numerical = np.ones(number, np.bool_), np.ones(number, np.bool_)
    places, different = np.empty(number, np.uint64), np.empty(number, np.uint64)
    # The cubes up to the top: candidate, bottom, size.
    met, cubes = np.empty((256, 3), np.int64), 0
    for p in range(candidates[number - 1] + 1 if number else 0):
        kinds = 0
        for c in range(number):
            places[c] = 0
            if left[c] and bit(g.down[candidates[c]], p):
                places[c] = leaving(g, p, g.down[candidates[c]])
                if places[c] and not _within(places[c], different, kinds):
                    different[kinds] = places[c]
                    kinds += 1
        if not kinds:
            continue
        count, failing = find_cubes(g, p, different, kinds, s)
        if count == NO_ROOM:
            return False, _chosen(candidates, strong, numerical, np.zeros_like(left), met[:0])
        for c in range(number):
            mine = places[c]
            if not mine:
                continue
            for k in range(failing):
                if not s.failing[k] & ~mine:
                    left[c] = False
                    break
            if not left[c]:
                continue
            for k in range(1, count):
                if s.chains[k] & ~mine:
                    continue
                if not s.joins[k]:
                    strong[c] = False
                size, end = s.sizes[k], s.tops[k]
                if 2 * ones(s.lower[k] & mine) != g.ranks[end] - g.ranks[p] - size:
                    numerical[c] = False
                if end == top:
                    if cubes == len(met):
                        old = met
                        met = np.empty((2 * cubes, 3), np.int64)
                        met[:cubes] = old
                    met[cubes, 0], met[cubes, 1], met[cubes, 2] = c, p, size
                    cubes += 1
    return True, _chosen(candidates, strong, numerical, left, met[:cubes])


@kernel
def _chosen(
    candidates: NDArray[np.int64],
    strong: NDArray[np.bool_],
    numerical: NDArray[np.bool_],
    left: NDArray[np.bool_],
    met: NDArray[np.int64],
) -> Decompositions:
    """What is left, and its cubes, decomposition by decomposition."""
    ends = np.zeros(len(left) + 1, np.int64)
    for k in range(len(met)):
        if left[met[k, 0]]:
            ends[met[k, 0] + 1] += 1
    for c in range(len(left)):
        ends[c + 1] += ends[c]
    bottoms, sizes = np.empty(ends[len(left)], np.int64), np.empty(ends[len(left)], np.int64)
    place = ends.copy()
    for k in range(len(met)):
        c = met[k, 0]
        if left[c]:
            bottoms[place[c]], sizes[place[c]] = met[k, 1], met[k, 2]
            place[c] += 1
    # A candidate that is not left has no cubes, so the ends of the others are right.
    rows = np.flatnonzero(left)
    cube_ends = np.zeros(len(rows) + 1, np.int64)
    for d in range(len(rows)):
        cube_ends[d + 1] = ends[rows[d] + 1]
    return Decompositions(
        candidates[rows], strong[rows], numerical[rows], cube_ends, bottoms, sizes
    )
