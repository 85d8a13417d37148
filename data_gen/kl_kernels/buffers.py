"""What a thread works in, what it hands back, and how a kernel says that something is full."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data_gen.kl_kernels.polynomials import Ids

__all__ = [
    "BROKEN",
    "DONE",
    "FULL_IDS",
    "FULL_MU",
    "FULL_POOL",
    "FULL_WORK",
    "OVERFLOW",
    "MuLists",
    "Output",
    "Scratch",
    "make_scratch",
]

# What `fill_rows` may end with. After a FULL_... the named array has to grow; the call is then
# repeated from the task it stopped at.
DONE, FULL_IDS, FULL_MU, FULL_POOL, FULL_WORK, OVERFLOW, BROKEN = range(7)


MuLists = tuple[NDArray[np.int64], NDArray[np.uint32], NDArray[np.int32]]
"""Where the mu-list of each row starts, and the z and mu(z, w) of all of them."""


class Scratch(NamedTuple):
    """Working memory of one thread; ids are uint16 as long as that is enough, else uint32.

    Attributes:
        row: ids[size], P_{x,v} at every v-extremal x, else 0.
        term: ids[size], the same for the z of a mu-term.
        memo: uint64[2 * 2^k], direct-mapped (id, id) -> id of ``P + q P'``.
        low: ids, P_{xs,v} along the x of one row.
        high: ids, P_{x,v} likewise.
        list_v: uint32[size], the extremal x below v.
        list_w: uint32[size], those below w.
        list_z: uint32[size], those below z.
        part_class: int32, see `extremal_below`.
        part_end: int64, likewise.
        planes: int64[128].
        poly: int64[128], one polynomial.
    """

    row: NDArray[Ids]
    term: NDArray[Ids]
    memo: NDArray[np.uint64]
    low: NDArray[Ids]
    high: NDArray[Ids]
    list_v: NDArray[np.uint32]
    list_w: NDArray[np.uint32]
    list_z: NDArray[np.uint32]
    part_class: NDArray[np.int32]
    part_end: NDArray[np.int64]
    planes: NDArray[np.int64]
    poly: NDArray[np.int64]


class Output(NamedTuple):
    """What one thread has made of a layer so far.

    Attributes:
        ids: polynomial numbers of the new rows; from the first number that the table does
            not know yet, they count within the thread's own pool.
        sizes: uint32, the length of each new row.
        mu_x: uint32, mu-lists of the new rows: the z, of those with a descent that w has not.
        mu_value: int32, their mu(z, w).
        mu_sizes: uint32, the length of each mu-list.
        work: int64, accumulators for rows with mu-terms.
    """

    ids: NDArray[Ids]
    sizes: NDArray[np.uint32]
    mu_x: NDArray[np.uint32]
    mu_value: NDArray[np.int32]
    mu_sizes: NDArray[np.uint32]
    work: NDArray[np.int64]


def make_scratch(n: int, size: int, memo_bits: int, ids: type[Ids]) -> Scratch:
    """Working memory of one thread for S_n with `size` numbers."""
    return Scratch(
        row=np.zeros(size, dtype=ids),
        term=np.zeros(size, dtype=ids),
        low=np.empty(size, dtype=ids),
        high=np.empty(size, dtype=ids),
        memo=np.zeros(2 << memo_bits, dtype=np.uint64),
        list_v=np.empty(size, dtype=np.uint32),
        list_w=np.empty(size, dtype=np.uint32),
        list_z=np.empty(size, dtype=np.uint32),
        part_class=np.empty(1 << (n - 1), dtype=np.int32),
        part_end=np.empty(1 << (n - 1), dtype=np.int64),
        planes=np.empty(128, dtype=np.int64),
        poly=np.zeros(128, dtype=np.int64),
    )
