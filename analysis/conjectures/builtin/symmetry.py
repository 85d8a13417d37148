"""What inversion and multiplication by the longest element do to the polynomials.

Example:
    P = 1 + q here, and 1 for the dual interval; R~ and mu are the same for both.

    >>> interval = Subject("1234", "3412", labels=True)
    >>> kl_duality.outcome(interval).failures
    ({'expected': [1, 1], 'found': [1]},)
    >>> [one.outcome(interval).holds for one in (r_tilde_duality, inversion)]
    [True, True]
    >>> mu_duality.outcome(Subject("1324", "3412")).holds
    True
"""

from __future__ import annotations

from analysis.conjectures.base import Outcome, conjecture
from analysis.conjectures.subject import Subject, at
from analysis.formulas.exact import kl_of, r_tilde_of
from data_gen.permutations import inverse

__all__ = ["inversion", "kl_duality", "mu_duality", "r_tilde_duality"]

_SOURCE = "D. Kazhdan, G. Lusztig (1979)"


@conjecture(
    "r-tilde-duality",
    "R~_{w0 w, w0 x} = R~_{x,w}.",
    source=_SOURCE,
    status="theorem",
    about="labels",
)
def r_tilde_duality(interval: Subject) -> Outcome:
    """Looked up on both sides."""
    x, w = interval.x, interval.w
    dual = [tuple(interval.n + 1 - value for value in word) for word in (w, x)]
    return Outcome.equal(list(r_tilde_of(x, w)), list(r_tilde_of(*dual)))


@conjecture("mu-duality", "mu(w0 w, w0 x) = mu(x,w).", source=_SOURCE, status="theorem")
def mu_duality(interval: Subject) -> Outcome:
    """The coefficients of q^((l-1)/2)."""
    if interval.length % 2 == 0:
        return Outcome.not_applicable()
    dual = interval.dual_kl_between(0, interval.top)
    return Outcome.equal(interval.mu, at(dual, (interval.length - 1) // 2))


@conjecture(
    "kl-duality",
    "P_{w0 w, w0 x} = P_{x,w}.",
    source="what R~ and mu obey",
    status="refuted",
    note="Fails for 8 pairs of S_4 and 478 of S_5.",
    recheck="kl_duality",
)
def kl_duality(interval: Subject) -> Outcome:
    """Both polynomials."""
    return Outcome.equal(list(interval.kl), list(interval.dual_kl_between(0, interval.top)))


@conjecture(
    "inversion",
    "P_{x^-1, w^-1} = P_{x,w}.",
    source=_SOURCE,
    status="theorem",
    about="labels",
)
def inversion(interval: Subject) -> Outcome:
    """Both polynomials."""
    found = kl_of(inverse(interval.x), inverse(interval.w))
    return Outcome.equal(list(kl_of(interval.x, interval.w)), list(found))
