"""Making datasets: what is in them, and that nothing can spoil or lose one."""

import errno
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import yaml

from data_gen import finishing, foresee, generation, schema, shards, survey
from data_gen.dataset import IntervalDataset
from data_gen.errors import (
    ChecksumError,
    DatasetError,
    StorageError,
    UsageError,
)
from data_gen.generation import generate
from data_gen.journal import PARTIAL_FOLDER, Journal
from data_gen.kl_single import kl_coefficients
from data_gen.selections.base import TableSource
from data_gen.storage import lock

GOLDEN = Path(__file__).parents[1] / "golden"


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, hidden ones too."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def small_pieces(monkeypatch) -> None:
    """Many chunks and shards in a small dataset."""
    monkeypatch.setattr(survey, "_CHUNK_CORES", 8)
    monkeypatch.setattr(TableSource, "pairs_in_a_file", 500)
    monkeypatch.setattr(shards, "_SHARD_ROWS", 40)


# What is in a dataset ----------------------------------------------------------------------------


def test_all_of_s5_agrees_with_coxeter3(tmp_path):
    golden = json.loads((GOLDEN / "kl_s5.json").read_text())["polynomials"]
    expected = {(x, w): kl for w, row in golden.items() for x, kl in row.items()}
    table = generate(5, tmp_path / "s5", select="all").read(["x", "w", "kl"])
    assert {(row["x"], row["w"]): row["kl"] for row in table.to_pylist()} == expected


@pytest.mark.parametrize(
    ("ns", "select", "rows"),
    [
        ([2], "all", 3),
        ([4], "all", 213),
        ([5, 4, 5], "extremal", 30 + 242),
        ([5, 6], "extremal-classes", 47),
        ([4], "classes", 13 + 1),
        ([5], "classes", 90 + 1),
        ([2, 3, 4, 5], "classes", 90 + 1),
        ([5], "irreducible", 10),
        ([5, 6], "irreducible", 10 + 152),
        ([6], "polynomials", 15),
        ([5, 6], "polynomials", 17 - 1),  # all but 1, which no irreducible interval has
        ([6], "polynomials-by-size", 32),
    ],
)
def test_numbers_of_rows(tmp_path, ns, select, rows):
    dataset = generate(ns, tmp_path / "set", select=select)
    assert dataset.num_rows == rows == dataset.read(["x"]).num_rows
    assert dataset.manifest.counts["rows"] == rows
    assert dataset.manifest.counts["classes_with_two_polynomials"] == 0


def test_classes_of_s6(tmp_path):
    counts = generate([5, 6], tmp_path / "s56").manifest.counts
    assert counts["intervals"] == 3781 + 98407
    assert counts["polynomials"] == 17
    assert counts["classes_with_two_polynomials"] == 0


def test_class_sizes_count_the_intervals_looked_at(tmp_path):
    everything = generate([3, 4], tmp_path / "all", select="all").to_pandas()
    sizes = Counter(everything["iso_class"])
    assert everything["class_size"].tolist() == [sizes[c] for c in everything["iso_class"]]
    chosen = generate([3, 4], tmp_path / "classes").to_pandas()
    assert chosen["class_size"].tolist() == [sizes[c] for c in chosen["iso_class"]]
    assert chosen["class_size"].sum() == 19 + 213


def test_the_representative_is_the_first_by_n_x_w(tmp_path):
    everything = generate([3, 4], tmp_path / "all", select="all").to_pandas()
    first = everything.sort_values(["n", "x", "w"]).groupby("iso_class").first()
    chosen = generate([3, 4], tmp_path / "classes").to_pandas().set_index("iso_class")
    columns = ["n", "x", "w"]
    assert chosen[columns].sort_index().equals(first[columns].sort_index())


def test_max_nodes_leaves_whole_classes_out(tmp_path):
    everything = generate(4, tmp_path / "all").to_pandas()
    dataset = generate(4, tmp_path / "small", max_nodes=10)
    small = dataset.to_pandas()
    kept = everything[everything["num_nodes"] <= 10]
    columns = ["x", "w", "class_size"]
    assert small[columns].values.tolist() == kept[columns].values.tolist()
    assert dataset.manifest.counts["left_out"] == 213 - kept["class_size"].sum() > 0


