import json
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from analysis.decompositions import KINDS, standard_decompositions
from analysis.report.explorer import Explorer, explored
from analysis.report.single import explorer_page, interval_page
from data_gen.hasse import tikz
from data_gen.hasse_layout import hasse_layout
from data_gen.intervals import BruhatInterval
from data_gen.polynomials import format_polynomial

SVG = "{http://www.w3.org/2000/svg}"
PAIRS = [
    ("12", "21"),
    ("123", "321"),
    ("1324", "3412"),
    ("2143", "4231"),
    ("1234", "4321"),
    ("12345", "52341"),
    ("132546", "345612"),
    ("132546", "351624"),
    ("132546", "456312"),
    ("1,3,2,4,5,6,7,8,9,10", "3,4,1,2,5,6,7,10,9,8"),
]
FILLED = "#picture .hasse-node rect:not([fill='#ffffff'])"


@pytest.fixture
def page(opened, explorer_file):
    return opened(explorer_file)


@pytest.fixture(scope="module")
def calculator(browser, explorer_file):
    """A page that is only calculated with."""
    page = browser.new_page()
    page.goto(explorer_file.resolve().as_uri())
    yield page
    page.close()


def find(page, **values):
    """Sets fields of the search form, waits until it has searched, and says what was found."""
    for name, value in values.items():
        field = page.locator(f"#find-{name}")
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(str(value))
    page.wait_for_timeout(200)
    return found(page)


def found(page):
    return [pair(text) for text in page.evaluate("Explorer.shown().map((e) => `[${e.x}, ${e.w}]`)")]


def pair(text):
    return tuple(text[1 : text.index("]")].split(", "))


def show(page, x, w):
    assert find(page, permutation=f"{x} {w}") == [(x, w)]


def ends(entries):
    return [(entry.x, entry.w) for entry in entries]


def edge_counts(page):
    """How many edges are drawn in each class."""
    counts = Counter()
    for path in page.locator("#picture path[class^=hasse]").all():
        counts[path.get_attribute("class")] += path.get_attribute("d").count("M")
    return counts


def open_one(opened, tmp_path, x, w, scores, salient, polynomial=(1,)):
    """The page of an interval with any scores."""
    one = explored(BruhatInterval(x, w), polynomial, [{0: 1.0}], scores, salient)
    path = tmp_path / "one.html"
    path.write_text(explorer_page(Explorer((one,)), "one"), encoding="utf-8")
    return opened(path)


# --- the mathematics


@pytest.mark.parametrize(("x", "w"), PAIRS)
def test_the_page_rebuilds_the_interval(calculator, x, w):
    built = calculator.evaluate(
        """([x, w]) => {
            const built = Bruhat.interval(Bruhat.parse(x), Bruhat.parse(w));
            const { rows, across } = Bruhat.layout(built);
            const edges = built.edges.map((e) => [e.source, e.target, e.i, e.j, e.cover]);
            return { names: built.names, ranks: built.ranks, edges, rows, across: [...across] };
        }""",
        [x, w],
    )
    known = BruhatInterval(x, w)
    assert built["names"] == known.node_labels()
    assert built["ranks"] == known.ranks.tolist()
    edges = np.column_stack([known.edges, known.reflections, known.covers])
    assert built["edges"] == [[*edge[:4], bool(edge[4])] for edge in edges.tolist()]
    layout = hasse_layout(known.graph)
    assert built["rows"] == [list(row) for row in layout.rows]
    assert built["across"] == pytest.approx(layout.across.tolist())


@pytest.mark.parametrize(("x", "w"), PAIRS)
def test_the_page_finds_the_standard_decompositions(calculator, x, w):
    mine = calculator.evaluate(
        """([x, w]) => {
            const built = Bruhat.interval(Bruhat.parse(x), Bruhat.parse(w));
            return Bruhat.KINDS.map((kind) => Bruhat.decomposition(built, kind)).filter(Boolean);
        }""",
        [x, w],
    )
    theirs = standard_decompositions(BruhatInterval(x, w))
    assert [parts["kind"] for parts in mine] == [parts.kind for parts in theirs]
    for one, other in zip(mine, theirs, strict=True):
        assert one["ideal"] == other.ideal.tolist()
        assert one["top"] == other.z
        assert one["targets"] == list(other.targets)
        assert one["cube"] == [0, *np.flatnonzero(other.hypercube).tolist()]


