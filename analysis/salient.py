"""The salient part of a dataset: the vertices with the highest scores, and the edges among them.

As in Davies and others (Nature 600, 2021) the threshold is one percentile over the vertices of all
graphs together, so a graph may have many salient vertices or none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from analysis.choices import check_percentile
from analysis.labelled import LabelledGraphs
from data_gen.errors import UsageError

__all__ = ["SalientNodes", "check_percentile", "connected_parts", "salient_nodes"]


@dataclass(frozen=True)
class SalientNodes:
    """The vertices above a percentile.

    Attributes:
        mask: bool[V], true at the salient vertices.
        percentile: The percentile that was asked for.
        threshold: The score that a salient vertex exceeds.

    Example:
        Five of ten vertices tie at the threshold, and are left out.

        >>> found = salient_nodes(np.array([1.0] * 4 + [2.0] * 5 + [3.0]), percentile=50)
        >>> found.count, found.threshold
        (1, 2.0)
    """

    mask: NDArray[np.bool_]
    percentile: float
    threshold: float

    @property
    def count(self) -> int:
        """Number of salient vertices."""
        return int(np.count_nonzero(self.mask))


def salient_nodes(
    scores: NDArray[np.floating],
    percentile: float = 99.0,
    among: NDArray[np.bool_] | None = None,
) -> SalientNodes:
    """Takes the vertices whose score exceeds a percentile of all scores.

    A vertex with score zero is never salient, and ties with the threshold are left out, so there
    may be fewer vertices than the percentile promises, never more.

    Args:
        scores: float[V], not negative, the vertices of all graphs together.
        percentile: At least 0 and below 100.
        among: bool[V], the vertices that are ranked; all if None. The rest is never salient.

    Returns:
        The salient vertices.

    Raises:
        UsageError: If the percentile is out of range, or a score is not finite.

    Example:
        >>> import numpy as np
        >>> found = salient_nodes(np.arange(200.0), percentile=99)
        >>> np.flatnonzero(found.mask).tolist()
        [198, 199]
    """
    check_percentile(percentile)
    if not np.isfinite(scores).all():
        raise UsageError("Some vertex scores are not finite; the network's weights may be broken.")
    ranked = scores if among is None else scores[among]
    # "lower" takes a score that occurs, so the result does not hang on rounding.
    threshold = float(np.percentile(ranked, percentile, method="lower")) if len(ranked) else 0.0
    mask = scores > max(threshold, 0.0)
    if among is not None:
        mask &= among
    return SalientNodes(mask=mask, percentile=percentile, threshold=threshold)


def connected_parts(graphs: LabelledGraphs, nodes: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The connected parts of the graph that salient vertices induce, direction left aside.

    Args:
        graphs: The dataset's graphs.
        nodes: bool[V], the salient vertices.

    Returns:
        int64[P], how many vertices each part has, the largest first.

    Example:
        >>> import numpy as np
        >>> path = LabelledGraphs.from_graphs([(3, [0, 1, 2], [0, 1], [1, 2], [1, 2], [2, 3])])
        >>> connected_parts(path, np.array([True, False, True])).tolist()
        [1, 1]
    """
    kept = np.flatnonzero(nodes)
    edges = graphs.induced_edges(nodes)
    place = np.cumsum(nodes) - 1
    ends = place[graphs.sources[edges]], place[graphs.targets[edges]]
    links = coo_array((np.ones(len(ends[0]), np.int8), ends), shape=(len(kept), len(kept)))
    number, part = connected_components(links, directed=False)
    return np.sort(np.bincount(part, minlength=number))[::-1].astype(np.int64)
