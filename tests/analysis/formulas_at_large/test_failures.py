"""Failures of the H-tilde formula past S_6, confirmed by a program that shares no code."""

import pytest

from analysis.formulas import standard_tops
from analysis.formulas_at_large.interval import check_batch, h_tilde_excess
from data_gen.errors import UsageError
from data_gen.interval_batch import build_intervals
from data_gen.intervals import BruhatInterval
from data_gen.permutations import format_permutation, to_array
from tests.analysis.formulas_at_large.naive import h_tilde, interval, r_tilde


def word(text: str) -> tuple[int, ...]:
    return tuple(map(int, text))


FAILURES = [
    ("132546", "345621", "234561"),
    ("1243657", "2456731", "1345672"),
    ("1325647", "3456721", "2345671"),
]


@pytest.mark.parametrize(("u", "v", "z"), FAILURES)
def test_the_formula_fails(u, v, z):
    decomposes, value = h_tilde(word(u), word(v), word(z))
    assert decomposes
    truth = dict(r_tilde(word(u), word(v)))
    assert value != truth
    ends = [to_array(word(text))[None] for text in (u, v)]
    batch = build_intervals(*ends)
    (found,) = check_batch(batch, standard_tops(batch))
    tops = {format_permutation(BruhatInterval(u, v).nodes[z]) for (z,) in found.failures["h-tilde"]}
    assert z in tops
    assert "h-tilde-strong" not in found.failures
    place = BruhatInterval(u, v).node_labels().index(z)
    excess = {k: c for k, c in enumerate(h_tilde_excess(batch, place)) if c}
    assert excess == {k: c - truth.get(k, 0) for k, c in value.items() if c != truth.get(k, 0)}
    assert min(excess.values()) > 0


def test_the_other_program_agrees_where_the_formula_holds():
    assert len(interval(word("1324"), word("3412"))) == 10
    for z in ("1432", "2413", "3142", "3214"):
        assert h_tilde(word("1324"), word("3412"), word(z)) == (True, {3: 1})
    assert not h_tilde(word("1324"), word("3412"), word("1342"))[0]
    assert dict(r_tilde(word("1234"), word("4321"))) == {2: 1, 4: 3, 6: 1}


def test_what_the_formula_gives_too_much():
    batch = build_intervals(*(to_array(word(text))[None] for text in ("1324", "3412")))
    assert h_tilde_excess(batch, 5) == ()
    with pytest.raises(UsageError, match="vertex 1 is not the top"):
        h_tilde_excess(batch, 1)
