"""Datasets that are made again when they are asked for: what a shipped model was trained on.

A dataset is determined by its parameters, so a model ships the manifest of its dataset, not the
dataset. The same versions of the libraries give the same bytes; with others the Parquet files may
be packed differently, so what is compared is what the manifests count: the parameters, and for each
shard its split, rows, vertices and edges.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from data_gen.dataset import IntervalDataset
from data_gen.errors import RunError
from data_gen.manifest import Manifest
from data_gen.progress import Progress

__all__ = ["cache_folder", "cached_dataset"]


def cache_folder() -> Path:
    """Where klgnn keeps what it can make again: ``$XDG_CACHE_HOME/klgnn``, or ``~/.cache/klgnn``.

    The folder may be deleted at any time.

    Example:
        >>> from unittest.mock import patch
        >>> with patch.dict(os.environ, XDG_CACHE_HOME="/var/cache"):
        ...     cache_folder().as_posix()
        '/var/cache/klgnn'
    """
    base = os.environ.get("XDG_CACHE_HOME", "")
    # The specification of these folders says to ignore a relative path.
    root = Path(base) if Path(base).is_absolute() else Path.home() / ".cache"
    return root / "klgnn"


def cached_dataset(manifest: Manifest, progress: bool = True) -> IntervalDataset:
    """Opens a dataset in the cache folder, after making it if it is not there.

    Args:
        manifest: That of the dataset as it was.
        progress: Whether to say on stderr what is made, and how far it is.

    Returns:
        A dataset with the same rows in the same order, graphs and splits.

    Raises:
        RunError: If it cannot be made again: it came from somebody's file, or this version of klgnn
            makes another one.
        StorageError: If the disk is full or refuses the write.
        DatasetError: If another process is making it at this moment.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from unittest.mock import patch
        >>> from data_gen.generation import generate
        >>> with TemporaryDirectory() as folder, patch.dict(os.environ, XDG_CACHE_HOME=folder):
        ...     manifest = generate(4, f"{folder}/s4").manifest
        ...     again = cached_dataset(manifest, progress=False)
        ...     print(again.num_rows, again.path.parent.relative_to(folder).as_posix())
        14 klgnn/datasets
    """
    from data_gen.console import progress as show
    from data_gen.console import say
    from data_gen.generation import make_dataset
    from data_gen.progress import no_notice, no_progress
    from data_gen.selections.registry import find_selection

    parameters = manifest.parameters
    if parameters.source is not None:
        raise RunError(
            f"The dataset was made from the file {parameters.source.name!r}, which is not at hand. "
            f"Make it with `{parameters.command('FOLDER')}` and name it by --dataset."
        )
    folder = cache_folder() / "datasets" / f"{parameters.select}-{manifest.fingerprint[:12]}"
    if progress and not folder.exists():
        say(f"Making the dataset of the model, once, in {str(folder)!r}.")
    shown: Progress = show if progress else no_progress
    selection = find_selection(parameters.select)
    dataset = make_dataset(parameters, selection, folder, progress=shown, notify=no_notice)
    if not _same_data(manifest, dataset.manifest):
        raise RunError(
            f"This version of klgnn makes another dataset of the parameters of the model "
            f"({parameters.command('FOLDER')}) than the one it was trained on. Install klgnn "
            f"{manifest.versions.get('klgnn', '')}, or name a copy of the dataset by --dataset."
        )
    return dataset


def _same_data(one: Manifest, other: Manifest) -> bool:
    return _contents(one) == _contents(other)


def _contents(manifest: Manifest) -> Manifest:
    """The manifest without what depends on how the bytes are packed."""
    shards = tuple(replace(shard, bytes=0, sha256="") for shard in manifest.shards)
    return replace(manifest, shards=shards, versions={}, card_sha256="", meaning="")
