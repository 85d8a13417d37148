"""The templates of the pages: their filters, the style sheet, the scripts, data for the scripts."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from analysis.drawing import CUBE_COLOUR, SALIENT_COLOURS

__all__ = ["page_environment", "polynomial", "power", "safe_json"]

_FOLDER = Path(__file__).parent / "page"
_SCRIPTS = ("page.js", "bruhat.js", "picture.js", "explorer.js")


def page_environment() -> jinja2.Environment:
    """The templates with what all of them share.

    Filters for mathematics; the names `style` and `script` for the style sheet and the scripts.

    Example:
        >>> line = page_environment().from_string("{{ group | mathematics }}: {{ p | polynomial }}")
        >>> line.render(group="S_4", p=[1, 1])
        'S<sub>4</sub>: 1 + <i>q</i>'
    """
    # Autoescape for every name: the template's own ends in .j2, which select_autoescape passes by.
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        polynomial=polynomial,
        mathematics=_mathematics,
        mean=_mean,
        decimal=_decimal,
        spread=_spread,
        svg=Markup,
    )
    environment.globals.update(
        # As text, not as templates: braces mean something else in them.
        style=_source("style.css"),
        script=Markup("\n").join(_source(name) for name in _SCRIPTS),
        cube_colour=CUBE_COLOUR,
        salient_colours=SALIENT_COLOURS,
    )
    return environment


def _source(name: str) -> Markup:
    return Markup((_FOLDER / name).read_text(encoding="utf-8"))


def safe_json(value: Any) -> Markup:
    r"""JSON that can stand inside a script element: no text in it can end the element.

    Example:
        >>> print(safe_json({"name": "</script>"}))
        {"name":"\u003c/script>"}
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))


def power(exponent: int) -> Markup:
    """q^k with a real superscript.

    Example:
        >>> print(power(2))
        <i>q</i><sup>2</sup>
    """
    return Markup("<i>q</i>") if exponent == 1 else Markup("<i>q</i><sup>{}</sup>").format(exponent)


def _mathematics(text: str) -> Markup:
    """Plain text with S_5 and q^2 as a mathematician prints them."""
    safe = re.sub(r"S_(\d+)", r"S<sub>\1</sub>", str(escape(text)))
    return Markup(re.sub(r"q\^(\d+)", r"<i>q</i><sup>\1</sup>", safe))


def polynomial(coefficients: Sequence[int]) -> Markup:
    """A polynomial, coefficients ascending, with real superscripts.

    Example:
        >>> print(polynomial([1, 3, 1]))
        1 + 3<i>q</i> + <i>q</i><sup>2</sup>
    """
    terms = []
    for exponent, value in enumerate(coefficients):
        if value:
            factor = "" if value == 1 and exponent else str(value)
            terms.append(Markup(factor) + (power(exponent) if exponent else ""))
    return Markup(" + ").join(terms) if terms else Markup("0")


def _decimal(value: float, digits: int = 1) -> str:
    """A number as a table prints it; what is none is called so."""
    if math.isnan(value):
        return "none"
    return f"{value:.{digits}f}" if math.isfinite(value) else "\N{INFINITY}"


def _mean(values: Sequence[float]) -> float:
    known = [value for value in values if math.isfinite(value)]
    return sum(known) / len(known) if known else math.nan


def _spread(values: Sequence[float]) -> tuple[float, float]:
    """Smallest and largest."""
    known = [value for value in values if math.isfinite(value)]
    return (min(known), max(known)) if known else (math.nan, math.nan)
