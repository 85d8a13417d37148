"""What a selection of intervals is, and where its pairs come from."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from data_gen.polynomials import coefficients_to_text
from data_gen.progress import Progress

if TYPE_CHECKING:
    from data_gen.kl_table import KLTable
    from data_gen.manifest import Parameters

__all__ = ["GROUPING_COLUMNS", "PairSource", "Pairs", "Ranks", "Selection", "TableSource", "Texts"]

Ranks = NDArray[np.int64]
Pairs = tuple[Ranks, Ranks]
Texts = tuple[NDArray[np.int32], Sequence[str]]
"""One number for each pair, and the polynomial that each number stands for, as text."""

GROUPING_COLUMNS = ("kl", "length", "num_nodes", "iso_class")
"""What `Selection.one_per` may name."""

_ORBITS_AT_A_TIME = 16


class PairSource(Protocol):
    """Pairs x <= w of one S_n, a block at a time, from any place to go on from.

    Example:
        >>> class OnePair:
        ...     n, pairs_in_a_file = 4, 1
        ...
        ...     def __len__(self):
        ...         return 1
        ...
        ...     def block(self, start):
        ...         return np.array([2]), np.array([16]), 1  # 1324 and 3412
        ...
        ...     def polynomials(self, xs, ws, executor):
        ...         return np.zeros(len(xs), np.int32), ["1,1"]
        >>> source: PairSource = OnePair()
        >>> source.polynomials(*source.block(0)[:2], None)
        (array([0], dtype=int32), ['1,1'])
    """

    @property
    def n(self) -> int:
        """The n of S_n."""
        ...

    @property
    def pairs_in_a_file(self) -> int:
        """After how many pairs to write them down: so much may be lost by a kill."""
        ...

    def __len__(self) -> int:
        """The number of places; what a place is, is the source's own affair."""
        ...

    def block(self, start: int) -> tuple[Ranks, Ranks, int]:
        """The pairs from place `start` on, as lexicographic ranks x and w, and the next place."""
        ...

    def polynomials(self, xs: Ranks, ws: Ranks, executor: Executor | None) -> Texts:
        """P_{x,w} of pairs, as `data_gen.polynomials.coefficients_to_text` writes it."""
        ...


@runtime_checkable
class Selection(Protocol):
    """What a selection has to offer; derive from `All` to write only what differs.

    Attributes:
        name: What the user types after ``--select``.
        meaning: One line, for help texts and dataset cards.
        one_per: Columns out of `GROUPING_COLUMNS`. For all intervals that agree in them only the
            first is kept, by number of elements, then n, x and w. Empty: every interval is kept.
        max_n: The largest n that it is made for.

    Example:
        >>> from data_gen.selections import All
        >>> isinstance(All(), Selection), All().name, All().one_per, All().max_n
        (True, 'all', (), 10)
    """

    name: str
    meaning: str
    one_per: tuple[str, ...]
    max_n: int

    def source(self, n: int, parameters: Parameters, progress: Progress) -> PairSource:
        """Opens the pairs of S_n.

        Args:
            n: The n of S_n.
            parameters: All that was asked for.
            progress: Where to show how far preparations are.
        """
        ...


class _PairsOfTops(Protocol):
    """Anything that lists pairs by their tops."""

    def pairs(self, table: KLTable, tops: Ranks) -> Pairs: ...


@dataclass(frozen=True, eq=False)
class TableSource:
    """Pairs listed top by top, with polynomials from a table.

    Tops that are images of each other (`data_gen.symmetries`) come in one block, so that most
    copies of an interval are met together. A place is an orbit of tops.

    Attributes:
        selection: Lists the pairs of some tops.
        table: The Kazhdan-Lusztig polynomials of S_n.
        representatives: int64[M], the least rank in each orbit of tops.
        texts: The polynomials of the table, by id.
        pairs_in_a_file: See `PairSource.pairs_in_a_file`.

    Example:
        >>> from data_gen.progress import no_progress
        >>> from data_gen.selections import All
        >>> source = TableSource.of(All(), 4, no_progress)
        >>> xs, ws, end = source.block(0)
        >>> numbers, texts = source.polynomials(xs, ws, None)
        >>> len(source), end, len(xs), sum(texts[k] == "1,1" for k in numbers)
        (13, 13, 213, 6)
    """

    selection: _PairsOfTops
    table: KLTable
    representatives: Ranks
    texts: tuple[str, ...]
    pairs_in_a_file: int = 400_000

    @classmethod
    def of(cls, selection: _PairsOfTops, n: int, progress: Progress) -> TableSource:
        """Computes the table of S_n and numbers the orbits."""
        from data_gen.kl_table import KLTable
        from data_gen.symmetries import least_of_orbits

        with progress(f"Kazhdan-Lusztig polynomials of S_{n}") as report:
            table = KLTable.compute(n, progress=report)
        texts = tuple(map(coefficients_to_text, table.polynomials))
        return cls(selection, table, least_of_orbits(n), texts)

    @property
    def n(self) -> int:
        """The n of S_n."""
        return self.table.n

    def __len__(self) -> int:
        return len(self.representatives)

    def block(self, start: int) -> tuple[Ranks, Ranks, int]:
        """See `PairSource.block`."""
        from data_gen.symmetries import orbit_of

        end = min(start + _ORBITS_AT_A_TIME, len(self))
        tops = np.unique(orbit_of(self.representatives[start:end], self.n))
        xs, ws = self.selection.pairs(self.table, tops)
        return xs, ws, end

    def polynomials(self, xs: Ranks, ws: Ranks, executor: Executor | None) -> Texts:
        """See `PairSource.polynomials`."""
        return self.table.lookup(xs, ws), self.texts
