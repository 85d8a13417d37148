"""The files of a benchmark: one for every suite, method and seed, and all of them together."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from data_gen.storage import sha256, write_atomically
from klgnn.benchmark.methods import Method
from klgnn.benchmark.suites import Suite

__all__ = [
    "RESULTS_FILE",
    "Key",
    "Result",
    "fingerprint",
    "read_result",
    "settings_of",
    "versions",
    "write_result",
    "write_results",
]

RESULTS_FILE = "results.json"
_FORMAT = 1
_PACKAGES = ("klgnn", "numpy", "scikit-learn", "torch", "torch-geometric")
_SCORES_VERSION = 1  # to be raised when the same answers give other scores


@dataclass(frozen=True)
class Key:
    """Which result.

    Attributes:
        suite: The name of a suite.
        method: The name of a method.
        seed: Of what is random in it.

    Example:
        >>> Key("s6-unseen", "network", 2).file(Path("benchmark")).as_posix()
        'benchmark/s6-unseen/network-2.json'
    """

    suite: str
    method: str
    seed: int

    def file(self, folder: Path) -> Path:
        """Where it is kept."""
        return folder / self.suite / f"{self.method}-{self.seed}.json"


@dataclass(frozen=True)
class Result:
    """What is kept of one method on one suite with one seed.

    Attributes:
        suite: The name of the suite.
        method: The name of the method.
        seed: The seed; 0 if nothing is random.
        fingerprint: Of all that determines it, see `fingerprint`.
        settings: That in plain words.
        threads: How many threads computed.
        versions: Of the packages that matter.
        classes: How many classes of each kind the suite has.
        scores: For each answer and part what `klgnn.benchmark.scores.score_part` gives.
        training: Processor and wall seconds of learning.
        answering: The same of answering.
        notes: What else the method says.
    """

    suite: str
    method: str
    seed: int
    fingerprint: str
    settings: Mapping[str, Any]
    threads: int
    versions: Mapping[str, str]
    classes: Mapping[str, int]
    scores: Mapping[str, Mapping[str, Any]]
    training: Mapping[str, float]
    answering: Mapping[str, float]
    notes: Mapping[str, Any]

    @property
    def key(self) -> Key:
        """Which result it is."""
        return Key(self.suite, self.method, self.seed)


def settings_of(suite: Suite, method: Method, minutes: float) -> dict[str, Any]:
    """What determines the results besides the seed, as plain values.

    Example:
        >>> from klgnn.benchmark.methods import find_method
        >>> from klgnn.benchmark.suites import find_suite
        >>> settings = settings_of(find_suite("s6-strict"), find_method("trees"), minutes=2)
        >>> settings["suite"]["strict"], settings["method"]["rounds"], settings["method"]["minutes"]
        (30, 200, 2)
    """
    settings = {"suite": suite.settings(), "method": dict(method.settings(minutes))}
    return json.loads(json.dumps(settings))  # type: ignore[no-any-return]


def versions() -> dict[str, str]:
    """Of the packages that results depend on.

    Example:
        >>> sorted(versions())
        ['klgnn', 'numpy', 'scikit-learn', 'torch', 'torch-geometric']
    """
    return {name: metadata.version(name) for name in _PACKAGES}


def fingerprint(suite: Suite, method: Method, minutes: float, seed: int) -> str:
    """A checksum of all that determines a result: a result with another one is made anew.

    That is: the suite's and the method's settings, the seed, the versions of the packages, of the
    method and of the scores. The number of threads is not part of it, though what is limited in
    time depends on it a little; it is recorded.

    Example:
        >>> from klgnn.benchmark.methods import find_method
        >>> from klgnn.benchmark.suites import find_suite
        >>> suite, method = find_suite("s8-unseen"), find_method("majority")
        >>> fingerprint(suite, method, 1, 0) == fingerprint(suite, method, 2, 0)
        True
    """
    document = {
        **settings_of(suite, method, minutes),
        "seed": seed,
        "packages": versions(),
        "versions": [_FORMAT, _SCORES_VERSION, method.version],
    }
    return sha256(json.dumps(document, sort_keys=True).encode())


def write_result(folder: Path, result: Result) -> None:
    """Writes one result; never half of it.

    Raises:
        StorageError: If the disk is full.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> classes = {"test": 9}
        >>> made = Result("s6-unseen", "majority", 0, "ab12", {}, 1, {}, classes, {}, {}, {}, {})
        >>> with TemporaryDirectory() as name:
        ...     write_result(Path(name), made)
        ...     found = read_result(Path(name), made.key, wanted="ab12")
        ...     changed = read_result(Path(name), made.key, wanted="cd34")
        >>> found.classes, changed
        ({'test': 9}, None)
    """
    write_atomically(result.key.file(folder), _json(asdict(result)))


def read_result(folder: Path, key: Key, wanted: str) -> Result | None:
    """Reads a result back.

    Args:
        folder: Of the benchmark.
        key: Which one.
        wanted: The fingerprint that it has to have.

    Returns:
        None if there is none, it is damaged, or something that it depends on has changed.
    """
    try:
        values = json.loads(key.file(folder).read_text(encoding="utf-8"))
        result = Result(**values)
    except (OSError, ValueError, TypeError):
        return None
    return result if result.fingerprint == wanted else None


def write_results(folder: Path, results: Sequence[Result], processors: int) -> Path:
    """Writes all results of a command into one file, and says where.

    Args:
        folder: Of the benchmark.
        results: What is written.
        processors: How many the machine has.

    Raises:
        StorageError: If the disk is full.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> classes = {"test": 9}
        >>> made = Result("s6-unseen", "majority", 0, "ab12", {}, 1, {}, classes, {}, {}, {}, {})
        >>> with TemporaryDirectory() as name:
        ...     document = json.loads(write_results(Path(name), [made], processors=2).read_text())
        >>> document["format"], document["processors"], len(document["results"])
        ('klgnn-benchmark', 2, 1)
    """
    path = folder / RESULTS_FILE
    document = {
        "format": "klgnn-benchmark",
        "version": _FORMAT,
        "processors": processors,
        "results": [asdict(result) for result in results],
    }
    write_atomically(path, _json(document))
    return path


def _json(document: Mapping[str, Any]) -> bytes:
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()
