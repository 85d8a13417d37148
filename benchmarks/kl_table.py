"""How long do all Kazhdan-Lusztig polynomials of S_n take, against coxeter3 in the same run?

    python benchmarks/kl_table.py                          times of klgnn alone, S_5 to S_9
    python benchmarks/kl_table.py --coxeter3 ./fillkl      ratios, n = 7 and 8 (with --n 9: minutes)
    python benchmarks/kl_table.py --n 10 --threads 2       S_10: a minute or two, 2.5 GB

The peer is coxeter3's own C++ `fillKL`, not its Python interface, which is thousands of times
slower. The driver stays out of this repository (coxeter3 is GPL). In words: a small main program
over coxeter3's C++ library (version 3.1) makes the Coxeter group of type A of rank n - 1, asks for
its full context, times `fillKL()` alone, by wall clock and by processor time, and prints one JSON
object with "fill_seconds" and "fill_cpu_seconds". It is called as `DRIVER N --time-only`.

Both sides are warm (compiled, cached) and the best of several runs; processor time is what is
compared, because it suffers less from others on the same machine.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import time

from data_gen.kl_table import KLTable


def best_of(n: int, threads: int, repeats: int) -> tuple[float, float, KLTable]:
    wall = cpu = float("inf")
    for _ in range(repeats):
        start, start_cpu = time.perf_counter(), time.process_time()
        table = KLTable.compute(n, threads=threads)
        wall = min(wall, time.perf_counter() - start)
        cpu = min(cpu, time.process_time() - start_cpu)
    return wall, cpu, table


def coxeter3(driver: str, n: int, repeats: int) -> tuple[float, float]:
    runs = []
    for _ in range(repeats):
        command = [driver, str(n), "--time-only"]
        out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        found = json.loads(out)
        runs.append((found["fill_seconds"], found["fill_cpu_seconds"]))
    return min(run[0] for run in runs), min(run[1] for run in runs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--n", type=int, action="append", help="which S_n; may be repeated")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--coxeter3", metavar="DRIVER", help="the native driver, see above")
    options = parser.parse_args()
    sizes = options.n or ([7, 8] if options.coxeter3 else [5, 6, 7, 8, 9])
    KLTable.compute(4)  # load the compiled kernels
    for n in sizes:
        repeats = 20 if n <= 8 else 3 if n == 9 else 1
        wall, cpu, table = best_of(n, options.threads, repeats)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        line = f"S_{n}: {wall:.4f} s, processor {cpu:.4f} s, peak so far {peak:.2f} GB, {table!r}"
        if options.coxeter3:
            other, other_cpu = coxeter3(options.coxeter3, n, 3 if n <= 8 else 1)
            line += f"\n     coxeter3 fillKL {other:.4f} s, processor {other_cpu:.4f} s: "
            line += f"ratio {other_cpu / cpu:.1f} (processor), {other / wall:.1f} (wall)"
        print(line, flush=True)


if __name__ == "__main__":
    main()
