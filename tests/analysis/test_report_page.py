import base64
import csv
import html
import io
import itertools
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from analysis.labelled import read_labelled
from analysis.report import comparison
from analysis.report.collect import collect
from analysis.report.contents import to_json
from analysis.report.examples import MOST_VERTICES, choose_examples
from analysis.report.explorer import Explorer, explored
from analysis.report.render import render
from analysis.report.settings import Settings
from analysis.report.verdicts import MORE_EDGES
from analysis.report.writing import write_report
from analysis.sanity import METHODS
from analysis.statistics import Estimate
from data_gen.errors import UsageError
from data_gen.intervals import BruhatInterval
from data_gen.storage import sha256

SETTINGS = Settings(
    percentile=80, examples=4, untrained=3, draws=30, replicates=100, explored=25, intervals=70
)
SEVERAL = replace(
    SETTINGS, networks=2, shuffled=2, untrained=2, examples=1, explored=5, draws=20, intervals=35
)
MOST_BYTES = 15_000_000
CHECKED = 20
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
        if self.open[-1:] not in (["script"], ["style"]):
            self.text.append(data)

    def all(self, name):
        return [attributes for tag, attributes in self.elements if tag == name]

    def values(self, attribute):
        return [found[attribute] for _, found in self.elements if attribute in found]


