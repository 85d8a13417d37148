"""The verb `generate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from data_gen import console

if TYPE_CHECKING:
    from data_gen.dataset import IntervalDataset

__all__ = ["generate"]


def generate(
    n: Annotated[
        list[int], typer.Option("--n", help="The n of S_n, from 2 to 8; repeat it for several.")
    ],
    out: Annotated[Path, typer.Option("--out", help="The dataset folder to make or to finish.")],
    select: Annotated[
        str,
        typer.Option(
            "--select",
            help="Which intervals: `all`, `extremal` (extremal pairs), `classes` (one for each "
            "isomorphism class), or the name of an installed selection.",
        ),
    ] = "classes",
    workers: Annotated[
        int, typer.Option("--workers", help="Processes to use. It does not change the bytes.")
    ] = 1,
    seed: Annotated[
        int, typer.Option("--seed", help="Moves classes between train, val and test, no more.")
    ] = 0,
    max_nodes: Annotated[
        int | None,
        typer.Option("--max-nodes", help="Leave out intervals with more elements than this."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace a dataset that was made with other parameters.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the manifest's summary.")] = False,
) -> None:
    """Make a dataset of Bruhat intervals with their Kazhdan-Lusztig polynomials.

    The folder gets Parquet shards, manifest.json and README.md (a Hugging Face dataset card). A run
    that was stopped goes on when the same command is given again; a finished folder is left alone.
    The same parameters give the same bytes.

    Example: `klgnn generate --n 5 --n 6 --select classes --out data/s56`
    """
    from data_gen.generation import generate as make

    dataset = make(
        n,
        out,
        select=select,
        seed=seed,
        max_nodes=max_nodes,
        workers=workers,
        force=force,
        progress=console.progress,
        notify=console.say,
    )
    if json:
        console.print_json({"path": str(out), **dataset.manifest.summary()})
    else:
        console.show(_overview(dataset))
    for name, split in dataset.manifest.counts["splits"].items():
        if not split["rows"]:
            console.say(
                f"Warning: no interval is in the split {name!r}, so nothing can be trained on this "
                "dataset as it is: take a larger n, or another --seed."
            )


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
        f"{counts['intervals']:,} intervals looked at, {counts['classes']:,} classes"
    )
    table.caption_justify = "left"
    return table
