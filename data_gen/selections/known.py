"""Pairs that are known beforehand: drawn, or read from a file."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from data_gen.parallel import run_tasks
from data_gen.polynomials import coefficients_to_text
from data_gen.selections.base import Ranks, TableSource, Texts

__all__ = ["KnownPairs"]

_CORES_IN_A_TASK = 50


@dataclass(frozen=True, eq=False)
class KnownPairs:
    """A source (`data_gen.selections.base.PairSource`) whose places are the pairs themselves.

    Attributes:
        n: The n of S_n.
        xs: int64[M], lexicographic ranks.
        ws: int64[M].
        table: Has the polynomials; without it each is computed by itself.

    Example:
        >>> source = KnownPairs(4, np.array([2, 0]), np.array([16, 5]), None)
        >>> source.polynomials(*source.block(0)[:2], None)  # of [1324, 3412] and [1234, 1432]
        (array([1, 0], dtype=int32), ['1', '1,1'])
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
