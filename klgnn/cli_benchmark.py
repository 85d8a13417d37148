"""The verb `benchmark`. Everything heavy is imported inside it."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from data_gen import console
from data_gen.errors import UsageError
from data_gen.interrupts import GOES_ON, if_interrupted
from data_gen.storage import write_atomically
from klgnn.environment import prepare_torch

__all__ = ["benchmark"]


def benchmark(
    suites: Annotated[
        list[str] | None,
        typer.Argument(help="Which ones [default: s8-unseen s7-to-s8 s8-strict s8-to-s9 s9]."),
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for results and data.")] = Path("benchmark"),
    methods: Annotated[
        str | None,
        typer.Option(help="Some of them, with commas, or some of the levers [default: all]."),
    ] = None,
    seeds: Annotated[
        str | None,
        typer.Option(help="Numbers, with commas [default: 0,1,2; of levers 0]."),
    ] = None,
    minutes: Annotated[float, typer.Option(help="How long one training may take.")] = 10.0,
    threads: Annotated[int, typer.Option(help="How many threads compute.")] = 2,
    levers: Annotated[
        bool,
        typer.Option("--levers", help="Instead: what each part of the top-down network is worth."),
    ] = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="Small suites of S_5 and S_6, to try the command.")
    ] = False,
    markdown: Annotated[
        Path | None, typer.Option(help="Also write the page of results here.")
    ] = None,
    kept: Annotated[
        bool, typer.Option("--kept", help="Make nothing: show what is there, and name the rest.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the results as JSON.")] = False,
) -> None:
    """Measure networks, trees and formulas on intervals that none of them has met.

    Every result is kept as soon as it is there. The same command goes on where it was stopped, and
    makes only what is missing or has other settings.

    With --levers, parts of the network and of its training are changed one by one, and judged on
    validation classes only. A file NAME-by-hand.md beside the --markdown page NAME.md becomes part
    of that page.

    Example: klgnn benchmark s8-unseen --methods majority,trees --out benchmark
    """
    prepare_torch()
    chosen = methods.split(",") if methods else []
    if levers:
        if suites:
            raise UsageError(f"--levers has a suite of its own; leave out {' '.join(suites)}.")
        _levers(out, chosen, _numbers(seeds or "0"), minutes, threads, quick, markdown, json)
        return
    from klgnn.benchmark import (
        METHODS,
        QUICK_SUITES,
        SUITES,
        Benchmark,
        overview,
        page,
        write_results,
    )

    everything = QUICK_SUITES if quick else SUITES
    work = Benchmark(
        out,
        suites or list(everything),
        chosen or list(METHODS),
        _numbers(seeds or "0,1,2"),
        minutes,
        threads,
        console.progress,
        console.say,
    )
    with if_interrupted(GOES_ON):
        results, missing = work.kept() if kept else (work.run(), [])
    if not results:
        raise UsageError(f"--kept: {str(out)!r} holds no such results. Make some without --kept.")
    processors = os.cpu_count() or 1
    written = write_results(out, results, processors)
    text = page(results, work.command, processors, missing).encode()
    if markdown is not None:
        write_atomically(markdown, text)
    if json:
        console.print_json({"results": [asdict(result) for result in results]})
    else:
        console.show(overview(results))
        console.show(str(written))


def _levers(
    out: Path,
    chosen: list[str],
    seeds: list[int],
    minutes: float,
    threads: int,
    quick: bool,
    markdown: Path | None,
    json: bool,
) -> None:
    from klgnn.benchmark import LeverTrials, lever_overview, lever_page, write_results
    from klgnn.markdown import by_hand_beside

    work = LeverTrials(out, chosen, seeds, minutes, threads, quick, console.progress, console.say)
    with if_interrupted(GOES_ON):
        results = work.run()
    (suite,) = work.suites
    processors = os.cpu_count() or 1
    written = write_results(out / suite.name, results, processors)
    if markdown is not None:
        by_hand = by_hand_beside(markdown)
        text = lever_page(results, work.levers, suite, work.command, processors, by_hand)
        write_atomically(markdown, text.encode())
    if json:
        console.print_json({"results": [asdict(result) for result in results]})
    else:
        console.show(lever_overview(results, work.levers))
        console.show(str(written))


def _numbers(text: str) -> list[int]:
    try:
        return [int(word) for word in text.split(",")]
    except ValueError:
        raise UsageError(f"--seeds {text!r}: give numbers with commas, such as 0,1,2.") from None
