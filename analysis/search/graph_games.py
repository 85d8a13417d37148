"""Wagner's own example: a conjecture on graphs, refuted by the engine that searches for intervals.

For a connected graph on n >= 3 vertices with the largest eigenvalue lambda and the matching number
mu it was conjectured that lambda + mu >= sqrt(n - 1) + 1, with equality for stars. It fails on 19
vertices. `EdgeGame` writes a graph as a word of 171 letters, edge or no edge; `TreeGame` writes a
tree as the parent of each vertex, 18 letters: the same conjecture, and an easier game.

Source: M. Aouchiche, P. Hansen, A survey of automated conjectures in spectral graph theory (2010);
A. Z. Wagner, Constructions in combinatorics via neural networks, arXiv:2104.14516, section 2.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from analysis.search._graph_kernels import are_connected, largest_eigenvalues, matching_numbers
from data_gen.errors import UsageError

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["EdgeGame", "TreeGame", "excess", "is_counterexample"]

Words = NDArray[np.int8]
Graphs = NDArray[np.uint8]
_DISCONNECTED = -100.0


@dataclass(frozen=True)
class EdgeGame:
    """Graphs on n vertices, letter by letter: is there an edge 01, 02, ..., 12, 13, ...?

    Attributes:
        n: The number of vertices.

    Example:
        >>> game = EdgeGame(3)
        >>> game.steps, game.scores(np.array([[1, 1, 0], [1, 0, 0]], np.int8)).round(6)
        (3, array([   0., -100.]))
    """

    n: int
    letters: int = 2

    @property
    def steps(self) -> int:
        """One for each pair of vertices."""
        return self.n * (self.n - 1) // 2

    def mask(self, prefixes: Words) -> None:
        """All letters are allowed."""
        return None

    def scores(self, words: Words) -> NDArray[np.float64]:
        """By how much lambda + mu is below what was conjectured; disconnected ones have -100."""
        return excess(self.graphs(words))

    def graphs(self, words: Words) -> Graphs:
        """uint8[B, n, n]."""
        found = np.zeros((len(words), self.n, self.n), np.uint8)
        rows, columns = np.triu_indices(self.n, 1)
        found[:, rows, columns] = found[:, columns, rows] = words
        return found


@dataclass(frozen=True)
class TreeGame:
    """Trees on n vertices: the letter of each vertex but the first is its parent.

    Example:
        >>> TreeGame(4).graphs(np.array([[0, 0, 1]], np.int8))[0].sum(axis=0).tolist()
        [2, 2, 1, 1]
    """

    n: int

    @property
    def steps(self) -> int:
        """One for each vertex but the first."""
        return self.n - 1

    @property
    def letters(self) -> int:
        """The vertices that can be parents."""
        return self.n - 1

    def mask(self, prefixes: Words) -> NDArray[np.bool_]:
        """Parents come before their children."""
        allowed = np.arange(self.letters) <= prefixes.shape[1]
        return np.broadcast_to(allowed, (len(prefixes), self.letters))

    def scores(self, words: Words) -> NDArray[np.float64]:
        """By how much lambda + mu is below what was conjectured."""
        return excess(self.graphs(words))

    def graphs(self, words: Words) -> Graphs:
        """uint8[B, n, n]."""
        found = np.zeros((len(words), self.n, self.n), np.uint8)
        each = np.arange(len(words))
        for child in range(1, self.n):
            parent = words[:, child - 1]
            found[each, parent, child] = found[each, child, parent] = 1
        return found


def excess(graphs: Graphs) -> NDArray[np.float64]:
    """sqrt(n - 1) + 1 - lambda - mu: positive for a counterexample, up to rounding.

    Args:
        graphs: uint8[B, n, n], adjacency matrices.

    Returns:
        float64[B]; -100 where the graph is not connected.

    Example:
        >>> star = np.zeros((1, 5, 5), np.uint8)
        >>> star[0, 0, 1:] = star[0, 1:, 0] = 1
        >>> abs(float(excess(star)[0])) < 1e-9
        True
    """
    n = graphs.shape[1]
    found = np.full(len(graphs), _DISCONNECTED)
    kept = np.flatnonzero(are_connected(graphs))
    weights = np.random.default_rng(n).integers(1, 2**31 - 1, (n, n))
    values = largest_eigenvalues(graphs[kept]) + matching_numbers(graphs[kept], weights)
    found[kept] = sqrt(n - 1) + 1 - values
    return found


def is_counterexample(graph: nx.Graph[Any]) -> dict[str, Any] | None:
    """Decides exactly whether lambda + mu < sqrt(n - 1) + 1.

    The matching is found by networkx and its size proved by the deficiency formula of Berge; the
    eigenvalue is bounded by a rational number beyond which the characteristic polynomial has no
    root, by Sturm's theorem in exact arithmetic.

    Returns:
        None if the graph is none; else what proves it: ``matching``, ``barrier`` (vertices whose
        removal leaves so many odd components that no matching is larger), ``polynomial``
        (coefficients of the characteristic polynomial, the highest first), ``bound`` (a rational
        number above lambda, as text).

    Raises:
        UsageError: If the graph is not connected or has less than three vertices.

    Example:
        >>> import networkx as nx
        >>> is_counterexample(nx.star_graph(18)) is None
        True
        >>> two_stars = nx.star_graph(8)
        >>> two_stars.add_edges_from((9, k) for k in range(10, 18))
        >>> two_stars.add_edges_from([(0, 18), (9, 18)])
        >>> is_counterexample(two_stars)["bound"]
        '415/128'
    """
    import networkx as nx

    n = graph.number_of_nodes()
    if n < 3 or not nx.is_connected(graph):
        raise UsageError(f"{graph} is not connected, or has less than three vertices.")
    matching = nx.max_weight_matching(graph, maxcardinality=True)
    barrier = _barrier(graph, len(matching))
    # lambda < sqrt(n - 1) + 1 - mu: look for a rational number in between.
    polynomial = _characteristic_polynomial(graph)
    for bits in range(8, 60, 4):
        scaled = isqrt((n - 1) << 2 * bits) + ((1 - len(matching)) << bits)
        bound = Fraction(scaled, 1 << bits)  # at most what lambda has to be below
        if bound > 0 and polynomial.count_roots(bound.numerator / _exact(bound.denominator)) == 0:
            return {
                "matching": sorted(sorted(edge) for edge in matching),
                "barrier": barrier,
                "polynomial": [int(c) for c in polynomial.all_coeffs()],
                "bound": str(bound),
            }
        if bound <= 0:
            return None
    return None


def _exact(number: int) -> Any:
    import sympy

    return sympy.Integer(number)


def _characteristic_polynomial(graph: nx.Graph[Any]) -> Any:
    import networkx as nx
    import sympy

    matrix = sympy.Matrix(nx.to_numpy_array(graph).astype(int).tolist())
    return sympy.Poly(matrix.charpoly(sympy.Symbol("t")).as_expr(), sympy.Symbol("t"))


def _barrier(graph: nx.Graph[Any], size: int) -> list[Any]:
    """Vertices S with n + #S - (odd components without S) = 2 size: no matching is larger.

    By Gallai and Edmonds: the neighbours of the vertices that some largest matching misses.
    """
    import networkx as nx

    missed = {
        v
        for v in graph
        if len(nx.max_weight_matching(nx.restricted_view(graph, [v], []), maxcardinality=True))
        == size
    }
    barrier = {u for v in missed for u in graph[v]} - missed
    rest = nx.restricted_view(graph, barrier, [])
    odd = sum(len(part) % 2 for part in nx.connected_components(rest))
    if graph.number_of_nodes() + len(barrier) - odd != 2 * size:
        raise AssertionError("the matching is not the largest: please report this graph.")
    return sorted(barrier)
