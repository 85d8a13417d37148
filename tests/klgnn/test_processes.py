"""Several processes: the mean of their gradients, one writer, and no orphans."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import psutil
import pytest
import pytorch_lightning as pl
import torch

from data_gen.errors import RunError, UsageError
from klgnn import processes
from klgnn.batches import loaders
from klgnn.fitting import seeded
from klgnn.presets import PRESETS
from klgnn.processes import Hardware
from klgnn.runs import Run, RunFiles, network_of
from klgnn.task import CoefficientTask, Keeper
from klgnn.training import train

PRESET = replace(PRESETS["default"], batch_size=400, epochs=3, learning_rate=1e-3)
PAIR = {"accelerator": "cpu", "devices": 2, "threads": 1, "progress": False}


def weights(run: Run) -> bytes:
    return (run.path / RunFiles.WEIGHTS).read_bytes()


@pytest.fixture(autouse=True)
def preset(monkeypatch) -> None:
    """Three epochs of some batches each; a companion reads that from the run folder."""
    monkeypatch.setattr("klgnn.run_settings.find_preset", lambda name: PRESET)


@pytest.fixture(autouse=True)
def no_orphans():
    before = set(psutil.Process().children(recursive=True))
    yield
    assert not set(psutil.Process().children(recursive=True)) - before


@pytest.fixture(scope="module")
def pair(one_thread, s5, tmp_path_factory) -> Run:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("klgnn.run_settings.find_preset", lambda name: PRESET)
        return train(s5, tmp_path_factory.mktemp("pair") / "run", **PAIR)


def test_a_step_is_the_mean_over_the_processes(s5, pair):
    """The same training in one process, with the gradients of both batches averaged by hand."""
    shares = [loaders(s5, PRESET, 0, None, rank, 2)[0] for rank in (0, 1)]
    with seeded(0, 1):
        network = network_of(pair.config)
        task = CoefficientTask(network, PRESET, PRESET.epochs * len(shares[0]))
        parts = task.configure_optimizers()
        optimiser, schedule = parts["optimizer"], parts["lr_scheduler"]["scheduler"]
        for epoch in range(PRESET.epochs):
            for share in shares:
                share.batch_sampler.set_epoch(epoch)
            for one, other in zip(*shares, strict=True):
                optimiser.zero_grad()
                ((network.loss(one) + network.loss(other)) / 2).backward()
                torch.nn.utils.clip_grad_norm_(network.parameters(), PRESET.clip)
                optimiser.step()
                schedule.step()
    assert len(shares[0]) > 1
    assert pair.metrics["training"]["best_epoch"] == PRESET.epochs
    for name, value in pair.network().state_dict().items():
        assert torch.allclose(value, network.state_dict()[name], atol=1e-4), name


def test_the_validation_is_that_of_one_process(s5, pair):
    _, val = loaders(s5, PRESET, 0)
    (batch,) = val
    with torch.no_grad():
        loss = float(pair.network().loss(batch))
    assert pair.metrics["training"]["best_val_loss"] == pytest.approx(loss, abs=1e-5)


def test_the_run_folder_is_like_any_other(short_run, pair):
    names = {path.name for path in pair.path.iterdir()}
    assert names == {path.name for path in short_run.path.iterdir()}
    assert pair.config.training["devices"] == 2
    assert "devices" not in short_run.config.training


def test_the_number_of_processes_makes_another_run(s5, pair):
    with pytest.raises(RunError, match=r"training\.devices"):
        train(s5, pair.path, progress=False, accelerator="cpu")
    assert train(s5, pair.path, **{**PAIR, "threads": 2}).metrics == pair.metrics


def after_two_epochs(act):
    """A callback's method that also acts once the state of two epochs is kept."""
    kept = Keeper.on_train_epoch_end

    def end(self, trainer, module):
        kept(self, trainer, module)
        if len(self.rows) == 2:
            act()

    return end


def kill_companions() -> None:
    for companion in psutil.Process().children():
        companion.kill()


