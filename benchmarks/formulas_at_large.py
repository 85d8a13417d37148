"""How long does it take to check all formulas on one interval of S_7? In processor seconds.

python benchmarks/formulas_at_large.py [--quick]

On 200 random isomorphism classes of S_7, by the number of elements. The peer, in the same run on
the smaller ones of the same intervals, is `analysis.formulas.checking`, which does the same with
Python's integers as sets.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from analysis.formulas import Truth, check_interval, standard_tops
from analysis.formulas_at_large.interval import check_batch
from analysis.formulas_at_large.population import Population, classes_of_group
from data_gen.bruhat import unrank_permutations
from data_gen.interval_batch import build_intervals
from data_gen.permutations import format_words


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="40 classes")
    options = parser.parse_args()
    start = time.process_time()
    classes = classes_of_group(7)
    print(f"{len(classes):,} classes of S_7 in {time.process_time() - start:.1f} s")
    number = 40 if options.quick else 200
    chosen = np.random.default_rng(0).choice(len(classes), number, replace=False)
    rows = chosen[np.argsort(classes.nodes[chosen])]
    measure(classes, int(rows[-1]))  # compiles, and makes the tables of S_7
    found = np.array([measure(classes, int(row)) for row in rows])
    print("elements  decompositions  ms  (means of fifths, the smallest first)")
    for part in np.array_split(np.arange(number), 5):
        nodes, decompositions = classes.nodes[rows[part]].mean(), found[part, 1].mean()
        print(f"{nodes:8.0f}  {decompositions:14.1f}  {1000 * found[part, 0].mean():.2f}")
    print(f"all classes, at this rate: {found[:, 0].mean() * len(classes):.0f} s")
    compare(classes, rows[classes.nodes[rows] <= 300][:20])


def measure(classes: Population, row: int) -> tuple[float, int]:
    """Seconds and the number of decompositions."""
    block = classes.block(slice(row, row + 1))
    ends = (unrank_permutations(ranks, block.m) for ranks in (block.xs, block.ws))
    start = time.process_time()
    batch = build_intervals(*ends)
    (found,) = check_batch(batch, standard_tops(batch))
    return time.process_time() - start, found.decompositions


def compare(classes: Population, rows: np.ndarray) -> None:
    """Both have to find the same."""
    fast = slow = 0.0
    for row in rows.tolist():
        seconds, decompositions = measure(classes, row)
        fast += seconds
        block = classes.block(slice(row, row + 1))
        x, w = (format_words(unrank_permutations(k, block.m))[0] for k in (block.xs, block.ws))
        start = time.process_time()
        found = check_interval(Truth.of_interval(x, w))
        slow += time.process_time() - start
        if found.decompositions != decompositions:
            raise SystemExit(f"the two programs find different decompositions of [{x}, {w}]")
    print(
        f"{len(rows)} classes with at most 300 elements: {fast:.3f} s, in Python {slow:.2f} s, "
        f"{slow / fast:.0f} times slower"
    )


if __name__ == "__main__":
    main()
