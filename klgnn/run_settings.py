"""From what a caller asks for to what config.toml says, and back."""

from __future__ import annotations

import os
import shlex
from dataclasses import asdict, fields, replace
from importlib import metadata
from pathlib import Path
from typing import Any

import torch

from data_gen.dataset import IntervalDataset
from klgnn.batches import needs_streaming, vocabulary
from klgnn.choices import check_training
from klgnn.models import MODELS
from klgnn.presets import PRESETS, Preset, find_preset
from klgnn.processes import Hardware
from klgnn.run_config import RunConfig
from klgnn.streaming import DEFAULT_MEMORY

__all__ = [
    "checked_settings",
    "config_of",
    "named_versions",
    "preset_of",
    "relative_to",
    "train_command",
]

_NAMED_VERSIONS = ("klgnn", "torch", "torch-geometric", "pytorch-lightning")


def checked_settings(
    name: str,
    seed: int,
    epochs: int | None,
    max_time: float | None,
    threads: int | None,
    precision: str | None,
) -> Preset:
    """The preset with what the caller changed in it; the arguments are those of `train`.

    Raises:
        UsageError: If there is no such preset, or a number makes no sense.

    Example:
        >>> checked_settings("davies2021", 0, 5, None, None, None).epochs
        5
        >>> checked_settings("davies2021", 0, 0, None, None, None)
        Traceback (most recent call last):
        data_gen.errors.UsageError: --epochs 0: give at least 1.
    """
    check_training(name, seed, epochs, max_time, threads)
    preset = find_preset(name)
    if epochs is not None:
        # A preset that never stops early is not to do so with more epochs either.
        patience = epochs if preset.patience >= preset.epochs else preset.patience
        preset = replace(preset, epochs=epochs, patience=patience)
    if precision is not None:
        preset = replace(preset, precision=precision)
    return preset


def config_of(
    folder: Path,
    source: IntervalDataset,
    preset: str,
    settings: Preset,
    seed: int,
    max_time: float | None,
    threads: int | None,
    hardware: Hardware,
    memory: int | None,
) -> RunConfig:
    """What config.toml says of a run that is about to begin; the arguments are those of `train`.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from data_gen.generation import generate
        >>> preset, alone = find_preset("default"), Hardware.find("cpu")
        >>> with TemporaryDirectory() as name:
        ...     dataset = generate(4, f"{name}/s4")
        ...     folder = Path(name, "runs", "s4")
        ...     config = config_of(folder, dataset, "default", preset, 0, None, 1, alone, None)
        >>> config.dataset_path, config.vocabulary, config.training["epochs"], config.threads
        ('../../s4', ((0, 1), (0,), (0,), (0,)), 30, 1)
        >>> preset_of(config) == preset
        True
    """
    training = asdict(settings)
    model, network, features = (training.pop(key) for key in ("model", "network", "features"))
    # Only what makes a difference is written down, and so compared with a later run.
    if max_time is not None:
        training["max_time"] = float(max_time)
    if hardware.devices > 1:
        training["devices"] = hardware.devices
    bound = DEFAULT_MEMORY if memory is None else memory
    if needs_streaming(source, settings, bound, hardware.devices):
        training["memory"] = bound
    return RunConfig(
        preset=preset,
        seed=seed,
        model=model,
        network=network,
        features=features,
        training=training,
        vocabulary=vocabulary(source, settings),
        dataset_path=relative_to(source.path, folder),
        dataset_fingerprint=source.fingerprint,
        threads=threads or max(1, torch.get_num_threads() // hardware.devices),
        accelerator=hardware.accelerator,
        versions=named_versions(),
    )


def preset_of(config: RunConfig) -> Preset:
    """The preset that a configuration was made from, with what was changed in it."""
    names = {field.name for field in fields(Preset)}
    training = {name: value for name, value in config.training.items() if name in names}
    network = MODELS[config.model].Config(**config.network)
    return Preset(model=config.model, network=network, features=config.features, **training)


def train_command(config: RunConfig, dataset: Path, folder: Path) -> str:
    """The command line that trains such a run.

    Args:
        config: What determines the run.
        dataset: Where its dataset is.
        folder: The run folder.

    Example:
        >>> from klgnn.runs import Run
        >>> config = replace(Run.default().config, preset="default", seed=3)
        >>> config = replace(config, training={**config.training, "epochs": 5, "max_time": 60.0})
        >>> train_command(config, Path("data/s56"), Path("runs/s56"))
        'klgnn train data/s56 --out runs/s56 --seed 3 --epochs 5 --max-time 60'
    """
    training, usual = config.training, PRESETS.get(config.preset)
    options: dict[str, Any] = {
        "preset": config.preset if config.preset != "default" else None,
        "seed": config.seed or None,
        **{
            name: training[name]
            if usual is None or training[name] != getattr(usual, name)
            else None
            for name in ("epochs", "precision")
            if name in training
        },
        "max-time": training.get("max_time"),
        "devices": training.get("devices"),
    }
    if training.get("memory", DEFAULT_MEMORY) != DEFAULT_MEMORY:
        options["memory"] = training["memory"] / 1e9
    words = ["klgnn", "train", str(dataset), "--out", str(folder)]
    for name, value in options.items():
        if value is not None:
            words += [f"--{name}", f"{value:.12g}" if isinstance(value, float) else str(value)]
    return shlex.join(words)


def relative_to(dataset: Path, folder: Path) -> str:
    """The dataset as seen from the run folder, so that both can be moved together.

    Example:
        >>> relative_to(Path("data/s56"), Path("runs/s56"))
        '../../data/s56'
    """
    try:
        return Path(os.path.relpath(dataset.resolve(), folder.resolve())).as_posix()
    except ValueError:  # another drive, on Windows
        return dataset.resolve().as_posix()


def named_versions() -> dict[str, str]:
    """The versions of the packages that a result may depend on.

    Example:
        >>> sorted(named_versions())
        ['klgnn', 'pytorch-lightning', 'torch', 'torch-geometric']
    """
    return {name: metadata.version(name) for name in _NAMED_VERSIONS}
