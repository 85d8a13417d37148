"""The command `conjecture search`: counterexamples where exhaustion stops."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from data_gen import console

if TYPE_CHECKING:
    from analysis.search.objectives import Objective
    from analysis.search.run import Finding

__all__ = ["search"]

_FAILURES = 3
_INTERRUPTED = 130
_NODES = 300
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def search(
    name: Annotated[
        str,
        typer.Argument(
            help="A conjecture of the list, a Python file of your own, or a quantity to be made "
            "large: boolean, f, coefficient:K, mu, kl-degree, kl-at-1, deodhar-excess."
        ),
    ],
    n: Annotated[int, typer.Option("--n", help="Search in S_n, n up to 14.")],
    budget: Annotated[
        str, typer.Option(help="How long: 90s, 10m, 2h; what was used before in --out counts.")
    ] = "10m",
    rounds: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="So many rounds of each method instead: the same result on every run.",
        ),
    ] = None,
    method: Annotated[
        str,
        typer.Option(
            help="cross-entropy, walks, local or uniform; all shares the budget among the first "
            "three."
        ),
    ] = "all",
    seed: Annotated[int, typer.Option(help="Draws everything random.")] = 0,
    target: Annotated[
        float | None, typer.Option(help="Stop when a quantity has this value.")
    ] = None,
    max_nodes: Annotated[
        int | None,
        typer.Option(
            help=f"Do not look at intervals with more elements [default: {_NODES} for a "
            "conjecture; none for a quantity, up to S_9]."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Keep result, state and certificate in this folder; the same command goes on "
            "where a stopped one was."
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead.")] = False,
) -> None:
    """Search for a counterexample, or for an interval with a large value.

    A policy network that writes pairs letter by letter, random walks, and simulated annealing share
    the budget, and are compared. The exit code is 3 if a counterexample is found.

    Example: `klgnn conjecture search boolean --n 8 --budget 1m --target 12`
    """
    import math

    from analysis.search.display import watching
    from analysis.search.methods import chosen_methods
    from analysis.search.run import Budget
    from analysis.search.run import search as run

    methods = chosen_methods(method)
    seconds = _seconds(budget)
    objective = _objective(name, n, max_nodes)
    limits = Budget(
        math.inf if rounds is not None else seconds,
        rounds,
        math.inf if target is None else target,
    )
    with watching() as watcher:
        found = run(objective, methods, limits, seed, out, watcher)
    if out is not None:
        _write(found, out)
    if json:
        console.print_json(found.to_dict())
    else:
        _report(found)
    if found.interrupted:
        where = "" if out is None else f" The same command goes on from {str(out)!r}."
        console.say(f"Interrupted: that is the best so far.{where}")
        raise typer.Exit(_INTERRUPTED)
    if found.fails:
        raise typer.Exit(_FAILURES)


def _seconds(text: str) -> float:
    """A number with a unit, in seconds."""
    from data_gen.errors import UsageError

    number, unit = text.strip()[:-1], text.strip()[-1:]
    try:
        seconds = float(number) * _UNITS[unit]
    except (KeyError, ValueError):
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise UsageError(f"--budget {text!r} is no time: give a number with a unit, 90s, 10m, 2h.")
    return seconds


def _objective(name: str, n: int, max_nodes: int | None) -> Objective:
    from analysis.conjectures.registry import all_conjectures, load_conjectures
    from analysis.search.objectives import ConjectureObjective
    from analysis.search.quantities import QuantityObjective, all_quantities, find_quantity
    from data_gen.errors import UsageError

    if max_nodes is not None and max_nodes < 2:
        raise UsageError(f"--max-nodes {max_nodes}: an interval x < w has at least 2.")
    if name.endswith(".py"):
        several = load_conjectures(name)
        if len(several) > 1:
            names = ", ".join(one.name for one in several)
            raise UsageError(f"{name!r} holds {names}: a search is for one; give each its file.")
        return ConjectureObjective(several[0], n, max_nodes or _NODES)
    quantity, known = find_quantity(name), all_conjectures()
    # One name stands for both: what is a theorem is not hunted, so the quantity is meant.
    if quantity is not None:
        return QuantityObjective(quantity, n, max_nodes)
    if name in known:
        return ConjectureObjective(known[name], n, max_nodes or _NODES)
    raise UsageError(
        f"there is no conjecture and no quantity {name!r}. Conjectures: {', '.join(known)}; "
        f"quantities: {', '.join(all_quantities())}; one of your own is given as a file, such as "
        "my_idea.py."
    )


def _write(found: Finding, folder: Path) -> None:
    import json

    from analysis.conjectures.certificate import write_certificate
    from analysis.search.objectives import ConjectureObjective
    from data_gen.storage import write_atomically

    text = json.dumps(found.to_dict(), indent=2, ensure_ascii=False) + "\n"
    write_atomically(folder / "search.json", text.encode())
    counterexample = found.counterexample()
    if counterexample is not None and isinstance(found.objective, ConjectureObjective):
        for path in write_certificate(folder, found.objective.conjecture, counterexample):
            console.say(f"certificate: {path}")


def _report(found: Finding) -> None:
    from rich.text import Text

    from analysis.search.display import methods_table

    for line in _sentences(found):
        console.show(Text(line))
    console.show("")
    console.show(methods_table(found))


def _sentences(found: Finding) -> list[str]:
    from analysis.search.display import format_value
    from analysis.search.objectives import ConjectureObjective

    content: dict[str, Any] = found.to_dict()
    lines = [f"{content['search']} in S_{content['n']}: {content['statement']}"]
    is_conjecture = isinstance(found.objective, ConjectureObjective)
    if (
        isinstance(found.objective, ConjectureObjective)
        and found.objective.conjecture.score is None
    ):
        lines.append("It has no score: a plain hunt, in which nothing leads to a counterexample.")
    if content["max_nodes"] is not None:
        lines.append(f"Only intervals of at most {content['max_nodes']:,} elements count.")
    best, there = content["best"], content["counterexample"]
    if best is None:
        return [*lines, "No interval was scored: all that were met are too large."]
    where = f"[{best['x']}, {best['w']}]"
    size = f"length {best['length']}, {best['nodes']:,} elements"
    by = f"found by {best['method']} in its round {best['round']}, after {best['seconds']:.2f} s"
    if there is not None:
        lines.append(f"FAILS on {where}, {size}; {by}.")
        if there["n"] < content["n"]:
            lines.append(f"It is isomorphic to [{there['x']}, {there['w']}] of S_{there['n']}.")
        evidence = ", ".join(f"{k} {v}" for k, v in there["failures"][0].items())
        return [*lines, evidence] if evidence else lines
    if is_conjecture:
        lines.append(
            f"No counterexample. Closest: {where}, {size}, score {best['value']:.4g}; {by}."
        )
    else:
        lines.append(f"{format_value(best['value'])} at {where}, {size}; {by}.")
    return lines
