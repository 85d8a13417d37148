"""The page of levers, in Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from klgnn.benchmark.levers import ANSWERS, TRAINING, Lever
from klgnn.benchmark.markdown import mathematical, share, spread, whole
from klgnn.benchmark.results import Result
from klgnn.benchmark.scores import VALIDATION
from klgnn.benchmark.suites import Suite
from klgnn.benchmark.wording import facts
from klgnn.markdown import table

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["lever_overview", "lever_page"]

_TITLES = {
    "network": "alone",
    "network + first identity": "+ identity",
    "network + first identity, monotone": "+ monotone",
}
_HOW_TO_READ = """\
Each row changes one thing of the preset `top-down`; the first row changes nothing. *Seconds* are
of the processor, all threads together, for training. *Training* is the share of training classes
whose whole polynomial is right by the network alone. The last three columns are the same share on
the {val:,} validation classes: the network alone, what the first identity makes of its
probabilities, and with monotonicity besides (see [the results](results.md)).
The epoch is chosen on the validation classes too, so these numbers are a little too good, all in
the same way; no test class is read.
"""
_SEVERAL = "Numbers are means over the seeds, with the least and the largest in brackets."
_ONE = "With one seed and so few classes a difference of a hundredth says nothing."


def lever_page(
    results: Sequence[Result],
    levers: Mapping[str, Lever],
    suite: Suite,
    command: str,
    processors: int,
    by_hand: Path | None = None,
) -> str:
    r"""The whole page: what was asked, how to read it, and a row for every lever.

    Args:
        results: At least one; those of one lever differ in their seeds.
        levers: What the results are of.
        suite: What they were tried on.
        command: What was typed.
        processors: How many the machine has.
        by_hand: A text that becomes part of it, of trials that no command repeats.

    Returns:
        Markdown, the same for the same results.

    Example:
        >>> from klgnn.benchmark.levers import QUICK_LEVERS_SUITE, levers_of
        >>> scores = {title: {VALIDATION: {"exact": 0.5}} for title in ANSWERS}
        >>> cost, notes = {"processor_seconds": 61.4}, {"epochs": 110, TRAINING: 0.8}
        >>> classes = {"train": 1146, "val": 13}
        >>> what = ("s6-levers", "double-width", 0, "", {}, 1, {})
        >>> made = Result(*what, classes, scores, cost, {}, notes)
        >>> text = lever_page([made], levers_of(), QUICK_LEVERS_SUITE, "klgnn benchmark", 2)
        >>> print(*text.splitlines()[-3:], sep="\n")
        | changed | epochs | seconds | training | alone | + identity | + monotone |
        |---|---:|---:|---:|---:|---:|---:|
        | width 128 | 110 | 61 | 0.800 | 0.500 | 0.500 | 0.500 |
        >>> lever_overview([made], levers_of()).columns[0].header
        'changed'
    """
    seeds = {result.seed for result in results}
    classes = results[0].classes
    parts = [
        "# Experiments",
        "What each part of the top-down network is worth, and what was tried on the way to it. "
        "The table is written by one command:",
        f"```sh\n{command}\n```",
        facts(results, processors, seeds),
        "## One lever at a time",
        f"{suite.meaning} {classes['train']:,} classes to learn from.",
        _HOW_TO_READ.format(val=classes["val"]) + (_SEVERAL if len(seeds) > 1 else _ONE),
        table(_HEAD, _rows(results, levers)),
    ]
    text = mathematical("\n\n".join(part.strip() for part in parts)) + "\n"
    return text if by_hand is None else f"{text}\n{by_hand.read_text(encoding='utf-8')}"


_HEAD = ("changed", "epochs", "seconds", "training", *(_TITLES[name] for name in ANSWERS))


def lever_overview(results: Sequence[Result], levers: Mapping[str, Lever]) -> Table:
    """The same table for a terminal.

    Args:
        results: At least one.
        levers: What they are of.
    """
    from rich.markup import escape
    from rich.table import Table

    shown = Table(title="share of exact polynomials on validation")
    for k, title in enumerate(_HEAD):
        shown.add_column(title, justify="right" if k else "left", no_wrap=k > 0)
    for row in _rows(results, levers):
        shown.add_row(*map(escape, row))
    return shown


def _rows(results: Sequence[Result], levers: Mapping[str, Lever]) -> list[list[str]]:
    rows = []
    for name, lever in levers.items():
        seeds = [result for result in results if result.method == name]
        if not seeds:
            continue
        epochs = [result.notes["epochs"] for result in seeds]
        clock = "" if min(epochs) >= lever.preset.epochs else " (stopped by the clock)"
        spent = [result.training["processor_seconds"] for result in seeds]
        exact = (
            spread([seed.scores[title][VALIDATION]["exact"] for seed in seeds]) for title in ANSWERS
        )
        learnt = spread([result.notes[TRAINING] for result in seeds], share)
        rows.append(
            [lever.title + clock, spread(epochs, whole), spread(spent, whole), learnt, *exact]
        )
    return rows
