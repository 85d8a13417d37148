"""How long does a dataset take, and how much memory? Run: python benchmarks/datasets.py [--full].

Each dataset is made by the command line, in a process of its own, in a temporary folder. Printed
are seconds by the clock, processor seconds of all processes, the largest memory of one process
(resident, that of the workers too), and what was made. --full adds all classes of S_7 and
selections of S_8, which take about an hour.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

WORKERS = ["--workers", "2"]
QUICK = {
    "S_6, all": ["--n", "6", "--select", "all"],
    "S_9, polynomials, <= 2000": ["--n", "9", "--select", "polynomials", "--max-nodes", "2000"],
}
FULL = {
    "S_7, classes": ["--n", "7", "--select", "classes"],
    "S_8, irreducible": ["--n", "8", "--select", "irreducible", "--max-nodes", "5000"],
    "S_8, extremal, <= 500": ["--n", "8", "--select", "extremal", "--max-nodes", "500"],
    "S_8, all, <= 12": ["--n", "8", "--select", "all", "--max-nodes", "12"],
    "S_8, classes, <= 60": ["--n", "8", "--select", "classes", "--max-nodes", "60"],
}


def main() -> None:
    """Prints one line for each dataset."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true", help="S_7 and S_8 too")
    parser.add_argument("--only", help="those whose name contains this")
    asked = parser.parse_args()
    for name, words in {**QUICK, **(FULL if asked.full else {})}.items():
        if asked.only is None or asked.only in name:
            report(name, words)


def report(name: str, words: list[str]) -> None:
    """Makes one dataset and prints what it took."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "klgnn", "generate", *words, *WORKERS]
        command += ["--out", f"{folder}/set", "--json"]
        began = time.perf_counter()
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as process:
            assert process.stdout is not None
            output = process.stdout.read()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - began
    if process.returncode:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}")
    made = json.loads(output)
    counts = made["counts"]
    print(
        f"{name:<26} {seconds:7.1f} s by the clock {usage.ru_utime + usage.ru_stime:7.1f} s of "
        f"processors {usage.ru_maxrss / 1e6:5.2f} GB; {counts['intervals']:,} intervals, "
        f"{counts['rows']:,} rows, {counts['classes']:,} classes, {made['bytes'] / 1e6:,.0f} MB",
        flush=True,
    )


if __name__ == "__main__":
    main()
