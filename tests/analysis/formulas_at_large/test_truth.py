"""The polynomials that the compiled formulas are compared with, against single look-ups."""

import numpy as np
import pytest

from analysis.formulas_at_large import truth
from analysis.formulas_at_large._bbdvw_kernels import look_up
from analysis.formulas_at_large._graph_kernels import make_rows
from analysis.formulas_at_large._r_tilde_kernels import fill_row
from analysis.formulas_at_large.truth import Labels, kl_of, r_tilde_of
from data_gen.errors import UsageError
from data_gen.intervals import BruhatInterval
from data_gen.kl_single import kl_row
from data_gen.polynomials import trimmed
from data_gen.r_polynomials import r_tilde_polynomial

INTERVALS = [
    ("1324", "3412"),
    ("132546", "345621"),
    ("13254768", "24173856"),
    ("427913856", "972481365"),
]


def labelled(interval: BruhatInterval) -> Labels:
    reflections = interval.reflections.astype(np.int64) @ [16, 1]
    graph = interval.graph
    return Labels(interval.node_array, graph.sources, graph.targets, reflections)


def rows_of(interval: BruhatInterval):
    graph = interval.graph
    return make_rows(graph.ranks, graph.sources, graph.targets)


@pytest.mark.parametrize(("x", "w"), INTERVALS)
@pytest.mark.parametrize("by_paths", [False, True])
def test_r_tilde(x, w, by_paths, monkeypatch):
    if by_paths:
        monkeypatch.setattr(truth, "_SQUARES", 0)
    interval = BruhatInterval(x, w)
    g, known = rows_of(interval), r_tilde_of(labelled(interval), interval.length)
    row = np.zeros((interval.num_nodes, known.rows.shape[1]), np.int64)
    for a in range(0, interval.num_nodes, 7):
        fill_row(g, a, known, row)
        for b in range(a, interval.num_nodes, 5):
            length = int(interval.ranks[b] - interval.ranks[a])
            half = row[b].tolist()
            polynomial = [0] * (length + 1)
            for j, coefficient in enumerate(half):
                if coefficient:
                    polynomial[length - 2 * j] = coefficient
            expected = r_tilde_polynomial(interval.nodes[a], interval.nodes[b])
            assert trimmed(polynomial) == expected


@pytest.mark.parametrize(("x", "w"), INTERVALS)
def test_kl(x, w):
    interval = BruhatInterval(x, w)
    g = rows_of(interval)
    top = interval.num_nodes - 1
    known = kl_of(labelled(interval), g, top)
    for b in (top // 2, top - 1, top):
        look_up(g, b, known)
        expected = kl_row(interval.x, interval.nodes[b])
        for a, node in enumerate(interval.nodes):
            if node in expected:
                number = known.ids[known.places[b], known.places[a]]
                assert trimmed(known.coefficients[number].tolist()) == expected[node]


def test_s10_is_refused():
    interval = BruhatInterval(range(1, 11), (2, 1, *range(3, 11)))
    with pytest.raises(UsageError, match="n up to 9"):
        kl_of(labelled(interval), rows_of(interval), 0)
