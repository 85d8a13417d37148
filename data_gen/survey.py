"""Looking at every interval of a selection once: polynomial, size and isomorphism class.

Sizes and certificates are computed for one core each (`data_gen.cores`), in chunks that are kept in
the journal, so that a killed survey goes on where it was.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from math import factorial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from data_gen.bruhat import unrank_permutations
from data_gen.cores import canonical_cores, split_key
from data_gen.journal import PARTIAL_FOLDER, Journal
from data_gen.parallel import run_tasks
from data_gen.selection import Index, Selection

if TYPE_CHECKING:
    from data_gen.kl_table import KLTable

__all__ = ["BYTES_PER_PAIR", "Candidates", "Progress", "collect", "survey", "survey_chunk"]

Progress = Callable[[str], AbstractContextManager[Callable[[int, int], None]]]
"""Opens the progress display of one job, such as `data_gen.console.progress`."""

BYTES_PER_PAIR = 200
"""Memory for one interval of a selection at the widest point of the survey, measured."""

_CHUNK = 256
_TOPS_AT_A_TIME = 64
_NODES_AT_A_TIME = 200_000
_RESULT = np.dtype([("nodes", "<i8"), ("edges", "<i8"), ("certificate", "S32")])


@dataclass(frozen=True, eq=False)
class Candidates:
    """The intervals of a selection before anything is known of their graphs.

    Attributes:
        n: int64[M].
        x: int64[M], lexicographic ranks; `w` likewise.
        polynomial: int64[M], index into `polynomials`.
        core: int64[M], index into `cores`.
        cores: int64[C, 2], the distinct cores, ascending; see `data_gen.cores`.
        polynomials: The distinct polynomials.
    """

    n: NDArray[np.int64]
    x: NDArray[np.int64]
    w: NDArray[np.int64]
    polynomial: NDArray[np.int64]
    core: NDArray[np.int64]
    cores: NDArray[np.int64]
    polynomials: tuple[tuple[int, ...], ...]


def collect(selection: Selection, tables: Sequence[KLTable], progress: Progress) -> Candidates:
    """Lists the intervals of a selection with their polynomials and cores.

    Args:
        selection: Says which pairs.
        tables: One for each n, ascending.
        progress: Where to show how far it is.
    """
    names: dict[tuple[int, ...], int] = {}
    columns: list[list[NDArray[np.int64]]] = [[], [], [], [], []]
    for table in tables:
        name_of_id = np.array([names.setdefault(p, len(names)) for p in table.polynomials])
        with progress(f"listing pairs of S_{table.n}") as report:
            for tops in _batches(factorial(table.n), report):
                xs, ws = selection.pairs(table, tops)
                ids = np.asarray(table.lookup(xs, ws), dtype=np.int64)
                values = (np.full_like(xs, table.n), xs, ws, name_of_id[ids])
                for column, value in zip(columns, values, strict=False):
                    column.append(value)
                columns[4].append(canonical_cores(table.n, xs, ws))
    n, x, w, polynomial, keys = (np.concatenate(column) for column in columns)
    cores, core = _distinct_rows(keys)
    return Candidates(n, x, w, polynomial, core, cores, tuple(names))


def survey(
    candidates: Candidates,
    max_nodes: int | None,
    journal: Journal,
    executor: Executor | None,
    progress: Progress,
) -> Index:
    """Finds the size and the isomorphism class of every candidate.

    Args:
        candidates: The intervals to look at.
        max_nodes: Intervals with more elements are left out of the index.
        journal: Keeps the chunks that are finished.
        executor: Where the chunks are computed; None for this process.
        progress: Where to show how far it is.
    """
    result = _all_chunks(candidates.cores, max_nodes, journal, executor, progress)
    small = np.ones(len(result), dtype=bool) if max_nodes is None else result["nodes"] <= max_nodes
    certificates, class_of_core = np.unique(result["certificate"][small], return_inverse=True)
    classes = np.full(len(result), -1, dtype=np.int64)
    classes[small] = class_of_core
    kept = np.flatnonzero(small[candidates.core])
    core = candidates.core[kept]
    return Index(
        candidates.n[kept],
        candidates.x[kept],
        candidates.w[kept],
        candidates.polynomial[kept],
        result["nodes"][core],
        result["edges"][core],
        classes[core],
        candidates.polynomials,
        tuple(certificate.decode() for certificate in certificates),
        len(candidates.n) - len(kept),
    )


def survey_chunk(cores: NDArray[np.int64], max_nodes: int | None) -> NDArray[np.void]:
    """Sizes and certificates of some cores.

    Args:
        cores: int64[C, 2], see `data_gen.cores`.
        max_nodes: Larger ones get no certificate.

    Returns:
        A structured array [C] with the fields nodes, edges and certificate.
    """
    from data_gen.intervals import build_intervals, interval_sizes
    from data_gen.isomorphism import certificates

    result = np.zeros(len(cores), _RESULT)
    degrees, bottoms = split_key(cores[:, 0])
    for m in np.unique(degrees):
        rows = np.flatnonzero(degrees == m)
        xs = unrank_permutations(bottoms[rows], int(m))
        ws = unrank_permutations(cores[rows, 1], int(m))
        sizes = interval_sizes(xs, ws)
        result["nodes"][rows] = sizes
        kept = sizes <= (max_nodes or sizes.max())
        for piece in _pieces(rows[kept], sizes[kept]):
            here = np.searchsorted(rows, piece)
            batch = build_intervals(xs[here], ws[here])
            result["edges"][piece] = np.diff(batch.edge_ends)
            result["certificate"][piece] = [name.encode() for name in certificates(batch)]
    return result


def _pieces(rows: NDArray[np.int64], sizes: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Cuts rows so that the graphs of a piece fit into memory together."""
    piece = (np.cumsum(sizes) - sizes) // _NODES_AT_A_TIME
    return np.split(rows, np.flatnonzero(np.diff(piece)) + 1) if len(rows) else []


