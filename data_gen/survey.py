"""Edges and isomorphism class of every core, in chunks that the journal keeps.

One core stands for many intervals (`data_gen.cores`), so work is done once. A killed survey goes on
after the last chunk.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor

import numpy as np
from numpy.typing import NDArray

from data_gen import schema
from data_gen.bruhat import unrank_permutations
from data_gen.cores import split_key
from data_gen.index import Index
from data_gen.journal import PARTIAL_FOLDER, Journal, parquet_bytes
from data_gen.listing import CORE_W, CORE_X
from data_gen.parallel import run_tasks
from data_gen.progress import Progress
from data_gen.storage import sha256

__all__ = ["survey"]

_CHUNK_CORES = 2_000
_CHUNK_NODES = 400_000
_MOST_CHUNKS = 5_000
_NODES_AT_A_TIME = 200_000
Cores = NDArray[np.int64]


def survey(
    index: Index, journal: Journal, executor: Executor | None, progress: Progress
) -> list[str]:
    """Finds edges and isomorphism class of every core of an index.

    Args:
        index: Says which cores.
        journal: Keeps the chunks that are finished.
        executor: Where the chunks are computed; None for this process.
        progress: Where to show how far it is.

    Returns:
        The Parquet files, relative to the dataset folder.

    Example:
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> from data_gen.listing import Limits, list_pairs
        >>> from data_gen.manifest import Parameters
        >>> from data_gen.progress import no_progress
        >>> from data_gen.selections import find_selection
        >>> parameters = Parameters((4,), "all")
        >>> source = find_selection("all").source(4, parameters, no_progress)
        >>> with TemporaryDirectory() as name:
        ...     journal = Journal(Path(name), {"parameters": parameters.to_dict()})
        ...     journal.start()
        ...     listed = list_pairs(source, Limits(), journal, None, no_progress)
        ...     with Index(journal.scratch) as index:
        ...         index.load_pairs([journal.folder / file for file in listed.files])
        ...         index.look((), None)
        ...         files = survey(index, journal, None, no_progress)
        ...         index.load_survey([journal.folder / file for file in files])
        ...         print(index.core_totals(), index.class_counts())
        (36, 349) {'classified': 213, 'classes': 14, 'classes_with_two_polynomials': 0}
    """
    total, nodes = index.core_totals()
    files: list[str] = []
    done = 0
    with progress("isomorphism classes") as report:
        report(0, total)

        def todo() -> Iterator[tuple[str, tuple[Cores]]]:
            nonlocal done
            for number, chunk in enumerate(_chunks(index, nodes)):
                # Named by its content: the same place may hold other cores after an update.
                name = f"survey-{number:08d}-{sha256(chunk.tobytes())[:12]}"
                file = f"{PARTIAL_FOLDER}/{name}.parquet"
                files.append(file)
                if journal.whole(file) is None:
                    yield file, (chunk,)
                else:
                    done += len(chunk)

        for file, (count, data) in run_tasks(_survey_chunk, todo(), executor):
            journal.write(file, data)
            done += count
            report(done, total)
        report(done, total)
    return files


def _survey_chunk(cores: Cores) -> tuple[int, bytes]:
    """Edges and certificates of some cores.

    Args:
        cores: int64[C, 2], see `data_gen.cores`.

    Returns:
        C, and a Parquet file with one row for each core.
    """
    import pyarrow as pa

    from data_gen.interval_batch import build_intervals
    from data_gen.isomorphism import certificates
    from data_gen.listing import core_sizes

    edges = np.zeros(len(cores), np.int64)
    names = np.empty(len(cores), dtype=object)
    degrees, bottoms = split_key(cores[:, 0])
    sizes = core_sizes(cores)
    for m in np.unique(degrees).tolist():
        rows = np.flatnonzero(degrees == m)
        for piece in _pieces(rows, sizes[rows]):
            xs = unrank_permutations(bottoms[piece], m)
            batch = build_intervals(xs, unrank_permutations(cores[piece, 1], m))
            edges[piece] = np.diff(batch.edge_ends)
            names[piece] = certificates(batch)
    table = pa.table(
        {
            CORE_X: cores[:, 0],
            CORE_W: cores[:, 1],
            schema.NUM_EDGES: edges,
            schema.ISO_CLASS: pa.array(names, pa.string()),
        }
    )
    return len(cores), parquet_bytes(table)


def _chunks(index: Index, nodes: int) -> Iterator[Cores]:
    """The cores in pieces of bounded work; at least one piece, and not too many."""
    most_nodes = max(_CHUNK_NODES, nodes // _MOST_CHUNKS)
    cores, sizes = np.empty((0, 2), np.int64), np.empty(0, np.int64)
    given = False
    for more_cores, more_sizes in index.cores():
        cores, sizes = np.concatenate([cores, more_cores]), np.concatenate([sizes, more_sizes])
        while (cut := _cut(sizes, most_nodes)) < len(cores):
            yield cores[:cut]
            given = True
            cores, sizes = cores[cut:], sizes[cut:]
    if len(cores) or not given:
        yield cores


def _cut(sizes: NDArray[np.int64], most_nodes: int) -> int:
    """How many cores make one chunk; all of them if they do not fill it."""
    within = int(np.searchsorted(np.cumsum(sizes), most_nodes, side="right"))
    return min(max(within, 1), _CHUNK_CORES)


def _pieces(rows: NDArray[np.int64], sizes: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Cuts rows so that the graphs of a piece fit into memory together."""
    piece = (np.cumsum(sizes) - sizes) // _NODES_AT_A_TIME
    return np.split(rows, np.flatnonzero(np.diff(piece)) + 1)
