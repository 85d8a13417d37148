"""A search while it runs, on stderr: a table on a terminal, a line now and then in a log file."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from data_gen import console

if TYPE_CHECKING:
    from rich.table import Table

    from analysis.search.run import Finding, Track

__all__ = ["format_value", "methods_table", "watching"]

_SECONDS_BETWEEN_LINES = 10.0
_COLUMNS = ("method", "rounds", "scored", "distinct", "best", "elite", "time", "best after")


@contextmanager
def watching() -> Iterator[Callable[[Finding], None]]:
    """Hands out what a search calls after each round.

    Example:
        >>> with watching() as watcher:
        ...     pass
    """
    if not sys.stderr.isatty():
        yield _lines()
        return
    from rich.console import Console
    from rich.live import Live

    with Live(console=Console(stderr=True), refresh_per_second=4, transient=True) as live:
        last = 0.0

        def show(found: Finding) -> None:
            nonlocal last
            if time.monotonic() - last > 0.2:
                last = time.monotonic()
                table = methods_table(found)
                table.title = _title(found)
                live.update(table)

        yield show


def methods_table(found: Finding) -> Table:
    """One row for each method.

    Example:
        S_4 has 189 pairs x < w; the different ones are counted to about one per cent.

        >>> from analysis.search.quantities import QuantityObjective, find_quantity
        >>> from analysis.search.run import Budget, search
        >>> boolean = QuantityObjective(find_quantity("boolean"), 4)
        >>> table = methods_table(search(boolean, ["walks"], Budget(rounds=1)))
        >>> [cell for column in table.columns[:5] for cell in column.cells]
        ['walks', '1', '20,000', '190', '4']
    """
    from rich.table import Table

    table = Table(title_justify="left", box=None, padding=(0, 2, 0, 0))
    for name in _COLUMNS:
        table.add_column(name, justify="left" if name == "method" else "right", no_wrap=True)
    for track in found.tracks:
        table.add_row(*_row(track))
    return table


def format_value(value: float) -> str:
    """A value as a person writes it.

    Example:
        >>> format_value(12.0), format_value(-0.123456), format_value(math.inf)
        ('12', '-0.123', 'fails')
    """
    if value == math.inf:
        return "fails"
    if math.isnan(value):
        return "-"
    return f"{value:.0f}" if value == round(value) else f"{value:.3g}"


def _row(track: Track) -> list[str]:
    watched, best = track.watched, track.watched.best
    return [
        track.name,
        f"{track.rounds:,}",
        _many(watched.scored),
        _many(watched.distinct),
        "-" if best is None else format_value(best.value),
        format_value(track.elite_mean) if track.elite_mean > -1e5 else "-",
        f"{track.seconds:.1f} s",
        "-" if best is None else f"{best.seconds:.2f} s",
    ]


def _many(count: int) -> str:
    """A count in at most six characters."""
    if count < 100_000:
        return f"{count:,}"
    return f"{count / 1e6:.2f}M" if count < 1e8 else f"{count / 1e6:.0f}M"


def _title(found: Finding) -> str:
    budget = found.budget
    if budget.seconds < math.inf:
        left = max(0, round(budget.seconds - found.seconds))
        rest = f"{left // 60}:{left % 60:02d} left"
    else:
        rest = f"{budget.rounds} rounds each"
    return f"{found.objective.name} in S_{found.objective.n}: {rest}"


def _lines() -> Callable[[Finding], None]:
    last = time.monotonic()

    def say(found: Finding) -> None:
        nonlocal last
        if time.monotonic() - last < _SECONDS_BETWEEN_LINES:
            return
        last = time.monotonic()
        best = found.best
        so_far = (
            "nothing yet" if best is None else f"{format_value(best.value)} at [{best.x}, {best.w}]"
        )
        console.say(f"{_title(found)}; best: {so_far}")

    return say
