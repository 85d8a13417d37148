"""What is found in salient parts, as frozen data.

A difference is called one only if the trained networks differ from every decisive control, in the
same direction. That they differ from uniformly random vertices, the comparison of Davies and others
(Nature 600, 2021), is shown and decides nothing.

Example:
    The lower half of S_4, nine times, as the salient part of two networks, beside untrained ones.

    >>> from analysis.evidence import weigh
    >>> from data_gen.intervals import BruhatInterval
    >>> graphs = LabelledGraphs.of_intervals([BruhatInterval("1234", "4321")] * 9)
    >>> low, others = graphs.ranks < 4, np.arange(graphs.num_nodes) % 3 > 0
    >>> found = weigh(graphs, SalientParts([low] * 2, [others] * 2), draws=20)  # an Evidence
    >>> found.edges["trained"], found.is_enough, found.free["ranks"]
    ((279, 279), True, 0.0)
    >>> extremal = found.types[1]  # a TypeEvidence
    >>> extremal.type, extremal.share, extremal.salient_edges, extremal.differs
    ('extremal', 0.5, 117, False)
    >>> by_rank = extremal.against("ranks")  # a Comparison
    >>> by_rank.p_holm, by_rank.holds
    (1.0, False)
    >>> chart = found.maps[0]  # a MapEvidence, and in its `against` a MapDifferences
    >>> chart.edges["trained"][0].tolist(), chart.against["ranks"].p_holm[0, 1]
    ([0.0, 54.0, 45.0, 27.0], np.float64(1.0))
    >>> found.cubes[-1].trained, found.cubes[-1].untrained  # of a CubeEvidence
    ((9, 9), (9, 9))
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from analysis.controls import Keeping, random_vertices
from analysis.labelled import LabelledGraphs
from analysis.statistics import Difference, Estimate

__all__ = [
    "CONTROLS",
    "DECISIVE",
    "FEWEST_EDGES",
    "LEVEL",
    "Comparison",
    "CubeEvidence",
    "Evidence",
    "MapDifferences",
    "MapEvidence",
    "SalientParts",
    "TypeEvidence",
]

LEVEL = 0.05
"""Below it a corrected p-value counts; Holm, over the types or over the reflections of one S_n."""

FEWEST_EDGES = 50
"""A network with fewer salient edges does not count: its shares are mostly chance."""

DECISIVE = ("untrained", "shuffled", "ranks", "degrees", "distances")
"""The controls that a trained network has to differ from, as far as they are there."""

CONTROLS = (*DECISIVE, "uniform")
"""All controls: other networks, then random vertices."""


@dataclass(frozen=True)
class SalientParts:
    """Which vertices are salient in which network; all bool[V].

    Attributes:
        trained: One for each training, that of the run first.
        untrained: One for each untrained network.
        shuffled: One for each network that was trained on shuffled labels.
        among: The vertices that could be salient; None for all.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> crown = LabelledGraphs.of_intervals([BruhatInterval("1324", "3412")])
        >>> parts = SalientParts(trained=[crown.ranks == 1], untrained=[crown.ranks == 2])
        >>> len(parts.all), [mask.sum() for mask in parts.drawn(crown, "ranks", 2, seed=0)]
        (2, [np.int64(4), np.int64(4)])
    """

    trained: Sequence[NDArray[np.bool_]]
    untrained: Sequence[NDArray[np.bool_]]
    shuffled: Sequence[NDArray[np.bool_]] = ()
    among: NDArray[np.bool_] | None = None

    @property
    def all(self) -> list[NDArray[np.bool_]]:
        """All networks, in this order."""
        return [*self.trained, *self.untrained, *self.shuffled]

    def drawn(
        self, graphs: LabelledGraphs, keeping: Keeping, draws: int, seed: int
    ) -> Iterator[NDArray[np.bool_]]:
        """Random vertices in the place of each trained network's, `draws` for each in turn."""
        for network, own in enumerate(self.trained):
            yield from random_vertices(graphs, own, keeping, draws, seed + network, self.among)


@dataclass(frozen=True)
class Comparison:
    """The trained networks against one control.

    Attributes:
        control: A member of `CONTROLS`.
        values: The over-representation in each control network, or in some draws (their mean over
            the networks that they imitate).
        mean: Of all control networks or draws.
        difference: Trained less control.
        p_holm: Its p-value after Holm's correction.
    """

    control: str
    values: tuple[float, ...]
    mean: float
    difference: Difference
    p_holm: float

    @property
    def holds(self) -> bool:
        """Whether the trained networks differ from this control."""
        return self.p_holm < LEVEL

    @property
    def sign(self) -> int:
        """1 if there is more in the trained networks, -1 if less."""
        return 1 if self.difference.points.value > 0 else -1


