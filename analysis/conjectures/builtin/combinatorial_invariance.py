"""Combinatorial invariance: isomorphic intervals have equal polynomials.

Example:
    The two 4-crowns of S_4.

    >>> one, other = Subject("1324", "3412"), Subject("2143", "4231")
    >>> combinatorial_invariance.key(one) == combinatorial_invariance.key(other)
    True
    >>> polynomials(one), polynomials(other)
    ([[1, 1], [0, 0, 0, 1]], [[1, 1], [0, 0, 0, 1]])
"""

from __future__ import annotations

from analysis.conjectures.base import determination
from analysis.conjectures.subject import Subject

__all__ = ["combinatorial_invariance", "polynomials"]


def polynomials(interval: Subject) -> list[list[int]]:
    """P and R~."""
    return [list(interval.kl), list(interval.r_tilde)]


@determination(
    "combinatorial-invariance",
    "The isomorphism class of the unlabelled Bruhat graph of [x,w] determines P and R~.",
    value=polynomials,
    source="G. Lusztig; M. Dyer (1987)",
    status="announced",
    note="Proved for lower intervals, in type A up to length 10 (flipclasses, "
    "arXiv:2402.13097), and for the "
    "coefficient of q in every Coxeter group (arXiv:2601.07793). Announced in full, September "
    "2026, not yet refereed (openai/math, with a Lean formalisation).",
)
def combinatorial_invariance(interval: Subject) -> str:
    """The name of the isomorphism class."""
    return interval.certificate
