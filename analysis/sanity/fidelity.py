"""What a prediction loses when its salient part is taken away, or all but its salient part.

A vertex is taken away as in occlusion: its features become zero and the messages along its edges
stop. Bottom and top always stay, since a network reads its answer there. Beside the salient part
stand random vertices of the same ranks: an attribution that means something loses more by the
salient part than by those, and keeps more with it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from analysis.labelled import LabelledGraphs
from analysis.statistics import Estimate, spread
from klgnn.models import CoefficientNetwork

__all__ = ["Fidelity", "fidelity"]

_REPLICATES = 1000


@dataclass(frozen=True)
class Fidelity:
    """One network; probabilities are those of the value that it gives the whole graph.

    Attributes:
        what: ``"removed"`` or ``"kept"``, what happens to the part.
        intervals: With a salient vertex that is neither bottom nor top.
        before: Mean probability for the whole graph.
        salient: Mean loss of probability with the salient part.
        random: Mean loss with random vertices of the same ranks.
        difference: Salient less random, with the 95% bootstrap interval over intervals.
        salient_changed: Share of the intervals whose answer changes.
        random_changed: The same with random vertices.
    """

    what: str
    intervals: int
    before: float
    salient: float
    random: float
    difference: Estimate
    salient_changed: float
    random_changed: float


def fidelity(
    network: CoefficientNetwork,
    batches: Iterable[Any],
    coefficient: int,
    graphs: LabelledGraphs,
    salient: NDArray[np.bool_],
    random: Sequence[NDArray[np.bool_]],
    seed: int = 0,
    on_graphs: Callable[[int], None] | None = None,
) -> tuple[Fidelity, ...]:
    """Takes the salient part away, and then everything else.

    Args:
        network: In eval mode.
        batches: Its graphs, in the order of `graphs`.
        coefficient: k, for the coefficient of q^k.
        graphs: The same with ranks and offsets.
        salient: bool[V].
        random: bool[V] each, random vertices in the place of the salient ones.
        seed: Of the bootstrap.
        on_graphs: Told how many graphs are done.

    Returns:
        One for "removed", one for "kept"; empty if no interval has a salient vertex inside.

    Example:
        The model that comes with klgnn reads P = 1 + q of [1324, 3412] at the atoms. The coatoms
        stand here in the place of random vertices:

        >>> from torch_geometric.data import Batch
        >>> from data_gen.intervals import BruhatInterval
        >>> from klgnn.runs import Run
        >>> from klgnn.subject import Subject
        >>> run = Run.default()
        >>> data = Subject.of_interval("1324", "3412").data(run.config.features)
        >>> batches = [Batch.from_data_list([data])]
        >>> graphs = LabelledGraphs.of_intervals([BruhatInterval("1324", "3412")])
        >>> atoms, coatoms = graphs.ranks == 1, graphs.ranks == 2
        >>> found = fidelity(run.network(), batches, 1, graphs, atoms, [coatoms])
        >>> for one in found:  # each a Fidelity
        ...     print(f"{one.what}: {one.salient:.1f}, instead {one.random:.1f}")
        removed: 0.8, instead 0.0
        kept: 0.0, instead 0.8
        >>> [one.salient_changed for one in found]
        [1.0, 0.0]
    """
    inside = ~graphs.is_end
    touched = np.bincount(graphs.node_graph[salient & inside], minlength=graphs.num_graphs) > 0
    if not touched.any():
        return ()
    parts = [salient, *random]
    gone = [[part & inside for part in parts], [~part & inside for part in parts]]
    before, losses, changed = _ask(network, batches, coefficient, gone, on_graphs)
    rng = np.random.default_rng(seed)
    weights = rng.multinomial(
        touched.sum(), np.full(int(touched.sum()), 1 / touched.sum()), size=_REPLICATES
    ) / int(touched.sum())
    found = []
    for what, loss, change in zip(("removed", "kept"), losses, changed, strict=True):
        mine, others = loss[0][touched], loss[1:, touched].mean(axis=0)
        apart = mine - others
        found.append(
            Fidelity(
                what=what,
                intervals=int(touched.sum()),
                before=float(before[touched].mean()),
                salient=float(mine.mean()),
                random=float(others.mean()),
                difference=spread(float(apart.mean()), weights @ apart),
                salient_changed=float(change[0][touched].mean()),
                random_changed=float(change[1:, touched].mean()),
            )
        )
    return tuple(found)


@torch.no_grad()
def _ask(
    network: CoefficientNetwork,
    batches: Iterable[Any],
    coefficient: int,
    gone: list[list[NDArray[np.bool_]]],
    on_graphs: Callable[[int], None] | None,
) -> tuple[NDArray[np.float64], list[NDArray[np.float64]], list[NDArray[np.float64]]]:
    """Probabilities before, [G]; then for each way losses and changes of answer, [parts, G]."""
    probabilities: list[NDArray[np.float64]] = []
    answers: list[list[list[NDArray[np.float64]]]] = [[[] for _ in way] for way in gone]
    changes: list[list[list[NDArray[np.float64]]]] = [[[] for _ in way] for way in gone]
    at = done = 0
    for batch in batches:
        nodes = slice(at, at + len(batch.x))
        whole = network(batch).logits[coefficient - 1]
        value = whole.argmax(dim=1, keepdim=True)
        sure = whole.softmax(1).gather(1, value).squeeze(1)
        probabilities.append(sure.double().numpy())
        for way, masks in enumerate(gone):
            for number, mask in enumerate(masks):
                logits = network(_without(batch, mask[nodes])).logits[coefficient - 1]
                left = logits.softmax(1).gather(1, value).squeeze(1)
                answers[way][number].append((sure - left).double().numpy())
                changed = logits.argmax(dim=1) != value.squeeze(1)
                changes[way][number].append(changed.double().numpy())
        at, done = nodes.stop, done + batch.num_graphs
        if on_graphs is not None:
            on_graphs(done)
    join = np.concatenate
    return (
        join(probabilities),
        [np.array([join(part) for part in way]) for way in answers],
        [np.array([join(part) for part in way]) for way in changes],
    )


def _without(batch: Any, gone: NDArray[np.bool_]) -> Any:
    """The batch with some vertices silent: no features, no messages along their edges."""
    mask = torch.from_numpy(gone)
    lower, upper = batch.edge_index
    changed = copy.copy(batch)  # the caller's batch keeps its own features
    changed.x = torch.where(mask[:, None], torch.zeros_like(batch.x), batch.x)
    changed.edge_weight = (~(mask[lower] | mask[upper])).to(batch.x.dtype)
    return changed
