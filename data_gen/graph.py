"""The graph of a Bruhat interval without its permutations: all that a network sees."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from data_gen.errors import UsageError

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["IntervalGraph", "nodes_by_rank"]


@dataclass(frozen=True, eq=False)
class IntervalGraph:
    """A directed graph graded by rank, as flat arrays.

    Vertices are 0..N-1. In the graph of an interval [x, w] they are ordered by rank and, within a
    rank, lexicographically by one-line notation, so vertex 0 is x and vertex N-1 is w. Edges point
    upwards in length and are ordered by (source, target).

    Attributes:
        ranks: int16[N], the length above x; 0 at x.
        sources: int32[E], lower end of each edge.
        targets: int32[E], upper end of each edge.
        reflections: int8[E, 2], the positions i < j (1-indexed) that each edge swaps, or None when
            the graph came without them. Nothing that calls itself unlabelled reads them.

    Raises:
        UsageError: If the shapes of the arrays do not fit together, an edge has an end that is no
            vertex, a rank is negative, or an edge does not go up in rank.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> graph = BruhatInterval("1324", "3412").graph
        >>> graph
        IntervalGraph(nodes=10, edges=16, length=3, rank_sizes=[1, 4, 4, 1])
        >>> graph.out_degrees.tolist()
        [4, 2, 2, 2, 2, 1, 1, 1, 1, 0]
    """

    ranks: NDArray[np.int16]
    sources: NDArray[np.int32]
    targets: NDArray[np.int32]
    reflections: NDArray[np.int8] | None = None

    def __post_init__(self) -> None:
        """Brings the arrays to their dtypes (no copy where they have them) and checks shapes."""
        dtypes = {"ranks": np.int16, "sources": np.int32, "targets": np.int32}
        for name, dtype in dtypes.items():
            array = np.ascontiguousarray(getattr(self, name), dtype=dtype)
            if array.ndim != 1:
                raise UsageError(f"{name} must be a flat array, but has shape {array.shape}.")
            object.__setattr__(self, name, array)
        if self.reflections is not None:
            labels = np.ascontiguousarray(self.reflections, dtype=np.int8)
            object.__setattr__(self, "reflections", labels)
        _check(self.ranks, self.sources, self.targets, self.reflections)

    @property
    def num_nodes(self) -> int:
        """Number of vertices N."""
        return len(self.ranks)

    @property
    def num_edges(self) -> int:
        """Number of edges E."""
        return len(self.sources)

    @cached_property
    def length(self) -> int:
        """Length of the interval: the largest rank."""
        return int(self.ranks.max()) if len(self.ranks) else 0

    @cached_property
    def in_degrees(self) -> NDArray[np.int32]:
        """int32[N], how many edges end at each vertex."""
        return np.bincount(self.targets, minlength=self.num_nodes).astype(np.int32)

    @cached_property
    def out_degrees(self) -> NDArray[np.int32]:
        """int32[N], how many edges start at each vertex."""
        return np.bincount(self.sources, minlength=self.num_nodes).astype(np.int32)

    @cached_property
    def covers(self) -> NDArray[np.bool_]:
        """bool[E], the edges of the Hasse diagram: those that raise the rank by one."""
        covers: NDArray[np.bool_] = self.ranks[self.targets] - self.ranks[self.sources] == 1
        return covers

    @cached_property
    def rank_sizes(self) -> NDArray[np.int64]:
        """int64[length + 1], how many vertices each rank has."""
        return np.bincount(self.ranks, minlength=1)

    def reversed(self) -> IntervalGraph:
        """The dual graph: edges turned round, and vertex v renamed N-1-v so that ranks ascend.

        The dual of [x, w] is [w0 w, w0 x]; positions of reflections stay as they are.

        Example:
            >>> from data_gen.intervals import BruhatInterval
            >>> BruhatInterval("1234", "3412").graph.reversed().rank_sizes.tolist()
            [1, 4, 5, 3, 1]
        """
        last = np.int32(self.num_nodes - 1)
        return _sorted_by_edge(
            (self.length - self.ranks[::-1]).astype(np.int16),
            last - self.targets,
            last - self.sources,
            self.reflections,
        )

    def relabelled(self, names: Sequence[int] | NDArray[np.integer]) -> IntervalGraph:
        """The same graph with vertex v renamed ``names[v]``; edges are sorted again.

        Args:
            names: A permutation of 0..N-1.

        Raises:
            UsageError: If `names` is not a permutation of 0..N-1.

        Example:
            >>> graph = IntervalGraph([0, 1], [0], [1])
            >>> graph.relabelled([1, 0]).ranks.tolist()
            [1, 0]
        """
        new = np.asarray(names, dtype=np.int32)
        if not np.array_equal(np.sort(new), np.arange(self.num_nodes)):
            raise UsageError(f"names must be a permutation of 0..{self.num_nodes - 1}.")
        ranks = np.empty_like(self.ranks)
        ranks[new] = self.ranks
        return _sorted_by_edge(ranks, new[self.sources], new[self.targets], self.reflections)

    @classmethod
    def from_networkx(cls, graph: nx.DiGraph[Any]) -> IntervalGraph:
        """Reads a directed acyclic graph of networkx.

        Vertices are ordered by rank and then as `graph` lists them. The rank is the longest path
        from a source, which in a Bruhat graph is the length above x. Reflections are taken from the
        edge attribute ``reflection`` if every edge has it.

        Args:
            graph: A directed graph without multiple edges.

        Raises:
            UsageError: If the graph is undirected, has multiple edges or has a directed cycle.

        Example:
            >>> import networkx as nx
            >>> IntervalGraph.from_networkx(nx.DiGraph([("a", "b"), ("a", "c")])).ranks.tolist()
            [0, 1, 1]
        """
        ranks = nodes_by_rank(graph)
        index = {node: position for position, node in enumerate(ranks)}
        edges = [(index[a], index[b], data.get("reflection")) for a, b, data in graph.edges.data()]
        pairs = np.array([edge[:2] for edge in edges], dtype=np.int32).reshape(-1, 2)
        labels = [edge[2] for edge in edges]
        complete = bool(labels) and all(label is not None for label in labels)
        return _sorted_by_edge(
            np.array(list(ranks.values()), dtype=np.int16),
            pairs[:, 0],
            pairs[:, 1],
            np.array(labels, dtype=np.int8) if complete else None,
        )

    def to_networkx(self, names: Sequence[Hashable] | None = None) -> nx.DiGraph[Any]:
        """A networkx graph: nodes have ``rank``, edges ``cover`` and, where known, ``reflection``.

        Args:
            names: What to call the vertices; 0..N-1 if None.

        Example:
            >>> IntervalGraph([0, 1], [0], [1]).to_networkx().nodes(data=True)
            NodeDataView({0: {'rank': 0}, 1: {'rank': 1}})
        """
        import networkx as nx

        names = range(self.num_nodes) if names is None else names
        graph: nx.DiGraph[Any] = nx.DiGraph()
        graph.add_nodes_from(
            (name, {"rank": rank}) for name, rank in zip(names, self.ranks.tolist(), strict=True)
        )
        columns: list[list[Any]] = [self.sources.tolist(), self.targets.tolist()]
        columns.append(self.covers.tolist())
        if self.reflections is not None:
            columns.append([tuple(pair) for pair in self.reflections.tolist()])
        for source, target, cover, *label in zip(*columns, strict=True):
            data: dict[str, Any] = {"cover": cover}
            if label:
                data["reflection"] = label[0]
            graph.add_edge(names[source], names[target], **data)
        return graph

    def __eq__(self, other: object) -> bool:
        """Whether the arrays are the same; for isomorphism see `data_gen.isomorphism`."""
        if not isinstance(other, IntervalGraph):
            return NotImplemented
        mine, theirs = self._arrays(), other._arrays()
        return mine.keys() == theirs.keys() and all(
            np.array_equal(mine[name], theirs[name]) for name in mine
        )

    def __hash__(self) -> int:
        """Consistent with ``==``."""
        return hash((self.num_edges, self.ranks.tobytes(), self.targets.tobytes()))

    def __repr__(self) -> str:
        """The counts, not the arrays."""
        return (
            f"IntervalGraph(nodes={self.num_nodes}, edges={self.num_edges}, "
            f"length={self.length}, rank_sizes={self.rank_sizes.tolist()})"
        )

    def _arrays(self) -> Mapping[str, NDArray[Any]]:
        names = ("ranks", "sources", "targets", "reflections")
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}


def _check(
    ranks: NDArray[np.int16],
    sources: NDArray[np.int32],
    targets: NDArray[np.int32],
    reflections: NDArray[np.int8] | None,
) -> None:
    """Compiled code trusts these arrays, so they are checked once, here."""
    edges = len(sources)
    if len(targets) != edges:
        raise UsageError(f"{edges} sources but {len(targets)} targets.")
    if reflections is not None and reflections.shape != (edges, 2):
        raise UsageError(f"reflections has shape {reflections.shape}; ({edges}, 2) is wanted.")
    if len(ranks) and int(ranks.min()) < 0:
        raise UsageError(f"ranks start at 0, but one is {int(ranks.min())}.")
    if not edges:
        return
    least = min(int(sources.min()), int(targets.min()))
    most = max(int(sources.max()), int(targets.max()))
    if least < 0 or most >= len(ranks):
        wrong = least if least < 0 else most
        raise UsageError(f"An edge ends at vertex {wrong}; there are {len(ranks)}, from 0 on.")
    upwards = ranks[targets] > ranks[sources]
    if not upwards.all():
        k = int(np.argmin(upwards))
        raise UsageError(f"Edge {int(sources[k])} -> {int(targets[k])} does not go up in rank.")


def _sorted_by_edge(
    ranks: NDArray[np.int16],
    sources: NDArray[np.int32],
    targets: NDArray[np.int32],
    reflections: NDArray[np.int8] | None,
) -> IntervalGraph:
    order = np.lexsort((targets, sources))
    labels = None if reflections is None else reflections[order]
    return IntervalGraph(ranks, sources[order], targets[order], labels)


def nodes_by_rank(graph: nx.DiGraph[Any]) -> dict[Any, int]:
    """The nodes of a networkx graph in the order that `IntervalGraph.from_networkx` gives them.

    Args:
        graph: A directed graph without multiple edges.

    Returns:
        For each node its rank, the longest path from a source; ranks ascend, and ties are in the
        order of the graph.

    Raises:
        UsageError: If the graph is undirected, has multiple edges or has a directed cycle.

    Example:
        >>> import networkx as nx
        >>> nodes_by_rank(nx.DiGraph([("b", "a"), ("c", "a")]))
        {'b': 0, 'c': 0, 'a': 1}
    """
    import networkx as nx

    if not graph.is_directed() or graph.is_multigraph():
        raise UsageError(f"{graph!r} is no simple directed graph: give a networkx.DiGraph.")
    ranks: dict[Hashable, int] = {}
    try:
        for node in nx.topological_sort(graph):
            ranks[node] = max((ranks[below] + 1 for below in graph.predecessors(node)), default=0)
    except nx.NetworkXUnfeasible:
        raise UsageError(f"{graph!r} has a directed cycle; edges must point upwards.") from None
    return {node: ranks[node] for node in sorted(graph, key=ranks.__getitem__)}
