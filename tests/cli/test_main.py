"""The frame around the verbs: help, exit codes, errors without tracebacks."""

import subprocess
import sys
from importlib.metadata import EntryPoint

import pytest
import typer
from typer.testing import CliRunner

from data_gen.errors import DatasetError, PermutationError
from data_gen.interrupts import GOES_ON, if_interrupted
from klgnn import main as main_module
from klgnn.main import build_app
from klgnn.spelling import spread_numbers

VERBS = (
    *("generate", "dataset", "interval", "classes", "train", "evaluate", "benchmark"),
    *("predict", "similar", "report"),
)


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


def group_with(error: BaseException) -> typer.Typer:
    """A verb that is a group: `fail`, and `deeper fail` in a group of its own."""
    group, deeper = typer.Typer(), typer.Typer()
    for app in (group, deeper):
        app.command("fail")(fail_with(error))
        app.command("work")(lambda: typer.echo("done"))
    group.add_typer(deeper, name="deeper")
    return group


ERRORS = [
    (DatasetError("the folder 'x' is no dataset"), 1),
    (PermutationError("'12a' is no permutation"), 2),
    (KeyboardInterrupt(), 130),
    (PermissionError(13, "Permission denied", "/somewhere"), 1),
]


@pytest.mark.parametrize("verb", VERBS)
def test_help_of_each_verb_has_an_example(verb: str) -> None:
    result = CliRunner().invoke(build_app(verb), [verb, "--help"])
    assert result.exit_code == 0
    assert f"klgnn {verb}" in result.output.split("Usage:")[1].split("\n", 1)[1]


def test_overview_lists_every_verb_in_the_order_of_the_way() -> None:
    result = CliRunner().invoke(build_app(), ["--help"])
    assert result.exit_code == 0
    commands = result.output.split("Commands", 1)[1]
    places = [commands.index(f" {verb} ") for verb in VERBS]
    assert places == sorted(places)


@pytest.mark.parametrize("words", [[], ["dataset"], ["dataset", "info"], ["dataset", "verify"]])
def test_help_loads_nothing_heavy(words: list[str]) -> None:
    code = (
        "import sys\n"
        "from klgnn.main import main\n"
        f"try:\n    main({[*words, '--help']})\n"
        "except SystemExit:\n    pass\n"
        "heavy = ('torch', 'numba', 'numpy', 'sympy', 'pandas', 'pyarrow', 'networkx', 'duckdb')\n"
        "print([m for m in heavy if m in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_version_is_that_of_the_distribution() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "klgnn", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("klgnn 0.")


@pytest.mark.parametrize(("error", "code"), ERRORS)
def test_errors_become_exit_codes_and_one_sentence(monkeypatch, error, code) -> None:
    result = CliRunner().invoke(app_with(monkeypatch, fail_with(error)), ["try"])
    assert result.exit_code == code
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("words", [["fail"], ["deeper", "fail"]])
@pytest.mark.parametrize(("error", "code"), ERRORS)
def test_every_command_of_a_group_is_guarded_in_the_same_way(monkeypatch, error, code, words):
    result = CliRunner().invoke(app_with(monkeypatch, group_with(error)), ["try", *words])
    assert result.exit_code == code
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_group_of_a_plug_in_has_its_commands(monkeypatch) -> None:
    app = app_with(monkeypatch, group_with(DatasetError("not met")))
    for words in (["work"], ["deeper", "work"]):
        result = CliRunner().invoke(app, ["try", *words])
        assert (result.exit_code, result.stdout) == (0, "done\n")
    overview = CliRunner().invoke(app, ["try", "--help"])
    assert all(word in overview.output for word in ("fail", "work", "deeper"))
    assert CliRunner().invoke(app, ["try", "nonsense"]).exit_code == 2


def test_a_group_may_be_loaded_more_than_once(monkeypatch) -> None:
    """The second application is as the first: nothing is wrapped twice."""
    group = group_with(DatasetError("no dataset"))
    for _ in range(2):
        result = CliRunner().invoke(app_with(monkeypatch, group), ["try", "fail"])
        assert (result.exit_code, result.stderr) == (1, "Error: no dataset\n")


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
    for loaded, words in (
        (fail_with(DatasetError("no dataset")), ["try"]),
        (group_with(DatasetError("no dataset")), ["try", "deeper", "fail"]),
    ):
        result = CliRunner().invoke(app_with(monkeypatch, loaded, debug=True), words)
        assert isinstance(result.exception, DatasetError)


def test_unknown_verb_and_unknown_option_are_wrong_usage() -> None:
    assert CliRunner().invoke(build_app("nonsense"), ["nonsense"]).exit_code == 2
    assert CliRunner().invoke(build_app("interval"), ["interval", "--nonsense"]).exit_code == 2


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["classes", "--n", "five"], "'five' is not a whole number."),
        (["classes", "--n", "4.5"], "'4.5' is not a whole number."),
        (["report", "--percentile", "high"], "'high' is not a number."),
        (["conjecture", "test", "h-tilde", "--n", "five"], "'five' is not a whole number."),
        (["dataset", "split", "data", "--shares", "1", "a", "2"], "'a' is not a whole number."),
    ],
)
def test_a_value_of_the_wrong_kind_is_quoted(words, sentence) -> None:
    result = CliRunner().invoke(build_app(words[0]), words)
    assert result.exit_code == 2
    assert sentence in result.stderr


