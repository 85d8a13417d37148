"""What may be chosen when a network is trained, and what is refused.

Nothing here loads torch: a command line that makes no sense is refused at once. The errors name the
option as it is typed there.
"""

from __future__ import annotations

from typing import Literal

from data_gen.choices import check_choice
from data_gen.errors import UsageError

__all__ = ["Accelerator", "Precision", "PresetName", "Split", "check_hardware", "check_training"]

PresetName = Literal["default", "top-down", "davies2021", "davies2021-notebook"]
"""The presets of `klgnn.presets`."""

Accelerator = Literal["auto", "cpu", "gpu"]
"""`gpu`: CUDA or ROCm. `auto`: a GPU if there is one."""

Precision = Literal["32-true", "bf16-mixed", "16-mixed"]
"""What is computed in, as Lightning names it; the last on a GPU only."""

Split = Literal["test", "val", "train"]
"""The parts of a dataset."""


def check_training(
    preset: str,
    seed: int = 0,
    epochs: int | None = None,
    max_time: float | None = None,
    threads: int | None = None,
) -> None:
    """Raises UsageError unless a training could be asked for like that.

    Args:
        preset: A `PresetName`.
        seed: From 0 to 2^63 - 1.
        epochs: At least 1, or None.
        max_time: Seconds, more than 0, or None.
        threads: At least 1, or None.

    Example:
        >>> check_training("default", epochs=0)
        Traceback (most recent call last):
        data_gen.errors.UsageError: --epochs 0: give at least 1.
    """
    check_choice("--preset", preset, PresetName)
    if not 0 <= seed < 2**63:
        raise UsageError(f"--seed {seed}: give a number from 0 to 2^63 - 1.")
    if epochs is not None and epochs < 1:
        raise UsageError(f"--epochs {epochs}: give at least 1.")
    if max_time is not None and not max_time > 0:
        raise UsageError(f"--max-time {max_time}: give a positive number of seconds.")
    if threads is not None and threads < 1:
        raise UsageError(f"--threads {threads}: give at least 1.")


def check_hardware(accelerator: str, devices: int = 1, precision: str | None = None) -> None:
    """Raises UsageError unless there could be a machine with such hardware.

    Args:
        accelerator: An `Accelerator`.
        devices: How many processes, at least 1.
        precision: A `Precision`, or None for that of the preset.

    Example:
        >>> check_hardware("gpu", devices=0)
        Traceback (most recent call last):
        data_gen.errors.UsageError: --devices 0: give at least 1.
    """
    check_choice("--accelerator", accelerator, Accelerator)
    if precision is not None:
        check_choice("--precision", precision, Precision)
    if devices < 1:
        raise UsageError(f"--devices {devices}: give at least 1.")
