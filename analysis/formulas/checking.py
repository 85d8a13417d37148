"""Every formula on every hypercube decomposition of every interval of S_n, by isomorphism classes.

A formula that reads the graph alone gives the same on isomorphic intervals, so one interval of each
class is looked at, and what is found counts as often as the class has intervals. Whether all of
them have the same polynomials is another question: `analysis.formulas.census.variant_classes`.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import asdict, dataclass, field
from itertools import combinations
from typing import Any

from analysis.formulas.bbdvw import kl_by_bbdvw
from analysis.formulas.bitgraph import BitGraph
from analysis.formulas.census import CountedClass, interval_classes, intervals_of_classes
from analysis.formulas.double_shortcuts import DoubleShortcuts
from analysis.formulas.hypercube_decompositions import (
    HypercubeDecomposition,
    lower_decompositions,
)
from analysis.formulas.linear_coefficient import f_from_r_tilde, greedy_counts
from analysis.formulas.r_tilde import (
    is_amazing,
    r_tilde_by_h_tilde,
    r_tilde_by_shortcuts,
    shortcuts,
)
from analysis.formulas.whole import Truth
from data_gen.intervals import BruhatInterval
from data_gen.parallel import run_tasks
from data_gen.progress import Progress, no_progress

__all__ = [
    "FORMULAS",
    "CheckedInterval",
    "Checks",
    "Triple",
    "check_classes",
    "check_interval",
    "failing_triples",
]

FORMULAS: Mapping[str, str] = {
    "h-tilde": "R~ by the H-tilde formula, on every decomposition",
    "h-tilde-strong": "the same, on the join-strong ones",
    "shortcut-formula": "R~ by the shortcut formula",
    "same-terms": "the shortcuts are the p with a hypercube up to v, one each, of dimension d(p,v)",
    "amazing": "the shortcut formula for [u', v] with the same shortcuts, for all u' in I",
    "bbdvw": "P by the formula of Blundell et al.",
    "gamma-positive": "all gamma have non-negative coefficients",
    "numerical-criterion": "2 m_p(Y) = l(p,theta_p(Y)) - |Y| always exactly if join-strong",
    "upper-h-tilde-strong": "R~ by the H-tilde formula, on the upper join-strong ones",
    "double-shortcuts-strong": "double shortcuts agree, on pairs of join-strong ones",
    "double-shortcuts-other": "double shortcuts agree, on pairs with one that is not",
    "f-bottom-up": "f by cover generation, from the bottom",
    "f-top-down": "f by cover generation, from the top",
    "linear-coefficient": "[q]P = #coatoms - f",
}
"""What is checked, in words; which of them hold in general is another matter."""

_PAIRS = 40
Polynomial = tuple[int, ...]


@dataclass(frozen=True)
class CheckedInterval:
    """What was found on one interval.

    Attributes:
        decompositions: How many lower hypercube decompositions it has.
        join_strong: How many of them are join-strong.
        cases: How often each formula was tried.
        failures: For each formula that failed, the z of the decompositions (pairs of them for
            double shortcuts; empty for formulas without one).

    Example:
        One of nine decompositions in S_6 for which the H-tilde formula fails:

        >>> x, w = "132546", "345621"
        >>> found = check_interval(Truth.of_interval(x, w), pairs=0)
        >>> found.decompositions, found.join_strong, found.failures["h-tilde"]
        (11, 8, ((36,),))
        >>> Triple(x, w, BruhatInterval(x, w).node_labels()[36])
        Triple(u='132546', v='345621', z='234561')
    """

    decompositions: int
    join_strong: int
    cases: Mapping[str, int]
    failures: Mapping[str, tuple[tuple[int, ...], ...]]


@dataclass(frozen=True, order=True)
class Triple:
    """An interval [u, v] and the z of one of its decompositions; one-line notation."""

    u: str
    v: str
    z: str


@dataclass(frozen=True)
class Checks:
    """Totals over the intervals x < w of one S_n.

    Attributes:
        n: The n of S_n.
        intervals: How many intervals.
        classes: How many isomorphism classes they fall into.
        decompositions: How many lower hypercube decompositions all intervals have.
        join_strong: How many of these are join-strong.
        undecomposed: How many intervals have none.
        cases: How often each formula of `FORMULAS` was tried.
        failures: How often it failed.
        failing_classes: For each formula that failed the certificates of the classes.

    Example:
        >>> for line in str(check_classes(3)).splitlines()[1:4]:  # doctest: +ELLIPSIS
        ...     print(line)
          h-tilde                            22 tried         0 failed  R~ by the H-tilde ...
          h-tilde-strong                     22 tried         0 failed  the same, on the ...
          shortcut-formula                   22 tried         0 failed  R~ by the shortcut ...
    """

    n: int
    intervals: int
    classes: int
    decompositions: int
    join_strong: int
    undecomposed: int
    cases: Mapping[str, int]
    failures: Mapping[str, int]
    failing_classes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """A JSON-able form."""
        return asdict(self)

    def __str__(self) -> str:
        """The totals, a line for each formula that was tried."""
        lines = [
            f"S_{self.n}: {self.intervals:,} intervals in {self.classes:,} classes, "
            f"{self.decompositions:,} lower hypercube decompositions, "
            f"{self.decompositions - self.join_strong:,} of them not join-strong, "
            f"{self.undecomposed:,} intervals without one"
        ]
        for name, words in FORMULAS.items():
            tried, failed = self.cases.get(name, 0), self.failures.get(name, 0)
            if tried:
                lines.append(f"  {name:<24} {tried:>12,} tried {failed:>9,} failed  {words}")
        return "\n".join(lines)


def check_classes(
    n: int,
    classes: Iterable[CountedClass] | None = None,
    pairs: int | None = _PAIRS,
    upper: bool = False,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Checks:
    """Checks every formula on every decomposition of one interval of each class.

    Args:
        n: From 2 to 7.
        classes: Which classes; all of S_n if None.
        pairs: How many pairs of decompositions of an interval to try double shortcuts on, drawn at
            random with a fixed seed where there are more; all if None.
        upper: Whether to try the H-tilde formula on upper decompositions as well. They are the
            lower ones of the dual interval, so over all of S_n this is done twice.
        executor: Where to work; here if None.
        progress: Where to show how far it is, such as `data_gen.console.progress`.

    Raises:
        UsageError: If n is out of range.

    Example:
        >>> found = check_classes(4)
        >>> found.intervals, found.decompositions, found.decompositions - found.join_strong
        (189, 594, 3)
        >>> {name: count for name, count in found.failures.items() if count}
        {}
    """
    chosen = list(interval_classes(n) if classes is None else classes)
    cases, failures = dict.fromkeys(FORMULAS, 0), dict.fromkeys(FORMULAS, 0)
    failing: dict[str, list[str]] = {}
    decompositions = join_strong = undecomposed = done = 0
    tasks = ((one, (one, pairs, upper)) for one in chosen)
    with (progress or no_progress)(f"formulas on the classes of S_{n}") as report:
        for one, found in run_tasks(_check_class, tasks, executor):
            times = one.multiplicity
            decompositions += times * found.decompositions
            join_strong += times * found.join_strong
            undecomposed += times * (found.decompositions == 0)
            for name, count in found.cases.items():
                cases[name] += times * count
            for name, wrong in found.failures.items():
                failures[name] += times * len(wrong)
                failing.setdefault(name, []).append(one.certificate)
            done += 1
            report(done, len(chosen))
    return Checks(
        n,
        sum(one.multiplicity for one in chosen),
        len(chosen),
        decompositions,
        join_strong,
        undecomposed,
        cases,
        failures,
        {name: tuple(sorted(names)) for name, names in sorted(failing.items())},
    )


def failing_triples(checks: Checks, name: str) -> tuple[Triple, ...]:
    """Every (u, v, z) of S_n on which a formula fails, for a formula on single decompositions.

    Args:
        checks: What `check_classes` found.
        name: One of `FORMULAS`.

    Example:
        >>> failing_triples(check_classes(3), "h-tilde")
        ()
    """
    certificates = checks.failing_classes.get(name, ())
    found = []
    for x, w in intervals_of_classes(checks.n, certificates):
        truth = Truth.of_interval(x, w)
        words = BruhatInterval(x, w).node_labels()
        for chosen in check_interval(truth, _PAIRS).failures.get(name, ()):
            found += [Triple(x, w, words[z]) for z in chosen]
    return tuple(sorted(found))


def check_interval(
    truth: Truth, pairs: int | None = _PAIRS, upper: bool = False
) -> CheckedInterval:
    """Checks every formula on one interval.

    Args:
        truth: The interval, with the polynomials to compare with.
        pairs: As for `check_classes`.
        upper: Likewise.

    Example:
        >>> found = check_interval(Truth.of_interval("1324", "3412"))
        >>> found.decompositions, found.cases["bbdvw"], found.failures
        (4, 4, {})
    """
    bits = truth.bits
    lower = lower_decompositions(bits)
    tally = _Tally()
    for one in lower:
        _check_decomposition(tally, truth, one)
    if upper:
        _check_upper(tally, truth)
    _check_pairs(tally, bits, lower, pairs)
    _check_coefficient_of_q(tally, truth)
    return CheckedInterval(
        len(lower),
        sum(one.is_join_strong for one in lower),
        tally.cases,
        {name: tuple(found) for name, found in tally.failures.items()},
    )


class _Tally:
    def __init__(self) -> None:
        self.cases: dict[str, int] = {}
        self.failures: dict[str, list[tuple[int, ...]]] = {}

    def add(self, name: str, holds: bool, *where: int) -> None:
        self.cases[name] = self.cases.get(name, 0) + 1
        if not holds:
            self.failures.setdefault(name, []).append(where)


def _check_class(one: CountedClass, pairs: int | None, upper: bool) -> CheckedInterval:
    return check_interval(Truth.of_interval(one.x, one.w), pairs, upper)


def _check_decomposition(tally: _Tally, truth: Truth, one: HypercubeDecomposition) -> None:
    bits, z = one.bits, one.z
    expected, below = truth.r_tilde(0, bits.top), truth.r_tilde_from_bottom
    holds = r_tilde_by_h_tilde(one, below) == expected
    tally.add("h-tilde", holds, z)
    if one.is_join_strong:
        tally.add("h-tilde-strong", holds, z)
    tally.add("shortcut-formula", r_tilde_by_shortcuts(one, below) == expected, z)
    cubes = {p: tuple(sizes) for p, sizes in one.cubes_to_top.items()}
    steps = {p: (distance,) for p, distance in shortcuts(one).items()}
    tally.add("same-terms", cubes == steps, z)
    tally.add("amazing", is_amazing(one, truth.r_tilde), z)
    pieces = kl_by_bbdvw(one, truth.kl)
    right = pieces.is_consistent and pieces.polynomial == truth.kl(0, bits.top)
    tally.add("bbdvw", right, z)
    tally.add("gamma-positive", pieces.is_gamma_positive, z)
    tally.add("numerical-criterion", one.satisfies_numerical_criterion == one.is_join_strong, z)


def _check_upper(tally: _Tally, truth: Truth) -> None:
    bits = truth.bits
    expected = truth.r_tilde(0, bits.top)
    for one in lower_decompositions(bits.reversed()):
        if one.is_join_strong:
            value = r_tilde_by_h_tilde(one, lambda p: truth.r_tilde(bits.top - p, bits.top))
            tally.add("upper-h-tilde-strong", value == expected, one.z)


def _check_pairs(
    tally: _Tally, bits: BitGraph, found: tuple[HypercubeDecomposition, ...], limit: int | None
) -> None:
    together = DoubleShortcuts(bits)
    strong = [one for one in found if one.is_join_strong]
    all_strong = list(combinations(strong, 2))
    others = [
        pair for pair in combinations(found, 2) if not all(one.is_join_strong for one in pair)
    ]
    for name, listed in (
        ("double-shortcuts-strong", all_strong),
        ("double-shortcuts-other", others),
    ):
        some = listed
        if limit is not None and len(listed) > limit:
            some = random.Random(0).sample(listed, limit)
        for first, second in some:
            tally.add(name, together.agree(first, second), first.z, second.z)


def _check_coefficient_of_q(tally: _Tally, truth: Truth) -> None:
    bits = truth.bits
    f = f_from_r_tilde(truth.r_tilde(0, bits.top))
    for name, count in zip(("f-bottom-up", "f-top-down"), greedy_counts(bits), strict=True):
        tally.add(name, count == f)
    kl = truth.kl(0, bits.top)
    linear = kl[1] if len(kl) > 1 else 0
    tally.add("linear-coefficient", linear == bits.covered[bits.top].bit_count() - f)
