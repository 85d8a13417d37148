"""`klgnn conjecture formulas` as a person or a script calls it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from analysis.cli_conjecture import app
from analysis.formulas_at_large import run
from data_gen.errors import DatasetError, UsageError


def call(*words: object) -> Result:
    return CliRunner().invoke(app, ["formulas", *map(str, words)])


def test_check_prints_totals(tmp_path):
    done = call("check", "--n", 4, "--out", tmp_path)
    assert done.exit_code == 0
    assert done.stdout.startswith("S_4: 13 graphs, standing for 189 intervals with 594 lower")
    assert "the shortcut formula for [u', v] with" in done.stdout
    written = json.loads((tmp_path / "result.json").read_text())
    assert json.loads(call("check", "--n", 4, "--json").stdout) == written
    assert json.loads((tmp_path / "time.json").read_text())["cpu_seconds"] >= 0


def test_table_writes_a_page(tmp_path):
    folders = [tmp_path / name for name in ("s4", "s5")]
    call("check", "--n", 4, "--out", folders[0])
    call("check", "--n", 5, "--intervals", "new-classes", "--upper", "--out", folders[1])
    page = tmp_path / "page.md"
    (tmp_path / "page-by-hand.md").write_text("By hand.\n")
    done = call("table", *folders, "--out", page)
    assert done.exit_code == 0
    text = page.read_text()
    assert "klgnn conjecture formulas check --n 5 --intervals new-classes --upper --out" in text
    assert "| $S_4$, every class | 13 | 189 | 594 | 591 |" in text
    assert "\nBy hand.\n" in text
    assert str(tmp_path) not in text
    assert "By hand." not in call("table", *folders).stdout


def test_bad_input_is_refused(tmp_path):
    for words, error in [
        (("check", "--n", 8), UsageError),
        (("check", "--n", 8, "--sample", 3), UsageError),
        (("check", "--n", 3, "--workers", 0), UsageError),
        (("table", tmp_path), DatasetError),
    ]:
        assert isinstance(call(*words).exception, error)


@pytest.mark.parametrize(("name", "code"), [("h-tilde", 0), ("h-tilde-strong", 3)])
def test_the_exit_code_says_that_something_new_fails(name, code, monkeypatch):
    check = run.check_batch

    def wrong(*arguments):
        for one in check(*arguments):
            yield type(one)(*list(vars(one).values())[:4], {name: ((0,),)})

    monkeypatch.setattr(run, "check_batch", wrong)
    done = call("check", "--n", 3)
    assert done.exit_code == code
    assert f"{name} " in done.stdout
    assert Path("result.json").exists() is False
