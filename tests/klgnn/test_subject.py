"""What a question is about, and how a command line says it."""

import networkx as nx
import numpy as np
import pytest

from data_gen.errors import GraphError, IntervalError, PermutationError, UsageError
from data_gen.intervals import BruhatInterval
from klgnn.features import node_features
from klgnn.subject import MAX_NODES, Subject, split_words


@pytest.mark.parametrize(
    ("words", "run", "asked"),
    [
        (["1324", "3412"], None, ("1324", "3412")),
        (["[1, 3, 2, 4]", "3,4,1,2"], None, ("[1, 3, 2, 4]", "3,4,1,2")),
        (["runs/a", "1324", "3412"], "runs/a", ("1324", "3412")),
        (["default", "1324", "3412"], "default", ("1324", "3412")),
        (["mine.graphml"], None, ("mine.graphml",)),
        (["runs/a", "mine.csv.gz"], "runs/a", ("mine.csv.gz",)),
    ],
)
def test_words(words, run, asked):
    assert split_words(words) == (run, asked)


@pytest.mark.parametrize(
    "words",
    [[], ["1324"], ["runs/a"], ["runs/a", "1324"], ["runs/a", "graph.dot"], ["a", "b", "c", "d"]],
)
def test_words_that_say_nothing(words):
    with pytest.raises(UsageError, match="two permutations"):
        split_words(words)


def test_an_interval():
    subject = Subject.of_words(["1324", "3412"])
    assert (subject.bottom, subject.top) == ("1324", "3412")
    assert subject.graph == BruhatInterval("1324", "3412").graph


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["1323", "3412"], PermutationError),
        (["132", "3412"], PermutationError),
        (["3412", "1324"], IntervalError),
        (["123456789", "987654321"], UsageError),
    ],
)
def test_no_interval(words, error):
    with pytest.raises(error):
        Subject.of_words(words)


def test_too_large_to_be_asked_about_says_so_at_once():
    ten = ",".join(map(str, range(1, 11)))
    with pytest.raises(UsageError, match=rf"3,628,800 elements.*at most {MAX_NODES:,}"):
        Subject.of_interval(ten, ",".join(map(str, range(10, 0, -1))))


def test_a_file_gives_the_same_input_as_its_permutations(tmp_path):
    """Up to the order of the vertices, which no network looks at."""
    interval = BruhatInterval("12345", "45312")
    path = tmp_path / "graph.edgelist"
    nx.write_edgelist(nx.relabel_nodes(interval.to_networkx(), lambda name: f"v{name}"), path)
    found = Subject.of_words([str(path)])
    assert found.interval is None
    theirs = found.data("default")
    mine = Subject.of_words(["12345", "45312"]).data("default")
    assert theirs.edge_index.shape == mine.edge_index.shape
    assert sorted(theirs.x.tolist()) == sorted(mine.x.tolist())


def test_data_holds_what_the_features_say():
    subject = Subject.of_interval("123", "321")
    graph = subject.graph
    expected = node_features(graph.ranks, graph.sources, graph.targets, "degrees")
    assert np.array_equal(subject.data("degrees").x.numpy(), expected)


def test_downwards_is_for_files(tmp_path):
    with pytest.raises(UsageError, match="--downwards"):
        Subject.of_words(["1324", "3412"], downwards=True)
    path = tmp_path / "down.txt"
    path.write_text("d b\nd c\nb a\nc a\n")
    assert Subject.of_words([str(path)], downwards=True).bottom == "a"


def test_a_file_that_is_none(tmp_path):
    with pytest.raises(GraphError, match=r"gone\.graphml"):
        Subject.of_file(tmp_path / "gone.graphml")
