"""One Kazhdan-Lusztig polynomial P_{x,w}, or one row of them, without the table of all S_n.

The recursion of `KLTable`, restricted to what one pair needs: rows [x, w] instead of rows [e, w],
remembered up to symmetry. Three facts keep the number of rows small.

- x may be pushed up by the descents of w.
- A letter that x and w share at an end (the first or last position, or the smallest or largest
  value, at the same place) is shared by the whole interval, and can be deleted.
- If x has exactly l(w) - l(x) edges going up inside [x, w], then P_{z,w} = 1 on all of [x, w]
  (Deodhar; Carrell-Peterson; in type A the degree of x alone is enough).
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from data_gen.bruhat import bruhat_leq_arrays
from data_gen.errors import MemoryLimitError, PolynomialOverflowError, UsageError
from data_gen.memory import available_bytes
from data_gen.permutations import Permutation, PermutationLike, from_array, parse_pair, to_array
from data_gen.polynomials import trimmed
from data_gen.storage import format_bytes
from data_gen.words import coatoms, lengths, pack, swap_positions, turn

if TYPE_CHECKING:
    import sympy

__all__ = ["kl_coefficients", "kl_polynomial", "kl_row"]

MAX_N = 15
_COPIES = 4  # arrays of the size of a row that are alive while it is computed
_COEFFICIENT_LIMIT = 2**31 - 1  # so that mu times a coefficient stays within 64 bits
Array = NDArray[np.int8]
Progress = Callable[[int, int], None]


def kl_polynomial(
    x: PermutationLike,
    w: PermutationLike,
    q: sympy.Symbol | None = None,
    progress: Progress | None = None,
) -> sympy.Poly:
    """The Kazhdan-Lusztig polynomial P_{x,w} of S_n, for n up to 15.

    Args:
        x: A permutation.
        w: A permutation of the same length.
        q: The variable; ``sympy.Symbol("q")`` if None.
        progress: Called with (rows done, rows known to be needed) as the work goes on.

    Returns:
        A polynomial in q over the integers; zero where x is not below w.

    Raises:
        PermutationError: If one of them is no permutation, or the lengths differ.
        UsageError: If n is larger than 15.
        MemoryLimitError: If what has to be remembered would not fit into memory.
        PolynomialOverflowError: If a coefficient leaves the range of 64-bit integers.

    References:
        D. Kazhdan and G. Lusztig, Representations of Coxeter groups and Hecke algebras, Invent.
        Math. 53 (1979).

    Example:
        >>> kl_polynomial("1324", "3412")
        Poly(q + 1, q, domain='ZZ')
    """
    import sympy

    symbol = sympy.Symbol("q") if q is None else q
    coefficients = kl_coefficients(x, w, progress)
    return sympy.Poly(list(reversed(coefficients)) or [0], symbol, domain="ZZ")


def kl_coefficients(
    x: PermutationLike, w: PermutationLike, progress: Progress | None = None
) -> tuple[int, ...]:
    """The coefficients of P_{x,w}, ascending; () where x is not below w.

    Arguments and errors are those of `kl_polynomial`.

    Example:
        >>> kl_coefficients("12345", "52341")
        (1, 2, 1)
    """
    bottom, top = _read(x, w)
    if not bruhat_leq_arrays(bottom, top):
        return ()
    return trimmed(_Rows(progress).polynomials(bottom, top, bottom[np.newaxis])[0].tolist())


def kl_row(
    x: PermutationLike, w: PermutationLike, progress: Progress | None = None
) -> dict[Permutation, tuple[int, ...]]:
    """P_{z,w} for every z of the interval [x, w], in lexicographic order.

    Arguments and errors are those of `kl_polynomial`; the dictionary is empty where x is not
    below w.

    Example:
        >>> row = kl_row("1234", "3412")
        >>> len(row), [z for z, polynomial in row.items() if polynomial == (1, 1)]
        (14, [(1, 2, 3, 4), (1, 3, 2, 4)])
    """
    from data_gen.kl_kernels.between import list_between

    bottom, top = _read(x, w)
    if not bruhat_leq_arrays(bottom, top):
        return {}
    elements = list_between(bottom, top, 0, 0)
    found = _Rows(progress).polynomials(bottom, top, elements)
    return {from_array(z): trimmed(p.tolist()) for z, p in zip(elements, found, strict=True)}


def _read(x: PermutationLike, w: PermutationLike) -> tuple[Array, Array]:
    below, above = parse_pair(x, w)
    if len(above) > MAX_N:
        raise UsageError(f"n = {len(above)} is too large: single pairs are computed up to {MAX_N}.")
    return to_array(below), to_array(above)


class _Row:
    """One row, in reduced coordinates: P_{z,w} for the z of [x, w] that are extremal for w.

    Attributes:
        w: int8[n].
        elements: int8[m, n], or None if every polynomial is 1.
        keys: uint64[m], `elements` packed, ascending.
        values: int64[m, degrees].
    """

    def __init__(self, x: Array, w: Array) -> None:
        self.x = x
        self.w = w
        self.elements: Array | None = None
        self.keys = np.zeros(0, dtype=np.uint64)
        self.values = np.ones((1, 1), dtype=np.int64)

    def look_up(self, z: Array) -> NDArray[np.int64]:
        """P_{z,w} for int8[k, n] of z >= x; zero rows where z is not below w."""
        if self.elements is None:
            return bruhat_leq_arrays(z, self.w)[:, np.newaxis].astype(np.int64)
        keys = pack(z)
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where((self.keys[at] == keys)[:, np.newaxis], self.values[at], 0)

    def high_mu(self) -> tuple[Array, NDArray[np.int64]]:
        """The z with mu(z, w) != 0 and l(w) - l(z) >= 3, and these mu."""
        if self.elements is None:
            return self.w[np.newaxis][:0], np.zeros(0, dtype=np.int64)
        gaps = lengths(self.w) - lengths(self.elements)
        possible = (gaps % 2 == 1) & (gaps >= 3) & (gaps // 2 < self.values.shape[1])
        candidates = np.flatnonzero(possible)
        tops = self.values[candidates, (gaps[candidates] - 1) // 2]
        kept = np.flatnonzero(tops)
        return self.elements[candidates[kept]], tops[kept]


class _Reduction:
    """How (x, w) was reduced: push up, delete shared letters, pick one of four symmetries."""

    def __init__(self, x: Array, w: Array) -> None:
        self.steps: list[tuple[Any, ...]] = []
        x = x[np.newaxis]
        while True:
            x = self._note(("push", _runs(w), _runs(np.argsort(w))), x)
            letter = _shared_letter(x[0], w)
            if letter is None:
                break
            x = self._note(("delete", *letter), x)
            w = _delete(w[np.newaxis], *letter)[0]
        forms = {
            (inverted, turned): turn(np.stack([x[0], w]), inverted, turned)
            for inverted in (False, True)
            for turned in (False, True)
        }
        best = min(forms, key=lambda form: forms[form].tobytes())
        self.steps.append(("turn", *best))
        self.x, self.w = forms[best]
        self.key = forms[best].tobytes()

    def _note(self, step: tuple[Any, ...], x: Array) -> Array:
        self.steps.append(step)
        return self._apply(step, x)[0]

    @staticmethod
    def _apply(step: tuple[Any, ...], z: Array) -> tuple[Array, NDArray[np.bool_]]:
        kept = np.ones(len(z), dtype=np.bool_)
        if step[0] == "push":
            return _push_up(z, step[1], step[2]), kept
        if step[0] == "delete":
            position, value = step[1:]
            kept = z[:, position] == value
            return _delete(z[kept], position, value), kept
        return turn(z, *step[1:]), kept

    def forward(self, z: Array) -> tuple[Array, NDArray[np.int64]]:
        """Reduces int8[k, n] of z >= x; returns those that may be below w, and which they are."""
        places = np.arange(len(z))
        for step in self.steps:
            z, kept = self._apply(step, z)
            places = places[kept]
        return z, places

    def backward(self, z: Array) -> Array:
        """The elements of the original interval that reduced ones come from."""
        for step in reversed(self.steps):
            if step[0] == "turn":
                z = turn(z, *step[1:])
            elif step[0] == "delete":
                position, value = step[1:]
                z = np.insert(z + (z >= value), position, value, axis=1).astype(np.int8)
        return z


class _Rows:
    """The memoised recursion."""

    def __init__(self, progress: Progress | None = None) -> None:
        self._rows: dict[bytes, _Row] = {}
        self._progress = progress
        self._waiting = 0
        self._bytes = 0
        self._limit = available_bytes() * 3 // 4

    def polynomials(self, x: Array, w: Array, z: Array) -> NDArray[np.int64]:
        """int64[k, degrees]: P_{z,w} for int8[k, n] of z >= x; zero where z is not below w."""
        reduction = _Reduction(x, w)
        return self._values(reduction, self._row(reduction), z)

    def _values(self, reduction: _Reduction, row: _Row, z: Array) -> NDArray[np.int64]:
        reduced, places = reduction.forward(z)
        values = np.zeros((len(z), row.values.shape[1]), dtype=np.int64)
        values[places] = row.look_up(reduced)
        return values

    def _row(self, reduction: _Reduction) -> _Row:
        row = self._rows.get(reduction.key)
        if row is None:
            self._waiting += 1
            row = _Row(reduction.x, reduction.w)
            if not _is_smooth(row.x, row.w):
                self._compute(row)
            self._waiting -= 1
            self._remember(reduction.key, row)
        return row

    def _remember(self, key: bytes, row: _Row) -> None:
        self._rows[key] = row
        self._bytes += row.values.nbytes + row.keys.nbytes + 600
        if row.elements is not None:
            self._bytes += row.elements.nbytes
        self._require(0)
        if self._progress is not None:
            self._progress(len(self._rows), len(self._rows) + self._waiting)

    def _require(self, more: int) -> None:
        """Refuses what would go over the limit, before it is allocated."""
        needed = self._bytes + more
        if needed > self._limit:
            raise MemoryLimitError(
                f"this pair needs more than {format_bytes(needed)} ({needed} bytes) of memory, and "
                f"only {format_bytes(self._limit)} ({self._limit} bytes) may be used. Choose a "
                "smaller interval."
            )

    def _compute(self, row: _Row) -> None:
        from data_gen.kl_kernels.between import list_between

        inverted, s = _choose_descent(row.w)
        x, w = turn(np.stack([row.x, row.w]), inverted, False)
        z = list_between(x, w, _mask(w), _mask(np.argsort(w)))
        v = swap_positions(w[np.newaxis], s)[0]
        lower = swap_positions(x[np.newaxis], s)[0]
        reduction = _Reduction(lower, v)
        below = self._row(reduction)
        gap = int(lengths(w) - lengths(x))
        self._require(_COPIES * 8 * len(z) * (gap // 2 + 1))
        values = np.zeros((len(z), gap // 2 + 1), dtype=np.int64)
        _add(values, self._values(reduction, below, swap_positions(z, s)), 1, 0)
        _add(values, self._values(reduction, below, z), 1, 1)
        for term, mu in self._terms(reduction, below, v, s):
            if not bruhat_leq_arrays(x, term):
                continue
            shift = int(lengths(w) - lengths(term)) // 2
            _add(values, self.polynomials(x, term, z), -mu, shift)
        if (values < 0).any():
            raise AssertionError("negative coefficient: a bug in klgnn, please report it")
        if (values > _COEFFICIENT_LIMIT).any():
            raise PolynomialOverflowError(
                f"a coefficient exceeds {_COEFFICIENT_LIMIT}, the largest that is computed safely."
            )
        if inverted:
            z = np.argsort(z, axis=1).astype(np.int8)
        keys = pack(z)
        order = np.argsort(keys)
        row.elements, row.keys = z[order], keys[order]
        row.values = np.ascontiguousarray(_without_zero_columns(values)[order])

    @staticmethod
    def _terms(reduction: _Reduction, below: _Row, v: Array, s: int) -> list[tuple[Array, int]]:
        """All z < v with z s < z and mu(z, v) != 0, with their mu; l(v) - l(z) = 1 or more."""
        elements, mu = below.high_mu()
        elements = np.concatenate([reduction.backward(elements), coatoms(v)])
        mu = np.concatenate([mu, np.ones(len(elements) - len(mu), dtype=np.int64)])
        kept = elements[:, s] > elements[:, s + 1]
        return list(zip(elements[kept], mu[kept].tolist(), strict=True))


def _add(values: NDArray[np.int64], other: NDArray[np.int64], factor: int, shift: int) -> None:
    """Values += factor q^shift other; what sticks out is zero."""
    width = min(other.shape[1], values.shape[1] - shift)
    assert not other[:, width:].any()
    values[:, shift : shift + width] += factor * other[:, :width]


def _without_zero_columns(values: NDArray[np.int64]) -> NDArray[np.int64]:
    used = np.flatnonzero(values.any(axis=0))
    return values[:, : used[-1] + 1]


def _runs(w: NDArray[Any]) -> list[tuple[int, int]]:
    """The maximal decreasing runs of positions, of two or more."""
    breaks = [0, *(np.flatnonzero(w[:-1] < w[1:]) + 1).tolist(), len(w)]
    return [(a, b) for a, b in pairwise(breaks) if b - a > 1]


def _push_up(z: Array, right: list[tuple[int, int]], left: list[tuple[int, int]]) -> Array:
    """The largest element of the double coset of each z, for runs of positions and of values."""
    result = z.copy()
    for begin, end in right:
        result[:, begin:end] = -np.sort(-result[:, begin:end], axis=1)
    if left:
        places = np.argsort(result, axis=1)
        for begin, end in left:
            places[:, begin:end] = -np.sort(-places[:, begin:end], axis=1)
        result = np.argsort(places, axis=1).astype(np.int8)
    return result


def _shared_letter(x: Array, w: Array) -> tuple[int, int] | None:
    """(position, value) of a letter that x and w share at an end; None in S_1."""
    n = len(w)
    if n == 1:
        return None
    for position in (0, n - 1):
        if x[position] == w[position]:
            return position, int(w[position])
    for value in (0, n - 1):
        position = int(np.flatnonzero(w == value)[0])
        if x[position] == value:
            return position, value
    return None


def _delete(z: Array, position: int, value: int) -> Array:
    rest = np.delete(z, position, axis=1)
    return (rest - (rest > value)).astype(np.int8)


def _mask(w: NDArray[Any]) -> int:
    return sum(1 << int(s) for s in np.flatnonzero(w[:-1] > w[1:]))


def _is_smooth(x: Array, w: Array) -> bool:
    """Whether x has only l(w) - l(x) edges going up in [x, w]; then every P there is 1."""
    gap = int(lengths(w) - lengths(x))
    if gap <= 2:
        return True
    i, j = np.triu_indices(len(x), 1)
    rising = x[i] < x[j]
    i, j = i[rising], j[rising]
    up = np.repeat(x[np.newaxis], len(i), axis=0)
    up[np.arange(len(i)), i], up[np.arange(len(i)), j] = x[j], x[i]
    return int(bruhat_leq_arrays(up, w).sum()) == gap


def _choose_descent(w: Array) -> tuple[bool, int]:
    """A descent that promises few mu-terms: (on the left?, s)."""
    options = []
    for inverted in (False, True):
        word = np.argsort(w) if inverted else w
        for s in np.flatnonzero(word[:-1] > word[1:]).tolist():
            v = swap_positions(word[np.newaxis].astype(np.int8), s)[0]
            below = coatoms(v)
            terms = int((below[:, s] > below[:, s + 1]).sum())
            options.append((terms, inverted, s))
    _, inverted, s = min(options)
    return inverted, s
