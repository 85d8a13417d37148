"""The frame around the verbs: help, exit codes, errors without tracebacks."""

import subprocess
import sys
from importlib.metadata import EntryPoint

import pytest
import typer
from typer.testing import CliRunner

from data_gen.errors import DatasetError, PermutationError
from klgnn import main as main_module
from klgnn.main import build_app

VERBS = ("generate", "train", "evaluate", "report", "interval")


def fail_with(error: BaseException):
    def verb() -> None:
        """A verb that fails."""
        raise error

    return verb


def app_with(monkeypatch: pytest.MonkeyPatch, function, debug: bool = False) -> typer.Typer:
    """The application with one verb, `try`, announced as a third party would."""

    class Announced(EntryPoint):
        def load(self):
            return function

    def announce(group: str) -> list[EntryPoint]:
        return [Announced(name="try", value="nowhere:verb", group=group)]

    monkeypatch.setattr(main_module, "entry_points", announce)
    return build_app("try", debug)


@pytest.mark.parametrize("verb", VERBS)
def test_help_of_each_verb_has_an_example(verb: str) -> None:
    result = CliRunner().invoke(build_app(verb), [verb, "--help"])
    assert result.exit_code == 0
    assert f"klgnn {verb}" in result.output.split("Usage:")[1].split("\n", 1)[1]


def test_overview_lists_every_verb() -> None:
    result = CliRunner().invoke(build_app(), ["--help"])
    assert result.exit_code == 0
    assert all(verb in result.output for verb in VERBS)


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from klgnn.main import main\n"
        "try:\n    main(['--help'])\n"
        "except SystemExit:\n    pass\n"
        "heavy = ('torch', 'numba', 'numpy', 'sympy', 'pandas', 'pyarrow', 'networkx')\n"
        "print([m for m in heavy if m in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_version_is_that_of_the_distribution() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "klgnn", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("klgnn 0.")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (DatasetError("the folder 'x' is no dataset"), 1),
        (PermutationError("'12a' is no permutation"), 2),
        (KeyboardInterrupt(), 130),
        (PermissionError(13, "Permission denied", "/somewhere"), 1),
    ],
)
def test_errors_become_exit_codes_and_one_sentence(monkeypatch, error, code) -> None:
    result = CliRunner().invoke(app_with(monkeypatch, fail_with(error)), ["try"])
    assert result.exit_code == code
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert result.stderr.count("\n") == 1


def test_ctrl_c_inside_a_compiled_kernel_is_ctrl_c(monkeypatch) -> None:
    """numba turns it into a SystemError caused by KeyboardInterrupt."""
    error = SystemError("CPUDispatcher(...) returned a result with an exception set")
    error.__cause__ = SystemError("a second kernel on the way")
    error.__cause__.__cause__ = KeyboardInterrupt()
    result = CliRunner().invoke(app_with(monkeypatch, fail_with(error)), ["try"])
    assert result.exit_code == 130
    assert "Interrupted" in result.stderr


def test_other_system_errors_are_not_hidden(monkeypatch) -> None:
    result = CliRunner().invoke(app_with(monkeypatch, fail_with(SystemError("no"))), ["try"])
    assert isinstance(result.exception, SystemError)


def test_debug_shows_the_error_itself(monkeypatch) -> None:
    app = app_with(monkeypatch, fail_with(DatasetError("no dataset")), debug=True)
    result = CliRunner().invoke(app, ["try"])
    assert isinstance(result.exception, DatasetError)


def test_unknown_verb_and_unknown_option_are_wrong_usage() -> None:
    assert CliRunner().invoke(build_app("nonsense"), ["nonsense"]).exit_code == 2
    assert CliRunner().invoke(build_app("interval"), ["interval", "--nonsense"]).exit_code == 2


def test_a_broken_plug_in_does_not_hide_the_other_verbs(monkeypatch, capsys) -> None:
    broken = EntryPoint(name="broken", value="no_such_module:verb", group="klgnn.commands")
    real = main_module.entry_points
    monkeypatch.setattr(main_module, "entry_points", lambda group: [*real(group=group), broken])
    result = CliRunner().invoke(build_app(), ["--help"])
    assert result.exit_code == 0
    assert "generate" in result.output
    assert "no_such_module" in capsys.readouterr().err
