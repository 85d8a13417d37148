"""What a conjecture is: a name, a statement, a source, a status, and a function of an interval.

There are two forms. A *check* looks at one interval at a time and says holds, fails or not
applicable. A *determination* says that one thing decides another: any two intervals with the same
`key` have the same `value`; combinatorial invariance is one, with the isomorphism class as key and
the polynomials as value.

Nearly all statements are about the unlabelled graph and are put to one interval of each isomorphism
class. One that looks at the permutations says ``about="labels"`` and is put to every interval.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

from data_gen.errors import UsageError

if TYPE_CHECKING:
    from analysis.conjectures.subject import Subject

__all__ = ["About", "Conjecture", "Outcome", "Status", "conjecture", "determination"]

About = Literal["graph", "labels"]
"""Whether a statement reads the unlabelled graph only, or the permutations too."""

Status = Literal["theorem", "announced", "conjecture", "observed", "refuted"]
"""Proved; proof not yet refereed; open; seen on all data, claimed by nobody; a counterexample."""


@dataclass(frozen=True)
class Outcome:
    """What a check found at one interval.

    Attributes:
        failures: One JSON-able piece of evidence for each case that fails, usually with the keys
            ``expected`` and ``found`` and where: a vertex, a decomposition.
        counts: How many cases were looked at, by what they are: ``{"decompositions": 6}``.
        applies: False if the statement says nothing about this interval.

    Example:
        >>> Outcome(({"expected": 1, "found": 2},), {"edges": 3}).holds
        False
        >>> Outcome.not_applicable().applies
        False
    """

    failures: tuple[Mapping[str, Any], ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    applies: bool = True

    @property
    def holds(self) -> bool:
        """Whether no case fails."""
        return not self.failures

    @classmethod
    def of(cls, failures: Iterable[Mapping[str, Any]] = (), **counts: int) -> Outcome:
        """From the evidence of the cases that fail and the number of all.

        Example:
            >>> Outcome.of([], edges=3)
            Outcome(failures=(), counts={'edges': 3}, applies=True)
        """
        return cls(tuple(failures), counts)

    @classmethod
    def equal(cls, expected: Any, found: Any, **where: Any) -> Outcome:
        """Of one comparison; `where` is added to the evidence.

        Example:
            >>> Outcome.equal(2, 2).holds, Outcome.equal([1], [2], vertex="132").failures
            (True, ({'expected': [1], 'found': [2], 'vertex': '132'},))
        """
        if expected == found:
            return cls()
        return cls(({"expected": expected, "found": found, **where},))

    @classmethod
    def not_applicable(cls) -> Outcome:
        """The statement says nothing about this interval."""
        return cls(applies=False)

    @classmethod
    def read(cls, answer: Any) -> Outcome:
        """What a check may return: an `Outcome`, a truth value, or None for not applicable.

        Raises:
            UsageError: If it is something else.

        Example:
            >>> Outcome.read(None).applies, Outcome.read(False).holds
            (False, False)
        """
        if isinstance(answer, cls):
            return answer
        if answer is None:
            return cls.not_applicable()
        if isinstance(answer, bool) or type(answer).__name__ in ("bool", "bool_"):
            return cls() if answer else cls(({},))
        raise UsageError(
            f"it returned {answer!r}: a check returns True, False, None (not applicable) or an "
            "Outcome."
        )


@dataclass(frozen=True)
class Conjecture:
    """A statement that can be put to the test.

    Attributes:
        name: What `klgnn conjecture test` is called with: lower case, hyphens.
        statement: In words.
        source: Who says so: author, year, arXiv number; or the user.
        status: One of `Status`.
        check: Of one interval; None for a determination.
        key: Of a determination: what decides. Any JSON-able value.
        value: Of a determination: what is decided. Any JSON-able value.
        about: Whether it reads the permutations.
        note: What is known beyond the status, in a sentence or two.
        recheck: The name of the function of `analysis.conjectures.rechecks` that decides a
            counterexample again without this package; empty if there is none.
        score: Of one interval at which the check holds: a finite number, the higher the closer to
            failing, for `klgnn conjecture search`; None if there is no such thing.
        file: The name and the text of the user's file that it comes from, or None.

    Raises:
        UsageError: If the name cannot be one, or it has neither form, or both.

    Example:
        >>> even = Conjecture("even", "the length is even", check=lambda s: s.length % 2 == 0)
        >>> even.status, even.is_determination
        ('conjecture', False)
    """

    name: str
    statement: str
    source: str = ""
    status: str = "conjecture"
    check: Callable[[Subject], Any] | None = None
    key: Callable[[Subject], Any] | None = None
    value: Callable[[Subject], Any] | None = None
    about: str = "graph"
    note: str = ""
    recheck: str = ""
    score: Callable[[Subject], float] | None = field(default=None, repr=False)
    file: tuple[str, str] | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuses what could never run."""
        name = self.name
        if not name or not all(c.isalnum() or c in "-_." for c in name) or name.endswith(".py"):
            raise UsageError(
                f"{name!r} is no name of a conjecture: letters, digits and hyphens, such as my-idea"
            )
        if self.about not in get_args(About):
            known = ", ".join(get_args(About))
            raise UsageError(f"{name}: about = {self.about!r} is none of {known}.")
        if self.status not in get_args(Status):
            known = ", ".join(get_args(Status))
            raise UsageError(f"{name}: status = {self.status!r} is none of {known}.")
        given = (self.check is not None, self.key is not None, self.value is not None)
        if given not in ((True, False, False), (False, True, True)):
            raise UsageError(f"{name}: give it either a check, or a key and a value.")

    @property
    def is_determination(self) -> bool:
        """Whether it says that a key decides a value."""
        return self.check is None

    def outcome(self, subject: Subject) -> Outcome:
        """Checks one interval.

        Raises:
            UsageError: If it is a determination, which takes two intervals, or the check returns
                what is no answer.
        """
        if self.check is None:
            raise UsageError(f"{self.name} compares intervals: one alone says nothing.")
        return Outcome.read(self.check(subject))

    def to_dict(self) -> dict[str, Any]:
        """What can be shown of it."""
        shown = ("name", "statement", "source", "status", "note", "about")
        return {name: getattr(self, name) for name in shown}


