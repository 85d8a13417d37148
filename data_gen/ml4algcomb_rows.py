"""Reading the Kazhdan-Lusztig files of ML4AlgComb, block by block.

A row is a pair of permutations and the coefficients of P_{x,w}, ascending; both permutations are in
one-line notation counting from 0 (the example in their README counts from 1, the data do not), and
the only coefficient is 0 where x is not below w. Three forms of it are read:

- a line of ``kl_polynomials_5_train.txt`` and the like: ``01234, 34012, 1, 2``;
- lists, as in the older files and in CSV: ``[0, 1, 2, 3, 4], [3, 4, 0, 1, 2], [1, 2]``, with or
  without a first line of column names;
- Parquet with the columns ``Permutation 1``, ``Permutation 2`` and ``Coefficients``, as the same
  data are on the Hugging Face Hub (``ACDRepo/coefficients_of_kl_polynomials_5``).

References:
    H. Chau et al., Machine Learning meets Algebraic Combinatorics: a suite of datasets capturing
    research-level conjecturing ability in pure mathematics, 2025, arXiv:2503.06366;
    https://github.com/pnnl/ML4AlgComb.
"""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from numpy.typing import NDArray

from data_gen.bruhat import rank_permutations
from data_gen.console import Report
from data_gen.errors import DatasetError
from data_gen.ml4algcomb_kernels import (
    COUNTS_FROM_ONE,
    FINE,
    MAX_N,
    NO_PERMUTATION,
    NOT_AN_INTEGER,
    OTHER_LENGTH,
    TOO_FEW_FIELDS,
    TOO_LARGE,
    TOO_LONG,
    parse_rows,
)
from data_gen.polynomials import trimmed

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["RowBlock", "read_pairs"]

COLUMNS = ("Permutation 1", "Permutation 2", "Coefficients")

_BLOCK_BYTES = 4_000_000
_BLOCK_ROWS = 100_000
_LONGEST_LINE = 100_000
_CHARACTERS_SHOWN = 120

_FORM = "A row is x, w and the coefficients of P_{x,w}, for instance 01234, 34012, 1, 2"
_EXPLANATIONS = {
    TOO_FEW_FIELDS: "has too few fields",
    NOT_AN_INTEGER: "has a coefficient that is no integer",
    NO_PERMUTATION: "has an x or a w that is no permutation of 0, 1, 2, ...",
    COUNTS_FROM_ONE: "has permutations that count from 1; in these files they count from 0",
    OTHER_LENGTH: "has an x or a w that is not in S_{n}, like the first x of the file",
    TOO_LARGE: "has a coefficient of more than 15 digits",
    TOO_LONG: "is no row: it goes on for too long",
}


@dataclass(frozen=True, eq=False)
class RowBlock:
    """Consecutive rows of a file.

    Attributes:
        n: The permutations are in S_n.
        line_numbers: int64[k], from 1; of a Parquet file the numbers of its rows.
        xs: int64[k], lexicographic ranks of the first permutations; `ws` of the second.
        ends: int64[k + 1], where the coefficients of each row begin and end.
        coefficients: int64[ends[k]], ascending in each row, as the file has them.
        unit: What `line_numbers` count: ``line`` or ``row``.

    Example:
        >>> x, w = 2, 16  # 1324 and 3412
        >>> ends, coefficients = np.array([0, 2, 3]), np.array([1, 1, 0])
        >>> lines = np.array([1, 2])
        >>> block = RowBlock(4, lines, np.array([x, w]), np.array([w, x]), ends, coefficients)
        >>> len(block), block.polynomial(0), block.polynomial(1)
        (2, (1, 1), ())
    """

    n: int
    line_numbers: NDArray[np.int64]
    xs: NDArray[np.int64]
    ws: NDArray[np.int64]
    ends: NDArray[np.int64]
    coefficients: NDArray[np.int64]
    unit: str = "line"

    def __len__(self) -> int:
        return len(self.xs)

    def polynomial(self, row: int) -> tuple[int, ...]:
        """The coefficients of one row, ascending, without zeros at the end; () for 0."""
        return trimmed(self.coefficients[self.ends[row] : self.ends[row + 1]].tolist())


def read_pairs(path: str | Path, progress: Report | None = None) -> Iterator[RowBlock]:
    r"""Reads a file block by block, without looking at the polynomials.

    Args:
        path: The file; its n is that of its first row.
        progress: As for `check_file`.

    Raises:
        DatasetError: If it cannot be read, or a line is no row of the same n as the first.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     path = Path(folder) / "kl.txt"
        ...     _ = path.write_text("0213, 2301, 1, 1\n2301, 0213, 0\n")
        ...     [(block.xs.tolist(), block.polynomial(0)) for block in read_pairs(path)]
        [([2, 16], (1, 1))]
    """
    where, report = Path(path), progress or _no_report
    try:
        with where.open("rb") as file:
            if file.read(4) == b"PAR1":
                yield from _parquet_blocks(where, report)
            else:
                file.seek(0)
                yield from _text_blocks(file, where, report)
    except OSError as error:
        raise DatasetError(f"cannot read {str(where)!r}: {error.strerror or error}.") from error


