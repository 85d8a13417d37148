"""Opening, reading and checking a finished dataset."""

import random
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from data_gen import schema
from data_gen.dataset import IntervalDataset
from data_gen.errors import ChecksumError, DatasetError, UsageError
from data_gen.generation import generate
from data_gen.intervals import BruhatInterval
from data_gen.isomorphism import certificate
from data_gen.split_rule import SPLITS, SplitRule


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("finished") / "s4"
    generate([3, 4], folder, select="all")
    return folder


@pytest.fixture
def copy(finished, tmp_path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "copy"))


def test_rows_and_columns(finished):
    dataset = IntervalDataset.open(finished)
    table = dataset.read()
    assert table.schema.equals(schema.arrow_schema())
    assert table.num_rows == dataset.num_rows == 19 + 213
    assert dataset.read(["kl", "n"]).column_names == ["kl", "n"]
    assert sum(piece.num_rows for piece in dataset.tables(["n"])) == dataset.num_rows


def test_each_row_holds_its_interval(finished):
    dataset = IntervalDataset.open(finished)
    for number, row in enumerate(dataset.read().to_pylist()):
        interval = BruhatInterval(row["x"], row["w"])
        graph = interval.graph
        assert dataset.interval(number) == interval if number % 40 == 0 else True
        assert (row["n"], row["length"]) == (interval.n, interval.length)
        assert (row["num_nodes"], row["num_edges"]) == (graph.num_nodes, graph.num_edges)
        assert row["node_ranks"] == graph.ranks.tolist()
        assert row["edge_sources"] == graph.sources.tolist()
        assert row["edge_targets"] == graph.targets.tolist()
        assert (
            np.column_stack([row["edge_i"], row["edge_j"]]).tolist() == graph.reflections.tolist()
        )
        assert row["iso_class"] == certificate(graph)
        assert row["split"] == SplitRule().of_class(row["iso_class"])


def test_rows_are_ordered_by_split_then_size(finished):
    frame = IntervalDataset.open(finished).to_pandas()
    frame["place"] = frame["split"].map(SPLITS.index)
    columns = ["place", "num_nodes", "n", "x", "w"]
    assert frame[columns].equals(frame.sort_values(columns)[columns])


def test_one_split_at_a_time(finished):
    dataset = IntervalDataset.open(finished)
    frames = [dataset.to_pandas(["x", "w", "split"], split=name) for name in SPLITS]
    for name, frame in zip(SPLITS, frames, strict=True):
        assert set(frame["split"]) <= {name}
    joined = pd.concat(frames, ignore_index=True)
    assert joined.equals(dataset.to_pandas(["x", "w", "split"]))


def test_pandas_reads_the_files_without_this_package(finished):
    frame = pd.read_parquet(finished / "data")
    columns = ["n", "x", "w", "num_edges"]
    ours = IntervalDataset.open(finished).to_pandas(columns)
    order = ["n", "x", "w"]
    pd.testing.assert_frame_equal(
        frame[columns].sort_values(order).reset_index(drop=True),
        ours.sort_values(order).reset_index(drop=True),
    )


def test_the_first_and_the_last_interval(finished):
    dataset = IntervalDataset.open(finished)
    rows = dataset.read(["x", "w"]).to_pylist()
    for number in (0, dataset.num_rows - 1, -1):
        assert dataset.interval(number) == BruhatInterval(rows[number]["x"], rows[number]["w"])
    with pytest.raises(UsageError, match=r"no row 232.*has 232 rows"):
        dataset.interval(232)


def test_unknown_columns_and_splits(finished):
    dataset = IntervalDataset.open(finished)
    with pytest.raises(UsageError, match=r"'klp'.*kl, iso_class"):
        dataset.read(["klp"])
    with pytest.raises(UsageError, match=r"'validation'.*train, val, test"):
        dataset.read(split="validation")


def test_not_there(tmp_path):
    with pytest.raises(DatasetError, match=r"nowhere.*does not exist.*klgnn generate"):
        IntervalDataset.open(tmp_path / "nowhere")


