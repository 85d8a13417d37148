"""Compiled search for a canonical order of the vertices of a ranked directed graph.

Individualisation and refinement (McKay, 1981; McKay and Piperno, Practical graph isomorphism II,
2014): while some cell of the equitable partition has several vertices, each of them in turn is set
apart and the partition refined again. The leaves of this tree are orders of the vertices. The
canonical one has the least pair (traces of the refinements on the way, list of edges); which of the
equal leaves is met does not matter. A leaf whose list of edges has been seen gives an
automorphism; children that known automorphisms carry into one another are searched once, so the
k! automorphisms of a Boolean interval cost about k^2 / 2 refinements.

In full, for `CERTIFICATE_VERSION` 1, with the words of `data_gen.refinement_kernels`:

* The root is the refined partition by rank. At a partition with a cell of several vertices, the
  first of the smallest such cells is taken. For each vertex v of it there is a child: v goes into a
  cell of its own before the rest of its cell, this cell alone is queued, and the partition is
  refined with a trace that starts at 0.
* The step to a child is the number of its cells times 2^32, plus the upper 32 bits of that trace.
* A leaf has one vertex in each cell. Its value is the list of the steps from the root to it,
  then the list of the targets of all edges, as in `data_gen.isomorphism`. The least value in
  lexicographic order is canonical.

The pruning by automorphisms changes the time, not the value: tests/golden/make_certificates.py has
none, is in plain Python, and its certificates are the same.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data_gen.jit import kernel
from data_gen.refinement_kernels import (
    Adjacency,
    Partition,
    individualise,
    make_adjacency,
    refine,
    start,
)

__all__ = ["canonical_codes", "canonical_order"]

_GENERATOR_ROOM = 1 << 24
_HASH_BITS = np.uint64(32)


class _Leaf(NamedTuple):
    """A leaf that later ones are compared with: `path` and `traces` by depth."""

    path: NDArray[np.int32]
    traces: NDArray[np.uint64]
    order: NDArray[np.int32]
    code: NDArray[np.int32]


@kernel
def _target_cell(p: Partition) -> int:
    """The first of the smallest cells with several vertices."""
    best = -1
    cell = 0
    while cell < len(p.order):
        if p.size[cell] > 1 and (best < 0 or p.size[cell] < p.size[best]):
            best = cell
            if p.size[cell] == 2:
                break
        cell += p.size[cell]
    return best


@kernel
def _write_code(graph: Adjacency, p: Partition, code: NDArray[np.int32]) -> None:
    """The targets of the edges from the first vertex, the second, ..., by their places, sorted."""
    size = len(p.order)
    free = np.empty(size, np.int32)
    end = 0
    for place in range(size):
        v = p.order[place]
        free[place] = end
        end += graph.out_ends[v + 1] - graph.out_ends[v]
    for place in range(size):  # ascending targets, so every row comes out sorted
        v = p.order[place]
        for e in range(graph.in_ends[v], graph.in_ends[v + 1]):
            source = p.place[graph.in_names[e]]
            code[free[source]] = place
            free[source] += 1


@kernel
def _compare(first: NDArray[np.int32], second: NDArray[np.int32]) -> int:
    for i in range(len(first)):
        if first[i] != second[i]:
            return -1 if first[i] < second[i] else 1
    return 0


@kernel
def _save(p: Partition, order: NDArray[np.int32], size: NDArray[np.int32]) -> None:
    for place in range(len(order)):
        order[place], size[place] = p.order[place], p.size[place]


@kernel
def _restore(p: Partition, order: NDArray[np.int32], size: NDArray[np.int32]) -> None:
    for place in range(len(order)):
        p.order[place], p.size[place] = order[place], size[place]
    p.number[0] = 0
    cell = 0
    while cell < len(order):
        for place in range(cell, cell + size[cell]):
            p.place[order[place]] = place
            p.cell[order[place]] = cell
        p.number[0] += 1
        cell += size[cell]


@kernel
def _root(parents: NDArray[np.int32], v: int) -> int:
    while parents[v] != v:
        parents[v] = parents[parents[v]]
        v = parents[v]
    return v


@kernel
def _find_orbits(
    generators: NDArray[np.int32], path: NDArray[np.int32], parents: NDArray[np.int32]
) -> None:
    """Orbits of the generators that fix every vertex of `path`, as a forest."""
    for v in range(len(parents)):
        parents[v] = v
    for g in range(len(generators)):
        fixes = True
        for v in path:
            fixes = fixes and generators[g, v] == v
        if fixes:
            for v in range(len(parents)):
                a, b = _root(parents, v), _root(parents, generators[g, v])
                if a != b:
                    parents[max(a, b)] = min(a, b)


@kernel
def _doubled(rows: NDArray[np.int32]) -> NDArray[np.int32]:
    larger = np.empty((2 * len(rows), rows.shape[1]), np.int32)
    for i in range(len(rows)):
        for v in range(rows.shape[1]):
            larger[i, v] = rows[i, v]
    return larger


@kernel
def _common_depth(path: NDArray[np.int32], other: NDArray[np.int32], depth: int) -> int:
    for d in range(depth):
        if path[d] != other[d]:
            return d
    return depth


@kernel
def _keep(
    leaf: _Leaf,
    p: Partition,
    path: NDArray[np.int32],
    traces: NDArray[np.uint64],
    code: NDArray[np.int32],
) -> None:
    for i in range(len(path)):
        leaf.path[i], leaf.traces[i], leaf.order[i] = path[i], traces[i], p.order[i]
    for e in range(len(code)):
        leaf.code[e] = code[e]


@kernel
def _search(graph: Adjacency, p: Partition) -> NDArray[np.int32]:
    """The canonical order below an equitable partition with a cell of several vertices."""
    size = len(p.order)
    most_depth = size  # every level adds a cell
    edges = len(graph.out_names)
    first = _Leaf(
        np.empty(most_depth, np.int32),
        np.empty(most_depth, np.uint64),
        np.empty(size, np.int32),
        np.empty(edges, np.int32),
    )
    best = _Leaf(
        np.empty(most_depth, np.int32),
        np.empty(most_depth, np.uint64),
        np.empty(size, np.int32),
        np.empty(edges, np.int32),
    )
    path, traces = np.empty(most_depth, np.int32), np.empty(most_depth, np.uint64)
    like_first = np.ones(most_depth + 1, np.bool_)
    against_best = np.zeros(most_depth + 1, np.int8)
    cell, done = np.empty(most_depth, np.int32), np.zeros(most_depth, np.int32)
    orders, sizes = np.empty((4, size), np.int32), np.empty((4, size), np.int32)
    code = np.empty(edges, np.int32)
    most_generators = max(16, _GENERATOR_ROOM // size)
    generators = np.empty((2, size), np.int32)
    found = 0
    orbits = np.empty(size, np.int32)
    orbits_found = -1  # how many generators `orbits` knows; -1 at a new node

    depth = 0
    _save(p, orders[0], sizes[0])
    cell[0] = _target_cell(p)
    have_leaf = False
    while depth >= 0:
        begin = cell[depth]
        if done[depth] == sizes[depth, begin]:
            depth -= 1
            orbits_found = -1
            continue
        v = orders[depth, begin + done[depth]]
        if done[depth] > 0 and found > 0:
            if orbits_found != found:
                kept = generators[: min(found, most_generators)]
                _find_orbits(kept, path[:depth], orbits)
                orbits_found = found
            met = False
            for other in range(done[depth]):
                u = orders[depth, begin + other]
                met = met or _root(orbits, u) == _root(orbits, v)
            if met:
                done[depth] += 1
                continue
        done[depth] += 1
        _restore(p, orders[depth], sizes[depth])
        individualise(p, v)
        hashed = refine(graph, p) >> _HASH_BITS
        trace = (np.uint64(p.number[0]) << _HASH_BITS) | hashed
        path[depth], traces[depth] = v, trace
        if have_leaf:
            like_first[depth + 1] = like_first[depth] and trace == first.traces[depth]
            against_best[depth + 1] = against_best[depth]
            if against_best[depth] == 0 and trace != best.traces[depth]:
                against_best[depth + 1] = -1 if trace < best.traces[depth] else 1
            if against_best[depth + 1] > 0 and not like_first[depth + 1]:
                continue
        if p.number[0] < size:
            depth += 1
            if depth == len(orders):
                orders, sizes = _doubled(orders), _doubled(sizes)
            _save(p, orders[depth], sizes[depth])
            cell[depth] = _target_cell(p)
            done[depth] = 0
            orbits_found = -1
            continue
        _write_code(graph, p, code)
        if not have_leaf:
            have_leaf = True
            _keep(first, p, path, traces, code)
            _keep(best, p, path, traces, code)
            continue
        twin = first
        equal = like_first[depth + 1] and _compare(code, first.code) == 0
        if not equal and against_best[depth + 1] <= 0:
            side = -1 if against_best[depth + 1] < 0 else _compare(code, best.code)
            if side < 0:
                _keep(best, p, path, traces, code)
                for d in range(depth + 2):
                    against_best[d] = 0
            twin = best
            equal = side == 0
        if equal:
            if found == len(generators) and found < most_generators:
                generators = _doubled(generators)
            row = found % min(len(generators), most_generators)
            for place in range(size):
                generators[row, twin.order[place]] = p.order[place]
            found += 1
            # The two subtrees are copies: go on where the paths part.
            common = _common_depth(path, twin.path, depth)
            if common < depth:
                depth = common
                orbits_found = -1
    return best.order


@kernel
def canonical_order(graph: Adjacency, ranks: NDArray[np.int16]) -> NDArray[np.int32]:
    """int32[N], the vertices in canonical order, lower ranks first."""
    p = start(ranks)
    refine(graph, p)
    if p.number[0] == len(ranks):
        return p.order
    return _search(graph, p)


@kernel
def canonical_codes(
    node_ends: NDArray[np.int64],
    edge_ends: NDArray[np.int64],
    ranks: NDArray[np.int16],
    sources: NDArray[np.int32],
    targets: NDArray[np.int32],
) -> tuple[NDArray[np.int16], NDArray[np.int32], NDArray[np.int32]]:
    """Canonical forms of many graphs, laid out as in `data_gen.intervals.IntervalBatch`.

    Returns:
        By canonical order: ranks int16[N], out-degrees int32[N], and int32[E], the targets of the
        edges from the first vertex, then from the second, ..., each list ascending.
    """
    new_ranks = np.empty(len(ranks), np.int16)
    degrees = np.empty(len(ranks), np.int32)
    code = np.empty(len(targets), np.int32)
    for k in range(len(node_ends) - 1):
        begin, end = node_ends[k], node_ends[k + 1]
        edges = slice(edge_ends[k], edge_ends[k + 1])
        graph = make_adjacency(end - begin, sources[edges], targets[edges])
        p = start(ranks[begin:end])
        refine(graph, p)
        if p.number[0] < end - begin:
            order = _search(graph, p)
            for place in range(end - begin):
                p.order[place] = order[place]
                p.place[order[place]] = place
        _write_code(graph, p, code[edges])
        for place in range(end - begin):
            v = p.order[place]
            new_ranks[begin + place] = ranks[begin + v]
            degrees[begin + place] = graph.out_ends[v + 1] - graph.out_ends[v]
    return new_ranks, degrees, code
