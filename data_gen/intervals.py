"""Bruhat intervals [x, w] of S_n: their elements, their graphs, their pictures.

`BruhatInterval` is one interval; `build_intervals` makes the graphs of many at once, a few hundred
nanoseconds a vertex; `interval_size` counts without listing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from data_gen.errors import IntervalError
from data_gen.graph import IntervalGraph
from data_gen.interval_batch import (
    IntervalBatch,
    build_intervals,
    check_rank,
    interval_rank_sizes,
    interval_size,
    interval_sizes,
    why_not_below,
)
from data_gen.permutations import (
    Permutation,
    PermutationLike,
    format_permutation,
    left_descents,
    length,
    parse_pair,
    parse_permutation,
    right_descents,
    to_array,
)

if TYPE_CHECKING:
    import networkx as nx
    import sympy

__all__ = [
    "BruhatInterval",
    "IntervalBatch",
    "build_intervals",
    "interval_rank_sizes",
    "interval_size",
    "interval_sizes",
    "why_not_below",
]

MAX_PICTURE_NODES = 2000
"""Larger intervals have no picture of their own in a notebook."""


class BruhatInterval:
    """The interval ``[x, w] = {z : x <= z <= w}`` of S_n in Bruhat order, n up to 15.

    The vertices of its Bruhat graph are the elements, ordered by length and then lexicographically;
    there is an edge ``z -> z t`` for each reflection ``t = (i j)`` that makes z longer and stays
    inside the interval (Dyer, 1991). The Hasse diagram has the covers only. Everything is computed
    on first use and kept.

    Args:
        x: The lower end, in one-line notation.
        w: The upper end; ``x = w`` is an interval of one element.

    Raises:
        PermutationError: If x or w is no permutation, or they are not in the same S_n.
        IntervalError: If x is not below w; the message names a rank condition that fails.
        UsageError: If n is larger than 15.

    Example:
        >>> interval = BruhatInterval("1324", "3412")
        >>> interval
        BruhatInterval('1324', '3412')
        >>> interval.num_nodes, interval.num_edges, interval.length
        (10, 16, 3)
        >>> interval.nodes[1]
        (1, 3, 4, 2)
        >>> interval.reflections[0].tolist()
        [3, 4]
    """

    x: Permutation
    w: Permutation

    def __init__(self, x: PermutationLike, w: PermutationLike) -> None:
        self.x, self.w = parse_pair(x, w)
        check_rank(self.n)
        reason = why_not_below(self.x, self.w)
        if reason:
            raise IntervalError(reason)

    @property
    def n(self) -> int:
        """The n of S_n."""
        return len(self.x)

    @property
    def length(self) -> int:
        """``l(w) - l(x)``, the number of edges of every maximal chain of covers."""
        return length(self.w) - length(self.x)

    @cached_property
    def num_nodes(self) -> int:
        """How many elements the interval has; counted without listing them."""
        return interval_size(self.x, self.w)

    @property
    def num_edges(self) -> int:
        """How many edges the Bruhat graph of the interval has."""
        return self.graph.num_edges

    @cached_property
    def rank_sizes(self) -> tuple[int, ...]:
        """How many elements each rank has, from x up; counted without listing them."""
        return interval_rank_sizes(self.x, self.w)

    @property
    def node_array(self) -> NDArray[np.int8]:
        """int8[N, n], the elements in 0-indexed one-line notation."""
        return self._built.elements

    @cached_property
    def nodes(self) -> tuple[Permutation, ...]:
        """The elements, by length and then lexicographically; the first is x, the last is w."""
        return tuple(tuple(word) for word in (self.node_array.astype(np.int64) + 1).tolist())

    @property
    def ranks(self) -> NDArray[np.int16]:
        """int16[N], the length of each element above x."""
        return self.graph.ranks

    @property
    def edges(self) -> NDArray[np.int32]:
        """int32[E, 2], (source, target) as places in `nodes`, upwards, sorted."""
        return np.stack([self.graph.sources, self.graph.targets], axis=1)

    @property
    def reflections(self) -> NDArray[np.int8]:
        """int8[E, 2], the positions i < j (1-indexed) that each edge swaps."""
        return self._built.reflections

    @property
    def covers(self) -> NDArray[np.bool_]:
        """bool[E], the edges that raise the length by exactly one."""
        return self.graph.covers

    @cached_property
    def graph(self) -> IntervalGraph:
        """The Bruhat graph as arrays, without the permutations."""
        return self._built.graph(0)

    @cached_property
    def _built(self) -> IntervalBatch:
        return build_intervals(to_array(self.x)[None], to_array(self.w)[None])

    @property
    def atoms(self) -> tuple[Permutation, ...]:
        """The elements that cover x.

        Example:
            >>> BruhatInterval("123", "321").atoms
            ((1, 3, 2), (2, 1, 3))
        """
        return tuple(self.nodes[k] for k in np.flatnonzero(self.ranks == 1))

    @property
    def coatoms(self) -> tuple[Permutation, ...]:
        """The elements that w covers."""
        return tuple(self.nodes[k] for k in np.flatnonzero(self.ranks == self.length - 1))

    @property
    def is_extremal(self) -> bool:
        """Whether every left and right descent of w is one of x.

        Every Kazhdan-Lusztig polynomial is that of such a pair.

        Example:
            >>> BruhatInterval("1324", "3412").is_extremal
            True
        """
        return left_descents(self.w) <= left_descents(self.x) and (
            right_descents(self.w) <= right_descents(self.x)
        )

    def kl_polynomial(self, q: sympy.Symbol | None = None) -> sympy.Poly:
        """The Kazhdan-Lusztig polynomial P_{x,w}.

        Example:
            >>> BruhatInterval("1324", "3412").kl_polynomial()
            Poly(q + 1, q, domain='ZZ')
        """
        from data_gen.kl_single import kl_polynomial

        return kl_polynomial(self.x, self.w, q)

    def to_networkx(self, names: Literal["text", "tuple"] = "text") -> nx.DiGraph[Any]:
        """A networkx graph; nodes have ``rank``, edges ``cover`` and ``reflection``.

        Args:
            names: Whether nodes are one-line notations such as ``"3412"``, or tuples.

        Example:
            >>> BruhatInterval("12", "21").to_networkx().edges(data=True)
            OutEdgeDataView([('12', '21', {'cover': True, 'reflection': (1, 2)})])
        """
        return self.graph.to_networkx(self.node_labels() if names == "text" else self.nodes)

    def node_labels(self) -> list[str]:
        """One-line notation of every element: digits up to n = 9, with commas from 10 on."""
        return [format_permutation(node) for node in self.nodes]

    def hasse_svg(self, reflections: bool = False) -> str:
        """The Hasse diagram as an SVG document, x at the bottom.

        Args:
            reflections: Whether to draw the other edges of the Bruhat graph too, dashed.
        """
        from data_gen import hasse

        return hasse.svg(self.graph, self.node_labels(), other_edges=reflections)

    def hasse_text(self, width: int = 100) -> str:
        """The Hasse diagram for a terminal; a profile of the rank sizes where it is too wide."""
        from data_gen import hasse

        return hasse.text(self.rank_sizes, self._rows, width)

    def to_tikz(self, reflections: bool = False) -> str:
        """The Hasse diagram as a ``tikzpicture`` for LaTeX."""
        from data_gen import hasse

        return hasse.tikz(self.graph, self.node_labels(), other_edges=reflections)

    def _rows(self) -> tuple[IntervalGraph, list[str]]:
        return self.graph, self.node_labels()

    def __len__(self) -> int:
        return self.num_nodes

    def __iter__(self) -> Iterator[Permutation]:
        return iter(self.nodes)

    def __contains__(self, z: object) -> bool:
        """Whether ``x <= z <= w``."""
        if not isinstance(z, (str, Sequence, np.ndarray)):
            return False
        middle = parse_permutation(z, self.n)
        return not why_not_below(self.x, middle) and not why_not_below(middle, self.w)

    def __eq__(self, other: object) -> bool:
        """The same x and w; for isomorphism compare `isomorphism.certificate` of the graphs."""
        if not isinstance(other, BruhatInterval):
            return NotImplemented
        return (self.x, self.w) == (other.x, other.w)

    def __hash__(self) -> int:
        return hash((self.x, self.w))

    def __repr__(self) -> str:
        return f"BruhatInterval({format_permutation(self.x)!r}, {format_permutation(self.w)!r})"

    def _repr_latex_(self) -> str:
        ends = rf"{format_permutation(self.x)},\,{format_permutation(self.w)}"
        return rf"$[{ends}]\subset S_{{{self.n}}}$"

    def _repr_svg_(self) -> str | None:
        return self.hasse_svg() if self.num_nodes <= MAX_PICTURE_NODES else None
