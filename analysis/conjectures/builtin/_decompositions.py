"""What the statements about hypercube decompositions share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from analysis.conjectures.base import Outcome
from analysis.conjectures.subject import Subject

if TYPE_CHECKING:
    from analysis.formulas.hypercube_decompositions import HypercubeDecomposition

__all__ = ["bbdvw_evidence", "each", "h_tilde_evidence", "join_strong", "standard"]

Evidence = Mapping[str, Any] | None


def each(
    interval: Subject,
    decompositions: Iterable[HypercubeDecomposition],
    evidence: Callable[[HypercubeDecomposition], Evidence],
) -> Outcome:
    """Looks at decompositions one by one; `evidence` is None where the statement holds."""
    failures, count = [], 0
    for one in decompositions:
        count += 1
        found = evidence(one)
        if found is not None:
            failures.append({"z": interval.name(one.z), **found})
    return Outcome.of(failures, decompositions=count)


def join_strong(interval: Subject) -> Iterator[HypercubeDecomposition]:
    """The join-strong decompositions."""
    return (one for one in interval.decompositions if one.is_join_strong)


def standard(interval: Subject) -> list[HypercubeDecomposition]:
    """The distinct standard decompositions; reads the permutations.

    Raises:
        LookupError: If one of the four sets is no hypercube decomposition.
    """
    from analysis.decompositions import standard_decompositions

    tops = sorted({one.z for one in standard_decompositions(interval.interval)})
    by_top = {one.z: one for one in interval.decompositions}
    if missing := [interval.name(z) for z in tops if z not in by_top]:
        raise LookupError(f"z = {missing[0]} gives no hypercube decomposition")
    return [by_top[z] for z in tops]


def h_tilde_evidence(interval: Subject, one: HypercubeDecomposition) -> Evidence:
    """Whether H~ gives R~; if not, what it gives."""
    from analysis.formulas.r_tilde import r_tilde_by_h_tilde

    from_bottom = interval.exact.r_tilde_from(0)
    found = r_tilde_by_h_tilde(one, from_bottom.__getitem__)
    if found == interval.r_tilde:
        return None
    return {
        "expected": list(interval.r_tilde),
        "found": list(found),
        "join_strong": one.is_join_strong,
    }


def bbdvw_evidence(interval: Subject, one: HypercubeDecomposition) -> Evidence:
    """Whether Q + J is the q-derived polynomial of P; if not, what it gives."""
    from analysis.formulas.bbdvw import kl_by_bbdvw

    pieces = kl_by_bbdvw(one, interval.kl_between)
    if pieces.is_consistent and pieces.polynomial == interval.kl:
        return None
    return {
        "expected": list(interval.kl),
        "found": list(pieces.polynomial),
        "hypercube_piece": list(pieces.hypercube),
        "inductive_piece": list(pieces.inductive),
        "join_strong": one.is_join_strong,
    }
