"""Ctrl-C and compiled code: numba cannot bear an exception while it hands a result to Python."""

from __future__ import annotations

import _thread
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["is_interrupt", "kernels_finish_first"]

# numba calls this Python function while it turns a kernel's result into objects, without looking
# whether it raised: KeyboardInterrupt there ends in a SystemError or a segmentation fault.
_FRAGILE = "_numba_unpickle"
_MOMENT = 0.005  # seconds


def is_interrupt(error: BaseException | None) -> bool:
    """Whether an exception is Ctrl-C, or was caused by it.

    Example:
        >>> is_interrupt(KeyboardInterrupt()), is_interrupt(SystemError("a fault of its own"))
        (True, False)
    """
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__
    return error is not None


@contextmanager
def kernels_finish_first() -> Iterator[None]:
    """Within the block, Ctrl-C waits until a compiled kernel has handed over its result.

    Only the main thread hears signals, and only Python's own handler is replaced; elsewhere the
    block is as it was.

    Example:
        >>> with kernels_finish_first():
        ...     2 + 2
        4
    """
    if (
        threading.current_thread() is not threading.main_thread()
        or signal.getsignal(signal.SIGINT) is not signal.default_int_handler
    ):
        yield
        return
    signal.signal(signal.SIGINT, _interrupt_or_wait)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGINT) is _interrupt_or_wait:
            signal.signal(signal.SIGINT, signal.default_int_handler)


def _interrupt_or_wait(number: int, frame: FrameType | None) -> None:
    while frame is not None:
        if frame.f_code.co_name == _FRAGILE:
            again = threading.Timer(_MOMENT, _thread.interrupt_main, (number,))
            again.daemon = True
            again.start()
            return
        frame = frame.f_back
    raise KeyboardInterrupt
