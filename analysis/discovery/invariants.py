"""The invariants of an interval between which relations are looked for, each with a name.

Every one is an exact integer, computed from the graph or read off P or R~. What is true of them by
definition stands here too (`DEFINITIONS`): a search that found only that would have found nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from analysis.discovery.relations import Relation, parse_relation
from analysis.formulas.bitgraph import BitGraph
from analysis.formulas.boolean import largest_boolean
from analysis.formulas.linear_coefficient import f_by_cover_generation

__all__ = [
    "DEFINITIONS",
    "INVARIANTS",
    "LABELS",
    "NAMES",
    "TURNED",
    "Facts",
    "Invariant",
    "dual_of",
]

Polynomial = tuple[int, ...]


@dataclass(frozen=True)
class Facts:
    """What is known of an interval of positive length.

    Attributes:
        bits: Its graph.
        kl: P, ascending.
        r_tilde: R~, ascending.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> crown = Facts(BitGraph.of(BruhatInterval("1324", "3412").graph), (1, 1), (0, 0, 0, 1))
        >>> crown.rank_sizes
        (1, 4, 4, 1)
        >>> {one.name: one.of(crown) for one in INVARIANTS if one.name in ("coatoms", "f", "kl_1")}
        {'coatoms': 4, 'f': 3, 'kl_1': 1}
    """

    bits: BitGraph
    kl: Polynomial
    r_tilde: Polynomial

    @cached_property
    def rank_sizes(self) -> tuple[int, ...]:
        """How many vertices each rank has."""
        return tuple(layer.bit_count() for layer in self.bits.by_rank)


@dataclass(frozen=True)
class Invariant:
    """One number of an interval.

    Attributes:
        name: How relations write it.
        meaning: In words.
        origin: "graph", or the polynomial that it is read off: "P" or "R~".
        of: The number.

    Example:
        >>> one = INVARIANTS[NAMES.index("r_top_2")]
        >>> one.meaning, one.origin
        ('[q^(l-2)]R~', 'R~')
    """

    name: str
    meaning: str
    origin: str
    of: Callable[[Facts], int]


def _at(polynomial: Polynomial, degree: int) -> int:
    return polynomial[degree] if 0 <= degree < len(polynomial) else 0


def _rank_size(facts: Facts, rank: int) -> int:
    return facts.rank_sizes[rank] if 0 <= rank <= facts.bits.length else 0


def _count(masks: tuple[int, ...]) -> int:
    return sum(mask.bit_count() for mask in masks)


INVARIANTS = (
    Invariant("nodes", "number of elements", "graph", lambda i: i.bits.num_nodes),
    Invariant("edges", "edges of the Bruhat graph", "graph", lambda i: _count(i.bits.out)),
    Invariant("covers", "edges of the Hasse diagram", "graph", lambda i: _count(i.bits.covers)),
    Invariant("length", "l, the rank of the top", "graph", lambda i: i.bits.length),
    Invariant("atoms", "elements of rank 1", "graph", lambda i: _rank_size(i, 1)),
    Invariant(
        "coatoms", "elements of rank l-1", "graph", lambda i: _rank_size(i, i.bits.length - 1)
    ),
    Invariant("rank_2", "elements of rank 2", "graph", lambda i: _rank_size(i, 2)),
    Invariant(
        "corank_2", "elements of rank l-2", "graph", lambda i: _rank_size(i, i.bits.length - 2)
    ),
    Invariant("rank_sum", "sum of the ranks", "graph", lambda i: sum(i.bits.ranks)),
    Invariant(
        "corank_sum",
        "sum of l - rank",
        "graph",
        lambda i: i.bits.length * i.bits.num_nodes - sum(i.bits.ranks),
    ),
    Invariant(
        "f",
        "fewest covers that generate all covers",
        "graph",
        lambda i: f_by_cover_generation(i.bits),
    ),
    Invariant(
        "distance",
        "fewest edges from bottom to top",
        "graph",
        lambda i: i.bits.distance(0, i.bits.top),
    ),
    Invariant(
        "boolean",
        "dimension of the largest Boolean interval",
        "graph",
        lambda i: largest_boolean(i.bits).dimension,
    ),
    Invariant("out_degree", "edges at the bottom", "graph", lambda i: i.bits.out[0].bit_count()),
    Invariant("in_degree", "edges at the top", "graph", lambda i: i.bits.into[-1].bit_count()),
    Invariant("kl_1", "[q]P", "P", lambda i: _at(i.kl, 1)),
    Invariant("kl_2", "[q^2]P", "P", lambda i: _at(i.kl, 2)),
    Invariant("kl_lead", "leading coefficient of P", "P", lambda i: i.kl[-1]),
    Invariant("kl_degree", "degree of P", "P", lambda i: len(i.kl) - 1),
    Invariant("kl_at_1", "P(1)", "P", lambda i: sum(i.kl)),
    Invariant("r_1", "[q]R~", "R~", lambda i: _at(i.r_tilde, 1)),
    Invariant("r_2", "[q^2]R~", "R~", lambda i: _at(i.r_tilde, 2)),
    Invariant("r_top_2", "[q^(l-2)]R~", "R~", lambda i: _at(i.r_tilde, i.bits.length - 2)),
    Invariant("r_top_4", "[q^(l-4)]R~", "R~", lambda i: _at(i.r_tilde, i.bits.length - 4)),
)

NAMES = tuple(one.name for one in INVARIANTS)
LABELS = tuple(one.name for one in INVARIANTS if one.origin != "graph")
"""The invariants that are read off P and R~; the others are computed from the graph."""

_PAIRS = (
    ("atoms", "coatoms"),
    ("rank_2", "corank_2"),
    ("out_degree", "in_degree"),
    ("corank_sum", "rank_sum"),
)
TURNED = frozenset(second for _, second in _PAIRS)
"""Of each pair that changes places when the graph is reversed, the one that is named second."""

_REVERSED = dict([*_PAIRS, *((second, first) for first, second in _PAIRS)])
_OF_P = frozenset(one.name for one in INVARIANTS if one.origin == "P")


def dual_of(relation: Relation) -> Relation | None:
    """What a relation says of the reversed graph, that of [w0 w, w0 x].

    Returns:
        None if it is about P, which is another polynomial there; R~ is the same.

    Example:
        >>> print(dual_of(parse_relation("out_degree >= length")))
        in_degree >= length
        >>> dual_of(parse_relation("kl_1 = coatoms - f")) is None
        True
    """
    if not _OF_P.isdisjoint(name for name, _ in relation.terms):
        return None
    terms = {_REVERSED.get(name, name): c for name, c in relation.terms}
    return Relation.of(terms, relation.constant, relation.is_equality, relation.hypothesis)


_LEAST = {
    **dict.fromkeys(("length", "atoms", "coatoms", "edges", "covers", "distance", "boolean"), 1),
    **dict.fromkeys(("f", "out_degree", "in_degree", "rank_sum", "corank_sum"), 1),
    **dict.fromkeys(("kl_lead", "kl_at_1"), 1),
    **dict.fromkeys(("rank_2", "corank_2"), 0),
    **dict.fromkeys(("kl_1", "kl_2", "kl_degree", "r_1", "r_2", "r_top_2", "r_top_4"), 0),
    "nodes": 2,
}
_BY_DEFINITION = (
    "edges >= covers",  # covers are edges
    "covers >= nodes - 1",  # all but the bottom cover something
    "covers >= atoms",
    "covers >= coatoms",
    "out_degree >= atoms",
    "in_degree >= coatoms",
    "edges >= out_degree",
    "edges >= in_degree",
    "nodes >= out_degree + 1",
    "nodes >= in_degree + 1",
    "nodes >= length + 1",  # one of each rank
    "nodes >= rank_2 + 1",
    "nodes >= corank_2 + 1",
    "nodes >= atoms + 1",
    "nodes >= coatoms + 1",
    "length >= distance",
    "length >= boolean",
    "f <= covers",  # all covers generate all
    "kl_at_1 >= kl_1 + 1",  # coefficients are not negative, and the first is 1
    "kl_at_1 >= kl_2 + 1",
    "kl_at_1 >= kl_1 + kl_2 + 1",
    "kl_at_1 >= kl_lead",
    "kl_at_1 >= kl_degree",
    "2 kl_degree + 1 <= length",
    # An interval of length 1 is an edge, and only there is R~ = q; all others hold one of length 2.
    "length + r_1 >= 2",
    "boolean + r_1 >= 2",
    "f + r_1 >= 2",
    "nodes + 2 r_1 >= 4",
    "covers + 3 r_1 >= 4",
    "rank_sum + 3 r_1 >= 4",
    "corank_sum + 3 r_1 >= 4",
    "rank_sum >= length",
    "corank_sum >= length",
    "rank_sum >= nodes - 1",  # every element but the bottom has rank 1 or more
    "corank_sum >= nodes - 1",
)

DEFINITIONS: tuple[Relation, ...] = (
    *(Relation.of({name: 1}, -least) for name, least in _LEAST.items()),
    *(parse_relation(text) for text in _BY_DEFINITION),
)
"""What needs no discovery: counts are not negative, covers are edges, and so on.

That the coefficients of P are not negative is a theorem, but nobody would call it news here.
"""
