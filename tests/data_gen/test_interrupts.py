"""Ctrl-C in the middle of compiled work is an ordinary KeyboardInterrupt."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from importlib.machinery import ExtensionFileLoader

import pytest

from data_gen.interrupts import (
    heed_interrupt,
    if_interrupted,
    kernels_finish_first,
    what_is_kept,
)

TIMES = 40
CHILD = f"""
import time
from data_gen.interrupts import kernels_finish_first
from data_gen.intervals import BruhatInterval

BruhatInterval("123456", "654321").graph
caught, deadline = 0, time.monotonic() + 60
with kernels_finish_first():
    print("ready", flush=True)
    while caught < {TIMES}:
        try:
            while time.monotonic() < deadline:
                BruhatInterval("123456", "654321").graph
            break
        except KeyboardInterrupt:
            caught += 1
            print(caught, flush=True)
print("done", caught, flush=True)
"""


def test_kernels_hand_over_their_results_before_ctrl_c_is_heard() -> None:
    """Without the guard most children die of a SystemError, and some of a segmentation fault."""
    child = subprocess.Popen([sys.executable, "-c", CHILD], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    for caught in range(1, TIMES + 1):
        time.sleep(0.03 + 0.003 * (caught % 7))
        child.send_signal(signal.SIGINT)
        assert child.stdout.readline() == f"{caught}\n"
    assert child.stdout.readline() == f"done {TIMES}\n"
    assert child.wait(timeout=60) == 0


def test_the_handler_of_before_comes_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), kernels_finish_first():
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_a_lost_interrupt_is_found_at_the_next_step() -> None:
    with kernels_finish_first():
        heed_interrupt()  # nothing was pressed
        with suppress(KeyboardInterrupt):  # what some libraries do
            signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            heed_interrupt()
    heed_interrupt()


def test_another_thread_is_left_alone() -> None:
    entered = []

    def work() -> None:
        with kernels_finish_first():
            entered.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert entered == [True]


def import_in_vain() -> None:
    with suppress(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    raise ImportError("numba._devicearray failed to import")


def test_an_import_that_ctrl_c_broke_is_ctrl_c() -> None:
    """C code in the middle of an import drops KeyboardInterrupt and says that the import failed."""
    with pytest.raises(KeyboardInterrupt), kernels_finish_first():
        import_in_vain()
    with pytest.raises(ImportError), kernels_finish_first():
        raise ImportError("no such module")


@pytest.mark.parametrize("lost", [False, True])
def test_ctrl_c_brings_the_sentence_of_the_innermost_work_that_keeps_something(lost) -> None:
    with (
        pytest.raises(KeyboardInterrupt) as caught,
        kernels_finish_first(),
        if_interrupted("Kept."),
    ):
        import_in_vain() if lost else signal.raise_signal(signal.SIGINT)
    assert what_is_kept(caught.value) == "Kept."


def test_other_errors_pass_as_they_are() -> None:
    for error in (ImportError("no module"), SystemError("a fault of its own"), ValueError("no")):
        with pytest.raises(type(error)) as caught, if_interrupted("Kept."):
            raise error
        assert caught.value is error


def test_a_compiled_module_is_loaded_to_its_end_before_ctrl_c_is_heard() -> None:
    """duckdb ends the process (SIGABRT) if an exception comes while it is loaded."""
    loaded = []

    class Slow(ExtensionFileLoader):
        def exec_module(self, module: object) -> None:
            os.kill(os.getpid(), signal.SIGINT)
            loaded.append(module)

    def load() -> None:
        with kernels_finish_first():
            Slow("slow", "slow.so").exec_module(None)
            time.sleep(5)

    with pytest.raises(KeyboardInterrupt):
        load()
    assert loaded == [None]
