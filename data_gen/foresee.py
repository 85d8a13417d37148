"""What a dataset will need, said before the work begins: memory, and room on the disk."""

from __future__ import annotations

from math import factorial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from data_gen.bruhat import unrank_permutations
from data_gen.errors import StorageError
from data_gen.memory import require_memory
from data_gen.selection import Selection
from data_gen.shards import EDGE_BYTES, NODE_BYTES, ROW_BYTES
from data_gen.storage import format_bytes, free_bytes
from data_gen.survey import BYTES_PER_PAIR, Candidates

if TYPE_CHECKING:
    from data_gen.kl_table import KLTable

__all__ = ["check_disk", "check_disk_before", "check_memory_before"]

COMPRESSION = 0.15
"""Bytes on disk for a byte of rows in memory; measured, rounded up."""

_SAMPLED_TOPS = 200
_SAMPLED_PAIRS = 1_000
_FEW_TOPS = 1_000
_FEW_PAIRS = 50_000


def check_memory_before(selection: Selection, table: KLTable) -> None:
    """Estimates how many intervals a selection has in S_n, from some tops, and what they take.

    Raises:
        MemoryLimitError: If looking at all of them would need more memory than is available.
    """
    order = factorial(table.n)
    if order <= _FEW_TOPS:
        return
    tops = np.random.default_rng(0).choice(order, size=_SAMPLED_TOPS, replace=False)
    pairs = len(selection.pairs(table, tops)[0]) * order / len(tops)
    require_memory(
        int(pairs * BYTES_PER_PAIR),
        f"looking at the about {_about(pairs)} intervals of the selection {selection.name!r} in "
        f"S_{table.n}",
        "Take a smaller n, or --select extremal.",
    )


def check_disk_before(
    selection: Selection, candidates: Candidates, max_nodes: int | None, folder: Path
) -> None:
    """Estimates the size of the dataset from a sample, where the selection keeps every interval.

    Raises:
        StorageError: If it would not fit on the disk.
    """
    count = len(candidates.n)
    if not selection.keeps_all or count <= _FEW_PAIRS:
        return
    rows = np.random.default_rng(0).integers(count, size=_SAMPLED_PAIRS)
    sizes = [_raw_size(candidates, int(row), max_nodes) for row in rows]
    check_disk(int(np.mean(sizes) * count), folder)


def check_disk(raw: int, folder: Path) -> None:
    """Compares rows that take `raw` bytes in memory with the room on the disk.

    Raises:
        StorageError: If they would not fit.
    """
    needed, free = COMPRESSION * raw, free_bytes(folder)
    if needed > free:
        raise StorageError(
            f"the dataset needs about {format_bytes(needed)} more on the disk of {str(folder)!r}, "
            f"where {format_bytes(free)} are free. Make room, choose another disk, a smaller n, "
            "--max-nodes, or --select classes. Running the same command again goes on from here."
        )


def _raw_size(candidates: Candidates, row: int, max_nodes: int | None) -> int:
    from data_gen.intervals import build_intervals, interval_sizes

    n = int(candidates.n[row])
    pair = _word(candidates.x[row], n), _word(candidates.w[row], n)
    nodes = int(interval_sizes(*pair)[0])
    if max_nodes is not None and nodes > max_nodes:
        return 0
    edges = build_intervals(*pair).graph(0).num_edges
    return ROW_BYTES + NODE_BYTES * nodes + EDGE_BYTES * edges


def _word(rank: np.int64, n: int) -> NDArray[np.int8]:
    return unrank_permutations(np.array([rank]), n)


def _about(count: float) -> str:
    return f"{count / 1e6:.0f} million" if count >= 1e7 else f"{count:,.0f}"
