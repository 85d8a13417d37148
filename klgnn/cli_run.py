"""Opening the run that a command line names, the same for every verb. It loads torch."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

from data_gen import console
from data_gen.errors import RunError
from klgnn.runs import DEFAULT_MODEL, Run

__all__ = ["chosen_run", "remark_version"]


def chosen_run(word: str | Path | None, dataset: Path | None = None) -> Run:
    """Opens a run, and says on stderr what a person should know of it beforehand.

    Args:
        word: A run folder; None or "default" for the model that comes with klgnn.
        dataset: Where its dataset is, if not where it was.

    Raises:
        RunError: If there is no such run, or it is not finished.

    Example:
        >>> chosen_run(None).name
        'default'
    """
    run = Run.find(word)
    remark_version(run)
    try:
        _ = run.manifest
    except RunError as error:
        console.say(f"Note: {error}")
    return run if dataset is None else run.with_dataset(dataset)


def remark_version(run: Run) -> None:
    """Says on stderr if another version of klgnn made a run; its own model is tested with it.

    Example:
        >>> remark_version(Run.default())
    """
    then, now = run.config.versions.get("klgnn", "unknown"), metadata.version("klgnn")
    if then != now and run.path != DEFAULT_MODEL:
        console.say(
            f"Note: {str(run.path)!r} was made by klgnn {then}; this is {now}, which may read or "
            "train it otherwise."
        )
