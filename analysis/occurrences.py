"""Whether small things occur more often in the salient parts of trained networks than of controls.

What is counted, motifs or intervals inside, is counted in the salient part of every network and in
random vertices of the same ranks in its place. The statistic of a network is log2 of its count over
the mean count of its own draws (half an occurrence added to both, so that none is a number too).
Trained networks are then compared with untrained ones, with those on shuffled labels, and with
random vertices in their places that keep ranks, or degrees or distances as well. For one network
alone `analysis.enrichment` has the test against draws.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.controls import Keeping, random_vertices
from analysis.evidence import LEVEL, SalientParts
from analysis.labelled import LabelledGraphs
from analysis.statistics import (
    Difference,
    Estimate,
    against_controls,
    mean_of_networks,
)

__all__ = ["OccurrenceEvidence", "salient_and_drawn", "weigh_occurrences"]

_HALF = 0.5
_KEPT: tuple[Keeping, ...] = ("ranks", "degrees", "distances")


@dataclass(frozen=True)
class OccurrenceEvidence:
    """One thing that is counted.

    Attributes:
        kind: Its place among all that were counted.
        count: Mean count over the trained networks.
        expected: Mean count over the draws in their places.
        networks: The statistic of each trained network, log2 of count over expected.
        trained: Their mean with Student's 95% interval.
        untrained: The statistic of each untrained network.
        shuffled: That of each network that was trained on shuffled labels.
        from_untrained: Trained less untrained.
        from_shuffled: Trained less shuffled; None if there are none.
        from_drawn: Trained less random vertices, by what these keep: ``"ranks"``, ``"degrees"``,
            ``"distances"``.
        p_holm: The largest p-value of these, each after Holm's correction over all that is
            compared.
    """

    kind: int
    count: float
    expected: float
    networks: tuple[float, ...]
    trained: Estimate
    untrained: tuple[float, ...]
    shuffled: tuple[float, ...]
    from_untrained: Difference
    from_shuffled: Difference | None
    from_drawn: dict[str, Difference]
    p_holm: float

    @property
    def ratio(self) -> Estimate:
        """Count over expected: the mean of `networks` and its interval, without the logarithm."""
        log = self.trained
        return Estimate(2**log.value, 2**log.low, 2**log.high)

    @property
    def differs(self) -> bool:
        """Whether trained networks differ from all controls, in one direction."""
        found = [self.from_untrained, *self.from_drawn.values()]
        found += [self.from_shuffled] if self.from_shuffled else []
        return bool(self.p_holm < LEVEL) and len({one.points.value > 0 for one in found}) == 1


def salient_and_drawn(
    graphs: LabelledGraphs, parts: SalientParts, draws: int = 20, seed: int = 0
) -> Iterator[NDArray[np.bool_]]:
    """What has to be counted in: salient parts, and random vertices in their places.

    First the salient part of each network, followed by its draws of the same ranks; then the draws
    for each trained network that keep degrees, and those that keep distances.

    Args:
        graphs: The dataset's graphs.
        parts: The salient vertices of all networks.
        draws: How many draws in the place of each network.
        seed: Of the draws.

    Yields:
        bool[V].
    """
    first, *others = _KEPT
    for network, own in enumerate(parts.all):
        yield own
        yield from random_vertices(graphs, own, first, draws, seed + network, parts.among)
    for keeping in others:
        yield from parts.drawn(graphs, keeping, draws, seed)


def weigh_occurrences(
    counts: NDArray[np.int64], parts: SalientParts, draws: int = 20, fewest: float = 5.0
) -> tuple[OccurrenceEvidence, ...]:
    """Compares what was counted in all salient parts and draws.

    Args:
        counts: int64[masks, M], rows as of `salient_and_drawn`.
        parts: The networks, at least two of them trained.
        draws: As given to `salient_and_drawn`.
        fewest: What has a smaller mean count, over all salient parts and draws of the same ranks,
            is left out before any test; that choice does not tell one of them from another.

    Returns:
        One for each that is left, those that differ first, then by the lower end of the ratio.

    Example:
        A diamond at the bottom of each of five 4-crowns in the trained networks, all four atoms in
        the untrained ones. Simple edges stand out; two trainings do not establish it, three do.

        >>> from analysis.motifs import count_motifs, patterns
        >>> from data_gen.intervals import BruhatInterval
        >>> crowns = LabelledGraphs.of_intervals([BruhatInterval("1324", "3412")] * 5)
        >>> diamonds = np.tile(np.isin(np.arange(10), [0, 1, 2, 5]), 5)
        >>> for networks in (2, 3):
        ...     parts = SalientParts([diamonds] * networks, [crowns.ranks < 2] * networks)
        ...     counts = count_motifs(crowns, salient_and_drawn(crowns, parts))
        ...     first = weigh_occurrences(counts, parts)[0]  # an OccurrenceEvidence
        ...     print(patterns()[first.kind].title, first.count, first.expected, first.differs)
        edge: simple 15.0 8.75 False
        edge: simple 15.0 8.866666666666667 True
    """
    rows, kinds = len(parts.all) * (1 + draws), counts.shape[1]
    more = counts[rows:].reshape(len(_KEPT) - 1, len(parts.trained), draws, kinds)
    counts = counts[:rows].reshape(len(parts.all), 1 + draws, kinds)
    kept = np.flatnonzero(counts.mean(axis=(0, 1)) >= fewest)
    counts, more = counts[:, :, kept], more[:, :, :, kept]
    expected = counts[:, 1:].mean(axis=1)
    usual = np.log2(expected + _HALF)[:, None]
    logs = np.log2(counts + _HALF) - usual
    first = len(parts.trained)
    second = first + len(parts.untrained)
    trained, untrained, shuffled = logs[:first, 0], logs[first:second, 0], logs[second:, 0]
    drawn = [logs[:first, 1:], *(np.log2(more + _HALF) - usual[:first])]
    tested, p_holm = against_controls(
        trained,
        {"untrained": untrained, "shuffled": shuffled},
        dict(zip(_KEPT, drawn, strict=True)),
    )
    found = [
        OccurrenceEvidence(
            kind=int(kind),
            count=float(counts[:first, 0, k].mean()),
            expected=float(expected[:first, k].mean()),
            networks=tuple(trained[:, k].tolist()),
            trained=mean_of_networks(trained[:, k]),
            untrained=tuple(untrained[:, k].tolist()),
            shuffled=tuple(shuffled[:, k].tolist()),
            from_untrained=tested["untrained"][k],
            from_shuffled=tested["shuffled"][k] if "shuffled" in tested else None,
            from_drawn={keeping: tested[keeping][k] for keeping in _KEPT},
            p_holm=float(p_holm[k]),
        )
        for k, kind in enumerate(kept)
    ]
    return tuple(sorted(found, key=lambda one: (not one.differs, -one.trained.low)))
