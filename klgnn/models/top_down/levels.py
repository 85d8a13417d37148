"""What a top-down network reads: vertices by corank, from a quotient or from plain graphs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from data_gen.jit import kernel
from klgnn.quotient import Quotient

__all__ = ["LabelledLevels", "Levels"]


@dataclass(frozen=True, eq=False)
class Levels:
    """Vertices (or classes) sorted by corank, edges sorted by lower end.

    Attributes:
        ends: Level k has the vertices ``ends[k] : ends[k + 1]``, those of corank k.
        edge_ends: Level k has the edges ``edge_ends[k] : edge_ends[k + 1]``.
        x: float32 [C, F], the features "upper": the corank and plain counts.
        source: int64 [M], the lower end of every edge.
        target: int64 [M], the upper end, on an earlier level.
        step: int64 [M], the number of its length 1, 3, 5, ...: 0, 1, 2, ...
        weight: float32 [M], how many edges it stands for; differentiable.

    Example:
        >>> levels = Levels.of_quotient(Quotient.of_group(3))
        >>> levels.ends, levels.corank.tolist()
        ((0, 1, 2, 3, 4), [0.0, 1.0, 2.0, 3.0])
    """

    ends: tuple[int, ...]
    edge_ends: tuple[int, ...]
    x: Tensor
    source: Tensor
    target: Tensor
    step: Tensor
    weight: Tensor

    @classmethod
    def of_quotient(cls, quotient: Quotient) -> Levels:
        """Reads a quotient; class c is vertex c."""
        ends = quotient.level_ends
        x = np.concatenate([quotient.corank[:, None], quotient.counts], axis=1)
        return cls(
            tuple(ends.tolist()),
            tuple(quotient.edge_ends[ends].tolist()),
            torch.from_numpy(x.astype(np.float32)),
            torch.from_numpy(quotient.source.astype(np.int64)),
            torch.from_numpy(quotient.target.astype(np.int64)),
            torch.from_numpy(quotient.step.astype(np.int64) // 2),
            torch.from_numpy(quotient.multiplicity.astype(np.float32)),
        )

    @classmethod
    def of_graphs(
        cls, x: Tensor, edge_index: Tensor, edge_weight: Tensor | None = None
    ) -> tuple[Levels, Tensor]:
        """Reads a disjoint union of plain graphs.

        The coranks are computed from the edges, not taken from `x`: attributions change `x`.

        Args:
            x: float32 [N, F], the features "upper"; gradients pass through.
            edge_index: int64 [2, E], upwards.
            edge_weight: float [E], what each edge counts, also in the first identity; 1 if None.
                Gradients pass through. They are derivatives from above: sums of the identity are
                whole numbers, at which the tables that look them up jump.

        Returns:
            The levels, and int64 [N]: the vertex of the levels that each vertex became.
        """
        lower, upper = edge_index.cpu().numpy()
        corank = _coranks(lower, upper, len(x))
        order = np.argsort(corank, kind="stable")
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order))
        by_source = np.argsort(place[lower], kind="stable")
        source, target = place[lower][by_source], place[upper][by_source]
        climbing = corank[order]
        ends = np.searchsorted(climbing, np.arange(int(climbing[-1]) + 2))
        levels = cls(
            tuple(ends.tolist()),
            tuple(np.searchsorted(source, ends).tolist()),
            x[torch.from_numpy(order).to(x.device)],
            torch.from_numpy(source),
            torch.from_numpy(target),
            torch.from_numpy((climbing[source] - climbing[target]) // 2),
            torch.ones(len(source))
            if edge_weight is None
            else edge_weight[torch.from_numpy(by_source).to(edge_weight.device)],
        )
        return levels.to(x.device), torch.from_numpy(place).to(x.device)

    def __len__(self) -> int:
        """The number C of vertices."""
        return len(self.x)

    @property
    def corank(self) -> Tensor:
        """float32 [C], ascending."""
        sizes = [b - a for a, b in zip(self.ends[:-1], self.ends[1:], strict=True)]
        coranks = torch.arange(len(sizes), dtype=torch.float32, device=self.x.device)
        return coranks.repeat_interleave(torch.tensor(sizes, device=self.x.device))

    def to(self, device: Any, **options: Any) -> Levels:
        """The same on another device; options as in `torch.Tensor.to`."""
        moved = {name: getattr(self, name).to(device, **options) for name in _TENSORS}
        return replace(self, **moved)

    def above(self, chosen: NDArray[np.bool_]) -> tuple[Levels, NDArray[np.int64]]:
        """The chosen vertices and all that lie above one of them.

        Args:
            chosen: bool[C].

        Returns:
            Their levels, and int64[C']: which vertices these are.
        """
        source, target = self.source.numpy(), self.target.numpy()
        kept = np.array(chosen, dtype=np.bool_)
        _close_upwards(source, target, kept)
        rows = np.flatnonzero(kept)
        place = np.cumsum(kept) - 1
        edges = np.flatnonzero(kept[source])
        source, target = place[source[edges]], place[target[edges]]
        ends = np.searchsorted(rows, self.ends)
        levels = Levels(
            tuple(ends.tolist()),
            tuple(np.searchsorted(source, ends).tolist()),
            self.x[torch.from_numpy(rows)],
            torch.from_numpy(source),
            torch.from_numpy(target),
            self.step[edges],
            self.weight[edges],
        )
        return levels, rows


_TENSORS = tuple(f.name for f in fields(Levels) if "ends" not in f.name)


@dataclass(frozen=True, eq=False)
class LabelledLevels:
    """Levels with their labels: a batch that a top-down network is trained or judged on.

    Attributes:
        levels: The vertices.
        labels: int64 [C, D], the coefficients of q^1, ..., q^D.
        shown: bool [C], where the true label is shown to the vertices below while the network
            learns; elsewhere its own answer is. In evaluation mode nothing is shown.
        asked: int64 [B], the vertices whose answers count.

    Example:
        >>> quotient = Quotient.of_group(4)
        >>> labels = torch.from_numpy(quotient.labels)
        >>> asked = torch.from_numpy(np.flatnonzero(quotient.size == 10))
        >>> shown = torch.ones(len(quotient), dtype=torch.bool)
        >>> shown[asked] = False
        >>> batch = LabelledLevels(Levels.of_quotient(quotient), labels, shown, asked)
        >>> batch.num_graphs, batch.y.tolist()
        (1, [[1, 0, 0, 0]])
    """

    levels: Levels
    labels: Tensor
    shown: Tensor
    asked: Tensor

    @property
    def y(self) -> Tensor:
        """int64 [B, D], the labels that are asked for; named as in torch_geometric."""
        return self.labels[self.asked]

    @property
    def num_graphs(self) -> int:
        """How many answers count: what Lightning takes for the size of the batch."""
        return len(self.asked)

    def to(self, device: Any, **options: Any) -> LabelledLevels:
        """The same on another device; options as in `torch.Tensor.to`."""
        parts: Sequence[Any] = (self.levels, self.labels, self.shown, self.asked)
        return LabelledLevels(*(part.to(device, **options) for part in parts))


@kernel
def _coranks(lower: NDArray[np.int64], upper: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    """The longest path upwards from every vertex, by taking away tops."""
    from_below = np.zeros(n + 1, np.int64)
    waiting = np.zeros(n, np.int64)
    for e in range(len(lower)):
        from_below[upper[e] + 1] += 1
        waiting[lower[e]] += 1
    starts = np.cumsum(from_below)
    at = starts[:-1].copy()
    below = np.empty(len(lower), np.int64)
    for e in range(len(lower)):
        below[at[upper[e]]] = lower[e]
        at[upper[e]] += 1
    corank = np.zeros(n, np.int64)
    queue = np.empty(n, np.int64)
    last = 0
    for v in range(n):
        if waiting[v] == 0:
            queue[last] = v
            last += 1
    first = 0
    while first < last:
        y = queue[first]
        first += 1
        for i in range(starts[y], starts[y + 1]):
            z = below[i]
            corank[z] = max(corank[z], corank[y] + 1)
            waiting[z] -= 1
            if waiting[z] == 0:
                queue[last] = z
                last += 1
    return corank


@kernel
def _close_upwards(
    source: NDArray[np.int64], target: NDArray[np.int64], kept: NDArray[np.bool_]
) -> None:
    """Sources descend in rank along the array, so one pass from its end meets all."""
    for e in range(len(source) - 1, -1, -1):
        if kept[source[e]]:
            kept[target[e]] = True
