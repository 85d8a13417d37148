"""The selection `sample`: pairs drawn at random."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from data_gen.errors import UsageError
from data_gen.parallel import run_tasks
from data_gen.polynomials import coefficients_to_text
from data_gen.progress import Progress
from data_gen.selections.base import PairSource, Ranks, TableSource, Texts
from data_gen.selections.everything import All

if TYPE_CHECKING:
    from data_gen.manifest import Parameters

__all__ = ["Sample", "SampleSource"]

_LARGEST_TABLE = 9
_CORES_IN_A_TASK = 50


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
        return SampleSource(n, xs, ws, table)


@dataclass(frozen=True, eq=False)
class SampleSource:
    """Pairs that are known beforehand. A place is the number of a pair.

    Attributes:
        n: The n of S_n.
        xs: int64[M], lexicographic ranks.
        ws: int64[M].
        table: Has the polynomials; without it each is computed by itself.
    """

    n: int
    xs: Ranks
    ws: Ranks
    table: TableSource | None

    @property
    def pairs_in_a_file(self) -> int:
        """See `PairSource.pairs_in_a_file`."""
        return 400_000 if self.table is not None else 20_000

    def __len__(self) -> int:
        return len(self.xs)

    def block(self, start: int) -> tuple[Ranks, Ranks, int]:
        """See `PairSource.block`."""
        end = min(start + self.pairs_in_a_file, len(self))
        return self.xs[start:end], self.ws[start:end], end

    def polynomials(self, xs: Ranks, ws: Ranks, executor: Executor | None) -> Texts:
        """See `PairSource.polynomials`."""
        if self.table is not None:
            return self.table.polynomials(xs, ws, executor)
        from data_gen.kl_pairs import extremal_cores, polynomials_of_cores

        cores, place = np.unique(extremal_cores(self.n, xs, ws), axis=0, return_inverse=True)
        pieces = range(0, len(cores), _CORES_IN_A_TASK)
        tasks = ((start, (cores[start : start + _CORES_IN_A_TASK],)) for start in pieces)
        found = dict(run_tasks(polynomials_of_cores, tasks, executor))
        texts = [coefficients_to_text(p) for start in pieces for p in found[start]]
        names, numbers = np.unique(np.array(texts, dtype=str), return_inverse=True)
        return numbers[place.ravel()].astype(np.int32), names.tolist()
