import xml.etree.ElementTree as ET

import numpy as np
import pytest

from analysis.charts import heat_map, type_bars
from analysis.decompositions import standard_decompositions
from analysis.drawing import CUBE_COLOUR, SALIENT_COLOURS, draw_salient
from analysis.hypercubes import maximal_hypercubes
from data_gen.intervals import BruhatInterval

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def interval():
    return BruhatInterval("1324", "4231")


def classes(picture, tag):
    root = ET.fromstring(picture)
    return [element.get("class", "") for element in root.iter(f"{SVG}{tag}")]


def test_salient_vertices_and_the_cube_are_marked(interval):
    salient = np.arange(16) < 12
    (cube, *_) = maximal_hypercubes(interval.graph, np.flatnonzero(salient).tolist()).cubes
    picture = draw_salient(interval, np.linspace(1, 2, 16), salient, cube)
    nodes = [names.split() for names in classes(picture, "g")]
    assert sum("salient" in names for names in nodes) == 12
    assert sum("cube" in names for names in nodes) == 1 << cube.dimension
    assert sum(names == ["hasse-node"] for names in nodes) == 4
    edges = [names.split() for names in classes(picture, "path")]
    assert any("cube-edge" in names for names in edges)
    assert any("salient-edge" in names for names in edges)
    assert CUBE_COLOUR in picture
    assert all(colour in picture for colour in SALIENT_COLOURS)


def test_nothing_salient_is_the_plain_diagram(interval):
    picture = draw_salient(interval, np.zeros(16), np.zeros(16, dtype=bool))
    assert not any("salient" in names or "cube" in names for names in classes(picture, "g"))
    assert not any(colour in picture for colour in SALIENT_COLOURS)


def test_the_pieces_of_a_decomposition_are_marked():
    interval = BruhatInterval("1234", "4321")
    (parts,) = [one for one in standard_decompositions(interval) if one.kind == "first"]
    picture = draw_salient(interval, np.zeros(24), np.zeros(24, dtype=bool), decomposition=parts)
    nodes = [names.split() for names in classes(picture, "g")]
    assert sum("ideal" in names for names in nodes) == 6
    assert sum("piece" in names for names in nodes) == 3
    # 2134, 3214 and 4231 are a chain: three edges, no square.
    paths = {path.get("class"): path.get("d") for path in ET.fromstring(picture).iter(f"{SVG}path")}
    assert paths["hasse-cover piece-edge"].count("M") == 1
    assert paths["hasse-other piece-edge"].count("M") == 2
    assert paths["hasse-cover ideal-edge"].count("M") == 8


def test_squares_of_the_hypercube_piece_are_drawn():
    interval = BruhatInterval("132546", "351624")
    parts = standard_decompositions(interval)[0]
    picture = draw_salient(interval, np.zeros(52), np.zeros(52, dtype=bool), decomposition=parts)
    assert (
        sum(
            path.get("d").count("M")
            for path in ET.fromstring(picture).iter(f"{SVG}path")
            if "piece-edge" in path.get("class")
        )
        == 4
    )


def test_a_lone_salient_vertex_has_the_darkest_fill(interval):
    picture = draw_salient(interval, np.ones(16), np.arange(16) == 3)
    assert picture.count(SALIENT_COLOURS[-1]) == 1


def test_every_vertex_says_its_permutation_and_score(interval):
    picture = draw_salient(interval, np.full(16, 0.25), np.arange(16) == 3)
    titles = [element.text for element in ET.fromstring(picture).iter(f"{SVG}title")]
    assert "1324, rank 0, saliency 0.25 (not salient)" in titles
    assert len(titles) == 17


def test_charts_are_the_same_bytes_every_time_and_keep_their_ids_apart():
    values = np.where(np.triu(np.ones((5, 5)), 1), 0.25, np.nan)
    counts = np.full((5, 5), 7)
    one = heat_map(values, counts, "One", "first", 0.5)
    assert one == heat_map(values, counts, "One", "first", 0.5)
    two = heat_map(values, counts, "Two", "second", 0.5)
    ids = [e.get("id") for chart in (one, two) for e in ET.fromstring(chart).iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    assert "+25%" in one
    assert one.count("+25%") == 10


def test_a_chart_does_not_style_the_rest_of_the_page():
    picture = heat_map(np.full((4, 4), np.nan), np.zeros((4, 4)), "Empty", "empty", 0.1)
    assert "*{" not in picture.replace("#empty-figure_1 *{", "")
    assert "none" in picture


def test_bars_without_any_salient_edge_can_be_drawn():
    nothing = np.full(3, np.nan)
    picture = type_bars(
        [
            ("trained", "trained", nothing, np.full((3, 2), np.nan)),
            ("untrained", "untrained", nothing, np.full((3, 4), np.nan)),
        ],
        np.array([0.2, 0.5, 0.3]),
        ("1 of 3", "0 of 3", "0 of 3"),
        "bars",
    )
    assert ET.fromstring(picture).tag == f"{SVG}svg"
    assert picture.count("differs from 0 of 3 controls") == 2
