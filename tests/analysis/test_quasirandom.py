import numpy as np
import pytest

from analysis.quasirandom import Stratum, deal, deals, strata_of

COUNTS = np.array([3, 2])


def stratum(holds: list[list[int]], applies: list[list[int]] | None = None) -> Stratum:
    """Two classes with three and two intervals, each with a label of its own."""
    says = np.array(applies or [[1, 1], [1, 1]], dtype=bool)
    return Stratum(np.arange(2), COUNTS, np.arange(2), np.array(holds, dtype=bool), says)


def test_the_expected_share_is_the_mean_over_all_dealings() -> None:
    # Right with the own label only: of 5 intervals 3/5 of 3 and 2/5 of 2.
    found = deal([stratum([[1, 0], [0, 1]])], 400, seed=1)
    assert found.true_share == 1
    assert found.expected_share == pytest.approx((3 * 3 + 2 * 2) / 25)
    assert found.least < found.expected_share < found.most
    shares = [
        np.mean([one.holds[places].mean() for one, places in zip(strata, given, strict=True)])
        for strata in ([stratum([[1, 0], [0, 1]])],)
        for given in deals(strata, 400, seed=1)
    ]
    assert np.mean(shares) == pytest.approx(found.expected_share, abs=0.03)
    assert found.everywhere == sum(share == 1 for share in shares)


def test_labels_are_dealt_and_not_drawn() -> None:
    (given,) = next(deals([stratum([[1, 1], [1, 1]])], 1, seed=0))
    rows, labels = given
    assert rows.tolist() == [0, 0, 0, 1, 1]
    assert sorted(labels.tolist()) == [0, 0, 0, 1, 1]


def test_where_nothing_is_said_nothing_counts() -> None:
    found = deal([stratum([[1, 0], [1, 1]], [[1, 1], [0, 0]])], 50, seed=0)
    assert found.intervals == 3
    assert found.true_share == 1
    assert found.expected_share == pytest.approx(3 / 5)


def test_strata_have_one_length_and_one_size() -> None:
    lengths, nodes = np.array([3, 3, 4, 3]), np.array([8, 6, 8, 8])
    assert [rows.tolist() for rows in strata_of(lengths, nodes)] == [[1], [0, 3], [2]]
