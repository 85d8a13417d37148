"""The words of the published page."""

import pytest

from analysis.conjectures import find_conjecture
from analysis.formulas_at_large.page import STATUS

SAME = ["h-tilde", "h-tilde-strong", "h-tilde-standard", "bbdvw", "bbdvw-standard", "amazing"]
SAME += ["gamma-positive", "double-shortcuts-strong", "double-shortcuts-standard"]
IN_THE_LIST = {
    **{name: name for name in SAME},
    "same-terms": "shortcuts",
    "numerical-criterion": "join-strong-criterion",
    "double-shortcuts-other": "double-shortcuts",
}


@pytest.mark.parametrize("name", IN_THE_LIST)
def test_the_status_of_a_formula_is_that_of_the_list(name):
    assert STATUS[name].startswith(find_conjecture(IN_THE_LIST[name]).status)
