"""Ctrl-C and compiled code: some of it cannot bear an exception, and some of it swallows one.

numba fails when an exception comes while it hands a result to Python, and so do some compiled
modules while they are loaded. Other libraries drop whatever
is raised in them at certain moments, for instance while they look whether an optional package can
be imported; `heed_interrupt` then finds that Ctrl-C was pressed.

Whoever keeps what is finished says so where the work is done, by `if_interrupted`; of all other
work the command line says that nothing was written.
"""

from __future__ import annotations

import _thread
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import ExtensionFileLoader
from types import FrameType

__all__ = [
    "GOES_ON",
    "WITH_OUT",
    "heed_interrupt",
    "if_interrupted",
    "is_interrupt",
    "kernels_finish_first",
    "what_is_kept",
]

GOES_ON = "What was written is kept, and the same command goes on from there."
"""What `if_interrupted` is to say of work that keeps what is finished."""

WITH_OUT = "Nothing was written. With --out DIR, what is finished would be kept."
"""The same of work that would keep it in a folder, if one were named."""

_NOTHING = "Nothing was written."

# numba calls this Python function while it turns a kernel's result into objects, without looking
# whether it raised: KeyboardInterrupt there ends in a SystemError or a segmentation fault.
_FRAGILE = "_numba_unpickle"
# Compiled modules that are half loaded: some of them end the process when Python raises in them.
_LOADING = ("create_module", "exec_module")
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
def if_interrupted(sentence: str) -> Iterator[None]:
    """Within the block, Ctrl-C comes with a sentence about what is kept.

    Args:
        sentence: What to say, such as `GOES_ON`.

    Raises:
        KeyboardInterrupt: With the sentence, if Ctrl-C is pressed.

    Example:
        >>> try:
        ...     with if_interrupted(GOES_ON):
        ...         raise KeyboardInterrupt
        ... except KeyboardInterrupt as error:
        ...     print(what_is_kept(error))
        What was written is kept, and the same command goes on from there.
    """
    try:
        yield
    except (KeyboardInterrupt, SystemError, ImportError) as error:
        if is_interrupt(error) or _is_half_an_import(error):
            raise KeyboardInterrupt(sentence) from error
        raise


def what_is_kept(error: BaseException) -> str:
    """What is to be said of work that Ctrl-C stopped: the sentence of `if_interrupted`, if any.

    Example:
        >>> what_is_kept(KeyboardInterrupt())
        'Nothing was written.'
    """
    said = error.args[0] if isinstance(error, KeyboardInterrupt) and error.args else None
    return said if isinstance(said, str) else _NOTHING


@contextmanager
def kernels_finish_first() -> Iterator[None]:
    """Within the block, Ctrl-C waits until a compiled kernel has handed over its result.

    It waits for a compiled module that is being loaded, too.

    Only the main thread hears signals, and only Python's own handler is replaced; elsewhere the
    block is as it was.

    Raises:
        KeyboardInterrupt: Also if Ctrl-C came during an import and made that fail.

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
    except ImportError as error:
        if _is_half_an_import(error):
            raise KeyboardInterrupt from error
        raise
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


def _is_half_an_import(error: BaseException) -> bool:
    """Whether an import failed because Ctrl-C came in the middle; C code says only that it did."""
    handler = signal.getsignal(signal.SIGINT)
    return isinstance(error, ImportError) and isinstance(handler, _Handler) and handler.pressed


def _is_fragile(frame: FrameType) -> bool:
    """Whether what this frame calls cannot bear an exception."""
    name = frame.f_code.co_name
    if name in _LOADING:
        return isinstance(frame.f_locals.get("self"), ExtensionFileLoader)
    return name == _FRAGILE


class _Handler:
    """Hears SIGINT within a `kernels_finish_first` block."""

    def __init__(self) -> None:
        self.pressed = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        self.pressed = True
        while frame is not None:
            if _is_fragile(frame):
                again = threading.Timer(_MOMENT, _thread.interrupt_main, (number,))
                again.daemon = True
                again.start()
                return
            frame = frame.f_back
        raise KeyboardInterrupt
