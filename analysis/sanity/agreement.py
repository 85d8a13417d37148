"""Whether two attributions point at the same vertices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from analysis.labelled import LabelledGraphs
from analysis.statistics import mean_known

__all__ = ["Agreement", "Scored", "agreements", "rank_correlation"]


@dataclass(frozen=True, eq=False)
class Scored:
    """What one attribution of one network says.

    Attributes:
        scores: float[V].
        salient: bool[V].
    """

    scores: NDArray[np.floating]
    salient: NDArray[np.bool_]


@dataclass(frozen=True)
class Agreement:
    """How far the members of one group, or of two, point at the same vertices.

    Attributes:
        first: A group of networks, or a method.
        second: Another, or the same.
        pairs: How many pairs were compared.
        overlap: Salient vertices in common over those of either (Jaccard), mean over pairs; pairs
            without a salient vertex do not count.
        correlation: Spearman's correlation of the scores of the vertices of an interval, mean over
            intervals of more than two vertices and over pairs. NaN, like the overlap, if there is
            nothing to compare.
        chance_overlap: The overlap of the second with random vertices of the same ranks in the
            place of the first: their expected number in common over the rest of either.
        chance_correlation: The expected correlation if the scores of the first were shuffled within
            the ranks of each interval: what the rank of a vertex explains.

    Example:
        Two networks that point at one atom each of [1324, 3412], not the same:

        >>> from data_gen.intervals import BruhatInterval
        >>> graphs = LabelledGraphs.of_intervals([BruhatInterval("1324", "3412")])
        >>> one, other = (Scored(np.eye(10)[k], np.eye(10)[k] > 0) for k in (1, 2))
        >>> found = agreements(graphs, {"trained": [one], "untrained": [other]})[0]
        >>> found.first, found.second, found.pairs
        ('trained', 'untrained', 1)
        >>> found.overlap, round(found.chance_overlap, 2), round(found.correlation, 2)
        (0.0, 0.14, -0.11)
    """

    first: str
    second: str
    pairs: int
    overlap: float
    correlation: float
    chance_overlap: float
    chance_correlation: float


def agreements(
    graphs: LabelledGraphs,
    groups: dict[str, Sequence[Scored]],
    most_pairs: int = 15,
    among: NDArray[np.bool_] | None = None,
) -> tuple[Agreement, ...]:
    """Compares groups with themselves and with each other.

    Args:
        graphs: The graphs that the scores belong to.
        groups: The members of each group; in a group of one there is no pair.
        most_pairs: So many pairs of two groups are compared, spread evenly over all pairs.
        among: bool[V], the vertices that could be salient; all if None.

    Example:
        >>> import numpy as np
        >>> graphs = LabelledGraphs.from_graphs([(3, [0, 1, 1, 2], [0], [1], [1], [2])])
        >>> one = Scored(np.array([3.0, 2, 1, 0]), np.array([True, True, False, False]))
        >>> found = agreements(graphs, {"trained": [one, one]})[0]
        >>> found.overlap, round(found.chance_overlap, 2), round(found.chance_correlation, 2)
        (1.0, 0.6, 0.9)
    """
    ranked = {
        name: [_Ranked.of(graphs, one, among) for one in members]
        for name, members in groups.items()
    }
    found = []
    names = list(groups)
    for first, second in [(a, b) for k, a in enumerate(names) for b in names[k:]]:
        if first == second:
            pairs = list(combinations(ranked[first], 2))
        else:
            pairs = list(product(ranked[first], ranked[second]))
        if not pairs:
            continue
        chosen = pairs[:: max(1, len(pairs) // most_pairs)][:most_pairs]
        found.append(
            Agreement(
                first,
                second,
                len(chosen),
                *mean_known(np.array([_compared(graphs, *pair) for pair in chosen]), 0).tolist(),
            )
        )
    return tuple(found)


def rank_correlation(
    graphs: LabelledGraphs, first: NDArray[np.floating], second: NDArray[np.floating]
) -> float:
    """Spearman's correlation within intervals, mean over intervals of more than two vertices.

    Intervals in which one of the two is constant do not count; NaN if there is no other.

    Args:
        graphs: The graphs that the scores belong to.
        first: float[V].
        second: float[V].

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> graphs = LabelledGraphs.of_intervals([BruhatInterval("123", "321")])
        >>> scores = np.array([5.0, 4, 3, 2, 1, 0])
        >>> round(rank_correlation(graphs, scores, -scores), 2)
        -1.0
        >>> round(rank_correlation(graphs, scores, graphs.ranks.astype(float)), 2)
        -0.97
    """
    return _correlation(graphs, _ranks_within(graphs, first), _ranks_within(graphs, second))


@dataclass(frozen=True, eq=False)
class _Ranked:
    """One member, and what is expected of it when it is shuffled within ranks.

    Attributes:
        places: float64[V], the ranks of its scores within their interval, centred at 0.
        salient: bool[V].
        mean_places: float64[V], the mean of `places` over the vertex's rank of its interval.
        rate: float64[V], the chance that the vertex is drawn instead of a salient one.
    """

    places: NDArray[np.float64]
    salient: NDArray[np.bool_]
    mean_places: NDArray[np.float64]
    rate: NDArray[np.float64]

    @classmethod
    def of(cls, graphs: LabelledGraphs, one: Scored, among: NDArray[np.bool_] | None) -> _Ranked:
        level = graphs.levels
        places = _ranks_within(graphs, one.scores)
        means = np.bincount(level, places) / np.maximum(1, np.bincount(level))
        could = np.ones(graphs.num_nodes, np.bool_) if among is None else among
        rate = np.bincount(level, one.salient) / np.maximum(1, np.bincount(level, could))
        return cls(places, one.salient, means[level], np.where(could, rate[level], 0.0))


def _compared(graphs: LabelledGraphs, first: _Ranked, second: _Ranked) -> tuple[float, ...]:
    """Overlap and correlation, and both by chance."""
    common = float(np.count_nonzero(first.salient & second.salient))
    both = float(first.salient.sum() + second.salient.sum())
    drawn = float(first.rate[second.salient].sum())
    return (
        common / (both - common) if both else float("nan"),
        _correlation(graphs, first.places, second.places),
        drawn / (both - drawn) if both else float("nan"),
        _correlation(graphs, first.places, second.places, first.mean_places),
    )


def _ranks_within(graphs: LabelledGraphs, scores: NDArray[np.floating]) -> NDArray[np.float64]:
    """Mean ranks within each interval, centred at 0."""
    order = np.lexsort((scores, graphs.node_graph))
    owner, sorted_scores = graphs.node_graph[order], scores[order]
    new = np.concatenate([[True], (np.diff(owner) != 0) | (np.diff(sorted_scores) != 0)])
    group = np.cumsum(new) - 1
    place = np.arange(len(order), dtype=np.float64)
    mean = np.bincount(group, place) / np.bincount(group) if len(order) else place
    ranks = np.empty(len(order))
    ranks[order] = mean[group]
    middle = (graphs.node_offsets[:-1] + graphs.node_offsets[1:] - 1) / 2
    return ranks - middle[graphs.node_graph]


def _correlation(
    graphs: LabelledGraphs,
    first: NDArray[np.float64],
    second: NDArray[np.float64],
    instead: NDArray[np.float64] | None = None,
) -> float:
    """Mean over intervals; the product may be with something else instead of `first`."""

    def summed(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(graphs.node_graph, values, graphs.num_graphs).astype(np.float64)

    size = np.sqrt(summed(first**2) * summed(second**2))
    counts = (size > 0) & (np.diff(graphs.node_offsets) > 2)
    if not counts.any():
        return float("nan")
    product = summed((first if instead is None else instead) * second)
    return float(np.mean(product[counts] / size[counts]))
