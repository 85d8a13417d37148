"""Work on a Dask cluster: the workers behind a scheduler's address as one executor.

`dask` and `distributed` are the extra `cluster`; they are imported when a cluster is asked for.
"""

# mypy: disallow-untyped-calls=False
# (distributed says that it is typed, and is so in part)

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
import pickle
import re
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

from data_gen.errors import KlgnnError, UsageError
from data_gen.manifest import current_versions

if TYPE_CHECKING:
    from distributed import Client

__all__ = ["DaskExecutor", "dask_executor"]

P = ParamSpec("P")
Result = TypeVar("Result")

_ADDRESS = re.compile(r"([a-z]+://)?([^\s/:\[\]]+|\[[0-9a-fA-F:.]+\]):\d+")
_SECONDS_TO_CONNECT = 5.0
_SECONDS_TO_ANSWER = 30.0
_SECONDS_FOR_A_FIRST_WORKER = 10.0
_SECONDS_WITHOUT_WORKERS = 300.0
_SECONDS_BETWEEN_LOOKS = 2.0
_WORKERS_SHOWN = 5
_KEPT = "What was finished is kept: run the same command again and it goes on from there."
_INSTALL = (
    "Install the same versions everywhere, scheduler and workers, for instance with "
    "`pip install -c constraints.txt 'klgnn[cluster]'`."
)


@contextmanager
def dask_executor(
    address: str, notify: Callable[[str], None] | None = None
) -> Iterator[DaskExecutor]:
    """The workers of a Dask cluster as an executor, for `data_gen.generate`.

    A task whose worker dies is done again by another one, as often as the scheduler allows
    (``distributed.scheduler.allowed-failures``, 3). Workers may come and go; each must have the
    versions of Python, klgnn, numpy, numba and pyarrow that are installed here, because the bytes
    of a dataset can depend on them.

    Args:
        address: Of a running scheduler, such as ``tcp://node17:8786``.
        notify: Where to say how many workers there are, and when none is left, such as
            `data_gen.console.say`.

    Yields:
        The executor. It is shut down at the end; the cluster stays as it was.

    Raises:
        UsageError: If dask is not installed, or `address` is none.
        KlgnnError: If no scheduler answers there within seconds, if it has no workers, or if their
            versions differ. For what happens later see `DaskExecutor`.

    Example:
        >>> with dask_executor("node17") as executor:  # doctest: +ELLIPSIS
        ...     generate(9, "data/s9", select="irreducible", executor=executor)
        Traceback (most recent call last):
        data_gen.errors.UsageError: 'node17' is no address of a Dask scheduler: write host and ...
    """
    with _quiet_log(), closing(_connect(address)) as client:
        threads = _wait_for_workers(client, address)
        _require_same_versions(client, address)
        tell = notify or _no_notice
        tell(f"{address}: {threads} threads of {len(client.nthreads())} Dask workers.")
        executor = DaskExecutor(client, address, threads, tell)
        try:
            yield executor
        finally:
            executor.shutdown(wait=False, cancel_futures=True)


