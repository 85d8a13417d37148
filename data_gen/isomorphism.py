"""When two unlabelled Bruhat graphs are the same: certificates and colour refinement.

The certificate of a graph is the SHA-256 of a canonical form of our own, so it is the same on every
machine and with every version of every library. The byte string that is hashed, all integers
little-endian::

    b"klgnn-graph-1", N and E as uint32,
    the ranks of the vertices in canonical order as int16[N],
    their out-degrees as int32[N],
    the targets of the edges from the first vertex in canonical order, then from the second, ...,
    as places in canonical order, each list ascending, as int32[E].

The string determines the graph up to isomorphism, whatever the canonical order. How that order is
chosen is in `data_gen.canonical_kernels`, step by step. The first 128 bits of the hash are kept:
two different graphs among a billion collide with a probability below 10^-20.

The colour certificate names what colour refinement sees. Its byte string, with the C colours
numbered in the order of `data_gen.refinement_kernels`::

    b"klgnn-colours-1", N and E as uint32,
    the rank of each colour as int16[C], the number of its vertices as int32[C],
    over the edges from one vertex v of each colour, the pairs (colour of v, colour of the target)
    in lexicographic order, as int32[., 2],
    over the edges to it, the pairs (colour of v, colour of the source) likewise.

Both are compared in every test run with tests/golden/certificates.json, which a program that shares
no code with this one made from these descriptions. Any change of what is hashed, or of the
canonical order, is a new `CERTIFICATE_VERSION`, which is inside the string and in every manifest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from data_gen.canonical_kernels import canonical_codes, canonical_order
from data_gen.colour_kernels import quotient
from data_gen.graph import IntervalGraph
from data_gen.refinement_kernels import make_adjacency, refine_colours

__all__ = [
    "CERTIFICATE_VERSION",
    "canonical_graph",
    "certificate",
    "certificates",
    "colour_certificate",
    "colour_certificates",
    "refine",
]

CERTIFICATE_VERSION = 1
"""Certificates are comparable only if made with the same version."""

_MAGIC = b"klgnn-graph-%d" % CERTIFICATE_VERSION
_COLOUR_MAGIC = b"klgnn-colours-%d" % CERTIFICATE_VERSION
_HEX_DIGITS = 32


class GraphBatch(Protocol):
    """Graphs one after the other, as in `data_gen.intervals.IntervalBatch`.

    Example:
        >>> from dataclasses import dataclass
        >>> @dataclass
        ... class Batch:
        ...     node_ends: NDArray[np.int64]
        ...     edge_ends: NDArray[np.int64]
        ...     ranks: NDArray[np.int16]
        ...     sources: NDArray[np.int32]
        ...     targets: NDArray[np.int32]
        >>> ends, chain = np.array([0, 2]), np.array([0, 1])
        >>> edge = Batch(ends, np.array([0, 1]), chain, chain[:1], chain[1:])
        >>> certificates(edge) == [certificate(IntervalGraph(chain, chain[:1], chain[1:]))]
        True
    """

    @property
    def node_ends(self) -> NDArray[np.int64]: ...
    @property
    def edge_ends(self) -> NDArray[np.int64]: ...
    @property
    def ranks(self) -> NDArray[np.int16]: ...
    @property
    def sources(self) -> NDArray[np.int32]: ...
    @property
    def targets(self) -> NDArray[np.int32]: ...


def certificate(graph: IntervalGraph) -> str:
    """A name of the isomorphism class: 32 hexadecimal digits.

    Equal for two graphs if and only if a bijection of the vertices keeps ranks and edges (up to
    collisions of SHA-256). In the Bruhat graph of an interval the ranks follow from the edges, so
    there it decides isomorphism of directed graphs. Reflections are not looked at.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> one, other = BruhatInterval("1324", "3412"), BruhatInterval("2143", "4231")
        >>> certificate(one.graph) == certificate(other.graph)
        True
        >>> certificate(one.graph) == certificate(BruhatInterval("1234", "1432").graph)
        False
    """
    ends = np.array([[0, graph.num_nodes], [0, graph.num_edges]])
    form = canonical_codes(ends[0], ends[1], graph.ranks, graph.sources, graph.targets)
    return _digest(_MAGIC, graph.num_nodes, graph.num_edges, form)


def certificates(batch: GraphBatch) -> list[str]:
    """The certificates of many graphs; the fast way.

    Args:
        batch: For example what `data_gen.intervals.build_intervals` returns.

    Example:
        >>> from data_gen.intervals import build_intervals
        >>> xs = np.array([[0, 1, 2], [0, 2, 1], [1, 0, 2]])
        >>> names = certificates(build_intervals(xs, np.array([[2, 1, 0]] * 3)))
        >>> len(set(names))
        2
    """
    ranks, degrees, code = canonical_codes(
        batch.node_ends, batch.edge_ends, batch.ranks, batch.sources, batch.targets
    )
    names = []
    for node, edge in _slices(batch):
        form = (ranks[node], degrees[node], code[edge])
        names.append(_digest(_MAGIC, node.stop - node.start, edge.stop - edge.start, form))
    return names


def canonical_graph(graph: IntervalGraph) -> IntervalGraph:
    """The representative of the isomorphism class: equal arrays for isomorphic graphs.

    Vertices are in canonical order, lower ranks first; reflections are dropped.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> graph = BruhatInterval("132", "321").graph
        >>> canonical_graph(graph) == canonical_graph(BruhatInterval("213", "321").graph)
        True
    """
    rows = make_adjacency(graph.num_nodes, graph.sources, graph.targets)
    names = np.empty(graph.num_nodes, np.int32)
    names[canonical_order(rows, graph.ranks)] = np.arange(graph.num_nodes, dtype=np.int32)
    return IntervalGraph(graph.ranks, graph.sources, graph.targets).relabelled(names)


def refine(graph: IntervalGraph) -> NDArray[np.int32]:
    """Stable colours of the vertices: directed colour refinement that starts from the ranks.

    Two vertices keep the same colour as long as they have the same rank and, for every colour,
    equally many edges to it and equally many from it. The colours of isomorphic graphs correspond.

    Returns:
        int32[N], colours 0, 1, ..., lower ranks first.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> refine(BruhatInterval("123", "321").graph).tolist()
        [0, 1, 1, 2, 2, 3]
    """
    return refine_colours(
        make_adjacency(graph.num_nodes, graph.sources, graph.targets), graph.ranks
    )


def colour_certificate(graph: IntervalGraph) -> str:
    """A name of what colour refinement sees: equal if and only if it cannot tell two graphs apart.

    Message passing on graphs with equal names computes the same at corresponding vertices, whatever
    the weights (Xu et al., 2019, arXiv:1810.00826; Morris et al., 2019, arXiv:1810.02244), if its
    features are no finer than ranks and degrees. The hash is of the quotient: for each colour
    its rank, its size, and the sorted colours of the neighbours above and below one vertex.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> one, other = BruhatInterval("132", "321"), BruhatInterval("213", "321")
        >>> colour_certificate(one.graph) == colour_certificate(other.graph)
        True
    """
    form = quotient(graph.ranks, graph.sources, graph.targets)
    return _digest(_COLOUR_MAGIC, graph.num_nodes, graph.num_edges, form)


def colour_certificates(batch: GraphBatch) -> list[str]:
    """The colour certificates of many graphs; the fast way.

    Args:
        batch: For example what `data_gen.intervals.build_intervals` returns.

    Example:
        >>> from data_gen.intervals import build_intervals
        >>> batch = build_intervals(np.array([[0, 1, 2], [0, 2, 1]]), np.array([[2, 1, 0]] * 2))
        >>> colour_certificates(batch) == [colour_certificate(graph) for graph in batch]
        True
    """
    names = []
    for node, edge in _slices(batch):
        form = quotient(batch.ranks[node], batch.sources[edge], batch.targets[edge])
        names.append(_digest(_COLOUR_MAGIC, node.stop - node.start, edge.stop - edge.start, form))
    return names


def _slices(batch: GraphBatch) -> Iterator[tuple[slice, slice]]:
    """Where the vertices and the edges of each graph are."""
    nodes, edges = batch.node_ends.tolist(), batch.edge_ends.tolist()
    for k in range(len(nodes) - 1):
        yield slice(nodes[k], nodes[k + 1]), slice(edges[k], edges[k + 1])


def _digest(magic: bytes, nodes: int, edges: int, parts: Iterable[NDArray[Any]]) -> str:
    digest = sha256(magic + np.array([nodes, edges], dtype="<u4").tobytes())
    for part in parts:
        digest.update(part.astype(part.dtype.newbyteorder("<"), copy=False).tobytes())
    return digest.hexdigest()[:_HEX_DIGITS]
