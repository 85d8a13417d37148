"""Compiled: the largest eigenvalues and the matching numbers of many small graphs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data_gen.jit import kernel

__all__ = ["are_connected", "largest_eigenvalues", "matching_numbers"]

_PRIME = np.int64(2_147_483_647)
_MOST_PRODUCTS = 2000


@kernel
def are_connected(graphs: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """bool[B] of adjacency matrices uint8[B, n, n]."""
    count, n = graphs.shape[:2]
    found = np.zeros(count, np.bool_)
    for b in range(count):
        seen = np.zeros(n, np.bool_)
        stack = np.zeros(n, np.int64)
        seen[0], height, met = True, 1, 1
        while height:
            height -= 1
            v = stack[height]
            for u in range(n):
                if graphs[b, v, u] and not seen[u]:
                    seen[u] = True
                    stack[height] = u
                    height += 1
                    met += 1
        found[b] = met == n
    return found


@kernel
def largest_eigenvalues(graphs: NDArray[np.uint8]) -> NDArray[np.float64]:
    """float64[B] of connected graphs, within 1e-9 or so from below, by powers of A + I."""
    count, n = graphs.shape[:2]
    found = np.zeros(count)
    for b in range(count):
        vector = np.ones(n) / np.sqrt(n)
        value = 0.0
        for _ in range(_MOST_PRODUCTS):
            image = vector.copy()
            for i in range(n):
                for j in range(n):
                    if graphs[b, i, j]:
                        image[i] += vector[j]
            # The Rayleigh quotient: its error is the square of that of the vector.
            new = 0.0
            square = 0.0
            for i in range(n):
                new += vector[i] * image[i]
                square += image[i] * image[i]
            vector = image / np.sqrt(square)
            if new - value < 1e-11:
                value = new
                break
            value = new
        found[b] = value - 1.0
    return found


@kernel
def matching_numbers(graphs: NDArray[np.uint8], weights: NDArray[np.int64]) -> NDArray[np.int64]:
    """Half the ranks of random skew-symmetric matrices with the edges as places.

    Never more than the matching number, and less with a probability below n / 2^31 a graph
    (Tutte 1947; L. Lovasz, On determinants, matchings and random algorithms, 1979).

    Args:
        graphs: uint8[B, n, n], adjacency matrices.
        weights: int64[n, n], random numbers from 1 to 2^31 - 2; the upper triangle is used.

    Returns:
        int64[B].
    """
    count, n = graphs.shape[:2]
    found = np.zeros(count, np.int64)
    matrix = np.zeros((n, n), np.int64)
    for b in range(count):
        for i in range(n):
            for j in range(i + 1, n):
                value = weights[i, j] if graphs[b, i, j] else np.int64(0)
                matrix[i, j] = value
                matrix[j, i] = (_PRIME - value) % _PRIME
            matrix[i, i] = 0
        found[b] = _rank(matrix) // 2
    return found


@kernel
def _rank(matrix: NDArray[np.int64]) -> int:
    """Of a square matrix modulo the prime; it is changed."""
    n = len(matrix)
    rank = 0
    for column in range(n):
        pivot = rank
        while pivot < n and matrix[pivot, column] == 0:
            pivot += 1
        if pivot == n:
            continue
        for j in range(column, n):
            matrix[pivot, j], matrix[rank, j] = matrix[rank, j], matrix[pivot, j]
        inverse = _inverse(matrix[rank, column])
        for i in range(rank + 1, n):
            if matrix[i, column]:
                factor = matrix[i, column] * inverse % _PRIME
                for j in range(column, n):
                    matrix[i, j] = (matrix[i, j] + (_PRIME - factor) * matrix[rank, j]) % _PRIME
        rank += 1
    return rank


@kernel
def _inverse(value: np.int64) -> np.int64:
    """By Fermat: value^(p - 2)."""
    result, base, exponent = np.int64(1), value, _PRIME - 2
    while exponent:
        if exponent & 1:
            result = result * base % _PRIME
        base = base * base % _PRIME
        exponent >>= 1
    return result
