import numpy as np
import pytest

from analysis.search._pair_kernels import degrees, move
from analysis.search._sketch_kernels import add_pairs
from analysis.search.quantities import QuantityObjective, find_quantity
from analysis.search.random_walks import uniform_pairs, walked_pairs
from analysis.search.watching import Watched
from data_gen.bruhat import bruhat_leq_arrays

from .conftest import all_pairs


def objective(n: int, max_nodes: int | None = None) -> QuantityObjective:
    quantity = find_quantity("boolean")
    assert quantity is not None
    return QuantityObjective(quantity, n, max_nodes)


def test_moves_stay_comparable_and_differ_by_a_transposition() -> None:
    xs, ws = all_pairs(5)
    draws = np.random.default_rng(0).integers(0, 1 << 30, (len(xs), 4, 4))
    new_xs, new_ws = move(xs, ws, draws)
    assert bruhat_leq_arrays(new_xs, new_ws).all()
    assert (new_xs != new_ws).any(axis=1).all()
    changed = [(old != new).sum(axis=1) for old, new in ((xs, new_xs), (ws, new_ws))]
    assert set(np.concatenate(changed).tolist()) == {0, 2}
    assert ((changed[0] > 0) & (changed[1] > 0)).any()
    assert np.mean((changed[0] > 0) | (changed[1] > 0)) > 0.9


def test_moves_reach_every_pair() -> None:
    xs, ws = (words[:1] for words in all_pairs(3))
    random, met = np.random.default_rng(1), set()
    for _ in range(500):
        xs, ws = move(xs, ws, random.integers(0, 1 << 30, (1, 4, 4)))
        met.add((*xs[0].tolist(), *ws[0].tolist()))
    assert len(met) == len(all_pairs(3)[0])


def test_degrees_of_what_is_not_comparable() -> None:
    words = np.array([[0, 1, 2], [2, 1, 0]], np.int8)
    assert degrees(words[::-1].copy(), words)[:, 0].tolist() == [-1, 3]


@pytest.mark.parametrize("max_nodes", [None, 50])
def test_walks_end_below(max_nodes: int | None) -> None:
    xs, ws = walked_pairs(objective(8, max_nodes), 500, (1, 2))
    assert bruhat_leq_arrays(xs, ws).all()
    assert (xs != ws).any(axis=1).all()
    again = walked_pairs(objective(8, max_nodes), 500, (1, 2))
    assert np.array_equal(xs, again[0])
    assert not np.array_equal(xs, walked_pairs(objective(8, max_nodes), 500, (1, 3))[0])


def test_uniform_pairs_are_as_frequent_as_they_are() -> None:
    xs, ws = uniform_pairs(objective(3), 36_000, (7,))
    met, counts = np.unique(np.concatenate([xs, ws], axis=1), axis=0, return_counts=True)
    assert len(met) == 19
    assert abs(counts - 1000).max() < 150  # five standard deviations


def test_different_pairs_are_counted_to_about_one_per_cent() -> None:
    watched = Watched(objective(7))
    xs, ws = uniform_pairs(objective(7), 1_000_000, (3,))
    exact = len(np.unique(np.concatenate([xs, ws], axis=1), axis=0))
    watched.scored = len(xs)
    add_pairs(watched.registers, xs, ws)
    assert abs(watched.distinct - exact) < 0.03 * exact
    add_pairs(watched.registers, xs, ws)
    assert abs(watched.distinct - exact) < 0.03 * exact
