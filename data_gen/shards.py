"""The files of a dataset: which rows go into which shard, and the bytes of a shard.

Both depend on the parameters alone. Rows are ordered by split, number of elements, n, x and w; a
shard holds one split and ends when its graphs reach a fixed size, so that it fits into memory
whatever the dataset is, and small intervals can be read without the large ones.

Example:
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import pyarrow as pa
    >>> from data_gen.index import ROW_COLUMNS, Index
    >>> from data_gen.split_rule import SplitRule
    >>> row = (4, 2, 16, 3, 10, 16, "1,1", "5" * 32, 1)  # [1324, 3412], P = 1 + q
    >>> table = pa.table([[value] for value in row], list(ROW_COLUMNS))
    >>> with TemporaryDirectory() as name, Index(Path(name)) as index:
    ...     index.load_rows(iter([table]))
    ...     index.order(SplitRule(), (4,))
    ...     plan = plan_shards(index)[0]
    ...     data, record = build_shard(*shard_task(index, plan))
    >>> plan
    ShardPlan(file='data/train-00000-of-00001.parquet', split='train', begin=0, end=1, raw=330)
    >>> record["rows"], record["nodes"], record["edges"]
    (1, 10, 16)
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from data_gen import schema
from data_gen.bruhat import unrank_permutations
from data_gen.permutations import format_words
from data_gen.polynomials import coefficients_from_text
from data_gen.split_rule import SPLITS

if TYPE_CHECKING:
    from data_gen.index import Index
    from data_gen.interval_batch import IntervalBatch

__all__ = [
    "EDGE_BYTES",
    "NODE_BYTES",
    "ROW_BYTES",
    "ShardPlan",
    "build_shard",
    "plan_shards",
    "shard_task",
]

# Large enough that a file is worth opening, small enough for a few of them in memory at a time.
_SHARD_RAW_BYTES = 64_000_000
_SHARD_ROWS = 50_000
_ROW_GROUP_ROWS = 5_000
NODE_BYTES = 2
EDGE_BYTES = 10
ROW_BYTES = 150


@dataclass(frozen=True)
class ShardPlan:
    """One shard before it is built.

    Attributes:
        file: Its name, relative to the dataset folder.
        split: The split of all its rows.
        begin: Position of its first row in the dataset.
        end: Position after its last row.
        raw: Roughly how many bytes its rows take before compression.
    """

    file: str
    split: str
    begin: int
    end: int
    raw: int


def plan_shards(index: Index) -> list[ShardPlan]:
    """Cuts the rows of an index into shards, in the order of the rows."""
    plans: list[ShardPlan] = []
    position = 0
    for number, name in enumerate(SPLITS):
        pieces = list(_cut(_raw_sizes(index, number)))
        for count, (rows, raw) in enumerate(pieces):
            file = f"data/{name}-{count:05d}-of-{len(pieces):05d}.parquet"
            plans.append(ShardPlan(file, name, position, position + rows, raw))
            position += rows
    return plans


def _raw_sizes(index: Index, split: int) -> Iterator[NDArray[np.int64]]:
    for nodes, edges in index.row_sizes(split):
        yield NODE_BYTES * nodes + EDGE_BYTES * edges + ROW_BYTES


def _cut(blocks: Iterable[NDArray[np.int64]]) -> Iterator[tuple[int, int]]:
    """Consecutive stretches of bounded size, as (rows, bytes), each with at least one row."""
    sizes = np.empty(0, np.int64)
    for block in blocks:
        sizes = np.concatenate([sizes, block])
        while (count := _stretch(sizes)) < len(sizes):
            yield count, int(sizes[:count].sum())
            sizes = sizes[count:]
    if len(sizes):
        yield len(sizes), int(sizes.sum())


def _stretch(sizes: NDArray[np.int64]) -> int:
    within = int(np.searchsorted(np.cumsum(sizes), _SHARD_RAW_BYTES, side="right"))
    return min(max(within, 1), _SHARD_ROWS)


def shard_task(index: Index, plan: ShardPlan) -> tuple[Any, ...]:
    """The arguments of `build_shard` for one shard: plain arrays that travel to any worker."""
    rows = index.rows(plan.begin, plan.end)
    return (
        plan.split,
        rows[schema.N].astype(np.int64),
        rows[schema.X],
        rows[schema.W],
        rows[schema.KL].tolist(),
        rows[schema.ISO_CLASS].tolist(),
        rows[schema.CLASS_SIZE],
    )


def build_shard(
    split: str,
    ns: NDArray[np.int64],
    xs: NDArray[np.int64],
    ws: NDArray[np.int64],
    polynomials: list[str],
    certificates: list[str],
    class_sizes: NDArray[np.int64],
) -> tuple[bytes, dict[str, Any]]:
    """Builds the graphs of some intervals and writes them as one Parquet file, in memory.

    Args:
        split: The split of every row.
        ns: int64[R].
        xs: int64[R], lexicographic ranks.
        ws: int64[R].
        polynomials: Of each row, as `data_gen.polynomials.coefficients_to_text` writes it.
        certificates: The isomorphism class of each row.
        class_sizes: int64[R].

    Returns:
        The bytes of the file, the same for the same arguments and the same version of pyarrow, and
        what `data_gen.manifest.Shard` has to say of it besides its name and checksum.

    Example:
        >>> import pyarrow as pa
        >>> import pyarrow.parquet as pq
        >>> n, x, w, size = (np.array([value]) for value in (4, 2, 16, 1))  # [1324, 3412]
        >>> data, record = build_shard("train", n, x, w, ["1,1"], ["5" * 32], size)
        >>> pq.read_table(pa.BufferReader(data), columns=["x", "w", "kl", "num_edges"]).to_pylist()
        [{'x': '1324', 'w': '3412', 'kl': [1, 1], 'num_edges': 16}]
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    parts = [_build_batch(n, xs[begin:end], ws[begin:end]) for n, begin, end in _runs(ns)]
    arrow = schema.arrow_schema()
    columns: dict[str, Any] = {
        schema.N: ns,
        schema.X: [
            text for part in parts for text in format_words(part.elements[part.node_ends[:-1]])
        ],
        schema.W: [
            text for part in parts for text in format_words(part.elements[part.node_ends[1:] - 1])
        ],
        schema.LENGTH: np.concatenate([part.ranks[part.node_ends[1:] - 1] for part in parts]),
        schema.NUM_NODES: np.concatenate([np.diff(part.node_ends) for part in parts]),
        schema.NUM_EDGES: np.concatenate([np.diff(part.edge_ends) for part in parts]),
        schema.KL: [coefficients_from_text(text) for text in polynomials],
        schema.ISO_CLASS: certificates,
        schema.CLASS_SIZE: class_sizes,
        schema.SPLIT: [split] * len(ns),
        **_graph_columns(parts),
    }
    table = pa.table(
        [
            column if isinstance(column, pa.Array) else pa.array(column, field.type)
            for field, column in zip(arrow, (columns[name] for name in arrow.names), strict=True)
        ],
        schema=arrow,
    )
    sink = io.BytesIO()
    pq.write_table(table, sink, **_writer_settings())
    data = sink.getvalue()
    nodes = np.concatenate([np.diff(part.node_ends) for part in parts])
    return data, {
        "split": split,
        "rows": len(ns),
        "nodes": int(nodes.sum()),
        "edges": int(sum(part.edge_ends[-1] for part in parts)),
        "smallest": int(nodes.min()),
        "largest": int(nodes.max()),
        "bytes": len(data),
    }


