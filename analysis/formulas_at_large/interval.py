"""Every formula on every hypercube decomposition of one interval, by compiled kernels.

`analysis.formulas.checking` does the same in Python; the names of the formulas are those of
`analysis.formulas.checking.FORMULAS`, and the tests compare the two. Here the standard
decompositions are looked at as well, which the permutations tell.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.formulas._mask_kernels import rule_out
from analysis.formulas_at_large._bbdvw_kernels import check_bbdvw
from analysis.formulas_at_large._cluster_kernels import (
    Cubes,
    Decompositions,
    find_decompositions,
    make_cubes,
)
from analysis.formulas_at_large._graph_kernels import Rows, distances_to, dual, make_rows
from analysis.formulas_at_large._pair_kernels import check_pairs
from analysis.formulas_at_large._r_tilde_kernels import check_r_tilde, fill_row
from analysis.formulas_at_large.truth import Labels, kl_of, r_tilde_of
from data_gen.errors import UsageError
from data_gen.interval_batch import IntervalBatch
from data_gen.polynomials import trimmed

__all__ = [
    "FORMULAS",
    "REFUTED",
    "THEOREMS",
    "VERSION",
    "Found",
    "Limits",
    "check_batch",
    "h_tilde_excess",
]

FORMULAS: Mapping[str, str] = {
    "standard": "the standard ideals are join-strong hypercube decompositions",
    "h-tilde-standard": "R~ by the H-tilde formula, on the standard ones",
    "h-tilde-strong": "the same, on the join-strong ones",
    "h-tilde": "the same, on all",
    "shortcut-formula": "R~ by the shortcut formula, on all",
    "same-terms": "the shortcuts are the p with a hypercube up to v, one each, of dimension d(p,v)",
    "amazing": "the shortcut formula for [u', v] with the same shortcuts, for all u' in I",
    "bbdvw-standard": "P by the formula of Blundell et al., on the standard ones",
    "bbdvw": "the same, on all",
    "gamma-positive": "all gamma have non-negative coefficients, on all",
    "numerical-criterion": "2 m_p(Y) = l(p,theta_p(Y)) - |Y| always exactly if join-strong",
    "double-shortcuts-standard": "double shortcuts agree, on pairs of standard ones",
    "double-shortcuts-strong": "the same, on pairs of join-strong ones",
    "double-shortcuts-other": "the same, on pairs with one that is not join-strong",
    "upper-standard": "the upper standard ideals are join-strong hypercube decompositions",
    "upper-h-tilde-strong": "R~ by the H-tilde formula, on the upper join-strong ones",
    "upper-h-tilde": "the same, on all upper ones",
}
"""What is checked, in words; `analysis.formulas` has the sources."""

THEOREMS = frozenset(
    {
        "standard",
        "upper-standard",
        "h-tilde-standard",
        "bbdvw-standard",
        "double-shortcuts-standard",
    }
)
"""What has to hold, or the programs are wrong."""

REFUTED = frozenset(
    {"h-tilde", "shortcut-formula", "amazing", "double-shortcuts-other", "upper-h-tilde"}
)
"""What is known to fail on some decompositions that are not join-strong, in S_5 or S_6."""

VERSION = 2
"""To be raised whenever what is checked changes: tallies of different versions do not add up."""

_ROOM = 1 << 10  # antichains, to begin with


@dataclass(frozen=True)
class Limits:
    """How much is looked at on one interval.

    Attributes:
        pairs: On how many pairs of join-strong decompositions, and on how many others, double
            shortcuts are tried: drawn with a fixed seed where there are more. Pairs of standard
            ones are always tried.
        upper: Whether upper decompositions are looked at. Where the dual of every interval is
            looked at as well, they are the lower ones of that.
        amazing: On intervals with at most so many elements "amazing" is tried; on all if None. From
            S_8 on it takes longer than all others together.

    Example:
        >>> Limits(amazing=500)
        Limits(pairs=40, upper=False, amazing=500)
    """

    pairs: int = 40
    upper: bool = False
    amazing: int | None = None


@dataclass(frozen=True)
class Found:
    """What was found on one interval.

    Attributes:
        decompositions: How many lower hypercube decompositions it has.
        join_strong: How many of them are join-strong.
        standard: How many of them are standard.
        cases: How often each formula was tried.
        failures: For each formula that failed the z of the decompositions (pairs of them for
            double shortcuts); in those of upper ones vertices are counted from the top.

    Example:
        An interval of S_6 with a decomposition for which the H-tilde formula fails:

        >>> from analysis.formulas.standard import standard_tops
        >>> from data_gen.interval_batch import build_intervals
        >>> ends = np.array([[0, 2, 1, 4, 3, 5]]), np.array([[2, 3, 4, 5, 1, 0]])
        >>> batch = build_intervals(*ends)  # 132546 < 345621
        >>> (found,) = check_batch(batch, standard_tops(batch))
        >>> found.decompositions, found.join_strong, found.standard, found.failures["h-tilde"]
        (11, 8, 2, ((36,),))
    """

    decompositions: int
    join_strong: int
    standard: int
    cases: Mapping[str, int]
    failures: Mapping[str, tuple[tuple[int, ...], ...]]


def check_batch(
    batch: IntervalBatch,
    standard: NDArray[np.int64],
    upper_standard: NDArray[np.int64] | None = None,
    limits: Limits | None = None,
) -> Iterator[Found]:
    """Checks every formula on every decomposition of some intervals of one S_n.

    Args:
        batch: The intervals, n at most 9.
        standard: int64[K, 4], the z of the standard decompositions, as
            `analysis.formulas.standard.standard_tops` gives them.
        upper_standard: The same for the dual intervals [w0 v, w0 u]; for upper decompositions.
        limits: How much to look at.

    Raises:
        UsageError: If n is larger than 9.
        MemoryLimitError: If a table does not fit into memory.

    Example:
        >>> from analysis.formulas.standard import standard_tops
        >>> from data_gen.interval_batch import build_intervals
        >>> crown = build_intervals(np.array([[0, 2, 1, 3]]), np.array([[2, 3, 0, 1]]))
        >>> (found,) = check_batch(crown, standard_tops(crown))
        >>> found.decompositions, found.standard, found.cases["bbdvw"], found.failures
        (4, 2, 4, {})
    """
    limits = limits or Limits()
    for k in range(len(batch)):
        labels = _labels(batch, k)
        ranks = batch.ranks[batch.node_ends[k] : batch.node_ends[k + 1]]
        tally = _Tally()
        counts = _check_lower(tally, labels, ranks, standard[k], limits)
        if limits.upper and upper_standard is not None:
            _check_upper(tally, labels, ranks, upper_standard[k])
        yield Found(*counts, tally.cases, {name: tuple(z) for name, z in tally.failures.items()})


def h_tilde_excess(batch: IntervalBatch, z: int) -> tuple[int, ...]:
    """What the H-tilde formula gives less R~, ascending; () if it holds.

    Args:
        batch: One interval.
        z: The vertex of one of its lower decompositions.

    Raises:
        UsageError: If [u, z] is no hypercube decomposition.

    Example:
        >>> from data_gen.interval_batch import build_intervals
        >>> ends = np.array([[0, 2, 1, 4, 3, 5]]), np.array([[2, 3, 4, 5, 1, 0]])
        >>> batch = build_intervals(*ends)  # 132546 < 345621
        >>> z = batch.elements.tolist().index([1, 2, 3, 4, 5, 0])
        >>> h_tilde_excess(batch, z)
        (0, 0, 0, 0, 0, 1)
    """
    labels = _labels(batch, 0)
    g = make_rows(batch.ranks, labels.sources, labels.targets)
    decs, _, _ = _decompose(g)
    (places,) = np.nonzero(decs.tops == z)
    if not len(places):
        raise UsageError(f"vertex {z} is not the top of a hypercube decomposition.")
    length = int(g.ranks[-1])
    known = r_tilde_of(labels, length)
    row = np.zeros((len(g.ranks), known.rows.shape[1]), np.int64)
    fill_row(g, 0, known, row)
    total = -row[-1]
    for cube in range(*decs.cube_ends[places[0] : places[0] + 2].tolist()):
        p = decs.cube_bottoms[cube]
        move = int(length - g.ranks[p] - decs.cube_sizes[cube]) // 2
        total[move:] += row[p, : len(total) - move]
    polynomial = [0] * (length + 1)
    for j, coefficient in enumerate(total[: length // 2 + 1].tolist()):
        polynomial[length - 2 * j] = coefficient
    return trimmed(polynomial)


def _labels(batch: IntervalBatch, k: int) -> Labels:
    nodes = slice(batch.node_ends[k], batch.node_ends[k + 1])
    edges = slice(batch.edge_ends[k], batch.edge_ends[k + 1])
    reflections = batch.reflections[edges].astype(np.int64) @ np.array([16, 1])
    return Labels(batch.elements[nodes], batch.sources[edges], batch.targets[edges], reflections)


class _Tally:
    def __init__(self) -> None:
        self.cases: dict[str, int] = {}
        self.failures: dict[str, list[tuple[int, ...]]] = {}

    def add(self, name: str, holds: NDArray[np.bool_], where: Sequence[tuple[int, ...]]) -> None:
        """Notes the cases of one formula; `where` names them."""
        if len(holds):
            self.cases[name] = self.cases.get(name, 0) + len(holds)
            if not holds.all():
                bad = self.failures.setdefault(name, [])
                bad += [where[k] for k in np.flatnonzero(~holds).tolist()]


def _check_lower(
    tally: _Tally,
    labels: Labels,
    ranks: NDArray[np.int16],
    standard: NDArray[np.int64],
    limits: Limits,
) -> tuple[int, int, int]:
    g = make_rows(ranks, labels.sources, labels.targets)
    decs, cubes, to_top = _decompose(g)
    where = [(z,) for z in decs.tops.tolist()]
    strong = decs.join_strong
    known = r_tilde_of(labels, int(g.ranks[-1]))
    is_standard = _check_standard(tally, "standard", decs, standard)
    every = limits.amazing is None or len(ranks) <= limits.amazing
    by_h_tilde, by_shortcuts, same, amazing = check_r_tilde(g, decs, to_top, known, every).T
    _add_some(tally, "h-tilde-standard", by_h_tilde, where, is_standard)
    _add_some(tally, "h-tilde-strong", by_h_tilde, where, strong)
    tally.add("h-tilde", by_h_tilde, where)
    tally.add("shortcut-formula", by_shortcuts, where)
    tally.add("same-terms", same, where)
    if every:
        tally.add("amazing", amazing, where)
    highest = int(decs.tops[-1]) if len(decs.tops) else 0
    by_bbdvw, positive = check_bbdvw(g, decs, kl_of(labels, g, highest), cubes).T
    _add_some(tally, "bbdvw-standard", by_bbdvw, where, is_standard)
    tally.add("bbdvw", by_bbdvw, where)
    tally.add("gamma-positive", positive, where)
    tally.add("numerical-criterion", decs.numerical == strong, where)
    _check_pairs(tally, g, decs, is_standard, limits.pairs)
    return len(decs.tops), int(strong.sum()), int(is_standard.sum())


def _check_upper(
    tally: _Tally, labels: Labels, ranks: NDArray[np.int16], standard: NDArray[np.int64]
) -> None:
    """The lower ones of the dual; only what is said of R-tilde carries over."""
    turned, sources, targets, reflections = dual(
        ranks, labels.sources, labels.targets, labels.reflections
    )
    words = np.int8(labels.words.shape[1] - 1) - labels.words[::-1]
    g = make_rows(turned, sources, targets)
    decs, _, to_top = _decompose(g)
    known = r_tilde_of(Labels(words, sources, targets, reflections), int(g.ranks[-1]))
    where = [(z,) for z in decs.tops.tolist()]
    _check_standard(tally, "upper-standard", decs, standard)
    by_h_tilde = check_r_tilde(g, decs, to_top, known, False)[:, 0]
    _add_some(tally, "upper-h-tilde-strong", by_h_tilde, where, decs.join_strong)
    tally.add("upper-h-tilde", by_h_tilde, where)


def _decompose(g: Rows) -> tuple[Decompositions, Cubes, NDArray[np.int16]]:
    """All decompositions, room for the cubes at any vertex, and d(., v)."""
    size = len(g.ranks)
    bad = rule_out(g.ends, g.targets.astype(np.int64), g.up)
    left = np.flatnonzero(np.unpackbits(bad.view(np.uint8), bitorder="little")[: size - 1] == 0)
    room = _ROOM
    while True:
        cubes = make_cubes(room, g.up.shape[1])
        enough, decs = find_decompositions(g, left, cubes)
        if enough:
            break
        room *= 4
    to_top = np.empty(size, np.int16)
    distances_to(g, size - 1, to_top)
    return decs, cubes, to_top


def _check_standard(
    tally: _Tally, name: str, decs: Decompositions, standard: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """bool[D], which of the decompositions are standard."""
    wanted = np.unique(standard[standard >= 0])
    holds = np.isin(wanted, decs.tops[decs.join_strong])
    tally.add(name, holds, [(z,) for z in wanted.tolist()])
    return np.isin(decs.tops, wanted)


def _add_some(
    tally: _Tally,
    name: str,
    holds: NDArray[np.bool_],
    where: Sequence[tuple[int, ...]],
    chosen: NDArray[np.bool_],
) -> None:
    rows = np.flatnonzero(chosen).tolist()
    tally.add(name, holds[rows], [where[k] for k in rows])


def _check_pairs(
    tally: _Tally, g: Rows, decs: Decompositions, is_standard: NDArray[np.bool_], limit: int
) -> None:
    # In the order of itertools.combinations, as `analysis.formulas.checking` has them.
    one, other = np.triu_indices(len(decs.tops), 1)
    both_strong = decs.join_strong[one] & decs.join_strong[other]
    listed = {
        "double-shortcuts-standard": np.flatnonzero(is_standard[one] & is_standard[other]),
        "double-shortcuts-strong": _some(np.flatnonzero(both_strong), limit),
        "double-shortcuts-other": _some(np.flatnonzero(~both_strong), limit),
    }
    rows = np.concatenate(list(listed.values()))
    pairs = np.stack([one[rows], other[rows]], axis=1)
    agree = check_pairs(g, decs.tops, pairs)
    begin = 0
    for name, some in listed.items():
        end = begin + len(some)
        where = [tuple(pair) for pair in decs.tops[pairs[begin:end]].tolist()]
        tally.add(name, agree[begin:end], where)
        begin = end


def _some(rows: NDArray[np.int64], limit: int) -> NDArray[np.int64]:
    return rows[random.Random(0).sample(range(len(rows)), limit)] if len(rows) > limit else rows
