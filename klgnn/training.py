"""Training a network on a dataset folder, into a run folder."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, replace
from importlib import metadata
from os import PathLike
from pathlib import Path
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
from klgnn.card import model_card
from klgnn.evaluation import evaluate_network
from klgnn.fitting import fit, seeded
from klgnn.graphs import IntervalGraphs
from klgnn.models import CoefficientNetwork, vocabulary_of
from klgnn.presets import Preset, find_preset
from klgnn.runs import Run, RunConfig, RunFiles, network_of, read_config, run_lock
from klgnn.splits import split_ids
from klgnn.task import Keeper

__all__ = ["train"]

_NAMED_VERSIONS = ("klgnn", "torch", "torch-geometric", "pytorch-lightning")
_OWN_NAMES = frozenset({*RunFiles.ALL, RunFiles.CHECKPOINTS, RunFiles.LOCK})


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
) -> Run:
    """Trains a network and measures it, or finds that this has been done.

    A finished run with the same settings and dataset is opened as it is; an unfinished one goes on
    after its last whole epoch and ends with the same weights as if it had not stopped. The same
    seed gives the same bytes of weights on one machine with one number of threads (`max_time`
    breaks this: how many epochs fit depends on the machine). The test split is read once, at the
    very end.

    Args:
        dataset: A dataset folder, or an `IntervalDataset`.
        out: The run folder; made if it is not there.
        preset: A key of `klgnn.presets.PRESETS`.
        seed: Of the weights and of the order of the batches.
        epochs: The most epochs; those of the preset if None.
        max_time: Stop after the epoch in which so many seconds of training are over.
        threads: How many threads compute; as many as torch uses if None.
        resume: Whether to go on with an unfinished run; otherwise it begins again.
        force: Replace a run with other settings.
        progress: Whether to show bars on stderr.

    Returns:
        The finished run.

    Raises:
        UsageError: If there is no such preset, or a number makes no sense.
        DatasetError: If the dataset is none, or too small to be split.
        RunError: If the folder holds another run (and not `force`) or something else altogether, or
            another process is training into it.
        StorageError: If the disk is full.

    Example:
        >>> run = train("data/s56", "runs/s56")  # doctest: +SKIP
    """
    settings = _settings(preset, seed, epochs, max_time)
    if threads is not None and threads < 1:
        raise UsageError(f"{threads} threads compute nothing; give at least 1.")
    source = (
        dataset if isinstance(dataset, IntervalDataset) else IntervalDataset.open(Path(dataset))
    )
    folder = Path(out)
    _refuse_foreign(folder)
    ids = split_ids(source)
    graphs = IntervalGraphs(source, "train", settings.features)
    config = _config(folder, source, graphs, preset, settings, seed, max_time, threads)
    with run_lock(folder):
        if _is_finished(folder, config, resume, force):
            if progress:
                say(f"{str(folder)!r} is already trained with these settings.")
            return Run.open(folder)
        write_atomically(folder / RunFiles.CONFIG, config.to_toml().encode())
        val = IntervalGraphs(source, "val", settings.features)
        checkpoint = folder / RunFiles.CHECKPOINT
        with seeded(seed, config.threads):
            network = network_of(config)
            log = folder / RunFiles.LOG
            keeper = fit(network, settings, graphs, val, checkpoint, seed, max_time, log, progress)
            network.load_state_dict(keeper.best_weights)
            _finish(folder, config, network, keeper, source, ids, progress)
    return Run.open(folder)


def _settings(name: str, seed: int, epochs: int | None, max_time: float | None) -> Preset:
    preset = find_preset(name)
    if epochs is not None:
        preset = replace(preset, epochs=epochs)
    if preset.epochs < 1:
        raise UsageError(f"{preset.epochs} epochs make no run; give at least 1.")
    if not 0 <= seed < 2**63:
        raise UsageError(f"The seed {seed} is not in 0, ..., 2^63 - 1.")
    if max_time is not None and not max_time > 0:
        raise UsageError(f"{max_time} seconds are no time to train; give a positive number.")
    return preset


def _config(
    folder: Path,
    source: IntervalDataset,
    graphs: IntervalGraphs,
    preset: str,
    settings: Preset,
    seed: int,
    max_time: float | None,
    threads: int | None,
) -> RunConfig:
    training = asdict(settings)
    model, network, features = (training.pop(key) for key in ("model", "network", "features"))
    if max_time is not None:
        training["max_time"] = float(max_time)
    return RunConfig(
        preset=preset,
        seed=seed,
        model=model,
        network=network,
        features=features,
        training=training,
        vocabulary=vocabulary_of(graphs.labels),
        dataset_path=_relative(source.path, folder),
        dataset_fingerprint=source.fingerprint,
        threads=threads or torch.get_num_threads(),
        versions={name: metadata.version(name) for name in _NAMED_VERSIONS},
    )


def _relative(dataset: Path, folder: Path) -> str:
    """The dataset as seen from the run folder, so that both can be moved together."""
    try:
        return Path(os.path.relpath(dataset.resolve(), folder.resolve())).as_posix()
    except ValueError:  # another drive, on Windows
        return dataset.resolve().as_posix()


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
) -> None:
    """Measures the network and writes everything that a finished run has, metrics.json last."""
    with show_progress("fitting the baselines", enabled=progress) as report:
        results = evaluate_network(network, source, config.features, ("val", "test"), report)
    metrics: dict[str, Any] = {
        "training": {
            "epochs": len(keeper.rows),
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
    write_atomically(folder / RunFiles.CARD, card.encode())
    write_atomically(folder / RunFiles.METRICS, (json.dumps(metrics, indent=2) + "\n").encode())
    for name in (RunFiles.CHECKPOINT, RunFiles.CHECKPOINT_DRAFT):
        (folder / name).unlink(missing_ok=True)
    (folder / RunFiles.CHECKPOINTS).rmdir()


def _parquet(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return bytes(sink.getvalue().to_pybytes())