def _writer_settings() -> dict[str, Any]:
    """Fixed, so that the bytes are; no Arrow schema inside, which would carry versions."""
    lists = {name: f"{name}.list.element" for name in schema.GRAPH_COLUMNS}
    return {
        "version": "2.6",
        "data_page_version": "1.0",
        "compression": "zstd",
        "compression_level": 3,
        "row_group_size": _ROW_GROUP_ROWS,
        "store_schema": False,
        "use_dictionary": [
            schema.N,
            schema.ISO_CLASS,
            schema.SPLIT,
            f"{schema.KL}.list.element",
            lists[schema.NODE_RANKS],
            lists[schema.EDGE_I],
            lists[schema.EDGE_J],
        ],
        "column_encoding": {
            lists[schema.EDGE_SOURCES]: "DELTA_BINARY_PACKED",
            lists[schema.EDGE_TARGETS]: "DELTA_BINARY_PACKED",
        },
        "write_page_checksum": True,
    }


def _build_batch(n: int, xs: NDArray[np.int64], ws: NDArray[np.int64]) -> IntervalBatch:
    from data_gen.intervals import build_intervals

    return build_intervals(unrank_permutations(xs, n), unrank_permutations(ws, n))


def _runs(ns: NDArray[np.int64]) -> list[tuple[int, int, int]]:
    """Stretches of equal n, as (n, begin, end)."""
    ends = np.flatnonzero(np.diff(ns, append=-1)) + 1
    begins = [0, *ends[:-1].tolist()]
    return [(int(ns[begin]), begin, end) for begin, end in zip(begins, ends.tolist(), strict=True)]


def _graph_columns(parts: list[IntervalBatch]) -> dict[str, Any]:
    import pyarrow as pa

    def lists(values: list[NDArray[Any]], ends: list[NDArray[np.int64]]) -> pa.Array:
        sizes = np.concatenate([np.diff(end) for end in ends])
        offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
        flat = np.concatenate(values)
        array_type = pa.list_(pa.field("element", pa.from_numpy_dtype(flat.dtype)))
        return pa.ListArray.from_arrays(pa.array(offsets), pa.array(flat), type=array_type)

    nodes = [part.node_ends for part in parts]
    edges = [part.edge_ends for part in parts]
    return {
        schema.NODE_RANKS: lists([part.ranks for part in parts], nodes),
        schema.EDGE_SOURCES: lists([part.sources for part in parts], edges),
        schema.EDGE_TARGETS: lists([part.targets for part in parts], edges),
        schema.EDGE_I: lists([part.reflections[:, 0] for part in parts], edges),
        schema.EDGE_J: lists([part.reflections[:, 1] for part in parts], edges),
    }
