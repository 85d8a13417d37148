"""Compiled loops over the masks of a graph, as rows of 64-bit words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data_gen.jit import kernel

__all__ = ["as_mask", "as_words", "rule_out"]

Words = NDArray[np.uint64]


def as_words(masks: tuple[int, ...], num_nodes: int) -> Words:
    """uint64[len(masks), W], bit v of a mask at bit v % 64 of the word v // 64."""
    width = -(-num_nodes // 64)
    raw = b"".join(mask.to_bytes(8 * width, "little") for mask in masks)
    return np.frombuffer(raw, dtype="<u8").reshape(len(masks), width)


def as_mask(words: Words) -> int:
    """The mask that a row of words stands for."""
    return int.from_bytes(words.astype("<u8").tobytes(), "little")


@kernel
def rule_out(ends: NDArray[np.int64], targets: NDArray[np.int64], up: Words) -> Words:
    """uint64[W], the z that cannot be the top of the ideal of a hypercube decomposition.

    Those above left and right but not above the top of a diamond, and those above p but not above
    two incomparable out-neighbours of p that are not the middles of exactly one diamond from p.

    Args:
        ends: int64[N + 1]; the edges up from v end at
            ``targets[ends[v] : ends[v + 1]]``, ascending.
        targets: int64[E].
        up: uint64[N, W], what lies above each vertex.
    """
    width = up.shape[1]
    bad = np.zeros(width, np.uint64)
    for p in range(len(ends) - 1):
        for i in range(ends[p], ends[p + 1]):
            a = targets[i]
            for j in range(ends[p], i):
                b = targets[j]
                common = 0
                first, last_b = ends[b], ends[b + 1]
                for k in range(ends[a], ends[a + 1]):
                    w = targets[k]
                    while first < last_b and targets[first] < w:
                        first += 1
                    if first == last_b:
                        break
                    if targets[first] == w:
                        common += 1
                        for word in range(width):
                            bad[word] |= up[a, word] & up[b, word] & ~up[w, word]
                # b comes before a, so it lies below a if they are comparable
                if common != 1 and not up[b, a >> 6] >> np.uint64(a & 63) & np.uint64(1):
                    for word in range(width):
                        bad[word] |= up[p, word] & ~up[a, word] & ~up[b, word]
    return bad
