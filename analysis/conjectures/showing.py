"""Conjectures and what was found of them, as tables for a terminal.

`data_gen.console.show` prints them; the examples read their cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from data_gen.polynomials import format_polynomial

if TYPE_CHECKING:
    from analysis.conjectures.base import Conjecture
    from analysis.conjectures.baseline import ConjectureBaseline
    from analysis.conjectures.run import Examination
    from analysis.conjectures.tally import Tally

__all__ = [
    "baseline_table",
    "conjecture_table",
    "counterexample_table",
    "list_table",
    "result_table",
    "undecided_table",
]

_STATUS_WORDS = {
    "theorem": "theorem",
    "announced": "announced in full, not yet refereed",
    "conjecture": "conjecture",
    "observed": "observed",
    "refuted": "refuted",
}


def list_table(known: Iterable[Conjecture]) -> Table:
    """Name, status and whole statement of each.

    Example:
        >>> from analysis.conjectures import find_conjecture
        >>> table = list_table([find_conjecture("free-is-boolean")])
        >>> [str(cell) for column in table.columns for cell in column.cells]
        ['free-is-boolean', 'refuted', 'If f(x,w) = l(x,w), then [x,w] is Boolean.']
    """
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in ("name", "status", "statement"):
        table.add_column(column, no_wrap=column == "name")
    for one in known:
        table.add_row(one.name, one.status, Text(one.statement))
    return table


def conjecture_table(one: Conjecture) -> Table:
    """One conjecture in full.

    Example:
        >>> from analysis.conjectures import find_conjecture
        >>> names, facts = conjecture_table(find_conjecture("free-is-boolean")).columns
        >>> [f"{name}: {fact}" for name, fact in zip(names.cells, facts.cells, strict=True)][1:4]
        ['source: the converse of boolean', 'status: refuted', 'known: Fails in S_4: [1324, 3412].']
    """
    table = _facts(one.name)
    rows = {
        "statement": one.statement,
        "source": one.source,
        "status": _STATUS_WORDS[one.status],
        "known": one.note,
        "looks at": "the unlabelled graph" if one.about == "graph" else "the permutations",
    }
    for name, value in rows.items():
        if value:
            table.add_row(name, Text(value))
    return table


def result_table(found: Examination) -> Table:
    """What was tested, on how many intervals, and whether it holds.

    Example:
        >>> from analysis.conjectures import Scope, examine, find_conjecture
        >>> table = result_table(examine(find_conjecture("deodhar"), Scope((3, 4))))
        >>> names, verdicts = (list(column.cells)[2:] for column in table.columns)
        >>> for name, verdict in zip(names, verdicts, strict=True):
        ...     print(f"{name} {verdict}")
        S_3 holds: 13 intervals; 3 graphs up to isomorphism
        S_4 holds: 189 intervals; 13 graphs up to isomorphism
        together holds: 202 intervals
    """
    table = _facts(found.conjecture.name)
    table.add_row("statement", Text(found.conjecture.statement))
    table.add_row("status", _STATUS_WORDS[found.conjecture.status])
    for n, tally in found.by_n.items():
        left_out = f" ({found.limits[n]})" if found.limits[n] else ""
        table.add_row(f"S_{n}", f"{_verdict(tally)}{left_out}")
    if len(found.by_n) > 1:
        # The graphs of S_n are among those of S_{n+1}, so their numbers do not add up.
        table.add_row("together", _verdict(replace(found.total, graphs=found.total.intervals)))
    return table


def counterexample_table(found: Examination) -> Table:
    """The smallest counterexamples.

    Example:
        >>> from analysis.conjectures import Scope, examine, find_conjecture
        >>> table = counterexample_table(examine(find_conjecture("free-is-boolean"), Scope((4,))))
        >>> [str(cell) for column in table.columns for cell in column.cells][1:]
        ['10', '1 + q', 'q^3', 'expected True, found False']
    """
    table = Table(title="Counterexamples, the smallest first", title_justify="left")
    for name in ("interval", "elements", "P(q)", "R~(q)", "evidence"):
        table.add_column(name, overflow="fold", justify="right" if name == "elements" else "left")
    for one in found.counterexamples:
        facts = one.facts
        table.add_row(
            rf"\[{facts['x']}, {facts['w']}]",
            f"{facts['nodes']:,}",
            format_polynomial(facts["kl"]),
            format_polynomial(facts["r_tilde"]),
            Text(_evidence(one.failures)),
        )
    return table


def undecided_table(found: Examination) -> Table:
    """The smallest intervals on which the conjecture's function raised an exception.

    Example:
        >>> from analysis.conjectures import Conjecture, Scope, examine
        >>> check = lambda interval: interval.length % (interval.length - 6) == 0
        >>> found = examine(Conjecture("mistaken", "l - 6 divides l", check=check), Scope((4,)))
        >>> [str(cell) for column in undecided_table(found).columns for cell in column.cells][1:]
        ['24', 'ZeroDivisionError: integer modulo by zero']
    """
    table = Table(title=_undecided_title(found), title_justify="left")
    for name in ("interval", "elements", "what was raised"):
        table.add_column(name, overflow="fold", justify="right" if name == "elements" else "left")
    for one in found.undecided:
        facts = one.facts
        table.add_row(
            rf"\[{facts['x']}, {facts['w']}]", f"{facts['nodes']:,}", Text(_shortened(one.error))
        )
    return table


def _undecided_title(found: Examination) -> str:
    shown, named = len(found.undecided), len(found.total.undecided)
    intervals = _many(found.total.undecided_intervals, "interval")
    of_classes = found.conjecture.about == "graph"
    what = f"{_many(named, 'graph')}, standing for {intervals}" if of_classes else intervals
    return f"Undecided: {what}; " + (
        f"the {shown:,} smallest" if shown < named else "smallest first"
    )


def baseline_table(found: ConjectureBaseline) -> Table:
    """How often a claim is right, and would be with polynomials permuted.

    Example:
        >>> from analysis.conjectures import Scope, find_conjecture
        >>> from analysis.conjectures.baseline import conjecture_baseline
        >>> found = conjecture_baseline(find_conjecture("linear-coefficient"), Scope((4,)))
        >>> list(baseline_table(found).columns[1].cells)[-1]
        '8 intervals share length and size with one of other polynomials'
    """
    table = _facts(f"{found.conjecture.name}, with polynomials permuted")
    table.add_row("statement", Text(found.conjecture.statement))
    for n, one in found.by_n.items():
        left_out = f" ({found.limits[n]})" if found.limits[n] else ""
        table.add_row(
            f"S_{n}",
            f"right on {one.true_share:.1%} of {_many(one.intervals, 'interval')}{left_out}",
        )
        if not found.reads_polynomials:
            table.add_row("permuted", "the same: it does not look at P or R~")
            continue
        table.add_row(
            "permuted",
            f"right on {one.expected_share:.1%} on average, {one.least:.1%} to {one.most:.1%} in "
            f"{_many(one.permutations, 'permutation')}; everywhere in {one.everywhere} of them",
        )
        table.add_row(
            "",
            f"{_many(one.movable, 'interval')} share length and size with one of other polynomials",
        )
    return table


def _verdict(tally: Tally) -> str:
    cases = ", ".join(f"{count:,} {name}" for name, count in sorted(tally.counts.items()))
    looked_at = _many(tally.intervals, "interval") + (f", {cases}" if cases else "")
    if tally.applicable < tally.intervals - tally.undecided_intervals:
        looked_at += f"; it says something about {tally.applicable:,} of them"
    if tally.graphs < tally.intervals:
        looked_at += f"; {_many(tally.graphs, 'graph')} up to isomorphism"
    if tally.undecided_intervals and not tally.failures:
        return f"UNDECIDED on {tally.undecided_intervals:,} of {looked_at}"
    if tally.undecided_intervals:
        looked_at += f"; UNDECIDED on {tally.undecided_intervals:,} of them"
    if not tally.failures:
        return f"holds: {looked_at}"
    if tally.failures == tally.failing_intervals:
        return f"FAILS on {tally.failing_intervals:,} of {looked_at}"
    times, where = _many(tally.failures, "time"), _many(tally.failing_intervals, "interval")
    return f"FAILS {times}, on {where}, of {looked_at}"


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def _evidence(failures: Sequence[Any]) -> str:
    """The first case in words; --json has all."""
    first = {k: v for k, v in failures[0].items() if k not in ("other_interval", "key")}
    if "other_interval" in failures[0]:
        there = failures[0]["other_interval"]
        first["other"] = f"[{there['x']}, {there['w']}]"
    text = ", ".join(f"{name} {_shortened(str(value), 100)}" for name, value in first.items())
    return text + (f"; and {len(failures) - 1} more" if len(failures) > 1 else "")


def _facts(title: str) -> Table:
    table = Table(
        title=title, title_justify="left", title_style="bold", box=None, show_header=False
    )
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    return table


def _shortened(text: str, width: int = 140) -> str:
    return text if len(text) <= width else text[: width - 3].rsplit(" ", 1)[0] + " ..."
