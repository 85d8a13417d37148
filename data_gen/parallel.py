"""Running independent tasks on any `concurrent.futures.Executor`, a bounded number at a time."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from data_gen.errors import KlgnnError, UsageError

__all__ = ["Task", "process_pool", "run_tasks"]

Key = TypeVar("Key")
Result = TypeVar("Result")

Task = tuple[Key, tuple[Any, ...]]
"""A key to recognise the result by, and the arguments of the function."""

_UNKNOWN_WIDTH = 32


@contextmanager
def process_pool(workers: int) -> Iterator[Executor | None]:
    """An executor of that many fresh processes; None, meaning this very process, for one.

    The processes are spawned (never forked: threads of numba or a user's program would not survive
    that), ignore Ctrl-C, which the parent handles, and end when the parent is gone, even by
    SIGKILL.

    Raises:
        UsageError: If `workers` is not positive.

    Example:
        >>> with process_pool(1) as executor:
        ...     print(executor, list(run_tasks(pow, [("a", (2, 3))], executor)))
        None [('a', 8)]
        >>> with process_pool(0) as executor:
        ...     pass
        Traceback (most recent call last):
        data_gen.errors.UsageError: 0 workers: at least one is needed.
    """
    if workers < 1:
        raise UsageError(f"{workers} workers: at least one is needed.")
    if workers == 1:
        yield None
        return
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(workers, context, initializer=_start_worker, initargs=(receiver,))
    try:
        yield pool
    finally:
        sender.close()  # ends the workers, also in the middle of a task
        pool.shutdown(wait=False, cancel_futures=True)


def run_tasks(
    function: Callable[..., Result],
    tasks: Iterable[Task[Key]],
    executor: Executor | None = None,
) -> Iterator[tuple[Key, Result]]:
    """Calls a function on the arguments of every task and yields the results as they come.

    At most twice as many tasks as the executor can run at once are under way at any time, so
    neither arguments nor results pile up in memory. The order of the results depends on the
    executor: whoever needs the same bytes every time goes by the keys.

    Args:
        function: Importable by the workers (a function at the top of a module).
        tasks: Read lazily.
        executor: Any executor (a process pool, `data_gen.cluster.dask_executor`, mpi4py's); None
            calls the function here. How many tasks it runs at once is read from its attribute
            ``num_workers``, which may change while it works, or ``_max_workers``.

    Yields:
        Pairs of key and result.

    Raises:
        KlgnnError: If a worker process was killed from outside, most often for lack of memory.
        Exception: Whatever the function raises. No further task is begun after that.

    Example:
        >>> list(run_tasks(pow, [("a", (2, 3)), ("b", (3, 2))]))
        [('a', 8), ('b', 9)]
    """
    if executor is None:
        for key, arguments in tasks:
            yield key, function(*arguments)
        return
    pending: dict[Future[Result], Key] = {}
    try:
        for key, arguments in tasks:
            pending[executor.submit(function, *arguments)] = key
            while len(pending) >= 2 * _width(executor):
                yield from _finished(pending)
        while pending:
            yield from _finished(pending)
    except BrokenExecutor as error:
        raise KlgnnError(
            "a worker process was killed from outside, most likely because memory ran out. What "
            "was finished is kept: run the same command again, with fewer workers. (In a script "
            'of your own, the call must stand under `if __name__ == "__main__":`, or no worker '
            "can start.)"
        ) from error
    finally:
        for future in pending:
            future.cancel()


def _finished(pending: dict[Future[Result], Key]) -> Iterator[tuple[Key, Result]]:
    done = wait(pending, return_when=FIRST_COMPLETED).done
    while done:
        future = done.pop()  # so that a result is held no longer than its caller works on it
        yield pending.pop(future), future.result()


def _width(executor: Executor) -> int:
    # The first is public and mpi4py's name for it; the pools of the standard library only have the
    # second.
    for name in ("num_workers", "_max_workers"):
        width = getattr(executor, name, None)
        if isinstance(width, int) and width > 0:
            return width
    return _UNKNOWN_WIDTH


def _start_worker(receiver: Connection[Any, Any]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, args=(receiver,), daemon=True).start()


def _end_with_parent(receiver: Connection[Any, Any]) -> None:
    # Without this a worker whose parent was killed waits for its queue for ever.
    with suppress(EOFError, OSError):
        receiver.recv()
    os._exit(1)
