"""Tables in Markdown."""

import pytest

from klgnn.markdown import table


def test_a_bar_in_a_cell_does_not_end_it():
    lines = table(["motif", "count"], [["diamond: cover, long | long, cover", "67"]]).splitlines()
    assert lines[2] == r"| diamond: cover, long \| long, cover | 67 |"


def test_a_row_that_is_too_long_is_refused():
    with pytest.raises(ValueError, match="a row of 3 cells under 2 titles"):
        table(["motif", "count"], [["V", "67", "1"]])
