"""Permutations in one-line notation: reading, writing, and the few operations on one of them.

A permutation is a tuple ``(x(1), ..., x(n))`` of 1-indexed values wherever a person or a file sees
it. Algorithms work on 0-indexed arrays; `to_array` and `from_array` are the only boundary.
Products follow ``(xt)(i) = x(t(i))``, so right multiplication by ``(i j)`` swaps positions i and j.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from numbers import Integral

import numpy as np
from numpy.typing import NDArray

from data_gen.errors import PermutationError

__all__ = [
    "Permutation",
    "PermutationLike",
    "conjugate_by_w0",
    "format_permutation",
    "format_words",
    "from_array",
    "inverse",
    "left_descents",
    "length",
    "parse_pair",
    "parse_permutation",
    "read_words",
    "right_descents",
    "to_array",
]

Permutation = tuple[int, ...]
PermutationLike = str | Sequence[int] | NDArray[np.integer]

_SEPARATORS = re.compile(r"[\s,;]+")
_QUOTES = "'\"\u2018\u2019\u201c\u201d"  # a word processor makes typographic ones
_BRACKETS = {"[": "]", "(": ")", "{": "}"}


def parse_permutation(text: PermutationLike, n: int | None = None) -> Permutation:
    """Reads a permutation in one-line notation, 1-indexed.

    Args:
        text: ``3412``, ``3 4 1 2``, ``3,4,1,2``, ``[3,4,1,2]``, or a sequence of integers. Without
            separators every digit is one entry, so from n = 10 on separators are needed.
        n: The length to insist on; any length if None.

    Returns:
        The tuple ``(x(1), ..., x(n))``.

    Raises:
        PermutationError: If it is not a permutation of 1..n, has another length than `n`, or counts
            from 0. The message quotes the input.

    Example:
        >>> parse_permutation("3412")
        (3, 4, 1, 2)
        >>> parse_permutation("[10, 1, 2, 3, 4, 5, 6, 7, 8, 9]")
        (10, 1, 2, 3, 4, 5, 6, 7, 8, 9)
    """
    values = _read_integers(text)
    _check_is_permutation(values, text)
    if n is not None and len(values) != n:
        raise PermutationError(
            f"{_quote(text)} has length {len(values)}, but a permutation of 1..{n} is wanted."
        )
    return values


def parse_pair(x: PermutationLike, w: PermutationLike) -> tuple[Permutation, Permutation]:
    """Reads two permutations of the same length.

    Raises:
        PermutationError: If one of them is no permutation, the lengths differ, or one counts from 0
            and the other from 1.

    Example:
        >>> parse_pair("1324", "3412")
        ((1, 3, 2, 4), (3, 4, 1, 2))
    """
    bases = [_index_base(_read_integers(p)) for p in (x, w)]
    if set(bases) == {0, 1}:
        zero = x if bases[0] == 0 else w
        raise PermutationError(
            f"mixed index base: in the pair {_quote(x)}, {_quote(w)} one counts from 0 and the "
            f"other from 1. klgnn reads one-line notation of 1..n: add 1 to every entry of "
            f"{_quote(zero)}."
        )
    first, second = parse_permutation(x), parse_permutation(w)
    if len(first) != len(second):
        raise PermutationError(
            f"{_quote(x)} is in S_{len(first)} and {_quote(w)} in S_{len(second)}: "
            "both must have the same length."
        )
    return first, second


def format_permutation(x: Sequence[int] | NDArray[np.integer]) -> str:
    """Writes a permutation so that `parse_permutation` reads it back.

    Args:
        x: One-line notation, 1-indexed.

    Returns:
        Digits without separators up to n = 9 and with commas from n = 10 on.

    Raises:
        PermutationError: If `x` is not a permutation of 1..n.

    Example:
        >>> format_permutation((3, 4, 1, 2))
        '3412'
        >>> format_permutation((10, 1, 2, 3, 4, 5, 6, 7, 8, 9))
        '10,1,2,3,4,5,6,7,8,9'
    """
    values = parse_permutation(x)
    return ("" if len(values) < 10 else ",").join(map(str, values))


def format_words(words: NDArray[np.integer]) -> list[str]:
    """Writes many permutations, as `format_permutation` writes one.

    Args:
        words: Integer array [K, n], counting from 0.

    Example:
        >>> format_words(np.array([[2, 3, 0, 1], [0, 1, 2, 3]]))
        ['3412', '1234']
    """
    separator = "" if words.shape[1] < 10 else ","
    return [separator.join(map(str, word)) for word in (words + 1).tolist()]


def read_words(texts: Sequence[str], n: int) -> NDArray[np.int8]:
    """Reads what `format_words` wrote, without the checks of `parse_permutation`.

    Returns:
        int8[K, n], counting from 0.

    Example:
        >>> read_words(["3412", "1234"], 4).tolist()
        [[2, 3, 0, 1], [0, 1, 2, 3]]
    """
    joined = ("" if n < 10 else ",").join(texts)
    values = list(joined) if n < 10 else joined.split(",")
    return (np.array(values, dtype="U2").astype(np.int8) - np.int8(1)).reshape(len(texts), n)


def to_array(x: Sequence[int]) -> NDArray[np.int8]:
    """Turns one-line notation into the 0-indexed int8 array that algorithms use.

    Example:
        >>> to_array((3, 4, 1, 2)).tolist()
        [2, 3, 0, 1]
    """
    return np.asarray(x, dtype=np.int8) - np.int8(1)


def from_array(x: NDArray[np.integer]) -> Permutation:
    """Turns a 0-indexed array back into one-line notation.

    Example:
        >>> from_array(np.array([2, 3, 0, 1]))
        (3, 4, 1, 2)
    """
    return tuple(int(value) + 1 for value in x)


def inverse(x: Permutation) -> Permutation:
    """The inverse permutation.

    Example:
        >>> inverse((2, 3, 1))
        (3, 1, 2)
    """
    result = [0] * len(x)
    for position, value in enumerate(x, start=1):
        result[value - 1] = position
    return tuple(result)


def conjugate_by_w0(x: Permutation) -> Permutation:
    """``w0 x w0`` with w0 the longest element: reverse the word and complement the values.

    Example:
        >>> conjugate_by_w0((2, 3, 1))
        (3, 1, 2)
    """
    return tuple(len(x) + 1 - value for value in reversed(x))


def length(x: Permutation) -> int:
    """The Coxeter length: the number of inversions.

    Example:
        >>> length((3, 4, 1, 2))
        4
    """
    return sum(x[i] > x[j] for i in range(len(x)) for j in range(i + 1, len(x)))


def right_descents(x: Permutation) -> frozenset[int]:
    """The positions i with ``x(i) > x(i+1)``.

    Example:
        >>> sorted(right_descents((3, 4, 1, 2)))
        [2]
    """
    return frozenset(i for i in range(1, len(x)) if x[i - 1] > x[i])


def left_descents(x: Permutation) -> frozenset[int]:
    """The values i such that i + 1 stands to the left of i.

    Example:
        >>> sorted(left_descents((2, 3, 1)))
        [1]
    """
    return right_descents(inverse(x))


def _quote(text: PermutationLike) -> str:
    if isinstance(text, str) or not isinstance(text, Iterable):
        return repr(text)
    return "[" + ", ".join(str(value) for value in text) + "]"


def _read_integers(text: PermutationLike) -> tuple[int, ...]:
    if not isinstance(text, (str, Iterable)):
        raise PermutationError(f"{text!r} is no permutation: write it as text, such as '3412'.")
    if not isinstance(text, str):
        if not all(isinstance(value, Integral) for value in text):
            raise PermutationError(
                f"{_quote(text)} is no permutation: its entries must be integers."
            )
        return tuple(int(value) for value in text)
    body = text.strip().strip(_QUOTES).strip()
    if body[:1] in _BRACKETS and body[-1:] == _BRACKETS[body[:1]]:
        body = body[1:-1].strip()
    words = [word for word in _SEPARATORS.split(body) if word]
    if len(words) == 1:
        words = list(words[0])
    if not words or not all(word.isascii() and word.isdigit() for word in words):
        raise PermutationError(
            f"{_quote(text)} is no permutation: write one-line notation such as 3412 or 3,4,1,2."
        )
    return tuple(map(int, words))


def _index_base(values: tuple[int, ...]) -> int | None:
    ordered = sorted(values)
    for base in (0, 1):
        if ordered == list(range(base, base + len(values))):
            return base
    return None


def _check_is_permutation(values: tuple[int, ...], text: PermutationLike) -> None:
    n = len(values)
    if n == 0:
        raise PermutationError(f"{_quote(text)} is empty: a permutation has at least one entry.")
    base = _index_base(values)
    if base == 1:
        return
    if n > 1 and base == 0:
        shifted = ",".join(str(value + 1) for value in values)
        raise PermutationError(
            f"{_quote(text)} counts from 0; klgnn reads one-line notation of 1..n. "
            f"Did you mean {shifted}?"
        )
    if 0 in values and n in values:
        problem = "it has both 0 and n (mixed index base)"
    elif len(set(values)) < n:
        twice = next(value for value in values if values.count(value) > 1)
        problem = f"{twice} occurs twice"
    else:
        missing = next((value for value in range(1, n + 1) if value not in values), 1)
        problem = f"{missing} is missing"
    hint = ""
    if isinstance(text, str) and n > 9 and len(_SEPARATORS.split(text.strip())) == 1:
        hint = " From n = 10 on, separate the entries: 10,1,2,..."
    raise PermutationError(f"{_quote(text)} is not a permutation of 1..{n}: {problem}.{hint}")
