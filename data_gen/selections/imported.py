"""Pairs that somebody else chose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from data_gen.errors import UsageError
from data_gen.progress import Progress
from data_gen.selections.base import PairSource, Ranks, TableSource
from data_gen.selections.everything import All
from data_gen.selections.known import KnownPairs

if TYPE_CHECKING:
    from data_gen.manifest import Parameters

__all__ = ["Imported"]


@dataclass(frozen=True, eq=False)
class Imported(All):
    """The pairs of a file, with polynomials from the table; see `data_gen.importing`.

    Attributes:
        degree: The n of S_n.
        xs: int64[M], lexicographic ranks of the bottoms.
        ws: int64[M], those of the tops; x below w, no pair twice.

    Example:
        >>> import numpy as np
        >>> from data_gen.manifest import Parameters
        >>> from data_gen.progress import no_progress
        >>> pairs = Imported(4, np.array([2, 7]), np.array([16, 21]))  # [1324, 3412], [2143, 4231]
        >>> source = pairs.source(4, Parameters((4,), "import"), no_progress)
        >>> numbers, texts = source.polynomials(pairs.xs, pairs.ws, None)
        >>> [texts[k] for k in numbers]
        ['1,1', '1,1']
    """

    degree: int
    xs: Ranks
    ws: Ranks
    name = "import"
    meaning = "the pairs of a file, x below w"

    def source(self, n: int, parameters: Parameters, progress: Progress) -> PairSource:
        """See `Selection.source`."""
        if n != self.degree:
            raise UsageError(f"the pairs are in S_{self.degree}, not in S_{n}.")
        return KnownPairs(n, self.xs, self.ws, TableSource.of(self, n, progress))
