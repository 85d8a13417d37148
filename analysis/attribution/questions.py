"""Which number of a network's answer is attributed: one per graph, settled on the graph as it is.

What the network decides is looked up once. Along a path of inputs, or with a vertex left out, the
same columns are read again, whatever the network would then decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from analysis.choices import Target, check_values
from data_gen.choices import check_choice
from data_gen.errors import UsageError
from klgnn.models import CoefficientNetwork

__all__ = ["Question", "Settled"]

_NO_CLASS = -100


@dataclass(frozen=True)
class Question:
    """What is asked of every graph.

    Attributes:
        coefficient: k, for the coefficient of q^k.
        target: See `analysis.choices.Target`.
        values: (a, b) for the margin between the values a and b.

    Example:
        >>> from klgnn.runs import Run
        >>> network = Run.default().network()
        >>> said = torch.zeros(1, len(network.vocabulary[0]))
        >>> said[0, :3] = torch.tensor([1.0, 4.0, 2.0])
        >>> settled = Question(1, "margin").settle(network, said, batch=None)
        >>> settled.predicted, settled.read(said)
        (tensor([1]), tensor([2.]))
        >>> Question(9).check([network])
        Traceback (most recent call last):
        data_gen.errors.UsageError: The network tells the coefficients of q^1 to q^4; there is \
none of q^9.
    """

    coefficient: int
    target: Target = "logit"
    values: tuple[int, int] | None = None

    def check(self, networks: Sequence[CoefficientNetwork]) -> None:
        """Raises UsageError if one of the networks cannot be asked this."""
        check_choice("--target", self.target, Target)
        check_values(self.values, self.target)
        for network in networks:
            self._check_vocabulary(network)

    def _check_vocabulary(self, network: CoefficientNetwork) -> None:
        largest = network.num_coefficients
        if not 1 <= self.coefficient <= largest:
            raise UsageError(
                f"The network tells the coefficients of q^1 to q^{largest}; "
                f"there is none of q^{self.coefficient}."
            )
        values = network.vocabulary[self.coefficient - 1]
        if len(values) < 2:
            raise UsageError(
                f"The coefficient of q^{self.coefficient} was always {values[0]} in training, so "
                "the network tells nothing about it and there is nothing to attribute. Take "
                "another."
            )
        if self.values is None:
            return
        for value in self.values:
            if value not in values:
                known = ", ".join(map(str, values))
                raise UsageError(
                    f"The network has no logit for the value {value} of the coefficient of "
                    f"q^{self.coefficient}; it knows {known}."
                )

    def settle(self, network: CoefficientNetwork, logits: Tensor, batch: Any) -> Settled:
        """Decides which columns are read.

        Args:
            network: The network that was asked.
            logits: float [B, V], its answers to the coefficient for the graphs as they are.
            batch: The graphs, with their ``y`` if the loss is asked for.
        """
        known = network.vocabulary[self.coefficient - 1]
        first, second = logits.detach().topk(2, dim=1).indices.unbind(1)
        # topk and argmax may break a tie differently, and predictions are made with argmax.
        decided = logits.detach().argmax(dim=1)
        second = torch.where(second == decided, first, second)
        settled = Settled(torch.tensor(known, device=logits.device)[decided], decided)
        if self.target == "loss":
            truth = network.classes(batch.y)[:, self.coefficient - 1]
            return replace(settled, column=truth, is_loss=True)
        if self.target == "logit":
            return settled
        if self.values is None:
            return replace(settled, against=second)
        one, other = (torch.full_like(decided, known.index(value)) for value in self.values)
        return replace(settled, column=one, against=other)


@dataclass(frozen=True)
class Settled:
    """The columns of the logits that are read, graph by graph.

    Attributes:
        predicted: int64[B], the value that the network gives the coefficient.
        column: int64[B], the column of the value in question; of the true one for the loss, and
            -100 where the network has none.
        against: int64[B], the column that is subtracted; None unless a margin is asked for.
        is_loss: Whether the loss is asked for.
    """

    predicted: Tensor
    column: Tensor
    against: Tensor | None = None
    is_loss: bool = False

    def read(self, logits: Tensor) -> Tensor:
        """The number in question, float [B], from logits [B, V]; differentiable.

        Example:
            >>> logits = torch.tensor([[1.0, 4.0]])
            >>> columns = torch.tensor([0]), torch.tensor([1]), torch.tensor([0])
            >>> Settled(*columns).read(logits)
            tensor([3.])
        """
        if self.is_loss:
            return functional.cross_entropy(
                logits, self.column, ignore_index=_NO_CLASS, reduction="none"
            )
        number = logits.gather(1, self.column[:, None]).squeeze(1)
        if self.against is None:
            return number
        return number - logits.gather(1, self.against[:, None]).squeeze(1)

    def of(self, graphs: Tensor) -> Settled:
        """The same for some of the graphs (or copies of them), int64[C]."""
        against = None if self.against is None else self.against[graphs]
        return Settled(self.predicted[graphs], self.column[graphs], against, self.is_loss)
