"""The interface of every network: a batch of graphs in, one distribution per coefficient out.

A network reads `x`, `edge_index` and `batch` of a torch_geometric batch, never a permutation, a
reflection or a row number. If the batch has an `edge_weight`, each message is multiplied by that of
its edge, so that one can ask what an edge is worth; networks are trained without. What it says
about a graph is a `Prediction`: for each coefficient of q, q^2, ... a vector of logits over the
values that the training split contains, and an embedding. A family that learns from more than one
label a graph (from every vertex, say) overrides `CoefficientNetwork.loss`; everything else stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch_geometric.data import Data

__all__ = ["CoefficientNetwork", "GraphNetwork", "NetworkConfig", "Prediction", "Vocabulary"]

Vocabulary = tuple[tuple[int, ...], ...]
"""For q^1, q^2, ... the ascending values that the coefficient takes in the training split."""

_IGNORED = -100


@dataclass(frozen=True)
class NetworkConfig:
    """What a network is built from besides its inputs and vocabulary; each family extends it."""


@dataclass(frozen=True)
class Prediction:
    """What a network says about B graphs.

    Attributes:
        logits: For each coefficient q^1, ..., q^D a float tensor [B, V_k], one column per value of
            the vocabulary.
        embedding: float [B, H], the state that the logits are read from.
    """

    logits: tuple[Tensor, ...]
    embedding: Tensor

    def probabilities(self) -> tuple[Tensor, ...]:
        """The softmax of each coefficient's logits, in the same shapes."""
        return tuple(functional.softmax(logits, dim=1) for logits in self.logits)


class CoefficientNetwork(nn.Module):
    """Parent of all networks; a subclass defines `Config` and `embed`.

    Args:
        config: An instance of the subclass's `Config`.
        num_features: The number F of columns of `x`.
        vocabulary: The values of each coefficient.
        width: The number H of columns of the embedding.

    Attributes:
        batches: What it is trained on, see `klgnn.batches.loaders`.

    Example:
        >>> class Undecided(CoefficientNetwork):
        ...     def forward(self, batch):
        ...         _, graphs = graph_of_vertex(batch)
        ...         logits = tuple(torch.zeros(graphs, len(values)) for values in self.vocabulary)
        ...         return Prediction(logits, torch.zeros(graphs, 1))
        >>> network = Undecided(NetworkConfig(), num_features=1, vocabulary=((0, 1), (0,)))
        >>> edges = torch.tensor([[0, 0, 1, 2], [1, 2, 3, 3]])
        >>> square = Data(x=torch.ones(4, 1), edge_index=edges, y=torch.tensor([[0, 0]]))
        >>> said = network(square)
        >>> network.coefficients(said).tolist(), said.probabilities()[0].tolist()
        ([[0, 0]], [[0.5, 0.5]])
        >>> round(network.loss(square).item(), 4)  # log 2
        0.6931
    """

    Config: ClassVar[type[NetworkConfig]] = NetworkConfig
    batches: ClassVar[str] = "graphs"

    def __init__(self, config: NetworkConfig, num_features: int, vocabulary: Vocabulary) -> None:
        super().__init__()
        self.config = config
        self.num_features = num_features
        self.vocabulary = tuple(tuple(values) for values in vocabulary)

    @property
    def num_coefficients(self) -> int:
        """The number D of coefficients predicted, q^1 to q^D."""
        return len(self.vocabulary)

    def forward(self, batch: Data) -> Prediction:
        """Predicts the polynomials of a batch.

        Args:
            batch: A torch_geometric batch (or one Data) with `x` float [N, F], `edge_index` int64
                [2, E] pointing upwards, and `batch` int64 [N] (absent or None: one graph). An
                `edge_weight` float [E] multiplies the messages along each edge; absent or None: 1.

        Returns:
            The prediction for the B graphs.
        """
        raise NotImplementedError

    def first_units(self) -> nn.Module:
        """The module whose output, float [N, U], comes after the first ReLU that features meet.

        Here the first `torch.nn.ReLU` that was registered.

        Raises:
            ValueError: If there is none; then a family has to say.
        """
        for module in self.modules():
            if isinstance(module, nn.ReLU):
                return module
        raise ValueError(f"{type(self).__name__} has no ReLU module; override first_units.")

    def prepare(self, batches: Any) -> None:
        """Looks at what is to be learnt, once before training; most networks need not."""

    def loss(self, batch: Data) -> Tensor:
        """The training loss of a batch: cross-entropy, summed over coefficients, mean over graphs.

        A value that the vocabulary lacks has no column and is left out.

        Args:
            batch: As in `forward`, with `y` int64 [B, >= D].

        Returns:
            A scalar.
        """
        prediction = self(batch)
        classes = self.classes(batch.y)
        losses = [
            functional.cross_entropy(logits, target, ignore_index=_IGNORED, reduction="sum")
            for logits, target in zip(prediction.logits, classes.unbind(1), strict=True)
        ]
        return torch.stack(losses).sum() / len(batch.y)

    def classes(self, y: Tensor) -> Tensor:
        """Positions of the true values in the vocabulary.

        Args:
            y: int64 [B, >= D], coefficients of q^1, q^2, ...

        Returns:
            int64 [B, D]; -100 where the vocabulary lacks the value.
        """
        columns = []
        for k, values in enumerate(self.vocabulary):
            known = torch.tensor(values, dtype=y.dtype, device=y.device)
            place = torch.searchsorted(known, y[:, k].contiguous()).clamp(max=len(values) - 1)
            columns.append(torch.where(known[place] == y[:, k], place, _IGNORED))
        return torch.stack(columns, dim=1)

    def coefficients(self, prediction: Prediction) -> Tensor:
        """The most probable value of every coefficient, int64 [B, D]."""
        columns = [
            torch.tensor(values, device=logits.device)[logits.argmax(1)]
            for values, logits in zip(self.vocabulary, prediction.logits, strict=True)
        ]
        return torch.stack(columns, dim=1)

    def extra_repr(self) -> str:
        """What `print(network)` says first."""
        values = ", ".join(f"q^{k}: {len(v)} values" for k, v in enumerate(self.vocabulary, 1))
        return f"{self.num_features} features; {values}"


