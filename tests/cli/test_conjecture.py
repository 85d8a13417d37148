"""`klgnn conjecture` as a person or a script calls it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from analysis.cli_conjecture import app
from data_gen.errors import KlgnnError

PINNED = {
    *("h-tilde", "h-tilde-strong", "bbdvw", "gamma-positive", "double-shortcuts-strong"),
    *("combinatorial-invariance", "monotonicity", "deodhar"),
}
TEN_LINES = """from analysis.conjectures import conjecture


@conjecture("few-q", "the coefficient of q is at most the number of atoms less 3")
def few_q(interval):
    if interval.length < 3:
        return None
    return interval.coefficient(1) <= interval.atoms - 3
"""


def call(*words: object) -> Result:
    return CliRunner().invoke(app, list(map(str, words)))


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def idea(tmp_path: Path) -> Path:
    path = tmp_path / "my_idea.py"
    path.write_text(TEN_LINES)
    return path


def test_list() -> None:
    done = call("list")
    assert done.exit_code == 0
    assert all(f"{name} " in done.stdout for name in PINNED)
    assert "..." not in done.stdout
    content = json.loads(call("list", "--json").stdout)
    assert {one["name"] for one in content} >= PINNED
    assert all(one["statement"] and one["source"] and one["status"] for one in content)


def test_show() -> None:
    done = call("show", "combinatorial-invariance")
    assert "announced in full, not yet refereed" in done.stdout
    assert "2601.07793" in done.stdout
    assert json.loads(call("show", "bbdvw", "--json").stdout)["status"] == "conjecture"


def test_pinned_json() -> None:
    done = call("test", "h-tilde", "--n", 5, "--json")
    assert done.exit_code == 0
    content = json.loads(done.stdout)
    pinned = {"conjecture": "h-tilde", "intervals": 3661, "decompositions": 21709, "failures": 0}
    assert {key: content[key] for key in pinned} == pinned
    assert content["counterexamples"] == []


def test_what_holds_is_said_in_words() -> None:
    done = call("test", "h-tilde", "--n", 3, "--n", 4)
    assert done.exit_code == 0
    words = " ".join(done.stdout.split())
    assert "S_4 holds: 189 intervals, 594 decompositions; 13 graphs up to isomorphism" in words
    assert "together holds: 202 intervals, 616 decompositions" in words


def test_an_idea_in_ten_lines_fails_with_exit_code_3(idea: Path) -> None:
    done = call("test", idea, "--n", 4)
    assert done.exit_code == 3
    words = " ".join(done.stdout.split())
    assert "FAILS on 16 of 189 intervals" in words
    assert "it says something about 68 of them" in words
    assert done.stdout.index("[1234, 1432]") < done.stdout.index("[1234, 3412]")
    assert "few-q fails on [1234, 1432] of S_4, 6 elements; going on." in done.stderr


def test_an_exception_does_not_end_the_run_and_is_said(idea: Path, tmp_path: Path) -> None:
    idea.write_text(TEN_LINES.replace("interval.atoms - 3", "[0, 9, 9, 9][interval.length]"))
    done = call("test", idea, "--n", 3, "--n", 4, "--out", tmp_path / "out")
    assert done.exit_code == 1
    words = " ".join(done.stdout.split())
    assert "S_3 holds: 13 intervals" in words
    assert "UNDECIDED on 26 of 189 intervals" in words
    assert "line 8: IndexError: list index out of range" in words
    assert "few-q raised an exception on 26 intervals" in " ".join(done.stderr.split())
    content = json.loads((tmp_path / "out" / "result.json").read_text())
    assert content["undecided_intervals"] == 26
    assert not (tmp_path / "out" / "counterexample.json").exists()
    fails_too = TEN_LINES.replace("interval.atoms - 3", "[0, 9, 9, 0][interval.length]")
    idea.write_text(fails_too)
    assert call("test", idea, "--n", 4).exit_code == 3


def test_what_was_undecided_is_tried_again_by_itself(idea: Path, tmp_path: Path) -> None:
    idea.write_text(TEN_LINES.replace("interval.atoms - 3", "[0, 9, 9, 9][interval.length]"))
    former = tmp_path / "former"
    done = call("test", idea, "--n", 3, "--n", 4, "--out", former)
    assert "--undecided" in done.stderr
    content = json.loads((former / "result.json").read_text())
    undecided = content["by_n"]["4"]["undecided"]
    assert sum(one["intervals"] for one in undecided) == 26
    told = f"Undecided: {len(undecided)} graphs, standing for 26 intervals; smallest first"
    assert told in " ".join(done.stdout.split())
    idea.write_text(TEN_LINES)
    again = call("test", idea, "--undecided", former, "--out", tmp_path / "again", "--json")
    found = json.loads(again.stdout)
    assert found["intervals"] == 26
    assert "undecided" not in found
    assert found["by_n"]["4"]["limits"] == "those that were undecided"
    for words, message in (
        (["deodhar", "--undecided", former], "is of 'few-q', not of 'deodhar'"),
        ([idea, "--undecided", tmp_path], "holds no result of"),
        ([idea, "--undecided", tmp_path / "again"], "nothing is undecided"),
        ([idea, "--undecided", former, "--n", 4], "leave --n and the like out"),
        ([idea, "--undecided", former, "--out", former], "name another folder"),
    ):
        assert message in str(call("test", *words).exception)


def test_two_processes_print_the_same(idea: Path) -> None:
    done = call("test", idea, "--n", 4, "--json", "--workers", 2)
    assert done.exit_code == 3
    assert done.stdout == call("test", idea, "--n", 4, "--json").stdout


def test_several_at_once(idea: Path, tmp_path: Path) -> None:
    done = call("test", idea, "deodhar", "--n", 4, "--json", "--out", tmp_path / "out")
    assert done.exit_code == 3
    results = json.loads(done.stdout)["results"]
    assert [(one["conjecture"], one["failures"]) for one in results] == [
        *(("few-q", 16), ("deodhar", 0)),
    ]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["deodhar", "few-q"]


def test_out_holds_result_and_certificate(idea: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    done = call("test", idea, "--n", 4, "--json", "--out", folder)
    assert json.loads((folder / "result.json").read_text()) == json.loads(done.stdout)
    certificate = json.loads((folder / "counterexample.json").read_text())
    assert certificate["interval"]["w"] == "1432"
    assert certificate["definition"] == TEN_LINES
    page = subprocess.run(
        [sys.executable, "-I", "-S", folder / "counterexample.sage"], capture_output=True, text=True
    )
    assert page.returncode == 0
    assert "P: right" in page.stdout
    assert call("test", idea, "--n", 4, "--json", "--out", folder).stdout == done.stdout


def test_every_counterexample() -> None:
    content = json.loads(call("test", "kl-duality", "--n", 4, "--every", "--json").stdout)
    found = content["counterexamples"]
    assert len({(one["x"], one["w"]) for one in found}) == len(found) == content["failures"] == 8
    assert [one["intervals"] for one in found] == [1] * 8


def test_one_interval_of_s6() -> None:
    done = call("test", "h-tilde", "--interval", "132546", "345621")
    assert done.exit_code == 3
    assert "234561" in done.stdout
    assert "2q^5 + q^7" in done.stdout
    assert call("test", "h-tilde-strong", "--interval", "132546", "345621").exit_code == 0


def test_a_sample() -> None:
    words = ("test", "bbdvw", "--n", 8, "--sample", 20, "--walks", "--max-nodes", 60, "--json")
    content = json.loads(call(*words).stdout)
    assert content["intervals"] == 20
    assert content["by_n"]["8"]["limits"] == "a sample, at most 60 elements"


def test_a_relation_is_a_conjecture() -> None:
    done = call("test", "atoms >= distance", "--n", 4, "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["intervals"] == 189
    assert call("test", "kl_1 = 0 if atoms=coatoms", "--n", 4).exit_code == 3


def test_a_baseline_of_a_name_a_file_and_a_relation(idea: Path) -> None:
    words = ("baseline", "linear-coefficient", idea, "kl_1 = coatoms - f", "--n", 5)
    done = call(*words, "--permutations", 20, "--json")
    assert done.exit_code == 0
    results = json.loads(done.stdout)["results"]
    assert [one["conjecture"] for one in results] == [
        *("linear-coefficient", "few-q", "kl_1-eq-coatoms-minus-f"),
    ]
    named, _, relation = (one["by_n"]["5"] for one in results)
    assert named["true_share"] == relation["true_share"] == 1
    assert relation["expected_share"] < named["expected_share"] < 1
    assert named["everywhere"] == relation["everywhere"] == 0
    assert done.stdout == call(*words, "--permutations", 20, "--json").stdout
    assert "everywhere in 0 of them" in " ".join(call(*words).stdout.split())
    said = call("baseline", "deodhar", "--n", 4).stdout
    assert "it does not look at P or R~" in said


def test_discover_is_a_verb(tmp_path: Path) -> None:
    words = ("discover", "--n", 3, "--larger", 4, "--sample", 0, "--terms", 1, "--assume", "any")
    path = tmp_path / "new" / "found.json"
    done = call(*words, "--out", path)
    assert done.exit_code == 0
    assert "kl_1" in done.stdout
    assert json.loads(path.read_text())["n"] == [3]
    before = path.read_bytes()
    call(*words, "--out", path)
    assert path.read_bytes() == before


def test_a_file_that_exits_is_no_conjecture(tmp_path: Path) -> None:
    path = tmp_path / "gone.py"
    path.write_text("raise SystemExit(5)\n")
    done = call("test", path, "--n", 4)
    assert "does not run: line 1: SystemExit: 5" in str(done.exception)


def test_the_list_does_not_wait_for_heavy_libraries() -> None:
    code = (
        "import sys; from typer.testing import CliRunner; from analysis.cli_conjecture import app; "
        "assert CliRunner().invoke(app, ['list']).exit_code == 0; "
        "print({'torch', 'pandas', 'sympy', 'networkx', 'matplotlib', 'numba'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["test", "h-tilde"], "no n is given"),
        (["test", "h-tilde", "4", "--n", 3], "--n 3 --n 4"),
        (["test", "h-tilde", "--n", 3, "--out", __file__], "is a file; name a folder"),
        (["baseline", "smooth"], "no n is given"),
        (["baseline", "h-tilde", "--n", 4], "h-tilde has no baseline"),
        (["baseline", "f >= girth", "--n", 4], "'girth' is no invariant"),
        (["discover", "--out", "."], "that is a folder"),
        (["discover", "--assume", "planar"], "'planar' is no hypothesis"),
        (["test", "h-hat", "--n", 4], "there is no conjecture 'h-hat'"),
        (["test", "h-tlide", "--n", 4], "Did you mean 'h-tilde'?"),
        (["test", "nothing.py", "--n", 4], "'nothing.py' cannot be read: No such file"),
        (["test", "h-tilde", "--n", 8], "test a sample"),
        (["test", "h-tilde", "--n", 4, "--workers", 0], "--workers 0"),
        (["test", "h-tilde", "--n", 4, "--interval", "12", "21"], "leave --n and --sample out"),
        (["test", "h-tilde", "--interval", "21", "12"], "21 is not below 12"),
        (["test", "h-tilde", "--n", 4, "--walks"], "say how many"),
        (["show", "h-hat"], "there is no conjecture 'h-hat'"),
    ],
)
def test_wrong_usage(words: list[object], message: str) -> None:
    done = call(*words)
    assert isinstance(done.exception, KlgnnError)
    assert done.exception.exit_code == 2
    assert message in str(done.exception)
    assert not done.stdout
