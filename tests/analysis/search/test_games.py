import numpy as np
import pytest

from analysis.search.games import PairGame
from analysis.search.quantities import QuantityObjective, find_quantity
from data_gen.bruhat import bruhat_leq_arrays

from .conftest import all_pairs


def pair_game(n: int) -> PairGame:
    quantity = find_quantity("boolean")
    assert quantity is not None
    return PairGame(QuantityObjective(quantity, n))


def written(game: PairGame) -> np.ndarray:
    """Every word that the mask lets through."""
    prefixes = np.empty((1, 0), np.int8)
    for _ in range(game.steps):
        rows, letters = np.nonzero(game.mask(prefixes))
        assert len(set(rows.tolist())) == len(prefixes)  # no prefix is a dead end
        prefixes = np.concatenate([prefixes[rows], letters[:, None].astype(np.int8)], axis=1)
    return prefixes


@pytest.mark.parametrize("n", [2, 3, 4])
def test_the_words_are_exactly_the_comparable_pairs(n: int) -> None:
    words = written(pair_game(n))
    expected = np.concatenate(all_pairs(n, proper=False), axis=1)
    found = np.concatenate([words[:, ::2], words[:, 1::2]], axis=1)
    assert sorted(map(tuple, found.tolist())) == sorted(map(tuple, expected.tolist()))


@pytest.mark.parametrize("n", [9, 15])
def test_words_of_a_large_alphabet_are_comparable_pairs(n: int) -> None:
    game, random = pair_game(n), np.random.default_rng(n)
    words = np.empty((500, 0), np.int8)
    for _ in range(game.steps):
        mask = game.mask(words)
        letters = np.argmax(mask * random.random(mask.shape), axis=1)
        assert mask[np.arange(500), letters].all()
        words = np.concatenate([words, letters[:, None].astype(np.int8)], axis=1)
    xs, ws = words[:, ::2], words[:, 1::2]
    assert (np.sort(xs) == np.arange(n)).all()
    assert (np.sort(ws) == np.arange(n)).all()
    assert bruhat_leq_arrays(xs, ws).all()


def test_scores_are_those_of_the_objective() -> None:
    game = pair_game(4)
    cube, nothing = [0, 3, 2, 1, 1, 2, 3, 0], [0, 0, 1, 1, 2, 2, 3, 3]
    scores = game.scores(np.array([cube, nothing], np.int8))
    assert scores[0] == 4
    assert scores[1] < -1e6
