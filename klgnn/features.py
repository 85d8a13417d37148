"""What a vertex of an unlabelled Bruhat graph knows about itself: the inputs of the networks.

Every feature is a function of the unlabelled graph: degrees, and the rank, which is the length of
the longest path from the bottom. None of them sees a permutation or a reflection. That a few such
numbers determine much is the point of the baselines; Deodhar's inequality (the out-degree of a
vertex is at least its distance to the top) is why the degree defect is among them.

Sources: Davies et al., Nature 600 (2021) for the degrees; Carrell (1994), Deodhar (1985) and Dyer
(1993) for degrees and P = 1; the well-fed set is this project's own choice.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from data_gen.graph import IntervalGraph
from klgnn.quotient.counts import count_names
from klgnn.quotient.vertices import vertex_counts

__all__ = ["FEATURE_NAMES", "node_features", "union_features"]

FEATURE_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "degrees": ("in_degree", "out_degree"),
        "centralities": ("in_degree_centrality", "out_degree_centrality"),
        "default": (
            "in_degree",
            "out_degree",
            "log_in_degree",
            "log_out_degree",
            "rank",
            "corank",
            "degree_defect",
            "bottom",
            "top",
            "length",
            "cover_in_degree",
            "cover_out_degree",
            "out_defect",
            "in_defect",
        ),
        "upper": ("corank", *count_names()),
    }
)
"""The named feature sets and the columns of each, in order."""


def node_features(
    ranks: ArrayLike, sources: ArrayLike, targets: ArrayLike, features: str = "default"
) -> NDArray[np.float32]:
    """Computes the features of every vertex of one interval.

    `degrees` are plain counts (the paper's words); `centralities` divide them by N - 1 (what the
    notebook of Davies et al. computes). `default` has degrees as counts over 10 and as log(1 + d),
    rank and corank over the length, the defects (in + out, out and in degree less the least that
    Deodhar's inequality allows, over 10), flags for bottom and top, the length over 10 and the
    degrees in the Hasse diagram over 10. `upper` is what the top-down network reads: the corank and
    plain counts inside [z, w], which depend on nothing below z (`klgnn.quotient.vertex_counts`).

    Args:
        ranks: Integers of shape [N], 0 at the bottom.
        sources: Integers of shape [E], the lower end of every edge.
        targets: Integers of shape [E], the upper end.
        features: A key of `FEATURE_NAMES`.

    Returns:
        float32 of shape [N, F], columns as in ``FEATURE_NAMES[features]``.

    Raises:
        ValueError: If `features` names no feature set.

    Example:
        >>> node_features([0, 1, 1, 2], [0, 0, 1, 2], [1, 2, 3, 3], "degrees")
        array([[0., 2.],
               [1., 1.],
               [1., 1.],
               [2., 0.]], dtype=float32)
    """
    ranks = np.asarray(ranks)
    return union_features(ranks, sources, targets, np.array([0, len(ranks)]), features)


def union_features(
    ranks: ArrayLike, sources: ArrayLike, targets: ArrayLike, offsets: ArrayLike, features: str
) -> NDArray[np.float32]:
    """Computes the features of many intervals at once, given as one disjoint union.

    Args:
        ranks: Integers of shape [N], each interval's own ranks one after the other.
        sources: Integers of shape [E], numbered in the union.
        targets: Integers of shape [E], numbered in the union.
        offsets: Integers of shape [G + 1]: interval g owns vertices offsets[g]..offsets[g + 1].
        features: A key of `FEATURE_NAMES`.

    Returns:
        float32 of shape [N, F].

    Raises:
        ValueError: If `features` names no feature set.

    Example:
        >>> union_features([0, 0, 1], [1], [2], [0, 1, 3], "degrees")[:, 0]
        array([0., 0., 1.], dtype=float32)
    """
    if features not in FEATURE_NAMES:
        raise ValueError(f"No feature set {features!r}; there are {', '.join(FEATURE_NAMES)}.")
    rank = np.asarray(ranks, dtype=np.float32)
    lower, upper = np.asarray(sources, dtype=np.int64), np.asarray(targets, dtype=np.int64)
    bounds = np.asarray(offsets, dtype=np.int64)
    if features == "upper":
        return _upper(np.asarray(ranks), lower, upper, bounds)
    sizes = np.diff(bounds)
    in_degree, out_degree = _counts(upper, len(rank)), _counts(lower, len(rank))
    if features == "degrees":
        return np.stack([in_degree, out_degree], axis=1)
    if features == "centralities":
        others = np.repeat(np.maximum(sizes - 1, 1), sizes).astype(np.float32)
        return np.stack([in_degree / others, out_degree / others], axis=1)
    covers = rank[upper] - rank[lower] == 1
    length = np.repeat(np.maximum.reduceat(rank, bounds[:-1]) if len(sizes) else rank, sizes)
    corank = length - rank
    span = np.maximum(length, 1)
    columns = [
        in_degree / 10,
        out_degree / 10,
        np.log1p(in_degree),
        np.log1p(out_degree),
        rank / span,
        corank / span,
        (in_degree + out_degree - length) / 10,
        rank == 0,
        corank == 0,
        length / 10,
        _counts(upper[covers], len(rank)) / 10,
        _counts(lower[covers], len(rank)) / 10,
        (out_degree - corank) / 10,
        (in_degree - rank) / 10,
    ]
    return np.stack(columns, axis=1).astype(np.float32)


def _upper(
    ranks: NDArray[np.integer],
    lower: NDArray[np.int64],
    upper: NDArray[np.int64],
    bounds: NDArray[np.int64],
) -> NDArray[np.float32]:
    out = np.empty((len(ranks), len(FEATURE_NAMES["upper"])), np.float32)
    order = np.argsort(lower, kind="stable")  # by graph, as vertices are numbered graph by graph
    lower, upper = lower[order], upper[order]
    edge_bounds = np.searchsorted(lower, bounds)
    for g in range(len(bounds) - 1):
        nodes = slice(bounds[g], bounds[g + 1])
        edges = slice(edge_bounds[g], edge_bounds[g + 1])
        graph = IntervalGraph(
            ranks[nodes].astype(np.int16),
            (lower[edges] - bounds[g]).astype(np.int32),
            (upper[edges] - bounds[g]).astype(np.int32),
        )
        out[nodes, 0] = graph.length - graph.ranks
        out[nodes, 1:] = vertex_counts(graph)
    return out


def _counts(vertices: NDArray[np.int64], number: int) -> NDArray[np.float32]:
    return np.bincount(vertices, minlength=number).astype(np.float32)
