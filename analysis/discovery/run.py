"""Discovering relations: tables, search, labels, and all of it as one result."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from analysis.discovery.baseline import baseline
from analysis.discovery.hypotheses import HYPOTHESES, find_hypothesis
from analysis.discovery.invariants import LABELS, dual_of
from analysis.discovery.known import names_of, sources_of
from analysis.discovery.refute import Trial, try_relation
from analysis.discovery.relations import Relation
from analysis.discovery.results import Budget, Discoveries, Discovery, Tally
from analysis.discovery.search import Tables, search
from analysis.discovery.tables import (
    InvariantTable,
    join_tables,
    polynomial_table,
    sampled_table,
    table_of_classes,
)
from data_gen.errors import UsageError
from data_gen.progress import Progress, no_progress

__all__ = ["discover"]

MAX_LISTED_N = 6
"""All classes of S_7 would take hours."""

MAX_SAMPLED_N = 9
_MADE_FROM = "made from"


def discover(
    ns: Sequence[int] = (4, 5),
    hypotheses: Sequence[str] = tuple(HYPOTHESES),
    budget: Budget | None = None,
    seed: int = 0,
    progress: Progress = no_progress,
) -> Discoveries:
    """Proposes relations between invariants of intervals and tries to refute them.

    Args:
        ns: Relations are made from all classes of these S_n.
        hypotheses: Names of conditions, see `analysis.discovery.hypotheses`; "" is none. Without
            a condition comes first whether named or not: what holds there is not said again.
        budget: How far to go; `Budget()` if None.
        seed: Of the samples and the permutations of labels. Same arguments, same result.
        progress: Where to show how far it is, such as `data_gen.console.progress`.

    Raises:
        UsageError: If some n is out of range or a hypothesis is none.

    Example:
        >>> small = Budget(terms=1, larger=(5,), samples=(), polynomials=())
        >>> found = discover([4], [""], small)
        >>> "coatoms = f + kl_1" in map(str, found.relations())
        True
    """
    limits = budget or Budget()
    _check(ns, limits)
    chosen = list(dict.fromkeys(["", *(find_hypothesis(name).name for name in hypotheses)]))
    table = join_tables([table_of_classes(n, progress) for n in sorted(set(ns))])
    larger = [(f"all of S_{n}", table_of_classes(n, progress)) for n in limits.larger]
    samples = [
        (f"a sample of S_{n}", sampled_table(n, count, seed, progress=progress))
        for n, count in limits.samples
    ]
    samples += [
        (f"the polynomials of S_{n}", polynomial_table(n, progress=progress))
        for n in limits.polynomials
    ]
    tables = [(_MADE_FROM, table), *larger, *samples]
    tallies: list[Tally] = []
    found: list[Discovery] = []
    refuted: list[tuple[Relation, Trial]] = []
    kept: dict[str, tuple[Relation, ...]] = {}
    for name in chosen:
        given = [
            one
            for weaker, relations in kept.items()
            if _is_stronger(name, weaker, tables)
            for one in _with_duals(weaker, relations)
        ]
        outcome = search(table, name, larger, samples, limits, given, progress)
        kept[name] = outcome.kept
        classes = int(find_hypothesis(name).test(table).sum())
        counts = (outcome.proposed, len(outcome.refuted), outcome.implied)
        tallies.append(Tally(name, classes, *counts))
        refuted += outcome.refuted
        for relation, mended in zip(outcome.kept, outcome.mended, strict=True):
            found.append(_described(relation, mended, tables, limits, seed))
    return Discoveries(
        *(tuple(sorted(set(ns))), limits, seed),
        *(tuple((where, len(one)) for where, one in tables), tuple(tallies)),
        *(tuple(sorted(found, key=_by_interest(chosen))), tuple(refuted)),
    )


def _with_duals(hypothesis: str, relations: Sequence[Relation]) -> list[Relation]:
    if not find_hypothesis(hypothesis).is_self_dual:
        return list(relations)
    both = [two for one in relations for two in (one, dual_of(one)) if two is not None]
    return list(dict.fromkeys(both))


def _is_stronger(name: str, weaker: str, tables: Tables) -> bool:
    """Whether all intervals at hand that fulfil one hypothesis fulfil another."""
    tests = [find_hypothesis(one).test for one in (name, weaker)]
    return all(bool((~tests[0](table) | tests[1](table)).all()) for _, table in tables)


def _by_interest(hypotheses: Sequence[str]) -> Callable[[Discovery], tuple[object, ...]]:
    """By hypothesis; what is not known first, sharp ones first, simple ones first."""

    def key(one: Discovery) -> tuple[object, ...]:
        terms, weight, largest, text = one.relation.complexity
        simple = (not one.relation.is_equality, terms, weight + largest)
        place = hypotheses.index(one.relation.hypothesis)
        return place, bool(one.known_as), not one.is_sharp, *simple, -one.tight_share, text

    return key


def _described(
    relation: Relation, mended: int, tables: Tables, budget: Budget, seed: int
) -> Discovery:
    # Labels move together, so only what ties them to the graph can change when they are permuted.
    mixes = len({name in LABELS for name, _ in relation.terms}) == 2
    source: InvariantTable = tables[0][1]
    dual = dual_of(relation) if find_hypothesis(relation.hypothesis).is_self_dual else None
    names = names_of(relation)
    return Discovery(
        relation,
        None if dual == relation else dual,
        *(names, sources_of(names)),
        mended,
        tuple(try_relation(relation, table, where) for where, table in tables),
        baseline(source, relation, budget.permutations, seed) if mixes else None,
    )


def _check(ns: Sequence[int], budget: Budget) -> None:
    if not ns:
        raise UsageError("no n is given: relations are made from the classes of some S_n.")
    for n in (*ns, *budget.larger):
        if isinstance(n, bool) or not isinstance(n, int) or not 3 <= n <= MAX_LISTED_N:
            raise UsageError(f"n = {n!r}: all classes are listed for n from 3 to {MAX_LISTED_N}.")
    for n in budget.polynomials:
        if isinstance(n, bool) or not isinstance(n, int) or not 3 <= n <= MAX_SAMPLED_N:
            raise UsageError(f"n = {n!r}: polynomials are listed for n from 3 to {MAX_SAMPLED_N}.")
    if not 1 <= budget.terms <= 3:
        raise UsageError(f"terms = {budget.terms}: inequalities have 1, 2 or 3 invariants.")
    if budget.max_coefficient < 1 or budget.rounds < 0 or budget.permutations < 1:
        raise UsageError(f"{budget}: a coefficient, a permutation and 0 rounds are the least.")
