"""The verb `predict`. Everything heavy is imported inside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from data_gen import console

if TYPE_CHECKING:
    from rich.table import Table

    from klgnn.prediction import CoefficientAnswer, Reply
    from klgnn.runs import Run

__all__ = ["Downwards", "Words", "predict"]

Words = Annotated[
    list[str],
    typer.Argument(
        metavar="[RUN] X W | [RUN] GRAPH",
        show_default=False,
        help="A run folder made by klgnn train, or nothing for the model that comes with klgnn; "
        "then the ends of an interval, as 1324 3412, or a file with an unlabelled graph (GraphML, "
        "GEXF, an edge list).",
    ),
]
Downwards = Annotated[
    bool,
    typer.Option("--downwards", help="The edges of the file go from the higher element down."),
]

_SHOWN = 3  # values beside the most probable one
_LEAST = 0.0005  # probability of a value that is shown


def predict(
    words: Words,
    downwards: Downwards = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead.")] = False,
) -> None:
    """Ask a trained network for the polynomial of one interval, and see the exact one beside it.

    The network reads the unlabelled graph alone. The exact polynomial is computed if the
    permutations are known, and looked up if the graph is that of an interval of S_7 or smaller.

    Example: `klgnn predict 1324 3412`

    Example: `klgnn predict runs/s56 mine.graphml --json`
    """
    from klgnn.cli_run import chosen_run
    from klgnn.prediction import predict as ask
    from klgnn.subject import Subject, split_words

    chosen, asked = split_words(words)
    run = chosen_run(chosen)
    prediction = ask(run, Subject.of_words(asked, downwards), console.progress)
    for remark in prediction.subject.remarks:
        console.say(remark)
    if json:
        console.print_json({"run": chosen or "default", **prediction.to_dict()})
    else:
        _show(run, chosen or "default", prediction)


def _show(run: Run, name: str, said: Reply) -> None:
    """Prints a prediction for a person."""
    from rich.markup import escape
    from rich.table import Table

    from data_gen.polynomials import format_polynomial

    subject = said.subject
    graph = subject.graph
    console.show(
        f"[bold]{escape(subject.title)}[/bold]: {graph.num_nodes:,} elements, "
        f"{graph.num_edges:,} edges, length {graph.length}"
    )
    if subject.interval is None:
        console.show(escape(f"edges read as going up, from {subject.bottom!r} to {subject.top!r}"))
    facts = Table(show_header=False, box=None, pad_edge=False)
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column(overflow="fold")
    network = f"{name}: {run.config.model}, preset {run.config.preset}, seed {run.config.seed}"
    facts.add_row("network", f"{format_polynomial(said.answer.polynomial)}   ({escape(network)})")
    facts.add_row("exact", escape(_exact(said)))
    console.show("")
    console.show(facts)
    console.show("")
    console.show(_distributions(said))
    for caution in said.cautions:
        console.show(f"[bold]Caution:[/bold] {escape(caution)}")
    if said.split == "train":
        console.show("The network was trained on this graph: the answer is memory, not foresight.")
    elif said.split is not None:
        console.show(f"The graph is in the split {said.split!r} of the run's dataset.")


def _exact(said: Reply) -> str:
    from data_gen.polynomials import format_polynomial

    known = said.exact
    if isinstance(known, str):
        return f"not known. {known}"
    whose = f"{known.how}" if said.subject.interval else f"{known.how}, [{known.x}, {known.w}]"
    verdict = "" if said.is_right else "; the network is wrong"
    return f"{format_polynomial(known.polynomial)}   ({whose}{verdict})"


def _distributions(said: Reply) -> Table:
    from rich.table import Table

    from data_gen.polynomials import format_power

    table = Table()
    table.add_column("coefficient of")
    table.add_column("most probable", justify="right")
    table.add_column("probability", justify="right")
    table.add_column("other values")
    for answer in said.answer.coefficients:
        power = format_power(answer.power)
        table.add_row(power, str(answer.value), _percent(answer.probability), _others(answer))
    return table


def _others(answer: CoefficientAnswer) -> str:
    """The next values by probability, those that are not negligible."""
    if len(answer.distribution) == 1:
        return "none was met in training"
    ranked = sorted(answer.distribution.items(), key=lambda item: -item[1])
    likely = [(v, p) for v, p in ranked if v != answer.value and p >= _LEAST]
    return ", ".join(f"{value}: {_percent(chance)}" for value, chance in likely[:_SHOWN])


def _percent(chance: float) -> str:
    """A probability; never 100% for what is not certain."""
    if 0.9995 <= chance < 1:
        return "> 99.9%"
    return f"{chance:.1%}"
