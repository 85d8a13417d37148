"""The verb `similar`. Everything heavy is imported inside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from data_gen import console
from klgnn.cli_predict import Downwards, Words

if TYPE_CHECKING:
    from rich.table import Table

    from klgnn.known import Known
    from klgnn.similarity import Neighbour

__all__ = ["similar"]


def similar(
    words: Words,
    k: Annotated[int, typer.Option("--k", min=1, help="How many intervals to find.")] = 10,
    dataset: Annotated[
        Path | None,
        typer.Option("--dataset", help="Search in this dataset [default: the run's own]."),
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write a page with their pictures to this file.")
    ] = None,
    downwards: Downwards = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead.")] = False,
) -> None:
    """Find the intervals that look most like one, to a trained network.

    Near means near in the network's embedding; of each isomorphism class one interval is shown. The
    first search in a dataset computes an index, which is kept in the run folder.

    Example: `klgnn similar 1324 3412 --k 5`

    Example: `klgnn similar runs/s56 mine.graphml --html like-mine.html`
    """
    from data_gen.dataset import IntervalDataset
    from data_gen.isomorphism import certificate
    from klgnn.cli_run import chosen_run
    from klgnn.known import exact_polynomial
    from klgnn.prediction import ask
    from klgnn.similarity import open_index
    from klgnn.subject import Subject, split_words

    if html is not None:
        _check_html(html)
    chosen, asked = split_words(words)
    run, subject = chosen_run(chosen), Subject.of_words(asked, downwards)
    for remark in subject.remarks:
        console.say(remark)
    embedding = ask(run.network(), subject, run.config.features).embedding
    source = IntervalDataset.open(dataset) if dataset is not None else None
    index = open_index(run, source, console.progress)
    itself = index.find(certificate(subject.graph))
    found = index.search(embedding, k, without=itself.iso_class if itself else None)
    known: Known | str = "" if subject.interval is None else exact_polynomial(subject.interval)
    polynomial = itself.polynomial if itself else getattr(known, "polynomial", None)
    name, where = chosen or "default", f"{index.rows:,} intervals"
    if html is not None:
        from data_gen.storage import write_atomically
        from klgnn.similar_page import similar_page

        page = similar_page(subject, polynomial, found, where, name)
        write_atomically(html, page.encode())
    if json:
        console.print_json(
            {
                "run": name,
                "asked": subject.title,
                "polynomial": list(polynomial) if polynomial else None,
                "rows": index.rows,
                "itself": _facts(itself) if itself else None,
                "similar": [_facts(near) for near in found],
            }
        )
        return
    console.show(_table(subject.title, polynomial, found, where))
    if itself is not None:
        console.show(f"Its own graph is in row {itself.row:,}, split {itself.split!r}; left out.")
    if html is not None:
        console.show(str(html))


def _facts(near: Neighbour) -> dict[str, Any]:
    from dataclasses import asdict

    return {**asdict(near), "polynomial": list(near.polynomial)}


def _table(
    title: str, polynomial: tuple[int, ...] | None, found: list[Neighbour], where: str
) -> Table:
    from rich.markup import escape
    from rich.table import Table

    from data_gen.polynomials import format_polynomial

    known = f", P = {format_polynomial(polynomial)}" if polynomial else ""
    table = Table(
        title=escape(f"Like {title}{known}, among {where}"),
        title_justify="left",
        title_style="bold",
    )
    table.add_column("distance", justify="right")
    table.add_column("x", overflow="fold")
    table.add_column("w", overflow="fold")
    table.add_column("elements", justify="right")
    table.add_column("length", justify="right")
    table.add_column("P")
    table.add_column("split")
    for near in found:
        table.add_row(
            f"{near.distance:.3f}",
            near.x,
            near.w,
            f"{near.num_nodes:,}",
            str(near.length),
            format_polynomial(near.polynomial),
            near.split,
        )
    return table


def _check_html(path: Path) -> None:
    """Says beforehand what would otherwise fail after the work."""
    from data_gen.errors import UsageError

    if not path.parent.is_dir():
        raise UsageError(f"--html {str(path)!r}: the folder {str(path.parent)!r} does not exist.")
    if path.is_dir():
        raise UsageError(f"--html {str(path)!r} is a folder; a file such as near.html is wanted.")
