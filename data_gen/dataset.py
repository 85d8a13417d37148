"""A finished dataset folder: opening, reading and checking it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from data_gen import schema
from data_gen.errors import ChecksumError, DatasetError, UsageError
from data_gen.integrity import Fault, find_faults, is_flipped
from data_gen.journal import Journal
from data_gen.manifest import CARD_FILE, MANIFEST_FILE, Manifest, Shard, damaged_manifest
from data_gen.split_rule import SPLITS
from data_gen.storage import sha256

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from data_gen.intervals import BruhatInterval

__all__ = ["IntervalDataset"]


@dataclass(frozen=True)
class IntervalDataset:
    """Intervals of S_n with their Kazhdan-Lusztig polynomials and Bruhat graphs, on disk.

    Rows are numbered through all shards, in the order of the manifest: first ``train``, then
    ``val``, then ``test``. The files are plain Parquet, so pandas, polars, duckdb and Hugging Face
    ``datasets`` read them without this package; the columns are those of `data_gen.schema.COLUMNS`.

    Attributes:
        path: The folder.
        manifest: What the folder says about itself.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from data_gen.generation import generate
        >>> with TemporaryDirectory() as folder:
        ...     dataset = generate([3], f"{folder}/s3", select="all")
        ...     print(dataset.num_rows, dataset.read(["kl"]).num_rows)
        19 19
    """

    path: Path
    manifest: Manifest = field(repr=False)

    @classmethod
    def open(cls, path: str | Path) -> IntervalDataset:
        """Opens a dataset folder. Shards are checked when they are read, see also `verify`.

        Raises:
            DatasetError: If the folder is missing, is no dataset, or is not complete.
            ChecksumError: If its manifest is damaged.
        """
        folder = Path(path)
        if not folder.is_dir():
            what = "is a file" if folder.exists() else "does not exist"
            raise DatasetError(
                f"{str(path)!r} {what}; a dataset folder is wanted. Make one with "
                f"`klgnn generate --n 5 --select classes --out {path}`."
            )
        try:
            data = (folder / MANIFEST_FILE).read_bytes()
        except FileNotFoundError:
            raise _no_manifest(folder) from None
        except OSError as error:
            raise DatasetError(
                f"cannot read {str(folder / MANIFEST_FILE)!r}: {error.strerror}."
            ) from error
        manifest = _parse(data, folder / MANIFEST_FILE)
        journal = Journal.load(folder)
        if journal is not None and journal.parameters != manifest.parameters:
            raise _no_manifest(folder)  # --force was killed before it took the old manifest away
        return cls(folder, manifest)

    @property
    def num_rows(self) -> int:
        """Number of intervals."""
        return sum(shard.rows for shard in self.manifest.shards)

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the parameters and the checksums of the shards."""
        return self.manifest.fingerprint

    def tables(
        self, columns: Sequence[str] | None = None, split: str | None = None
    ) -> Iterator[pa.Table]:
        """Reads shard by shard; each one's checksum is verified before it is handed out.

        Args:
            columns: The columns to read; all if None.
            split: ``train``, ``val`` or ``test``; all if None.

        Yields:
            One table a shard, in the order of the rows.

        Raises:
            UsageError: If there is no such column or split.
            ChecksumError: If a shard is not what was written. It is named.
            DatasetError: If a shard is missing.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        names = _check_columns(columns)
        for shard in self._shards(split):
            content = pa.BufferReader(self._checked(shard))
            yield pq.ParquetFile(content).read(columns=names)

    def scan(
        self, columns: Sequence[str] | None = None, split: str | None = None
    ) -> Iterator[pa.Table]:
        """Like `tables`, but reads nothing of a shard except these columns.

        On a large dataset that is many times less. What is read is guarded by the checksum of each
        page (CRC-32), the size of the file, the columns and the number of rows; not by its SHA-256.
        """
        for shard in self._shards(split):
            yield self.scan_shard(shard, columns)

    def scan_shard(self, shard: Shard, columns: Sequence[str] | None = None) -> pa.Table:
        """Reads some columns of one of `manifest.shards`; guarded as in `scan`."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        names = _check_columns(columns)
        path = self.path / shard.file
        try:
            size = path.stat().st_size
            with pq.ParquetFile(path, page_checksum_verification=True) as file:
                table = file.read(columns=names)
        except (pa.ArrowException, OSError, UnicodeError) as error:
            reason = str(error).rstrip(".")
            raise DatasetError(f"cannot read {str(path)!r}: {reason}. {self._repair()}") from error
        same_size = (table.num_rows, size) == (shard.rows, shard.bytes)
        if not (same_size and table.schema.equals(_schema_of(names))):
            raise ChecksumError(f"{str(path)!r} is damaged. {self._repair()}")
        return table

    def _shards(self, split: str | None) -> list[Shard]:
        if split is not None and split not in SPLITS:
            raise UsageError(f"there is no split {split!r}: {', '.join(SPLITS)} are.")
        return [shard for shard in self.manifest.shards if split in (None, shard.split)]

    def read(self, columns: Sequence[str] | None = None, split: str | None = None) -> pa.Table:
        """Reads all shards into one table; arguments and errors as in `tables`."""
        import pyarrow as pa

        empty = _schema_of(_check_columns(columns)).empty_table()
        return pa.concat_tables([empty, *self.tables(columns, split)])

    def to_pandas(
        self, columns: Sequence[str] | None = None, split: str | None = None
    ) -> pd.DataFrame:
        """Reads all shards into a data frame; arguments and errors as in `tables`."""
        frame: pd.DataFrame = self.read(columns, split).to_pandas()
        return frame

    def verify(self) -> None:
        """Checks every byte of every file against the manifest, and stops at the first fault.

        Raises:
            ChecksumError: If a file is not what was written. It is named.
            DatasetError: If a file is missing, or one stands among the shards that is none of them.
        """
        for fault in self.faults():
            kind = ChecksumError if fault.kind == "damaged" else DatasetError
            advice = "Move it away." if fault.kind == "foreign" else self._repair()
            raise kind(f"{str(self.path / fault.file)!r} {fault.message}. {advice}")

    def faults(self, report: Callable[[int, int], None] | None = None) -> Iterator[Fault]:
        """Checks every byte of every file and yields all faults, none if everything is as written.

        Args:
            report: Called with the number of files checked and of all.
        """
        return find_faults(self.path, self.manifest, report)

    def verified_shards(self) -> Iterator[Shard]:
        """Yields each shard once its bytes are checked; errors as in `verify`."""
        for shard in self.manifest.shards:
            self._checked(shard)
            yield shard

    def verify_card(self) -> None:
        """Checks README.md; errors as in `verify`."""
        self._compare(CARD_FILE, self._bytes(CARD_FILE), self.manifest.card_sha256)

    def interval(self, row: int) -> BruhatInterval:
        """The interval of one row.

        Args:
            row: From 0; negative numbers count from the end.

        Raises:
            UsageError: If there is no such row.
        """
        from data_gen.intervals import BruhatInterval

        number = row + self.num_rows if row < 0 else row
        if not 0 <= number < self.num_rows:
            raise UsageError(f"there is no row {row}: {str(self.path)!r} has {self.num_rows} rows.")
        for shard, start in zip(self.manifest.shards, self._starts, strict=True):
            if number < start + shard.rows:
                pairs = self._pairs(shard)
                return BruhatInterval(*(column[number - start].as_py() for column in pairs))
        raise AssertionError("the shards have fewer rows than their sum")

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        starts, total = [], 0
        for shard in self.manifest.shards:
            starts.append(total)
            total += shard.rows
        return tuple(starts)

    def _pairs(self, shard: Shard) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
        import pyarrow as pa
        import pyarrow.parquet as pq

        file = pq.ParquetFile(pa.BufferReader(self._checked(shard)))
        table = file.read(columns=[schema.X, schema.W])
        return table[schema.X], table[schema.W]

    def _checked(self, shard: Shard) -> bytes:
        data = self._bytes(shard.file)
        self._compare(shard.file, data, shard.sha256)
        return data

    def _bytes(self, file: str) -> bytes:
        try:
            return (self.path / file).read_bytes()
        except OSError as error:
            raise DatasetError(
                f"cannot read {str(self.path / file)!r}: {error.strerror}. {self._repair()}"
            ) from error

    def _compare(self, file: str, data: bytes, checksum: str) -> None:
        if sha256(data) != checksum:
            raise ChecksumError(
                f"{str(self.path / file)!r} is damaged: its SHA-256 is not the one in the "
                f"manifest. {self._repair()}"
            )

    def _repair(self) -> str:
        command = self.manifest.parameters.command(self.path)
        return f"To mend it, run `{command}`; shards that are whole are kept."


