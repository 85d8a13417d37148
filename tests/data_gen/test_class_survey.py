"""The survey of isomorphism classes: on data of S_n, and on tables with a flaw put in."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data_gen import class_survey
from data_gen.class_survey import ClassSurvey, survey_dataset, survey_rows
from data_gen.dataset import IntervalDataset
from data_gen.errors import DatasetError, UsageError
from data_gen.generation import generate
from data_gen.intervals import BruhatInterval
from data_gen.isomorphism import certificate, colour_certificate
from data_gen.kl_single import kl_coefficients
from data_gen.kl_table import KLTable

HEADER = ["n", "x", "w", "num_nodes", "kl", "iso_class", "colours"]

POINT = (2, "12", "12", 1, "1", "point", "point")
EDGE = (2, "12", "21", 2, "1", "edge", "edge")
CROWN = (4, "1324", "3412", 10, "1,1", "crown", "crown")
SQUARE = (4, "1234", "2143", 4, "1", "square", "square")


def table(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=HEADER)


def survey_of(*rows: tuple, n: int = 4) -> ClassSurvey:
    return survey_rows(table(*rows), {n: 100})[0]


@pytest.fixture(scope="module")
def classes(tmp_path_factory) -> IntervalDataset:
    folder = tmp_path_factory.mktemp("survey") / "s345"
    return generate([3, 4, 5], folder, select="classes")


def test_survey_of_a_dataset(classes) -> None:
    surveys = survey_dataset(classes)
    assert [survey.n for survey in surveys] == [3, 4, 5]
    assert [survey.intervals for survey in surveys] == [19, 213, 3781]
    assert [survey.classes for survey in surveys] == [4, 14, 91]
    assert [len(survey.polynomials) for survey in surveys] == [1, 2, 5]
    assert all(survey.invariant for survey in surveys)
    assert all(survey.inseparable.count == 0 for survey in surveys)


def test_two_threads_find_the_same(classes) -> None:
    assert survey_dataset(classes, workers=2) == survey_dataset(classes)


def test_classes_of_each_n_do_not_depend_on_the_other_n(classes, tmp_path) -> None:
    alone = survey_dataset(generate(5, tmp_path / "s5"))[0]
    among = survey_dataset(classes, [5])[0]
    assert (alone.intervals, alone.classes) == (among.intervals, among.classes)
    assert [(p.kl, p.classes, p.smallest.num_nodes) for p in alone.polynomials] == [
        (p.kl, p.classes, p.smallest.num_nodes) for p in among.polynomials
    ]


def test_polynomials_against_a_count_over_all_intervals(classes, tmp_path) -> None:
    """From the dataset with every interval, and smallest intervals from scratch."""
    everything = generate(4, tmp_path / "all", select="all").to_pandas(["kl", "iso_class"])
    distinct = set(zip(everything["iso_class"], map(tuple, everything["kl"]), strict=True))
    survey = survey_dataset(classes, [4])[0]
    assert {p.kl: p.classes for p in survey.polynomials} == Counter(kl for _, kl in distinct)
    assert sum(p.classes for p in survey.polynomials) == survey.classes


def test_representatives_are_what_they_claim(classes) -> None:
    for shared in survey_dataset(classes, [5])[0].polynomials:
        one = shared.smallest
        interval = BruhatInterval(one.x, one.w)
        assert kl_coefficients(interval.x, interval.w) == one.kl == shared.kl
        assert (interval.num_nodes, certificate(interval.graph)) == (one.num_nodes, one.iso_class)


def test_colours_are_those_of_the_graphs(classes) -> None:
    rows = class_survey._read(classes, 1, class_survey.no_progress)
    assert len(rows) == classes.num_rows
    for x, w, colours in zip(rows["x"], rows["w"], rows["colours"], strict=True):
        assert colour_certificate(BruhatInterval(x, w).graph) == colours


def test_limited_datasets(tmp_path) -> None:
    dataset = generate(5, tmp_path / "small", max_nodes=30)
    survey = survey_dataset(dataset)[0]
    assert survey.intervals == dataset.manifest.counts["intervals"] < 3781
    assert survey.classes == dataset.num_rows < 91


def test_to_dict_is_json(classes) -> None:
    survey = survey_dataset(classes, [4])[0]
    content = json.loads(json.dumps(survey.to_dict()))
    assert content["invariant"] is True
    assert content["polynomials"][1]["smallest"]["w"] == "3412"
    assert content["inseparable"] == {"count": 0, "examples": []}


def test_no_flaw() -> None:
    survey = survey_of(CROWN, EDGE, POINT)
    assert (survey.intervals, survey.classes, survey.invariant) == (100, 3, True)
    assert [(p.kl, p.classes) for p in survey.polynomials] == [((1,), 2), ((1, 1), 1)]
    assert survey.polynomials[0].smallest.iso_class == "point"
    assert survey.inseparable.count == survey.inseparable_and_different.count == 0


def test_a_class_with_two_polynomials_is_found() -> None:
    other = (4, "2143", "4231", 10, "1,2", "crown", "crown")
    survey = survey_of(POINT, other, CROWN)
    assert not survey.invariant
    assert survey.classes == 2
    assert survey.counterexamples.count == 1
    ((one, two),) = survey.counterexamples.examples
    assert (one.x, one.w, one.kl) == ("1324", "3412", (1, 1))
    assert (two.x, two.w, two.kl) == ("2143", "4231", (1, 2))
    assert [(p.kl, p.classes) for p in survey.polynomials] == [((1,), 1), ((1, 1), 1), ((1, 2), 1)]
    assert survey.to_dict()["invariant"] is False


def test_a_violation_in_a_larger_n_is_none_of_a_smaller_one() -> None:
    other = (5, "21435", "42315", 10, "1,2", "crown", "crown")
    small, large = survey_rows(table(CROWN, other), {5: 7, 4: 3})
    assert (small.n, small.invariant, large.n, large.invariant) == (4, True, 5, False)


def test_equal_colours_and_equal_polynomials() -> None:
    twin = (4, "1243", "2134", 4, "1", "other square", "square")
    survey = survey_of(SQUARE, twin, POINT)
    assert survey.inseparable.count == 1
    assert [r.iso_class for r in survey.inseparable.examples[0]] == ["square", "other square"]
    assert survey.inseparable_and_different.count == 0
    assert survey.invariant


def test_equal_colours_and_different_polynomials() -> None:
    """Three classes of one colour, two of them with the same polynomial: 3 pairs, 2 differ."""
    twins = [
        (4, "1243", "2134", 4, "1", "second square", "square"),
        (4, "1324", "4231", 4, "1,1", "third square", "square"),
    ]
    survey = survey_of(SQUARE, *twins, POINT)
    assert survey.inseparable.count == 3
    assert survey.inseparable_and_different.count == 2
    ((one, two),) = survey.inseparable_and_different.examples
    assert {one.kl, two.kl} == {(1,), (1, 1)}
    assert survey.invariant


def test_only_the_smallest_examples_are_kept() -> None:
    rows = [
        (4, "1234", "1243", size, kl, f"class {size} {kl}", f"colours {size}")
        for size in range(30, 0, -1)
        for kl in ("1", "1,1")
    ]
    pairs = survey_of(*rows).inseparable_and_different
    assert pairs.count == 30
    assert [one.num_nodes for one, _ in pairs.examples] == list(range(1, 11))


def test_large_groups_are_counted_not_listed() -> None:
    rows = [(4, "1234", "1243", 9, str(k % 2), f"class {k}", "same") for k in range(3000)]
    survey = survey_of(*rows)
    assert survey.inseparable.count == 3000 * 2999 // 2
    assert survey.inseparable_and_different.count == 1500 * 1500
    assert len(survey.inseparable.examples) == 1


class FlawedTable:
    """A table in which the polynomial of one pair has become 1 + 7q."""

    def __init__(self, table: KLTable, x: int, w: int) -> None:
        self.table, self.x, self.w = table, x, w

    def __getattr__(self, name: str):
        return getattr(self.table, name)

    @property
    def polynomials(self):
        return (*self.table.polynomials, (1, 7))

    def lookup(self, xs, ws):
        wrong = (np.asarray(xs) == self.x) & (np.asarray(ws) == self.w)
        return np.where(wrong, len(self.table.polynomials), self.table.lookup(xs, ws))


def put_in_a_flaw(monkeypatch: pytest.MonkeyPatch) -> None:
    """1324 and 3412 are the permutations 2 and 16 of S_4."""
    compute = KLTable.compute
    monkeypatch.setattr(
        KLTable, "compute", lambda *args, **options: FlawedTable(compute(*args, **options), 2, 16)
    )


def test_a_violation_in_the_tables_is_found_by_generating_once_more(
    monkeypatch, tmp_path: Path
) -> None:
    """The manifest knows only that there is one; its dataset has one row of each class."""
    put_in_a_flaw(monkeypatch)
    dataset = generate(4, tmp_path / "flawed")
    assert dataset.manifest.counts["classes_with_two_polynomials"] == 1
    survey = survey_dataset(dataset)[0]
    assert (survey.classes, survey.invariant, survey.counterexamples.count) == (14, False, 1)
    ((one, two),) = survey.counterexamples.examples
    assert one.iso_class == two.iso_class
    assert {one.kl, two.kl} == {(1, 1), (1, 7)}


def test_a_violation_that_does_not_come_again_is_no_answer(monkeypatch, tmp_path: Path) -> None:
    with monkeypatch.context() as context:
        put_in_a_flaw(context)
        dataset = generate(4, tmp_path / "flawed")
    with pytest.raises(DatasetError, match="none of them does when all is computed again"):
        survey_dataset(dataset)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"select": "all"}, "--select all; this needs --select classes"),
        ({"where": "num_nodes > 3"}, "--where 'num_nodes > 3'"),
        ({"limit": 5}, "--limit 5"),
    ],
)
def test_other_datasets_are_refused(tmp_path, options, message) -> None:
    dataset = generate(4, tmp_path / "other", **options)
    with pytest.raises(DatasetError, match=message):
        survey_dataset(dataset)


def test_an_n_that_is_not_there(classes) -> None:
    with pytest.raises(UsageError, match=r"n = 6 is not in .*, which has n = 3, 4, 5"):
        survey_dataset(classes, [4, 6])


@pytest.mark.slow
def test_survey_of_s6_and_s7(tmp_path) -> None:
    """Facts: combinatorial invariance holds on all of S_7, and colours tell all classes apart."""
    six, seven = survey_dataset(generate([6, 7], tmp_path / "s67"))
    assert (six.intervals, six.classes, len(six.polynomials)) == (98_407, 1520, 17)
    assert (seven.intervals, seven.classes, len(seven.polynomials)) == (3_550_919, 48_931, 98)
    for survey in (six, seven):
        assert survey.invariant
        assert survey.inseparable.count == 0
