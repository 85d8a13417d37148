"""Identities between R, R~ and P of an interval and its subintervals.

Example:
    An interval of length 7 with P = 1 + 2q + q^2.

    >>> interval = Subject("12345", "52341", labels=True)
    >>> r_tilde_recursion.outcome(interval).counts, derived_is_palindromic.outcome(interval).holds
    ({'descents': 2}, True)
    >>> [one.outcome(interval).holds for one in (kl_from_r, r_tilde_inverse, kl_inverse)]
    [True, True, True]
"""

from __future__ import annotations

from analysis.conjectures.arithmetic import plus, reflected, scaled, shifted, times
from analysis.conjectures.base import Outcome, conjecture
from analysis.conjectures.subject import Subject
from analysis.formulas.exact import r_tilde_of
from data_gen.permutations import Permutation, right_descents
from data_gen.polynomials import q_derived, trimmed
from data_gen.r_polynomials import r_from_r_tilde

__all__ = [
    "derived_is_palindromic",
    "kl_from_r",
    "kl_inverse",
    "r_tilde_inverse",
    "r_tilde_recursion",
]

_SOURCE = "D. Kazhdan, G. Lusztig (1979)"


@conjecture(
    "r-tilde-recursion",
    "For a right descent s of w, R~_{x,w} is R~_{xs,ws}, and q R~_{x,ws} more if xs > x.",
    source="M. Dyer (1993)",
    status="theorem",
    about="labels",
)
def r_tilde_recursion(interval: Subject) -> Outcome:
    """All right descents of w."""
    x, w = interval.x, interval.w
    failures, descents = [], sorted(right_descents(w))
    for s in descents:
        lower = _times_simple(w, s)
        found = r_tilde_of(_times_simple(x, s), lower)
        if s not in right_descents(x):
            found = plus(found, shifted(r_tilde_of(x, lower), 1))
        if found != interval.r_tilde:
            failures.append({"s": s, "expected": list(interval.r_tilde), "found": list(found)})
    return Outcome.of(failures, descents=len(descents))


def _times_simple(x: Permutation, s: int) -> Permutation:
    """The permutation x s, s exchanging the places s and s + 1."""
    return (*x[: s - 1], x[s], x[s - 1], *x[s + 1 :])


@conjecture(
    "kl-from-r",
    "q^l P_{x,w}(1/q) is the sum over a in [x,w] of R_{x,a} P_{a,w}, and deg P <= (l - 1)/2.",
    source=_SOURCE,
    status="theorem",
)
def kl_from_r(interval: Subject) -> Outcome:
    """Both sides."""
    total: tuple[int, ...] = ()
    columns = zip(
        *(interval.ranks, interval.exact.r_tilde_from(0), interval.exact.kl_to(interval.top)),
        strict=True,
    )
    for rank, r_tilde, kl in columns:
        total = plus(total, times(r_from_r_tilde(r_tilde, rank), kl))
    expected = [list(reflected(interval.kl, interval.length)), True]
    return Outcome.equal(expected, [list(total), 2 * len(interval.kl) <= interval.length + 1])


@conjecture(
    "r-tilde-inverse",
    "The sum over a in [x,w] of (-1)^l(x,a) R~_{x,a} R~_{a,w} is 0 for x < w.",
    source="M. Dyer (1993)",
    status="theorem",
)
def r_tilde_inverse(interval: Subject) -> Outcome:
    """The sum."""
    # R~_{a,w} = R~_{w0 w, w0 a}: the row of the top in the dual.
    to_top = interval.exact.dual.r_tilde_from(0)[::-1]
    from_bottom = interval.exact.r_tilde_from(0)
    total: tuple[int, ...] = ()
    for rank, one, other in zip(interval.ranks, from_bottom, to_top, strict=True):
        total = plus(total, scaled(times(one, other), (-1) ** rank))
    return Outcome.equal([], list(total))


@conjecture(
    "kl-inverse",
    "The sum over z in [x,w] of (-1)^l(x,z) P_{x,z} P_{w0 w, w0 z} is 0 for x < w.",
    source=_SOURCE,
    status="theorem",
)
def kl_inverse(interval: Subject) -> Outcome:
    """The sum."""
    total: tuple[int, ...] = ()
    for z, rank in enumerate(interval.ranks):
        product = times(interval.kl_between(0, z), interval.dual_kl_between(z, interval.top))
        total = plus(total, scaled(product, (-1) ** rank))
    return Outcome.equal([], list(total))


@conjecture(
    "q-derived",
    "The q-derived polynomial (q^l P(1/q) - P(q))/(q - 1) is palindromic of degree l - 1, and P is "
    "minus the lower half of its product with q - 1.",
    source="arXiv:2111.15161",
    status="theorem",
)
def derived_is_palindromic(interval: Subject) -> Outcome:
    """Its coefficients, and P read off them."""
    derived = q_derived(interval.kl, interval.length)
    lower = times(derived, (1, -1))[: (interval.length + 1) // 2]
    expected = [list(derived[::-1]), interval.length, list(interval.kl)]
    return Outcome.equal(expected, [list(derived), len(derived), list(trimmed(lower))])
