"""A real Dask cluster on this machine, whose workers and scheduler get killed."""

import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path

import pytest

from data_gen import cluster as cluster_module
from data_gen.cluster import DaskExecutor, _call_checked, dask_executor
from data_gen.errors import KlgnnError, UsageError
from data_gen.generation import generate
from data_gen.manifest import current_versions
from data_gen.parallel import run_tasks

distributed = pytest.importorskip("distributed")

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def cluster() -> Iterator["distributed.LocalCluster"]:
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address=None,
        memory_limit=0,
        silence_logs=50,
    ) as running:
        running.wait_for_workers(2)
        yield running


@pytest.fixture
def client(cluster) -> Iterator["distributed.Client"]:
    """A second look at the cluster, beside that of the executor."""
    with distributed.Client(cluster, set_as_default=False) as connected:
        connected.wait_for_workers(2)
        yield connected


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def wait_until(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


# Work --------------------------------------------------------------------------------------------


def test_tasks_run_on_the_workers(cluster, client):
    said = []
    with dask_executor(cluster.scheduler_address, said.append) as executor:
        assert executor.num_workers == 2
        results = dict(run_tasks(pow, (((k,), (k, 2)) for k in range(20)), executor))
        pids = {executor.submit(os.getpid).result() for _ in range(8)}
    assert results == {(k,): k * k for k in range(20)}
    assert pids <= set(client.run(os.getpid).values())
    assert said == [f"{cluster.scheduler_address}: 2 threads of 2 Dask workers."]


def test_errors_of_a_task_come_out_unchanged(cluster):
    with dask_executor(cluster.scheduler_address) as executor:
        with pytest.raises(ZeroDivisionError):
            list(run_tasks(divmod, [(0, (1, 0))], executor))
        with pytest.raises(FileNotFoundError, match="nowhere"):
            executor.submit(os.listdir, "/nowhere").result()


def test_an_executor_is_shut_down_and_the_cluster_is_not(cluster, client):
    with dask_executor(cluster.scheduler_address) as executor:
        running = [executor.submit(time.sleep, 0.2) for _ in range(6)]
        executor.shutdown()
        assert all(future.done() for future in running)
        with pytest.raises(RuntimeError, match="shut down"):
            executor.submit(pow, 2, 3)
    with dask_executor(cluster.scheduler_address) as executor:
        left = [executor.submit(time.sleep, 1) for _ in range(6)]
    assert all(future.cancelled() for future in left)
    assert len(client.nthreads()) == 2


def test_nothing_stays_on_the_cluster(cluster, client):
    with dask_executor(cluster.scheduler_address) as executor:
        for _, data in run_tasks(os.urandom, ((k, (1_000_000,)) for k in range(30)), executor):
            assert len(data) == 1_000_000
            assert len(client.has_what()) == 2
            assert sum(map(len, client.has_what().values())) <= 5
        wait_until(lambda: not any(client.has_what().values()) and not client.who_has())


class WithAMurder(Executor):
    """Freezes a worker at the first task, and kills it as soon as it has been given one."""

    def __init__(self, inner: DaskExecutor, client: "distributed.Client") -> None:
        self.num_workers = inner.num_workers
        self.inner, self.client = inner, client
        self.victim, self.pid = next(iter(client.run(os.getpid).items()))
        self.lost: tuple[str, ...] = ()
        self.murder = threading.Thread(target=self.kill)

    def submit(self, fn, /, *args, **kwargs) -> Future:
        if not self.murder.ident:
            os.kill(self.pid, signal.SIGSTOP)
            self.murder.start()
        return self.inner.submit(fn, *args, **kwargs)

    def kill(self) -> None:
        wait_until(lambda: bool(self.client.processing().get(self.victim)))
        self.lost = self.client.processing()[self.victim]
        os.kill(self.pid, signal.SIGKILL)


def test_a_worker_killed_in_the_middle_loses_nothing(tmp_path, cluster, client):
    wanted = {"ns": [4, 5], "select": "all"}
    expected = contents(generate(out=tmp_path / "here", **wanted).path)
    with dask_executor(cluster.scheduler_address) as executor:
        murderous = WithAMurder(executor, client)
        dataset = generate(out=tmp_path / "there", executor=murderous, **wanted)
    murderous.murder.join()
    assert murderous.lost
    assert murderous.victim not in client.nthreads()
    assert contents(dataset.path) == expected


def test_a_task_that_kills_its_workers(cluster, monkeypatch):
    monkeypatch.setattr(cluster.scheduler, "allowed_failures", 0)
    with (
        dask_executor(cluster.scheduler_address) as executor,
        pytest.raises(KlgnnError, match=r"1 workers .* died over the same .*memory.* is kept"),
    ):
        list(run_tasks(os._exit, [(0, (1,))], executor))
    cluster.wait_for_workers(2)


# Things that break -------------------------------------------------------------------------------


@contextmanager
def process(*words: str) -> Iterator[subprocess.Popen]:
    command = [sys.executable, "-m", *words, "--host", "127.0.0.1", "--no-dashboard"]
    pipes = {"stderr": subprocess.PIPE, "text": True, "cwd": ROOT}
    with subprocess.Popen(command, **pipes) as running:
        try:
            yield running
        finally:
            running.kill()
            running.communicate()


@pytest.fixture
def own_cluster() -> Iterator[tuple[str, subprocess.Popen, subprocess.Popen]]:
    """The address, the scheduler and the only worker of a cluster of separate processes."""
    with process("distributed.cli.dask_scheduler", "--port", "0") as scheduler:
        line = next(line for line in scheduler.stderr if "Scheduler at:" in line)
        address = line.split()[-1]
        words = ("distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny")
        with process(*words) as worker:
            yield address, scheduler, worker


def kill_after_the_third(address: str, victim: subprocess.Popen, said: list[str]) -> None:
    with dask_executor(address, said.append) as executor:
        tasks = ((k, (0.05,)) for k in range(10_000))
        for k, _ in enumerate(run_tasks(time.sleep, tasks, executor)):
            if k == 3:
                victim.kill()


def test_the_scheduler_dies(own_cluster, caplog):
    address, scheduler, _ = own_cluster
    with pytest.raises(KlgnnError, match=rf"{address} is gone.*is kept: run the same command"):
        kill_after_the_third(address, scheduler, [])
    assert not [record for record in caplog.records if record.name == "distributed.client"]


@pytest.mark.slow
def test_the_scheduler_dies_while_there_is_nothing_to_do(own_cluster, monkeypatch):
    monkeypatch.setattr(cluster_module, "_SECONDS_TO_CONNECT", 1.0)
    address, scheduler, _ = own_cluster
    with dask_executor(address) as executor:
        assert executor.submit(pow, 2, 3).result() == 8
        scheduler.kill()
        scheduler.wait()
        with pytest.raises(KlgnnError, match=f"{address} is gone"):
            executor.submit(pow, 2, 3).result()
        time.sleep(1.5)  # so that the client has given up
        with pytest.raises(KlgnnError, match=f"{address} is gone"):
            executor.submit(pow, 2, 3)


def test_the_last_worker_dies(own_cluster, monkeypatch):
    monkeypatch.setattr(cluster_module, "_SECONDS_WITHOUT_WORKERS", 1.0)
    monkeypatch.setattr(cluster_module, "_SECONDS_BETWEEN_LOOKS", 0.1)
    address, _, worker = own_cluster
    said = []
    with pytest.raises(KlgnnError, match=rf"{address} has shown no worker for 1 seconds.*is kept"):
        kill_after_the_third(address, worker, said)
    assert "no Dask worker is left" in said[-1]


@pytest.mark.slow
def test_the_scheduler_freezes(own_cluster, monkeypatch):
    monkeypatch.setattr(cluster_module, "_SECONDS_TO_ANSWER", 0.5)
    monkeypatch.setattr(cluster_module, "_SECONDS_TO_CONNECT", 1.0)
    monkeypatch.setattr(cluster_module, "_SECONDS_WITHOUT_WORKERS", 1.0)
    monkeypatch.setattr(cluster_module, "_SECONDS_BETWEEN_LOOKS", 0.1)
    address, scheduler, _ = own_cluster
    with dask_executor(address) as executor:
        scheduler.send_signal(signal.SIGSTOP)
        with pytest.raises(KlgnnError, match=f"{address} has shown no worker"):
            executor.submit(pow, 2, 3).result(timeout=30)
    with pytest.raises(KlgnnError, match=f"no Dask scheduler answered at {address} within 1 sec"):
        dask_executor(address).__enter__()


# Refusals ----------------------------------------------------------------------------------------


def refused(address: str, error: type[KlgnnError], message: str) -> None:
    with pytest.raises(error, match=message), dask_executor(address):
        pass


@pytest.mark.parametrize("address", ["node17", "tcp://node17", "", "tcp:/a:1", "a b:1", "a:b"])
def test_no_address(address):
    refused(address, UsageError, f"{address!r} is no address .*tcp://node17:8786")


@pytest.mark.parametrize("address", ["http://127.0.0.1:1", "tls://127.0.0.1:1"])
def test_an_address_that_dask_cannot_use(address):
    refused(address, UsageError, f"cannot connect to a Dask scheduler at {address}")


@pytest.mark.parametrize("listening", [False, True])
def test_nobody_answers(monkeypatch, listening):
    monkeypatch.setattr(cluster_module, "_SECONDS_TO_CONNECT", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
        if not listening:
            server.close()
        refused(address, KlgnnError, f"no Dask scheduler answered at {address}.*`dask scheduler`")


def test_the_address_of_a_worker(cluster, client):
    worker = next(iter(client.nthreads()))
    refused(worker, UsageError, f"at {worker} there is a Dask worker: give .* the scheduler")


def test_no_workers(monkeypatch):
    monkeypatch.setattr(cluster_module, "_SECONDS_FOR_A_FIRST_WORKER", 0.2)
    with process("distributed.cli.dask_scheduler", "--port", "0") as scheduler:
        address = next(line for line in scheduler.stderr if "Scheduler at:" in line).split()[-1]
        refused(address, KlgnnError, f"{address} has no workers.*`dask worker {address}")


def test_dask_is_not_installed(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    refused("tcp://a:1", UsageError, r"tcp://a:1 .* not installed.*pip install 'klgnn\[cluster\]'")


def test_other_versions(cluster, monkeypatch):
    there, true = current_versions(), metadata.version
    false = {"numpy": "1.0", "numba": "0.1"}  # here; the workers are other processes
    monkeypatch.setattr(metadata, "version", lambda name: false.get(name) or true(name))
    message = (
        rf"(?s)2 of the 2 workers .*other versions.*tcp://\S+: numba {there['numba']} instead of "
        rf"0\.1, numpy {there['numpy']} instead of 1\.0\n.*Install the same versions"
    )
    refused(cluster.scheduler_address, KlgnnError, message)


def test_a_worker_that_joins_later_with_other_versions():
    payload = pickle.dumps((pow, (2, 3), {}))
    assert _call_checked(payload, current_versions()) == 8
    wanted = {**current_versions(), "pyarrow": "1.0"}
    with pytest.raises(KlgnnError, match=r"joined .* later has pyarrow .* instead of 1\.0"):
        _call_checked(payload, wanted)


def test_a_worker_without_klgnn(cluster, client):
    hidden = "data_gen.manifest"
    worker = next(iter(client.nthreads()))

    def hide() -> None:
        sys.modules[hidden] = None

    def show() -> None:
        del sys.modules[hidden]

    client.run(hide, workers=[worker])
    try:
        message = rf"(?s)1 of the 2 workers.*{worker}: klgnn is not installed"
        refused(cluster.scheduler_address, KlgnnError, message)
    finally:
        client.run(show, workers=[worker])
