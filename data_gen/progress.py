"""How long work says how far it is, without knowing who listens."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

__all__ = ["Progress", "no_notice", "no_progress"]

Progress = Callable[[str], AbstractContextManager[Callable[[int, int], None]]]
"""Opens the display of one job by its title; what it gives is called with (done, total)."""


def no_progress(title: str) -> AbstractContextManager[Any]:
    """A display that shows nothing; `data_gen.console.progress` is one that does.

    Example:
        >>> with no_progress("counting") as report:
        ...     report(1, 2)
    """
    return nullcontext(lambda done, total: None)


def no_notice(message: str) -> None:
    """Tells nobody; `data_gen.console.say` is one that does.

    Example:
        >>> no_notice("'s4' is already complete.")
    """
