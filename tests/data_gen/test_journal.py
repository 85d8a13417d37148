"""The journal of an unfinished generation."""

from pathlib import Path

import pytest

from data_gen.journal import Journal
from data_gen.manifest import Parameters

HEADER = {"parameters": Parameters((3,), "all").to_dict()}


@pytest.fixture
def journal(tmp_path) -> Journal:
    begun = Journal(tmp_path, HEADER)
    begun.start()
    begun.write("data/a", b"one", rows=1)
    begun.write("data/b", b"two", rows=2)
    return begun


def test_remembers_across_processes(journal):
    again = Journal.load(journal.folder)
    assert again == journal
    assert again.parameters == Parameters((3,), "all")
    assert again.done["data/b"]["rows"] == 2
    assert again.read("data/a") == b"one"


@pytest.mark.parametrize("lost", range(1, 40))
def test_a_torn_last_line_is_dropped(journal, lost):
    journal.path.write_bytes(journal.path.read_bytes()[:-lost])
    again = Journal.load(journal.folder)
    assert again is not None
    again.start()
    again.write("data/c", b"three")
    files = {"data/a", "data/c"} | ({"data/b"} if lost == 1 else set())  # 1: the line's end alone
    assert set(Journal.load(journal.folder).done) == files


def test_files_that_changed_or_vanished_are_not_whole(journal):
    (journal.folder / "data" / "a").write_bytes(b"onE")
    (journal.folder / "data" / "b").unlink()
    assert journal.whole("data/a") is None
    assert journal.whole("data/b") is None
    assert journal.whole("data/never") is None


def test_temporary_files_of_a_killed_run_go(journal):
    (journal.scratch / "x.tmp").write_bytes(b"half")
    journal.start()
    assert not list(journal.scratch.glob("*.tmp"))


@pytest.mark.parametrize("content", [b"", b"{", b'["x"]\n', b'{"other": 1}\n'])
def test_something_else_is_no_journal(tmp_path: Path, content):
    path = Journal(tmp_path, HEADER).path
    path.parent.mkdir()
    path.write_bytes(content)
    assert Journal.load(tmp_path) is None


def test_removal_takes_the_hidden_folder(journal):
    journal.remove()
    assert Journal.load(journal.folder) is None
    assert not journal.scratch.exists()
    assert (journal.folder / "data" / "a").exists()


def test_an_altered_line_is_dropped(journal):
    text = journal.path.read_text().replace('"rows": 2', '"rows": 3')
    journal.path.write_text(text)
    assert set(Journal.load(journal.folder).done) == {"data/a"}
