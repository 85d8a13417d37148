"""Hasse diagrams: right rows, few crossings, valid XML, the same bytes every time."""

import re
import subprocess
import sys
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_gen.graph import IntervalGraph
from data_gen.hasse import EdgeStyle, NodeStyle, svg
from data_gen.hasse_layout import count_crossings, hasse_layout
from data_gen.hasse_text import profile, text
from data_gen.intervals import BruhatInterval

SVG = "{http://www.w3.org/2000/svg}"
PAIRS = [
    ("1", "1"),
    ("3142", "3142"),
    ("12", "21"),
    ("1324", "3412"),
    ("1234", "4321"),
    ("12345", "52341"),
    ("132546", "456312"),
    ("10,1,2,3,4,5,6,7,8,9", "10,4,1,2,3,5,6,7,9,8"),
]


def vertices(document: str) -> list[ElementTree.Element]:
    groups = ElementTree.fromstring(document).iter(f"{SVG}g")
    return [g for g in groups if g.get("class", "").startswith("hasse-node")]


@pytest.mark.parametrize("pair", PAIRS)
def test_layout_has_the_ranks_as_rows(pair) -> None:
    graph = BruhatInterval(*pair).graph
    layout = hasse_layout(graph)
    assert [len(row) for row in layout.rows] == graph.rank_sizes.tolist()
    for rank, row in enumerate(layout.rows):
        assert (graph.ranks[list(row)] == rank).all()
        gaps = np.diff(layout.across[list(row)])
        assert (gaps > 0.99).all()
        assert abs(layout.across[list(row)].mean()) < 1e-9
    assert layout.width <= max(0, layout.widest_row - 1) + 1e-9


@pytest.mark.parametrize("pair", PAIRS)
def test_crossings_are_counted_right(pair) -> None:
    graph = BruhatInterval(*pair).graph
    layout = hasse_layout(graph)
    assert layout.crossings == count_crossings(graph, layout)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20)
def test_shuffled_vertices_end_with_far_fewer_crossings_than_they_began(seed: int) -> None:
    graph = BruhatInterval("12345", "52341").graph
    names = np.arange(graph.num_nodes)
    rng = np.random.default_rng(seed)
    for rank in range(graph.length + 1):
        row = np.flatnonzero(graph.ranks == rank)
        names[row] = rng.permutation(row)
    shuffled = graph.relabelled(names)
    layout = hasse_layout(shuffled)
    began = layout.__class__(
        across=np.concatenate([np.arange(size) for size in graph.rank_sizes]).astype(float),
        ranks=shuffled.ranks,
        rows=(),
        crossings=0,
    )
    assert layout.crossings < 0.75 * count_crossings(shuffled, began)


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("reflections", [False, True])
def test_svg_is_valid_and_every_vertex_has_its_title(pair, reflections) -> None:
    interval = BruhatInterval(*pair)
    document = interval.hasse_svg(reflections)
    assert ElementTree.fromstring(document).tag == f"{SVG}svg"
    nodes = vertices(document)
    titles = [node.find(f"{SVG}title").text for node in nodes]
    labels = interval.node_labels()
    assert titles == [f"{z} rank {r}" for z, r in zip(labels, interval.ranks, strict=True)]
    lines = {
        p.get("class"): p.get("d") for p in ElementTree.fromstring(document).iter(f"{SVG}path")
    }
    covers = int(interval.covers.sum())
    assert lines.get("hasse-cover", "").count("M") == covers
    others = interval.num_edges - covers if reflections else 0
    assert lines.get("hasse-other", "").count("M") == others


@pytest.mark.parametrize("pair", PAIRS)
def test_everything_is_inside_the_picture_and_upwards_is_up(pair) -> None:
    interval = BruhatInterval(*pair)
    root = ElementTree.fromstring(interval.hasse_svg(reflections=True))
    width, height = float(root.get("width")), float(root.get("height"))
    for path in root.iter(f"{SVG}path"):
        numbers = np.array(re.findall(r"-?[\d.]+", path.get("d")), dtype=float).reshape(-1, 2)
        assert (numbers >= 0).all()
        assert (numbers <= [width, height]).all()
        if path.get("class") == "hasse-cover":
            assert (numbers[::2, 1] > numbers[1::2, 1]).all()
    for box in root.iter(f"{SVG}rect"):
        assert float(box.get("x", 0)) >= 0
        assert float(box.get("x", 0)) + float(box.get("width")) <= width + 0.01


def test_labels_show_where_they_fit_and_vanish_where_they_do_not() -> None:
    small, large = BruhatInterval("12345", "52341"), BruhatInterval("132546", "456312")
    texts = [t.text for t in ElementTree.fromstring(small.hasse_svg()).iter(f"{SVG}text")]
    assert set(small.node_labels()) <= set(texts)
    root = ElementTree.fromstring(large.hasse_svg())
    assert len(list(root.iter(f"{SVG}circle"))) == large.num_nodes
    assert not set(large.node_labels()) & {t.text for t in root.iter(f"{SVG}text")}


