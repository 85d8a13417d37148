"""Proposing relations, and mending the refuted ones with their counterexamples.

No module that this one imports knows what is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.discovery.equalities import find_equalities
from analysis.discovery.hypotheses import find_hypothesis
from analysis.discovery.inequalities import Support, find_inequalities, supports
from analysis.discovery.reduce import reduced
from analysis.discovery.refute import Trial, restricted, try_relation, worst_rows
from analysis.discovery.relations import Relation
from analysis.discovery.results import Budget
from analysis.discovery.tables import InvariantTable, join_tables
from data_gen.progress import Progress, no_progress

__all__ = ["Outcome", "search"]

_EQUALITY_ROWS = 50
_INEQUALITY_ROWS = 3

Refuted = tuple[tuple[Relation, Trial], ...]
Tables = Sequence[tuple[str, InvariantTable]]


@dataclass(frozen=True)
class Outcome:
    """What became of the proposals under one hypothesis.

    Attributes:
        kept: True wherever tried, none following from the others.
        mended: For each of them how many rounds it took.
        refuted: What had a counterexample, with the first trial that failed.
        proposed: How many relations there were, mended ones among them.
        implied: How many were true wherever tried but follow from others.

    Example:
        >>> from analysis.discovery.tables import table_of_classes
        >>> larger = [("S_4", table_of_classes(4))]
        >>> found = search(table_of_classes(3), "lower", larger, [], Budget(terms=1, rounds=0))
        >>> found.proposed, len(found.refuted), found.implied, len(found.kept)
        (58, 34, 18, 6)
        >>> relation, trial = found.refuted[0]
        >>> print(f"{relation} fails on [{trial.smallest.x}, {trial.smallest.w}]")
        kl_1 = 0 fails on [1234, 3412]
    """

    kept: tuple[Relation, ...]
    mended: tuple[int, ...]
    refuted: Refuted
    proposed: int
    implied: int


def search(
    table: InvariantTable,
    hypothesis: str,
    larger: Tables,
    samples: Tables,
    budget: Budget,
    given: Sequence[Relation] = (),
    progress: Progress = no_progress,
) -> Outcome:
    """Proposes relations under a hypothesis and tries to refute them.

    Refuted relations are mended with counterexamples from `larger`, at most `budget.rounds` times.
    A mended inequality has to be tight at an interval of `table`, or it would only say how large
    the new intervals are. `samples` come last and mend nothing.

    Args:
        table: What relations are made from.
        hypothesis: A name.
        larger: Tables with their names, to refute and mend with.
        samples: Tables with their names, to refute with.
        budget: How far to go.
        given: Relations from which survivors must not follow, those of weaker hypotheses.
        progress: Where to show how far it is.

    Raises:
        UsageError: If there is no hypothesis of this name.

    Example:
        >>> from analysis.discovery.tables import table_of_classes
        >>> larger = [("S_4", table_of_classes(4))]
        >>> found = search(table_of_classes(3), "lower", larger, [], Budget(terms=1, rounds=0))
        >>> [str(one) for one in found.kept if one.is_equality]
        ['kl_2 = 0', 'atoms = f', 'edges = rank_sum', 'in_degree = length']
    """
    old = restricted(table, hypothesis)
    rows = old
    candidates = _propose(rows, hypothesis, supports(budget.terms), budget, progress)
    since = dict.fromkeys(candidates, 0)
    true: dict[Relation, int] = {}
    refuted: dict[Relation, Trial] = {}
    for turn in range(budget.rounds + 1):
        wrong = _sift(candidates, larger, refuted)
        true = {one: since[one] for one in since if one not in refuted}
        if not wrong or turn == budget.rounds:
            break
        rows = join_tables([rows, *_counterexamples(wrong, larger)])
        again = _to_do_again(wrong, budget.terms)
        found = _propose(rows, hypothesis, again, budget, progress)
        candidates = [one for one in found if one not in since and _touches(one, old)]
        since |= dict.fromkeys(candidates, turn + 1)
    _sift(list(true), samples, refuted)
    survivors = [one for one in true if one not in refuted]
    tried = [rows, *(restricted(one, hypothesis) for _, one in (*larger, *samples))]
    everything = join_tables(tried)
    condition = find_hypothesis(hypothesis)
    granted = (*given, *condition.definitions)
    kept = reduced(survivors, everything, granted, with_duals=condition.is_self_dual)
    return Outcome(
        *(kept, tuple(true[one] for one in kept), tuple(refuted.items())),
        *(len(since), len(survivors) - len(kept)),
    )


def _propose(
    rows: InvariantTable,
    hypothesis: str,
    chosen: Sequence[Support],
    budget: Budget,
    progress: Progress,
) -> list[Relation]:
    equalities = find_equalities(rows, hypothesis)
    return [
        *equalities,
        *find_inequalities(rows, chosen, budget.max_coefficient, hypothesis, progress),
    ]


def _sift(
    candidates: Sequence[Relation], tables: Tables, refuted: dict[Relation, Trial]
) -> list[Relation]:
    """Puts the refuted ones where they belong and returns them."""
    wrong = []
    for one in candidates:
        for name, table in tables:
            trial = try_relation(one, table, name)
            if not trial.holds:
                refuted[one] = trial
                wrong.append(one)
                break
    return wrong


def _counterexamples(wrong: Sequence[Relation], tables: Tables) -> list[InvariantTable]:
    found = []
    for _, table in tables:
        numbers: set[int] = set()
        for one in wrong:
            most = _EQUALITY_ROWS if one.is_equality else _INEQUALITY_ROWS
            numbers |= set(worst_rows(one, table, most))
        found.append(table.select(sorted(numbers)))
    return found


def _to_do_again(wrong: Sequence[Relation], terms: int) -> tuple[Support, ...]:
    """The sets of invariants whose points have changed: those of what was refuted.

    Where an equality broke, every set that holds its invariants was flat and is so no more.
    """
    broken = [{name for name, _ in one.terms} for one in wrong if one.is_equality]
    exact = {frozenset(name for name, _ in one.terms) for one in wrong}
    return tuple(
        chosen
        for chosen in supports(terms)
        if frozenset(chosen) in exact or any(one <= set(chosen) for one in broken)
    )


def _touches(one: Relation, table: InvariantTable) -> bool:
    trial = try_relation(one, table, "")
    return one.is_equality or trial.tight_classes > 0
