"""Numbers to be made large: the largest Boolean interval, a coefficient, a value of mu.

A quantity turns whole batches of pairs into values by fast exact routes: degrees at both ends by
compiled code, Kazhdan-Lusztig polynomials out of the table up to S_9, beyond by
`data_gen.kl_pairs`, with a limit on the elements.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.formulas.exact import MAX_TABLE_N, kl_table
from analysis.search._pair_kernels import degrees
from analysis.search.objectives import MAX_KL_N, Evaluation, small_enough, unscored
from data_gen.bruhat import rank_permutations
from data_gen.errors import UsageError
from data_gen.words import lengths

__all__ = ["Quantity", "QuantityObjective", "all_quantities", "find_quantity"]

Words = NDArray[np.int8]
Numbers = NDArray[np.float64]

SINGLE_NODES = 2000
"""Where polynomials come one by one: from S_10 on, unless another limit is given."""


@dataclass(frozen=True)
class Quantity:
    """A number that an interval has.

    Attributes:
        name: What `klgnn conjecture search` is called with.
        statement: In words.
        evaluate: Of pairs x < w, int8[K, n] each and 0-indexed: the scores that a search climbs,
            and the values, float64[K] each; nan for an interval that has no value.
        source: Where it comes from.
        reads_kl: Whether it needs Kazhdan-Lusztig polynomials.
    """

    name: str
    statement: str
    evaluate: Callable[[Words, Words], tuple[Numbers, Numbers]]
    source: str = ""
    reads_kl: bool = True

    def of(self, xs: Words, ws: Words) -> Numbers:
        """The values of pairs x < w.

        Example:
            >>> crown = np.array([[0, 2, 1, 3]], np.int8), np.array([[2, 3, 0, 1]], np.int8)
            >>> find_quantity("f").of(*crown), find_quantity("coefficient:1").of(*crown)
            (array([3.]), array([1.]))
        """
        return self.evaluate(xs, ws)[1]


@dataclass(frozen=True)
class QuantityObjective:
    """A quantity in one S_n, as `analysis.search.objectives.Objective`.

    Example:
        >>> objective = QuantityObjective(find_quantity("boolean"), 4)
        >>> cube = np.array([[0, 2, 1, 3]], np.int8), np.array([[3, 1, 2, 0]], np.int8)
        >>> objective.evaluate(*cube).values
        array([4.])
    """

    quantity: Quantity
    n: int
    max_nodes: int | None = None

    def __post_init__(self) -> None:
        """Sets the limit that single polynomials need; refuses an n that has none."""
        if self.quantity.reads_kl and self.n > MAX_KL_N:
            raise UsageError(
                f"n = {self.n}: {self.name} needs Kazhdan-Lusztig polynomials, and goes up to "
                f"S_{MAX_KL_N}."
            )
        if self.max_nodes is None and self.quantity.reads_kl and self.n > MAX_TABLE_N:
            object.__setattr__(self, "max_nodes", SINGLE_NODES)

    @property
    def name(self) -> str:
        """That of the quantity."""
        return self.quantity.name

    @property
    def is_slow(self) -> bool:
        """Only where polynomials come one by one."""
        return self.quantity.reads_kl and self.n > MAX_TABLE_N

    def evaluate(self, xs: Words, ws: Words) -> Evaluation:
        """As `Objective.evaluate`."""
        scores, values = unscored(xs, ws), np.full(len(xs), np.nan)
        kept = small_enough(xs, ws, self.max_nodes)
        scores[kept], values[kept] = self.quantity.evaluate(xs[kept], ws[kept])
        return Evaluation(scores, values)


def all_quantities() -> dict[str, Quantity]:
    """All of them by name; of `coefficient:K` the one for K = 1.

    Example:
        >>> list(all_quantities())
        ['boolean', 'f', 'coefficient:1', 'mu', 'kl-degree', 'kl-at-1', 'deodhar-excess']
    """
    coefficient = _coefficient(1)
    return {one.name: one for one in (*_PLAIN[:2], coefficient, *_PLAIN[2:])}


def find_quantity(name: str) -> Quantity | None:
    """The quantity of a name; None if it is no name of one.

    Raises:
        UsageError: If it is `coefficient:` and no degree.

    Example:
        >>> find_quantity("coefficient:2").statement
        'the coefficient of q^2 in P_{x,w}'
    """
    first, colon, rest = name.partition(":")
    if first != "coefficient":
        return next((one for one in _PLAIN if one.name == name), None)
    if colon and not (rest.isascii() and rest.isdigit()):
        raise UsageError(f"{name!r}: a degree belongs after the colon, as in coefficient:2.")
    return _coefficient(int(rest) if rest else 1)


def _boolean(xs: Words, ws: Words) -> tuple[Numbers, Numbers]:
    """The dimension; climbed is the length, less whatever is wrong at the two ends.

    [x, w] is Boolean iff both ends have l edges, all of them covers. For out-degree l at x gives
    P = 1 in type A, hence out-degree l(a, w) at every a, and by [q]P = 0 as many coatoms as
    f = l - [q^(l-2)] R~; so with l coatoms there is no path shorter than l, no edge but covers.
    In-degree l at w gives in-degree l(x, a) at every a. That makes every [x, a] and every [a, w] of
    the right number of atoms and coatoms, and by induction the subsets of a set. Compared with the
    definition on all intervals of S_3 to S_6.
    """
    found = degrees(xs, ws).astype(np.float64)
    length = found[:, 0]
    # A missing cover counts as well as the edge that is there instead of it.
    wrong = (found[:, 1] - found[:, 2]) + (found[:, 3] - found[:, 4])
    wrong += (found[:, 1] - length) + (found[:, 3] - length)
    return length - wrong / 2, np.where(wrong == 0, length, np.nan)


def _f(xs: Words, ws: Words) -> tuple[Numbers, Numbers]:
    """By [q]P = coatoms - f, a theorem; coatoms are counted at the upper end."""
    coatoms = degrees(xs, ws)[:, 4]
    values = coatoms - _kl(xs, ws)[:, 1]
    return values, values


def _coefficient(degree: int) -> Quantity:
    def evaluate(xs: Words, ws: Words) -> tuple[Numbers, Numbers]:
        polynomials = _kl(xs, ws)
        zero = np.zeros(len(xs))
        values = polynomials[:, degree] if degree < polynomials.shape[1] else zero
        # Where the coefficient is 0 the others lead upwards, without ever outdoing a 1.
        sums = polynomials.sum(axis=1)
        return values + sums / (1 + sums), values

    return Quantity(
        f"coefficient:{degree}", f"the coefficient of q^{degree} in P_{{x,w}}", evaluate
    )


def _mu(xs: Words, ws: Words) -> tuple[Numbers, Numbers]:
    """Where it is 0, climbed is how far the degree is from where mu would be."""
    polynomials = _kl(xs, ws)
    gaps = lengths(ws) - lengths(xs)
    highest = (gaps - 1) // 2
    columns = np.minimum(highest, polynomials.shape[1] - 1)
    at_highest = polynomials[np.arange(len(xs)), columns]
    values = np.where((gaps % 2 == 1) & (highest < polynomials.shape[1]), at_highest, 0.0)
    missing = highest - _degree(polynomials) + (gaps % 2 == 0) / 2
    sums = polynomials.sum(axis=1)
    return np.where(values > 0, values, -missing) + sums / (1 + sums), values


def _kl_degree(xs: Words, ws: Words) -> tuple[Numbers, Numbers]:
    polynomials = _kl(xs, ws)
    values = _degree(polynomials).astype(np.float64)
    sums = polynomials.sum(axis=1)
    return values + sums / (1 + sums), values


def _kl_at_1(xs: Words, ws: Words) -> tuple[Numbers, Numbers]:
    values = _kl(xs, ws).sum(axis=1)
    return values, values


def _deodhar_excess(xs: Words, ws: Words) -> tuple[Numbers, Numbers]:
    found = degrees(xs, ws).astype(np.float64)
    values = found[:, 1] - found[:, 0]
    return values, values


def _degree(polynomials: Numbers) -> NDArray[np.int64]:
    width = polynomials.shape[1]
    found: NDArray[np.int64] = width - 1 - np.argmax(polynomials[:, ::-1] > 0, axis=1)
    return found


def _kl(xs: Words, ws: Words) -> Numbers:
    """float64[K, degrees >= 2], the coefficients of P_{x,w}, ascending; exact, being small."""
    n = xs.shape[1]
    x_ranks, w_ranks = rank_permutations(xs), rank_permutations(ws)
    if n <= MAX_TABLE_N:
        table = kl_table(n)
        known, places = _rows(table.polynomials), table.lookup(x_ranks, w_ranks)
        return known[places]
    from data_gen.kl_pairs import polynomials_of_pairs

    return _rows(polynomials_of_pairs(n, x_ranks, w_ranks))


def _rows(polynomials: tuple[tuple[int, ...], ...] | list[tuple[int, ...]]) -> Numbers:
    width = max([2, *map(len, polynomials)])
    rows = np.zeros((len(polynomials), width))
    for row, coefficients in zip(rows, polynomials, strict=True):
        row[: len(coefficients)] = coefficients
    return rows


_BOOLEAN = (
    "J. Ellenberg, N. Libedinsky, D. Plaza, J. Simental, G. Williamson, arXiv:2601.01235 [recon]"
)
_PLAIN = (
    Quantity(
        *("boolean", "the dimension of [x,w], where it is Boolean", _boolean),
        *(_BOOLEAN, False),
    ),
    Quantity("f", "f(x,w) = l(x,w) - [q^(l-2)] R~_{x,w}", _f, "L. Patimo; arXiv:2601.07793"),
    Quantity("mu", "the coefficient of q^((l-1)/2) in P_{x,w}, l = l(x,w)", _mu),
    Quantity("kl-degree", "the degree of P_{x,w}", _kl_degree),
    Quantity("kl-at-1", "P_{x,w}(1)", _kl_at_1),
    Quantity(
        *("deodhar-excess", "the out-degree of x in [x,w], less l(x,w)", _deodhar_excess),
        *("V. Deodhar (1985)", False),
    ),
)
