"""Batches of about equal size in vertices, not in graphs: intervals differ by a factor of 700."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray
from torch.utils.data import Sampler

__all__ = ["BudgetSampler"]


class BudgetSampler(Sampler[list[int]]):
    """Cuts a shuffled dataset into a fixed number of batches of about equal weight.

    The number of batches depends on the weights alone, so it is known beforehand and is the same
    in every epoch; every graph occurs exactly once an epoch, and no batch is empty. A batch weighs
    `budget` on average and never more than twice the larger of `budget` and the heaviest graph.
    Weights of one make it a sampler of `budget` graphs.

    Args:
        weights: Positive integers, one per graph: its number of vertices, say.
        budget: The weight that a batch should have.
        shuffle: Whether every epoch has an order of its own.
        seed: Together with the epoch it determines the order.
        rank: Which of `world_size` processes this is; each gets as many batches as the others.
        world_size: The number of processes that share the dataset.

    Raises:
        ValueError: If the dataset is empty, a weight or the budget is not positive, or there are
            fewer graphs than processes.

    Example:
        >>> sampler = BudgetSampler([1, 2, 3, 4, 5, 6], budget=7, shuffle=False)
        >>> len(sampler), list(sampler)
        (3, [[0, 1, 2], [3, 4], [5]])
    """

    def __init__(
        self,
        weights: ArrayLike,
        budget: int,
        shuffle: bool = False,
        seed: int = 0,
        rank: int = 0,
        world_size: int = 1,
    ) -> None:
        self.weights = np.asarray(weights, dtype=np.int64)
        if not len(self.weights) or self.weights.min() <= 0 or budget <= 0:
            raise ValueError(f"Weights and the budget must be positive; the budget is {budget}.")
        if not 0 <= rank < world_size <= len(self.weights):
            raise ValueError(
                f"{len(self.weights)} graphs cannot be dealt out to process {rank} of {world_size}."
            )
        self.shuffle, self.seed, self.epoch = shuffle, seed, 0
        self.rank, self.world_size = rank, world_size
        # A window at least as wide as the heaviest graph always holds the middle of some graph.
        window = max(budget, int(self.weights.max()))
        batches = max(1, int(self.weights.sum()) // window)
        self._batches = max(world_size, batches - batches % world_size)

    def __len__(self) -> int:
        """The number of batches that this process gets in every epoch."""
        return self._batches // self.world_size

    @property
    def sampler(self) -> BudgetSampler:
        """Itself: of a batch sampler Lightning tells only the `sampler` which epoch begins."""
        return self

    def set_epoch(self, epoch: int) -> None:
        """Chooses the order; Lightning calls this at the start of every epoch."""
        self.epoch = epoch

    def __iter__(self) -> Iterator[list[int]]:
        """The batches of the epoch, as lists of positions."""
        order = self.order()
        cuts = self._cuts(self.weights[order])
        for k in self.share():
            yield order[cuts[k] : cuts[k + 1]].tolist()

    def order(self) -> NDArray[np.int64]:
        """The order of the epoch, the same in every process; int64 [number of graphs]."""
        order = np.arange(len(self.weights))
        if self.shuffle:
            order = np.random.default_rng([self.seed, self.epoch]).permutation(order)
        return order

    def share(self) -> range:
        """Which of the epoch's batches this process gets."""
        return range(self.rank, self._batches, self.world_size)

    def _cuts(self, weights: NDArray[np.int64]) -> NDArray[np.int64]:
        """Where each batch begins in the order: graphs go where their middle falls."""
        ends = np.cumsum(weights)
        batch = (2 * ends - weights) * self._batches // (2 * ends[-1])
        cuts = np.searchsorted(batch, np.arange(self._batches + 1))
        if (np.diff(cuts) == 0).any():  # only where processes outnumber the windows
            cuts = np.linspace(0, len(weights), self._batches + 1).astype(np.int64)
        return cuts
