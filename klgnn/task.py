"""What Lightning needs to train a network: the steps, the optimiser, what is kept of each epoch."""

from __future__ import annotations

import csv
import io
import math
import os
import time
from pathlib import Path
from typing import Any

import pytorch_lightning as pl
import torch
from torch import Tensor
from torch_geometric.data import Batch

from data_gen.errors import StorageError
from data_gen.storage import write_atomically
from klgnn.models import CoefficientNetwork
from klgnn.presets import Preset

__all__ = ["CoefficientTask", "Keeper"]

_WARM_UP = 0.05


class CoefficientTask(pl.LightningModule):
    """Trains a `CoefficientNetwork`; validation gives `val_loss` and `val_exact`.

    Args:
        network: The network.
        preset: Optimiser, schedule and clipping.
        total_steps: The number of optimiser steps that the cosine schedule spans.

    Example:
        >>> from klgnn.models import build_network
        >>> from klgnn.presets import find_preset
        >>> network = build_network("davies2021", {"width": 8, "steps": 2}, 2, ((0, 1),))
        >>> steps = CoefficientTask(network, find_preset("default"), total_steps=100)
        >>> schedule = steps.configure_optimizers()["lr_scheduler"]["scheduler"]
        >>> [round(schedule.lr_lambdas[0](step), 2) for step in (0, 4, 52, 99)]
        [0.2, 1.0, 0.51, 0.0]
    """

    def __init__(self, network: CoefficientNetwork, preset: Preset, total_steps: int) -> None:
        super().__init__()
        self.network = network
        self.preset = preset
        self.total_steps = total_steps

    def training_step(self, batch: Batch, batch_index: int) -> Tensor:
        """The loss of a batch."""
        loss = self.network.loss(batch)
        self._record({"train_loss": loss}, batch)
        return loss

    def validation_step(self, batch: Batch, batch_index: int) -> None:
        """Records the loss and the share of exact polynomials."""
        said = self.network.coefficients(self.network(batch))
        right = (said == batch.y[:, : said.shape[1]]).all(1)
        right &= (batch.y[:, said.shape[1] :] == 0).all(1)
        values = {"val_loss": self.network.loss(batch), "val_exact": right.float().mean()}
        self._record(values, batch)

    def _record(self, values: dict[str, Tensor], batch: Batch) -> None:
        """Has means over the graphs of an epoch taken, those of all processes."""
        # Lightning would take the number of vertices for the size of a batch, and it rounds the
        # mean size over the processes down if the sizes are integers.
        size: Any = float(batch.num_graphs)
        self.log_dict(values, on_step=False, on_epoch=True, batch_size=size, sync_dist=True)

    def configure_optimizers(self) -> Any:
        """AdamW with the preset's schedule, stepped after every batch."""
        optimiser = torch.optim.AdamW(
            self.network.parameters(),
            lr=self.preset.learning_rate,
            weight_decay=self.preset.weight_decay,
            # With mixed precision Lightning cannot clip before a fused step.
            fused=self.preset.precision == "32-true",
        )
        if self.preset.schedule == "constant":
            return optimiser
        schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, self._cosine)
        return {
            "optimizer": optimiser,
            "lr_scheduler": {"scheduler": schedule, "interval": "step"},
        }

    def _cosine(self, step: int) -> float:
        warm_up = max(1, round(_WARM_UP * self.total_steps))
        if step < warm_up:
            return (step + 1) / warm_up
        rest = (step - warm_up) / max(1, self.total_steps - warm_up)
        return 0.5 * (1 + math.cos(math.pi * min(1.0, rest)))


