"""The file of a Kazhdan-Lusztig table: a header, a checksum, and polynomial numbers.

Layout: `MAGIC`, the format version and the length of the header (uint32 each, little-endian), the
header (JSON: n, the byte range, type and SHA-256 of every section), its SHA-256, then the sections,
each at a multiple of 64 bytes. What can be recomputed in a moment (the numbering of S_n, the
extremal x of a row) is not in the file.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import struct
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data_gen.errors import ChecksumError, DatasetError, StorageError
from data_gen.storage import format_bytes

__all__ = ["FORMAT_VERSION", "read_sections", "write_sections"]

MAGIC = b"KLTABLE\x00"
FORMAT_VERSION = 1
_PREFIX = struct.Struct("<8sII")
_ALIGNMENT = 64
Sections = dict[str, NDArray[Any]]


def write_sections(path: Path, n: int, sections: Sections) -> None:
    """Writes a table file by atomic rename.

    Args:
        path: Where it goes.
        n: The n of S_n.
        sections: One-dimensional integer arrays by name.

    Raises:
        StorageError: If the disk refuses; nothing is left behind and an older file stays.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     path = Path(folder, "s4.kl")
        ...     write_sections(path, 4, {"degrees": np.array([0, 0, 1], np.int8)})
        ...     n, sections = read_sections(path)
        >>> n, sections["degrees"].tolist()
        (4, [0, 0, 1])
    """
    header = _make_header(n, sections)
    scratch = path.with_name(path.name + ".tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with scratch.open("wb") as file:
            file.write(header)
            for array in sections.values():
                file.write(bytes(-file.tell() % _ALIGNMENT))
                file.write(np.ascontiguousarray(array).view(np.uint8).data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(scratch, path)
    except OSError as error:
        size = format_bytes(sum(array.nbytes for array in sections.values()))
        raise StorageError(
            f"cannot write {str(path)!r} ({size}): {error.strerror or error}. "
            "Nothing was changed; make room or choose another place."
        ) from error
    finally:
        with suppress(OSError):
            scratch.unlink(missing_ok=True)


def read_sections(path: Path, verify: bool = True) -> tuple[int, Sections]:
    """Maps a table file into memory.

    Args:
        path: The file.
        verify: Compare every section with its checksum; the header is always compared.

    Returns:
        n, and the sections by name; pages are read when they are touched.

    Raises:
        DatasetError: If there is no such file, or it is no table or of another version.
        ChecksumError: If its bytes are not those that were written.
    """
    try:
        with path.open("rb") as file:
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    except (OSError, ValueError) as error:
        raise DatasetError(f"cannot read the table {str(path)!r}: {error}.") from error
    header = _read_header(path, content)
    sections: Sections = {}
    for name, entry in header["sections"].items():
        dtype = np.dtype(entry["dtype"])
        end = entry["offset"] + entry["bytes"]
        if end > len(content):
            raise ChecksumError(
                f"{str(path)!r} is cut short: {end} bytes are expected, {len(content)} are there. "
                "Compute and save the table again."
            )
        count = entry["bytes"] // dtype.itemsize
        array = np.frombuffer(content, dtype=dtype, count=count, offset=entry["offset"])
        if verify and _digest(array) != entry["sha256"]:
            raise ChecksumError(
                f"the section {name!r} of {str(path)!r} is damaged: its checksum is wrong. "
                "Compute and save the table again."
            )
        sections[name] = array
    return int(header["n"]), sections


def _digest(array: NDArray[Any]) -> str:
    return hashlib.sha256(np.ascontiguousarray(array).view(np.uint8).data).hexdigest()


def _make_header(n: int, sections: Sections) -> bytes:
    entries = {
        name: {
            "dtype": array.dtype.newbyteorder("<").str,
            "bytes": array.nbytes,
            "sha256": _digest(array),
            "offset": 0,
        }
        for name, array in sections.items()
    }
    # Offsets lengthen the header that they depend on: leave room, then fill it.
    room = len(json.dumps(entries)) + 20 * len(entries) + 64
    offset = _PREFIX.size + room + 32
    for name, array in sections.items():
        offset += -offset % _ALIGNMENT
        entries[name]["offset"] = offset
        offset += array.nbytes
    text = json.dumps({"n": n, "sections": entries}).encode("ascii").ljust(room)
    prefix = _PREFIX.pack(MAGIC, FORMAT_VERSION, room)
    return prefix + text + hashlib.sha256(prefix + text).digest()


def _read_header(path: Path, content: mmap.mmap) -> Any:
    if len(content) < _PREFIX.size or content[:8] != MAGIC:
        raise DatasetError(
            f"{str(path)!r} is not a Kazhdan-Lusztig table (KLTable.save makes one)."
        )
    _, version, size = _PREFIX.unpack(content[: _PREFIX.size])
    if version != FORMAT_VERSION:
        raise DatasetError(
            f"{str(path)!r} has format version {version}, this klgnn reads {FORMAT_VERSION}: "
            "compute and save the table again."
        )
    end = _PREFIX.size + size
    if hashlib.sha256(content[:end]).digest() != content[end : end + 32]:
        raise ChecksumError(
            f"the header of {str(path)!r} is damaged: its checksum is wrong. "
            "Compute and save the table again."
        )
    return json.loads(content[_PREFIX.size : end])