def test_a_file(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(DatasetError, match="is a file"):
        IntervalDataset.open(tmp_path / "file")


def test_no_manifest(tmp_path):
    with pytest.raises(DatasetError, match=r"no klgnn dataset.*manifest\.json"):
        IntervalDataset.open(tmp_path)


@pytest.mark.parametrize("content", ['{"name": "other"}', "[1, 2]"])
def test_another_programs_manifest(tmp_path, content):
    (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(DatasetError, match="not the manifest of a klgnn dataset"):
        IntervalDataset.open(tmp_path)


def test_a_later_schema(copy):
    manifest = IntervalDataset.open(copy).manifest
    later = replace(manifest, schema_version=manifest.schema_version + 1)
    (copy / "manifest.json").write_bytes(later.to_json())
    with pytest.raises(DatasetError, match=rf"schema version {later.schema_version}.*newer klgnn"):
        IntervalDataset.open(copy)


def test_a_schema_version_that_was_edited(copy):
    path = copy / "manifest.json"
    now = IntervalDataset.open(copy).manifest.schema_version
    edited = path.read_bytes().replace(f'"schema_version": {now}'.encode(), b'"schema_version": 99')
    path.write_bytes(edited)
    with pytest.raises(ChecksumError, match=r"schema version 99.*if another klgnn wrote it"):
        IntervalDataset.open(copy)


def flip_a_bit(path: Path, seed: int, within: int | None = None) -> None:
    """Flips a bit anywhere, or within the last bytes."""
    data = bytearray(path.read_bytes())
    first = 0 if within is None else len(data) - within
    place = random.Random(seed).randrange(8 * first, 8 * len(data))
    data[place // 8] ^= 1 << place % 8
    path.write_bytes(data)


def test_a_damaged_shard_is_not_read(copy):
    shard = sorted((copy / "data").glob("val-*"))[0]
    flip_a_bit(shard, 0)
    dataset = IntervalDataset.open(copy)
    with pytest.raises(ChecksumError, match=rf"{shard.name}.*damaged.*klgnn generate --n 3 --n 4"):
        dataset.read(["n"])
    assert dataset.read(["n"], split="test").num_rows > 0


def test_a_scan_reads_what_a_table_holds(finished):
    dataset = IntervalDataset.open(finished)
    for split in (None, *SPLITS):
        pairs = zip(
            dataset.scan(["kl", "n"], split), dataset.tables(["kl", "n"], split), strict=True
        )
        assert all(ours.equals(theirs) for ours, theirs in pairs)
    with pytest.raises(UsageError, match="'klp'"):
        list(dataset.scan(["klp"]))


def test_a_scan_of_a_damaged_shard_is_right_or_fails(finished, copy):
    """It reads some pages only; what it gives is what was written, or a sentence."""
    shard = sorted((finished / "data").glob("train-*"))[0]
    target = copy / "data" / shard.name
    expected = IntervalDataset.open(finished).read(["n", "kl"], split="train")
    messages = []
    for seed in range(200):
        shutil.copy(shard, target)
        flip_a_bit(target, seed, within=None if seed % 2 else 2500)
        try:
            [table] = IntervalDataset.open(copy).scan(["n", "kl"], split="train")
        except DatasetError as error:
            messages.append(str(error))
        else:
            assert table.equals(expected)
    assert len(messages) > 10
    for message in messages:
        assert shard.name in message
        assert "klgnn generate --n 3 --n 4" in message


@pytest.mark.parametrize("change", ["gone", "short", "other"])
def test_a_scan_of_another_file_is_refused(copy, change):
    shards = sorted((copy / "data").glob("*"))
    if change == "gone":
        shards[0].unlink()
    elif change == "short":
        shards[0].write_bytes(shards[0].read_bytes()[:-1])
    else:
        shutil.copy(shards[1], shards[0])
    with pytest.raises(DatasetError, match=shards[0].name):
        list(IntervalDataset.open(copy).scan(["n"]))


def test_a_missing_shard_is_named(copy):
    shard = sorted((copy / "data").glob("train-*"))[0]
    shard.unlink()
    with pytest.raises(DatasetError, match=shard.name):
        IntervalDataset.open(copy).verify()


def test_verify_accepts_what_was_written(finished):
    dataset = IntervalDataset.open(finished)
    dataset.verify()
    assert [shard.file for shard in dataset.verified_shards()] == [
        shard.file for shard in dataset.manifest.shards
    ]


def test_fingerprints_follow_the_data_and_not_the_place(finished, copy, tmp_path):
    assert IntervalDataset.open(copy).fingerprint == IntervalDataset.open(finished).fingerprint
    other = generate([3, 4], tmp_path / "other", select="all", seed=1)
    assert other.fingerprint != IntervalDataset.open(finished).fingerprint


def test_nothing_in_a_shard_tells_when_or_where(finished):
    for path in (finished / "data").iterdir():
        assert pq.ParquetFile(path).schema_arrow.metadata is None
        assert pq.ParquetFile(path).metadata.metadata is None
