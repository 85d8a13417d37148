"""The run folder, read back."""

import shutil
import tomllib
from dataclasses import replace

import pytest
import torch

from data_gen.errors import RunError
from data_gen.generation import generate
from klgnn.run_config import RunConfig
from klgnn.run_settings import train_command
from klgnn.runs import Run, RunFiles, run_lock
from klgnn.training import train


@pytest.fixture
def moved(short_run, tmp_path) -> Run:
    """A copy of a run, with its dataset where the run expects it."""
    shutil.copytree(short_run.dataset_path, tmp_path / "data")
    folder = shutil.copytree(short_run.path, tmp_path / "run")
    config = (folder / RunFiles.CONFIG).read_text()
    (folder / RunFiles.CONFIG).write_text(
        config.replace(f'"{short_run.config.dataset_path}"', '"../data"')
    )
    return Run.open(folder)


def test_config_survives_toml(short_run):
    text = short_run.config.to_toml()
    assert RunConfig.from_toml(text) == short_run.config
    assert RunConfig.from_toml(text).differences(short_run.config) == []
    assert tomllib.loads(text)["model"]["name"] == "bidirectional"


def test_the_network_comes_back(short_run):
    network, again = short_run.network(), Run.open(str(short_run.path)).network()
    assert not network.training
    batch = short_run.graphs("val").batch([0, 1, 2])
    assert torch.equal(network(batch).logits[0], again(batch).logits[0])
    assert not torch.equal(network(batch).logits[0], short_run.untrained_network()(batch).logits[0])


def test_split_ids(short_run, s5):
    ids = short_run.split_ids.to_pandas()
    assert ids.columns.tolist() == ["row", "iso_class", "split"]
    assert len(ids) == s5.num_rows


def test_graphs_have_the_features_of_the_run(short_run):
    assert short_run.graphs("test").num_features == short_run.network().num_features
    assert len(short_run.graphs()) == 91


def test_a_run_and_its_dataset_can_move_together(moved):
    assert len(moved.graphs()) == 91


def test_no_run_folder(tmp_path):
    with pytest.raises(RunError, match=r"no config\.toml.*--out FOLDER"):
        Run.open(tmp_path)
    with pytest.raises(RunError, match=r"there is no such folder.*--out .*gone"):
        Run.open(tmp_path / "gone")


def test_a_dataset_is_no_run(moved):
    data = moved.dataset_path
    with pytest.raises(RunError, match=r"is a dataset, not a run.*klgnn train \S*data --out runs/"):
        Run.open(data)


@pytest.mark.parametrize("name", [RunFiles.WEIGHTS, RunFiles.METRICS])
def test_something_is_missing(moved, name):
    (moved.path / name).unlink()
    with pytest.raises(RunError, match=name) as refused:
        Run.open(moved.path)
    command = f"klgnn train {moved.dataset_path} --out {moved.path} --epochs 2"
    assert f"Go on with `{command}`." in str(refused.value)
    with run_lock(moved.path), pytest.raises(RunError, match="is being trained now"):
        Run.open(moved.path)


@pytest.mark.parametrize(
    ("name", "open_it"),
    [
        (RunFiles.CONFIG, lambda run: Run.open(run.path)),
        (RunFiles.METRICS, lambda run: Run.open(run.path)),
        (RunFiles.WEIGHTS, lambda run: run.network()),
        (RunFiles.SPLIT_IDS, lambda run: run.split_ids),
    ],
)
def test_something_is_damaged(moved, name, open_it):
    (moved.path / name).write_text("{ no = good")
    with pytest.raises(RunError, match=name.split(".")[0]):
        open_it(moved)


def test_weights_of_another_network(moved, s5, tmp_path):
    other = train(s5, tmp_path / "other", preset="davies2021", epochs=1, progress=False)
    shutil.copy(other.path / RunFiles.WEIGHTS, moved.path / RunFiles.WEIGHTS)
    with pytest.raises(RunError, match=r"do not fit.*run `klgnn train") as refused:
        moved.network()
    assert len(str(refused.value)) < 500


def test_the_dataset_is_gone(moved):
    shutil.rmtree(moved.dataset_path)
    with pytest.raises(RunError, match="needs its dataset") as refused:
        moved.graphs("test")
    command = moved.manifest.parameters.command(moved.dataset_path)
    assert f"with --dataset, or make it again: `{command}`" in str(refused.value)
    assert str(refused.value).count("klgnn generate") == 1


def test_the_dataset_has_changed(moved):
    shutil.rmtree(moved.dataset_path)
    generate([5], moved.dataset_path, select="classes", seed=1)
    with pytest.raises(RunError, match=r"is not the one.*--dataset, or make it again: `klgnn gen"):
        moved.graphs("test")


def test_config_of_another_version(moved):
    text = (moved.path / RunFiles.CONFIG).read_text()
    with pytest.raises(RunError, match="version 99"):
        RunConfig.from_toml(text.replace("config_version = 1", "config_version = 99"))


def test_the_command_of_a_run_makes_the_same_run(s5, tmp_path):
    """Every option that it may need."""
    options = {"preset": "davies2021", "seed": 2, "epochs": 1, "max_time": 600.0}
    run = train(s5, tmp_path / "run", precision="bf16-mixed", progress=False, **options)
    command = train_command(run.config, s5.path, run.path)
    assert command == (
        f"klgnn train {s5.path} --out {run.path} --preset davies2021 --seed 2 --epochs 1 "
        "--precision bf16-mixed --max-time 600"
    )
    config = replace(run.config, training={**run.config.training, "memory": 2e9, "devices": 2})
    assert train_command(config, s5.path, run.path).endswith(
        "--max-time 600 --devices 2 --memory 2"
    )