def conjecture(
    name: str,
    statement: str,
    source: str = "",
    status: str = "conjecture",
    about: str = "graph",
    note: str = "",
    recheck: str = "",
    score: Callable[[Subject], float] | None = None,
) -> Callable[[Callable[[Subject], Any]], Conjecture]:
    """Makes a conjecture out of a function of one interval.

    The function returns True, False, None where the statement says nothing, or an `Outcome`.

    Args:
        name: See `Conjecture`, as for all others.
        statement: In words.
        source: Who says so.
        status: One of `Status`.
        about: "graph", or "labels" if the function looks at permutations.
        note: What else is known.
        recheck: See `Conjecture`.
        score: See `Conjecture`.

    Example:
        >>> @conjecture("few-coatoms", "an interval has at most as many coatoms as elements")
        ... def few_coatoms(interval):
        ...     return interval.coatoms <= interval.num_nodes
        >>> few_coatoms.name
        'few-coatoms'
    """

    def decorate(check: Callable[[Subject], Any]) -> Conjecture:
        return Conjecture(
            *(name, statement, source, status, check, None, None, about, note, recheck, score)
        )

    return decorate


def determination(
    name: str,
    statement: str,
    value: Callable[[Subject], Any],
    source: str = "",
    status: str = "conjecture",
    about: str = "graph",
    note: str = "",
) -> Callable[[Callable[[Subject], Any]], Conjecture]:
    """Makes "the key decides the value" out of the function that gives the key.

    Args:
        name: See `Conjecture`.
        statement: In words.
        value: What is decided.
        source: Who says so.
        status: One of `Status`.
        about: "graph", or "labels" if a function looks at permutations.
        note: What else is known.

    Example:
        >>> @determination("by-size", "the rank sizes decide P", value=lambda s: s.kl)
        ... def by_size(interval):
        ...     return interval.rank_sizes
        >>> by_size.is_determination
        True
    """

    def decorate(key: Callable[[Subject], Any]) -> Conjecture:
        return Conjecture(
            name, statement, source, status, key=key, value=value, about=about, note=note
        )

    return decorate
