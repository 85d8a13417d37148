"""How many intervals does each selection have? Run: python benchmarks/selection_counts.py [--n 8].

Counts for n = 4 up to --n (9 takes about a minute), as the table in
docs/how-to/choose-intervals.md has them. Cores are intervals up to the four symmetries.
"""

import argparse

import numpy as np

from data_gen.cores import canonical_cores
from data_gen.kl_table import KLTable
from data_gen.listing import core_sizes
from data_gen.selections import find_selection


def main() -> None:
    """Prints a row of a Markdown table for each n."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=8, help="the largest n")
    print("| n | all | extremal | irreducible | up to symmetry | polynomials | by size |")
    print("|---:|---:|---:|---:|---:|---:|---:|")
    for n in range(4, parser.parse_args().n + 1):
        table = KLTable.compute(n)
        everything, extremal = table.count_pairs(), table.num_extremal_pairs
        print(f"| {n} | {everything:,} | {extremal:,} | {irreducible(table)} |", flush=True)


def irreducible(table: KLTable) -> str:
    """The last four numbers of a row."""
    source = find_selection("irreducible")
    tops = np.arange(len(table.ids(range(1, table.n + 1))), dtype=np.int64)
    pieces = [source.pairs(table, piece) for piece in np.array_split(tops, 1 + len(tops) // 4096)]
    xs, ws = (np.concatenate(column) for column in zip(*pieces, strict=True))
    ids = table.lookup(xs, ws).astype(np.int64)
    cores, place = np.unique(canonical_cores(table.n, xs, ws), axis=0, return_inverse=True)
    sizes = core_sizes(cores)[place.ravel()]
    by_size = len(np.unique(np.stack([ids, sizes]), axis=1).T)
    return f"{len(xs):,} | {len(cores):,} | {len(np.unique(ids)):,} | {by_size:,}"


if __name__ == "__main__":
    main()