def test_a_broken_plug_in_does_not_hide_the_other_verbs(monkeypatch, capsys) -> None:
    broken = EntryPoint(name="broken", value="no_such_module:verb", group="klgnn.commands")
    real = main_module.entry_points
    monkeypatch.setattr(main_module, "entry_points", lambda group: [*real(group=group), broken])
    result = CliRunner().invoke(build_app(), ["--help"])
    assert result.exit_code == 0
    assert "generate" in result.output
    assert "no_such_module" in capsys.readouterr().err


def test_ctrl_c_says_what_is_kept(monkeypatch) -> None:
    """A verb that says nothing of its own keeps nothing."""

    def keeping() -> None:
        """A verb that keeps what is finished."""
        with if_interrupted(GOES_ON):
            raise KeyboardInterrupt

    for verb, sentence in (
        (fail_with(KeyboardInterrupt()), "Nothing was written."),
        (keeping, GOES_ON),
    ):
        result = CliRunner().invoke(app_with(monkeypatch, verb), ["try"])
        assert (result.exit_code, result.stderr) == (130, f"Interrupted. {sentence}\n")


@pytest.mark.parametrize("verb", [*VERBS, "conjecture", "dataset"])
def test_help_shows_flags_without_a_value(verb: str) -> None:
    app = build_app(verb)
    commands = typer.main.get_command(app).commands[verb]
    inner = [[verb, name] for name in getattr(commands, "commands", {})] or [[verb]]
    for words in ([], *inner):
        result = CliRunner().invoke(app, [*words, "--help"])
        assert result.exit_code == 0
        assert "<bool>" not in result.output


@pytest.mark.parametrize(
    ("words", "spelled"),
    [
        ("generate --n 5,6 --out a", "generate --n 5 --n 6 --out a"),
        ("generate --n 5 6 7 --out a", "generate --n 5 --n 6 --n 7 --out a"),
        ("generate --n=5,6 --n 7 --out a", "generate --n 5 --n 6 --n 7 --out a"),
        ("generate --n 5 --shares 70,15,15", "generate --n 5 --shares 70 15 15"),
        ("generate --n 5 --shares=70,15,15", "generate --n 5 --shares 70 15 15"),
        ("generate --n 5 --shares 70 15 15", "generate --n 5 --shares 70 15 15"),
        ("dataset split --shares 70,15,15 a", "dataset split --shares 70 15 15 a"),
        ("conjecture test a --n 4,5", "conjecture test a --n 4 --n 5"),
        ("conjecture test a --n 4 5", "conjecture test a --n 4 5"),  # 5 may be a name
        ("generate --n five --limit 10", "generate --n five --limit 10"),
        ("report --interval 1,2 2,1", "report --interval 1,2 2,1"),
        ("report --interval 1324 3412 runs/a", "report --interval 1324 3412 runs/a"),
        ("conjecture search h-tilde --n 7,8", "conjecture search h-tilde --n 7,8"),
        ("predict 1,3,2,4 3,4,1,2", "predict 1,3,2,4 3,4,1,2"),
        (
            "report --interval [1,3,2,4] (3,4,1,2) --json",
            "report --interval [1,3,2,4] (3,4,1,2) --json",
        ),
        ("generate --n 5 --shares 70,15,15 --json", "generate --n 5 --shares 70 15 15 --json"),
        ("generate --shares 70,15", "generate --shares 70,15"),
        ("generate --n=five", "generate --n five"),
        ("generate --n", "generate --n"),
        ("nonsense --n 5,6", "nonsense --n 5,6"),
    ],
)
def test_numbers_may_be_written_with_commas(words: str, spelled: str) -> None:
    group = typer.main.get_command(build_app(words.split()[0]))
    assert " ".join(spread_numbers(group, words.split())) == spelled


@pytest.mark.parametrize(
    "words",
    [
        "report --interval 1324 --out page.html",
        "conjecture test h-tilde --interval 1324 --json",
        "generate --n 5 --shares 70 15 --out data",
    ],
)
def test_an_option_is_not_taken_for_a_value(words: str) -> None:
    done = CliRunner().invoke(build_app(words.split()[0]), words.split())
    assert done.exit_code == 2
    text = " ".join(done.stderr.replace("│", " ").split())
    assert "are wanted, and after" in text
    assert words.split()[-2] in text or words.split()[-1] in text
