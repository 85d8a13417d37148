"""The verb `similar`, as a person calls it."""

import json

import pytest

from klgnn.main import main
from tests.small_run import make_dataset, make_run


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    folder = tmp_path_factory.mktemp("similar")
    make_run(folder / "run", make_dataset(folder / "data"))
    return folder


def call(*words):
    with pytest.raises(SystemExit) as left:
        main(["similar", *map(str, words)])
    return left.value.code


def test_table(here, capsys):
    assert call(here / "run", "12345", "45312", "--k", "3") == 0
    said = capsys.readouterr().out
    assert "Like [12345, 45312] in S_5" in said
    assert "Its own graph is in row" in said
    assert said.count("│") == 3 * 8


def test_json(here, capsys):
    assert call(here / "run", "123456", "654321", "--k", "4", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["itself"] is None
    assert found["polynomial"] == [1]
    distances = [near["distance"] for near in found["similar"]]
    assert len(distances) == 4
    assert distances == sorted(distances)
    assert found["rows"] == 91


def test_page(here, tmp_path, capsys):
    page = tmp_path / "near.html"
    assert call(here / "run", "1324", "3412", "--k", "2", "--html", page) == 0
    assert capsys.readouterr().out.endswith(f"{page}\n")
    assert page.read_text(encoding="utf-8").count("<svg") == 3


def test_another_dataset_and_a_file(here, tmp_path, capsys):
    graph = tmp_path / "graph.txt"
    graph.write_text("a b\na c\nb d\nc d\n")
    words = (here / "run", graph, "--dataset", here / "data", "--json")
    assert call(*words) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["itself"]["num_nodes"] == 4
    assert found["polynomial"] == [1]


def test_the_default_model(capsys):
    assert call("1324", "3412", "--k", "1", "--json") == 0
    assert json.loads(capsys.readouterr().out)["run"] == "default"


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["1324", "3412", "--k", "0"], 2, "--k"),
        (["1324", "3412", "--html", "gone/near.html"], 2, "does not exist"),
        (["1324", "3412", "--dataset", "gone"], 1, "gone"),
        (["gone", "1324", "3412"], 1, "not a run folder"),
    ],
)
def test_refusals(capsys, words, code, message):
    assert call(*words) == code
    said = capsys.readouterr()
    assert message in said.err
    assert said.out == ""
