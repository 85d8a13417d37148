"""A relation between invariants as a conjecture, so that it can be tested like any other."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from analysis.conjectures.base import Conjecture, Outcome
from analysis.conjectures.registry import conjectures_of_text
from analysis.conjectures.subject import Subject
from analysis.discovery.hypotheses import find_hypothesis
from analysis.discovery.invariants import INVARIANTS, NAMES, Facts
from analysis.discovery.relations import parse_relation
from data_gen.errors import UsageError

__all__ = ["claim", "claimed"]

_SPOKEN = ((">=", "ge"), ("<=", "le"), ("=", "eq"), ("+", "plus"), ("-", "minus"))
_IF = re.compile(r"\s+if\s+")
_BY_NAME = {one.name: one for one in INVARIANTS}


def claim(text: str) -> Conjecture:
    """Makes a conjecture out of "kl_1 = coatoms - f", or "f >= distance if atoms=coatoms".

    Args:
        text: A relation as `analysis.discovery.relations.parse_relation` reads it; after "if" the
            name of a hypothesis, of those that can be read off one interval.

    Raises:
        UsageError: If it cannot be read, or has a name that is no invariant.

    Example:
        >>> from analysis.conjectures import Scope, examine
        >>> examine(claim("f >= distance if atoms=coatoms"), Scope((4,))).holds
        True
    """
    statement, *conditions = _IF.split(text.strip())
    if len(conditions) > 1:
        raise UsageError(f"{text!r}: write one hypothesis after one 'if'.")
    hypothesis = find_hypothesis(conditions[0] if conditions else "")
    if hypothesis.name == "lower":
        raise UsageError(
            f"{text!r}: one graph does not say whether it is isomorphic to some [e, w]; "
            "`conjecture discover` tells, or a conjecture of your own about permutations."
        )
    relation = parse_relation(statement, hypothesis.name)
    relation.vector(NAMES)  # refuses what is no invariant

    def check(interval: Subject) -> Outcome:
        facts = Facts(interval.bits, interval.kl, interval.r_tilde)
        if hypothesis.name and not hypothesis.test(_OneInterval(interval, facts))[0]:
            return Outcome.not_applicable()
        values = {name: _BY_NAME[name].of(facts) for name, _ in relation.terms}
        total = sum(c * values[name] for name, c in relation.terms) + relation.constant
        if total == 0 or (total > 0 and not relation.is_equality):
            return Outcome()
        return Outcome.of([values])

    spoken = text.lower()
    for sign, word in _SPOKEN:
        spoken = spoken.replace(sign, f" {word} ")
    slug = re.sub(r"[^a-z0-9_]+", "-", spoken).strip("-")
    words = f"{relation}" + (f", if {hypothesis.words}" if hypothesis.name else "")
    return Conjecture(slug, words, source="the command line", check=check)


def claimed(text: str) -> Conjecture:
    """The same as if it stood in a file, so that other processes find it too.

    Args:
        text: As for `claim`.

    Raises:
        UsageError: As for `claim`.

    Example:
        >>> one = claimed("kl_1 = 0")
        >>> one.name
        'kl_1-eq-0'
        >>> print(one.file[1])
        from analysis.discovery.claims import claim
        <BLANKLINE>
        claimed = claim('kl_1 = 0')
        <BLANKLINE>
    """
    claim(text)  # whatever is wrong with it is said here
    lines = f"from analysis.discovery.claims import claim\n\nclaimed = claim({text!r})\n"
    return conjectures_of_text(lines, f"{text}")[0]


class _OneInterval:
    """The columns of a table with one row, computed when they are asked for."""

    def __init__(self, interval: Subject, facts: Facts) -> None:
        self._interval, self._facts = interval, facts

    def __len__(self) -> int:
        return 1

    def __getitem__(self, name: str) -> NDArray[np.int64]:
        return np.array([_BY_NAME[name].of(self._facts)], dtype=np.int64)

    @property
    def is_lower(self) -> NDArray[np.bool_]:
        """One interval does not say."""
        raise NotImplementedError

    @property
    def is_regular(self) -> NDArray[np.bool_]:
        """Whether all vertices have as many edges as the interval is long."""
        graph = self._interval.graph
        return np.array([(graph.in_degrees + graph.out_degrees == graph.length).all()])
