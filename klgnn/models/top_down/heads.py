"""Logits of one coefficient: values are numbers here, not mere names of classes."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

__all__ = ["NextCoefficient", "ValueScores"]

_NEAR = 12
"""Distances of a value from what the identity leaves for it, -9 to 2, with a score of their own."""

_NUMBERS = 6
"""How many numbers say what the identity leaves."""


class ValueScores(nn.Module):
    """Logits of the values 0, ..., V - 1: a score for each, less a multiple of (value - centre)^2.

    The centre is linear in the state, so that sums of counts are read off exactly; the scores
    correct it. The last `room` values, which training does not contain, share the score of the
    last that it does, and differ by their distance alone.

    Example:
        >>> ValueScores(8, values=7, room=2)(torch.ones(3, 8)).shape
        torch.Size([3, 7])
    """

    def __init__(self, width: int, values: int, room: int) -> None:
        super().__init__()
        self.room = room if values > room + 1 else 0
        self.score, self.centre = nn.Linear(width, values - self.room), nn.Linear(width, 2)

    def forward(self, state: Tensor) -> Tensor:
        """Maps float [C, H] to float [C, V]."""
        scores = self.score(state)
        scores = torch.cat([scores, scores[:, -1:].expand(-1, self.room)], dim=1)
        centre, sharpness = self.centre(state).split(1, dim=1)
        apart = torch.arange(scores.shape[1], device=state.device) - 2 * centre
        logits: Tensor = scores - functional.softplus(sharpness) * apart.square().clamp(max=60)
        return logits


class NextCoefficient(nn.Module):
    """Logits of the coefficient of q^k from a state and what the first identity leaves.

    With the coefficients before it settled, the identity says what (l - 2k) p_k + ... + (l - 2D)
    p_D must add up to; the last coefficient that can be there is then certain.

    Args:
        width: Columns H of a state.
        values: The number V of values.
        rests: Rests below this have an embedding of their own.
        room: See `ValueScores`.

    Example:
        >>> head = NextCoefficient(8, values=4, rests=16, room=1)
        >>> rest, weight = torch.tensor([2.0, 5.0, 0.0]), torch.tensor([1.0, 3.0, -1.0])
        >>> head(torch.ones(3, 8), rest, weight).shape
        torch.Size([3, 4])
    """

    def __init__(self, width: int, values: int, rests: int, room: int) -> None:
        super().__init__()
        self.rest = nn.Embedding(rests, width)
        nn.init.normal_(self.rest.weight, std=0.1)
        self.mix = nn.Sequential(
            nn.Linear(2 * width + _NUMBERS, width), nn.ReLU(), nn.Linear(width, width)
        )
        self.direct = nn.Linear(_NUMBERS, width)
        self.scores, self.near = ValueScores(width, values, room), nn.Linear(width, _NEAR)

    def forward(self, state: Tensor, rest: Tensor, weight: Tensor) -> Tensor:
        """Scores the values.

        Args:
            state: float [C, H].
            rest: float [C], what is left for this coefficient and those after it.
            weight: float [C], l - 2k; where it is not positive the coefficient is 0.

        Returns:
            float [C, V].
        """
        divisor = weight.clamp(min=1)
        quotient = torch.div(rest, divisor, rounding_mode="floor")
        bounded = rest.clamp(-200, 400)
        numbers = torch.stack(
            [
                bounded / 16,
                bounded / divisor / 4,
                bounded.clamp(min=0).log1p(),
                bounded / (divisor + 2) / 4,
                rest / divisor - quotient,
                (weight <= 2).float(),
            ],
            dim=1,
        ).to(state.dtype)
        known = self.rest(rest.long().clamp(0, self.rest.num_embeddings - 1))
        state = state + self.mix(torch.cat([state, known, numbers], dim=1)) + self.direct(numbers)
        scores: Tensor = self.scores(state)
        apart = torch.arange(scores.shape[1], device=state.device) - quotient.long()[:, None]
        near: Tensor = self.near(state).gather(1, (apart + _NEAR - 3).clamp(0, _NEAR - 1))
        return scores + near
