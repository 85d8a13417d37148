"""The salient part that one would find without any learning.

Two controls stand beside every statistic of a trained network:

- untrained networks: the same architecture with fresh random weights, scored in the same way;
- random vertices of the same ranks: in every interval and at every rank as many vertices as the
  trained network has salient ones there, drawn at random.

What a trained network shares with them is no trace of what it learned.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from analysis.labelled import LabelledGraphs

__all__ = ["random_same_ranks"]


def random_same_ranks(
    graphs: LabelledGraphs, salient: NDArray[np.bool_], draws: int, seed: int
) -> Iterator[NDArray[np.bool_]]:
    """Draws random vertices, as many in each rank of each interval as are salient there.

    Args:
        graphs: The dataset's graphs; vertices of each are in the order of their ranks.
        salient: bool[V].
        draws: How many independent draws.
        seed: Same seed, same draws.

    Yields:
        bool[V], one draw.

    Example:
        >>> import numpy as np
        >>> crown = LabelledGraphs.from_graphs([(3, [0, 1, 1, 2], [0], [1], [1], [2])])
        >>> salient = np.array([True, True, False, False])
        >>> for draw in random_same_ranks(crown, salient, draws=1, seed=0):
        ...     print(draw[0], draw[1:3].sum(), draw[3])
        True 1 False
    """
    # Only intervals with a salient vertex matter: the rest of the dataset stays out of the sort.
    touched = np.zeros(graphs.num_graphs, dtype=np.bool_)
    touched[graphs.node_graph[salient]] = True
    nodes = np.flatnonzero(touched[graphs.node_graph])
    level = _levels(graphs, nodes)
    starts = np.searchsorted(level, np.arange(level[-1] + 1 if len(level) else 0))
    wanted = np.bincount(level[salient[nodes]], minlength=len(starts))
    place = np.arange(len(nodes)) - starts[level]
    rng = np.random.default_rng(seed)
    for _ in range(draws):
        shuffled = nodes[np.lexsort((rng.random(len(nodes)), level))]
        drawn = np.zeros(graphs.num_nodes, dtype=np.bool_)
        drawn[shuffled[place < wanted[level]]] = True
        yield drawn


def _levels(graphs: LabelledGraphs, nodes: NDArray[np.int64]) -> NDArray[np.int64]:
    """A number for each (interval, rank), ascending along the vertices, without gaps."""
    owner = graphs.node_graph[nodes]
    rank = graphs.ranks[nodes]
    changes = (np.diff(owner) != 0) | (np.diff(rank) != 0)
    return np.concatenate([[0], np.cumsum(changes)])[: len(nodes)].astype(np.int64)
