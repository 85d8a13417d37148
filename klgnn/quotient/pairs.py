"""What `klgnn.quotient` needs to know of pairs: where to read them, and their polynomials."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from data_gen import schema
from data_gen.bruhat import unrank_permutations
from data_gen.cores import split_key
from data_gen.interval_batch import interval_sizes
from data_gen.kl_pairs import extremal_cores, polynomials_of_cores
from data_gen.kl_table import KLTable
from data_gen.permutations import read_words
from data_gen.symmetries import least_of_orbits
from klgnn.labels import LEAST_COEFFICIENTS

__all__ = ["PAIR_COLUMNS", "labels_of", "pairs_of", "pairs_of_group"]

PAIR_COLUMNS = (schema.N, schema.X, schema.W, schema.NUM_NODES)
"""What `pairs_of` reads."""

_MANY = 200  # pairs of S_9, from which on its whole table is the quicker way

Words = NDArray[np.int8]


def pairs_of(table: pa.Table) -> Iterator[tuple[Words, Words, NDArray[np.int64]]]:
    """The pairs of a shard and their numbers of elements, one n at a time, in the order of rows.

    Example:
        >>> columns = {"n": [3, 4], "x": ["123", "1324"], "w": ["321", "3412"]}
        >>> for xs, ws, sizes in pairs_of(pa.table({**columns, "num_nodes": [6, 10]})):
        ...     print(xs.tolist(), ws.tolist(), sizes.tolist())
        [[0, 1, 2]] [[2, 1, 0]] [6]
        [[0, 2, 1, 3]] [[2, 3, 0, 1]] [10]
    """
    ns = table[schema.N].to_numpy()
    cuts = (np.flatnonzero(np.diff(ns)) + 1).tolist()
    for begin, end in zip([0, *cuts], [*cuts, len(ns)], strict=True):
        if begin < end:
            rows, n = table.slice(begin, end - begin), int(ns[begin])
            xs, ws = (read_words(rows[name].to_pylist(), n) for name in (schema.X, schema.W))
            yield xs, ws, rows[schema.NUM_NODES].to_numpy()


def pairs_of_group(n: int) -> tuple[Words, Words, NDArray[np.int64]]:
    """[e, w] for the least w of every orbit of S_n, and their numbers of elements.

    Example:
        >>> xs, ws, sizes = pairs_of_group(3)
        >>> ws.tolist(), sizes.tolist()
        ([[0, 1, 2], [0, 2, 1], [1, 2, 0], [2, 1, 0]], [1, 2, 4, 6])
    """
    ws = unrank_permutations(least_of_orbits(n), n)
    xs = np.tile(np.arange(n, dtype=np.int8), (len(ws), 1))
    return xs, ws, interval_sizes(xs, ws)


def labels_of(pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    """int64[C, D], from int64[C, 3]: n, and the ranks of z and w.

    Example:
        >>> pairs = np.array([[4, 2, 16], [4, 0, 5]])  # [1324, 3412] and [1234, 1432]
        >>> labels_of(pairs).tolist()
        [[1, 0, 0, 0], [0, 0, 0, 0]]
    """
    polynomials: list[tuple[int, ...]] = [()] * len(pairs)
    for n in np.unique(pairs[:, 0]).tolist():
        rows = np.flatnonzero(pairs[:, 0] == n)
        keys, place = np.unique(
            extremal_cores(n, pairs[rows, 1], pairs[rows, 2]), axis=0, return_inverse=True
        )
        found = _polynomials(keys)
        for row, k in zip(rows.tolist(), place.ravel().tolist(), strict=True):
            polynomials[row] = found[k]
    width = max([LEAST_COEFFICIENTS, *(len(p) - 1 for p in polynomials)])
    labels = np.zeros((len(pairs), width), np.int64)
    for row, p in enumerate(polynomials):
        labels[row, : len(p) - 1] = p[1:]
    return labels


def _polynomials(keys: NDArray[np.int64]) -> list[tuple[int, ...]]:
    """Like `polynomials_of_cores`, with the whole table of S_9 if many of them lie there."""
    degrees, bottoms = split_key(keys[:, 0])
    in_nine = np.flatnonzero(degrees == 9)
    if len(in_nine) < _MANY:
        return polynomials_of_cores(keys)
    table = KLTable.compute(9)
    ids = table.lookup(bottoms[in_nine], keys[in_nine, 1])
    others = np.flatnonzero(degrees != 9)
    found = dict(zip(others.tolist(), polynomials_of_cores(keys[others]), strict=True))
    found |= {k: table.polynomials[i] for k, i in zip(in_nine.tolist(), ids.tolist(), strict=True)}
    return [found[k] for k in range(len(keys))]
