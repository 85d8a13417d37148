"""The invariants of many intervals: all isomorphism classes of S_n, or a sample, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import factorial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from analysis.discovery.invariants import INVARIANTS, NAMES, Facts
from analysis.formulas.bitgraph import BitGraph
from analysis.formulas.census import interval_classes
from data_gen.bruhat import unrank_permutations
from data_gen.cores import canonical_cores
from data_gen.errors import UsageError
from data_gen.graph import IntervalGraph
from data_gen.interval_batch import build_intervals, interval_sizes
from data_gen.isomorphism import certificates
from data_gen.kl_pairs import polynomials_of_pairs
from data_gen.kl_table import KLTable
from data_gen.permutations import format_words
from data_gen.progress import Progress, no_progress
from data_gen.r_polynomials import RTable, r_tilde_polynomial
from data_gen.sampling import sample_pairs

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "InvariantTable",
    "Row",
    "join_tables",
    "polynomial_table",
    "sampled_table",
    "table_of_classes",
]

SAMPLED_NODES = 500
"""How many elements an interval of a sample has at most."""

POLYNOMIAL_NODES = 1000
"""How many elements an interval that stands for a polynomial has at most."""

_LOWER_TRIES = 8


@dataclass(frozen=True)
class Row:
    """Which interval a row is about, and of how many it speaks.

    Attributes:
        n: The smallest S_n of a table in which its class was met.
        x: The bottom of an interval of the class, without letters that all elements share.
        w: The top.
        certificate: The name of the class.
        multiplicity: How many intervals of S_n, or of the sample, are in the class.
        is_lower: Whether some interval of the class, in S_n or the sample, begins at the identity.
        is_regular: Whether all vertices have as many edges as the interval is long.

    Example:
        >>> row = table_of_classes(4).rows[4]
        >>> row.x, row.w, row.multiplicity, row.is_lower, row.is_regular
        ('1324', '3412', 2, False, False)
    """

    n: int
    x: str
    w: str
    certificate: str
    multiplicity: int
    is_lower: bool
    is_regular: bool


@dataclass(frozen=True, eq=False)
class InvariantTable:
    """The invariants of intervals, one row for each isomorphism class.

    Attributes:
        rows: Which intervals.
        values: int64[M, invariants], columns as in `NAMES`.

    Example:
        >>> table = table_of_classes(4)
        >>> table["edges"].tolist()
        [1, 4, 9, 12, 16, 24, 29, 29, 32, 45, 52, 52, 72]
        >>> [(row.x, row.w) for row in table.select(table["kl_1"] == 1).rows]
        [('1324', '3412'), ('1234', '3412'), ('1234', '4231')]
    """

    rows: tuple[Row, ...]
    values: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, name: str) -> NDArray[np.int64]:
        """int64[M], the column of an invariant."""
        if name not in NAMES:
            raise UsageError(f"{name!r} is no invariant; there are {', '.join(NAMES)}.")
        column: NDArray[np.int64] = self.values[:, NAMES.index(name)]
        return column

    @cached_property
    def multiplicities(self) -> NDArray[np.int64]:
        """int64[M]."""
        return np.array([row.multiplicity for row in self.rows], dtype=np.int64)

    @cached_property
    def is_lower(self) -> NDArray[np.bool_]:
        """bool[M]."""
        return np.array([row.is_lower for row in self.rows], dtype=np.bool_)

    @cached_property
    def is_regular(self) -> NDArray[np.bool_]:
        """bool[M]."""
        return np.array([row.is_regular for row in self.rows], dtype=np.bool_)

    def select(self, chosen: NDArray[np.bool_] | Sequence[int]) -> InvariantTable:
        """Some of the rows, by a mask or by numbers."""
        numbers = np.asarray(chosen)
        if numbers.dtype == np.bool_:
            numbers = np.flatnonzero(numbers)
        numbers = numbers.astype(np.int64)
        return InvariantTable(tuple(self.rows[k] for k in numbers.tolist()), self.values[numbers])

    def frame(self) -> pd.DataFrame:
        """As a data frame, one column for each invariant and one for each field of `Row`."""
        import pandas as pd

        head = pd.DataFrame([vars(row) for row in self.rows])
        return pd.concat([head, pd.DataFrame(self.values, columns=list(NAMES))], axis=1)


def table_of_classes(n: int, progress: Progress = no_progress) -> InvariantTable:
    """All isomorphism classes of intervals x < w of S_n.

    Args:
        n: From 2 to 7; 7 takes very long.
        progress: Where to show how far it is.

    Raises:
        UsageError: If n is out of range.

    Example:
        >>> table = table_of_classes(4)
        >>> len(table), int(table.multiplicities.sum()), table["nodes"].tolist()[:5]
        (13, 189, [2, 4, 6, 8, 10])
    """
    classes = interval_classes(n)
    lower = _lower_certificates(n)
    kl = {m: KLTable.compute(m) for m in {len(one.x) for one in classes}}
    r_tilde = {m: RTable.compute(m) for m in kl}
    rows, values = [], []
    with progress(f"invariants of the classes of S_{n}") as report:
        for k, one in enumerate(classes):
            graph, m = one.interval.graph, len(one.x)
            bits = BitGraph.of(graph)
            facts = Facts(bits, kl[m].polynomial(one.x, one.w), r_tilde[m].r_tilde(one.x, one.w))
            values.append([invariant.of(facts) for invariant in INVARIANTS])
            is_lower = one.certificate in lower
            name = (n, one.x, one.w, one.certificate, one.multiplicity)
            rows.append(Row(*name, is_lower, _is_regular(graph)))
            report(k + 1, len(classes))
    return InvariantTable(tuple(rows), np.array(values, dtype=np.int64).reshape(-1, len(NAMES)))


def sampled_table(
    n: int,
    count: int,
    seed: int,
    max_nodes: int = SAMPLED_NODES,
    progress: Progress = no_progress,
) -> InvariantTable:
    """Classes of intervals of S_n drawn at random, and of their duals: where they are too many.

    A third are uniform pairs, a third random walks, a third begin at the identity; the dual of
    [x, w] is [w0 w, w0 x].

    Args:
        n: From 4 to 9.
        count: How many intervals to draw; of a class only one is kept, and they are counted, with
            their duals.
        seed: Same seed, same table.
        max_nodes: The largest number of elements.
        progress: Where to show how far it is.

    Raises:
        UsageError: If n is out of range, or there are fewer such intervals.

    Example:
        >>> table = sampled_table(5, 30, seed=1)
        >>> int(table.multiplicities.sum()), bool((table["out_degree"] >= table["length"]).all())
        (60, True)
    """
    if not 4 <= n <= 9:
        raise UsageError(f"n = {n!r}: samples are drawn from S_n for n from 4 to 9.")
    xs, ws = _draw(n, count, seed, max_nodes)
    return _table_of_pairs(n, xs, ws, f"invariants of {count} intervals of S_{n}", progress)


def polynomial_table(
    n: int, max_nodes: int = POLYNOMIAL_NODES, progress: Progress = no_progress
) -> InvariantTable:
    """For each P other than 1 of S_n one of the shortest intervals that have it, and its dual.

    Random intervals nearly all have small coefficients; these have all that there are, as far as
    their intervals are small enough.

    Args:
        n: From 3 to 9; 9 takes long.
        max_nodes: The largest number of elements; polynomials of larger intervals are left out.
        progress: Where to show how far it is.

    Raises:
        UsageError: If n is out of range.

    Example:
        >>> sorted(polynomial_table(4)["kl_1"].tolist())
        [1]
    """
    if not 3 <= n <= 9:
        raise UsageError(f"n = {n!r}: all polynomials of S_n are listed for n from 3 to 9.")
    table = KLTable.compute(n)
    pairs = [(w, below) for w, below in table.extremal_pairs() if len(below) > 1]
    xs = np.concatenate([below for _, below in pairs])
    ws = np.repeat([w for w, _ in pairs], [len(below) for _, below in pairs])
    ids = table.lookup(xs, ws)
    lengths = np.zeros(len(xs), dtype=np.int64)
    for ends, sign in ((ws, 1), (xs, -1)):
        words = unrank_permutations(ends, n)
        for i, j in combinations(range(n), 2):
            lengths += sign * (words[:, i] > words[:, j]).astype(np.int64)
    is_one = np.array([len(polynomial) == 1 for polynomial in table.polynomials])
    order = np.lexsort((xs, ws, lengths, ids))
    order = order[~is_one[ids[order]]]
    chosen = order[np.unique(ids[order], return_index=True)[1]]
    xs, ws = xs[chosen], ws[chosen]
    sizes = interval_sizes(unrank_permutations(xs, n), unrank_permutations(ws, n))
    small = sizes <= max_nodes
    title = f"invariants of an interval for each polynomial of S_{n}"
    return _table_of_pairs(n, xs[small], ws[small], title, progress)


def _table_of_pairs(
    n: int, xs: NDArray[np.int64], ws: NDArray[np.int64], title: str, progress: Progress
) -> InvariantTable:
    """The classes of some intervals of S_n and of their duals, as often as they occur there.

    With the duals, a relation is refuted if and only if what it says of the reversed graph is.
    """
    last = factorial(n) - 1  # w0 z has the rank n! - 1 - rank of z
    xs, ws = np.concatenate([xs, last - ws]), np.concatenate([ws, last - xs])
    bottoms, tops = unrank_permutations(xs, n), unrank_permutations(ws, n)
    batch = build_intervals(bottoms, tops)
    met: dict[str, list[int]] = {}
    for k, name in enumerate(certificates(batch)):
        met.setdefault(name, []).append(k)
    firsts = [ks[0] for ks in met.values()]
    polynomials = polynomials_of_pairs(n, xs[firsts], ws[firsts])
    x_texts, w_texts = format_words(bottoms[firsts]), format_words(tops[firsts])
    rows, values = [], []
    with progress(title) as report:
        for k, (name, members) in enumerate(met.items()):
            graph, x, w = batch.graph(members[0]), x_texts[k], w_texts[k]
            facts = Facts(BitGraph.of(graph), polynomials[k], r_tilde_polynomial(x, w))
            values.append([invariant.of(facts) for invariant in INVARIANTS])
            is_lower = bool((xs[members] == 0).any())
            rows.append(Row(n, x, w, name, len(members), is_lower, _is_regular(graph)))
            report(k + 1, len(met))
    return InvariantTable(tuple(rows), np.array(values, dtype=np.int64).reshape(-1, len(NAMES)))


def join_tables(tables: Sequence[InvariantTable]) -> InvariantTable:
    """One table without repeated classes: of each the row of the last table that has it.

    Every class of S_m occurs in S_n for m < n, so the last table has the whole multiplicity; n is
    that of the first, and what is lower anywhere is lower.

    Example:
        >>> joined = join_tables([table_of_classes(3), table_of_classes(4)])
        >>> len(joined), [row.n for row in joined.rows][:4]
        (13, [3, 3, 3, 4])
    """
    found: dict[str, tuple[Row, NDArray[np.int64]]] = {}
    for table in tables:
        for row, values in zip(table.rows, table.values, strict=True):
            before = found[row.certificate][0] if row.certificate in found else row
            merged = Row(
                *(before.n, before.x, before.w, row.certificate, row.multiplicity),
                *(before.is_lower or row.is_lower, row.is_regular),
            )
            found[row.certificate] = merged, values
    values = [one[1] for one in found.values()]
    return InvariantTable(
        tuple(one[0] for one in found.values()),
        np.array(values, dtype=np.int64).reshape(-1, len(NAMES)),
    )


def _draw(
    n: int, count: int, seed: int, max_nodes: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs x < w of three kinds; a pair may come twice."""
    uniform, walked = (count + 2) // 3, (count + 1) // 3
    parts = []
    for many, walks in ((uniform, False), (walked, True)):
        # One of them may have x = w; so one more is drawn for each that is left out.
        xs, ws = sample_pairs(n, 2 * many + 2, seed, walks=walks, max_nodes=max_nodes)
        proper = np.flatnonzero(xs != ws)[:many]
        parts.append((xs[proper], ws[proper]))
    lower = _draw_tops(n, count - sum(len(part[0]) for part in parts), seed, max_nodes)
    parts.append((np.zeros(len(lower), dtype=np.int64), lower))
    return np.concatenate([xs for xs, _ in parts]), np.concatenate([ws for _, ws in parts])


def _draw_tops(n: int, count: int, seed: int, max_nodes: int) -> NDArray[np.int64]:
    """Tops w of lower intervals [e, w] of at most so many elements, with repetition."""
    random = np.random.default_rng([seed, n])
    found: list[int] = []
    while len(found) < count:
        ws = random.integers(1, factorial(n), size=_LOWER_TRIES * count)
        tops = unrank_permutations(ws, n)
        sizes = interval_sizes(unrank_permutations(np.zeros_like(ws), n), tops)
        found += ws[sizes <= max_nodes].tolist()
    return np.array(found[:count], dtype=np.int64)


def _lower_certificates(n: int) -> frozenset[str]:
    tops = np.arange(1, factorial(n))
    bottoms = unrank_permutations(np.zeros_like(tops), n)
    cores = canonical_cores(n, np.zeros_like(tops), tops)
    firsts = np.unique(cores, axis=0, return_index=True)[1]  # one of each core is enough
    words = unrank_permutations(tops[firsts], n)
    return frozenset(certificates(build_intervals(bottoms[firsts], words)))


def _is_regular(graph: IntervalGraph) -> bool:
    return bool((graph.in_degrees + graph.out_degrees == graph.length).all())
