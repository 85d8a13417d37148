"""The page of results, in Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import fmean
from typing import TYPE_CHECKING, Any

from klgnn.benchmark.markdown import mathematical, spread, whole
from klgnn.benchmark.methods import METHODS
from klgnn.benchmark.problems import ALL
from klgnn.benchmark.results import Key, Result
from klgnn.benchmark.scores import VALIDATION
from klgnn.benchmark.suites import Suite, find_suite
from klgnn.benchmark.wording import (
    DECODER_TEXT,
    HOW_TO_READ,
    INTRODUCTION,
    METHOD_TEXTS,
    PART_TEXTS,
    conclusions,
    facts,
    remarks,
    sampling_error,
)
from klgnn.markdown import table

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["overview", "page", "section"]

_LISTS = {"accuracy": "Accuracy", "macro_f1": "Macro-F1", "calibration": "Calibration"}

_SHORT = {
    "majority": "majority",
    "trees": "trees",
    "trees + first identity, monotone": "trees, decoded",
    "davies2021": "davies2021",
    "network": "network",
    "network + first identity": "network + first identity",
    "network + first identity, monotone": "network, decoded",
    "network + both identities, monotone": "network + both",
    "least solution, monotone": "least solution",
}
"""The answers that stand in the first table; *decoded* is by theorems alone."""

Scores = Mapping[str, Any]


def page(
    results: Sequence[Result], command: str, processors: int, missing: Sequence[Key] = ()
) -> str:
    r"""The whole page: what was asked, how to read it, and a section for every suite.

    Args:
        results: At least one; those of one suite and method differ in their seeds.
        command: What was typed.
        processors: How many the machine has.
        missing: What the command would make besides; the page says that it was not measured.

    Returns:
        Markdown, the same for the same results: no date, no time.

    Example:
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> from klgnn.benchmark.running import Benchmark
        >>> with TemporaryDirectory() as folder:
        ...     work = Benchmark(Path(folder), ["s6-unseen"], ["majority"])
        ...     results = work.run()
        >>> text = page(results, work.command, processors=2)
        >>> print(*(line for line in text.splitlines() if line.startswith("#")), sep="\n")
        # Results
        ## At a glance
        ## How to read the tables
        ## The methods
        ## Unseen classes of $S_6$
        ### Exact polynomials
        ### Each coefficient
        ### Cost
        ### What follows
        >>> shown = section(work.suites[0], results)
        >>> shown[shown.index("### Exact") :].splitlines()[2:5]
        ['|  | all (8) | few (7) |', '|---|---:|---:|', '| majority | 0.125 | 0.000 |']
        >>> overview(results).row_count  # a line for the suite, then its answers
        3
    """
    suites = list(dict.fromkeys(result.suite for result in results))
    methods = [name for name in METHODS if any(result.method == name for result in results)]
    texts = [METHOD_TEXTS[name] for name in methods]
    if any(" + " in title for result in results for title in result.scores):
        texts.append(DECODER_TEXT.strip().replace("\n", " "))
    parts = [
        "# Results",
        "This page is written by one command:",
        f"```sh\n{command}\n```",
        _facts(results, processors) + _not_measured(missing),
        INTRODUCTION,
        "## At a glance",
        _summary(results, suites),
        "## How to read the tables",
        HOW_TO_READ,
        "## The methods",
        "\n".join(f"* {text}" for text in texts),
        *(
            section(find_suite(name), [result for result in results if result.suite == name])
            for name in suites
        ),
    ]
    return mathematical("\n\n".join(part.strip() for part in parts)) + "\n"


def _not_measured(missing: Sequence[Key]) -> str:
    """One sentence on what is not there; nothing if all is."""
    seeds: dict[str, list[str]] = {}
    for key in missing:
        seeds.setdefault(f"{key.method} on {key.suite}", []).append(str(key.seed))
    names = [f"{name} (seed {', '.join(numbers)})" for name, numbers in seeds.items()]
    return f" Not measured: {'; '.join(names)}." if names else ""


def _summary(results: Sequence[Result], suites: Sequence[str]) -> str:
    """The share of exact polynomials on every part of every test, for the answers that say most."""
    rows, titles = [], [title for title in _SHORT if any(title in r.scores for r in results)]
    for name in suites:
        answers = _by_answer(result for result in results if result.suite == name)
        first = next(iter(answers.values()))[0]
        for part, scores in first.items():
            if part == VALIDATION or part.startswith("degree"):
                continue
            shares = [[seed[part]["exact"] for seed in answers.get(title, ())] for title in titles]
            cells = [f"{fmean(seeds):.3f}" if seeds else "" for seeds in shares]
            rows.append([f"{name}: {part} ({scores['classes']:,})", *cells])
    head = ["exact polynomials", *(_SHORT[title] for title in titles)]
    return table(head, rows)


def _facts(results: Sequence[Result], processors: int) -> str:
    said = facts(results, processors, [r.seed for r in results if METHODS[r.method].random])
    minutes = {result.settings["method"].get("minutes") for result in results} - {None}
    if minutes:
        limits = ", ".join(f"{limit:g}" for limit in sorted(minutes))
        said += f" Longest training: {limits} minutes on the clock."
    return said


def section(suite: Suite, results: Sequence[Result]) -> str:
    """The section of one suite: its test, three kinds of tables, and what follows.

    Args:
        suite: The suite.
        results: Its results, one or several seeds of each method.
    """
    answers = _by_answer(results)
    classes = results[0].classes
    sizes = {part: scores["classes"] for part, scores in next(iter(answers.values()))[0].items()}
    plain = [part for part in sizes if part != VALIDATION and not part.startswith("degree")]
    degrees = [part for part in sizes if part.startswith("degree")]
    asked = plain[1] if len(suite.intervals) > 1 else ALL
    parts = [
        f"## {suite.title}",
        f"`{suite.name}`. {suite.meaning}",
        f"{classes['classes']:,} classes in all; {classes['train']:,} to learn from, "
        f"{classes['train_roots']:,} of them whole intervals of the selection; "
        f"{classes['val']:,} for validation, {classes['test']:,} for the test. "
        + sampling_error(sizes[ALL]),
        "### Exact polynomials",
        _part_table(answers, plain, sizes),
        " ".join(text for part, text in PART_TEXTS.items() if part in plain),
        "By the degree of the true polynomial:",
        _part_table(answers, degrees, sizes),
        "### Each coefficient" + (f" on {asked}" if asked != ALL else ""),
        *_coefficient_tables(answers, asked),
        "### Cost",
        _costs(results),
        "### What follows",
        "\n".join(f"* {sentence}" for sentence in conclusions(_exact(answers))),
    ]
    return "\n\n".join(part.strip() for part in parts if part.strip())


def _by_answer(results: Iterable[Result]) -> dict[str, list[Scores]]:
    """For each answer the scores of its seeds, in the order of the methods."""
    answers: dict[str, list[Scores]] = {}
    order = list(METHODS)
    for result in sorted(results, key=lambda r: (order.index(r.method), r.seed)):
        for title, scores in result.scores.items():
            answers.setdefault(title, []).append(scores)
    return answers


def _exact(answers: Mapping[str, Sequence[Scores]]) -> dict[str, list[dict[str, float]]]:
    return {
        title: [
            {part: scores["exact"] for part, scores in seed.items() if part != VALIDATION}
            for seed in seeds
        ]
        for title, seeds in answers.items()
    }


def _part_table(
    answers: Mapping[str, Sequence[Scores]], parts: Sequence[str], sizes: Mapping[str, int]
) -> str:
    head = ["", *(f"{part} ({sizes[part]:,})" for part in parts)]
    rows = [
        [title, *(spread([seed[part]["exact"] for seed in seeds]) for part in parts)]
        for title, seeds in answers.items()
    ]
    return table(head, rows)


def _coefficient_tables(answers: Mapping[str, Sequence[Scores]], part: str) -> Iterable[str]:
    number = len(next(iter(answers.values()))[0][part]["coefficients"])
    powers = ["$q$", *(f"$q^{k}$" for k in range(2, number + 1))]
    for kind, name in _LISTS.items():
        rows = []
        for title, seeds in answers.items():
            columns = [
                [seed[part]["coefficients"][k][kind] for seed in seeds] for k in range(number)
            ]
            if columns[0][0] is not None:
                rows.append([title, *map(spread, columns)])
        if rows:
            yield f"{name}:\n\n{table(['', *powers], rows)}"


def _costs(results: Sequence[Result]) -> str:
    rows = []
    for name in METHODS:
        seeds = [result for result in results if result.method == name]
        if not seeds:
            continue

        def seconds(of: Callable[[Result], float], seeds: Sequence[Result] = seeds) -> str:
            return spread([of(result) for result in seeds], whole)

        rows.append(
            [
                name,
                seconds(lambda result: result.training["processor_seconds"]),
                seconds(lambda result: result.training["wall_seconds"]),
                seconds(lambda result: result.answering["processor_seconds"]),
                remarks(seeds),
            ]
        )
    head = ["", "training, processor s", "training, clock s", "answering, processor s", ""]
    return table(head, rows)


def overview(results: Sequence[Result]) -> Table:
    """The shares of exact polynomials, for a terminal: suites one below the other.

    Args:
        results: At least one.

    Example:
        >>> scores = {"majority": {ALL: {"exact": 0.125, "classes": 8}}}
        >>> what = ("s6-unseen", "majority", 0, "", {}, 1, {}, {})
        >>> shown = overview([Result(*what, scores, {}, {}, {})])
        >>> [list(column.cells) for column in shown.columns]
        [['s6-unseen, 8 test classes', '  majority'], ['', '0.125']]
    """
    from rich.table import Table

    shown = Table(title="share of exact polynomials", box=None, padding=(0, 2, 0, 0))
    shown.add_column("")
    shown.add_column("mean (least-largest)", justify="right", no_wrap=True)
    for name in dict.fromkeys(result.suite for result in results):
        answers = _by_answer(result for result in results if result.suite == name)
        classes = next(iter(answers.values()))[0][ALL]["classes"]
        shown.add_row(f"{name}, {classes:,} test class{'es' if classes != 1 else ''}", "")
        for title, seeds in answers.items():
            shown.add_row(f"  {title}", spread([seed[ALL]["exact"] for seed in seeds]))
    return shown
