"""All counterexamples of a class are found, and no others."""

import pytest

from analysis.conjectures import Scope, conjecture, examine, find_conjecture
from analysis.conjectures.members import every_counterexample
from data_gen.errors import UsageError


@conjecture("thin", "every rank has at most 4 elements")
def thin(interval):
    return max(interval.rank_sizes) <= 4


@conjecture("thin-labels", "every rank has at most 4 elements", about="labels")
def thin_labels(interval):
    return max(interval.rank_sizes) <= 4


def pairs(counterexamples):
    return [(one.facts["n"], one.facts["x"], one.facts["w"]) for one in counterexamples]


def test_the_same_as_looking_at_every_interval():
    scope = Scope((3, 4))
    by_class = every_counterexample(examine(thin, scope, examples=100), scope)
    found = examine(thin_labels, scope, examples=1000)
    assert found.total.failing_graphs > examine(thin, scope).total.failing_graphs
    assert pairs(by_class) == pairs(found.counterexamples)
    assert pairs(every_counterexample(found, scope)) == pairs(found.counterexamples)


def test_all_failures_of_double_shortcuts_in_s5():
    scope = Scope((5,))
    every = every_counterexample(examine(find_conjecture("double-shortcuts"), scope), scope)
    assert (len(every), sum(len(one.failures) for one in every)) == (28, 36)


@pytest.mark.slow
def test_all_failures_of_h_tilde_in_s6():
    """Both triples that the page of mathematics names are among them."""
    scope = Scope((6,))
    every = every_counterexample(examine(find_conjecture("h-tilde"), scope), scope)
    triples = {
        (one.facts["x"], one.facts["w"], case["z"]) for one in every for case in one.failures
    }
    assert {("132546", "345621", "234561"), ("132546", "651234", "612345")} < triples
    assert len(triples) == 9


def test_what_was_cut_short_is_refused():
    scope = Scope((4,))
    with pytest.raises(UsageError, match="only 1 of"):
        every_counterexample(examine(thin, scope, examples=1), scope)
    with pytest.raises(UsageError, match="compares intervals"):
        every_counterexample(examine(find_conjecture("colour-invariance"), scope), scope)
