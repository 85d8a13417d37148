"""Double shortcuts: whether two decompositions of one interval agree when used one after the other.

For decompositions z1, z2 of [u, v] with ideals I1, I2 put::

    D_12(x) = sum over the shortcuts p of [u, v] for I1, and the shortcuts x of [u, p] for I2, of
              q^(d(p,v) + d(x,p)),

where for p in I2 the second step is x = p with weight 1. The claim is D_12 = D_21 on the
intersection of I1 and I2. Checked for all pairs of standard decompositions in S_4 and S_5, and on
pairs of join-strong ones; with a member that is not join-strong it fails, first in S_5.

Sources: Esposito, Marietti, arXiv:2404.12834; Zannoni, arXiv:2605.13304 [recon].
"""

from __future__ import annotations

from dataclasses import dataclass, field

from analysis.formulas.bitgraph import BitGraph
from analysis.formulas.hypercube_decompositions import HypercubeDecomposition
from analysis.formulas.packed import BITS, unpack
from analysis.formulas.r_tilde import shortcuts_to

__all__ = ["DoubleShortcuts", "double_shortcuts", "double_shortcuts_agree"]

Polynomial = tuple[int, ...]


@dataclass
class DoubleShortcuts:
    """The sums D_12 of one interval, for many pairs of decompositions; remembers shortcuts.

    Attributes:
        bits: The graph of the interval.

    Example:
        >>> from itertools import combinations
        >>> from data_gen.intervals import BruhatInterval
        >>> from analysis.formulas import lower_decompositions
        >>> found = lower_decompositions(BruhatInterval("1324", "3412").graph)
        >>> together = DoubleShortcuts(found[0].bits)
        >>> [together.agree(one, other) for one, other in combinations(found, 2)]
        [True, True, True, True, True, True]
        >>> {x: unpack(value) for x, value in together.sums(found[0], found[1]).items()}
        {2: (0, 0, 1)}
    """

    bits: BitGraph
    _kept: dict[tuple[int, int], dict[int, int]] = field(default_factory=dict, repr=False)

    def sums(self, first: HypercubeDecomposition, second: HypercubeDecomposition) -> dict[int, int]:
        """D_12(x), packed, by the x where it is not 0; they lie in both ideals."""
        found: dict[int, int] = {}
        for p, steps in self._shortcuts(first.ideal, self.bits.top).items():
            for x, more in self._shortcuts(second.ideal, p).items():
                found[x] = found.get(x, 0) + (1 << BITS * (steps + more))
        return found

    def agree(self, first: HypercubeDecomposition, second: HypercubeDecomposition) -> bool:
        """Whether D_12 = D_21."""
        return self.sums(first, second) == self.sums(second, first)

    def _shortcuts(self, ideal: int, target: int) -> dict[int, int]:
        key = ideal & self.bits.down[target], target
        if key not in self._kept:
            self._kept[key] = shortcuts_to(self.bits, ideal, target)
        return self._kept[key]


def double_shortcuts(
    first: HypercubeDecomposition, second: HypercubeDecomposition
) -> dict[int, Polynomial]:
    """D_12(x) by the vertices x where it is not 0; they lie in both ideals.

    Args:
        first: One decomposition of [u, v].
        second: Another one.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> from analysis.formulas import lower_decompositions
        >>> hexagon = BruhatInterval("123", "321").graph
        >>> one, other = lower_decompositions(hexagon)
        >>> double_shortcuts(one, other)
        {0: (0, 1, 0, 1)}
    """
    found = DoubleShortcuts(first.bits).sums(first, second)
    return {x: unpack(found[x]) for x in sorted(found)}


def double_shortcuts_agree(first: HypercubeDecomposition, second: HypercubeDecomposition) -> bool:
    """Whether D_12 = D_21; arguments as for `double_shortcuts`.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> from analysis.formulas import lower_decompositions
        >>> hexagon = BruhatInterval("123", "321").graph
        >>> double_shortcuts_agree(*lower_decompositions(hexagon))
        True
    """
    return DoubleShortcuts(first.bits).agree(first, second)
