"""Finding conjectures: by name, in installed packages, in files."""

from importlib import metadata

import pytest

from analysis.conjectures import all_conjectures, find_conjecture, load_conjectures
from analysis.conjectures.base import Conjecture
from analysis.conjectures.registry import as_conjecture
from data_gen.errors import UsageError

FILE = """from analysis.conjectures import conjecture

@conjecture("one", "the first")
def one(interval):
    return True

@conjecture("two", "the second")
def two(interval):
    return True
"""


def written(tmp_path, text):
    path = tmp_path / "ideas.py"
    path.write_text(text)
    return path


def announce(monkeypatch, *points):
    found = [metadata.EntryPoint(name, value, "klgnn.conjectures") for name, value in points]
    monkeypatch.setattr(
        metadata, "entry_points", lambda group: found if group == "klgnn.conjectures" else []
    )


def test_a_name_that_is_not_there():
    with pytest.raises(UsageError, match=r"'h-hat'. One of your own is .* file.* list` has the"):
        find_conjecture("h-hat")
    with pytest.raises(UsageError) as caught:
        find_conjecture("h-tlide")
    assert "Did you mean 'h-tilde'?" in str(caught.value)
    assert len(str(caught.value)) < 200  # and not all names


def test_a_file_without_its_ending(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "palindromic.py").write_text(FILE)
    with pytest.raises(UsageError, match=r"Did you mean the file 'palindromic\.py'\?"):
        find_conjecture("palindromic")


def test_a_name_and_a_file_stand_for_a_conjecture(tmp_path):
    path = written(tmp_path, FILE.split("@conjecture")[0] + "@conjecture" + FILE.split("@")[2][10:])
    assert as_conjecture(path).name == as_conjecture(str(path)).name == "two"
    assert as_conjecture("deodhar") is as_conjecture(find_conjecture("deodhar"))
    with pytest.raises(UsageError, match="holds one, two: take one of"):
        as_conjecture(written(tmp_path, FILE))
    with pytest.raises(UsageError, match="4 is no conjecture"):
        as_conjecture(4)


def test_a_file_with_two(tmp_path):
    path = written(tmp_path, FILE)
    found = load_conjectures(path)
    assert [one.name for one in found] == ["one", "two"]
    assert found[0].file == (str(path), FILE)


def test_what_a_file_imports_counts_too_but_once(tmp_path):
    text = "from analysis.conjectures import find_conjecture\na = b = find_conjecture('deodhar')\n"
    assert [one.name for one in load_conjectures(written(tmp_path, text))] == ["deodhar"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = 1\n", "holds no conjecture: decorate a function"),
        ("x = \n", "does not run: line 1: SyntaxError"),
        ("\n\nx = 1 / 0\n", "does not run: line 3: ZeroDivisionError"),
        (FILE.replace('"two"', '"one"'), "two conjectures of the name 'one'"),
        (FILE.replace('"two"', '"2 2"'), "does not run: line 7: UsageError: '2 2' is no name"),
    ],
)
def test_files_that_are_none(tmp_path, text, message):
    with pytest.raises(UsageError, match=message):
        load_conjectures(written(tmp_path, text))


def test_no_file(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        load_conjectures(tmp_path / "nothing.py")


def test_installed_packages_bring_theirs(monkeypatch, tmp_path):
    package = tmp_path / "their_ideas.py"
    package.write_text(FILE)
    monkeypatch.syspath_prepend(tmp_path)
    announce(monkeypatch, ("theirs", "their_ideas"), ("again", "their_ideas:one"))
    assert list(all_conjectures())[-2:] == ["one", "two"]
    assert isinstance(find_conjecture("two"), Conjecture)


def test_the_built_in_ones_may_be_announced_too(monkeypatch):
    before = list(all_conjectures())
    announce(monkeypatch, ("builtin", "analysis.conjectures.catalogue:CONJECTURES"))
    assert list(all_conjectures()) == before


def test_a_name_that_is_taken_is_left_out_and_the_others_are_there(monkeypatch, tmp_path, capsys):
    (tmp_path / "rude_ideas.py").write_text(FILE.replace('"two"', '"deodhar"'))
    monkeypatch.syspath_prepend(tmp_path)
    announce(monkeypatch, ("rude", "rude_ideas"))
    known = all_conjectures()
    assert known["deodhar"].status == "theorem"
    assert "one" in known
    said = capsys.readouterr().err
    assert "'rude_ideas'" in said
    assert "'deodhar' already" in said


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("math:pi", "'math:pi' holds no conjecture"),
        ("no_such_package", "ModuleNotFoundError: No module named 'no_such_package'"),
        ("math:tau_and_more", "AttributeError"),
    ],
)
def test_an_installed_thing_that_is_none_stops_nothing(monkeypatch, capsys, value, reason):
    announce(monkeypatch, ("wrong", value))
    assert find_conjecture("deodhar").name == "deodhar"
    assert reason in capsys.readouterr().err
