"""Training: the same seed gives the same bytes, whatever interrupts it."""

import csv
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from data_gen.errors import DatasetError, RunError, UsageError
from data_gen.generation import generate
from klgnn.presets import PRESETS
from klgnn.runs import Run, RunFiles, run_lock
from klgnn.streaming import graph_bytes
from klgnn.task import CoefficientTask, Keeper
from klgnn.training import train


def files(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its relative path."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def weights(run: Run) -> bytes:
    return (run.path / RunFiles.WEIGHTS).read_bytes()


def log_rows(run: Run) -> list[dict[str, str]]:
    with (run.path / RunFiles.LOG).open() as file:
        return list(csv.DictReader(file))


def use(monkeypatch: pytest.MonkeyPatch, **fields: object) -> None:
    """Changes fields of the default preset."""
    preset = replace(PRESETS["default"], **fields)
    monkeypatch.setattr("klgnn.run_settings.find_preset", lambda name: preset)


def stop_after(monkeypatch: pytest.MonkeyPatch, epoch: int, error: BaseException) -> None:
    """Raises in the middle of the epoch after `epoch` whole ones."""
    kept = Keeper.on_train_epoch_end

    def end(self, trainer, module):
        kept(self, trainer, module)
        if len(self.rows) == epoch + 1:
            raise error

    monkeypatch.setattr(Keeper, "on_train_epoch_end", end)


def test_the_run_folder(short_run):
    names = set(files(short_run.path))
    assert names == {
        "config.toml", "weights.safetensors", "split_ids.parquet", "metrics.json", "log.csv",
        "README.md", "dataset.json", ".lock",
    }  # fmt: skip
    card = (short_run.path / "README.md").read_text()
    assert card.startswith("---\n")
    assert "| whole polynomial, exact |" in card
    assert [row["epoch"] for row in log_rows(short_run)] == ["1", "2"]
    assert short_run.metrics["training"]["epochs"] == 2


def test_same_seed_same_bytes(s5, tmp_path, short_run):
    again = train(s5, tmp_path / "again", epochs=2, progress=False)
    other = train(s5, tmp_path / "other", epochs=2, seed=1, progress=False)
    assert weights(again) == weights(short_run)
    assert weights(other) != weights(short_run)


def test_the_threads_asked_for_compute_from_the_first_run_of_a_process_on():
    """Starting numba's threads sets OpenMP's number behind torch's back, so it is done first."""
    code = (
        "import torch\n"
        "from klgnn.fitting import seeded\n"
        "from klgnn.neighbours import Neighbours, relu_sums\n"
        "neighbours = Neighbours.of(torch.tensor([[0], [1]]), 2)\n"
        "with seeded(0, 1):\n"
        "    relu_sums(torch.ones(2, 8), neighbours)\n"
        "    print(torch.get_num_threads())\n"
    )
    environment = {**os.environ, "OMP_NUM_THREADS": "2", "NUMBA_NUM_THREADS": "2"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stdout.strip() == "1"


def test_every_epoch_has_an_order_of_its_own(s5, tmp_path, monkeypatch):
    orders = []
    step = CoefficientTask.training_step

    def record(self, batch, index):
        orders.append(batch.row.tolist())
        return step(self, batch, index)

    monkeypatch.setattr(CoefficientTask, "training_step", record)
    train(s5, tmp_path / "run", epochs=2, progress=False)
    assert len(orders) == 2
    assert orders[0] != orders[1]
    assert sorted(orders[0]) == sorted(orders[1])


def test_validation_now_and_then_and_after_the_last_epoch(s5, tmp_path, monkeypatch):
    use(monkeypatch, validate_every=2)
    run = train(s5, tmp_path / "whole", epochs=5, progress=False)
    assert [row["epoch"] for row in log_rows(run)] == ["2", "4", "5"]
    assert run.metrics["training"]["epochs"] == 5
    with monkeypatch.context() as patch:
        stop_after(patch, 1, RuntimeError("stop"))
        with pytest.raises(RuntimeError, match="stop"):
            train(s5, tmp_path / "stopped", epochs=5, progress=False)
    resumed = train(s5, tmp_path / "stopped", epochs=5, progress=False)
    assert [row["epoch"] for row in log_rows(resumed)] == ["2", "4", "5"]
    assert weights(resumed) == weights(run)


def test_the_time_is_over_before_the_next_validation(s5, tmp_path, monkeypatch):
    use(monkeypatch, validate_every=20)
    run = train(s5, tmp_path / "run", epochs=50, max_time=1e-6, progress=False)
    assert run.metrics["training"]["epochs"] == 1


def test_training_leaves_the_random_numbers_alone(s5, tmp_path):
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    train(s5, tmp_path / "run", epochs=1, progress=False)
    assert torch.equal(torch.rand(3), expected)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), RuntimeError("the machine stopped")])
