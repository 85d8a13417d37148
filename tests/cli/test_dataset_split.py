"""`klgnn dataset split` as a person or a script calls it."""

import json
import subprocess
import sys

import pytest

from data_gen.dataset import IntervalDataset
from data_gen.generation import generate


def klgnn(*words: object) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "klgnn", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return generate([3, 4], tmp_path_factory.mktemp("split") / "s34", select="all").path


def test_shows_the_split_and_its_leak(folder):
    done = klgnn("dataset", "split", folder)
    assert done.returncode == 0, done.stderr
    assert "split by class, 70/15/15, seed 0" in done.stdout
    assert "twins in train" in done.stdout
    facts = json.loads(klgnn("dataset", "split", folder, "--json").stdout)
    assert sum(part["rows"] for part in facts["splits"].values()) == 19 + 213
    assert facts["splits"]["test"]["twins"] == 0


def test_makes_another_split(folder, tmp_path):
    words = ["--split-by", "row", "--shares", 60, 20, 20, "--seed", 2, "--out", tmp_path / "row"]
    done = klgnn("dataset", "split", folder, *words, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["parameters"]["shares"] == [60, 20, 20]
    made = IntervalDataset.open(tmp_path / "row")
    assert made.manifest.parameters.command("d") == (
        "klgnn generate --n 3 --n 4 --select all --seed 2 --split-by row --shares 60 20 20 --out d"
    )
    shown = klgnn("dataset", "split", tmp_path / "row").stdout
    assert "leaks" in shown


def test_what_is_not_said_is_as_before(folder, tmp_path):
    first = klgnn(
        "dataset",
        "split",
        folder,
        "--split-by",
        "n",
        "--shares",
        80,
        10,
        10,
        "--out",
        tmp_path / "a",
    )
    assert first.returncode == 0, first.stderr
    klgnn("dataset", "split", tmp_path / "a", "--seed", 3, "--out", tmp_path / "b")
    rule = IntervalDataset.open(tmp_path / "b").manifest.parameters.split_rule
    assert (rule.by, rule.shares, rule.seed) == ("n", (80, 10, 10), 3)


def test_senseless_words(folder, tmp_path):
    nowhere = klgnn("dataset", "split", folder, "--split-by", "row")
    assert (nowhere.returncode, "add --out" in nowhere.stderr) == (2, True)
    done = klgnn("dataset", "split", folder, "--split-by", "colour", "--out", tmp_path / "x")
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert "'colour'" in done.stderr
