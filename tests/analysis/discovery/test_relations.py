import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.discovery.invariants import NAMES
from analysis.discovery.relations import Relation, parse_relation
from data_gen.errors import UsageError

COEFFICIENTS = st.dictionaries(st.sampled_from(NAMES), st.integers(-5, 5), max_size=4)


@given(COEFFICIENTS, st.integers(-9, 9), st.booleans())
def test_what_is_printed_is_read_back(
    coefficients: dict[str, int], constant: int, is_equality: bool
) -> None:
    relation = Relation.of(coefficients, constant, is_equality)
    if relation.terms:
        assert parse_relation(str(relation)) == relation


@given(COEFFICIENTS, st.integers(-9, 9), st.booleans(), st.integers(0, 2**32 - 1))
def test_lowest_terms_say_the_same_on_integers(
    coefficients: dict[str, int], constant: int, is_equality: bool, seed: int
) -> None:
    rows = np.random.default_rng(seed).integers(-9, 10, (20, len(NAMES)))
    vector = np.array([coefficients.get(name, 0) for name in NAMES])
    values = rows @ vector + constant
    relation = Relation.of(coefficients, constant, is_equality)
    if (is_equality and any(values == 0) and not all(values == 0)) or not is_equality:
        expected = values == 0 if is_equality else values >= 0
        assert relation.holds(NAMES, rows).tolist() == expected.tolist()


def test_the_constant_of_an_inequality_is_rounded_to_what_integers_can_reach() -> None:
    assert parse_relation("2 f >= 3") == parse_relation("f >= 2")


@pytest.mark.parametrize(
    "text", ["f", "f = ", "f == 1", "f >= 1 >= 0", "f g = 1", "f + = 1", "f=$"]
)
def test_what_is_no_relation_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="="):
        parse_relation(text)


def test_an_unknown_invariant_is_named() -> None:
    with pytest.raises(UsageError, match="'girth' is no invariant"):
        parse_relation("girth >= 3").vector(NAMES)
