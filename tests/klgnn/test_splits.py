"""Splits by isomorphism class, and what a random split leaks."""

import numpy as np
import pytest

from data_gen.errors import DatasetError
from data_gen.generation import generate
from klgnn.splits import _random_split_leak, leak_report, split_ids


def test_classes_are_never_divided(s5_all):
    frame = split_ids(s5_all).to_pandas()
    assert len(frame) == 3781
    assert frame.groupby("iso_class")["split"].nunique().max() == 1
    assert frame["row"].tolist() == list(range(3781))


def test_a_random_split_of_s5_leaks_almost_everything(s5_all):
    report = leak_report(s5_all)
    assert report.rows == report.intervals == 3781
    assert report.row_share == report.interval_share > 0.99
    assert report.class_split_share == 0


def test_one_row_per_class_hides_the_leak_that_the_intervals_have(s5, s5_all):
    report = leak_report(s5)
    assert report.row_share == 0
    assert report.intervals == 3781
    assert report.interval_share == pytest.approx(leak_report(s5_all).interval_share, abs=0.01)


def test_drawing_class_counts_is_shuffling_members():
    sizes = np.array([1, 1, 2, 3, 5, 8])
    members = np.repeat(np.arange(6), sizes)
    generator = np.random.default_rng(1)
    shares = []
    for _ in range(4000):
        shuffled = generator.permutation(members)
        test, train = shuffled[:4], shuffled[4:]
        shares.append(np.isin(test, train).mean())
    drawn = np.mean([_random_split_leak(sizes, seed) for seed in range(20)])
    assert drawn == pytest.approx(np.mean(shares), abs=0.02)


def test_too_small_to_split(tmp_path):
    tiny = generate([2], tmp_path / "s2", select="classes")
    with pytest.raises(DatasetError, match="too small"):
        split_ids(tiny)
