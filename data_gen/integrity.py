"""Which files of a dataset folder are not what was written: every one, with what is wrong.

Every byte of every file counts, the manifest's own included. When the manifest itself is damaged,
a file is still proven whole if its SHA-256 is one of those that can be read there.
"""

from __future__ import annotations

import hashlib
import json
import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from data_gen.manifest import CARD_FILE, MANIFEST_FILE, Manifest
from data_gen.storage import sha256

__all__ = ["Fault", "faults_beside_damaged_manifest", "find_faults", "is_flipped", "known_command"]

_DATA = "data"
_COMMAND = re.compile(r"^ {4}(klgnn .+) --out DIR$", re.MULTILINE)

Kind = Literal["missing", "unreadable", "damaged", "foreign", "uncertain"]


@dataclass(frozen=True)
class Fault:
    """One file that is not what was written.

    Attributes:
        file: Its path inside the folder, with ``/``.
        kind: ``missing``, ``unreadable``, ``damaged``, ``foreign`` (it stands among the shards and
            other programs would read it as one), or ``uncertain`` (nothing proves it whole, because
            the manifest is damaged).
        message: What is wrong, to be read after the name of the file.
    """

    file: str
    kind: Kind
    message: str


@dataclass(frozen=True)
class _Expected:
    sha256: str
    size: int | None = None


def find_faults(
    folder: Path, manifest: Manifest, report: Callable[[int, int], None] | None = None
) -> Iterator[Fault]:
    """Checks every byte of a dataset folder, and which files are there.

    Args:
        folder: The dataset folder.
        manifest: Its manifest, as it was read.
        report: Called with the number of files checked and of all.

    Yields:
        The faults: manifest.json and README.md first, then the shards in the order of the rows,
        then what does not belong there.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from data_gen.generation import generate
        >>> with TemporaryDirectory() as name:
        ...     dataset = generate(3, f"{name}/s3")
        ...     (dataset.path / "README.md").unlink()
        ...     print(*find_faults(dataset.path, dataset.manifest))
        Fault(file='README.md', kind='missing', message='is missing')
    """
    written = manifest.to_json()
    expected = {
        MANIFEST_FILE: _Expected(sha256(written), len(written)),
        CARD_FILE: _Expected(manifest.card_sha256),
        **{shard.file: _Expected(shard.sha256, shard.bytes) for shard in manifest.shards},
    }
    for done, (file, want) in enumerate(expected.items(), start=1):
        fault = _compare(folder, file, want)
        if fault is not None:
            yield fault
        if report is not None:
            report(done, len(expected))
    for file in _files_in_data(folder):
        if file not in expected:
            yield Fault(
                file, "foreign", "is no file of this dataset, but would be read as a part of it"
            )


def faults_beside_damaged_manifest(
    folder: Path, report: Callable[[int, int], None] | None = None
) -> Iterator[Fault]:
    """Checks a dataset folder whose manifest is damaged, as far as that can be done.

    Args:
        folder: The dataset folder.
        report: Called with the number of files checked and of all.

    Yields:
        The manifest, then every file that is not proven whole.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from data_gen.generation import generate
        >>> with TemporaryDirectory() as name:
        ...     folder = generate(3, f"{name}/s3").path
        ...     manifest = folder / "manifest.json"
        ...     _ = manifest.write_bytes(manifest.read_bytes().replace(b'"rows": 4', b'"rows": 5'))
        ...     _ = (folder / "README.md").write_text("another text")
        ...     for fault in faults_beside_damaged_manifest(folder):
        ...         print(fault.file, fault.kind)
        manifest.json damaged
        README.md uncertain
    """
    yield Fault(MANIFEST_FILE, "damaged", "is damaged: its bytes are not those that were written")
    data = (folder / MANIFEST_FILE).read_bytes()
    checksums = _checksums(data)
    named = {name.decode() for name in re.findall(rb'"file": "(data/[ -!#-~]+)"', data)}
    files = [CARD_FILE, *sorted({*named, *_files_in_data(folder)})]
    for done, file in enumerate(files, start=1):
        found = _digest(folder / file)
        if found not in checksums:
            state = "is not there or cannot be read" if found is None else "is not proven whole"
            why = f"{state}; {MANIFEST_FILE}, which is damaged, does not allow to say more"
            yield Fault(file, "uncertain", why)
        if report is not None:
            report(done, len(files))


def known_command(folder: Path) -> str | None:
    """The command that makes a dataset whose manifest is damaged: a card that is whole tells.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from data_gen.generation import generate
        >>> with TemporaryDirectory() as name:
        ...     command = known_command(generate(3, f"{name}/s3").path)
        >>> command.split(" --out ")[0]
        'klgnn generate --n 3 --select classes'
    """
    try:
        card, data = (folder / CARD_FILE).read_bytes(), (folder / MANIFEST_FILE).read_bytes()
    except OSError:
        return None
    found = _COMMAND.search(card.decode()) if sha256(card) in _checksums(data) else None
    return f"{found[1]} --out {shlex.quote(str(folder))} --force" if found else None


def is_flipped(data: bytes) -> bool:
    """Whether these are the bytes of a manifest of ours, changed where its name or version stands.

    Such a change must not pass for another program's file, nor for one of a later klgnn.

    Args:
        data: The bytes of a manifest.json.

    Example:
        >>> from data_gen.manifest import Parameters
        >>> data = Manifest(Parameters((3,), "all"), {}, (), "", 2, 1, {}).to_json()
        >>> is_flipped(data), is_flipped(data.replace(b"klgnn-intervals", b"klgnn-intervalt"))
        (False, True)
        >>> is_flipped(b'{"format": "of another program"}')
        False
    """
    try:
        content: Any = json.loads(data)
    except ValueError:
        return False
    if not isinstance(content, dict) or len({"parameters", "shards", "checksum"} & {*content}) < 2:
        return False
    checksum = content.pop("checksum", None)
    # As in Manifest.to_json.
    rest = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return bool(checksum != sha256(rest.encode()))


def _checksums(data: bytes) -> set[str]:
    return {checksum.decode() for checksum in re.findall(rb'"([0-9a-f]{64})"', data)}


def _files_in_data(folder: Path) -> list[str]:
    try:
        names = [path.name for path in (folder / _DATA).iterdir()]
    except OSError:
        return []  # each shard is named as missing
    # Readers of Parquet folders leave out what begins with a dot or an underscore.
    return sorted(f"{_DATA}/{name}" for name in names if not name.startswith((".", "_")))


def _compare(folder: Path, file: str, want: _Expected) -> Fault | None:
    try:
        found, size = _read(folder / file)
    except FileNotFoundError:
        return Fault(file, "missing", "is missing")
    except OSError as error:
        return Fault(file, "unreadable", f"cannot be read: {error.strerror or error}")
    if want.size not in (None, size):
        return Fault(file, "damaged", f"is damaged: {size:,} bytes instead of {want.size:,}")
    if found != want.sha256:
        return Fault(file, "damaged", "is damaged: its SHA-256 is not the one in the manifest")
    return None


def _digest(path: Path) -> str | None:
    try:
        return _read(path)[0]
    except OSError:
        return None


def _read(path: Path) -> tuple[str, int]:
    """SHA-256 and size of a file, without holding it in memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), file.tell()
