"""The commands of `dataset` that make one from another: `split` and `import`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from data_gen import console
from data_gen.cli import Force, Json, MaxNodes, Scheduler, Shares, SplitBy, Workers
from data_gen.interrupts import GOES_ON, if_interrupted
from data_gen.split_rule import SHARES

if TYPE_CHECKING:
    from data_gen.dataset import IntervalDataset

__all__ = ["import_file", "split_rows"]

_Seed = Annotated[int, typer.Option("--seed", help="Moves classes between train, val and test.")]
_Out = Annotated[Path, typer.Option("--out", help="The dataset folder to make or to finish.")]


def split_rows(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The dataset folder.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="Write another split of the rows into this folder.")
    ] = None,
    split_by: Annotated[
        str | None,
        typer.Option("--split-by", help="`class`, `n` or `row`; as in DIR if left out."),
    ] = None,
    shares: Annotated[
        tuple[int, int, int] | None,
        typer.Option(
            "--shares",
            metavar="TRAIN VAL TEST",
            help="In per cent, as 70 15 15; as in DIR if left out.",
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", help="Moves what is split; as in DIR if left out.")
    ] = None,
    workers: Workers = 1,
    scheduler: Scheduler = None,
    force: Force = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead.")] = False,
) -> None:
    """Show how the rows are split and what leaks; with --out, split them anew.

    A test interval leaks if an isomorphic one is in train: a network has then seen the answer.
    With --out the same rows go into another folder, which holds the bytes that `generate` would
    have made with that split.

    Example: `klgnn dataset split data/s56`

    Example: `klgnn dataset split data/s56 --split-by n --out data/s5-to-s6`
    """
    from data_gen.cli import executor_at, show
    from data_gen.dataset import IntervalDataset
    from data_gen.errors import UsageError
    from data_gen.resplit import split_dataset
    from data_gen.split_rule import SplitRule

    dataset = IntervalDataset.open(folder)
    if out is None:
        if (split_by, shares, seed) != (None, None, None):
            raise UsageError("another split is written into another folder: add --out DIR.")
        _show_split(dataset, json)
        return
    old = dataset.manifest.parameters.split_rule
    rule = SplitRule(
        old.by if split_by is None else split_by,
        shares or old.shares,
        old.seed if seed is None else seed,
    )
    with if_interrupted(GOES_ON), executor_at(scheduler) as executor:
        made = split_dataset(
            dataset,
            out,
            rule,
            workers=workers,
            executor=executor,
            force=force,
            progress=console.progress,
            notify=console.say,
        )
    show(made, out, json)


def import_file(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A Kazhdan-Lusztig file of ML4AlgComb.")
    ],
    out: _Out,
    max_nodes: MaxNodes = None,
    seed: _Seed = 0,
    split_by: SplitBy = "class",
    shares: Shares = SHARES,
    workers: Workers = 1,
    scheduler: Scheduler = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Make a dataset of the pairs in a file of ML4AlgComb; check every polynomial.

    Each row has x, w (0-indexed) and the coefficients; the polynomial is 0 where x is not below w.
    Every row is compared with the table of S_n, and nothing is made if one is wrong.

    Example: `klgnn dataset import kl_polynomials_5_train.txt --out data/ml4algcomb-5`
    """
    from data_gen.cli import executor_at, show
    from data_gen.importing import import_pairs

    with if_interrupted(GOES_ON), executor_at(scheduler) as executor:
        dataset = import_pairs(
            file,
            out,
            seed=seed,
            max_nodes=max_nodes,
            split_by=split_by,
            shares=shares,
            workers=workers,
            executor=executor,
            force=force,
            progress=console.progress,
            notify=console.say,
        )
    show(dataset, out, json)


def _show_split(dataset: IntervalDataset, json: bool) -> None:
    from data_gen.leak import find_leak

    with console.progress("reading classes") as report:
        leak = find_leak(dataset, report)
    if json:
        console.print_json({"path": str(dataset.path), **leak.to_dict()})
    else:
        console.show(_split_table(dataset, leak))


def _split_table(dataset: IntervalDataset, leak: Any) -> Any:
    from rich.table import Table

    from data_gen.split_rule import SPLIT_KINDS

    parameters = dataset.manifest.parameters
    kind, shares = parameters.split_by, "/".join(map(str, parameters.shares))
    table = Table(
        title=f"{dataset.path}: split by {kind}, {shares}, seed {parameters.seed}",
        title_justify="left",
        caption=SPLIT_KINDS[kind],
        caption_justify="left",
    )
    table.add_column("split")
    for name in (
        "intervals",
        "classes",
        "polynomials",
        "twins in train",
        "polynomials not in train",
    ):
        table.add_column(name, justify="right")
    for name, part in leak.splits.items():
        twins = "" if name == "train" else f"{part.twins:,}"
        unseen = "" if name == "train" else f"{part.unseen_polynomials:,}"
        table.add_row(
            name, f"{part.rows:,}", f"{part.classes:,}", f"{part.polynomials:,}", twins, unseen
        )
    return table
