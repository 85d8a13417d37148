"""How much a network leans on each vertex: gradients with respect to the vertex features.

The gradient is taken of the logit that decides (the largest one of the chosen coefficient of q) or
of the loss against the true coefficient. A vertex's score is the sum over its features of the
absolute value of the signed attribution. captum does the differentiating; graphs of a batch do not
exchange messages, so one backward pass serves all of them.

Under a maximum readout automorphic vertices tie, and rounding decides which of them is meant. A
gradient says what a small change of the features would do, not why the answer is right. Read it
beside `analysis.controls`.

Sources: Simonyan, Vedaldi, Zisserman 2013 (arXiv:1312.6034) for the gradient; Shrikumar and others
2016 (arXiv:1605.01713) for input x gradient; Davies and others, Nature 600 (2021), for Bruhat
intervals.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import torch
from captum.attr import InputXGradient, Saliency
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional
from torch_geometric.data import Batch

from data_gen.errors import UsageError
from klgnn.models import CoefficientNetwork

__all__ = ["Attributions", "Method", "Target", "attribute", "feature_attributions"]

Method = Literal["gradient", "input-x-gradient"]
"""`gradient`: derivative by each feature. `input-x-gradient`: that times the feature itself."""

Target = Literal["logit", "loss"]
"""`logit`: the largest logit of the coefficient. `loss`: cross-entropy of its true value."""


@dataclass(frozen=True)
class Attributions:
    """Vertex scores of one network on a whole dataset.

    Attributes:
        scores: float32[V], not negative; vertices of all graphs one after the other.
        node_offsets: int64[G+1], where each graph begins.
        rows: int64[G], the dataset row of each graph.
        predicted: int64[G], the value that the network gives the coefficient.

    Example:
        >>> import numpy as np
        >>> none = Attributions(np.zeros(3, "f4"), np.array([0, 3]), np.array([0]), np.array([0]))
        >>> none.is_blind
        True
    """

    scores: NDArray[np.float32]
    node_offsets: NDArray[np.int64]
    rows: NDArray[np.int64]
    predicted: NDArray[np.int64]

    @property
    def is_blind(self) -> bool:
        """Whether every score is exactly zero: the features do not reach the answer at all.

        It happens to trained networks of good accuracy (a first layer whose units are all dead),
        which then read the structure through message counts alone.
        """
        return not bool(self.scores.any())

    @property
    def silent_graphs(self) -> int:
        """Number of graphs without a single vertex of score above zero."""
        above = np.concatenate([[0], np.cumsum(self.scores > 0)])[self.node_offsets]
        return int(np.count_nonzero(np.diff(above) == 0))


def attribute(
    networks: Sequence[CoefficientNetwork],
    batches: Iterable[Batch],
    coefficient: int,
    method: Method = "gradient",
    target: Target = "logit",
    on_graphs: Callable[[int], None] | None = None,
) -> list[Attributions]:
    """Scores every vertex of every graph, for several networks in one pass over the data.

    Args:
        networks: Networks in eval mode that take a batch to a `Prediction`.
        batches: Batches of graphs with ``x`` float32[N, F], ``edge_index``, ``batch``, ``y`` and
            ``row``; read once, so a stream will do.
        coefficient: k, for the coefficient of q^k; from 1.
        method: See `Method`.
        target: See `Target`. A true value that the network has no logit for has no loss, and its
            graph scores zero.
        on_graphs: Told after every batch how many graphs are done.

    Returns:
        One `Attributions` a network, graphs in the order of the batches.

    Raises:
        UsageError: If a network has no such coefficient, or has met one value of it only, or
            `method` or `target` is unknown.
    """
    _check(networks, coefficient, method, target)
    scores: list[list[Tensor]] = [[] for _ in networks]
    predicted: list[list[Tensor]] = [[] for _ in networks]
    rows: list[Tensor] = []
    sizes: list[Tensor] = []
    done = 0
    for batch in batches:
        rows.append(batch.row.cpu())
        sizes.append(batch.ptr.diff().cpu())
        for network, mine, values in zip(networks, scores, predicted, strict=True):
            signed, choice = feature_attributions(network, batch, coefficient, method, target)
            mine.append(signed.abs().sum(dim=1).cpu())
            values.append(choice.cpu())
        done += batch.num_graphs
        if on_graphs is not None:
            on_graphs(done)
    offsets = np.concatenate([[0], np.cumsum(_flat(sizes, torch.int64))]).astype(np.int64)
    return [
        Attributions(
            scores=_flat(mine, torch.float32),
            node_offsets=offsets,
            rows=_flat(rows, torch.int64),
            predicted=_flat(values, torch.int64),
        )
        for mine, values in zip(scores, predicted, strict=True)
    ]


def feature_attributions(
    network: CoefficientNetwork,
    batch: Batch,
    coefficient: int,
    method: Method = "gradient",
    target: Target = "logit",
) -> tuple[Tensor, Tensor]:
    """Signed attributions of one batch.

    Args:
        network: A network in eval mode.
        batch: Graphs as in `attribute`; left as it is.
        coefficient: k, for the coefficient of q^k.
        method: See `Method`.
        target: See `Target`.

    Returns:
        float32[N, F], the attribution of every feature of every vertex with its sign, and int64[B],
        the value that the network gives the coefficient of each graph.
    """
    choice: list[Tensor] = []
    values = torch.tensor(network.vocabulary[coefficient - 1], device=batch.x.device)

    def output(features: Tensor) -> Tensor:
        # A shallow copy: the caller's batch keeps its own features.
        changed = copy.copy(batch)
        changed.x = features
        logits: Tensor = network(changed).logits[coefficient - 1]
        decided = logits.detach().argmax(dim=1)
        choice[:] = [values[decided]]
        if target == "logit":
            return logits.gather(1, decided[:, None]).squeeze(1)
        truth = network.classes(batch.y)[:, coefficient - 1]
        return functional.cross_entropy(logits, truth, reduction="none")

    features = batch.x.detach().clone().requires_grad_()
    if method == "gradient":
        # captum takes the absolute value unless told not to.
        attribution = Saliency(output).attribute(features, abs=False)
    else:
        attribution = InputXGradient(output).attribute(features)
    return attribution.detach(), choice[0]


def _check(
    networks: Sequence[CoefficientNetwork], coefficient: int, method: str, target: str
) -> None:
    if method not in get_args(Method):
        raise UsageError(f"{method!r} is no attribution method; take {_choices(Method)}.")
    if target not in get_args(Target):
        raise UsageError(f"{target!r} cannot be attributed; take {_choices(Target)}.")
    for network in networks:
        largest = network.num_coefficients
        if not 1 <= coefficient <= largest:
            raise UsageError(
                f"The network tells the coefficients of q^1 to q^{largest}; "
                f"there is none of q^{coefficient}."
            )
        values = network.vocabulary[coefficient - 1]
        if len(values) < 2:
            raise UsageError(
                f"The coefficient of q^{coefficient} was always {values[0]} in training, so the "
                "network tells nothing about it and there is nothing to attribute. Take another."
            )


def _choices(literal: object) -> str:
    return " or ".join(repr(value) for value in get_args(literal))


def _flat(parts: Sequence[Tensor], kind: torch.dtype) -> NDArray[Any]:
    joined = torch.cat([part.reshape(-1) for part in parts]) if parts else torch.zeros(0)
    return joined.to(kind).numpy()
