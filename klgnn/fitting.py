"""Running Lightning quietly, reproducibly, and so that a killed run goes on where it was."""

from __future__ import annotations

import logging
import signal
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from pickle import UnpicklingError

import pytorch_lightning as pl
import torch

from data_gen.errors import RunError
from data_gen.interrupts import is_interrupt
from klgnn._neighbour_kernels import set_threads
from klgnn.batches import Loader
from klgnn.models import CoefficientNetwork
from klgnn.presets import Preset
from klgnn.processes import Hardware
from klgnn.progress import EpochBar
from klgnn.task import CoefficientTask, Keeper

__all__ = ["fit", "seeded"]


@contextmanager
def seeded(seed: int, threads: int | None = None) -> Iterator[None]:
    """Seeds torch and fixes its threads for a while; what was before comes back.

    Args:
        seed: Any non-negative integer.
        threads: The number of threads; as it is if None.

    Example:
        >>> with seeded(3):
        ...     first = torch.rand(1)
        >>> with seeded(3):
        ...     bool(torch.rand(1) == first)
        True
    """
    before = torch.get_num_threads()
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        # First numba's: starting its threads sets OpenMP's number, which torch reads too.
        set_threads(threads or before)
        torch.set_num_threads(threads or before)
        try:
            yield
        finally:
            torch.set_num_threads(before)


def fit(
    network: CoefficientNetwork,
    preset: Preset,
    train: Loader,
    val: Loader,
    checkpoint: Path | None = None,
    log: Path | None = None,
    max_time: float | None = None,
    progress: bool = True,
    hardware: Hardware | None = None,
    keep_last: bool = False,
) -> Keeper:
    """Trains a network, going on from `checkpoint` if that file is there.

    Args:
        network: The network; trained in place. The best weights are in the result.
        preset: How to train.
        train: The batches to train on.
        val: The batches that choose the epoch.
        checkpoint: Where the state is kept whenever it is validated; None for nowhere.
        log: A CSV file to keep up to date, a line for every validation; None for none.
        max_time: Stop at the end of the epoch in which so many seconds are over.
        progress: Whether to show a bar on stderr.
        hardware: What to train on, and as which of several processes; the first of them alone
            writes `checkpoint` and `log`. A GPU if there is one, alone, if None.
        keep_last: Whether to train to the end and keep the last epoch, whatever `val` says.

    Returns:
        The log, and the weights of the epoch with the smallest validation loss, or of the last.

    Raises:
        RunError: If the checkpoint is damaged.
        KeyboardInterrupt: As it came; the checkpoint of the last whole epoch is kept.

    Example:
        >>> from dataclasses import replace
        >>> from tempfile import TemporaryDirectory
        >>> from data_gen.generation import generate
        >>> from klgnn.batches import loaders
        >>> from klgnn.models import build_network
        >>> from klgnn.presets import find_preset
        >>> preset, cpu = replace(find_preset("davies2021"), epochs=2), Hardware.find("cpu")
        >>> with TemporaryDirectory() as folder, seeded(0, threads=1):
        ...     batches = loaders(generate(4, f"{folder}/s4"), preset, seed=0)
        ...     network = build_network("davies2021", {"width": 8, "steps": 2}, 2, ((0, 1),) * 4)
        ...     keeper = fit(network, preset, *batches, progress=False, hardware=cpu)
        >>> [row["epoch"] for row in keeper.rows]
        [1, 2]
    """
    task = CoefficientTask(network, preset, preset.epochs * len(train))
    keeper = Keeper(preset, max_time, log, checkpoint, keep_last)
    callbacks: list[pl.Callback] = [keeper]
    if progress:
        callbacks.append(EpochBar(keeper, preset.epochs))
    with _quiet():
        trainer = pl.Trainer(
            max_epochs=preset.epochs,
            **(hardware or Hardware.find()).options(),
            precision=preset.precision,  # type: ignore[arg-type]
            callbacks=callbacks,
            logger=False,
            enable_progress_bar=False,
            enable_model_summary=False,
            enable_checkpointing=False,
            gradient_clip_val=preset.clip or None,
            num_sanity_val_steps=0,
            use_distributed_sampler=False,
        )
        _run(trainer, task, train, val, checkpoint)
    return keeper


def _run(
    trainer: pl.Trainer, task: CoefficientTask, train: Loader, val: Loader, checkpoint: Path | None
) -> None:
    resume = str(checkpoint) if checkpoint is not None and checkpoint.is_file() else None
    handler = (
        signal.getsignal(signal.SIGINT)
        if threading.current_thread() is threading.main_thread()
        else None
    )
    try:
        trainer.fit(task, train, val, ckpt_path=resume, weights_only=True)
    except SystemError as error:
        if is_interrupt(error):
            raise KeyboardInterrupt from None
        raise
    except SystemExit as leaving:
        # Lightning turns Ctrl-C into exit code 1 and ignores every further one.
        if isinstance(leaving.__context__, KeyboardInterrupt):
            raise KeyboardInterrupt from None
        raise
    except (EOFError, KeyError, RuntimeError, OSError, UnpicklingError) as error:
        if resume is None or trainer.global_step:
            raise
        raise RunError(
            f"The checkpoint {resume!r} cannot be read ({type(error).__name__}). Train from the "
            "beginning with --no-resume."
        ) from error
    finally:
        if handler is not None:
            signal.signal(signal.SIGINT, handler)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keeps Lightning's greetings, tips and hints to developers off the terminal."""
    names = ["pytorch_lightning", "lightning.pytorch", "lightning_fabric", "lightning.fabric"]
    names += [f"{name}.utilities.rank_zero" for name in names]
    loggers = [logging.getLogger(name) for name in names]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module="pytorch_lightning")
            warnings.filterwarnings("ignore", module="lightning_fabric")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
