"""How numbers are written in Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from statistics import fmean

__all__ = ["mathematical", "share", "spread", "whole"]


def mathematical(text: str) -> str:
    """Sets S_8 and its like as formulas, outside of code.

    Example:
        >>> mathematical("S_8, and `S_8`")
        '$S_8$, and `S_8`'
    """
    return re.sub(r"(?<![\w`$])S_(\d+)(?![\w`$])", r"$S_\1$", text)


def spread(values: Sequence[float], show: Callable[[float], str] | None = None) -> str:
    """The mean of some seeds, with the least and the largest.

    Args:
        values: One for each seed.
        show: Writes a number; three digits of a share if None.

    Example:
        >>> spread([0.9, 1.0]), spread([0.9996]), spread([1.0, 1.0])
        ('0.950 (0.900-1)', '0.999', '1')
    """
    write = show or share
    mean = write(fmean(values))
    low, high = write(min(values)), write(max(values))
    return mean if low == high else f"{mean} ({low}-{high})"


def share(value: float) -> str:
    """A share in three digits; what is not quite 1 never looks like it.

    Example:
        >>> share(0.99996), share(1.0)
        ('0.999', '1')
    """
    return "1" if value == 1 else f"{min(value, 0.999):.3f}"


def whole(value: float) -> str:
    """A number without its fraction.

    Example:
        >>> whole(1234.5)
        '1,234'
    """
    return f"{value:,.0f}"
