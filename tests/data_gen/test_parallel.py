"""Tasks on executors."""

import os
import signal
import weakref
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor

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


class Counting(ThreadPoolExecutor):
    """Two threads that remember the most tasks that were under way, and hold no result."""

    def __init__(self) -> None:
        super().__init__(2)
        self.futures = weakref.WeakSet()
        self.most = self.begun = 0

    def submit(self, function, /, *arguments, **options) -> Future:
        future = super().submit(function, *arguments, **options)
        self.futures.add(future)
        self.begun += 1
        self.most = max(self.most, len(self.futures))
        return future


@pytest.mark.parametrize(("width", "most"), [(None, 4), (1, 2), (3, 6), (0, 4)])
def test_only_a_few_tasks_are_under_way(width, most):
    with Counting() as executor:
        if width is not None:
            executor.num_workers = width  # as executors of mpi4py and of Dask say it
        results = dict(run_tasks(pow, TASKS, executor))
    assert results == SQUARES
    assert 1 < executor.most <= most + 1  # and the one in the caller's hands


def test_more_workers_may_come():
    with Counting() as executor:
        executor.num_workers = 1
        for k, _ in enumerate(run_tasks(pow, TASKS, executor)):
            if k == 10:
                assert executor.most <= 3
                executor.num_workers = 8
    assert 10 < executor.most <= 17


def test_an_executor_that_says_nothing_of_its_width():
    class Silent(Executor):
        def submit(self, function, /, *arguments, **options) -> Future:
            future: Future = Future()
            future.set_result(function(*arguments))
            return future

    assert dict(run_tasks(pow, TASKS, Silent())) == SQUARES


def test_an_error_in_a_task_comes_out():
    with ThreadPoolExecutor(2) as executor, pytest.raises(ZeroDivisionError):
        list(run_tasks(divmod, [(0, (1, 0))], executor))


def test_a_killed_worker_is_explained():
    with (
        process_pool(2) as executor,
        pytest.raises(KlgnnError, match=r"killed from outside.*fewer workers"),
    ):
        list(run_tasks(kill_yourself, [(0, (0,))], executor))


def test_any_broken_executor_is_explained():
    class Broken(Executor):
        def submit(self, function, /, *arguments, **options) -> Future:
            raise BrokenExecutor("a rank is gone")

    with pytest.raises(KlgnnError, match="is kept: run the same command again"):
        list(run_tasks(pow, TASKS, Broken()))


def test_after_an_error_nothing_more_is_begun():
    with Counting() as executor:
        with pytest.raises(ZeroDivisionError):
            list(run_tasks(divmod, ((k, (1, k - 20)) for k in range(10**9)), executor))
        assert 20 < executor.begun <= 25
