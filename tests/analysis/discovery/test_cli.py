import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from analysis.discovery.cli import discover


@pytest.fixture
def app() -> typer.Typer:
    app = typer.Typer()
    app.command()(discover)
    return app


ARGUMENTS = ["--n", "3", "--terms", "1", "--larger", "4", "--sample", "0", "--assume", "lower"]


def test_json_has_what_the_file_has(app: typer.Typer, tmp_path: Path) -> None:
    path = tmp_path / "found.json"
    result = CliRunner().invoke(app, [*ARGUMENTS, "--json", "--out", str(path)])
    assert result.exit_code == 0, result.output
    printed = json.loads(result.stdout)
    assert printed == json.loads(path.read_text(encoding="utf-8"))
    assert {one["hypothesis"] for one in printed["found"]} == {"", "lower"}


def test_the_table_goes_to_stdout(app: typer.Typer) -> None:
    result = CliRunner().invoke(app, ARGUMENTS)
    assert result.exit_code == 0, result.output
    first = "Relations made from the 3 isomorphism classes of S_3.\n"
    assert result.stdout.startswith(first)
    assert "== Any interval ==\n" in result.stdout
    everything = CliRunner().invoke(app, [*ARGUMENTS, "--all"]).stdout
    assert len(everything.splitlines()) > len(result.stdout.splitlines())
