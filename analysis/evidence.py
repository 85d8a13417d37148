"""What the salient part shows, beside what its controls show: the numbers behind a report.

Everything is counted three times: in the salient part of the trained network, in those of several
untrained networks, and in random vertices of the same ranks. Only a difference from both controls
is called one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.controls import random_same_ranks
from analysis.hypercubes import largest_cubes
from analysis.labelled import LabelledGraphs
from analysis.reflections import (
    EDGE_TYPES,
    counts_by_type,
    over_representation,
    position_table,
)
from analysis.statistics import (
    Estimate,
    bootstrap,
    difference_from_networks,
    difference_from_random,
    spread,
)

__all__ = [
    "FEWEST_EDGES",
    "LEVEL",
    "CubeEvidence",
    "Evidence",
    "MapEvidence",
    "TypeEvidence",
    "weigh",
    "weigh_types",
]

LEVEL = 0.95
"""Coverage of the intervals; for differences over the three edge types together (Bonferroni)."""

FEWEST_EDGES = 50
"""With fewer salient edges nothing is concluded."""


@dataclass(frozen=True)
class TypeEvidence:
    """One edge type.

    Attributes:
        type: A member of `analysis.reflections.EDGE_TYPES`.
        salient_edges: How many salient edges of the trained network have it.
        all_edges: How many edges of the dataset have it.
        trained: Its over-representation, with the 95% bootstrap interval over intervals.
        untrained: The same for each untrained network.
        random: The same for each draw of random vertices of the same ranks.
        from_untrained: Trained minus mean untrained.
        from_random: Trained minus mean random.
    """

    type: str
    salient_edges: int
    all_edges: int
    trained: Estimate
    untrained: tuple[float, ...]
    random: tuple[float, ...]
    from_untrained: Estimate
    from_random: Estimate

    @property
    def differs(self) -> bool:
        """Whether the trained network differs from both controls, in the same direction."""
        same_side = self.from_untrained.value * self.from_random.value > 0
        return same_side and self.from_untrained.excludes_zero and self.from_random.excludes_zero


@dataclass(frozen=True)
class MapEvidence:
    """Every single reflection (i, j) of one S_n; arrays are [n, n], upper triangle.

    Attributes:
        n: The n of S_n.
        intervals: Number of intervals of S_n in the dataset.
        everything: int64, edges of these intervals.
        trained_edges: int64, salient edges of the trained network.
        trained: float64, over-representation; NaN where it is not defined.
        untrained_edges: float64, mean over the untrained networks.
        untrained: float64, mean over-representation.
        random_edges: float64, mean over the random draws.
        random: float64, mean over-representation.
    """

    n: int
    intervals: int
    everything: NDArray[np.int64]
    trained_edges: NDArray[np.int64]
    trained: NDArray[np.float64]
    untrained_edges: NDArray[np.float64]
    untrained: NDArray[np.float64]
    random_edges: NDArray[np.float64]
    random: NDArray[np.float64]


@dataclass(frozen=True)
class CubeEvidence:
    """How many intervals hold a Boolean cube of some dimension, or more, in their salient part."""

    dimension: int
    trained: int
    untrained: tuple[int, ...]
    random: tuple[int, ...]


@dataclass(frozen=True)
class Evidence:
    """All of it.

    Attributes:
        types: One for each edge type.
        maps: One for each n in the dataset.
        cubes: For dimension 2, 3, ... as far as any salient part goes.
        salient_nodes: Salient vertices of the trained network.
        salient_edges: Edges among them.
        salient_intervals: Intervals with at least one salient vertex.
        near_ends: Share of vertices at most one rank from the bottom or the top: among all, among
            the salient ones of the trained network, and the mean over the untrained networks.
        replicates: Bootstrap replicates.
    """

    types: tuple[TypeEvidence, ...]
    maps: tuple[MapEvidence, ...]
    cubes: tuple[CubeEvidence, ...]
    salient_nodes: int
    salient_edges: int
    salient_intervals: int
    near_ends: tuple[float, float, float]
    replicates: int

    @property
    def is_enough(self) -> bool:
        """Whether there are enough salient edges and controls to conclude anything."""
        return self.salient_edges >= FEWEST_EDGES and self.usable_controls >= 2

    @property
    def usable_controls(self) -> int:
        """Untrained networks with at least one salient edge."""
        return int(np.isfinite(self.types[0].untrained).sum())


def weigh(
    graphs: LabelledGraphs,
    trained: NDArray[np.bool_],
    untrained: Sequence[NDArray[np.bool_]],
    draws: int = 20,
    replicates: int = 2000,
    seed: int = 0,
) -> Evidence:
    """Compares the salient part of a trained network with its controls.

    Args:
        graphs: The dataset's graphs.
        trained: bool[V], salient vertices of the trained network.
        untrained: bool[V], those of each untrained network.
        draws: How many draws of random vertices of the same ranks.
        replicates: How many bootstrap replicates.
        seed: Of the draws and of the bootstrap.

    Returns:
        The evidence.
    """
    random = list(random_same_ranks(graphs, trained, draws, seed))
    nodes = [trained, *untrained, *random]
    edges = [graphs.induced_edges(mask) for mask in nodes]
    groups = _Groups(len(untrained))
    return Evidence(
        types=_types(graphs, edges, groups, replicates, seed),
        maps=tuple(_map(graphs, edges, groups, int(n)) for n in np.unique(graphs.n)),
        cubes=_cubes(graphs, nodes, groups),
        salient_nodes=int(np.count_nonzero(trained)),
        salient_edges=int(np.count_nonzero(edges[0])),
        salient_intervals=len(np.unique(graphs.node_graph[trained])),
        near_ends=_near_ends(graphs, trained, untrained),
        replicates=replicates,
    )


def weigh_types(
    graphs: LabelledGraphs,
    trained: NDArray[np.bool_],
    untrained: Sequence[NDArray[np.bool_]],
    draws: int = 20,
    replicates: int = 2000,
    seed: int = 0,
) -> tuple[TypeEvidence, ...]:
    """The edge types alone, as `weigh` has them; for other percentiles, say."""
    nodes = [trained, *untrained, *random_same_ranks(graphs, trained, draws, seed)]
    edges = [graphs.induced_edges(mask) for mask in nodes]
    return _types(graphs, edges, _Groups(len(untrained)), replicates, seed)


@dataclass(frozen=True)
class _Groups:
    """Which entries of a list "trained, untrained..., random..." are which."""

    num_untrained: int

    @property
    def untrained(self) -> slice:
        return slice(1, 1 + self.num_untrained)

    @property
    def random(self) -> slice:
        return slice(1 + self.num_untrained, None)


def _types(
    graphs: LabelledGraphs,
    edges: list[NDArray[np.bool_]],
    groups: _Groups,
    replicates: int,
    seed: int,
) -> tuple[TypeEvidence, ...]:
    everything = counts_by_type(graphs)
    salient = [counts_by_type(graphs, mask) for mask in edges]
    values = over_representation(
        np.array([part.sum(axis=0) for part in salient]), everything.sum(axis=0)
    )
    resampled = bootstrap(salient, everything, replicates, seed)
    level = 1 - (1 - LEVEL) / len(EDGE_TYPES)
    found = []
    for kind, name in enumerate(EDGE_TYPES):
        mine, again = values[:, kind], resampled[:, :, kind]
        found.append(
            TypeEvidence(
                type=name,
                salient_edges=int(salient[0][:, kind].sum()),
                all_edges=int(everything[:, kind].sum()),
                trained=spread(float(mine[0]), again[0], LEVEL),
                untrained=tuple(mine[groups.untrained].tolist()),
                random=tuple(mine[groups.random].tolist()),
                from_untrained=difference_from_networks(
                    float(mine[0]),
                    again[0],
                    mine[groups.untrained],
                    again[groups.untrained],
                    level,
                ),
                from_random=difference_from_random(
                    float(mine[0]), again[0], mine[groups.random], again[groups.random], level
                ),
            )
        )
    return tuple(found)


def _map(
    graphs: LabelledGraphs, edges: list[NDArray[np.bool_]], groups: _Groups, n: int
) -> MapEvidence:
    tables = [position_table(graphs, mask, n) for mask in edges]
    values = np.array([table.over_representation for table in tables])
    counts = np.array([table.salient for table in tables])
    return MapEvidence(
        n=n,
        intervals=int(np.count_nonzero(graphs.n == n)),
        everything=tables[0].everything,
        trained_edges=counts[0],
        trained=values[0],
        untrained_edges=_mean(counts[groups.untrained]),
        untrained=_mean(values[groups.untrained]),
        random_edges=_mean(counts[groups.random]),
        random=_mean(values[groups.random]),
    )


def _mean(stack: NDArray[np.number]) -> NDArray[np.float64]:
    """Mean over the first axis of what is known; NaN where nothing is."""
    known = np.isfinite(stack)
    with np.errstate(invalid="ignore"):
        mean = np.where(known, stack, 0).sum(axis=0) / known.sum(axis=0)
    return np.asarray(mean, dtype=np.float64)


def _cubes(
    graphs: LabelledGraphs, nodes: list[NDArray[np.bool_]], groups: _Groups
) -> tuple[CubeEvidence, ...]:
    largest = np.array([largest_cubes(graphs, mask) for mask in nodes])
    rows = []
    for dimension in range(2, int(largest.max(initial=0)) + 1):
        counts = (largest >= dimension).sum(axis=1)
        rows.append(
            CubeEvidence(
                dimension=dimension,
                trained=int(counts[0]),
                untrained=tuple(counts[groups.untrained].tolist()),
                random=tuple(counts[groups.random].tolist()),
            )
        )
    return tuple(rows)


def _near_ends(
    graphs: LabelledGraphs, trained: NDArray[np.bool_], untrained: Sequence[NDArray[np.bool_]]
) -> tuple[float, float, float]:
    lengths = graphs.ranks[graphs.node_offsets[1:] - 1]
    ranks = graphs.ranks
    near = (ranks <= 1) | (lengths[graphs.node_graph] - ranks <= 1)
    controls = np.array([_share(near[mask]) for mask in untrained])
    return (_share(near), _share(near[trained]), float(_mean(controls)))


def _share(flags: NDArray[np.bool_]) -> float:
    return float(flags.mean()) if len(flags) else float("nan")
