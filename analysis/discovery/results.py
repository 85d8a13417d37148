"""What a search for relations found, as frozen data that turns into JSON and into a table."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from analysis.discovery.baseline import Baseline
from analysis.discovery.refute import Trial
from analysis.discovery.relations import Relation

__all__ = ["Budget", "Discoveries", "Discovery", "Tally"]

_FEW_LENGTHS = 4
_SMALL_SHARE = 0.01


@dataclass(frozen=True)
class Budget:
    """How far a search goes. Counts, not seconds, so that the same search finds the same.

    Attributes:
        terms: How many invariants an inequality has at most; 3 takes ten times as long as 2.
        max_coefficient: The largest coefficient of an inequality.
        rounds: How often refuted relations are mended with their counterexamples.
        larger: The n whose classes are all tried.
        samples: (n, how many intervals) tried beyond; never used for mending.
        polynomials: The n for which intervals are tried that have the polynomials P of S_n.
        permutations: Of labels, for the baseline.

    Example:
        >>> Budget(samples=((7, 100),)).samples, Budget().terms
        (((7, 100),), 2)
    """

    terms: int = 2
    max_coefficient: int = 3
    rounds: int = 2
    larger: tuple[int, ...] = (6,)
    samples: tuple[tuple[int, int], ...] = ((7, 300), (8, 300))
    polynomials: tuple[int, ...] = (7, 8)
    permutations: int = 100


@dataclass(frozen=True)
class Discovery:
    """A relation that survived.

    Attributes:
        relation: What it says.
        dual: What it says of the reversed graph, where that is another relation; it holds too.
        known_as: The known relations that it is or follows from; () if it is none.
        sources: Where these stand.
        mended: How many rounds of counterexamples it took; 0 if it was right at once.
        trials: What became of it, on the intervals it was made from and on all others.
        baseline: How it fares on permuted labels; None unless it ties labels to the graph.

    Example:
        Deodhar's inequality, as if it was made from S_3 and tried on S_4:

        >>> from analysis.discovery.refute import try_relation
        >>> from analysis.discovery.relations import parse_relation
        >>> from analysis.discovery.tables import table_of_classes
        >>> relation = parse_relation("out_degree >= length")
        >>> trials = tuple(try_relation(relation, table_of_classes(n), f"S_{n}") for n in (3, 4))
        >>> one = Discovery(relation, None, ("Deodhar",), (), 0, trials, None)
        >>> one.tried, round(one.tight_share, 2), one.tight_lengths, one.is_sharp
        (13, 0.77, (1, 2, 3, 4, 5, 6), True)
    """

    relation: Relation
    dual: Relation | None
    known_as: tuple[str, ...]
    sources: tuple[str, ...]
    mended: int
    trials: tuple[Trial, ...]
    baseline: Baseline | None

    @property
    def tried(self) -> int:
        """On how many classes it was tried of those that it was not made from."""
        return sum(trial.classes for trial in self.trials[1:])

    @property
    def tight_share(self) -> float:
        """In which share of these an inequality is an equality; 1 for an equality."""
        if self.relation.is_equality:
            return 1.0
        return sum(trial.tight_classes for trial in self.trials[1:]) / max(self.tried, 1)

    @property
    def tight_lengths(self) -> tuple[int, ...]:
        """The lengths of the intervals where an inequality is an equality."""
        return tuple(sorted({one for trial in self.trials for one in trial.tight_lengths}))

    @property
    def is_sharp(self) -> bool:
        """Whether an inequality is more than what holds because the intervals are small.

        It is an equality in one of a hundred classes that it was not made from, at four lengths or
        more, and it does not hold for every permutation of the labels.
        """
        always = self.baseline is not None and self.baseline.as_good == self.baseline.permutations
        often = self.tight_share >= _SMALL_SHARE and len(self.tight_lengths) >= _FEW_LENGTHS
        return self.relation.is_equality or (often and not always)

    def to_dict(self) -> dict[str, Any]:
        """A JSON-able form."""
        return {
            **self.relation.to_dict(),
            "dual": None if self.dual is None else str(self.dual),
            "known_as": list(self.known_as),
            "sources": list(self.sources),
            "is_sharp": self.is_sharp,
            "tight_share": self.tight_share,
            "tight_lengths": list(self.tight_lengths),
            "mended": self.mended,
            "trials": [trial.to_dict() for trial in self.trials],
            "baseline": None if self.baseline is None else self.baseline.to_dict(),
        }


@dataclass(frozen=True)
class Tally:
    """What became of the proposals under one hypothesis.

    Attributes:
        hypothesis: Its name; empty for none.
        classes: How many classes the relations were made from.
        proposed: How many relations were proposed, mended ones among them.
        refuted: How many had a counterexample.
        implied: How many were true where tried but follow from others.
    """

    hypothesis: str
    classes: int
    proposed: int
    refuted: int
    implied: int


@dataclass(frozen=True)
class Discoveries:
    """Everything that a search found.

    Attributes:
        ns: The relations were made from all classes of these S_n.
        budget: How far it went.
        seed: Of the samples and the permutations.
        tables: The names of the tables of intervals and how many classes each has, first the one
            that relations were made from.
        tallies: What became of all proposals, by hypothesis.
        found: The survivors, by hypothesis: what is not known first, sharp ones first, then the
            simplest and those that are tight most often.
        refuted: Relations with their first trial that failed, in the order proposed.

    Example:
        Made from S_3, two equalities between single invariants stand in S_4 where P = 1, both of
        them theorems of Carrell and Peterson:

        >>> from analysis.discovery.run import discover
        >>> budget = Budget(terms=1, rounds=0, larger=(4,), samples=(), polynomials=())
        >>> found = discover([3], ["P=1"], budget)
        >>> found.tallies[1]
        Tally(hypothesis='P=1', classes=3, proposed=58, refuted=31, implied=25)
        >>> [str(one) for one in found.relations("P=1")]
        ['corank_sum = edges', 'length = out_degree']
    """

    ns: tuple[int, ...]
    budget: Budget
    seed: int
    tables: tuple[tuple[str, int], ...]
    tallies: tuple[Tally, ...]
    found: tuple[Discovery, ...]
    refuted: tuple[tuple[Relation, Trial], ...]

    def relations(self, hypothesis: str = "") -> tuple[Relation, ...]:
        """The survivors under one hypothesis."""
        return tuple(one.relation for one in self.found if one.relation.hypothesis == hypothesis)

    def to_dict(self) -> dict[str, Any]:
        """A JSON-able form."""
        return {
            "n": list(self.ns),
            "budget": asdict(self.budget),
            "seed": self.seed,
            "tables": [{"name": name, "classes": classes} for name, classes in self.tables],
            "tallies": [asdict(tally) for tally in self.tallies],
            "found": [one.to_dict() for one in self.found],
            "refuted": [
                {**relation.to_dict(), "trial": trial.to_dict()} for relation, trial in self.refuted
            ],
        }
