"""Answers to single questions, and what stands beside them."""

from dataclasses import replace

import networkx as nx
import numpy as np
import pytest

import klgnn
from data_gen import schema
from data_gen.errors import RunError, UsageError
from data_gen.intervals import BruhatInterval
from klgnn.evaluation import predict as predict_rows
from klgnn.graphs import IntervalGraphs
from klgnn.prediction import Answer, CoefficientAnswer, ask, beyond_training, predict
from klgnn.similarity import open_index
from klgnn.subject import Subject


def test_the_same_answer_as_in_a_batch(short_run, s5):
    network = short_run.network()
    rows = predict_rows(network, IntervalGraphs(s5, "test", short_run.config.features))
    for place, row in enumerate(rows.rows.tolist()[:5]):
        interval = s5.interval(row)
        answer = ask(network, Subject.of_interval(interval.x, interval.w), "default")
        for k, coefficient in enumerate(answer.coefficients):
            assert coefficient.value == rows.values[place, k]
            assert list(coefficient.distribution) == list(network.vocabulary[k])
            chances = list(coefficient.distribution.values())
            assert np.allclose(chances, rows.probabilities[k][place], atol=1e-5)
            assert sum(chances) == pytest.approx(1, abs=1e-5)


def test_a_folder_and_two_ends_will_do(short_run):
    expected = predict(short_run, Subject.of_interval("1324", "3412")).to_dict()
    assert predict(short_run.path, ("1324", "3412")).to_dict() == expected
    assert predict(str(short_run.path), BruhatInterval("1324", "3412")).to_dict() == expected
    assert klgnn.predict(None, ((1, 3, 2, 4), "3412")).is_right
    with pytest.raises(UsageError, match=r"give a run and the two ends .* predict\("):
        predict("1324", "3412")
    with pytest.raises(RunError, match="'no-such-run'"):
        predict("no-such-run", ("1324", "3412"))


def test_polynomial_without_zeros_at_its_end():
    def answer(*values):
        return Answer(
            tuple(CoefficientAnswer(k, v, 1.0, {v: 1.0}) for k, v in enumerate(values, 1)),
            np.zeros(2, np.float32),
        )

    assert answer(0, 0, 0, 0).polynomial == (1,)
    assert answer(2, 0, 1, 0).polynomial == (1, 2, 0, 1)


def test_exact_from_the_permutations(short_run):
    reply = predict(short_run, Subject.of_interval("12345", "52341"))
    assert reply.exact.polynomial == (1, 2, 1)
    assert reply.is_right is (reply.answer.polynomial == (1, 2, 1))
    facts = reply.to_dict()
    assert facts["exact"]["how"] == "computed from the permutations"
    assert facts["polynomial"] == list(reply.answer.polynomial)
    assert facts["exact_unknown_because"] is None


def file_of(interval, path):
    nx.write_edgelist(nx.relabel_nodes(interval.to_networkx(), lambda name: f"v{name}"), path)
    return Subject.of_file(path)


def test_a_graph_is_looked_up(short_run, tmp_path):
    interval = BruhatInterval("132546", "456312")
    subject = file_of(interval, tmp_path / "graph.txt")
    reply = predict(short_run, subject)
    assert reply.exact.polynomial == (1, 0, 2)
    assert "S_6" in reply.exact.how
    known = predict(short_run, Subject.of_interval("132546", "456312")).answer
    assert reply.answer.polynomial == known.polynomial
    assert np.allclose(reply.answer.embedding, known.embedding, atol=1e-5)


def test_a_graph_is_looked_up_in_an_index(own_run, s5, tmp_path):
    open_index(own_run)
    row = s5.read([schema.X, schema.W, schema.SPLIT], split="train").to_pylist()[-1]
    interval = BruhatInterval(row[schema.X], row[schema.W])
    reply = predict(own_run, file_of(interval, tmp_path / "graph.txt"))
    assert reply.split == "train"
    assert "dataset" in reply.exact.how
    assert (reply.exact.x, reply.exact.w) == (row[schema.X], row[schema.W])
    assert predict(own_run, Subject.of_interval("123456", "456123")).split is None


def test_cautions(short_run):
    network = short_run.network()

    def cautions(x, w, *values):
        subject = Subject.of_interval(x, w)
        answer = ask(network, subject, "default")
        changed = tuple(
            replace(c, value=v) for c, v in zip(answer.coefficients, values, strict=False)
        )
        return " ".join(
            beyond_training(short_run, network, subject, replace(answer, coefficients=changed))
        )

    assert cautions("1324", "3412", 0, 0, 0, 0) == ""
    assert "degree is at most 1" in cautions("1324", "3412", 0, 1, 0, 0)
    largest = network.vocabulary[0][-1]
    assert f"value in training was {largest}" in cautions("12345", "52341", largest, 0, 0, 0)
    assert "720 vertices; the largest in training" in cautions("123456", "654321", 0, 0, 0, 0)
    assert "degree 7" in cautions("123456", "654321", 0, 0, 0, 0)
