"""The verb `classes`: isomorphism classes, their polynomials, what colours cannot tell apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from data_gen import console

if TYPE_CHECKING:
    from rich.table import Table

    from data_gen.class_survey import ClassSurvey, Pairs, Representative
    from data_gen.dataset import IntervalDataset

__all__ = ["classes"]

_VIOLATIONS = 3
_SHOWN_POLYNOMIALS = 10


def classes(
    n: Annotated[
        list[int] | None,
        typer.Option("--n", help="The n of S_n; repeat it for several. With --data, all if left."),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option("--data", help="Read this dataset, made with --select classes."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            help="Keep the dataset in this folder; otherwise it is made in a temporary one.",
        ),
    ] = None,
    workers: Annotated[int, typer.Option("--workers", help="Processes to use.")] = 1,
    max_nodes: Annotated[
        int | None,
        typer.Option("--max-nodes", help="Leave out intervals with more elements than this."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead.")] = False,
) -> None:
    """Survey the isomorphism classes of Bruhat intervals in S_n.

    Checks that each class carries one Kazhdan-Lusztig polynomial (combinatorial invariance), lists
    the polynomials that most classes share, and looks for classes that colour refinement, and with
    it a message-passing network, cannot tell apart. The exit code is 3 if a class carries two
    polynomials.

    Example: `klgnn classes --n 5 --n 6`
    """
    from data_gen.class_survey import survey_dataset
    from data_gen.errors import UsageError

    if workers < 1:
        raise UsageError(f"--workers {workers}: at least one is needed.")
    with _dataset(n or [], data, out, max_nodes, workers) as dataset:
        surveys = survey_dataset(dataset, n or (), workers, console.progress)
        limits = _limits(dataset)
    if json:
        parameters = dataset.manifest.parameters
        made = {
            "max_nodes": parameters.max_nodes,
            "max_length": parameters.max_length,
            "left_out": dataset.manifest.counts["left_out"],
        }
        console.print_json({**made, "surveys": [survey.to_dict() for survey in surveys]})
    else:
        for survey in surveys:
            _show(survey, limits)
    if not all(survey.invariant for survey in surveys):
        console.say("A class carries two polynomials: that contradicts combinatorial invariance.")
        raise typer.Exit(_VIOLATIONS)


@contextmanager
def _dataset(
    ns: Sequence[int], data: Path | None, out: Path | None, max_nodes: int | None, workers: int
) -> Iterator[IntervalDataset]:
    """The dataset to survey: an existing one, one to keep, or one that is removed in the end."""
    from data_gen.dataset import IntervalDataset
    from data_gen.errors import UsageError
    from data_gen.generation import generate
    from data_gen.interrupts import GOES_ON, WITH_OUT, if_interrupted

    if data is not None:
        for option, value in {"--out": out, "--max-nodes": max_nodes}.items():
            if value is not None:
                raise UsageError(
                    f"{option} {value} makes no sense with --data {data}, which is there already: "
                    "leave one of them out."
                )
        yield IntervalDataset.open(data)
        return
    if not ns:
        raise UsageError("no n is given: add --n 5, for instance, or --data DIR.")
    with (
        if_interrupted(WITH_OUT if out is None else GOES_ON),
        TemporaryDirectory(prefix="klgnn-classes-") as temporary,
    ):
        yield generate(
            ns,
            out or Path(temporary, "data"),
            select="classes",
            max_nodes=max_nodes,
            workers=workers,
            progress=console.progress,
            notify=console.say,
        )


def _limits(dataset: IntervalDataset) -> str:
    """Which intervals of S_n were looked at; empty if all."""
    parameters = dataset.manifest.parameters
    limits = {"elements": parameters.max_nodes, "length": parameters.max_length}
    given = [f"{name} at most {most:,}" for name, most in limits.items() if most is not None]
    return f" with {' and '.join(given)}" if given else ""


def _show(survey: ClassSurvey, limits: str) -> None:
    console.show(_facts(survey, limits))
    console.show("")
    console.show(_polynomials(survey))
    for title, pairs in (
        ("Isomorphic, with different polynomials:", survey.counterexamples),
        ("Equal colours, different polynomials:", survey.inseparable_and_different),
        ("Equal colours, not isomorphic:", survey.inseparable),
    ):
        if pairs.count:
            console.show("")
            console.show(_examples(title, pairs))
    console.show("")


def _facts(survey: ClassSurvey, limits: str) -> Table:
    from rich.table import Table

    table = Table(
        title=f"Bruhat intervals of S_{survey.n}",
        title_justify="left",
        title_style="bold",
        box=None,
        show_header=False,
    )
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row("intervals", f"{survey.intervals:,}{limits}")
    table.add_row("isomorphism classes", f"{survey.classes:,}")
    table.add_row("polynomials", f"{len(survey.polynomials):,}")
    table.add_row("combinatorial invariance", _invariance(survey))
    table.add_row("colour refinement", _separation(survey))
    return table


def _invariance(survey: ClassSurvey) -> str:
    if survey.invariant:
        return "checked on these intervals: each class carries one polynomial"
    return f"VIOLATED: {survey.counterexamples.count:,} pairs of isomorphic intervals below"


def _separation(survey: ClassSurvey) -> str:
    """In plain words, what a message-passing network cannot tell apart."""
    pairs, different = survey.inseparable.count, survey.inseparable_and_different.count
    if not pairs:
        return (
            f"checked: tells all {survey.classes:,} classes apart, so no pair is beyond a "
            "message-passing network"
        )
    if not different:
        return (
            f"checked: cannot tell {pairs:,} pairs of classes apart, but their polynomials agree: "
            "nothing is lost to a message-passing network"
        )
    return (
        f"checked: cannot tell {pairs:,} pairs of classes apart; {different:,} of them have "
        "different polynomials, and no message-passing network on ranks and degrees can learn both"
    )


def _polynomials(survey: ClassSurvey) -> Table:
    from rich.table import Table

    from data_gen.polynomials import format_polynomial

    shown, every = survey.polynomials[:_SHOWN_POLYNOMIALS], survey.polynomials
    table = Table(title="Polynomials by the number of classes that share them")
    table.title_justify = "left"
    table.add_column("P(q)", overflow="fold")
    table.add_column("classes", justify="right")
    table.add_column("smallest interval")
    table.add_column("elements", justify="right")
    for shared in shown:
        table.add_row(
            format_polynomial(shared.kl),
            f"{shared.classes:,}",
            _name(shared.smallest),
            f"{shared.smallest.num_nodes:,}",
        )
    if len(shown) < len(every):
        alone = sum(shared.classes == 1 for shared in every)
        few = f", {alone:,} of them with one class only" if alone else ""
        table.caption = f"{len(every) - len(shown):,} more{few}: --json lists all."
        table.caption_justify = "left"
    return table


def _examples(title: str, pairs: Pairs) -> Table:
    from rich.table import Table

    from data_gen.polynomials import format_polynomial

    table = Table(title=f"{title} {pairs.count:,}", title_justify="left")
    for name in ("interval", "P(q)", "and", "P(q)"):
        table.add_column(name, overflow="fold")
    table.add_column("elements", justify="right")
    for one, other in pairs.examples:
        table.add_row(
            *(_name(one), format_polynomial(one.kl)),
            *(_name(other), format_polynomial(other.kl)),
            f"{one.num_nodes:,}",
        )
    if len(pairs.examples) < pairs.count:
        table.caption = "One pair of each group is shown, the smallest groups first."
        table.caption_justify = "left"
    return table


def _name(one: Representative) -> str:
    return rf"\[{one.x}, {one.w}]"
