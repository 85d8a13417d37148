"""Training as another run was trained: other seeds, and a control on shuffled labels."""

import csv
from dataclasses import replace

import numpy as np
import pytest

from klgnn.batches import loaders
from klgnn.presets import PRESETS
from klgnn.quotient_batches import batches_of_dataset
from klgnn.run_settings import preset_of
from klgnn.runs import Run, RunFiles
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


def test_a_control_is_trained_to_the_end_and_keeps_the_last_epoch(short_run, tmp_path):
    """Of shuffled labels the first epoch is often the best: a network that has learned nothing."""
    config = replace(
        short_run.config, training={**short_run.config.training, "epochs": 4, "patience": 1}
    )
    impatient = replace(short_run, config=config)
    control = train_again(
        impatient, tmp_path / "c", seed=0, shuffled=True, threads=1, progress=False
    )
    rows = csv.DictReader((control.path / RunFiles.LOG).read_text().splitlines())
    losses = [float(row["val_loss"]) for row in rows]
    assert len(losses) == 4
    assert control.metrics["training"]["best_epoch"] == 4
    assert control.metrics["training"]["best_val_loss"] == pytest.approx(losses[-1])
    assert "last epoch (4) was kept" in (control.path / "README.md").read_text()


def test_what_a_control_was_is_no_longer_one(short_run, tmp_path):
    """Those that kept the epoch of the best validation loss are trained again."""
    folder = tmp_path / "c"
    control = train_again(short_run, folder, seed=0, shuffled=True, threads=1, progress=False)
    text = (folder / RunFiles.CONFIG).read_text()
    (folder / RunFiles.CONFIG).write_text(text.replace('kept = "last"\n', ""))
    before = Run.open(folder).config
    again = train_again(short_run, folder, seed=0, shuffled=True, threads=1, progress=False)
    assert before.training["shuffled"] is True
    assert before.differences(again.config) == ["training.kept"]
    assert weights(again) == weights(control)


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
