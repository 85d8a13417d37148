"""A bar for training, on stderr: how far, how good so far, how long still."""

from __future__ import annotations

import sys
import time
from typing import Any

import pytorch_lightning as pl

from data_gen.console import say
from klgnn.task import Keeper

__all__ = ["EpochBar"]

_SECONDS_BETWEEN_LINES = 10.0


class EpochBar(pl.Callback):
    """Shows the progress of training: a bar on a terminal, a line now and then in a log file.

    Args:
        keeper: Whose results are shown.
        epochs: The most epochs.

    Example:
        >>> from contextlib import redirect_stderr
        >>> from klgnn.presets import find_preset
        >>> keeper = Keeper(find_preset("default"))
        >>> keeper.rows.append({"epoch": 7})  # as of a run that was interrupted
        >>> with redirect_stderr(sys.stdout):
        ...     EpochBar(keeper, epochs=30).on_train_start(None, None)
        Training goes on after epoch 7.
    """

    def __init__(self, keeper: Keeper, epochs: int) -> None:
        self.keeper, self.epochs = keeper, epochs
        self._bar: Any = None
        self._task: Any = None
        self._last_line = time.monotonic()

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Opens the bar where an earlier attempt stopped."""
        if self.keeper.rows:
            say(f"Training goes on after epoch {self.keeper.rows[-1]['epoch']}.")
        if not sys.stderr.isatty():
            return
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
        self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
        total = self.epochs * int(trainer.num_training_batches)
        self._task = self._bar.add_task("training", total=total, completed=trainer.global_step)
        self._bar.start()

    def on_train_batch_end(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, *unused: Any
    ) -> None:
        """Moves the bar by a batch."""
        if self._bar is not None:
            self._bar.update(self._task, completed=trainer.global_step)

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Says how good the epoch was."""
        text = f"training: epoch {trainer.current_epoch + 1} of {self.epochs}"
        if self.keeper.rows:
            text += f", validation {self.keeper.rows[-1]['val_exact']:.1%} exact"
        if self._bar is not None:
            self._bar.update(self._task, description=text)
        elif time.monotonic() - self._last_line >= _SECONDS_BETWEEN_LINES:
            self._last_line = time.monotonic()
            say(text)

    def teardown(self, trainer: pl.Trainer, pl_module: pl.LightningModule, stage: str) -> None:
        """Takes the bar away, also after an error."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
