"""The command `klgnn`: finds its verbs by entry points and turns errors into exit codes.

A verb is a plain function with typer annotations, announced in the entry-point group
``klgnn.commands``. Only the verb that is asked for is loaded, so `--help` answers at once and a
third party adds a verb by installing a package.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 a check found violations, 130 interrupted.
"""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable, Sequence
from functools import wraps
from importlib.metadata import EntryPoint, entry_points
from typing import Annotated, Any

import typer

from data_gen.console import say
from data_gen.errors import KlgnnError
from data_gen.interrupts import is_interrupt, kernels_finish_first

__all__ = ["COMMAND_GROUP", "build_app", "main"]

COMMAND_GROUP = "klgnn.commands"
_ORDER = ("generate", "train", "evaluate", "report", "interval")
_INTERRUPTED = 130
_DEBUG = "--debug"


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command line and leaves by SystemExit.

    Args:
        arguments: The words after `klgnn`; those of the process if None.

    Example:
        >>> main(["--version"])  # doctest: +SKIP
        klgnn 0.1.0
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    debug = _DEBUG in words
    words = [word for word in words if word != _DEBUG]
    asked_for = next((word for word in words if not word.startswith("-")), None)
    build_app(asked_for, debug)(words, prog_name="klgnn")


def build_app(asked_for: str | None = None, debug: bool = False) -> typer.Typer:
    """Builds the typer application with one verb loaded, or all if that verb is unknown.

    Args:
        asked_for: The verb on the command line; None for the overview of all.
        debug: Whether errors show their traceback.
    """
    app = typer.Typer(
        no_args_is_help=True,
        rich_markup_mode="markdown",
        pretty_exceptions_enable=False,
        add_completion=False,
    )
    app.callback()(_klgnn)
    announced = sorted(entry_points(group=COMMAND_GROUP), key=_overview_position)
    wanted = [verb for verb in announced if verb.name == asked_for]
    for verb in wanted:
        app.command(verb.name)(_guarded(verb.load(), debug))
    if not wanted:
        _add_all(app, announced, debug)
    return app


def _add_all(app: typer.Typer, announced: Sequence[EntryPoint], debug: bool) -> None:
    """Adds every verb; one that does not import (a broken plug-in) does not hide the others."""
    for verb in announced:
        try:
            function = verb.load()
        except ImportError as error:
            say(f"Warning: the verb {verb.name!r} ({verb.value}) does not load: {error}")
        else:
            app.command(verb.name)(_guarded(function, debug))


def _overview_position(verb: EntryPoint) -> tuple[int, str]:
    known = verb.name in _ORDER
    return (_ORDER.index(verb.name) if known else len(_ORDER), verb.name)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"klgnn {version('klgnn')}")
        raise typer.Exit


def _klgnn(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and stop."
        ),
    ] = False,
    debug: Annotated[
        bool, typer.Option(_DEBUG, help="Show the traceback of an error; may stand anywhere.")
    ] = False,
) -> None:
    """Graph networks for combinatorial invariance: from Bruhat intervals to a conjecture.

    The whole way in three lines:

    `klgnn generate --n 5 --n 6 --select classes --out data/s56`

    `klgnn train data/s56 --out runs/s56`

    `klgnn report runs/s56 --out report.html`
    """


def _guarded(verb: Callable[..., Any], debug: bool) -> Callable[..., Any]:
    """Wraps a verb so that what a user can cause ends in a sentence and an exit code."""

    @wraps(verb)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            with kernels_finish_first():
                return verb(*args, **kwargs)
        except (KeyboardInterrupt, SystemError) as error:
            if not is_interrupt(error):
                raise
            say("Interrupted. What was finished is kept; the same command goes on from there.")
            raise typer.Exit(_INTERRUPTED) from None
        except KlgnnError as error:
            if debug:
                raise
            say(f"Error: {error}")
            raise typer.Exit(error.exit_code) from None
        except OSError as error:
            if debug or error.errno == errno.EPIPE:
                raise
            say(f"Error: {error.strerror or error}: {error.filename or 'no file named'}")
            raise typer.Exit(KlgnnError.exit_code) from None

    return run
