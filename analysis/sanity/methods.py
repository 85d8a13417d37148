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
    """What is compared: trained networks (the run's first), untrained ones, and controls."""

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
    """One attribution.

    Attributes:
        method: See `analysis.attribution.methods`.
        target: See `analysis.attribution.Target`.
        part: See `analysis.attribution.Part`.
        blind: How many networks it is blind for, of all.
        types: The edge types in its salient parts, beside the controls; empty if the trained
            networks, or all but one untrained, are blind, or it was not asked of the others.
        wrong_mass: Share of the scores that lies in graphs whose coefficient the trained network
            gets wrong.
        wrong_graphs: Share of those graphs.
        gap: Integrated gradients: median completeness gap of the trained network; NaN for others.
        attributions: Those of the first trained network.
    """

    method: str
    target: Target
    part: Part
    blind: int
    types: tuple[TypeEvidence, ...]
    wrong_mass: float
    wrong_graphs: float
    gap: float
    attributions: Attributions

    @property
    def name(self) -> str:
        """For a table."""
        what = " on edges" if self.part == "edges" else ""
        return f"{self.method.replace('-x-', ' x ').replace('-', ' ')} of the {self.target}{what}"


def check_methods(
    networks: Networks,
    batches: Callable[[], Iterable[Any]],
    coefficient: int,
    graphs: LabelledGraphs,
    percentile: float,
    among: NDArray[np.bool_] | None = None,
    seed: int = 0,
    on_method: Callable[[int, int], None] | None = None,
) -> tuple[MethodCheck, ...]:
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
        found.append(
            MethodCheck(
                method=method,
                target=target,
                part=part,
                blind=sum(one.is_blind for one in scored),
                types=types,
                wrong_mass=own.mass_in_wrong_graphs,
                wrong_graphs=float(np.mean(~own.right)),
                gap=float(np.median(own.gaps)) if own.gaps is not None else float("nan"),
                attributions=own,
            )
        )
        if on_method is not None:
            on_method(number, len(METHODS))
    return tuple(found)


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
