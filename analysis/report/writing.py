"""A report in one call: read, put into words, written."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from analysis.report.collect import collect
from analysis.report.contents import Report
from analysis.report.render import render
from analysis.report.settings import Settings
from data_gen.progress import Progress
from data_gen.storage import write_atomically
from klgnn.runs import Run

__all__ = ["write_report"]


def write_report(
    run: Run | str | PathLike[str] | None,
    path: str | PathLike[str],
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Report:
    """Writes the page of `klgnn report`, and gives what it says.

    Args:
        run: A finished run, or its folder; None or "default" is the model that comes with klgnn.
        path: The page; one HTML file that needs nothing else.
        settings: What to attribute, and how; `Settings()` if None.
        progress: Gives a progress bar, such as `data_gen.console.progress`.

    Raises:
        RunError: If there is no such run, its weights are damaged, or its dataset is gone or has
            changed.
        UsageError: If the network has no such coefficient, or met one value of it only.
        StorageError: If the page cannot be written.

    Example:
        From permutations to a page, on far too few of them to conclude anything:

        >>> import tempfile, data_gen, klgnn, analysis
        >>> settings = analysis.Settings(coefficient=1, percentile=80, untrained=1, explored=2)
        >>> with tempfile.TemporaryDirectory() as here:
        ...     data = data_gen.generate([4, 5], f"{here}/s45", select="classes")
        ...     run = klgnn.train(data, f"{here}/run", epochs=1, progress=False)
        ...     report = analysis.write_report(run, f"{here}/report.html", settings)
        ...     page = Path(here, "report.html").read_text()
        >>> report.verdict.split(":")[0], page.count("<h1>")
        ('Nothing can be concluded', 1)
    """
    report = collect(run, settings, progress)
    write_atomically(Path(path), render(report).encode())
    return report
