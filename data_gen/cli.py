"""The verb `generate`."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from data_gen import console
from data_gen.interrupts import GOES_ON, if_interrupted
from data_gen.split_rule import SHARES

if TYPE_CHECKING:
    from data_gen.dataset import IntervalDataset

__all__ = ["Force", "Json", "Scheduler", "Seed", "Shares", "SplitBy", "Workers", "generate", "show"]

Workers = Annotated[
    int, typer.Option("--workers", help="Processes to use. It does not change the bytes.")
]
Scheduler = Annotated[
    str | None,
    typer.Option(
        "--scheduler",
        metavar="ADDRESS",
        help="Compute on a Dask cluster instead, such as `tcp://head:8786`.",
    ),
]
Force = Annotated[
    bool,
    typer.Option(
        "--force", help="Replace a dataset, also one with other parameters; do everything anew."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print the manifest's summary.")]
Seed = Annotated[
    int,
    typer.Option("--seed", help="Moves classes between train, val and test; draws for `sample`."),
]
SplitBy = Annotated[
    str,
    typer.Option(
        "--split-by",
        help="What is split: `class` (isomorphism classes), `n` (the classes that do not occur "
        "below the largest n are the test), `row` (single rows, which leaks).",
    ),
]
Shares = Annotated[
    tuple[int, int, int],
    typer.Option("--shares", metavar="TRAIN VAL TEST", help="In per cent, as 70 15 15."),
]
MaxNodes = Annotated[
    int | None,
    typer.Option("--max-nodes", help="Leave out intervals with more elements than this."),
]


def generate(
    n: Annotated[
        list[int],
        typer.Option(
            "--n", help="The n of S_n, from 2 to 10 (`sample`: 14); repeat it for several."
        ),
    ],
    out: Annotated[Path, typer.Option("--out", help="The dataset folder to make or to finish.")],
    select: Annotated[
        str,
        typer.Option(
            "--select",
            help="Which intervals: `all`; `extremal` pairs; `irreducible` ones, which come from no "
            "smaller S_n; `polynomials` and `polynomials-by-size`, the smallest irreducible one "
            "for each; `classes`, one for each isomorphism class; `extremal-classes`, the same for "
            "extremal pairs only; `sample`, at random; or the name of an installed selection.",
        ),
    ] = "classes",
    max_nodes: MaxNodes = None,
    max_length: Annotated[
        int | None,
        typer.Option("--max-length", help="Leave out intervals with a larger l(w) - l(x)."),
    ] = None,
    where: Annotated[
        str | None,
        typer.Option(
            "--where",
            metavar="QUERY",
            help="Keep only intervals that fulfil a pandas query on n, x, w, length, num_nodes and "
            "kl; or rows, if it names num_edges, iso_class or class_size too.",
        ),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit",
            help="At most so many rows, the smallest intervals first; `sample` draws so many.",
        ),
    ] = None,
    walks: Annotated[
        bool,
        typer.Option("--walks", help="Let `sample` walk at random instead of drawing uniformly."),
    ] = False,
    seed: Seed = 0,
    split_by: SplitBy = "class",
    shares: Shares = SHARES,
    workers: Workers = 1,
    scheduler: Scheduler = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Make a dataset of Bruhat intervals with their Kazhdan-Lusztig polynomials.

    The folder gets Parquet shards, manifest.json and README.md (a Hugging Face dataset card). A run
    that was stopped goes on when the same command is given again; a finished folder is left alone.
    The same parameters give the same bytes.

    Example: `klgnn generate --n 5 --n 6 --select classes --out data/s56`

    Example: `klgnn generate --n 7 --select extremal --where "kl.str.len() > 2" --out data/s7`
    """
    from data_gen.generation import generate as make

    with if_interrupted(GOES_ON), executor_at(scheduler) as executor:
        dataset = make(
            n,
            out,
            select=select,
            seed=seed,
            max_nodes=max_nodes,
            max_length=max_length,
            where=where,
            limit=limit,
            walks=walks,
            split_by=split_by,
            shares=shares,
            workers=workers,
            executor=executor,
            force=force,
            progress=console.progress,
            notify=console.say,
        )
    show(dataset, out, json)


def executor_at(scheduler: str | None) -> Any:
    """A Dask cluster as an executor, or None without an address; a context manager."""
    if scheduler is None:
        return nullcontext()
    from data_gen.cluster import dask_executor

    return dask_executor(scheduler, console.say)


def show(dataset: IntervalDataset, out: Path, json: bool) -> None:
    """Prints what a verb that makes a dataset has made."""
    if json:
        console.print_json({"path": str(out), **dataset.manifest.summary()})
    else:
        console.show(_overview(dataset))
    for warning in _warnings(dataset):
        console.say(f"Warning: {warning}")


def _warnings(dataset: IntervalDataset) -> list[str]:
    """Why nothing can be trained on a dataset as it is."""
    counts, query = dataset.manifest.counts, dataset.manifest.parameters.where
    if not counts["rows"]:
        given = f"--where {query!r} and the other limits match" if query else "the limits leave"
        return [f"{given} no interval: the dataset is empty."]
    return [
        f"no interval is in the split {name!r}, so nothing can be trained on this dataset as it "
        "is: take a larger n, or another --seed."
        for name, split in counts["splits"].items()
        if not split["rows"]
    ]


def _overview(dataset: IntervalDataset) -> Any:
    from rich.table import Table

    from data_gen.storage import format_bytes

    manifest = dataset.manifest
    counts = manifest.counts
    size = format_bytes(sum(shard.bytes for shard in manifest.shards))
    table = Table(
        title=f"{dataset.path}: {counts['rows']:,} intervals, {size}", title_justify="left"
    )
    table.add_column("split")
    table.add_column("intervals", justify="right")
    table.add_column("isomorphism classes", justify="right")
    for name, split in counts["splits"].items():
        table.add_row(name, f"{split['rows']:,}", f"{split['classes']:,}")
    largest = max((shard.largest for shard in manifest.shards), default=0)
    table.caption = (
        f"{counts['polynomials']:,} polynomials, up to {largest:,} elements; "
        f"{counts['intervals']:,} intervals looked at, {counts['left_out']:,} left out"
    )
    table.caption_justify = "left"
    return table
