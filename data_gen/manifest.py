"""What a dataset folder says about itself: parameters, shards, counts, checksums."""

from __future__ import annotations

import json
import platform
import re
import shlex
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib import metadata
from typing import Any

from data_gen.errors import ChecksumError, DatasetError
from data_gen.split_rule import SHARES, SplitRule
from data_gen.storage import sha256

__all__ = [
    "CARD_FILE",
    "FORMAT",
    "MANIFEST_FILE",
    "Manifest",
    "Parameters",
    "Shard",
    "Source",
    "current_versions",
    "damaged_manifest",
]

FORMAT = "klgnn-intervals"
MANIFEST_FILE = "manifest.json"
CARD_FILE = "README.md"

_PACKAGES = ("klgnn", "numpy", "numba", "pyarrow")


@dataclass(frozen=True)
class Source:
    """A file of pairs that a dataset was made from.

    Attributes:
        name: The name of the file, without its folder.
        sha256: Checksum of its bytes, in hex.

    Example:
        >>> source = Source("kl_polynomials_5_test.txt", sha256(b"01234, 34012, 1, 2"))
        >>> Parameters((5,), "import", source=source).command("DIR")
        'klgnn dataset import kl_polynomials_5_test.txt --out DIR'
    """

    name: str
    sha256: str


