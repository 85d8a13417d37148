"""The coefficients of a polynomial as the labels that every network and baseline is measured by."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from data_gen import schema

__all__ = ["LEAST_COEFFICIENTS", "degrees", "flatten_lists", "labels", "shuffled_order"]

LEAST_COEFFICIENTS = 4
"""Labels reach q^4 even where the data are of smaller degree, as in Davies et al."""

_SHUFFLING = 0x5EED


def labels(table: pa.Table) -> NDArray[np.int64]:
    """The coefficients of q^1, ..., q^D of every row, int64 [rows, D], D >= 4.

    Args:
        table: A table with the column `kl`.

    Example:
        >>> labels(pa.table({"kl": [[1], [1, 2]]})).tolist()
        [[0, 0, 0, 0], [2, 0, 0, 0]]
    """
    values, offsets = flatten_lists(table, schema.KL)
    lengths = np.diff(offsets)
    width = max(LEAST_COEFFICIENTS, int(lengths.max(initial=1)) - 1)
    y = np.zeros((len(lengths), width + 1), dtype=np.int64)
    row = np.repeat(np.arange(len(lengths)), lengths)
    y[row, np.arange(len(values)) - np.repeat(offsets[:-1], lengths)] = values
    return y[:, 1:]


def degrees(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """The degrees of polynomials, int64 [rows].

    Args:
        labels: int64 [rows, D], the coefficients of q^1, ..., q^D; the constant term is not 0.

    Example:
        >>> degrees(np.array([[0, 0], [3, 0], [0, 1]])).tolist()
        [0, 1, 2]
    """
    found: NDArray[np.int64] = np.max((labels != 0) * np.arange(1, labels.shape[1] + 1), axis=1)
    return found


def flatten_lists(table: pa.Table, column: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """A list column as its values one after the other, and where each row begins.

    Example:
        >>> values, starts = flatten_lists(pa.table({"kl": [[1], [1, 2]]}), "kl")
        >>> values.tolist(), starts.tolist()
        ([1, 1, 2], [0, 1, 3])
    """
    lists = table[column].combine_chunks()
    offsets = lists.offsets.to_numpy().astype(np.int64)
    values = lists.flatten().to_numpy().astype(np.int64)
    return values, offsets - offsets[0]


def shuffled_order(count: int, seed: int) -> NDArray[np.int64]:
    """Whose label each of `count` rows gets in a control that is trained on shuffled labels.

    Args:
        count: The number of rows.
        seed: Same seed, same order; another one than that of any batch.

    Example:
        >>> sorted(shuffled_order(3, seed=0).tolist())
        [0, 1, 2]
    """
    return np.random.default_rng([seed, _SHUFFLING]).permutation(count)
