"""The pairs that stand for the classes of a quotient, as permutations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from data_gen.bruhat import unrank_permutations
from data_gen.interval_batch import pieces
from klgnn.quotient.quotient import Quotient

__all__ = ["Representatives", "representatives"]


class Representatives(NamedTuple):
    """One pair of each of some classes, all in one S_n.

    Attributes:
        classes: int64[K].
        xs: int8[K, n], the bottoms, 0-indexed one-line notation.
        ws: int8[K, n], the tops.

    Example:
        >>> found: Representatives = next(representatives(Quotient.of_group(4), [0, 1]))
        >>> found.classes.tolist(), found.xs.shape, found.ws.shape
        ([0, 1], (2, 4), (2, 4))
    """

    classes: NDArray[np.int64]
    xs: NDArray[np.int8]
    ws: NDArray[np.int8]


def representatives(quotient: Quotient, classes: ArrayLike) -> Iterator[Representatives]:
    """The first pair that was met of every class, for as many classes at a time as memory bears.

    Args:
        quotient: The quotient.
        classes: int[K]. They come by n, and as they are given in each S_n.

    Example:
        >>> found = next(representatives(Quotient.of_group(3), [3]))
        >>> found.xs.tolist(), found.ws.tolist()
        ([[0, 1, 2]], [[2, 1, 0]])
    """
    wanted = np.asarray(classes, dtype=np.int64)
    degrees = quotient.n[wanted]
    for n in np.unique(degrees).tolist():
        mine = wanted[degrees == n]
        for piece in pieces(quotient.size[mine]):
            rows = mine[piece]
            ends = (
                unrank_permutations(ranks[rows], n) for ranks in (quotient.bottom, quotient.top)
            )
            yield Representatives(rows, *ends)
