"""Sums over the neighbours in a Bruhat graph, up and down: the inner loop of every network here.

On a CPU one pass over the edges reads each message where it is and adds it to the row of its
receiver; gather and scatter would write every message to memory first, several times. The gradient
is one pass too, over the same lists, so no atomics and always the same order of additions: equal
bytes from equal seeds. On a GPU plain index operations take over.

Edges may have weights: each message is then multiplied by that of its edge. They are for asking
what an edge is worth; the loops are compiled with and without, so that who has none pays nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from klgnn import _neighbour_kernels as kernels

__all__ = ["Neighbours", "neighbour_sums", "relu_sums", "widened"]


@dataclass(frozen=True)
class Neighbours:
    """The lower and the upper neighbours of every vertex.

    Attributes:
        lower: int64 [E], the lower end of every edge.
        upper: int64 [E], the upper end.
        lists: On the CPU the same in lists: pointers int64 [N + 1] and indices int32 [E] of the
            lower neighbours, then of the upper ones. None elsewhere.
        weight: float [E], what the messages along each edge are multiplied by, in both directions;
            differentiable. None if it is 1 everywhere.
        edges: If there are lists and weights, the edge of every entry of the lists: int32 [E] of
            the lower neighbours, then of the upper ones.
    """

    lower: Tensor
    upper: Tensor
    lists: tuple[Any, ...] | None
    weight: Tensor | None = None
    edges: tuple[Any, Any] | None = None

    @classmethod
    def of(cls, edge_index: Tensor, num_nodes: int, weight: Tensor | None = None) -> Neighbours:
        """Lists the neighbours.

        Args:
            edge_index: int64 [2, E], each edge from its lower to its upper end.
            num_nodes: The number N of vertices.
            weight: float [E]; 1 everywhere if None.

        Example:
            >>> edges = torch.tensor([[0, 0, 1], [1, 2, 2]])
            >>> Neighbours.of(edges, 3).lists[1].tolist()
            [0, 0, 1]
        """
        lower, upper = edge_index[0], edge_index[1]
        if edge_index.device.type != "cpu":
            return cls(lower, upper, None, weight)
        lists = kernels.build_both(lower.numpy(), upper.numpy(), num_nodes)
        if weight is None:
            return cls(lower, upper, lists)
        edges = kernels.edge_places(lower.numpy(), upper.numpy(), num_nodes)
        return cls(lower, upper, lists, weight, edges)


def neighbour_sums(values: Tensor, neighbours: Neighbours) -> Tensor:
    """Adds up the left half of `values` over the lower neighbours, the right half over the upper.

    Args:
        values: float [N, 2 F].
        neighbours: Who is whose neighbour.

    Returns:
        float [N, 2 F], differentiable; float32 at least, also within autocast.

    Example:
        >>> neighbours = Neighbours.of(torch.tensor([[0, 0, 1], [1, 2, 2]]), 3)
        >>> neighbour_sums(torch.tensor([[1.0, 1.0], [2.0, 2.0], [4.0, 4.0]]), neighbours)
        tensor([[0., 6.],
                [1., 4.],
                [3., 0.]])
    """
    if neighbours.lists is None or neighbours.weight is not None:
        up, down = widened(values).chunk(2, dim=1)
        risen, fallen = up[neighbours.lower], down[neighbours.upper]
        if neighbours.weight is not None:
            share = neighbours.weight.to(up.dtype)[:, None]
            risen, fallen = share * risen, share * fallen
        up = torch.zeros_like(up).index_add(0, neighbours.upper, risen)
        down = torch.zeros_like(down).index_add(0, neighbours.lower, fallen)
        return torch.cat([up, down], dim=1)
    result: Tensor = _Sums.apply(  # type: ignore[no-untyped-call]
        widened(values), neighbours.lists
    )
    return result


def relu_sums(parts: Tensor, neighbours: Neighbours, itself: bool = False) -> Tensor:
    """Adds up relu(own part of the receiver + other part of the sender) over the neighbours.

    With `parts` in four blocks a, b, c, d of F columns, row i of the result is the sum of
    relu(a[i] + b[j]) over the lower neighbours j of i, beside the sum of relu(c[i] + d[j]) over the
    upper ones; each term times the weight of its edge, if there are weights.

    Args:
        parts: float [N, 4 F].
        neighbours: Who is whose neighbour.
        itself: Whether every vertex is also a lower and an upper neighbour of itself (weight 1).

    Returns:
        float [N, 2 F], differentiable once; float32 at least, also within autocast.

    Example:
        >>> neighbours = Neighbours.of(torch.tensor([[0, 0, 1], [1, 2, 2]]), 3)
        >>> parts = torch.tensor([[0.0, 1, 0, 0], [-3.0, 2, 0, 0], [0.0, 4, 0, 0]])
        >>> relu_sums(parts, neighbours)[:, 0]
        tensor([0., 0., 3.])
    """
    if neighbours.lists is None:
        return _relu_sums_elsewhere(widened(parts), neighbours, itself)
    parts, weight = widened(parts), neighbours.weight
    result: Tensor = _ReluSums.apply(  # type: ignore[no-untyped-call]
        parts,
        None if weight is None else weight.to(parts.dtype),
        neighbours.lists,
        neighbours.edges,
        itself,
    )
    return result


def widened(values: Tensor) -> Tensor:
    """Half precision as float32: numpy has no bfloat16, and a sum of hundreds needs the digits.

    Example:
        >>> widened(torch.ones(1, dtype=torch.bfloat16)).dtype
        torch.float32
    """
    return values.float() if values.dtype in (torch.bfloat16, torch.float16) else values


def _relu_sums_elsewhere(parts: Tensor, neighbours: Neighbours, itself: bool) -> Tensor:
    own_up, other_up, own_down, other_down = parts.chunk(4, dim=1)
    halves = []
    for own, other, hears, said in (
        (own_up, other_up, neighbours.upper, neighbours.lower),
        (own_down, other_down, neighbours.lower, neighbours.upper),
    ):
        start = torch.relu(own + other) if itself else torch.zeros_like(own)
        messages = torch.relu(own[hears] + other[said])
        if neighbours.weight is not None:
            messages = messages * neighbours.weight.to(messages.dtype)[:, None]
        halves.append(start.index_add(0, hears, messages))
    return torch.cat(halves, dim=1)


class _Sums(torch.autograd.Function):
    """The lists are their own transpose with lower and upper exchanged, so swap the halves."""

    @staticmethod
    def forward(context: Any, values: Tensor, lists: tuple[Any, ...]) -> Tensor:
        context.lists = lists
        out = torch.empty_like(values, memory_format=torch.contiguous_format)
        kernels.set_threads(torch.get_num_threads())
        kernels.sums(lists, _array(values), _array(out))
        return out

    @staticmethod
    def backward(context: Any, gradient: Tensor) -> tuple[Tensor, None]:
        low_at, low, high_at, high = context.lists
        transposed = (high_at, high, low_at, low)
        return _Sums.apply(gradient, transposed), None  # type: ignore[no-untyped-call]


class _ReluSums(torch.autograd.Function):
    @staticmethod
    def forward(
        context: Any, parts: Tensor, weight: Tensor | None, lists: Any, edges: Any, itself: bool
    ) -> Tensor:
        parts = parts.contiguous()
        context.lists, context.edges, context.itself = lists, edges or (None, None), itself
        context.save_for_backward(parts, weight)
        out = parts.new_empty(len(parts), parts.shape[1] // 2)
        kernels.set_threads(torch.get_num_threads())
        kernels.relu_sums(lists, context.edges, _array(weight), _array(parts), itself, _array(out))
        return out

    @staticmethod
    @once_differentiable
    def backward(context: Any, gradient: Tensor) -> tuple[Any, ...]:
        parts, weight = context.saved_tensors
        out = torch.empty_like(parts)
        to_weight = None if weight is None else torch.empty_like(weight).contiguous()
        kernels.set_threads(torch.get_num_threads())
        kernels.relu_sums_gradient(
            context.lists,
            context.edges,
            _array(weight),
            _array(parts),
            context.itself,
            _array(gradient),
            _array(out),
            _array(to_weight),
        )
        return out, to_weight, None, None, None


def _array(tensor: Tensor | None) -> Any:
    return None if tensor is None else tensor.detach().contiguous().numpy()
