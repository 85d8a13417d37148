"""Training a network on a dataset folder, into a run folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import torch
from safetensors.torch import save as safetensors_bytes

from data_gen.console import progress as show_progress
from data_gen.console import say
from data_gen.dataset import IntervalDataset
from data_gen.errors import RunError, UsageError
from data_gen.storage import write_atomically
from klgnn.baselines import Baselines
from klgnn.batches import loaders
from klgnn.card import model_card
from klgnn.evaluation import evaluate_network
from klgnn.fitting import fit, seeded
from klgnn.models import CoefficientNetwork
from klgnn.processes import Hardware, together
from klgnn.run_config import RunConfig
from klgnn.run_settings import checked_settings, config_of, named_versions, preset_of, relative_to
from klgnn.runs import (
    Run,
    RunFiles,
    dataset_path,
    network_of,
    read_config,
    run_lock,
)
from klgnn.splits import split_ids
from klgnn.streaming import DEFAULT_MEMORY
from klgnn.task import Keeper

__all__ = ["train", "train_again", "train_along"]

_OWN_NAMES = frozenset(
    {
        *RunFiles.ALL,
        RunFiles.CHECKPOINTS,
        RunFiles.INDEX,
        RunFiles.RETRAINED,
        RunFiles.ATTRIBUTIONS,
        RunFiles.LOCK,
    }
)

# What config.toml says of a control besides the settings of the run that it stands beside.
_CONTROL: Mapping[str, Any] = MappingProxyType({"shuffled": True, "kept": "last"})


def train(
    dataset: IntervalDataset | str | PathLike[str],
    out: str | PathLike[str],
    preset: str = "default",
    seed: int = 0,
    epochs: int | None = None,
    max_time: float | None = None,
    threads: int | None = None,
    resume: bool = True,
    force: bool = False,
    progress: bool = True,
    accelerator: str = "auto",
    devices: int = 1,
    precision: str | None = None,
    memory: int | None = None,
) -> Run:
    """Trains a network and measures it, or finds that this has been done.

    A finished run with the same settings and dataset is opened as it is; an unfinished one goes on
    after its last validation and ends with the same weights as if it had not stopped. The same
    seed gives the same bytes of weights on one machine's processor with one number of threads
    (`max_time` breaks this: how many epochs fit depends on the machine). The test split is read
    once, at the very end.

    With several devices each process takes a batch of its own for every step, so a step is over
    `devices` times as many graphs, and an epoch has so many times fewer of them: another run than
    one with another number of devices. Which accelerator computes, with how many threads, changes
    only the rounding, and so does not count as another run.

    Args:
        dataset: A dataset folder, or an `IntervalDataset`.
        out: The run folder; made if it is not there.
        preset: A key of `klgnn.presets.PRESETS`.
        seed: Of the weights and of the order of the batches.
        epochs: The most epochs; those of the preset if None.
        max_time: Stop after the epoch in which so many seconds of training are over.
        threads: How many threads compute in each process; if None, as many as torch uses, divided
            among the processes.
        resume: Whether to go on with an unfinished run; otherwise it begins again.
        force: Replace a run with other settings.
        progress: Whether to show bars on stderr.
        accelerator: ``"cpu"``, ``"gpu"``, or ``"auto"``: a GPU if there is one.
        devices: How many processes train together; on GPUs each has one of its own.
        precision: ``"32-true"``, ``"bf16-mixed"`` or ``"16-mixed"``; the preset's if None.
        memory: Bytes that graphs may take, in all processes together. What is too large is read
            anew in every epoch, in windows (see `klgnn.streaming`); the order of the batches, and
            with it the result, then depends on this number. `klgnn.streaming.DEFAULT_MEMORY` if
            None.

    Returns:
        The finished run.

    Raises:
        UsageError: If there is no such preset, a number makes no sense, or the machine has no such
            hardware.
        MemoryLimitError: If graphs may take so much memory, but the machine has less.
        DatasetError: If the dataset is none, or too small to be split.
        RunError: If the folder holds another run (and not `force`) or something else altogether, or
            another process is training into it; or one that trains along has died.
        StorageError: If the disk is full.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from data_gen.generation import generate
        >>> with TemporaryDirectory() as folder:
        ...     dataset = generate(4, f"{folder}/s4")
        ...     run = train(dataset, f"{folder}/run", epochs=1, threads=1, progress=False)
        ...     network = run.network()
        >>> network.num_coefficients
        4
        >>> run.metrics["training"]["epochs"], run.metrics["test"]["graphs"]
        (1, 3)
    """
    settings = checked_settings(preset, seed, epochs, max_time, threads, precision)
    if memory is not None and memory < 1:
        raise UsageError(f"{memory} bytes of memory hold no graph; give a positive number.")
    hardware = Hardware.find(accelerator, devices, settings.precision)
    source = (
        dataset if isinstance(dataset, IntervalDataset) else IntervalDataset.open(Path(dataset))
    )
    folder = Path(out)
    _refuse_foreign(folder)
    ids = split_ids(source)
    config = config_of(folder, source, preset, settings, seed, max_time, threads, hardware, memory)
    with run_lock(folder):
        if not _is_finished(folder, config, resume, force):
            _train_into(folder, config, source, ids, hardware, progress)
        elif progress:
            say(f"{str(folder)!r} is already trained with these settings.")
    return Run.open(folder)


def train_again(
    run: Run,
    out: str | PathLike[str],
    seed: int,
    shuffled: bool = False,
    threads: int | None = None,
    baselines: Baselines | None = None,
    progress: bool = True,
) -> Run:
    """Trains a network as another run was trained, with another seed or on shuffled labels.

    Like `train` it opens a finished run as it is and goes on with an unfinished one; what another
    seed, dataset or klgnn left in the folder is replaced.

    Args:
        run: A finished run; only read.
        out: The run folder to make.
        seed: Of the weights, of the order of the batches, and of the shuffling.
        shuffled: Whether every graph gets the polynomial of another graph of its split at random:
            a control that has seen the same graphs and learned nothing about them. No epoch is
            better than another for it, so it trains to the end and keeps the last.
        threads: How many threads compute; if None, as many as torch uses.
        baselines: Those of the dataset, where they have been fitted already.
        progress: Whether to show bars on stderr.

    Returns:
        The finished run. Its results are against the true labels.

    Raises:
        RunError: If the dataset is gone or has changed, or another process trains into the folder.
        StorageError: If the disk is full.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from data_gen.generation import generate
        >>> options = {"threads": 1, "progress": False}
        >>> with TemporaryDirectory() as folder:
        ...     run = train(generate(4, f"{folder}/s4"), f"{folder}/run", epochs=1, **options)
        ...     control = train_again(run, f"{folder}/control", seed=1, shuffled=True, **options)
        >>> control.config.differences(run.config)
        ['seed', 'training.shuffled', 'training.kept']
    """
    source, folder = run.dataset(), Path(out)
    training = {k: v for k, v in run.config.training.items() if k not in (*_CONTROL, "devices")}
    config = replace(
        run.config,
        seed=seed,
        training={**training, **_CONTROL} if shuffled else training,
        dataset_path=relative_to(source.path, folder),
        threads=threads or torch.get_num_threads(),
        accelerator="cpu",
        versions=named_versions(),
    )
    _refuse_foreign(folder)
    with run_lock(folder):
        if not _is_finished(folder, config, resume=True, force=True):
            hardware = Hardware.find("cpu", 1, preset_of(config).precision)
            ids = split_ids(source)
            _train_into(folder, config, source, ids, hardware, progress, baselines)
    return Run.open(folder)


def _train_into(
    folder: Path,
    config: RunConfig,
    source: IntervalDataset,
    ids: pa.Table,
    hardware: Hardware,
    progress: bool,
    baselines: Baselines | None = None,
) -> None:
    """Trains what a configuration says, and writes everything that a finished run has."""
    write_atomically(folder / RunFiles.CONFIG, config.to_toml().encode())
    with seeded(config.seed, config.threads):
        network, keeper = _train(folder, config, source, hardware, progress)
        network.load_state_dict(keeper.best_weights)
        _finish(folder, config, network, keeper, source, ids, progress, baselines)


def train_along(folder: Path, rank: int, port: int) -> None:
    """Trains as one of several processes for the one that leads; see `klgnn.processes`.

    Args:
        folder: The run folder; only read.
        rank: Which of them this is, from 1.
        port: Where they meet.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from data_gen.generation import generate
        >>> with TemporaryDirectory() as folder:
        ...     dataset = generate(4, f"{folder}/s4")
        ...     run = train(dataset, f"{folder}/run", epochs=1, threads=1, progress=False)
        ...     alone = replace(run.config, training={**run.config.training, "devices": 1})
        ...     other = Path(folder, "other")
        ...     other.mkdir()
        ...     _ = (other / RunFiles.CONFIG).write_text(alone.to_toml())
        ...     train_along(other, rank=0, port=0)  # a group of one
        ...     print(sorted(path.name for path in other.iterdir()))
        ['checkpoint', 'config.toml', 'log.csv']
    """
    config = read_config(folder)
    assert config is not None
    source = IntervalDataset.open(dataset_path(folder, config))
    devices = int(config.training["devices"])
    with seeded(config.seed, config.threads):
        _train(folder, config, source, Hardware(config.accelerator, devices, rank, port), False)


def _train(
    folder: Path, config: RunConfig, source: IntervalDataset, hardware: Hardware, progress: bool
) -> tuple[CoefficientNetwork, Keeper]:
    """Trains what a configuration says, beginning at the checkpoint if there is one."""
    settings = preset_of(config)
    train_batches, val_batches = loaders(
        source,
        settings,
        config.seed,
        config.training.get("memory"),
        hardware.rank,
        hardware.devices,
        bool(config.training.get("shuffled")),
    )
    network = network_of(config)
    network.prepare(train_batches)
    with together(hardware, folder) as joined:
        keeper = fit(
            network,
            settings,
            train_batches,
            val_batches,
            checkpoint=folder / RunFiles.CHECKPOINT,
            log=folder / RunFiles.LOG,
            max_time=config.training.get("max_time"),
            progress=progress,
            hardware=joined,
            keep_last=config.training.get("kept") == "last",
        )
    return network, keeper


def _refuse_foreign(folder: Path) -> None:
    """Never writes into a folder that holds something else."""
    if folder.exists() and not folder.is_dir():
        raise RunError(f"{str(folder)!r} is a file; choose a folder for --out.")
    if not folder.is_dir() or (folder / RunFiles.CONFIG).is_file():
        return
    foreign = sorted(path.name for path in folder.iterdir() if path.name not in _OWN_NAMES)
    if foreign:
        raise RunError(
            f"{str(folder)!r} holds something that is no run ({foreign[0]}, for one). Choose "
            "another folder for --out."
        )


def _is_finished(folder: Path, config: RunConfig, resume: bool, force: bool) -> bool:
    """Whether the run is there already; if it has to be made, clears what is in the way."""
    try:
        before = read_config(folder)
    except RunError:
        if not force:
            raise
        before = None
    if before is None:
        _clear(folder)
        return False
    differences = before.differences(config)
    if differences and not force:
        raise RunError(
            f"{str(folder)!r} holds a run with other settings ({', '.join(differences)}). Choose "
            "another --out, or replace it with --force."
        )
    if differences or (not resume and not (folder / RunFiles.METRICS).is_file()):
        _clear(folder)
        return False
    return all((folder / name).is_file() for name in (RunFiles.METRICS, RunFiles.WEIGHTS))


def _clear(folder: Path) -> None:
    """Deletes the files of a run, and no others; the results first, so no half run looks whole."""
    for name in (RunFiles.METRICS, *RunFiles.ALL):
        (folder / name).unlink(missing_ok=True)


def _finish(
    folder: Path,
    config: RunConfig,
    network: CoefficientNetwork,
    keeper: Keeper,
    source: IntervalDataset,
    ids: pa.Table,
    progress: bool,
    baselines: Baselines | None,
) -> None:
    """Measures the network and writes everything that a finished run has, metrics.json last."""
    with show_progress("fitting the baselines", enabled=progress) as report:
        results = evaluate_network(
            network,
            source,
            config.features,
            ("val", "test"),
            report,
            config.training.get("memory", DEFAULT_MEMORY),
            baselines,
        )
    metrics: dict[str, Any] = {
        "training": {
            "epochs": int(keeper.rows[-1]["epoch"]),
            "best_epoch": keeper.best_epoch,
            "best_val_loss": keeper.best_loss,
            "parameters": sum(parameter.numel() for parameter in network.parameters()),
            "seconds": round(keeper.rows[-1]["seconds"], 1),
        },
        "validation": results["val"].to_dict(),
        "test": results["test"].to_dict(),
    }
    weights = {name: value.contiguous() for name, value in network.state_dict().items()}
    card = model_card(config, metrics, source)
    write_atomically(folder / RunFiles.WEIGHTS, safetensors_bytes(weights))
    write_atomically(folder / RunFiles.SPLIT_IDS, _parquet(ids))
    write_atomically(folder / RunFiles.DATASET, source.manifest.to_json())
    write_atomically(folder / RunFiles.CARD, card.encode())
    write_atomically(folder / RunFiles.METRICS, (json.dumps(metrics, indent=2) + "\n").encode())
    for name in (RunFiles.CHECKPOINT, RunFiles.CHECKPOINT_DRAFT):
        (folder / name).unlink(missing_ok=True)
    (folder / RunFiles.CHECKPOINTS).rmdir()


def _parquet(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return bytes(sink.getvalue().to_pybytes())
