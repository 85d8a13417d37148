"""Edges by reflection in all salient parts and in random draws: what all evidence is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from analysis.controls import DrawnCounts, Keeping, count_random
from analysis.evidence.results import FEWEST_EDGES, SalientParts
from analysis.labelled import LabelledGraphs
from analysis.reflections import Reflections, counts_by_type, over_representation
from analysis.statistics import (
    Difference,
    bootstrap,
    difference_from_draws,
    difference_from_networks,
    difference_from_random,
    difference_of_groups,
    mean_known,
)

__all__ = ["DRAWN", "Counts", "Values"]

DRAWN: dict[str, Keeping] = {
    "ranks": "ranks",
    "degrees": "degrees",
    "distances": "distances",
    "uniform": "size",
}
"""The controls that are random vertices, and what each of them keeps."""


@dataclass(frozen=True, eq=False)
class Counts:
    """Edges by reflection in every salient part and in what was drawn in its place.

    Attributes:
        graphs: The dataset's graphs.
        parts: The salient vertices.
        reflections: Those of the graphs, K in all.
        everything: int64[K], all edges of the dataset.
        edges: int64[P, K], for each network in the order of `SalientParts.all`.
        drawn: For each trained network the controls of `DRAWN`.
    """

    graphs: LabelledGraphs
    parts: SalientParts
    reflections: Reflections
    everything: NDArray[np.int64]
    edges: NDArray[np.int64]
    drawn: list[dict[str, DrawnCounts]]

    @classmethod
    def of(cls, graphs: LabelledGraphs, parts: SalientParts, draws: int, seed: int) -> Counts:
        """Counts and draws; the same seed draws the same vertices.

        Example:
            >>> from data_gen.intervals import BruhatInterval
            >>> graphs = LabelledGraphs.of_intervals([BruhatInterval("1234", "4321")] * 9)
            >>> low, others = graphs.ranks < 4, np.arange(graphs.num_nodes) % 3 > 0
            >>> counts = Counts.of(graphs, SalientParts([low], [others]), draws=20, seed=0)
            >>> counts.totals.tolist(), counts.edges[0].tolist(), counts.of_kind("untrained")
            ([279, 324], [54, 45, 27, 54, 45, 54], (324,))
            >>> counts.controls
            ('untrained', 'ranks', 'degrees', 'distances', 'uniform')
        """
        reflections = Reflections.of(graphs)

        def drawn(network: int, mask: NDArray[np.bool_]) -> dict[str, DrawnCounts]:
            return {
                name: count_random(
                    graphs, reflections, mask, keeping, draws, _derived(seed, network, kind),
                    parts.among,
                )
                for kind, (name, keeping) in enumerate(DRAWN.items())
            }  # fmt: skip

        edges = [reflections.count(graphs.induced_edges(mask)) for mask in parts.all]
        return cls(
            graphs=graphs,
            parts=parts,
            reflections=reflections,
            everything=reflections.count(),
            edges=np.array(edges),
            drawn=[drawn(network, mask) for network, mask in enumerate(parts.trained)],
        )

    @property
    def trained(self) -> slice:
        """The trained networks among all."""
        return slice(0, len(self.parts.trained))

    @cached_property
    def groups(self) -> dict[str, slice]:
        """The controls that consist of networks, as far as they are there."""
        first = len(self.parts.trained)
        second = first + len(self.parts.untrained)
        both = {
            "untrained": slice(first, second),
            "shuffled": slice(second, second + len(self.parts.shuffled)),
        }
        return {name: group for name, group in both.items() if group.stop > group.start}

    @property
    def controls(self) -> tuple[str, ...]:
        """All controls that are there."""
        return (*self.groups, *DRAWN)

    @property
    def totals(self) -> NDArray[np.int64]:
        """int64[P], the salient edges of each network."""
        return np.asarray(self.edges.sum(axis=1), dtype=np.int64)

    def of_kind(self, kind: str) -> tuple[int, ...]:
        """The salient edges of each network of a kind."""
        group = {"trained": self.trained, **self.groups}.get(kind, slice(0, 0))
        return tuple(self.totals[group].tolist())


def _derived(seed: int, network: int, kind: int) -> int:
    return int(np.random.SeedSequence([seed, network, kind]).generate_state(1, np.uint64)[0] >> 1)


@dataclass(frozen=True, eq=False)
class Values:
    """Over-representations of some kinds of edges, in networks and draws, and their differences.

    They are NaN for networks with few salient edges, and for what was drawn in their place: those
    do not count.

    Attributes:
        counts: What they are made of.
        networks: float64[P, kinds], for each network in the order of `SalientParts.all`.
        drawn: For each control of `DRAWN` float64[trained networks, D, kinds].
        resampled: For one trained network the bootstrap over intervals; None for several.
    """

    counts: Counts
    networks: NDArray[np.float64]
    drawn: dict[str, NDArray[np.float64]]
    resampled: Resampled | None

    @classmethod
    def of(
        cls,
        counts: Counts,
        reduce: Callable[[NDArray[np.int64]], NDArray[np.int64]],
        resampled: Resampled | None = None,
    ) -> Values:
        """Takes counts of reflections, [..., K], to counts of kinds, and these to shares.

        Example:
            >>> from data_gen.intervals import BruhatInterval
            >>> graphs = LabelledGraphs.of_intervals([BruhatInterval("1234", "4321")] * 9)
            >>> low, others = graphs.ranks < 4, np.arange(graphs.num_nodes) % 3 > 0
            >>> parts = SalientParts([low] * 2, [others] * 2)
            >>> counts = Counts.of(graphs, parts, draws=20, seed=0)
            >>> values = Values.of(counts, counts.reflections.by_type)
            >>> values.trained[0].round(2).tolist(), values.control("ranks")[0].round(2).tolist()
            ([0.16, -0.16, nan], [0.16, -0.16, nan])
            >>> round(values.difference("untrained", 0).points.value, 2)
            0.27
        """
        everything = reduce(counts.everything)
        few = counts.totals < FEWEST_EDGES
        networks = over_representation(reduce(counts.edges), everything)
        networks[few] = np.nan
        drawn = {
            name: np.array(
                [
                    over_representation(reduce(one[name].reflections), everything)
                    for one in counts.drawn
                ]
            )
            for name in DRAWN
        }
        for values in drawn.values():
            values[few[counts.trained]] = np.nan
        return cls(counts, networks, drawn, resampled)

    @property
    def trained(self) -> NDArray[np.float64]:
        """float64[trained networks, kinds]."""
        return self.networks[self.counts.trained]

    def control(self, name: str) -> NDArray[np.float64]:
        """What stands for a control, float64[networks or draws, kinds].

        Of several uniform samples one for each trained network, as in the paper.
        """
        if name == "uniform" and self.resampled is None:
            return self.drawn[name][:, 0]
        if name in self.drawn:
            return mean_known(self.drawn[name], axis=0)
        return self.networks[self.counts.groups[name]]

    def difference(self, control: str, kind: int) -> Difference:
        """The trained networks less a control, for one kind of edges."""
        mine = self.trained[:, kind]
        if self.resampled is not None:
            return self._of_one(float(mine[0]), control, kind)
        if control in self.drawn and control != "uniform":
            return difference_from_draws(mine, self.drawn[control][:, :, kind])
        return difference_of_groups(mine, self.control(control)[:, kind])

    def _of_one(self, mine: float, control: str, kind: int) -> Difference:
        again = self.resampled
        assert again is not None
        if control in self.drawn:
            replicates = again.networks[0, :, kind] - again.drawn[control][:, kind]
            return difference_from_random(mine, replicates, self.drawn[control][0, :, kind])
        resampled = again.networks[:, :, kind]
        return difference_from_networks(
            mine,
            resampled[0],
            self.control(control)[:, kind],
            resampled[self.counts.groups[control]],
        )


@dataclass(frozen=True, eq=False)
class Resampled:
    """Bootstrap of the edge types over intervals.

    Attributes:
        networks: float64[P, B, 3].
        drawn: For each control of `DRAWN` the mean draw, float64[B, 3].
    """

    networks: NDArray[np.float64]
    drawn: dict[str, NDArray[np.float64]]

    @classmethod
    def of(cls, counts: Counts, replicates: int, seed: int) -> Resampled:
        """Draws whole intervals, the same ones for all networks and draws.

        Example:
            Nine times the same interval: whichever of them are drawn, the shares are the same.

            >>> from data_gen.intervals import BruhatInterval
            >>> graphs = LabelledGraphs.of_intervals([BruhatInterval("1234", "4321")] * 9)
            >>> low, others = graphs.ranks < 4, np.arange(graphs.num_nodes) % 3 > 0
            >>> counts = Counts.of(graphs, SalientParts([low], [others]), draws=20, seed=0)
            >>> again = Resampled.of(counts, replicates=3, seed=0)
            >>> again.networks[0, :, 0].round(2).tolist(), again.drawn["ranks"][:, 0].round(2)
            ([0.16, 0.16, 0.16], array([0.16, 0.16, 0.16]))
        """
        graphs = counts.graphs
        salient: list[NDArray[np.number]] = [
            counts_by_type(graphs, graphs.induced_edges(mask)) for mask in counts.parts.all
        ]
        means = [counts.drawn[0][name].by_graph for name in DRAWN]
        found = bootstrap([*salient, *means], counts_by_type(graphs), replicates, seed)
        drawn = {name: found[len(salient) + place] for place, name in enumerate(DRAWN)}
        return cls(found[: len(salient)], drawn)
