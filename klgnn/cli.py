"""The verbs `train` and `evaluate`. Everything heavy is imported inside them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from data_gen import console
from data_gen.choices import check_choice
from data_gen.interrupts import GOES_ON, if_interrupted
from klgnn.choices import Split, check_hardware, check_training
from klgnn.environment import prepare_torch

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["evaluate", "train"]


def train(
    dataset: Annotated[Path, typer.Argument(help="Folder made by klgnn generate.")],
    out: Annotated[Path, typer.Option(help="Run folder to make.")],
    preset: Annotated[
        str, typer.Option(help="default, top-down, davies2021 or davies2021-notebook.")
    ] = "default",
    seed: Annotated[int, typer.Option(help="Draws the weights and the order of the batches.")] = 0,
    epochs: Annotated[
        int | None, typer.Option(help="The most epochs [default: the preset's].")
    ] = None,
    max_time: Annotated[
        float | None, typer.Option(help="Stop training after so many seconds.")
    ] = None,
    threads: Annotated[
        int | None, typer.Option(help="How many threads compute [default: torch's choice].")
    ] = None,
    accelerator: Annotated[
        str, typer.Option(help="cpu, gpu, or auto: a GPU if there is one.")
    ] = "auto",
    devices: Annotated[
        int,
        typer.Option(
            help="How many processes train together, each with a batch and a GPU its own."
        ),
    ] = 1,
    precision: Annotated[
        str | None,
        typer.Option(help="32-true, bf16-mixed or 16-mixed [default: the preset's]."),
    ] = None,
    memory: Annotated[
        float | None,
        typer.Option(help="GB that graphs may take; more are read in parts [default: 4]."),
    ] = None,
    resume: Annotated[
        bool, typer.Option(help="Go on with an unfinished run, or begin it again.")
    ] = True,
    force: Annotated[
        bool, typer.Option("--force", help="Replace a run with other settings.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the results as JSON.")] = False,
) -> None:
    """Train a network on a dataset, and measure it on graphs it has never met.

    A finished run with the same settings is left as it is; an unfinished one goes on. The test
    split is read once, after training.

    Example: klgnn train data/s56 --out runs/s56
    """
    # Whatever makes no sense is refused before torch is loaded, which takes seconds.
    check_training(preset, seed, epochs, max_time, threads)
    check_hardware(accelerator, devices, precision)
    from data_gen.dataset import IntervalDataset

    source = IntervalDataset.open(dataset)
    prepare_torch()
    from klgnn.cli_run import remark_version
    from klgnn.training import train as train_network

    with if_interrupted(GOES_ON):
        run = train_network(
            source,
            out,
            preset=preset,
            seed=seed,
            epochs=epochs,
            max_time=max_time,
            threads=threads,
            resume=resume,
            force=force,
            accelerator=accelerator,
            devices=devices,
            precision=precision,
            memory=None if memory is None else int(memory * 1e9),
        )
    remark_version(run)
    if json:
        console.print_json({"run": str(run.path), **run.metrics})
    else:
        _show(run.metrics["test"])
        console.show(str(run.path))


def evaluate(
    run: Annotated[
        Path | None,
        typer.Argument(
            help="Run folder made by klgnn train [default: the model that comes with klgnn]."
        ),
    ] = None,
    split: Annotated[str, typer.Option(help="test, val or train.")] = "test",
    dataset: Annotated[
        Path | None,
        typer.Option(
            help="Folder of the dataset that the run was trained on [default: where it was; for "
            "the model that comes with klgnn it is made, once]."
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the results as JSON.")] = False,
) -> None:
    """Measure a trained network beside the most frequent answer and boosted trees on counts.

    Choose between runs with --split val: a test split that has chosen tests nothing any more.

    Example: klgnn evaluate runs/s56 --json
    """
    check_choice("--split", split, Split)
    prepare_torch()
    from klgnn.cli_run import chosen_run
    from klgnn.evaluation import evaluate as evaluate_run

    opened = chosen_run(run, dataset)
    opened.dataset()  # if it has to be made, it has a bar of its own
    with console.progress("fitting the baselines") as report:
        results = evaluate_run(opened, split, report).to_dict()
    if json:
        console.print_json({"run": str(run or "default"), **results})
    else:
        _show(results)


def _show(results: dict[str, Any]) -> None:
    """Prints the results of one split for a person."""
    from rich.table import Table

    leak = results["leak"]
    table = Table(title=f"{results['graphs']:,} graphs of the split {results['split']!r}")
    table.add_column("", no_wrap=True)
    for title in ("network", "most frequent", "trees on counts", "calibration"):
        table.add_column(title, justify="right")
    _add(table, "whole polynomial", results["exact"])
    for degree, scores in results["exact_by_degree"].items():
        _add(table, f"  degree {degree} ({scores['graphs']:,})", scores)
    for scores in results["coefficients"]:
        error = f"{scores['calibration_error']:.3f}"
        _add(table, f"q^{scores['power']} accuracy", scores["accuracy"], error)
        _add(table, f"q^{scores['power']} macro-F1", scores["macro_f1"])
    console.show(table)
    rows, intervals = f"{leak['row_share']:.1%}", f"{leak['interval_share']:.1%}"
    for line in (
        f"Trees on their own training data: {results['trees_training_exact']:.1%} exact.",
        "Calibration: the expected error of the network's probabilities.",
        "No graph of val or test has an isomorphic twin in train; a random split would give one",
        f"to {rows} of the rows, and to {intervals} of the {leak['intervals']:,} intervals behind.",
    ):
        console.show(line)


def _add(table: Table, title: str, scores: dict[str, float], last: str = "") -> None:
    values = (f"{scores[name]:.3f}" for name in ("network", "majority", "trees"))
    table.add_row(title, *values, last)
