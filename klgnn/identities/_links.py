"""The classes one, two and three edges above each class; `klgnn.identities` has the notation."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data_gen.errors import UsageError
from data_gen.interval_batch import IntervalBatch, build_intervals
from data_gen.jit import kernel
from data_gen.progress import Progress, no_progress
from klgnn.quotient.kernels import edge_starts, name_vertices
from klgnn.quotient.quotient import Quotient
from klgnn.quotient.representatives import representatives

__all__ = ["FarLinks", "Links", "far_links", "near_links"]


class Links(NamedTuple):
    """What a sum over the classes above each class runs over.

    Attributes:
        ends: int64[C + 1]; class c has the entries ``ends[c] : ends[c + 1]``.
        target: int32[M], the upper class.
        weight: int64[M], how often it counts.
    """

    ends: NDArray[np.int64]
    target: NDArray[np.int32]
    weight: NDArray[np.int64]


class FarLinks(NamedTuple):
    """The classes two and three edges away.

    Attributes:
        links: Weights are sums of r_2 where the difference of coranks is even, of r_3 where odd.
        strange_cycles: How many flip cycles have another length than 4, 6, 8 or 10.
    """

    links: Links
    strange_cycles: int


def near_links(quotient: Quotient) -> Links:
    """The classes one edge away; weights are numbers of edges."""
    return Links(quotient.edge_ends, quotient.target, quotient.multiplicity.astype(np.int64))


def far_links(quotient: Quotient, progress: Progress | None = None) -> FarLinks:
    """Counts 2-paths and flip cycles from the bottom of one graph of every class.

    Raises:
        UsageError: If a class above another is missing.
        MemoryLimitError: If a graph does not fit into memory.
    """
    found = [np.empty((3, 0), np.int64)]
    strange = done = 0
    with (progress or no_progress)("paths of two and three edges") as report:
        for rows, xs, ws in representatives(quotient, np.arange(len(quotient))):
            entries, odd = _far_of_batch(quotient, rows, build_intervals(xs, ws))
            found.append(entries)
            strange += odd
            done += len(rows)
            report(done, len(quotient))
    source, target, weight = np.concatenate(found, axis=1)
    order = np.argsort(source, kind="stable")
    ends = np.searchsorted(source[order], np.arange(len(quotient) + 1))
    return FarLinks(Links(ends, target[order].astype(np.int32), weight[order]), strange)


def _far_of_batch(
    quotient: Quotient, rows: NDArray[np.int64], batch: IntervalBatch
) -> tuple[NDArray[np.int64], int]:
    """int64[3, M], rows of the lower class, the upper class and the weight; strange cycles."""
    names, weight, strange = _far_of_bottoms(
        batch.node_ends, batch.edge_ends, batch.ranks, batch.sources, batch.targets
    )
    far = np.flatnonzero(weight)
    source = np.repeat(rows, np.diff(batch.node_ends))[far]
    target = quotient.find(names[far])
    if (target < 0).any():
        c = int(source[np.argmin(target)])
        raise UsageError(
            f"a class above class {c} is missing from the quotient. Give one that was built with "
            "one max_nodes throughout."
        )
    keys, place = np.unique(source * len(quotient) + target, return_inverse=True)
    total = np.bincount(place, weight[far], len(keys)).astype(np.int64)
    return np.stack([keys // len(quotient), keys % len(quotient), total]), strange


@kernel
def _far_of_bottoms(
    node_ends: NDArray[np.int64],
    edge_ends: NDArray[np.int64],
    ranks: NDArray[np.int16],
    sources: NDArray[np.int32],
    targets: NDArray[np.int32],
) -> tuple[NDArray[np.uint64], NDArray[np.int64], int]:
    """For the bottom of every graph of a batch.

    Returns:
        uint64[N, 2], the names of all vertices; int64[N], r_2 or r_3 from the bottom to each (the
        difference of ranks is even or odd, so never both); how many flip cycles are strange.
    """
    names, weight, strange = np.empty((len(ranks), 2), np.uint64), np.empty(len(ranks), np.int64), 0
    for g in range(len(node_ends) - 1):
        nodes = slice(node_ends[g], node_ends[g + 1])
        edges = slice(edge_ends[g], edge_ends[g + 1])
        names[nodes] = name_vertices(ranks[nodes], sources[edges], targets[edges])
        strange += _far_of_bottom(sources[edges], targets[edges], weight[nodes])
    return names, weight, strange


@kernel
def _far_of_bottom(
    sources: NDArray[np.int32], targets: NDArray[np.int32], weight: NDArray[np.int64]
) -> int:
    """Writes r_2 or r_3 from vertex 0 to each vertex; returns how many flip cycles are strange."""
    n = len(weight)
    ends = edge_starts(n, sources)
    first, second = _middles_of_two_paths(ends, targets)
    strange = 0
    for v in range(n):
        weight[v] = 1 if first[v, 0] >= 0 else 0
    seen = np.zeros(second.shape, np.bool_)
    for i in range(len(second)):
        for a in range(n):
            for j in range(2):
                if second[i, a, j] < 0 or seen[i, a, j]:
                    continue
                length = _walk_cycle(i, a, j, first, second, seen)
                strange += length not in (4, 6, 8, 10)
                weight[a] += 2 if length == 10 else 1
    return strange


@kernel
def _middles_of_two_paths(
    ends: NDArray[np.int64], targets: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The two middles of every 2-path from vertex 0, and from each of its upper neighbours.

    Middles are int32[N, 2] for vertex 0, as numbers i of its edges, and int32[degree, N, 2] for the
    i-th upper neighbour, as vertices; -1 where there is no path.
    """
    n, degree = len(ends) - 1, ends[1]
    first = np.full((n, 2), -1, np.int32)
    second = np.full((degree, n, 2), -1, np.int32)
    for i in range(degree):
        b = targets[i]
        for e in range(ends[b], ends[b + 1]):
            c = targets[e]
            first[c, 1 if first[c, 0] >= 0 else 0] = i
            for f in range(ends[c], ends[c + 1]):
                a = targets[f]
                second[i, a, 1 if second[i, a, 0] >= 0 else 0] = c
    return first, second


@kernel
def _walk_cycle(
    i: int,
    a: int,
    side: int,
    first: NDArray[np.int32],
    second: NDArray[np.int32],
    seen: NDArray[np.bool_],
) -> int:
    """Marks the flip cycle of the 3-path over edge i of vertex 0 and a middle; its length."""
    length = 0
    while not seen[i, a, side]:
        seen[i, a, side] = True
        c = second[i, a, side]
        i = first[c, 1] if first[c, 0] == i else first[c, 0]  # the other first inner vertex
        side = 0 if second[i, a, 0] == c else 1
        seen[i, a, side] = True
        side = 1 - side  # the other second inner vertex
        length += 2
    return length