def test_max_nodes_one_leaves_single_elements(tmp_path):
    frame = generate(3, tmp_path / "points", select="all", max_nodes=1).to_pandas()
    assert frame["x"].equals(frame["w"])
    assert len(frame) == 6
    assert frame["edge_sources"].map(len).sum() == 0


def test_limits_are_filters_of_the_whole(tmp_path):
    """Each way to leave intervals out keeps exactly what pandas would keep of all of them."""
    everything = generate([3, 4], tmp_path / "all", select="all").to_pandas()
    early = "length > 2 and kl.str.len() > 1"
    late = "num_edges > 10 and class_size > 3 and x.str.startswith('1')"
    for number, (options, query) in enumerate(
        [
            ({"max_length": 3}, "length <= 3"),
            ({"max_nodes": 9, "max_length": 2}, "num_nodes <= 9 and length <= 2"),
            ({"where": early}, early),
            ({"where": late}, late),
            ({"where": "w == '321' or w == '3412'"}, "w == '321' or w == '3412'"),
            ({"where": early, "max_length": 3}, f"{early} and length <= 3"),
        ]
    ):
        dataset = generate([3, 4], tmp_path / str(number), select="all", **options)
        kept = everything.query(query, engine="python")
        columns = ["n", "x", "w", "num_edges", "iso_class"]
        found = dataset.to_pandas([*columns, "class_size"]).sort_values(["n", "x", "w"])
        sizes = Counter(found["iso_class"])
        assert found.pop("class_size").tolist() == [sizes[c] for c in found["iso_class"]]
        assert len(kept) > 0
        assert found.values.tolist() == kept.sort_values(["n", "x", "w"])[columns].values.tolist()
        counts = dataset.manifest.counts
        assert counts["rows"] == len(kept)
        assert counts["intervals"] + counts["left_out"] == 19 + 213


def test_nothing_may_be_left(tmp_path):
    dataset = generate(4, tmp_path / "none", select="all", where="length > 100")
    assert dataset.num_rows == 0
    dataset.verify()


@pytest.mark.parametrize("select", ["all", "classes", "polynomials-by-size"])
def test_limit_keeps_the_smallest(tmp_path, select):
    columns = ["num_nodes", "n", "x", "w", "kl"]
    whole = generate([4, 5], tmp_path / "whole", select=select).to_pandas(columns)
    some = generate([4, 5], tmp_path / "some", select=select, limit=3).to_pandas(columns)
    assert [str(row) for row in some.sort_values(columns[:4]).values] == [
        str(row) for row in whole.sort_values(columns[:4]).head(3).values
    ]


@pytest.mark.parametrize("walks", [False, True])
def test_samples_with_and_without_a_table(tmp_path, walks):
    """S_6 has a table, S_10 is beyond those that `sample` uses."""
    dataset = generate(
        [6, 10], tmp_path / "set", select="sample", limit=15, max_nodes=60, walks=walks, seed=3
    )
    frame = dataset.to_pandas(["n", "x", "w", "kl", "num_nodes"])
    assert frame["n"].value_counts().to_dict() == {6: 8, 10: 7}
    assert frame["num_nodes"].max() <= 60
    for row in frame.itertuples():
        assert tuple(row.kl) == kl_coefficients(row.x, row.w)
    assert "--select sample --seed 3" in dataset.manifest.parameters.command("d")
    other = generate(
        [6, 10], tmp_path / "new", select="sample", limit=15, max_nodes=60, walks=walks, seed=4
    )
    assert set(other.to_pandas(["x"])["x"]) != set(frame["x"])


