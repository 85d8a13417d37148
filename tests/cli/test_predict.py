"""The verb `predict`, as a person calls it."""

import json
from types import SimpleNamespace

import networkx as nx
import pytest

from data_gen.intervals import BruhatInterval
from klgnn.main import main
from tests.small_run import make_dataset, make_run


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    here = tmp_path_factory.mktemp("predict")
    return make_run(here / "run", make_dataset(here / "data")).path


@pytest.fixture
def graph(tmp_path):
    interval = BruhatInterval("12345", "52341")
    path = tmp_path / "graph.graphml"
    renamed = nx.relabel_nodes(interval.to_networkx(), lambda name: f"v{name}")
    nx.write_graphml(nx.DiGraph(renamed.edges), path)
    return path


def call(*words):
    with pytest.raises(SystemExit) as left:
        main(["predict", *map(str, words)])
    return left.value.code


def test_permutations(run, capsys):
    assert call(run, "1324", "3412") == 0
    said = capsys.readouterr().out
    assert "[1324, 3412] in S_4: 10 elements, 16 edges, length 3" in said
    assert "1 + q " in said
    assert "computed from the permutations" in said
    assert all(f" q^{k} " in said for k in (2, 3, 4))


def test_json(run, graph, capsys):
    assert call(run, graph, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["run"] == str(run)
    assert found["asked"] == "graph.graphml"
    assert (found["nodes"], found["bottom"], found["top"]) == (68, "v12345", "v52341")
    assert found["exact"]["polynomial"] == [1, 2, 1]
    assert found["is_right"] == (found["polynomial"] == [1, 2, 1])
    for coefficient in found["coefficients"]:
        chances = coefficient["distribution"]
        assert sum(chances.values()) == pytest.approx(1, abs=1e-5)
        assert chances[str(coefficient["value"])] == max(chances.values())


def test_a_graph(run, graph, capsys):
    assert call(run, graph) == 0
    said = capsys.readouterr().out
    assert "going up, from 'v12345' to 'v52341'" in said
    assert "the same graph as an interval of S_6, [" in said


def test_of_a_graph_the_smallest_interval_is_named(run, graph, capsys, monkeypatch):
    """An index of larger intervals may be at hand; they are the same graph, but say less."""
    large = SimpleNamespace(polynomial=(1, 2, 1), x="12345867", w="52341867", split="test")
    monkeypatch.setattr("klgnn.prediction._in_dataset", lambda *arguments: large)
    assert call(run, graph, "--json") == 0
    exact = json.loads(capsys.readouterr().out)["exact"]
    assert (len(exact["w"]), exact["polynomial"]) == (6, [1, 2, 1])
    assert exact["how"] == "the same graph as an interval of S_6"


def test_turned_round(run, graph, tmp_path, capsys):
    down = tmp_path / "down.graphml"
    nx.write_graphml(nx.read_graphml(graph).reverse(), down)
    assert call(run, down, "--downwards", "--json") == 0
    turned = json.loads(capsys.readouterr().out)
    assert call(run, graph, "--json") == 0
    straight = json.loads(capsys.readouterr().out)
    assert turned["polynomial"] == straight["polynomial"]
    assert turned["bottom"] == "v12345"


def test_remarks_go_to_stderr(run, tmp_path, capsys):
    path = tmp_path / "down.txt"
    nx.write_edgelist(BruhatInterval("1324", "3412").to_networkx().reverse(), path)
    assert call(run, path) == 0
    said = capsys.readouterr()
    assert "turned round" in said.err
    assert "[" not in said.err


def test_the_default_model(capsys):
    assert call("1324", "3412", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["run"] == "default"
    assert found["polynomial"] == found["exact"]["polynomial"] == [1, 1]
    assert call("default", "1324", "3412", "--json") == 0
    assert json.loads(capsys.readouterr().out) == found


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["1324"], 2, "two permutations"),
        (["3412", "1324"], 2, "not below"),
        (["1323", "3412"], 2, "occurs twice"),
        (["gone", "1324", "3412"], 1, "not a run folder"),
        (["gone.graphml"], 2, "No such file"),
        (["123456789", "987654321"], 2, "362,880 elements"),
        (["1324", "3412", "--downwards"], 2, "--downwards"),
    ],
)
def test_refusals(capsys, words, code, message):
    assert call(*words) == code
    said = capsys.readouterr()
    assert message in said.err
    assert said.out == ""
    assert "Traceback" not in said.err


def test_a_graph_that_is_no_interval(tmp_path, capsys):
    path = tmp_path / "path.txt"
    path.write_text("a b\nb c\n")
    assert call(path) == 2
    assert "path.txt" in capsys.readouterr().err
