"""What the command line says: results on stdout, everything else on stderr.

rich is imported inside the functions, so that `--help` stays quick.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import RenderableType

__all__ = ["Report", "print_json", "progress", "say", "show"]

Report = Callable[[int, int], None]
"""A progress callback: ``report(done, total)``."""

_SECONDS_BETWEEN_LINES = 10.0
_SECONDS_BEFORE_FIRST_SIGN = 1.0


def say(message: str) -> None:
    """Prints a line for the person, on stderr.

    Example:
        >>> say("building the table")
    """
    print(message, file=sys.stderr, flush=True)


def show(renderable: RenderableType) -> None:
    """Prints a result (a text, or a rich table) on stdout.

    Example:
        >>> show("1 + q")
        1 + q
    """
    from rich.console import Console

    Console(file=sys.stdout, highlight=False, soft_wrap=True).print(renderable)


def print_json(value: Any) -> None:
    """Prints one JSON document on stdout, keys in the order given.

    Example:
        >>> print_json({"n": 4})
        {
          "n": 4
        }
    """
    print(json.dumps(value, indent=2, ensure_ascii=False))


@contextmanager
def progress(title: str, enabled: bool = True) -> Iterator[Report]:
    """Shows the progress of one job on stderr and hands out the callback that moves it.

    On a terminal it is a bar; in a log file a plain line every ten seconds. Jobs that end within a
    second show nothing.

    Args:
        title: What is being done, in a few words.
        enabled: Whether to show anything at all.

    Yields:
        A function ``report(done, total)``.

    Example:
        >>> with progress("counting") as report:
        ...     for step in range(3):
        ...         report(step + 1, 3)
    """
    if not enabled:
        yield lambda done, total: None
    elif sys.stderr.isatty():
        with _bar(title) as report:
            yield report
    else:
        yield _lines(title)


@contextmanager
def _bar(title: str) -> Iterator[Report]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
        console=Console(stderr=True),
        transient=True,
    )
    task = bar.add_task(title, total=None)
    began = time.monotonic()
    shown = False

    def report(done: int, total: int) -> None:
        nonlocal shown
        if not shown and time.monotonic() - began > _SECONDS_BEFORE_FIRST_SIGN:
            bar.start()
            shown = True
        bar.update(task, completed=done, total=total)

    try:
        yield report
    finally:
        if shown:
            bar.stop()


def _lines(title: str) -> Report:
    last = time.monotonic()

    def report(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= _SECONDS_BETWEEN_LINES:
            last = now
            say(f"{title}: {done:,} of {total:,}")

    return report
