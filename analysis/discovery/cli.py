"""The command `conjecture discover`: relations between invariants, proposed and refuted."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from data_gen import console

__all__ = ["discover"]


def discover(
    n: Annotated[
        list[int] | None,
        typer.Option("--n", help="Make relations from S_n; repeat it for several. [default: 4 5]"),
    ] = None,
    assume: Annotated[
        list[str] | None,
        typer.Option(
            help="Also look under this hypothesis: P=1, lower, d=l, atoms=coatoms, regular or "
            "length<=4 for any number, or any for none; repeat it for several [default: all "
            "but the last two]."
        ),
    ] = None,
    terms: Annotated[
        int, typer.Option(min=1, max=3, help="The most invariants in an inequality.")
    ] = 2,
    larger: Annotated[
        list[int] | None,
        typer.Option(help="Try to refute on all of this S_n; repeat it for several. [default: 6]"),
    ] = None,
    sample: Annotated[
        int,
        typer.Option(
            min=0,
            help="Then on so many intervals of S_7, as many of S_8, and one for each polynomial of "
            "S_7 and S_8; 0 for none of these.",
        ),
    ] = 300,
    seed: Annotated[int, typer.Option(help="Draws the samples, permutes the labels.")] = 0,
    everything: Annotated[
        bool,
        typer.Option("--all", help="Show what is hardly ever sharp too, and all that was refuted."),
    ] = False,
    out: Annotated[Path | None, typer.Option(help="Write the result here, as JSON.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead.")] = False,
) -> None:
    """Propose relations between invariants of intervals, and try to refute them.

    Exact equalities come from integer linear algebra, sharp inequalities from linear programs; what
    follows from the rest is left out, and what is known is said to be.

    Example: `klgnn conjecture discover --n 4 --n 5 --assume lower`
    """
    from analysis.discovery.hypotheses import HYPOTHESES
    from analysis.discovery.page import page_of
    from analysis.discovery.results import Budget
    from analysis.discovery.run import discover as run

    samples = ((7, sample), (8, sample)) if sample else ()
    budget = Budget(
        terms=terms,
        larger=tuple(larger or (6,)),
        samples=samples,
        polynomials=(7, 8) if sample else (),
    )
    hypotheses = ["" if name == "any" else name for name in assume or HYPOTHESES]
    if out is not None:
        _check_writable(out)  # better now than after the search
    found = run(n or (4, 5), hypotheses, budget, seed, console.progress)
    if out is not None:
        _write(found.to_dict(), out)
    if json:
        console.print_json(found.to_dict())
    else:
        typer.echo(page_of(found, everything), nl=False)


def _check_writable(path: Path) -> None:
    from tempfile import TemporaryFile

    from data_gen.errors import UsageError
    from data_gen.storage import storage_error

    if path.is_dir():
        raise UsageError(f"--out {path}: that is a folder; name a file in it.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise storage_error(error, path) from error


def _write(content: object, path: Path) -> None:
    import json

    from data_gen.storage import write_atomically

    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    write_atomically(path, text.encode())
