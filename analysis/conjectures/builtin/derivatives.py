"""What derivatives at q = 1 say of P without labels.

Example:
    P(1) at the upper ends of the ten edges from the bottom, where P = 1 + 2q + q^2.

    >>> interval = Subject("12345", "52341")
    >>> sum(sum(interval.kl_between(y, interval.top)) for y in interval.above[0])
    20
    >>> interval.length * sum(interval.kl) - 2 * derivative_at_one(interval.kl)
    20
    >>> statements = first_derivative, third_derivative, two_derivatives
    >>> [one.outcome(interval).holds for one in statements]
    [True, True, True]
"""

from __future__ import annotations

from collections.abc import Sequence

from analysis.conjectures.arithmetic import derivative_at_one
from analysis.conjectures.base import Outcome, conjecture
from analysis.conjectures.builtin.paths import cubic_coefficient, middles
from analysis.conjectures.subject import Subject

__all__ = ["first_derivative", "third_derivative", "two_derivatives"]


@conjecture(
    "first-derivative",
    "The sum over the edges x -> y of P_{y,w}(1) is l P_{x,w}(1) - 2 P'_{x,w}(1), l = l(x,w).",
    source="the first derivative at q = 1 of the identity kl-from-r",
    status="theorem",
)
def first_derivative(interval: Subject) -> Outcome:
    """Both sides."""
    kl = interval.kl
    expected = interval.length * sum(kl) - 2 * derivative_at_one(kl)
    return Outcome.equal(expected, _first_sum(interval))


@conjecture(
    "third-derivative",
    "The third derivative at q = 1 of kl-from-r, with [q]R~, [q^2]R~ and [q^3]R~ read off edges, "
    "paths of two edges and cycles of paths of three edges as in two-paths and flip-cycles, holds.",
    source="the identity kl-from-r; [q^3]R~ as in flip-cycles",
    status="observed",
    note="With first-derivative a second linear identity for P_{x,w} that needs no labels. All of "
    "S_4 and S_5, and 9,851 of 9,853 classes met up to S_8; in the two others the check left out "
    "the coefficient of q^5 of P.",
)
def third_derivative(interval: Subject) -> Outcome:
    """Both sides."""
    sides = [
        sum(c * factor(k, interval.length) for k, c in enumerate(interval.kl))
        for factor in (_reversed_third, _own_third)
    ]
    return Outcome.equal(sides[0], sides[1] + _third_sum(interval))


@conjecture(
    "two-derivatives",
    "If P_{x,w} has degree at most 3, it is determined by the P_{a,w}, a > x: it is the polynomial "
    "with constant term 1, non-negative integer coefficients and 2 deg P < l that obeys "
    "first-derivative and third-derivative and has the least coefficient of q^3.",
    source="observed",
    status="observed",
    note="On all 9,814 classes of degree at most 3 that were tried, of at most 500 elements, and "
    "on 70 larger ones. Of degree 4 it gets half.",
)
def two_derivatives(interval: Subject) -> Outcome:
    """Solves for the coefficients of q and q^2, for one coefficient of q^3 after the other."""
    kl, length = interval.kl, interval.length
    if len(kl) > 4:
        return Outcome.not_applicable()
    first = [length - 2 * k for k in range(4)]
    third = [_reversed_third(k, length) - _own_third(k, length) for k in range(4)]
    sums = _first_sum(interval), _third_sum(interval)
    most = (length - 1) // 2
    for cubic in range(max(sums) + 1 if most >= 3 else 1):
        rest = [
            total - row[0] - cubic * row[3] for total, row in zip(sums, (first, third), strict=True)
        ]
        found = _solved(first, third, rest, most)
        if found is not None:
            return Outcome.equal([*kl, *[0] * (4 - len(kl))], [1, *found, cubic])
    return Outcome.equal(list(kl), "no solution")


def _solved(
    first: Sequence[int], third: Sequence[int], rest: Sequence[int], most: int
) -> tuple[int, int] | None:
    """Non-negative integers c1, c2 with c1 row[1] + c2 row[2] = rest in both rows."""
    if most == 0:
        return (0, 0) if not any(rest) else None
    for quadratic in range(max(rest[0], 0) + 1 if most >= 2 else 1):
        linear, remainder = divmod(rest[0] - quadratic * first[2], first[1])
        if linear < 0:
            return None  # first[2] > 0: larger ones leave even less
        if not remainder and linear * third[1] + quadratic * third[2] == rest[1]:
            return linear, quadratic
    return None


def _first_sum(interval: Subject) -> int:
    to_top = interval.exact.kl_to(interval.top)
    return sum(sum(to_top[y]) for y in interval.above[0])


def _third_sum(interval: Subject) -> int:
    """The third derivative at 1 of the sum over a > x of R_{x,a} P_{a,w}.

    R_{x,a} is the sum over k of r_k (q - 1)^k q^((l - k)/2); from k = 4 on it is 0 there.
    """
    to_top = interval.exact.kl_to(interval.top)
    edges = set(interval.above[0])
    total = 0
    for a, rank in list(enumerate(interval.ranks))[1:]:
        kl = to_top[a]
        if rank % 2 == 0:
            if middles(interval, 0, a):
                shift = (rank - 2) // 2
                total += 6 * sum((k + shift) * c for k, c in enumerate(kl))
            continue
        if a in edges:
            shift = (rank - 1) // 2
            total += 3 * sum((k + shift) * (k + shift - 1) * c for k, c in enumerate(kl))
        total += 6 * cubic_coefficient(interval, a) * sum(kl)
    return total


def _reversed_third(k: int, length: int) -> int:
    """The third derivative of q^(length - k) at 1."""
    return (length - k) * (length - k - 1) * (length - k - 2)


def _own_third(k: int, length: int) -> int:
    """The third derivative of q^k at 1."""
    return k * (k - 1) * (k - 2)
