"""The verb `report`. Everything heavy is imported inside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from analysis.report.settings import Settings
from data_gen import console
from data_gen.choices import check_choice
from data_gen.errors import DatasetError, RunError, UsageError
from data_gen.interrupts import GOES_ON, if_interrupted
from klgnn.environment import prepare_torch

if TYPE_CHECKING:
    from klgnn.runs import Run

__all__ = ["report"]

_WHAT = "What is attributed, and what is salient"
_CONTROLS = "What it is compared with"
_PAGE = "What is on the page"
_PAGES, _PICTURE = (".html", ".htm"), ".svg"


def report(
    run: Annotated[
        Path | None,
        typer.Argument(
            help="Run folder made by klgnn train [default: the model that comes with klgnn]."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="File to write, replaced if it is there: a page, .html, or with --interval also a "
            "picture, .svg [default: report.html; with --interval, interval.html]."
        ),
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print what the report says as JSON, too.")
    ] = False,
    dataset: Annotated[
        Path | None,
        typer.Option(
            help="Folder of the dataset that the run was trained on [default: where it was; for "
            "the model that comes with klgnn it is made, once]."
        ),
    ] = None,
    interval: Annotated[
        tuple[str, str] | None,
        typer.Option(
            metavar="X W",
            help="Read this one interval, X below W, as 1324 3412; no dataset is needed.",
        ),
    ] = None,
    decomposition: Annotated[
        str | None,
        typer.Option(
            help="In the picture of --interval: mark the standard decomposition by the first or "
            "last letter, the place of 1 or of n: first, last, pos1 or posn."
        ),
    ] = None,
    coefficient: Annotated[
        int | None,
        typer.Option(
            metavar="K",
            help="Attribute the coefficient of q^K [default: the largest K for which it is not "
            "rare in the dataset; with --interval, the degree of its polynomial].",
            rich_help_panel=_WHAT,
        ),
    ] = None,
    method: Annotated[
        str,
        typer.Option(
            help="gradient, input-x-gradient, integrated-gradients (32 times as slow) or occlusion "
            "(slower still).",
            rich_help_panel=_WHAT,
        ),
    ] = "gradient",
    target: Annotated[
        str,
        typer.Option(
            help="logit (of the predicted value), loss, or margin (to the runner-up, or --values).",
            rich_help_panel=_WHAT,
        ),
    ] = "logit",
    values: Annotated[
        str | None,
        typer.Option(
            metavar="A,B",
            help="With --target margin: the logit of the value A less that of B.",
            rich_help_panel=_WHAT,
        ),
    ] = None,
    part: Annotated[
        str,
        typer.Option(
            help="nodes (the vertices), or edges: a vertex scores half of what its edges do.",
            rich_help_panel=_WHAT,
        ),
    ] = "nodes",
    percentile: Annotated[
        float | None,
        typer.Option(
            help="Vertices that score above this percentile are salient [default: 99, of all "
            "vertices; with --interval, 90 of its own].",
            rich_help_panel=_WHAT,
        ),
    ] = None,
    ends: Annotated[
        str,
        typer.Option(
            help="Whether the bottom and top of an interval may be salient: keep, drop, or auto, "
            "which drops them if untrained networks point at little else.",
            rich_help_panel=_WHAT,
        ),
    ] = "auto",
    intervals: Annotated[
        int | None,
        typer.Option(
            help="Attribute so many intervals, drawn at random [default: all].",
            rich_help_panel=_WHAT,
        ),
    ] = None,
    retrain: Annotated[
        int,
        typer.Option(
            min=1,
            help="How many trained networks there are to be, this one among them; those missing "
            "are trained, each as long as the run was, and kept in the run folder.",
            rich_help_panel=_CONTROLS,
        ),
    ] = 1,
    shuffled: Annotated[
        int | None,
        typer.Option(
            min=0,
            help="How many networks are trained on shuffled labels [default: as many as --retrain, "
            "if that is more than 1; else none].",
            rich_help_panel=_CONTROLS,
        ),
    ] = None,
    untrained: Annotated[
        int | None,
        typer.Option(
            min=2,
            help="How many untrained networks to compare with [default: 5, or as many as --retrain "
            "if that is more].",
            rich_help_panel=_CONTROLS,
        ),
    ] = None,
    workers: Annotated[
        int,
        typer.Option(
            min=1,
            help="How many networks are trained at the same time.",
            rich_help_panel=_CONTROLS,
        ),
    ] = 1,
    seed: Annotated[
        int,
        typer.Option(
            min=0,
            help="Draws intervals, untrained networks, random vertices, bootstrap samples.",
            rich_help_panel=_CONTROLS,
        ),
    ] = 0,
    explored: Annotated[
        int,
        typer.Option(
            min=0, help="How many intervals can be browsed on the page.", rich_help_panel=_PAGE
        ),
    ] = 1000,
    examples: Annotated[
        int,
        typer.Option(
            min=0, help="How many intervals are drawn as fixed pictures.", rich_help_panel=_PAGE
        ),
    ] = 4,
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
    # Whatever makes no sense is refused before torch is loaded, which takes seconds.
    _check_folders(run, dataset)
    if out is None:
        out = Path("interval.html" if interval is not None else "report.html")
    _check_out(out, interval is not None)
    names: dict[str, Any] = {"method": method, "target": target, "part": part, "ends": ends}
    settings = Settings(
        coefficient=coefficient,
        percentile=percentile if percentile is not None else (90.0 if interval else 99.0),
        values=_pair(values),
        networks=retrain,
        shuffled=shuffled if shuffled is not None else (retrain if retrain > 1 else 0),
        untrained=untrained if untrained is not None else max(5, retrain),
        intervals=intervals,
        explored=explored,
        examples=examples,
        seed=seed,
        **names,
    )
    _check_decomposition(decomposition, interval is not None and out.suffix.lower() == _PICTURE)
    if interval is not None:
        given = {
            "--retrain": retrain > 1,
            "--shuffled": bool(shuffled),
            "--untrained": untrained is not None,
            "--workers": workers > 1,
            "--intervals": intervals is not None,
        }
        _check_interval(interval, [option for option, is_given in given.items() if is_given])
    prepare_torch()
    console.say("loading torch and captum")
    from klgnn.cli_run import chosen_run

    opened = chosen_run(run, dataset)
    if interval is None:
        _whole_dataset(opened, settings, out, workers, json)
    else:
        _one_interval(opened, interval, settings, out, decomposition, json)


def _whole_dataset(run: Run, settings: Settings, out: Path, workers: int, json: bool) -> None:
    from analysis.report.collect import collect
    from analysis.report.render import render
    from data_gen.storage import write_atomically

    run.dataset()  # if it has to be made, it has a bar of its own
    with if_interrupted(GOES_ON):
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
    text = reading.svg(decomposition) if out.suffix.lower() == _PICTURE else reading.page()
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


def _check_folders(run: Path | None, dataset: Path | None) -> None:
    """Refuses what is mistyped; `Run` says whether a folder that is there is a run."""
    if run is not None and str(run) != "default" and not run.is_dir():
        raise RunError(
            f"{str(run)!r} is not a run folder: there is no such folder. Make one with: "
            f"klgnn train DATASET --out {run}"
        )
    if dataset is not None and not dataset.is_dir():
        raise DatasetError(f"--dataset {str(dataset)!r}: there is no such folder.")


def _check_out(out: Path, one_interval: bool) -> None:
    """Says beforehand what would otherwise fail after the work."""
    name = f"--out {str(out)!r}"
    if not out.parent.is_dir():
        raise UsageError(
            f"{name}: the folder {str(out.parent)!r} does not exist. Make it first, or choose "
            "another."
        )
    if out.is_dir():
        raise UsageError(f"{name} is a folder; a file such as report.html is wanted.")
    kind = out.suffix.lower()
    if kind == _PICTURE and not one_interval:
        raise UsageError(f"{name}: a picture is made of one --interval X W only.")
    if kind not in (*_PAGES, _PICTURE):
        also = f", that of a picture in {_PICTURE}" if one_interval else ""
        raise UsageError(f"{name}: the name of a page ends in .html{also}.")


def _check_decomposition(kind: str | None, is_picture: bool) -> None:
    if kind is None:
        return
    if not is_picture:
        raise UsageError(
            f"--decomposition {kind!r}: it is marked in the picture of one --interval X W only; "
            "give --out a name that ends in .svg. A page has a switch for it."
        )
    from data_gen.hypercube_formula import Decomposition

    check_choice("--decomposition", kind, Decomposition)


def _check_interval(ends: tuple[str, str], given: Sequence[str]) -> None:
    """Refuses what is no interval, and options of which one interval knows nothing."""
    if given:
        raise UsageError(
            f"{', '.join(given)}: these are for a whole dataset; leave them out with --interval."
        )
    from data_gen.intervals import BruhatInterval

    BruhatInterval(*ends)
