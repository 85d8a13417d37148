"""What was found so far: counts that can be added up, and the smallest intervals to name."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from data_gen.permutations import parse_permutation

__all__ = ["Counterexample", "Tally", "Undecided"]

DEFAULT_EXAMPLES = 10
MOST_UNDECIDED = 10_000
"""So many intervals are named on which an exception was raised; all of them are counted."""

_RARE = ("seen", "undecided", "undecided_intervals")
"""What is written down only where there is some."""

Named = TypeVar("Named", "Counterexample", "Undecided")


@dataclass(frozen=True)
class Counterexample:
    """An interval at which a statement fails.

    Attributes:
        facts: Which interval, as `analysis.conjectures.subject.Subject.facts` gives it.
        intervals: How many intervals of the population it stands for.
        failures: The evidence, one for each case.

    Example:
        >>> facts = {"n": 4, "x": "1324", "w": "3412", "length": 3, "nodes": 10}
        >>> Counterexample(facts, 2, ({"expected": True, "found": False},)).size
        (10, 3, 4, (1, 3, 2, 4), (3, 4, 1, 2))
    """

    facts: Mapping[str, Any]
    intervals: int
    failures: tuple[Mapping[str, Any], ...]

    @property
    def size(self) -> tuple[Any, ...]:
        """What counterexamples are sorted by: elements, length, n, then x and w."""
        return _size(self.facts)

    def to_dict(self) -> dict[str, Any]:
        """JSON-able."""
        return {**self.facts, "intervals": self.intervals, "failures": list(self.failures)}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Counterexample:
        """What `to_dict` gave."""
        facts = {k: v for k, v in content.items() if k not in ("intervals", "failures")}
        return cls(facts, content["intervals"], tuple(content["failures"]))


@dataclass(frozen=True)
class Undecided:
    """An interval on which the function of a statement raised an exception.

    Attributes:
        facts: Which interval: n, x, w, length, nodes, iso_class.
        intervals: How many intervals of the population it stands for.
        error: What was raised, and in which line of the user's file.

    Example:
        >>> facts = {"n": 2, "x": "12", "w": "21", "length": 1, "nodes": 2}
        >>> one = Undecided(facts, 1, "line 4: ZeroDivisionError: division by zero")
        >>> Undecided.from_dict(one.to_dict()).error
        'line 4: ZeroDivisionError: division by zero'
    """

    facts: Mapping[str, Any]
    intervals: int
    error: str

    @property
    def size(self) -> tuple[Any, ...]:
        """What they are sorted by, as counterexamples are."""
        return _size(self.facts)

    def to_dict(self) -> dict[str, Any]:
        """JSON-able."""
        return {**self.facts, "intervals": self.intervals, "error": self.error}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Undecided:
        """What `to_dict` gave."""
        facts = {k: v for k, v in content.items() if k not in ("intervals", "error")}
        return cls(facts, content["intervals"], content["error"])


@dataclass
class Tally:
    """Sums over intervals; two of them can be added.

    Attributes:
        intervals: How many intervals were covered.
        graphs: How many were looked at: one for each isomorphism class where that is enough.
        applicable: How many of the intervals the statement says something about.
        failures: How many cases fail.
        failing_intervals: In how many intervals.
        failing_graphs: In how many of those looked at.
        counts: How many cases there were, by what they are.
        examples: The smallest counterexamples, smallest first.
        kept: How many of them are kept.
        seen: Of a determination: for each key, as text, the values met: each with the number of
            intervals and the first of them.
        undecided_intervals: On how many intervals the function raised an exception.
        undecided: They, smallest first; at most `MOST_UNDECIDED`.

    Example:
        >>> tally = Tally(intervals=13, applicable=13)
        >>> tally.add(Tally(intervals=189, applicable=152, failures=2, failing_intervals=2))
        >>> tally.intervals, tally.applicable, tally.failures
        (202, 165, 2)
    """

    intervals: int = 0
    graphs: int = 0
    applicable: int = 0
    failures: int = 0
    failing_intervals: int = 0
    failing_graphs: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    examples: list[Counterexample] = field(default_factory=list)
    kept: int = DEFAULT_EXAMPLES
    seen: dict[str, dict[str, list[Any]]] = field(default_factory=dict)
    undecided_intervals: int = 0
    undecided: list[Undecided] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Adds another one to this."""
        for name in (
            *("intervals", "graphs", "applicable"),
            *("failures", "failing_intervals", "failing_graphs", "undecided_intervals"),
        ):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name, count in other.counts.items():
            self.counts[name] = self.counts.get(name, 0) + count
        self.keep(other.examples)
        if other.undecided:
            self.undecided = _smallest([*self.undecided, *other.undecided], MOST_UNDECIDED)
        for key, values in other.seen.items():
            mine = self.seen.setdefault(key, {})
            for value, (count, facts) in values.items():
                mine[value] = _joined(mine.get(value), count, facts)

    def without_classes_of(self, other: Tally) -> Tally:
        """The same without naming intervals whose isomorphism class another tally names."""
        return replace(
            self,
            examples=_new_classes(self.examples, other.examples),
            undecided=_new_classes(self.undecided, other.undecided),
        )

    def keep(self, examples: Iterable[Counterexample]) -> None:
        """Puts counterexamples among the smallest."""
        self.examples = _smallest([*self.examples, *examples], self.kept)

    def close(self) -> Tally:
        """Turns keys that were met with several values into counterexamples, in a new tally."""
        closed = replace(self, counts=dict(self.counts), examples=list(self.examples), seen={})
        if not self.seen:
            return closed
        closed.counts["keys"] = len(self.seen)
        found = []
        for key, values in self.seen.items():
            if len(values) > 1:
                found.append(_disagreement(key, values))
        closed.failures += len(found)
        closed.failing_graphs += len(found)
        closed.failing_intervals += sum(one.intervals for one in found)
        closed.keep(found)
        return closed

    def to_dict(self) -> dict[str, Any]:
        """JSON-able, and all of it: what goes into the journal."""
        content = {
            **vars(self),
            "examples": [one.to_dict() for one in self.examples],
            "undecided": [one.to_dict() for one in self.undecided],
        }
        return {k: v for k, v in content.items() if v or k not in _RARE}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Tally:
        """What `to_dict` gave."""
        examples = [Counterexample.from_dict(one) for one in content["examples"]]
        undecided = [Undecided.from_dict(one) for one in content.get("undecided", ())]
        return cls(**{**content, "examples": examples, "undecided": undecided})


