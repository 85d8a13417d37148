"""Runs benchmarks, keeps what they print, and writes the page docs/benchmarks.md from it.

    python benchmarks/write_page.py                  all of them, many minutes, on a quiet machine
    python benchmarks/write_page.py kl_table search  these again; of the others what is kept
    python benchmarks/write_page.py --none           only the page

What a benchmark prints is kept word for word in benchmarks/measured, below the command, the
machine and the versions. Nothing of a benchmark that failed is kept. docs/benchmarks-by-hand.md,
what no command here repeats, becomes the end of the page.
"""

from __future__ import annotations

import argparse
import ast
import os
import platform
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from data_gen.storage import write_atomically

HERE = Path(__file__).parent
MEASURED = HERE / "measured"
PAGE = HERE.parent / "docs" / "benchmarks.md"
BY_HAND = PAGE.with_name("benchmarks-by-hand.md")
# In the order of the page; each file of the folder stands here once.
COMMANDS = {
    "kl_table": "kl_table.py",
    "lookup": "lookup.py",
    "intervals": "intervals.py",
    "selection_counts": "selection_counts.py",
    "datasets": "datasets.py",
    "quotient": "quotient.py",
    "training": "training.py",
    "attribution": "attribution.py --graphs 100 --occluded 8 --rounds 2",
    "formulas": "formulas.py",
    "formulas_at_large": "formulas_at_large.py",
    "search": "search.py boolean --seconds 8",
}
VERSIONS = ("klgnn", "numpy", "numba", "torch", "torch-geometric")
HEAD = """# Benchmarks

This page is written by `make bench` from what each benchmark prints. A benchmark is one file of the
folder `benchmarks`, which answers the question it begins with, and runs alone by the command above
its output. Wherever there is a peer, it works on the same objects in the same run. Processor
seconds say more than seconds by the clock, and ratios within one run more than either: the speed of
a shared machine drifts by half.
"""


def main() -> None:
    """Runs what was asked for, then writes the page."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", help=f"of {', '.join(COMMANDS)}; all if none is named")
    parser.add_argument("--none", action="store_true", help="run none, write the page")
    parser.add_argument("--coxeter3", metavar="DRIVER", help="handed to kl_table, which says what")
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in COMMANDS]
    if unknown:
        parser.error(f"no benchmark is called {unknown[0]!r}; there are {', '.join(COMMANDS)}.")
    MEASURED.mkdir(exist_ok=True)
    for name in [] if options.none else options.names or COMMANDS:
        peer = options.coxeter3 if name == "kl_table" else None
        command = COMMANDS[name] + (f" --coxeter3 {peer}" if peer else "")
        print(f"python benchmarks/{command}", file=sys.stderr)
        write_atomically(MEASURED / f"{name}.txt", measured(command).encode())
    write_atomically(PAGE, page(MEASURED, BY_HAND).encode())
    print(PAGE)


def measured(command: str) -> str:
    """What is kept of a benchmark: the command, where it ran, and what it printed."""
    file, *words = command.split()
    # One thread each, unless the benchmark says otherwise: what is compared is the work.
    environment = {"OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"} | dict(os.environ)
    done = subprocess.run(
        [sys.executable, str(HERE / file), *words],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        env=environment,
    )
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in VERSIONS)
    return f"$ python benchmarks/{command}\n# {machine()}; {versions}\n{done.stdout.strip()}\n"


def machine() -> str:
    """The processors of this machine, in words."""
    model = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
        model = named[0] if named else model
    return f"{os.cpu_count()} processors, {model}"


def page(folder: Path, by_hand: Path) -> str:
    """The page, of all outputs in a folder and a text by hand."""
    parts = [HEAD]
    for name, command in COMMANDS.items():
        kept = folder / f"{name}.txt"
        if kept.exists():
            said = kept.read_text(encoding="utf-8").rstrip()
            parts.append(f"## {question(command)}\n\n{reason(command)}\n\n```text\n{said}\n```\n")
    return "\n".join([*parts, by_hand.read_text(encoding="utf-8")])


def question(command: str) -> str:
    """What a benchmark asks: the sentence that it begins with."""
    return _docstring(command).partition("?")[0] + "?"


def reason(command: str) -> str:
    """What it says about how it measures: its text without the calls."""
    paragraphs = _docstring(command).split("\n\n")[1:]
    return "\n\n".join(
        text for text in paragraphs if "python benchmarks/" not in text and text[:1] != " "
    )


def _docstring(command: str) -> str:
    text = (HERE / command.split()[0]).read_text(encoding="utf-8")
    return ast.get_docstring(ast.parse(text)) or ""


if __name__ == "__main__":
    main()