def _all_chunks(
    cores: NDArray[np.int64],
    max_nodes: int | None,
    journal: Journal,
    executor: Executor | None,
    progress: Progress,
) -> NDArray[np.void]:
    result = np.zeros(len(cores), _RESULT)
    starts = {
        f"{PARTIAL_FOLDER}/survey-{begin:010d}-{_CHUNK}.npy": begin
        for begin in range(0, len(cores), _CHUNK)
    }
    todo: list[tuple[str, tuple[Any, ...]]] = []
    for file, begin in starts.items():
        data = journal.read(file)
        if data is None:
            todo.append((file, (cores[begin : begin + _CHUNK], max_nodes)))
        else:
            result[begin : begin + _CHUNK] = np.load(io.BytesIO(data))
    done = len(cores) - sum(len(arguments[0]) for _, arguments in todo)
    with progress("sizes and isomorphism classes") as report:
        report(done, len(cores))
        for file, chunk in run_tasks(survey_chunk, todo, executor):
            buffer = io.BytesIO()
            np.save(buffer, chunk)
            journal.write(file, buffer.getvalue())
            result[starts[file] : starts[file] + len(chunk)] = chunk
            done += len(chunk)
            report(done, len(cores))
    return result


def _batches(count: int, report: Callable[[int, int], None]) -> Iterator[NDArray[np.int64]]:
    for begin in range(0, count, _TOPS_AT_A_TIME):
        report(begin, count)
        yield np.arange(begin, min(begin + _TOPS_AT_A_TIME, count), dtype=np.int64)
    report(count, count)


def _distinct_rows(
    keys: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The distinct rows, ascending, and for each row its place among them."""
    order = np.lexsort((keys[:, 1], keys[:, 0]))
    ordered = keys[order]
    new = np.ones(len(keys), dtype=bool)
    new[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    place = np.empty(len(keys), dtype=np.int64)
    place[order] = np.cumsum(new) - 1
    return ordered[new], place
