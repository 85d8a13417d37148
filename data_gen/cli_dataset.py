"""The verb `dataset`: what a dataset folder holds, and whether it is still what was written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from data_gen import console
from data_gen.cli_dataset_make import import_file, split_rows

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from data_gen.dataset import IntervalDataset
    from data_gen.integrity import Fault
    from data_gen.manifest import Manifest, Parameters

__all__ = ["app", "info", "verify"]

_VIOLATIONS = 3

_Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The dataset folder.")]
_Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead.")]

app = typer.Typer(no_args_is_help=True, rich_markup_mode="markdown")


@app.callback()
def _dataset() -> None:
    """Look into a dataset folder, check every byte of it, split it anew, or import one.

    Example: `klgnn dataset verify data/s56`
    """


@app.command()
def info(folder: _Folder, json: _Json = False) -> None:
    """Show what a dataset holds: counts by split and n, sizes, polynomials, how it was made.

    Example: `klgnn dataset info data/s56 --json`
    """
    from data_gen.dataset import IntervalDataset
    from data_gen.description import describe

    chosen = IntervalDataset.open(folder)
    with console.progress("reading polynomials") as report:
        facts = describe(chosen, report)
    if json:
        console.print_json(facts)
        return
    for table in (_facts_table(chosen, facts), _rows_table(facts), _degrees_table(facts)):
        console.show(table)


@app.command()
def verify(folder: _Folder, json: _Json = False) -> None:
    """Check every byte of every file, and name each that is damaged, missing or foreign.

    The exit code is 3 if there is one.

    Example: `klgnn dataset verify data/s56`
    """
    from data_gen.dataset import IntervalDataset
    from data_gen.errors import ChecksumError
    from data_gen.integrity import faults_beside_damaged_manifest, known_command

    with console.progress("checking files") as report:
        try:
            chosen = IntervalDataset.open(folder)
        except ChecksumError:
            manifest, repair = None, known_command(folder)
            faults = list(faults_beside_damaged_manifest(folder, report))
        else:
            manifest, repair = chosen.manifest, chosen.manifest.parameters.command(folder)
            faults = list(chosen.faults(report))
    if all(fault.kind == "foreign" for fault in faults):
        repair = None
    if json:
        console.print_json(_verdict(folder, manifest, faults, repair))
    elif manifest is not None and not faults:
        console.show(_praise(folder, manifest))
    else:
        console.show(_faults_table(folder, faults))
    if faults:
        console.say(_advice(faults, repair))
        raise typer.Exit(_VIOLATIONS)


app.command("split")(split_rows)
app.command("import")(import_file)


# Showing ------------------------------------------------------------------------------------------


def _facts_table(chosen: IntervalDataset, facts: Mapping[str, Any]) -> Table:
    from rich.table import Table
    from rich.text import Text

    from data_gen.storage import format_bytes

    counts, elements, shards = facts["counts"], facts["elements"], chosen.manifest.shards
    table = Table(
        title=Text(f"{facts['path']}: {facts['title']}"),
        title_justify="left",
        title_style="bold",
        box=None,
        show_header=False,
    )
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    shown = {
        "selection": f"{facts['parameters']['select']}: {facts['selection']}",
        "made by": facts["command"],
        "intervals": f"{counts['rows']:,} ({counts['intervals']:,} looked at)",
        "classes": f"{counts['row_classes']:,} up to isomorphism; {_invariance(counts)}",
        "splits": _rule(chosen.manifest.parameters),
        "polynomials": f"{counts['polynomials']:,} distinct",
        "elements": _sizes(counts["nodes"], elements),
        "edges": f"{counts['edges']:,} in all",
        "files": f"{len(shards):,} shards, {format_bytes(facts['bytes'])}",
        "fingerprint": facts["fingerprint"],
        "versions": ", ".join(f"{name} {number}" for name, number in facts["versions"].items()),
    }
    for name, text in shown.items():
        table.add_row(name, Text(text))
    return table


def _rule(parameters: Parameters) -> str:
    from data_gen.split_rule import SPLIT_KINDS

    shares = "/".join(map(str, parameters.shares))
    return f"{shares}, seed {parameters.seed}; {SPLIT_KINDS[parameters.split_by]}"


def _invariance(counts: Mapping[str, Any]) -> str:
    broken = counts["classes_with_two_polynomials"]
    return f"{broken:,} carry two polynomials" if broken else "each carries one polynomial"


def _sizes(total: int, elements: Mapping[str, int]) -> str:
    if not elements:
        return "none"
    return (
        f"{total:,} in all; {elements['smallest']:,} to {elements['largest']:,} in an interval, "
        f"median {elements['median']:,}, nine in ten up to {elements['nine_tenths']:,}"
    )


def _rows_table(facts: Mapping[str, Any]) -> Table:
    from rich.table import Table

    by_split, splits = facts["rows_by_split_and_n"], facts["counts"]["splits"]
    ns = facts["parameters"]["ns"]
    table = Table(title="Intervals by split and n", title_justify="left")
    table.add_column("split")
    for name in (*(f"S_{n}" for n in ns), "all", "isomorphism classes"):
        table.add_column(name, justify="right")
    for split, rows in by_split.items():
        numbers = [*rows.values(), sum(rows.values()), splits[split]["classes"]]
        table.add_row(split, *(f"{number:,}" for number in numbers))
    sums = [sum(rows[str(n)] for rows in by_split.values()) for n in ns]
    total = [*sums, sum(sums), facts["counts"]["row_classes"]]
    table.add_section()
    table.add_row("all", *(f"{number:,}" for number in total))
    return table


def _degrees_table(facts: Mapping[str, Any]) -> Table:
    from rich.table import Table

    table = Table(title="Polynomials by degree", title_justify="left")
    for name in ("degree", "intervals", "share", "distinct polynomials"):
        table.add_column(name, justify="right")
    total = facts["counts"]["rows"]
    for row in facts["degrees"]:
        share = f"{100 * row['rows'] / total:.2f}%"
        table.add_row(str(row["degree"]), f"{row['rows']:,}", share, f"{row['polynomials']:,}")
    return table


def _verdict(
    folder: Path, manifest: Manifest | None, faults: list[Fault], repair: str | None
) -> dict[str, Any]:
    return {
        "path": str(folder),
        "whole": not faults,
        "fingerprint": manifest.fingerprint if manifest else None,
        "faults": [asdict(fault) for fault in faults],
        "repair": repair if faults else None,
    }


def _praise(folder: Path, manifest: Manifest) -> Text:
    from rich.text import Text

    from data_gen.storage import format_bytes

    size = format_bytes(sum(shard.bytes for shard in manifest.shards))
    return Text(
        f"{folder}: whole. {len(manifest.shards) + 2:,} files, {size} of shards.\n"
        f"fingerprint {manifest.fingerprint}"
    )


def _faults_table(folder: Path, faults: list[Fault]) -> Table:
    from rich.table import Table
    from rich.text import Text

    plural = "file is" if len(faults) == 1 else "files are"
    title = f"{folder}: {len(faults):,} {plural} not as written"
    table = Table(title=Text(title), title_justify="left", title_style="bold")
    table.add_column("file", no_wrap=True)
    table.add_column("what is wrong", overflow="fold")
    for fault in faults:
        table.add_row(Text(fault.file), Text(fault.message))
    return table


def _advice(faults: list[Fault], repair: str | None) -> str:
    steps = []
    if any(fault.kind == "foreign" for fault in faults):
        steps.append("Move what is foreign away from the shards.")
    if repair is not None:
        kept = "" if repair.endswith("--force") else "; shards that are whole are kept"
        steps.append(f"To mend it, run `{repair}`{kept}.")
    elif any(fault.kind != "foreign" for fault in faults):
        steps.append("Make the dataset anew in another folder with `klgnn generate`.")
    return "\n".join(steps)
