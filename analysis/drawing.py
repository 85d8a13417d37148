"""An interval with its salient part laid over its Hasse diagram.

The layout is that of `data_gen.hasse`; this module only colours. Edges that are no covers appear
where both their ends are salient, dashed.
"""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from analysis.hypercubes import Hypercube
from data_gen.graph import IntervalGraph
from data_gen.hasse import EdgeStyle, NodeStyle, svg
from data_gen.intervals import BruhatInterval
from data_gen.permutations import format_permutation

if TYPE_CHECKING:
    from analysis.decompositions import StandardDecomposition

__all__ = ["CUBE_COLOUR", "SALIENT_COLOURS", "draw_salient"]

SALIENT_COLOURS = ("#fbd9b5", "#f5a65b", "#c2410c")
"""From just above the threshold to the highest score of the interval, in thirds."""

CUBE_COLOUR = "#1d4f91"

_IDEAL_FILL, _IDEAL_COLOUR = "#d5efe7", "#0f766e"
_PIECE_FILL, _PIECE_COLOUR = "#e6dcf7", "#6d3fb0"
_EDGE_COLOUR = "#c2410c"
_CUBE_BORDER = 8.0
_SALIENT_RADIUS = 5.5


def draw_salient(
    interval: BruhatInterval,
    scores: NDArray[np.floating],
    salient: NDArray[np.bool_],
    cube: Hypercube | None = None,
    name: str = "interval",
    decomposition: StandardDecomposition | None = None,
) -> str:
    """Draws an interval with its salient vertices filled and one cube or decomposition marked.

    SVG elements have the classes ``salient``, ``cube``, ``ideal`` and ``piece`` (vertices),
    ``salient-edge``, ``cube-edge``, ``ideal-edge`` and ``piece-edge``, so that a page can show and
    hide them.

    Args:
        interval: The interval.
        scores: float[N], vertex scores.
        salient: bool[N].
        cube: A cube to mark with thick edges and borders.
        name: For the caption of the picture; nothing in it needs an id.
        decomposition: A standard decomposition: its ideal green, its hypercube piece violet, below
            the colours of the salient vertices.

    Returns:
        An ``<svg>`` element.

    Example:
        >>> import numpy as np
        >>> interval = BruhatInterval("123", "321")
        >>> top = np.arange(6) == 5
        >>> draw_salient(interval, np.arange(6.0), top).count('class="hasse-node salient"')
        1
    """
    graph = interval.graph
    labels = [format_permutation(vertex) for vertex in interval.nodes]
    shades = _shades(scores, salient)
    corners = frozenset(cube.vertices if cube else ())
    sides = frozenset(cube.edges if cube else ())
    parts = ["ideal" if inside else "" for inside in decomposition.ideal] if decomposition else []
    for vertex in np.flatnonzero(decomposition.hypercube).tolist() if decomposition else ():
        parts[vertex] = "piece"
    piece = _cube_sides(graph, decomposition.targets) if decomposition else frozenset()
    fills = {"ideal": _IDEAL_FILL, "piece": _PIECE_FILL}

    def node_style(vertex: int) -> NodeStyle:
        what = "salient" if salient[vertex] else "not salient"
        part = parts[vertex] if parts else ""
        classes = ["salient"] * bool(salient[vertex]) + ["cube"] * (vertex in corners) + [part]
        radius = _SALIENT_RADIUS if salient[vertex] and not labels[vertex] else None
        return NodeStyle(
            fill=shades[vertex] or fills.get(part),
            radius=_CUBE_BORDER if vertex in corners else radius,
            title=f"{labels[vertex]}, rank {interval.ranks[vertex]}, "
            f"saliency {scores[vertex]:.3g} ({what})",
            css_class=" ".join(filter(None, classes)),
        )

    def edge_style(edge: int) -> EdgeStyle:
        source, target = int(graph.sources[edge]), int(graph.targets[edge])
        if (source, target) in sides:
            return EdgeStyle(colour=CUBE_COLOUR, width=2.6, css_class="cube-edge", raised=True)
        if (source, target) in piece:
            return EdgeStyle(colour=_PIECE_COLOUR, width=2.2, css_class="piece-edge", raised=True)
        if parts and parts[source] == parts[target] == "ideal" and graph.covers[edge]:
            return EdgeStyle(colour=_IDEAL_COLOUR, width=1.3, css_class="ideal-edge")
        if salient[source] and salient[target]:
            return EdgeStyle(colour=_EDGE_COLOUR, width=1.6, css_class="salient-edge", raised=True)
        return EdgeStyle()

    title = f"{name}: [{labels[0]}, {labels[-1]}] with its salient part"
    picture = svg(graph, labels, node_style=node_style, edge_style=edge_style, title=title)
    # A page may shrink the picture, but has to know how wide it would like to be.
    return re.sub(r'(<svg [^>]*? width="([^"]+)")', r'\1 style="--natural:\2px"', picture, count=1)


def _cube_sides(graph: IntervalGraph, targets: tuple[int, ...]) -> frozenset[tuple[int, int]]:
    """The edges theta(Y - a) -> theta(Y), for the antichains Y of the targets."""
    above = [set(graph.targets[graph.sources == v].tolist()) for v in range(graph.num_nodes)]
    higher = {a: _up_set(a, above) for a in targets}
    theta: dict[frozenset[int], int] = {frozenset(): 0}
    sides: set[tuple[int, int]] = set()
    for size in range(1, len(targets) + 1):
        for chosen in map(frozenset, combinations(targets, size)):
            faces = [theta[chosen - {a}] for a in chosen if chosen - {a} in theta]
            if len(faces) < size or any(higher[a] & chosen for a in chosen):
                continue
            found = chosen if size == 1 else set.intersection(*(above[face] for face in faces))
            if len(found) == 1:
                (theta[chosen],) = found
                sides.update((face, theta[chosen]) for face in faces)
    return frozenset(sides)


def _up_set(vertex: int, above: list[set[int]]) -> set[int]:
    """The vertices above one, without itself."""
    found: set[int] = set()
    pending = [vertex]
    while pending:
        new = above[pending.pop()] - found
        found |= new
        pending.extend(new)
    return found


def _shades(scores: NDArray[np.floating], salient: NDArray[np.bool_]) -> list[str | None]:
    """One of three fills for each salient vertex, None for the rest."""
    if not salient.any():
        return [None] * len(scores)
    low, high = float(scores[salient].min()), float(scores[salient].max())
    steps = len(SALIENT_COLOURS)
    reach = (high - low) or 1.0
    level = np.minimum((scores - low) / reach * steps, steps - 1).astype(int)
    # A lone salient vertex is its interval's highest.
    level = np.where(scores >= high, steps - 1, level)
    return [
        SALIENT_COLOURS[level[vertex]] if salient[vertex] else None for vertex in range(len(scores))
    ]
