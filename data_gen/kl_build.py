"""Builds the table of all Kazhdan-Lusztig polynomials of S_n, length by length.

The rows of one length need those of smaller length only. Threads take them in chunks, in order;
each keeps the polynomials that it meets for the first time in a pool of its own, and after each
layer these are merged in the order of the rows. So numbers are those of one thread working alone,
and the table is the same bytes for any number of threads.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data_gen.errors import KlgnnError, PolynomialOverflowError
from data_gen.kl_kernels import buffers, layers, polynomials, rows
from data_gen.kl_kernels.layers import Rows, Tasks
from data_gen.kl_kernels.numbering import Numbering, make_numbering
from data_gen.kl_kernels.polynomials import Ids, Pool

__all__ = ["Built", "build", "default_threads"]

Progress = Callable[[int, int], None]
_CHUNK = 512


@dataclass(frozen=True)
class Built:
    """Everything that a finished table consists of.

    Example:
        >>> built = build(4)
        >>> built.numbering.perm.shape[1], len(built.rows.representative), built.pool.count.tolist()
        (4, 13, [3])
    """

    numbering: Numbering
    rows: Rows
    pool: Pool


@dataclass
class _Chunk:
    """Where one chunk of a layer's tasks lies in its worker's output."""

    worker: _Worker
    first: int
    last: int
    row_at: int
    id_at: int
    mu_at: int
    mu_end: int
    pool_first: int
    pool_last: int


class _Worker:
    """The buffers of one thread, grown when a kernel says that they are full."""

    def __init__(self, n: int, size: int, memo_bits: int, ids: type[Ids]) -> None:
        self.scratch = buffers.make_scratch(n, size, memo_bits, ids)
        self.output = buffers.Output(
            ids=np.empty(1 << 14, dtype=ids),
            sizes=np.empty(0, dtype=np.uint32),
            mu_x=np.empty(1 << 12, dtype=np.uint32),
            mu_value=np.empty(1 << 12, dtype=np.int32),
            mu_sizes=np.empty(0, dtype=np.uint32),
            work=np.empty(1 << 12, dtype=np.int64),
        )
        self.pool = polynomials.make_pool(256, 2048)
        self.cursor = np.zeros(3, dtype=np.int64)
        self.renumbered = np.zeros(0, dtype=np.uint32)

    def start_layer(self, tasks: int) -> None:
        self.cursor[:] = 0
        self.pool.count[0] = 0
        self.pool.slots[:] = 0
        if len(self.output.sizes) < tasks:
            self.output = self.output._replace(
                sizes=np.empty(2 * tasks, dtype=np.uint32),
                mu_sizes=np.empty(2 * tasks, dtype=np.uint32),
            )

    def grow(self, status: int) -> None:
        output = self.output
        if status == buffers.FULL_IDS:
            self.output = output._replace(ids=_doubled(output.ids))
        elif status == buffers.FULL_MU:
            self.output = output._replace(
                mu_x=_doubled(output.mu_x), mu_value=_doubled(output.mu_value)
            )
        elif status == buffers.FULL_WORK:
            self.output = output._replace(work=_doubled(output.work))
        elif status == buffers.FULL_POOL:
            count = int(self.pool.count[0])
            self.pool = polynomials.reserve(
                self.pool, len(self.pool.degree), len(self.pool.coefficients)
            )
            assert int(self.pool.count[0]) == count
        elif status == buffers.OVERFLOW:
            raise PolynomialOverflowError(
                "a coefficient left the range of 32-bit integers; the table cannot hold it."
            )
        else:
            raise KlgnnError(
                "the Kazhdan-Lusztig recursion gave a negative coefficient or too large a degree: "
                "this is a bug in klgnn, please report it."
            )


def _doubled(array: NDArray[Any]) -> NDArray[Any]:
    larger = np.empty(2 * len(array), dtype=array.dtype)
    larger[: len(array)] = array
    return larger


def default_threads() -> int:
    """How many processors this process may use.

    Example:
        >>> build(5, threads=default_threads()).pool.count.tolist()  # the same for any number
        [6]
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def build(n: int, threads: int = 1, progress: Progress | None = None, worst: bool = False) -> Built:
    """Computes every Kazhdan-Lusztig polynomial of S_n.

    Args:
        n: At least 1.
        threads: How many threads fill rows.
        progress: Called with (done, total) rows as the work goes on.
        worst: Take the descent with the most mu-terms everywhere: slow, a check of the other way.

    Raises:
        PolynomialOverflowError: If a coefficient does not fit.

    Example:
        >>> pool = build(5).pool  # number 0 is the polynomial 0, which has no coefficients
        >>> ends = pool.start.tolist()[: pool.count[0] + 1]
        >>> [pool.coefficients[a:b].tolist() for a, b in zip(ends, ends[1:], strict=False)]
        [[], [1], [1, 1], [1, 2], [1, 2, 1], [1, 0, 1]]
    """
    return _Builder(n, threads, progress, worst).run()


