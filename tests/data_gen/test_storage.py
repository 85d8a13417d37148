"""Atomic writes, full disks, locks."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from data_gen import storage
from data_gen.errors import DatasetError, StorageError
from data_gen.storage import format_bytes, free_bytes, lock, write_atomically


def test_writes_into_a_new_folder_and_replaces(tmp_path):
    path = tmp_path / "a" / "b.bin"
    for content in (b"one", b"two"):
        write_atomically(path, content)
        assert path.read_bytes() == content
    assert os.listdir(path.parent) == ["b.bin"]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_full_disk_says_what_is_needed_and_leaves_the_old_file(tmp_path, monkeypatch, number):
    path = tmp_path / "shard.parquet"
    write_atomically(path, b"old")

    def full(handle: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(storage.os, "fsync", full)
    with pytest.raises(StorageError, match=r"shard\.parquet.*3\.0 MB.*run the same command again"):
        write_atomically(path, b"x" * 1_000_000, still=2_000_000)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["shard.parquet"]


def test_a_real_limit_in_the_middle_of_a_file(tmp_path):
    script = f"""
import resource
from pathlib import Path
from data_gen.errors import StorageError
from data_gen.storage import write_atomically
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
write_atomically(Path({str(tmp_path / "small")!r}), b"x" * 100_000)
try:
    write_atomically(Path({str(tmp_path / "large")!r}), b"x" * 100_001)
except StorageError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert "large" in done.stdout, done.stderr
    assert "full" in done.stdout
    assert os.listdir(tmp_path) == ["small"]


def test_other_refusals_name_the_file(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match=r"cannot write .*inside"):
        write_atomically(tmp_path / "file" / "inside", b"")


def test_a_second_lock_is_refused_and_the_first_can_come_back(tmp_path):
    path = tmp_path / "data" / ".partial" / "lock"
    with lock(path), pytest.raises(DatasetError, match="another process"), lock(path):
        pass
    with lock(path):
        pass


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (12_345_678, "12 MB"),
        (2e18, "2000 PB"),
    ],
)
def test_bytes_as_people_write_them(count, text):
    assert format_bytes(count) == text


def test_free_space_of_a_folder_that_is_not_there_yet(tmp_path):
    assert free_bytes(tmp_path / "a" / "b" / "c") == pytest.approx(
        free_bytes(Path(tmp_path)), rel=0.1
    )
