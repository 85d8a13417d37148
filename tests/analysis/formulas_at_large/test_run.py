"""Whole checks: totals, resuming, executors, and what is written."""

import json
from pathlib import Path

import pytest

from analysis.formulas import check_classes, failing_triples
from analysis.formulas_at_large import run
from analysis.formulas_at_large.interval import FORMULAS
from analysis.formulas_at_large.journal import HIDDEN
from analysis.formulas_at_large.page import page
from analysis.formulas_at_large.run import check_formulas, so_far
from analysis.formulas_at_large.scope import Scope
from data_gen.errors import DatasetError, UsageError
from data_gen.parallel import process_pool
from data_gen.storage import lock

WRITTEN = ("result.json", "failures.json")


def written(folder: Path) -> list[bytes]:
    return [(folder / name).read_bytes() for name in WRITTEN]


@pytest.fixture
def small_blocks(monkeypatch):
    pieces = run.Population.pieces
    monkeypatch.setattr(run.Population, "pieces", lambda self: pieces(self, 500, 16))


@pytest.mark.parametrize(
    ("n", "intervals", "decompositions", "weak"),
    [(3, 13, 22, 0), (4, 189, 594, 3), (5, 3661, 21709, 268)],
)
def test_totals(n, intervals, decompositions, weak):
    found = check_formulas(Scope(n))
    counts = {name: pair[1] for name, pair in found["counts"].items()}
    assert counts["intervals"] == found["population"]["intervals"] == intervals
    assert counts["decompositions"] == decompositions
    assert counts["decompositions"] - counts["join-strong"] == weak
    assert counts["undecomposed"] == 0
    slow = check_classes(n)
    for name in set(slow.cases) & set(FORMULAS) & set(found["tried"]):
        assert found["tried"][name][1] == slow.cases[name]
        assert found["failed"].get(name, [0, 0])[1] == slow.failures[name]


def test_two_checks_do_not_write_into_one_folder(tmp_path):
    with (
        lock(tmp_path / HIDDEN / "lock"),
        pytest.raises(DatasetError, match="another process is writing into"),
    ):
        check_formulas(Scope(3), tmp_path)
    assert check_formulas(Scope(3), tmp_path)["failed"] == {}


def test_what_another_version_checked_is_not_put_on_the_page(tmp_path, monkeypatch):
    """Its names may mean other statements."""
    monkeypatch.setattr(run, "VERSION", 1)
    check_formulas(Scope(3), tmp_path)
    monkeypatch.undo()
    with pytest.raises(DatasetError, match="another version of klgnn"):
        so_far(tmp_path)


def test_cores_find_the_same_as_classes():
    classes, cores = check_formulas(Scope(5)), check_formulas(Scope(5, "cores"))
    for name in set(FORMULAS) - {"standard", "h-tilde-standard", "bbdvw-standard"}:
        if not name.startswith("double") and name in classes["tried"]:
            assert classes["tried"][name][1] == cores["tried"][name][1]
    assert classes["failed"]["double-shortcuts-other"][1] == 36
    assert cores["failed"]["double-shortcuts-other"][1] == 36


def test_a_run_that_was_stopped_goes_on(tmp_path, small_blocks, monkeypatch):
    whole, parted = tmp_path / "whole", tmp_path / "parted"
    check_formulas(Scope(5), whole)
    check, done = run.check_block, []

    def stopped(block, limits):
        if len(done) == 3:
            raise KeyboardInterrupt
        done.append(block)
        return check(block, limits)

    with monkeypatch.context() as patch:
        patch.setattr(run, "check_block", stopped)
        with pytest.raises(KeyboardInterrupt):
            check_formulas(Scope(5), parted)
    assert not (parted / "result.json").exists()
    partial, _, _ = so_far(parted)
    assert 0 < partial["population"]["looked_at"] < partial["population"]["planned"] == 90
    assert "not finished" in page([so_far(parted)])
    journal = parted / ".klgnn-formulas" / "journal.jsonl"
    journal.write_bytes(journal.read_bytes() + b'["torn", {"block": 7')
    check_formulas(Scope(5), parted)
    assert written(parted) == written(whole)


def test_two_workers_write_the_same_bytes(tmp_path, small_blocks):
    check_formulas(Scope(5), tmp_path / "one")
    with process_pool(2) as executor:
        check_formulas(Scope(5), tmp_path / "two", executor)
    assert written(tmp_path / "one") == written(tmp_path / "two")


def test_a_folder_holds_one_check(tmp_path):
    check_formulas(Scope(3), tmp_path)
    with pytest.raises(DatasetError, match="its scope differs"):
        check_formulas(Scope(4), tmp_path)
    with pytest.raises(DatasetError, match="holds no check"):
        so_far(tmp_path / "elsewhere")


def test_what_fails_is_said(tmp_path, monkeypatch):
    check = run.check_batch

    def wrong(*arguments):
        for one in check(*arguments):
            bad = {"bbdvw": ((0,),), "standard": ((0,),), "shortcut-formula": ((0,),)}
            yield type(one)(*list(vars(one).values())[:4], bad)

    monkeypatch.setattr(run, "check_batch", wrong)
    heard: list[str] = []
    found = check_formulas(Scope(3), tmp_path, notify=heard.append)
    assert found["failed"]["bbdvw"] == [3, 13]
    assert any(text.startswith("A THEOREM FAILS") for text in heard)
    assert any(text.startswith("bbdvw (") for text in heard)
    assert not any("shortcut-formula" in text for text in heard)
    failures = json.loads((tmp_path / "failures.json").read_text())
    assert failures["bbdvw"][-1]["u"] == "123"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((8, "sample"), "positive size"),
        ((8, "sample", None, 5), "give max_nodes"),
        ((7, "cores", 100), "leave max_nodes out"),
    ],
)
def test_scopes_that_make_no_sense(arguments, words):
    with pytest.raises(UsageError, match=words):
        Scope(*arguments)


@pytest.mark.slow
def test_all_of_s6(tmp_path):
    found = check_formulas(Scope(6), tmp_path)
    assert found["counts"]["decompositions"] == [9666, 1_064_775]
    assert found["failed"]["h-tilde"] == [1, 9]
    (one,) = json.loads((tmp_path / "failures.json").read_text())["h-tilde"]
    assert (one["u"], one["v"], one["z"]) == ("132546", "345621", ["234561"])
    triples = failing_triples(check_classes(6), "h-tilde")
    assert (one["u"], one["v"], one["z"][0]) in {(t.u, t.v, t.z) for t in triples}
