"""Trying relations on intervals that they were not made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.discovery.hypotheses import find_hypothesis
from analysis.discovery.invariants import NAMES
from analysis.discovery.relations import Relation
from analysis.discovery.tables import InvariantTable

__all__ = ["Trial", "Witness", "restricted", "try_relation", "worst_rows"]


@dataclass(frozen=True)
class Witness:
    """An interval, and the values of the invariants that a relation is about.

    Example:
        >>> from analysis.discovery.relations import parse_relation
        >>> from analysis.discovery.tables import table_of_classes
        >>> try_relation(parse_relation("kl_1 = 0"), table_of_classes(4), "S_4").smallest
        Witness(x='1324', w='3412', nodes=10, length=3, values={'kl_1': 1})
    """

    x: str
    w: str
    nodes: int
    length: int
    values: dict[str, int]


@dataclass(frozen=True)
class Trial:
    """What became of a relation on a table.

    Attributes:
        where: The name of the table.
        classes: How many isomorphism classes fulfil the hypothesis.
        intervals: How many intervals they hold.
        failing_classes: In how many classes the relation is false.
        failing_intervals: In how many intervals.
        smallest: The counterexample of fewest elements.
        tight_classes: In how many classes an inequality is an equality.
        tight_intervals: In how many intervals.
        tight: Some of these, the smallest of each length.
        tight_lengths: The lengths of all of these, ascending.

    Example:
        Deodhar's inequality holds, and is an equality in 183 of the 189 intervals of S_4:

        >>> from analysis.discovery.relations import parse_relation
        >>> from analysis.discovery.tables import table_of_classes
        >>> found = try_relation(parse_relation("out_degree >= length"), table_of_classes(4), "S_4")
        >>> found.holds, found.intervals, found.tight_intervals
        (True, 189, 183)
        >>> [f"[{one.x}, {one.w}]" for one in found.tight]
        ['[12, 21]', '[123, 231]', '[123, 321]', '[1234, 2431]', '[1234, 3421]', '[1234, 4321]']
    """

    where: str
    classes: int
    intervals: int
    failing_classes: int
    failing_intervals: int
    smallest: Witness | None
    tight_classes: int
    tight_intervals: int
    tight: tuple[Witness, ...]
    tight_lengths: tuple[int, ...]

    @property
    def holds(self) -> bool:
        """Whether no counterexample was met."""
        return self.failing_classes == 0

    def to_dict(self) -> dict[str, Any]:
        """A JSON-able form."""
        return {**asdict(self), "holds": self.holds}


def restricted(table: InvariantTable, hypothesis: str) -> InvariantTable:
    """The rows that fulfil a hypothesis.

    Args:
        table: Some intervals.
        hypothesis: Its name, see `analysis.discovery.hypotheses`.

    Raises:
        UsageError: If there is none of this name.

    Example:
        >>> from analysis.discovery.tables import table_of_classes
        >>> [len(restricted(table_of_classes(4), name)) for name in ("", "P=1", "length<=2")]
        [13, 10, 2]
    """
    return table.select(find_hypothesis(hypothesis).test(table))


def try_relation(relation: Relation, table: InvariantTable, where: str) -> Trial:
    """Looks at every row that fulfils the hypothesis of a relation.

    Args:
        relation: What is claimed.
        table: The intervals.
        where: What to call them.

    Raises:
        UsageError: If the relation has a name that is no invariant, or its hypothesis is none.

    Example:
        >>> from analysis.discovery.relations import parse_relation
        >>> from analysis.discovery.tables import table_of_classes
        >>> trial = try_relation(parse_relation("kl_1 = 0"), table_of_classes(4), "S_4")
        >>> trial.failing_intervals, trial.smallest.x, trial.smallest.w
        (6, '1324', '3412')
    """
    rows = restricted(table, relation.hypothesis)
    holds = relation.holds(NAMES, rows.values)
    tight = np.zeros_like(holds) if relation.is_equality else _is_tight(relation, rows)
    failing = _smallest_first(rows, ~holds)
    smallest = _witness(relation, rows, failing[0]) if len(failing) else None
    touched = _smallest_first(rows, tight)
    lengths, firsts = np.unique(rows["length"][touched], return_index=True)
    counts = rows.multiplicities
    return Trial(
        *(where, len(rows), int(counts.sum())),
        *(len(failing), int(counts[failing].sum()), smallest),
        *(len(touched), int(counts[touched].sum())),
        tuple(_witness(relation, rows, k) for k in touched[firsts].tolist()),
        tuple(lengths.tolist()),
    )


def worst_rows(relation: Relation, table: InvariantTable, most: int) -> list[int]:
    """The smallest counterexample and those that are furthest off, as rows of the table.

    Args:
        relation: What is claimed.
        table: The intervals.
        most: How many rows to give at most.

    Returns:
        Numbers of rows, the smallest counterexample first; [] if there is none.

    Example:
        >>> from analysis.discovery.relations import parse_relation
        >>> from analysis.discovery.tables import table_of_classes
        >>> table = table_of_classes(4)
        >>> worst = worst_rows(parse_relation("nodes <= 10"), table, most=3)
        >>> worst, table["nodes"][worst].tolist()
        ([5, 12, 10], [12, 24, 20])
    """
    fulfils = find_hypothesis(relation.hypothesis).test(table)
    values = relation.values(NAMES, table.values)
    wrong = fulfils & ((values != 0) if relation.is_equality else (values < 0))
    first = _smallest_first(table, wrong)[:1].tolist()
    by_size = np.argsort(-np.abs(values), kind="stable")
    return list(dict.fromkeys(first + by_size[wrong[by_size]][: most - 1].tolist()))


def _is_tight(relation: Relation, rows: InvariantTable) -> NDArray[np.bool_]:
    tight: NDArray[np.bool_] = relation.values(NAMES, rows.values) == 0
    return tight


def _smallest_first(table: InvariantTable, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
    numbers = np.flatnonzero(chosen)

    def size(k: int) -> tuple[int, int, str, str]:
        row = table.rows[k]
        return int(table["nodes"][k]), len(row.x), row.x, row.w

    return np.array(sorted(numbers.tolist(), key=size), dtype=np.int64)


def _witness(relation: Relation, table: InvariantTable, k: int) -> Witness:
    row = table.rows[int(k)]
    values: Sequence[tuple[str, int]] = [
        (name, int(table[name][int(k)])) for name, _ in relation.terms
    ]
    sizes = int(table["nodes"][int(k)]), int(table["length"][int(k)])
    return Witness(row.x, row.w, *sizes, dict(values))
