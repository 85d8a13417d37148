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
    """

    first: str
    second: str
    pairs: int
    overlap: float
    correlation: float


def agreements(
    graphs: LabelledGraphs, groups: dict[str, Sequence[Scored]], most_pairs: int = 15
) -> tuple[Agreement, ...]:
    """Compares groups with themselves and with each other.

    Args:
        graphs: The graphs that the scores belong to.
        groups: The members of each group; in a group of one there is no pair.
        most_pairs: So many pairs of two groups are compared, spread evenly over all pairs.

    Example:
        >>> import numpy as np
        >>> graphs = LabelledGraphs.from_graphs([(3, [0, 1, 1, 2], [0], [1], [1], [2])])
        >>> one = Scored(np.array([3.0, 2, 1, 0]), np.array([True, True, False, False]))
        >>> agreements(graphs, {"trained": [one, one]})[0].overlap
        1.0
    """
    ranked = {
        name: [(_ranks_within(graphs, one.scores), one.salient) for one in members]
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
                float(mean_known(np.array([_overlap(a[1], b[1]) for a, b in chosen]))),
                float(mean_known(np.array([_correlation(graphs, a[0], b[0]) for a, b in chosen]))),
            )
        )
    return tuple(found)


def rank_correlation(
    graphs: LabelledGraphs, first: NDArray[np.floating], second: NDArray[np.floating]
) -> float:
    """Spearman's correlation within intervals, mean over intervals of more than two vertices.

    Intervals in which one of the two is constant do not count; NaN if there is no other.
    """
    return _correlation(graphs, _ranks_within(graphs, first), _ranks_within(graphs, second))


def _overlap(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> float:
    either = int(np.count_nonzero(first | second))
    return int(np.count_nonzero(first & second)) / either if either else float("nan")


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
    graphs: LabelledGraphs, first: NDArray[np.float64], second: NDArray[np.float64]
) -> float:
    def summed(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(graphs.node_graph, values, graphs.num_graphs).astype(np.float64)

    size = np.sqrt(summed(first**2) * summed(second**2))
    counts = (size > 0) & (np.diff(graphs.node_offsets) > 2)
    if not counts.any():
        return float("nan")
    return float(np.mean(summed(first * second)[counts] / size[counts]))