def test_polynomials_take_the_smallest_irreducible_interval(tmp_path):
    columns = ["num_nodes", "n", "x", "w", "kl"]
    frame = generate([5, 6], tmp_path / "all", select="irreducible").to_pandas(columns)
    frame["kl"] = frame["kl"].map(tuple)
    frame = frame.sort_values(columns[:4])
    for select, per in (("polynomials", ["kl"]), ("polynomials-by-size", ["kl", "num_nodes"])):
        chosen = generate([5, 6], tmp_path / select, select=select).to_pandas(columns)
        chosen["kl"] = chosen["kl"].map(tuple)
        expected = frame.groupby(per).head(1)
        assert chosen.sort_values(columns[:4]).values.tolist() == expected.values.tolist()


def test_a_split_by_n_tests_on_classes_met_first_in_the_largest_n(tmp_path):
    frame = generate([4, 5], tmp_path / "set", select="all", split_by="n").to_pandas()
    first = frame.groupby("iso_class")["n"].transform("min")
    assert ((frame["split"] == "test") == (first == 5)).all()
    shares = frame[frame["split"] != "test"].drop_duplicates("iso_class")["split"]
    assert set(shares) == {"train", "val"}


def test_a_split_by_row_separates_twins(tmp_path):
    frame = generate(4, tmp_path / "set", select="all", split_by="row").to_pandas()
    assert (frame.groupby("iso_class")["split"].nunique() > 1).any()
    assert frame["split"].value_counts(normalize=True)["train"] == pytest.approx(0.7, abs=0.1)


def test_twins_are_never_separated_and_the_seed_moves_only_the_split(tmp_path):
    splits = []
    for seed in (0, 1):
        frame = generate(4, tmp_path / str(seed), select="all", seed=seed).to_pandas()
        assert (frame.groupby("iso_class")["split"].nunique() == 1).all()
        splits.append(frame.sort_values(["x", "w"]).reset_index(drop=True))
    assert splits[0]["split"].tolist() != splits[1]["split"].tolist()
    rest = [column.name for column in schema.COLUMNS if column.name != schema.SPLIT]
    for name in rest:
        assert [list(v) if hasattr(v, "__len__") else v for v in splits[0][name]] == [
            list(v) if hasattr(v, "__len__") else v for v in splits[1][name]
        ]


def test_the_card_is_what_hugging_face_reads(tmp_path):
    dataset = generate([3, 4], tmp_path / "s4", select="all")
    text = (dataset.path / "README.md").read_text()
    _, front, body = text.split("---\n", 2)
    card = yaml.safe_load(front)
    files = {entry["split"]: entry["path"] for entry in card["configs"][0]["data_files"]}
    found = {name: sorted(dataset.path.glob(pattern)) for name, pattern in files.items()}
    assert all(found.values())
    assert sum(map(len, found.values())) == len(dataset.manifest.shards)
    for column in schema.COLUMNS:
        assert f"`{column.name}`" in body
    assert "klgnn generate --n 3 --n 4 --select all" in body
    assert str(tmp_path) not in text


# The same bytes ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("small_pieces")
def test_the_same_bytes_for_any_executor(tmp_path):
    one = contents(generate([4, 5], tmp_path / "one").path)
    assert len(one) > 4
    with ThreadPoolExecutor(3) as executor:
        assert contents(generate([5, 4], tmp_path / "two", executor=executor).path) == one
    assert contents(generate([4, 5], tmp_path / "three", workers=2).path) == one


@pytest.mark.usefixtures("small_pieces")
def test_results_may_come_in_any_order(tmp_path, monkeypatch):
    expected = contents(generate(4, tmp_path / "one", select="all").path)
    in_order = finishing.run_tasks

    def shuffled(*arguments):
        results = list(in_order(*arguments))
        random.Random(0).shuffle(results)
        return iter(results)

    monkeypatch.setattr(finishing, "run_tasks", shuffled)
    monkeypatch.setattr(survey, "run_tasks", shuffled)
    assert contents(generate(4, tmp_path / "two", select="all").path) == expected


