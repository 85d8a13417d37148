import base64
import csv
import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from analysis.labelled import read_labelled
from analysis.report.collect import collect
from analysis.report.contents import Settings, to_json
from analysis.report.examples import MOST_VERTICES, choose_examples
from analysis.report.render import render
from data_gen.errors import UsageError
from data_gen.intervals import BruhatInterval

SETTINGS = Settings(percentile=80, examples=4, untrained=3, draws=4, replicates=100)
VOID = {"meta", "link", "input", "br", "img", "hr"}


class Page(HTMLParser):
    """The elements of a page, and whether they are nested as they should be."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.text = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)

    def all(self, name):
        return [attributes for tag, attributes in self.elements if tag == name]

    def values(self, attribute):
        return [found[attribute] for _, found in self.elements if attribute in found]


@pytest.fixture(scope="module")
def report(run):
    return collect(run, SETTINGS)


@pytest.fixture(scope="module")
def text(report):
    return render(report)


@pytest.fixture(scope="module")
def page(text):
    return Page(text)


def decoded(address):
    return base64.b64decode(address.split(",", 1)[1]).decode()


def test_elements_are_closed_and_ids_are_unique(page):
    assert page.open == []
    ids = page.values("id")
    assert len(ids) > 20
    assert len(ids) == len(set(ids))


def test_nothing_is_fetched(page, text):
    for address in page.values("src") + page.values("href") + page.values("xlink:href"):
        assert address.startswith(("#", "data:")), address
    assert "@import" not in text
    assert "url(http" not in text
    policy = [m["content"] for m in page.all("meta") if "http-equiv" in m]
    assert policy[0].startswith("default-src 'none'")


def test_links_inside_the_page_lead_somewhere(page):
    ids = set(page.values("id"))
    inside = [address[1:] for address in page.values("href") if address.startswith("#")]
    assert inside
    assert set(inside) <= ids
    for reference in page.values("aria-labelledby"):
        assert reference in ids


def test_tables_and_pictures_are_labelled(page):
    assert page.all("html")[0]["lang"] == "en"
    headings = [tag for tag, _ in page.elements if tag in ("h1", "h2", "h3")]
    assert headings[0] == "h1"
    assert headings.count("h1") == 1
    assert all("scope" in attributes for attributes in page.all("th"))
    pictures = page.all("svg")
    assert pictures
    assert all(attributes.get("role") == "img" for attributes in pictures)


def test_every_figure_can_be_downloaded_with_its_data(page, report):
    links = [a for a in page.all("a") if "download" in a]
    names = [a["download"] for a in links]
    assert len(names) == len(set(names))
    figures = len(page.all("svg"))
    assert sum(name.endswith(".svg") for name in names) == figures
    assert sum(name.endswith(".json") for name in names) == figures + 1
    for link in links:
        content = decoded(link["href"])
        if link["download"].endswith(".json"):
            json.loads(content)
        elif link["download"].endswith(".csv"):
            rows = list(csv.reader(io.StringIO(content)))
            assert len({len(row) for row in rows}) == 1
        else:
            assert content.startswith("<svg")
            assert 'xmlns="http://www.w3.org/2000/svg"' in content


def test_the_whole_report_is_inside(page, report):
    (whole,) = [a for a in page.all("a") if a.get("download") == "report.json"]
    assert json.loads(decoded(whole["href"])) == report.to_dict()
    json.dumps(report.to_dict(), allow_nan=False)


def test_same_inputs_same_bytes(run, text):
    assert render(collect(run, SETTINGS)) == text


def test_what_must_be_said_is_said(page, report):
    words = "".join("".join(page.text).split())
    for sentence in (*report.summary, report.verdict, report.example_rule):
        # S_5 and q^2 are printed with real indices.
        assert re.sub(r"\s|(?<=S)_|(?<=q)\^", "", sentence) in words
    words = " ".join(page.text)
    assert report.provenance.dataset_fingerprint in words
    assert report.provenance.weights_sha256 in words
    assert "trained on shuffled labels" in words


def test_controls_stand_beside_every_statistic(report):
    evidence = report.evidence
    assert all(len(kind.untrained) == 3 and len(kind.random) == 4 for kind in evidence.types)
    assert all(len(row.untrained) == 3 and len(row.random) == 4 for row in evidence.cubes)


def test_an_untrained_network_is_not_told_from_untrained_networks(report):
    # The run's weights are random: whatever the report finds, it must not be a difference.
    assert not any(kind.differs for kind in report.evidence.types)


def test_the_default_coefficient_is_not_rare(report):
    assert report.settings.coefficient == 1 or report.settings.coefficient == 2
    assert f"--coefficient {report.settings.coefficient}" in report.provenance.command


def test_examples_are_what_they_say(report):
    assert len(report.examples) == 4
    for example in report.examples:
        interval = BruhatInterval(example.x, example.w)
        assert example.num_nodes == interval.num_nodes <= MOST_VERTICES
        names = ["".join(map(str, vertex)) for vertex in interval.nodes]
        scores = [vertex.score for vertex in example.salient]
        assert scores == sorted(scores, reverse=True)
        assert min(scores) > report.threshold
        marked = {vertex.permutation for vertex in example.salient}
        assert marked <= set(names)
        for cube in example.cubes:
            assert set(cube.vertices) <= marked
            assert len(cube.vertices) == 1 << cube.dimension
        for choice in example.choices:
            true = (*example.polynomial, 0, 0, 0, 0)[choice.power]
            assert choice.true == true
            assert list(choice.probabilities) == sorted(choice.probabilities, reverse=True)


def test_polynomials_of_examples_are_those_of_kazhdan_lusztig(report):
    for example in report.examples:
        polynomial = BruhatInterval(example.x, example.w).kl_polynomial()
        assert list(example.polynomial) == polynomial.all_coeffs()[::-1]


def test_a_blind_network_is_called_blind_and_nothing_is_drawn(blind_run):
    found = collect(blind_run, SETTINGS)
    assert found.is_blind
    assert found.evidence is None
    assert found.examples == ()
    page = Page(render(found))
    assert page.open == []
    assert not page.all("svg")
    assert "blind to its vertex features" in " ".join(page.text)


def test_ends_are_left_out_on_request(run):
    found = collect(run, replace(SETTINGS, ends="drop", draws=2, replicates=20))
    assert found.examples
    for example in found.examples:
        marked = {vertex.permutation for vertex in example.salient}
        assert not marked & {example.x, example.w}


def test_examples_follow_their_rule(dataset):
    graphs = read_labelled(dataset)
    salient = np.random.default_rng(0).random(graphs.num_nodes) < 0.1
    splits = np.array(["test"] * graphs.num_graphs, dtype=object)
    chosen, rule = choose_examples(graphs, salient, splits, count=7, seed=5)
    assert len({graph for graph, _ in chosen}) == 7
    assert [why for _, why in chosen].count("drawn at random") == 4
    assert "seed 5" in rule
    counts = np.bincount(graphs.node_graph[salient], minlength=graphs.num_graphs)
    counts[np.diff(graphs.node_offsets) > MOST_VERTICES] = 0
    at_random = [graph for graph, why in chosen if why == "drawn at random"]
    others = np.delete(counts, at_random)
    assert sorted(counts[graph] for graph, _ in chosen[4:]) == sorted(others)[-3:]
    assert choose_examples(graphs, salient & False, splits, 7, 5)[0] == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"coefficient": 7}, "none of q\\^7"),
        ({"coefficient": 4}, "always 0"),
        ({"percentile": 100.0}, "percentile"),
        ({"ends": "cut"}, "cut"),
    ],
)
def test_settings_that_make_no_sense(run, changes, message):
    with pytest.raises(UsageError, match=message):
        collect(run, replace(SETTINGS, **changes))


def test_to_json_knows_what_json_lacks():
    assert to_json(np.array([[1.5, np.nan]])) == [[1.5, None]]
    assert to_json({"a": (True, "x", None)}) == {"a": [True, "x", None]}
