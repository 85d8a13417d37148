"""`klgnn dataset info` and `klgnn dataset verify`, as they are called from a shell."""

import json
import shlex
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from data_gen.dataset import IntervalDataset
from data_gen.generation import generate
from klgnn.main import build_app

TRAIN = "data/train-00000-of-00001.parquet"
TEST = "data/test-00000-of-00001.parquet"


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> IntervalDataset:
    return generate([4, 5], tmp_path_factory.mktemp("dataset") / "s45", select="all")


@pytest.fixture
def copy(made, tmp_path) -> Path:
    return Path(shutil.copytree(made.path, tmp_path / "copy"))


def call(*words: object) -> Result:
    return CliRunner().invoke(build_app("dataset"), ["dataset", *map(str, words)])


def damage(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)


def named(result: Result) -> dict[str, str]:
    """File and kind of each fault in the JSON of `verify`."""
    return {fault["file"]: fault["kind"] for fault in json.loads(result.stdout)["faults"]}


def run_repair(result: Result) -> None:
    """Runs the command that `verify --json` names."""
    words = shlex.split(json.loads(result.stdout)["repair"])[1:]
    assert CliRunner().invoke(build_app(words[0]), words).exit_code == 0


# info ---------------------------------------------------------------------------------------------


def test_info_counts_what_is_in_the_rows(made) -> None:
    result = call("info", made.path, "--json")
    assert result.exit_code == 0
    facts = json.loads(result.stdout)
    rows = made.read(["n", "split", "num_nodes", "kl"]).to_pylist()
    found = Counter((row["split"], str(row["n"])) for row in rows)
    for split, by_n in facts["rows_by_split_and_n"].items():
        assert by_n == {n: found[split, n] for n in ("4", "5")}
    polynomials = {tuple(row["kl"]) for row in rows}
    assert facts["degrees"] == [
        {
            "degree": degree,
            "rows": sum(len(row["kl"]) == degree + 1 for row in rows),
            "polynomials": sum(len(kl) == degree + 1 for kl in polynomials),
        }
        for degree in range(3)
    ]
    sizes = sorted(row["num_nodes"] for row in rows)
    assert facts["elements"] == {
        "smallest": 1,
        "median": sizes[(len(sizes) - 1) // 2],
        "nine_tenths": sizes[-(-9 * len(sizes) // 10) - 1],
        "largest": 120,
    }


def test_info_says_all_of_the_summary_and_how_it_was_made(made) -> None:
    facts = json.loads(call("info", made.path, "--json").stdout)
    assert made.manifest.summary().items() <= facts.items()
    assert facts["title"] == "Bruhat intervals of S_4 and S_5"
    assert facts["command"] == f"klgnn generate --n 4 --n 5 --select all --out {made.path}"
    assert list(facts)[:4] == ["path", "title", "selection", "command"]


def test_info_for_a_person(made, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    result = call("info", made.path)
    assert result.exit_code == 0
    for words in (
        "Bruhat intervals of S_4 and S_5",
        "[x, w]",  # and not taken for markup
        "3,994 (3,994 looked at)",
        "each carries one polynomial",
        made.fingerprint,
        "3 shards",
        "Polynomials by degree",
    ):
        assert words in result.stdout
    compact = result.stdout.replace("\n", "").replace(" ", "")
    assert "klgnngenerate--n4--n5--selectall--out" in compact


def test_a_dataset_without_rows_is_none_of_the_errors(tmp_path) -> None:
    path = generate(4, tmp_path / "none", select="all", where="length > 99").path
    facts = json.loads(call("info", path, "--json").stdout)
    assert (facts["counts"]["rows"], facts["elements"], facts["degrees"]) == (0, {}, [])
    assert call("info", path).exit_code == 0
    assert call("verify", path).exit_code == 0


def test_info_says_how_the_rows_are_split(tmp_path) -> None:
    path = generate(
        [3, 4], tmp_path / "s34", select="extremal", split_by="n", shares=(50, 50, 0)
    ).path
    result = call("info", path)
    assert result.exit_code == 0
    assert "50/50/0, seed 0" in result.stdout
    rows = json.loads(call("info", path, "--json").stdout)["rows_by_split_and_n"]
    assert rows["test"]["3"] == 0


def test_info_of_a_damaged_shard_names_it(copy) -> None:
    (copy / TRAIN).write_bytes(b"PAR1")
    result = call("info", copy)
    assert result.exit_code == 1
    assert TRAIN in result.stderr
    assert "klgnn generate" in result.stderr


# verify -------------------------------------------------------------------------------------------


def test_verify_of_what_was_written(made) -> None:
    result = call("verify", made.path)
    assert result.exit_code == 0
    assert "whole" in result.stdout
    assert made.fingerprint in result.stdout
    verdict = json.loads(call("verify", made.path, "--json").stdout)
    assert verdict == {
        "path": str(made.path),
        "whole": True,
        "fingerprint": made.fingerprint,
        "faults": [],
        "repair": None,
    }


def test_verify_names_every_fault_and_the_repair_mends_them(copy, made, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    for file in (TRAIN, TEST):
        damage(copy / file)
    (copy / "README.md").unlink()
    (copy / "data" / "notes.csv").write_text("mine")
    result = call("verify", copy)
    assert result.exit_code == 3
    for file in (TRAIN, TEST, "README.md", "data/notes.csv"):
        assert file in result.stdout
    assert "4 files are not as written" in result.stdout
    assert "Move what is foreign away" in result.stderr
    assert f"klgnn generate --n 4 --n 5 --select all --out {copy}" in result.stderr

    result = call("verify", copy, "--json")
    assert result.exit_code == 3
    assert named(result) == {
        "README.md": "missing",
        TEST: "damaged",
        TRAIN: "damaged",
        "data/notes.csv": "foreign",
    }
    (copy / "data" / "notes.csv").unlink()
    run_repair(result)
    assert call("verify", copy).exit_code == 0
    assert IntervalDataset.open(copy).fingerprint == made.fingerprint


def test_verify_of_a_damaged_manifest(copy, made) -> None:
    path = copy / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r", 1))
    damage(copy / TRAIN)
    result = call("verify", copy, "--json")
    assert result.exit_code == 3
    assert json.loads(result.stdout)["fingerprint"] is None
    assert named(result) == {"manifest.json": "damaged", TRAIN: "uncertain"}
    run_repair(result)
    assert call("verify", copy).exit_code == 0
    assert IntervalDataset.open(copy).fingerprint == made.fingerprint


def test_verify_without_a_card_that_could_tell_the_command(copy) -> None:
    damage(copy / "manifest.json")
    (copy / "README.md").unlink()
    result = call("verify", copy)
    assert result.exit_code == 3
    assert "Make the dataset anew in another folder" in result.stderr
    assert json.loads(call("verify", copy, "--json").stdout)["repair"] is None


def test_verify_of_a_foreign_file_alone(copy) -> None:
    (copy / "data" / "train-extra.parquet").write_bytes((copy / TRAIN).read_bytes())
    result = call("verify", copy)
    assert result.exit_code == 3
    assert "1 file is not as written" in result.stdout
    assert result.stderr == "Move what is foreign away from the shards.\n"
    assert json.loads(call("verify", copy, "--json").stdout)["repair"] is None


@pytest.mark.parametrize("command", ["info", "verify"])
def test_what_is_no_dataset(tmp_path, copy, command) -> None:
    result = call(command, tmp_path / "nowhere")
    assert result.exit_code == 1
    assert "does not exist" in result.stderr
    (copy / "manifest.json").unlink()
    result = call(command, copy)
    assert result.exit_code == 1
    assert "manifest.json" in result.stderr
    assert result.stdout == ""
    assert call(command).exit_code == 2


def test_from_a_shell(copy) -> None:
    """Results on stdout, advice on stderr, the exit code of the process."""
    damage(copy / TRAIN)
    words = [sys.executable, "-m", "klgnn", "dataset", "verify", str(copy), "--json"]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 3
    assert [fault["file"] for fault in json.loads(done.stdout)["faults"]] == [TRAIN]
    assert done.stderr.startswith("To mend it, run `klgnn generate")
