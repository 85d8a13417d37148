"""All Kazhdan-Lusztig polynomials of S_n at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from data_gen.bruhat import rank_permutations
from data_gen.errors import UsageError
from data_gen.kl_memory import require_table_memory
from data_gen.permutations import PermutationLike, length, parse_permutation, to_array

if TYPE_CHECKING:
    from data_gen.kl_build import Built
    from data_gen.kl_kernels.fast_lookup import FastLookup

__all__ = ["NOT_BELOW", "KLTable"]

NOT_BELOW = -1
"""The polynomial id that says: x is not below w, so P_{x,w} = 0."""

_MANY = 50_000  # pairs, from which on tables for quick look-ups are worth their while
Progress = Callable[[int, int], None]


class KLTable:
    """Every Kazhdan-Lusztig polynomial of S_n, exact.

    Only extremal pairs are stored (every descent of w is one of x, on both sides), and one w for
    each orbit under inverse and conjugation by the longest element; equal polynomials are stored
    once. See docs/explanation/kl-algorithm.md.

    A polynomial is a tuple of integers, ascending from the constant term. Its id is its place in
    `polynomials`, in order of first appearance by length of w; the id `NOT_BELOW` stands for x not
    below w. Ids are the same on every machine and for any number of threads.

    References:
        D. Kazhdan and G. Lusztig, Representations of Coxeter groups and Hecke algebras, Invent.
        Math. 53 (1979). F. du Cloux, Computing Kazhdan-Lusztig polynomials for arbitrary Coxeter
        groups, Experiment. Math. 11 (2002), for extremal pairs.

    Example:
        >>> table = KLTable.compute(4)
        >>> table
        KLTable(n=4, polynomials=2, extremal_pairs=30)
        >>> table.polynomial("1324", "3412")
        (1, 1)
        >>> table.polynomials, table.multiplicities.tolist()
        (((1,), (1, 1)), [207, 6])
    """

    def __init__(self, built: Built) -> None:
        self._built = built
        self._n = int(built.numbering.perm.shape[1])

    @classmethod
    def compute(
        cls, n: int, threads: int | None = None, progress: Progress | None = None
    ) -> KLTable:
        """Computes the table.

        Args:
            n: From 1 to 11; 8 takes a moment, 9 seconds, 10 minutes and gigabytes.
            threads: How many threads; as many as there are processors if None. The table does not
                depend on it.
            progress: Called with (done, total) now and then, possibly from another thread.

        Raises:
            UsageError: If `n` or `threads` is out of range.
            MemoryLimitError: If the table would not fit into memory; said before the start.
            PolynomialOverflowError: If a coefficient leaves the range of 32-bit integers.

        Example:
            >>> KLTable.compute(5).count_pairs()
            3781
        """
        if isinstance(n, bool) or not isinstance(n, int) or n < 1:
            raise UsageError(f"n = {n!r} is no size of a symmetric group: give an integer >= 1.")
        if threads is not None and threads < 1:
            raise UsageError(f"threads = {threads}: give at least 1, or None for all processors.")
        from data_gen.kl_build import build, default_threads

        workers = threads or (default_threads() if n > 8 else 1)
        require_table_memory(n, workers)
        return cls(build(n, workers, progress))

    @property
    def n(self) -> int:
        """The n of S_n."""
        return self._n

    @cached_property
    def polynomials(self) -> tuple[tuple[int, ...], ...]:
        """The distinct polynomials, by id; the zero polynomial is not among them.

        Example:
            >>> KLTable.compute(5).polynomials
            ((1,), (1, 1), (1, 2), (1, 2, 1), (1, 0, 1))
        """
        return tuple(map(self._decode, range(int(self._built.pool.count[0]) - 1)))

    @cached_property
    def multiplicities(self) -> NDArray[np.int64]:
        """int64[len(polynomials)]: how many ordered pairs x <= w have each polynomial."""
        from data_gen.kl_kernels.lookup import count_multiplicities

        counts = np.zeros(int(self._built.pool.count[0]), dtype=np.int64)
        rows = self._built.rows
        for first in range(0, len(rows.representative), 4096):
            last = min(first + 4096, len(rows.representative))
            count_multiplicities(self._built.numbering, rows, first, last, counts)
        return counts[1:]

    @cached_property
    def num_extremal_pairs(self) -> int:
        """How many pairs are extremal, over all w, x = w counted.

        Example:
            >>> KLTable.compute(6).num_extremal_pairs
            2940
        """
        rows, numbering = self._built.rows, self._built.numbering
        orbits = np.bincount(rows.row_of[numbering.index_of])
        return int(np.diff(rows.start) @ orbits)

    def count_pairs(self) -> int:
        """How many ordered pairs have x <= w.

        Example:
            >>> KLTable.compute(3).count_pairs()
            19
        """
        return int(self.multiplicities.sum())

    def polynomial(self, x: PermutationLike, w: PermutationLike) -> tuple[int, ...]:
        """P_{x,w}.

        Args:
            x: A permutation of 1..n.
            w: A permutation of 1..n.

        Returns:
            The coefficients, ascending; () where x is not below w.

        Raises:
            PermutationError: If one of them is no permutation of 1..n.

        Example:
            >>> table = KLTable.compute(5)
            >>> table.polynomial("12345", "52341"), table.polynomial("52341", "12345")
            ((1, 2, 1), ())
        """
        pair = np.array([self._rank(x), self._rank(w)], dtype=np.int64)
        number = int(self.lookup(pair[:1], pair[1:])[0])
        return () if number == NOT_BELOW else self._decode(number)

    def lookup(self, xs: NDArray[np.integer], ws: NDArray[np.integer]) -> NDArray[np.int32]:
        """Polynomial ids of many pairs.

        Args:
            xs: Integer array of lexicographic ranks, from 0 to n! - 1 (`rank_permutations`).
            ws: Those of the w, of a shape that broadcasts with that of `xs`.

        Returns:
            int32 array of the broadcast shape: ids, `NOT_BELOW` where x is not below w.

        Raises:
            UsageError: If a rank is out of range, or the shapes do not fit.

        Example:
            >>> table = KLTable.compute(3)
            >>> table.lookup(np.array([0, 5]), np.array([5, 0])).tolist()
            [0, -1]
        """
        from data_gen.kl_kernels import fast_lookup, lookup

        x, w = self._check_ranks(xs, ws)
        numbering, rows = self._built.numbering, self._built.rows
        out = np.empty(x.size, dtype=np.int32)
        flat_x, flat_w = np.ascontiguousarray(x.ravel()), np.ascontiguousarray(w.ravel())
        if self._n <= fast_lookup.MAX_N and x.size >= _MANY:
            fast_lookup.look_up_fast(self.fast_lookup, flat_x, flat_w, out)
        elif self._n <= 9:
            lookup.look_up(numbering, rows, self._members, flat_x, flat_w, out)
        else:
            order = np.argsort(rows.row_of[numbering.index_of[flat_w]], kind="stable")
            lookup.look_up_sorted(numbering, rows, flat_x, flat_w, order, out)
        out -= 1
        return out.reshape(x.shape)

    def ids(self, w: PermutationLike) -> NDArray[np.int32]:
        """The polynomial id of every x, for one w.

        Returns:
            int32[n!] along the lexicographic ranks of x; `NOT_BELOW` where x is not below w.

        Raises:
            PermutationError: If `w` is no permutation of 1..n.

        Example:
            >>> KLTable.compute(3).ids("231").tolist()
            [0, 0, 0, 0, -1, -1]
        """
        ids = self._expand(self._rank(w))
        ids -= 1
        return ids

    def below(self, rank: int) -> NDArray[np.int64]:
        """All x <= w, as ascending lexicographic ranks, for the w of a lexicographic rank.

        Example:
            >>> KLTable.compute(3).below(3).tolist()  # 231 and what lies below
            [0, 1, 2, 3]
        """
        return np.flatnonzero(self._expand(rank)).astype(np.int64)

    def extremal_below(self, rank: int) -> NDArray[np.int64]:
        """The x of all extremal pairs with the w of a lexicographic rank, as ascending ranks.

        Example:
            >>> KLTable.compute(3).extremal_below(3).tolist()
            [3]
        """
        return np.sort(self._extremal_row(rank)[0])

    def mu(self, x: PermutationLike, w: PermutationLike) -> int:
        """The mu-coefficient of a pair: that of q^((l(w) - l(x) - 1) / 2) in P_{x,w}.

        Returns:
            0 unless x < w and l(w) - l(x) is odd.

        Raises:
            PermutationError: If one of them is no permutation of 1..n.

        Example:
            >>> KLTable.compute(4).mu("1324", "3412")
            1
        """
        gap = length(parse_permutation(w, self._n)) - length(parse_permutation(x, self._n))
        polynomial = self.polynomial(x, w)
        if not polynomial or gap % 2 == 0 or 2 * len(polynomial) - 1 != gap:
            return 0
        return polynomial[-1]

    def extremal_pairs(self) -> Iterator[tuple[int, NDArray[np.int64]]]:
        """All extremal pairs, w by w.

        Yields:
            The lexicographic rank of w, ascending, and the ascending int64 ranks of all x <= w
            with D_L(x) containing D_L(w) and D_R(x) containing D_R(w); w itself is one of them.

        Example:
            >>> [(w, xs.tolist()) for w, xs in KLTable.compute(3).extremal_pairs()][:3]
            [(0, [0]), (1, [1]), (2, [2])]
        """
        for rank in range(len(self._built.numbering.index_of)):
            yield rank, self.extremal_below(rank)

    def save(self, path: str | Path) -> None:
        """Writes the table to a file, which appears complete or not at all.

        Raises:
            StorageError: If the disk refuses.
        """
        from data_gen.kl_file import write_sections

        built = self._built
        count = int(built.pool.count[0])
        narrow = np.uint16 if count <= 1 << 16 else np.uint32
        sections = {
            "representatives": built.numbering.rank_of[built.rows.representative],
            "sizes": np.diff(built.rows.start).astype(np.uint32),
            "ids": built.rows.ids.astype(narrow, copy=False),
            "degrees": built.pool.degree[:count],
            "coefficients": built.pool.coefficients[: int(built.pool.start[count])],
        }
        write_sections(Path(path), self._n, sections)

    @classmethod
    def open(cls, path: str | Path, verify: bool = True) -> KLTable:
        """Opens a saved table; ids stay on disk until they are touched.

        Args:
            path: What `save` wrote.
            verify: Compare all bytes with their checksums, which reads the whole file. Without,
                a file must be trusted: a damaged one gives wrong answers or worse.

        Raises:
            DatasetError: If it is no table, or of another version.
            ChecksumError: If it is damaged.
        """
        from data_gen.kl_file import read_sections
        from data_gen.kl_restore import restore

        n, sections = read_sections(Path(path), verify)
        return cls(restore(Path(path), n, sections))

    def __repr__(self) -> str:
        count = int(self._built.pool.count[0]) - 1
        return (
            f"KLTable(n={self._n}, polynomials={count}, extremal_pairs={self.num_extremal_pairs})"
        )

    def _rank(self, x: PermutationLike) -> int:
        return int(rank_permutations(to_array(parse_permutation(x, self._n))))

    def _decode(self, number: int) -> tuple[int, ...]:
        pool = self._built.pool
        begin, end = pool.start[number + 1], pool.start[number + 2]
        return tuple(pool.coefficients[begin:end].tolist())

    def _check_ranks(
        self, xs: NDArray[np.integer], ws: NDArray[np.integer]
    ) -> tuple[NDArray[np.integer], NDArray[np.integer]]:
        x, w = np.asarray(xs), np.asarray(ws)
        if x.dtype.kind not in "iu" or w.dtype.kind not in "iu":
            raise UsageError(f"ranks must be integers, not {x.dtype} and {w.dtype}.")
        try:
            x, w = np.broadcast_arrays(x, w)
        except ValueError:
            raise UsageError(
                f"the shapes {x.shape} and {w.shape} of xs and ws do not fit."
            ) from None
        count = len(self._built.numbering.index_of)
        for ranks in (x, w):
            if ranks.size and (ranks.min() < 0 or ranks.max() >= count):
                raise UsageError(
                    f"a lexicographic rank of S_{self._n} lies between 0 and {count - 1}; "
                    f"those given run from {ranks.min()} to {ranks.max()}."
                )
        return x.astype(np.int64, copy=False), w.astype(np.int64, copy=False)

    def _expand(self, rank: int) -> NDArray[np.int32]:
        """One more than the id of every x; 0 for x not below the w of a rank."""
        from data_gen.kl_kernels.lookup import expand_row

        numbering = self._built.numbering
        out = np.empty(len(numbering.index_of), dtype=np.int32)
        w = int(numbering.index_of[rank])
        expand_row(numbering, self._built.rows, self._descending, w, out)
        return out

    def _extremal_row(self, rank: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Ranks of the extremal x below the w of a rank, and the ids, in stored order."""
        from data_gen.kl_kernels.lookup import extremal_row

        numbering, rows = self._built.numbering, self._built.rows
        w = int(numbering.index_of[rank])
        row = int(rows.row_of[w])
        begin, end = int(rows.start[row]), int(rows.start[row + 1])
        found = np.empty(end - begin, dtype=np.uint32)
        extremal_row(numbering, rows, w, found)
        return found.astype(np.int64), rows.ids[begin:end].astype(np.int64) - 1

    @cached_property
    def fast_lookup(self) -> FastLookup:
        """What compiled loops look polynomials up in; see `data_gen.kl_kernels.fast_lookup`."""
        from data_gen.kl_kernels.fast_lookup import make_fast_lookup

        return make_fast_lookup(self._built.numbering, self._built.rows, self._descending)

    @cached_property
    def _members(self) -> NDArray[np.uint32]:
        from data_gen.kl_kernels.lookup import fill_members

        members = np.empty(len(self._built.rows.ids), dtype=np.uint32)
        fill_members(self._built.numbering, self._built.rows, members)
        return members

    @cached_property
    def _descending(self) -> NDArray[np.uint32]:
        """All numbers in use, by descending length."""
        numbering = self._built.numbering
        lengths = numbering.length[numbering.index_of]
        return numbering.index_of[np.argsort(lengths, kind="stable")[::-1]]
