"""The degrees of R~.

Example:
    The one pair of S_4 at which the distance is not the absolute length: x^-1 w is a product of
    two transpositions, and the interval is Boolean.

    >>> cube = Subject("1324", "4231", labels=True)
    >>> absolute_length.outcome(cube).failures, cube.r_tilde, r_tilde_degrees.outcome(cube).holds
    (({'expected': 2, 'found': 4},), (0, 0, 0, 0, 1), True)
"""

from __future__ import annotations

from analysis.conjectures.base import Outcome, conjecture
from analysis.conjectures.subject import Subject
from data_gen.permutations import inverse

__all__ = ["absolute_length", "r_tilde_degrees"]


@conjecture(
    "r-tilde-degrees",
    "R~_{x,w} is monic of degree l = l(x,w), its lowest degree is the length d(x,w) of a shortest "
    "directed path, and only degrees of the parity of l occur.",
    source="M. Dyer (1993)",
    status="theorem",
)
def r_tilde_degrees(interval: Subject) -> Outcome:
    """The exponents that occur."""
    exponents = [degree for degree, value in enumerate(interval.r_tilde) if value]
    found = [exponents[-1], interval.r_tilde[-1], exponents[0]]
    found.append(len({degree % 2 for degree in exponents}))
    distance = interval.distances_from_bottom[interval.top]
    return Outcome.equal([interval.length, 1, distance, 1], found)


@conjecture(
    "absolute-length",
    "d(x,w) is the absolute length of x^-1 w: the least number of transpositions with that product",
    source="true of lower intervals: M. Dyer (2001)",
    status="refuted",
    note="Fails for 1 pair of S_4, 65 of S_5 and 3,773 of S_6.",
    about="labels",
    recheck="absolute_length",
)
def absolute_length(interval: Subject) -> Outcome:
    """The absolute length is n less the number of cycles of x^-1 w."""
    inverted = inverse(interval.x)
    product = [inverted[value - 1] - 1 for value in interval.w]
    cycles, left = 0, set(range(interval.n))
    while left:
        cycles += 1
        place = min(left)
        while place in left:
            left.remove(place)
            place = product[place]
    expected = interval.n - cycles
    return Outcome.equal(expected, interval.distances_from_bottom[interval.top])
