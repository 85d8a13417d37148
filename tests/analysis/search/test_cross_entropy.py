import numpy as np
import pytest
import torch

from analysis.search.cross_entropy import CrossEntropy, Settings

from .conftest import HiddenWord

SMALL = Settings(episodes=100, hidden=(32, 16), rate=0.01)


def test_it_finds_a_hidden_word(game: HiddenWord) -> None:
    engine = CrossEntropy(game, SMALL, seed=3)
    batches = [engine.round(number) for number in range(60)]
    first = next(k for k, batch in enumerate(batches) if batch.scores.max() == game.steps)
    assert first > 0  # not by luck: 4 * 3^9 words are possible
    assert (batches[first].words == game.hidden).all(axis=1).any()


def test_words_keep_to_the_mask(game: HiddenWord) -> None:
    words = CrossEntropy(game, SMALL, seed=0).round(0).words
    assert words.shape == (100, game.steps)
    assert (words[:, 1:] != words[:, :-1]).all()
    assert len(np.unique(words, axis=0)) > 90


def test_the_elite_gets_better(game: HiddenWord) -> None:
    engine = CrossEntropy(game, SMALL, seed=1)
    means = [engine.round(number).elite_mean for number in range(60)]
    assert max(means) > means[0] + 4


def test_same_seed_same_words(game: HiddenWord) -> None:
    def words(seed: int) -> np.ndarray:
        engine = CrossEntropy(game, SMALL, seed)
        return np.concatenate([engine.round(number).words for number in range(5)])

    assert np.array_equal(words(5), words(5))
    assert not np.array_equal(words(5), words(6))


@pytest.mark.parametrize("settings", [SMALL, Settings(episodes=50, rate=0.1, collapsed=0.5)])
def test_loaded_arrays_go_on_as_if_nothing_had_happened(
    game: HiddenWord, settings: Settings
) -> None:
    whole = CrossEntropy(game, settings, seed=2)
    first = [whole.round(number) for number in range(12)]
    assert any(batch.restarted for batch in first) == (settings.collapsed > 0.1)
    other = CrossEntropy(game, settings, seed=2)
    other.load({name: value.copy() for name, value in whole.arrays().items()})
    for number in range(12, 16):
        expected, found = whole.round(number), other.round(number)
        assert np.array_equal(expected.words, found.words)
        assert expected.elite_mean == found.elite_mean
    for name, value in whole.arrays().items():
        assert np.array_equal(value, other.arrays()[name]), name


def test_the_number_of_threads_is_put_back(game: HiddenWord) -> None:
    before = torch.get_num_threads()
    CrossEntropy(game, SMALL, seed=0).round(0)
    assert torch.get_num_threads() == before
