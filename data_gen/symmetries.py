"""The symmetries of S_n that keep Bruhat graphs and Kazhdan-Lusztig polynomials."""

from __future__ import annotations

from math import factorial

import numpy as np
from numpy.typing import NDArray

from data_gen.bruhat import rank_permutations, unrank_permutations

__all__ = ["least_of_orbits", "orbit_of"]

_AT_A_TIME = 1 << 16


def orbit_of(ranks: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    """The four images of permutations under inversion and conjugation by the longest element.

    [x, w] has the same graph and polynomial as its image under each of the four: x -> x,
    x -> x^-1, x -> w0 x w0 and x -> w0 x^-1 w0, where w0 is the longest element.

    Args:
        ranks: int64[K], lexicographic ranks in S_n.
        n: The n of S_n.

    Returns:
        int64[4, K], the ranks of the images, in the order above.

    Example:
        >>> orbit_of(np.array([3]), 3).tolist()  # 231, 312, 312, 231
        [[3], [4], [4], [3]]
    """
    words = unrank_permutations(ranks, n)
    inverses = np.argsort(words, axis=-1).astype(np.int8)
    images = [words, inverses, n - 1 - words[..., ::-1], n - 1 - inverses[..., ::-1]]
    return np.stack([rank_permutations(image) for image in images])


def least_of_orbits(n: int) -> NDArray[np.int64]:
    """The permutations of S_n that come first, lexicographically, among their four images.

    Returns:
        int64[M], ascending ranks.

    Example:
        >>> least_of_orbits(3).tolist()  # 213 is conjugate to 132, and 312 inverse to 231
        [0, 1, 3, 5]
    """
    found = []
    for begin in range(0, factorial(n), _AT_A_TIME):
        ranks = np.arange(begin, min(begin + _AT_A_TIME, factorial(n)), dtype=np.int64)
        found.append(ranks[orbit_of(ranks, n).min(axis=0) == ranks])
    return np.concatenate(found)
