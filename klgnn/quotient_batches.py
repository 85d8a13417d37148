"""A quotient as the batches that a top-down network is trained on.

A batch is some of the classes and all that lies above them, for a state needs those. The part above
is shared, so twice as many batches cost less than twice the work; but much more than once, so
quotients that fit into a batch stay whole. `growth` lets a network begin with the top levels: the
quick ones, and what all others are made of.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from data_gen import schema
from data_gen.console import progress as show_progress
from data_gen.dataset import IntervalDataset
from data_gen.split_rule import SPLITS
from klgnn.labels import shuffled_order
from klgnn.models.base import Vocabulary
from klgnn.models.top_down import LabelledLevels, Levels
from klgnn.presets import Preset
from klgnn.quotient import Quotient

__all__ = ["Examination", "Lessons", "QuotientBatches", "batches_of_dataset", "value_ranges"]

_FIRST_QUESTION = 3  # below this length every polynomial is 1


@dataclass(frozen=True, eq=False)
class Lessons:
    """The classes of a quotient, and which of them may be learnt from.

    Attributes:
        levels: All classes.
        labels: int64 [C, D].
        learn: bool[C]; their labels are shown and asked for.
    """

    levels: Levels
    labels: Tensor
    learn: NDArray[np.bool_]

    @classmethod
    def of(cls, quotient: Quotient, learn: NDArray[np.bool_]) -> Lessons:
        """Reads a quotient once, for training and for judging.

        Example:
            >>> quotient = Quotient.of_group(4)
            >>> len(Lessons.of(quotient, quotient.size < 24).levels)
            14
        """
        return cls(Levels.of_quotient(quotient), torch.from_numpy(quotient.labels), learn)

    def shuffled(self, groups: Sequence[NDArray[np.bool_]], seed: int) -> Lessons:
        """The same with the labels permuted within each of some groups of classes, bool[C]."""
        long = self.levels.corank.numpy() >= _FIRST_QUESTION
        labels = self.labels.clone()
        for group in groups:
            rows = np.flatnonzero(group & long)
            labels[rows] = self.labels[rows[shuffled_order(len(rows), seed)]]
        return replace(self, labels=labels)

    def part(self, chosen: NDArray[np.bool_], asked: NDArray[np.bool_]) -> LabelledLevels:
        """Some classes and all above them; of those, what is `asked`, bool[C], counts."""
        if chosen.all():
            levels, rows = self.levels, np.arange(len(chosen))
        else:
            levels, rows = self.levels.above(chosen)
        counts = np.flatnonzero(asked[rows] & (levels.corank.numpy() >= _FIRST_QUESTION))
        shown = torch.from_numpy(self.learn[rows])
        return LabelledLevels(levels, self.labels[rows], shown, torch.from_numpy(counts))


class QuotientBatches:
    """The batches of an epoch: the classes to learn from, dealt out at random.

    Args:
        lessons: What is learnt.
        size: How many classes to learn from a batch is dealt.
        growth: In this share of the epochs the levels that take part grow from the top to all.
        epochs: The number of epochs.
        seed: Together with the epoch it determines the order.
        rank: Which of `world_size` processes this is; each gets as many batches as the others.
        world_size: The number of processes.

    Example:
        >>> quotient = Quotient.of_group(5)
        >>> batches = QuotientBatches(Lessons.of(quotient, quotient.size < 100), size=40)
        >>> len(batches), sum(len(batch.asked) for batch in batches) >= 80
        (2, True)
    """

    def __init__(
        self,
        lessons: Lessons,
        size: int,
        growth: float = 0.0,
        epochs: int = 1,
        seed: int = 0,
        rank: int = 0,
        world_size: int = 1,
    ) -> None:
        self.lessons, self.seed, self.epoch = lessons, seed, 0
        self.grown = growth * epochs
        self.rank, self.world_size = rank, world_size
        number = max(1, round(int(lessons.learn.sum()) / size))
        self.number = -(-number // world_size) * world_size
        self._whole: LabelledLevels | None = None

    @property
    def learnt_features(self) -> Tensor:
        """float32 [K, F], the features of the classes to learn from."""
        return self.lessons.levels.x[np.flatnonzero(self.lessons.learn)]

    @property
    def batch_sampler(self) -> QuotientBatches:
        """Where Lightning looks for a sampler."""
        return self

    @property
    def sampler(self) -> QuotientBatches:
        """Where Lightning looks for `set_epoch`."""
        return self

    def set_epoch(self, epoch: int) -> None:
        """Chooses the order; Lightning calls this at the start of every epoch."""
        self.epoch = epoch

    def __len__(self) -> int:
        """The number of batches that this process gets in every epoch."""
        return self.number // self.world_size

    def __iter__(self) -> Iterator[LabelledLevels]:
        """The batches of the epoch."""
        learn = self.lessons.learn
        depth = self._depth()
        taking_part = np.flatnonzero(learn[:depth])
        if self.number == 1 and depth == len(learn):
            if self._whole is None:
                self._whole = self.lessons.part(np.ones_like(learn), learn)
            yield self._whole
            return
        order = np.random.default_rng([self.seed, self.epoch]).permutation(taking_part)
        for k in range(self.rank, self.number, self.world_size):
            chosen = np.zeros_like(learn)
            chosen[order[k :: self.number]] = True
            yield self.lessons.part(chosen, learn)

    def _depth(self) -> int:
        """How many classes, from the top on, take part in this epoch: whole levels."""
        ends = self.lessons.levels.ends
        least = _FIRST_QUESTION + 2
        levels = len(ends) - 1
        if self.epoch >= self.grown or levels <= least:
            return ends[-1]
        return ends[least + int((levels - least) * self.epoch / self.grown)]


@dataclass(frozen=True, eq=False)
class Examination:
    """One batch that a network is judged by: some classes, and all above them.

    Attributes:
        lessons: The classes.
        asked: bool[C], those that count.

    Example:
        >>> quotient = Quotient.of_group(4)
        >>> lessons = Lessons.of(quotient, quotient.size < 24)
        >>> exam = Examination(lessons, quotient.size == 10)
        >>> len(exam), exam.batch.num_graphs, exam.batch.y.tolist()
        (1, 1, [[1, 0, 0, 0]])
    """

    lessons: Lessons
    asked: NDArray[np.bool_]

    @cached_property
    def batch(self) -> LabelledLevels:
        """The only batch."""
        return self.lessons.part(self.asked, self.asked)

    def __len__(self) -> int:
        """One."""
        return 1

    def __iter__(self) -> Iterator[LabelledLevels]:
        """The batch."""
        yield self.batch


def batches_of_dataset(
    dataset: IntervalDataset,
    preset: Preset,
    seed: int,
    rank: int = 0,
    world_size: int = 1,
    shuffled: bool = False,
) -> tuple[QuotientBatches, Examination]:
    """The quotient of a dataset as batches to learn from and one to be judged by.

    Learnt from is what occurs inside an interval of the training split and is no interval of
    another split itself.

    Args:
        dataset: The dataset.
        preset: The size of a batch, growth and epochs.
        seed: Together with the epoch it determines the order.
        rank: Which of `world_size` processes this is.
        world_size: The number of processes.
        shuffled: Whether the labels are permuted at random, among those that are learnt and among
            those that are judged by.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from data_gen.generation import generate
        >>> from klgnn.presets import find_preset
        >>> with TemporaryDirectory() as folder:
        ...     dataset = generate(5, f"{folder}/s5")
        ...     batches, exam = batches_of_dataset(dataset, find_preset("top-down"), seed=0)
        >>> len(batches), next(iter(batches)).num_graphs, exam.batch.num_graphs
        (1, 6, 11)
    """
    quotient = Quotient.of_dataset(dataset, progress=show_progress)
    splits = dataset.read([schema.SPLIT])[schema.SPLIT].to_numpy()
    of_split = {name: np.zeros(len(quotient), np.bool_) for name in SPLITS}
    for name, classes in of_split.items():
        classes[quotient.roots[splits == name]] = True
    learn = quotient.inside(of_split["train"]) & ~(of_split["val"] | of_split["test"])
    lessons = Lessons.of(quotient, learn)
    if shuffled:
        lessons = lessons.shuffled((learn, of_split["val"]), seed)
    size, growth, epochs = preset.batch_size, preset.growth, preset.epochs
    batches = QuotientBatches(lessons, size, growth, epochs, seed, rank, world_size)
    return batches, Examination(lessons, of_split["val"])


def value_ranges(labels: NDArray[np.int64], room: int, least: int = 4) -> Vocabulary:
    """The values 0, 1, ... that a top-down network can answer, from those that it learns from.

    Args:
        labels: int64[C, D].
        room: How many values more than the largest; none where a coefficient is always 0.
        least: The least number of coefficients to keep even where all are 0.

    Example:
        >>> value_ranges(np.array([[3, 0], [1, 0]]), room=1, least=2)
        ((0, 1, 2, 3, 4), (0,))
    """
    largest = labels.max(axis=0, initial=0).tolist()
    kept = max([least, *(k + 1 for k, value in enumerate(largest) if value)])
    largest += [0] * (kept - len(largest))
    return tuple(tuple(range(v + 1 + (room if v else 0))) for v in largest[:kept])
