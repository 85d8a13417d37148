"""What was found so far: counts that can be added up, and the smallest counterexamples."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from data_gen.permutations import parse_permutation

__all__ = ["Counterexample", "Tally"]

DEFAULT_EXAMPLES = 10


@dataclass(frozen=True)
class Counterexample:
    """An interval at which a statement fails.

    Attributes:
        facts: Which interval, as `analysis.conjectures.subject.Subject.facts` gives it.
        intervals: How many intervals of the population it stands for.
        failures: The evidence, one for each case.
    """

    facts: Mapping[str, Any]
    intervals: int
    failures: tuple[Mapping[str, Any], ...]

    @property
    def size(self) -> tuple[Any, ...]:
        """What counterexamples are sorted by: elements, length, n, then x and w."""
        words = (parse_permutation(self.facts["x"]), parse_permutation(self.facts["w"]))
        return (self.facts["nodes"], self.facts["length"], self.facts["n"], *words)

    def to_dict(self) -> dict[str, Any]:
        """JSON-able."""
        return {**self.facts, "intervals": self.intervals, "failures": list(self.failures)}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Counterexample:
        """What `to_dict` gave."""
        facts = {k: v for k, v in content.items() if k not in ("intervals", "failures")}
        return cls(facts, content["intervals"], tuple(content["failures"]))


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

    def add(self, other: Tally) -> None:
        """Adds another one to this."""
        for name in (
            *("intervals", "graphs", "applicable"),
            *("failures", "failing_intervals", "failing_graphs"),
        ):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name, count in other.counts.items():
            self.counts[name] = self.counts.get(name, 0) + count
        self.keep(other.examples)
        for key, values in other.seen.items():
            mine = self.seen.setdefault(key, {})
            for value, (count, facts) in values.items():
                mine[value] = _joined(mine.get(value), count, facts)

    def without_classes_of(self, other: Tally) -> Tally:
        """The same without counterexamples whose isomorphism class has one in another tally."""
        known = {one.facts["iso_class"] for one in other.examples}
        left = [one for one in self.examples if one.facts["iso_class"] not in known]
        return replace(self, examples=left)

    def keep(self, examples: Iterable[Counterexample]) -> None:
        """Puts counterexamples among the smallest."""
        self.examples = sorted([*self.examples, *examples], key=lambda one: one.size)[: self.kept]

    def close(self) -> Tally:
        """Turns keys that were met with several values into counterexamples, in a new tally."""
        closed = Tally(
            *(self.intervals, self.graphs, self.applicable),
            *(self.failures, self.failing_intervals, self.failing_graphs),
            *(dict(self.counts), list(self.examples), self.kept),
        )
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
        content = {**vars(self), "examples": [one.to_dict() for one in self.examples]}
        return content if self.seen else {k: v for k, v in content.items() if k != "seen"}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Tally:
        """What `to_dict` gave."""
        examples = [Counterexample.from_dict(one) for one in content["examples"]]
        return cls(**{**content, "examples": examples})


def as_key(value: Any) -> str:
    """A JSON-able value as text, the same for equal values.

    Example:
        >>> as_key((1, 2)) == as_key([1, 2])
        True
    """
    return json.dumps(value, sort_keys=True)


def _joined(mine: list[Any] | None, count: int, facts: Mapping[str, Any]) -> list[Any]:
    if mine is None:
        return [count, facts]
    first = min(mine[1], facts, key=lambda one: Counterexample(one, 0, ()).size)
    return [mine[0] + count, first]


def _disagreement(key: str, values: Mapping[str, list[Any]]) -> Counterexample:
    """The smallest interval with a key, against those of other values."""
    ordered = sorted(values.items(), key=lambda item: Counterexample(item[1][1], 0, ()).size)
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
