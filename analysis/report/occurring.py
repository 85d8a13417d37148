"""What a report says of motifs and of intervals inside the salient part.

Over several trainings they are tested against all controls (`analysis.occurrences`). For one
training the test is against random vertices alone (`analysis.enrichment`), and the means of the
control networks stand beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.controls import random_vertices
from analysis.enrichment import Enrichment
from analysis.evidence import SalientParts
from analysis.interval_classes import IntervalClass
from analysis.labelled import LabelledGraphs
from analysis.motifs import count_motifs, find_motifs, patterns
from analysis.occurrences import OccurrenceEvidence, salient_and_drawn, weigh_occurrences
from analysis.report.findings import OccurrenceLine, Occurrences
from analysis.statistics import mean_known
from analysis.subintervals import (
    count_subintervals,
    enriched_subintervals,
    longest_subintervals,
)

__all__ = ["occurring_motifs", "occurring_subintervals"]

_DRAWS, _MOTIF_DRAWS, _SUBINTERVAL_DRAWS = 20, 2000, 200
_MOST_MOTIFS, _MOST_SUBINTERVALS = 15, 12

_Mask = NDArray[np.bool_]


def occurring_motifs(graphs: LabelledGraphs, parts: SalientParts, seed: int = 0) -> Occurrences:
    """Motifs in the salient parts; the arguments are those of `salient_and_drawn`.

    Example:
        A diamond at the bottom of each of five 4-crowns in three trained networks, all four atoms
        in three untrained ones.

        >>> from data_gen.intervals import BruhatInterval
        >>> crowns = LabelledGraphs.of_intervals([BruhatInterval("1324", "3412")] * 5)
        >>> diamonds = np.tile(np.isin(np.arange(10), [0, 1, 2, 5]), 5)
        >>> parts = SalientParts([diamonds] * 3, [crowns.ranks < 2] * 3)
        >>> found = occurring_motifs(crowns, parts)
        >>> found.compared, found.differing
        (8, ('edge: simple', 'edge', 'edge: cover'))
        >>> first = found.lines[0]
        >>> first.name, first.count, round(first.ratio.value, 2), first.others["untrained"]
        ('edge: simple', 15.0, 1.66, 1.0)
    """
    if len(parts.trained) > 1:
        counts = count_motifs(graphs, salient_and_drawn(graphs, parts, _DRAWS, seed))
        found = weigh_occurrences(counts, parts, _DRAWS)
        return _over_trainings(found, [one.title for one in patterns()], _MOST_MOTIFS)

    def enriched(mask: _Mask, draws: Iterable[_Mask]) -> dict[str, Enrichment]:
        return {one.pattern.title: one.enrichment for one in find_motifs(graphs, mask, draws)}

    return _of_one(graphs, parts, enriched, (_MOTIF_DRAWS, _MOST_MOTIFS), seed)


def occurring_subintervals(
    graphs: LabelledGraphs, parts: SalientParts, seed: int = 0
) -> Occurrences:
    """Intervals with all vertices in the salient parts; arguments as in `occurring_motifs`.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> crowns = LabelledGraphs.of_intervals([BruhatInterval("1324", "3412")] * 9)
        >>> diamonds = np.tile(np.isin(np.arange(10), [0, 1, 2, 5]), 9)
        >>> parts = SalientParts([diamonds] * 3, [crowns.ranks < 2] * 3)
        >>> for line in occurring_subintervals(crowns, parts).lines:
        ...     print(line.name, line.count, round(line.expected, 1))
        edge [12,21], length 1, 2 elements 36.0 26.8
    """
    longest = longest_subintervals(graphs, parts.all)
    if len(parts.trained) > 1:
        masks = salient_and_drawn(graphs, parts, _DRAWS, seed)
        counts, classes = count_subintervals(graphs, masks, longest)
        names = [_class_name(one) for one in classes]
        found = weigh_occurrences(counts, parts, _DRAWS)
        return _over_trainings(found, names, _MOST_SUBINTERVALS)

    def enriched(mask: _Mask, draws: Iterable[_Mask]) -> dict[str, Enrichment]:
        found = enriched_subintervals(graphs, mask, draws, longest)
        return {_class_name(one.interval): one.enrichment for one in found}

    return _of_one(graphs, parts, enriched, (_SUBINTERVAL_DRAWS, _MOST_SUBINTERVALS), seed)


def _class_name(one: IntervalClass) -> str:
    return f"{one.title}, length {one.length}, {one.num_nodes} elements"


def _over_trainings(
    found: Sequence[OccurrenceEvidence], names: Sequence[str], most: int
) -> Occurrences:
    def ratios(one: OccurrenceEvidence) -> dict[str, float]:
        kinds = {"untrained": one.untrained, "shuffled": one.shuffled}
        return {
            kind: float(2 ** mean_known(np.array(values)))
            for kind, values in kinds.items()
            if values
        }

    return Occurrences(
        lines=tuple(
            OccurrenceLine(
                name=names[one.kind],
                count=one.count,
                expected=one.expected,
                ratio=one.ratio,
                others=ratios(one),
                p_holm=one.p_holm,
                differs=one.differs,
            )
            for one in found[:most]
        ),
        compared=len(found),
        differing=tuple(names[one.kind] for one in found if one.differs),
        draws=_DRAWS,
    )


def _of_one(
    graphs: LabelledGraphs,
    parts: SalientParts,
    enriched: Callable[[_Mask, Iterable[_Mask]], dict[str, Enrichment]],
    draws_and_most: tuple[int, int],
    seed: int,
) -> Occurrences:
    def beside(mask: _Mask, draws: int) -> dict[str, Enrichment]:
        return enriched(mask, random_vertices(graphs, mask, "ranks", draws, seed, parts.among))

    draws, most = draws_and_most
    own = beside(parts.trained[0], draws)
    others = {
        kind: [beside(mask, _DRAWS) for mask in masks]
        for kind, masks in (("untrained", parts.untrained), ("shuffled", parts.shuffled))
        if len(masks)
    }

    def ratios(name: str) -> dict[str, float]:
        found: dict[str, Any] = {
            kind: [one[name].ratio.value for one in members if name in one]
            for kind, members in others.items()
        }
        return {kind: float(mean_known(np.array(values))) for kind, values in found.items()}

    return Occurrences(
        lines=tuple(
            OccurrenceLine(
                name=name,
                count=one.count,
                expected=one.expected,
                ratio=one.ratio,
                others=ratios(name),
                p_holm=one.p_holm,
                differs=False,
            )
            for name, one in list(own.items())[:most]
        ),
        compared=len(own),
        differing=(),
        draws=draws,
    )
