"""What is true of one interval: R~_{a,b} and P_{a,b} of every subinterval, to check formulas with.

`Truth.of_interval` takes them from the tables of S_n, by the recursions of Kazhdan, Lusztig and
Dyer, which need the permutations; `Truth.of_graph` computes them from the unlabelled graph alone,
through hypercube decompositions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from math import factorial

import numpy as np
from numpy.typing import NDArray

from analysis.formulas.bitgraph import BitGraph
from analysis.formulas.from_graph import GraphPolynomials
from data_gen.bruhat import rank_permutations, unrank_permutations
from data_gen.graph import IntervalGraph
from data_gen.intervals import BruhatInterval
from data_gen.kl_table import KLTable
from data_gen.permutations import PermutationLike, from_array, parse_pair
from data_gen.r_polynomials import RTable

__all__ = ["Truth"]

Polynomial = tuple[int, ...]
Pairs = Callable[[int, int], Polynomial]

_LARGEST_R_TABLE = 7
_LARGEST_KL_TABLE = 8


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
        """From tables: those of S_n where they are small, from n = 8 on row by row.

        Args:
            x: The bottom.
            w: The top.

        Raises:
            PermutationError: If one of them is no permutation, or the lengths differ.
            IntervalError: If x is not below w.
            MemoryLimitError: If a table does not fit into memory.
        """
        interval = BruhatInterval(*parse_pair(x, w))
        known = _Labelled(interval)
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


class _Labelled:
    """P_{a,b} and R~_{a,b} of one labelled interval: P for all a at once, R~ for all b."""

    def __init__(self, interval: BruhatInterval) -> None:
        self._n = interval.n
        self._words = interval.node_array
        self._ranks = rank_permutations(interval.node_array)
        self._kl: dict[int, list[Polynomial]] = {}
        self._r_tilde: dict[int, list[Polynomial]] = {}

    def kl(self, a: int, b: int) -> Polynomial:
        column = self._kl.get(b)
        if column is None:
            column = self._kl[b] = self._kl_to(b)
        return column[a]

    def r_tilde(self, a: int, b: int) -> Polynomial:
        row = self._r_tilde.get(a)
        if row is None:
            row = self._r_tilde[a] = self._r_tilde_from(a)
        return row[b]

    def _kl_to(self, b: int) -> list[Polynomial]:
        if self._n <= _LARGEST_KL_TABLE:
            table, known = _kl_table(self._n)
            # The last is for the id of what is not below, which is -1.
            return [known[k] for k in table.lookup(self._ranks, self._ranks[b]).tolist()]
        from data_gen.kl_single import kl_row

        row = kl_row(from_array(self._words[0]), from_array(self._words[b]))
        return [row.get(from_array(word), ()) for word in self._words]

    def _r_tilde_from(self, a: int) -> list[Polynomial]:
        # What is known comes by tops, and R~_{a,b} = R~_{w0 b, w0 a}.
        last = self._n - 1
        if self._n <= _LARGEST_R_TABLE:
            ids, known = _r_table(self._n)
            row = ids[factorial(self._n) - 1 - self._ranks[a]]  # that of w0 a
            return [known[k] for k in row[factorial(self._n) - 1 - self._ranks].tolist()]
        from data_gen.r_polynomials import r_tilde_row

        found = r_tilde_row(from_array(last - self._words[-1]), from_array(last - self._words[a]))
        return [found.get(from_array(last - word), ()) for word in self._words]


@lru_cache(maxsize=_LARGEST_KL_TABLE)
def _kl_table(n: int) -> tuple[KLTable, tuple[Polynomial, ...]]:
    table = KLTable.compute(n, threads=1)
    return table, (*table.polynomials, ())


@lru_cache(maxsize=_LARGEST_R_TABLE)
def _r_table(n: int) -> tuple[NDArray[np.int16], tuple[Polynomial, ...]]:
    """int16[n!, n!], the id of R~_{x,w} at (w, x); the polynomials (299 in S_7), () the last."""
    table = RTable.compute(n)
    words = unrank_permutations(np.arange(factorial(n)), n)
    ids = np.stack([table.ids(from_array(word)).astype(np.int16) for word in words])
    return ids, (*table.polynomials, ())