class GraphNetwork(CoefficientNetwork):
    """Parent of the networks that make one vector of a graph, and read everything off that.

    A subclass defines `embed`.

    Args:
        config: As in `CoefficientNetwork`.
        num_features: As there.
        vocabulary: As there.
        width: The number H of columns of the embedding.

    Example:
        >>> from torch_geometric.utils import scatter
        >>> class Sums(GraphNetwork):
        ...     def __init__(self, config, num_features, vocabulary):
        ...         super().__init__(config, num_features, vocabulary, width=num_features)
        ...
        ...     def embed(self, x, edge_index, batch, num_graphs, edge_weight=None):
        ...         return scatter(x, batch, dim_size=num_graphs)
        >>> network = Sums(NetworkConfig(), num_features=2, vocabulary=((0, 1), (0,)))
        >>> said = network(Data(x=torch.ones(4, 2), edge_index=torch.tensor([[0], [1]])))
        >>> said.embedding.tolist(), [logits.shape for logits in said.logits]
        ([[4.0, 4.0]], [torch.Size([1, 2]), torch.Size([1, 1])])
    """

    def __init__(
        self, config: NetworkConfig, num_features: int, vocabulary: Vocabulary, width: int
    ) -> None:
        super().__init__(config, num_features, vocabulary)
        self.heads = nn.ModuleList(nn.Linear(width, len(values)) for values in vocabulary)

    def forward(self, batch: Data) -> Prediction:
        """Predicts the polynomials of a batch; see `CoefficientNetwork.forward`."""
        arguments = batch.x, batch.edge_index, *graph_of_vertex(batch)
        weight = getattr(batch, "edge_weight", None)
        # Not passed on in vain: a family whose edges nobody asks about may leave the word out.
        embedding = self.embed(*arguments) if weight is None else self.embed(*arguments, weight)
        return Prediction(tuple(head(embedding) for head in self.heads), embedding)

    def embed(
        self,
        x: Tensor,
        edge_index: Tensor,
        batch: Tensor,
        num_graphs: int,
        edge_weight: Tensor | None = None,
    ) -> Tensor:
        """Turns B graphs into float [B, H]; the one method that a simple family has to write."""
        raise NotImplementedError


def graph_of_vertex(data: Any) -> tuple[Tensor, int]:
    """The graph that every vertex belongs to, int64 [N], and the number of graphs."""
    batch = getattr(data, "batch", None)
    if batch is None:
        return torch.zeros(len(data.x), dtype=torch.long, device=data.x.device), 1
    return batch, int(data.num_graphs)


def vocabulary_of(y: Tensor, least: int = 4) -> Vocabulary:
    """The values of every coefficient in the training labels.

    Args:
        y: int64 [R, >= 1], coefficients of q^1, q^2, ..., zero beyond the degree.
        least: The least number of coefficients to keep even where all are 0.

    Returns:
        One ascending tuple for each of q^1 to q^D, D = max(least, largest degree met).

    Example:
        >>> vocabulary_of(torch.tensor([[1, 0, 0, 0, 0], [3, 1, 0, 0, 0]]))
        ((1, 3), (0, 1), (0,), (0,))
    """
    met = [k for k in range(y.shape[1]) if bool((y[:, k] != 0).any())]
    number = max(least, *(k + 1 for k in met)) if met else least
    columns: Sequence[Tensor] = [
        y[:, k] if k < y.shape[1] else torch.zeros(1, dtype=torch.long) for k in range(number)
    ]
    return tuple(tuple(sorted(set(column.tolist()))) for column in columns)
