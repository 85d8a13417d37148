"""The command `klgnn`: finds its verbs by entry points and turns errors into exit codes.

A verb is a plain function with typer annotations, or a `typer.Typer` application: a group with
commands of its own, as `klgnn dataset verify`. It is announced in the entry-point group
``klgnn.commands``. Only the verb that is asked for is loaded, so `--help` answers at once and a
third party adds a verb by installing a package.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 a check found violations, 130 interrupted.
"""

from __future__ import annotations

import errno
import sys
from collections.abc import Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from data_gen.console import say
from data_gen.errors import KlgnnError
from data_gen.interrupts import is_interrupt, kernels_finish_first, what_is_kept
from klgnn.spelling import show_flags_bare, spread_numbers

__all__ = ["COMMAND_GROUP", "build_app", "main"]

COMMAND_GROUP = "klgnn.commands"
_ORDER = (
    *("generate", "dataset", "interval", "classes", "train", "evaluate", "benchmark"),
    *("predict", "similar", "report", "conjecture"),
)
_INTERRUPTED = 130
_DEBUG = "--debug"


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command line and leaves by SystemExit.

    Args:
        arguments: The words after `klgnn`; those of the process if None.

    Example:
        >>> try:
        ...     main(["interval", "1324", "1243"])  # says on stderr that 1324 is not below 1243
        ... except SystemExit as end:
        ...     print(end.code)
        2
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
        cls=_GuardedAndDebugged if debug else _Guarded,
        no_args_is_help=True,
        rich_markup_mode="markdown",
        pretty_exceptions_enable=False,
        add_completion=False,
    )
    app.callback()(_klgnn)
    announced = sorted(entry_points(group=COMMAND_GROUP), key=lambda verb: _place(verb.name))
    wanted = [verb for verb in announced if verb.name == asked_for]
    for verb in wanted:
        _add(app, verb)
    if not wanted:
        _add_all(app, announced)
    return app


def _add(app: typer.Typer, verb: EntryPoint) -> None:
    loaded = verb.load()
    if isinstance(loaded, typer.Typer):
        app.add_typer(loaded, name=verb.name)
    else:
        app.command(verb.name)(loaded)


def _add_all(app: typer.Typer, announced: Sequence[EntryPoint]) -> None:
    """Adds every verb; one that does not import (a broken plug-in) does not hide the others."""
    for verb in announced:
        try:
            _add(app, verb)
        except ImportError as error:
            say(f"Warning: the verb {verb.name!r} ({verb.value}) does not load: {error}")


def _place(verb: str) -> tuple[int, str]:
    return (_ORDER.index(verb) if verb in _ORDER else len(_ORDER), verb)


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


def _quoting(error: typer.BadParameter) -> str:
    """The message with the word that was given, which pydantic's sentences leave out."""
    faults = getattr(error.__cause__, "errors", None)
    if faults is None:
        return error.message
    fault = faults()[0]
    given = repr(fault.get("input"))
    if given in error.message:
        return error.message
    expected = {"int_parsing": "a whole number", "float_parsing": "a number"}.get(fault["type"])
    return f"{given} is not {expected}." if expected else f"{given}: {error.message}"


class _Guarded(TyperGroup):
    """Runs every verb, and every command of a group, so that what a user can cause ends well.

    That is: in one sentence on stderr and an exit code.
    """

    debug = False

    def list_commands(self, ctx: Any) -> list[str]:
        """The verbs in the order of the way; typer would put every group last."""
        return sorted(super().list_commands(ctx), key=_place)

    def get_params(self, ctx: Any) -> list[Any]:
        """The options of `klgnn` itself; on the way, flags of every verb lose their type."""
        show_flags_bare(self, ctx)
        return list(super().get_params(ctx))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Reads the command line."""
        return list(super().parse_args(ctx, spread_numbers(self, args)))

    def invoke(self, ctx: Any) -> Any:
        """Runs what was asked for."""
        try:
            with kernels_finish_first():
                return super().invoke(ctx)
        except typer.BadParameter as error:
            error.message = _quoting(error)
            raise
        except (KeyboardInterrupt, SystemError) as error:
            if not is_interrupt(error):
                raise
            say(f"Interrupted. {what_is_kept(error)}")
            raise typer.Exit(_INTERRUPTED) from None
        except KlgnnError as error:
            if self.debug:
                raise
            say(f"Error: {error}")
            raise typer.Exit(error.exit_code) from None
        except OSError as error:
            if self.debug or error.errno == errno.EPIPE:
                raise
            say(f"Error: {error.strerror or error}: {error.filename or 'no file named'}")
            raise typer.Exit(KlgnnError.exit_code) from None


class _GuardedAndDebugged(_Guarded):
    """The same, but an error keeps its traceback."""

    debug = True