@pytest.fixture(scope="module", autouse=True)
def few_draws():
    """What is done most often costs most of the time, and its number changes nothing here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("analysis.report.collect._CHECKED_INTERVALS", CHECKED)
        patch.setattr("analysis.report.looking._CONNECTED_DRAWS", 5)
        patch.setattr("analysis.report.occurring._MOTIF_DRAWS", 60)
        patch.setattr("analysis.report.occurring._DRAWS", 5)
        patch.setattr("analysis.report.occurring._SUBINTERVAL_DRAWS", 20)
        yield


@pytest.fixture(scope="module")
def report(run):
    return collect(run, SETTINGS)


@pytest.fixture(scope="module")
def several(trained_run):
    """Two trainings, and two on shuffled labels."""
    return collect(trained_run, SEVERAL)


@pytest.fixture(scope="module")
def text(report):
    return render(report)


@pytest.fixture(scope="module")
def page(text):
    return Page(text)


def decoded(address):
    return base64.b64decode(address.split(",", 1)[1]).decode()


def test_a_report_is_written_in_one_call(run, text, tmp_path):
    path = tmp_path / "new" / "report.html"
    write_report(str(run.path), path, SETTINGS)
    assert path.read_text(encoding="utf-8") == text


def test_settings_need_not_be_given(run, monkeypatch):
    asked = []

    def stop(*given):
        asked.extend(given)
        raise UsageError("enough")

    monkeypatch.setattr("analysis.report.collect.read_networks", stop)
    with pytest.raises(UsageError, match="enough"):
        collect(run.path)
    assert (asked[0].path, asked[1]) == (run.path, Settings())


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
    assert len(pictures) > 8
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
    assert report.provenance.metrics_sha256 in words
    assert "trained on shuffled labels" in words


@pytest.fixture(params=["report", "several"])
def either(request):
    return request.getfixturevalue(request.param)


SECTIONS = ("summary", "accuracy", "types", "reflections", "structure", "checks", "examples")


def test_every_section_is_there(either):
    text = render(either)
    page = Page(text)
    assert page.open == []
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    sections = [attributes["id"] for attributes in page.all("section")]
    assert sections == [*SECTIONS, "provenance"]
    navigation = [f'href="#{name}"' for name in sections]
    assert all(link in text for link in navigation)
    assert len(text.encode()) < MOST_BYTES


def test_no_number_on_the_page_is_none(either):
    """Neither in words nor in what can be downloaded."""
    page = Page(render(either))
    words = " ".join(page.text)
    assert not re.search(r"\b(nan|inf|undefined)\b", words, re.IGNORECASE)
    for link in page.all("a"):
        if link.get("download", "").endswith(".json"):
            assert not re.search(r"\b(NaN|Infinity)\b", decoded(link["href"]))


def test_what_could_not_be_known_is_not_printed_as_a_number(report):
    """Nothing in common, no order, motifs that no control shows."""
    nan = float("nan")
    unknown = Estimate(nan, nan, nan)
    checks, structure = report.checks, report.structure
    assert structure.motifs.lines
    agreed = tuple(replace(one, overlap=nan, correlation=nan) for one in checks.networks)
    endless = Estimate(float("inf"), float("inf"), float("inf"))
    motifs = [
        replace(motif, ratio=ratio, others=dict.fromkeys(motif.others, nan))
        for motif, ratio in zip(structure.motifs.lines, [endless, unknown, unknown], strict=False)
    ]
    changed = replace(
        report,
        checks=replace(checks, networks=agreed),
        structure=replace(structure, motifs=replace(structure.motifs, lines=tuple(motifs))),
    )
    words = " ".join(Page(render(changed)).text)
    assert not re.search(r"\b(nan|inf)\b", words, re.IGNORECASE)


def test_controls_stand_beside_every_statistic(report):
    evidence = report.evidence
    assert all(len(kind.against("untrained").values) == 3 for kind in evidence.types)
    assert all(kind.against("ranks") and kind.against("degrees") for kind in evidence.types)
    assert all(len(row.untrained) == 3 for row in evidence.cubes)
    assert all(len(piece.untrained) == 3 for piece in report.structure.pieces)
    assert [line.kind for line in report.networks] == ["trained"] + 3 * ["untrained"]


def test_several_trainings_stand_beside_theirs(several, trained_run):
    kinds = [line.kind for line in several.networks]
    assert kinds == 2 * ["trained"] + 2 * ["untrained"] + 2 * ["shuffled"]
    assert [line.seed for line in several.networks if line.kind == "trained"] == [0, 1]
    assert all((line.exact is None) == (line.kind == "untrained") for line in several.networks)
    assert several.of_kind("shuffled") == 2 - sum(
        line.is_blind for line in several.networks if line.kind == "shuffled"
    )
    own = several.networks[0]
    assert own.weights_sha256 == several.provenance.weights_sha256
    assert own.metrics_sha256 == several.provenance.metrics_sha256
    hashes = [line.metrics_sha256 for line in several.networks if line.kind != "untrained"]
    assert len(set(hashes)) == 4
    for kind in several.evidence.types:
        assert len(kind.networks) == several.evidence.networks == several.of_kind("trained")
        assert kind.against("shuffled") is not None
    groups = {(one.first, one.second) for one in several.checks.networks}
    assert ("trained", "shuffled") in groups
    assert {line.network.split()[0] for line in several.checks.fidelity} <= {
        *("trained", "untrained", "shuffled")
    }
    words = " ".join(Page(render(several)).text)
    assert "on shuffled labels" in words
    assert "1 more with other seeds" in words
    assert "--retrain 2 --shuffled 2" in several.provenance.command
    assert several.verdict.partition(" ")[0] in ("Established,", "Nothing")


@pytest.mark.slow
def test_several_trainings_are_the_same_bytes(several, trained_run):
    assert render(collect(trained_run, SEVERAL)) == render(several)


def test_every_method_has_a_line(report):
    assert len(report.checks.methods) == len(METHODS)
    assert report.checks.intervals == CHECKED


def test_some_intervals_are_attributed_on_request(report, dataset):
    assert report.intervals == (70, dataset.num_rows)
    assert "--intervals 70" in report.provenance.command
    for one in (*report.examples, *report.explorer.intervals):
        assert dataset.interval(one.row).num_nodes == one.num_nodes


def test_the_explorer_is_on_the_page(report, text):
    assert len(report.explorer.intervals) == 25
    data = re.search(r'id="explorer-data">(.*?)</script>', text, re.DOTALL).group(1)
    assert json.loads(data) == report.explorer.to_dict()
    assert "explorer" not in report.to_dict()


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


def test_the_explorer_stands_before_the_fixed_pictures(report):
    known = BruhatInterval("1324", "3412")
    one = explored(known, (1, 1), [{1: 0.75, 0: 0.25}], np.arange(10.0), np.arange(10) > 6)
    explorer = Explorer((one,), "One </script> interval.", 1, "gradient")
    with_explorer = render(replace(report, explorer=explorer))
    page = Page(with_explorer)
    assert page.open == []
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert "One &lt;/script&gt; interval." in with_explorer
    data = re.search(r'id="explorer-data">(.*?)</script>', with_explorer, re.DOTALL).group(1)
    assert json.loads(data) == explorer.to_dict()
    assert with_explorer.index("explorer-data") < with_explorer.index("A few intervals as fixed")
    without = render(replace(report, explorer=None))
    assert "explorer-data" not in without.replace('getElementById("explorer-data")', "")


def test_without_an_interval_there_is_no_explorer(report):
    without = render(replace(report, explorer=Explorer((), "None.")))
    assert 'id="explorer-data"' not in without
    assert Page(without).open == []


def test_provenance_is_that_of_the_files(run, report):
    found = report.to_dict()["provenance"]
    for name, file in (("weights", "weights.safetensors"), ("config", "config.toml")):
        assert found[f"{name}_sha256"] == sha256((run.path / file).read_bytes())
    assert found["metrics_sha256"] == sha256((run.path / "metrics.json").read_bytes())


def box_of(text):
    """The verdict: what is said first, and the list below it, without markup."""
    box = re.search(r'<div class="verdict">(.*?)</div>', text, re.DOTALL).group(1)
    plain = [
        html.unescape(re.sub(r"<[^>]*>", "", part))
        for part in re.findall(r"<(?:strong|li)>(.*?)</(?:strong|li)>", box)
    ]
    return plain[0], plain[1:]


def test_the_verdict_is_one_sentence_and_a_list_of_numbers(report):
    first = "Established, over 10 trainings: p < 0.05 in Davies et al. and here."
    more = ["Extremal reflections: +9% (p = 0.03) here.", "Davies et al. found 0.5. of it."]
    box = box_of(render(replace(report, verdict=" ".join([first, *more]))))
    assert box == (first, more)
    alone = render(replace(report, verdict=first))
    assert box_of(alone) == (first, [])
    assert "<ul>" not in alone.partition('class="verdict"')[2].partition("</div>")[0]


def test_the_verdict_of_a_report_is_all_there(either):
    first, more = box_of(render(either))
    whole = " ".join([first, *more])
    assert whole == re.sub(r"(?<=S)_(?=\d)|(?<=q)\^(?=\d)", "", either.verdict)
    assert len(more) >= 2


def test_too_few_salient_edges_are_one_line_and_no_table(report):
    """Instead of a table of "none"."""
    few = replace(report.evidence, edges={**report.evidence.edges, "trained": (14,)})
    assert not few.is_enough
    text = render(replace(report, evidence=few))
    said = " ".join(Page(text).text)
    assert "Too few salient edges to compare:" in said
    assert MORE_EDGES in said
    assert 'aria-label="Edge types table"' not in text
    assert 'aria-label="Table of single reflections' not in text
    unknown = [
        kind for line in report.sweep for kind in line.types if not np.isfinite(kind.trained.value)
    ]
    assert text.count("<td>too few</td>") == len(unknown) > 0
    assert "Too few salient edges" not in render(report)


def test_the_page_on_saliency_can_be_repeated(several, tmp_path):
    """Its commands make what its last one reads; what two reports share is said once."""
    one = several.to_dict()
    other = several.to_dict()
    other["provenance"]["command"] += " --coefficient 2"
    by_hand = tmp_path / "by-hand.md"
    by_hand.write_text("## Read\n")
    text = comparison.page([one, other], by_hand)
    assert "\n## Read\n" in text
    commands = re.search(r"```sh\n(.*?)```", text, re.DOTALL).group(1).splitlines()
    name = one["provenance"]["run"]
    verbs = [" ".join(line.split()[:2]) for line in commands]
    assert verbs == ["klgnn generate", "klgnn train", *2 * ["klgnn report"], "python -m"]
    assert commands[2] == f"{one['provenance']['command']} --json > {name}.json"
    assert commands[3] == f"{other['provenance']['command']} --json > {name}-2.json"
    assert f" {name}.json {name}-2.json --by-hand by-hand.md " in commands[4]


def test_two_datasets_of_one_name_get_two_folders(several):
    one, other = several.to_dict(), several.to_dict()
    other["provenance"]["dataset_fingerprint"] = "f" * 64
    other["provenance"]["run"] = "another"
    text = comparison.page([one, other, one])
    commands = re.search(r"```sh\n(.*?)```", text, re.DOTALL).group(1).splitlines()
    name = one["provenance"]["dataset"]
    made = [line.split()[-1] for line in commands if line.startswith("klgnn generate")]
    assert made == [name, f"{name}-2"]
    trained = [line.split()[2] for line in commands if line.startswith("klgnn train")]
    assert trained == made


def test_the_page_on_saliency_has_every_table(several):
    """Whole tables of equal rows, once for each report, with the level by chance in brackets."""
    report = several.to_dict()
    # A method may leave a control without a network that counts.
    unknown = report["checks"]["methods"][0]["types"][0]["comparisons"][0]
    unknown |= {"mean": None, "p_holm": None}
    unknown["difference"]["points"]["value"] = None
    barred = "diamond: cover, long | long, cover"
    report["structure"]["motifs"]["lines"][0]["name"] = barred
    text = comparison.page([report])
    heads = ("over-representation", "piece", "motif", "agreement between", "network")
    lines = text.splitlines()
    for head in heads:
        (start,) = [k for k, line in enumerate(lines) if line.startswith(f"| {head} |")]
        rows = list(itertools.takewhile(lambda line: line.startswith("|"), lines[start:]))
        assert len(rows) > 2
        assert len({row.count("|") - row.count(r"\|") for row in rows}) == 1
    assert "| " + barred.replace("|", r"\|") + " |" in text
    one = next(line for line in several.checks.networks if line.first == line.second)
    assert f"{100 * one.overlap:.0f}% ({100 * one.chance_overlap:.0f}%)" in text
    assert "Salient edges of a network: trained " in text
    assert "None" not in text
    assert "nan" not in text


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
    few = {"draws": 2, "replicates": 20, "intervals": 15, "untrained": 2, "explored": 0}
    found = collect(run, replace(SETTINGS, ends="drop", **few))
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
        ({"intervals": 0}, "at least one interval"),
        ({"method": "guess"}, "--method 'guess': take one of gradient, input"),
        ({"target": "margin", "values": (0, 7), "coefficient": 1}, "no logit for the value 7"),
        ({"part": "faces"}, "--part 'faces': take one of nodes, edges"),
    ],
)
def test_settings_that_make_no_sense(run, monkeypatch, changes, message):
    def trained_in_vain(*arguments):
        pytest.fail("it trained before it looked")

    # What makes no sense is refused before hours of training, not after.
    monkeypatch.setattr("analysis.report.networks.retrain", trained_in_vain)
    with pytest.raises(UsageError, match=message):
        collect(run, replace(SETTINGS, **changes))


def test_to_json_knows_what_json_lacks():
    assert to_json(np.array([[1.5, np.nan]])) == [[1.5, None]]
    assert to_json({"a": (True, "x", None)}) == {"a": [True, "x", None]}
