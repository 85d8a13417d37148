"""The page that a person reads: what survived, what is known of it, what was refuted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from analysis.discovery.hypotheses import find_hypothesis
from analysis.discovery.invariants import INVARIANTS
from analysis.discovery.refute import Trial, Witness
from analysis.discovery.relations import Relation
from analysis.discovery.results import Discoveries, Discovery, Tally

__all__ = ["page_of"]

_SHOWN_REFUTED = 3
_PREFERRED = ("kl_", "r_")  # an equality says what such a coefficient is


def page_of(found: Discoveries, everything: bool = False) -> str:
    """The result as text.

    Args:
        found: What a search found.
        everything: Whether to show inequalities that are not sharp, and all that was refuted.

    Example:
        >>> from analysis.discovery.results import Budget
        >>> from analysis.discovery.run import discover
        >>> budget = Budget(terms=1, rounds=0, larger=(4,), samples=(), polynomials=())
        >>> page = page_of(discover([3], ["P=1"], budget))
        >>> for line in page[page.index("== P = 1 ==") :].splitlines()[:8]:
        ...     print(line)
        == P = 1 ==
        58 proposed from 3 classes, 31 refuted, 25 implied by others.
          Known:
            corank_sum = edges
                smooth, at every element (J. Carrell and D. Peterson 1994, V. Deodhar 1985)
                no exception in 10 classes
            length = out_degree
                smooth, at the bottom (J. Carrell and D. Peterson 1994, V. Deodhar 1985)
    """
    return "\n".join(_lines(found, everything)) + "\n"


def _lines(found: Discoveries, everything: bool) -> Iterator[str]:
    made_from = " and ".join(f"S_{n}" for n in found.ns)
    (_, classes), *others = found.tables
    yield f"Relations made from the {classes} isomorphism classes of {made_from}."
    if others:
        yield "Tried on:"
        yield from (f"  {where}: {count:,} classes" for where, count in others)
    for tally in found.tallies:
        yield from _of_hypothesis(found, tally, everything)
    shown = [one for one in found.found if everything or one.is_sharp]
    yield from _legend(one.relation for one in shown)


def _of_hypothesis(found: Discoveries, tally: Tally, everything: bool) -> Iterator[str]:
    here = [one for one in found.found if one.relation.hypothesis == tally.hypothesis]
    new = [one for one in here if not one.known_as]
    shown = [one for one in new if everything or one.is_sharp]
    known = [one for one in here if one.known_as]
    yield ""
    title = find_hypothesis(tally.hypothesis).words
    yield f"== {title[0].upper()}{title[1:]} =="
    yield (
        f"{tally.proposed} proposed from {tally.classes} classes, {tally.refuted} refuted, "
        f"{tally.implied} implied by others."
    )
    yield from _block("Survives, and is not in our list:", shown)
    yield from _block("Known:", known)
    if len(new) > len(shown):
        yield (
            f"  {len(new) - len(shown)} more survive that are hardly ever equalities, or hold for "
            "permuted labels as well (--all)."
        )
    yield from _refutations(found, tally.hypothesis, everything)


def _block(title: str, found: list[Discovery]) -> Iterator[str]:
    if not found:
        return
    yield f"  {title}"
    for one in found:
        dual = "" if one.dual is None else f"    dual: {_solved(one.dual)}"
        yield f"    {_solved(one.relation)}{dual}"
        yield from (f"        {remark}" for remark in _remarks(one))


def _remarks(one: Discovery) -> Iterator[str]:
    if one.known_as:
        sources = f" ({'; '.join(one.sources)})" if one.sources else ""
        yield f"{', '.join(one.known_as)}{sources}"
    mended = "; mended with counterexamples" if one.mended else ""
    if one.relation.is_equality:
        yield f"no exception in {one.tried:,} classes{mended}"
    else:
        tight = f"equality in {one.tight_share:.0%} of {one.tried:,} classes{mended}"
        yield f"{tight}: {', '.join(_interval(witness) for witness in _examples(one.trials))}"
    if one.baseline is not None:
        many = f"{one.baseline.everywhere} of {one.baseline.permutations}"
        yield f"labels permuted: right on {one.baseline.expected_share:.1%}, everywhere in {many}"


def _examples(trials: Iterable[Trial]) -> list[Witness]:
    """Where it is tight: the smallest of the least length, of a middle one and of the largest."""
    by_length: dict[int, Witness] = {}
    for trial in trials:
        for witness in trial.tight:
            by_length.setdefault(witness.length, witness)
    lengths = sorted(by_length)
    # [12, 21] says little, if there is more.
    longer = [length for length in lengths if length > 1] or lengths
    places = sorted({0, len(longer) // 2, len(longer) - 1}) if longer else []
    return [by_length[longer[k]] for k in places]


def _interval(witness: Witness) -> str:
    return f"l = {witness.length} [{witness.x}, {witness.w}]"


def _refutations(found: Discoveries, hypothesis: str, everything: bool) -> Iterator[str]:
    refuted = [one for one in found.refuted if one[0].hypothesis == hypothesis]
    refuted.sort(key=lambda one: (not one[0].is_equality, one[0].complexity))
    shown = refuted if everything else refuted[:_SHOWN_REFUTED]
    if shown:
        yield "  Refuted, the simplest first:"
    for relation, trial in shown:
        if trial.smallest is not None:
            values = ", ".join(f"{name} {value}" for name, value in trial.smallest.values.items())
            yield (
                f"    {_solved(relation)}    fails on [{trial.smallest.x}, {trial.smallest.w}], "
                f"{trial.smallest.nodes} elements: {values}"
            )
    if len(refuted) > len(shown):
        yield f"    and {len(refuted) - len(shown)} more (--all)"


def _solved(relation: Relation) -> str:
    """An equality solved for a coefficient of a polynomial, if it has one."""
    solved = [
        (name, c)
        for prefix in _PREFERRED
        for name, c in relation.terms
        if relation.is_equality and name.startswith(prefix) and abs(c) == 1
    ]
    if not solved or len(relation.terms) == 1:
        return str(relation)
    name, sign = solved[0]
    rest = Relation(
        tuple((other, -sign * c) for other, c in relation.terms if other != name),
        -sign * relation.constant,
        True,
    )
    return f"{name} = {rest.sum_text()}"


def _legend(shown: Iterable[Relation]) -> Iterator[str]:
    used = {name for relation in shown for name, _ in relation.terms}
    meanings = [(one.name, one.meaning) for one in INVARIANTS if one.name in used]
    if meanings:
        yield ""
        width = max(len(name) for name, _ in meanings)
        yield from (f"{name:{width}}  {meaning}" for name, meaning in meanings)