def _text_blocks(file: BinaryIO, path: Path, report: Report) -> Iterator[RowBlock]:
    size = os.fstat(file.fileno()).st_size
    n, line = 0, 1
    start = file.readline(_LONGEST_LINE).removeprefix(codecs.BOM_UTF8)
    if _is_header(start):
        start, line = b"", 2
    rest = start
    while True:
        chunk = file.read(_BLOCK_BYTES)
        data = rest + chunk
        cut = data.rfind(b"\n") + 1 if chunk else len(data)
        whole, rest = data[:cut], data[cut:]
        block, n, line = _parse(path, whole, n, line)
        if len(rest) > _LONGEST_LINE:
            raise _no_row(path, f"line {line}", rest, TOO_LONG, n)
        if len(block):
            yield block
        report(file.tell(), size)
        if not chunk:
            return


def _parse(path: Path, data: bytes, n: int, line: int) -> tuple[RowBlock, int, int]:
    """The rows in some whole lines, n, and the number of the next line."""
    array = np.frombuffer(data, dtype=np.uint8)
    most = int(np.count_nonzero(array == ord("\n"))) + 1
    lines, xs, ws = (np.empty(most, dtype=np.int64) for _ in range(3))
    ends = np.empty(most + 1, dtype=np.int64)
    coefficients = np.empty(len(data) // 2 + 1, dtype=np.int64)
    rows, n, line, problem, begin, end = parse_rows(
        array, n, line, lines, xs, ws, ends, coefficients
    )
    if problem:
        raise _no_row(path, f"line {line}", data[begin:end], problem, n)
    used = coefficients[: ends[rows]]
    return RowBlock(n, lines[:rows], xs[:rows], ws[:rows], ends[: rows + 1], used), n, line


def _parquet_blocks(path: Path, report: Report) -> Iterator[RowBlock]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
        for name in COLUMNS:
            if name not in file.schema_arrow.names:
                raise DatasetError(
                    f"{str(path)!r} has no column {name!r}: the Parquet files of ML4AlgComb have "
                    f"{', '.join(map(repr, COLUMNS))}."
                )
        n, row = 0, 1
        for batch in file.iter_batches(_BLOCK_ROWS, columns=list(COLUMNS)):
            if len(batch):
                block = _from_lists(path, batch, n, row)
                yield block
                n, row = block.n, row + len(block)
                report(row - 1, file.metadata.num_rows)
    except pa.ArrowException as error:
        raise DatasetError(f"{str(path)!r} cannot be read as Parquet: {error}") from error


def _from_lists(path: Path, batch: pa.RecordBatch, n: int, row: int) -> RowBlock:
    (x_ends, x), (w_ends, w), (ends, coefficients) = (
        _flat(path, batch.column(name), name) for name in COLUMNS
    )
    n = n or int(x_ends[1])
    xs, problem = _ranks(x, x_ends, n)
    ws, problem_of_w = _ranks(w, w_ends, n)
    problem = np.where(problem, problem, problem_of_w)
    problem[(problem == 0) & (np.diff(ends) == 0)] = TOO_FEW_FIELDS
    if problem.any():
        bad = int(np.argmax(problem > 0))
        text = ", ".join(str(batch.column(name)[bad].as_py()) for name in COLUMNS).encode()
        raise _no_row(path, f"row {row + bad}", text, int(problem[bad]), n)
    numbers = np.arange(row, row + len(xs), dtype=np.int64)
    return RowBlock(n, numbers, xs, ws, ends, coefficients, "row")


def _flat(path: Path, column: pa.Array, name: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where each list of a column begins and ends, and all values one after the other."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    lists = pa.types.is_list(kind) or pa.types.is_large_list(kind)
    if not (lists or pa.types.is_fixed_size_list(kind)) or not pa.types.is_integer(kind.value_type):
        raise DatasetError(
            f"the column {name!r} of {str(path)!r} holds {kind}; lists of integers are wanted."
        )
    values = column.flatten()
    if column.null_count or values.null_count:
        raise DatasetError(f"the column {name!r} of {str(path)!r} has missing values.")
    lengths = pc.list_value_length(column).to_numpy()
    ends = np.zeros(len(column) + 1, dtype=np.int64)
    np.cumsum(lengths, out=ends[1:])
    return ends, values.to_numpy().astype(np.int64)


def _ranks(
    words: NDArray[np.int64], ends: NDArray[np.int64], n: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The lexicographic ranks of some words, and what is wrong with each of them."""
    problem = np.where(np.diff(ends) == n, FINE, OTHER_LENGTH)
    if not 0 < n <= MAX_N:
        problem[:] = NO_PERMUTATION
    if problem.any():
        return np.zeros(len(problem), dtype=np.int64), problem
    table = words.reshape(-1, n)
    ordered = np.sort(table, axis=1)
    problem[(ordered != np.arange(n)).any(axis=1)] = NO_PERMUTATION
    problem[(ordered == np.arange(1, n + 1)).all(axis=1)] = COUNTS_FROM_ONE
    return rank_permutations(table), problem


def _no_row(path: Path, place: str, text: bytes, problem: int, n: int) -> DatasetError:
    quoted = text.decode("utf-8", errors="replace").rstrip("\r")
    if len(quoted) > _CHARACTERS_SHOWN:
        quoted = quoted[:_CHARACTERS_SHOWN] + "..."
    why = _EXPLANATIONS[problem].format(n=n, last=n - 1)
    return DatasetError(f"{str(path)!r}, {place}: {quoted!r} {why}. {_FORM}")


def _is_header(line: bytes) -> bool:
    names = line.replace(b'"', b"").decode("utf-8", errors="replace").split(",")
    return tuple(name.strip() for name in names) == COLUMNS


def _no_report(done: int, total: int) -> None:
    pass
