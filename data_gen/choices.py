"""Refusing what is none of a few words, in the same sentence everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any, get_args

from data_gen.errors import UsageError

__all__ = ["check_choice"]


def check_choice(option: str, value: object, kind: Sequence[str] | Any) -> None:
    """Raises UsageError unless a value is one of a few words.

    Args:
        option: The option of the command line that takes it, for the error.
        value: What was chosen.
        kind: A Literal of strings, or the strings.

    Example:
        >>> from typing import Literal
        >>> check_choice("--target", "lost", Literal["logit", "loss", "margin"])
        Traceback (most recent call last):
        data_gen.errors.UsageError: --target 'lost': take one of logit, loss, margin. \
Did you mean loss?
    """
    known = get_args(kind) or tuple(kind)
    if value in known:
        return
    near = get_close_matches(str(value), known, 1)
    meant = f" Did you mean {near[0]}?" if near else ""
    raise UsageError(f"{option} {value!r}: take one of {', '.join(known)}.{meant}")
