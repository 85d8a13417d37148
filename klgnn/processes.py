"""Several processes that train one network together, each on its own batches.

`klgnn train --devices 3` starts two companions of itself (`klgnn.companion`) and trains with them
by Lightning's distributed data parallelism: every process has the whole network, computes the
gradient of its own batch, and all step with the mean. The first process alone writes, and ends the
others whatever happens; a companion whose first process is gone ends by itself.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import torch
from lightning_fabric.plugins.environments.lightning import (
    LightningEnvironment,
    find_free_network_port,
)
from pytorch_lightning.strategies import DDPStrategy

from data_gen.errors import RunError, UsageError
from klgnn.choices import check_hardware

__all__ = ["Hardware", "together"]


_READY = b"ready\n"
_LEAVING = 60.0  # seconds that a companion may take to end once everything is done
_DYING = 5.0  # seconds from a broken connection to the end of the process that broke it
_SILENCE = timedelta(minutes=10)


@dataclass(frozen=True)
class Hardware:
    """What a network is trained on, and which of the processes this one is.

    Attributes:
        accelerator: ``"cpu"`` or ``"cuda"``.
        devices: The number of processes; on GPUs each has one of its own.
        rank: The number of this process; 0 is the one that writes.
        port: Where the processes of a group meet.
    """

    accelerator: str = "cpu"
    devices: int = 1
    rank: int = 0
    port: int = 0

    @classmethod
    def find(
        cls, accelerator: str = "auto", devices: int = 1, precision: str = "32-true"
    ) -> Hardware:
        """Finds out what a machine has.

        Args:
            accelerator: ``"cpu"``, ``"gpu"`` (CUDA or ROCm), or ``"auto"``: a GPU if there is one.
            devices: How many processes are to train together.
            precision: What they are to compute in; see `klgnn.presets.Preset`.

        Raises:
            UsageError: If the machine has no such thing, or not so many.

        Example:
            >>> Hardware.find("cpu", devices=2)
            Hardware(accelerator='cpu', devices=2, rank=0, port=0)
        """
        check_hardware(accelerator, devices, precision)
        gpus = torch.cuda.device_count() if accelerator != "cpu" else 0
        if accelerator == "cpu" or (accelerator == "auto" and not gpus):
            if precision == "16-mixed":
                raise UsageError("The precision '16-mixed' needs a GPU; take 'bf16-mixed'.")
            return cls("cpu", devices)
        if gpus < devices:
            raise UsageError(
                f"{devices} GPU(s) are wanted, but torch sees {gpus}. Take fewer --devices, or "
                "--accelerator cpu."
            )
        return cls("cuda", devices)

    def options(self) -> dict[str, Any]:
        """What a Lightning Trainer has to be told."""
        options: dict[str, Any] = {"accelerator": self.accelerator, "devices": self.devices}
        if self.devices > 1:
            options["strategy"] = _Together(
                cluster_environment=_Group(self),
                process_group_backend="gloo" if self.accelerator == "cpu" else "nccl",
                timeout=_SILENCE,
            )
        else:
            # Otherwise Lightning takes a batch system's variables for orders to start processes.
            options["plugins"] = [LightningEnvironment()]
        return options


class _Together(DDPStrategy):
    """Launches nothing, for the processes are there already; so a notebook will do, too."""

    def _configure_launcher(self) -> None:
        self._launcher = None


class _Group(LightningEnvironment):
    """Tells Lightning that the processes are there already."""

    def __init__(self, hardware: Hardware) -> None:
        super().__init__()
        self._hardware = hardware

    @property
    def creates_processes_externally(self) -> bool:
        """Always."""
        return True

    @property
    def main_address(self) -> str:
        """This machine."""
        return "127.0.0.1"

    @property
    def main_port(self) -> int:
        """Where they meet."""
        return self._hardware.port

    def local_rank(self) -> int:
        """Which of them this is."""
        return self._hardware.rank

    def node_rank(self) -> int:
        """There is one machine."""
        return 0

    def teardown(self) -> None:
        """Leaves the environment alone."""


@contextmanager
def together(hardware: Hardware, folder: Path) -> Iterator[Hardware]:
    """What each of several processes does around its training.

    The first one starts the others and sees to it that they end; the others say that they are
    ready, and end with the first. Alone there is nothing to do.

    Args:
        hardware: How many processes, and which of them this is.
        folder: The run folder, whose config.toml tells a companion everything.

    Yields:
        The hardware, with the port where they meet.

    Raises:
        RunError: In the first one, if a companion ends before its time.

    Example:
        >>> with together(Hardware.find("cpu"), Path("runs/s56")) as hardware:  # alone
        ...     print(hardware.devices, hardware.rank)
        1 0
    """
    if hardware.devices == 1:
        yield hardware
    elif hardware.rank:
        threading.Thread(target=_end_with_parent, daemon=True).start()
        os.write(1, _READY)
        with _own_threads():
            yield hardware
        _close_group()
    else:
        with _accompanied(hardware, folder) as meeting:
            yield meeting


@contextmanager
def _accompanied(hardware: Hardware, folder: Path) -> Iterator[Hardware]:
    """Starts the companions of the first process, waits until they are ready, and ends them."""
    meeting = replace(hardware, port=find_free_network_port())
    companions = [_start(meeting, rank, folder) for rank in range(1, hardware.devices)]
    try:
        for companion in companions:
            assert companion.stdout is not None
            if companion.stdout.readline() != _READY:
                raise RunError(_obituary(companions) or "A process did not start.")
        with _own_threads():
            yield meeting
        _close_group()
        for companion in companions:
            with suppress(subprocess.TimeoutExpired):
                companion.wait(_LEAVING)
    except RuntimeError as error:  # what torch raises if the other end of a connection is gone
        message = _obituary(companions)
        if message is None:
            raise
        raise RunError(message) from error
    finally:
        for companion in companions:
            companion.kill()
            companion.communicate()
        _close_group()


def _start(hardware: Hardware, rank: int, folder: Path) -> subprocess.Popen[bytes]:
    """Starts a companion: out of reach of the terminal's Ctrl-C, and bound to us by its stdin."""
    words = [sys.executable, "-m", "klgnn.companion", str(folder), str(rank), str(hardware.port)]
    return subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )


def _obituary(companions: list[subprocess.Popen[bytes]]) -> str | None:
    """A sentence about the first companion that has failed, if one has."""
    deadline = time.monotonic() + _DYING
    while time.monotonic() < deadline:
        for rank, companion in enumerate(companions, 1):
            if code := companion.poll():
                how = f"signal {-code}; memory may have run out" if code < 0 else f"code {code}"
                return (
                    f"Process {rank} of the {len(companions) + 1} that train together has ended "
                    f"({how}). What was finished is kept; the same command goes on from there."
                )
        time.sleep(0.05)
    return None


@contextmanager
def _own_threads() -> Iterator[None]:
    """Keeps Lightning from dividing the cores among the processes; `seeded` has done that."""
    before = os.environ.get("OMP_NUM_THREADS")
    os.environ["OMP_NUM_THREADS"] = str(torch.get_num_threads())
    try:
        yield
    finally:
        if before is None:
            del os.environ["OMP_NUM_THREADS"]
        else:
            os.environ["OMP_NUM_THREADS"] = before


def _close_group() -> None:
    """Leaves torch's process group behind, so that the next training can make another one."""
    if torch.distributed.is_initialized():
        torch.distributed.destroy_process_group()


def _end_with_parent() -> None:
    os.read(0, 1)  # nothing is ever written: this returns when the other end is closed
    os._exit(1)
