"""One interval as a conjecture sees it: everything is computed when it is asked for, and kept."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from analysis.formulas.exact import Polynomial, SubintervalPolynomials
from data_gen.errors import UsageError
from data_gen.graph import IntervalGraph
from data_gen.permutations import Permutation, PermutationLike, format_permutation

if TYPE_CHECKING:
    from analysis.formulas.bitgraph import BitGraph
    from analysis.formulas.hypercube_decompositions import HypercubeDecomposition
    from data_gen.intervals import BruhatInterval

__all__ = ["Subject"]


class Subject:
    """An interval [x, w], x < w, with its unlabelled graph and its exact polynomials.

    Vertices are 0..N-1: 0 is the bottom, N-1 the top, ranks ascend. Within a rank their order means
    nothing. Polynomials are tuples of coefficients, ascending, () for 0.

    Args:
        x: The bottom.
        w: The top, above x.
        labels: Whether the permutations may be looked at. If not, `x`, `w`, `interval` and `words`
            refuse, so that what is said to be about the graph is.

    Raises:
        PermutationError: If x or w is no permutation.
        IntervalError: If x is not below w.

    Example:
        >>> crown = Subject("1324", "3412")
        >>> crown.length, crown.kl, crown.r_tilde, crown.coatoms
        (3, (1, 1), (0, 0, 0, 1), 4)
        >>> crown.kl_between(1, 9), crown.rank_sizes
        ((1,), (1, 4, 4, 1))
    """

    def __init__(self, x: PermutationLike, w: PermutationLike, labels: bool = False) -> None:
        from data_gen.intervals import BruhatInterval

        self._interval = BruhatInterval(x, w)
        self._labels = labels

    # The unlabelled graph.

    @cached_property
    def graph(self) -> IntervalGraph:
        """The Bruhat graph; without reflections where labels are not allowed."""
        graph = self._interval.graph
        if self._labels:
            return graph
        return IntervalGraph(graph.ranks, graph.sources, graph.targets)

    @property
    def num_nodes(self) -> int:
        """How many elements there are."""
        return self.graph.num_nodes

    @property
    def num_edges(self) -> int:
        """How many edges the Bruhat graph has."""
        return self.graph.num_edges

    @property
    def length(self) -> int:
        """l(w) - l(x)."""
        return self.graph.length

    @property
    def top(self) -> int:
        """The last vertex, N - 1."""
        return self.graph.num_nodes - 1

    @cached_property
    def ranks(self) -> list[int]:
        """The length above the bottom of every vertex."""
        ranks: list[int] = self.graph.ranks.tolist()
        return ranks

    @cached_property
    def rank_sizes(self) -> tuple[int, ...]:
        """How many elements each rank has."""
        return tuple(self.graph.rank_sizes.tolist())

    @cached_property
    def above(self) -> list[list[int]]:
        """For every vertex the ends of its edges upwards, ascending."""
        return self._neighbours(self.graph.sources, self.graph.targets)

    @cached_property
    def below(self) -> list[list[int]]:
        """For every vertex the starts of the edges that end at it, ascending."""
        return self._neighbours(self.graph.targets, self.graph.sources)

    @cached_property
    def atoms(self) -> int:
        """How many elements cover the bottom."""
        return self.rank_sizes[1] if self.length else 0

    @cached_property
    def coatoms(self) -> int:
        """How many elements the top covers."""
        return self.rank_sizes[-2] if self.length else 0

    @cached_property
    def distances_from_bottom(self) -> list[int]:
        """d(bottom, v): the fewest edges of a directed path, for every vertex v."""
        distances = [0] * self.num_nodes
        for v in range(1, self.num_nodes):
            distances[v] = 1 + min(distances[u] for u in self.below[v])
        return distances

    @cached_property
    def certificate(self) -> str:
        """The name of the isomorphism class."""
        from data_gen.isomorphism import certificate

        return certificate(self.graph)

    @cached_property
    def bits(self) -> BitGraph:
        """The graph as bit masks."""
        from analysis.formulas.bitgraph import BitGraph

        return BitGraph.of(self.graph)

    @cached_property
    def decompositions(self) -> tuple[HypercubeDecomposition, ...]:
        """All lower hypercube decompositions."""
        from analysis.formulas.hypercube_decompositions import lower_decompositions

        return lower_decompositions(self.graph)

    @cached_property
    def upper_decompositions(self) -> tuple[HypercubeDecomposition, ...]:
        """All upper hypercube decompositions."""
        from analysis.formulas.hypercube_decompositions import upper_decompositions

        return upper_decompositions(self.graph)

    # Exact polynomials, looked up.

    @property
    def kl(self) -> Polynomial:
        """P_{x,w}."""
        return self.kl_between(0, self.top)

    @property
    def r_tilde(self) -> Polynomial:
        """R~_{x,w}."""
        return self.r_tilde_between(0, self.top)

    def coefficient(self, degree: int) -> int:
        """The coefficient of q^degree in P_{x,w}.

        Example:
            >>> Subject("1324", "3412").coefficient(1)
            1
        """
        return at(self.kl, degree)

    @property
    def mu(self) -> int:
        """The coefficient of q^((length - 1) / 2) in P_{x,w}; 0 for even length."""
        return self.coefficient((self.length - 1) // 2) if self.length % 2 else 0

    @property
    def f(self) -> int:
        """The length less [q^(length - 2)] R~_{x,w}; then [q]P = coatoms - f (L. Patimo).

        Example:
            >>> Subject("1234", "4321").f
            3
        """
        return self.length - at(self.r_tilde, self.length - 2)

    def kl_between(self, a: int, b: int) -> Polynomial:
        """P_{a,b} of two vertices; () if a is not below b."""
        return self.exact.kl(a, b)

    def r_tilde_between(self, a: int, b: int) -> Polynomial:
        """R~_{a,b} of two vertices; () if a is not below b."""
        return self.exact.r_tilde(a, b)

    def dual_kl_between(self, a: int, b: int) -> Polynomial:
        """P_{w0 b, w0 a}: the polynomial of the reversed subinterval."""
        return self.exact.dual.kl(self.top - b, self.top - a)

    @cached_property
    def exact(self) -> SubintervalPolynomials:
        """The look-ups behind `kl_between` and `r_tilde_between`, by rows and columns."""
        return SubintervalPolynomials(self._interval.node_array)

    # Permutations.

    @property
    def interval(self) -> BruhatInterval:
        """The interval with its permutations; only where labels are allowed."""
        if not self._labels:
            raise UsageError(
                "it looks at permutations, but is said to be about the unlabelled graph: declare "
                'it with about="labels".'
            )
        return self._interval

    @property
    def n(self) -> int:
        """The n of S_n; only where labels are allowed."""
        return self.interval.n

    @property
    def x(self) -> Permutation:
        """The bottom; only where labels are allowed."""
        return self.interval.x

    @property
    def w(self) -> Permutation:
        """The top; only where labels are allowed."""
        return self.interval.w

    @property
    def words(self) -> tuple[Permutation, ...]:
        """The permutation of every vertex; only where labels are allowed."""
        return self.interval.nodes

    def name(self, vertex: int) -> str:
        """The one-line notation of a vertex: for evidence, always allowed.

        Example:
            >>> Subject("1324", "3412").name(0)
            '1324'
        """
        return format_permutation(self._interval.node_array[vertex] + 1)

    def names(self, vertices: Sequence[int]) -> list[str]:
        """The one-line notations of several vertices."""
        return [self.name(vertex) for vertex in vertices]

    def whereabouts(self) -> dict[str, Any]:
        """Which interval this is, JSON-able, without asking for a polynomial."""
        return {
            "n": self._interval.n,
            "x": self.name(0),
            "w": self.name(self.top),
            "length": self.length,
            "nodes": self.num_nodes,
        }

    def facts(self) -> dict[str, Any]:
        """Which interval this is and what is known of it, JSON-able."""
        return {
            **self.whereabouts(),
            "kl": list(self.kl),
            "r_tilde": list(self.r_tilde),
            "iso_class": self.certificate,
        }

    def _neighbours(self, ends: NDArray[np.int32], others: NDArray[np.int32]) -> list[list[int]]:
        lists: list[list[int]] = [[] for _ in range(self.num_nodes)]
        for end, other in zip(ends.tolist(), others.tolist(), strict=True):
            lists[end].append(other)
        return [sorted(found) for found in lists]

    def __repr__(self) -> str:
        return f"Subject({self.name(0)!r}, {self.name(self.top)!r})"


def at(polynomial: Sequence[int], degree: int) -> int:
    """A coefficient; 0 beyond the ends.

    Example:
        >>> at((1, 2), 1), at((1, 2), 5), at((1, 2), -1)
        (2, 0, 0)
    """
    return polynomial[degree] if 0 <= degree < len(polynomial) else 0
