"""Attributions kept on disk: a report that was killed goes on, and the next one need not wait.

Each network has a file of its own, written when that network is done. Its name is a digest of all
that decides the numbers: the network, the graphs, the question and the method, the versions of the
libraries, and the sources of what computes. The number of threads is not part of it: it changes
the rounding only. What does not fit the checksum in its file is computed again.

The first part of the name is the same for all files that go together: those of one run folder with
its present weights, dataset and klgnn. Others can be of no use any more, and are deleted before new
ones are made. One process keeps at a time; a second one reads what is there, and keeps nothing.
Whatever forbids to write stops the keeping, never the attributing. The folder may be deleted.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, fields
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save as safetensors_bytes

import klgnn
from analysis.attribution.over_batches import attribute
from analysis.attribution.results import Attributions
from analysis.choices import Part, Target
from data_gen.errors import DatasetError, StorageError
from data_gen.interrupts import heed_interrupt
from data_gen.progress import no_notice
from data_gen.storage import lock, sha256, write_atomically
from klgnn.graphs import Graphs
from klgnn.models import CoefficientNetwork
from klgnn.runs import RunFiles

__all__ = ["Place", "attribute_once"]

_VERSION = 1
_PACKAGES = ("klgnn", "torch", "torch-geometric", "captum", "numpy", "numba")
_SUFFIX = ".safetensors"
_KEY = "klgnn-attributions"


@dataclass(frozen=True)
class Place:
    """Where the attributions of a run and of the networks beside it are kept.

    Attributes:
        folder: The folder; made when there is something to keep.
        weights: SHA-256 of the run's weights: what others left there is deleted.
        dataset: The fingerprint of the dataset that the graphs are read from.
    """

    folder: Path
    weights: str
    dataset: str


def attribute_once(
    place: Place,
    networks: Sequence[CoefficientNetwork],
    graphs: Graphs,
    coefficient: int,
    method: str = "gradient",
    target: Target = "logit",
    progress: Callable[[int, int], None] | None = None,
    *,
    part: Part = "nodes",
    values: tuple[int, int] | None = None,
    steps: int = 32,
    budget: int = 20_000,
    notify: Callable[[str], None] = no_notice,
) -> list[Attributions]:
    """Attributes with every network whose attributions are not kept, and keeps them.

    Each network has its own pass over the graphs: making the batches anew takes a fiftieth of the
    time that their gradients take.

    Args:
        place: Where they are kept.
        networks: As in `analysis.attribution.attribute`.
        graphs: All of them are attributed, in their order.
        coefficient: As there.
        method: As there.
        target: As there.
        progress: Told (graphs done, graphs in all), over all networks.
        part: As there.
        values: As there.
        steps: As there.
        budget: Vertices of a batch, about.
        notify: Told why nothing is kept, if that is so.

    Returns:
        One `Attributions` a network, bit for bit those of `attribute`.

    Raises:
        UsageError: As in `attribute`.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from data_gen.generation import generate
        >>> from klgnn.graphs import IntervalGraphs
        >>> from klgnn.runs import Run
        >>> run = Run.default()
        >>> with TemporaryDirectory() as folder:
        ...     dataset = generate(3, f"{folder}/s3", select="classes")
        ...     graphs = IntervalGraphs(dataset, features=run.config.features)
        ...     place = Place(Path(folder) / "kept", "", dataset.fingerprint)
        ...     (found,) = attribute_once(place, [run.network()], graphs, 1)
        ...     len(found.rows), len(list(place.folder.glob("*.safetensors")))
        (4, 1)
    """
    ask = partial(
        attribute,
        coefficient=coefficient,
        method=method,
        target=target,
        part=part,
        values=values,
        steps=steps,
    )
    question = {
        **ask.keywords,
        "rows": sha256(graphs.rows.numpy().tobytes()),
        "features": graphs.feature_set,
        "budget": budget,
    }
    marks = _marks(place)
    names = [_name(marks, question, network) for network in networks]
    done = _Done(progress, len(graphs), len(set(names)))
    found: dict[str, Attributions] = {}
    for name in dict.fromkeys(names):
        kept = _read(place.folder / name)
        if kept is not None:
            found[name] = kept
            done.one_more()
    missing = {name: one for name, one in zip(names, networks, strict=True) if name not in found}
    if missing:
        with _keeping(place.folder, _prefix(marks), notify) as keeper:
            for name, network in missing.items():
                (found[name],) = ask([network], graphs.loader(budget), on_graphs=done.within)
                keeper.keep(name, found[name], question)
                done.one_more()
                heed_interrupt()
    return [found[name] for name in names]


class _Done:
    """How many graphs are done, over all networks."""

    def __init__(
        self, progress: Callable[[int, int], None] | None, graphs: int, networks: int
    ) -> None:
        self._progress, self._graphs, self._networks = progress, graphs, networks
        self._finished = 0

    def within(self, graphs: int) -> None:
        """So many graphs of the present network are done."""
        if self._progress is not None:
            self._progress(self._finished * self._graphs + graphs, self._networks * self._graphs)

    def one_more(self) -> None:
        """Another network is done."""
        self._finished += 1
        self.within(0)


def _sources() -> str:
    """A digest of the Python files of klgnn and of this package: what computes the numbers."""
    digest = hashlib.sha256()
    for root in (Path(klgnn.__file__).parent, Path(__file__).parent):
        for path in sorted(root.rglob("*.py")):
            content = path.read_bytes()
            digest.update(f"{path.relative_to(root)} {len(content)}\n".encode())
            digest.update(content)
    return digest.hexdigest()


# Read when the code is loaded, not hours later: by then a file may have been edited, and would name
# numbers that it did not compute.
_SOURCES = _sources()


def _marks(place: Place) -> dict[str, Any]:
    """What all attributions have in common that can be of use to a run."""
    return {
        "version": _VERSION,
        "weights": place.weights,
        "dataset": place.dataset,
        "sources": _SOURCES,
        "versions": {name: _version(name) for name in _PACKAGES},
    }


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def _prefix(marks: Mapping[str, Any]) -> str:
    return sha256(_canonical(marks))[:12]


def _name(
    marks: Mapping[str, Any], question: Mapping[str, Any], network: CoefficientNetwork
) -> str:
    content = {**marks, **question, "network": _network_digest(network)}
    return f"{_prefix(marks)}-{sha256(_canonical(content))[:32]}{_SUFFIX}"


def _network_digest(network: CoefficientNetwork) -> str:
    """Of the weights as they are now, so that it serves networks that lie in no folder, too."""
    kind = type(network)
    outline = {
        "kind": f"{kind.__module__}.{kind.__qualname__}",
        "config": asdict(network.config),
        "features": network.num_features,
        "vocabulary": network.vocabulary,
    }
    digest = hashlib.sha256(_canonical(outline))
    for name, tensor in sorted(network.state_dict().items()):
        plain = tensor.detach().cpu().contiguous()
        digest.update(f"{name} {plain.dtype} {tuple(plain.shape)}\n".encode())
        digest.update(plain.reshape(-1).view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()


def _canonical(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()


def _read(path: Path) -> Attributions | None:
    """What a file holds, or None if there is none, or it is damaged."""
    try:
        with safe_open(path, framework="numpy") as file:
            checksum = json.loads(file.metadata()[_KEY])["sha256"]
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError, ValueError, TypeError, KeyError):
        return None
    return Attributions(**arrays) if checksum == _checksum(path.name, arrays) else None


def _checksum(name: str, arrays: Mapping[str, NDArray[Any]]) -> str:
    """Of the arrays and of the name: a file that was given another name is not that other one."""
    digest = hashlib.sha256(name.encode())
    for key, array in sorted(arrays.items()):
        digest.update(f"\n{key} {array.dtype} {array.shape}\n".encode())
        digest.update(array.reshape(-1).view(np.uint8).data)
    return digest.hexdigest()


def _bytes(name: str, found: Attributions, question: Mapping[str, Any]) -> bytes:
    values = {field.name: getattr(found, field.name) for field in fields(found)}
    arrays = {key: array for key, array in values.items() if array is not None}
    about = {"question": question, "sha256": _checksum(name, arrays)}
    # One entry: safetensors writes several in any order, and the bytes would not be the same.
    return safetensors_bytes(arrays, {_KEY: _canonical(about).decode()})


@contextmanager
def _keeping(folder: Path, prefix: str, notify: Callable[[str], None]) -> Iterator[_Keeper]:
    """Makes the folder ready for what begins with the prefix, and keeps other processes out."""
    keeper = _Keeper(folder, notify)
    with ExitStack() as stack:
        try:
            stack.enter_context(lock(folder / RunFiles.LOCK))
            _tidy(folder, prefix)
        except DatasetError:
            keeper.give_up("another report of this run is keeping its own at this moment")
        except (StorageError, OSError) as error:
            keeper.give_up(_reason(error))
        yield keeper


class _Keeper:
    """Writes attributions into a folder, until that fails for the first time."""

    def __init__(self, folder: Path, notify: Callable[[str], None]) -> None:
        self._folder, self._notify = folder, notify
        self._keeps = True

    def give_up(self, reason: str) -> None:
        """Says why nothing more is kept."""
        self._keeps = False
        self._notify(
            f"Attributions are not kept in {str(self._folder)!r}: {reason}. The report goes on; "
            "the next one computes again what is missing there."
        )

    def keep(self, name: str, found: Attributions, question: Mapping[str, Any]) -> None:
        """Writes one file, whole or not at all."""
        if not self._keeps:
            return
        try:
            write_atomically(self._folder / name, _bytes(name, found, question))
        except StorageError as error:
            self.give_up(_reason(error))


def _reason(error: Exception) -> str:
    """What the system said, without the advice to make room and begin again."""
    cause = error.__cause__ or error
    return cause.strerror or str(cause) if isinstance(cause, OSError) else str(cause)


def _tidy(folder: Path, prefix: str) -> None:
    """Deletes what is of no use any more, and what a killed process left half written."""
    for path in list(folder.iterdir()):
        stale = path.suffix == _SUFFIX and not path.name.startswith(f"{prefix}-")
        if stale or path.suffix == ".tmp":
            path.unlink(missing_ok=True)
