"""Boolean intervals, and what f has to do with them.

Example:
    The 4-crown has f = l = 3 and is not Boolean; S_4 has f = 3, and a Boolean interval inside
    that has 4.

    >>> cube, crown = Subject("1324", "4231", labels=True), Subject("1324", "3412")
    >>> group = Subject("1234", "4321", labels=True)
    >>> boolean.outcome(cube).applies, boolean.outcome(crown).applies, dyadic.outcome(cube).applies
    (True, False, True)
    >>> free_is_boolean.outcome(crown).failures
    ({'expected': True, 'found': False},)
    >>> f_equals_boolean.outcome(crown).failures
    ({'expected': 2, 'found': 3},)
    >>> f_monotone.outcome(group).failures
    ({'inside': ['1324', '4231'], 'expected': 3, 'found': 4},)
    >>> boolean_maximum.outcome(group).holds
    True
"""

from __future__ import annotations

from collections.abc import Sequence

from analysis.conjectures.base import Outcome, conjecture
from analysis.conjectures.subject import Subject, at

__all__ = [
    "boolean",
    "boolean_maximum",
    "dyadic",
    "f_equals_boolean",
    "f_monotone",
    "free_is_boolean",
]

_SOURCE = (
    "J. Ellenberg, N. Libedinsky, D. Plaza, J. Simental, G. Williamson, arXiv:2601.01235 [recon]"
)


@conjecture(
    "boolean",
    "If [x,w] is Boolean, then R~ = q^l, P = 1 and f = l, with l = l(x,w).",
    source=_SOURCE,
    status="theorem",
)
def boolean(interval: Subject) -> Outcome:
    """Boolean intervals only."""
    from analysis.formulas.boolean import is_boolean

    if not is_boolean(interval.bits):
        return Outcome.not_applicable()
    power = [0] * interval.length + [1]
    found = [list(interval.r_tilde), list(interval.kl), interval.f]
    return Outcome.equal([power, [1], interval.length], found)


@conjecture(
    "free-is-boolean",
    "If f(x,w) = l(x,w), then [x,w] is Boolean.",
    source="the converse of boolean",
    status="refuted",
    note="Fails in S_4: [1324, 3412].",
    recheck="free_is_boolean",
)
def free_is_boolean(interval: Subject) -> Outcome:
    """Intervals with f = l."""
    from analysis.formulas.boolean import is_boolean

    if interval.f != interval.length:
        return Outcome.not_applicable()
    return Outcome.equal(True, is_boolean(interval.bits))


@conjecture(
    "f-equals-boolean",
    "f(x,w) is the dimension of the largest Boolean interval inside [x,w].",
    source="suggested by the maxima over S_n, which agree: 2, 4, 5, 7 for n = 3 to 6",
    status="refuted",
    note="Pointwise there is no inequality either way: f less the dimension is -1, 0 or 1 in S_4.",
    recheck="f_equals_boolean",
)
def f_equals_boolean(interval: Subject) -> Outcome:
    """Both numbers."""
    from analysis.formulas.boolean import largest_boolean

    return Outcome.equal(largest_boolean(interval.bits).dimension, interval.f)


@conjecture(
    "f-monotone",
    "f(a,b) is at most f(x,w) for all x <= a < b <= w.",
    source="what a least number of generators might be thought to obey",
    status="refuted",
    note="f is not monotone under inclusion.",
    recheck="f_monotone",
)
def f_monotone(interval: Subject) -> Outcome:
    """All subintervals."""
    ranks = interval.ranks
    failures, count = [], 0
    for a in range(interval.num_nodes):
        for b, r_tilde in enumerate(interval.exact.r_tilde_from(a)):
            if not r_tilde or a == b:
                continue
            count += 1
            length = ranks[b] - ranks[a]
            found = length - at(r_tilde, length - 2)
            if found > interval.f:
                inside = interval.names([a, b])
                failures.append({"inside": inside, "expected": interval.f, "found": found})
    return Outcome.of(failures, subintervals=count)


@conjecture(
    "boolean-maximum",
    "The largest dimension of a Boolean interval of S_n is the largest f(x,w) in S_n.",
    source=_SOURCE,
    status="observed",
    note="2, 4, 5, 7 for n = 3 to 6.",
    about="labels",
)
def boolean_maximum(interval: Subject) -> Outcome:
    """Looks inside [e, w0], which is all of S_n."""
    from analysis.formulas.boolean import largest_boolean

    identity = tuple(range(1, interval.n + 1))
    if (interval.x, interval.w) != (identity, identity[::-1]):
        return Outcome.not_applicable()
    ranks = interval.ranks
    largest = max(
        ranks[b] - ranks[a] - at(r_tilde, ranks[b] - ranks[a] - 2)
        for a in range(interval.num_nodes)
        for b, r_tilde in enumerate(interval.exact.r_tilde_from(a))
        if r_tilde
    )
    return Outcome.equal(largest, largest_boolean(interval.bits).dimension)


@conjecture(
    "dyadic",
    "The permutations of 2^k with one point in each dyadic box 2^j x 2^(k-j) are a Boolean "
    "interval of dimension k 2^(k-1); it goes from the reversal of bits to w0 times it.",
    source=_SOURCE,
    status="theorem",
    about="labels",
)
def dyadic(interval: Subject) -> Outcome:
    """The one interval of S_2, S_4, S_8 that it is about."""
    from analysis.formulas.boolean import is_boolean

    n = interval.n
    k = n.bit_length() - 1
    bottom = tuple(1 + _reversed_bits(i, k) for i in range(n))
    if n != 1 << k or interval.x != bottom or interval.w != bottom[::-1]:
        return Outcome.not_applicable()
    spread = all(_is_dyadic(word, k) for word in interval.words)
    # There are 2^(k 2^(k-1)) of them: two ways to fill each of the k 2^(k-1) double boxes.
    found = [spread, interval.num_nodes, interval.length, is_boolean(interval.bits)]
    dimension = k * n // 2
    return Outcome.equal([True, 1 << dimension, dimension, True], found)


def _reversed_bits(number: int, bits: int) -> int:
    return int(f"{number:0{bits}b}"[::-1], 2) if bits else 0


def _is_dyadic(word: Sequence[int], k: int) -> bool:
    n = 1 << k
    return all(
        len({(i >> j, (value - 1) >> k - j) for i, value in enumerate(word)}) == n
        for j in range(k + 1)
    )