def test_a_finished_dataset_is_left_alone(tmp_path, monkeypatch):
    folder = generate(4, tmp_path / "s4").path
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}

    def never(*arguments):
        raise AssertionError("nothing is to be computed")

    monkeypatch.setattr(generation, "_make", never)
    said = []
    assert generate(4, folder, notify=said.append).num_rows == 14
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
    assert "already complete" in said[0]


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"PAR1")])
def test_a_damaged_shard_is_made_again(tmp_path, damage):
    folder = generate(4, tmp_path / "s4", select="all").path
    expected = contents(folder)
    damage(sorted((folder / "data").iterdir())[2])
    said = []
    generate(4, folder, select="all", notify=said.append).verify()
    assert contents(folder) == expected
    assert "damaged" in said[0]


# Kills, full disks, Ctrl-C -----------------------------------------------------------------------


class Killed(BaseException):
    """Stands for SIGKILL: nothing in the program handles it."""


@pytest.fixture
def die_at():
    """Dies at the k-th time that a file is synced or renamed, before or after it happens."""

    @contextmanager
    def arrange(moment: int, late: bool) -> Iterator[None]:
        calls = 0

        def mortal(function):
            def call(*arguments):
                nonlocal calls
                calls += 1
                if calls == moment and not late:
                    raise Killed
                function(*arguments)
                if calls == moment:
                    raise Killed

            return call

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, "fsync", mortal(os.fsync))
            patch.setattr(os, "replace", mortal(os.replace))
            yield

    return arrange


