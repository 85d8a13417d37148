"""The well-fed bidirectional network: the default.

Like the network of Davies et al. it passes messages up and down the whole Bruhat graph and adds
them up; unlike it, it gets more features that an unlabelled graph has, adds what it learns to the
state of a vertex instead of replacing it, normalises (sums over very different degrees would
otherwise drown each other), and reads a graph off its bottom, its top and the mean over all of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from klgnn.models.base import GraphNetwork, NetworkConfig, Vocabulary
from klgnn.models.readout import bottom_and_top, sum_over_graphs
from klgnn.neighbours import Neighbours, relu_sums

__all__ = ["Bidirectional", "BidirectionalConfig"]


@dataclass(frozen=True)
class BidirectionalConfig(NetworkConfig):
    """Width of every layer, the number of propagation steps, and that of the readout's layer."""

    width: int = 32
    steps: int = 4
    readout_width: int = 64


class Bidirectional(GraphNetwork):
    """See the module's text.

    Example:
        >>> network = Bidirectional(BidirectionalConfig(width=8, steps=2), 3, ((0, 1), (0,)))
        >>> edges = torch.tensor([[0, 0, 1, 2], [1, 2, 3, 3]])
        >>> network.embed(torch.ones(4, 3), edges, torch.zeros(4, dtype=torch.long), 1).shape
        torch.Size([1, 64])
    """

    Config = BidirectionalConfig

    def __init__(
        self, config: BidirectionalConfig, num_features: int, vocabulary: Vocabulary
    ) -> None:
        super().__init__(config, num_features, vocabulary, config.readout_width)
        width = config.width
        self.encoder = nn.Sequential(nn.Linear(num_features, width), nn.ReLU())
        self.steps = nn.ModuleList(_Step(width) for _ in range(config.steps))
        self.readout = nn.Sequential(
            nn.LayerNorm(4 * width), nn.Linear(4 * width, config.readout_width), nn.ReLU()
        )

    def first_units(self) -> nn.Module:
        """The encoder; see `CoefficientNetwork.first_units`."""
        return self.encoder

    def embed(
        self,
        x: Tensor,
        edge_index: Tensor,
        batch: Tensor,
        num_graphs: int,
        edge_weight: Tensor | None = None,
    ) -> Tensor:
        """Maps x [N, F] to the readout [B, readout_width]; see `GraphNetwork.embed`."""
        neighbours = Neighbours.of(edge_index, len(x), edge_weight)
        state = self.encoder(x)
        for step in self.steps:
            state = step(state, neighbours)
        bottom, top = bottom_and_top(edge_index, len(x))
        total = sum_over_graphs(state, batch, num_graphs)
        sizes = torch.bincount(batch, minlength=num_graphs)[:, None]
        parts = [
            sum_over_graphs(state[bottom], batch[bottom], num_graphs),
            sum_over_graphs(state[top], batch[top], num_graphs),
            total / sizes,
            total / 100,
        ]
        embedding: Tensor = self.readout(torch.cat(parts, dim=1))
        return embedding


class _Step(nn.Module):
    """Messages from both sides, added up, normalised, and added to the state."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.before = nn.LayerNorm(width)
        self.messages = nn.Linear(width, 4 * width)
        self.heard = nn.LayerNorm(2 * width)
        self.combine = nn.Linear(3 * width, width)
        self.out = nn.Linear(width, width)

    def forward(self, state: Tensor, neighbours: Neighbours) -> Tensor:
        normal = self.before(state)
        heard = self.heard(relu_sums(self.messages(normal), neighbours))
        change: Tensor = self.out(torch.relu(self.combine(torch.cat([normal, heard], dim=1))))
        return state + change