def test_every_decomposition_of_the_dataset_is_right(calculator, explorer):
    mine = calculator.evaluate(
        """() => Explorer.all.map(({ bottom, top }) => {
            const built = Bruhat.interval(bottom, top);
            return Bruhat.KINDS.map((kind) => Bruhat.decomposition(built, kind)).filter(Boolean)
                .map((parts) => [parts.kind, parts.top, parts.cube]);
        })"""
    )
    theirs = [
        [
            [parts.kind, parts.z, [0, *np.flatnonzero(parts.hypercube).tolist()]]
            for parts in standard_decompositions(BruhatInterval(one.x, one.w))
        ]
        for one in explorer.intervals
    ]
    assert mine == theirs


def test_a_deleted_letter_leads_to_a_smaller_group(calculator):
    delete = "kind => Bruhat.format(Bruhat.withoutLetter([1, 5, 3, 6, 2, 4], kind))"
    smaller = {kind: calculator.evaluate(delete, kind) for kind in KINDS}
    assert smaller == {"first": "42513", "last": "14352", "pos1": "42513", "posn": "15324"}


def test_scores_and_salient_vertices_arrive(page, explorer):
    one = max(explorer.intervals, key=lambda one: one.num_nodes)
    show(page, one.x, one.w)
    state = page.evaluate("(({ scores, salient }) => [scores, [...salient]])(Explorer.state())")
    assert state[0] == pytest.approx(one.scores.tolist(), abs=float(one.scores.max()) / 60_000)
    assert state[1] == list(one.salient)


# --- the list


def test_the_list_holds_every_interval(page, explorer):
    texts = page.locator("#interval-list .ends").all_text_contents()
    assert [pair(text) for text in texts] == found(page) == ends(explorer.intervals)
    total = len(explorer.intervals)
    assert page.text_content("#found") == f"{total} of {total} intervals"
    assert page.locator("#interval-list [aria-selected=true]").count() == 1


def test_intervals_are_found_by_an_end(page, explorer):
    wanted = [one for one in explorer.intervals if "1324" in (one.x, one.w)]
    assert wanted
    for text in ("1324", "1 3 2 4", "[1,3,2,4]"):
        assert find(page, permutation=text) == ends(wanted)
    begin = [one for one in explorer.intervals if one.x.startswith("13") or one.w.startswith("13")]
    assert find(page, permutation="13") == ends(begin)


def test_intervals_are_found_by_a_vertex(page, explorer):
    every = [one for one in explorer.intervals if len(one.x) == 5]
    inside = {one: set(BruhatInterval(one.x, one.w).node_labels()) for one in every}
    for vertex in ("21435", "34512", "15432", "52341"):
        wanted = [one for one in every if vertex in inside[one]]
        assert 0 < len(wanted) < len(every)
        assert find(page, permutation=vertex, where="inside") == ends(wanted)


def test_intervals_are_found_by_polynomial(page, explorer):
    shapes = Counter(one.polynomial for one in explorer.intervals)
    assert page.locator("#find-polynomial option").count() == len(shapes) + 1
    for shape, number in shapes.items():
        wanted = [one for one in explorer.intervals if one.polynomial == shape]
        value = ",".join(map(str, shape))
        assert find(page, polynomial=value) == ends(wanted)
        text = page.locator(f'#find-polynomial option[value="{value}"]').text_content()
        assert text == f"{format_polynomial(shape)} ({number})"


def test_intervals_are_found_by_size_answer_and_split(page, explorer):
    every = explorer.intervals
    middle = [one for one in every if 10 <= one.num_nodes <= 20]
    assert find(page, least=10, most=20) == ends(middle)
    find(page, least="", most="")
    for answer, is_right in (("right", True), ("wrong", False)):
        assert find(page, answer=answer) == ends([e for e in every if right(e) == is_right])
    find(page, answer="")
    for split in ("train", "val", "test"):
        assert find(page, split=split) == ends([e for e in every if e.split == split])
    page.click("#find button[type=reset]")
    page.wait_for_timeout(100)
    assert found(page) == ends(every)


def right(one):
    said = [1, *(values[0][0] for values in one.said)]
    return np.array_equal(np.trim_zeros(said, "b"), one.polynomial)