class DaskExecutor(Executor):
    """Runs functions on the workers of a Dask cluster; made by `dask_executor`.

    Functions and arguments are pickled, so a function has to be at the top of a module that the
    workers can import. Its exceptions come out of the futures unchanged. Beyond them a future
    raises KlgnnError if its task killed worker after worker, if the scheduler goes away, if there
    is no worker for five minutes, or if a worker that joined later has other versions.

    Attributes:
        num_workers: How many tasks run at once: the threads of all workers, as last seen.

    Example:
        >>> from distributed import LocalCluster
        >>> options = {"processes": False, "protocol": "tcp", "dashboard_address": None}
        >>> with LocalCluster(n_workers=1, threads_per_worker=2, **options) as cluster:
        ...     with dask_executor(cluster.scheduler_address) as executor:
        ...         print(executor.num_workers, list(executor.map(pow, [2, 3], [10, 4])))
        2 [1024, 81]
    """

    # Not distributed's own ClientExecutor: when the connection breaks while a result is on its way,
    # a future of that one stays pending for ever (distributed 2026.8).

    def __init__(
        self, client: Client, address: str, threads: int, notify: Callable[[str], None]
    ) -> None:
        self.num_workers = threads
        self._client = client
        self._address = address
        self._notify = notify
        self._versions = current_versions()
        self._loop: asyncio.AbstractEventLoop = cast(Any, client.loop).asyncio_loop
        self._abandoned: asyncio.Future[str] = self._loop.create_future()
        self._pending: set[Future[Any]] = set()
        self._shut_down = False
        self._watch = asyncio.run_coroutine_threadsafe(self._watch_workers(), self._loop)

    def submit(
        self, fn: Callable[P, Result], /, *args: P.args, **kwargs: P.kwargs
    ) -> Future[Result]:
        """Runs ``fn(*args, **kwargs)`` on a worker; see `concurrent.futures.Executor.submit`."""
        if self._shut_down:
            raise RuntimeError("the executor was shut down: no further task can be submitted.")
        pickled = pickle.dumps((fn, args, kwargs))  # as bytes, so that Dask does not look inside
        key = f"{getattr(fn, '__name__', 'task')}-{uuid.uuid4().hex}"
        try:
            task = self._client.submit(_call_checked, pickled, self._versions, key=key, pure=False)
        except Exception as error:  # of a client that has given up
            raise self._gone() from error
        future = asyncio.run_coroutine_threadsafe(self._outcome(task), self._loop)
        self._pending.add(future)
        future.add_done_callback(self._pending.discard)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Takes no further tasks; see `concurrent.futures.Executor.shutdown`."""
        self._shut_down = True
        pending = list(self._pending)
        if cancel_futures:
            for future in pending:
                future.cancel()
        if wait:
            concurrent.futures.wait(pending)
        self._watch.cancel()

    async def _outcome(self, task: Any) -> Any:
        # The only reference to the task is in here: when this ends, the cluster forgets the result.
        result = asyncio.ensure_future(task)
        try:
            await asyncio.wait({result, self._abandoned}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            result.cancel()
        if not result.done():
            raise KlgnnError(self._abandoned.result())
        error = result.exception()
        if error is None:
            return result.result()
        if task.status != "error":  # then it is the connection's, not the function's
            raise self._gone() from error
        raise self._explain(error)

    def _gone(self) -> KlgnnError:
        return KlgnnError(
            f"the Dask scheduler at {self._address} is gone, or has dropped the work. {_KEPT}"
        )

    def _explain(self, error: BaseException) -> BaseException:
        from distributed import KilledWorker

        if isinstance(error, KilledWorker):
            return KlgnnError(
                f"{error.allowed_failures + 1} workers of the Dask cluster at {self._address} died "
                "over the same task, most likely because memory ran out; their logs say more. Give "
                f"them more memory, or one thread each (--nthreads 1). {_KEPT}"
            )
        return error

    async def _watch_workers(self) -> None:
        seen, alone = time.monotonic(), False
        while self._client.status != "closed" and not self._abandoned.done():
            await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)
            try:
                answer = await asyncio.wait_for(self._client.nthreads(), _SECONDS_TO_ANSWER)
                threads = sum(answer.values())
            except (OSError, AttributeError):  # a timeout; a client that has closed meanwhile
                threads = 0
            if threads:
                self.num_workers, seen = threads, time.monotonic()
            if alone and threads:
                self._notify(f"{self._address}: there are Dask workers again.")
            if not alone and not threads:
                self._notify(f"{self._address}: no Dask worker is left; waiting for one.")
            alone = not threads
            if time.monotonic() - seen > _SECONDS_WITHOUT_WORKERS:
                self._abandoned.set_result(
                    f"the Dask cluster at {self._address} has shown no worker for "
                    f"{_SECONDS_WITHOUT_WORKERS:.0f} seconds. {_KEPT}"
                )


def _call_checked(pickled: bytes, wanted: Mapping[str, str]) -> Any:
    """What a worker does: calls a function, if its versions are the wanted ones.

    Args:
        pickled: The function, its arguments and its keyword arguments.
        wanted: What `current_versions` says where the result goes.

    Raises:
        KlgnnError: If a version differs.
    """
    found = current_versions()
    if found != wanted:
        raise KlgnnError(
            f"a worker that joined the Dask cluster later has {_differences(wanted, found)}. "
            f"{_INSTALL} {_KEPT}"
        )
    function, arguments, options = pickle.loads(pickled)
    return function(*arguments, **options)


def _connect(address: str) -> Client:
    if not _ADDRESS.fullmatch(address):
        raise UsageError(
            f"{address!r} is no address of a Dask scheduler: write host and port, such as "
            "tcp://node17:8786, as `dask scheduler` prints it."
        )
    try:
        from distributed import Client
    except ImportError as error:
        raise UsageError(
            f"the Dask cluster at {address} cannot be used because dask is not installed here: "
            "pip install 'klgnn[cluster]'"
        ) from error
    try:
        with ThreadPoolExecutor(1) as thread:  # a notebook has an event loop running in this one
            kind = thread.submit(lambda: asyncio.run(_kind_of_server(address))).result()
        if kind not in ("Worker", "Nanny"):
            return Client(address, timeout=_SECONDS_TO_CONNECT, set_as_default=False)
    except OSError as error:
        raise KlgnnError(
            f"no Dask scheduler answered at {address} within {_SECONDS_TO_CONNECT:.0f} seconds. "
            "Start one with `dask scheduler`, or check the address and whether this machine can "
            "reach it."
        ) from error
    except (ValueError, TypeError) as error:  # an unknown protocol, or TLS without certificates
        raise UsageError(f"cannot connect to a Dask scheduler at {address}: {error}") from error
    raise UsageError(
        f"at {address} there is a Dask worker: give the address of the scheduler, as "
        "`dask scheduler` prints it."
    )


async def _kind_of_server(address: str) -> str:
    # A client would wait for ever for a server that accepts connections and says nothing.
    from distributed import Security, rpc

    arguments = Security().get_connection_args("client")
    async with rpc(address, connection_args=arguments) as server:
        identity = await asyncio.wait_for(server.identity(), _SECONDS_TO_CONNECT)
    return str(identity["type"])


def _wait_for_workers(client: Client, address: str) -> int:
    """The number of threads of all workers; those of a queue may take a moment to come."""
    deadline = time.monotonic() + _SECONDS_FOR_A_FIRST_WORKER
    while not (threads := int(sum(client.nthreads().values()))):
        if time.monotonic() > deadline:
            raise KlgnnError(
                f"the Dask scheduler at {address} has no workers. Start some, for instance with "
                f"`dask worker {address} --nworkers auto --nthreads 1` on every machine, or scale "
                "the cluster up, and run the same command again."
            )
        time.sleep(0.1)
    return threads


def _require_same_versions(client: Client, address: str) -> None:
    here = current_versions()
    answers = client.run(current_versions, on_error="return")
    found = {name: _differences(here, answer) for name, answer in answers.items()}
    complaints = [f"{name}: {text}" for name, text in found.items() if text]
    if complaints:
        more = len(complaints) - _WORKERS_SHOWN
        shown = "\n  ".join(complaints[:_WORKERS_SHOWN] + [f"and {more} more"] * (more > 0))
        raise KlgnnError(
            f"{len(complaints)} of the {len(found)} workers of the Dask cluster at {address} have "
            "other versions than this machine, so the bytes that they make could differ:\n"
            f"  {shown}\n{_INSTALL}"
        )
    try:  # whatever its versions, it has to know the names of our functions
        client.run_on_scheduler(current_versions)
    except ModuleNotFoundError as error:
        raise KlgnnError(
            f"klgnn is not installed where the Dask scheduler at {address} runs. {_INSTALL}"
        ) from error


def _differences(here: Mapping[str, str], there: Mapping[str, str] | BaseException) -> str:
    """Which versions differ, in words; empty if none does."""
    if isinstance(there, BaseException):  # Dask passes on some errors as text only
        missing = "ModuleNotFoundError" in repr(there) and "data_gen" in repr(there)
        return "klgnn is not installed" if missing else f"it cannot say what it has ({there!r})"
    return ", ".join(
        f"{name} {there.get(name, 'not installed')} instead of {version}"
        for name, version in here.items()
        if there.get(name) != version
    )


@contextmanager
def _quiet_log() -> Iterator[None]:
    """Without the tracebacks that a lost connection leaves in the client's log."""
    log = logging.getLogger("distributed.client")
    log.addFilter(_drop)
    try:
        yield
    finally:
        log.removeFilter(_drop)


def _drop(record: logging.LogRecord) -> bool:
    return False


def _no_notice(message: str) -> None:
    pass