def as_key(value: Any) -> str:
    """A JSON-able value as text, the same for equal values.

    Example:
        >>> as_key((1, 2)) == as_key([1, 2])
        True
    """
    return json.dumps(value, sort_keys=True)


def _size(facts: Mapping[str, Any]) -> tuple[Any, ...]:
    """What intervals are sorted by: elements, length, n, then x and w."""
    words = (parse_permutation(facts["x"]), parse_permutation(facts["w"]))
    return (facts["nodes"], facts["length"], facts["n"], *words)


def _smallest(named: Iterable[Named], most: int) -> list[Named]:
    return sorted(named, key=lambda one: one.size)[:most]


def _new_classes(named: Iterable[Named], others: Iterable[Named]) -> list[Named]:
    known = {one.facts["iso_class"] for one in others}
    return [one for one in named if one.facts["iso_class"] not in known]


def _joined(mine: list[Any] | None, count: int, facts: Mapping[str, Any]) -> list[Any]:
    if mine is None:
        return [count, facts]
    first = min(mine[1], facts, key=_size)
    return [mine[0] + count, first]


def _disagreement(key: str, values: Mapping[str, list[Any]]) -> Counterexample:
    """The smallest interval with a key, against those of other values."""
    ordered = sorted(values.items(), key=lambda item: _size(item[1][1]))
    (value, (_, facts)), *others = ordered
    failures = tuple(
        {
            "key": json.loads(key),
            "value": json.loads(value),
            "other_value": json.loads(other),
            "other_interval": dict(there),
        }
        for other, (_, there) in others
    )
    return Counterexample(facts, sum(count for count, _ in values.values()), failures)