def test_nothing_found_is_said_and_nothing_else_is_shown(page):
    show(page, "1324", "3412")
    page.check("input[name=decomposition][value=first]")
    assert find(page, permutation="21 12", answer="wrong", least=3) == []
    assert page.text_content("#found").startswith("0 of ")
    assert page.text_content("#nothing-asked") == (
        "No interval on this page matches: "
        "permutation 21 12, at least 3 vertices, prediction wrong."
    )
    assert "21 is not below 12" in page.text_content("#nothing-help")
    for name in ("#picture", "#shown-title", "#layers", "#interval-list", ".actions"):
        assert not page.is_visible(name)
    assert find(page, permutation="123456 132456") == []
    assert "klgnn report RUN --interval 123456 132456" in page.text_content("#nothing-help")
    assert find(page, permutation="<b>9</b>") == []
    assert "permutation <b>9</b>," in page.text_content("#nothing-asked")
    assert page.text_content("#nothing-help") == ""


def test_a_search_in_vain_can_be_cleared(page, explorer):
    show(page, "1324", "3412")
    find(page, permutation="nothing")
    page.click("#nothing button")
    page.wait_for_timeout(100)
    assert found(page) == ends(explorer.intervals)
    assert not page.is_visible("#nothing")
    assert page.is_visible("#picture svg")
    assert pair(page.text_content("#shown-title")) == ("1324", "3412")
    find(page, permutation="nothing")
    other = explorer.intervals[-1]
    show(page, other.x, other.w)
    assert pair(page.text_content("#shown-title")) == (other.x, other.w)


def open_several(opened, tmp_path, intervals):
    path = tmp_path / "several.html"
    path.write_text(explorer_page(Explorer(tuple(intervals)), "several"), encoding="utf-8")
    return opened(path)


def test_an_unknown_polynomial_is_neither_right_nor_wrong(opened, tmp_path):
    known = BruhatInterval("1324", "3412")
    scores, salient = np.arange(10.0), np.arange(10) > 6
    polynomials = {"right": (1, 1), "wrong": (1, 2), "unknown": None}
    page = open_several(
        opened,
        tmp_path,
        [
            explored(known, polynomial, [{1: 0.9, 0: 0.1}], scores, salient, row=row)
            for row, polynomial in enumerate(polynomials.values())
        ],
    )
    rows = "Explorer.shown().map((entry) => entry.row)"
    for row, answer in enumerate(polynomials):
        find(page, answer=answer)
        assert page.evaluate(rows) == [row]
        page.locator("#interval-list li").click()
        assert ("predicted" in page.text_content("#shown-title")) == (answer != "unknown")
    assert page.locator(".miss").count() == 0
    find(page, answer="")
    assert page.locator(".miss").count() == 1
    options = page.locator("#find-polynomial option").all_text_contents()
    assert options == ["any", "1 + q (1)", "1 + 2q (1)", "unknown (1)"]
    find(page, polynomial="unknown")
    assert page.evaluate(rows) == [2]


def test_without_unknown_polynomials_nobody_is_asked_about_them(page):
    options = page.locator("#find-answer option").all_text_contents()
    assert options == ["any", "right", "wrong"]


def test_names_are_text_and_never_markup(opened, tmp_path):
    scores, salient = np.arange(2.0), np.arange(2) > 0
    one = explored(BruhatInterval("12", "21"), (1,), [{0: 1.0}], scores, salient)
    evil = replace(one, x="<b>12</b>", split='<img src=x onerror="document.title=1">', row=7)
    page = open_several(opened, tmp_path, [evil, one])
    page.locator("#interval-list li").first.click()
    assert page.text_content("#shown-title").startswith("[<b>12</b>, 21] in S")
    assert '<img src=x onerror="document.title=1"> split, row 7' in page.text_content(
        "#shown-facts"
    )
    assert "[<b>12</b>, 21]" in page.text_content("#interval-list")
    assert page.locator("#explorer img, #explorer b").count() == 0
    assert page.title() == "klgnn: several"


def test_the_list_can_be_ordered(page, explorer):
    orders = {
        "vertices": lambda one: one.num_nodes,
        "salient": lambda one: -len(one.salient),
        "permutation": lambda one: (len(one.x), one.x, one.w),
        "polynomial": lambda one: (len(one.polynomial), one.polynomial[::-1]),
    }
    for name, key in orders.items():
        assert find(page, order=name) == ends(sorted(explorer.intervals, key=key))


