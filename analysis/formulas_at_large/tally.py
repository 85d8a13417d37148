"""What was found on many intervals, added up in any order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from analysis.formulas_at_large.interval import FORMULAS, Found

__all__ = ["Failure", "Tally"]

_FEW = {"shortcut-formula": 20, "amazing": 20, "double-shortcuts-other": 20}
_ALL = 100_000
"""How many failures of a formula are kept, the smallest; the three fail wherever another does."""

Pair = list[int]


class Failure(NamedTuple):
    """A decomposition on which a formula fails, smallest first.

    Attributes:
        nodes: How many elements the interval has.
        m: It lies in S_m.
        x: The lexicographic rank of the bottom.
        w: That of the top.
        z: The vertex, or the two of a pair of decompositions.
        intervals: How many intervals this one stands for.

    Example:
        Two decompositions of [1324, 3412] in S_4, the ranks of whose ends are 2 and 16:

        >>> sorted([Failure(10, 4, 2, 16, (7,), 2), Failure(10, 4, 2, 16, (5,), 2)])[0].z
        (5,)
    """

    nodes: int
    m: int
    x: int
    w: int
    z: tuple[int, ...]
    intervals: int


@dataclass
class Tally:
    """Numbers, each for the intervals that were looked at and for all that they stand for.

    Attributes:
        counts: "intervals", "decompositions", "join-strong", "standard", "undecomposed".
        tried: How often each formula was tried.
        failed: How often it failed.
        failures: Where; the smallest of them.
    """

    counts: dict[str, Pair] = field(default_factory=dict)
    tried: dict[str, Pair] = field(default_factory=dict)
    failed: dict[str, Pair] = field(default_factory=dict)
    failures: dict[str, list[Failure]] = field(default_factory=dict)

    def note(self, found: Found, nodes: int, m: int, x: int, w: int, intervals: int) -> None:
        """Adds what was found on one interval."""
        numbers = {
            "intervals": 1,
            "decompositions": found.decompositions,
            "join-strong": found.join_strong,
            "standard": found.standard,
            "undecomposed": int(found.decompositions == 0),
        }
        _add(self.counts, numbers, intervals)
        _add(self.tried, found.cases, intervals)
        _add(self.failed, {name: len(where) for name, where in found.failures.items()}, intervals)
        for name, where in found.failures.items():
            here = [Failure(nodes, m, x, w, z, intervals) for z in where]
            self.failures[name] = _smallest(name, [*self.failures.get(name, ()), *here])

    def add(self, other: Tally) -> None:
        """Adds what was found elsewhere."""
        for mine, theirs in (
            (self.counts, other.counts),
            (self.tried, other.tried),
            (self.failed, other.failed),
        ):
            for name, (one, all_of_them) in theirs.items():
                pair = mine.setdefault(name, [0, 0])
                pair[0] += one
                pair[1] += all_of_them
        for name, where in other.failures.items():
            self.failures[name] = _smallest(name, [*self.failures.get(name, ()), *where])

    def to_dict(self) -> dict[str, Any]:
        """A JSON-able form; the same whatever the order of what was added.

        Example:
            >>> Tally(counts={"intervals": [1, 2]}).to_dict()["counts"]
            {'intervals': [1, 2]}
        """
        return {
            "counts": dict(sorted(self.counts.items())),
            "tried": {name: self.tried[name] for name in FORMULAS if name in self.tried},
            "failed": {name: self.failed[name] for name in FORMULAS if name in self.failed},
            "failures": {
                name: [list(one) for one in self.failures[name]]
                for name in FORMULAS
                if name in self.failures
            },
        }

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Tally:
        """What `to_dict` gave, possibly through JSON."""
        failures = {
            name: [Failure(nodes, m, x, w, tuple(z), count) for nodes, m, x, w, z, count in where]
            for name, where in content["failures"].items()
        }
        counts, tried, failed = (
            {name: list(pair) for name, pair in content[key].items()}
            for key in ("counts", "tried", "failed")
        )
        return cls(counts, tried, failed, failures)


def _add(total: dict[str, Pair], numbers: Mapping[str, int], intervals: int) -> None:
    for name, number in numbers.items():
        pair = total.setdefault(name, [0, 0])
        pair[0] += number
        pair[1] += number * intervals


def _smallest(name: str, failures: Iterable[Failure]) -> list[Failure]:
    return sorted(failures)[: _FEW.get(name, _ALL)]
