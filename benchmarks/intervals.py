"""How fast are interval graphs and certificates? Run: python benchmarks/intervals.py [--quick].

Everything in one process on one core, in processor seconds: edges a second of `build_intervals`,
against the obvious construction with networkx on a sample of the same intervals; sizes counted
without listing; and certificates, against networkx's Weisfeiler-Lehman hash (which is no canonical
form, only the nearest thing that networkx has).
"""

import argparse
import itertools
import time
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import networkx as nx
import numpy as np

from data_gen.bruhat import unrank_permutations
from data_gen.intervals import IntervalBatch, build_intervals, interval_sizes
from data_gen.isomorphism import certificates
from data_gen.kl_table import KLTable
from data_gen.selections import find_selection
from data_gen.symmetries import least_of_orbits

Pairs = tuple[np.ndarray, np.ndarray]


_CHUNK = 2000


def main() -> None:
    """Prints one line for each question."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="smaller samples")
    quick = parser.parse_args().quick
    warm = random_pairs(4, 50)
    certificates(build_intervals(*warm))

    rows = [("S_6, all intervals", all_pairs(6))]
    for n, count in ((8, 2000), (9, 500)):
        rows.append((f"S_{n}, {count} random", random_pairs(n, count // 10 if quick else count)))
    for name, pairs in rows:
        report_graphs(name, *pairs)
    report_sizes("random", *random_pairs(9, 2000 if quick else 20_000))
    report_sizes("irreducible", *irreducible_pairs(8 if quick else 9))
    for name, pairs in [*rows[:1], ("S_7, 2000 random", random_pairs(7, 200 if quick else 2000))]:
        report_certificates(name, *pairs)


def all_pairs(n: int) -> Pairs:
    """Every x <= w of S_n, 0-indexed."""
    words = np.array(list(itertools.permutations(range(n))), dtype=np.int8)
    xs, ws = np.repeat(words, len(words), axis=0), np.tile(words, (len(words), 1))
    below = interval_sizes(xs, ws) > 0
    return xs[below], ws[below]


def random_pairs(n: int, count: int) -> Pairs:
    """Comparable pairs among uniformly random ones; the same every time."""
    rng = np.random.default_rng(1)
    found: list[Pairs] = []
    while sum(len(x) for x, _ in found) < count:
        xs = rng.permuted(np.tile(np.arange(n, dtype=np.int8), (4096, 1)), axis=1)
        ws = rng.permuted(xs, axis=1)
        below = interval_sizes(xs, ws) > 0
        found.append((xs[below], ws[below]))
    xs, ws = (np.concatenate(columns)[:count] for columns in zip(*found, strict=True))
    return xs, ws


def irreducible_pairs(n: int) -> Pairs:
    """All irreducible pairs of S_n whose top is the first of its orbit under the symmetries."""
    table, selection = KLTable.compute(n), find_selection("irreducible")
    tops = least_of_orbits(n)
    pieces = [selection.pairs(table, piece) for piece in np.array_split(tops, 1 + len(tops) // 512)]
    xs, ws = (np.concatenate(column) for column in zip(*pieces, strict=True))
    return unrank_permutations(xs, n), unrank_permutations(ws, n)


def report_graphs(name: str, xs: np.ndarray, ws: np.ndarray) -> None:
    """Edges a second, ours and networkx's."""
    seconds, counts = timed(lambda: [len(batch.targets) for batch in chunks(xs, ws)])
    edges = sum(counts)
    sample = spread(len(xs), 20)
    peer_seconds, peers = timed(lambda: [networkx_interval(xs[k], ws[k]) for k in sample])
    peer_edges = sum(graph.number_of_edges() for graph in peers)
    same = build_intervals(xs[sample], ws[sample])
    assert peer_edges == len(same.targets)
    ours, theirs = edges / seconds, peer_edges / peer_seconds
    print(
        f"graphs        {name:<20} {len(xs):>7,} intervals {edges:>11,} edges {seconds:7.2f} s"
        f"  {ours / 1e6:6.1f} M edges/s; networkx {theirs / 1e6:.3f} M edges/s:"
        f" {ours / theirs:,.0f} times faster"
    )


def report_sizes(name: str, xs: np.ndarray, ws: np.ndarray) -> None:
    """Intervals counted a second."""
    seconds, sizes = timed(lambda: interval_sizes(xs, ws))
    print(
        f"sizes         {f'S_{xs.shape[1]}, {name}':<20} {len(xs):>7,} intervals"
        f" {sizes.sum():>11,} elements {seconds:7.2f} s  {len(xs) / seconds:,.0f} intervals/s"
    )


def report_certificates(name: str, xs: np.ndarray, ws: np.ndarray) -> None:
    """Certificates a second, ours and networkx's hashes."""
    batch = build_intervals(xs, ws)
    seconds, names = timed(lambda: certificates(batch))
    sample = spread(len(xs), 20)
    graphs = [batch.graph(k).to_networkx() for k in sample]
    peer_seconds, _ = timed(lambda: [networkx_hash(graph) for graph in graphs])
    ours, theirs = len(xs) / seconds, len(sample) / peer_seconds
    print(
        f"certificates  {name:<20} {len(xs):>7,} intervals {len(set(names)):>11,} names"
        f" {seconds:7.2f} s"
        f"  {ours:,.0f}/s, {len(batch.targets) / seconds / 1e6:.1f} M edges/s;"
        f" networkx WL hash {theirs:,.0f}/s: {ours / theirs:,.0f} times faster"
    )


def networkx_interval(x: np.ndarray, w: np.ndarray) -> nx.DiGraph:
    """The construction that one writes first: upwards from x, keeping what is below w."""
    bottom, top = tuple(x.tolist()), tuple(w.tolist())
    graph = nx.DiGraph()
    graph.add_node(bottom)
    seen, waiting = {bottom}, [bottom]
    while waiting:
        z = waiting.pop()
        for i, j in itertools.combinations(range(len(z)), 2):
            if z[i] < z[j]:
                higher = list(z)
                higher[i], higher[j] = z[j], z[i]
                y = tuple(higher)
                if y not in seen and not is_below(y, top):
                    continue
                if y not in seen:
                    seen.add(y)
                    waiting.append(y)
                graph.add_edge(z, y, reflection=(i + 1, j + 1))
    return graph


def is_below(x: tuple[int, ...], w: tuple[int, ...]) -> bool:
    """Bruhat order by sorted prefixes."""
    return all(
        a <= b for i in range(1, len(x)) for a, b in zip(sorted(x[:i]), sorted(w[:i]), strict=True)
    )


def networkx_hash(graph: nx.DiGraph) -> str:
    """Ranks as first colours."""
    with warnings.catch_warnings():  # its hashes changed in 3.5; that is why none is stored
        warnings.simplefilter("ignore", UserWarning)
        return nx.weisfeiler_lehman_graph_hash(graph, node_attr="rank")


def chunks(xs: np.ndarray, ws: np.ndarray) -> Iterator[IntervalBatch]:
    """A few thousand intervals at a time, as `generate` builds them, so that memory stays warm."""
    for begin in range(0, len(xs), _CHUNK):
        yield build_intervals(xs[begin : begin + _CHUNK], ws[begin : begin + _CHUNK])


def spread(length: int, count: int) -> np.ndarray:
    """About `count` places, evenly."""
    return np.arange(0, length, max(1, length // count))


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Processor seconds, and what came out; the work is single-threaded."""
    began = time.process_time()
    result = work()
    return time.process_time() - began, result


if __name__ == "__main__":
    main()
