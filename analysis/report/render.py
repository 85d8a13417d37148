"""Turns the contents of a report into one HTML file that needs nothing else."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from pathlib import Path

import jinja2
from markupsafe import Markup, escape

from analysis.charts import FEW_EDGES
from analysis.drawing import CUBE_COLOUR, SALIENT_COLOURS
from analysis.report import wording
from analysis.report.contents import Report
from analysis.report.figures import data_uri, example_figure, map_figures, type_figure

__all__ = ["render"]

_TEMPLATE = "template.html.j2"


def render(report: Report) -> str:
    """Writes the page.

    Args:
        report: What it says.

    Returns:
        An HTML document, ending with a newline. The same report gives the same text.
    """
    # Autoescape for every name: the template's own ends in .j2, which select_autoescape passes by.
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        percent=wording.percent,
        signed=wording.signed,
        points=wording.points,
        polynomial=_polynomial,
        mathematics=_mathematics,
        mean=_mean,
        spread=_spread,
        svg=Markup,
    )
    whole = json.dumps(report.to_dict(), indent=1, ensure_ascii=False)
    return environment.get_template(_TEMPLATE).render(
        report=report,
        few_edges=FEW_EDGES,
        verdict=report.verdict.partition(". "),
        constant=[line.power for line in report.accuracy if line.power and line.majority == 1],
        power=_power(report.settings.coefficient or 0),
        types_figure=type_figure(report.evidence) if report.evidence else None,
        maps=map_figures(report.evidence) if report.evidence else (),
        examples=[
            (example, example_figure(example, number))
            for number, example in enumerate(report.examples, 1)
        ],
        report_json=data_uri("application/json", whole),
        cube_colour=CUBE_COLOUR,
        salient_colours=SALIENT_COLOURS,
    )


def _power(exponent: int) -> Markup:
    return Markup("<i>q</i>") if exponent == 1 else Markup("<i>q</i><sup>{}</sup>").format(exponent)


def _mathematics(text: str) -> Markup:
    """Plain text with S_5 and q^2 as a mathematician prints them."""
    safe = re.sub(r"S_(\d+)", r"S<sub>\1</sub>", str(escape(text)))
    return Markup(re.sub(r"q\^(\d+)", r"<i>q</i><sup>\1</sup>", safe))


def _polynomial(coefficients: Sequence[int]) -> Markup:
    """The polynomial with a real superscript."""
    terms = []
    for exponent, value in enumerate(coefficients):
        if value:
            factor = "" if value == 1 and exponent else str(value)
            terms.append(Markup(factor) + (_power(exponent) if exponent else ""))
    return Markup(" + ").join(terms) if terms else Markup("0")


def _mean(values: Sequence[float]) -> float:
    known = [value for value in values if math.isfinite(value)]
    return sum(known) / len(known) if known else math.nan


def _spread(values: Sequence[float]) -> tuple[float, float]:
    """Smallest and largest."""
    known = [value for value in values if math.isfinite(value)]
    return (min(known), max(known)) if known else (math.nan, math.nan)
