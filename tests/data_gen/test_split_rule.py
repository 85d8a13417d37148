"""The rule that puts classes and rows into splits."""

import hashlib
from collections import Counter

import duckdb
import pytest

from data_gen.errors import UsageError
from data_gen.split_rule import SPLITS, SplitRule


@pytest.mark.parametrize("shares", [(70, 15, 15), (80, 10, 10), (50, 0, 50)])
def test_shares(shares):
    rule = SplitRule(shares=shares)
    counts = Counter(rule.of_class(f"{k:032x}") for k in range(20_000))
    for name, share in zip(SPLITS, shares, strict=True):
        assert counts[name] / 20_000 == pytest.approx(share / 100, abs=0.015)


def test_seeds_give_independent_splits():
    classes = [f"{k:032x}" for k in range(5_000)]
    one, other = SplitRule(seed=1), SplitRule(seed=2)
    both = sum(one.of_class(c) == other.of_class(c) == "train" for c in classes)
    assert both / len(classes) == pytest.approx(0.49, abs=0.03)


def test_the_rule_is_the_one_that_old_datasets_were_split_by():
    # SHA-256 of "klgnn split 0 00...0" and so on, read off by hand. Never change these.
    splits = "train train train train test train train train test train train test"
    assert [SplitRule(seed=seed).of_class("0" * 32) for seed in range(12)] == splits.split()


@pytest.mark.parametrize("shares", [(70, 15, 15), (100, 0, 0), (0, 0, 100), (33, 33, 34)])
def test_sql_says_the_same(shares):
    rule = SplitRule(shares=shares, seed=3)
    classes = [f"{k:032x}" for k in range(300)]
    query = f"SELECT {rule.sql(5)} FROM (SELECT unnest($classes) AS iso_class)"
    numbers = duckdb.execute(query, {"classes": classes}).fetchall()
    assert [SPLITS[k] for (k,) in numbers] == [rule.of_class(c) for c in classes]


def test_rows_are_hashed_one_by_one():
    rule = SplitRule(by="row", shares=(50, 25, 25), seed=4)
    numbers = duckdb.execute(
        f"SELECT x, {rule.sql(5)} FROM (SELECT 5 AS n, range AS x, 7 AS w FROM range(200))"
    ).fetchall()
    for x, number in numbers:
        digest = hashlib.sha256(f"klgnn split 4 5 {x} 7".encode()).digest()
        share = int.from_bytes(digest[:8], "big") / 2**64
        assert SPLITS[number] == SPLITS[(share >= 0.5) + (share >= 0.75)]


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (SplitRule(by="size"), "'size': class, n, row"),
        (SplitRule(shares=(70, 20, 20)), "70 20 20"),
        (SplitRule(shares=(120, -20, 0)), "120 -20 0"),
        (SplitRule(by="n"), "at least two n"),
    ],
)
def test_senseless_rules(rule, message):
    with pytest.raises(UsageError, match=message):
        rule.check((5,))
