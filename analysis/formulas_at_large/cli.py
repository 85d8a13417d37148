"""The verbs of `klgnn conjecture formulas`: checking all formulas on very many intervals."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from data_gen import console
from data_gen.interrupts import GOES_ON, WITH_OUT, if_interrupted

__all__ = ["app"]

_FAILURES = 3
_AMAZING_NODES = 500

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Check all formulas on all hypercube decompositions of very many intervals.\n\n"
    "Example: `klgnn conjecture formulas check --n 6 --out s6`",
)


class Intervals(StrEnum):
    """Which intervals of S_n; `analysis.formulas_at_large.scope.Kind` without the samples."""

    CLASSES = "classes"
    NEW_CLASSES = "new-classes"
    CORES = "cores"


@app.command()
def check(
    n: Annotated[int, typer.Option("--n", help="Intervals of S_n; n up to 9.")],
    intervals: Annotated[
        Intervals,
        typer.Option(
            help="One of each isomorphism class (n up to 8), of the classes that are not in "
            "S_{n-1}, or one of each orbit under symmetries (n up to 7)."
        ),
    ] = Intervals.CLASSES,
    sample: Annotated[
        int | None,
        typer.Option(
            min=1, help="So many pairwise non-isomorphic ones of S_8 or S_9, drawn at random."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Draws the sample.")] = 0,
    max_nodes: Annotated[
        int | None,
        typer.Option(help="Leave out intervals with more elements [needed from S_8 on]."),
    ] = None,
    upper: Annotated[
        bool,
        typer.Option(
            "--upper",
            help="Look at upper decompositions as well. All of S_n is closed under duality, a "
            "sample is not.",
        ),
    ] = False,
    workers: Annotated[int, typer.Option(help="Processes to use.")] = 1,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Write the results into this folder. What is finished is noted there, so that the "
            "same command goes on after Ctrl-C."
        ),
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print one JSON document instead of a table.")
    ] = False,
) -> None:
    """Check every formula on every decomposition of one interval after the other.

    The exit code is 3 if something fails that was not known to: the H-tilde formula on
    decompositions that are not join-strong, for instance, is.

    Example: `klgnn conjecture formulas check --n 7 --workers 4 --out s7`
    """
    from analysis.formulas_at_large.interval import REFUTED, Limits
    from analysis.formulas_at_large.run import check_formulas
    from analysis.formulas_at_large.scope import Kind, Scope
    from data_gen.parallel import process_pool

    limits = Limits(upper=upper, amazing=None if n < 8 else _AMAZING_NODES)
    kind: Kind = intervals.value if sample is None else "sample"
    scope = Scope(n, kind, max_nodes, sample or 0, seed, limits)
    with if_interrupted(WITH_OUT if out is None else GOES_ON), process_pool(workers) as executor:
        result = check_formulas(scope, out, executor, console.progress, console.say)
    if json:
        console.print_json(result)
    else:
        print(_totals(result))
    if not set(result["failed"]) <= REFUTED:
        raise typer.Exit(_FAILURES)


@app.command()
def table(
    folders: Annotated[list[Path], typer.Argument(help="Folders of `check --out`.")],
    out: Annotated[
        Path | None,
        typer.Option(
            help="Write the page into this file [default: print it]. A file NAME-by-hand.md beside "
            "NAME.md becomes part of it."
        ),
    ] = None,
) -> None:
    """Write a page of what was checked, finished or not.

    Example: `klgnn conjecture formulas table s7 s8 --out docs/formulas-checked.md`
    """
    from analysis.formulas_at_large.page import page
    from analysis.formulas_at_large.run import so_far
    from data_gen.storage import write_atomically
    from klgnn.markdown import by_hand_beside

    found = [so_far(folder) for folder in folders]
    text = page(found, None if out is None else by_hand_beside(out))
    if out is None:
        print(text)
    else:
        write_atomically(out, text.encode())
        print(out)


def _totals(result: dict[str, Any]) -> str:
    """A headline and a line for each formula."""
    from analysis.formulas_at_large.interval import FORMULAS

    counts, described = result["counts"], result["population"]
    decompositions, strong, without = (
        counts[key][1] for key in ("decompositions", "join-strong", "undecomposed")
    )
    lines = [
        f"S_{result['scope']['n']}: {described['looked_at']:,} graphs, standing for "
        f"{described['intervals']:,} intervals with {decompositions:,} lower hypercube "
        f"decompositions, {decompositions - strong:,} of them not join-strong; {without:,} "
        "intervals without one",
        f"  {'':<26} {'on the graphs':>33}  {'on all intervals':>33}",
    ]
    for name, words in FORMULAS.items():
        if name in result["tried"]:
            tried, failed = result["tried"][name], result["failed"].get(name, [0, 0])
            numbers = [f"{tried[k]:>14,} tried {failed[k]:>9,} fail" for k in (0, 1)]
            if "standard" in name and result["scope"]["kind"] != "cores":
                # Which ones are standard is not seen in the graph that stands for the others.
                numbers[1] = f"{'-':>34}"
            lines.append(f"  {name:<26} {'  '.join(numbers)}  {words}")
    return "\n".join(lines)
