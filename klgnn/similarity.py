"""Which intervals look alike to a network: an index over a dataset, and exact search in it.

Near means a small Euclidean distance between embeddings as they are. Among 2,239 classes of S_8
(the top-down network) 64% of the ten nearest had the polynomial of the interval asked about; with
columns divided by their standard deviations 61%, by cosine similarity 64% and 56%. In a two-sided
network on S_5 and S_6 all of these were within a point of 95%. So nothing is rescaled. Rows whose
graphs are isomorphic have one embedding: the search returns one row of each isomorphism class.

The index is one Parquet file, written and read a few thousand rows at a time, so it may be larger
than memory. It holds what is shown of a row, the column ``embedding``, and in its metadata the
checksum of the weights and the fingerprint of the dataset: it is made again if they have changed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from data_gen import schema
from data_gen.dataset import IntervalDataset
from data_gen.errors import RunError, UsageError
from data_gen.progress import Progress
from data_gen.storage import lock, sha256, storage_error
from klgnn.cached_datasets import cache_folder
from klgnn.runs import DEFAULT_MODEL, Run, RunFiles

__all__ = ["EmbeddingIndex", "Neighbour", "find_index", "open_index"]

_VERSION = 1
_KEY = b"klgnn-index"
_EMBEDDING = "embedding"
_ROWS_AT_A_TIME = 1 << 15
# No value of an embedding comes twice, but their bytes are alike.
_PACKING: dict[str, Any] = {
    "compression": "zstd",
    "use_dictionary": [schema.N, schema.LENGTH, schema.SPLIT],
    "use_byte_stream_split": [f"{_EMBEDDING}.list.element"],
}
_SHOWN = (
    schema.N,
    schema.X,
    schema.W,
    schema.LENGTH,
    schema.NUM_NODES,
    schema.KL,
    schema.ISO_CLASS,
    schema.CLASS_SIZE,
    schema.SPLIT,
)


@dataclass(frozen=True)
class Neighbour:
    """A row of the index.

    Attributes:
        row: Its number in the dataset.
        n: The interval lies in S_n.
        x: Its bottom, one-line notation.
        w: Its top.
        length: l(w) - l(x).
        num_nodes: The number of its elements.
        polynomial: P_{x,w}, coefficients ascending.
        iso_class: The certificate of its graph.
        split: Its split in the dataset.
        distance: From what was asked about.

    Example:
        >>> near = Neighbour(0, 4, "2143", "4231", 3, 10, (1, 1), "5" * 32, "train", 0.25)
        >>> f"[{near.x}, {near.w}] at {near.distance}, P = {near.polynomial}"
        '[2143, 4231] at 0.25, P = (1, 1)'
    """

    row: int
    n: int
    x: str
    w: str
    length: int
    num_nodes: int
    polynomial: tuple[int, ...]
    iso_class: str
    split: str
    distance: float


@dataclass(frozen=True)
class EmbeddingIndex:
    """An index, opened; `open_index` makes one.

    Attributes:
        path: The file.
        rows: The number of rows.
        width: The number H of columns of the embedding.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from data_gen.generation import generate
        >>> from klgnn.training import train
        >>> with TemporaryDirectory() as folder:
        ...     dataset = generate(4, f"{folder}/s4")
        ...     run = train(dataset, f"{folder}/run", epochs=1, threads=1, progress=False)
        ...     print(find_index(run))
        ...     index = open_index(run)
        ...     near = index.search(np.zeros(index.width), k=3)
        None
        >>> index.rows, len(near), near[0].distance <= near[2].distance
        (14, 3, True)
    """

    path: Path
    rows: int
    width: int

    def search(
        self, embedding: NDArray[np.floating], k: int = 10, without: str | None = None
    ) -> list[Neighbour]:
        """The k nearest isomorphism classes, nearest first; equally near ones in order of rows.

        Every row is looked at. Memory does not grow with their number.

        Args:
            embedding: float [H], such as a row of `klgnn.models.Prediction.embedding`.
            k: How many.
            without: A class to leave out, such as that of the graph that was asked about.

        Raises:
            UsageError: If k is not positive, or the embedding has another length.
        """
        if k < 1:
            raise UsageError(f"--k {k}: at least one neighbour has to be asked for.")
        if embedding.shape != (self.width,):
            raise UsageError(
                f"an embedding of shape {embedding.shape} was given; ({self.width},) is wanted."
            )
        nearest: list[tuple[float, int, str]] = []
        for first, classes, states in self._embeddings():
            bound = nearest[-1][0] if len(nearest) == k else np.inf
            apart = states - embedding.astype(np.float32)
            distances = np.sqrt(np.einsum("ij,ij->i", apart, apart))
            met = {name for *_, name in nearest} | {without}
            fresh = _nearest_of_each(distances, classes, k + len(met), bound)
            # A class of an earlier piece may come again, at the same distance but for rounding.
            nearest += [(d, first + row, name) for d, row, name in fresh if name not in met]
            nearest = sorted(nearest)[:k]
        return self._described([(row, distance) for distance, row, _ in nearest])

    def find(self, iso_class: str) -> Neighbour | None:
        """The first row of an isomorphism class, at distance 0; None if there is none."""
        first = 0
        with pq.ParquetFile(self.path) as file:
            for group in range(file.num_row_groups):
                column = file.read_row_group(group, [schema.ISO_CLASS])[schema.ISO_CLASS]
                place = pc.index(column, iso_class).as_py()
                if place >= 0:
                    return self._described([(first + place, 0.0)])[0]
                first += len(column)
        return None

    def _embeddings(self) -> Iterator[tuple[int, pa.Array, NDArray[np.float32]]]:
        """The number of the first row, the classes and the embeddings, some rows at a time."""
        first = 0
        with pq.ParquetFile(self.path) as file:
            for batch in file.iter_batches(_ROWS_AT_A_TIME, columns=[schema.ISO_CLASS, _EMBEDDING]):
                flat = batch[_EMBEDDING].flatten().to_numpy(zero_copy_only=False)
                yield first, batch[schema.ISO_CLASS], flat.reshape(len(batch), -1)
                first += len(batch)

    def _described(self, wanted: list[tuple[int, float]]) -> list[Neighbour]:
        """What is shown of some rows, in the order given."""
        found: dict[int, dict[str, Any]] = {}
        first = 0
        with pq.ParquetFile(self.path) as file:
            for group in range(file.num_row_groups):
                size = file.metadata.row_group(group).num_rows
                here = sorted(row for row, _ in wanted if first <= row < first + size)
                if here:
                    table = file.read_row_group(group, list(_SHOWN))
                    taken = table.take([row - first for row in here]).to_pylist()
                    found |= dict(zip(here, taken, strict=True))
                first += size
        return [_neighbour(row, distance, found[row]) for row, distance in wanted]


def open_index(
    run: Run, dataset: IntervalDataset | None = None, progress: Progress | None = None
) -> EmbeddingIndex:
    """Opens the index of a run over a dataset, after making it if there is none that is valid.

    Args:
        run: The run.
        dataset: What to search in; the run's own if None.
        progress: Where to show how far it is.

    Raises:
        RunError: If the weights are damaged, or the run's own dataset is gone or has changed.
        DatasetError: If another process is making the index at this moment.
        StorageError: If the disk is full.
    """
    index = find_index(run, dataset)
    if index is not None:
        return index
    source = run.dataset() if dataset is None else dataset
    fingerprint = run.config.dataset_fingerprint if dataset is None else dataset.fingerprint
    marks = _marks(run, fingerprint)
    path = _places(run, marks)[-1]
    with lock(path.parent / ".lock"):
        try:
            _build(path, run, source, marks, progress)
        except OSError as error:
            raise storage_error(error, path) from error
    index = find_index(run, dataset)
    assert index is not None
    return index


def find_index(run: Run, dataset: IntervalDataset | None = None) -> EmbeddingIndex | None:
    """Opens the index of a run over a dataset (its own if None), if there is one that is valid."""
    fingerprint = run.config.dataset_fingerprint if dataset is None else dataset.fingerprint
    marks = _marks(run, fingerprint)
    for path in _places(run, marks):
        if not path.is_file():
            continue
        try:
            metadata = pq.read_metadata(path)
            content = json.loads((metadata.metadata or {})[_KEY])
        except (OSError, pa.ArrowException, KeyError, ValueError):
            continue
        if content == marks:
            width = metadata.schema.to_arrow_schema().field(_EMBEDDING).type.list_size
            return EmbeddingIndex(path, metadata.num_rows, width)
    return None


def _places(run: Run, marks: Mapping[str, Any]) -> list[Path]:
    """Where an index with these marks may lie; it is made in the last of them."""
    name = f"{marks['dataset'][:12]}.parquet"
    beside = run.path / RunFiles.INDEX / name
    if run.path != DEFAULT_MODEL and os.access(run.path, os.W_OK):
        return [beside]
    return [beside, cache_folder() / RunFiles.INDEX / marks["weights"][:12] / name]


def _marks(run: Run, fingerprint: str) -> dict[str, Any]:
    """What an index says of itself: what it was made of."""
    return {"version": _VERSION, "weights": sha256(_weights(run)), "dataset": fingerprint}


def _weights(run: Run) -> bytes:
    try:
        return (run.path / RunFiles.WEIGHTS).read_bytes()
    except OSError as error:
        raise RunError(
            f"The weights of {str(run.path)!r} cannot be read: {error.strerror}."
        ) from error


def _build(
    path: Path,
    run: Run,
    dataset: IntervalDataset,
    marks: Mapping[str, Any],
    progress: Progress | None,
) -> None:
    from klgnn.embeddings import embedded_rows

    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.tmp")
    metadata = {_KEY: json.dumps(dict(marks))}
    pieces = embedded_rows(run.network(), dataset, run.config.features, list(_SHOWN), progress)
    writer: pq.ParquetWriter | None = None
    try:
        for table, states in pieces:
            column = pa.FixedSizeListArray.from_arrays(pa.array(states.ravel()), states.shape[1])
            table = table.append_column(_EMBEDDING, column).replace_schema_metadata(metadata)
            if writer is None:
                writer = pq.ParquetWriter(draft, table.schema, **_PACKING)
            writer.write_table(table, row_group_size=_ROWS_AT_A_TIME)
        assert writer is not None, "a finished dataset has rows"
        writer.close()
        os.replace(draft, path)
    finally:
        if writer is not None:
            writer.close()
        draft.unlink(missing_ok=True)


def _nearest_of_each(
    distances: NDArray[np.float32], classes: pa.Array, most: int, bound: float
) -> list[tuple[float, int, str]]:
    """The nearest row of each class, nearest first, at most so many, none beyond the bound."""
    rows = np.flatnonzero(distances <= bound)
    order = rows[np.argsort(distances[rows], kind="stable")]
    names = classes.take(pa.array(order))
    _, place = np.unique(pc.dictionary_encode(names).indices.to_numpy(), return_index=True)
    chosen = np.sort(place)[:most]
    kept = order[chosen]
    called = names.take(pa.array(chosen)).to_pylist()
    return list(zip(distances[kept].tolist(), kept.tolist(), called, strict=True))


def _neighbour(row: int, distance: float, values: dict[str, Any]) -> Neighbour:
    return Neighbour(
        row=row,
        n=values[schema.N],
        x=values[schema.X],
        w=values[schema.W],
        length=values[schema.LENGTH],
        num_nodes=values[schema.NUM_NODES],
        polynomial=tuple(values[schema.KL]),
        iso_class=values[schema.ISO_CLASS],
        split=values[schema.SPLIT],
        distance=distance,
    )
