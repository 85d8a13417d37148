"""The network of Davies et al., Nature 600 (2021), on unlabelled Bruhat graphs.

Each propagation step sends, along every edge in both directions, relu(A h_i + B h_j) from j to i
(with matrices of their own for either direction), adds the messages up, and sets
h_i <- relu(C h_i + D [up, down] + c). The readout is the maximum over the vertices, followed by one
linear map per coefficient.

The paper and the authors' published notebook (github.com/google-deepmind/mathematics_conjectures,
Apache-2.0, file representation_theory.ipynb; read for facts, no code taken) differ:

============  =======================  ===============================================
what          paper                    notebook
============  =======================  ===============================================
width         128                      64
steps         4                        3
features      in- and out-degree       both divided by N - 1 (networkx centralities)
preset here   ``davies2021``           ``davies2021-notebook``
============  =======================  ===============================================

Both presets take from the notebook what the paper leaves open: the sum of ReLU messages, a message
of each vertex to itself (its adjacency matrix has a diagonal), the maximum as readout, Adam with
rate 1e-3, and batches of 100. On purpose different from the notebook: all coefficients are learnt
at once by heads on a common trunk (there: one network for one coefficient); the classes are the
values that occur in training (there: 0 to the largest); the maximum runs over the vertices of a
graph alone (there: padding takes part, so that an answer depends on its batch); and the split is
by isomorphism class (there: the first 80% of the rows).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from klgnn.models.base import GraphNetwork, NetworkConfig, Vocabulary
from klgnn.models.readout import max_over_graphs
from klgnn.neighbours import Neighbours, relu_sums

__all__ = ["Davies2021", "Davies2021Config"]


@dataclass(frozen=True)
class Davies2021Config(NetworkConfig):
    """Width of every layer, and the number of propagation steps (at least 1)."""

    width: int = 128
    steps: int = 4


class Davies2021(GraphNetwork):
    """See the module's text.

    Example:
        >>> network = Davies2021(Davies2021Config(width=8, steps=2), 2, ((0, 1), (0,)))
        >>> edges = torch.tensor([[0, 0, 1, 2], [1, 2, 3, 3]])
        >>> network.embed(torch.ones(4, 2), edges, torch.zeros(4, dtype=torch.long), 1).shape
        torch.Size([1, 8])
    """

    Config = Davies2021Config

    def __init__(self, config: Davies2021Config, num_features: int, vocabulary: Vocabulary) -> None:
        super().__init__(config, num_features, vocabulary, config.width)
        self.encoder = nn.Linear(num_features, config.width)
        self.steps = nn.ModuleList(_Step(config.width) for _ in range(config.steps))

    def first_units(self) -> nn.Module:
        """The first propagation step; see `CoefficientNetwork.first_units`."""
        return self.steps[0]

    def embed(
        self,
        x: Tensor,
        edge_index: Tensor,
        batch: Tensor,
        num_graphs: int,
        edge_weight: Tensor | None = None,
    ) -> Tensor:
        """Maps x [N, F] to the readout [B, width]; see `GraphNetwork.embed`."""
        neighbours = Neighbours.of(edge_index, len(x), edge_weight)
        first, *others = self.steps
        state = first(x, neighbours, self.encoder)
        for step in others:
            state = step(state, neighbours)
        return max_over_graphs(state, batch, num_graphs)


class _Step(nn.Module):
    """One propagation step, both directions at once."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.messages = nn.Linear(width, 4 * width)
        self.combine = nn.Linear(2 * width, width)
        self.skip = nn.Linear(width, width)

    def forward(
        self, state: Tensor, neighbours: Neighbours, encoder: nn.Linear | None = None
    ) -> Tensor:
        heard = relu_sums(_apply(self.messages, state, encoder), neighbours, itself=True)
        return torch.relu(_apply(self.skip, state, encoder) + self.combine(heard))


def _apply(layer: nn.Linear, state: Tensor, before: nn.Linear | None) -> Tensor:
    """`layer(before(state))`, but the matrices first: two features are narrower than any layer."""
    if before is None:
        return functional.linear(state, layer.weight, layer.bias)
    bias = functional.linear(before.bias, layer.weight, layer.bias)
    return functional.linear(state, layer.weight @ before.weight, bias)
