"""The selection `sample`: pairs drawn at random."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data_gen.errors import UsageError
from data_gen.progress import Progress
from data_gen.selections.base import PairSource, TableSource
from data_gen.selections.everything import All
from data_gen.selections.known import KnownPairs

if TYPE_CHECKING:
    from data_gen.manifest import Parameters

__all__ = ["Sample"]

_LARGEST_TABLE = 9


class Sample(All):
    """Pairs drawn at random, `limit` of them, evenly from each n.

    Uniformly among all pairs within the limits, or by random walks downwards, which reach the small
    intervals of a large S_n; see `data_gen.sampling`.

    Example:
        >>> Sample().max_n
        14
    """

    name = "sample"
    meaning = "pairs drawn at random, uniformly or by random walks"
    max_n = 14

    def source(self, n: int, parameters: Parameters, progress: Progress) -> PairSource:
        """See `Selection.source`.

        Raises:
            UsageError: If it is not said how many, or fewer than that can be found.
        """
        from data_gen.sampling import sample_pairs

        if parameters.limit is None:
            raise UsageError("--select sample draws --limit pairs: add --limit 1000, for instance.")
        share, rest = divmod(parameters.limit, len(parameters.ns))
        count = share + (parameters.ns.index(n) < rest)
        with progress(f"drawing pairs of S_{n}") as report:
            xs, ws = sample_pairs(
                n,
                count,
                parameters.seed,
                walks=parameters.walks,
                max_length=parameters.max_length,
                max_nodes=parameters.max_nodes,
                progress=report,
            )
        table = TableSource.of(self, n, progress) if n <= _LARGEST_TABLE else None
        return KnownPairs(n, xs, ws, table)
