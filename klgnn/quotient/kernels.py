"""Compiled loops behind `klgnn.quotient`; see there for what a name is and what it is good for.

Every kernel takes the graph of one interval or several in the order of `data_gen.interval_batch`:
vertices by rank, edges by source. Walking the vertices backwards then meets every upper end before
its lower end.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data_gen.jit import kernel
from klgnn.quotient.counts import DEFECTS, CountLayout, count_columns

__all__ = [
    "LEFT_OUT",
    "Store",
    "class_vertices",
    "count_vertices",
    "edge_starts",
    "find_names",
    "name_vertices",
    "new_store",
]

# Odd constants of splitmix64 and of xxHash; any change of them, or of `_name`, renames all classes.
_A = np.uint64(0x9E3779B97F4A7C15)
_B = np.uint64(0xC2B2AE3D27D4EB4F)
_C1 = np.uint64(0xBF58476D1CE4E5B9)
_C2 = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31 = np.uint64(30), np.uint64(27), np.uint64(31)

_EMPTY, _TOO_LARGE = -1, -2

LEFT_OUT = -1
"""The class of a vertex whose upper interval has too many elements."""


class Store(NamedTuple):
    """The classes met so far, in arrays with room for more.

    Attributes:
        keys: uint64[H, 2], a hash table of names: open addressing by the first word.
        slots: int32[H], the class of a name; -1 where the cell is empty, -2 where the class has too
            many elements to be kept.
        number: int64[3], how many classes, edges and names of too large classes there are.
        names: uint64[C, 2].
        first: int64[C, 2], where a class was met first: the graph and the vertex.
        corank: int16[C].
        size: int32[C], the number of elements.
        counts: int32[C, F], see `_count_above`.
        edge_ends: int64[C + 1]; class c has the edges ``edge_ends[c] : edge_ends[c + 1]``.
        edges: int32[M, 3]: upper class, length, multiplicity.
    """

    keys: NDArray[np.uint64]
    slots: NDArray[np.int32]
    number: NDArray[np.int64]
    names: NDArray[np.uint64]
    first: NDArray[np.int64]
    corank: NDArray[np.int16]
    size: NDArray[np.int32]
    counts: NDArray[np.int32]
    edge_ends: NDArray[np.int64]
    edges: NDArray[np.int32]


def new_store(classes: int, edges: int, layout: CountLayout, old: Store | None = None) -> Store:
    """Room for some classes and edges; what an older store holds is copied."""
    cells = 1 << (max(64, 4 * classes) - 1).bit_length()
    store = Store(
        np.zeros((cells, 2), np.uint64),
        np.full(cells, _EMPTY, np.int32),
        np.zeros(3, np.int64),
        np.zeros((classes, 2), np.uint64),
        np.zeros((classes, 2), np.int64),
        np.zeros(classes, np.int16),
        np.zeros(classes, np.int32),
        np.zeros((classes, count_columns(layout)), np.int32),
        np.zeros(classes + 1, np.int64),
        np.zeros((edges, 3), np.int32),
    )
    if old is not None:
        c, m, _ = old.number.tolist()
        store.number[:] = old.number
        for mine, theirs in (
            (store.names, old.names),
            (store.first, old.first),
            (store.corank, old.corank),
            (store.size, old.size),
            (store.counts, old.counts),
        ):
            mine[:c] = theirs[:c]
        store.edge_ends[: c + 1] = old.edge_ends[: c + 1]
        store.edges[:m] = old.edges[:m]
        _rehash(old.keys, old.slots, store.keys, store.slots)
    return store


@kernel
def _rehash(
    old_keys: NDArray[np.uint64],
    old_slots: NDArray[np.int32],
    keys: NDArray[np.uint64],
    slots: NDArray[np.int32],
) -> None:
    for cell in range(len(old_slots)):
        if old_slots[cell] != _EMPTY:
            place = _find(keys, slots, old_keys[cell, 0], old_keys[cell, 1])
            keys[place, 0], keys[place, 1] = old_keys[cell, 0], old_keys[cell, 1]
            slots[place] = old_slots[cell]


@kernel
def _find(
    keys: NDArray[np.uint64], slots: NDArray[np.int32], one: np.uint64, two: np.uint64
) -> np.int64:
    """The cell of a name, or the empty cell where it belongs."""
    mask = np.uint64(len(slots) - 1)
    place = one & mask
    while slots[np.int64(place)] != _EMPTY:
        if keys[np.int64(place), 0] == one and keys[np.int64(place), 1] == two:
            break
        place = (place + np.uint64(1)) & mask
    return np.int64(place)


@kernel
def find_names(mine: NDArray[np.uint64], wanted: NDArray[np.uint64]) -> NDArray[np.int32]:
    """int32[K], where each row of `wanted` stands among the different rows of `mine`; or -1."""
    cells = 64
    while cells < 4 * len(mine):
        cells *= 2
    keys, slots = np.zeros((cells, 2), np.uint64), np.full(cells, _EMPTY, np.int32)
    for c in range(len(mine)):
        place = _find(keys, slots, mine[c, 0], mine[c, 1])
        keys[place], slots[place] = mine[c], c
    out = np.empty(len(wanted), np.int32)
    for i in range(len(wanted)):
        out[i] = slots[_find(keys, slots, wanted[i, 0], wanted[i, 1])]
    return out


@kernel
def _mix(value: np.uint64) -> np.uint64:
    """A bijection of the 64-bit words that scatters them (the end of splitmix64)."""
    value = (value ^ (value >> _S30)) * _C1
    value = (value ^ (value >> _S27)) * _C2
    return value ^ (value >> _S31)


@kernel
def _name(
    v: int,
    length: int,
    ranks: NDArray[np.int16],
    ends: NDArray[np.int64],
    targets: NDArray[np.int32],
    names: NDArray[np.uint64],
) -> None:
    """Writes the name of v, given those of all above it.

    A sum of mixed words stands for a multiset: it does not depend on the order of the edges.
    """
    one, two = np.uint64(0), np.uint64(0)
    for e in range(ends[v], ends[v + 1]):
        y = targets[e]
        step = np.uint64(ranks[y] - ranks[v])
        one += _mix(names[y, 0] + step * _A)
        two += _mix(names[y, 1] ^ (step * _B))
    corank = np.uint64(length - ranks[v] + 1)
    names[v, 0] = _mix(one + corank * _B)
    names[v, 1] = _mix(two ^ (corank * _A))


@kernel
def edge_starts(n: int, sources: NDArray[np.int32]) -> NDArray[np.int64]:
    """int64[n + 1], `ends`: vertex v has the edges ``ends[v] : ends[v + 1]``."""
    ends = np.zeros(n + 1, np.int64)
    for source in sources:
        ends[source + 1] += 1
    for v in range(n):
        ends[v + 1] += ends[v]
    return ends


@kernel
def name_vertices(
    ranks: NDArray[np.int16], sources: NDArray[np.int32], targets: NDArray[np.int32]
) -> NDArray[np.uint64]:
    """uint64[N, 2], the names of all vertices of one graph."""
    n = len(ranks)
    names = np.zeros((n, 2), np.uint64)
    if n == 0:
        return names
    ends = edge_starts(n, sources)
    for v in range(n - 1, -1, -1):
        _name(v, ranks[n - 1], ranks, ends, targets, names)
    return names


@kernel
def _count_above(
    v: int,
    length: int,
    ranks: NDArray[np.int16],
    ends: NDArray[np.int64],
    targets: NDArray[np.int32],
    num_ranks: int,
    num_steps: int,
    most: int,
    reached: NDArray[np.bool_],
    in_degree: NDArray[np.int32],
    row: NDArray[np.int32],
) -> int:
    """Counts inside [v, w] into `row`; returns the number of its elements, or -1 if over `most`.

    Columns: elements by corank, by rank; edges by length, those from the bottom, those to the top;
    for the lower and the upper half histograms of out-degree less corank and in-degree less rank.
    `reached` and `in_degree` are scratch for the whole graph, all zero before and after.
    """
    n = len(ranks)
    reached[v] = True
    size = 0
    step_at = 2 * num_ranks
    defect_at = step_at + 3 * num_steps
    for u in range(v, n):
        if not reached[u]:
            continue
        size += 1
        if size > most:
            reached[u:] = False
            in_degree[u:] = 0
            row[:] = 0
            return -1
        corank, rank = length - ranks[u], ranks[u] - ranks[v]
        row[min(corank, num_ranks - 1)] += 1
        row[num_ranks + min(rank, num_ranks - 1)] += 1
        for e in range(ends[u], ends[u + 1]):
            y = targets[e]
            reached[y] = True
            in_degree[y] += 1
            step = step_at + min((ranks[y] - ranks[u]) // 2, num_steps - 1)
            row[step] += 1
            if u == v:
                row[step + num_steps] += 1
            if ranks[y] == length:
                row[step + 2 * num_steps] += 1
        half = defect_at + (0 if rank < corank else 2 * DEFECTS)
        out_defect, in_defect = ends[u + 1] - ends[u] - corank, in_degree[u] - rank
        row[half + min(max(out_defect, 0), DEFECTS - 1)] += 1
        row[half + DEFECTS + min(max(in_defect, 0), DEFECTS - 1)] += 1
        reached[u] = False
        in_degree[u] = 0
    return size


@kernel
def count_vertices(
    ranks: NDArray[np.int16],
    sources: NDArray[np.int32],
    targets: NDArray[np.int32],
    num_ranks: int,
    num_steps: int,
    out: NDArray[np.int32],
) -> None:
    """Counts inside [v, w] for every vertex of one graph, into int32[N, F] of zeros."""
    n = len(ranks)
    ends = edge_starts(n, sources)
    reached, in_degree = np.zeros(n, np.bool_), np.zeros(n, np.int32)
    length = ranks[n - 1]
    for v in range(n):
        _count_above(
            v, length, ranks, ends, targets, num_ranks, num_steps, n, reached, in_degree, out[v]
        )  # fmt: skip


@kernel
def _add_edges(
    v: int,
    ranks: NDArray[np.int16],
    ends: NDArray[np.int64],
    targets: NDArray[np.int32],
    classes: NDArray[np.int32],
    store: Store,
) -> None:
    """Appends the edges of v, equal ones once with their number, as those of the newest class."""
    degree = ends[v + 1] - ends[v]
    pairs = np.empty(degree, np.int64)
    for i in range(degree):
        y = targets[ends[v] + i]
        pairs[i] = np.int64(classes[y]) << 8 | (ranks[y] - ranks[v])
    pairs.sort()
    at = store.number[1]
    for i in range(degree):
        if i > 0 and pairs[i] == pairs[i - 1]:
            store.edges[at - 1, 2] += 1
            continue
        store.edges[at, 0], store.edges[at, 1], store.edges[at, 2] = (
            pairs[i] >> 8,
            pairs[i] & 255,
            1,
        )
        at += 1
    store.number[1] = at
    store.edge_ends[store.number[0]] = at


@kernel
def _lowest_class_above(
    v: int, ends: NDArray[np.int64], targets: NDArray[np.int32], classes: NDArray[np.int32]
) -> int:
    lowest = 0
    for e in range(ends[v], ends[v + 1]):
        lowest = min(lowest, classes[targets[e]])
    return lowest


@kernel
def class_vertices(
    begin: int,
    graphs_before: int,
    node_ends: NDArray[np.int64],
    edge_ends: NDArray[np.int64],
    all_ranks: NDArray[np.int16],
    all_sources: NDArray[np.int32],
    all_targets: NDArray[np.int32],
    num_ranks: int,
    num_steps: int,
    most: int,
    store: Store,
    all_classes: NDArray[np.int32],
) -> int:
    """Finds the class of every vertex of the graphs from `begin` on; new ones go into the store.

    `most` is the largest number of elements of a class that is kept; `graphs_before` is how many
    graphs came in earlier calls. Returns the graph before which it stopped for want of room in the
    store, or the number of graphs.
    """
    number = store.number
    for g in range(begin, len(node_ends) - 1):
        n, m = node_ends[g + 1] - node_ends[g], edge_ends[g + 1] - edge_ends[g]
        # Room must be certain before a graph is begun.
        if (
            2 * (number[0] + number[2] + n) > len(store.slots)
            or number[0] + n > len(store.first)
            or number[1] + m > len(store.edges)
        ):
            return g
        ranks = all_ranks[node_ends[g] : node_ends[g + 1]]
        classes = all_classes[node_ends[g] : node_ends[g + 1]]
        targets = all_targets[edge_ends[g] : edge_ends[g + 1]]
        ends = edge_starts(n, all_sources[edge_ends[g] : edge_ends[g + 1]])
        length = ranks[n - 1]
        names = np.zeros((n, 2), np.uint64)
        reached, in_degree = np.zeros(n, np.bool_), np.zeros(n, np.int32)
        for v in range(n - 1, -1, -1):
            if _lowest_class_above(v, ends, targets, classes) == LEFT_OUT:
                classes[v] = LEFT_OUT  # [v, w] has more elements still
                continue
            _name(v, length, ranks, ends, targets, names)
            place = _find(store.keys, store.slots, names[v, 0], names[v, 1])
            if store.slots[place] == _EMPTY:
                c = number[0]
                store.keys[place] = names[v]
                size = _count_above(
                    v, length, ranks, ends, targets, num_ranks, num_steps, most,
                    reached, in_degree, store.counts[c],
                )  # fmt: skip
                if size < 0:
                    store.slots[place] = _TOO_LARGE
                    number[2] += 1
                else:
                    store.slots[place] = c
                    store.names[c] = names[v]
                    store.first[c, 0], store.first[c, 1] = graphs_before + g, v
                    store.corank[c], store.size[c] = length - ranks[v], size
                    number[0] += 1
                    _add_edges(v, ranks, ends, targets, classes, store)
            slot = store.slots[place]
            classes[v] = slot if slot >= 0 else LEFT_OUT
    return len(node_ends) - 1
