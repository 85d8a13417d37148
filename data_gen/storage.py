"""Writing files so that a reader never sees half of one, and one writer per folder."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from data_gen.errors import DatasetError, StorageError

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows has no flock
    fcntl = None  # type: ignore[assignment]

__all__ = ["format_bytes", "free_bytes", "lock", "sha256", "storage_error", "write_atomically"]

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def sha256(data: bytes) -> str:
    """The SHA-256 of some bytes, in hex.

    Example:
        >>> sha256(b"")[:8]
        'e3b0c442'
    """
    return hashlib.sha256(data).hexdigest()


def format_bytes(count: float) -> str:
    """A number of bytes as a person writes it.

    Example:
        >>> format_bytes(1536)
        '1.5 kB'
        >>> format_bytes(25_000_000_000)
        '25 GB'
    """
    units = ("bytes", "kB", "MB", "GB", "TB", "PB")
    size, unit = float(count), 0
    while size >= 1000 and unit + 1 < len(units):
        size, unit = size / 1000, unit + 1
    return f"{size:.0f} {units[unit]}" if unit == 0 or size >= 10 else f"{size:.1f} {units[unit]}"


def free_bytes(folder: Path) -> int:
    """Free space on the disk that holds `folder`, or will hold it once it exists.

    Example:
        >>> free_bytes(Path("no-such-folder/inside")) == free_bytes(Path())
        True
    """
    existing = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    return shutil.disk_usage(existing).free


def write_atomically(
    path: Path, data: bytes, temporary: Path | None = None, still: int = 0
) -> None:
    """Writes a file by renaming a complete temporary one: never half a file, whatever happens.

    Args:
        path: Where the file goes; its folder is made if it is not there.
        data: The whole content.
        temporary: A folder on the same disk for the temporary file; beside `path` if None.
        still: How many bytes are expected to follow this file, for the message when the disk is
            full.

    Raises:
        StorageError: If the disk is full or refuses the write. The temporary file is removed.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     path = Path(folder, "new", "pairs.csv")
        ...     write_atomically(path, b"1324,3412")
        ...     print(path.read_text(), [file.name for file in path.parent.iterdir()])
        1324,3412 ['pairs.csv']
    """
    scratch = (temporary or path.parent) / f"{path.name}.tmp"
    try:
        scratch.parent.mkdir(parents=True, exist_ok=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        with scratch.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(scratch, path)
        _sync_folder(path.parent)
    except OSError as error:
        raise storage_error(error, path, len(data) + still) from error
    finally:
        with suppress(OSError):
            scratch.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):  # some file systems cannot; the rename itself stays atomic
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def storage_error(error: OSError, path: Path, needed: int = 0) -> StorageError:
    """Says what the system's refusal to write a file means, and what to do.

    Args:
        error: What the system said.
        path: The file.
        needed: Bytes that were still to be written, as far as is known.

    Example:
        >>> refused = PermissionError(errno.EACCES, "Permission denied")
        >>> print(storage_error(refused, Path("s5/README.md")))
        cannot write 's5/README.md': Permission denied.
        >>> full = OSError(errno.ENOSPC, "No space left on device")
        >>> print(storage_error(full, Path("s5"), 25_000_000_000))  # doctest: +ELLIPSIS
        the disk (or a quota or limit) is full: 's5' could not be written. About 25 GB are ...
    """
    if error.errno not in _FULL:
        return StorageError(f"cannot write {str(path)!r}: {error.strerror or error}.")
    wanted = f"About {format_bytes(needed)} are still needed and " if needed else ""
    return StorageError(
        f"the disk (or a quota or limit) is full: {str(path)!r} could not be written. {wanted}"
        f"{format_bytes(free_bytes(path.parent))} are free. Make room and run the same command "
        "again: what was written before is kept."
    )


@contextmanager
def lock(path: Path) -> Iterator[None]:
    """Holds an exclusive lock on a file for as long as the block runs.

    The system drops the lock when the process ends, also by SIGKILL, so a stale one cannot exist.

    Raises:
        DatasetError: If another process holds it.
        StorageError: If the file cannot be made.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder, lock(Path(folder, "s4", "lock")):
        ...     try:
        ...         with lock(Path(folder, "s4", "lock")):
        ...             print("two writers")
        ...     except DatasetError as error:
        ...         print(type(error).__name__, str(error).startswith("another process"))
        DatasetError True
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("ab")
    except OSError as error:
        raise storage_error(error, path) from error
    with file:
        if fcntl is not None:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise DatasetError(
                    f"another process is writing into {str(path.parent.parent)!r}. Wait until it "
                    "is done, or choose another folder."
                ) from error
        yield
