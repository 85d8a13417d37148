"""The verb `report`. Everything heavy is imported inside it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from data_gen import console
from data_gen.errors import UsageError

__all__ = ["report"]


def report(
    run: Annotated[
        Path | None,
        typer.Argument(
            help="Run folder made by klgnn train [default: the model that comes with klgnn]."
        ),
    ] = None,
    out: Annotated[Path, typer.Option(help="HTML file to write.")] = Path("report.html"),
    dataset: Annotated[
        Path | None,
        typer.Option(
            help="Where the dataset of the run is [default: where it was; for the model that comes "
            "with klgnn it is made, once]."
        ),
    ] = None,
    coefficient: Annotated[
        int | None,
        typer.Option(
            help="Power of q to attribute [default: the largest that is not rare in the dataset]."
        ),
    ] = None,
    percentile: Annotated[
        float, typer.Option(help="Vertices with a score above it are salient.")
    ] = 99.0,
    method: Annotated[str, typer.Option(help="gradient or input-x-gradient.")] = "gradient",
    target: Annotated[str, typer.Option(help="logit (of the predicted value) or loss.")] = "logit",
    ends: Annotated[
        str,
        typer.Option(
            help="keep or drop the bottom and top of intervals; auto drops them if untrained "
            "networks point at little else."
        ),
    ] = "auto",
    untrained: Annotated[
        int, typer.Option(min=2, help="How many untrained networks to compare with.")
    ] = 5,
    examples: Annotated[int, typer.Option(min=0, help="How many intervals to draw.")] = 12,
    seed: Annotated[int, typer.Option(min=0, help="Of the controls and of the bootstrap.")] = 0,
    json: Annotated[
        bool, typer.Option("--json", help="Print what the report says as JSON.")
    ] = False,
) -> None:
    """See what a trained network leans on: one HTML page that opens offline.

    The reflections and hypercubes in the salient part of the dataset's intervals, beside the same
    for untrained networks and for random vertices of the same ranks. Prints the path of the page.

    Example: `klgnn report`

    Example: `klgnn report runs/s56 --out report.html`
    """
    _check_out(out)
    console.say("loading torch and captum")
    from analysis.report.collect import collect
    from analysis.report.contents import Settings
    from analysis.report.render import render
    from data_gen.storage import write_atomically
    from klgnn.runs import Run

    settings = Settings(
        coefficient=coefficient,
        percentile=percentile,
        method=method,  # type: ignore[arg-type]  # checked where it is used
        target=target,  # type: ignore[arg-type]
        ends=ends,  # type: ignore[arg-type]
        untrained=untrained,
        examples=examples,
        seed=seed,
    )
    opened = Run.find(run) if dataset is None else Run.find(run).with_dataset(dataset)
    opened.dataset()  # if it has to be made, it has a bar of its own
    with console.progress("attributing") as moved:
        found = collect(opened, settings, moved)
    write_atomically(out, render(found).encode())
    if json:
        console.print_json({"report": str(out), **found.to_dict()})
    else:
        console.say(found.verdict)
        console.show(str(out))


def _check_out(out: Path) -> None:
    """Says beforehand what would otherwise fail after the work."""
    if not out.parent.is_dir():
        raise UsageError(
            f"--out {str(out)!r}: the folder {str(out.parent)!r} does not exist. Make it first, or "
            "choose another."
        )
    if out.is_dir():
        raise UsageError(f"--out {str(out)!r} is a folder; a file such as report.html is wanted.")
