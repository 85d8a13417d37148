"""How large is the quotient of many intervals, and what does it cost? In processor seconds.

python benchmarks/quotient.py [--quick] [--large]

The peer, in the same run on the same intervals: a certificate (a canonical form) for every [z, w],
but only one for each core, the quickest other way to see which of them are isomorphic. It gives the
classes only; the quotient has edges, counts and polynomials as well.
"""

from __future__ import annotations

import argparse
import resource
import time

import numpy as np

from data_gen.bruhat import rank_permutations, unrank_permutations
from data_gen.cores import canonical_cores, split_key
from data_gen.interval_batch import build_intervals, interval_sizes
from data_gen.isomorphism import certificates
from data_gen.symmetries import least_of_orbits
from klgnn.quotient import Quotient, QuotientBuilder

_AT_A_TIME = 200_000  # elements


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="a smaller sample of S_7")
    parser.add_argument("--large", action="store_true", help="S_8 up to 500 elements as well")
    options = parser.parse_args()
    certificates(build_intervals(*tops(4)))  # compiles
    Quotient.of_group(4)

    compare("S_6, all pairs", *tops(6))
    number = 15 if options.quick else 60
    bottoms, ws = tops(7)
    rng = np.random.default_rng(0)
    some = rng.choice(np.flatnonzero(interval_sizes(bottoms, ws) <= 1500), number, replace=False)
    compare(f"S_7, the pairs below {number} random w", bottoms[some], ws[some])
    report("S_7, all pairs", 7, None)
    if options.large:
        report("S_8, at most 500 elements", 8, 500)


def tops(n: int) -> tuple[np.ndarray, np.ndarray]:
    """[e, w] for every w up to symmetry: what `Quotient.of_group` looks at."""
    ws = unrank_permutations(least_of_orbits(n), n)
    return np.tile(np.arange(n, dtype=np.int8), (len(ws), 1)), ws


def report(name: str, n: int, max_nodes: int | None) -> None:
    start = time.process_time()
    quotient = Quotient.of_group(n, max_nodes)
    seconds = time.process_time() - start
    vertices = int(interval_sizes(*tops(n)).sum())
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(
        f"{name}: {len(quotient):,} classes, {len(quotient.source):,} edges from {vertices:,} "
        f"vertices in {seconds:.2f} s; peak so far {memory:.2f} GiB"
    )


def compare(name: str, xs: np.ndarray, ws: np.ndarray) -> None:
    """Builds the quotient of some [e, w] and, for the same [z, w], certificates of the cores."""
    start = time.process_time()
    builder = QuotientBuilder()
    for k in range(len(xs)):
        builder.add(xs[k : k + 1], ws[k : k + 1])
    quotient = builder.finish()
    ours = time.process_time() - start

    start = time.process_time()
    keys = distinct_cores(xs, ws)
    listed = time.process_time() - start
    names, peer = certificates_of(keys)
    assert len(names) == len(quotient), "the names are not as fine as isomorphism"
    vertices = int(interval_sizes(xs, ws).sum())
    print(f"{name}: {len(quotient):,} classes, {len(quotient.source):,} edges in {ours:.3f} s")
    print(f"     {vertices:,} vertices; {vertices / ours / 1e6:.2f} million a second")
    print(
        f"     {len(keys):,} cores: found in {listed:.3f} s, certificates in {peer:.2f} s; "
        f"ratio {(listed + peer) / ours:.0f}"
    )


def distinct_cores(xs: np.ndarray, ws: np.ndarray) -> np.ndarray:
    """The cores of all [z, w] with z in one of the intervals [x, w]."""
    batch = build_intervals(xs, ws)
    tops = np.repeat(rank_permutations(ws), np.diff(batch.node_ends))
    return np.unique(canonical_cores(xs.shape[1], rank_permutations(batch.elements), tops), axis=0)


def certificates_of(keys: np.ndarray) -> tuple[set[str], float]:
    """The certificates, and the processor seconds for the graphs and for them."""
    start = time.process_time()
    degrees, bottoms = split_key(keys[:, 0])
    names: set[str] = set()
    for m in np.unique(degrees).tolist():
        rows = degrees == m
        xs, ws = unrank_permutations(bottoms[rows], m), unrank_permutations(keys[rows, 1], m)
        bins = np.cumsum(interval_sizes(xs, ws)) // _AT_A_TIME
        for piece in np.split(np.arange(len(xs)), np.flatnonzero(np.diff(bins)) + 1):
            names |= set(certificates(build_intervals(xs[piece], ws[piece])))
    return names, time.process_time() - start


if __name__ == "__main__":
    main()
