"""From the states of the vertices to one vector a graph.

None of these depends on the order of the vertices: the bottom of an interval is the vertex that no
edge enters, the top the one that no edge leaves.
"""

from __future__ import annotations

import torch
from torch import Tensor

from klgnn.neighbours import widened

__all__ = ["bottom_and_top", "max_over_graphs", "sum_over_graphs"]


def sum_over_graphs(values: Tensor, batch: Tensor, num_graphs: int) -> Tensor:
    """Adds up float [N, F] by graph into float [B, F].

    Example:
        >>> sum_over_graphs(torch.tensor([[1.0], [2.0], [4.0]]), torch.tensor([0, 0, 1]), 2)
        tensor([[3.],
                [4.]])
    """
    values = widened(values)
    return values.new_zeros(num_graphs, values.shape[1]).index_add(0, batch, values)


def max_over_graphs(values: Tensor, batch: Tensor, num_graphs: int) -> Tensor:
    """Takes the maximum of float [N, F] by graph into float [B, F].

    Where several vertices share the maximum they share its gradient equally.

    Example:
        >>> max_over_graphs(torch.tensor([[1.0], [2.0], [-4.0]]), torch.tensor([0, 0, 1]), 2)
        tensor([[ 2.],
                [-4.]])
    """
    index = batch[:, None].expand_as(values)
    empty = values.new_zeros(num_graphs, values.shape[1])
    return empty.scatter_reduce(0, index, values, "amax", include_self=False)


def bottom_and_top(edge_index: Tensor, num_nodes: int) -> tuple[Tensor, Tensor]:
    """Finds the ends of the intervals in a batch.

    Args:
        edge_index: int64 [2, E], upwards.
        num_nodes: The number N of vertices.

    Returns:
        The positions of the vertices without an edge from below, and of those without one upwards;
        int64, one per graph of an interval.

    Example:
        >>> [ends.tolist() for ends in bottom_and_top(torch.tensor([[0, 0, 1], [1, 2, 2]]), 3)]
        [[0], [2]]
    """
    inner_or_top = edge_index.new_zeros(num_nodes, dtype=torch.bool)
    inner_or_top[edge_index[1]] = True
    inner_or_bottom = edge_index.new_zeros(num_nodes, dtype=torch.bool)
    inner_or_bottom[edge_index[0]] = True
    return (~inner_or_top).nonzero().flatten(), (~inner_or_bottom).nonzero().flatten()
