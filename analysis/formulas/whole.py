"""What is true of one interval: R~_{a,b} and P_{a,b} of every subinterval, to check formulas with.

`Truth.of_interval` looks them up by the permutations, in what the recursions of Kazhdan, Lusztig
and Dyer give; `Truth.of_graph` computes them from the unlabelled graph alone,
through hypercube decompositions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from analysis.formulas.bitgraph import BitGraph
from analysis.formulas.exact import Polynomial, SubintervalPolynomials
from analysis.formulas.from_graph import GraphPolynomials
from data_gen.graph import IntervalGraph
from data_gen.intervals import BruhatInterval
from data_gen.permutations import PermutationLike, parse_pair

__all__ = ["Truth"]

Pairs = Callable[[int, int], Polynomial]


@dataclass(frozen=True, eq=False)
class Truth:
    """The polynomials of all subintervals [a, b], a and b vertices of the graph.

    Attributes:
        graph: The graph of the interval.
        kl: P_{a,b}, as a function of a and b; () where a is not below b.
        r_tilde: R~_{a,b}.

    Example:
        >>> truth = Truth.of_interval("1324", "3412")
        >>> truth.kl(0, 9), truth.r_tilde(0, 9), truth.kl(1, 2)
        ((1, 1), (0, 0, 0, 1), ())
        >>> Truth.of_graph(truth.graph).kl(0, 9)
        (1, 1)
    """

    graph: IntervalGraph
    kl: Pairs = field(repr=False)
    r_tilde: Pairs = field(repr=False)

    @classmethod
    def of_interval(cls, x: PermutationLike, w: PermutationLike) -> Truth:
        """From the permutations; see `analysis.formulas.exact`.

        Args:
            x: The bottom.
            w: The top.

        Raises:
            PermutationError: If one of them is no permutation, or the lengths differ.
            IntervalError: If x is not below w.
            MemoryLimitError: If a table does not fit into memory.
        """
        interval = BruhatInterval(*parse_pair(x, w))
        known = SubintervalPolynomials(interval.node_array)
        return cls(interval.graph, known.kl, known.r_tilde)

    @classmethod
    def of_graph(cls, graph: IntervalGraph) -> Truth:
        """From the graph alone; see `analysis.formulas.from_graph`.

        Raises:
            GraphError: If the graph cannot be that of an interval.
        """
        found = GraphPolynomials(BitGraph.of(graph))
        return cls(graph, found.kl, found.r_tilde)

    @cached_property
    def bits(self) -> BitGraph:
        """The graph as masks."""
        return BitGraph.of(self.graph)

    def r_tilde_from_bottom(self, p: int) -> Polynomial:
        """R~_{u,p}, u the bottom: what the formulas for R-tilde ask for."""
        return self.r_tilde(0, p)
