"""Turns the contents of a report into one HTML file that needs nothing else."""

from __future__ import annotations

import json
import re

from analysis.charts import FEW_EDGES
from analysis.evidence import FEWEST_EDGES
from analysis.report import wording
from analysis.report.contents import Report
from analysis.report.figures import data_uri, example_figure, map_figures, type_figure
from analysis.report.templates import page_environment, safe_json
from analysis.report.verdicts import CONTROL_NAMES, KIND_NAMES, MORE_EDGES, SHORT_NAMES

__all__ = ["render"]


def render(report: Report) -> str:
    """Writes the page.

    Args:
        report: What it says; with an explorer its intervals can be browsed.

    Returns:
        An HTML document, ending with a newline. The same report gives the same text.

    Example:
        >>> from analysis.report.collect import collect
        >>> from analysis.report.settings import Settings
        >>> from klgnn.runs import Run
        >>> from dataclasses import replace
        >>> from pathlib import Path
        >>> from shutil import copytree
        >>> from tempfile import TemporaryDirectory
        >>> from data_gen.generation import generate
        >>> run = Run.default()
        >>> with TemporaryDirectory() as folder:
        ...     data = generate([3, 4], f"{folder}/s34", select="classes")
        ...     config = replace(
        ...         run.config, dataset_path=str(data.path), dataset_fingerprint=data.fingerprint
        ...     )
        ...     copy = replace(run, path=copytree(run.path, Path(folder) / "copy"), config=config)
        ...     settings = Settings(coefficient=1, percentile=80, untrained=1, explored=2)
        ...     page = render(collect(copy, settings))
        >>> re.findall("<h2.*?>(.*?)</h2>", page)[:3]
        ['In one minute', 'How good it is', 'Edge types in the salient part']
    """
    environment = page_environment()
    environment.filters.update(
        percent=wording.percent,
        signed=wording.signed,
        points=wording.points,
        pvalue=wording.p_value,
    )
    explorer = report.explorer
    if report.is_blind or explorer is None or not explorer.intervals:
        explorer = None
    first, *numbers = _sentences(report.verdict)
    whole = json.dumps(report.to_dict(), indent=1, ensure_ascii=False)
    return environment.get_template("page.html.j2").render(
        report=report,
        few_edges=FEW_EDGES,
        fewest_edges=FEWEST_EDGES,
        more_edges=MORE_EDGES,
        verdict=first,
        verdict_numbers=[sentence.partition(": ") for sentence in numbers],
        constant=[line.power for line in report.accuracy if line.power and line.majority == 1],
        attributed=wording.attributed(report.settings),
        control_names=CONTROL_NAMES,
        short_names=SHORT_NAMES,
        kind_names=KIND_NAMES,
        types_figure=type_figure(report.evidence) if report.evidence else None,
        maps=map_figures(report.evidence) if report.evidence else (),
        examples=[
            (example, example_figure(example, number))
            for number, example in enumerate(report.examples, 1)
        ],
        explorer=explorer,
        explorer_json=safe_json(explorer.to_dict()) if explorer else "",
        report_json=data_uri("application/json", whole),
    )


def _sentences(text: str) -> list[str]:
    """Cuts a text between its sentences; "et al. found" and "p = 0.3" stay whole.

    Example:
        >>> _sentences("Nothing is established. Davies et al. found 0.3 of S_9. Train it again.")
        ['Nothing is established.', 'Davies et al. found 0.3 of S_9.', 'Train it again.']
    """
    return re.split(r"(?<=[.!?]) (?=[A-Z])", text)
