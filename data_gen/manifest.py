"""What a dataset folder says about itself: parameters, shards, counts, checksums."""

from __future__ import annotations

import json
import platform
import shlex
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib import metadata
from typing import Any

from data_gen.errors import ChecksumError, DatasetError
from data_gen.storage import sha256

__all__ = [
    "CARD_FILE",
    "FORMAT",
    "MANIFEST_FILE",
    "Manifest",
    "Parameters",
    "Shard",
    "current_versions",
]

FORMAT = "klgnn-intervals"
MANIFEST_FILE = "manifest.json"
CARD_FILE = "README.md"

_PACKAGES = ("klgnn", "numpy", "numba", "pyarrow")


@dataclass(frozen=True)
class Parameters:
    """What determines the bytes of a dataset: nothing else may.

    Attributes:
        ns: The symmetric groups, ascending.
        select: The name of the selection.
        seed: Moves classes between the splits; which intervals there are does not depend on it.
        max_nodes: Intervals with more elements are left out; None keeps all.
    """

    ns: tuple[int, ...]
    select: str
    seed: int = 0
    max_nodes: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """A JSON-able form that `from_dict` reads back."""
        return {**asdict(self), "ns": list(self.ns)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Parameters:
        """Reads what `to_dict` wrote."""
        return cls(**{**values, "ns": tuple(values["ns"])})

    def command(self, out: object) -> str:
        """The command line that makes this dataset in the folder `out`.

        Example:
            >>> Parameters((5, 6), "classes").command("data/s56")
            'klgnn generate --n 5 --n 6 --select classes --out data/s56'
        """
        words = ["klgnn", "generate"]
        for n in self.ns:
            words += ["--n", str(n)]
        words += ["--select", self.select]
        if self.seed:
            words += ["--seed", str(self.seed)]
        if self.max_nodes is not None:
            words += ["--max-nodes", str(self.max_nodes)]
        return shlex.join([*words, "--out", str(out)])


@dataclass(frozen=True)
class Shard:
    """One Parquet file.

    Attributes:
        file: Path inside the folder, with ``/``.
        split: All its rows are of this split.
        rows: Number of intervals; `nodes` and `edges` are those of all its graphs together.
        smallest: Fewest elements of an interval in it; `largest` the most.
        bytes: Size of the file.
        sha256: Checksum of the file, in hex.
    """

    file: str
    split: str
    rows: int
    nodes: int
    edges: int
    smallest: int
    largest: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """The whole of manifest.json.

    Attributes:
        parameters: What was asked for.
        counts: ``intervals`` (looked at: those of the selection with at most `max_nodes` elements),
            ``left_out`` (the larger ones), ``classes`` (among the intervals looked at),
            ``classes_with_two_polynomials`` (0 says that combinatorial invariance holds on them),
            and of what is written ``rows``, ``row_classes``, ``polynomials`` (distinct), ``nodes``,
            ``edges``, ``splits`` (rows and classes of each) and ``by_n``.
        shards: In the order of the rows.
        card_sha256: Checksum of README.md.
        schema_version: Version of the columns, see `data_gen.schema`.
        certificate_version: Version of the certificates in ``iso_class``.
        versions: Of Python and the packages that matter for the bytes.
    """

    parameters: Parameters
    counts: dict[str, Any]
    shards: tuple[Shard, ...]
    card_sha256: str
    schema_version: int
    certificate_version: int
    versions: dict[str, str]

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the parameters and the checksums of the shards: names the data."""
        content = {
            "parameters": self.parameters.to_dict(),
            "shards": [shard.sha256 for shard in self.shards],
        }
        return sha256(_canonical(content))

    def summary(self) -> dict[str, Any]:
        """The manifest without the list of shards, for a person or a script."""
        return {
            "fingerprint": self.fingerprint,
            "parameters": self.parameters.to_dict(),
            "counts": self.counts,
            "shards": len(self.shards),
            "bytes": sum(shard.bytes for shard in self.shards),
            "schema_version": self.schema_version,
            "certificate_version": self.certificate_version,
            "versions": self.versions,
        }

    def to_json(self) -> bytes:
        """The bytes of manifest.json: no date, no host, and a checksum of the rest."""
        content = {
            "format": FORMAT,
            **asdict(self),
            "parameters": self.parameters.to_dict(),
            "fingerprint": self.fingerprint,
        }
        content["checksum"] = sha256(_canonical(content))
        return (json.dumps(content, indent=2) + "\n").encode()

    @classmethod
    def from_json(cls, data: bytes, where: object) -> Manifest:
        """Reads manifest.json.

        Args:
            data: Its bytes.
            where: Its path, for messages.

        Raises:
            ChecksumError: If it is not what was written.
            DatasetError: If it is some other program's file, or of a later version of klgnn.
        """
        content = _read_object(data, where)
        if content.pop("format", None) != FORMAT:
            raise DatasetError(f"{str(where)!r} is not the manifest of a klgnn dataset.")
        if content.get("schema_version", 0) > _schema_version():
            raise DatasetError(
                f"{str(where)!r} has schema version {content['schema_version']}; this klgnn reads "
                f"up to {_schema_version()}. Install a newer klgnn."
            )
        if content.pop("checksum", None) != sha256(_canonical({"format": FORMAT, **content})):
            raise ChecksumError(_damaged(where))
        content.pop("fingerprint")
        manifest = cls(
            **{
                **content,
                "parameters": Parameters.from_dict(content["parameters"]),
                "shards": tuple(Shard(**shard) for shard in content["shards"]),
            }
        )
        if manifest.to_json() != data:  # a flipped bit in the white space
            raise ChecksumError(_damaged(where))
        return manifest


def current_versions() -> dict[str, str]:
    """Versions of Python and of the packages that the bytes of a dataset can depend on."""
    versions = {"python": platform.python_version()}
    for name in _PACKAGES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = "not installed"
    return dict(sorted(versions.items()))


def _schema_version() -> int:
    from data_gen.schema import SCHEMA_VERSION

    return SCHEMA_VERSION


def _canonical(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()


def _damaged(where: object) -> str:
    return (
        f"{str(where)!r} is damaged: its bytes are not those that were written. Make the dataset "
        "anew with `klgnn generate` and --force, or move the folder away."
    )


def _read_object(data: bytes, where: object) -> dict[str, Any]:
    try:
        content = json.loads(data)
    except ValueError as error:
        raise ChecksumError(_damaged(where)) from error
    if not isinstance(content, dict):
        raise DatasetError(f"{str(where)!r} is not the manifest of a klgnn dataset.")
    return content