def test_labels_do_not_overlap() -> None:
    root = ElementTree.fromstring(BruhatInterval("12345", "54321").hasse_svg())
    boxes: dict[str, list[tuple[float, float]]] = {}
    for box in root.iter(f"{SVG}rect"):
        if box.get("y"):
            begin = float(box.get("x"))
            boxes.setdefault(box.get("y"), []).append((begin, begin + float(box.get("width"))))
    assert sum(map(len, boxes.values())) == 120
    for row in boxes.values():
        row.sort()
        assert all(left[1] < right[0] for left, right in pairwise(row))


def test_two_thousand_vertices_are_drawn_without_labels_and_within_bounds() -> None:
    interval = BruhatInterval("1234567", "7361452")
    document = interval.hasse_svg()
    assert interval.num_nodes == 1776
    assert len(vertices(document)) == 1776
    assert len(document) < 2_000_000
    root = ElementTree.fromstring(document)
    assert float(root.get("width")) <= 1500


def test_bytes_are_the_same_in_another_process() -> None:
    code = (
        "from data_gen.intervals import BruhatInterval;"
        "b = BruhatInterval('132546', '456312');"
        "import sys; sys.stdout.write(b.hasse_svg(True) + b.to_tikz() + b.hasse_text())"
    )
    runs = {
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
        for _ in range(2)
    }
    assert len(runs) == 1


def test_hooks_style_single_vertices_and_edges() -> None:
    interval = BruhatInterval("1324", "3412")
    document = svg(
        interval.graph,
        interval.node_labels(),
        node_style=lambda v: (
            NodeStyle(fill="#aa0011", css_class="salient") if v == 3 else NodeStyle()
        ),
        edge_style=lambda e: (
            EdgeStyle(colour="#00aa11", width=3, css_class="cube", raised=True)
            if e == 5
            else EdgeStyle(hidden=e == 0)
        ),
        title="a < b & c",
    )
    root = ElementTree.fromstring(document)
    assert root.find(f"{SVG}title").text == "a < b & c"
    chosen = [node for node in vertices(document) if "salient" in node.get("class")]
    assert len(chosen) == 1
    assert chosen[0].find(f"{SVG}rect").get("fill") == "#aa0011"
    assert chosen[0].find(f"{SVG}text").get("fill") == "#ffffff"
    paths = list(root.iter(f"{SVG}path"))
    assert [p.get("class") for p in paths] == ["hasse-cover", "hasse-cover cube"]
    assert [p.get("d").count("M") for p in paths] == [14, 1]
    assert paths[1].get("stroke-width") == "3"


def test_hooks_relabel_hide_and_escape() -> None:
    graph = BruhatInterval("12", "21").graph
    document = svg(
        graph,
        ["bottom", "top"],
        node_style=lambda v: NodeStyle(label="<1>" if v else "", title='say "&"'),
    )
    root = ElementTree.fromstring(document)
    assert len(list(root.iter(f"{SVG}circle"))) == 1
    assert "<1>" in [t.text for t in root.iter(f"{SVG}text")]
    assert [node.find(f"{SVG}title").text for node in vertices(document)] == ['say "&"'] * 2


def test_graph_without_labels_and_without_vertices() -> None:
    graph = BruhatInterval("1324", "3412").graph
    assert svg(graph).count("<circle") == 10
    assert ElementTree.fromstring(svg(IntervalGraph([], [], []))).tag == f"{SVG}svg"


@pytest.mark.parametrize("pair", PAIRS)
def test_tikz_has_every_vertex_and_every_cover(pair) -> None:
    interval = BruhatInterval(*pair)
    source = interval.to_tikz()
    assert source.count(r"\node (v") == interval.num_nodes
    assert source.count(r"\draw[gray]") == interval.covers.sum()
    assert source.count("{") == source.count("}")
    assert interval.to_tikz(reflections=True).count(r"\draw") == interval.num_edges


def test_text_shows_every_label_once_with_w_at_the_top() -> None:
    interval = BruhatInterval("12345", "52341")
    lines = interval.hasse_text(200).splitlines()
    words = " ".join(lines).split()
    assert sorted(w for w in words if w.isdigit()) == sorted(interval.node_labels())
    assert lines[0].split() == ["52341"]
    assert lines[-1].split() == ["12345"]
    assert max(map(len, lines)) <= 200
    assert all(line == line.rstrip() for line in lines)


def test_text_that_does_not_fit_is_a_profile_and_builds_nothing() -> None:
    huge = BruhatInterval(range(1, 15), range(14, 0, -1))
    lines = huge.hasse_text(80).splitlines()
    assert len(lines) == 92
    assert max(map(len, lines)) <= 80
    narrow = BruhatInterval("12345", "52341")
    assert narrow.hasse_text(40) == profile(narrow.rank_sizes, 40)


def test_profile_bars_grow_with_the_sizes() -> None:
    bars = [line.count("█") for line in profile([1, 4, 8], 37).splitlines()]
    assert bars == [32, 16, 4]


def test_text_of_one_vertex() -> None:
    assert text([1], lambda: (IntervalGraph([0], [], []), ["12"])).strip() == "12"


def test_notebook_shows_small_intervals_only() -> None:
    assert BruhatInterval("123", "321")._repr_svg_().startswith("<svg")
    assert BruhatInterval("1234567", "7654321")._repr_svg_() is None
