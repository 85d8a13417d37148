"""A dataset from somebody else's pairs."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from data_gen.dataset import IntervalDataset
from data_gen.errors import DatasetError, UsageError
from data_gen.importing import import_pairs

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.fixture
def file(tmp_path) -> Path:
    """A few hundred rows of S_5 in the form of ML4AlgComb, from coxeter3's polynomials."""
    golden = json.loads((GOLDEN / "kl_s5.json").read_text())["polynomials"]
    lines = []
    for w, row in list(golden.items())[::9]:
        for x, kl in list(row.items())[::3]:
            down = ["".join(str(int(letter) - 1) for letter in z) for z in (x, w)]
            lines.append(", ".join([*down, *map(str, kl)]))
    lines.insert(5, "43210, 01234, 0")
    lines.append(lines[0])
    path = tmp_path / "kl_polynomials_5_test.txt"
    path.write_text("\n".join(lines) + "\n")
    return path


def expected_rows(file: Path) -> set[tuple[str, str, str]]:
    rows = set()
    for line in file.read_text().splitlines():
        x, w, *kl = line.split(", ")
        if kl != ["0"]:
            up = ("".join(str(int(c) + 1) for c in z) for z in (x, w))
            rows.add((*up, ",".join(kl)))
    return rows


def test_every_comparable_pair_is_a_row(file, tmp_path):
    said = []
    dataset = import_pairs(file, tmp_path / "set", notify=said.append)
    table = dataset.read(["x", "w", "kl"]).to_pylist()
    found = [(row["x"], row["w"], ",".join(map(str, row["kl"]))) for row in table]
    assert len(found) == len(set(found))
    assert set(found) == expected_rows(file)
    assert "agree with the table; 1 of them are not comparable, 1 occur twice" in said[0]
    dataset.verify()
    again = []
    import_pairs(file, tmp_path / "set", notify=again.append)
    assert "already complete" in again[-1]


def test_a_wrong_polynomial_makes_no_dataset(file, tmp_path):
    file.write_text(file.read_text() + "01234, 40123, 1, 5\n")
    with pytest.raises(DatasetError, match=r"kl_polynomials_5_test\.txt"):
        import_pairs(file, tmp_path / "set")
    assert not (tmp_path / "set").exists()


def test_a_file_without_intervals(tmp_path):
    path = tmp_path / "kl_polynomials_4_test.txt"
    path.write_text("2301, 0213, 0\n")
    with pytest.raises(UsageError, match="no pair with x below w"):
        import_pairs(path, tmp_path / "set")
    assert not (tmp_path / "set").exists()


def test_a_limit_that_leaves_nothing_is_refused(file, tmp_path):
    with pytest.raises(UsageError, match="--max-nodes 0 leaves nothing"):
        import_pairs(file, tmp_path / "set", max_nodes=0)
    assert not (tmp_path / "set").exists()


def test_another_file_is_another_dataset(file, tmp_path):
    import_pairs(file, tmp_path / "set")
    file.write_text("01234, 01243, 1\n")
    with pytest.raises(DatasetError, match=r"klgnn dataset import.*--force"):
        import_pairs(file, tmp_path / "set")


def test_the_verb(file, tmp_path):
    command = [sys.executable, "-m", "klgnn", "dataset", "import", str(file)]
    command += ["--out", str(tmp_path / "set"), "--max-nodes", "20", "--json"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    assert made["parameters"]["source"]["name"] == file.name
    assert made["counts"]["left_out"] > 0
    assert IntervalDataset.open(tmp_path / "set").num_rows == made["counts"]["rows"]