def test_a_companion_is_killed_and_the_run_goes_on_to_the_same_weights(
    s5, pair, tmp_path, monkeypatch
):
    with monkeypatch.context() as patch:
        patch.setattr(Keeper, "on_train_epoch_end", after_two_epochs(kill_companions))
        with pytest.raises(RunError, match=r"Process 1 of the 2 .*signal 9; memory"):
            train(s5, tmp_path / "run", **PAIR)
    assert weights(train(s5, tmp_path / "run", **PAIR)) == weights(pair)


@pytest.mark.slow
@pytest.mark.parametrize("error", [KeyboardInterrupt(), RuntimeError("the machine stopped")])
def test_the_first_process_stops_and_the_run_goes_on(s5, pair, tmp_path, monkeypatch, error):
    def stop():
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(Keeper, "on_train_epoch_end", after_two_epochs(stop))
        with pytest.raises(type(error)):
            train(s5, tmp_path / "run", **PAIR)
    assert weights(train(s5, tmp_path / "run", **PAIR)) == weights(pair)


def test_a_companion_that_does_not_start(s5, tmp_path, monkeypatch):
    def start(*unused):
        return subprocess.Popen(
            [sys.executable, "-c", "import sys; sys.exit(3)"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    monkeypatch.setattr(processes, "_start", start)
    with pytest.raises(RunError, match="code 3"):
        train(s5, tmp_path / "run", **PAIR)


def test_the_environment_is_left_alone(pair):
    assert not {"LOCAL_RANK", "WORLD_SIZE"} & os.environ.keys()
    assert not torch.distributed.is_initialized()


def test_one_process_asks_a_batch_system_nothing(s5, tmp_path, monkeypatch):
    monkeypatch.setenv("SLURM_NTASKS", "4")
    monkeypatch.setenv("SLURM_JOB_NAME", "klgnn")
    monkeypatch.setenv("SLURM_PROCID", "3")
    assert train(s5, tmp_path / "run", epochs=1, progress=False, accelerator="cpu").metrics


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("tpu", 1, "32-true"), "'tpu'"),
        (("cpu", 0, "32-true"), "--devices 0"),
        (("cpu", 1, "8-bit"), "'8-bit'"),
        (("cpu", 1, "16-mixed"), "needs a GPU"),
        (("gpu", 100, "32-true"), "100 GPU"),
    ],
)
def test_hardware_that_is_not_there(words, message):
    with pytest.raises(UsageError, match=message):
        Hardware.find(*words)


def test_auto_takes_a_gpu_if_there_is_one(monkeypatch):
    monkeypatch.setattr("torch.cuda.device_count", lambda: 2)
    assert Hardware.find("auto", 2, "16-mixed") == Hardware("cuda", 2)
    assert Hardware.find("cpu") == Hardware("cpu")
    monkeypatch.setattr("torch.cuda.device_count", lambda: 0)
    assert Hardware.find("auto", 2) == Hardware("cpu", 2)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="sends signals")
@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGKILL])
def test_nobody_outlives_the_first_process(s5, tmp_path, signum):
    words = [sys.executable, "-m", "klgnn", "train", str(s5.path), "--out", str(tmp_path / "run")]
    words += ["--devices", "2", "--accelerator", "cpu", "--epochs", "5000", "--threads", "1"]
    first = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 120
    while not (tmp_path / "run" / RunFiles.CHECKPOINT).is_file() and time.monotonic() < deadline:
        time.sleep(0.05)
    companions = psutil.Process(first.pid).children(recursive=True)
    assert len(companions) == 1
    first.send_signal(signum)
    _, said = first.communicate(timeout=60)
    assert first.returncode == (130 if signum == signal.SIGINT else -signal.SIGKILL)
    gone, alive = psutil.wait_procs(companions, timeout=20)
    assert (len(gone), alive) == (1, [])
    assert "Traceback" not in said


def test_a_notebook_will_do(monkeypatch):
    """Lightning refuses strategies that launch processes where Python is interactive."""
    connector = "pytorch_lightning.trainer.connectors.accelerator_connector._IS_INTERACTIVE"
    monkeypatch.setattr(connector, True)
    options = Hardware(accelerator="cpu", devices=2, rank=0, port=1).options()
    assert pl.Trainer(**options, logger=False, enable_checkpointing=False).world_size == 2