class _Builder:
    def __init__(self, n: int, threads: int, progress: Progress | None, worst: bool) -> None:
        self.numbering = make_numbering(n)
        self.worst = worst
        self.progress = progress
        size = len(self.numbering.right)
        self.orbits = layers.count_orbits(self.numbering)
        total = int(self.orbits.sum())
        memo_bits = {8: 14, 9: 18}.get(n, 12 if n < 8 else 21)
        # S_9 has 24,361 polynomials, S_10 981,174.
        ids: type[Ids] = np.uint16 if n <= 9 else np.uint32
        self.workers = [_Worker(n, size, memo_bits, ids) for _ in range(threads)]
        self.rows = Rows(
            representative=np.zeros(total, dtype=np.uint32),
            start=np.zeros(total + 1, dtype=np.int64),
            ids=np.zeros(1 << 12, dtype=ids),
            row_of=np.full(size, layers.NO_ROW, dtype=np.uint32),
        )
        self.pool = _pool_with_constants()
        self.best = np.full(size, ~np.uint64(0), dtype=np.uint64)
        self.term_counts = np.zeros(n, dtype=np.int64)
        self.poly = np.zeros(128, dtype=np.int64)
        self.done = 0

    def run(self) -> Built:
        self._append_identity()
        mu = (np.zeros(2, np.int64), np.zeros(0, np.uint32), np.zeros(0, np.int32))
        first = 0
        with ThreadPoolExecutor(len(self.workers)) as executor:
            for orbits in self.orbits[1:]:
                tasks = self._plan(first, mu, int(orbits))
                chunks = self._fill(executor, first, mu, tasks)
                first = self.done
                mu = self._merge(tasks, chunks)
        used = int(self.rows.start[-1])
        self.rows.ids.resize(used, refcheck=False)
        return Built(self.numbering, self.rows, self.pool)

    def _append_identity(self) -> None:
        """The row of the identity: P = 1 at itself."""
        identity = self.numbering.index_of[0]
        self.rows.representative[0] = identity
        self.rows.row_of[identity] = 0
        self.rows.start[1] = 1
        self.rows.ids[0] = 1
        self.done = 1

    def _plan(self, first: int, mu: Any, orbits: int) -> Tasks:
        tasks = (
            np.empty(orbits, np.uint32),
            np.empty(orbits, np.uint8),
            np.empty(orbits, np.uint8),
        )
        planned = layers.plan_layer(
            self.numbering, self.rows, first, self.done, mu[0], mu[1], self.best,
            self.term_counts, self.worst, tasks,
        )  # fmt: skip
        assert planned == orbits
        return tasks

    def _fill(self, executor: ThreadPoolExecutor, first: int, mu: Any, tasks: Any) -> list[_Chunk]:
        count = len(tasks[0])
        spans = [(at, min(at + _CHUNK, count)) for at in range(0, count, _CHUNK)]
        queue = _Queue(spans)
        chunks: list[_Chunk | None] = [None] * len(spans)

        def work(worker: _Worker) -> None:
            worker.start_layer(count)
            for k, span in queue:
                chunks[k] = self._fill_chunk(worker, first, mu, tasks, span)
                if self.progress is not None:
                    self.progress(*queue.report(self.done, span, len(self.rows.representative)))

        if len(self.workers) == 1 or len(spans) == 1:
            for worker in self.workers:
                work(worker)
        else:
            try:
                for future in [executor.submit(work, worker) for worker in self.workers]:
                    future.result()
            except BaseException:
                queue.stop()
                raise
        return [chunk for chunk in chunks if chunk is not None]

    def _fill_chunk(
        self, worker: _Worker, first: int, mu: Any, tasks: Any, span: tuple[int, int]
    ) -> _Chunk:
        row_at, id_at, mu_at = map(int, worker.cursor)
        pool_first = int(worker.pool.count[0])
        task = span[0]
        while True:
            task, status = rows.fill_rows(
                self.numbering, self.rows, self.pool, worker.pool, first, mu, tasks,
                (task, span[1]), worker.scratch, worker.output, worker.cursor,
            )  # fmt: skip
            if status == buffers.DONE:
                break
            worker.grow(status)
        mu_end, pool_last = int(worker.cursor[2]), int(worker.pool.count[0])
        return _Chunk(worker, *span, row_at, id_at, mu_at, mu_end, pool_first, pool_last)

    def _merge(self, tasks: Any, chunks: list[_Chunk]) -> tuple[Any, Any, Any]:
        """Appends a finished layer to the table; returns its mu-lists."""
        self._reserve()
        base = int(self.pool.count[0])
        unchanged = True
        if (
            max(base + int(w.pool.count[0]) for w in self.workers)
            > np.iinfo(self.rows.ids.dtype).max
        ):
            raise PolynomialOverflowError("there are more polynomials than ids.")
        for chunk in chunks:
            worker = chunk.worker
            if len(worker.renumbered) < chunk.pool_last:
                grown = np.zeros(2 * chunk.pool_last, dtype=np.uint32)
                grown[: len(worker.renumbered)] = worker.renumbered
                worker.renumbered = grown
            unchanged &= polynomials.merge(
                self.pool, worker.pool, chunk.pool_first, chunk.pool_last, worker.renumbered,
                self.poly,
            )  # fmt: skip
        unchanged &= sum(worker.cursor[0] > 0 for worker in self.workers) == 1
        if not unchanged:
            for worker in self.workers:
                used = int(worker.cursor[1])
                layers.renumber(worker.output.ids, 0, used, base, worker.renumbered)
                rows.renumber_memo(worker.scratch.memo, base, worker.renumbered)
        for chunk in chunks:
            output = chunk.worker.output
            layers.append_rows(
                self.numbering, self.rows, self.done, tasks, chunk.first, chunk.last,
                output.sizes, chunk.row_at, output.ids, chunk.id_at,
            )  # fmt: skip
            self.done += chunk.last - chunk.first
        return _gather_mu(chunks)

    def _reserve(self) -> None:
        """Makes room for the layer; resizing moves pages, it does not copy them."""
        more = sum(int(worker.cursor[1]) for worker in self.workers)
        needed = int(self.rows.start[self.done]) + more
        if needed > len(self.rows.ids):
            self.rows.ids.resize(needed, refcheck=False)
        pools = [worker.pool for worker in self.workers]
        counts = [int(pool.count[0]) for pool in pools]
        used = sum(int(pool.start[count]) for pool, count in zip(pools, counts, strict=True))
        self.pool = polynomials.reserve(self.pool, sum(counts), used)


