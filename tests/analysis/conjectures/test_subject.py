"""What a conjecture sees of an interval is what other modules compute."""

import pytest

from analysis.conjectures.subject import Subject, at
from data_gen.errors import IntervalError, UsageError
from data_gen.intervals import BruhatInterval
from data_gen.isomorphism import certificate
from data_gen.kl_single import kl_coefficients
from data_gen.r_polynomials import r_tilde_polynomial

PAIRS = [("1324", "3412"), ("2143", "4231"), ("12345", "52341"), ("13254", "45312")]


def dual(word):
    return tuple(len(word) + 1 - value for value in word)


@pytest.mark.parametrize("pair", PAIRS)
def test_polynomials_of_all_subintervals(pair):
    subject, words = Subject(*pair), BruhatInterval(*pair).nodes
    for a in range(0, len(words), 3):
        for b in range(a, len(words), 2):
            x, w = words[a], words[b]
            assert subject.r_tilde_between(a, b) == r_tilde_polynomial(x, w)
            if subject.r_tilde_between(a, b):
                assert subject.kl_between(a, b) == kl_coefficients(x, w)
                assert subject.dual_kl_between(a, b) == kl_coefficients(dual(w), dual(x))
            else:
                assert subject.kl_between(a, b) == subject.dual_kl_between(a, b) == ()


@pytest.mark.parametrize("pair", PAIRS)
def test_the_graph_without_labels(pair):
    subject, interval = Subject(*pair), BruhatInterval(*pair)
    assert subject.graph.reflections is None
    assert subject.certificate == certificate(interval.graph)
    assert (subject.num_nodes, subject.num_edges) == (interval.num_nodes, interval.num_edges)
    assert subject.rank_sizes == interval.rank_sizes
    assert (subject.atoms, subject.coatoms) == (len(interval.atoms), len(interval.coatoms))
    edges = [(v, w) for v, above in enumerate(subject.above) for w in above]
    assert edges == [tuple(edge) for edge in interval.edges.tolist()]
    assert sorted((v, w) for w, below in enumerate(subject.below) for v in below) == edges


def test_distances_are_the_lowest_degrees_of_r_tilde():
    subject = Subject("1234", "4321")
    lowest = [next(k for k, c in enumerate(p) if c) for p in subject.exact.r_tilde_from(0)]
    assert subject.distances_from_bottom == lowest


def test_labels_only_where_they_are_allowed():
    with_labels, without = Subject("1324", "3412", labels=True), Subject("1324", "3412")
    assert (with_labels.n, with_labels.x, with_labels.w) == (4, (1, 3, 2, 4), (3, 4, 1, 2))
    assert with_labels.words == BruhatInterval("1324", "3412").nodes
    assert with_labels.graph.reflections is not None
    for name in ("n", "x", "w", "words", "interval"):
        with pytest.raises(UsageError, match='declare it with about="labels"'):
            getattr(without, name)
    assert without.names([0, 9]) == ["1324", "3412"]


def test_facts():
    facts = Subject("1324", "3412").facts()
    assert facts.pop("iso_class") == Subject("2143", "4231").certificate
    assert facts == {
        **{"n": 4, "x": "1324", "w": "3412", "length": 3, "nodes": 10},
        **{"kl": [1, 1], "r_tilde": [0, 0, 0, 1]},
    }


def test_mu_and_f():
    crown, even = Subject("1324", "3412"), Subject("1234", "3412")
    assert (crown.mu, crown.f, crown.coefficient(1)) == (1, 3, 1)
    assert (even.mu, even.coefficient(9)) == (0, 0)
    assert at((), 0) == 0


def test_no_interval():
    with pytest.raises(IntervalError):
        Subject("3412", "1324")
