"""The network itself; `klgnn.models.top_down` says what it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from klgnn.models.base import CoefficientNetwork, NetworkConfig, Prediction, Vocabulary
from klgnn.models.readout import bottom_and_top
from klgnn.models.top_down.heads import NextCoefficient, ValueScores
from klgnn.models.top_down.levels import LabelledLevels, Levels
from klgnn.models.top_down.messages import messages_of

__all__ = ["Chooser", "Told", "TopDown", "TopDownConfig"]

_POOL = 8.0
_FIRST_ANSWER = 3  # below this length every polynomial is 1

Chooser = Callable[[int, int, tuple[Tensor, ...], Tensor], Tensor]
"""From first, last, the free log-probabilities of a level and the answers so far, int64 [C, D], the
answers of the level, int64 [K, D]."""


@dataclass(frozen=True)
class TopDownConfig(NetworkConfig):
    """What is chosen.

    Attributes:
        width: Columns H of a state.
        steps: How many lengths of edges have an embedding of their own.
        rests: Rests of the identity below this have an embedding of their own.
        room: How many values beyond the largest of training each coefficient may take.
        counts: Whether counts inside [z, w] are inputs, or the corank alone.
        labels: Whether the answers for the vertices above are inputs.
        identity: Whether coefficients are answered one after the other, each knowing what the
            first identity leaves for it.
    """

    width: int = 64
    steps: int = 18
    rests: int = 48
    room: int = 4
    counts: bool = True
    labels: bool = True
    identity: bool = True


@dataclass(frozen=True)
class Told:
    """What the network says of C vertices.

    Attributes:
        logits: For each coefficient float [C, V_k].
        free: The same without a look at the identity: for decoders, which enforce it themselves.
        values: int64 [C, D], what was sent to the vertices below.
        states: float [C, H].

    Example:
        >>> from klgnn.quotient import Quotient
        >>> network = TopDown(TopDownConfig(width=8), 152, ((0, 1, 2), (0, 1)))
        >>> told: Told = network.tell(Levels.of_quotient(Quotient.of_group(4)))
        >>> told.values.shape, [logits.shape for logits in told.logits]
        (torch.Size([14, 2]), [torch.Size([14, 3]), torch.Size([14, 2])])
    """

    logits: tuple[Tensor, ...]
    free: tuple[Tensor, ...]
    values: Tensor
    states: Tensor


class TopDown(CoefficientNetwork):
    """See `klgnn.models.top_down`.

    Column v of the logits is the value v, so the vocabulary must be ``range(V)`` everywhere.

    Raises:
        ValueError: If the vocabulary has gaps.

    Example:
        >>> from klgnn.quotient import Quotient
        >>> network = TopDown(TopDownConfig(width=8), 152, ((0, 1, 2), (0, 1)))
        >>> levels = Levels.of_quotient(Quotient.of_group(4))
        >>> network.tell(levels).states.shape
        torch.Size([14, 8])
    """

    Config = TopDownConfig
    batches: ClassVar[str] = "quotient"

    config: TopDownConfig

    def __init__(self, config: TopDownConfig, num_features: int, vocabulary: Vocabulary) -> None:
        super().__init__(config, num_features, vocabulary)
        if any(values != tuple(range(len(values))) for values in self.vocabulary):
            raise ValueError(f"The vocabulary {self.vocabulary} has gaps; give range(V) for each.")
        h, d, counts = config.width, len(self.vocabulary), num_features - 1
        self.register_buffer("mean", torch.zeros(2, counts))
        self.register_buffer("scale", torch.ones(2, counts))
        inputs = 2 + (2 * counts if config.counts else 0)
        self.encode = nn.Sequential(nn.Linear(inputs, h), nn.ReLU(), nn.Linear(h, h))
        self.send, self.send_label = nn.Linear(h, h, bias=False), nn.Linear(2 * d, h, bias=False)
        self.receive, self.step = nn.Linear(h, h), nn.Embedding(config.steps, h)
        nn.init.normal_(self.step.weight, std=0.3)
        self.update = nn.Sequential(nn.Linear(2 * h, 2 * h), nn.ReLU(), nn.Linear(2 * h, h))
        sizes = [len(values) for values in self.vocabulary]
        self.free = nn.ModuleList(ValueScores(h, size, config.room) for size in sizes)
        self.one_by_one = nn.ModuleList(
            NextCoefficient(h, size, config.rests, config.room)
            for size in (sizes if config.identity else ())
        )

    def prepare(self, batches: Any) -> None:
        """Fits the scale of the inputs to the classes that are learnt from."""
        self.standardise(batches.learnt_features)

    def standardise(self, x: Tensor) -> None:
        """Fits the scale of the inputs to float32 [C, F], the features "upper"."""
        plain, logs = x[:, 1:], x[:, 1:].log1p()
        varies = plain.std(0) > 0
        spread = torch.stack([logs.std(0).clamp(min=0.1), plain.std(0).clamp(min=0.3)])
        self.mean = torch.stack([logs.mean(0), plain.mean(0)])
        self.scale = varies / spread

    def inputs(self, x: Tensor) -> Tensor:
        """The corank, and counts as they are and as logarithms, standardised: float [C, 2F]."""
        corank, plain = x[:, :1], x[:, 1:]
        parts = [corank / 10, corank.log1p()]
        if self.config.counts:
            parts.append(((plain.log1p() - self.mean[0]) * self.scale[0]).clamp(-6, 6))
            parts.append(((plain - self.mean[1]) * self.scale[1]).clamp(-8, 8))
        return torch.cat(parts, dim=1)

    def forward(self, batch: Any) -> Prediction:
        """Predicts the polynomials of plain graphs, or of the classes that are asked for.

        Args:
            batch: A torch_geometric batch whose graphs have one bottom each, with the features
                "upper" and perhaps an `edge_weight`, or `LabelledLevels`, whose labels are not
                looked at.

        Returns:
            The prediction for the B graphs (at their bottoms) or classes.
        """
        if isinstance(batch, LabelledLevels):
            told, rows = self.tell(batch.levels), batch.asked
        else:
            weight = getattr(batch, "edge_weight", None)
            levels, place = Levels.of_graphs(batch.x, batch.edge_index, weight)
            told, rows = self.tell(levels), place[bottom_and_top(batch.edge_index, len(batch.x))[0]]
        return Prediction(tuple(logits[rows] for logits in told.logits), told.states[rows])

    def first_units(self) -> nn.Module:
        """The ReLU of the encoder; see `CoefficientNetwork.first_units`."""
        return self.encode[1]

    def loss(self, batch: Any) -> Tensor:
        """Cross-entropy summed over coefficients, mean over the graphs or classes asked for.

        While the network learns from a quotient, both sets of logits count, and it is shown what
        `LabelledLevels.shown` allows; otherwise as in `CoefficientNetwork.loss`.
        """
        if not (self.training and isinstance(batch, LabelledLevels)):
            return super().loss(batch)
        told = self.tell(batch.levels, batch.labels[:, : self.num_coefficients], batch.shown)
        classes = self.classes(batch.y)
        total = torch.zeros((), device=classes.device)
        for all_logits in (told.logits, told.free) if self.one_by_one else (told.free,):
            for logits, target in zip(all_logits, classes.unbind(1), strict=True):
                total = total + functional.cross_entropy(
                    logits[batch.asked], target, ignore_index=-100, reduction="sum"
                )
        return total / max(1, len(batch.asked))

    def tell(
        self,
        levels: Levels,
        truth: Tensor | None = None,
        shown: Tensor | None = None,
        choose: Chooser | None = None,
    ) -> Told:
        """Runs from the top down.

        Args:
            levels: The vertices.
            truth: int64 [C, D], true labels.
            shown: bool [C], where the truth is sent down, and a coefficient is answered with the
                earlier ones known; nothing of the truth is looked at elsewhere. There the most
                probable values are sent, or what `choose` says.
            choose: Chooses the answers of a level; a decoder.
        """
        if truth is None or shown is None:
            truth = torch.zeros(len(levels), self.num_coefficients, dtype=torch.int64)
            shown = torch.zeros(len(levels), dtype=torch.bool)
        truth, shown = truth.to(levels.x.device), shown.to(levels.x.device)[:, None]
        own = self.encode(self.inputs(levels.x))
        receive, corank = self.receive(own), levels.corank
        messages = messages_of(levels, self.config.width)
        values = torch.zeros(len(levels), self.num_coefficients, dtype=torch.int64).to(own.device)
        states, logits, free = [], [], []
        for k, (low, high) in enumerate(zip(levels.ends[:-1], levels.ends[1:], strict=True)):
            heard = messages.sums(k, receive[low:high], self.step.weight)
            state = own[low:high] + self.update(torch.cat([own[low:high], heard / _POOL], dim=1))
            loose = tuple(head(state) for head in self.free)
            here = loose
            if self.one_by_one:
                rest = _sums_above(levels, k, values) - corank[low:high]
                here = self._in_turn(
                    state, corank[low:high], rest, truth[low:high], shown[low:high]
                )
            with torch.no_grad():
                said = self._answer(k, low, high, here, loose, values, choose)
                said = torch.where(shown[low:high], truth[low:high], said)
            values[low:high] = said
            message = self.send(state)
            if self.config.labels:
                message = message + self.send_label(_as_numbers(said).to(own.dtype))
            messages.send(low, message)
            states.append(state)
            logits.append(here)
            free.append(loose)
        messages.close()
        joined = [tuple(map(torch.cat, zip(*parts, strict=True))) for parts in (logits, free)]
        return Told(joined[0], joined[1], values, torch.cat(states))

    def _answer(
        self,
        corank: int,
        low: int,
        high: int,
        logits: tuple[Tensor, ...],
        free: tuple[Tensor, ...],
        values: Tensor,
        choose: Chooser | None,
    ) -> Tensor:
        if choose is not None:
            return choose(low, high, tuple(x.log_softmax(1) for x in free), values)
        said = torch.stack([x.argmax(1) for x in logits], dim=1)
        return said if corank >= _FIRST_ANSWER else torch.zeros_like(said)

    def _in_turn(
        self, state: Tensor, length: Tensor, rest: Tensor, truth: Tensor, shown: Tensor
    ) -> tuple[Tensor, ...]:
        """q^1 first; each later coefficient knows what is left after the earlier ones."""
        out = []
        for k, head in enumerate(self.one_by_one, start=1):
            weight = length - 2 * k
            out.append(head(state, rest, weight))
            value = torch.where(shown[:, 0], truth[:, k - 1], out[-1].argmax(1))
            rest = rest - weight.clamp(min=0) * value
        return tuple(out)


def _sums_above(levels: Levels, level: int, values: Tensor) -> Tensor:
    """The sum of P_{y,w}(1) over the edges z -> y, float [K]."""
    low, high = levels.ends[level], levels.ends[level + 1]
    edges = slice(levels.edge_ends[level], levels.edge_ends[level + 1])
    above = (1 + values[levels.target[edges]].sum(1)) * levels.weight[edges]
    return above.new_zeros(high - low).index_add(0, levels.source[edges] - low, above)


def _as_numbers(values: Tensor) -> Tensor:
    plain = values.float()
    return torch.cat([plain.log1p(), plain / 8], dim=1)
