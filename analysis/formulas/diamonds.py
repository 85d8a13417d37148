"""Diamonds: p -> a -> w and p -> b -> w with a different from b, over any Bruhat edges.

Source: Blundell, Buesing, Davies, Velickovic, Williamson, arXiv:2111.15161 [recon: the definition
was reconstructed, and accepted because the counts that depend on it came out right].
"""

from __future__ import annotations

from dataclasses import dataclass

from analysis.formulas.bitgraph import BitGraph, bits_of
from data_gen.graph import IntervalGraph

__all__ = ["Diamond", "diamonds", "first_open_diamond", "is_diamond_closed"]


@dataclass(frozen=True, order=True)
class Diamond:
    """Four vertices and the edges bottom -> left -> top, bottom -> right -> top; left < right."""

    bottom: int
    left: int
    right: int
    top: int


def diamonds(graph: IntervalGraph | BitGraph) -> tuple[Diamond, ...]:
    """Lists all diamonds, sorted.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> len(diamonds(BruhatInterval("123", "321").graph)), diamonds(
        ...     BruhatInterval("1234", "2143").graph
        ... )
        (4, (Diamond(bottom=0, left=1, right=2, top=3),))
    """
    bits = BitGraph.of(graph)
    return tuple(
        Diamond(p, a, b, w)
        for p, out in enumerate(bits.out)
        for a in bits_of(out)
        for b in bits_of(out >> a + 1 << a + 1)
        for w in bits_of(bits.out[a] & bits.out[b])
    )


def is_diamond_closed(graph: IntervalGraph | BitGraph, ideal: int) -> bool:
    """Tells whether every diamond with left and right in a lower ideal has its top there.

    Args:
        graph: The graph of an interval.
        ideal: A lower ideal, as a mask.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> square = BruhatInterval("1234", "2143").graph
        >>> is_diamond_closed(square, 0b0011), is_diamond_closed(square, 0b0111)
        (True, False)
    """
    return first_open_diamond(graph, ideal) is None


def first_open_diamond(graph: IntervalGraph | BitGraph, ideal: int) -> Diamond | None:
    """A diamond whose left and right lie in a lower ideal but whose top does not; None if none.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> first_open_diamond(BruhatInterval("1234", "2143").graph, 0b0111)
        Diamond(bottom=0, left=1, right=2, top=3)
    """
    bits = BitGraph.of(graph)
    for w in bits_of(bits.everything & ~ideal):
        for a in bits_of(bits.into[w] & ideal):
            for b in bits_of(bits.into[w] & ideal & ~((2 << a) - 1)):
                below = bits.into[a] & bits.into[b]
                if below:
                    return Diamond(next(bits_of(below)), a, b, w)
    return None