def test_a_stopped_run_goes_on_to_the_same_weights(s5, tmp_path, monkeypatch, error):
    whole = train(s5, tmp_path / "whole", epochs=4, progress=False)
    with monkeypatch.context() as patch:
        stop_after(patch, 2, error)
        with pytest.raises(type(error)):
            train(s5, tmp_path / "stopped", epochs=4, progress=False)
    with pytest.raises(RunError, match="not finished"):
        Run.open(tmp_path / "stopped")
    assert (tmp_path / "stopped" / RunFiles.CHECKPOINT).is_file()
    resumed = train(s5, tmp_path / "stopped", epochs=4, progress=False)
    assert weights(resumed) == weights(whole)
    assert resumed.metrics["training"]["epochs"] == 4
    assert not (tmp_path / "stopped" / RunFiles.CHECKPOINTS).exists()


def test_without_resume_it_begins_again(s5, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        stop_after(patch, 1, RuntimeError("stop"))
        with pytest.raises(RuntimeError, match="stop"):
            train(s5, tmp_path / "run", epochs=3, progress=False)
    seen = []
    kept = Keeper.on_train_epoch_end
    monkeypatch.setattr(
        Keeper, "on_train_epoch_end", lambda *a: (kept(*a), seen.append(a[1].current_epoch))
    )
    train(s5, tmp_path / "run", epochs=3, resume=False, progress=False)
    assert seen == [0, 1, 2]


def test_a_damaged_checkpoint(s5, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        stop_after(patch, 1, RuntimeError("stop"))
        with pytest.raises(RuntimeError, match="stop"):
            train(s5, tmp_path / "run", epochs=3, progress=False)
    (tmp_path / "run" / RunFiles.CHECKPOINT).write_bytes(b"no checkpoint at all")
    with pytest.raises(RunError, match="no-resume"):
        train(s5, tmp_path / "run", epochs=3, progress=False)
    train(s5, tmp_path / "run", epochs=3, resume=False, progress=False)


def test_a_finished_run_is_left_alone(s5, tmp_path):
    run = train(s5, tmp_path / "run", epochs=1, progress=False)
    before = files(run.path)
    again = train(s5, tmp_path / "run", epochs=1, progress=False)
    assert files(run.path) == before
    assert again.metrics == run.metrics


def test_another_configuration_is_refused_and_forced(s5, tmp_path):
    train(s5, tmp_path / "run", epochs=1, progress=False)
    before = files(tmp_path / "run")
    with pytest.raises(RunError, match=r"\(seed\).*--force"):
        train(s5, tmp_path / "run", epochs=1, seed=1, progress=False)
    with pytest.raises(RunError, match=r"training\.epochs"):
        train(s5, tmp_path / "run", epochs=2, progress=False)
    assert files(tmp_path / "run") == before
    run = train(s5, tmp_path / "run", epochs=1, seed=1, force=True, progress=False)
    assert run.config.seed == 1


def test_another_dataset_is_refused(s5, s5_all, tmp_path):
    train(s5, tmp_path / "run", epochs=1, progress=False)
    with pytest.raises(RunError, match="dataset_fingerprint"):
        train(s5_all, tmp_path / "run", epochs=1, progress=False)


def test_a_foreign_folder_is_never_touched(s5, tmp_path):
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(RunError, match=r"thesis\.tex"):
        train(s5, tmp_path, epochs=1, force=True, progress=False)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]
    with pytest.raises(RunError, match="is a file"):
        train(s5, tmp_path / "thesis.tex", epochs=1, progress=False)


def test_two_processes_in_one_folder(s5, tmp_path):
    """flock is per open file, so a second holder in this process is as good as another one."""
    with run_lock(tmp_path / "run"), pytest.raises(RunError, match="Another process"):
        train(s5, tmp_path / "run", epochs=1, progress=False)


def test_early_stopping(s5, tmp_path, monkeypatch):
    use(monkeypatch, patience=1, learning_rate=0.5, epochs=30)
    run = train(s5, tmp_path / "run", progress=False)
    training = run.metrics["training"]
    assert training["epochs"] == training["best_epoch"] + 1 < 30


@pytest.mark.parametrize("preset", ["default", "davies2021"])
def test_mixed_precision_on_the_cpu(s5, tmp_path, preset):
    losses = {}
    for precision in ("32-true", "bf16-mixed"):
        run = train(
            s5, tmp_path / precision, preset, epochs=2, precision=precision, progress=False,
            accelerator="cpu",
        )  # fmt: skip
        assert run.config.training["precision"] == precision
        assert all(w.dtype == torch.float32 for w in run.network().state_dict().values())
        losses[precision] = [float(row["val_loss"]) for row in log_rows(run)]
    assert losses["bf16-mixed"] == pytest.approx(losses["32-true"], rel=0.1)
    assert losses["bf16-mixed"] != losses["32-true"]


def test_more_graphs_than_memory(s5_all, tmp_path, monkeypatch):
    """Streamed, stopped and resumed: the same bytes; held in memory, another run."""
    memory = graph_bytes(s5_all, "default", "train", "val") // 2
    whole = train(s5_all, tmp_path / "whole", epochs=2, memory=memory, progress=False)
    assert whole.config.training["memory"] == memory
    with monkeypatch.context() as patch:
        stop_after(patch, 0, RuntimeError("stop"))
        with pytest.raises(RuntimeError, match="stop"):
            train(s5_all, tmp_path / "run", epochs=2, memory=memory, progress=False)
    resumed = train(s5_all, tmp_path / "run", epochs=2, memory=memory, progress=False)
    assert weights(resumed) == weights(whole)
    with pytest.raises(RunError, match=r"training\.memory"):
        train(s5_all, tmp_path / "run", epochs=2, progress=False)


def test_memory_that_suffices_is_no_setting(s5, short_run):
    again = train(s5, short_run.path, epochs=2, memory=10**9, progress=False)
    assert again.config == short_run.config


def test_max_time_ends_it(s5, tmp_path):
    run = train(s5, tmp_path / "run", epochs=50, max_time=1e-6, progress=False)
    assert run.metrics["training"]["epochs"] == 1


@pytest.mark.parametrize("preset", ["davies2021", "davies2021-notebook"])
def test_the_networks_of_davies(s5, tmp_path, preset):
    run = train(s5, tmp_path / "run", preset=preset, epochs=1, progress=False)
    assert run.config.model == "davies2021"
    assert run.config.training["batch_size"] == 100
    assert run.network().num_features == 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"preset": "best"}, "'best'.*davies2021"),
        ({"epochs": 0}, "--epochs 0"),
        ({"max_time": -1}, "--max-time -1"),
        ({"seed": -1}, "seed -1"),
        ({"threads": 0}, "--threads 0"),
        ({"devices": 0}, "--devices 0"),
        ({"accelerator": "tpu"}, "'tpu'.*gpu"),
        ({"precision": "8-bit"}, "'8-bit'.*bf16-mixed"),
        ({"precision": "16-mixed", "accelerator": "cpu"}, "needs a GPU"),
        ({"memory": 0}, "0 bytes"),
    ],
)
def test_nonsense_is_refused(s5, tmp_path, options, message):
    with pytest.raises(UsageError, match=message):
        train(s5, tmp_path / "run", progress=False, **options)
    assert not (tmp_path / "run").exists()


