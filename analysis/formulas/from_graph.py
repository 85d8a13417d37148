"""P and R-tilde of an unlabelled directed graph that could be a Bruhat interval.

Nothing but the graph is read: every subinterval that matters is decomposed by a join-strong
hypercube decomposition, R-tilde comes from the H-tilde formula and P from that of Blundell et al.,
each from smaller subintervals. Isomorphic subintervals are computed once. Two theorems save work:
single edges and squares, and P = 1 exactly when as many edges go up from the bottom as the interval
is long (type A: Deodhar 1985, Carrell and Peterson 1994).

For standard decompositions the formulas are theorems (arXiv:2303.15577, arXiv:2111.15161), but
which are standard cannot be seen without labels; for join-strong ones they are conjectures, checked
on all decompositions up to S_7. So the answer for an interval of a larger S_n is as sure as these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.formulas.bbdvw import kl_by_bbdvw
from analysis.formulas.bitgraph import BitGraph, bits_of
from analysis.formulas.hypercube_decompositions import (
    HypercubeDecomposition,
    iter_lower_decompositions,
)
from analysis.formulas.linear_coefficient import f_from_r_tilde
from analysis.formulas.r_tilde import r_tilde_by_h_tilde
from data_gen.errors import GraphError, UsageError
from data_gen.graph import IntervalGraph, nodes_by_rank
from data_gen.graph_checks import check_bruhat_graph
from data_gen.isomorphism import certificate
from data_gen.polynomials import format_polynomial

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["GraphPolynomials", "check_theorems", "polynomials_from_graph"]

Polynomial = tuple[int, ...]

_SMALL = 12
"""Intervals of fewer vertices are computed again more quickly than named."""


def polynomials_from_graph(
    graph: IntervalGraph | nx.DiGraph[Any],
) -> tuple[Polynomial, Polynomial]:
    """P and R-tilde of a graph that could be the Bruhat graph of an interval.

    Args:
        graph: All reflections as edges, upwards; vertices in any order.

    Returns:
        P and R-tilde, ascending.

    Raises:
        GraphError: If the graph cannot be that of an interval, with the reason: it is not graded,
            has a wrong number of squares somewhere, has no hypercube decomposition, or what comes
            out violates a theorem.
        UsageError: If it is undirected, or has multiple edges or a directed cycle.

    Example:
        >>> import networkx as nx
        >>> hexagon = nx.DiGraph(
        ...     ["ab", "ac", "bd", "be", "cd", "ce", "df", "ef", "af"]
        ... )
        >>> polynomials_from_graph(hexagon)
        ((1,), (0, 1, 0, 1))
        >>> hexagon.remove_edge("a", "f")
        >>> polynomials_from_graph(hexagon)
        Traceback (most recent call last):
        ...
        data_gen.errors.GraphError: this looks like a Hasse diagram: it has covers only, ...
    """
    arrays, names = _as_arrays(graph)
    check_bruhat_graph(arrays, names)
    bits = BitGraph.of(arrays)
    found = GraphPolynomials(bits, names)
    kl, r_tilde = found.kl(0, bits.top), found.r_tilde(0, bits.top)
    check_theorems(bits, found, kl, r_tilde)
    return kl, r_tilde


class GraphPolynomials:
    """P_{a,b} and R~_{a,b} of the subintervals of one graph, from the graph alone.

    Args:
        bits: A graph with one bottom and one top.
        names: What to call the vertices in a message; their numbers if None.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> crown = GraphPolynomials(BitGraph.of(BruhatInterval("1324", "3412").graph))
        >>> crown.kl(0, 9), crown.r_tilde(0, 9)
        ((1, 1), (0, 0, 0, 1))
    """

    def __init__(self, bits: BitGraph, names: Sequence[str] | None = None) -> None:
        self._bits = bits
        self._names = names or list(map(str, range(bits.num_nodes)))
        self._kl: dict[tuple[int, int], Polynomial] = {}
        self._r_tilde: dict[tuple[int, int], Polynomial] = {}
        self._pieces: dict[tuple[int, int], _Piece] = {}
        self._classes: dict[str, _Piece] = {}

    def kl(self, a: int, b: int) -> Polynomial:
        """P_{a,b}; () where a is not below b.

        Raises:
            GraphError: If [a, b] has no join-strong decomposition, or no polynomial fits.
        """
        found = self._kl.get((a, b))
        if found is None:
            found = self._kl[a, b] = self._find_kl(a, b)
        return found

    def r_tilde(self, a: int, b: int) -> Polynomial:
        """R~_{a,b}; errors as for `kl`."""
        found = self._r_tilde.get((a, b))
        if found is None:
            found = self._r_tilde[a, b] = self._find_r_tilde(a, b)
        return found

    def _find_kl(self, a: int, b: int) -> Polynomial:
        bits = self._bits
        inside = bits.between(a, b)
        if not inside:
            return ()
        if (bits.out[a] & inside).bit_count() == bits.ranks[b] - bits.ranks[a]:
            return (1,)
        piece = self._piece(a, b)
        if piece.kl is None:
            piece.kl = self._formula_for_kl(piece)
        return piece.kl

    def _find_r_tilde(self, a: int, b: int) -> Polynomial:
        bits = self._bits
        if not bits.between(a, b):
            return ()
        length = bits.ranks[b] - bits.ranks[a]
        if length <= 2:
            return (0,) * length + (1,)
        piece = self._piece(a, b)
        if piece.r_tilde is None:
            names = piece.names
            piece.r_tilde = r_tilde_by_h_tilde(
                piece.decomposition, lambda p: self.r_tilde(names[0], names[p])
            )
        return piece.r_tilde

    def _formula_for_kl(self, piece: _Piece) -> Polynomial:
        names = piece.names
        pieces = kl_by_bbdvw(piece.decomposition, lambda c, d: self.kl(names[c], names[d]))
        kl = pieces.polynomial
        if not pieces.is_consistent or not kl or kl[0] != 1 or min(kl) < 0:
            total = format_polynomial(kl)
            raise GraphError(
                f"the formula of Blundell et al. gives no Kazhdan-Lusztig polynomial but {total} "
                f"for {self._named(names)}: this is no Bruhat interval, or "
                "a counterexample to their conjecture."
            )
        return kl

    def _piece(self, a: int, b: int) -> _Piece:
        """The subinterval with a decomposition; one for all that are isomorphic."""
        found = self._pieces.get((a, b))
        if found is None:
            inside = self._bits.between(a, b)
            names = tuple(bits_of(inside))
            bits = self._bits.interval(a, b)
            name = certificate(_graph_of(bits)) if len(names) >= _SMALL else ""
            found = self._classes.get(name)
            if found is None:
                found = _Piece(names, self._choose(bits, names))
                if name:
                    self._classes[name] = found
            self._pieces[a, b] = found
        return found

    def _choose(self, bits: BitGraph, names: tuple[int, ...]) -> HypercubeDecomposition:
        """A join-strong decomposition with a large ideal, which leaves few, small hypercubes."""
        for found in iter_lower_decompositions(bits, descending=True):
            if found.is_join_strong:
                return found
        raise GraphError(
            f"{self._named(names)} has no join-strong hypercube decomposition; every Bruhat "
            "interval of a symmetric group has the standard ones (checked up to S_7)."
        )

    def _named(self, names: tuple[int, ...]) -> str:
        return f"the part from {self._names[names[0]]!r} to {self._names[names[-1]]!r}"


@dataclass(slots=True)
class _Piece:
    """A subinterval, the names of its vertices in the whole, and what is known of it."""

    names: tuple[int, ...]
    decomposition: HypercubeDecomposition
    kl: Polynomial | None = None
    r_tilde: Polynomial | None = None


def _graph_of(bits: BitGraph) -> IntervalGraph:
    edges = np.array(list(bits.edges()), dtype=np.int32).reshape(-1, 2)
    return IntervalGraph(np.array(bits.ranks, dtype=np.int16), edges[:, 0], edges[:, 1])


def _as_arrays(graph: IntervalGraph | nx.DiGraph[Any]) -> tuple[IntervalGraph, list[str]]:
    if isinstance(graph, IntervalGraph):
        order = np.argsort(graph.ranks, kind="stable")
        place = np.empty(graph.num_nodes, dtype=np.int32)
        place[order] = np.arange(graph.num_nodes)
        return graph.relabelled(place), list(map(str, order.tolist()))
    if not hasattr(graph, "is_directed"):
        raise UsageError(
            f"{graph!r} is no graph: give an IntervalGraph or a networkx.DiGraph, edges upwards."
        )
    return IntervalGraph.from_networkx(graph), list(map(str, nodes_by_rank(graph)))


def check_theorems(
    bits: BitGraph, found: GraphPolynomials, kl: Polynomial, r_tilde: Polynomial
) -> None:
    """Refuses polynomials that violate what ties them to each other and to the graph.

    R~ is monic of degree l, its lowest degree is the length of the shortest path (Dyer, 1993),
    [q]P = #coatoms - f, and the first derivative at q = 1 of the recursion of P and R: theorems.

    Args:
        bits: The graph.
        found: The polynomials of its subintervals.
        kl: P of the whole.
        r_tilde: R~ of the whole.

    Raises:
        GraphError: If one of them fails.

    Example:
        [1324, 3412] has P = 1 + q, not 1:

        >>> from data_gen.intervals import BruhatInterval
        >>> bits = BitGraph.of(BruhatInterval("1324", "3412").graph)
        >>> check_theorems(bits, GraphPolynomials(bits), (1, 1), (0, 0, 0, 1))
        >>> check_theorems(bits, GraphPolynomials(bits), (1,), (0, 0, 0, 1))
        Traceback (most recent call last):
        ...
        data_gen.errors.GraphError: P has 0 as its coefficient of q, R-tilde asks for 1: ...
    """
    length, top = bits.length, bits.top
    reason = ""
    if len(r_tilde) != length + 1 or r_tilde[-1] != 1 or min(r_tilde) < 0:
        reason = f"R-tilde would be {format_polynomial(r_tilde)}, not monic of degree {length}"
    elif length and bits.distance(0, top) != next(k for k, c in enumerate(r_tilde) if c):
        reason = (
            f"R-tilde would be {format_polynomial(r_tilde)}, but the shortest path from the bottom "
            f"to the top has {bits.distance(0, top)} edges, which is its lowest degree"
        )
    elif length and (linear := kl[1] if len(kl) > 1 else 0) != (
        expected := bits.covered[top].bit_count() - f_from_r_tilde(r_tilde)
    ):
        reason = f"P has {linear} as its coefficient of q, R-tilde asks for {expected}"
    else:
        above = sum(sum(found.kl(y, top)) for y in bits_of(bits.out[0]))
        slope = sum(k * c for k, c in enumerate(kl))
        if above != length * sum(kl) - 2 * slope:
            reason = "P and those just above it violate the derivative of their recursion at q = 1"
    if reason:
        raise GraphError(
            f"{reason}: this is no Bruhat interval, or a counterexample to the formulas used."
        )