def _parse(data: bytes, path: Path) -> Manifest:
    try:
        return Manifest.from_json(data, path)
    except ChecksumError:
        raise
    except DatasetError as error:
        if not is_flipped(data):
            raise
        raise ChecksumError(
            f"{damaged_manifest(path, data)} `klgnn dataset verify {path.parent}` says more."
        ) from error


def _check_columns(columns: Sequence[str] | None) -> list[str]:
    known = [column.name for column in schema.COLUMNS]
    for name in columns or ():
        if name not in known:
            raise UsageError(f"there is no column {name!r}: {', '.join(known)} are.")
    return known if columns is None else list(columns)


def _schema_of(columns: Sequence[str]) -> pa.Schema:
    import pyarrow as pa

    fields = schema.arrow_schema()
    return pa.schema([fields.field(name) for name in columns])


def _no_manifest(folder: Path) -> DatasetError:
    journal = Journal.load(folder)
    if journal is None:
        return DatasetError(
            f"{str(folder)!r} is no klgnn dataset: it has no {MANIFEST_FILE}. Make a dataset in a "
            "new folder with `klgnn generate`."
        )
    command = journal.parameters.command(folder)
    return DatasetError(
        f"{str(folder)!r} is not complete: its generation was stopped, or is still running. "
        f"Run `{command}` to finish it."
    )
