"""Training a top-down network on any quotient, outside of a run folder."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from klgnn.features import FEATURE_NAMES
from klgnn.fitting import fit, seeded
from klgnn.models import TopDown, TopDownConfig
from klgnn.presets import Preset, find_preset
from klgnn.quotient import Quotient
from klgnn.quotient_batches import Examination, Lessons, QuotientBatches, value_ranges
from klgnn.task import Keeper

__all__ = ["train_on_quotient"]


def train_on_quotient(
    quotient: Quotient,
    learn: NDArray[np.bool_],
    val: NDArray[np.bool_],
    preset: Preset | None = None,
    seed: int = 0,
    max_time: float | None = None,
    threads: int | None = None,
    progress: bool = True,
) -> tuple[TopDown, Keeper]:
    """Trains a network on some classes of a quotient.

    Args:
        quotient: The classes; labels of those outside `learn` and `val` are never looked at.
        learn: bool[C], the classes to learn from.
        val: bool[C], the classes that choose the epoch.
        preset: How to train; the preset ``top-down`` if None.
        seed: Of the weights and the order of the batches.
        max_time: As in `klgnn.fitting.fit`.
        threads: As in `klgnn.fitting.seeded`.
        progress: Whether to show a bar on stderr.

    Returns:
        The network with the weights of the best epoch, and what was kept of the training.

    Example:
        >>> from dataclasses import replace
        >>> quotient = Quotient.of_group(4)
        >>> small = replace(find_preset("top-down"), epochs=2, network=TopDownConfig(width=8))
        >>> network, log = train_on_quotient(
        ...     quotient, quotient.size < 16, quotient.size >= 16, small, progress=False
        ... )
        >>> network.num_coefficients, len(log.rows)
        (4, 1)
    """
    settings = preset or find_preset("top-down")
    config = settings.network
    assert isinstance(config, TopDownConfig)
    lessons = Lessons.of(quotient, learn)
    batches = QuotientBatches(
        lessons, settings.batch_size, settings.growth, settings.epochs, seed=seed
    )
    with seeded(seed, threads):
        vocabulary = value_ranges(quotient.labels[learn], config.room)
        network = TopDown(config, len(FEATURE_NAMES["upper"]), vocabulary)
        network.standardise(lessons.levels.x[np.flatnonzero(learn)])
        keeper = fit(
            network,
            settings,
            batches,
            Examination(lessons, val),
            max_time=max_time,
            progress=progress,
        )
        network.load_state_dict(keeper.best_weights)
    return network.eval(), keeper
