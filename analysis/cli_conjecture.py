"""The verb `conjecture`: what there is to test, and testing it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analysis.discovery.cli import discover
from analysis.formulas_at_large.cli import app as formulas
from analysis.search.cli import search
from data_gen import console
from data_gen.interrupts import GOES_ON, WITH_OUT, if_interrupted

if TYPE_CHECKING:
    from analysis.conjectures.base import Conjecture
    from analysis.conjectures.run import Examination, Scope

__all__ = ["app"]

_FAILURES, _UNDECIDED = 3, 1
_ALL = 1_000_000  # counterexamples to keep, one of each class
_WHAT = (
    'Names of the list, Python files of your own, or relations between invariants such as "kl_1 = '
    'coatoms - f" or "f >= distance if atoms=coatoms".'
)

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Put conjectures on Bruhat intervals to the test: built-in ones, or one of your own.\n\n"
    "Example: `klgnn conjecture test h-tilde --n 5`",
)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead.")]


@app.command("list")
def list_them(json: Json = False) -> None:
    """List the conjectures that there are, with their status.

    Example: `klgnn conjecture list`
    """
    from analysis.conjectures.registry import all_conjectures

    known = all_conjectures().values()
    if json:
        console.print_json([one.to_dict() for one in known])
        return
    from analysis.conjectures.showing import list_table

    console.show(list_table(known))


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="A name of the list, or a Python file.")],
    json: Json = False,
) -> None:
    """Show one conjecture: the statement in full, its source, what is known.

    Example: `klgnn conjecture show bbdvw`
    """
    found = _find(name)
    if json:
        content = [one.to_dict() for one in found]
        console.print_json(content[0] if len(content) == 1 else content)
        return
    from analysis.conjectures.showing import conjecture_table

    for one in found:
        console.show(conjecture_table(one))


@app.command("test")
def put_to_the_test(
    names: Annotated[
        list[str],
        typer.Argument(metavar="NAME", help=_WHAT),
    ],
    n: Annotated[
        list[int] | None,
        typer.Option(
            "--n",
            help="Test it on the intervals of S_n: repeat it for several. This or --interval is "
            "needed; all are listed for n from 2 to 7, a sample is drawn for n up to 14.",
        ),
    ] = None,
    interval: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="X W", help="Test it on this one interval, as 1324 3412."),
    ] = None,
    undecided: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Test it on the intervals that a former test left undecided, whose --out DIR was.",
        ),
    ] = None,
    sample: Annotated[
        int | None,
        typer.Option(min=1, help="So many intervals of each S_n, drawn at random [default: all]."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Draws the sample.")] = 0,
    walks: Annotated[
        bool,
        typer.Option("--walks", help="Draw the sample by random walks: small intervals, large n."),
    ] = False,
    max_nodes: Annotated[
        int | None,
        typer.Option(
            help="Leave out intervals with more elements than this [default: none; in a sample of "
            "S_7 or more, those above 1000]."
        ),
    ] = None,
    workers: Annotated[int, typer.Option(help="Processes to use.")] = 1,
    examples: Annotated[
        int, typer.Option(min=1, help="How many of the smallest counterexamples to show.")
    ] = 10,
    every: Annotated[
        bool,
        typer.Option(
            "--every", help="Show every counterexample, not the smallest of some classes."
        ),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Write the result into this folder, with a certificate of the smallest "
            "counterexample; what is finished stays there, so that a run that was stopped goes on."
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Test conjectures on all intervals of S_n, on a sample, or on one.

    A statement about the unlabelled graph is put to one interval of each isomorphism class, and
    counts as often as there are intervals in it. The exit code is 3 if something fails, and 1 if
    nothing does but your function raised an exception on some interval, which stays undecided:
    mend the function and try those again, with --undecided.

    Example: `klgnn conjecture test my_idea.py --n 4 --n 5 --n 6 --out results`
    """
    from analysis.conjectures.run import Scope
    from data_gen.errors import UsageError

    if workers < 1:
        raise UsageError(f"--workers {workers}: at least one is needed.")
    if interval is not None and (n or sample):
        raise UsageError("--interval is one interval; leave --n and --sample out with it.")
    if undecided is not None and (n or sample or interval or every):
        raise UsageError("--undecided says on which intervals; leave --n and the like out with it.")
    if undecided is not None and undecided == out:
        raise UsageError(f"--out {str(out)!r} holds what is undecided; name another folder.")
    if interval is None and undecided is None and not n:
        raise UsageError("no n is given: add --n 5, for instance, or --interval 1324 3412.")
    if out is not None and out.exists() and not out.is_dir():
        raise UsageError(f"--out {str(out)!r} is a file; name a folder.")
    chosen = [one for name in names for one in _find(name)]
    scope = Scope(tuple(n), sample, seed, walks, max_nodes) if n else None
    with if_interrupted(_kept(out, scope)):
        found = _examine(
            *(chosen, scope, interval, undecided, workers, _ALL if every else examples, out)
        )
    if every and scope is not None:
        found = [_with_every(one, scope) for one in found]
    if json:
        content = [one.to_dict() for one in found]
        console.print_json(content[0] if len(content) == 1 else {"results": content})
    else:
        for one in found:
            _report(one)
    if any(one.total.failures for one in found):
        raise typer.Exit(_FAILURES)
    if not all(one.holds for one in found):
        raise typer.Exit(_UNDECIDED)


