"""The coefficient of q, from the Hasse diagram: f(x, y) and [q]P_{x,y} = #coatoms - f(x, y).

Close a set of cover edges under the rule that two edges of an interval of length 2 which share a
vertex force all four. f is the least number of edges that generate all. The greedy pass over the
covers by rank, adding an edge iff it is not yet generated, gave that number on all of S_3 to S_6
[observed; an arbitrary order of the edges does not]. Only covers count: with all edges of the
Bruhat graph it is wrong.

f(x, y) = l(x, y) - [q^(l-2)] R~_{x,y}, and [q]P_{x,y} = #coatoms - f(x, y) is a theorem, one line
from the recursion of P and R.

Sources: Patimo, arXiv:1811.08184, for f from the Hasse diagram [recon]; Barkley, Gaetz, Lam,
arXiv:2601.07793, that the coefficient is a combinatorial invariant in every Coxeter group.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from analysis.formulas.bitgraph import BitGraph, bits_of
from data_gen.errors import GraphError
from data_gen.graph import IntervalGraph

__all__ = [
    "closure_of_covers",
    "count_shuffled",
    "f_by_cover_generation",
    "f_from_r_tilde",
    "greedy_counts",
    "linear_coefficient",
]

Cover = tuple[int, int]


def linear_coefficient(graph: IntervalGraph | BitGraph) -> int:
    """[q]P of an interval: the number of coatoms less f; 0 for a single element.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> linear_coefficient(BruhatInterval("1324", "3412").graph)
        1
    """
    bits = BitGraph.of(graph)
    return bits.covered[bits.top].bit_count() - f_by_cover_generation(bits)


def f_by_cover_generation(graph: IntervalGraph | BitGraph, top_down: bool = False) -> int:
    """The number f by the greedy pass over the covers, from the bottom up or from the top down.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> hexagon = BruhatInterval("123", "321").graph
        >>> f_by_cover_generation(hexagon), f_by_cover_generation(hexagon, top_down=True)
        (2, 2)
    """
    return greedy_counts(graph)[top_down]


def greedy_counts(graph: IntervalGraph | BitGraph) -> tuple[int, int]:
    """How many covers the greedy pass takes, from the bottom up and from the top down.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> greedy_counts(BruhatInterval("1324", "3412").graph)
        (3, 3)
    """
    from analysis.formulas._cover_kernels import count_generators

    covers, squares = _squares(BitGraph.of(graph))
    order = np.arange(len(covers))
    upwards = count_generators(squares, len(covers), order)
    return upwards, count_generators(squares, len(covers), order[::-1].copy())


def count_shuffled(graph: IntervalGraph | BitGraph, seed: int = 0) -> tuple[int, list[Cover]]:
    """How many covers the greedy pass takes in a random order, and that order.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> count, order = count_shuffled(BruhatInterval("123", "321").graph)
        >>> count, len(order)
        (2, 8)
    """
    from analysis.formulas._cover_kernels import count_generators

    covers, squares = _squares(BitGraph.of(graph))
    order = np.random.default_rng(seed).permutation(len(covers))
    return count_generators(squares, len(covers), order), [covers[k] for k in order]


def closure_of_covers(graph: IntervalGraph | BitGraph, covers: Iterable[Cover]) -> set[Cover]:
    """All covers that some covers generate.

    Args:
        graph: The graph of an interval.
        covers: Pairs (v, w), w covering v.

    Raises:
        GraphError: If some pair is no cover.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> sorted(closure_of_covers(BruhatInterval("1234", "2143").graph, {(0, 1), (0, 2)}))
        [(0, 1), (0, 2), (1, 3), (2, 3)]
    """
    from analysis.formulas._cover_kernels import generated_by

    every, squares = _squares(BitGraph.of(graph))
    place = {cover: k for k, cover in enumerate(every)}
    stray = [cover for cover in covers if cover not in place]
    if stray:
        raise GraphError(f"vertex {stray[0][1]} does not cover vertex {stray[0][0]}.")
    chosen = np.array(sorted(place[cover] for cover in covers), dtype=np.int64)
    known = generated_by(squares, len(every), chosen).tolist()
    return {cover for cover, is_known in zip(every, known, strict=True) if is_known}


def f_from_r_tilde(r_tilde: tuple[int, ...]) -> int:
    """The number f = l - [q^(l-2)] R~, l the degree of R~.

    Example:
        >>> f_from_r_tilde((0, 1, 0, 1)), f_from_r_tilde((0, 1))
        (2, 1)
    """
    length = len(r_tilde) - 1
    return length - (r_tilde[length - 2] if length >= 2 else 0)


def _squares(bits: BitGraph) -> tuple[list[Cover], NDArray[np.int32]]:
    """The covers, by rank of their lower ends, and the squares that they make."""
    from analysis.formulas._cover_kernels import list_squares

    covers = [(v, w) for v, above in enumerate(bits.covers) for w in bits_of(above)]
    ends = np.concatenate([[0], np.cumsum([above.bit_count() for above in bits.covers])])
    targets = np.array([w for _, w in covers], dtype=np.int32)
    squares, count = list_squares(ends, targets)
    return covers, squares[:count]