class _Queue:
    """Hands out chunks in ascending order to several threads."""

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        self._lock = threading.Lock()
        self._spans = enumerate(spans)
        self._finished = 0

    def __iter__(self) -> Iterator[tuple[int, tuple[int, int]]]:
        while True:
            with self._lock:
                item = next(self._spans, None)
            if item is None:
                return
            yield item

    def stop(self) -> None:
        with self._lock:
            self._spans = enumerate([])

    def report(self, before: int, span: tuple[int, int], total: int) -> tuple[int, int]:
        with self._lock:
            self._finished += span[1] - span[0]
            return before + self._finished, total


def _pool_with_constants() -> Pool:
    pool = polynomials.make_pool(256, 1024)
    polynomials.add_constants(pool)
    return pool


def _gather_mu(chunks: list[_Chunk]) -> tuple[Any, Any, Any]:
    sizes = [c.worker.output.mu_sizes[c.row_at : c.row_at + c.last - c.first] for c in chunks]
    x = [c.worker.output.mu_x[c.mu_at : c.mu_end] for c in chunks]
    values = [c.worker.output.mu_value[c.mu_at : c.mu_end] for c in chunks]
    start = np.zeros(sum(map(len, sizes)) + 1, dtype=np.int64)
    np.cumsum(np.concatenate(sizes), out=start[1:])
    return start, np.concatenate(x), np.concatenate(values)
