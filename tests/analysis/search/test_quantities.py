"""Every quantity against its definition, on all intervals of S_4 and some or all of S_5."""

from collections.abc import Callable

import numpy as np
import pytest

from analysis.conjectures import Subject
from analysis.formulas.boolean import is_boolean
from analysis.search.objectives import NOTHING, small_enough, unscored
from analysis.search.quantities import (
    Quantity,
    QuantityObjective,
    all_quantities,
    find_quantity,
)
from data_gen.errors import UsageError
from data_gen.interval_batch import interval_sizes

from .conftest import all_pairs


def boolean(subject: Subject) -> float:
    return subject.length if is_boolean(subject.graph) else np.nan


DEFINITIONS: dict[str, Callable[[Subject], float]] = {
    "boolean": boolean,
    "f": lambda s: s.f,
    "coefficient:1": lambda s: s.coefficient(1),
    "coefficient:2": lambda s: s.coefficient(2),
    "coefficient:7": lambda s: 0,
    "mu": lambda s: s.mu,
    "kl-degree": lambda s: len(s.kl) - 1,
    "kl-at-1": lambda s: sum(s.kl),
    "deodhar-excess": lambda s: len(s.above[0]) - s.length,
}


def quantity(name: str) -> Quantity:
    found = find_quantity(name)
    assert found is not None
    return found


@pytest.fixture(scope="module", params=[4, 5])
def intervals(request: pytest.FixtureRequest) -> tuple[np.ndarray, np.ndarray, list[Subject]]:
    xs, ws = all_pairs(request.param)
    step = 1 if request.param == 4 else 12
    xs, ws = xs[::step], ws[::step]
    return (
        xs,
        ws,
        [Subject((x + 1).tolist(), (w + 1).tolist()) for x, w in zip(xs, ws, strict=True)],
    )


@pytest.mark.parametrize("name", DEFINITIONS)
def test_against_the_definition(
    name: str, intervals: tuple[np.ndarray, np.ndarray, list[Subject]]
) -> None:
    xs, ws, subjects = intervals
    expected = [DEFINITIONS[name](subject) for subject in subjects]
    np.testing.assert_array_equal(quantity(name).of(xs, ws), expected)


@pytest.mark.parametrize("name", DEFINITIONS)
def test_what_is_climbed_leads_to_what_counts(name: str) -> None:
    """A larger value never has a smaller score; without a value the score is less than a cube's."""
    xs, ws = all_pairs(4)
    scores, values = quantity(name).evaluate(xs, ws)
    assert np.isfinite(scores).all()
    known = np.flatnonzero(~np.isnan(values))
    better = values[known][:, None] > values[known][None]
    assert (scores[known][:, None] > scores[known][None])[better].all()


def test_every_listed_quantity_has_its_definition_here() -> None:
    assert set(all_quantities()) <= set(DEFINITIONS)
    assert all(one.name == name and one.statement for name, one in all_quantities().items())


def test_the_known_maxima_of_boolean_dimensions() -> None:
    """Section 4.4 of the page of mathematics: 2, 4, 5 for n = 3, 4, 5."""
    maxima = [np.nanmax(quantity("boolean").of(*all_pairs(n))) for n in (3, 4, 5)]
    assert maxima == [2, 4, 5]


def test_polynomials_one_by_one_agree_with_the_table() -> None:
    """S_10 has no table: intervals of S_5, embedded, have to have the same values there."""
    xs, ws = (words[::97] for words in all_pairs(5))
    wide = [
        np.concatenate([words, np.tile(np.arange(5, 10, dtype=np.int8), (len(words), 1))], 1)
        for words in (xs, ws)
    ]
    for name in ("f", "mu", "kl-at-1", "coefficient:2"):
        objective = QuantityObjective(quantity(name), 10)
        assert objective.is_slow
        assert objective.max_nodes == 2000
        np.testing.assert_array_equal(objective.evaluate(*wide).values, quantity(name).of(xs, ws))


def test_pairs_that_are_not_looked_at() -> None:
    xs, ws = all_pairs(5, proper=False)
    objective = QuantityObjective(quantity("boolean"), 5, max_nodes=20)
    found = objective.evaluate(xs, ws)
    sizes = interval_sizes(xs, ws)
    looked_at = (sizes > 1) & (sizes <= 20)
    assert ((found.scores > NOTHING) == looked_at).all()
    assert np.isnan(found.values[~looked_at]).all()
    assert (found.scores[sizes == 1] < found.scores[sizes > 20].min()).all()


@pytest.mark.parametrize("most", [2, 30, 3000])
def test_small_enough_counts_elements(most: int) -> None:
    random = np.random.default_rng(most)
    xs, ws = (
        random.permuted(np.tile(np.arange(8, dtype=np.int8), (3000, 1)), axis=1) for _ in "xw"
    )
    sizes = interval_sizes(xs, ws)
    xs, ws = xs[sizes > 0], ws[sizes > 0]
    sizes = sizes[sizes > 0]
    expected = np.flatnonzero((sizes > 1) & (sizes <= most))
    assert small_enough(xs, ws, most).tolist() == expected.tolist()
    assert len(small_enough(xs, ws, None)) == (sizes > 1).sum()


def test_longer_pairs_that_do_not_count_have_less() -> None:
    xs, ws = all_pairs(4, proper=False)
    scores = unscored(xs, ws)
    assert (scores < NOTHING).all()
    assert scores.argmin() == np.flatnonzero((xs == ws).all(axis=1))[0]


@pytest.mark.parametrize("name", ["coefficient:", "coefficient:x", "coefficient:-1"])
def test_a_degree_is_a_number(name: str) -> None:
    with pytest.raises(UsageError, match=name):
        find_quantity(name)


def test_what_is_no_quantity() -> None:
    assert find_quantity("h-tilde") is None
    assert quantity("coefficient").name == "coefficient:1"
