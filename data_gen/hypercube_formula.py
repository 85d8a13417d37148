"""The hypercube formula for P_{x,w}: from hypercubes at x and the polynomials of smaller intervals.

Let X = [x, w] with x(1) != w(1), and I = {z in X : z(1) = x(1)}: an interval [x, z] again, and an
interval of S_{n-1} if the letter x(1) is deleted. Write
P^d_{x,w} = (q^l(x,w) P_{x,w}(1/q) - P_{x,w}(q)) / (q - 1), which determines P_{x,w}. Then::

    P^d_{x,w} = Q + J,                                  the hypercube and the inductive piece
    Q = q^(l(x,w) - 1) N(1/q),
    N = sum_Y (q - 1)^(|Y| - 1) q^m(Y) P_{theta(Y),w},
    J = sum over z in I, z != x, of gamma_z P^d_{x,z}.

Y runs over the nonempty antichains in E, the elements of X outside I that an edge joins to x;
theta(Y) is the top of the hypercube that Y spans at x, and m(Y) the number of elements of E below
some element of Y. The gamma_z are defined from the top of I down, by
P_{z,w} = sum over z' >= z in I of gamma_{z'} P_{z,z'}.

References:
    C. Blundell, L. Buesing, A. Davies, P. Velickovic, G. Williamson, Towards combinatorial
    invariance for Kazhdan-Lusztig polynomials, arXiv:2111.15161: a theorem for this I and its three
    images, a conjecture for other hypercube decompositions. The statement was derived again and
    checked on all pairs up to S_6 [recon].
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from data_gen.bruhat import rank_permutations, unrank_permutations
from data_gen.errors import IntervalError, UsageError
from data_gen.interval_batch import build_intervals, interval_sizes, pieces, why_not_below
from data_gen.kl_table import KLTable
from data_gen.permutations import PermutationLike, from_array, parse_pair, to_array
from data_gen.polynomials import from_q_derived, trimmed
from data_gen.progress import Progress, no_progress
from data_gen.words import turn

__all__ = ["Decomposition", "HypercubePieces", "hypercube_pieces", "polynomials_by_hypercubes"]

Decomposition = Literal["first", "last", "pos1", "posn"]
"""Which letter the elements of I share with x: x(1), x(n), or the place of 1, or of n."""

_NODES_AT_A_TIME = 200_000

Words = NDArray[np.int8]
Polynomial = tuple[int, ...]


@dataclass(frozen=True)
class HypercubePieces:
    """The two sides of the formula for one interval; coefficients ascending, () for 0.

    Attributes:
        hypercube: Q.
        inductive: J.
        polynomial: P_{x,w}, read off Q + J.
    """

    hypercube: Polynomial
    inductive: Polynomial
    polynomial: Polynomial


def polynomials_by_hypercubes(
    n: int,
    xs: NDArray[np.int64],
    ws: NDArray[np.int64],
    decomposition: Decomposition = "first",
    progress: Progress | None = None,
) -> list[Polynomial]:
    """P_{x,w} of many pairs of S_n, each by the formula.

    Only polynomials of smaller intervals are looked up, in the tables of S_n and S_{n-1}; so this
    is no way to get polynomials, but to see what the formula gives, and how quickly.

    Args:
        n: The pairs are in S_n; what a `KLTable` takes in memory and time sets the limit.
        xs: int64[M], lexicographic ranks of the bottoms.
        ws: int64[M], of the tops; x below w in Bruhat order.
        decomposition: Which of the four standard decompositions.
        progress: Where to show how far it is, such as `data_gen.console.progress`.

    Returns:
        The coefficients of each polynomial, ascending.

    Raises:
        IntervalError: If some x is not below its w.
        UsageError: If n or a rank is out of range, or there is no such decomposition.
        MemoryLimitError: If a graph or a table does not fit into memory.

    Example:
        >>> polynomials_by_hypercubes(4, np.array([2, 0]), np.array([16, 0]))  # 1324 < 3412
        [(1, 1), (1,)]
    """
    below, above = unrank_permutations(xs, n), unrank_permutations(ws, n)
    pieces = _pieces_of_pairs(below, above, decomposition, progress or no_progress)
    return [piece.polynomial for piece in pieces]


def hypercube_pieces(
    x: PermutationLike, w: PermutationLike, decomposition: Decomposition = "first"
) -> HypercubePieces:
    """Q, J and P_{x,w} of one pair.

    Args:
        x: A permutation.
        w: A permutation above x.
        decomposition: Which of the four standard decompositions. A letter that all of [x, w] has in
            common is deleted first, and so on; Q and J belong to what is left.

    Raises:
        PermutationError: If one of them is no permutation or the lengths differ.
        IntervalError: If x is not below w.
        UsageError: If there is no such decomposition.
        MemoryLimitError: If a table does not fit into memory.

    Example:
        >>> hypercube_pieces("1324", "3412")
        HypercubePieces(hypercube=(0, 1, 1), inductive=(1, 1), polynomial=(1, 1))
    """
    below, above = (to_array(word)[None] for word in parse_pair(x, w))
    return _pieces_of_pairs(below, above, decomposition, no_progress)[0]


def _pieces_of_pairs(
    xs: Words, ws: Words, decomposition: str, progress: Progress
) -> list[HypercubePieces]:
    if decomposition not in get_args(Decomposition):
        known = ", ".join(get_args(Decomposition))
        raise UsageError(f"there is no decomposition {decomposition!r}; there are {known}.")
    sizes = interval_sizes(xs, ws)
    if not sizes.all():
        k = int(np.argmin(sizes))
        raise IntervalError(why_not_below(from_array(xs[k]), from_array(ws[k])))
    # Inversion and conjugation by w0 keep all polynomials and turn the others into the first.
    image = decomposition in ("pos1", "posn"), decomposition in ("last", "posn")
    xs, ws = turn(xs, *image), turn(ws, *image)
    found = [HypercubePieces((), (), (1,))] * len(xs)  # right where x = w
    tables: dict[int, _Polynomials] = {}
    rows, done = np.arange(len(xs)), 0
    with progress("hypercube formula") as report:
        while len(rows):
            differ = xs[:, 0] != ws[:, 0]
            if differ.any():
                formula = _Formula(xs.shape[1], tables)
                for part in pieces(sizes[differ], _NODES_AT_A_TIME):
                    new = formula.pieces(xs[differ][part], ws[differ][part])
                    for row, piece in zip(rows[differ][part].tolist(), new, strict=True):
                        found[row] = piece
                        done += 1
                    report(done, len(found))
            left = ~differ & (xs != ws).any(axis=1)
            rows, sizes = rows[left], sizes[left]
            xs, ws = _without_first(xs[left]), _without_first(ws[left])
    return found


def _without_first(words: Words) -> Words:
    """Deletes the first letter; the others are numbered from 0 again."""
    rest = words[:, 1:]
    return (rest - (rest > words[:, :1])).astype(np.int8)


class _Polynomials:
    """The table of one S_n with its polynomials as rows of coefficients."""

    def __init__(self, n: int) -> None:
        self._table = KLTable.compute(n)
        known = self._table.polynomials
        self.width = max(map(len, known))
        # The last row is 0: it is that of the id NOT_BELOW, which is -1.
        self._rows = np.zeros((len(known) + 1, self.width), np.int64)
        for row, polynomial in zip(self._rows, known, strict=False):
            row[: len(polynomial)] = polynomial

    def of(self, xs: NDArray[np.int64], ws: NDArray[np.int64]) -> NDArray[np.int64]:
        """int64[..., width], P_{x,w} of ranks that are broadcast against each other."""
        coefficients: NDArray[np.int64] = self._rows[self._table.lookup(xs, ws)]
        return coefficients


class _Formula:
    """The formula for intervals [x, w] of one S_n with x(1) != w(1)."""

    def __init__(self, n: int, tables: dict[int, _Polynomials]) -> None:
        for m in (n, n - 1):
            if m not in tables:
                tables[m] = _Polynomials(m)
        self._whole, self._inside = tables[n], tables[n - 1]

    def pieces(self, xs: Words, ws: Words) -> Iterator[HypercubePieces]:
        batch = build_intervals(xs, ws)
        for k, (x, top) in enumerate(zip(xs, rank_permutations(ws)[:, None], strict=True)):
            nodes = slice(batch.node_ends[k], batch.node_ends[k + 1])
            elements, ranks = batch.elements[nodes], batch.ranks[nodes]
            edges = slice(batch.edge_ends[k], batch.edge_ends[k + 1])
            swaps = batch.reflections[edges][batch.sources[edges] == 0]
            places = swaps[swaps[:, 0] == 1, 1] - 1
            length, shared = int(ranks[-1]), elements[:, 0] == x[0]
            hypercube = self._hypercube_piece(x, places, top, length)
            inductive = self._inductive_piece(elements[shared], ranks[shared], top, length)
            yield HypercubePieces(
                trimmed(hypercube.tolist()),
                trimmed(inductive.tolist()),
                from_q_derived((hypercube + inductive).tolist(), length),
            )

    def _hypercube_piece(
        self, x: Words, places: NDArray[np.int8], top: NDArray[np.int64], length: int
    ) -> NDArray[np.int64]:
        """int64[length], Q; the elements of E exchange the first letter of x with `places`."""
        thetas, sizes, shifts = zip(*_cubes(x.tolist(), places.tolist()), strict=True)
        polynomials = self._whole.of(rank_permutations(np.array(thetas)), top)
        by_size = np.zeros((max(sizes), length + self._whole.width), np.int64)
        for size, shift, polynomial in zip(sizes, shifts, polynomials, strict=True):
            by_size[size - 1, shift : shift + self._whole.width] += polynomial
        total = np.zeros(by_size.shape[0] + by_size.shape[1] - 1, np.int64)
        power = np.ones(1, np.int64)  # of q - 1
        for row in by_size:
            total[: len(power) + len(row) - 1] += np.convolve(power, row)
            power = np.convolve(power, [-1, 1])
        return total[:length][::-1]

    def _inductive_piece(
        self, elements: Words, ranks: NDArray[np.int16], top: NDArray[np.int64], length: int
    ) -> NDArray[np.int64]:
        """int64[length], J; from the elements of I, by rank.

        Few gammas are not 0, so polynomials are looked up below those only, a rank at a time.
        """
        piece = np.zeros(length, np.int64)
        inner = rank_permutations(_without_first(elements))
        # What P_{z,w} is, less what the gammas above z give: in the end gamma_z itself.
        rest = np.zeros((len(elements), self._whole.width + self._inside.width), np.int64)
        rest[1:, : self._whole.width] = self._whole.of(rank_permutations(elements[1:]), top)
        ends = np.searchsorted(ranks, np.arange(int(ranks[-1]) + 2)).tolist()
        for rank in range(int(ranks[-1]), 0, -1):
            here = ends[rank] + np.flatnonzero(rest[ends[rank] : ends[rank + 1]].any(axis=1))
            if not len(here):
                continue
            gammas = rest[here]
            below = self._inside.of(inner[: ends[rank], None], inner[here])
            derived = _derived(below[0], rank)
            for degree in np.flatnonzero(gammas.any(axis=0)).tolist():
                gamma = gammas[:, degree]
                rest[1 : ends[rank], degree : degree + below.shape[2]] -= np.einsum(
                    "zgd,g->zd", below[1:], gamma
                )
                piece[degree : degree + rank] += gamma @ derived
        return piece


def _cubes(x: list[int], places: list[int]) -> Iterator[tuple[list[int], int, int]]:
    """theta(Y), the size of Y and m(Y) for every nonempty antichain Y in E.

    An element of E exchanges x(1) with a larger letter; it lies below another iff that one takes a
    larger letter from further right. So an antichain takes letters that fall from left to right,
    and theta(Y) moves each of them to the place of the one before, the first to place 1.
    """
    below = {p: sum(1 << e for e in places if e < p and x[e] < x[p]) for p in places}
    pending: list[tuple[tuple[int, ...], int]] = [((p,), below[p]) for p in places]
    while pending:
        chosen, lower = pending.pop()
        theta = x.copy()
        for place, taken in zip((0, *chosen), (*chosen, 0), strict=True):
            theta[place] = x[taken]
        yield theta, len(chosen), lower.bit_count()
        last = chosen[-1]
        pending += [((*chosen, p), lower | below[p]) for p in places if p > last and x[p] < x[last]]


def _derived(polynomials: NDArray[np.int64], length: int) -> NDArray[np.int64]:
    """int64[K, length], P^d of the P in int64[K, D] of intervals of one length, all at once."""
    padded = np.zeros((len(polynomials), length + 1), np.int64)
    width = min(polynomials.shape[1], length + 1)
    padded[:, :width] = polynomials[:, :width]
    derived: NDArray[np.int64] = np.cumsum(padded - padded[:, ::-1], axis=1)[:, :-1]
    return derived
