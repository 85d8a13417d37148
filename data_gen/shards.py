"""The files of a dataset: which rows go into which shard, and the bytes of a shard.

Both depend on the parameters alone. Rows are ordered by split, n, number of elements, x and w; a
shard holds one split and ends when its graphs reach a fixed size, so that it fits into memory
whatever the dataset is, and small intervals can be read without the large ones.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from data_gen import schema
from data_gen.bruhat import unrank_permutations
from data_gen.selection import Index

if TYPE_CHECKING:
    from data_gen.intervals import IntervalBatch

__all__ = [
    "EDGE_BYTES",
    "NODE_BYTES",
    "ROW_BYTES",
    "ShardPlan",
    "build_shard",
    "plan_shards",
    "raw_bytes",
    "shard_task",
]

# Large enough that a file is worth opening, small enough for a few of them in memory at a time.
_SHARD_RAW_BYTES = 64_000_000
_SHARD_ROWS = 50_000
_ROW_GROUP_ROWS = 5_000
NODE_BYTES = 2
EDGE_BYTES = 10
ROW_BYTES = 150


@dataclass(frozen=True, eq=False)
class ShardPlan:
    """One shard before it is built.

    Attributes:
        file: Its name, relative to the dataset folder.
        split: The split of all its rows.
        rows: int64[R], the rows of the index, in order.
    """

    file: str
    split: str
    rows: NDArray[np.int64]


def raw_bytes(index: Index, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """int64[R], roughly how much memory each row takes before compression."""
    nodes, edges = index.num_nodes[rows], index.num_edges[rows]
    return NODE_BYTES * nodes + EDGE_BYTES * edges + ROW_BYTES


def plan_shards(
    index: Index, chosen: NDArray[np.int64], split_of_class: NDArray[np.int64]
) -> list[ShardPlan]:
    """Orders the chosen rows and cuts them into shards.

    Args:
        index: The intervals looked at.
        chosen: int64[R], the rows to write.
        split_of_class: int64[C], index into `schema.SPLITS` for each isomorphism class.

    Returns:
        The shards, in the order of the rows of the dataset.
    """
    split = split_of_class[index.iso_class[chosen]]
    keys = (index.w[chosen], index.x[chosen], index.num_nodes[chosen], index.n[chosen], split)
    order = np.lexsort(keys)
    plans = []
    for number, name in enumerate(schema.SPLITS):
        rows = chosen[order[split[order] == number]]
        pieces = _cut(raw_bytes(index, rows)) if len(rows) else []
        for count, (begin, end) in enumerate(pieces):
            file = f"data/{name}-{count:05d}-of-{len(pieces):05d}.parquet"
            plans.append(ShardPlan(file, name, rows[begin:end]))
    return plans


def _cut(sizes: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Consecutive stretches of bounded size, each with at least one row."""
    total = np.concatenate([[0], np.cumsum(sizes)])
    pieces, begin = [], 0
    while begin < len(sizes):
        end = int(np.searchsorted(total, total[begin] + _SHARD_RAW_BYTES, side="right")) - 1
        end = min(max(end, begin + 1), begin + _SHARD_ROWS)
        pieces.append((begin, end))
        begin = end
    return pieces


def shard_task(index: Index, plan: ShardPlan, class_sizes: NDArray[np.int64]) -> tuple[Any, ...]:
    """The arguments of `build_shard` for one shard: plain arrays that travel to any worker."""
    rows = plan.rows
    classes = index.iso_class[rows]
    return (
        plan.split,
        index.n[rows],
        index.x[rows],
        index.w[rows],
        [index.polynomials[k] for k in index.polynomial[rows]],
        [index.certificates[k] for k in classes],
        class_sizes[classes],
    )


def build_shard(
    split: str,
    ns: NDArray[np.int64],
    xs: NDArray[np.int64],
    ws: NDArray[np.int64],
    polynomials: list[tuple[int, ...]],
    certificates: list[str],
    class_sizes: NDArray[np.int64],
) -> bytes:
    """Builds the graphs of some intervals and writes them as one Parquet file, in memory.

    Args:
        split: The split of every row.
        ns: int64[R], ascending.
        xs: int64[R], lexicographic ranks.
        ws: int64[R].
        polynomials: Ascending coefficients, a tuple for each row.
        certificates: The isomorphism class of each row.
        class_sizes: int64[R].

    Returns:
        The bytes of the file: the same for the same arguments and the same version of pyarrow.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    parts = [_build_batch(int(n), xs[ns == n], ws[ns == n]) for n in np.unique(ns)]
    arrow = schema.arrow_schema()
    columns: dict[str, Any] = {
        schema.N: ns,
        schema.X: [text for part in parts for text in _texts(part.elements[part.node_ends[:-1]])],
        schema.W: [
            text for part in parts for text in _texts(part.elements[part.node_ends[1:] - 1])
        ],
        schema.LENGTH: np.concatenate([part.ranks[part.node_ends[1:] - 1] for part in parts]),
        schema.NUM_NODES: np.concatenate([np.diff(part.node_ends) for part in parts]),
        schema.NUM_EDGES: np.concatenate([np.diff(part.edge_ends) for part in parts]),
        schema.KL: [list(polynomial) for polynomial in polynomials],
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
    return sink.getvalue()


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


def _texts(words: NDArray[np.int8]) -> list[str]:
    separator = "" if words.shape[1] < 10 else ","
    return [separator.join(map(str, word)) for word in (words + np.int8(1)).tolist()]


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
