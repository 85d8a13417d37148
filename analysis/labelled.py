"""A dataset's graphs as flat arrays, with the reflections that the network never sees.

Vertices of all graphs are numbered one after the other, so one boolean mask over all vertices
describes the salient part of the whole dataset and a count over it is one numpy expression.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from analysis._draw_kernels import distances
from analysis._rows import Rows, edge_rows
from data_gen import schema
from klgnn.labels import flatten_lists

if TYPE_CHECKING:
    import pyarrow as pa

    from data_gen.dataset import IntervalDataset
    from data_gen.intervals import BruhatInterval

__all__ = ["LabelledGraphs", "read_labelled"]

_COLUMNS: dict[str, Any] = {
    schema.N: np.int64,
    schema.NODE_RANKS: np.int16,
    schema.EDGE_SOURCES: np.int64,
    schema.EDGE_TARGETS: np.int64,
    schema.EDGE_I: np.int8,
    schema.EDGE_J: np.int8,
}


@dataclass(frozen=True)
class LabelledGraphs:
    """Every interval of a dataset: G graphs, V vertices and E edges in all.

    Attributes:
        n: int64[G], the n of S_n.
        node_offsets: int64[G+1]; graph g has the vertices ``node_offsets[g]:node_offsets[g + 1]``,
            by rank, so its bottom comes first and its top last.
        edge_offsets: int64[G+1]; likewise for the edges.
        ranks: int16[V], length above the bottom of the vertex's interval.
        sources: int64[E], lower end of each edge, numbered over the whole dataset.
        targets: int64[E], upper end.
        i: int8[E], first position of the edge's reflection (i, j), counted from 1.
        j: int8[E], second position.

    Example:
        >>> import numpy as np
        >>> edge = LabelledGraphs.from_graphs([(2, [0, 1], [0], [1], [1], [2])])
        >>> edge.num_graphs, edge.num_nodes, edge.num_edges
        (1, 2, 1)
    """

    n: NDArray[np.int64]
    node_offsets: NDArray[np.int64]
    edge_offsets: NDArray[np.int64]
    ranks: NDArray[np.int16]
    sources: NDArray[np.int64]
    targets: NDArray[np.int64]
    i: NDArray[np.int8]
    j: NDArray[np.int8]

    @classmethod
    def from_graphs(cls, graphs: Iterable[tuple[int, Any, Any, Any, Any, Any]]) -> LabelledGraphs:
        """Joins graphs given one by one.

        Args:
            graphs: Tuples (n, ranks, sources, targets, i, j), vertices counted from 0 in each.
        """
        rows = list(graphs)
        columns = dict(zip(_COLUMNS, zip(*rows, strict=True), strict=True)) if rows else {}
        return _joined(
            np.array(columns.get(schema.N, ()), dtype=np.int64),
            {
                name: [np.asarray(part, dtype=kind) for part in columns.get(name, ())]
                for name, kind in _COLUMNS.items()
                if name != schema.N
            },
        )

    @classmethod
    def of_intervals(cls, intervals: Iterable[BruhatInterval]) -> LabelledGraphs:
        """The graphs of intervals, in the order given.

        Example:
            >>> from data_gen.intervals import BruhatInterval
            >>> pair = [BruhatInterval("1324", "3412"), BruhatInterval("123", "321")]
            >>> graphs = LabelledGraphs.of_intervals(pair)
            >>> graphs.n.tolist(), graphs.node_offsets.tolist(), graphs.num_edges
            ([4, 3], [0, 10, 16], 25)
        """
        return cls.from_graphs(
            (one.n, one.ranks, one.graph.sources, one.graph.targets, *one.reflections.T)
            for one in intervals
        )

    @property
    def num_graphs(self) -> int:
        """Number of graphs G."""
        return len(self.n)

    @property
    def num_nodes(self) -> int:
        """Number of vertices V of all graphs."""
        return len(self.ranks)

    @property
    def num_edges(self) -> int:
        """Number of edges E of all graphs."""
        return len(self.sources)

    @cached_property
    def node_graph(self) -> NDArray[np.int64]:
        """int64[V], the graph that each vertex belongs to."""
        return np.repeat(np.arange(self.num_graphs), np.diff(self.node_offsets))

    @cached_property
    def edge_graph(self) -> NDArray[np.int64]:
        """int64[E], the graph that each edge belongs to."""
        return np.repeat(np.arange(self.num_graphs), np.diff(self.edge_offsets))

    @cached_property
    def is_end(self) -> NDArray[np.bool_]:
        """bool[V], whether a vertex is the bottom or the top of its interval."""
        ends = np.zeros(self.num_nodes, dtype=np.bool_)
        ends[self.node_offsets[:-1]] = True
        ends[self.node_offsets[1:] - 1] = True
        return ends

    @cached_property
    def degrees(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Out-degree and in-degree of every vertex, int64[V] each."""
        out, into = (
            np.bincount(ends, minlength=self.num_nodes).astype(np.int64)
            for ends in (self.sources, self.targets)
        )
        return out, into

    @cached_property
    def upwards(self) -> Rows:
        """The edges by their lower ends."""
        return edge_rows(self.sources, self.targets, self.num_nodes)

    @cached_property
    def levels(self) -> NDArray[np.int64]:
        """int64[V], a number for each rank of each interval, ascending along the vertices."""
        changes = (np.diff(self.node_graph) != 0) | (np.diff(self.ranks) != 0)
        return np.concatenate([[0], np.cumsum(changes)])[: self.num_nodes].astype(np.int64)

    @cached_property
    def levels_of_degrees(self) -> NDArray[np.int64]:
        """int64[V], a number for each rank of each interval and pair of degrees in it."""
        return self._finer_levels(*self.degrees)

    @cached_property
    def levels_of_distances(self) -> NDArray[np.int64]:
        """int64[V], a number for each rank of each interval and pair of distances from its ends."""
        from_bottom, to_top = distances(self.node_offsets, self.upwards)
        return self._finer_levels(from_bottom.astype(np.int64), to_top.astype(np.int64))

    def _finer_levels(self, *numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        key = self.levels
        for number in numbers:
            key = key * (int(number.max(initial=0)) + 1) + number
        return np.unique(key, return_inverse=True)[1].reshape(-1).astype(np.int64)

    def take(self, chosen: NDArray[np.integer]) -> LabelledGraphs:
        """Some of the graphs, in the order given.

        Args:
            chosen: int[C], numbers of graphs.
        """
        nodes = _ranges(self.node_offsets, chosen)
        edges = _ranges(self.edge_offsets, chosen)
        node_offsets = _ends(np.diff(self.node_offsets)[chosen])
        edge_offsets = _ends(np.diff(self.edge_offsets)[chosen])
        moved = np.repeat(node_offsets[:-1] - self.node_offsets[chosen], np.diff(edge_offsets))
        return LabelledGraphs(
            n=self.n[chosen],
            node_offsets=node_offsets,
            edge_offsets=edge_offsets,
            ranks=self.ranks[nodes],
            sources=self.sources[edges] + moved,
            targets=self.targets[edges] + moved,
            i=self.i[edges],
            j=self.j[edges],
        )

    def nodes_of(self, graph: int) -> slice:
        """The vertices of one graph."""
        return slice(int(self.node_offsets[graph]), int(self.node_offsets[graph + 1]))

    def edges_of(self, graph: int) -> slice:
        """The edges of one graph."""
        return slice(int(self.edge_offsets[graph]), int(self.edge_offsets[graph + 1]))

    def induced_edges(self, nodes: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """The edges with both ends among the given vertices.

        Args:
            nodes: bool[V].

        Returns:
            bool[E].

        Example:
            >>> path = LabelledGraphs.from_graphs([(3, [0, 1, 2], [0, 1], [1, 2], [1, 2], [2, 3])])
            >>> path.induced_edges(np.array([True, True, False])).tolist()
            [True, False]
        """
        return nodes[self.sources] & nodes[self.targets]


def read_labelled(
    dataset: IntervalDataset, rows: NDArray[np.integer] | None = None
) -> LabelledGraphs:
    """Reads the graphs of a dataset, in the order of its rows.

    Args:
        dataset: The dataset.
        rows: int[R], ascending, the rows to read; all if None.

    Raises:
        ChecksumError: If a shard's bytes are not those that were written.

    Example:
        One interval of each isomorphism class in S_3: a point, an edge, a diamond and S_3 itself.

        >>> from tempfile import TemporaryDirectory
        >>> from data_gen.generation import generate
        >>> with TemporaryDirectory() as folder:
        ...     graphs = read_labelled(generate(3, f"{folder}/s3", select="classes"))
        >>> np.diff(graphs.node_offsets).tolist(), np.diff(graphs.edge_offsets).tolist()
        ([1, 2, 4, 6], [0, 1, 4, 9])
    """
    n: list[NDArray[np.int64]] = []
    parts: dict[str, list[NDArray[Any]]] = {name: [] for name in _COLUMNS if name != schema.N}
    first = 0
    for table in dataset.tables():
        here = table
        if rows is not None:
            low, high = np.searchsorted(rows, [first, first + table.num_rows])
            here = table.take(rows[low:high] - first)
        first += table.num_rows
        if not here.num_rows:
            continue
        n.append(np.asarray(here[schema.N].combine_chunks(), dtype=np.int64))
        for name, arrays in parts.items():
            arrays.extend(_lists(here, name, _COLUMNS[name]))
    return _joined(np.concatenate(n) if n else np.zeros(0, dtype=np.int64), parts)


def _lists(table: pa.Table, name: str, kind: Any) -> list[NDArray[Any]]:
    """A list column as one array per row."""
    values, offsets = flatten_lists(table, name)
    return np.split(values.astype(kind), offsets[1:-1])


def _joined(n: NDArray[np.int64], parts: dict[str, list[NDArray[Any]]]) -> LabelledGraphs:
    node_offsets = _offsets(parts[schema.NODE_RANKS])
    edge_offsets = _offsets(parts[schema.EDGE_SOURCES])
    shift = np.repeat(node_offsets[:-1], np.diff(edge_offsets))

    def flat(name: str) -> NDArray[Any]:
        return np.concatenate([np.zeros(0, dtype=_COLUMNS[name]), *parts[name]])

    return LabelledGraphs(
        n=n,
        node_offsets=node_offsets,
        edge_offsets=edge_offsets,
        ranks=flat(schema.NODE_RANKS),
        sources=flat(schema.EDGE_SOURCES) + shift,
        targets=flat(schema.EDGE_TARGETS) + shift,
        i=flat(schema.EDGE_I),
        j=flat(schema.EDGE_J),
    )


def _offsets(parts: list[NDArray[Any]]) -> NDArray[np.int64]:
    return _ends(np.array([len(part) for part in parts], dtype=np.int64))


def _ends(sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


def _ranges(offsets: NDArray[np.int64], chosen: NDArray[np.integer]) -> NDArray[np.int64]:
    """What lies between the offsets of each of the chosen ones, one after the other."""
    sizes = np.diff(offsets)[chosen]
    ends = np.cumsum(sizes)
    total = int(ends[-1]) if len(ends) else 0
    return np.asarray(np.arange(total) + np.repeat(offsets[chosen] - (ends - sizes), sizes))
