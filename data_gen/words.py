"""Many permutations at once, as int8[k, n] arrays counting from 0."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["coatoms", "lengths", "pack", "swap_positions", "turn"]

Array = NDArray[np.int8]


def pack(z: Array) -> NDArray[np.uint64]:
    """One number for each row of int8[k, n], n at most 16: four bits an entry.

    The order of the numbers, uint64[k], is the lexicographic order of the rows.

    Example:
        >>> [hex(key) for key in pack(np.array([[0, 2, 1, 3], [2, 3, 0, 1]], np.int8))]
        ['0x213', '0x2301']
    """
    keys = np.zeros(len(z), dtype=np.uint64)
    for i in range(z.shape[1]):
        keys = (keys << np.uint64(4)) | z[:, i].astype(np.uint64)
    return keys


def lengths(z: Array) -> NDArray[np.int64]:
    """Coxeter lengths: int64 of the shape of `z` without its last axis.

    Example:
        >>> lengths(np.array([[0, 2, 1, 3], [2, 3, 0, 1]], np.int8)).tolist()
        [1, 4]
    """
    total = np.zeros(z.shape[:-1], dtype=np.int64)
    for i in range(z.shape[-1] - 1):
        total += (z[..., i : i + 1] > z[..., i + 1 :]).sum(axis=-1)
    return total


def swap_positions(z: Array, s: int) -> Array:
    """``z s`` for int8[k, n]: positions s and s + 1 exchanged.

    Example:
        >>> swap_positions(np.array([[2, 3, 0, 1]], np.int8), 1).tolist()
        [[2, 0, 3, 1]]
    """
    result = z.copy()
    result[:, [s, s + 1]] = z[:, [s + 1, s]]
    return result


def turn(z: Array, inverted: bool, turned: bool) -> Array:
    """The inverse, or the conjugate by w0, or both, of int8[k, n].

    Example:
        >>> z = np.array([[1, 2, 0, 3]], np.int8)  # 2314
        >>> turn(z, inverted=True, turned=False).tolist()
        [[2, 0, 1, 3]]
        >>> turn(z, inverted=False, turned=True).tolist()
        [[0, 3, 1, 2]]
    """
    if inverted:
        z = np.argsort(z, axis=1).astype(np.int8)
    return (np.int8(z.shape[1] - 1) - z[:, ::-1]).astype(np.int8) if turned else z


def coatoms(v: Array) -> Array:
    """The coatoms of [e, v]: all z < v with l(v) - l(z) = 1, as int8[., n]; v is int8[n].

    Example:
        >>> coatoms(np.array([2, 3, 0, 1], np.int8)).tolist()  # of 3412
        [[0, 3, 2, 1], [1, 3, 0, 2], [2, 0, 3, 1], [2, 1, 0, 3]]
    """
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
