"""Sharp linear inequalities between a few invariants, by linear programming.

For a few invariants the rows of a table are points. Of all linear functions of the others that stay
below one of them at every point, a linear program finds the one that is highest on average: it
touches the points in a facet of their convex hull. The slopes are then rounded to small rational
numbers and the constant computed anew, exactly, so that the inequality holds on the table whatever
the linear program did; it is kept if it still is a facet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations
from math import lcm

import numpy as np
from numpy.typing import NDArray

from analysis.discovery.exact import affine_rank
from analysis.discovery.invariants import INVARIANTS, NAMES
from analysis.discovery.relations import Relation
from analysis.discovery.tables import InvariantTable
from data_gen.progress import Progress, no_progress

__all__ = ["find_inequalities", "supports"]

_MOST_POINTS_FOR_RANK = 40
_OF_P = frozenset(one.name for one in INVARIANTS if one.origin == "P")
_BITS = frozenset(("r_1", "r_2"))  # 0 or 1

Support = tuple[str, ...]


def supports(terms: int, names: Sequence[str] = NAMES) -> tuple[Support, ...]:
    """All sets of at most so many invariants, but none of invariants of P alone.

    Between these there is nothing to be found: every polynomial with constant term 1 and no
    negative coefficient is some P (P. Polo, Represent. Theory 3, 1999), only not for small n. What
    is 0 or 1 anyway binds P as little as a constant.

    Example:
        >>> supports(2, ("f", "kl_1"))
        (('f',), ('f', 'kl_1'))
    """
    every = (chosen for k in range(1, terms + 1) for chosen in combinations(names, k))
    return tuple(chosen for chosen in every if not _is_about_p_alone(chosen))


def _is_about_p_alone(names: Iterable[str]) -> bool:
    rest = set(names) - _BITS
    return bool(rest) and _OF_P.issuperset(rest)


def find_inequalities(
    table: InvariantTable,
    chosen: Iterable[Support],
    max_coefficient: int = 3,
    hypothesis: str = "",
    progress: Progress = no_progress,
) -> tuple[Relation, ...]:
    """Facets of the convex hull of the rows, for each set of invariants; the simplest first.

    Args:
        table: The intervals.
        chosen: Sets of invariants, see `supports`.
        max_coefficient: Inequalities with larger coefficients are left out.
        hypothesis: What the relations say of themselves; the rows are taken as they are.
        progress: Where to show how far it is.

    Example:
        >>> from analysis.discovery.tables import table_of_classes
        >>> found = find_inequalities(table_of_classes(4), [("length", "out_degree")])
        >>> "out_degree >= length" in map(str, found)
        True
    """
    if not len(table):
        return ()
    everything = tuple(chosen)
    found: set[Relation] = set()
    with progress("linear programs") as report:
        for k, names in enumerate(everything):
            points = np.unique(np.stack([table[name] for name in names], axis=1), axis=0)
            for vector in _facets(points, max_coefficient):
                if _is_about_p_alone(name for name, c in zip(names, vector, strict=True) if c):
                    continue
                constant = -int((points @ np.array(vector)).min())
                found.add(
                    Relation.of(
                        dict(zip(names, vector, strict=True)), constant, hypothesis=hypothesis
                    )
                )
            report(k + 1, len(everything))
    return tuple(sorted(found, key=lambda one: one.complexity))


def _facets(points: NDArray[np.int64], max_coefficient: int) -> Iterator[tuple[int, ...]]:
    """Normals of facets, pointing inwards: int, one for each column of the points."""
    dimension = points.shape[1]
    if len(points) <= dimension or _rank(points) <= dimension:
        return  # an equality holds: fewer invariants say the same
    if dimension == 1:
        yield from ((1,), (-1,))
        return
    # Of two invariants each is bounded; of three one, which differs from set to set: it is a third
    # of the work, and not all facets are found.
    targets = range(dimension) if dimension == 2 else (int(points.sum()) % dimension,)
    for target in targets:
        others = np.delete(points, target, axis=1)
        for sign in (1, -1):
            slopes = _highest_below(others, sign * points[:, target])
            normal = None if slopes is None else _integers(slopes, max_coefficient)
            if normal is None:
                continue
            vector = (*normal[1 : target + 1], sign * normal[0], *normal[target + 1 :])
            if _is_facet(points, vector):
                yield vector


def _highest_below(others: NDArray[np.int64], bounded: NDArray[np.int64]) -> list[float] | None:
    """Slopes a of the function a.x + b that lies below everywhere and is highest on average."""
    from scipy.optimize import linprog

    system = np.column_stack([others, np.ones(len(others))]).astype(float)
    found = linprog(
        -system.mean(axis=0), A_ub=system, b_ub=bounded, bounds=(None, None), method="highs-ds"
    )
    return found.x[:-1].tolist() if found.status == 0 else None


def _integers(slopes: Sequence[float], max_coefficient: int) -> list[int] | None:
    """Coefficients of y - a.x >= b as integers, y first; None if they are not small."""
    rational = [Fraction(slope).limit_denominator(max_coefficient) for slope in slopes]
    scale = lcm(*(one.denominator for one in rational))
    normal = [scale, *(-int(one * scale) for one in rational)]
    return normal if max(map(abs, normal)) <= max_coefficient else None


def _is_facet(points: NDArray[np.int64], vector: Sequence[int]) -> bool:
    values = points @ np.array(vector)
    return bool(_rank(points[values == values.min()]) >= points.shape[1])


def _rank(points: NDArray[np.int64]) -> int:
    """Exact, of some of the points first: these nearly always suffice."""
    few = affine_rank(points[:: max(1, len(points) // _MOST_POINTS_FOR_RANK)].tolist())
    return few if few > points.shape[1] else affine_rank(points.tolist())