@app.command("baseline")
def compare_with_permuted(
    names: Annotated[list[str], typer.Argument(metavar="NAME", help=_WHAT)],
    n: Annotated[
        list[int] | None,
        typer.Option(
            "--n",
            help="Permute among the intervals of S_n, n from 2 to 7 (larger with --sample); repeat "
            "it for several. One is needed.",
        ),
    ] = None,
    sample: Annotated[
        int | None,
        typer.Option(min=1, help="So many intervals of each S_n, drawn at random [default: all]."),
    ] = None,
    permutations: Annotated[int, typer.Option(help="How many permutations to draw.")] = 100,
    seed: Annotated[int, typer.Option(help="Draws the sample and the permutations.")] = 0,
    json: Json = False,
) -> None:
    """Say how often a claim would hold if polynomials were permuted.

    P and R~ are permuted among the intervals of the same length and the same number of elements.
    What then holds as often as before says something about length and size only.

    Example: `klgnn conjecture baseline linear-coefficient --n 5`
    """
    from analysis.conjectures.baseline import conjecture_baseline
    from analysis.conjectures.run import Scope
    from analysis.conjectures.showing import baseline_table
    from data_gen.errors import UsageError

    if not n:
        raise UsageError("no n is given: add --n 5, for instance.")
    scope = Scope(tuple(n), sample, seed)
    chosen = [one for name in names for one in _find(name)]
    found = [
        conjecture_baseline(one, scope, permutations, seed, console.progress) for one in chosen
    ]
    if json:
        content = [one.to_dict() for one in found]
        console.print_json(content[0] if len(content) == 1 else {"results": content})
        return
    for one in found:
        console.show(baseline_table(one))
        console.show("")


app.command("discover")(discover)
app.command("search")(search)
app.add_typer(formulas, name="formulas")


def _kept(out: Path | None, scope: Scope | None) -> str:
    if scope is None:
        return "Nothing was written."
    return WITH_OUT if out is None else GOES_ON


def _examine(
    chosen: Sequence[Conjecture],
    scope: Scope | None,
    interval: tuple[str, str] | None,
    undecided: Path | None,
    workers: int,
    examples: int,
    out: Path | None,
) -> list[Examination]:
    from analysis.conjectures.run import examine, examine_interval, examine_undecided
    from data_gen.parallel import process_pool

    found = []
    with ExitStack() as stack:
        executor = stack.enter_context(process_pool(workers)) if scope else None
        for conjecture in chosen:
            folder = None if out is None else out / conjecture.name if len(chosen) > 1 else out
            if undecided is not None:
                former = undecided / conjecture.name if len(chosen) > 1 else undecided
                one = examine_undecided(conjecture, former, None, examples, console.progress)
            elif scope is None:
                one = examine_interval(conjecture, *(interval or ("", "")))
            else:
                one = examine(
                    *(conjecture, scope, executor, folder, examples),
                    progress=console.progress,
                    notify=console.say,
                )
            if folder is not None:
                _write(one, folder)
            if count := one.total.undecided_intervals:
                console.say(_undecided_words(one, count, folder))
            found.append(one)
    return found


def _undecided_words(found: Examination, count: int, folder: Path | None) -> str:
    again = (
        "run the same command again; with --out DIR it would name them all, and --undecided DIR "
        "try those only"
        if folder is None
        else "give --undecided and this folder in place of --n; result.json names them all"
    )
    return (
        f"{found.conjecture.name} raised an exception on {count:,} intervals, which are undecided; "
        f"the others are not affected. To try those again after mending it, {again}. A function "
        "may return None where the statement says nothing."
    )


def _with_every(found: Examination, scope: Scope) -> Examination:
    from analysis.conjectures.members import every_counterexample

    if not found.counterexamples or found.conjecture.is_determination:
        return found
    all_of_them = list(every_counterexample(found, scope, console.progress))
    return replace(found, total=replace(found.total, examples=all_of_them))


def _write(found: Examination, folder: Path) -> None:
    import json

    from analysis.conjectures.certificate import write_certificate
    from data_gen.storage import write_atomically

    text = json.dumps(found.to_dict(), indent=2, ensure_ascii=False) + "\n"
    write_atomically(folder / "result.json", text.encode())
    if found.counterexamples:
        for path in write_certificate(folder, found.conjecture, found.counterexamples[0]):
            console.say(f"certificate: {path}")


def _find(name: str) -> tuple[Conjecture, ...]:
    """By name, all of a file, or a relation."""
    from analysis.conjectures.registry import find_conjecture, load_conjectures
    from data_gen.errors import UsageError

    if name.endswith(".py"):
        return load_conjectures(name)
    if name.isdigit():
        raise UsageError(f"{name!r} is no conjecture; for several n write --n 3 --n {name}.")
    if "=" in name:
        from analysis.discovery.claims import claimed

        return (claimed(name),)
    return (find_conjecture(name),)


def _report(found: Examination) -> None:
    from analysis.conjectures.showing import counterexample_table, result_table, undecided_table

    console.show(result_table(found))
    console.show("")
    if found.counterexamples:
        console.show(counterexample_table(found))
        console.show("")
    if found.undecided:
        console.show(undecided_table(found))
        console.show("")
