import json
import math
from pathlib import Path

import numpy as np
import pytest

from analysis.conjectures import Conjecture, Subject, examine_interval, find_conjecture
from analysis.search import Budget, Finding, search
from analysis.search.methods import METHODS, chosen_methods
from analysis.search.objectives import ConjectureObjective
from analysis.search.quantities import QuantityObjective, find_quantity
from analysis.search.state import HIDDEN
from data_gen.errors import ChecksumError, DatasetError, UsageError

ALL = tuple(METHODS)


def boolean(n: int) -> QuantityObjective:
    quantity = find_quantity("boolean")
    assert quantity is not None
    return QuantityObjective(quantity, n)


def hunt(name: str, n: int, max_nodes: int = 100) -> ConjectureObjective:
    return ConjectureObjective(find_conjecture(name), n, max_nodes)


def state_of(folder: Path) -> dict[str, bytes]:
    """What depends on what was done, and not on the clock."""
    hidden = folder / HIDDEN
    return {
        path.name: path.read_bytes()
        for path in sorted(hidden.iterdir())
        if path.name not in ("clock.json", "lock")
    }


def without_times(found: Finding) -> str:
    content = found.to_dict()
    for track in content["methods"].values():
        track.pop("seconds"), track.pop("seconds_to_best")
    content.pop("seconds"), content["best"].pop("seconds")
    return json.dumps(content)


@pytest.mark.parametrize("method", ALL)
def test_every_method_finds_the_largest_boolean_interval_of_s5(method: str) -> None:
    found = search(boolean(5), [method], Budget(rounds=20, target=5), seed=1)
    assert found.best is not None
    assert found.best.value == 5
    assert found.tracks[0].watched.scored <= found.tracks[0].watched.evaluated


def test_the_mark_of_s8_is_reached_from_scratch() -> None:
    found = search(boolean(8), ["local"], Budget(rounds=40, target=12), seed=0)
    best = found.to_dict()["best"]
    assert (best["value"], best["length"], best["nodes"]) == (12, 12, 4096)


@pytest.mark.parametrize("method", ALL)
def test_every_method_refutes_a_refuted_conjecture(method: str) -> None:
    found = search(hunt("free-is-boolean", 5), [method], Budget(rounds=30), seed=2)
    assert found.fails
    there = found.counterexample()
    assert there is not None
    assert not examine_interval(
        find_conjecture("free-is-boolean"), there.facts["x"], there.facts["w"]
    ).holds
    assert found.to_dict()["best"]["value"] is None
    json.dumps(found.to_dict(), allow_nan=False)


def test_same_seed_same_finding() -> None:
    first, again = (search(boolean(5), ALL, Budget(rounds=2), seed=4) for _ in range(2))
    assert without_times(first) == without_times(again)
    assert without_times(first) != without_times(search(boolean(5), ALL, Budget(rounds=2), seed=5))


@pytest.mark.parametrize("slow", [False, True])
def test_a_search_that_went_on_ends_in_the_same_bytes(tmp_path: Path, slow: bool) -> None:
    objective = (lambda: hunt("bbdvw", 5, 30)) if slow else (lambda: boolean(4))
    methods = ["cross-entropy", "local"]
    whole = search(objective(), methods, Budget(rounds=4), 7, tmp_path / "whole")
    for rounds in (1, 3, 4, 4):
        parts = search(objective(), methods, Budget(rounds=rounds), 7, tmp_path / "parts")
    assert without_times(whole) == without_times(parts)
    assert state_of(tmp_path / "whole") == state_of(tmp_path / "parts")


class Stopped:
    """Presses Ctrl-C at its k-th evaluation."""

    def __init__(self, objective: QuantityObjective, k: int) -> None:
        self._objective, self._left = objective, k
        self.n, self.name = objective.n, objective.name
        self.is_slow, self.max_nodes = objective.is_slow, objective.max_nodes

    def evaluate(self, xs: np.ndarray, ws: np.ndarray) -> object:
        self._left -= 1
        if not self._left:
            raise KeyboardInterrupt
        return self._objective.evaluate(xs, ws)


def test_ctrl_c_leaves_a_state_that_goes_on(tmp_path: Path) -> None:
    methods = ["walks", "cross-entropy"]
    whole = search(boolean(6), methods, Budget(rounds=5), 1, tmp_path / "whole")
    stopped = search(Stopped(boolean(6), 6), methods, Budget(rounds=5), 1, tmp_path / "parts")
    assert stopped.interrupted
    assert not whole.interrupted
    assert stopped.best is not None
    assert sum(track.rounds for track in stopped.tracks) == 5
    again = search(boolean(6), methods, Budget(rounds=5), 1, tmp_path / "parts")
    assert without_times(again) == without_times(whole)
    assert state_of(tmp_path / "whole") == state_of(tmp_path / "parts")


def test_time_spent_before_counts(tmp_path: Path) -> None:
    first = search(boolean(5), ["walks"], Budget(seconds=2), 1, tmp_path, clock=Ticking())
    again = search(boolean(5), ["walks"], Budget(seconds=2), 1, tmp_path, clock=Ticking())
    assert again.tracks[0].rounds == first.tracks[0].rounds > 0
    more = search(boolean(5), ["walks"], Budget(seconds=4), 1, tmp_path, clock=Ticking())
    assert more.tracks[0].rounds > first.tracks[0].rounds
    assert more.best == first.best


