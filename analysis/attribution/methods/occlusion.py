"""Leaving out one vertex or one edge at a time, many copies of the graphs in one batch.

A vertex is left out by setting its features to zero and the weight of every edge at it to 0, so it
neither speaks nor hears. It still belongs to the graph: the number of vertices that a readout may
divide by, and which vertices are bottom and top, stay as they are.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch_geometric.data import Batch

from analysis.attribution.asked import Asked, Signed
from data_gen.errors import UsageError
from klgnn.models.base import graph_of_vertex

__all__ = ["Occlusion"]

_AT_ONCE = 200_000
"""Vertices and edges of the copies in one batch, about."""


class Occlusion:
    """What the number loses when a vertex or an edge is left out; quadratic in the size of a graph.

    Source: Zeiler, Fergus 2013 (arXiv:1311.2901).

    Example:
        A path of three vertices, and a network whose logit is the number of messages: without an
        end one of two is lost, without the middle both.

        >>> from analysis.attribution.questions import Question
        >>> from klgnn.models import CoefficientNetwork, NetworkConfig, Prediction
        >>> from torch_geometric.data import Data
        >>> class Count(CoefficientNetwork):
        ...     def forward(self, batch):
        ...         weight = batch.get("edge_weight", torch.ones(batch.num_edges))
        ...         owner = batch.batch[batch.edge_index[0]]
        ...         found = torch.zeros(batch.num_graphs).index_add(0, owner, weight)[:, None]
        ...         return Prediction((torch.cat([found, -found], 1),), found)
        >>> path = Data(x=torch.zeros(3, 1), edge_index=torch.tensor([[0, 1], [1, 2]]))
        >>> network, batch = Count(NetworkConfig(), 1, ((0, 1),)), Batch.from_data_list([path])
        >>> Occlusion().attribute(Asked(network, batch, Question(1), "nodes")).values.flatten()
        tensor([1., 2., 1.])
    """

    name = "occlusion"
    noun = "occlusion"
    means = "what it changes to leave the vertex out"
    takes_whole = True

    def attribute(self, asked: Asked) -> Signed:
        """Positive where leaving it out lowers the number.

        Raises:
            UsageError: If a graph is so large that its copies exceed `asked.limit`.
        """
        values = _left_out(asked)
        return Signed(values[:, None] if asked.part == "nodes" else values)


@torch.no_grad()
def _left_out(asked: Asked) -> Tensor:
    """What is lost, float [N] or [E]."""
    batch, part = asked.batch, asked.part
    before, settled = asked.number(), asked.settled
    graphs = _Graphs(batch)
    owner = graphs.of_vertex if part == "nodes" else graphs.of_edge
    cost = graphs.nodes + graphs.edges
    items_of = torch.bincount(owner, minlength=len(cost))
    _check_sizes(batch, items_of, cost, part, asked.limit)
    # Chunks of neighbouring copies: the first one whose end lies beyond a multiple begins the next.
    chunk = torch.cumsum(cost[owner], 0) // _AT_ONCE
    ends = torch.cat([(chunk.diff() > 0).nonzero().flatten() + 1, torch.tensor([len(owner)])])
    found = [before.new_zeros(0)]
    begin = 0
    for end in ends.tolist():
        if end == begin:
            continue
        items = torch.arange(begin, end)
        which = owner[items]
        copies = graphs.without(items, part)
        logits = asked.network(copies).logits[asked.question.coefficient - 1]
        found.append(before[which] - settled.of(which).read(logits))
        if asked.on_graphs is not None:
            asked.on_graphs(int(which[-1]))
        begin = end
    return torch.cat(found)


def _check_sizes(batch: Batch, items: Tensor, cost: Tensor, part: str, limit: int) -> None:
    work = items * cost
    if not len(work) or int(work.max()) <= limit:
        return
    worst = int(work.argmax())
    row = getattr(batch, "row", None)
    name = f"of row {int(row[worst])}" if row is not None else f"number {worst} of the batch"
    what = "vertices" if part == "nodes" else "edges"
    raise UsageError(
        f"Leaving out each of the {int(items[worst]):,} {what} of the graph {name} in turn makes "
        f"copies with {int(work[worst]):,} vertices and edges in all; the limit is {limit:,}. Take "
        "'integrated-gradients', or leave out the large intervals."
    )


class _Graphs:
    """The graphs of a batch, ready to be copied."""

    def __init__(self, batch: Batch) -> None:
        self.x, self.edge_index = batch.x.detach(), batch.edge_index
        self.of_vertex, number = graph_of_vertex(batch)
        self.of_edge = self.of_vertex[self.edge_index[0]]
        self.nodes = torch.bincount(self.of_vertex, minlength=number)
        self.edges = torch.bincount(self.of_edge, minlength=number)
        self.first_node = torch.cumsum(self.nodes, 0) - self.nodes
        self.first_edge = torch.cumsum(self.edges, 0) - self.edges

    def without(self, items: Tensor, part: str) -> Batch:
        """For each vertex or edge a copy of its graph without it."""
        graphs = (self.of_vertex if part == "nodes" else self.of_edge)[items]
        node, node_copy, node_at = _ranges(self.first_node[graphs], self.nodes[graphs])
        edge, edge_copy, edge_at = _ranges(self.first_edge[graphs], self.edges[graphs])
        x = self.x[node]
        edge_index = self.edge_index[:, edge] + (node_at - self.first_node[graphs])[edge_copy]
        weight = x.new_ones(len(edge))
        if part == "edges":
            weight[edge_at + items - self.first_edge[graphs]] = 0
        else:
            gone = torch.zeros(len(node), dtype=torch.bool, device=x.device)
            gone[node_at + items - self.first_node[graphs]] = True
            x[gone] = 0
            weight[gone[edge_index].any(0)] = 0
        ends = torch.cat([node_at, node_at.new_tensor([len(node)])])
        return Batch(x=x, edge_index=edge_index, edge_weight=weight, batch=node_copy, ptr=ends)


def _ranges(starts: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The numbers of all ranges, which range each is in, and where each range begins."""
    begins = torch.cumsum(lengths, 0) - lengths
    which = torch.repeat_interleave(torch.arange(len(lengths), device=lengths.device), lengths)
    numbers = torch.arange(len(which), device=lengths.device) + (starts - begins)[which]
    return numbers, which, begins
