"""Every damaged, missing or foreign file of a dataset folder is named, wherever the damage is."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_gen.dataset import IntervalDataset
from data_gen.errors import ChecksumError, DatasetError
from data_gen.generation import generate
from data_gen.integrity import (
    Fault,
    faults_beside_damaged_manifest,
    find_faults,
    is_flipped,
    known_command,
)

FILES = (
    "README.md",
    "data/test-00000-of-00001.parquet",
    "data/train-00000-of-00001.parquet",
    "data/val-00000-of-00001.parquet",
    "manifest.json",
)
SHARDS = FILES[1:4]


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> IntervalDataset:
    """A dataset that every test leaves as it found it."""
    return generate([3, 4], tmp_path_factory.mktemp("integrity") / "s4", select="all")


@pytest.fixture
def copy(whole, tmp_path) -> Path:
    return Path(shutil.copytree(whole.path, tmp_path / "copy"))


@contextmanager
def flipped(folder: Path, damage: dict[str, int]) -> Iterator[None]:
    """Flips one bit in each of some files, and back again."""
    before = {file: (folder / file).read_bytes() for file in damage}
    try:
        for file, number in damage.items():
            data = bytearray(before[file])
            place = number % (8 * len(data))
            data[place // 8] ^= 1 << place % 8
            (folder / file).write_bytes(data)
        yield
    finally:
        for file, data in before.items():
            (folder / file).write_bytes(data)


def faults_of(folder: Path) -> list[Fault]:
    """As `klgnn dataset verify` finds them."""
    try:
        dataset = IntervalDataset.open(folder)
    except ChecksumError:
        return list(faults_beside_damaged_manifest(folder))
    return list(dataset.faults())


def test_the_files_are_those_that_the_tests_damage(whole) -> None:
    found = [path for path in whole.path.rglob("*") if path.is_file()]
    assert sorted(path.relative_to(whole.path).as_posix() for path in found) == list(FILES)
    assert faults_of(whole.path) == []


# One flip in each of any number of files ----------------------------------------------------------


@settings(max_examples=200)
@given(st.dictionaries(st.sampled_from(FILES), st.integers(0, 2**40), min_size=1))
def test_flipped_bits_anywhere_are_named(whole, damage: dict[str, int]) -> None:
    with flipped(whole.path, damage):
        faults = faults_of(whole.path)
    kinds = {fault.file: fault.kind for fault in faults}
    assert len(kinds) == len(faults)
    if "manifest.json" not in damage:
        assert kinds == dict.fromkeys(damage, "damaged")
    else:  # a checksum in it may be what was flipped: then its file is not proven whole
        assert kinds.pop("manifest.json") == "damaged"
        assert set(damage) - {"manifest.json"} <= set(kinds)
        assert set(kinds.values()) <= {"uncertain"}


@settings(max_examples=120)
@given(st.sampled_from(FILES), st.integers(0, 2**40))
def test_the_first_fault_is_raised(whole, file: str, place: int) -> None:
    with (
        flipped(whole.path, {file: place}),
        pytest.raises(ChecksumError, match=re.escape(Path(file).name)),
    ):
        IntervalDataset.open(whole.path).verify()


def test_white_space_of_the_manifest_counts(whole) -> None:
    data = (whole.path / "manifest.json").read_bytes()
    places = [place for place, byte in enumerate(data) if byte in b" \n"]
    assert len(places) > 500
    for number, place in enumerate(places[::5]):
        with flipped(whole.path, {"manifest.json": 8 * place + number % 8}):
            assert [fault.file for fault in faults_of(whole.path)] == ["manifest.json"]


def test_every_bit_of_the_format_and_of_the_version_counts(whole) -> None:
    """They must not pass for another program's file, or for one of a later klgnn."""
    data = (whole.path / "manifest.json").read_bytes()
    for line in (rb'  "format": .*', rb'  "schema_version": .*'):
        found = re.search(line, data)
        assert found
        for place in range(8 * found.start(), 8 * found.end()):
            with flipped(whole.path, {"manifest.json": place}):
                assert [fault.file for fault in faults_of(whole.path)] == ["manifest.json"]


def test_a_damaged_manifest_still_proves_the_other_files(whole) -> None:
    data = (whole.path / "manifest.json").read_bytes()
    place = data.index(b'"seed"') + 3
    damage = {"manifest.json": 8 * place, "README.md": 5, SHARDS[0]: 4000}
    with flipped(whole.path, damage):
        assert {fault.file for fault in faults_of(whole.path)} == set(damage)


