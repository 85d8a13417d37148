"""Reading and writing permutations, and the few operations on one of them."""

from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_gen.errors import PermutationError, UsageError
from data_gen.permutations import (
    conjugate_by_w0,
    format_permutation,
    from_array,
    inverse,
    left_descents,
    length,
    parse_pair,
    parse_permutation,
    right_descents,
    to_array,
)

words = st.integers(1, 14).flatmap(lambda n: st.permutations(range(1, n + 1))).map(tuple)


@pytest.mark.parametrize(
    "text",
    ["3412", "3 4 1 2", "3,4,1,2", "[3,4,1,2]", " [3, 4, 1, 2] ", "(3 4 1 2)", "3;4;1;2", "'3412'"],
)
def test_ways_of_writing(text: str) -> None:
    assert parse_permutation(text) == (3, 4, 1, 2)


@pytest.mark.parametrize("value", [(3, 4, 1, 2), [3, 4, 1, 2], np.array([3, 4, 1, 2], np.int8)])
def test_sequences(value) -> None:
    assert parse_permutation(value) == (3, 4, 1, 2)
    assert all(type(entry) is int for entry in parse_permutation(value))


@given(words)
def test_written_and_read_again(x) -> None:
    assert parse_permutation(format_permutation(x)) == x
    assert parse_permutation(str(list(x))) == x


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "one-line notation"),
        ("abc", "'abc' is no permutation"),
        ("1-3", "'1-3' is no permutation"),
        ("3413", "3 occurs twice"),
        ("124", "3 is missing"),
        ("0132", "counts from 0.*1,2,4,3"),
        ("0134", "0134"),
        ("12345678910", "separate the entries"),
        ([1.5, 2], "must be integers"),
        ([], "empty"),
        ("²1", "no permutation"),
    ],
)
def test_what_is_no_permutation(text, says: str) -> None:
    with pytest.raises(PermutationError, match=says):
        parse_permutation(text)


def test_wrong_length_quotes_the_input() -> None:
    with pytest.raises(PermutationError, match=r"'312' has length 3.*1\.\.4"):
        parse_permutation("312", 4)


def test_pairs() -> None:
    assert parse_pair("132", [3, 2, 1]) == ((1, 3, 2), (3, 2, 1))
    with pytest.raises(PermutationError, match=r"S_2.*S_3"):
        parse_pair("12", "123")
    with pytest.raises(PermutationError, match=r"mixed index base.*'012'"):
        parse_pair("012", "123")


def test_errors_are_the_users_mistake() -> None:
    assert issubclass(PermutationError, UsageError)
    assert issubclass(PermutationError, ValueError)
    assert PermutationError.exit_code == 2


@given(words)
def test_arrays_count_from_0(x) -> None:
    array = to_array(x)
    assert array.dtype == np.int8
    assert sorted(array.tolist()) == list(range(len(x)))
    assert from_array(array) == x


@given(words)
def test_inverse_and_conjugate(x) -> None:
    n = len(x)
    assert all(inverse(x)[value - 1] == place for place, value in enumerate(x, 1))
    assert inverse(inverse(x)) == x
    assert conjugate_by_w0(conjugate_by_w0(x)) == x
    assert conjugate_by_w0(x) == tuple(n + 1 - x[n - i] for i in range(1, n + 1))
    assert length(x) == length(inverse(x)) == length(conjugate_by_w0(x))


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
def test_length_and_descents_by_multiplication(n: int) -> None:
    """s is a descent exactly if multiplying by it shortens."""
    for x in permutations(range(1, n + 1)):
        inversions = sum(a > b for a, b in combinations(x, 2))
        assert length(x) == inversions
        for s in range(1, n):
            swapped = list(x)
            swapped[s - 1], swapped[s] = x[s], x[s - 1]
            assert (s in right_descents(x)) == (length(tuple(swapped)) < length(x))
            renamed = tuple({s: s + 1, s + 1: s}.get(value, value) for value in x)
            assert (s in left_descents(x)) == (length(renamed) < length(x))


def test_a_number_is_not_text():
    with pytest.raises(PermutationError, match=r"1324.*'3412'"):
        parse_permutation(1324)
