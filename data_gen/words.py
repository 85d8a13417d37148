"""Many permutations at once, as int8[k, n] arrays counting from 0."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["coatoms", "lengths", "pack", "swap_positions", "turn"]

Array = NDArray[np.int8]


def pack(z: Array) -> NDArray[np.uint64]:
    """Four bits an entry; keeps lexicographic order."""
    keys = np.zeros(len(z), dtype=np.uint64)
    for i in range(z.shape[1]):
        keys = (keys << np.uint64(4)) | z[:, i].astype(np.uint64)
    return keys


def lengths(z: Array) -> NDArray[np.int64]:
    """Coxeter lengths: int64 of the shape of `z` without its last axis."""
    total = np.zeros(z.shape[:-1], dtype=np.int64)
    for i in range(z.shape[-1] - 1):
        total += (z[..., i : i + 1] > z[..., i + 1 :]).sum(axis=-1)
    return total


def swap_positions(z: Array, s: int) -> Array:
    """``z s`` for int8[k, n]: positions s and s + 1 exchanged."""
    result = z.copy()
    result[:, [s, s + 1]] = z[:, [s + 1, s]]
    return result


def turn(z: Array, inverted: bool, turned: bool) -> Array:
    """The inverse, or the conjugate by w0, or both, of int8[k, n]."""
    if inverted:
        z = np.argsort(z, axis=1).astype(np.int8)
    return (np.int8(z.shape[1] - 1) - z[:, ::-1]).astype(np.int8) if turned else z


def coatoms(v: Array) -> Array:
    """All z < v with l(v) - l(z) = 1."""
    pairs = [
        (i, j)
        for i in range(len(v))
        for j in range(i + 1, len(v))
        if v[i] > v[j] and not ((v[i + 1 : j] < v[i]) & (v[i + 1 : j] > v[j])).any()
    ]
    result = np.repeat(v[np.newaxis], len(pairs), axis=0)
    for k, (i, j) in enumerate(pairs):
        result[k, [i, j]] = v[[j, i]]
    return result
