"""Reading rows of ML4AlgComb's files from bytes, and comparing polynomials, compiled."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data_gen.jit import kernel

__all__ = [
    "COUNTS_FROM_ONE",
    "FINE",
    "MAX_N",
    "NOT_AN_INTEGER",
    "NO_PERMUTATION",
    "OTHER_LENGTH",
    "TOO_FEW_FIELDS",
    "TOO_LARGE",
    "TOO_LONG",
    "find_wrong",
    "parse_rows",
]

MAX_N = 20  # so that lexicographic ranks fit into int64

# What can be wrong with a line; FINE and BLANK are no errors.
FINE = 0
BLANK = 1
TOO_FEW_FIELDS = 2
NOT_AN_INTEGER = 3
NO_PERMUTATION = 4
COUNTS_FROM_ONE = 5
OTHER_LENGTH = 6
TOO_LARGE = 7
TOO_LONG = 8

_LARGEST = np.int64(10**15)
_NEWLINE, _RETURN, _TAB, _SPACE, _COMMA, _MINUS = 10, 13, 9, 32, 44, 45
_ZERO, _NINE, _OPEN, _CLOSE, _QUOTE, _DOUBLE_QUOTE = 48, 57, 91, 93, 39, 34


@kernel
def parse_rows(
    data: NDArray[np.uint8],
    n: int,
    line: int,
    lines: NDArray[np.int64],
    xs: NDArray[np.int64],
    ws: NDArray[np.int64],
    ends: NDArray[np.int64],
    coefficients: NDArray[np.int64],
) -> tuple[int, int, int, int, int, int]:
    """Reads rows until the end of the bytes or the first line that is none.

    Args:
        data: uint8[B], whole lines.
        n: The length that permutations must have; 0 to take it from the first row.
        line: The number of the first line.
        lines: int64[at least the number of lines], written: the line of each row.
        xs: Written: the lexicographic ranks of the first permutations.
        ws: Written: those of the second ones.
        ends: One longer, written: the place in `coefficients` where those of each row begin.
        coefficients: int64[at least B / 2 + 1], written.

    Returns:
        The number of rows, n, the number of the line after the last one that was read, what is
        wrong with that line, and where in `data` it begins and ends.
    """
    word = np.empty(MAX_N, np.int64)
    ends[0] = 0
    rows, begin = 0, 0
    while begin < len(data):
        end = begin
        while end < len(data) and data[end] != _NEWLINE:
            end += 1
        problem, n, x, w, total = _parse_line(data, begin, end, n, word, coefficients, ends[rows])
        if problem > BLANK:
            return rows, n, line, problem, begin, end
        if problem == FINE:
            lines[rows], xs[rows], ws[rows] = line, x, w
            rows += 1
            ends[rows] = total
        line += 1
        begin = end + 1
    return rows, n, line, FINE, begin, begin


@kernel
def find_wrong(
    ids: NDArray[np.int32],
    table_ends: NDArray[np.int64],
    table_coefficients: NDArray[np.int64],
    rows: NDArray[np.int64],
    ends: NDArray[np.int64],
    coefficients: NDArray[np.int64],
) -> NDArray[np.int64]:
    """The rows whose polynomial is not that of an id of the table.

    Args:
        ids: int32[k], ids of the table; a negative one stands for the polynomial 0.
        table_ends: int64[P + 1], where the coefficients of each id begin and end.
        table_coefficients: int64[table_ends[P]].
        rows: int64[k], the rows to compare with the ids.
        ends: int64[more than any row + 1], where the coefficients of each row begin and end.
        coefficients: Those of all rows; zeros at the end of a row do not matter.

    Returns:
        int64: some of `rows`, in their order.
    """
    wrong = np.empty(len(rows), np.int64)
    count = 0
    for k in range(len(rows)):
        begin, end = ends[rows[k]], ends[rows[k] + 1]
        while end > begin and coefficients[end - 1] == 0:
            end -= 1
        start, stop = 0, 0
        if ids[k] >= 0:
            start, stop = int(table_ends[ids[k]]), int(table_ends[ids[k] + 1])
        same = end - begin == stop - start
        for i in range(min(end - begin, stop - start)):
            same = same and coefficients[begin + i] == table_coefficients[start + i]
        if not same:
            wrong[count] = rows[k]
            count += 1
    return wrong[:count]


@kernel
def _parse_line(
    data: NDArray[np.uint8],
    at: int,
    end: int,
    n: int,
    word: NDArray[np.int64],
    coefficients: NDArray[np.int64],
    total: int,
) -> tuple[int, int, int, int, int]:
    """Reads one line; returns what is wrong, n, the two ranks and the end of the coefficients."""
    x, w = 0, 0
    at = _skip(data, at, end)
    if at == end:
        return BLANK, n, x, w, total
    for which in range(2):
        at, length, problem = _read_word(data, at, end, word)
        if problem == FINE and n == 0:
            n = length
        if problem == FINE and length != n:
            problem = OTHER_LENGTH
        rank = 0
        if problem == FINE:
            rank, problem = _rank(word, n)
        if problem != FINE:
            return problem, n, x, w, total
        x, w = (x, rank) if which else (rank, w)
        at = _skip(data, at, end)
    first = total
    in_list = at < end and data[at] == _OPEN
    at = _skip(data, at + 1, end) if in_list else at
    while at < end and not (in_list and data[at] == _CLOSE):
        value, at, problem = _read_integer(data, at, end)
        if problem != FINE:
            return problem, n, x, w, total
        coefficients[total] = value
        total += 1
        at = _skip(data, at, end)
    if in_list and (at == end or _skip(data, at + 1, end) != end):
        return NOT_AN_INTEGER, n, x, w, total
    if total == first:
        return TOO_FEW_FIELDS, n, x, w, total
    return FINE, n, x, w, total


@kernel
def _read_word(
    data: NDArray[np.uint8], at: int, end: int, word: NDArray[np.int64]
) -> tuple[int, int, int]:
    """Reads ``01234`` or ``[0, 1, 2, 3, 4]``; returns where it ends, its length, what is wrong."""
    length = 0
    if at == end:
        return at, length, TOO_FEW_FIELDS
    if data[at] != _OPEN:
        while at < end and _is_digit(data[at]) and length < len(word):
            word[length] = int(data[at]) - _ZERO
            length += 1
            at += 1
        good = length > 0 and (at == end or _is_separator(data[at]))
        return at, length, FINE if good else NO_PERMUTATION
    at = _skip(data, at + 1, end)
    while at < end and data[at] != _CLOSE and length < len(word):
        value, at, problem = _read_integer(data, at, end)
        if problem != FINE:
            return at, length, NO_PERMUTATION
        word[length] = value
        length += 1
        at = _skip(data, at, end)
    good = length > 0 and at < end and data[at] == _CLOSE
    return at + 1, length, FINE if good else NO_PERMUTATION


@kernel
def _rank(word: NDArray[np.int64], n: int) -> tuple[int, int]:
    """The lexicographic rank of a permutation of 0..n-1; what is wrong with it if it is none."""
    seen = 0
    for i in range(n):
        if word[i] < 0 or word[i] > n:
            return 0, NO_PERMUTATION
        seen |= 1 << int(word[i])
    if seen == (1 << (n + 1)) - 2:
        return 0, COUNTS_FROM_ONE
    if seen != (1 << n) - 1:
        return 0, NO_PERMUTATION
    rank = 0
    for i in range(n):
        smaller = 0
        for j in range(i + 1, n):
            smaller += int(word[j] < word[i])
        rank = rank * (n - i) + smaller
    return rank, FINE


@kernel
def _read_integer(data: NDArray[np.uint8], at: int, end: int) -> tuple[int, int, int]:
    """Reads digits, perhaps after a minus; returns the value, where it ends, what is wrong."""
    negative = data[at] == _MINUS
    if negative:
        at += 1
    value, begin = 0, at
    while at < end and _is_digit(data[at]):
        value = value * 10 + int(data[at]) - _ZERO
        if value > _LARGEST:
            return value, at, TOO_LARGE
        at += 1
    if at == begin or not (at == end or _is_separator(data[at]) or data[at] == _CLOSE):
        return value, at, NOT_AN_INTEGER
    return -value if negative else value, at, FINE


@kernel
def _skip(data: NDArray[np.uint8], at: int, end: int) -> int:
    while at < end and _is_separator(data[at]):
        at += 1
    return at


@kernel
def _is_separator(byte: int) -> bool:
    return byte in (_SPACE, _COMMA, _RETURN, _TAB, _QUOTE, _DOUBLE_QUOTE)


@kernel
def _is_digit(byte: int) -> bool:
    return _ZERO <= byte <= _NINE
