"""What a generation has finished so far, so that a killed one goes on where it was.

The journal is a file of JSON lines in a hidden folder of the dataset, gone when the dataset is
complete. Its first line says which dataset this is; then each file is named once it is whole, with
its checksum. A line that a kill tore is dropped.
"""

from __future__ import annotations

import io
import shutil
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data_gen.checked_lines import append_line, read_lines, write_lines
from data_gen.interrupts import heed_interrupt
from data_gen.manifest import Parameters
from data_gen.storage import sha256, write_atomically

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["PARTIAL_FOLDER", "Journal", "parquet_bytes"]

PARTIAL_FOLDER = ".klgnn-partial"
_FILE = "journal.jsonl"


@dataclass
class Journal:
    """The state of one unfinished generation in one folder.

    Attributes:
        folder: The dataset folder.
        header: The first line: parameters and versions.
        done: For each finished file its line: ``file``, ``sha256`` and whatever was recorded.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> header = {"parameters": Parameters((4,), "all").to_dict()}
        >>> with TemporaryDirectory() as name:
        ...     journal = Journal(Path(name), header)
        ...     journal.start()
        ...     journal.write("data/one", b"graphs", rows=30)
        ...     again = Journal.load(Path(name))
        ...     print(again.whole("data/one")["rows"], again.read("data/two"))
        30 None
    """

    folder: Path
    header: dict[str, Any]
    done: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def scratch(self) -> Path:
        """The hidden folder for the journal, temporary files and intermediate results."""
        return self.folder / PARTIAL_FOLDER

    @property
    def path(self) -> Path:
        """The file itself."""
        return self.scratch / _FILE

    @property
    def parameters(self) -> Parameters:
        """Of the dataset that is being made."""
        return Parameters.from_dict(self.header["parameters"])

    @classmethod
    def load(cls, folder: Path) -> Journal | None:
        """The journal that a former run left in a folder, or None."""
        lines = read_lines(folder / PARTIAL_FOLDER / _FILE)
        if not lines or "parameters" not in lines[0]:
            return None
        journal = cls(folder, lines[0])
        for line in lines[1:]:
            journal.done[line["file"]] = line
        return journal

    def start(self) -> None:
        """Writes the journal, without torn lines, and removes temporary files of a killed run."""
        self._rewrite()
        for leftover in self.scratch.glob("*.tmp"):
            with suppress(OSError):
                leftover.unlink()

    def write(self, file: str, data: bytes, still: int = 0, **record: Any) -> None:
        """Writes a file atomically and notes it as done.

        Args:
            file: Its name, relative to the dataset folder.
            data: Its content.
            still: Bytes expected to follow, for the message when the disk is full.
            **record: What else to remember about it.

        Raises:
            StorageError: If the disk refuses.
        """
        heed_interrupt()
        write_atomically(self.folder / file, data, self.scratch, still)
        self._append({"file": file, "sha256": sha256(data), **record})

    def whole(self, file: str) -> dict[str, Any] | None:
        """The record of a file that is done and has the bytes that were written, else None."""
        record = self.done.get(file)
        return record if record and self.read(file) is not None else None

    def read(self, file: str) -> bytes | None:
        """The bytes of a file that is done and whole, else None."""
        record = self.done.get(file)
        if record is None:
            return None
        try:
            data = (self.folder / file).read_bytes()
        except OSError:
            return None
        return data if sha256(data) == record["sha256"] else None

    def remove(self) -> None:
        """Removes the hidden folder: the dataset is complete."""
        shutil.rmtree(self.scratch, ignore_errors=True)

    def _append(self, line: dict[str, Any]) -> None:
        self.done[line["file"]] = line
        append_line(self.path, line)

    def _rewrite(self) -> None:
        write_lines(self.path, [self.header, *(record for _, record in sorted(self.done.items()))])


def parquet_bytes(table: pa.Table) -> bytes:
    """A table as a Parquet file that is written quickly and read once.

    Example:
        >>> import pyarrow as pa
        >>> import pyarrow.parquet as pq
        >>> data = parquet_bytes(pa.table({"num_nodes": [10, 12]}))
        >>> pq.read_table(pa.BufferReader(data)).to_pydict()
        {'num_nodes': [10, 12]}
    """
    import pyarrow.parquet as pq

    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd", compression_level=1)
    return sink.getvalue()
