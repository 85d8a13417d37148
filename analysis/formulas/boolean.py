"""Boolean intervals: [a, b] isomorphic to the subsets of a set, and the largest of a graph.

For a Boolean interval R~ = q^l, P = 1 and f = l. The dyadically well distributed permutations of
2^k letters are a Boolean interval of dimension k 2^(k-1).

Source: Ellenberg, Libedinsky, Plaza, Simental, Williamson, arXiv:2601.01235.
"""

from __future__ import annotations

from dataclasses import dataclass

from analysis.formulas.bitgraph import BitGraph, bits_of
from data_gen.graph import IntervalGraph

__all__ = ["BooleanInterval", "is_boolean", "largest_boolean"]


@dataclass(frozen=True)
class BooleanInterval:
    """The interval from `bottom` to `top`, isomorphic to the subsets of `dimension` things."""

    bottom: int
    top: int
    dimension: int


def is_boolean(graph: IntervalGraph | BitGraph, a: int = 0, b: int = -1) -> bool:
    """Tells whether [a, b] is Boolean as a poset; the whole graph unless ends are given.

    Elements have to correspond to sets of atoms, one for each set, covers to covers.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> is_boolean(BruhatInterval("1324", "4231").graph)
        True
        >>> is_boolean(BruhatInterval("1324", "3412").graph)
        False
    """
    bits = BitGraph.of(graph)
    end = bits.top if b < 0 else b
    inside = bits.between(a, end)
    length = bits.ranks[end] - bits.ranks[a]
    if inside.bit_count() != 1 << length:
        return False
    atoms = bits.covers[a] & inside
    sets = set()
    for v in bits_of(inside):
        below = bits.down[v] & atoms
        if below.bit_count() != bits.ranks[v] - bits.ranks[a]:
            return False
        if (bits.covers[v] & inside).bit_count() != bits.ranks[end] - bits.ranks[v]:
            return False
        sets.add(below)
    return len(sets) == 1 << length


def largest_boolean(graph: IntervalGraph | BitGraph) -> BooleanInterval:
    """A Boolean subinterval of the largest dimension; of several the one lowest by (a, b).

    A Boolean interval [a, b] of dimension k has k coatoms c with [a, c] Boolean, so for each a they
    are found dimension by dimension.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> largest_boolean(BruhatInterval("1234", "4321").graph)
        BooleanInterval(bottom=2, top=21, dimension=4)
    """
    bits = BitGraph.of(graph)
    best = BooleanInterval(0, 0, 0)
    for a in range(bits.num_nodes):
        if bits.length - bits.ranks[a] <= best.dimension:
            break  # ranks ascend
        found = _highest_from(bits, a)
        if found.dimension > best.dimension:
            best = found
    return best


def _highest_from(bits: BitGraph, a: int) -> BooleanInterval:
    covers, covered, up, down = bits.covers, bits.covered, bits.up, bits.down
    atoms = covers[a]
    current, dimension = 1 << a, 0
    while True:
        above = 0
        for c in bits_of(current):
            above |= covers[c]
        following = 0
        for b in bits_of(above):
            coatoms = covered[b] & up[a]
            if coatoms & ~current or coatoms.bit_count() != dimension + 1:
                continue
            if (down[b] & up[a]).bit_count() != 2 << dimension:
                continue
            # k coatoms with as many different sets of atoms, out of k: every set of atoms occurs
            if (down[b] & atoms).bit_count() != dimension + 1:
                continue
            if len({down[c] & atoms for c in bits_of(coatoms)}) == dimension + 1:
                following |= 1 << b
        if not following:
            return BooleanInterval(a, next(bits_of(current)), dimension)
        current, dimension = following, dimension + 1
