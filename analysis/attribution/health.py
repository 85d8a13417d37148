"""Whether the features of the vertices get past a network's first layer at all."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch_geometric.data import Batch

from klgnn.models import CoefficientNetwork

__all__ = ["FirstLayerHealth", "first_layer_health"]


@dataclass(frozen=True)
class FirstLayerHealth:
    """The units after a network's first ReLU, over some batches.

    Attributes:
        units: Their number.
        dead: How many of them are zero at every vertex.
        unreached: How many have derivative zero by every feature at every vertex: the dead ones,
            and those whose weights are zero or whose derivative is lost in rounding.

    Example:
        >>> FirstLayerHealth(units=8, dead=6, unreached=8).is_blind
        True
    """

    units: int
    dead: int
    unreached: int

    @property
    def dead_share(self) -> float:
        """Share of the units that are zero at every vertex."""
        return self.dead / self.units

    @property
    def is_blind(self) -> bool:
        """Whether no feature changes any unit, so that feature gradients must be zero."""
        return self.unreached == self.units


def first_layer_health(network: CoefficientNetwork, batches: Iterable[Batch]) -> FirstLayerHealth:
    """Looks at the units after the first ReLU that the features meet.

    Args:
        network: A network in eval mode; `CoefficientNetwork.first_units` says which units.
        batches: Graphs as for `attribute`; some hundred will do.

    Raises:
        ValueError: If there is no batch, or the network has no ReLU.

    Example:
        >>> from klgnn.runs import Run
        >>> from klgnn.subject import Subject
        >>> run, crown = Run.default(), Subject.of_interval("1324", "3412")
        >>> batch = Batch.from_data_list([crown.data(run.config.features)])
        >>> health = first_layer_health(run.network(), [batch])
        >>> health.units, health.is_blind
        (64, False)
    """
    alive: list[Tensor] = []
    reached: list[Tensor] = []
    for batch in batches:
        here = _first_values(network, batch)
        alive.append((here.values > 0).any(0))
        reached.append(_reached(here))
    if not alive:
        raise ValueError("No batch to look at the first layer with; give one at least.")
    living, met = torch.stack(alive).any(0), torch.stack(reached).any(0)
    return FirstLayerHealth(len(living), int((~living).sum()), int((~met).sum()))


@dataclass(frozen=True)
class _Here:
    values: Tensor
    x: Tensor


def _first_values(network: CoefficientNetwork, batch: Any) -> _Here:
    seen: list[Tensor] = []
    hook = network.first_units().register_forward_hook(lambda _, __, out: seen.append(out))
    changed = copy.copy(batch)
    changed.x = batch.x.detach().clone().requires_grad_()
    try:
        network(changed)
    finally:
        hook.remove()
    return _Here(seen[0].reshape(-1, seen[0].shape[-1]), changed.x)


def _reached(here: _Here) -> Tensor:
    """bool[U]; one backward pass a unit, cheap, for only the first layer is run through."""
    sums = here.values.sum(0)
    return torch.stack(
        [torch.autograd.grad(one, here.x, retain_graph=True)[0].any() for one in sums]
    )
