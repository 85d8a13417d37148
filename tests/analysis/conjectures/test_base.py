"""What a conjecture may be, and what its function may return."""

import numpy as np
import pytest

from analysis.conjectures.base import Conjecture, Outcome, conjecture, determination
from analysis.conjectures.subject import Subject
from data_gen.errors import UsageError

CROWN = Subject("1324", "3412")


def always(answer):
    return Conjecture("always", "it is so", check=lambda interval: answer)


@pytest.mark.parametrize("answer", [True, np.True_])
def test_true_holds(answer):
    assert always(answer).outcome(CROWN) == Outcome()


@pytest.mark.parametrize("answer", [False, np.False_])
def test_false_is_one_failure(answer):
    outcome = always(answer).outcome(CROWN)
    assert not outcome.holds
    assert len(outcome.failures) == 1


def test_none_is_not_applicable():
    outcome = always(None).outcome(CROWN)
    assert outcome.holds
    assert not outcome.applies


def test_an_outcome_is_taken_as_it_is():
    outcome = Outcome.of([{"found": 1}], edges=4)
    assert always(outcome).outcome(CROWN) is outcome


@pytest.mark.parametrize("answer", [1, "yes", 0.5, [True]])
def test_anything_else_is_refused(answer):
    with pytest.raises(UsageError, match="a check returns True, False, None"):
        always(answer).outcome(CROWN)


def test_equal_keeps_both_sides_and_where():
    assert Outcome.equal((1,), (1,), vertex=3).holds
    assert Outcome.equal(1, 2, vertex=3).failures == ({"expected": 1, "found": 2, "vertex": 3},)


def test_the_decorator():
    @conjecture("small", "it is small", source="me", status="observed", about="labels", note="!")
    def small(interval):
        return interval.num_nodes < 5

    assert small == Conjecture(
        *("small", "it is small", "me", "observed"), check=small.check, about="labels", note="!"
    )
    assert not small.outcome(CROWN).holds


def test_a_determination_has_a_key_and_a_value():
    @determination("by-length", "the length decides P", value=lambda interval: interval.kl)
    def by_length(interval):
        return interval.length

    assert by_length.is_determination
    assert (by_length.key(CROWN), by_length.value(CROWN)) == (3, (1, 1))
    with pytest.raises(UsageError, match="compares intervals"):
        by_length.outcome(CROWN)


@pytest.mark.parametrize("name", ["", "my idea", "idea.py", "a/b"])
def test_names_that_a_command_line_could_not_take(name):
    with pytest.raises(UsageError, match="no name of a conjecture"):
        Conjecture(name, "it is so", check=lambda interval: True)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"status": "true"}, "status = 'true' is none of theorem, announced"),
        ({"about": "posets"}, "about = 'posets' is none of graph, labels"),
        ({"check": None}, "either a check, or a key and a value"),
        ({"key": len}, "either a check, or a key and a value"),
    ],
)
def test_what_could_never_run_is_refused(changes, message):
    with pytest.raises(UsageError, match=message):
        Conjecture(**{"name": "a", "statement": "it is so", "check": bool, **changes})