def test_the_list_obeys_the_keyboard(page, explorer):
    names = ends(explorer.intervals)
    page.focus("#interval-list")

    def chosen():
        option = page.get_attribute("#interval-list", "aria-activedescendant")
        assert page.get_attribute(f"#{option}", "aria-selected") == "true"
        return pair(page.text_content("#shown-title"))

    easy = [one for one in explorer.intervals if one.num_nodes <= 60]
    beginning = max(easy, key=lambda one: len(one.salient))
    assert chosen() == (beginning.x, beginning.w)
    keys = (
        ("Home", 0),
        ("ArrowDown", 1),
        ("PageDown", 11),
        ("ArrowUp", 10),
        ("End", -1),
        ("Home", 0),
    )
    for key, place in keys:
        page.keyboard.press(key)
        assert chosen() == names[place]
    page.locator("#interval-list li").nth(3).click()
    assert chosen() == names[3]


def test_the_chosen_line_is_in_sight(page):
    page.focus("#interval-list")
    page.keyboard.press("End")
    sight, line = (
        page.locator(name).bounding_box()
        for name in ("#interval-list", "#interval-list [aria-selected=true]")
    )
    assert sight["y"] <= line["y"] < sight["y"] + sight["height"]


# --- the picture


def test_saliency_has_three_ways(page, explorer):
    one = max(explorer.intervals, key=lambda one: len(one.salient))
    show(page, one.x, one.w)
    assert page.locator("#picture .salient").count() == len(one.salient)
    assert page.locator(FILLED).count() == len(one.salient)
    page.check("input[name=saliency][value=none]")
    assert page.locator(FILLED).count() == 0
    assert edge_counts(page) == {"hasse-cover": BruhatInterval(one.x, one.w).covers.sum()}
    page.check("input[name=saliency][value=all]")
    levels = np.round(one.scores / one.scores.max() * 12)
    assert page.locator(FILLED).count() == np.count_nonzero(levels)


@pytest.mark.parametrize("kind", KINDS)
def test_decompositions_are_drawn_and_explained(opened, tmp_path, kind):
    scores = np.arange(14.0)
    page = open_one(opened, tmp_path, "1234", "3412", scores, scores > 11)
    page.check(f"input[name=decomposition][value={kind}]")
    known = BruhatInterval("1234", "3412")
    (parts,) = [parts for parts in standard_decompositions(known) if parts.kind == kind]
    assert page.locator("#picture .in-ideal").count() == parts.ideal.sum()
    assert page.locator("#picture .in-piece").count() == parts.hypercube.sum() + 1
    columns = [
        page.locator(f"#decomposition-facts td:nth-child({k})").all_text_contents()
        for k in (2, 3, 4)
    ]
    masks = [parts.ideal, parts.hypercube, ~(parts.ideal | parts.hypercube)]
    assert [int(text.split()[0]) for text in columns[0]] == [mask.sum() for mask in masks]
    shares = [f"{100 * scores[mask].sum() / scores.sum():.1f}%" for mask in masks]
    assert columns[1] == shares
    assert [int(text) for text in columns[2]] == [(scores[mask] > 11).sum() for mask in masks]
    top = "".join(map(str, known.nodes[parts.z]))
    assert f"[1234, {top}]" in page.text_content("#decomposition-facts")


def test_a_shared_letter_is_no_decomposition(opened, tmp_path):
    page = open_one(opened, tmp_path, "1243", "1432", np.ones(4), np.ones(4, dtype=bool))
    page.check("input[name=decomposition][value=first]")
    assert "no such decomposition" in page.text_content("#decomposition-facts")
    assert page.locator("#picture .halo").count() == 0


def test_reflections_are_coloured_by_type(page):
    show(page, "1234", "4321")
    page.check("input[name=saliency][value=none]")
    known = BruhatInterval("1234", "4321")
    types, covers = Counter(), Counter()
    for (i, j), cover in zip(known.reflections.tolist(), known.covers.tolist(), strict=True):
        kind = "simple" if j == i + 1 else "extremal" if i == 1 or j == 4 else "other"
        types[kind] += 1
        covers[kind] += cover
    for kind in ("simple", "extremal", "other"):
        page.check(f"input[name=type][value={kind}]")
        drawn = edge_counts(page)
        assert drawn[f"hasse-cover {kind}-edge"] == covers[kind]
        assert sum(drawn.values()) == 58
        page.check("#show-reflections")
        drawn = edge_counts(page)
        assert drawn[f"hasse-cover {kind}-edge"] + drawn[f"hasse-other {kind}-edge"] == types[kind]
        assert sum(drawn.values()) == 72
        page.uncheck("#show-reflections")
        page.uncheck(f"input[name=type][value={kind}]")


