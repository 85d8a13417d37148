"""`klgnn classes` as a person or a script calls it."""

import json
import os
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from data_gen.dataset import IntervalDataset
from data_gen.generation import generate
from klgnn.main import build_app
from tests.data_gen.test_class_survey import put_in_a_flaw

COMMAND = [sys.executable, "-m", "klgnn", "classes"]


def call(*words: object) -> Result:
    return CliRunner().invoke(build_app("classes"), ["classes", *map(str, words)])


@pytest.fixture(autouse=True)
def temporary_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Whatever is left in it was forgotten."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setenv("COLUMNS", "100")
    return folder


@pytest.fixture(scope="module")
def dataset(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("classes") / "s45"
    generate([4, 5], folder, select="classes")
    return folder


def test_tables(temporary_folder: Path) -> None:
    done = call("--n", 5, "--n", 4)
    assert done.exit_code == 0, done.stderr
    four, five = done.stdout.split("Bruhat intervals of ")[1:]
    assert four.startswith("S_4")
    assert five.startswith("S_5")
    assert "3,781" in five
    assert "91" in five
    assert "1 + 2q + q^2" in five
    assert "[1324, 3412]" in four
    assert "checked on these intervals: each class carries one polynomial" in four
    assert "tells all 14 classes apart" in four
    assert "VIOLATED" not in done.stdout
    assert not list(temporary_folder.iterdir())


def test_json(dataset: Path) -> None:
    done = call("--data", dataset, "--json")
    assert done.exit_code == 0
    content = json.loads(done.stdout)
    four, five = content["surveys"]
    assert (four["n"], four["intervals"], four["classes"]) == (4, 213, 14)
    assert (five["n"], five["intervals"], five["classes"]) == (5, 3781, 91)
    assert len(five["polynomials"]) == 5
    assert four["invariant"] is True
    assert four["inseparable"]["count"] == four["inseparable_and_different"]["count"] == 0
    assert content["max_nodes"] is None


def test_a_dataset_gives_the_same_as_computing(dataset: Path) -> None:
    assert call("--n", 4, "--n", 5).stdout == call("--data", dataset).stdout
    assert call("--n", 4, "--n", 5, "--workers", 2).stdout == call("--data", dataset).stdout


def test_one_n_of_a_dataset(dataset: Path) -> None:
    done = call("--data", dataset, "--n", 5)
    assert "S_5" in done.stdout
    assert "S_4" not in done.stdout


def test_out_keeps_the_dataset(tmp_path: Path, temporary_folder: Path) -> None:
    folder = tmp_path / "kept"
    first = call("--n", 4, "--out", folder)
    assert first.exit_code == 0
    IntervalDataset.open(folder).verify()
    second = call("--n", 4, "--out", folder)
    assert second.stdout == first.stdout
    assert "already complete" in second.stderr
    assert not list(temporary_folder.iterdir())


def test_max_nodes() -> None:
    done = call("--n", 5, "--max-nodes", 30)
    assert "with elements at most 30" in done.stdout
    assert "91" not in done.stdout
    assert json.loads(call("--n", 5, "--max-nodes", 30, "--json").stdout)["max_nodes"] == 30


def test_a_violation_is_shown_and_is_exit_code_3(monkeypatch, temporary_folder: Path) -> None:
    put_in_a_flaw(monkeypatch)
    done = call("--n", 4)
    assert done.exit_code == 3
    assert "VIOLATED" in done.stdout
    assert "Isomorphic, with different polynomials: 1" in done.stdout
    assert "1 + 7q" in done.stdout
    assert "contradicts combinatorial invariance" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(temporary_folder.iterdir())


def test_pairs_that_colours_cannot_separate_are_shown(monkeypatch, dataset: Path) -> None:
    """As if colours were ranks and nothing else."""

    def coarse(batch) -> list[str]:
        ends = batch.node_ends
        return [batch.ranks[a:b].tobytes().hex() for a, b in pairwise(ends)]

    monkeypatch.setattr("data_gen.isomorphism.colour_certificates", coarse)
    done = call("--data", dataset, "--n", 5)
    assert done.exit_code == 0
    words = " ".join(done.stdout.split())
    assert "no message-passing network on ranks and degrees can learn both" in words
    assert "Equal colours, different polynomials: " in done.stdout
    assert "Equal colours, not isomorphic: " in done.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "no n is given"),
        (["--n", 1], "n = 1 is too small"),
        (["--n", 99], "n = 99 is too large"),
        (["--n", 4, "--workers", 0], "--workers 0"),
        (["--n", 4, "--max-nodes", 0], "--max-nodes 0"),
        (["--data", "DATASET", "--n", 6], "n = 6 is not in"),
        (["--data", "DATASET", "--out", "elsewhere"], "--out elsewhere makes no sense"),
        (["--data", "DATASET", "--max-nodes", 5], "--max-nodes 5 makes no sense"),
    ],
)
def test_wrong_usage(dataset: Path, temporary_folder: Path, words, message: str) -> None:
    done = call(*(dataset if word == "DATASET" else word for word in words))
    assert done.exit_code == 2
    assert message in done.stderr
    assert not done.stdout
    assert not list(temporary_folder.iterdir())


def test_another_selection(tmp_path: Path) -> None:
    generate(4, tmp_path / "all", select="all")
    done = call("--data", tmp_path / "all")
    assert done.exit_code == 1
    assert "was made with --select all; this needs --select classes" in done.stderr


def test_no_dataset(tmp_path: Path) -> None:
    done = call("--data", tmp_path / "nothing")
    assert done.exit_code == 1
    assert "does not exist" in done.stderr


@pytest.mark.parametrize("kept", [False, True])
def test_ctrl_c(tmp_path: Path, temporary_folder: Path, kept: bool) -> None:
    """The temporary folder is removed; a folder of one's own keeps what is finished."""
    words = ["--n", "6", *(["--out", str(tmp_path / "kept")] if kept else [])]
    process = subprocess.Popen(
        [*COMMAND, *words], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    where, deadline = tmp_path if kept else temporary_folder, time.monotonic() + 120
    while not list(where.glob("**/.klgnn-partial/*.parquet")) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    # Python ends by SIGINT itself if C code met the interrupt first; a shell says 130 to both.
    assert process.returncode in (130, -signal.SIGINT), errors
    assert "Interrupted" in errors
    assert "Traceback" not in errors
    assert not output
    assert not list(temporary_folder.iterdir())
    if kept:
        assert "the same command goes on from there" in errors
        assert os.listdir(tmp_path / "kept")
    else:
        assert "With --out DIR, what is finished would be kept" in errors
