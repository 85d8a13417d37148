"""Attributions of a whole dataset, batch by batch, for several networks at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch_geometric.data import Batch

from analysis.attribution.asked import LIMIT, Asked, Signed
from analysis.attribution.methods import AttributionMethod, find_method
from analysis.attribution.questions import Question
from analysis.attribution.results import Attributions
from analysis.choices import Part, Target
from data_gen.choices import check_choice
from data_gen.errors import UsageError
from klgnn.models import CoefficientNetwork

__all__ = ["attribute", "feature_attributions"]


def attribute(
    networks: Sequence[CoefficientNetwork],
    batches: Iterable[Batch],
    coefficient: int,
    method: str | AttributionMethod = "gradient",
    target: Target = "logit",
    on_graphs: Callable[[int], None] | None = None,
    *,
    part: Part = "nodes",
    values: tuple[int, int] | None = None,
    steps: int = 32,
    occlusion_limit: int = LIMIT,
) -> list[Attributions]:
    """Scores every vertex (and edge) of every graph, for several networks in one pass.

    Args:
        networks: Networks in eval mode that take a batch to a `Prediction`.
        batches: Batches of graphs with ``x`` float32[N, F], ``edge_index``, ``batch``, ``y`` and
            ``row``; read once, so a stream will do.
        coefficient: k, for the coefficient of q^k; from 1.
        method: See `analysis.attribution.methods`: a name, or an object of your own.
        target: See `Target`. A true value that the network has no logit for has no loss, and its
            graph scores zero.
        on_graphs: Told after every batch how many graphs are done, for occlusion also in between.
        part: See `Part`. With "edges" a vertex scores half of what the edges at it do.
        values: With the target "margin": (a, b) for the logit of a less that of b; None for the
            predicted value less the runner-up.
        steps: Points at which integrated gradients are evaluated.
        occlusion_limit: The most vertices and edges that the copies of one graph, one for each
            thing left out, may have in all. Occlusion is quadratic.

    Returns:
        One `Attributions` a network, graphs in the order of the batches.

    Raises:
        UsageError: If a network has no such coefficient or value, or has met one value of it only;
            if `method`, `target` or `part` is unknown, or `steps` is not positive; if a graph is
            too large for occlusion.

    Example:
        In [1324, 3412] the model that comes with klgnn reads P = 1 + q off the four edges at the
        bottom; without any other edge it would answer the same.

        >>> from klgnn.runs import Run
        >>> from klgnn.subject import Subject
        >>> run, crown = Run.default(), Subject.of_interval("1324", "3412")
        >>> data = crown.data(run.config.features)
        >>> data.y, data.row = torch.tensor([[1, 0, 0, 0]]), torch.tensor([0])
        >>> batches = [Batch.from_data_list([data])]
        >>> (found,) = attribute([run.network()], batches, 1, "occlusion", part="edges")
        >>> found.predicted.tolist(), np.flatnonzero(found.edge_scores > 0.1).tolist()
        ([1], [0, 1, 2, 3])
    """
    question, way = Question(coefficient, target, values), find_method(method)
    _check(networks, question, part, steps)
    gathered = [_Gathered() for _ in networks]
    rows: list[Tensor] = []
    sizes: list[Tensor] = []
    edge_sizes: list[Tensor] = []
    done = 0
    for batch in batches:
        rows.append(batch.row.cpu())
        sizes.append(batch.ptr.diff().cpu())
        edge_sizes.append(_edge_counts(batch))
        for number, (network, mine) in enumerate(zip(networks, gathered, strict=True)):
            last = number == len(networks) - 1
            inside = _shifted(on_graphs, done) if last else None
            asked = Asked(
                *(network, batch, question, part),
                steps=steps,
                limit=occlusion_limit,
                on_graphs=inside,
            )
            mine.add(way.attribute(asked), asked, batch.y[:, coefficient - 1])
        done += batch.num_graphs
        if on_graphs is not None:
            on_graphs(done)
    return [
        mine.joined(_offsets(sizes), _flat(rows, torch.int64), _offsets(edge_sizes), part)
        for mine in gathered
    ]


def feature_attributions(
    network: CoefficientNetwork,
    batch: Batch,
    coefficient: int,
    method: str | AttributionMethod = "gradient",
    target: Target = "logit",
    *,
    part: Part = "nodes",
    values: tuple[int, int] | None = None,
    steps: int = 32,
) -> tuple[Tensor, Tensor]:
    """Signed attributions of one batch.

    Args:
        network: A network in eval mode.
        batch: Graphs as in `attribute`; left as it is.
        coefficient: k, for the coefficient of q^k.
        method: See `analysis.attribution.methods`: a name, or an object of your own.
        target: See `Target`.
        part: See `Part`.
        values: As in `attribute`.
        steps: As in `attribute`.

    Returns:
        float32[N, F], the attribution of every feature of every vertex with its sign (for occlusion
        [N, 1], of every vertex; for edges [E], of every edge), and int64[B], the value that the
        network gives the coefficient of each graph.

    Raises:
        UsageError: As in `attribute`.

    Example:
        Leaving out the bottom or one of the four atoms of [1324, 3412] speaks against the answer,
        the rest hardly matters.

        >>> from klgnn.runs import Run
        >>> from klgnn.subject import Subject
        >>> run, crown = Run.default(), Subject.of_interval("1324", "3412")
        >>> batch = Batch.from_data_list([crown.data(run.config.features)])
        >>> lost, predicted = feature_attributions(run.network(), batch, 1, "occlusion")
        >>> lost.shape, lost.squeeze(1).argsort(descending=True)[:5].sort().values
        (torch.Size([10, 1]), tensor([0, 1, 2, 3, 4]))
    """
    question, way = Question(coefficient, target, values), find_method(method)
    _check([network], question, part, steps)
    asked = Asked(network, batch, question, part, steps=steps)
    return way.attribute(asked).values, asked.predicted


class _Gathered:
    """What one network said so far."""

    def __init__(self) -> None:
        self.scores: list[Tensor] = []
        self.edge_scores: list[Tensor] = []
        self.predicted: list[Tensor] = []
        self.right: list[Tensor] = []
        self.gaps: list[Tensor] = []

    def add(self, signed: Signed, asked: Asked, truth: Tensor) -> None:
        size, batch = signed.values.abs(), asked.batch
        if asked.part == "edges":
            self.edge_scores.append(size.cpu())
            halves = (size / 2).repeat(2)
            scores = halves.new_zeros(batch.num_nodes)
            size = scores.index_add(0, batch.edge_index.reshape(-1), halves)
        else:
            size = size.sum(dim=1)
        self.scores.append(size.cpu())
        self.predicted.append(asked.predicted.cpu())
        self.right.append((asked.predicted == truth).cpu())
        if signed.gaps is not None:
            self.gaps.append(signed.gaps.cpu())

    def joined(
        self,
        node_offsets: NDArray[np.int64],
        rows: NDArray[np.int64],
        edge_offsets: NDArray[np.int64],
        part: Part,
    ) -> Attributions:
        edges = part == "edges"
        return Attributions(
            scores=_flat(self.scores, torch.float32),
            node_offsets=node_offsets,
            rows=rows,
            predicted=_flat(self.predicted, torch.int64),
            right=_flat(self.right, torch.bool),
            edge_scores=_flat(self.edge_scores, torch.float32) if edges else None,
            edge_offsets=edge_offsets if edges else None,
            gaps=_flat(self.gaps, torch.float32) if self.gaps else None,
        )


def _check(
    networks: Sequence[CoefficientNetwork], question: Question, part: str, steps: int
) -> None:
    check_choice("--part", part, Part)
    if steps < 1:
        raise UsageError(f"Gradients cannot be integrated in {steps} steps; take 1 at least.")
    question.check(networks)


def _edge_counts(batch: Any) -> Tensor:
    graph = batch.batch[batch.edge_index[0]]
    return torch.bincount(graph, minlength=batch.num_graphs).cpu()


def _shifted(on_graphs: Callable[[int], None] | None, done: int) -> Callable[[int], None] | None:
    return None if on_graphs is None else lambda more: on_graphs(done + more)


def _offsets(sizes: Sequence[Tensor]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(_flat(sizes, torch.int64))]).astype(np.int64)


def _flat(parts: Sequence[Tensor], kind: torch.dtype) -> NDArray[Any]:
    joined = torch.cat([part.reshape(-1) for part in parts]) if parts else torch.zeros(0)
    return joined.to(kind).numpy()
