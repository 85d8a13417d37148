"""Directed paths: Dyer's formula with labels, and short paths without.

Example:
    S_3 has a path of one edge, and four of three edges, which make one cycle.

    >>> group = Subject("123", "321", labels=True)
    >>> group.r_tilde, flips(group, group.top), cubic_coefficient(group, group.top)
    ((0, 1, 0, 1), Counter({4: 1}), 1)
    >>> middles(group, 0, 4)
    [1, 2]
    >>> [one.outcome(group).holds for one in (dyer_paths, two_paths, flip_cycles)]
    [True, True, True]
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from random import Random

from analysis.conjectures.arithmetic import plus, shifted
from analysis.conjectures.base import Outcome, conjecture
from analysis.conjectures.subject import Subject, at

__all__ = ["cubic_coefficient", "dyer_paths", "flip_cycles", "flips", "middles", "two_paths"]

Reflection = tuple[int, int]

_RANDOM_ORDERS = 3
_OMEGA = {4: 1, 6: 1, 8: 1, 10: 2}


@conjecture(
    "dyer-paths",
    "R~_{x,w} is the sum of q^(number of edges) over the directed paths from x to w whose labels "
    "increase in a reflection order.",
    source="M. Dyer (1993)",
    status="theorem",
    note="Checked for the lexicographic order, with reflections as positions and as values, and "
    "for the orders of three random reduced words of w0.",
    about="labels",
)
def dyer_paths(interval: Subject) -> Outcome:
    """Five orders and labellings."""
    words, n = interval.words, interval.n
    graph = interval.graph
    edges = list(zip(graph.sources.tolist(), graph.targets.tolist(), strict=True))
    positions: list[Reflection] = [(i, j) for i, j in interval.interval.reflections.tolist()]
    values: list[Reflection] = []
    for (v, _), (i, j) in zip(edges, positions, strict=True):
        low, high = sorted((words[v][i - 1], words[v][j - 1]))
        values.append((low, high))
    lexicographic = sorted((i, j) for j in range(2, n + 1) for i in range(1, j))
    ways = [(lexicographic, positions), (lexicographic, values)]
    ways += [(_reflection_order(n, seed), positions) for seed in range(_RANDOM_ORDERS)]
    found = [list(_increasing(interval, edges, labels, order)) for order, labels in ways]
    return Outcome.equal([list(interval.r_tilde)] * len(ways), found)


@lru_cache(maxsize=32)
def _reflection_order(n: int, seed: int) -> list[Reflection]:
    """The inversions of a random reduced word of w0, in the order in which they are made."""
    draw, word, order = Random(seed), list(range(1, n + 1)), []
    while ascents := [i for i in range(n - 1) if word[i] < word[i + 1]]:
        i = draw.choice(ascents)
        order.append((word[i], word[i + 1]))
        word[i], word[i + 1] = word[i + 1], word[i]
    return order


def _increasing(
    interval: Subject,
    edges: Sequence[tuple[int, int]],
    labels: Sequence[Reflection],
    order: Sequence[Reflection],
) -> tuple[int, ...]:
    """Sums q^edges over increasing paths: edges are used in the order of their labels."""
    by_label: dict[Reflection, list[tuple[int, int]]] = {reflection: [] for reflection in order}
    for edge, label in zip(edges, labels, strict=True):
        by_label[label].append(edge)
    sums: list[tuple[int, ...]] = [()] * interval.num_nodes
    sums[0] = (1,)
    for reflection in order:
        # Edges with one label never follow each other: a reflection goes up or down.
        for v, w in by_label[reflection]:
            if sums[v]:
                sums[w] = plus(sums[w], shifted(sums[v], 1))
    return sums[interval.top]


@conjecture(
    "two-paths",
    "There are none or two directed paths of two edges from x to w, and [q^2]R~_{x,w} is half "
    "their number.",
    source="M. Dyer (1993)",
    status="theorem",
)
def two_paths(interval: Subject) -> Outcome:
    """The vertices between bottom and top by two edges."""
    paths = len(middles(interval, 0, interval.top))
    return Outcome.equal([paths > 0, paths], [at(interval.r_tilde, 2), 2 * (paths > 0)])


@conjecture(
    "flip-cycles",
    "Directed paths of three edges from x to w split into cycles under the two flips that replace "
    "the first or the second inner vertex by the other middle; [q^3]R~_{x,w} is the sum of 1, 1, "
    "1, 2 over the cycles of 4, 6, 8, 10 paths.",
    source="observed; compare flipclasses: F. Esposito, M. Marietti, arXiv:2402.13097",
    status="observed",
    note="All of S_4 and S_5.",
)
def flip_cycles(interval: Subject) -> Outcome:
    """The paths from bottom to top."""
    lengths = flips(interval, interval.top)
    evidence = {"cycles": dict(sorted(lengths.items()))} if lengths else {}
    if strange := sorted(set(lengths) - set(_OMEGA)):
        return Outcome.equal("cycles of 4, 6, 8 or 10", f"one of {strange[0]}", **evidence)
    found = sum(_OMEGA[length] * count for length, count in lengths.items())
    return Outcome.equal(at(interval.r_tilde, 3), found, **evidence)


def cubic_coefficient(interval: Subject, a: int) -> int:
    """[q^3]R~ from the bottom to a vertex, as flip-cycles has it.

    Raises:
        LookupError: If there is a cycle of another length.
    """
    lengths = flips(interval, a)
    if strange := sorted(set(lengths) - set(_OMEGA)):
        raise LookupError(f"a cycle of {strange[0]} paths, where 4, 6, 8 and 10 are expected")
    return sum(_OMEGA[length] * count for length, count in lengths.items())


def flips(interval: Subject, top: int) -> Counter[int]:
    """How many cycles of each length the paths of three edges from the bottom to a vertex make."""
    last = set(interval.below[top])
    left = {(a, b) for a in interval.above[0] for b in interval.above[a] if b in last}
    lengths: Counter[int] = Counter()
    while left:
        a, b = start = min(left)
        steps = 0
        while steps == 0 or (a, b) != start:
            a = _other(middles(interval, 0, b), a)
            left.discard((a, b))
            b = _other(middles(interval, a, top), b)
            left.discard((a, b))
            steps += 2
        lengths[steps] += 1
    return lengths


def middles(interval: Subject, v: int, w: int) -> list[int]:
    """The vertices u with edges v -> u -> w."""
    ends = set(interval.below[w])
    return [u for u in interval.above[v] if u in ends]


def _other(middles: Sequence[int], one: int) -> int:
    if len(middles) != 2:
        raise ArithmeticError(f"{len(middles)} middles where two are expected")
    return middles[0] if middles[1] == one else middles[1]