def test_hypercubes_can_be_chosen(page, explorer):
    one = max(explorer.intervals, key=lambda one: len(one.cubes))
    assert len(one.cubes) > 1
    show(page, one.x, one.w)
    assert page.locator("#show-cube option").count() == len(one.cubes) + 1
    for number, cube in enumerate(one.cubes[:3]):
        page.select_option("#show-cube", str(number))
        assert page.locator("#picture .cube").count() == len(cube)
        drawn = edge_counts(page)
        dimension = len(cube).bit_length() - 1
        sides = drawn["hasse-cover cube-edge"] + drawn["hasse-other cube-edge"]
        assert sides == dimension * len(cube) // 2
    page.select_option("#show-cube", "")
    assert page.locator("#picture .cube").count() == 0


def test_a_vertex_tells_about_itself_under_the_pointer_and_the_focus(page):
    show(page, "1324", "3412")
    name = BruhatInterval("1324", "3412").node_labels()[4]
    page.hover('[data-vertex="4"]')
    assert page.text_content("#vertex").startswith(f"{name} rank 1, saliency ")
    page.mouse.move(0, 0)
    assert "Point at a vertex" in page.text_content("#vertex")
    page.focus('[data-vertex="0"]')
    assert page.text_content("#vertex").startswith("1324 rank 0, saliency ")
    assert page.get_attribute("#picture .near", "d").count("M") == 4


def test_the_picture_obeys_the_arrows(page):
    show(page, "1324", "3412")
    rows = hasse_layout(BruhatInterval("1324", "3412").graph).rows
    page.focus('[data-vertex="0"]')

    def after(key):
        page.keyboard.press(key)
        return int(page.evaluate("document.activeElement.dataset.vertex"))

    above = after("ArrowUp")
    assert above in rows[1]
    place = rows[1].index(above)
    assert after("ArrowRight") == rows[1][place + 1]
    assert after("ArrowLeft") == above
    assert after("End") == 9
    assert after("ArrowDown") in rows[2]
    assert after("Home") == 0
    assert page.locator("#picture [tabindex='0']").count() == 1


def test_everything_is_reached_by_tab(page):
    reached = set()
    page.focus("#find-permutation")
    for _ in range(40):
        reached.add(
            page.evaluate(
                """(({ dataset, name, id }) =>
                    dataset.copy || name || id || (dataset.vertex && "vertex"))
                    (document.activeElement)"""
            )
        )
        page.keyboard.press("Tab")
    assert {"find-polynomial", "interval-list", "saliency", "decomposition", "type"} <= reached
    assert {"show-reflections", "actual-size", "vertex", "tikz", "save-svg", "save-json"} <= reached


def test_every_field_has_a_name(page):
    nameless = page.evaluate(
        """[...document.querySelectorAll("input, select, textarea, button")].filter((field) =>
            !field.getAttribute("aria-label") && !(field.labels || []).length
            && !(field.tagName === "BUTTON" && field.textContent.trim())
        ).map((field) => field.id)"""
    )
    assert nameless == []


def test_layers_stay_when_another_interval_is_chosen(page):
    page.check("input[name=saliency][value=all]")
    page.check("#show-reflections")
    page.focus("#interval-list")
    page.keyboard.press("End")
    assert page.is_checked("input[name=saliency][value=all]")
    assert any(name.startswith("hasse-other") for name in edge_counts(page))


def test_the_picture_has_its_own_size_on_request(page):
    show(page, "1324", "3412")
    page.check("#actual-size")
    box = page.locator("#picture svg").bounding_box()
    assert box["width"] == pytest.approx(float(page.get_attribute("#picture svg", "width")), abs=1)


def test_predictions_are_shown(page, explorer):
    one = explorer.intervals[-1]
    show(page, one.x, one.w)
    rows = page.locator("#said tr")
    assert rows.count() == len(one.said)
    for k, values in enumerate(one.said):
        share = rows.nth(k).locator(".share").first.text_content()
        assert float(share.strip("%")) == pytest.approx(100 * values[0][1], abs=0.06)
        true = (*one.polynomial, 0, 0, 0, 0)[k + 1]
        assert rows.nth(k).locator("td").first.text_content() == str(true)


# --- copies, downloads, paper


def copied(page, kind):
    page.click(f"[data-copy={kind}]")
    # A locator, not a script: the page's policy lets nobody evaluate one.
    page.locator("#copied-note").filter(has_text="Copied:").wait_for()
    return page.input_value("#copied-text")


