"""Files of JSON lines, each with a checksum: what journals are written in.

A line that a kill tore, or that was altered, is dropped when the file is read.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from data_gen.storage import sha256, storage_error, write_atomically

__all__ = ["append_line", "read_lines", "write_lines"]

_CHECK = "check"


def append_line(path: Path, content: Mapping[str, Any]) -> None:
    """Adds a line to a file, and returns when it is on the disk.

    Args:
        path: The file.
        content: JSON-able, without a key ``"check"``.

    Raises:
        StorageError: If the disk refuses.
    """
    try:
        with path.open("ab") as file:
            file.write(_line(content))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise storage_error(error, path) from error


def write_lines(path: Path, contents: Iterable[Mapping[str, Any]]) -> None:
    """Replaces a file by these lines, atomically.

    Raises:
        StorageError: If the disk refuses.
    """
    write_atomically(path, b"".join(map(_line, contents)))


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The whole lines of a file; none if it is not there.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     path = Path(folder, "journal.jsonl")
        ...     write_lines(path, [{"n": 4}])
        ...     append_line(path, {"block": 0})
        ...     _ = path.write_bytes(path.read_bytes() + b'{"block": 1, "che')
        ...     read_lines(path)
        [{'n': 4}, {'block': 0}]
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError:
        return []
    lines = []
    for line in text.splitlines():
        with suppress(ValueError):
            content = json.loads(line)
            if isinstance(content, dict) and content.pop(_CHECK, None) == _check(content):
                lines.append(content)
    return lines


def _line(content: Mapping[str, Any]) -> bytes:
    return (json.dumps({**content, _CHECK: _check(content)}) + "\n").encode()


def _check(content: Mapping[str, Any]) -> str:
    return sha256(json.dumps(content, sort_keys=True).encode())[:16]
