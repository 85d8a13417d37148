"""Networks beside a trained one: other seeds, and controls that saw shuffled labels.

They are run folders like any other, in ``retrained/`` of the run (for the model that comes with
klgnn, where caches belong). What is finished there is not trained again, and an unfinished one goes
on, so whatever interrupts it costs no more than one epoch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from data_gen.dataset import IntervalDataset
from data_gen.errors import UsageError
from data_gen.parallel import process_pool, run_tasks
from klgnn.baselines import Baselines, fit_baselines
from klgnn.cached_datasets import cache_folder
from klgnn.runs import DEFAULT_MODEL, Run, RunFiles
from klgnn.training import train_again

__all__ = ["Ensemble", "place_beside", "retrain"]


@dataclass(frozen=True)
class Ensemble:
    """A run and what was trained beside it.

    Attributes:
        trained: The run itself first, then the same with other seeds.
        shuffled: The same architecture, trained on the same graphs with the labels of
            others.

    Example:
        >>> beside = Ensemble(trained=(Run.default(),))
        >>> [run.config.seed for run in beside.trained], beside.shuffled
        ([0], ())
    """

    trained: tuple[Run, ...]
    shuffled: tuple[Run, ...] = ()


def retrain(
    run: Run,
    networks: int,
    shuffled: int,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Ensemble:
    """Trains a run's network again, and again on shuffled labels, or finds that this was done.

    Each network is trained with one thread, so their number and that of the workers change no
    weights.

    Args:
        run: A finished run.
        networks: How many trained networks there are to be, the run itself among them.
        shuffled: How many are trained on shuffled labels.
        workers: How many are trained at the same time, in a process each.
        progress: Told (networks done, networks to train).

    Returns:
        The networks, in the order of their seeds.

    Raises:
        UsageError: If a number is not positive.
        RunError: If the dataset is gone or has changed, or another process trains the same.
        KlgnnError: If a worker was killed.

    Example:
        >>> found = retrain(Run.open("runs/s56"), networks=10, shuffled=10)  # doctest: +SKIP
        >>> len(found.trained), len(found.shuffled)  # doctest: +SKIP
        (10, 10)
        >>> retrain(Run.default(), networks=0, shuffled=10)
        Traceback (most recent call last):
        data_gen.errors.UsageError: 0 networks and 10 controls: give at least 1 and 0.
    """
    if networks < 1 or shuffled < 0:
        raise UsageError(f"{networks} networks and {shuffled} controls: give at least 1 and 0.")
    folder = place_beside(run) / RunFiles.RETRAINED
    wanted = [(False, run.config.seed + k) for k in range(1, networks)]
    wanted += [(True, run.config.seed + k) for k in range(shuffled)]
    baselines = _baselines(run.dataset(), folder, wanted)
    tasks = [(key, (run, _path(folder, *key), *key, baselines)) for key in wanted]
    found: dict[tuple[bool, int], Run] = {}
    with process_pool(max(1, min(workers, len(tasks)))) as executor:
        for key, trained in run_tasks(_again, tasks, executor):
            found[key] = trained
            if progress is not None:
                progress(len(found), len(tasks))
    return Ensemble(
        (run, *(found[key] for key in wanted if not key[0])),
        tuple(found[key] for key in wanted if key[0]),
    )


def _again(run: Run, path: Path, shuffled: bool, seed: int, baselines: Baselines | None) -> Run:
    return train_again(run, path, seed, shuffled, 1, baselines, progress=False)


def _baselines(
    dataset: IntervalDataset, folder: Path, wanted: list[tuple[bool, int]]
) -> Baselines | None:
    """Fitted once for all, unless nothing is left to be trained."""
    done = all((_path(folder, *key) / RunFiles.METRICS).is_file() for key in wanted)
    return None if done else fit_baselines(dataset)


def place_beside(run: Run) -> Path:
    """The folder for what is made beside a run: its own; those of the package are only read.

    Example:
        >>> place_beside(Run.default()).name
        'default-model'
    """
    return cache_folder() / "default-model" if run.path == DEFAULT_MODEL else run.path


def _path(folder: Path, shuffled: bool, seed: int) -> Path:
    return folder / f"{'shuffled' if shuffled else 'seed'}-{seed}"