def test_an_interval_can_be_copied(page):
    show(page, "1324", "3412")
    assert copied(page, "one-line") == "[1324, 3412]"
    assert copied(page, "latex") == r"$[1324,\,3412]$, $P = 1 + q$"
    sage = copied(page, "sage")
    assert sage.startswith("x, w = Permutation([1, 3, 2, 4]), Permutation([3, 4, 1, 2])\n")
    assert "bruhat_lequal" in sage


@pytest.mark.parametrize(("x", "w"), [("1324", "3412"), ("1234", "4321"), ("12345", "52341")])
def test_tikz_is_that_of_data_gen(opened, tmp_path, x, w):
    known = BruhatInterval(x, w)
    nothing = np.zeros(known.num_nodes)
    page = open_one(opened, tmp_path, x, w, nothing, nothing.astype(bool))
    assert copied(page, "tikz") == tikz(known.graph, known.node_labels())
    page.check("#show-reflections")
    assert copied(page, "tikz") == tikz(known.graph, known.node_labels(), other_edges=True)


def test_tikz_has_the_layers(page):
    show(page, "1234", "4321")
    page.check("input[name=decomposition][value=first]")
    text = copied(page, "tikz")
    assert r"\definecolor{k0f766e}{HTML}{0F766E}" in text
    assert text.count("draw=k0f766e") + text.count("draw=k6d3fb0") == 6 + 3
    assert text.count(r"\node") == 24


def saved(page, button, folder):
    with page.expect_download() as waiting:
        page.click(button)
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def test_the_picture_and_its_data_can_be_downloaded(page, tmp_path):
    known = BruhatInterval("1324", "3412")
    show(page, "1324", "3412")
    picture = saved(page, "#save-svg", tmp_path)
    assert picture.name == "interval-1324-3412.svg"
    root = ET.parse(picture).getroot()
    assert root.tag == f"{SVG}svg"
    nodes = [node for node in root.iter(f"{SVG}g") if "hasse-node" in node.get("class", "")]
    titles = [node.find(f"{SVG}title").text for node in nodes]
    assert [title.split(",")[0] for title in titles] == known.node_labels()
    data = json.loads(saved(page, "#save-json", tmp_path).read_text(encoding="utf-8"))
    assert [vertex["permutation"] for vertex in data["vertices"]] == known.node_labels()
    assert [edge["reflection"] for edge in data["edges"]] == known.reflections.tolist()
    assert data["polynomial"] == [1, 1]
    assert data["decompositions"]["first"]["top"] == "1432"


def test_on_paper_the_chosen_interval_stays_and_the_controls_go(page):
    show(page, "1324", "3412")
    page.emulate_media(media="print")
    for name in (".finder", "#layers", ".actions", "#vertex"):
        assert not page.is_visible(name)
    for name in ("#picture svg", "#shown-title", "#said"):
        assert page.is_visible(name)


@pytest.mark.parametrize("width", [360, 800, 1800])
def test_the_page_is_as_wide_as_the_window(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_large_intervals_are_drawn_without_labels(opened, tmp_path):
    scores = np.linspace(0, 1, 720)
    page = open_one(opened, tmp_path, "123456", "654321", scores, scores > 2)
    assert page.locator("#picture circle").count() == 720
    assert page.locator("#picture .hasse-node text").count() == 0
    page.focus('[data-vertex="719"]')
    assert page.text_content("#vertex").startswith("654321 rank 15, saliency 1, 100%")


def test_the_page_of_one_interval(opened, run, tmp_path):
    path = tmp_path / "one.html"
    path.write_text(interval_page(run, "1324", "3412"), encoding="utf-8")
    page = opened(path)
    assert page.text_content("h1") == "[1324, 3412] in S4"
    assert not page.is_visible(".finder")
    assert "P = 1 + q;" in page.text_content("#shown-facts")
    page.check("input[name=decomposition][value=first]")
    assert page.locator("#picture .in-ideal").count() == 4


def test_an_unknown_polynomial_is_called_unknown(opened, tmp_path):
    page = open_one(
        opened, tmp_path, "1324", "3412", np.ones(10), np.ones(10, dtype=bool), polynomial=None
    )
    assert "P = unknown;" in page.text_content("#shown-facts")
    assert copied(page, "latex") == r"$[1324,\,3412]$"
