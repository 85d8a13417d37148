"""The cross-entropy method with a policy network, after A. Wagner.

A network writes words letter by letter: from the letters so far it gives the probabilities of the
next. Of each batch the best tenth trains it, by cross-entropy, to write such words more often; the
very best survive into the next batches. When all that it writes has become the same, it is begun
anew.

The first layer is linear in the letters, so while a word is written it only adds one row a step.

Source: A. Z. Wagner, Constructions in combinatorics via neural networks, arXiv:2104.14516. There
the best tenth trains, by plain gradient descent; here by Adam.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from analysis.search.games import AlphabetGame

__all__ = ["Batch", "CrossEntropy", "Settings"]

Words = NDArray[np.int8]
_POLICY, _MOMENTS = "policy.", "moments."


@dataclass(frozen=True)
class Settings:
    """How the policy is trained.

    Attributes:
        episodes: Words in a batch.
        elite: The share of them that trains.
        survivors: The share of a batch that is carried over to the next ones.
        hidden: Widths of the two inner layers.
        rate: The learning rate.
        noise: The share of letters that are drawn uniformly, so that words close to the best are
            tried however sure the policy is.
        parts: In how many parts the elite trains, one step of the optimiser each.
        collapsed: Begin anew when a batch has fewer different words than this share.
    """

    episodes: int = 1000
    elite: float = 0.1
    survivors: float = 0.05
    hidden: tuple[int, int] = (128, 64)
    rate: float = 0.003
    noise: float = 0.0
    parts: int = 4
    collapsed: float = 0.1


@dataclass(frozen=True, eq=False)
class Batch:
    """What one round wrote.

    Attributes:
        words: int8[B, steps].
        scores: float64[B].
        elite_mean: The mean score of those that trained.
        restarted: Whether the policy begins anew after it.

    Example:
        >>> from analysis.search.games import PairGame
        >>> from analysis.search.quantities import QuantityObjective, find_quantity
        >>> game = PairGame(QuantityObjective(find_quantity("boolean"), 4))
        >>> batch = CrossEntropy(game, Settings(episodes=50), seed=0).round(0)
        >>> batch.words.shape, batch.scores.shape, batch.restarted
        ((50, 8), (50,), False)
    """

    words: Words
    scores: NDArray[np.float64]
    elite_mean: float
    restarted: bool


class _Policy(nn.Module):
    """The logits of the next letter from the rows that its letters added up so far."""

    def __init__(self, steps: int, letters: int, hidden: tuple[int, int]) -> None:
        super().__init__()
        first, second = hidden
        self.letter = nn.Parameter(torch.empty(steps, letters, first))
        self.step = nn.Parameter(torch.empty(steps, first))
        self.middle = nn.Linear(first, second)
        self.last = nn.Linear(second, letters)

    def begin(self, generator: torch.Generator) -> None:
        """Draws new weights, uniformly, as for linear layers of so many inputs."""
        steps, _, first = self.letter.shape
        inputs = {"letter": steps, "step": steps, "middle": first, "last": self.last.in_features}
        with torch.no_grad():
            for name, weights in self.named_parameters():
                bound = inputs[name.partition(".")[0]] ** -0.5
                weights.uniform_(-bound, bound, generator=generator)

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        """float32[..., letters] of float32[..., first]."""
        logits: torch.Tensor = self.last(torch.relu(self.middle(torch.relu(rows))))
        return logits


class CrossEntropy:
    """Plays an alphabet game round after round.

    Each round is decided by the seed, its number and the weights before it; so with `arrays` and
    `load` a stopped run goes on as if it had not been stopped.

    Args:
        game: What is played.
        settings: How the policy is trained.
        seed: Of everything random.

    Example:
        >>> class Ones:
        ...     steps, letters = 12, 2
        ...     def mask(self, prefixes):
        ...         return None
        ...     def scores(self, words):
        ...         return words.sum(axis=1).astype(float)
        >>> engine = CrossEntropy(Ones(), Settings(episodes=100), seed=1)
        >>> max(int(engine.round(number).scores.max()) for number in range(20))
        12
    """

    def __init__(self, game: AlphabetGame, settings: Settings, seed: int) -> None:
        self.game = game
        self.settings = settings
        self._seed = seed
        self._policy = _Policy(game.steps, game.letters, settings.hidden)
        self._begin(0)

    def round(self, number: int) -> Batch:
        """Writes a batch, and trains on the best of it and of the survivors."""
        with _one_thread():
            random = np.random.default_rng([self._seed, number])
            words = self._write(random)
            scores = self.game.scores(words)
            pool = np.concatenate([words, self._survivors])
            ranking = np.concatenate([scores, self._survivor_scores])
            best = np.argsort(-ranking, kind="stable")
            elite = best[: max(1, round(self.settings.elite * len(words)))]
            self._train(pool[elite], random)
            restarted = len(np.unique(words, axis=0)) < self.settings.collapsed * len(words)
            if restarted:
                self._begin(number + 1)
            else:
                self._survive(pool[best], ranking[best])
        return Batch(words, scores, float(ranking[elite].mean()), restarted)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All that a later round depends on."""
        found = {
            _POLICY + name: weights.detach().numpy().copy()
            for name, weights in self._policy.named_parameters()
        }
        for place, moments in self._optimizer.state_dict()["state"].items():
            found |= {f"{_MOMENTS}{place}.{k}": v.numpy().copy() for k, v in moments.items()}
        return found | {"survivors": self._survivors, "survivor_scores": self._survivor_scores}

    def load(self, arrays: dict[str, NDArray[Any]]) -> None:
        """Goes on from what `arrays` gave."""
        with torch.no_grad():
            for name, weights in self._policy.named_parameters():
                weights.copy_(torch.from_numpy(np.array(arrays[_POLICY + name])))
        self._optimizer = self._new_optimizer()
        content = self._optimizer.state_dict()
        for key, value in arrays.items():
            if key.startswith(_MOMENTS):
                place, _, name = key.removeprefix(_MOMENTS).partition(".")
                moments = content["state"].setdefault(int(place), {})
                moments[name] = torch.from_numpy(np.array(value))
        self._optimizer.load_state_dict(content)
        self._survivors = np.array(arrays["survivors"])
        self._survivor_scores = np.array(arrays["survivor_scores"])

    def _begin(self, number: int) -> None:
        draws = np.random.SeedSequence([self._seed, number, 1]).generate_state(1, np.uint32)
        self._policy.begin(torch.Generator().manual_seed(int(draws[0])))
        self._optimizer = self._new_optimizer()
        self._survivors = np.empty((0, self.game.steps), np.int8)
        self._survivor_scores = np.empty(0)

    def _new_optimizer(self) -> torch.optim.Adam:
        return torch.optim.Adam(self._policy.parameters(), lr=self.settings.rate)

    @torch.no_grad()
    def _write(self, random: np.random.Generator) -> Words:
        count, steps = self.settings.episodes, self.game.steps
        words = np.empty((count, steps), np.int8)
        rows = torch.zeros(count, self.settings.hidden[0])
        for t in range(steps):
            logits = self._policy(rows + self._policy.step[t])
            allowed = self.game.mask(words[:, :t])
            if allowed is not None:
                logits = logits.masked_fill(torch.from_numpy(~allowed), -torch.inf)
            chances = torch.softmax(logits, dim=1).double().numpy()
            if self.settings.noise:
                chances = _blended(chances, allowed, self.settings.noise)
            summed = chances.cumsum(axis=1)
            draws = random.random((count, 1)) * summed[:, -1:]
            words[:, t] = np.argmax(summed > draws, axis=1)
            rows += self._policy.letter[t, torch.from_numpy(words[:, t].astype(np.int64))]
        return words

    def _train(self, elite: Words, random: np.random.Generator) -> None:
        allowed = self._masks(elite)
        for part in np.array_split(random.permutation(len(elite)), self.settings.parts):
            if not len(part):
                continue
            words = torch.from_numpy(elite[part].astype(np.int64))
            added = self._policy.letter[torch.arange(self.game.steps), words]
            rows = added.cumsum(dim=1) - added + self._policy.step
            logits = self._policy(rows)
            if allowed is not None:
                logits = logits.masked_fill(torch.from_numpy(~allowed[part]), -torch.inf)
            loss = nn.functional.cross_entropy(logits.flatten(0, 1), words.flatten())
            self._optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            self._optimizer.step()

    def _masks(self, words: Words) -> NDArray[np.bool_] | None:
        masks = [self.game.mask(words[:, :t]) for t in range(self.game.steps)]
        known = [mask for mask in masks if mask is not None]
        return np.stack(known, axis=1) if len(known) == len(masks) else None

    def _survive(self, words: Words, scores: NDArray[np.float64]) -> None:
        """Keeps the first different ones of a ranking."""
        wanted = round(self.settings.survivors * self.settings.episodes)
        _, first = np.unique(words, axis=0, return_index=True)
        kept = np.sort(first)[:wanted]
        self._survivors, self._survivor_scores = words[kept], scores[kept]


def _blended(
    chances: NDArray[np.float64], allowed: NDArray[np.bool_] | None, noise: float
) -> NDArray[np.float64]:
    """Chances of letters, with a share of uniform ones among those allowed."""
    uniform = np.ones_like(chances) if allowed is None else allowed.astype(np.float64)
    blended: NDArray[np.float64] = uniform * (noise / uniform.sum(axis=1, keepdims=True))
    blended += (1 - noise) * chances
    return blended


@contextmanager
def _one_thread() -> Iterator[None]:
    """Small matrices are fastest on one thread, and then sums have one order."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
