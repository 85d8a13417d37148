"""Adding up what was found."""

import json
from itertools import permutations

from analysis.conjectures import tally as tallies
from analysis.conjectures.tally import Counterexample, Tally, Undecided, as_key


def facts(nodes, x="1324", w="3412", length=3):
    return {"n": len(x), "x": x, "w": w, "length": length, "nodes": nodes, "kl": [1]}


def failing(nodes, count=1, **changes):
    one = Counterexample(facts(nodes, **changes), count, ({"found": nodes},))
    return Tally(*(count, 1, count, count, count, 1), {"cases": count}, [one])


def added(tallies, kept=10):
    total = Tally(kept=kept)
    for one in tallies:
        total.add(one)
    return total


def test_sums():
    total = added([failing(10, 3), Tally(5, 1, 4, counts={"cases": 2, "edges": 1}), failing(6, 2)])
    assert (total.intervals, total.graphs, total.applicable) == (10, 3, 9)
    assert (total.failures, total.failing_intervals, total.failing_graphs) == (5, 5, 2)
    assert total.counts == {"cases": 7, "edges": 1}


def test_the_smallest_are_kept_in_whatever_order_they_come():
    four = [failing(10), failing(6), failing(6, x="1234"), failing(8, length=4)]
    for order in permutations(four):
        found = added(order, kept=3).examples
        assert [(one.facts["nodes"], one.facts["x"]) for one in found] == [
            *((6, "1234"), (6, "1324"), (8, "1324")),
        ]


def test_words_of_ten_letters_are_sorted_as_numbers():
    later = failing(6, x="1,2,3,4,5,6,7,8,10,9", w="1,2,3,4,5,6,7,10,8,9")
    earlier = failing(6, x="1,2,3,4,5,6,7,8,9,10", w="1,2,3,4,5,6,7,10,8,9")
    assert added([later, earlier]).examples[0].facts["x"].endswith(",9,10")


def test_there_and_back_through_json():
    tally = added([failing(10, 3), failing(6)])
    tally.seen = {as_key([1]): {as_key((1, 2)): [3, facts(6)]}}
    assert Tally.from_dict(json.loads(json.dumps(tally.to_dict()))) == tally


def seen(key, value, nodes, count=1):
    tally = Tally(intervals=count, graphs=1, applicable=count)
    tally.seen = {as_key(key): {as_key(value): [count, facts(nodes)]}}
    return tally


def test_one_value_for_each_key_is_no_counterexample():
    closed = added([seen(1, "a", 4), seen(2, "a", 6), seen(1, "a", 5)]).close()
    assert not closed.failures
    assert closed.counts == {"keys": 2}
    assert closed.applicable == 3


def test_two_values_for_a_key_are_a_counterexample():
    tallies = [seen(1, [1, 2], 8, 5), seen(1, [1], 6, 2), seen(1, [1], 7), seen(2, [1], 4)]
    for order in permutations(tallies):
        closed = added(order).close()
        assert (closed.failures, closed.failing_intervals) == (1, 8)
        (found,) = closed.examples
        assert found.facts["nodes"] == 6
        (case,) = found.failures
        assert (case["key"], case["value"], case["other_value"]) == (1, [1], [1, 2])
        assert case["other_interval"]["nodes"] == 8


def test_closing_changes_nothing():
    tally = added([seen(1, "a", 8), seen(1, "b", 6)])
    assert tally.close() == tally.close()
    assert not tally.failures


def undecided(nodes, count=1, **changes):
    one = Undecided(facts(nodes, **changes), count, "KeyError: 3")
    return Tally(intervals=count, graphs=1, undecided_intervals=count, undecided=[one])


def test_undecided_intervals_are_kept_and_go_through_json(monkeypatch):
    parts = [undecided(10, 3), undecided(6, 2), failing(4), undecided(8)]
    total = added(parts, kept=1)
    assert (total.intervals, total.undecided_intervals) == (7, 6)
    assert [one.facts["nodes"] for one in total.undecided] == [6, 8, 10]
    monkeypatch.setattr(tallies, "MOST_UNDECIDED", 2)
    assert [one.facts["nodes"] for one in added(parts).undecided] == [6, 8]
    assert Tally.from_dict(json.loads(json.dumps(total.to_dict()))) == total
    assert total.close().undecided == total.undecided


def test_nothing_is_written_of_what_there_is_not():
    assert not {"seen", "undecided", "undecided_intervals"} & set(failing(4).to_dict())