class Keeper(pl.Callback):
    """Keeps the log and the best weights, and stops when it gets no better or time is over.

    With `keep_last` the weights of the last epoch count as the best ones, and patience has no end.

    Its state is part of the checkpoint, so a resumed run knows them as if it had never stopped.
    It also says which epochs end with a validation: every so many, and the last.

    Args:
        preset: Its epochs, patience and epochs between validations.
        max_time: Seconds of training, counted over all attempts; None for no limit.
        log: A CSV file to keep up to date; None for none.
        checkpoint: Where the state of the whole training is kept at every validation; None for
            nowhere.
        keep_last: Whether validation chooses nothing; for labels that say nothing.

    Example:
        >>> from klgnn.presets import find_preset
        >>> keeper = Keeper(find_preset("default"), max_time=60)
        >>> keeper.load_state_dict({**keeper.state_dict(), "best_epoch": 7, "seconds": 41.5})
        >>> keeper.best_epoch, keeper.seconds > 41, keeper.finished
        (7, True, False)
    """

    def __init__(
        self,
        preset: Preset,
        max_time: float | None = None,
        log: Path | None = None,
        checkpoint: Path | None = None,
        keep_last: bool = False,
    ) -> None:
        self.preset, self.max_time = preset, max_time
        self.keep_last = keep_last
        self.log_file, self.checkpoint = log, checkpoint
        self.finished = False
        self.rows: list[dict[str, float]] = []
        self.best_loss = math.inf
        self.best_epoch = -1
        self.best_weights: dict[str, Tensor] = {}
        self._is_due = True
        self._seconds_before = 0.0
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        """Seconds of training so far, with those of earlier attempts."""
        return self._seconds_before + time.monotonic() - self._began

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Starts the clock; does not start over what an earlier attempt had finished."""
        self._began = time.monotonic()
        trainer.should_stop = self.finished

    def _is_time_over(self, trainer: pl.Trainer) -> bool:
        """Whether the time is over by the clock of the first process."""
        if self.max_time is None:
            return False
        return bool(trainer.strategy.broadcast(self.seconds >= self.max_time))

    def on_train_batch_end(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, *unused: Any
    ) -> None:
        """Before an epoch ends, decides whether it is validated."""
        if trainer.is_last_batch:
            epoch = trainer.current_epoch + 1
            regular = epoch % self.preset.validate_every == 0 or epoch == self.preset.epochs
            self._is_due = self._is_time_over(trainer) or regular
            # Lightning validates the epochs that this divides.
            trainer.check_val_every_n_epoch = 1 if self._is_due else epoch + 1

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Adds a line to the log and keeps the weights if they are the best so far."""
        if not self._is_due:
            return
        values = trainer.callback_metrics
        row = {name: float(values[name]) for name in ("train_loss", "val_loss", "val_exact")}
        rate = trainer.optimizers[0].param_groups[0]["lr"]
        epoch = trainer.current_epoch
        self.rows.append(
            {"epoch": epoch + 1, **row, "learning_rate": rate, "seconds": round(self.seconds, 2)}
        )
        if self.keep_last or row["val_loss"] < self.best_loss:
            self.best_loss, self.best_epoch = row["val_loss"], epoch + 1
            weights = pl_module.network.state_dict()  # type: ignore[union-attr]
            self.best_weights = {
                name: value.detach().cpu().clone() for name, value in weights.items()
            }
        out_of_patience = epoch + 1 - self.best_epoch >= self.preset.patience
        self.finished = self._is_time_over(trainer) or out_of_patience
        trainer.should_stop = trainer.should_stop or self.finished
        if self.log_file is not None and trainer.is_global_zero:
            write_atomically(self.log_file, _csv_bytes(self.rows))
        if self.checkpoint is not None:
            self.checkpoint.parent.mkdir(parents=True, exist_ok=True)
            unfinished = self.checkpoint.with_suffix(".tmp")
            try:
                trainer.save_checkpoint(unfinished)
                if trainer.is_global_zero:
                    os.replace(unfinished, self.checkpoint)
            except OSError as error:
                raise StorageError(
                    f"The disk refuses the checkpoint {str(self.checkpoint)!r} "
                    f"({error.strerror or error}). Free some space and run the same command again: "
                    "it goes on after the last epoch that was kept."
                ) from error

    def state_dict(self) -> dict[str, Any]:
        """What a resumed run has to know."""
        return {
            "rows": self.rows,
            "best_loss": self.best_loss,
            "best_epoch": self.best_epoch,
            "best_weights": self.best_weights,
            "seconds": self.seconds,
            "finished": self.finished,
        }

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Reads what `state_dict` gave."""
        self.rows = list(state_dict["rows"])
        self.best_loss = state_dict["best_loss"]
        self.best_epoch = state_dict["best_epoch"]
        self.best_weights = state_dict["best_weights"]
        self._seconds_before = state_dict["seconds"]
        self.finished = state_dict["finished"]


def _csv_bytes(rows: list[dict[str, float]]) -> bytes:
    """Rows with equal keys as a CSV file."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()
