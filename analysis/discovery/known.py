"""Names for what is known already. No search looks here: results are labelled afterwards.

`tests/analysis/discovery` checks that none of the modules that search imports this one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.discovery.hypotheses import find_hypothesis
from analysis.discovery.invariants import DEFINITIONS, dual_of
from analysis.discovery.reduce import derivation
from analysis.discovery.relations import Relation, parse_relation

__all__ = ["KNOWN", "KnownRelation", "names_of", "sources_of"]


@dataclass(frozen=True)
class KnownRelation:
    """A relation with a name and a source.

    Example:
        >>> one = KNOWN[0]
        >>> one.name, str(one.relation), one.source.split(";")[0]
        ('coefficient of q', 'coatoms = f + kl_1', 'L. Patimo, arXiv:1811.08184')
    """

    name: str
    relation: Relation
    source: str


def _known(name: str, text: str, source: str, hypothesis: str = "") -> KnownRelation:
    return KnownRelation(name, parse_relation(text, hypothesis), source)


_PATIMO = "L. Patimo, arXiv:1811.08184; from the recursion of P and R"
_DEODHAR = "Deodhar's inequality: M. Dyer 1993, P. Polo 1994"
_CARRELL = "J. Carrell and D. Peterson 1994, V. Deodhar 1985"
_LOWEST = "M. Dyer 1993: the lowest degree of R~ is d, and its degrees have the parity of l"
_TWO = "M. Dyer 1993: there are none or two directed paths of two edges"
_SHAPE = "A. Bjorner, T. Ekedahl, arXiv:math/0508022"
_TENNER = "[e, c] for c a product of the simple reflections below w: B. Tenner, arXiv:math/0604322"
_COUNT = "w has l(w) reflections t with wt < w"

KNOWN: tuple[KnownRelation, ...] = (
    _known("coefficient of q", "kl_1 = coatoms - f", _PATIMO),
    _known("f from R~", "f = length - r_top_2", _PATIMO),
    _known(
        "coefficient of q of the dual", "atoms >= f", "[q]P >= 0 for the dual, which has this f"
    ),
    _known("Deodhar", "out_degree >= length", _DEODHAR),
    _known("Deodhar, dual", "in_degree >= length", _DEODHAR),
    _known("Deodhar at every element", "edges >= corank_sum", _DEODHAR),
    _known("Deodhar at every element, dual", "edges >= rank_sum", _DEODHAR),
    _known("coefficient of q, lower", "f = atoms", "M. Dyer 1997; [q]P_{e,w}", "lower"),
    _known("reflections below", "in_degree = length", _COUNT, "lower"),
    _known("reflections below every element", "edges = rank_sum", _COUNT, "lower"),
    _known("smooth, at the bottom", "out_degree = length", _CARRELL, "P=1"),
    _known("smooth, at every element", "edges = corank_sum", _CARRELL, "P=1"),
    _known("R~ is q^l", "r_top_2 = 0", _LOWEST, "d=l"),
    _known("R~ is q^l, further down", "r_top_4 = 0", _LOWEST, "d=l"),
    _known("distance 1 is an edge", "distance + r_1 >= 2", _LOWEST),
    _known("two paths", "r_1 + r_2 <= 1", _TWO),
    _known("shape of lower intervals", "corank_2 >= rank_2", _SHAPE, "lower"),
    _known("shape of lower intervals, at the ends", "coatoms >= atoms", _SHAPE, "lower"),
    _known("Boolean below w", "boolean >= atoms", _TENNER, "lower"),
    _known("regular: P is 1 for the dual too", "atoms = f", _CARRELL, "regular"),
    *(
        _known("regular: P is 1", text, _CARRELL, "regular")
        for text in ("kl_at_1 = 1", "kl_lead = 1", "kl_degree = 0")
    ),
    _known("regular: edges", "edges = rank_sum", "every element has l edges", "regular"),
    _known("regular: edges, dual", "edges = corank_sum", "every element has l edges", "regular"),
)
"""What the search has to find by itself, and labels for the rest."""


def sources_of(names: Sequence[str]) -> tuple[str, ...]:
    """Where known relations stand, by their names.

    Example:
        >>> sources_of(["coefficient of q"])
        ('L. Patimo, arXiv:1811.08184; from the recursion of P and R',)
    """
    by_name = {one.name: one.source for one in KNOWN}
    return tuple(dict.fromkeys(by_name[name] for name in names if name in by_name))


def names_of(relation: Relation) -> tuple[str, ...]:
    """The known relations that a relation is, or follows from by linear combination.

    Args:
        relation: What was found.

    Returns:
        One name if it is a known relation; otherwise those that it is a combination of, with
        definitions; () if it is none.

    Example:
        >>> names_of(parse_relation("length <= out_degree"))
        ('Deodhar',)
        >>> names_of(parse_relation("kl_1 + length = coatoms + r_top_2"))
        ('coefficient of q', 'f from R~')
        >>> names_of(parse_relation("boolean >= 2 kl_degree"))
        ()
    """
    usable = [one for one in KNOWN if one.relation.hypothesis in ("", relation.hypothesis)]
    same = [one.name for one in usable if one.relation.under("") == relation.under("")]
    if same:
        return tuple(same[:1])
    by_relation = {one.relation: one.name for one in reversed(usable)}
    for one in usable:
        dual = dual_of(one.relation)
        if dual is not None and find_hypothesis(one.relation.hypothesis).is_self_dual:
            by_relation.setdefault(dual, one.name)
    given = find_hypothesis(relation.hypothesis).definitions
    factors = derivation(relation, (*DEFINITIONS, *given, *by_relation))
    if factors is None:
        return ()
    used = [by_relation[one] for one in factors if one in by_relation]
    return tuple(sorted(set(used))) or ("definition",)
