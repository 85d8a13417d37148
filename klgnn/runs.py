"""The run folder: what a training run leaves behind, and how to read it.

=====================  =============================================================================
config.toml            what determined the run: preset, network, seed, vocabulary, dataset
weights.safetensors    the weights of the epoch with the best validation loss; a control's last
split_ids.parquet      row, isomorphism class and split of every row of the dataset
metrics.json           validation and test results beside the baselines; written last, so it marks a
                       finished run
dataset.json           the manifest of the dataset: how to make it again
log.csv                one line an epoch
README.md              the model card
checkpoint/last.ckpt   only while the run is unfinished: where training goes on
index/                 only after a search: what `klgnn similar` compares with
retrained/             only after `klgnn report --retrain`: run folders of other seeds and controls
attributions/          only after `klgnn report`: what each network was found to lean on; may be
                       deleted at any time
=====================  =============================================================================

Nothing in a finished run folder is a pickle. The package holds such a folder, `default_model`: a
network that can be used before anyone trains one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from os import PathLike
from pathlib import Path
from typing import Any

import pyarrow as pa
from safetensors import SafetensorError
from safetensors.torch import load_file

from data_gen.dataset import IntervalDataset
from data_gen.errors import ChecksumError, DatasetError, RunError, StorageError
from data_gen.manifest import MANIFEST_FILE, Manifest
from data_gen.storage import lock
from klgnn.cached_datasets import cached_dataset
from klgnn.graphs import IntervalGraphs
from klgnn.models import CoefficientNetwork, build_network
from klgnn.run_config import CONFIG_FILE, RunConfig

__all__ = ["DEFAULT_MODEL", "Run", "RunFiles", "run_lock"]

DEFAULT_MODEL = Path(__file__).parent / "default_model"
"""The run folder that is part of the package."""


class RunFiles:
    """The names of the files in a run folder.

    Example:
        >>> (DEFAULT_MODEL / RunFiles.CONFIG).read_text().splitlines()[1]
        'preset = "top-down"'
    """

    CONFIG = CONFIG_FILE
    WEIGHTS = "weights.safetensors"
    SPLIT_IDS = "split_ids.parquet"
    METRICS = "metrics.json"
    DATASET = "dataset.json"
    LOG = "log.csv"
    CARD = "README.md"
    CHECKPOINTS = "checkpoint"
    CHECKPOINT = "checkpoint/last.ckpt"
    INDEX = "index"
    RETRAINED = "retrained"
    ATTRIBUTIONS = "attributions"
    LOCK = ".lock"

    CHECKPOINT_DRAFT = "checkpoint/last.tmp"

    ALL = (CONFIG, WEIGHTS, SPLIT_IDS, METRICS, DATASET, LOG, CARD, CHECKPOINT, CHECKPOINT_DRAFT)


@dataclass(frozen=True)
class Run:
    """A finished run.

    Attributes:
        path: The run folder.
        config: What determined it.
        metrics: The content of metrics.json.

    Example:
        >>> run = Run.open(DEFAULT_MODEL)
        >>> run.name, run.network().num_coefficients, sorted(run.metrics["test"]["exact"])
        ('default', 4, ['majority', 'network', 'trees'])
    """

    path: Path
    config: RunConfig = field(repr=False)
    metrics: Mapping[str, Any] = field(repr=False)

    @classmethod
    def open(cls, path: str | PathLike[str]) -> Run:
        """Opens a run folder.

        Raises:
            RunError: If it is not a run folder, or the run is not finished.
        """
        folder = Path(path)
        config = read_config(folder)
        if config is None:
            raise _no_run(folder)
        for name, meaning in ((RunFiles.WEIGHTS, "weights"), (RunFiles.METRICS, "results")):
            if not (folder / name).is_file():
                why = f"The run {str(folder)!r} has no {meaning} ({name} is missing)"
                raise RunError(f"{why}: {_unfinished(folder, config)}")
        try:
            metrics = json.loads((folder / RunFiles.METRICS).read_text(encoding="utf-8"))
        except ValueError as error:
            raise RunError(
                f"{str(folder / RunFiles.METRICS)!r} is damaged ({error}). Delete it, then run "
                f"{_command(folder, config)}."
            ) from error
        return cls(folder, config, metrics)

    @classmethod
    def default(cls) -> Run:
        """Opens the model that is part of the package; its card says what it is and how good.

        Example:
            >>> Run.default().config.dataset_path  # it is made again when it is needed
            ''
        """
        return cls.open(DEFAULT_MODEL)

    @classmethod
    def find(cls, word: Run | str | PathLike[str] | None) -> Run:
        """Opens the run that a command line means: a folder, or None or "default" for `default`.

        Raises:
            RunError: As `open`.
        """
        if isinstance(word, Run):
            return word
        return cls.default() if word is None or str(word) == "default" else cls.open(word)

    @property
    def name(self) -> str:
        """What a command line calls it, in its folder: "default" for the model of the package."""
        return "default" if self.path == DEFAULT_MODEL else self.path.name

    @property
    def dataset_path(self) -> Path:
        """Where the dataset was when the run was made, seen from here."""
        return dataset_path(self.path, self.config)

    @property
    def manifest(self) -> Manifest | None:
        """The manifest of the dataset as the run keeps it; None in a run folder of before.

        Raises:
            RunError: If the file is damaged.
        """
        path = self.path / RunFiles.DATASET
        if not path.is_file():
            return None
        try:
            return Manifest.from_json(path.read_bytes(), path)
        except DatasetError as error:
            raise RunError(f"{RunFiles.DATASET} of {str(self.path)!r}: {error}") from error

    def with_dataset(self, path: str | PathLike[str]) -> Run:
        """The same run, with its dataset in another place."""
        return replace(self, config=replace(self.config, dataset_path=str(Path(path).absolute())))

    @property
    def split_ids(self) -> pa.Table:
        """Row, isomorphism class and split of every row of the dataset.

        Raises:
            RunError: If the file is missing or damaged.
        """
        import pyarrow.parquet as pq

        try:
            return pq.read_table(self.path / RunFiles.SPLIT_IDS)
        except (OSError, pa.ArrowException) as error:
            raise RunError(
                f"{RunFiles.SPLIT_IDS} of {str(self.path)!r} is unreadable: {error}."
            ) from error

    def network(self) -> CoefficientNetwork:
        """The trained network, in evaluation mode, on the CPU.

        Raises:
            RunError: If the weights are damaged or do not fit the configuration.
        """
        network = self.untrained_network()
        mend = f"Delete {RunFiles.WEIGHTS}, then run {_command(self.path, self.config)}."
        try:
            weights = load_file(self.path / RunFiles.WEIGHTS)
        except (OSError, SafetensorError) as error:
            raise RunError(
                f"The weights of {str(self.path)!r} are damaged ({error}). {mend}"
            ) from error
        try:
            network.load_state_dict(weights)
        except RuntimeError as error:  # with a line for every weight
            raise RunError(
                f"The weights of {str(self.path)!r} do not fit its {RunFiles.CONFIG}: one of the "
                f"two was changed, or comes from another run. {mend}"
            ) from error
        return network.eval()

    def untrained_network(self) -> CoefficientNetwork:
        """The same architecture with fresh random weights (for control experiments)."""
        return network_of(self.config)

    def dataset(self) -> IntervalDataset:
        """The dataset that the run was trained on.

        A shipped model's is made again in the cache folder, once, with a bar on stderr.

        Raises:
            RunError: If it is not where it was, or has changed since.
        """
        if not self.config.dataset_path and self.manifest is not None:
            return cached_dataset(self.manifest)
        if not self.dataset_path.is_dir():
            raise self._no_dataset("there is no such folder")
        try:
            dataset = IntervalDataset.open(self.dataset_path)
        except ChecksumError as error:
            raise RunError(f"The dataset of the run {str(self.path)!r}: {error}") from error
        except DatasetError as error:
            raise self._no_dataset(str(error)) from error
        if dataset.fingerprint != self.config.dataset_fingerprint:
            raise RunError(
                f"The dataset {str(self.dataset_path)!r} is not the one that {str(self.path)!r} "
                f"was trained on: its fingerprint is {dataset.fingerprint[:12]}, that of the run "
                f"{self.config.dataset_fingerprint[:12]}. Name the right one with --dataset"
                f"{self._remake()}; or train again."
            )
        return dataset

    def _no_dataset(self, why: str) -> RunError:
        return RunError(
            f"The run {str(self.path)!r} needs its dataset, expected in "
            f"{str(self.dataset_path)!r}: {why}. Say where it is now with "
            f"--dataset{self._remake()}."
        )

    def _remake(self) -> str:
        """How to make the dataset again, as far as the run folder knows."""
        try:
            manifest = self.manifest
        except RunError:
            manifest = None
        if manifest is None:
            return ""
        return f", or make it again: `{manifest.parameters.command(self.dataset_path)}`"

    def graphs(self, split: str | None = None) -> IntervalGraphs:
        """The graphs of a split (all if None), with the features that the network expects.

        Raises:
            RunError: If the dataset is not where it was, or has changed since.
        """
        return IntervalGraphs(self.dataset(), split, self.config.features)


def _no_run(folder: Path) -> RunError:
    """Why a folder without a configuration is none of a run, and what to do."""
    out = "FOLDER"
    if not folder.exists():
        what, out = "there is no such folder", str(folder)
    elif not folder.is_dir():
        what = "that is a file"
    elif (folder / MANIFEST_FILE).is_file():
        return RunError(
            f"{str(folder)!r} is a dataset, not a run. Train on it first, and then name the run: "
            f"klgnn train {folder} --out runs/{folder.absolute().name}"
        )
    else:
        what = f"it has no {RunFiles.CONFIG}"
    return RunError(
        f"{str(folder)!r} is not a run folder: {what}. Make one with: klgnn train DATASET "
        f"--out {out}"
    )


def _unfinished(folder: Path, config: RunConfig) -> str:
    if (folder / RunFiles.LOCK).is_file():
        try:
            with run_lock(folder):
                pass
        except RunError:
            return "it is being trained now, by another process. Wait until that is done."
        except StorageError:
            pass  # nobody can write into it
    return (
        f"training was not finished, or the file was lost. Go on with {_command(folder, config)}."
    )


def _command(folder: Path, config: RunConfig) -> str:
    """What trains such a run."""
    from klgnn.run_settings import train_command

    if config.training.get("shuffled"):
        return "the same `klgnn report --retrain` again"
    return f"`{train_command(config, dataset_path(folder, config), folder)}`"


def dataset_path(folder: Path, config: RunConfig) -> Path:
    """Where the dataset of a run folder was when the run was made, seen from here."""
    return Path(os.path.normpath(folder / config.dataset_path))


def read_config(folder: Path) -> RunConfig | None:
    """The configuration in a folder, or None if there is none.

    Example:
        >>> read_config(DEFAULT_MODEL).preset, read_config(Path("no-such-run"))
        ('top-down', None)
    """
    path = folder / RunFiles.CONFIG
    if not path.is_file():
        return None
    try:
        return RunConfig.from_toml(path.read_text(encoding="utf-8"))
    except RunError as error:
        raise RunError(f"{str(folder)!r}: {error}") from error


def network_of(config: RunConfig) -> CoefficientNetwork:
    """Builds the untrained network that a configuration describes.

    Example:
        >>> network = network_of(Run.default().config)
        >>> type(network).__name__, network.num_features, network.num_coefficients
        ('TopDown', 152, 4)
    """
    from klgnn.features import FEATURE_NAMES

    features = len(FEATURE_NAMES[config.features])
    try:
        return build_network(config.model, config.network, features, config.vocabulary)
    except ValueError as error:
        raise RunError(f"{RunFiles.CONFIG} describes no network: {error}") from error


@contextmanager
def run_lock(folder: Path) -> Iterator[None]:
    """Keeps every other process out of a run folder while the block runs.

    Raises:
        RunError: If another process trains into the folder.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder, run_lock(Path(folder)):
        ...     try:
        ...         with run_lock(Path(folder)):
        ...             print("two writers")
        ...     except RunError as error:
        ...         print(str(error).replace(repr(folder), "the folder"))
        Another process is training into the folder. Wait until it is done, or choose another --out.
    """
    try:
        with lock(folder / RunFiles.LOCK):
            yield
    except DatasetError as error:
        if not isinstance(error.__cause__, BlockingIOError):
            raise
        raise RunError(
            f"Another process is training into {str(folder)!r}. Wait until it is done, or choose "
            "another --out."
        ) from error
