"""Linear equalities that hold on every row of a table, by integer linear algebra."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.discovery.exact import integer_kernel, shortened
from analysis.discovery.invariants import NAMES
from analysis.discovery.relations import Relation
from analysis.discovery.tables import InvariantTable

__all__ = ["find_equalities"]


def find_equalities(
    table: InvariantTable, hypothesis: str = "", names: Sequence[str] = NAMES
) -> tuple[Relation, ...]:
    """A basis of all integer relations among invariants and 1, short ones, the simplest first.

    Every equality that holds on the table is an integer combination of these.

    Args:
        table: The intervals.
        hypothesis: What the relations say of themselves; the rows are taken as they are.
        names: Among which invariants.

    Example:
        >>> from analysis.discovery.tables import table_of_classes
        >>> names = ("coatoms", "f", "kl_1", "length")
        >>> [str(one) for one in find_equalities(table_of_classes(4), names=names)]
        ['coatoms = f + kl_1']
    """
    if not len(table):
        return ()
    columns = [table[name].tolist() for name in names]
    rows = [[*row, 1] for row in zip(*columns, strict=True)]
    found = [
        Relation.of(dict(zip(names, vector[:-1], strict=True)), vector[-1], True, hypothesis)
        for vector in shortened(integer_kernel(rows))
    ]
    return tuple(sorted(found, key=lambda one: one.complexity))
