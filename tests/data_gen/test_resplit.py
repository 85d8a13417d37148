"""The rows of a dataset under another split."""

import pytest

from data_gen.dataset import IntervalDataset
from data_gen.errors import UsageError
from data_gen.generation import generate
from data_gen.importing import import_pairs
from data_gen.leak import find_leak
from data_gen.resplit import split_dataset
from data_gen.split_rule import SplitRule
from tests.data_gen.test_generation import contents


@pytest.fixture(scope="module")
def dataset(tmp_path_factory) -> IntervalDataset:
    return generate([4, 5], tmp_path_factory.mktemp("split") / "s45", select="all", max_nodes=30)


@pytest.mark.parametrize(
    "rule",
    [
        SplitRule(),
        SplitRule(seed=5),
        SplitRule(by="n"),
        SplitRule(by="row", shares=(80, 10, 10), seed=1),
    ],
)
def test_the_bytes_are_those_that_generate_makes(dataset, rule, tmp_path):
    made = split_dataset(dataset, tmp_path / "split", rule)
    expected = generate(
        [4, 5],
        tmp_path / "direct",
        select="all",
        max_nodes=30,
        seed=rule.seed,
        split_by=rule.by,
        shares=rule.shares,
    )
    assert contents(made.path) == contents(expected.path)
    made.verify()


@pytest.mark.parametrize(
    "options",
    [
        {"select": "classes"},
        {"select": "sample", "limit": 40},
        {"select": "all", "limit": 25, "where": "num_edges > 3 and class_size > 2"},
        {"select": "polynomials-by-size"},
    ],
)
def test_every_kind_of_dataset_can_be_split_again(tmp_path, options):
    made = generate([4, 5], tmp_path / "set", **options)
    rule = SplitRule(by="row", shares=(50, 25, 25))
    split = split_dataset(made, tmp_path / "split", rule)
    direct = generate([4, 5], tmp_path / "direct", split_by="row", shares=[50, 25, 25], **options)
    assert contents(split.path) == contents(direct.path)


def test_an_imported_dataset_can_be_split_again(tmp_path):
    file = tmp_path / "kl_polynomials_4_test.txt"
    file.write_text("0213, 2301, 1, 1\n0123, 2301, 1, 1\n0123, 3210, 1\n0123, 0132, 1\n")
    made = import_pairs(file, tmp_path / "set")
    split = split_dataset(made, tmp_path / "split", SplitRule(by="row", seed=7))
    direct = import_pairs(file, tmp_path / "direct", seed=7, split_by="row")
    assert contents(split.path) == contents(direct.path)
    assert "dataset import kl_polynomials_4_test.txt --seed 7 --split-by row" in (
        split.manifest.parameters.command("d")
    )


def test_a_split_that_is_there_is_left_alone(dataset, tmp_path):
    said = []
    split_dataset(dataset, tmp_path / "split", SplitRule(seed=1))
    split_dataset(dataset, tmp_path / "split", SplitRule(seed=1), notify=said.append)
    assert "already complete" in said[0]


def test_leaks_are_counted(dataset, tmp_path):
    clean = find_leak(dataset).splits
    assert clean["val"].twins == clean["test"].twins == 0
    frame = dataset.to_pandas(["split", "iso_class", "kl"])
    for name, part in clean.items():
        rows = frame[frame["split"] == name]
        assert part.rows == len(rows)
        assert part.classes == rows["iso_class"].nunique()
        assert part.polynomials == rows["kl"].map(tuple).nunique()
    leaking = find_leak(split_dataset(dataset, tmp_path / "row", SplitRule(by="row"))).splits
    frame = IntervalDataset.open(tmp_path / "row").to_pandas(["split", "iso_class"])
    trained = set(frame["iso_class"][frame["split"] == "train"])
    test = frame["iso_class"][frame["split"] == "test"]
    assert leaking["test"].twins == test.isin(trained).sum() > 0.9 * len(test)


def test_senseless_splits(dataset, tmp_path):
    with pytest.raises(UsageError, match="the dataset itself"):
        split_dataset(dataset, dataset.path, SplitRule(seed=1))
    with pytest.raises(UsageError, match="add up to 100"):
        split_dataset(dataset, tmp_path / "x", SplitRule(shares=(1, 2, 3)))
    one = generate(4, tmp_path / "one")
    with pytest.raises(UsageError, match="at least two n"):
        split_dataset(one, tmp_path / "x", SplitRule(by="n"))
    assert not (tmp_path / "x").exists()
