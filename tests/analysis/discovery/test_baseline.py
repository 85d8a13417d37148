import numpy as np
import pytest

from analysis.discovery.baseline import baseline
from analysis.discovery.relations import parse_relation
from analysis.discovery.tables import InvariantTable
from data_gen.errors import UsageError

CLAIM = parse_relation("kl_1 = coatoms - f")


def test_the_mean_of_many_permutations_is_the_expected_share(middle: InvariantTable) -> None:
    found = baseline(middle, CLAIM, permutations=200, seed=5)
    assert found.intervals == 3661
    assert found.true_share == 1
    assert 0 < found.least <= found.expected_share <= found.most < 1
    assert found.as_good == 0
    assert found.everywhere == 0
    assert found.p_value == 1 / 201


def test_the_expected_share_by_going_through_all_pairs(small: InvariantTable) -> None:
    claim = parse_relation("kl_1 = 0")
    mixed = parse_relation("kl_1 >= atoms - 3")
    each = np.repeat(np.arange(len(small)), small.multiplicities)
    holds = []
    for i in each:
        same = (small["length"][each] == small["length"][i]) & (
            small["nodes"][each] == small["nodes"][i]
        )
        holds.append(np.mean(small["kl_1"][each[same]] >= small["atoms"][i] - 3))
    assert baseline(small, mixed, 3).expected_share == pytest.approx(np.mean(holds))
    alone = baseline(small, claim, 3)
    assert alone.expected_share == pytest.approx(alone.true_share)


def test_labels_alone_stay_as_true_as_they_were(middle: InvariantTable) -> None:
    found = baseline(middle, parse_relation("kl_2 = 0"), 10)
    assert found.least == pytest.approx(found.true_share) == found.most


def test_the_graph_alone_has_nothing_to_move(middle: InvariantTable) -> None:
    found = baseline(middle, parse_relation("out_degree >= length"), 3)
    assert found.movable == 0
    assert found.expected_share == found.true_share == 1


def test_same_seed_same_result(middle: InvariantTable) -> None:
    assert baseline(middle, CLAIM, 5, seed=1) == baseline(middle, CLAIM, 5, seed=1)
    assert baseline(middle, CLAIM, 5, seed=1) != baseline(middle, CLAIM, 5, seed=2)


def test_nonsense_is_refused(middle: InvariantTable) -> None:
    with pytest.raises(UsageError, match="permutations = 0"):
        baseline(middle, CLAIM, 0)
    with pytest.raises(UsageError, match="no interval"):
        baseline(middle, CLAIM.under("length<=0"))
