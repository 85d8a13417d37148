"""Putting conjectures to the test: counts, other processes, resuming, mistakes of the user."""

import json
from concurrent.futures import Executor, Future
from pathlib import Path

import numpy as np
import pytest

from analysis.conjectures import (
    Conjecture,
    Outcome,
    Scope,
    conjecture,
    determination,
    examine,
    examine_interval,
    examine_undecided,
    find_conjecture,
    load_conjectures,
)
from analysis.conjectures import run as running
from analysis.conjectures.journal import HIDDEN
from data_gen.errors import DatasetError, UsageError
from data_gen.parallel import process_pool
from data_gen.storage import lock

MINE = '''"""A helper, a dataclass and an idea, as a user writes them."""
from dataclasses import dataclass

from analysis.conjectures import conjecture


@dataclass
class Bound:
    most: int


@conjecture("few-atoms", "every interval has at most 4 atoms")
def few_atoms(interval):
    return interval.atoms <= Bound(4).most
'''


class Here(Executor):
    """Runs everything at once, in this process, backwards if asked to."""

    def submit(self, function, /, *arguments, **named):
        future = Future()
        future.set_result(function(*arguments, **named))
        return future


@pytest.fixture
def mine(tmp_path: Path) -> Conjecture:
    path = tmp_path / "my_idea.py"
    path.write_text(MINE)
    return load_conjectures(path)[0]


@conjecture("thin", "every rank has at most 4 elements", about="labels")
def thin(interval):
    worst = [rank for rank, size in enumerate(interval.rank_sizes) if size > 4]
    return Outcome.of(
        [{"rank": np.int64(r), "sizes": interval.rank_sizes} for r in worst],
        ranks=len(interval.rank_sizes),
    )


thick = Conjecture("thick", thin.statement, check=thin.check)


def test_classes_count_as_often_as_they_have_intervals():
    one_by_one, by_class = (examine(c, Scope((4,))).total for c in (thin, thick))
    assert one_by_one.graphs == 189
    assert by_class.graphs == 13
    for name in ("intervals", "applicable", "failures", "failing_intervals", "counts"):
        assert getattr(one_by_one, name) == getattr(by_class, name)
    assert by_class.failing_graphs < one_by_one.failing_graphs == one_by_one.failing_intervals


def test_what_the_command_line_prints():
    content = examine(thick, Scope((4, 3))).to_dict()
    assert json.loads(json.dumps(content)) == content
    assert content["n"] == [3, 4]
    assert (
        content["intervals"]
        == 13 + 189
        == sum(part["intervals"] for part in content["by_n"].values())
    )
    smallest = content["counterexamples"][0]
    assert smallest["failures"] == [{"rank": 2, "sizes": [1, 3, 5, 4, 1]}]
    assert smallest["nodes"] == 14
    assert [one["nodes"] for one in content["counterexamples"]] == sorted(
        one["nodes"] for one in content["counterexamples"]
    )


def test_pinned_keys():
    content = examine(find_conjecture("h-tilde"), Scope((5,))).to_dict()
    pinned = {"intervals": 3661, "decompositions": 21709, "failures": 0, "counterexamples": []}
    assert content["conjecture"] == "h-tilde"
    assert {key: content[key] for key in pinned} == pinned


def test_names_files_and_numbers_will_do(tmp_path, mine):
    path = tmp_path / "mine.py"
    path.write_text(MINE)
    assert examine(path, 4).to_dict() == examine(mine, Scope((4,))).to_dict()
    assert examine("deodhar", [3, 4]).total.intervals == 202
    assert Scope(4) == Scope((4,))
    with pytest.raises(UsageError, match="n = '4' is no whole number"):
        Scope("4")


def test_examples_limits_what_is_kept():
    assert len(examine(thick, Scope((4,)), examples=1).counterexamples) == 1


def test_one_interval():
    assert examine_interval(thick, "1324", "3412").holds
    found = examine_interval(thick, "1234", "4321")
    assert (found.total.failures, found.total.intervals) == (3, 1)
    with pytest.raises(UsageError, match="compares intervals"):
        examine_interval(find_conjecture("combinatorial-invariance"), "1324", "3412")


def test_a_false_determination():
    @determination("by-length", "the length decides P", value=lambda interval: interval.kl)
    def by_length(interval):
        return interval.length if interval.length > 2 else None

    found = examine(by_length, Scope((3, 4)))
    assert found.total.applicable == 1 + 68
    (smallest, *_) = found.counterexamples
    (case,) = smallest.failures
    assert (smallest.facts["length"], case["value"], case["other_value"]) == (3, [1], [1, 1])
    assert case["other_interval"]["x"] == "1324"
    assert found.by_n[3].failures == 0


def test_a_determination_is_compared_across_groups():
    @determination("by-nothing", "P is always the same", value=lambda interval: interval.num_nodes)
    def by_nothing(interval):
        return 0 if interval.length == 1 and interval.num_nodes == 2 else None

    found = examine(by_nothing, Scope((3, 4)))
    assert found.holds
    assert found.total.counts == {"keys": 1}