@dataclass(frozen=True)
class Parameters:
    """What determines the bytes of a dataset: nothing else may.

    Attributes:
        ns: The symmetric groups, ascending.
        select: The name of the selection.
        seed: Moves classes between the splits, and draws the pairs of ``sample``.
        max_nodes: Intervals with more elements are left out; None keeps all.
        max_length: Intervals with a larger l(w) - l(x) are left out.
        where: A pandas query over the columns; see `data_gen.row_query`.
        limit: At most so many rows, those with the fewest elements; for ``sample`` so many pairs.
        walks: Whether ``sample`` walks instead of drawing uniformly.
        split_by: The kind of split, see `data_gen.split_rule`.
        shares: Per cent for train, val and test.
        source: The file, if the pairs were imported.
    """

    ns: tuple[int, ...]
    select: str
    seed: int = 0
    max_nodes: int | None = None
    max_length: int | None = None
    where: str | None = None
    limit: int | None = None
    walks: bool = False
    split_by: str = "class"
    shares: tuple[int, int, int] = SHARES
    source: Source | None = None

    @property
    def split_rule(self) -> SplitRule:
        """The rule that puts rows into splits."""
        return SplitRule(self.split_by, self.shares, self.seed)

    def to_dict(self) -> dict[str, Any]:
        """A JSON-able form that `from_dict` reads back."""
        return {**asdict(self), "ns": list(self.ns), "shares": list(self.shares)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Parameters:
        """Reads what `to_dict` wrote."""
        source = values.get("source")
        return cls(
            **{
                **values,
                "ns": tuple(values["ns"]),
                "shares": tuple(values.get("shares", SHARES)),
                "source": Source(**source) if source else None,
            }
        )

    def command(self, out: object) -> str:
        """The command line that makes this dataset in the folder `out`.

        Example:
            >>> Parameters((5, 6), "classes").command("data/s56")
            'klgnn generate --n 5 --n 6 --select classes --out data/s56'
        """
        if self.source is not None:
            words = ["klgnn", "dataset", "import", self.source.name]
        else:
            words = ["klgnn", "generate"]
            for n in self.ns:
                words += ["--n", str(n)]
            words += ["--select", self.select]
        return shlex.join([*words, *self._options(), "--out", str(out)])

    def _options(self) -> list[str]:
        words = ["--seed", str(self.seed)] if self.seed else []
        for option in ("max_nodes", "max_length", "where", "limit"):
            value = getattr(self, option)
            if value is not None:
                words += ["--" + option.replace("_", "-"), str(value)]
        words += ["--walks"] if self.walks else []
        words += ["--split-by", self.split_by] if self.split_by != "class" else []
        if self.shares != SHARES:
            words += ["--shares", *map(str, self.shares)]
        return words


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

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from data_gen.generation import generate
        >>> with TemporaryDirectory() as folder:
        ...     shard = generate(4, f"{folder}/s4", select="all").manifest.shards[0]
        >>> shard.file, shard.split, shard.rows, shard.nodes, shard.smallest, shard.largest
        ('data/train-00000-of-00001.parquet', 'train', 194, 842, 1, 20)
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
        counts: ``intervals`` (of the selection, within the limits), ``left_out`` (by the limits),
            ``classified`` (those whose isomorphism class was found: for ``classes`` all of them,
            else those that the selection kept), ``classes`` among these,
            ``classes_with_two_polynomials`` (0 says that combinatorial invariance holds on them),
            and of what is written ``rows``, ``row_classes``, ``polynomials`` (distinct), ``nodes``,
            ``edges``, ``splits`` (rows and classes of each) and ``by_n`` (intervals, classified,
            classes and rows of each n).
        shards: In the order of the rows.
        card_sha256: Checksum of README.md.
        schema_version: Version of the columns, see `data_gen.schema`.
        certificate_version: Version of the certificates in ``iso_class``.
        versions: Of Python and the packages that matter for the bytes.
        meaning: The selection in one line.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from data_gen.generation import generate
        >>> with TemporaryDirectory() as folder:
        ...     manifest = generate(4, f"{folder}/s4", select="extremal").manifest
        >>> manifest.counts["rows"], manifest.counts["polynomials"], manifest.counts["left_out"]
        (30, 2, 0)
        >>> Manifest.from_json(manifest.to_json(), "manifest.json") == manifest
        True
    """

    parameters: Parameters
    counts: dict[str, Any]
    shards: tuple[Shard, ...]
    card_sha256: str
    schema_version: int
    certificate_version: int
    versions: dict[str, str]
    meaning: str = ""

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
        if content.get("schema_version", 0) < _schema_version():
            raise DatasetError(
                f"{str(where)!r} has schema version {content.get('schema_version')}, of an older "
                f"klgnn; this one writes and reads {_schema_version()}. Make the dataset anew with "
                "`klgnn generate` in another folder."
            )
        if content.pop("checksum", None) != sha256(_canonical({"format": FORMAT, **content})):
            raise ChecksumError(damaged_manifest(where, data))
        content.pop("fingerprint")
        manifest = cls(
            **{
                **content,
                "parameters": Parameters.from_dict(content["parameters"]),
                "shards": tuple(Shard(**shard) for shard in content["shards"]),
            }
        )
        if manifest.to_json() != data:  # a flipped bit in the white space
            raise ChecksumError(damaged_manifest(where, data))
        return manifest


def current_versions() -> dict[str, str]:
    """Versions of Python and of the packages that the bytes of a dataset can depend on.

    Example:
        >>> sorted(current_versions())
        ['klgnn', 'numba', 'numpy', 'pyarrow', 'python']
    """
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


def damaged_manifest(where: object, data: bytes = b"", known: bool = True) -> str:
    """What to say of a manifest that is not what was written.

    Args:
        where: Its path.
        data: Its bytes, which may name another schema version.
        known: Whether it is still seen to be klgnn's, so that --force may replace the folder.

    Example:
        >>> damaged_manifest("s5/manifest.json")  # doctest: +ELLIPSIS
        "'s5/manifest.json' is damaged: its bytes are not those that were written. Make the ...
    """
    said = f"{str(where)!r} is damaged: its bytes are not those that were written."
    named = re.search(rb'"schema_version": (\d+)', data)
    if named is not None and int(named[1]) != _schema_version():
        said += (
            f" It names schema version {int(named[1])}, where this klgnn reads and writes "
            f"{_schema_version()}: if another klgnn wrote it, read it with that one."
        )
    if known:
        return f"{said} Make the dataset anew with `klgnn generate` and --force, or move it away."
    return f"{said} Move the folder away and make the dataset anew with `klgnn generate`."


def _read_object(data: bytes, where: object) -> dict[str, Any]:
    try:
        content = json.loads(data)
    except ValueError as error:
        known = FORMAT.encode() in data
        raise ChecksumError(damaged_manifest(where, data, known)) from error
    if not isinstance(content, dict):
        raise DatasetError(f"{str(where)!r} is not the manifest of a klgnn dataset.")
    return content
