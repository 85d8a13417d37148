"""Ctrl-C and compiled code: some of it cannot bear an exception, and some of it swallows one.

numba fails when an exception comes while it hands a result to Python. Other libraries drop whatever
is raised in them at certain moments, for instance while they look whether an optional package can
be imported; `heed_interrupt` then finds that Ctrl-C was pressed.
"""

from __future__ import annotations

import _thread
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["heed_interrupt", "is_interrupt", "kernels_finish_first"]

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
    handler = _Handler()
    signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGINT) is handler:
            signal.signal(signal.SIGINT, signal.default_int_handler)


def heed_interrupt() -> None:
    """Raises KeyboardInterrupt if Ctrl-C was pressed in a `kernels_finish_first` block but lost.

    Long work calls this between its steps.

    Example:
        >>> heed_interrupt()
    """
    handler = signal.getsignal(signal.SIGINT)
    if isinstance(handler, _Handler) and handler.pressed:
        raise KeyboardInterrupt


class _Handler:
    """Hears SIGINT within a `kernels_finish_first` block."""

    def __init__(self) -> None:
        self.pressed = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        self.pressed = True
        while frame is not None:
            if frame.f_code.co_name == _FRAGILE:
                again = threading.Timer(_MOMENT, _thread.interrupt_main, (number,))
                again.daemon = True
                again.start()
                return
            frame = frame.f_back
        raise KeyboardInterrupt
