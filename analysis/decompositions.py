"""The four standard hypercube decompositions, and how much of the saliency falls on their pieces.

For [u, v] in S_n with u(1) != v(1) the set I = {w : w(1) = u(1)} is an interval [u, z], isomorphic
to one of S_{n-1}; the edges from u to the rest span hypercubes, whose vertices are the hypercube
piece. The same with the last letter, and with the places of 1 and of n: the kinds "first", "last",
"pos1", "posn". The formula of `data_gen.hypercube_formula` adds one term for each piece, and both
were seen in the saliency of single intervals (Davies and others, Nature 600, 2021).

The hypercube piece is counted here without u, so it and I never meet: I is a lower ideal, and
every vertex of a hypercube except u lies above some element outside I.

Source: C. Blundell, L. Buesing, A. Davies, P. Velickovic, G. Williamson, arXiv:2111.15161; that
the cubes exist and are unique was checked on all intervals up to S_6 [recon].
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from analysis import _piece_kernels as kernels
from analysis.labelled import LabelledGraphs
from data_gen.errors import GraphError, UsageError
from data_gen.hypercube_formula import Decomposition
from data_gen.intervals import BruhatInterval
from data_gen.permutations import format_permutation, parse_permutation

__all__ = [
    "KINDS",
    "PIECES",
    "StandardDecomposition",
    "StandardPieces",
    "kept_places",
    "standard_decompositions",
    "standard_pieces",
]

KINDS: tuple[Decomposition, ...] = get_args(Decomposition)
"""The four kinds, in the order of `StandardPieces.codes`."""

PIECES = ("elsewhere", "ideal", "hypercube")
"""What the codes 0, 1 and 2 of `StandardPieces` stand for."""


@dataclass(frozen=True)
class StandardDecomposition:
    """One of the standard decompositions of an interval [u, v]; vertices as in its graph.

    Attributes:
        kind: "first", "last", "pos1" or "posn".
        z: The top of the ideal [u, z].
        ideal: bool[N], the ideal I = [u, z]; an interval of S_{n-1} with one letter put in.
        targets: The vertices outside I that u has an edge to: E_u, ascending.
        hypercube: bool[N], the vertices theta_u(Y) for nonempty antichains Y in E_u; not u itself.

    Example:
        Of [123, 321], with the rows 123, 132, 213, 231, 312, 321, the ideal of "last" is 123, 213:

        >>> standard_decompositions(BruhatInterval("123", "321"))[1]
        ... # doctest: +NORMALIZE_WHITESPACE
        StandardDecomposition(kind='last', z=2,
            ideal=array([ True, False,  True, False, False, False]), targets=(1, 5),
            hypercube=array([False,  True, False, False, False,  True]))
    """

    kind: Decomposition
    z: int
    ideal: NDArray[np.bool_]
    targets: tuple[int, ...]
    hypercube: NDArray[np.bool_]


@dataclass(frozen=True)
class StandardPieces:
    """The pieces of all standard decompositions of a dataset's intervals.

    Attributes:
        codes: int8[4, V], for each kind the place in `PIECES` of each vertex; -1 at all vertices of
            an interval that all share the letter, so that this kind does not decompose it.
        applies: bool[4, G], whether this kind decomposes the interval.

    Example:
        All elements of [1234, 1243] begin with 1, so the kinds "first" and "pos1" say nothing:

        >>> edge = BruhatInterval("1234", "1243")
        >>> i, j = edge.reflections.T
        >>> pieces = standard_pieces(
        ...     LabelledGraphs.from_graphs(
        ...         [(4, edge.ranks, edge.graph.sources, edge.graph.targets, i, j)]
        ...     ),
        ...     ["1234"],
        ... )
        >>> pieces.applies[:, 0].tolist()
        [False, True, False, True]
        >>> pieces.codes.tolist()
        [[-1, -1], [1, 2], [-1, -1], [1, 2]]
    """

    codes: NDArray[np.int8]
    applies: NDArray[np.bool_]


def kept_places(bottoms: NDArray[np.integer]) -> NDArray[np.int64]:
    """The place that each kind leaves alone: the elements of I have there the letter that u has.

    Args:
        bottoms: int[K, n], one u in each row.

    Returns:
        int64[4, K], places from 0, in the order of `KINDS`.

    Example:
        >>> kept_places(np.array([[1, 3, 2, 4]])).tolist()
        [[0], [3], [0], [3]]
    """
    first = np.zeros(len(bottoms), np.int64)
    last = first + bottoms.shape[1] - 1
    return np.stack([first, last, bottoms.argmin(axis=1), bottoms.argmax(axis=1)])


def standard_decompositions(interval: BruhatInterval) -> tuple[StandardDecomposition, ...]:
    """Decomposes one interval.

    Args:
        interval: Any interval; one of a single element has none.

    Returns:
        At most four, in the order of `KINDS`; those whose letter all elements share are left out.
        Two kinds can have the same ideal.

    Example:
        >>> crown = BruhatInterval("1324", "3412")
        >>> first = standard_decompositions(crown)[0]
        >>> first.kind, "".join(map(str, crown.nodes[first.z])), int(first.ideal.sum())
        ('first', '1432', 4)
        >>> ["".join(map(str, crown.nodes[v])) for v in first.targets]
        ['2314', '3124']
    """
    graph, labels = interval.graph, interval.reflections
    one = LabelledGraphs.from_graphs(
        [(interval.n, graph.ranks, graph.sources, graph.targets, labels[:, 0], labels[:, 1])]
    )
    codes = standard_pieces(one, [format_permutation(interval.x)]).codes
    upwards = graph.targets[graph.sources == 0]
    return tuple(
        StandardDecomposition(
            kind=kind,
            z=int(np.flatnonzero(row == kernels.IDEAL)[-1]),
            ideal=row == kernels.IDEAL,
            targets=tuple(upwards[row[upwards] != kernels.IDEAL].tolist()),
            hypercube=row == kernels.HYPERCUBE,
        )
        for kind, row in zip(KINDS, codes, strict=True)
        if row[0] != kernels.WHOLE
    )


def standard_pieces(graphs: LabelledGraphs, bottoms: Sequence[str]) -> StandardPieces:
    """Decomposes all intervals of a dataset, in all four ways.

    Reads the reflections of the edges and the bottoms; no other permutation is needed.

    Args:
        graphs: The dataset's graphs.
        bottoms: The column `x` of the dataset, in the same order: one-line notation.

    Returns:
        The piece of every vertex.

    Raises:
        PermutationError: If a bottom is no permutation of 1..n.
        UsageError: If there are not as many bottoms as graphs, or a bottom does not fit the
            reflections of its graph.
        GraphError: If the graphs are not those of Bruhat intervals.

    Example:
        >>> crown = BruhatInterval("1324", "3412")
        >>> i, j = crown.reflections.T
        >>> graphs = LabelledGraphs.from_graphs(
        ...     [(4, crown.ranks, crown.graph.sources, crown.graph.targets, i, j)]
        ... )
        >>> standard_pieces(graphs, ["1324"]).codes[0].tolist()
        [1, 1, 1, 2, 2, 1, 0, 0, 2, 0]
    """
    places = _places(graphs, bottoms)
    rows = graphs.upwards
    codes = np.empty((len(KINDS), graphs.num_nodes), dtype=np.int8)
    for kind, row, place in zip(KINDS, codes, places, strict=True):
        wrong = kernels.find_pieces(graphs.node_offsets, rows, graphs.i, graphs.j, place, row)
        if wrong >= 0:
            raise GraphError(
                f"Row {wrong}, with the bottom {bottoms[wrong]!r}, has no decomposition {kind!r}: "
                "its graph is not that of a Bruhat interval. Make the dataset again."
            )
    return StandardPieces(codes=codes, applies=codes[:, graphs.node_offsets[:-1]] >= 0)


def _places(graphs: LabelledGraphs, bottoms: Sequence[str]) -> NDArray[np.int64]:
    """int64[4, G], the position that the edges inside the ideal leave alone, from 1."""
    if len(bottoms) != graphs.num_graphs:
        raise UsageError(
            f"{len(bottoms)} bottoms for {graphs.num_graphs} graphs: give the column x, all rows."
        )
    sizes = graphs.n.tolist()
    words = [parse_permutation(text, n) for text, n in zip(bottoms, sizes, strict=True)]
    _check_bottoms(graphs, words)
    found = np.empty((len(KINDS), len(words)), np.int64)
    for n in np.unique(graphs.n):
        rows = np.flatnonzero(graphs.n == n)
        found[:, rows] = kept_places(np.array([words[row] for row in rows])) + 1
    return found


def _check_bottoms(graphs: LabelledGraphs, words: list[tuple[int, ...]]) -> None:
    """Edges from a bottom exchange a letter with a larger one further right."""
    letters = np.zeros((graphs.num_graphs, int(graphs.n.max(initial=0)) + 1), dtype=np.int64)
    for row, word in zip(letters, words, strict=True):
        row[1 : len(word) + 1] = word
    lowest = graphs.sources == graphs.node_offsets[graphs.edge_graph]
    owner = graphs.edge_graph[lowest]
    wrong = letters[owner, graphs.i[lowest]] >= letters[owner, graphs.j[lowest]]
    if wrong.any():
        k = int(np.argmax(wrong))
        text = format_permutation(words[owner[k]])
        raise UsageError(
            f"The bottom of row {owner[k]} is not {text!r}: an edge exchanges its positions "
            f"{graphs.i[lowest][k]} and {graphs.j[lowest][k]}, which makes it shorter. Give the "
            "column x in the order of the rows."
        )
