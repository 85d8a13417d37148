"""Training as another run was trained: other seeds, and a control on shuffled labels."""

import numpy as np
import pytest

from klgnn.batches import loaders
from klgnn.presets import PRESETS
from klgnn.quotient_batches import batches_of_dataset
from klgnn.run_settings import preset_of
from klgnn.runs import RunFiles
from klgnn.training import train, train_again


def weights(run):
    return (run.path / RunFiles.WEIGHTS).read_bytes()


def test_the_same_seed_trains_the_same_network_again(short_run, tmp_path):
    again = train_again(short_run, tmp_path / "again", seed=0, threads=1, progress=False)
    other = train_again(short_run, tmp_path / "other", seed=1, threads=1, progress=False)
    assert weights(again) == weights(short_run)
    assert weights(other) != weights(short_run)
    assert other.config.seed == 1
    assert preset_of(other.config) == preset_of(short_run.config)


def test_what_is_there_already_is_not_trained_again(short_run, tmp_path, monkeypatch):
    first = train_again(short_run, tmp_path / "again", seed=3, threads=1, progress=False)
    monkeypatch.setattr("klgnn.training._train_into", pytest.fail)
    second = train_again(short_run, tmp_path / "again", seed=3, threads=1, progress=False)
    assert weights(first) == weights(second)


def test_a_control_is_another_run_than_the_training_of_its_seed(short_run, tmp_path):
    folder = tmp_path / "run"
    trained = train_again(short_run, folder, seed=0, threads=1, progress=False)
    before = weights(trained)
    control = train_again(short_run, folder, seed=0, shuffled=True, threads=1, progress=False)
    assert control.config.training["shuffled"] is True
    assert "training.shuffled" in trained.config.differences(control.config)
    assert weights(control) != before


def test_shuffled_labels_are_those_of_other_graphs_of_the_same_split(s5):
    preset = PRESETS["default"]
    plain, shuffled = (loaders(s5, preset, seed=7, shuffled=flag) for flag in (False, True))
    for true, false in zip(plain, shuffled, strict=True):
        before, after = true.dataset.labels.numpy(), false.dataset.labels.numpy()
        assert not np.array_equal(before, after)
        assert sorted(map(tuple, before)) == sorted(map(tuple, after))
        assert all(
            (one.edge_index == two.edge_index).all()
            for one, two in zip(true.dataset, false.dataset, strict=True)
        )


def test_a_quotient_is_shuffled_within_what_is_learnt_and_what_is_judged(s5):
    preset = PRESETS["top-down"]
    (plain, _), (train_batches, judged) = (
        batches_of_dataset(s5, preset, seed=7, shuffled=flag) for flag in (False, True)
    )
    before, after = plain.lessons.labels.numpy(), train_batches.lessons.labels.numpy()
    long = plain.lessons.levels.corank.numpy() >= 3
    moved = (before != after).any(axis=1)
    assert moved.any()
    assert not moved[~long].any()
    for part in (plain.lessons.learn & long, judged.asked & long):
        assert sorted(map(tuple, before[part])) == sorted(map(tuple, after[part]))
    assert not moved[~plain.lessons.learn & ~judged.asked].any()


def test_a_top_down_network_is_trained_again_too(s5, tmp_path):
    run = train(s5, tmp_path / "run", preset="top-down", epochs=1, threads=1, progress=False)
    control = train_again(run, tmp_path / "c", seed=1, shuffled=True, threads=1, progress=False)
    assert control.config.vocabulary == run.config.vocabulary
    assert weights(control) != weights(run)
