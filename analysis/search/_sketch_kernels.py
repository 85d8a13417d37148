"""Compiled counting of different pairs, in little memory."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data_gen.jit import kernel

__all__ = ["add_pairs"]


@kernel
def add_pairs(registers: NDArray[np.uint8], xs: NDArray[np.int8], ws: NDArray[np.int8]) -> None:
    """Notes pairs: HyperLogLog, one byte a register, as many as a power of two.

    Args:
        registers: uint8[2^k]; changed.
        xs: int8[K, n], n at most 16.
        ws: int8[K, n].
    """
    size = np.uint64(len(registers))
    for k in range(len(xs)):
        x = w = np.uint64(0)
        for i in range(xs.shape[1]):
            x = x << np.uint64(4) | np.uint64(xs[k, i])
            w = w << np.uint64(4) | np.uint64(ws[k, i])
        hashed = _mix(x + _mix(w + np.uint64(0x9E3779B97F4A7C15)))
        rest, place = hashed // size, hashed % size
        trailing = 1
        while rest & np.uint64(1) == 0 and trailing < 40:
            rest >>= np.uint64(1)
            trailing += 1
        registers[place] = max(registers[place], np.uint8(trailing))


@kernel
def _mix(z: np.uint64) -> np.uint64:
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))
