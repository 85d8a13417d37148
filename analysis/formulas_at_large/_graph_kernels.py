"""Compiled: the graph of one interval as adjacency lists and rows of 64-bit words."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data_gen.jit import kernel

__all__ = ["Rows", "bit", "distances_to", "dual", "make_rows", "ones"]


class Rows(NamedTuple):
    """One interval [u, v]: vertices by rank, 0 the bottom u, N-1 the top v.

    Attributes:
        ranks: int64[N].
        ends: int64[N + 1]; the edges up from a end at ``targets[ends[a] : ends[a + 1]]``.
        targets: int32[E], ascending for each vertex.
        in_ends: int64[N + 1]; those down from a at ``sources[in_ends[a] : in_ends[a + 1]]``.
        sources: int32[E], ascending for each vertex.
        up: uint64[N, W], what lies above each vertex, itself included: b at bit b % 64 of word
            b // 64.
        down: uint64[N, W], what lies below, itself included.
        out: uint64[N, W], the ends of the edges up.
    """

    ranks: NDArray[np.int64]
    ends: NDArray[np.int64]
    targets: NDArray[np.int32]
    in_ends: NDArray[np.int64]
    sources: NDArray[np.int32]
    up: NDArray[np.uint64]
    down: NDArray[np.uint64]
    out: NDArray[np.uint64]


@kernel
def bit(row: NDArray[np.uint64], v: int) -> bool:
    """Whether v is in the set that a row stands for."""
    return bool((row[v >> 6] >> np.uint64(v & 63)) & np.uint64(1))


@kernel
def ones(word: np.uint64) -> int:
    """How many bits of a word are set."""
    word = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    word = (word & np.uint64(0x3333333333333333)) + (
        (word >> np.uint64(2)) & np.uint64(0x3333333333333333)
    )
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return int((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


@kernel
def make_rows(
    ranks: NDArray[np.int16], sources: NDArray[np.int32], targets: NDArray[np.int32]
) -> Rows:
    """The graph of one interval, its edges sorted by source and target."""
    size, edges = len(ranks), len(sources)
    width = (size + 63) // 64
    one = np.uint64(1)
    ends, in_ends = np.zeros(size + 1, np.int64), np.zeros(size + 1, np.int64)
    for e in range(edges):
        ends[sources[e] + 1] += 1
        in_ends[targets[e] + 1] += 1
    for v in range(size):
        ends[v + 1] += ends[v]
        in_ends[v + 1] += in_ends[v]
    below, place = np.empty(edges, np.int32), in_ends[:-1].copy()
    up, down = np.zeros((size, width), np.uint64), np.zeros((size, width), np.uint64)
    out = np.zeros((size, width), np.uint64)
    for v in range(size):
        up[v, v >> 6] |= one << np.uint64(v & 63)
        down[v, v >> 6] |= one << np.uint64(v & 63)
    for e in range(edges):  # by source: what lies below the source is known
        s, t = sources[e], targets[e]
        below[place[t]] = s
        place[t] += 1
        out[s, t >> 6] |= one << np.uint64(t & 63)
        for word in range((s >> 6) + 1):
            down[t, word] |= down[s, word]
    for e in range(edges - 1, -1, -1):
        s, t = sources[e], targets[e]
        for word in range(t >> 6, width):
            up[s, word] |= up[t, word]
    return Rows(ranks.astype(np.int64), ends, targets, in_ends, below, up, down, out)


@kernel
def dual(
    ranks: NDArray[np.int16],
    sources: NDArray[np.int32],
    targets: NDArray[np.int32],
    labels: NDArray[np.int64],
) -> tuple[NDArray[np.int16], NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
    """The edges turned round, vertex v renamed N-1-v, sorted again; labels go with their edges."""
    size, edges = len(ranks), len(sources)
    ends = np.zeros(size + 1, np.int64)
    for t in targets:
        ends[size - t] += 1
    for v in range(size):
        ends[v + 1] += ends[v]
    new_ranks = np.empty(size, np.int16)
    for v in range(size):
        new_ranks[v] = ranks[size - 1] - ranks[size - 1 - v]
    starts, ups, names = np.empty(edges, np.int32), np.empty(edges, np.int32), labels.copy()
    for e in range(edges - 1, -1, -1):  # old sources descending: new targets ascending
        v = size - 1 - targets[e]
        starts[ends[v]], ups[ends[v]], names[ends[v]] = v, size - 1 - sources[e], labels[e]
        ends[v] += 1
    return new_ranks, starts, ups, names


@kernel
def distances_to(g: Rows, b: int, found: NDArray[np.int16]) -> None:
    """The number of edges of a shortest directed path to b from every vertex; -1 if there is none.

    Args:
        g: The graph.
        b: A vertex.
        found: int16[N], where to write.
    """
    found[:] = -1
    found[b] = 0
    for v in range(b - 1, -1, -1):
        best = np.int16(-1)
        for e in range(g.ends[v], g.ends[v + 1]):
            t = g.targets[e]
            if t > b:
                break
            if found[t] >= 0 and (best < 0 or found[t] < best):
                best = found[t]
        if best >= 0:
            found[v] = best + 1
