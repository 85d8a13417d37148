import numpy as np
import pytest

from analysis.controls import random_vertices
from analysis.decompositions import KINDS, PIECES, standard_pieces
from analysis.labelled import read_labelled
from analysis.piece_shares import BEST, piece_shares
from data_gen import schema
from data_gen.errors import UsageError
from tests.analysis.structure import some_nodes


@pytest.fixture(scope="module")
def graphs(dataset):
    return read_labelled(dataset)


@pytest.fixture(scope="module")
def pieces(dataset, graphs):
    return standard_pieces(graphs, dataset.read([schema.X])[schema.X].to_pylist())


def test_chance_is_the_mean_over_random_vertices_of_the_same_ranks(graphs, pieces):
    salient = some_nodes(graphs, 0.15, seed=1)
    scores = np.where(salient, 1.0, 0.0)
    found = piece_shares(graphs, pieces, scores, salient, replicates=20)
    draws = list(random_vertices(graphs, salient, "ranks", draws=600, seed=2))
    for kind, codes, shares in zip(KINDS, pieces.codes, found, strict=False):
        assert shares.kind == kind
        for piece in PIECES:
            on_it = codes == PIECES.index(piece)
            share = shares.of(piece)
            inside = salient & (codes >= 0)
            assert share.share.value == pytest.approx((on_it & salient).sum() / inside.sum())
            assert share.size == pytest.approx(on_it.sum() / (codes >= 0).sum())
            drawn = [(on_it & draw).sum() / (draw & (codes >= 0)).sum() for draw in draws]
            error = np.std(drawn) / np.sqrt(len(drawn))
            assert share.chance == pytest.approx(np.mean(drawn), abs=4 * error + 1e-9)
            # With a score of one at each salient vertex the mass says the same.
            mass = shares.of(piece, "mass")
            assert mass.share.value == pytest.approx(share.share.value)
            assert mass.chance == pytest.approx(share.chance)


def test_shares_and_chances_are_parts_of_one(graphs, pieces):
    scores = np.random.default_rng(3).random(graphs.num_nodes)
    for shares in piece_shares(graphs, pieces, scores, scores > 0.8, replicates=20):
        for each in (shares.vertices, shares.mass):
            assert [share.piece for share in each] == list(PIECES)
            assert sum(share.share.value for share in each) == pytest.approx(1)
            assert sum(share.chance for share in each) == pytest.approx(1)
            assert sum(share.difference.value for share in each) == pytest.approx(0, abs=1e-12)


def test_whole_ranks_show_nothing(graphs, pieces):
    scores = (graphs.ranks + 1).astype(float)
    for shares in piece_shares(graphs, pieces, scores, graphs.ranks == 2, replicates=50):
        for share in (*shares.vertices, *shares.mass):
            for value in (share.difference.value, share.difference.low, share.difference.high):
                assert value == pytest.approx(0, abs=1e-12)


def test_a_planted_hypercube_is_found(graphs, pieces):
    salient = pieces.codes[0] == PIECES.index("hypercube")
    found = {one.kind: one for one in piece_shares(graphs, pieces, salient * 1.0, salient)}
    cube = found["first"].of("hypercube")
    assert cube.share.value == 1
    assert cube.difference.low > 0.1
    assert found["first"].salient_vertices == salient.sum()
    assert found["first"].intervals == pieces.applies[0].sum()
    assert found[BEST].of("elsewhere").difference.high < 0


def test_choosing_the_best_of_four_is_allowed_for(graphs, pieces):
    """Random vertices: the best kind exceeds its own chance, but not that of the same choice."""
    salient = some_nodes(graphs, 0.1, seed=5)
    scores = np.random.default_rng(6).random(graphs.num_nodes)
    found = piece_shares(graphs, pieces, scores, salient, draws=200, replicates=500)
    best = found[-1]
    assert (best.kind, best.draws) == (BEST, 200)
    on_pieces = 1 - best.of("elsewhere").share.value
    assert on_pieces > max(1 - one.of("elsewhere").chance for one in found[:-1]) + 0.05
    assert not best.of("elsewhere").difference.excludes_zero
    assert not best.of("hypercube").difference.excludes_zero


def test_same_seed_same_shares(graphs, pieces):
    scores = np.random.default_rng(7).random(graphs.num_nodes)
    one, again, other = (
        piece_shares(graphs, pieces, scores, scores > 0.9, draws=3, replicates=50, seed=seed)
        for seed in (1, 1, 2)
    )
    assert one == again
    assert one != other


def test_nothing_salient(graphs, pieces):
    nothing = np.zeros(graphs.num_nodes, dtype=bool)
    for shares in piece_shares(graphs, pieces, nothing * 1.0, nothing, replicates=10):
        assert shares.salient_vertices == 0
        assert np.isnan(shares.of("ideal").share.value)
        assert not shares.of("ideal").difference.excludes_zero


def test_wrong_sizes_are_refused(graphs, pieces):
    few = np.zeros(3)
    with pytest.raises(UsageError, match="arrays of 3 scores"):
        piece_shares(graphs, pieces, few, few > 0)
    scores = np.zeros(graphs.num_nodes)
    with pytest.raises(UsageError, match="draws = 0"):
        piece_shares(graphs, pieces, scores, scores > 0, draws=0)
