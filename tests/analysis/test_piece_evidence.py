"""Whether hypercube pieces draw saliency, with networks of which that is known beforehand."""

import dataclasses
from collections import defaultdict

import numpy as np
import pytest

from analysis.decompositions import KINDS, PIECES, standard_decompositions, standard_pieces
from analysis.evidence import SalientParts
from analysis.labelled import read_labelled
from analysis.piece_evidence import excesses, weigh_pieces
from analysis.statistics import difference_of_groups, mean_of_networks
from data_gen import schema
from data_gen.intervals import BruhatInterval
from tests.analysis.structure import labelled, some_nodes

HYPERCUBE = PIECES.index("hypercube")
PAIRS = [("1234", "4321"), ("1324", "4231"), ("1324", "3412"), ("1243", "1432"), ("132", "231")]


@pytest.fixture(scope="module")
def graphs(dataset):
    return read_labelled(dataset)


@pytest.fixture(scope="module")
def pieces(graphs, dataset):
    return standard_pieces(graphs, dataset.read([schema.X])[schema.X].to_pylist())


def marking(pieces, seed, kind=0):
    """A network that marks a third of a kind's hypercube piece, and little else."""
    rng = np.random.default_rng(seed)
    chance = np.where(pieces.codes[kind] == HYPERCUBE, 0.35, 0.03)
    return rng.random(len(chance)) < chance


def row(found, kind="first", piece="hypercube"):
    (one,) = [one for one in found if (one.kind, one.piece) == (kind, piece)]
    return one


def test_excesses_by_brute_force():
    intervals = [BruhatInterval(*pair) for pair in PAIRS]
    graphs = labelled(intervals)
    salient = some_nodes(graphs, 0.5, 3)
    shares, chances = excesses(
        graphs, standard_pieces(graphs, [pair[0] for pair in PAIRS]), salient
    )
    found, expected = (defaultdict(lambda: np.zeros(len(PIECES))) for _ in range(2))
    for number, interval in enumerate(intervals):
        marked = salient[graphs.nodes_of(number)]
        for parts in standard_decompositions(interval):
            elsewhere = ~(parts.ideal | parts.hypercube)
            masks = {"elsewhere": elsewhere, "ideal": parts.ideal, "hypercube": parts.hypercube}
            for place, piece in enumerate(PIECES):
                for rank in range(interval.length + 1):
                    level = interval.ranks == rank
                    there = int((level & masks[piece]).sum())
                    found[parts.kind][place] += (marked & level & masks[piece]).sum()
                    expected[parts.kind][place] += (marked & level).sum() * there / level.sum()
    for place, kind in enumerate(KINDS):
        np.testing.assert_allclose(shares[place], found[kind] / found[kind].sum())
        np.testing.assert_allclose(chances[place], expected[kind] / expected[kind].sum())


def test_whole_ranks_have_no_excess(graphs, pieces):
    shares, chances = excesses(graphs, pieces, graphs.ranks == 2)
    np.testing.assert_allclose(shares, chances)
    np.testing.assert_allclose(shares.sum(axis=1), 1.0)


def test_nothing_salient_has_no_share(graphs, pieces):
    shares, chances = excesses(graphs, pieces, np.zeros(graphs.num_nodes, dtype=bool))
    assert np.isnan(shares).all()
    assert np.isnan(chances).all()


@pytest.fixture(scope="module")
def parts(graphs, pieces):
    return SalientParts(
        [marking(pieces, seed) for seed in range(4)],
        [some_nodes(graphs, 0.1, seed) for seed in range(10, 14)],
        [some_nodes(graphs, 0.1, seed) for seed in range(20, 24)],
    )


@pytest.fixture(scope="module")
def weighed(graphs, pieces, parts):
    return weigh_pieces(graphs, pieces, parts)


def test_networks_that_mark_the_hypercube_piece_are_told(weighed, graphs, pieces, parts):
    found = row(weighed)
    assert found.differs
    assert found.trained.low > 0.1
    assert found.share - found.chance == pytest.approx(found.trained.value)
    np.testing.assert_allclose(np.mean(found.untrained), 0.0, atol=0.05)
    assert len(found.networks) == len(found.untrained) == len(found.shuffled) == 4
    for mask, excess in zip(parts.trained, found.networks, strict=True):
        shares, chances = excesses(graphs, pieces, mask)
        assert excess == pytest.approx((shares - chances)[0, HYPERCUBE])


def test_differences_from_networks_are_welchs(weighed):
    for found in weighed:
        own = np.array(found.networks)
        assert found.trained == mean_of_networks(own)
        assert found.from_untrained == difference_of_groups(own, np.array(found.untrained))
        assert found.from_shuffled == difference_of_groups(own, np.array(found.shuffled))
        for drawn, difference in (
            (found.degrees, found.from_degrees),
            (found.distances, found.from_distances),
        ):
            assert len(drawn) == len(own)
            wanted = mean_of_networks(own - np.array(drawn))
            assert dataclasses.astuple(difference.points) == pytest.approx(
                dataclasses.astuple(wanted)
            )
            assert found.p_holm >= difference.p > 0
        assert found.p_holm >= found.from_untrained.p


def test_all_kinds_and_pieces_have_a_line(weighed):
    assert [(one.kind, one.piece) for one in weighed] == [
        (kind, piece) for kind in KINDS for piece in PIECES
    ]
    for kind in KINDS:
        lines = [row(weighed, kind, piece) for piece in PIECES]
        assert sum(one.share for one in lines) == pytest.approx(1.0)
        assert sum(one.trained.value for one in lines) == pytest.approx(0.0, abs=1e-12)


def test_shuffled_labels_that_mark_it_too_undo_it(graphs, pieces, parts):
    shuffled = [marking(pieces, seed) for seed in range(30, 34)]
    found = row(
        weigh_pieces(graphs, pieces, SalientParts(parts.trained, parts.untrained, shuffled))
    )
    assert not found.differs
    assert found.from_untrained.p < 0.01


def test_networks_like_untrained_ones_are_not_told(graphs, pieces):
    masks = [some_nodes(graphs, 0.1, seed) for seed in range(8)]
    found = weigh_pieces(graphs, pieces, SalientParts(masks[:4], masks[4:]))
    assert not any(one.differs for one in found)
    assert all(one.from_shuffled is None for one in found)
    assert row(found).shuffled == ()


def test_one_training_tests_nothing(graphs, pieces, parts):
    found = weigh_pieces(graphs, pieces, SalientParts(parts.trained[:1], parts.untrained))
    assert not any(one.differs for one in found)
    assert all(np.isnan(one.p_holm) for one in found)
    assert row(found).trained.value > 0.1


def test_same_seed_same_numbers(graphs, pieces, parts, weighed):
    assert repr(weigh_pieces(graphs, pieces, parts)) == repr(weighed)
    other = weigh_pieces(graphs, pieces, parts, seed=9)
    assert row(other).degrees != row(weighed).degrees
    assert row(other).untrained == row(weighed).untrained
