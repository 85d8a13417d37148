"""A dataset folder before and while it is written: whose files are in it, and what may be done.

Only files that klgnn wrote are ever replaced or deleted, and only in a folder that says, by its
manifest or its journal, that it is a dataset.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from data_gen.errors import ChecksumError, DatasetError, StorageError
from data_gen.integrity import is_flipped
from data_gen.journal import PARTIAL_FOLDER, Journal
from data_gen.manifest import (
    CARD_FILE,
    FORMAT,
    MANIFEST_FILE,
    Manifest,
    Parameters,
    current_versions,
    damaged_manifest,
)
from data_gen.schema import SCHEMA_VERSION
from data_gen.split_rule import SPLITS
from data_gen.storage import lock

__all__ = ["finished_manifest", "prepare", "remove_leftovers", "remove_stale_shards", "workspace"]

_DATA = "data"
_OURS = re.compile(rf"({'|'.join(SPLITS)})-\d{{5}}-of-\d{{5}}\.parquet")


def finished_manifest(folder: Path, parameters: Parameters, force: bool) -> Manifest | None:
    """The manifest of a finished dataset with these parameters, or None if there is work to do.

    Changes nothing on disk.

    Raises:
        DatasetError: If the folder is a file, holds something that is no dataset, or a dataset with
            other parameters and `force` is not given.
        ChecksumError: If the manifest is damaged and `force` is not given.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from data_gen.generation import generate
        >>> with TemporaryDirectory() as name:
        ...     s3, s4 = generate(3, f"{name}/s3"), Path(name, "s4")
        ...     manifest = finished_manifest(s3.path, s3.manifest.parameters, force=False)
        ...     nothing = finished_manifest(s4, Parameters((4,), "all"), force=False)
        ...     print(manifest.counts["rows"], nothing)
        4 None
    """
    if folder.exists() and not folder.is_dir():
        raise DatasetError(f"{str(folder)!r} is a file; --out wants a folder.")
    try:
        manifest = _manifest(folder)
    except ChecksumError:
        if not force:
            raise
        return None
    journal = Journal.load(folder)
    if manifest is None and journal is None:
        _check_empty(folder)
        return None
    if force:
        return None
    if journal is not None and (manifest is None or manifest.parameters != journal.parameters):
        # No manifest yet, or one that a killed replacement by other parameters left.
        manifest, found = None, journal.parameters
    elif manifest is not None:
        found = manifest.parameters
    if found != parameters:
        raise DatasetError(
            f"{str(folder)!r} holds a dataset with other parameters, made by "
            f"`{found.command(folder)}`. Choose another folder, or add --force to replace it."
        )
    return manifest


@contextmanager
def workspace(folder: Path) -> Iterator[None]:
    """Locks a folder for writing; leaves nothing behind if nothing was begun.

    Raises:
        DatasetError: If another process is writing into it.
        StorageError: If it cannot be made.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as name:
        ...     folder = Path(name, "s4")
        ...     with workspace(folder):  # nothing is begun
        ...         print(sorted(path.name for path in folder.rglob("*")))
        ...     print(folder.exists())
        ['.klgnn-partial', 'lock']
        False
    """
    existed = folder.exists()
    scratch = folder / PARTIAL_FOLDER
    with lock(scratch / "lock"):
        try:
            yield
        finally:
            if Journal.load(folder) is None:
                _remove_empty(scratch)
                if not existed:
                    with suppress(OSError):
                        folder.rmdir()


def prepare(folder: Path, parameters: Parameters, force: bool, certificate_version: int) -> Journal:
    """Decides what of a folder can be used, removes what cannot, and starts the journal.

    A shard is used again only if the same versions of everything wrote it, so that a resumed run
    gives the bytes of an uninterrupted one.

    Raises:
        DatasetError: If files that klgnn did not write are in the way.
        StorageError: If the disk refuses.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> file = "data/train-00000-of-00001.parquet"
        >>> with TemporaryDirectory() as name:
        ...     prepare(Path(name), Parameters((4,), "all"), False, 1).write(file, b"graphs")
        ...     resumed = prepare(Path(name), Parameters((4,), "all"), False, 1)
        ...     forced = prepare(Path(name), Parameters((4,), "all"), True, 1)
        ...     print(list(resumed.done), list(forced.done))
        ['data/train-00000-of-00001.parquet'] []
    """
    header: dict[str, Any] = {
        "parameters": parameters.to_dict(),
        "versions": current_versions(),
        "schema_version": SCHEMA_VERSION,
        "certificate_version": certificate_version,
    }
    _check_data_folder(folder)
    journal = None if force else _usable_journal(folder, header)
    if journal is None:
        journal = Journal(folder, header)
    # The journal comes first, so that at any moment the folder is known as ours.
    journal.start()
    for name in (MANIFEST_FILE, CARD_FILE):
        (folder / name).unlink(missing_ok=True)
    for path in (*_our_shards(folder), *journal.scratch.glob("*.parquet")):
        if path.relative_to(folder).as_posix() not in journal.done:
            path.unlink()
    return journal


def remove_leftovers(folder: Path) -> None:
    """Removes the hidden folder of a run that was killed after it had finished the dataset.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as name:
        ...     Journal(Path(name), {}).start()
        ...     remove_leftovers(Path(name))
        ...     print(list(Path(name).iterdir()))
        []
    """
    journal = Journal(folder, {})
    if journal.scratch.exists():
        with suppress(DatasetError, StorageError), lock(journal.scratch / "lock"):
            journal.remove()


def remove_stale_shards(folder: Path, current: set[str]) -> None:
    """Removes shards of ours that are not among `current`.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as name:
        ...     data = Path(name, "data")
        ...     data.mkdir()
        ...     for file in ("train-00000-of-00001", "train-00000-of-00002", "mine"):
        ...         (data / f"{file}.parquet").touch()
        ...     remove_stale_shards(Path(name), {"data/train-00000-of-00001.parquet"})
        ...     print(*sorted(path.name for path in data.iterdir()))
        mine.parquet train-00000-of-00001.parquet
    """
    for path in _our_shards(folder):
        if f"{_DATA}/{path.name}" not in current:
            path.unlink()


def _usable_journal(folder: Path, header: dict[str, Any]) -> Journal | None:
    journal = Journal.load(folder)
    if journal is not None:
        return journal if journal.header == header else None
    manifest = _manifest(folder)
    if manifest is None:
        return None
    known = {
        "parameters": manifest.parameters.to_dict(),
        "versions": manifest.versions,
        "schema_version": manifest.schema_version,
        "certificate_version": manifest.certificate_version,
    }
    if known != header:
        return None
    return Journal(folder, header, {shard.file: asdict(shard) for shard in manifest.shards})


def _manifest(folder: Path) -> Manifest | None:
    path = folder / MANIFEST_FILE
    try:
        data = path.read_bytes()
    except OSError:
        return None
    if is_flipped(data):
        raise ChecksumError(damaged_manifest(path, data))
    if FORMAT.encode() not in data:
        return None
    return Manifest.from_json(data, path)


def _check_empty(folder: Path) -> None:
    if not folder.is_dir():
        return
    foreign = sorted(path.name for path in folder.iterdir() if path.name != PARTIAL_FOLDER)
    if foreign:
        shown = ", ".join(map(repr, foreign[:3])) + (", ..." if len(foreign) > 3 else "")
        raise DatasetError(
            f"{str(folder)!r} is no klgnn dataset and not empty: it holds {shown}. klgnn does not "
            "touch files that it did not write: choose another folder, or move this one away."
        )


def _check_data_folder(folder: Path) -> None:
    """Foreign files among the shards would be read as part of the dataset."""
    for path in sorted((folder / _DATA).glob("*")):
        if not _OURS.fullmatch(path.name):
            raise DatasetError(
                f"{str(path)!r} is not a file of klgnn, but stands among the shards. Move it away, "
                "or choose another folder."
            )


def _our_shards(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / _DATA).glob("*") if _OURS.fullmatch(path.name))


def _remove_empty(scratch: Path) -> None:
    for path in (scratch / "lock", scratch):
        with suppress(OSError):
            path.rmdir() if path.is_dir() else path.unlink()
