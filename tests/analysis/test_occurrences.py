"""Things counted in salient parts over trainings, with differences that are known beforehand."""

import numpy as np
import pytest

from analysis.controls import random_vertices
from analysis.evidence import SalientParts
from analysis.labelled import read_labelled
from analysis.motifs import count_motifs, patterns
from analysis.occurrences import salient_and_drawn, weigh_occurrences
from analysis.statistics import difference_of_groups, holm, mean_of_networks
from tests.analysis.structure import some_nodes


@pytest.fixture(scope="module")
def graphs(dataset):
    return read_labelled(dataset)


def diamonds(graphs, seed):
    """Vertices that come in whole diamonds: up to two edges above those of a few starts."""
    starts = some_nodes(graphs, 0.01, seed)
    mask = starts.copy()
    for _ in range(2):
        mask[graphs.targets[mask[graphs.sources]]] = True
    return mask


def weighed(graphs, parts, draws=20, seed=0):
    counts = count_motifs(graphs, salient_and_drawn(graphs, parts, draws, seed))
    return weigh_occurrences(counts, parts, draws)


@pytest.fixture(scope="module")
def others(graphs):
    """What stands for untrained networks and for those on shuffled labels: random vertices."""
    masks = [diamonds(graphs, seed) for seed in range(10, 18)]
    return [next(random_vertices(graphs, mask, "ranks", 1, seed=9)) for mask in masks]


@pytest.fixture(scope="module")
def parts(graphs, others):
    return SalientParts([diamonds(graphs, seed) for seed in range(4)], others[:4], others[4:])


@pytest.fixture(scope="module")
def found(graphs, parts):
    return weighed(graphs, parts)


def named(found):
    return {patterns()[one.kind].title: one for one in found}


def test_what_trainings_share_and_controls_lack_differs(found):
    diamond = named(found)["diamond"]
    assert diamond.differs
    assert diamond.ratio.low > 1
    assert diamond.count > diamond.expected
    assert abs(np.mean(diamond.untrained)) < 0.5
    assert found[0].differs


def test_the_statistic_is_the_logarithm_of_count_over_expected(graphs, parts, found):
    first = parts.trained[0]
    draws = list(random_vertices(graphs, first, "ranks", 20, 0, parts.among))
    counts = count_motifs(graphs, [first, *draws])
    for one in found:
        own, drawn = counts[0, one.kind], counts[1:, one.kind]
        assert one.networks[0] == pytest.approx(np.log2((own + 0.5) / (drawn.mean() + 0.5)))
        assert one.trained == mean_of_networks(np.array(one.networks))


def test_other_networks_are_compared_by_welch_and_holm(found):
    for control in ("untrained", "shuffled"):
        differences = [
            difference_of_groups(np.array(one.networks), np.array(getattr(one, control)))
            for one in found
        ]
        assert [getattr(one, f"from_{control}") for one in found] == differences
        adjusted = holm([one.p for one in differences])
        assert all(one.p_holm >= p for one, p in zip(found, adjusted, strict=True))


def test_controls_that_show_the_same_undo_it(graphs, parts):
    untrained = [diamonds(graphs, seed) for seed in range(20, 24)]
    found = named(weighed(graphs, SalientParts(parts.trained, untrained)))["diamond"]
    assert not found.differs
    assert all(one.p < 0.01 for one in found.from_drawn.values())
    assert found.from_shuffled is None
    assert found.shuffled == ()


def test_what_vertices_of_the_same_distances_hold_as_well_does_not_differ(graphs, parts):
    """Draws that keep distances, in the place of the trained networks: nothing beyond these."""
    trained = [
        next(random_vertices(graphs, mask, "distances", 1, seed=5 + k))
        for k, mask in enumerate(parts.trained)
    ]
    found = weighed(graphs, SalientParts(trained, parts.untrained, parts.shuffled))
    assert not any(one.differs for one in found)
    diamond = named(found)["diamond"]
    assert set(diamond.from_drawn) == {"ranks", "degrees", "distances"}
    assert diamond.from_drawn["distances"].p > 0.05


def test_networks_like_draws_do_not_differ(graphs, others):
    found = weighed(graphs, SalientParts(others[:4], others[4:]))
    assert not any(one.differs for one in found)


def test_what_is_rare_is_not_compared(graphs, parts, found):
    counts = count_motifs(graphs, salient_and_drawn(graphs, parts))
    rows = len(parts.all) * 21
    assert len(counts) == rows + len(parts.trained) * 40
    common = {k for k, mean in enumerate(counts[:rows].mean(axis=0)) if mean >= 5}
    assert {one.kind for one in found} == common
    assert len(common) < len(patterns())
    assert weigh_occurrences(counts, parts, fewest=1e9) == ()


def test_same_seed_same_numbers(graphs, parts, found):
    assert weighed(graphs, parts) == found
    assert weighed(graphs, parts, seed=5) != found
