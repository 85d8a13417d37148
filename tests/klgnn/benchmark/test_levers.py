"""Trials with one part of the top-down network changed: what they read, and what is kept."""

from dataclasses import asdict

import numpy as np
import pytest

from data_gen.errors import UsageError
from klgnn.benchmark import LeverTrials, build_problem, lever_page, levers_of
from klgnn.benchmark.levers import ANSWERS, QUICK_LEVERS_SUITE, TRAINING
from klgnn.benchmark.suites import find_suite
from klgnn.presets import find_preset


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("levers")


@pytest.fixture(scope="module")
def trials(folder):
    return LeverTrials(folder, ["no-counts", "as-it-is"], quick=True)


@pytest.fixture(scope="module")
def results(trials):
    return trials.run()


def test_every_lever_changes_what_its_title_says():
    levers = levers_of()
    start = asdict(levers["as-it-is"].preset)
    assert start == asdict(find_preset("top-down"))
    changed = {
        name: {key for key, value in asdict(lever.preset).items() if value != start[key]}
        for name, lever in levers.items()
    }
    assert changed.pop("as-it-is") == set()
    assert all(changed.values())
    assert changed["no-clip"] == {"clip"}
    assert changed["double-epochs"] == {"epochs", "patience"}
    assert changed["one-batch"] == {"batch_size", "epochs", "growth", "patience"}
    network = asdict(levers["no-labels"].preset.network)
    assert {key for key, value in network.items() if value != start["network"][key]} == {"labels"}
    assert len({str(lever.preset) for lever in levers.values()}) == len(levers)
    assert len({lever.title for lever in levers.values()}) == len(levers)


def test_the_test_of_the_benchmark_is_neither_learnt_from_nor_scored(trials, results, folder):
    usual = find_suite("s6-unseen")
    tested = build_problem(usual, folder / "data").test
    split = build_problem(QUICK_LEVERS_SUITE, folder / "data")
    assert np.array_equal(split.test, tested)
    assert not (tested & (split.train | split.val)).any()
    problem = trials._problem(QUICK_LEVERS_SUITE)
    assert not problem.test.any()
    assert not problem.parts
    for result in results:
        assert tuple(result.scores) == ANSWERS
        assert all(list(scores) == ["validation"] for scores in result.scores.values())


def test_trials_come_in_the_order_of_the_table_and_are_found_again(trials, results, folder):
    assert [result.method for result in results] == ["as-it-is", "no-counts"]
    assert all(0 < result.notes[TRAINING] <= 1 for result in results)
    files = {file: file.stat().st_mtime_ns for file in (folder / "s6-levers").glob("*.json")}
    assert LeverTrials(folder, ["as-it-is", "no-counts"], quick=True).run() == results
    assert files == {file: file.stat().st_mtime_ns for file in files}
    assert {file.name for file in files} == {"as-it-is-0.json", "no-counts-0.json"}


def test_the_page(trials, results, tmp_path):
    def page(by_hand):
        return lever_page(results, trials.levers, QUICK_LEVERS_SUITE, trials.command, 2, by_hand)

    by_hand = tmp_path / "experiments-by-hand.md"
    by_hand.write_text("## Earlier trials\n")
    text = page(by_hand)
    assert trials.command == (
        "klgnn benchmark --levers --quick --methods as-it-is,no-counts "
        "--seeds 0 --minutes 10 --threads 1"
    )
    assert trials.command in text
    rows = [line.count("|") for line in text.splitlines() if line.startswith("|")]
    assert rows == [8, 8, 8, 8]
    assert "| no counts inside [z, w] | 8 |" in text
    assert text == page(None) + "\n## Earlier trials\n"


def test_an_unknown_lever(tmp_path):
    with pytest.raises(UsageError, match="no-counts"):
        LeverTrials(tmp_path, ["no-hope"])