class Ticking:
    """A clock that moves when somebody looks at it."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 0.25
        return self.now


def test_methods_share_the_time() -> None:
    budget = Budget(seconds=3.0)
    found = search(boolean(5), ["uniform", "walks"], budget, seed=1, clock=Ticking())
    rounds, used = zip(*((track.rounds, track.seconds) for track in found.tracks), strict=True)
    assert sum(used) >= 3.0
    assert min(rounds) >= 2
    assert abs(used[0] - used[1]) <= 0.5


def test_a_counterexample_that_was_found_is_found_again_at_once(tmp_path: Path) -> None:
    for _ in range(2):
        objective = hunt("free-is-boolean", 5)
        found = search(objective, ["walks"], Budget(rounds=9), 3, tmp_path)
        assert found.fails
    assert objective.looked_at == 0


def test_another_search_is_refused(tmp_path: Path) -> None:
    search(boolean(5), ["walks"], Budget(rounds=1), 1, tmp_path)
    with pytest.raises(DatasetError, match="its seed differs"):
        search(boolean(5), ["walks"], Budget(rounds=1), 2, tmp_path)
    with pytest.raises(DatasetError, match="its n differs"):
        search(boolean(6), ["walks"], Budget(rounds=1), 1, tmp_path)


@pytest.mark.parametrize("name", ["state.json", "clock.json", "arrays-*"])
def test_altered_files_are_noticed(tmp_path: Path, name: str) -> None:
    search(boolean(5), ["walks"], Budget(rounds=1), 1, tmp_path)
    (path,) = (tmp_path / HIDDEN).glob(name)
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(ChecksumError, match="to begin anew"):
        search(boolean(5), ["walks"], Budget(rounds=1), 1, tmp_path)


def test_the_pair_is_put_to_the_conjecture_once() -> None:
    seen = []
    objective = ConjectureObjective(
        Conjecture("c", "c", check=lambda s: True, score=lambda s: seen.append(s.num_nodes) or 1.5),
        5,
    )
    xs = np.array([[0, 1, 2, 3, 4], [0, 1, 2, 3, 4], [0, 1, 2, 3, 4]], np.int8)
    ws = np.array([[2, 1, 0, 3, 4], [0, 1, 4, 3, 2], [4, 3, 2, 1, 0]], np.int8)
    found = objective.evaluate(xs, ws)
    assert found.values.tolist() == [1.5, 1.5, 1.5]
    assert seen == [6, 120]  # the first two have the same core
    objective.evaluate(xs, ws)
    assert objective.looked_at == 2


def test_labels_are_looked_at_where_they_matter() -> None:
    seen = []

    def check(subject: Subject) -> bool:
        seen.append((subject.x, subject.w))
        return True

    objective = ConjectureObjective(Conjecture("c", "c", check=check, about="labels"), 3)
    objective.evaluate(np.array([[0, 1, 2]], np.int8), np.array([[0, 2, 1]], np.int8))
    assert seen == [((1, 2, 3), (1, 3, 2))]


@pytest.mark.parametrize("score", [math.nan, math.inf, -1e6, "high", None])
def test_what_is_no_score(score: object) -> None:
    objective = ConjectureObjective(
        Conjecture("c", "c", check=lambda s: True, score=lambda s: score), 3
    )
    with pytest.raises(UsageError, match="a finite number above"):
        objective.evaluate(np.array([[0, 1, 2]], np.int8), np.array([[0, 2, 1]], np.int8))


def test_an_error_of_the_function_says_where() -> None:
    objective = ConjectureObjective(Conjecture("c", "c", check=lambda s: 1 // 0), 3)
    with pytest.raises(UsageError, match=r"'c' fails to run on Subject\('12', '21'\): ZeroDiv"):
        objective.evaluate(np.array([[0, 1, 2]], np.int8), np.array([[0, 2, 1]], np.int8))


def test_what_cannot_be_searched() -> None:
    with pytest.raises(UsageError, match="compares intervals"):
        hunt("combinatorial-invariance", 5)
    with pytest.raises(UsageError, match="n = 16"):
        search(boolean(16), ["walks"], Budget(rounds=1))
    for budget in ({}, {"seconds": 0}, {"rounds": 0}, {"seconds": math.nan}):
        with pytest.raises(UsageError, match="budget"):
            Budget(**budget)
    with pytest.raises(UsageError, match="'cross'"):
        chosen_methods("cross")


BUILTIN_WITH_SCORES = (
    *("h-tilde", "h-tilde-strong", "bbdvw", "gamma-positive", "monotonicity", "deodhar"),
    *("double-shortcuts", "double-shortcuts-strong"),
)


@pytest.mark.parametrize("name", BUILTIN_WITH_SCORES)
def test_built_in_scores_are_graded(name: str) -> None:
    objective = hunt(name, 5)
    random = np.random.default_rng(0)
    words = random.permuted(np.tile(np.arange(5, dtype=np.int8), (400, 1)), axis=1)
    from data_gen.bruhat import bruhat_leq_arrays

    kept = bruhat_leq_arrays(words[::2], words[1::2])
    values = objective.evaluate(words[::2][kept], words[1::2][kept]).values
    finite = values[np.isfinite(values)]
    assert len(set(finite.round(6).tolist())) > 1
    assert finite.max() < 1000


def test_the_score_of_h_tilde_is_highest_where_it_fails() -> None:
    from analysis.conjectures.builtin._scores import share_off_criterion

    assert share_off_criterion(Subject("132546", "345621")) > 1
    assert share_off_criterion(Subject("123456", "213456")) == 0