def test_samples_are_named(mine):
    found = examine(mine, Scope((6,), sample=50, seed=2, max_nodes=60))
    assert found.total.intervals == 50
    assert found.limits[6] == "a sample, at most 60 elements"


def test_an_executor_gives_the_same(mine):
    alone = examine(mine, Scope((3, 4, 5)))
    assert alone.total.failures
    assert examine(mine, Scope((3, 4, 5)), Here()).to_dict() == alone.to_dict()


def test_processes_give_the_same(mine):
    with process_pool(2) as pool:
        for one in (mine, find_conjecture("h-tilde")):
            assert examine(one, Scope((4,)), pool).to_dict() == examine(one, Scope((4,))).to_dict()


def test_other_processes_cannot_find_what_is_in_no_file():
    with pytest.raises(UsageError, match="put it into a file"):
        examine(thick, Scope((3,)), Here())
    false_friend = Conjecture("deodhar", "something else", check=bool)
    with pytest.raises(UsageError, match="put it into a file"):
        examine(false_friend, Scope((3,)), Here())


def test_the_first_counterexample_is_told_once():
    told = []
    examine(thick, Scope((4, 5)), notify=told.append)
    assert told == ["thick fails on [1234, 3412] of S_4, 14 elements; going on."]


def test_a_killed_run_goes_on(tmp_path, monkeypatch, mine):
    scope = Scope((4, 5))
    expected = examine(mine, scope).to_dict()
    monkeypatch.setattr(running.Population, "blocks", _small_blocks(running.Population.blocks))
    looked, check = [], running.check_block

    def stops(*arguments):
        looked.append(arguments)
        if len(looked) == 6:
            raise KeyboardInterrupt
        return check(*arguments)

    monkeypatch.setattr(running, "check_block", stops)
    with pytest.raises(KeyboardInterrupt):
        examine(mine, scope, folder=tmp_path / "out")
    journal = tmp_path / "out" / HIDDEN / "journal.jsonl"
    with journal.open("ab") as file:  # the kill tore a line
        file.write(b'["123", {"n": 4, "bl')
    assert examine(mine, scope, folder=tmp_path / "out").to_dict() == expected
    again = len(looked)
    assert examine(mine, scope, folder=tmp_path / "out").to_dict() == expected
    assert len(looked) == again
    blocks = [(call[1], *(ranks.tobytes() for ranks in call[2:4])) for call in looked]
    assert len(set(blocks)) == len(blocks) - 1  # only the one that was stopped came twice


def _small_blocks(blocks):
    return lambda self: blocks(self, nodes=50, most=3)


def test_two_tests_do_not_write_into_one_folder(tmp_path, mine):
    with (
        lock(tmp_path / HIDDEN / "lock"),
        pytest.raises(DatasetError, match="another process is writing into"),
    ):
        examine(mine, Scope((3,)), folder=tmp_path)
    assert not examine(mine, Scope((3,)), folder=tmp_path).total.failures


def test_a_folder_of_another_test(tmp_path, mine):
    examine(mine, Scope((3,)), folder=tmp_path)
    with pytest.raises(DatasetError, match="its scope differs"):
        examine(mine, Scope((4,)), folder=tmp_path)
    with pytest.raises(DatasetError, match="conjecture, code"):
        examine(find_conjecture("deodhar"), Scope((3,)), folder=tmp_path)


def test_a_folder_of_an_idea_that_has_changed(tmp_path):
    path = tmp_path / "idea.py"
    for text in (MINE, MINE.replace("Bound(4)", "Bound(5)")):
        path.write_text(text)
        (idea,) = load_conjectures(path)
        if text == MINE:
            examine(idea, Scope((3,)), folder=tmp_path / "out")
        else:
            with pytest.raises(DatasetError, match="its code differs"):
                examine(idea, Scope((3,)), folder=tmp_path / "out")


@pytest.fixture
def raising(tmp_path: Path) -> Conjecture:
    """Divides by zero on the three classes of length 3."""
    path = tmp_path / "raising.py"
    path.write_text(MINE.replace("return ", "return 1 / (interval.length - 3) and "))
    return load_conjectures(path)[0]


def test_an_exception_on_some_intervals_leaves_them_undecided(raising, mine):
    told = []
    found = examine(raising, Scope((4,)), notify=told.append)
    of_length_3 = examine(
        conjecture("is-3", "3")(lambda one: one.length != 3), Scope((4,)), examples=100
    )
    assert found.total.undecided_intervals == of_length_3.total.failing_intervals > 3
    assert [one.facts["w"] for one in found.undecided] == [
        one.facts["w"] for one in of_length_3.counterexamples
    ]
    (error,) = {one.error for one in found.undecided}
    assert error == "line 14: ZeroDivisionError: division by zero"
    assert told == [
        "few-atoms raises an exception on [1234, 1432] of S_4, 6 elements: line 14: "
        "ZeroDivisionError: division by zero; undecided there, going on."
    ]
    # Everywhere else it is what it would be without.
    assert found.total.failures == examine(mine, Scope((4,))).total.failures
    assert found.total.applicable == 189 - found.total.undecided_intervals
    content = found.to_dict()
    assert json.loads(json.dumps(content)) == content
    assert content["undecided_intervals"] == content["by_n"]["4"]["undecided_intervals"]
    assert content["undecided"][0]["error"] == "line 14: ZeroDivisionError: division by zero"


