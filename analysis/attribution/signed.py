"""Signed attributions of one batch, by the four methods."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from captum.attr import InputXGradient, Saliency
from torch import Tensor

from analysis.attribution.occlusion import LIMIT, left_out
from analysis.attribution.questions import Question, Settled
from analysis.choices import Method, Part
from klgnn.models import CoefficientNetwork
from klgnn.models.base import graph_of_vertex

__all__ = ["Signed", "signed_attributions"]

_POWER = 4

_LEAST_CHANGE = 1e-3
"""Logits are float32: a completeness gap relative to less than this would be rounding."""


@dataclass(frozen=True)
class Signed:
    """Attributions of a batch of B graphs, with N vertices and E edges, with their signs.

    Attributes:
        values: float [N, F] for vertices (occlusion: [N, 1], a vertex as a whole), [E] for edges.
        predicted: int64[B], the value that the network gives the coefficient.
        gaps: float [B], see `Attributions.gaps`; None unless gradients were integrated.

    Example:
        >>> one = Signed(torch.tensor([[2.0, -1.0], [0.0, 0.5]]), predicted=torch.tensor([1]))
        >>> one.values.abs().sum(dim=1)  # the scores of two vertices
        tensor([3.0000, 0.5000])
    """

    values: Tensor
    predicted: Tensor
    gaps: Tensor | None = None


def signed_attributions(
    network: CoefficientNetwork,
    batch: Any,
    question: Question,
    method: Method,
    part: Part,
    steps: int = 32,
    limit: int = LIMIT,
    on_graphs: Callable[[int], None] | None = None,
) -> Signed:
    """Attributes one batch; arguments as in `analysis.attribution.attribute`, already checked.

    Returns:
        The attributions as a `Signed`, on the device of the network.

    Example:
        The more paths to a vertex, the more it counts: a network whose logit adds up what reaches
        the top of a diamond.

        >>> from torch_geometric.data import Batch, Data
        >>> from klgnn.models import NetworkConfig, Prediction
        >>> class Paths(CoefficientNetwork):
        ...     def forward(self, batch):
        ...         lower, upper = batch.edge_index
        ...         first = batch.x.index_add(0, upper, batch.x[lower])
        ...         found = batch.x.index_add(0, upper, first[lower])[-1:]
        ...         return Prediction((torch.cat([found, -found], 1),), found)
        >>> edges = torch.tensor([[0, 0, 1, 2], [1, 2, 3, 3]])
        >>> batch = Batch.from_data_list([Data(x=torch.ones(4, 1), edge_index=edges)])
        >>> network = Paths(NetworkConfig(), 1, ((1, 0),))
        >>> found = signed_attributions(network, batch, Question(1), "gradient", "nodes")
        >>> found.values.flatten(), found.predicted
        (tensor([2., 1., 1., 1.]), tensor([1]))
    """
    asked = _Asked(network, batch, question, part)
    if method == "occlusion":
        before = asked.settled_number()
        values = left_out(
            network, batch, question.coefficient, asked.settled, before, part, limit, on_graphs
        )
        return Signed(values[:, None] if part == "nodes" else values, asked.predicted)
    if method == "integrated-gradients":
        values, gaps = _integrated(asked, steps)
        return Signed(values, asked.predicted, gaps)
    if method == "gradient" or part == "edges":  # weights are 1, so the product is the gradient
        # captum takes the absolute value unless told not to.
        values = Saliency(asked).attribute(asked.inputs(), abs=False)
    else:
        values = InputXGradient(asked).attribute(asked.inputs())
    return Signed(values.detach(), asked.predicted)


class _Asked:
    """The number in question as a function of the inputs, as captum wants it."""

    def __init__(
        self, network: CoefficientNetwork, batch: Any, question: Question, part: Part
    ) -> None:
        self.network, self.batch, self.question, self.part = network, batch, question, part
        self._settled: Settled | None = None

    def __call__(self, inputs: Tensor) -> Tensor:
        """The number, float [B], from features [N, F] or weights [E]; the first call settles it."""
        # A shallow copy: the caller's batch keeps its own features.
        changed = copy.copy(self.batch)
        if self.part == "nodes":
            changed.x = inputs
        else:
            changed.edge_weight = inputs
        logits: Tensor = self.network(changed).logits[self.question.coefficient - 1]
        if self._settled is None:
            self._settled = self.question.settle(self.network, logits, self.batch)
        return self._settled.read(logits)

    @torch.no_grad()
    def settled_number(self) -> Tensor:
        """The number for the graphs as they are, float [B]."""
        return self(self.inputs())

    def inputs(self) -> Tensor:
        """A fresh leaf with what the inputs really are."""
        x: Tensor = self.batch.x.detach()
        if self.part == "nodes":
            return x.clone().requires_grad_()
        return x.new_ones(self.batch.edge_index.shape[1]).requires_grad_()

    @property
    def settled(self) -> Settled:
        assert self._settled is not None
        return self._settled

    @property
    def predicted(self) -> Tensor:
        return self.settled.predicted

    def by_graph(self, values: Tensor) -> Tensor:
        """Adds up values of the inputs by graph, float [B]."""
        graph, number = graph_of_vertex(self.batch)
        if self.part == "edges":
            graph = graph[self.batch.edge_index[0]]
        rows = values.detach().double()
        rows = rows if values.dim() == 1 else rows.sum(1)
        return rows.new_zeros(number).index_add(0, graph, rows)


def _integrated(asked: _Asked, steps: int) -> tuple[Tensor, Tensor]:
    """Midpoint rule on the straight way from zero, in t with the input at t^4 times what it is.

    Most points are near zero, for there networks that normalise change most: a sum of messages of
    any size becomes one of size 1. In equal steps the integral over edge weights misses it all.

    The baseline is zero, not the mean of a batch: it must not depend on what else is in the batch.
    In every feature set here zero means that nothing was counted.
    """
    whole = asked.settled_number()
    real = asked.inputs().detach()
    total = torch.zeros_like(real)
    for step in range(steps):
        t = (step + 0.5) / steps
        here = (real * t**_POWER).requires_grad_()
        slope = torch.autograd.grad(asked(here).sum(), here)[0]
        total += slope * (_POWER * t ** (_POWER - 1))
    values = real * total / steps
    with torch.no_grad():
        change = (whole - asked(torch.zeros_like(real))).double()
    missed = (asked.by_graph(values) - change).abs()
    return values, missed / change.abs().clamp(min=_LEAST_CHANGE)