@dataclass(frozen=True)
class TypeEvidence:
    """One edge type.

    Attributes:
        type: A member of `analysis.reflections.EDGE_TYPES`.
        salient_edges: How many salient edges of the first trained network have it.
        all_edges: How many edges of the dataset have it.
        share: Its share among all edges.
        networks: Its over-representation in each trained network.
        trained: Their mean, with Student's 95% interval; for one network its value with the
            bootstrap interval over intervals.
        comparisons: One for each control that is there.
        differs: Whether the trained networks differ from all decisive controls in one direction.
    """

    type: str
    salient_edges: int
    all_edges: int
    share: float
    networks: tuple[float, ...]
    trained: Estimate
    comparisons: tuple[Comparison, ...]
    differs: bool = field(init=False)

    def __post_init__(self) -> None:
        """Decides."""
        signs = {one.sign for one in self.decisive}
        differs = len(signs) == 1 and all(one.holds for one in self.decisive)
        object.__setattr__(self, "differs", differs)

    def against(self, control: str) -> Comparison | None:
        """The comparison with a control; None if it is not there."""
        return next((one for one in self.comparisons if one.control == control), None)

    @property
    def decisive(self) -> tuple[Comparison, ...]:
        """The comparisons that decide."""
        return tuple(one for one in self.comparisons if one.control in DECISIVE)


@dataclass(frozen=True)
class MapDifferences:
    """The trained networks less a control, reflection by reflection; float64[n, n] each.

    Attributes:
        points: The difference of over-representations.
        low: Lower end of its 95% interval.
        high: Upper end.
        effect: Hedges' g; NaN where there is no scatter to compare with.
        effect_low: Lower end of its 95% interval.
        effect_high: Upper end.
        p_holm: The p-value after Holm's correction over the reflections of this S_n.
    """

    points: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    effect: NDArray[np.float64]
    effect_low: NDArray[np.float64]
    effect_high: NDArray[np.float64]
    p_holm: NDArray[np.float64]


@dataclass(frozen=True)
class MapEvidence:
    """Every single reflection (i, j) of one S_n; arrays are [n, n], upper triangle.

    Attributes:
        n: The n of S_n.
        intervals: Number of intervals of S_n in the dataset.
        everything: int64, edges of these intervals.
        edges: For ``"trained"`` and each control float64, the mean number of salient edges.
        over: For the same the mean over-representation; NaN where it is not defined.
        against: For each control the differences from it; empty for one trained network, which has
            no scatter between trainings to test a single reflection against.
        p_holm: float64, the largest corrected p-value against the decisive controls; NaN where not
            all of them can be tested.
        differs: bool, whether all of them are small, in one direction.
    """

    n: int
    intervals: int
    everything: NDArray[np.int64]
    edges: dict[str, NDArray[np.float64]]
    over: dict[str, NDArray[np.float64]]
    against: dict[str, MapDifferences]
    p_holm: NDArray[np.float64]
    differs: NDArray[np.bool_]


@dataclass(frozen=True)
class CubeEvidence:
    """How many intervals hold a Boolean cube of some dimension, or more, in their salient part.

    Attributes:
        dimension: At least 2.
        trained: In each trained network.
        untrained: In each untrained network.
        shuffled: In each network that was trained on shuffled labels.
        random: In draws of random vertices of the same ranks, some in place of each trained
            network's.
    """

    dimension: int
    trained: tuple[int, ...]
    untrained: tuple[int, ...]
    shuffled: tuple[int, ...]
    random: tuple[int, ...]


@dataclass(frozen=True)
class Evidence:
    """What the salient parts hold.

    Attributes:
        types: One for each edge type.
        maps: One for each n in the dataset.
        cubes: For dimension 2, 3, ... as far as any salient part goes.
        networks: How many trained networks.
        edges: For ``"trained"``, ``"untrained"`` and ``"shuffled"`` the number of salient edges of
            each network; those with fewer than `FEWEST_EDGES` do not count.
        salient_nodes: Salient vertices of the first trained network.
        salient_edges: Edges among them.
        salient_intervals: Intervals with at least one salient vertex.
        near_ends: Share of vertices at most one rank from the bottom or the top: among all, among
            the salient ones of the trained networks, and of the untrained ones.
        free: For ``"ranks"``, ``"degrees"`` and ``"distances"`` the share of the random vertices
            that might have been others than the salient ones.
        draws: Draws of random vertices for each network.
        replicates: Bootstrap replicates, where there is one network.
    """

    types: tuple[TypeEvidence, ...]
    maps: tuple[MapEvidence, ...]
    cubes: tuple[CubeEvidence, ...]
    networks: int
    edges: dict[str, tuple[int, ...]]
    salient_nodes: int
    salient_edges: int
    salient_intervals: int
    near_ends: tuple[float, float, float]
    free: dict[str, float]
    draws: int
    replicates: int

    @property
    def usable(self) -> dict[str, int]:
        """How many networks of each kind count."""
        return {
            kind: sum(number >= FEWEST_EDGES for number in edges)
            for kind, edges in self.edges.items()
        }

    @property
    def is_enough(self) -> bool:
        """Whether enough networks count to conclude anything."""
        usable = self.usable
        return usable["trained"] >= min(2, self.networks) and usable["untrained"] >= 2
