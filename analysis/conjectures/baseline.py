"""How a conjecture would fare if polynomials were permuted, see `analysis.quasirandom`.

A conjecture is put to each interval once with each pair (P, R~) that an interval of the same length
and size has. Only what reads the graph and the polynomials of the whole interval can be put so:
those of subintervals, of the dual, and the permutations refuse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from analysis.conjectures.base import Conjecture
from analysis.conjectures.looking import plain
from analysis.conjectures.population import Population, by_classes
from analysis.conjectures.registry import where_it_failed
from analysis.conjectures.run import Scope
from analysis.conjectures.subject import Subject
from analysis.conjectures.tally import as_key
from analysis.formulas.exact import Polynomial, SubintervalPolynomials
from analysis.quasirandom import Baseline, Stratum, deal, deals, strata_of
from data_gen.bruhat import unrank_permutations
from data_gen.errors import UsageError
from data_gen.interrupts import is_interrupt
from data_gen.progress import Progress, no_progress

__all__ = ["ConjectureBaseline", "DealtSubject", "conjecture_baseline"]

Label = tuple[Polynomial, Polynomial]


@dataclass(frozen=True)
class ConjectureBaseline:
    """What a conjecture would be like with permuted polynomials.

    Attributes:
        conjecture: Which.
        seed: Of the permutations.
        by_n: For each n what was found in S_n; polynomials stay in their S_n.
        limits: For each n which intervals of S_n those were, in words; empty if all.
        reads_polynomials: Whether it looked at P or R~ at all; if not, nothing can change.

    Example:
        In S_4 polynomials can move among 8 of 189 intervals only, so a theorem does not fare much
        better there than on permuted ones:

        >>> from analysis.conjectures.registry import find_conjecture
        >>> found = conjecture_baseline(find_conjecture("linear-coefficient"), Scope((4,)))
        >>> one = found.by_n[4]
        >>> one.intervals, one.movable, one.true_share, round(one.expected_share, 3)
        (189, 8, 1.0, 0.979)
        >>> sorted(found.to_dict())
        ['by_n', 'conjecture', 'reads_polynomials', 'seed', 'statement']
    """

    conjecture: Conjecture
    seed: int
    by_n: dict[int, Baseline]
    limits: dict[int, str]
    reads_polynomials: bool

    def to_dict(self) -> dict[str, Any]:
        """JSON-able; what `klgnn conjecture baseline --json` prints."""
        one = self.conjecture
        return {
            "conjecture": one.name,
            "statement": one.statement,
            "seed": self.seed,
            "reads_polynomials": self.reads_polynomials,
            "by_n": {
                str(n): {**found.to_dict(), "limits": self.limits[n]}
                for n, found in self.by_n.items()
            },
        }


class DealtSubject(Subject):
    """An interval with the polynomials of another one.

    Args:
        subject: The interval; what was computed of its graph is taken over.
        label: P and R~ of the other one.

    Example:
        >>> dealt = DealtSubject(Subject("1324", "3412"), ((1,), (0, 1, 0, 1)))
        >>> dealt.coatoms, dealt.kl, dealt.f
        (4, (1,), 2)
    """

    def __init__(self, subject: Subject, label: Label) -> None:
        kept = {name: value for name, value in vars(subject).items() if name != "exact"}
        vars(self).update(kept)
        self._label = label
        self.looked = False

    @property
    def kl(self) -> Polynomial:
        """P of the other one."""
        self.looked = True
        return self._label[0]

    @property
    def r_tilde(self) -> Polynomial:
        """R~ of the other one."""
        self.looked = True
        return self._label[1]

    def kl_between(self, a: int, b: int) -> Polynomial:
        """P of the other one; of subintervals there is none."""
        if (a, b) != (0, self.top):
            self._refuse()
        return self.kl

    def r_tilde_between(self, a: int, b: int) -> Polynomial:
        """R~ of the other one; of subintervals there is none."""
        if (a, b) != (0, self.top):
            self._refuse()
        return self.r_tilde

    def dual_kl_between(self, a: int, b: int) -> Polynomial:
        """There is none."""
        self._refuse()

    @cached_property
    def exact(self) -> SubintervalPolynomials:
        """There are none."""
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise UsageError(
            "it looks at polynomials of subintervals or of the dual, and these cannot be permuted: "
            "only P and R~ of whole intervals can (kl, r_tilde, coefficient, mu, f)."
        )


def conjecture_baseline(
    conjecture: Conjecture,
    scope: Scope,
    permutations: int = 100,
    seed: int = 0,
    progress: Progress | None = None,
) -> ConjectureBaseline:
    """Permutes polynomials among intervals of the same length and size, and tests again.

    Of a determination an interval counts as right if all intervals with its key have one value.

    Args:
        conjecture: About the unlabelled graph and the polynomials of the whole interval.
        scope: Which intervals.
        permutations: How many to draw, at least 1.
        seed: Of the permutations; that of a sample is in the scope.
        progress: Where to show how far it is.

    Raises:
        UsageError: If it looks at what cannot be permuted, raises, or a number makes no sense.

    Example:
        >>> from analysis.conjectures.registry import find_conjecture
        >>> found = conjecture_baseline(find_conjecture("linear-coefficient"), Scope((5,)))
        >>> found.by_n[5].true_share, found.by_n[5].expected_share < 0.95
        (1.0, True)
    """
    if permutations < 1:
        raise UsageError(f"permutations = {permutations}: at least one is needed.")
    if conjecture.about != "graph":
        raise UsageError(
            f"{conjecture.name} looks at permutations, so polynomials belong to their intervals: "
            "only a statement about the unlabelled graph has a baseline."
        )
    show = progress or no_progress
    by_n, limits = {}, {}
    looked = False
    for n in scope.ns:
        population = by_classes(scope.population(n, show), progress=show)
        lengths, answers = [], _Answers(conjecture)
        for k, subject in enumerate(_subjects(population)):
            lengths.append(subject.length)
            answers.add(k, subject)
        strata, done = [], 0
        with show(f"{conjecture.name} with permuted polynomials in S_{n}") as report:
            for rows in strata_of(np.array(lengths, dtype=np.int64), population.nodes):
                strata.append(answers.stratum(rows, population.counts[rows]))
                done += len(rows)
                report(done, len(population))
        if conjecture.is_determination:
            by_n[n] = _determined(strata, answers, permutations, seed)
        else:
            by_n[n] = deal(strata, permutations, seed)
        limits[n] = population.limits
        looked = looked or answers.looked
    return ConjectureBaseline(conjecture, seed, by_n, limits, looked)


def _subjects(population: Population) -> Iterator[Subject]:
    words = (
        unrank_permutations(ranks, population.n) + 1 for ranks in (population.xs, population.ws)
    )
    for x, w in zip(*(column.tolist() for column in words), strict=True):
        yield Subject(x, w)


class _Answers:
    """What a conjecture says of each class with each label of its stratum."""

    def __init__(self, conjecture: Conjecture) -> None:
        self.looked = False
        self.pairs: list[NDArray[np.int64]] = []  # of a determination: keys and values, numbered
        self._conjecture = conjecture
        self._subjects: dict[int, Subject] = {}
        self._numbers: dict[str, int] = {}

    def add(self, row: int, subject: Subject) -> None:
        """The interval that stands for a class."""
        self._subjects[row] = subject

    def stratum(self, rows: NDArray[np.int64], counts: NDArray[np.int64]) -> Stratum:
        """All answers for the classes of one length and size."""
        subjects = [self._subjects.pop(row) for row in rows.tolist()]
        own: list[Label] = [(one.kl, one.r_tilde) for one in subjects]
        labels = {label: k for k, label in enumerate(dict.fromkeys(own))}
        shape = len(subjects), len(labels)
        holds, applies = np.ones(shape, dtype=np.bool_), np.zeros(shape, dtype=np.bool_)
        pairs = np.full((*shape, 2), -1, dtype=np.int64)
        for a, subject in enumerate(subjects):
            for label, b in labels.items():
                subject = dealt = DealtSubject(subject, label)
                if self._conjecture.is_determination:
                    pairs[a, b] = self._run(dealt, self._key_and_value)
                    applies[a, b] = pairs[a, b, 0] >= 0
                else:
                    outcome = self._run(dealt, self._conjecture.outcome)
                    holds[a, b] = outcome.holds or not outcome.applies
                    applies[a, b] = outcome.applies
                self.looked = self.looked or dealt.looked
        self.pairs.append(pairs)
        numbers = np.array([labels[label] for label in own], dtype=np.int64)
        return Stratum(rows, counts, numbers, holds, applies)

    def _key_and_value(self, subject: Subject) -> tuple[int, int]:
        one = self._conjecture
        assert one.key is not None
        assert one.value is not None
        key = one.key(subject)
        if key is None:
            return -1, -1
        texts = as_key(plain(key)), as_key(plain(one.value(subject)))
        first, second = (self._numbers.setdefault(text, len(self._numbers)) for text in texts)
        return first, second

    def _run(self, subject: DealtSubject, function: Callable[[Subject], Any]) -> Any:
        try:
            return function(subject)
        except Exception as error:
            if is_interrupt(error):
                raise
            name, file = self._conjecture.name, self._conjecture.file
            if isinstance(error, UsageError):
                raise UsageError(f"{name} has no baseline: {error}") from error
            raise UsageError(
                f"{name!r} fails to run on {subject!r} with the polynomials {subject._label}: "
                f"{where_it_failed(error, file[0] if file else '')}"
            ) from error


def _determined(strata: list[Stratum], answers: _Answers, permutations: int, seed: int) -> Baseline:
    """The share of intervals whose key has one value."""

    def share(given: list[tuple[NDArray[np.int64], NDArray[np.int64]]]) -> tuple[int, float]:
        parts = zip(answers.pairs, given, strict=True)
        met = np.concatenate([pairs[place] for pairs, place in parts])
        met = met[met[:, 0] >= 0]
        if not len(met):
            return 0, 1.0
        base = int(met.max()) + 1
        both, counts = np.unique(met[:, 0] * base + met[:, 1], return_counts=True)
        _, of_key, values = np.unique(both // base, return_inverse=True, return_counts=True)
        single = values[of_key.ravel()] == 1
        return len(met), float(counts[single].sum() / len(met))

    own = [
        (np.repeat(np.arange(len(one.rows)), one.counts), np.repeat(one.labels, one.counts))
        for one in strata
    ]
    intervals, true_share = share(own)
    shares = np.array([share(given)[1] for given in deals(strata, permutations, seed)])
    movable = sum(int(one.counts.sum()) for one in strata if len(np.unique(one.labels)) > 1)
    return Baseline.of(intervals, movable, true_share, float(shares.mean()), shares)
