"""`klgnn interval`, as it is called from a shell."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner, Result

from klgnn.main import build_app

GOLDEN = Path(__file__).parent.parent / "golden"
EXAMPLES = json.loads((GOLDEN / "worked_examples.json").read_text())["intervals"]


def call(*arguments: str) -> Result:
    return CliRunner().invoke(build_app("interval"), ["interval", *arguments])


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: f"{e['x']}-{e['y']}")
def test_json_against_the_worked_examples(example: dict) -> None:
    result = call(example["x"], example["y"], "--json")
    assert result.exit_code == 0
    facts = json.loads(result.stdout)
    assert facts["length"] == example["length"]
    assert facts["nodes"] == example["nodes"]
    assert facts["edges"] == example["edges"]
    assert facts["covers"] == example["cover_edges"]
    assert facts["rank_sizes"] == example["rank_sizes"]
    assert facts["kl"] == example["P"]
    assert facts["r_tilde"] == example["Rt"]
    assert facts["atoms"] == example["atoms"]
    assert facts["coatoms"] == example["coatoms"]
    check = facts["q_coefficient"]
    assert check["from_kl"] == check["from_r_tilde"]


def test_json_keys_in_order() -> None:
    facts = json.loads(call("1324", "3412", "--json").stdout)
    assert list(facts)[:12] == [
        *("n", "x", "w", "length", "nodes", "edges", "covers"),
        *("rank_sizes", "kl", "r_tilde", "mu", "q_coefficient"),
    ]
    assert (facts["n"], facts["x"], facts["w"]) == (4, "1324", "3412")
    assert facts["mu"] == 1
    assert facts["extremal"] is True
    assert len(facts["certificate"]) == 32


def test_every_way_to_write_a_permutation() -> None:
    first = call("1324", "3412", "--json").stdout
    assert call("1,3,2,4", "[3, 4, 1, 2]", "--json").stdout == first


def test_table_and_diagram() -> None:
    result = call("1324", "3412")
    assert result.exit_code == 0
    assert "1 + q" in result.stdout
    assert "10" in result.stdout
    lines = result.stdout.rstrip().splitlines()
    assert lines[-1].strip() == "1324"


def test_polynomials_are_written_as_polynomials() -> None:
    assert "1 + 2q + q^2" in call("12345", "52341").stdout


def test_diagram_keeps_to_the_width_of_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    assert max(map(len, call("12345", "52341").stdout.splitlines())) <= 60
    monkeypatch.setenv("COLUMNS", "180")
    assert "31524" in call("12345", "52341").stdout


def test_one_element() -> None:
    facts = json.loads(call("3142", "3142", "--json").stdout)
    assert (facts["nodes"], facts["edges"], facts["length"], facts["kl"]) == (1, 0, 0, [1])
    assert facts["mu"] == 0
    assert call("3142", "3142").exit_code == 0


def test_plot_svg_and_tikz(tmp_path: Path) -> None:
    for name in ("out.svg", "out.tex"):
        result = call("1324", "3412", "--plot", str(tmp_path / name), "--reflections", "--json")
        assert result.exit_code == 0
        assert json.loads(result.stdout)["nodes"] == 10
        assert name in result.stderr
    assert ElementTree.parse(tmp_path / "out.svg").getroot().tag.endswith("svg")
    assert (tmp_path / "out.tex").read_text().startswith(r"\begin{tikzpicture}")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.svg", "out.tex"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("1324", "1243"), ("not below", "#{a<=2 : x(a)>=3} = 1")),
        (("3412", "1324"), ("exchange the two",)),
        (("12a", "321"), ("'12a'",)),
        (("123", "4321"), ("same length",)),
        (("012", "321"), ("mixed index base",)),
        (("12", "21", "--plot", "out.png"), (".svg or .tex",)),
    ],
)
def test_a_mistake_is_explained_in_one_line(arguments, words) -> None:
    result = call(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert all(word in result.stderr for word in words)


def test_a_folder_that_cannot_be_written_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    result = call("12", "21", "--plot", str(tmp_path / "file" / "out.svg"))
    assert result.exit_code == 1
    assert "cannot write" in result.stderr


def test_both_ends_in_one_pair_of_quotes_or_one_alone() -> None:
    for words in (["1324 3412"], ["1324"]):
        result = call(*words)
        assert result.exit_code == 2
        assert f"{words[0]!r} alone is no interval" in result.stderr
        assert "klgnn interval 1324 3412" in result.stderr
