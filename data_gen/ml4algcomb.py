"""Checking every row of a Kazhdan-Lusztig file of ML4AlgComb against the table.

What the files look like is in `data_gen.ml4algcomb_rows`.

References:
    H. Chau et al., Machine Learning meets Algebraic Combinatorics: a suite of datasets capturing
    research-level conjecturing ability in pure mathematics, 2025, arXiv:2503.06366.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import chain
from math import factorial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data_gen.bruhat import unrank_permutations
from data_gen.console import Report
from data_gen.errors import DatasetError
from data_gen.ml4algcomb_kernels import find_wrong
from data_gen.ml4algcomb_rows import RowBlock, read_pairs
from data_gen.polynomials import format_polynomial

__all__ = ["CheckedFile", "check_file"]

_WRONG_SHOWN = 10


@dataclass(frozen=True, eq=False)
class CheckedFile:
    r"""A file all of whose rows agree with the table.

    Attributes:
        n: The permutations are in S_n.
        rows: How many rows there are: ``zero_rows + duplicates + len(xs)``.
        zero_rows: Those with x not below w.
        duplicates: Those that repeat an earlier row with x <= w.
        xs: int64[m], the lexicographic ranks of x in the pairs with x <= w, each pair once, in the
            order of the file; `ws` those of w.
        sha256: Of the file's bytes, in hex.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     path = Path(folder, "kl_polynomials_4_test.txt")
        ...     _ = path.write_text("0213, 2301, 1, 1\n" * 2 + "2301, 0213, 0\n")
        ...     found = check_file(path)
        >>> found.rows, found.zero_rows, found.duplicates, len(found.xs)
        (3, 1, 1, 1)
    """

    n: int
    rows: int
    zero_rows: int
    duplicates: int
    xs: NDArray[np.int64]
    ws: NDArray[np.int64]
    sha256: str


def check_file(path: str | Path, progress: Report | None = None) -> CheckedFile:
    r"""Reads a whole file and compares every row with the Kazhdan-Lusztig table.

    Args:
        path: The file.
        progress: Called with (done, total), in bytes of a text file, in rows of a Parquet file.

    Raises:
        DatasetError: If it cannot be read, a line is no row (the first such line is quoted), or
            polynomials are wrong (they are counted, the first ten are quoted).
        MemoryLimitError: If the table of its n would not fit into memory.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     path = Path(folder) / "kl_polynomials_4_test.txt"
        ...     _ = path.write_text("0213, 2301, 1, 1\n2301, 0213, 0\n0123, 0123, 1\n")
        ...     found = check_file(path)
        >>> found.n, found.rows, found.zero_rows, found.xs.tolist(), found.ws.tolist()
        (4, 3, 1, [2, 0], [16, 0])
    """
    where = Path(path)
    checker: _Checker | None = None
    kept: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
    for block in read_pairs(where, progress):
        checker = checker or _Checker(where, block.n)
        comparable = checker.look_up(block) >= 0
        kept.append((block.xs[comparable], block.ws[comparable]))
    if checker is None:
        raise DatasetError(f"{str(where)!r} is empty: there is no row in it.")
    checker.complain()
    n, rows = checker.table.n, checker.rows
    xs, ws = (np.concatenate(column) for column in zip(*kept, strict=True))
    _, first = np.unique(xs * factorial(n) + ws, return_index=True)
    first.sort()
    repeated, zero = len(xs) - len(first), rows - len(xs)
    return CheckedFile(n, rows, zero, repeated, xs[first], ws[first], _sha256(where))


class _Checker:
    """Compares rows with the table of their S_n and remembers those that disagree."""

    def __init__(self, path: Path, n: int) -> None:
        from data_gen.kl_table import KLTable

        self.table = KLTable.compute(n)
        self.rows = 0
        self._path = path
        self._ends = np.cumsum([0, *map(len, self.table.polynomials)])
        self._coefficients = np.fromiter(chain(*self.table.polynomials), dtype=np.int64)
        self._wrong = 0
        self._right_if_exchanged = 0
        self._quoted: list[str] = []

    def look_up(self, block: RowBlock) -> NDArray[np.int32]:
        """The ids in the table of all rows of a block; negative where x is not below w."""
        ids = self.table.lookup(block.xs, block.ws)
        wrong = self._disagreeing(ids, block, np.arange(len(block)))
        self.rows += len(block)
        self._wrong += len(wrong)
        for row in wrong[: _WRONG_SHOWN - len(self._quoted)].tolist():
            self._quoted.append(self._quote(block, row, int(ids[row])))
        if len(wrong):
            exchanged = self.table.lookup(block.ws[wrong], block.xs[wrong])
            still = self._disagreeing(exchanged, block, wrong)
            self._right_if_exchanged += len(wrong) - len(still)
        return ids

    def complain(self) -> None:
        """Raises DatasetError if a row was wrong."""
        if not self._wrong:
            return
        lines = list(self._quoted)
        if self._wrong > len(lines):
            lines.append(f"and {self._wrong - len(lines):,} more")
        if self._wrong == self._right_if_exchanged:
            lines.append("All of these would be right with x and w exchanged: x comes first.")
        raise DatasetError(
            f"wrong polynomials in {self._wrong:,} of the {self.rows:,} rows of "
            f"{str(self._path)!r}:\n  " + "\n  ".join(lines)
        )

    def _disagreeing(
        self, ids: NDArray[np.int32], block: RowBlock, rows: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        table = (self._ends, self._coefficients)
        return find_wrong(ids, *table, rows, block.ends, block.coefficients)

    def _quote(self, block: RowBlock, row: int, number: int) -> str:
        pair = unrank_permutations(np.array([block.xs[row], block.ws[row]]), block.n).tolist()
        separator = "" if block.n <= 10 else " "
        x, w = (separator.join(map(str, word)) for word in pair)
        found = block.polynomial(row)
        fields = ", ".join([x, w, *map(str, found or (0,))])
        true = self.table.polynomials[number] if number >= 0 else ()
        return (
            f"{block.unit} {block.line_numbers[row]}: {fields!r} says {format_polynomial(found)}, "
            f"but it is {format_polynomial(true)}"
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
