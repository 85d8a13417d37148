"""Asking a trained top-down network about every class of a quotient."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from klgnn.identities.scores import stacked
from klgnn.models.top_down.levels import Levels
from klgnn.models.top_down.network import Chooser, TopDown
from klgnn.quotient import Quotient

__all__ = ["Answers", "answers"]


@dataclass(frozen=True)
class Answers:
    """What a network says of the C classes of a quotient, with no true label to look at.

    Attributes:
        values: int64[C, D], the answers, which are also what it tells the classes below.
        probabilities: For each coefficient float32[C, V_k], of the values 0, 1, ...
        log_probabilities: float64[C, D, V], without a look at the identities: for a decoder.
            `klgnn.identities.scores.NOTHING` where a coefficient has no such value.
        states: float32[C, H].

    Example:
        >>> from klgnn.models import TopDown, TopDownConfig
        >>> network = TopDown(TopDownConfig(width=8), 152, ((0, 1, 2), (0, 1)))
        >>> said: Answers = answers(network, Quotient.of_group(4))
        >>> said.values.shape, [chances.shape for chances in said.probabilities], said.states.shape
        ((14, 2), [(14, 3), (14, 2)], (14, 8))
    """

    values: NDArray[np.int64]
    probabilities: tuple[NDArray[np.float32], ...]
    log_probabilities: NDArray[np.float64]
    states: NDArray[np.float32]


@torch.no_grad()
def answers(network: TopDown, quotient: Quotient, choose: Chooser | None = None) -> Answers:
    """Asks a network about every class.

    Args:
        network: The network; left in evaluation mode.
        quotient: The classes.
        choose: Chooses what is told to the classes below instead of the most probable values.

    Example:
        >>> from klgnn.models import TopDown, TopDownConfig
        >>> network = TopDown(TopDownConfig(width=8), 152, ((0, 1, 2), (0, 1)))
        >>> answers(network, Quotient.of_group(4)).log_probabilities.shape
        (14, 2, 3)
    """
    network.eval()
    told = network.tell(Levels.of_quotient(quotient), choose=choose)
    return Answers(
        told.values.numpy(),
        tuple(logits.softmax(1).numpy() for logits in told.logits),
        stacked([logits.log_softmax(1).numpy() for logits in told.free]),
        told.states.numpy(),
    )
