"""How long do all decompositions and every formula on them take? In processor seconds.

python benchmarks/formulas.py [--quick] [--one-by-one]

On the isomorphism classes of S_4, S_5 and S_6, each counted as often as it has intervals, and one
interval after the other in S_5 (and in S_6 with --one-by-one). The totals are printed, and for S_6
the triples (u, v, z) on which the H-tilde formula fails. The peer, in the same run on the same
intervals, is the search for decompositions by sets of networkx, straight from the definition.
"""

from __future__ import annotations

import argparse
import time
from itertools import combinations

import networkx as nx

from analysis.formulas import (
    Truth,
    check_classes,
    check_interval,
    count_standard,
    failing_triples,
    interval_classes,
    lower_decompositions,
    polynomials_from_graph,
)
from analysis.formulas.census import all_pairs
from data_gen.bruhat import unrank_permutations
from data_gen.permutations import format_words


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="no S_6")
    parser.add_argument("--one-by-one", action="store_true", help="S_6 without classes as well")
    options = parser.parse_args()
    check_classes(3)  # compiles
    count_standard(3)
    compare_with_definition(options.quick)
    for n in (4, 5) if options.quick else (4, 5, 6):
        by_classes(n)
    one_by_one(5)
    if options.one_by_one:
        one_by_one(6)
    from_graphs(5)


def by_classes(n: int) -> None:
    start = time.process_time()
    classes = interval_classes(n)
    listed = time.process_time()
    checks = check_classes(n, classes)
    checked = time.process_time()
    print(f"\n{checks}")
    print(f"  {count_standard(n):,} different standard decompositions")
    print(f"  {listed - start:.2f} s for the classes, {checked - listed:.2f} s for the formulas")
    for triple in failing_triples(checks, "h-tilde"):
        print(f"  h-tilde fails on [{triple.u}, {triple.v}] with z = {triple.z}")


def one_by_one(n: int) -> None:
    xs, ws = (format_words(unrank_permutations(ranks, n)) for ranks in all_pairs(n))
    start = time.process_time()
    found = [
        check_interval(Truth.of_interval(x, w)).decompositions for x, w in zip(xs, ws, strict=True)
    ]
    seconds = time.process_time() - start
    print(
        f"\nS_{n}, one interval after the other: {len(found):,} intervals, {sum(found):,} "
        f"decompositions, every formula in {seconds:.1f} s"
    )


def from_graphs(n: int) -> None:
    graphs = [one.interval.graph for one in interval_classes(n)]
    start = time.process_time()
    for graph in graphs:
        polynomials_from_graph(graph)
    seconds = time.process_time() - start
    print(f"\npolynomials_from_graph: the {len(graphs)} classes of S_{n} in {seconds:.2f} s")


def compare_with_definition(quick: bool) -> None:
    """Both have to find the same."""
    classes = [one for one in interval_classes(5) if one.num_nodes <= 60]
    graphs = [one.interval.graph for one in (classes[::5] if quick else classes)]
    peers = [graph.to_networkx() for graph in graphs]
    start = time.process_time()
    slow = [by_definition(peer) for peer in peers]
    middle = time.process_time()
    fast = [{one.z for one in lower_decompositions(graph)} for graph in graphs]
    end = time.process_time()
    if slow != fast:
        raise SystemExit("the two programs find different decompositions")
    print(
        f"decompositions of {len(graphs)} intervals of S_5: {middle - start:.2f} s by the "
        f"definition, {end - middle:.3f} s by masks, {(middle - start) / (end - middle):.0f} times"
    )


def by_definition(graph: nx.DiGraph) -> set[int]:
    top = len(graph) - 1
    return {z for z in graph if z != top and decomposes(graph, z)}


def decomposes(graph: nx.DiGraph, z: int) -> bool:
    ideal = {z, *nx.ancestors(graph, z)}
    for p in graph:
        for a, b in combinations(graph.successors(p), 2):
            if a in ideal and b in ideal and not set(graph[a]) & set(graph[b]) <= ideal:
                return False
    return all(spans_cluster(graph, p, sorted(set(graph[p]) - ideal)) for p in ideal)


def spans_cluster(graph: nx.DiGraph, p: int, ends: list[int]) -> bool:
    """Whether every antichain among the ends spans exactly one hypercube at p."""
    related = {(a, b) for a in ends for b in nx.descendants(graph, a)}
    for size in range(2, len(ends) + 1):
        for chosen in combinations(ends, size):  # ascending by rank
            if any(pair in related for pair in combinations(chosen, 2)):
                continue
            subsets = [
                frozenset(part) for k in range(2, size + 1) for part in combinations(chosen, k)
            ]
            theta = {frozenset(): p, **{frozenset([a]): a for a in chosen}}
            if count_embeddings(graph, subsets, theta) != 1:
                return False
    return True


def count_embeddings(graph: nx.DiGraph, subsets: list, theta: dict) -> int:
    if not subsets:
        return 1
    first, *rest = subsets
    above = set.intersection(*(set(graph[theta[first - {a}]]) for a in first))
    return sum(
        count_embeddings(graph, rest, {**theta, first: vertex})
        for vertex in above - set(theta.values())
    )


if __name__ == "__main__":
    main()
