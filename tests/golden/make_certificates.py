"""Make certificates.json: certificates by a naive program that shares no code with klgnn.

Plain Python, no packages. It follows the text of three docstrings of klgnn to the letter:
`data_gen.isomorphism` (the byte strings), `data_gen.refinement_kernels` (colour refinement and its
trace) and `data_gen.canonical_kernels` (the canonical order), and it walks the whole search tree,
without automorphisms and without pruning beyond equal traces. README.md beside this file says more.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import os
import platform
import random
import struct
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
VERSION = 1
PRIME, MASK = 0x9E3779B97F4A7C15, (1 << 64) - 1

Perm = tuple[int, ...]
Edge = tuple[int, int]


class Graph(NamedTuple):
    """Ranks of the vertices 0, 1, ... and edges from lower to higher rank."""

    ranks: list[int]
    edges: list[Edge]


# -- Bruhat intervals, from the definition ---------------------------------------------------------


def length(p: Perm) -> int:
    """Return the number of inversions."""
    return sum(a > b for k, a in enumerate(p) for b in p[k + 1 :])


def upwards(p: Perm) -> Iterator[Perm]:
    """Yield the permutations above p in the Bruhat graph."""
    for i, j in itertools.combinations(range(len(p)), 2):
        if p[i] < p[j]:
            q = list(p)
            q[i], q[j] = q[j], q[i]
            yield tuple(q)


def downwards(p: Perm) -> Iterator[Perm]:
    """Yield the permutations below p in the Bruhat graph."""
    for i, j in itertools.combinations(range(len(p)), 2):
        if p[i] > p[j]:
            q = list(p)
            q[i], q[j] = q[j], q[i]
            yield tuple(q)


def reachable(start: Perm, step: Any) -> set[Perm]:
    """Everything that the step reaches from the start."""
    seen, queue = {start}, [start]
    while queue:
        for q in step(queue.pop()):
            if q not in seen:
                seen.add(q)
                queue.append(q)
    return seen


def interval(x: Perm, w: Perm) -> Graph:
    """The Bruhat graph of [x, w]; no vertices if x is not below w."""
    elements = sorted(reachable(x, upwards) & reachable(w, downwards))
    name = {p: k for k, p in enumerate(elements)}
    edges = [(name[p], name[q]) for p in elements for q in upwards(p) if q in name]
    return Graph([length(p) - length(x) for p in elements], edges)


# -- Graphs on which colour refinement fails -------------------------------------------------------


def incidence(vertices: Iterable[Any], pairs: Iterable[tuple[Any, Any]]) -> Graph:
    """Vertices of a graph in rank 0, its edges in rank 1 above their two ends."""
    name = {v: k for k, v in enumerate(vertices)}
    pairs = list(pairs)
    edges = [(name[v], len(name) + k) for k, pair in enumerate(pairs) for v in pair]
    return Graph([0] * len(name) + [1] * len(pairs), edges)


def cycles(*lengths: int) -> Graph:
    """Disjoint cycles, by incidence."""
    pairs = [((c, i), (c, (i + 1) % m)) for c, m in enumerate(lengths) for i in range(m)]
    return incidence([(c, i) for c, m in enumerate(lengths) for i in range(m)], pairs)


def torus(steps: list[tuple[int, int]]) -> Graph:
    """The Cayley graph of Z_4 x Z_4 with these steps and their negatives, by incidence."""
    points = list(itertools.product(range(4), repeat=2))
    pairs = {
        frozenset([(a, b), ((a + s) % 4, (b + t) % 4)])
        for a, b in points
        for s, t in [*steps, *((-s, -t) for s, t in steps)]
    }
    return incidence(points, sorted(tuple(sorted(pair)) for pair in pairs))


def crafted() -> dict[str, Graph]:
    """Pairs that colour refinement cannot tell apart, and edge cases."""
    rook = [(0, 1), (0, 2), (1, 0), (2, 0)]
    return {
        "empty": Graph([], []),
        "one vertex": Graph([0], []),
        "two vertices": Graph([0, 0], []),
        "gap in the ranks": Graph([1, 4, 4], [(0, 1), (0, 2)]),
        "cycle of 6": cycles(6),
        "two cycles of 3": cycles(3, 3),
        "cycles of 3 and 5": cycles(3, 5),
        "two cycles of 4": cycles(4, 4),
        "rook's graph 4 x 4": torus(rook),
        "Shrikhande graph": torus([(0, 1), (1, 0), (1, 1)]),
    }


# -- Refinement, as in the docstring of data_gen.refinement_kernels --------------------------------


class Cells:
    """An ordered partition: cells by the place where they begin, and the queue."""

    def __init__(self, cells: dict[int, list[int]], queue: Iterable[int]) -> None:
        self.cells = cells
        self.queue = deque(queue)

    def discrete(self) -> bool:
        return all(len(cell) == 1 for cell in self.cells.values())


def mix(trace: int, value: int) -> int:
    """One step of the trace."""
    mixed = ((trace ^ value) * PRIME) & MASK
    return mixed ^ (mixed >> 29)


def by_rank(graph: Graph) -> Cells:
    """One cell for each rank, all queued."""
    cells: dict[int, list[int]] = {}
    place = 0
    for rank in sorted(set(graph.ranks)):
        cell = [v for v, r in enumerate(graph.ranks) if r == rank]
        cells[place] = cell
        place += len(cell)
    return Cells(cells, sorted(cells))


def refine(graph: Graph, p: Cells) -> int:
    """Refine p in place; return the trace."""
    trace = 0
    while p.queue and not p.discrete():
        splitter = p.queue.popleft()
        members = set(p.cells[splitter])
        trace = mix(trace, splitter)
        for ends_inside in (True, False):
            hits = [0] * len(graph.ranks)
            for a, b in graph.edges:
                inner, outer = (b, a) if ends_inside else (a, b)
                hits[outer] += inner in members
            met = [
                name
                for name, cell in sorted(p.cells.items())
                if len(cell) > 1 and any(hits[v] for v in cell)
            ]
            for name in met:
                trace = split(p, name, hits, trace)
    p.queue.clear()
    return trace


def split(p: Cells, name: int, hits: list[int], trace: int) -> int:
    """Split one cell by the hits."""
    cell = p.cells[name]
    values = sorted({hits[v] for v in cell})
    trace = mix(mix(trace, name), min(value for value in values if value))
    if len(values) == 1:
        return trace
    fragments, place = {}, name
    for value in values:
        fragments[place] = [v for v in cell if hits[v] == value]
        if value:
            trace = mix(mix(trace, value), len(fragments[place]))
        place += len(fragments[place])
    p.cells.update(fragments)
    largest = max(fragments, key=lambda begin: (len(fragments[begin]), -begin))
    was_queued = name in p.queue
    for begin in fragments:
        if begin not in p.queue and (was_queued or begin != largest):
            p.queue.append(begin)
    return trace


# -- Canonical order, as in the docstring of data_gen.canonical_kernels ----------------------------


def code(graph: Graph, order: list[int]) -> list[int]:
    """Targets of the edges from the first vertex, the second, ..., by their places."""
    place = {v: k for k, v in enumerate(order)}
    return [b for _, b in sorted((place[a], place[b]) for a, b in graph.edges)]


def leaves(graph: Graph, p: Cells, best: list[Any], traces: tuple[int, ...]) -> None:
    """Visit every leaf below p whose traces are not larger than those of the best."""
    order = [v for begin in sorted(p.cells) for v in p.cells[begin]]
    if p.discrete():
        value = (traces, code(graph, order))
        if not best or value < best[0][0]:
            best[:] = [(value, order)]
        return
    several = [(len(cell), begin) for begin, cell in p.cells.items() if len(cell) > 1]
    _, begin = min(several)
    for v in p.cells[begin]:
        cells = dict(p.cells)
        cells[begin], cells[begin + 1] = [v], [u for u in p.cells[begin] if u != v]
        child = Cells(cells, [begin])
        trace = refine(graph, child)
        step = (len(child.cells) << 32) | (trace >> 32)
        further = (*traces, step)
        if not best or further <= best[0][0][0][: len(further)]:
            leaves(graph, child, best, further)


def canonical_order(graph: Graph) -> list[int]:
    """The vertices in canonical order."""
    p = by_rank(graph)
    refine(graph, p)
    best: list[Any] = []
    leaves(graph, p, best, ())
    found: list[int] = best[0][1]
    return found


# -- Byte strings, as in the docstring of data_gen.isomorphism -------------------------------------


def pack(kind: str, values: Iterable[int]) -> bytes:
    """Little-endian integers of one kind."""
    numbers = list(values)
    return struct.pack(f"<{len(numbers)}{kind}", *numbers)


def head(name: str, graph: Graph) -> bytes:
    """What both strings begin with."""
    return f"{name}-{VERSION}".encode() + pack("I", [len(graph.ranks), len(graph.edges)])


def certificate(graph: Graph) -> str:
    """The certificate."""
    order = canonical_order(graph)
    degrees = [0] * len(order)
    for a, _ in graph.edges:
        degrees[a] += 1
    text = head("klgnn-graph", graph) + pack("h", (graph.ranks[v] for v in order))
    text += pack("i", (degrees[v] for v in order)) + pack("i", code(graph, order))
    return hashlib.sha256(text).hexdigest()[:32]


def colour_certificate(graph: Graph) -> str:
    """The certificate of the colours."""
    p = by_rank(graph)
    refine(graph, p)
    cells = [p.cells[begin] for begin in sorted(p.cells)]
    colour = {v: k for k, cell in enumerate(cells) for v in cell}
    text = head("klgnn-colours", graph) + pack("h", (graph.ranks[cell[0]] for cell in cells))
    text += pack("i", map(len, cells))
    for mine, theirs in ((0, 1), (1, 0)):
        chosen = {cell[0] for cell in cells}
        ends = [edge for edge in graph.edges if edge[mine] in chosen]
        pairs = sorted((colour[edge[mine]], colour[edge[theirs]]) for edge in ends)
        text += pack("i", itertools.chain.from_iterable(pairs))
    return hashlib.sha256(text).hexdigest()[:32]


# -- The file --------------------------------------------------------------------------------------


def name(p: Perm) -> str:
    """One-line notation, 1-indexed."""
    return "".join(map(str, p))


def first_of_each_class(n: int) -> Iterator[tuple[Perm, Perm, Graph]]:
    """The first interval of each isomorphism class of S_n, by x, then w."""
    seen = set()
    words = list(itertools.permutations(range(1, n + 1)))
    for x, w in itertools.product(words, words):
        graph = interval(x, w)
        if graph.ranks and (found := certificate(graph)) not in seen:
            seen.add(found)
            yield x, w, graph


def random_interval(n: int, steps: int, rng: random.Random) -> tuple[Perm, Perm]:
    """A random walk upwards, ending in an interval that the naive search can bear."""
    while True:
        x = w = tuple(rng.sample(range(1, n + 1), n))
        for _ in range(steps):
            above = [q for q in upwards(w) if length(q) == length(w) + 1]
            w = rng.choice(above) if above else w
        graph = interval(x, w)
        p = by_rank(graph)
        refine(graph, p)
        few_symmetries = len(graph.ranks) <= max(32, 6 * len(p.cells))
        if 1 < len(graph.ranks) <= 400 and few_symmetries:
            return x, w


def row(graph: Graph) -> list[Any]:
    """Numbers of vertices and edges, certificate, colour certificate."""
    counts = [len(graph.ranks), len(graph.edges)]
    return [*counts, certificate(graph), colour_certificate(graph)]


def block(rows: Iterable[Any]) -> str:
    """JSON, one row a line."""
    return "[\n" + ",\n".join(json.dumps(r, separators=(",", ":")) for r in rows) + "\n]"


def main(arguments: list[str] | None = None) -> int:
    """Make the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=HERE, help="folder for certificates.json")
    parser.add_argument("--seed", type=int, default=2021)
    given = parser.parse_args(arguments)
    rng = random.Random(given.seed)
    classes = [[name(x), name(w), *row(g)] for x, w, g in first_of_each_class(5)]
    drawn = {random_interval(n, rng.randint(4, 9), rng) for n in (6, 7, 8) for _ in range(12)}
    walks = [[name(x), name(w), *row(interval(x, w))] for x, w in sorted(drawn)]
    graphs = [[what, g.ranks, g.edges, *row(g)[2:]] for what, g in crafted().items()]
    maker = {
        "program": "make_certificates.py, pure Python; shares no code with klgnn",
        "command": f"python make_certificates.py --seed {given.seed}",
        "python": platform.python_version(),
    }
    parts = {
        "made_by": json.dumps(maker),
        "certificate_version": str(VERSION),
        "s5_classes": block(classes),
        "random_intervals": block(walks),
        "graphs": block(graphs),
    }
    text = "{\n" + ",\n".join(f'"{key}": {value}' for key, value in parts.items()) + "\n}\n"
    path = given.out / "certificates.json"
    temporary = path.with_suffix(".tmp")
    temporary.write_text(text, encoding="ascii")
    os.replace(temporary, path)
    print(f"{path.name}: {len(text)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
