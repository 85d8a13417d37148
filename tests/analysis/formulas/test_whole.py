"""What is taken for true is what the tables and the recursions say."""

import pytest

from analysis.formulas import Truth
from data_gen.errors import IntervalError
from data_gen.intervals import BruhatInterval
from data_gen.kl_single import kl_coefficients
from data_gen.r_polynomials import r_tilde_polynomial

PAIRS = [
    ("1324", "4312"),
    ("21354", "45231"),
    ("132546", "351624"),
    ("1325476", "3561724"),
    ("13254768", "15762843"),
]


@pytest.mark.parametrize(("x", "w"), PAIRS)
def test_polynomials_of_all_subintervals(x, w):
    """S_8 is beyond the table of R, and read row by row."""
    truth, nodes = Truth.of_interval(x, w), BruhatInterval(x, w).nodes
    for a in range(0, len(nodes), 1 + len(nodes) // 12):
        for b in range(0, len(nodes), 1 + len(nodes) // 11):
            assert truth.kl(a, b) == kl_coefficients(nodes[a], nodes[b])
            assert truth.r_tilde(a, b) == r_tilde_polynomial(nodes[a], nodes[b])


def test_rows_of_s10():
    """Beyond the tables altogether."""
    x, w = "1,3,2,4,5,6,7,8,9,10", "3,4,1,2,5,6,7,8,9,10"
    truth, nodes = Truth.of_interval(x, w), BruhatInterval(x, w).nodes
    assert truth.graph == BruhatInterval(x, w).graph
    for a, lower in enumerate(nodes):
        for b, upper in enumerate(nodes):
            assert truth.kl(a, b) == kl_coefficients(lower, upper)
            assert truth.r_tilde(a, b) == r_tilde_polynomial(lower, upper)


def test_from_the_graph_alone():
    labelled = Truth.of_interval("1324", "4312")
    bare = Truth.of_graph(labelled.graph)
    vertices = range(labelled.graph.num_nodes)
    assert all(bare.kl(a, b) == labelled.kl(a, b) for a in vertices for b in vertices)
    assert [bare.r_tilde_from_bottom(p) for p in vertices] == [
        labelled.r_tilde(0, p) for p in vertices
    ]


def test_pairs_that_are_no_interval():
    with pytest.raises(IntervalError):
        Truth.of_interval("321", "123")
