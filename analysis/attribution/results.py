"""What an attribution of a whole dataset consists of."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

__all__ = ["Attributions"]


@dataclass(frozen=True)
class Attributions:
    """Scores of one network on a whole dataset: G graphs, V vertices and E edges in all.

    Attributes:
        scores: float32[V], not negative; vertices of all graphs one after the other. If edges were
            attributed, half the sum of `edge_scores` over the edges at the vertex.
        node_offsets: int64[G+1], where each graph begins.
        rows: int64[G], the dataset row of each graph.
        predicted: int64[G], the value that the network gives the coefficient.
        right: bool[G], whether that is the true value.
        edge_scores: float32[E], not negative, in the order of the dataset's edges (that of
            `analysis.labelled.LabelledGraphs`); None unless edges were attributed.
        edge_offsets: int64[G+1], where the edges of each graph begin; None likewise.
        gaps: float32[G], for integrated gradients: how far the attributions of a graph are from
            adding up to what they explain, f(graph) - f(baseline), as a share of that (of 0.001
            where it is less). None for the other methods.

    Example:
        >>> none = Attributions(np.zeros(3, "f4"), np.array([0, 3]), np.array([0]), np.array([0]))
        >>> none.is_blind
        True
    """

    scores: NDArray[np.float32]
    node_offsets: NDArray[np.int64]
    rows: NDArray[np.int64]
    predicted: NDArray[np.int64]
    right: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))
    edge_scores: NDArray[np.float32] | None = None
    edge_offsets: NDArray[np.int64] | None = None
    gaps: NDArray[np.float32] | None = None

    @property
    def is_blind(self) -> bool:
        """Whether every score is exactly zero: what was attributed does not reach the answer.

        It happens to the features of trained networks of good accuracy (a first layer whose units
        are all dead), which then read the structure through message counts alone; see
        `analysis.attribution.first_layer_health`.
        """
        return not bool(self.scores.any())

    @property
    def silent_graphs(self) -> int:
        """Number of graphs without a single vertex of score above zero."""
        above = np.concatenate([[0], np.cumsum(self.scores > 0)])[self.node_offsets]
        return int(np.count_nonzero(np.diff(above) == 0))

    @property
    def mass_in_wrong_graphs(self) -> float:
        """Share of all scores that lies in graphs whose coefficient is predicted wrong.

        0 if there is no score at all. Gradients of the loss may put most of it there, since the
        loss of a certain right answer is flat.

        Example:
            >>> one = np.ones(4, "f4"), np.array([0, 1, 4]), np.array([0, 1]), np.array([1, 1])
            >>> Attributions(*one, right=np.array([True, False])).mass_in_wrong_graphs
            0.75
        """
        total = float(self.scores.sum(dtype=np.float64))
        wrong = np.repeat(~self.right, np.diff(self.node_offsets))
        return float(self.scores[wrong].sum(dtype=np.float64)) / total if total else 0.0
