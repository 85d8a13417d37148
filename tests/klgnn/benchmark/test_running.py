"""Files that are kept and found again, and the page that is made of them."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from data_gen.errors import DatasetError, UsageError
from data_gen.storage import lock
from klgnn.benchmark import METHODS, Answer, Benchmark, Outcome, page, write_results
from klgnn.benchmark.markdown import spread
from klgnn.benchmark.methods.base import Clock
from klgnn.benchmark.results import Key, fingerprint, read_result
from klgnn.benchmark.suites import find_suite
from klgnn.benchmark.wording import conclusions


class Guess:
    """Right as often as its seed says; counts how often it is asked."""

    name, random, version = "network", True, 1

    def __init__(self, name="network"):
        self.name, self.asked, self.fails_at = name, [], None

    def settings(self, minutes):
        return {"minutes": minutes}

    def run(self, task, seed):
        self.asked.append(seed)
        if seed == self.fails_at:
            raise KeyboardInterrupt
        quotient = task.problem.quotient
        values = quotient.labels.copy()
        wrong = np.flatnonzero(task.problem.test)[: seed + 1]
        values[wrong] += 1
        sure = np.full(values.shape, 0.5)
        answers = {self.name: Answer(values, sure), f"{self.name} + first": Answer(quotient.labels)}
        return Outcome(answers, Clock(), Clock(), {"epochs": 3 + seed})


@pytest.fixture
def guess(monkeypatch):
    """The fake stands in the place of the network."""
    method = Guess()
    changed = {**METHODS, "network": method}
    monkeypatch.setattr("klgnn.benchmark.methods.METHODS", changed)
    monkeypatch.setattr("klgnn.benchmark.tables.METHODS", changed)
    return method


def benchmark(folder, methods=("network",), suites=("s6-unseen",), **options):
    return Benchmark(folder, suites, methods, **options)


def test_what_is_done_is_found_again(guess, tmp_path):
    first = benchmark(tmp_path).run()
    assert guess.asked == [0, 1, 2]
    assert benchmark(tmp_path).run() == first
    assert benchmark(tmp_path, seeds=(0, 1, 2, 3)).run()[:3] == first
    assert guess.asked == [0, 1, 2, 3]


def test_kept_makes_nothing_and_names_what_is_missing(guess, tmp_path):
    (made,) = benchmark(tmp_path, seeds=(1,)).run()
    found, missing = benchmark(tmp_path, seeds=(1, 2)).kept()
    assert guess.asked == [1]
    assert found == [made]
    assert missing == [Key("s6-unseen", "network", 2)]
    assert "Not measured: network on s6-unseen (seed 2)." in page(
        found, "klgnn benchmark", 2, missing
    )
    assert "Not measured" not in page(found, "klgnn benchmark", 2)


def test_other_settings_are_made_anew(guess, tmp_path):
    benchmark(tmp_path, seeds=(0,)).run()
    benchmark(tmp_path, seeds=(0,), minutes=2.0).run()
    assert guess.asked == [0, 0]
    guess.version = 2
    benchmark(tmp_path, seeds=(0,), minutes=2.0).run()
    assert guess.asked == [0, 0, 0]


def test_an_interrupted_benchmark_goes_on(guess, tmp_path):
    guess.fails_at = 1
    with pytest.raises(KeyboardInterrupt):
        benchmark(tmp_path).run()
    guess.fails_at = None
    results = benchmark(tmp_path).run()
    assert guess.asked == [0, 1, 1, 2]
    assert [result.seed for result in results] == [0, 1, 2]


def test_a_damaged_result_is_made_anew(guess, tmp_path):
    (result,) = benchmark(tmp_path, seeds=(0,)).run()
    file = result.key.file(tmp_path)
    file.write_text(file.read_text()[:100])
    assert benchmark(tmp_path, seeds=(0,)).run() == [result]
    assert guess.asked == [0, 0]


def test_a_result_says_what_made_it(guess, tmp_path):
    (result,) = benchmark(tmp_path, seeds=(0,)).run()
    wanted = fingerprint(find_suite("s6-unseen"), guess, 10.0, 0)
    assert read_result(tmp_path, Key("s6-unseen", "network", 0), wanted) == result
    assert read_result(tmp_path, Key("s6-unseen", "network", 0), "another") is None
    other = replace(find_suite("s6-unseen"), test_share=0.3)
    assert fingerprint(other, guess, 10.0, 0) != wanted


def test_methods_without_chance_run_once(tmp_path):
    results = benchmark(tmp_path, ("majority", "least-solution")).run()
    assert [(result.method, result.seed) for result in results] == [
        ("majority", 0),
        ("least-solution", 0),
    ]


def test_two_processes_do_not_work_on_one_suite(guess, tmp_path):
    with lock(tmp_path / "s6-unseen" / ".lock"), pytest.raises(DatasetError, match="another"):
        benchmark(tmp_path).run()


@pytest.mark.parametrize(
    "options", [{"minutes": 0}, {"threads": 0}, {"seeds": ()}, {"seeds": (-1,)}]
)
def test_numbers_that_make_no_sense(tmp_path, options):
    with pytest.raises(UsageError):
        benchmark(tmp_path, **options)


def test_the_page(guess, tmp_path):
    work = benchmark(tmp_path, ("majority", "network", "least-solution"))
    results = work.run()
    text = page(results, work.command, 2)
    assert page(work.run(), work.command, 2) == text
    assert work.command in text
    tested = results[0].classes["test"]
    means = [1 - (seed + 1) / tested for seed in (0, 1, 2)]
    assert f"| network | {spread(means)} |" in text.replace(" | ", " | ", 1)
    assert "| network + first | 1 |" in text
    assert "3 to 5 epochs" in text
    assert "no news" in text
    assert not re.search(r"\b20\d\d-\d\d", text)
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert all(line.endswith("|") for line in rows)


def test_all_results_in_one_file(guess, tmp_path):
    results = benchmark(tmp_path).run()
    document = json.loads(write_results(tmp_path, results, 2).read_text())
    assert document["processors"] == 2
    assert [entry["seed"] for entry in document["results"]] == [0, 1, 2]
    assert document["results"][0]["scores"]["network + first"]["all"]["exact"] == 1


def test_conclusions_do_not_flatter_the_network():
    scores = {
        "trees": [{"all": 0.9}],
        "network": [{"all": 0.95}, {"all": 0.89}],
        "trees + both": [{"all": 0.9}],
        "network + both": [{"all": 0.8}],
        "least solution": [{"all": 0.5}],
        "least solution, monotone": [{"all": 0.75}],
    }
    first, second, third = conclusions(scores)
    assert "0.750" in first
    assert second.endswith("better on the mean, not with every seed.")
    assert third.endswith("worse.")
