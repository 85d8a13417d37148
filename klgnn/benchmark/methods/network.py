"""The top-down network on the quotient, alone and with the identities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from klgnn.benchmark.methods.base import Clock, Outcome, Task, decoded
from klgnn.benchmark.scores import Answer
from klgnn.identities.scores import stacked, widened
from klgnn.presets import Preset, find_preset

if TYPE_CHECKING:
    from torch import Tensor

    from klgnn.identities import Identities
    from klgnn.models import TopDown
    from klgnn.models.top_down.network import Chooser

__all__ = ["NetworkMethod", "train_network"]


@dataclass(frozen=True)
class NetworkMethod:
    r"""Trains on every class that may be learnt from; one training gives all answers.

    Beside the network's own answer and those of the decoders on its probabilities there is a fed
    one: what the decoder chooses is what the network is told of the classes above.

    Attributes:
        preset: How to train; the preset ``top-down`` if None.

    Example:
        >>> from dataclasses import replace
        >>> from klgnn.benchmark.problems import Problem
        >>> from klgnn.models import TopDownConfig
        >>> from klgnn.quotient import Quotient
        >>> quotient = Quotient.of_group(4)
        >>> val, test = quotient.size == 14, quotient.size == 10
        >>> task = Task(Problem(quotient, val | test, ~(val | test), val, test, {"all": test}))
        >>> quick = replace(find_preset("top-down"), epochs=2, network=TopDownConfig(width=8))
        >>> print(*NetworkMethod(quick).run(task, seed=0).answers, sep="\n")
        network
        network + first identity
        network + first identity, monotone
        network + both identities, monotone
        network fed by both identities, monotone
        >>> network, cost, notes = train_network(task, quick, seed=0)
        >>> network.config.width, notes["epochs"]
        (8, 2)
    """

    preset: Preset | None = None

    name = "network"
    random = True
    version = 1

    @property
    def _preset(self) -> Preset:
        return self.preset or find_preset("top-down")

    def settings(self, minutes: float) -> Mapping[str, Any]:
        """The preset, and how long it may take."""
        return {"preset": asdict(self._preset), "minutes": minutes}

    def run(self, task: Task, seed: int) -> Outcome:
        """Trains, and answers in every way."""
        from klgnn.fitting import seeded
        from klgnn.models.top_down import answers

        quotient, identities = task.problem.quotient, task.identities
        degree, answering = quotient.labels.shape[1], Clock()
        network, training, notes = train_network(task, self._preset, seed)
        with answering.running(), seeded(seed, task.threads):
            said = answers(network, quotient)
            sure = np.stack([chances.max(axis=1) for chances in said.probabilities], axis=1)
            found = {self.name: Answer(said.values, sure)}
            found |= decoded(identities, self.name, said.log_probabilities, degree)
            fed = answers(network, quotient, choose=_chooser(identities, degree))
            found[f"{self.name} fed by both identities, monotone"] = Answer(fed.values)
        notes["parameters"] = sum(parameter.numel() for parameter in network.parameters())
        return Outcome(found, training, answering, notes)


def train_network(task: Task, preset: Preset, seed: int) -> tuple[TopDown, Clock, dict[str, Any]]:
    """Trains a top-down network on every class of a task that may be learnt from.

    Args:
        task: What it learns from, and for how long.
        preset: How to train.
        seed: Of the weights and the batches.

    Returns:
        The network, what training cost, and the notes of an outcome: how many epochs there were,
        and the best one.
    """
    from klgnn.quotient_training import train_on_quotient

    problem, training = task.problem, Clock()
    with training.running():
        network, keeper = train_on_quotient(
            problem.quotient,
            problem.train,
            problem.val,
            preset,
            seed,
            max_time=60 * task.minutes,
            threads=task.threads,
            progress=task.shows,
        )
    notes = {"epochs": keeper.rows[-1]["epoch"], "best_epoch": keeper.best_epoch}
    return network, training, notes


def _chooser(identities: Identities, degree: int) -> Chooser:
    """Decodes level by level, with both identities and monotonicity."""
    import torch

    chosen = np.zeros((len(identities), degree), np.int64)

    def choose(low: int, high: int, free: tuple[Tensor, ...], values: Tensor) -> Tensor:
        scores = stacked([column.double().numpy() for column in free])
        identities.decode_level(low, high, widened(scores, degree), chosen)
        return torch.from_numpy(chosen[low:high, : len(free)])

    return choose
