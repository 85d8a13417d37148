"""Intervals as datasets, and random vertices, for the tests of what lies in the salient part."""

from collections.abc import Sequence

import numpy as np

from analysis.labelled import LabelledGraphs
from data_gen.intervals import BruhatInterval


def labelled(intervals: Sequence[BruhatInterval]) -> LabelledGraphs:
    return LabelledGraphs.of_intervals(intervals)


def words(interval: BruhatInterval) -> list[str]:
    return ["".join(map(str, node)) for node in interval.nodes]


def some_nodes(graphs: LabelledGraphs, share: float, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).random(graphs.num_nodes) < share