def test_what_is_undecided_does_not_hold(raising):
    found = examine(raising, Scope((3, 4), max_nodes=10))
    assert not found.total.failures
    assert not found.holds
    # The graphs of S_3 are among those of S_4: one of each is named.
    assert len({one.facts["iso_class"] for one in found.undecided}) == len(found.undecided)


def test_all_undecided_intervals_are_named(raising):
    found = examine(raising, Scope((4,)), examples=1)
    content = found.to_dict()
    assert len(found.undecided) == len(content["undecided"]) == 1
    named = content["by_n"]["4"]["undecided"]
    assert len(named) > 1
    assert sum(one["intervals"] for one in named) == found.total.undecided_intervals


def test_what_was_undecided_is_decided_by_the_mended_function(tmp_path, raising, mine):
    former = examine(raising, Scope((3, 4, 5)))
    (tmp_path / "result.json").write_text(json.dumps(former.to_dict()))
    again = examine_undecided(mine, tmp_path)
    assert again.total.undecided_intervals == 0
    assert again.total.intervals == former.total.undecided_intervals
    assert (
        again.total.failures + former.total.failures
        == examine(mine, Scope((3, 4, 5))).total.failures
    )
    with pytest.raises(UsageError, match="fails to run on"):
        examine_undecided(raising, tmp_path)


def test_a_determination_is_tried_again_as_a_whole(tmp_path):
    lengths = determination("lengths", "the length decides P", value=lambda one: one.kl)
    with pytest.raises(UsageError, match="test it on all of them again"):
        examine_undecided(lengths(lambda interval: interval.length), tmp_path)


def test_without_an_exception_nothing_is_said_of_undecided_intervals(mine):
    assert "undecided" not in json.dumps(examine(mine, Scope((4,))).to_dict())


def test_a_determination_may_be_undecided_too():
    @determination("sums", "the length decides P", value=lambda interval: interval.kl)
    def sums(interval):
        return {1: 0, 2: 0}[interval.length]

    found = examine(sums, Scope((4,)))
    assert found.total.counts == {"keys": 1}
    assert found.undecided[0].error == "KeyError: 3"


def test_an_executor_and_a_journal_give_the_same_undecided(tmp_path, raising):
    expected = examine(raising, Scope((3, 4, 5))).to_dict()
    assert examine(raising, Scope((3, 4, 5)), Here(), tmp_path / "out").to_dict() == expected
    assert examine(raising, Scope((3, 4, 5)), folder=tmp_path / "out").to_dict() == expected


def test_a_mistake_says_where(tmp_path):
    path = tmp_path / "idea.py"
    path.write_text(MINE.replace("interval.atoms <= ", "1 / 0 <= "))
    (idea,) = load_conjectures(path)
    message = r"'few-atoms' fails to run on \[.*\] of S_4: line 14: ZeroDivisionError"
    with pytest.raises(UsageError, match=message):
        examine(idea, Scope((4,)))
    with pytest.raises(UsageError, match=message):
        examine_interval(idea, "1324", "3412")


def test_labels_that_were_not_declared():
    sly = Conjecture("sly", "x ends in n", check=lambda interval: interval.x[-1] == interval.n)
    with pytest.raises(UsageError, match='declare it with about="labels"'):
        examine(sly, Scope((3,)))


def test_answers_that_are_none():
    with pytest.raises(UsageError, match="it returned 'yes'"):
        examine(Conjecture("odd", "it is odd", check=lambda interval: "yes"), Scope((3,)))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"ns": ()}, "no n is given"),
        ({"ns": (4,), "max_nodes": 1}, "at least 2"),
        ({"ns": (4,), "walks": True}, "say how many"),
    ],
)
def test_scopes_that_make_no_sense(arguments, message):
    with pytest.raises(UsageError, match=message):
        Scope(**arguments)


def test_a_graph_that_fails_in_several_groups_is_one_counterexample():
    crowns = conjecture("no-crowns", "length 3 means P = 1")(
        lambda interval: interval.length != 3 or interval.kl == (1,)
    )
    found = examine(crowns, Scope((4, 5)))
    assert [len(tally.examples) for tally in found.by_n.values()] == [1, 1]
    assert [one.facts["n"] for one in found.counterexamples] == [4]
    assert found.total.failures == sum(tally.failures for tally in found.by_n.values())
