"""The verb `interval`: everything about one Bruhat interval."""

from __future__ import annotations

from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Annotated, Any

import typer

from data_gen import console

if TYPE_CHECKING:
    from rich.table import Table

    from data_gen.intervals import BruhatInterval

__all__ = ["describe", "interval"]

_ROWS = {
    "length": "length",
    "nodes": "elements",
    "edges": "edges",
    "rank_sizes": "rank sizes",
    "kl": "P(q)",
    "r_tilde": "R~(q)",
    "mu": "mu",
    "atoms": "atoms",
    "coatoms": "coatoms",
    "extremal": "extremal pair",
    "certificate": "certificate",
}


def interval(
    x: Annotated[str, typer.Argument(metavar="X", help="The lower end, as 1324 or 1,3,2,4.")],
    w: Annotated[
        str,
        typer.Argument(metavar="W", help="The upper end; X must be below it.", show_default=False),
    ] = "",
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead.")] = False,
    plot: Annotated[
        Path | None,
        typer.Option("--plot", help="Write the Hasse diagram to this file: .svg, or .tex (TikZ)."),
    ] = None,
    reflections: Annotated[
        bool,
        typer.Option("--reflections", help="Draw the edges that are no covers too, dashed."),
    ] = False,
) -> None:
    """Show one Bruhat interval: its graph, its polynomials, its Hasse diagram.

    Permutations are in one-line notation; from n = 10 on, put commas between the entries. The
    certificate is equal for two intervals exactly if their unlabelled Bruhat graphs are isomorphic.

    Example: `klgnn interval 1324 3412 --json`
    """
    from data_gen.errors import UsageError
    from data_gen.intervals import BruhatInterval

    if not w:
        raise UsageError(
            f"{x!r} alone is no interval: give both ends as words of their own, without quotes "
            "around the two, as in klgnn interval 1324 3412."
        )
    chosen = BruhatInterval(x, w)
    if plot is not None:
        _check_plot(plot)
    facts = describe(chosen)
    if json:
        console.print_json(facts)
    else:
        console.show(_table(chosen, facts))
        console.show("")
        console.show(_plain(chosen.hasse_text(get_terminal_size((100, 24)).columns)))
    if plot is not None:
        _write_plot(chosen, plot, reflections)


def describe(chosen: BruhatInterval) -> dict[str, Any]:
    """What `klgnn interval --json` prints.

    Keys: n, x, w, length, nodes, edges, covers (counts), rank_sizes, kl and r_tilde (coefficients,
    ascending), mu, q_coefficient (the coefficient of q in P, from P and as
    ``#coatoms - length + [q^(length-2)]R~``; they agree), atoms, coatoms (counts), extremal and
    certificate.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> facts = describe(BruhatInterval("1324", "3412"))
        >>> facts["kl"], facts["r_tilde"], facts["mu"]
        ([1, 1], [0, 0, 0, 1], 1)
    """
    from data_gen.isomorphism import certificate
    from data_gen.kl_single import kl_coefficients
    from data_gen.permutations import format_permutation
    from data_gen.r_polynomials import r_tilde_polynomial

    graph = chosen.graph
    with console.progress(f"P of {chosen!r}") as report:
        kl = list(kl_coefficients(chosen.x, chosen.w, report))
    r_tilde = list(r_tilde_polynomial(chosen.x, chosen.w))
    top = chosen.length
    coatoms = int((graph.ranks == top - 1).sum())
    return {
        "n": chosen.n,
        "x": format_permutation(chosen.x),
        "w": format_permutation(chosen.w),
        "length": top,
        "nodes": graph.num_nodes,
        "edges": graph.num_edges,
        "covers": int(graph.covers.sum()),
        "rank_sizes": list(chosen.rank_sizes),
        "kl": kl,
        "r_tilde": r_tilde,
        "mu": _coefficient(kl, (top - 1) // 2) if top % 2 else 0,
        "q_coefficient": {
            "from_kl": _coefficient(kl, 1),
            "from_r_tilde": coatoms - top + _coefficient(r_tilde, top - 2),
        },
        "atoms": int((graph.ranks == 1).sum()),
        "coatoms": coatoms,
        "extremal": chosen.is_extremal,
        "certificate": certificate(graph),
    }


def _coefficient(coefficients: list[int], degree: int) -> int:
    return coefficients[degree] if 0 <= degree < len(coefficients) else 0


def _table(chosen: BruhatInterval, facts: dict[str, Any]) -> Table:
    from rich.table import Table

    from data_gen.polynomials import format_polynomial

    title = rf"\[{facts['x']}, {facts['w']}] in S_{facts['n']}"
    table = Table(
        title=title, title_justify="left", title_style="bold", box=None, show_header=False
    )
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    shown = {
        **facts,
        "edges": f"{facts['edges']:,} ({facts['covers']:,} covers)",
        "nodes": f"{facts['nodes']:,}",
        "rank_sizes": " ".join(map(str, facts["rank_sizes"])),
        "kl": format_polynomial(facts["kl"]),
        "r_tilde": format_polynomial(facts["r_tilde"]),
        "extremal": "yes" if facts["extremal"] else "no",
    }
    for key, name in _ROWS.items():
        table.add_row(name, str(shown[key]))
    return table


def _plain(text: str) -> Any:
    from rich.text import Text

    return Text(text)


def _check_plot(path: Path) -> None:
    from data_gen.errors import UsageError

    if path.suffix.lower() not in (".svg", ".tex"):
        raise UsageError(f"--plot {str(path)!r}: the file must end in .svg or .tex.")


def _write_plot(chosen: BruhatInterval, path: Path, reflections: bool) -> None:
    from data_gen.storage import write_atomically

    draw = chosen.to_tikz if path.suffix.lower() == ".tex" else chosen.hasse_svg
    write_atomically(path, draw(reflections).encode())
    console.say(f"Hasse diagram: {path}")
