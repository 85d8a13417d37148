"""Every column of a dataset, named once.

One row is one interval [x, w] of S_n. Text and small numbers come first; the graph follows as five
lists, so that a reader without this package can rebuild it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "CLASS_SIZE",
    "COLUMNS",
    "EDGE_I",
    "EDGE_J",
    "EDGE_SOURCES",
    "EDGE_TARGETS",
    "GRAPH_COLUMNS",
    "ISO_CLASS",
    "KL",
    "LENGTH",
    "NODE_RANKS",
    "NUM_EDGES",
    "NUM_NODES",
    "SCHEMA_VERSION",
    "SPLIT",
    "Column",
    "N",
    "W",
    "X",
    "arrow_schema",
]

SCHEMA_VERSION = 2

N = "n"
X = "x"
W = "w"
LENGTH = "length"
NUM_NODES = "num_nodes"
NUM_EDGES = "num_edges"
KL = "kl"
ISO_CLASS = "iso_class"
CLASS_SIZE = "class_size"
SPLIT = "split"
NODE_RANKS = "node_ranks"
EDGE_SOURCES = "edge_sources"
EDGE_TARGETS = "edge_targets"
EDGE_I = "edge_i"
EDGE_J = "edge_j"

GRAPH_COLUMNS = (NODE_RANKS, EDGE_SOURCES, EDGE_TARGETS, EDGE_I, EDGE_J)


@dataclass(frozen=True)
class Column:
    """One column: its name, its Arrow type as text (``int32``, ``list<int32>``) and its meaning.

    Example:
        >>> next(column for column in COLUMNS if column.name == KL)
        Column(name='kl', type='list<int64>', meaning='coefficients of P_{x,w}, ascending from q^0')
    """

    name: str
    type: str
    meaning: str


COLUMNS = (
    Column(N, "int8", "the interval lies in the symmetric group S_n"),
    Column(X, "string", "bottom, one-line notation, 1-indexed; commas from n = 10 on"),
    Column(W, "string", "top, one-line notation, 1-indexed"),
    Column(LENGTH, "int16", "length of the interval, l(w) - l(x)"),
    Column(NUM_NODES, "int32", "number of permutations in [x, w]"),
    Column(NUM_EDGES, "int32", "number of edges of the Bruhat graph, all reflections"),
    Column(KL, "list<int64>", "coefficients of P_{x,w}, ascending from q^0"),
    Column(
        ISO_CLASS,
        "string",
        "certificate of the unlabelled Bruhat graph: equal for two rows exactly if their graphs "
        "are isomorphic",
    ),
    Column(
        CLASS_SIZE,
        "int64",
        "how many intervals are in this class: of all those looked at for the selection `classes`, "
        "of the rows of the dataset for any other",
    ),
    Column(SPLIT, "string", "train, val or test; see the section on splits"),
    Column(NODE_RANKS, "list<int16>", "rank of every vertex; vertex 0 is x, the last one is w"),
    Column(EDGE_SOURCES, "list<int32>", "lower end of every edge"),
    Column(EDGE_TARGETS, "list<int32>", "upper end of every edge, in the same order"),
    Column(EDGE_I, "list<int8>", "reflection (i, j) of every edge: the smaller position, from 1"),
    Column(EDGE_J, "list<int8>", "reflection (i, j) of every edge: the larger position, from 1"),
)


def arrow_schema() -> pa.Schema:
    """The Arrow schema of a shard.

    Example:
        >>> arrow_schema().field("kl").type
        ListType(list<element: int64>)
    """
    import pyarrow as pa

    plain = {
        "int8": pa.int8(),
        "int16": pa.int16(),
        "int32": pa.int32(),
        "int64": pa.int64(),
        "string": pa.string(),
    }
    return pa.schema(
        [
            pa.field(
                column.name,
                # Parquet calls the items "element": what is read then equals what was written.
                pa.list_(pa.field("element", plain[column.type[5:-1]]))
                if column.type.startswith("list<")
                else plain[column.type],
            )
            for column in COLUMNS
        ]
    )
