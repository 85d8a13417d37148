"""The words of the published page."""

import json
import re

import pytest

from analysis.conjectures import all_conjectures
from analysis.formulas_at_large.interval import FORMULAS
from analysis.formulas_at_large.page import LISTED, STATUS, page
from analysis.formulas_at_large.run import check_formulas
from analysis.formulas_at_large.scope import Scope


def names(cell: str) -> list[str]:
    return re.findall("`([^`]+)`", cell)


@pytest.mark.parametrize("name", FORMULAS)
def test_a_formula_of_the_page_is_found_in_the_list(name):
    """And a name that both have means the same."""
    known = all_conjectures()
    assert names(LISTED[name])
    assert set(names(LISTED[name])) <= set(known)
    if name in known:
        assert LISTED[name] == f"`{name}`"


# The list's status of the four sets is that of "join-strong"; the page has the theorem as well.
@pytest.mark.parametrize("name", [name for name in FORMULAS if "standard" not in LISTED[name]])
def test_the_status_of_a_formula_is_that_of_the_list(name):
    assert STATUS[name].startswith(all_conjectures()[names(LISTED[name])[0]].status)


def test_the_page_has_a_row_for_each_formula_that_was_tried():
    result = json.loads(json.dumps(check_formulas(Scope(3))))
    text = page([(result, {}, 0.5)])
    rows = {
        names(line)[0]: names(line.split("|")[-2]) for line in text.splitlines() if "| `" in line
    }
    assert rows == {name: names(LISTED[name]) for name in result["tried"]}
