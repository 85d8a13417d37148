"""`klgnn conjecture search` as a person or a script calls it."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from analysis.cli_conjecture import app
from data_gen.errors import KlgnnError

IDEA = """from analysis.conjectures import conjecture


def score(interval):
    return interval.coefficient(1) - interval.atoms


@conjecture("few-q", "the coefficient of q is less than the atoms less 3", score=score)
def few_q(interval):
    return interval.length < 3 or interval.coefficient(1) <= interval.atoms - 3
"""


def call(*words: object) -> Result:
    return CliRunner().invoke(app, ["search", *map(str, words)])


@pytest.fixture
def idea(tmp_path: Path) -> Path:
    path = tmp_path / "my_idea.py"
    path.write_text(IDEA)
    return path


def test_a_quantity(tmp_path: Path) -> None:
    words = ("boolean", "--n", 6, "--budget", "20s", "--target", 7, "--out", tmp_path / "out")
    done = call(*words, "--json")
    assert done.exit_code == 0
    content = json.loads(done.stdout)
    assert (content["kind"], content["best"]["value"], content["best"]["nodes"]) == (
        *("quantity", 7),
        128,
    )
    assert content["fails"] is False
    assert set(content["methods"]) == {"cross-entropy", "walks", "local"}
    for track in content["methods"].values():
        assert 0 <= track["distinct"] <= track["scored"] <= track["evaluated"]
    assert json.loads((tmp_path / "out" / "search.json").read_text()) == content
    again = json.loads(call(*words, "--json").stdout)
    assert again["best"] == content["best"]


def test_an_idea_fails_with_exit_code_3_and_a_certificate(idea: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    done = call(idea, "--n", 6, "--rounds", 20, "--method", "local", "--out", folder)
    assert done.exit_code == 3
    assert "FAILS on [" in done.stdout
    certificate = json.loads((folder / "counterexample.json").read_text())
    assert certificate["conjecture"] == "few-q"
    assert certificate["definition"] == IDEA
    page = subprocess.run(
        [sys.executable, "-I", "-S", folder / "counterexample.sage"], capture_output=True, text=True
    )
    assert page.returncode == 0
    assert "P: right" in page.stdout


def test_what_does_not_fail_says_what_came_closest() -> None:
    done = call("deodhar", "--n", 5, "--rounds", 2, "--method", "walks")
    assert done.exit_code == 0
    assert "No counterexample. Closest: [" in done.stdout
    assert "at most 300 elements" in done.stdout


def test_without_a_score_it_is_said_to_be_a_hunt() -> None:
    done = call("crowns", "--n", 4, "--rounds", 1, "--method", "walks")
    assert done.exit_code == 0, done.exception
    assert "a plain hunt" in done.stdout


def test_rounds_make_the_same_document_but_for_the_clock() -> None:
    words = ("f", "--n", 5, "--rounds", 2, "--seed", 3, "--json")
    first, again = (json.loads(call(*words).stdout) for _ in range(2))
    for content in (first, again):
        content.pop("seconds"), content["best"].pop("seconds")
        for track in content["methods"].values():
            track.pop("seconds"), track.pop("seconds_to_best")
    assert first == again


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["bolean", "--n", 5], "no conjecture and no quantity 'bolean'"),
        (["coefficient:two", "--n", 5], "'coefficient:two'"),
        (["nothing.py", "--n", 5], "'nothing.py' cannot be read"),
        (["boolean", "--n", 16], "n = 16"),
        (["boolean", "--n", 1], "n = 1"),
        (["f", "--n", 15], "n = 15: f needs"),
        (["deodhar", "--n", 15], "n = 15: a conjecture is searched for in S_2 to S_14"),
        (["deodhar", "--n", 1], "n = 1"),
        (["boolean", "--n", 5, "--budget", "soon"], "--budget 'soon'"),
        (["boolean", "--n", 5, "--budget", "-3s"], "--budget '-3s'"),
        (["boolean", "--n", 5, "--budget", "10"], "--budget '10'"),
        (["boolean", "--n", 5, "--method", "guess"], "no method 'guess'"),
        (["deodhar", "--n", 5, "--max-nodes", 1], "--max-nodes 1"),
        (["combinatorial-invariance", "--n", 5], "compares intervals"),
    ],
)
def test_wrong_usage(words: list[object], message: str) -> None:
    done = call(*words)
    assert isinstance(done.exception, KlgnnError)
    assert done.exception.exit_code == 2
    assert message in str(done.exception)
    assert not done.stdout


def test_ctrl_c_prints_the_best_and_goes_on(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "klgnn", "conjecture", "search", "f", "--n", "6"]
    command += ["--method", "walks", "--budget", "60s", "--out", str(tmp_path)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ}
    )
    deadline = time.monotonic() + 60
    while not (tmp_path / ".klgnn-search" / "state.json").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "f in S_6" in out
    assert "Interrupted" in err
    assert json.loads((tmp_path / "search.json").read_text())["interrupted"] is True
    done = call("f", "--n", 6, "--method", "walks", "--budget", "2s", "--json", "--out", tmp_path)
    assert done.exit_code == 0
    assert json.loads(done.stdout)["best"]["value"] >= 6
