import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest

from analysis.decompositions import KINDS, standard_decompositions
from analysis.report.single import SINGLE_SETTINGS, interval_page, read_interval
from data_gen.errors import IntervalError, RunError, UsageError
from klgnn.prediction import predict
from klgnn.subject import Subject

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def reading(run):
    return read_interval(run, "1324", "3412")


def test_scores_are_the_gradient_of_the_logit(reading, run):
    network = run.network()
    data = Subject.of_interval("1324", "3412").data(run.config.features)
    data.x.requires_grad_()
    network(data).logits[0][0].max().backward()
    assert reading.scores == pytest.approx(data.x.grad.abs().sum(dim=1).numpy(), rel=1e-4)


def test_the_answer_is_that_of_predict(reading, run):
    reply = predict(run, Subject.of_interval("1324", "3412"))
    assert reading.reply.answer.polynomial == reply.answer.polynomial
    assert reading.polynomial == (1, 1)
    (one,) = reading.to_explorer().intervals
    assert one.said[0][0][0] == reply.answer.coefficients[0].value


def test_the_percentile_is_within_the_interval(run):
    half = read_interval(run, "1234", "4321", replace(SINGLE_SETTINGS, percentile=50))
    few = read_interval(run, "1234", "4321", replace(SINGLE_SETTINGS, percentile=90))
    assert 0 < few.salient.sum() < half.salient.sum() <= 12
    assert half.scores[half.salient].min() > half.scores[~half.salient].max()


def test_ends_are_left_out_on_request(run):
    found = read_interval(run, "1234", "4321", replace(SINGLE_SETTINGS, percentile=0, ends="drop"))
    assert not found.salient[[0, -1]].any()
    assert found.salient.any()


def test_the_coefficient_is_the_highest_there_is(run):
    assert read_interval(run, "12345", "52341").settings.coefficient == 2
    assert read_interval(run, "1324", "3412").settings.coefficient == 1
    assert read_interval(run, "1234", "4321").settings.coefficient == 1


def test_the_picture_has_the_decomposition(reading):
    for kind in KINDS:
        root = ET.fromstring(reading.svg(kind))
        nodes = [node.get("class", "").split() for node in root.iter(f"{SVG}g")]
        (parts,) = [p for p in standard_decompositions(reading.interval) if p.kind == kind]
        assert sum("ideal" in names for names in nodes) == parts.ideal.sum()
        assert sum("piece" in names for names in nodes) == parts.hypercube.sum()
        (sides,) = [p for p in root.iter(f"{SVG}path") if "piece-edge" in p.get("class", "")]
        assert sides.get("d").count("M") == 4
    assert "ideal" not in reading.svg()


def test_the_page_says_where_it_comes_from(run):
    page = interval_page(run, "1324", "3412")
    assert page == interval_page(run, "1324", "3412")
    assert run.config.dataset_fingerprint in page
    assert "[1324, 3412] in S<sub>4</sub>" in page
    assert "coefficient of <i>q</i>" in page or "coefficient of q;" in page
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")


def test_a_blind_network_is_called_blind(blind_run):
    assert read_interval(blind_run, "1324", "3412").is_blind
    assert "Every score is exactly zero" in interval_page(blind_run, "1324", "3412")


def test_a_folder_will_do(reading, run):
    again = read_interval(str(run.path), "1324", "3412")
    assert again.scores.tolist() == reading.scores.tolist()
    assert len(repr(again)) < 600
    with pytest.raises(RunError, match="'no-such-run'"):
        read_interval("no-such-run", "1324", "3412")


def test_what_cannot_be_read(run, reading):
    with pytest.raises(IntervalError):
        read_interval(run, "3412", "1324")
    with pytest.raises(UsageError, match=r"none of q\^7"):
        read_interval(run, "1324", "3412", replace(SINGLE_SETTINGS, coefficient=7))
    with pytest.raises(UsageError, match="'middle' is no standard decomposition"):
        reading.svg("middle")
    with pytest.raises(UsageError, match="share that letter"):
        read_interval(run, "1243", "1432").svg("first")


def test_loss_needs_a_known_polynomial(run, monkeypatch):
    known = predict(run, Subject.of_interval("1324", "3412"))
    unknown = replace(known, exact="It would take too long.")
    monkeypatch.setattr("analysis.report.single.predict", lambda run, subject: unknown)
    assert read_interval(run, "1324", "3412").polynomial is None
    with pytest.raises(UsageError, match="It would take too long"):
        read_interval(run, "1324", "3412", replace(SINGLE_SETTINGS, target="loss"))


def test_one_vertex_is_an_interval_too(run):
    found = read_interval(run, "1324", "1324")
    assert np.shape(found.scores) == (1,)
    assert "<svg" in found.svg()
    assert interval_page(run, "1324", "1324")
