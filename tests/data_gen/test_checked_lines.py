"""Lines with checksums: what is torn or altered is dropped, and nothing else."""

import pytest

from data_gen.checked_lines import append_line, read_lines, write_lines
from data_gen.errors import StorageError

LINES = [{"n": 4, "name": "first"}, {"block": 0, "values": [1, 2]}, {"block": 1, "values": []}]


@pytest.fixture
def path(tmp_path):
    write_lines(tmp_path / "journal.jsonl", LINES[:1])
    for line in LINES[1:]:
        append_line(tmp_path / "journal.jsonl", line)
    return tmp_path / "journal.jsonl"


def test_what_was_written_is_read(path):
    assert read_lines(path) == LINES


def test_a_torn_line_is_dropped(path):
    path.write_bytes(path.read_bytes()[:-5])
    assert read_lines(path) == LINES[:2]


@pytest.mark.parametrize("altered", [b'"block": 7', b'"block": 0, "more": 1'])
def test_an_altered_line_is_dropped(path, altered):
    path.write_bytes(path.read_bytes().replace(b'"block": 0', altered))
    assert read_lines(path) == [LINES[0], LINES[2]]


@pytest.mark.parametrize("stray", [b"[]\n", b"7\n", b"no json\n", b"{}\n"])
def test_what_is_no_such_line_is_dropped(path, stray):
    path.write_bytes(stray + path.read_bytes())
    assert read_lines(path) == LINES


def test_no_file_has_no_lines_and_no_folder_takes_none(tmp_path):
    assert read_lines(tmp_path / "nothing") == []
    with pytest.raises(StorageError):
        append_line(tmp_path / "nowhere" / "journal.jsonl", {})
