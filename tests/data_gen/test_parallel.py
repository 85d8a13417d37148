"""Tasks on executors."""

import os
import signal
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from data_gen.errors import KlgnnError, UsageError
from data_gen.parallel import process_pool, run_tasks

TASKS = [(k, (k, 2)) for k in range(50)]
SQUARES = {k: k * k for k in range(50)}


def kill_yourself(_: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_here():
    assert dict(run_tasks(pow, TASKS)) == SQUARES


def test_threads():
    with ThreadPoolExecutor(3) as executor:
        assert dict(run_tasks(pow, TASKS, executor)) == SQUARES


def test_processes():
    with process_pool(2) as executor:
        assert executor is not None
        assert dict(run_tasks(pow, TASKS, executor)) == SQUARES


def test_one_worker_is_this_process():
    with process_pool(1) as executor:
        assert executor is None


def test_no_workers():
    with pytest.raises(UsageError, match="0 workers"), process_pool(0):
        pass


def test_only_a_few_tasks_are_under_way():
    most = 0

    class Counting(ThreadPoolExecutor):
        def submit(self, function, /, *arguments, **options) -> Future:
            nonlocal taken, most
            taken += 1
            most = max(most, taken - finished)
            return super().submit(function, *arguments, **options)

    taken = finished = 0
    with Counting(2) as executor:
        for _ in run_tasks(pow, TASKS, executor):
            finished += 1
    assert finished == len(TASKS)
    assert most <= 4


def test_an_error_in_a_task_comes_out():
    with ThreadPoolExecutor(2) as executor, pytest.raises(ZeroDivisionError):
        list(run_tasks(divmod, [(0, (1, 0))], executor))


def test_a_killed_worker_is_explained():
    with (
        process_pool(2) as executor,
        pytest.raises(KlgnnError, match=r"killed from outside.*fewer workers"),
    ):
        list(run_tasks(kill_yourself, [(0, (0,))], executor))
