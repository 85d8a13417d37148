"""Sums of relu(sent from above + own + length of the edge) over the edges of a level.

On a CPU the levels send into one buffer and their gradients into another, both float32 [C, H], and
one compiled pass over the edges reads them where they are. A token, a scalar that every sum takes
and every sending gives, makes autograd run the levels in reverse. Elsewhere plain index operations
take over, slower on a CPU by several times.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from data_gen.jit import kernel
from klgnn.models.top_down.levels import Levels

__all__ = ["Messages", "PlainMessages", "messages_of"]


class Messages(Protocol):
    """Where the levels of one forward pass send to, from the top on.

    Example:
        >>> from klgnn.quotient import Quotient
        >>> levels = Levels.of_quotient(Quotient.of_group(3))
        >>> def edges_up(messages: Messages):
        ...     for level, size in enumerate(np.diff(levels.ends).tolist()):
        ...         yield messages.sums(level, torch.zeros(size, 1), torch.zeros(15, 1)).item()
        ...         messages.send(levels.ends[level], torch.ones(size, 1))
        ...     messages.close()
        >>> list(edges_up(messages_of(levels, width=1)))  # from the longest element down
        [0.0, 1.0, 2.0, 3.0]
        >>> list(edges_up(PlainMessages(levels)))
        [0.0, 1.0, 2.0, 3.0]
    """

    def send(self, low: int, sent: Tensor) -> None:
        """Makes float [K, H] what the vertices from `low` on send."""

    def sums(self, level: int, own: Tensor, lengths: Tensor) -> Tensor:
        """What the vertices of a level hear, float [K, H].

        Args:
            level: The number of the level.
            own: float [K, H], their own part of each message.
            lengths: float [S, H], the part of the length of the edge.
        """

    def close(self) -> None:
        """After the last level: nothing more is sent."""


def messages_of(levels: Levels, width: int) -> Messages:
    """The quickest way that there is for the device and the precision."""
    if levels.x.device.type == "cpu" and levels.x.dtype == torch.float32:
        return _CompiledMessages(levels, width)
    return PlainMessages(levels)


class PlainMessages:
    """Index operations of torch: any device, any order of differentiation."""

    def __init__(self, levels: Levels) -> None:
        self.levels = levels
        self.sent: list[Tensor] = []

    def send(self, low: int, sent: Tensor) -> None:
        """See `Messages`."""
        self.sent.append(sent)

    def sums(self, level: int, own: Tensor, lengths: Tensor) -> Tensor:
        """See `Messages`."""
        out = torch.zeros_like(own)
        if not self.sent:
            return out
        edges = slice(self.levels.edge_ends[level], self.levels.edge_ends[level + 1])
        at = self.levels.source[edges] - self.levels.ends[level]
        above = torch.cat(self.sent)[self.levels.target[edges]]
        heard = torch.relu(above + own[at] + lengths[self.levels.step[edges]])
        return out.index_add(0, at, heard * self.levels.weight[edges, None])

    def close(self) -> None:
        """See `Messages`."""
        self.sent.clear()


class _CompiledMessages:
    """One pass over the edges, forth and back."""

    def __init__(self, levels: Levels, width: int) -> None:
        tensors = (levels.source, levels.target, levels.step, levels.weight)
        self.levels = levels
        self.edges: tuple[Any, ...] = tuple(tensor.detach().numpy() for tensor in tensors)
        self.values = np.zeros((len(levels), width), np.float32)
        self.gradients = np.zeros((0, width), np.float32)
        self.token = torch.zeros((), requires_grad=True)

    def send(self, low: int, sent: Tensor) -> None:
        """See `Messages`."""
        self.token = _Send.apply(self, low, self.token, sent.float())  # type: ignore[no-untyped-call]

    def sums(self, level: int, own: Tensor, lengths: Tensor) -> Tensor:
        """See `Messages`."""
        weight = None
        if self.levels.weight.requires_grad:
            ends = self.levels.edge_ends
            weight = self.levels.weight[ends[level] : ends[level + 1]]
        arguments = self, level, self.token, own.float(), lengths.float(), weight
        sums: Tensor = _Sums.apply(*arguments)  # type: ignore[no-untyped-call]
        return sums

    def close(self) -> None:
        """See `Messages`; the token would tie a knot that no garbage collector can undo."""
        self.token = torch.zeros(())

    def room_for_gradients(self) -> None:
        if not len(self.gradients):
            self.gradients = np.zeros_like(self.values)


class _Send(torch.autograd.Function):
    @staticmethod
    def forward(
        context: Any, board: _CompiledMessages, low: int, token: Tensor, sent: Tensor
    ) -> Any:
        context.board, context.rows = board, slice(low, low + len(sent))
        board.values[context.rows] = sent.detach().numpy()
        return token.clone()

    @staticmethod
    @once_differentiable
    def backward(context: Any, gradient: Tensor) -> tuple[Any, ...]:
        board = context.board
        board.room_for_gradients()
        # The gradient of the token is 0: it carries the order of things and nothing else.
        return None, None, gradient, torch.from_numpy(board.gradients[context.rows])


class _Sums(torch.autograd.Function):
    @staticmethod
    def forward(
        context: Any,
        board: _CompiledMessages,
        level: int,
        token: Tensor,
        own: Tensor,
        lengths: Tensor,
        weight: Tensor | None,
    ) -> Tensor:
        ends = board.levels.edge_ends
        context.board = board
        context.place = ends[level], ends[level + 1], board.levels.ends[level]
        own, lengths = own.detach().contiguous(), lengths.detach().contiguous()
        context.save_for_backward(own, lengths)
        out = torch.zeros(own.shape)
        arrays = board.values, own.numpy(), lengths.numpy()
        _add_messages(out.numpy(), *arrays, *context.place, *board.edges)
        return out

    @staticmethod
    @once_differentiable
    def backward(context: Any, gradient: Tensor) -> tuple[Any, ...]:
        board = context.board
        board.room_for_gradients()
        own, lengths = context.saved_tensors
        to_own, to_lengths = torch.zeros_like(own), torch.zeros_like(lengths)
        sinks = board.gradients, to_own.numpy(), to_lengths.numpy()
        arrays = board.values, own.numpy(), lengths.numpy()
        gradients = gradient.contiguous().numpy()
        _add_gradients(*sinks, gradients, *arrays, *context.place, *board.edges)
        to_weight = None
        if context.needs_input_grad[5]:
            begin, end, _ = context.place
            to_weight = torch.zeros(end - begin)
            _add_weight_gradients(
                to_weight.numpy(), gradients, *arrays, *context.place, *board.edges
            )
        return None, None, torch.zeros(()), to_own, to_lengths, to_weight


@kernel
def _add_messages(
    out: Any, above: Any, own: Any, lengths: Any,
    begin: int, end: int, low: int, source: Any, target: Any, step: Any, weight: Any,
) -> None:  # fmt: skip
    zero = np.float32(0)
    for e in range(begin, end):
        v, y, s, m = source[e] - low, target[e], step[e], weight[e]
        for i in range(out.shape[1]):
            out[v, i] += m * max(above[y, i] + own[v, i] + lengths[s, i], zero)


@kernel
def _add_gradients(
    to_above: Any, to_own: Any, to_lengths: Any, gradient: Any, above: Any, own: Any, lengths: Any,
    begin: int, end: int, low: int, source: Any, target: Any, step: Any, weight: Any,
) -> None:  # fmt: skip
    zero = np.float32(0)
    for e in range(begin, end):
        v, y, s, m = source[e] - low, target[e], step[e], weight[e]
        for i in range(gradient.shape[1]):
            positive = above[y, i] + own[v, i] + lengths[s, i] > zero
            g = m * gradient[v, i] if positive else zero
            to_above[y, i] += g
            to_own[v, i] += g
            to_lengths[s, i] += g


@kernel
def _add_weight_gradients(
    to_weight: Any, gradient: Any, above: Any, own: Any, lengths: Any,
    begin: int, end: int, low: int, source: Any, target: Any, step: Any, weight: Any,
) -> None:  # fmt: skip
    zero = np.float32(0)
    for e in range(begin, end):
        v, y, s = source[e] - low, target[e], step[e]
        felt = zero
        for i in range(gradient.shape[1]):
            felt += gradient[v, i] * max(above[y, i] + own[v, i] + lengths[s, i], zero)
        to_weight[e - begin] += felt
