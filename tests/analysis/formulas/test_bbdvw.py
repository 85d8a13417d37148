"""The formula of Blundell et al.: worked examples, all of S_4, and the other form of its sum."""

from itertools import combinations

import pytest
from numpy.polynomial import polynomial as peer

from analysis.formulas import Truth, bits_of, decomposition_at, kl_by_bbdvw, lower_decompositions
from data_gen.intervals import BruhatInterval
from data_gen.polynomials import trimmed
from tests.analysis.formulas.structure import truths_of


def test_worked_examples(worked_examples):
    for example in worked_examples:
        truth = Truth.of_interval(example["x"], example["y"])
        names = BruhatInterval(example["x"], example["y"]).node_labels()
        for standard in example["standard"].values():
            one = decomposition_at(truth.graph, names.index(standard["z"]))
            pieces = kl_by_bbdvw(one, truth.kl)
            assert list(pieces.hypercube) == standard["hypercube_piece"]
            assert list(pieces.inductive) == standard["inductive_piece"]
            gamma = {names[w]: list(value) for w, value in pieces.gamma.items() if w}
            assert gamma == standard["gamma"]
            assert list(pieces.polynomial) == example["P"]
            assert pieces.is_consistent


@pytest.mark.parametrize("n", [3, 4])
def test_all_decompositions(n):
    for truth in truths_of(n):
        for one in lower_decompositions(truth.graph):
            pieces = kl_by_bbdvw(one, truth.kl)
            assert pieces.polynomial == truth.kl(0, truth.bits.top)
            assert pieces.is_consistent
            assert pieces.is_gamma_positive


@pytest.mark.parametrize(("v", "z"), [("345621", "234561"), ("651234", "612345")])
def test_it_is_right_where_the_h_tilde_formula_fails(v, z):
    truth = Truth.of_interval("132546", v)
    names = BruhatInterval("132546", v).node_labels()
    one = decomposition_at(truth.graph, names.index(z))
    pieces = kl_by_bbdvw(one, truth.kl)
    assert pieces.polynomial == truth.kl(0, truth.bits.top)
    assert pieces.is_gamma_positive


def test_gamma_solves_its_equations():
    """P_{w,v} = sum of gamma_{w'} P_{w,w'} over the w' >= w in I, for every w in I, u too."""
    for truth in list(truths_of(4))[::2]:
        top = truth.bits.top
        for one in lower_decompositions(truth.graph):
            gamma = kl_by_bbdvw(one, truth.kl).gamma
            for w in bits_of(one.ideal):
                total = [0]
                for other, value in gamma.items():
                    if truth.kl(w, other):
                        total = peer.polyadd(total, peer.polymul(value, truth.kl(w, other)))
                assert trimmed([round(c) for c in total]) == truth.kl(w, top)


def test_the_hypercube_piece_as_a_sum_over_all_subsets():
    """N = sum over nonempty S in E_u of (q - 1)^(|S| - 1) P_{theta(max S),v}."""
    for truth in list(truths_of(4))[::4]:
        bits = truth.bits
        for one in lower_decompositions(truth.graph):
            cluster = one.clusters[0]
            total = [0]
            elements = list(bits_of(cluster.targets))
            for size in range(1, len(elements) + 1):
                for chosen in combinations(elements, size):
                    maxima = sum(
                        1 << a
                        for a in chosen
                        if not any(a != b and bits.up[a] >> b & 1 for b in chosen)
                    )
                    kl = truth.kl(cluster.theta[maxima], bits.top)
                    term = peer.polymul(peer.polypow((-1, 1), size - 1), kl)
                    total = peer.polyadd(total, term)
            numerator = [round(c) for c in total]
            padded = numerator + [0] * (bits.length - len(numerator))
            found = kl_by_bbdvw(one, truth.kl).hypercube
            assert trimmed(padded[::-1]) == found


def test_only_smaller_intervals_are_asked_for():
    truth = Truth.of_interval("1324", "4321")
    top = truth.bits.top
    for one in lower_decompositions(truth.graph):

        def kl(a, b, ideal=one.ideal):
            assert (a, b) != (0, top)
            assert b == top or (ideal >> a & 1 and ideal >> b & 1)
            return truth.kl(a, b)

        kl_by_bbdvw(one, kl)


def test_wrong_polynomials_are_seen():
    """With 1 + q for P_{1432,3412}, which is 1, Q + J is no q-derived polynomial."""
    truth = Truth.of_interval("1324", "3412")
    one = lower_decompositions(truth.graph)[0]

    def wrong(a, b):
        return (1, 1) if (a, b) == (one.z, truth.bits.top) else truth.kl(a, b)

    pieces = kl_by_bbdvw(one, wrong)
    assert not pieces.is_consistent
    assert not pieces.is_gamma_positive
