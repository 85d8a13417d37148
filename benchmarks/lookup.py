"""How many random P_{x,w} a second, against a Python dict of the same pairs in the same run?

python benchmarks/lookup.py [--n 8] [--pairs 2000000]
"""

from __future__ import annotations

import argparse
import time
from math import factorial

import numpy as np

from data_gen.kl_table import KLTable


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--n", type=int, default=8)
    parser.add_argument("--pairs", type=int, default=2_000_000)
    options = parser.parse_args()
    table = KLTable.compute(options.n)
    rng = np.random.default_rng(0)
    xs, ws = rng.integers(0, factorial(options.n), (2, options.pairs))
    ids = table.lookup(xs, ws)  # makes the tables that look-ups need
    wall = cpu = float("inf")
    for _ in range(10):
        start, start_cpu = time.perf_counter(), time.process_time()
        table.lookup(xs, ws)
        wall = min(wall, time.perf_counter() - start)
        cpu = min(cpu, time.process_time() - start_cpu)
    rate = options.pairs / cpu / 1e6
    print(f"S_{options.n}: {rate:.1f} million look-ups a processor second")
    print(
        f"     ({options.pairs / wall / 1e6:.1f} by wall clock; x <= w in {(ids >= 0).mean():.1%})"
    )

    few = min(options.pairs, 200_000)
    keys = list(zip(xs[:few].tolist(), ws[:few].tolist(), strict=True))
    dictionary = dict(zip(keys, ids[:few].tolist(), strict=True))
    start_cpu = time.process_time()
    found = [dictionary[key] for key in keys]
    peer = few / (time.process_time() - start_cpu) / 1e6
    assert found == ids[:few].tolist()
    print(f"     dict of {few} of these pairs: {peer:.1f} million; ratio {rate / peer:.1f}")


if __name__ == "__main__":
    main()
