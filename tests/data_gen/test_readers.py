"""What other programs read in a dataset folder, in a process that never imports this package."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from data_gen import schema, shards
from data_gen.dataset import IntervalDataset
from data_gen.generation import generate
from data_gen.split_rule import SPLITS

# Each reads the files of a pattern and prints its rows as JSON, in the order in which they come.
READERS = {
    "pandas": """
from glob import glob
import pandas
frames = [pandas.read_parquet(file) for file in sorted(glob(pattern))]
print(pandas.concat(frames).to_json(orient="records"))
""",
    "duckdb": """
import duckdb
rows = duckdb.execute("SELECT * FROM read_parquet($1)", [pattern])
names = [column[0] for column in rows.description]
print(json.dumps([dict(zip(names, row)) for row in rows.fetchall()]))
""",
    "polars": """
import polars
print(json.dumps(polars.read_parquet(pattern).to_dicts()))
""",
}

# Twice: through a copy of its own, and as a stream.
HUGGING_FACE = """
from datasets import load_dataset
copied = load_dataset("parquet", data_files=pattern, split="train")
stream = load_dataset("parquet", data_files=pattern, split="train", streaming=True)
print(json.dumps([list(copied), list(stream)]))
"""


def installed(package: str) -> pytest.MarkDecorator:
    missing = importlib.util.find_spec(package) is None
    return pytest.mark.skipif(missing, reason=f"{package} is not installed")


every_reader = pytest.mark.parametrize(
    "reader", [pytest.param(name, marks=installed(name)) for name in READERS]
)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> IntervalDataset:
    """With several shards, so that their order matters too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shards, "_SHARD_ROWS", 40)
        dataset = generate([3, 4], tmp_path_factory.mktemp("readers") / "s34", select="all")
    assert sum(shard.split == "train" for shard in dataset.manifest.shards) > 2
    return dataset


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """Where a reader may put its own files."""
    return tmp_path_factory.mktemp("home")


def run_reader(code: str, pattern: Path, home: Path) -> Any:
    """Runs a reader in a process of its own; what it prints is JSON."""
    script = f"""
import json, sys
pattern = {str(pattern)!r}
{code}
assert not {{"data_gen", "klgnn", "analysis"}} & set(sys.modules)
"""
    offline = {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "HF_HOME": str(home / "cache")}
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        cwd=home,
        env={**os.environ, **offline},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def by_name(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: (row["n"], row["x"], row["w"]))


@every_reader
def test_the_same_rows_and_values(made, home, reader) -> None:
    rows = run_reader(READERS[reader], made.path / "data" / "*.parquet", home)
    expected = made.read().to_pylist()
    assert len(rows) == len(expected) == 19 + 213
    assert list(rows[0]) == [column.name for column in schema.COLUMNS]
    assert by_name(rows) == by_name(expected)


@every_reader
def test_the_name_of_a_file_is_its_split(made, home, reader) -> None:
    """Also in the order of the dataset, so that a row number means the same everywhere."""
    for split in SPLITS if reader == "duckdb" else ["train"]:
        rows = run_reader(READERS[reader], made.path / "data" / f"{split}-*.parquet", home)
        assert {row["split"] for row in rows} == {split}
        assert rows == made.read(split=split).to_pylist()


@installed("datasets")
def test_hugging_face_datasets_without_a_network(made, home) -> None:
    copied, stream = run_reader(HUGGING_FACE, made.path / "data" / "train-*.parquet", home)
    assert copied == stream == made.read(split="train").to_pylist()
