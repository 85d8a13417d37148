"""The verb `report`. Everything heavy is imported inside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from data_gen import console
from data_gen.errors import UsageError
from klgnn.environment import prepare_torch

if TYPE_CHECKING:
    from analysis.report.settings import Settings
    from klgnn.runs import Run

__all__ = ["report"]


def report(
    run: Annotated[
        Path | None,
        typer.Argument(
            help="Run folder made by klgnn train [default: the model that comes with klgnn]."
        ),
    ] = None,
    out: Annotated[
        Path, typer.Option(help="HTML file to write; with --interval also a picture, .svg.")
    ] = Path("report.html"),
    dataset: Annotated[
        Path | None,
        typer.Option(
            help="Where the dataset of the run is [default: where it was; for the model that comes "
            "with klgnn it is made, once]."
        ),
    ] = None,
    interval: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="X W", help="Read this one interval; no dataset is needed."),
    ] = None,
    coefficient: Annotated[
        int | None,
        typer.Option(
            help="Power of q to attribute [default: the largest that is not rare in the dataset]."
        ),
    ] = None,
    percentile: Annotated[
        float | None,
        typer.Option(
            help="Vertices with a score above it are salient [default: 99, of the dataset; with "
            "--interval 90, of the interval]."
        ),
    ] = None,
    method: Annotated[
        str,
        typer.Option(help="gradient, input-x-gradient, integrated-gradients or occlusion (slow)."),
    ] = "gradient",
    target: Annotated[
        str,
        typer.Option(
            help="logit (of the predicted value), loss, or margin (to the runner-up, or --values)."
        ),
    ] = "logit",
    part: Annotated[
        str, typer.Option(help="nodes, or edges: a vertex scores half of what its edges do.")
    ] = "nodes",
    values: Annotated[
        str | None,
        typer.Option(metavar="A,B", help="With --target margin: the logit of A less that of B."),
    ] = None,
    ends: Annotated[
        str,
        typer.Option(
            help="keep or drop the bottom and top of intervals; auto drops them if untrained "
            "networks point at little else."
        ),
    ] = "auto",
    retrain: Annotated[
        int,
        typer.Option(
            min=1,
            help="How many trained networks there are to be, this one among them; those missing "
            "are trained, and kept in the run folder.",
        ),
    ] = 1,
    shuffled: Annotated[
        int | None,
        typer.Option(
            min=0,
            help="How many networks are trained on shuffled labels [default: as many as --retrain, "
            "if that is more than 1].",
        ),
    ] = None,
    untrained: Annotated[
        int | None,
        typer.Option(
            min=2, help="How many untrained networks to compare with [default: 5 or --retrain]."
        ),
    ] = None,
    workers: Annotated[
        int, typer.Option(min=1, help="How many networks are trained at the same time.")
    ] = 1,
    intervals: Annotated[
        int | None,
        typer.Option(help="Attribute so many intervals, drawn at random [default: all]."),
    ] = None,
    explored: Annotated[
        int, typer.Option(min=0, help="How many intervals can be browsed on the page.")
    ] = 1000,
    examples: Annotated[
        int, typer.Option(min=0, help="How many intervals are drawn as fixed pictures.")
    ] = 4,
    decomposition: Annotated[
        str | None,
        typer.Option(help="In the picture of --interval: mark first, last, pos1 or posn."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the controls and of the statistics.")] = 0,
    json: Annotated[
        bool, typer.Option("--json", help="Print what the report says as JSON.")
    ] = False,
) -> None:
    """See what trained networks lean on: one HTML page that opens offline.

    Reflections, hypercubes and decompositions in the salient part of the dataset's intervals,
    beside the same for networks that learned nothing and for random vertices; and intervals to
    browse. With --retrain 10 the page says what is established over ten trainings and what is not.
    Prints the path of the page.

    Example: `klgnn report`

    Example: `klgnn report runs/s56 --retrain 10 --workers 2`

    Example: `klgnn report --interval 132546 351624 --out nature.html`
    """
    _check_out(out, interval is not None)
    if decomposition is not None and (interval is None or out.suffix.lower() != ".svg"):
        raise UsageError(
            f"--decomposition {decomposition!r}: it is marked in the picture of one --interval X W "
            "only; give --out a name that ends in .svg. A page has a switch for it."
        )
    prepare_torch()
    console.say("loading torch and captum")
    from analysis.report.settings import Settings
    from klgnn.runs import Run

    if shuffled is None:
        shuffled = retrain if retrain > 1 else 0
    settings = Settings(
        coefficient=coefficient,
        percentile=percentile if percentile is not None else (90.0 if interval else 99.0),
        method=method,  # type: ignore[arg-type]  # checked where it is used
        target=target,  # type: ignore[arg-type]
        part=part,  # type: ignore[arg-type]
        values=_pair(values),
        ends=ends,  # type: ignore[arg-type]
        networks=retrain,
        shuffled=shuffled,
        untrained=untrained if untrained is not None else max(5, retrain),
        intervals=intervals,
        explored=explored,
        examples=examples,
        seed=seed,
    )
    opened = Run.find(run) if dataset is None else Run.find(run).with_dataset(dataset)
    if interval is not None:
        if retrain > 1 or shuffled or intervals is not None:
            raise UsageError(
                "--retrain, --shuffled and --intervals are for a whole dataset; leave them out "
                "with --interval."
            )
        _one_interval(opened, interval, settings, out, decomposition, json)
        return
    _whole_dataset(opened, settings, out, workers, json)


def _whole_dataset(run: Run, settings: Settings, out: Path, workers: int, json: bool) -> None:
    from analysis.report.collect import collect
    from analysis.report.render import render
    from data_gen.storage import write_atomically

    run.dataset()  # if it has to be made, it has a bar of its own
    found = collect(run, settings, console.progress, workers)
    write_atomically(out, render(found).encode())
    if json:
        console.print_json({"report": str(out), **found.to_dict()})
    else:
        console.say(found.verdict)
        console.show(str(out))


def _one_interval(
    run: Run,
    ends: tuple[str, str],
    settings: Settings,
    out: Path,
    decomposition: str | None,
    json: bool,
) -> None:
    from analysis.report.single import read_interval
    from data_gen.storage import write_atomically

    reading = read_interval(run, *ends, settings)
    text = reading.svg(decomposition) if out.suffix.lower() == ".svg" else reading.page()
    write_atomically(out, text.encode())
    if json:
        console.print_json({"report": str(out), **reading.to_explorer().to_dict()})
    else:
        console.show(str(out))


def _pair(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    try:
        first, second = (int(word) for word in text.split(","))
    except ValueError as error:
        raise UsageError(
            f"--values {text!r}: two values of the coefficient are wanted, such as 2,1."
        ) from error
    return first, second


def _check_out(out: Path, one_interval: bool) -> None:
    """Says beforehand what would otherwise fail after the work."""
    if not out.parent.is_dir():
        raise UsageError(
            f"--out {str(out)!r}: the folder {str(out.parent)!r} does not exist. Make it first, or "
            "choose another."
        )
    if out.is_dir():
        raise UsageError(f"--out {str(out)!r} is a folder; a file such as report.html is wanted.")
    if out.suffix.lower() == ".svg" and not one_interval:
        raise UsageError(f"--out {str(out)!r}: a picture is made of one --interval X W only.")