# Other faults -------------------------------------------------------------------------------------


def test_missing_truncated_and_unreadable_files(copy) -> None:
    (copy / "README.md").unlink()
    (copy / SHARDS[0]).write_bytes((copy / SHARDS[0]).read_bytes()[:-7])
    (copy / SHARDS[1]).unlink()
    (copy / SHARDS[1]).mkdir()
    faults = {fault.file: fault for fault in faults_of(copy)}
    assert {file: fault.kind for file, fault in faults.items()} == {
        "README.md": "missing",
        SHARDS[0]: "damaged",
        SHARDS[1]: "unreadable",
    }
    assert re.search(r"[\d,]+ bytes instead of [\d,]+", faults[SHARDS[0]].message)
    assert "Is a directory" in faults[SHARDS[1]].message


def test_every_shard_is_missing(copy) -> None:
    shutil.rmtree(copy / "data")
    assert {fault.file: fault.kind for fault in faults_of(copy)} == dict.fromkeys(SHARDS, "missing")


def test_foreign_files_among_the_shards(copy) -> None:
    shutil.copy(copy / SHARDS[0], copy / "data" / "train-00001-of-00002.parquet")
    (copy / "data" / "extra").mkdir()
    (copy / "notes.txt").write_text("no program takes this for a part of the dataset")
    faults = faults_of(copy)
    names = ["data/extra", "data/train-00001-of-00002.parquet"]
    assert [(fault.file, fault.kind) for fault in faults] == [(name, "foreign") for name in names]
    with pytest.raises(DatasetError, match=r"extra.*Move it away"):
        IntervalDataset.open(copy).verify()


def test_a_manifest_that_vanished_or_changed_after_it_was_read(copy) -> None:
    dataset = IntervalDataset.open(copy)
    path = copy / "manifest.json"
    path.write_bytes(path.read_bytes() + b"\n")
    assert [(fault.file, fault.kind) for fault in dataset.faults()] == [
        ("manifest.json", "damaged")
    ]
    path.unlink()
    assert [(fault.file, fault.kind) for fault in dataset.faults()] == [
        ("manifest.json", "missing")
    ]


def test_a_file_that_the_damaged_manifest_names_and_that_is_gone(copy) -> None:
    (copy / SHARDS[1]).unlink()
    data = (copy / "manifest.json").read_bytes()
    (copy / "manifest.json").write_bytes(data.replace(b'"format"', b'"formau"'))
    faults = faults_of(copy)
    assert [fault.file for fault in faults] == ["manifest.json", SHARDS[1]]
    assert "not there" in faults[1].message


def test_progress_ends_at_the_number_of_files(whole) -> None:
    calls: list[tuple[int, int]] = []
    list(find_faults(whole.path, whole.manifest, lambda done, total: calls.append((done, total))))
    assert calls == [(done, len(FILES)) for done in range(1, len(FILES) + 1)]


# What helps further -------------------------------------------------------------------------------


def test_the_card_tells_the_command_when_the_manifest_is_damaged(copy) -> None:
    data = (copy / "manifest.json").read_bytes()
    (copy / "manifest.json").write_bytes(data.replace(b'"select": "all"', b'"select": "alm"'))
    command = known_command(copy)
    assert command == f"klgnn generate --n 3 --n 4 --select all --out {copy} --force"
    with (copy / "README.md").open("ab") as card:
        card.write(b"a card that is not whole proves nothing")
    assert known_command(copy) is None


def test_only_a_manifest_of_ours_is_taken_for_a_damaged_one(whole) -> None:
    data = whole.manifest.to_json()
    later = replace(whole.manifest, schema_version=whole.manifest.schema_version + 1)
    assert is_flipped(data.replace(b"klgnn-intervals", b"klgnn-intervbls"))
    assert not is_flipped(later.to_json())
    for other in ({"name": "other"}, [1, 2], {"shards": 3}, {"checksum": "no"}):
        assert not is_flipped(json.dumps(other).encode())
    assert not is_flipped(b"{")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(copy) -> None:
    (copy / SHARDS[2]).chmod(0)
    assert [(fault.file, fault.kind) for fault in faults_of(copy)] == [(SHARDS[2], "unreadable")]
