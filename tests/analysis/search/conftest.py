"""Pairs of a whole S_n, and a game small enough to see through."""

import numpy as np
import pytest

from data_gen.bruhat import bruhat_leq_arrays, unrank_permutations


def all_pairs(n: int, proper: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """All x < w, or x <= w, of S_n as 0-indexed words."""
    words = unrank_permutations(np.arange(np.prod(np.arange(1, n + 1))), n)
    below, above = (np.repeat(words, len(words), axis=0), np.tile(words, (len(words), 1)))
    kept = bruhat_leq_arrays(below, above)
    if proper:
        kept &= (below != above).any(axis=1)
    return below[kept], above[kept]


class HiddenWord:
    """A word is worth its longest prefix in common with a hidden one; two letters never meet."""

    def __init__(self, hidden: str = "abacadabac", letters: int = 4) -> None:
        self.hidden = np.array([ord(c) - ord("a") for c in hidden], np.int8)
        self.steps, self.letters = len(hidden), letters

    def mask(self, prefixes: np.ndarray) -> np.ndarray:
        allowed = np.ones((len(prefixes), self.letters), bool)
        if prefixes.shape[1]:
            allowed[np.arange(len(prefixes)), prefixes[:, -1]] = False
        return allowed

    def scores(self, words: np.ndarray) -> np.ndarray:
        return np.cumprod(words == self.hidden, axis=1).sum(axis=1).astype(float)


@pytest.fixture
def game() -> HiddenWord:
    return HiddenWord()