@pytest.mark.parametrize("late", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_death_at_every_single_write(tmp_path, die_at, monkeypatch, late):
    monkeypatch.setattr(survey, "_CHUNK_CORES", 3)
    monkeypatch.setattr(TableSource, "pairs_in_a_file", 10)
    monkeypatch.setattr(shards, "_SHARD_ROWS", 9)
    expected = contents(generate(3, tmp_path / "whole", select="all").path)
    moment, finished = 0, False
    while not finished:
        moment += 1
        folder = tmp_path / f"{moment}"
        with suppress(Killed), die_at(moment, late):
            generate(3, folder, select="all")
            finished = True
        assert contents(generate(3, folder, select="all").path) == expected, moment
    assert moment > 25


def run_in_process(folder: Path, workers: int, prelude: str = "") -> subprocess.Popen:
    script = f"""
from data_gen import shards, survey
from data_gen.selections.base import TableSource
survey._CHUNK_CORES, shards._SHARD_ROWS, TableSource.pairs_in_a_file = 8, 40, 500
from data_gen.generation import generate
{prelude}
if __name__ == "__main__":
    print("ready", flush=True)
    generate([4, 5], {str(folder)!r}, select="all", workers={workers})
"""
    return subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def kill_and_resume(folder: Path, expected: dict[str, bytes], workers: int, seed: int) -> bool:
    """Kills a run at a random moment, then finishes it; says whether it was killed half-way."""
    chance = random.Random(seed)
    process = run_in_process(folder, workers)
    process.stdout.readline()
    target = chance.randrange(2, len(expected) + 40)  # so many files, then die
    while process.poll() is None and sum(1 for _ in folder.rglob("*.*")) < target:
        time.sleep(0.001)
    time.sleep(chance.random() * 0.02)
    process.kill()
    process.communicate()
    half_way = Journal.load(folder) is not None
    assert contents(generate([4, 5], folder, select="all").path) == expected
    return half_way


@pytest.fixture
def whole(tmp_path, small_pieces) -> dict[str, bytes]:
    return contents(generate([4, 5], tmp_path / "whole", select="all").path)


def test_sigkill_at_random_moments(tmp_path, whole):
    killed = [kill_and_resume(tmp_path / str(k), whole, 1 + k % 2, seed=k) for k in range(2)]
    assert any(killed)


@pytest.mark.slow
def test_sigkill_at_many_random_moments(tmp_path, whole):
    killed = [kill_and_resume(tmp_path / str(k), whole, 1 + k % 2, seed=k) for k in range(10, 40)]
    assert sum(killed) >= 20


def test_workers_do_not_outlive_a_killed_parent(tmp_path):
    process = run_in_process(tmp_path / "s", workers=2)
    process.stdout.readline()
    deadline = time.monotonic() + 60
    while not (workers := children(process.pid)) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.kill()
    process.wait()
    assert workers
    while any(alive(pid) for pid in workers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(alive(pid) for pid in workers)
    process.communicate()


def children(pid: int) -> list[int]:
    import psutil

    return [child.pid for child in psutil.Process(pid).children(recursive=True)]


def alive(pid: int) -> bool:
    import psutil

    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_keeps_what_is_finished(tmp_path, whole, workers):
    folder = tmp_path / "interrupted"
    process = run_in_process(folder, workers)
    process.stdout.readline()
    while process.poll() is None and not list(folder.glob("data/*.parquet")):
        time.sleep(0.001)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert "KeyboardInterrupt" in errors
    journal = Journal.load(folder)
    assert journal is not None
    assert journal.done
    with pytest.raises(DatasetError, match=r"not complete.*klgnn generate --n 4 --n 5"):
        IntervalDataset.open(folder)
    assert contents(generate([4, 5], folder, select="all").path) == whole


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize("moment", [1, 2, 9, 30])
def test_a_disk_that_fills_up(tmp_path, monkeypatch, moment):
    expected = contents(generate(4, tmp_path / "whole", select="all").path)
    folder, writes = tmp_path / "full", 0
    sync = os.fsync

    def full(handle: int) -> None:
        nonlocal writes
        writes += 1
        if writes >= moment:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(handle)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(StorageError, match="run the same command again"):
            generate(4, folder, select="all")
    assert not list(folder.rglob("*.tmp"))
    assert contents(generate(4, folder, select="all").path) == expected


LIMIT = "resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))"


@pytest.mark.parametrize(
    ("moment", "file"),
    [(LIMIT, "index.duckdb"), (f"finishing.check_disk = lambda *_: {LIMIT}", ".parquet")],
)
def test_a_file_size_limit_in_the_middle_of_a_file(tmp_path, moment, file):
    whole = contents(generate([4, 5], tmp_path / "whole", select="all").path)
    assert max(map(len, whole.values())) > 60_000
    folder = tmp_path / "limited"
    limit = f"""
import resource
from data_gen import finishing
shards._SHARD_ROWS = 50_000
generate(3, {str(tmp_path / "warm")!r})  # compiled code may be large
{moment}
"""
    process = run_in_process(folder, 1, limit)
    _, errors = process.communicate()
    assert "StorageError" in errors
    assert file in errors.splitlines()[-1]
    assert not list(folder.rglob("*.tmp"))
    assert contents(generate([4, 5], folder, select="all").path) == whole


@pytest.mark.usefixtures("small_pieces")
def test_other_versions_do_not_mix_their_bytes(tmp_path, monkeypatch):
    expected = contents(generate(4, tmp_path / "whole", select="all").path)
    folder = tmp_path / "begun"
    run = finishing.run_tasks

    def stop_after_two(*arguments):
        for count, result in enumerate(run(*arguments)):
            if count == 2:
                raise Killed
            yield result

    with monkeypatch.context() as patch:
        patch.setattr(finishing, "run_tasks", stop_after_two)
        with pytest.raises(Killed):
            generate(4, folder, select="all")
    journal = Journal.load(folder)
    assert journal is not None
    first = sorted(file for file in journal.done if file.endswith(".parquet"))[0]
    journal.header["versions"]["pyarrow"] = "17.0.0"
    journal.write(first, b"made by another version")
    journal.start()
    assert contents(generate(4, folder, select="all").path) == expected


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ["--select", "extremal", "--max-nodes", "200"],
        ["--select", "polynomials-by-size", "--max-nodes", "3000"],
        ["--select", "all", "--max-nodes", "4"],
    ],
)
def test_memory_stays_under_two_gigabytes_for_s8(tmp_path, words):
    """The last one lists all 170,288,585 intervals of S_8."""
    command = [sys.executable, "-m", "klgnn", "generate", "--n", "8", *words]
    process = subprocess.Popen([*command, "--out", str(tmp_path / "s8")], stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    assert usage.ru_maxrss < 2_000_000  # kilobytes


# Folders -----------------------------------------------------------------------------------------


def test_other_parameters_are_refused_unless_forced(tmp_path):
    folder = generate(3, tmp_path / "set", select="all").path
    before = contents(folder)
    changes = ({"ns": 4}, {"select": "classes"}, {"seed": 1}, {"max_nodes": 5}, {"limit": 2})
    for change in (*changes, {"where": "n == 3"}, {"shares": (60, 20, 20)}):
        wanted = {"ns": 3, "out": folder, "select": "all"} | change
        with pytest.raises(DatasetError, match=r"other parameters.*--select all.*--force"):
            generate(**wanted)
        assert contents(folder) == before
    generate(4, folder, select="classes", force=True)
    assert contents(folder) == contents(generate(4, tmp_path / "new").path)


def test_force_makes_the_same_dataset_anew(tmp_path):
    folder = generate(3, tmp_path / "set").path
    before, time_before = contents(folder), (folder / "manifest.json").stat().st_mtime_ns
    generate(3, folder, force=True)
    assert contents(folder) == before
    assert (folder / "manifest.json").stat().st_mtime_ns > time_before


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize("moment", range(1, 12))
def test_death_while_one_dataset_replaces_another(tmp_path, die_at, moment):
    folder = generate(4, tmp_path / "set", select="all").path
    expected = contents(generate(3, tmp_path / "new", select="all").path)
    with pytest.raises(Killed), die_at(moment, late=True):
        generate(3, folder, select="all", force=True)
    if moment == 1:  # nothing is replaced yet
        IntervalDataset.open(folder).verify()
        with pytest.raises(DatasetError, match="--force"):
            generate(3, folder, select="all")
        return
    with pytest.raises(DatasetError, match="not complete"):
        IntervalDataset.open(folder)
    assert contents(generate(3, folder, select="all").path) == expected


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("name", ["thesis.tex", "manifest.json", "data/train-0.csv", "README.md"])
def test_a_folder_of_other_files_is_never_touched(tmp_path, name, force):
    path = tmp_path / "mine" / name
    path.parent.mkdir(parents=True)
    path.write_text("mine")
    with pytest.raises(DatasetError, match="choose another folder"):
        generate(3, tmp_path / "mine", force=force)
    assert contents(tmp_path / "mine") == {name: b"mine"}


def test_a_note_beside_a_dataset_survives_force(tmp_path):
    folder = generate(3, tmp_path / "set").path
    (folder / "notes.txt").write_text("mine")
    generate(4, folder, force=True)
    assert (folder / "notes.txt").read_text() == "mine"


def test_a_foreign_file_among_the_shards_is_refused(tmp_path):
    folder = generate(3, tmp_path / "set").path
    (folder / "data" / "extra.parquet").write_text("mine")
    before = contents(folder)
    with pytest.raises(DatasetError, match=r"extra\.parquet.*Move it away"):
        generate(4, folder, force=True)
    assert contents(folder) == before


def test_a_damaged_manifest_needs_force(tmp_path):
    folder = generate(3, tmp_path / "set").path
    expected = contents(folder)
    (folder / "manifest.json").write_bytes(expected["manifest.json"].replace(b"19", b"18"))
    with pytest.raises(ChecksumError, match=r"manifest\.json.*--force"):
        generate(3, folder)
    generate(3, folder, force=True)
    assert contents(folder) == expected


@pytest.mark.parametrize("kept", ["{", '{"format": "klgnn-intervals", "par'])
def test_what_is_said_of_a_manifest_cut_short_is_what_helps(tmp_path, kept):
    folder = generate(3, tmp_path / "set").path
    expected = contents(folder)
    (folder / "manifest.json").write_text(kept)
    with pytest.raises(ChecksumError) as refused:
        IntervalDataset.open(folder)
    if "--force" not in str(refused.value):
        assert "Move the folder away" in str(refused.value)
        folder.rename(tmp_path / "away")
    generate(3, folder, force=True)
    assert contents(folder) == expected


def test_out_is_a_file(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(DatasetError, match="is a file"):
        generate(3, tmp_path / "file")


def test_an_empty_folder_is_taken(tmp_path):
    assert generate(3, tmp_path).num_rows == 4


def test_what_a_kill_after_the_end_left_is_tidied_up(tmp_path):
    folder = generate(3, tmp_path / "set").path
    expected = contents(folder)
    Journal(folder, {"parameters": {"ns": [3], "select": "classes"}}).start()
    assert len(contents(folder)) > len(expected)
    generate(3, folder)
    assert contents(folder) == expected


def test_two_at_once_are_refused(tmp_path):
    folder = tmp_path / "set"
    refused = pytest.raises(DatasetError, match="another process is writing")
    Journal(folder, {"parameters": {"ns": [3], "select": "classes"}}).start()
    said: list[str] = []
    with lock(folder / PARTIAL_FOLDER / "lock"), refused:
        generate(3, folder, notify=said.append)
    assert not said  # nothing goes on
    assert generate(3, folder, notify=said.append).num_rows == 4
    assert said == [f"{str(folder)!r} was begun before: going on after 0 files."]


# Parameters --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"ns": 1}, "n = 1 is too small"),
        ({"ns": [4, -3]}, "n = -3 is too small"),
        ({"ns": []}, "no n is given"),
        ({"ns": 40}, "n = 40 is too large.*up to 10"),
        ({"ns": 11}, "n = 11 is too large.*--select sample"),
        ({"ns": 15, "select": "sample", "limit": 1}, "n = 15 is too large.*up to 14"),
        ({"ns": 4, "select": "some"}, "no selection 'some'.*classes"),
        ({"ns": 4, "max_nodes": 0}, "--max-nodes 0"),
        ({"ns": 4, "max_length": -1}, "--max-length -1"),
        ({"ns": 4, "limit": 0}, "--limit 0"),
        ({"ns": 4, "walks": True}, "--walks.*--select sample"),
        ({"ns": 4, "select": "sample"}, "--limit"),
        ({"ns": 4, "split_by": "colour"}, "no split by 'colour': class, n, row"),
        ({"ns": 4, "split_by": "n"}, "at least two n"),
        ({"ns": 4, "shares": (50, 50, 50)}, "50 50 50"),
        ({"ns": 4, "where": "length >"}, "'length >'.*no pandas query"),
        ({"ns": 4, "where": "size > 3"}, "'size' cannot be asked for.*num_nodes"),
        ({"ns": 4, "where": "x + n"}, "cannot be evaluated"),
        ({"ns": 4, "where": "n + 1"}, "no condition"),
        ({"ns": "5"}, "n = '5' is no integer"),
        ({"ns": 4, "limit": 2.5}, "--limit 2.5 is no integer"),
        ({"ns": 4, "workers": 0}, "--workers 0"),
    ],
)
def test_senseless_parameters(tmp_path, arguments, message):
    with pytest.raises(UsageError, match=message):
        generate(out=tmp_path / "set", **arguments)
    assert not (tmp_path / "set").exists()


def test_disk_space_is_foreseen_before_anything_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(foresee, "free_bytes", lambda folder: 10_000_000)
    with pytest.raises(StorageError, match=r"needs about (2[5-9]|3\d) MB.*10 MB are free"):
        generate(6, tmp_path / "set", select="all")
    assert not (tmp_path / "set").exists()


def test_what_no_disk_could_hold_is_refused_before_the_table(tmp_path):
    with pytest.raises(StorageError, match=r"needs about \d+ PB"):
        generate(10, tmp_path / "set", select="all", progress=None)
    assert not (tmp_path / "set").exists()


def test_progress_reaches_the_end_of_every_stage(tmp_path):
    seen = defaultdict(list)

    class Stage:
        def __init__(self, title: str) -> None:
            self.title = title

        def __enter__(self):
            return lambda done, total: seen[self.title].append((done, total))

        def __exit__(self, *_):
            return None

    generate(4, tmp_path / "set", progress=Stage)
    for title in ("listing pairs of S_4", "isomorphism classes", "writing intervals"):
        done, total = seen[title][-1]
        assert done == total > 0
