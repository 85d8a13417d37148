"""How a relation between invariants fares on permuted labels, see `analysis.quasirandom`.

The labels are what is read off P and R~ (`analysis.discovery.invariants.LABELS`). They move
together: what is about labels alone stays as true as it was.
"""

from __future__ import annotations

import numpy as np

from analysis.discovery.hypotheses import find_hypothesis
from analysis.discovery.invariants import LABELS, NAMES
from analysis.discovery.relations import Relation
from analysis.discovery.tables import InvariantTable
from analysis.quasirandom import Baseline, Stratum, deal, strata_of
from data_gen.errors import UsageError

__all__ = ["Baseline", "baseline"]


def baseline(
    table: InvariantTable, relation: Relation, permutations: int = 100, seed: int = 0
) -> Baseline:
    """Compares a relation with permuted labels.

    Args:
        table: The intervals, each row as often as its multiplicity says.
        relation: Any relation, true or not. Labels are permuted among the intervals that fulfil its
            hypothesis.
        permutations: How many to draw, at least 1.
        seed: Same seed, same result.

    Raises:
        UsageError: If no interval fulfils the hypothesis, or a name or number makes no sense.

    Example:
        >>> from analysis.discovery.relations import parse_relation
        >>> from analysis.discovery.tables import table_of_classes
        >>> found = baseline(table_of_classes(5), parse_relation("kl_1 = coatoms - f"))
        >>> found.true_share, round(found.expected_share, 2), found.everywhere
        (1.0, 0.92, 0)
    """
    if permutations < 1:
        raise UsageError(f"permutations = {permutations}: at least one is needed.")
    rows = table.select(find_hypothesis(relation.hypothesis).test(table))
    if not len(rows):
        raise UsageError(f"no interval of the table fulfils {relation.hypothesis!r}.")
    vector = np.array(relation.vector(NAMES), dtype=np.int64)
    is_label = np.array([name in LABELS for name in NAMES])
    fixed = rows.values[:, ~is_label] @ vector[:-1][~is_label] + vector[-1]
    moved = rows.values[:, is_label] @ vector[:-1][is_label]
    strata = []
    for here in strata_of(rows["length"], rows["nodes"]):
        labels, numbers = np.unique(moved[here], return_inverse=True)
        values = fixed[here][:, None] + labels[None, :]
        holds = values == 0 if relation.is_equality else values >= 0
        applies = np.ones_like(holds)
        strata.append(Stratum(here, rows.multiplicities[here], numbers.ravel(), holds, applies))
    return deal(strata, permutations, seed)
