"""Which attribution can tell trained networks from their controls at all, by the edge types."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.attribution import Attributions, Part, Target, attribute
from analysis.evidence import SalientParts, TypeEvidence, weigh
from analysis.labelled import LabelledGraphs
from analysis.salient import salient_nodes
from klgnn.models import CoefficientNetwork

__all__ = ["METHODS", "MethodCheck", "Networks", "check_methods"]

METHODS: tuple[tuple[str, Target, Part], ...] = (
    ("gradient", "logit", "nodes"),
    ("gradient", "margin", "nodes"),
    ("gradient", "loss", "nodes"),
    ("input-x-gradient", "logit", "nodes"),
    ("integrated-gradients", "logit", "nodes"),
    ("gradient", "logit", "edges"),
)
"""Cheap enough for every network; occlusion is not."""

_DRAWS = 200
_FEW = 3


@dataclass(frozen=True)
class Networks:
    """What is compared: trained networks (the run's first), untrained ones, and controls.

    Attributes:
        trained: At least one.
        untrained: With random weights.
        shuffled: Trained on shuffled labels.

    Example:
        >>> from klgnn.runs import Run
        >>> run = Run.default()
        >>> networks = Networks([run.network()], [run.untrained_network().eval()] * 4)
        >>> len(networks.all), len(networks.few(3).untrained), len(networks.few(1).untrained)
        (5, 3, 0)
    """

    trained: Sequence[CoefficientNetwork]
    untrained: Sequence[CoefficientNetwork]
    shuffled: Sequence[CoefficientNetwork] = ()

    def few(self, most: int) -> Networks:
        """The first ones of each kind; with `most` 1 the trained one alone."""
        if most == 1:
            return Networks(self.trained[:1], [])
        return Networks(self.trained[:most], self.untrained[:most], self.shuffled[:most])

    @property
    def all(self) -> list[CoefficientNetwork]:
        """In this order."""
        return [*self.trained, *self.untrained, *self.shuffled]


@dataclass(frozen=True)
class MethodCheck:
    """One attribution of all networks.

    Attributes:
        name: Method, target and part, in words.
        blind: How many networks it is blind for.
        types: The edge types in its salient parts, beside the controls; empty if the trained
            networks, or all but one untrained, are blind, or it was not asked of the others.
        wrong_mass: Share of the scores that lies in graphs whose coefficient the trained network
            gets wrong.
        wrong_graphs: Share of those graphs.
        gap: Integrated gradients: median completeness gap of the trained network; NaN for others.
    """

    name: str
    blind: int
    types: tuple[TypeEvidence, ...]
    wrong_mass: float
    wrong_graphs: float
    gap: float


def check_methods(
    networks: Networks,
    batches: Callable[[], Iterable[Any]],
    coefficient: int,
    graphs: LabelledGraphs,
    percentile: float,
    among: NDArray[np.bool_] | None = None,
    seed: int = 0,
    on_method: Callable[[int, int], None] | None = None,
) -> tuple[tuple[MethodCheck, Attributions], ...]:
    """Attributes by every method of `METHODS` and compares what each finds salient.

    Args:
        networks: In eval mode.
        batches: Gives the graphs, anew for each method.
        coefficient: k, for the coefficient of q^k.
        graphs: The same graphs with their reflections.
        percentile: Above it vertices are salient.
        among: bool[V], the vertices that may be salient; all if None.
        seed: Of random vertices.
        on_method: Told (methods done, methods).

    Returns:
        One for each of `METHODS`, with the attributions of the first trained network.

    Example:
        The model that comes with klgnn, without controls, on [1324, 3412]; and the vertex to which
        each method gives the largest score, the bottom:

        >>> import torch
        >>> from torch_geometric.data import Batch
        >>> from data_gen.intervals import BruhatInterval
        >>> from klgnn.runs import Run
        >>> from klgnn.subject import Subject
        >>> run = Run.default()
        >>> data = Subject.of_interval("1324", "3412").data(run.config.features)
        >>> data.y, data.row = torch.tensor([[1, 0, 0, 0]]), torch.tensor([0])
        >>> graphs = LabelledGraphs.of_intervals([BruhatInterval("1324", "3412")])
        >>> networks, batches = Networks([run.network()], []), [Batch.from_data_list([data])]
        >>> found = check_methods(networks, lambda: batches, 1, graphs, percentile=80)
        >>> found[0][0]  # doctest: +NORMALIZE_WHITESPACE
        MethodCheck(name='gradient of the logit', blind=0, types=(), wrong_mass=0.0,
                    wrong_graphs=0.0, gap=nan)
        >>> {check.name: int(own.scores.argmax()) for check, own in found[3:5]}
        {'input x gradient of the logit': 0, 'integrated gradients of the logit': 0}
    """
    found = []
    # Integrated gradients cost far more than all others together: they are compared where several
    # trainings make a comparison worth that, and for a few networks.
    for number, (method, target, part) in enumerate(METHODS, 1):
        chosen = networks
        if method == "integrated-gradients":
            chosen = networks.few(_FEW if len(networks.trained) > 1 else 1)
        scored = attribute(chosen.all, batches(), coefficient, method, target, part=part)
        types = _types(chosen, scored, graphs, percentile, among, seed)
        own = scored[0]
        check = MethodCheck(
            name=_in_words(method, target, part),
            blind=sum(one.is_blind for one in scored),
            types=types,
            wrong_mass=own.mass_in_wrong_graphs,
            wrong_graphs=float(np.mean(~own.right)),
            gap=float(np.median(own.gaps)) if own.gaps is not None else float("nan"),
        )
        found.append((check, own))
        if on_method is not None:
            on_method(number, len(METHODS))
    return tuple(found)


def _in_words(method: str, target: Target, part: Part) -> str:
    what = " on edges" if part == "edges" else ""
    return f"{method.replace('-x-', ' x ').replace('-', ' ')} of the {target}{what}"


def _types(
    networks: Networks,
    scored: list[Attributions],
    graphs: LabelledGraphs,
    percentile: float,
    among: NDArray[np.bool_] | None,
    seed: int,
) -> tuple[TypeEvidence, ...]:
    def masks(group: list[Attributions]) -> list[NDArray[np.bool_]]:
        seeing = [one for one in group if not one.is_blind]
        return [salient_nodes(one.scores, percentile, among).mask for one in seeing]

    first, second = len(networks.trained), len(networks.trained) + len(networks.untrained)
    untrained = masks(scored[first:second])
    if scored[0].is_blind or len(untrained) < 2:
        return ()
    parts = SalientParts(masks(scored[:first]), untrained, masks(scored[second:]), among)
    return weigh(graphs, parts, draws=_DRAWS, seed=seed, details=False).types
