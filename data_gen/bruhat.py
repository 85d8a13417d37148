"""Bruhat order on S_n, and lexicographic ranks."""

from __future__ import annotations

from math import factorial

import numpy as np
from numpy.typing import NDArray

from data_gen.errors import UsageError
from data_gen.permutations import PermutationLike, parse_pair

__all__ = ["bruhat_leq", "bruhat_leq_arrays", "rank_permutations", "unrank_permutations"]


def bruhat_leq(x: PermutationLike, w: PermutationLike) -> bool:
    """Whether x <= w in Bruhat order.

    The criterion compares, for every p and q, how many of the first p entries exceed q.

    Args:
        x: A permutation.
        w: A permutation of the same length.

    Raises:
        PermutationError: If one of them is no permutation or the lengths differ.

    Example:
        >>> bruhat_leq("1324", "3412"), bruhat_leq("2341", "3412")
        (True, False)
    """
    below, above = parse_pair(x, w)
    return bool(bruhat_leq_arrays(np.array([below]), np.array([above]))[0])


def bruhat_leq_arrays(xs: NDArray[np.integer], ws: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Whether x <= w, for many pairs at once.

    Args:
        xs: Integer array (..., n) of permutations in one-line notation.
        ws: The same for w; the shapes are broadcast against each other.

    Returns:
        A bool array of the broadcast shape without its last axis.

    Example:
        >>> bruhat_leq_arrays(np.array([[0, 1], [1, 0]]), np.array([0, 1])).tolist()
        [True, False]
    """
    n = xs.shape[-1]
    result = np.ones(np.broadcast_shapes(xs.shape[:-1], ws.shape[:-1]), dtype=np.bool_)
    for p in range(1, n):
        result &= (np.sort(xs[..., :p]) <= np.sort(ws[..., :p])).all(axis=-1)
    return result


def rank_permutations(permutations: NDArray[np.integer]) -> NDArray[np.int64]:
    """Lexicographic ranks.

    Args:
        permutations: Integer array (..., n) in one-line notation, counting from 0 or from 1.

    Returns:
        int64 array (...): 0 for the identity, n! - 1 for the longest element.

    Example:
        >>> rank_permutations(np.array([[1, 2, 3], [1, 3, 2], [3, 2, 1]])).tolist()
        [0, 1, 5]
    """
    array = np.asarray(permutations)
    n = array.shape[-1]
    ranks = np.zeros(array.shape[:-1], dtype=np.int64)
    for i in range(n):
        ranks += (array[..., i + 1 :] < array[..., i : i + 1]).sum(axis=-1) * factorial(n - 1 - i)
    return ranks


def unrank_permutations(ranks: NDArray[np.integer], n: int) -> NDArray[np.int8]:
    """The permutations of lexicographic ranks.

    Args:
        ranks: Integer array (...), each from 0 to n! - 1.
        n: The length; at most 20, so that ranks fit in int64.

    Returns:
        int8 array (..., n), counting from 0.

    Raises:
        UsageError: If a rank is out of range.

    Example:
        >>> unrank_permutations(np.array([0, 5]), 3).tolist()
        [[0, 1, 2], [2, 1, 0]]
    """
    rest = np.asarray(ranks, dtype=np.int64)
    if rest.size and (rest.min() < 0 or rest.max() >= factorial(n)):
        raise UsageError(
            f"a lexicographic rank of S_{n} lies between 0 and {factorial(n) - 1}; "
            f"the ranks given run from {rest.min()} to {rest.max()}."
        )
    result = np.zeros((*rest.shape, n), dtype=np.int8)
    for i in range(n):
        digit, rest = np.divmod(rest, factorial(n - 1 - i))
        result[..., i] = digit
    # A Lehmer digit counts the smaller entries to the right: shift those not smaller, from the end.
    for i in range(n - 2, -1, -1):
        result[..., i + 1 :] += result[..., i + 1 :] >= result[..., i : i + 1]
    return result
