"""`klgnn evaluate` as a person or a script calls it."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from data_gen.generation import generate
from klgnn.main import build_app
from klgnn.training import train

COMMAND = [sys.executable, "-m", "klgnn", "evaluate"]


def klgnn_evaluate(*words: object) -> subprocess.CompletedProcess:
    return subprocess.run([*COMMAND, *map(str, words)], capture_output=True, text=True)


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("evaluate")
    generate([5], folder / "s5", select="classes")
    return train(folder / "s5", folder / "run", epochs=1, progress=False).path


def test_json(run):
    done = klgnn_evaluate(run, "--json")
    assert done.returncode == 0, done.stderr
    results = json.loads(done.stdout)
    assert results["split"] == "test"
    assert set(results["exact"]) == {"network", "majority", "trees"}
    assert [scores["power"] for scores in results["coefficients"]] == [1, 2, 3, 4]


def test_a_dataset_that_moved(run, tmp_path):
    shutil.copytree(run, tmp_path / "run")
    shutil.copytree(run.parent / "s5", tmp_path / "moved")
    gone = klgnn_evaluate(tmp_path / "run")
    assert gone.returncode == 1
    assert "klgnn generate --n 5 --select classes" in gone.stderr
    done = klgnn_evaluate(tmp_path / "run", "--dataset", tmp_path / "moved", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["run"] == str(tmp_path / "run")


def test_without_a_run_it_is_that_of_the_package(monkeypatch):
    asked = []

    def evaluate(run, split, report):
        asked.append((run.name, split))
        raise KeyboardInterrupt

    monkeypatch.setattr("klgnn.evaluation.evaluate", evaluate)
    monkeypatch.setattr("klgnn.runs.Run.dataset", lambda run: None)
    assert CliRunner().invoke(build_app("evaluate"), ["evaluate"]).exit_code == 130
    assert asked == [("default", "test")]


def test_a_table_for_people(run):
    done = klgnn_evaluate(run, "--split", "val")
    assert done.returncode == 0, done.stderr
    for words in ("whole polynomial", "most frequent", "trees on counts", "q^4 macro-F1"):
        assert words in done.stdout


@pytest.mark.parametrize(
    ("split", "folder", "code", "message"),
    [("dev", None, 2, "'dev'"), ("test", "nowhere", 1, "is not a run folder")],
)
def test_mistakes_get_a_sentence(run, tmp_path, split, folder, code, message):
    done = klgnn_evaluate(tmp_path / folder if folder else run, "--split", split)
    assert done.returncode == code
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_run_without_weights(run, tmp_path):
    (tmp_path / "config.toml").write_bytes((run / "config.toml").read_bytes())
    done = klgnn_evaluate(tmp_path)
    assert done.returncode == 1
    assert "no weights" in done.stderr
