"""Throwing away what follows: from other relations, from definitions, from the hypothesis.

A combination of relations that is certified here is exact: a linear program says which relations
to combine, and fractions whether they add up. What cannot be certified is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from analysis.discovery.exact import nonnegative_solution
from analysis.discovery.invariants import DEFINITIONS, NAMES, TURNED, dual_of
from analysis.discovery.relations import Relation
from analysis.discovery.tables import InvariantTable

__all__ = ["derivation", "reduced"]

_ONE = Relation((), 1, False)  # 1 >= 0: weakens any inequality


def derivation(
    claim: Relation, known: Sequence[Relation], table: InvariantTable | None = None
) -> dict[Relation, Fraction] | None:
    """Writes a relation as a combination of others, for inequalities with factors >= 0.

    An equality may follow from equalities, or from inequalities both ways.

    Args:
        claim: What is to follow.
        known: What it may follow from; hypotheses are not looked at.
        table: Intervals for which `known` is true; spares work: where the claim is tight, all that
            it is made of must be tight.

    Returns:
        The factor of each relation that is used, or None if there is no such combination.

    Example:
        >>> from analysis.discovery.relations import parse_relation
        >>> claim, *known = map(parse_relation, ("edges >= f", "edges >= covers", "covers >= f"))
        >>> sorted(map(str, derivation(claim, known)))
        ['covers >= f', 'edges >= covers']
    """
    if claim.is_equality:
        return _equality(claim, known, table)
    cone = [one for one in (*known, _ONE) if not one.is_equality]
    if table is not None and len(table):
        rows = table.values[claim.values(NAMES, table.values) == 0]
        cone = [one for one in cone if not one.values(NAMES, rows).any()]
    return _combination(claim, cone, [one for one in known if one.is_equality])


def _equality(
    claim: Relation, known: Sequence[Relation], table: InvariantTable | None
) -> dict[Relation, Fraction] | None:
    """By a combination of equalities, or by half of one inequality less half of the other."""
    free = [one for one in known if one.is_equality]
    factors = _combination(claim, [], free)
    if factors is not None:
        return factors
    together: dict[Relation, Fraction] = {}
    for sign in (1, -1):
        terms = tuple((name, sign * c) for name, c in claim.terms)
        side = Relation(terms, sign * claim.constant, False, claim.hypothesis)
        one_side = derivation(side, known, table)
        if one_side is None:
            return None
        for one, factor in one_side.items():
            together[one] = together.get(one, Fraction(0)) + sign * factor / 2
    return together


def reduced(
    relations: Sequence[Relation],
    table: InvariantTable,
    given: Sequence[Relation] = (),
    with_duals: bool = False,
) -> tuple[Relation, ...]:
    """The relations of which none follows from the others, from `given` or from definitions.

    The simplest are kept: first each has to say more than simpler ones, then, from the other end,
    more than all others together.

    Args:
        relations: True on the table.
        table: The intervals, those that fulfil the hypothesis.
        given: What is taken for granted beside definitions.
        with_duals: Whether what follows from the dual of another is left out too.

    Example:
        >>> from analysis.discovery.relations import parse_relation
        >>> from analysis.discovery.tables import table_of_classes
        >>> claims = map(parse_relation, ("nodes >= 2", "out_degree >= length", "edges >= length"))
        >>> [str(one) for one in reduced(list(claims), table_of_classes(4))]
        ['out_degree >= length']
    """
    granted = (*DEFINITIONS, *given)
    kept: list[Relation] = []
    for one in sorted(relations, key=_order):
        if derivation(one, (*granted, *_closed(kept, with_duals)), table) is None:
            kept.append(one)
    for one in reversed(kept.copy()):
        others = [other for other in kept if other != one]
        if derivation(one, (*granted, *_closed(others, with_duals)), table) is not None:
            kept = others
    return tuple(kept)


def _order(one: Relation) -> tuple[bool, tuple[int, ...], int, str]:
    """Equalities, simple ones, and of two that are dual the one that looks at the bottom."""
    *simple, text = one.complexity
    turned = sum(name in TURNED for name, _ in one.terms)
    return not one.is_equality, tuple(simple), turned, text


def _closed(relations: Sequence[Relation], with_duals: bool) -> list[Relation]:
    if not with_duals:
        return list(relations)
    both = [two for one in relations for two in (one, dual_of(one)) if two is not None]
    return list(dict.fromkeys(both))


def _combination(
    claim: Relation, cone: Sequence[Relation], free: Sequence[Relation]
) -> dict[Relation, Fraction] | None:
    vectors = [_vector(one) for one in (*cone, *free)]
    split = len(cone)
    factors = nonnegative_solution(vectors[:split], vectors[split:], _vector(claim))
    if factors is None:
        return None
    both = (*cone, *free)
    return {both[k]: factor for k, factor in factors.items()}


def _vector(one: Relation) -> list[int]:
    return one.vector(NAMES)