def test_a_dataset_that_is_none_or_too_small(tmp_path):
    with pytest.raises(DatasetError, match="nowhere"):
        train(tmp_path / "nowhere", tmp_path / "run", progress=False)
    tiny = generate([2], tmp_path / "s2", select="classes")
    with pytest.raises(DatasetError, match="too small"):
        train(tiny, tmp_path / "run", progress=False)
    assert not (tmp_path / "run").exists()


def test_lightning_says_nothing(s5, tmp_path):
    code = (
        "from klgnn.training import train\n"
        f"train({str(s5.path)!r}, {str(tmp_path / 'run')!r}, epochs=1, progress=False)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    assert done.stderr == ""


@pytest.mark.slow
def test_it_learns_more_than_counting(tmp_path):
    """S_5 and S_6 by classes: on unseen classes the default preset beats the trees clearly."""
    dataset = generate([5, 6], tmp_path / "s56", select="classes")
    run = train(dataset, tmp_path / "run", progress=False)
    exact = run.metrics["validation"]["exact"]
    assert exact["network"] > exact["trees"] + 0.03 > exact["majority"] + 0.3


def test_a_preset_that_never_stops_early_does_not_with_more_epochs(s5, tmp_path):
    run = train(s5, tmp_path / "run", "top-down", epochs=111, max_time=0.01, progress=False)
    assert run.config.training["epochs"] == run.config.training["patience"] == 111
    assert PRESETS["default"].patience < PRESETS["default"].epochs
