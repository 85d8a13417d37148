"""One batch, and the number in question as a function of its inputs: what a method attributes."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from analysis.attribution.questions import Question, Settled
from analysis.choices import Part
from klgnn.models import CoefficientNetwork
from klgnn.models.base import graph_of_vertex

__all__ = ["LIMIT", "Asked", "Signed"]

LIMIT = 200_000_000
"""Vertices and edges that copies of one graph may have in all: some seconds on one core."""


@dataclass(frozen=True)
class Signed:
    """Attributions of a batch of B graphs, with N vertices and E edges, with their signs.

    Attributes:
        values: float [N, F] for vertices ([N, 1] where a vertex is taken as a whole), [E] for
            edges.
        gaps: float [B], see `Attributions.gaps`; None unless gradients were integrated.

    Example:
        >>> one = Signed(torch.tensor([[2.0, -1.0], [0.0, 0.5]]))
        >>> one.values.abs().sum(dim=1)  # the scores of two vertices
        tensor([3.0000, 0.5000])
    """

    values: Tensor
    gaps: Tensor | None = None


class Asked:
    """The number in question as a function of the inputs: differentiable, as captum wants it.

    Args:
        network: A network in eval mode.
        batch: B graphs with ``x`` float [N, F] and ``edge_index`` int64 [2, E].
        question: Which number of the network's answer.
        part: Whether the inputs are the features of the vertices or the weights of the edges.
        steps: For methods that go a way in steps.
        limit: For methods that copy graphs, see `LIMIT`.
        on_graphs: Told from time to time how many graphs are done.

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
        >>> asked = Asked(Paths(NetworkConfig(), 1, ((1, 0),)), batch, Question(1), "nodes")
        >>> inputs = asked.inputs()
        >>> torch.autograd.grad(asked(inputs).sum(), inputs)[0].flatten(), asked.predicted
        (tensor([2., 1., 1., 1.]), tensor([1]))
    """

    def __init__(
        self,
        network: CoefficientNetwork,
        batch: Any,
        question: Question,
        part: Part,
        *,
        steps: int = 32,
        limit: int = LIMIT,
        on_graphs: Callable[[int], None] | None = None,
    ) -> None:
        self.network, self.batch, self.question, self.part = network, batch, question, part
        self.steps, self.limit, self.on_graphs = steps, limit, on_graphs
        self._settled: Settled | None = None

    def __call__(self, inputs: Tensor) -> Tensor:
        """The number, float [B], from features [N, F] or weights [E]."""
        logits = self._logits(inputs)
        if self._settled is None and self._are_real(inputs):
            self._settled = self._settle(logits)  # one pass saved
        return self.settled.read(logits)

    def inputs(self) -> Tensor:
        """A fresh leaf with what the inputs really are: features [N, F], or ones [E]."""
        x: Tensor = self.batch.x.detach()
        if self.part == "nodes":
            return x.clone().requires_grad_()
        return x.new_ones(self.batch.edge_index.shape[1]).requires_grad_()

    @torch.no_grad()
    def number(self) -> Tensor:
        """The number for the graphs as they are, float [B]."""
        return self(self.inputs())

    @property
    def settled(self) -> Settled:
        """Which columns of the logits are read, decided on the graphs as they are."""
        if self._settled is None:
            with torch.no_grad():
                self._settled = self._settle(self._logits(self.inputs()))
        return self._settled

    @property
    def predicted(self) -> Tensor:
        """int64[B], the value that the network gives the coefficient."""
        return self.settled.predicted

    def by_graph(self, values: Tensor) -> Tensor:
        """Adds up values of the inputs by graph, float64 [B]."""
        graph, number = graph_of_vertex(self.batch)
        if self.part == "edges":
            graph = graph[self.batch.edge_index[0]]
        rows = values.detach().double()
        rows = rows if values.dim() == 1 else rows.sum(1)
        return rows.new_zeros(number).index_add(0, graph, rows)

    def _logits(self, inputs: Tensor) -> Tensor:
        # A shallow copy: the caller's batch keeps its own features.
        changed = copy.copy(self.batch)
        if self.part == "nodes":
            changed.x = inputs
        else:
            changed.edge_weight = inputs
        logits: Tensor = self.network(changed).logits[self.question.coefficient - 1]
        return logits

    def _settle(self, logits: Tensor) -> Settled:
        return self.question.settle(self.network, logits, self.batch)

    def _are_real(self, inputs: Tensor) -> bool:
        real = self.inputs()
        return inputs.shape == real.shape and torch.equal(inputs, real)
