"""An interval with its salient part laid over its Hasse diagram.

The layout is that of `data_gen.hasse`; this module only colours. Edges that are no covers appear
where both their ends are salient, dashed.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from analysis.hypercubes import Hypercube
from data_gen.hasse import EdgeStyle, NodeStyle, svg
from data_gen.intervals import BruhatInterval
from data_gen.permutations import format_permutation

__all__ = ["CUBE_COLOUR", "SALIENT_COLOURS", "draw_salient"]

SALIENT_COLOURS = ("#fbd9b5", "#f5a65b", "#c2410c")
"""From just above the threshold to the highest score of the interval, in thirds."""

CUBE_COLOUR = "#1d4f91"

_EDGE_COLOUR = "#c2410c"
_CUBE_BORDER = 8.0
_SALIENT_RADIUS = 5.5


def draw_salient(
    interval: BruhatInterval,
    scores: NDArray[np.floating],
    salient: NDArray[np.bool_],
    cube: Hypercube | None = None,
    name: str = "interval",
) -> str:
    """Draws an interval with its salient vertices filled and one cube marked.

    SVG elements have the classes ``salient`` and ``cube`` (vertices), ``salient-edge`` and
    ``cube-edge``, so that a page can show and hide them.

    Args:
        interval: The interval.
        scores: float[N], vertex scores.
        salient: bool[N].
        cube: A cube to mark with thick edges and borders.
        name: For the caption of the picture; nothing in it needs an id.

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

    def node_style(vertex: int) -> NodeStyle:
        what = "salient" if salient[vertex] else "not salient"
        classes = [*(["salient"] if salient[vertex] else []), *(["cube"] * (vertex in corners))]
        radius = _SALIENT_RADIUS if salient[vertex] and not labels[vertex] else None
        return NodeStyle(
            fill=shades[vertex],
            radius=_CUBE_BORDER if vertex in corners else radius,
            title=f"{labels[vertex]}, rank {interval.ranks[vertex]}, "
            f"saliency {scores[vertex]:.3g} ({what})",
            css_class=" ".join(classes),
        )

    def edge_style(edge: int) -> EdgeStyle:
        source, target = int(graph.sources[edge]), int(graph.targets[edge])
        if (source, target) in sides:
            return EdgeStyle(colour=CUBE_COLOUR, width=2.6, css_class="cube-edge", raised=True)
        if salient[source] and salient[target]:
            return EdgeStyle(colour=_EDGE_COLOUR, width=1.6, css_class="salient-edge", raised=True)
        return EdgeStyle()

    title = f"{name}: [{labels[0]}, {labels[-1]}] with its salient part"
    picture = svg(graph, labels, node_style=node_style, edge_style=edge_style, title=title)
    # A page may shrink the picture, but has to know how wide it would like to be.
    return re.sub(r'(<svg [^>]*? width="([^"]+)")', r'\1 style="--natural:\2px"', picture, count=1)


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
