"""Hasse diagrams as pictures: SVG for the screen, TikZ for a paper, characters for a terminal.

The writers draw any `IntervalGraph`: ranks in rows, lowest at the bottom, covers as lines, the
other edges of the Bruhat graph dashed or left out. Hooks colour single vertices and edges, so
that a saliency overlay needs no layout of its own. Equal input gives equal bytes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from data_gen.graph import IntervalGraph
from data_gen.hasse_layout import HasseLayout, hasse_layout
from data_gen.hasse_text import profile, text

__all__ = [
    "EdgeStyle",
    "HasseLayout",
    "NodeStyle",
    "hasse_layout",
    "profile",
    "svg",
    "text",
    "tikz",
]

_INK, _PAPER, _COVER, _OTHER = "#1b2733", "#ffffff", "#8393a3", "#b9a58c"
_MOST_WIDTH = 1400.0
_FONT_SIZES = (14.0, 12.0, 10.0, 9.0, 8.0, 7.0)
_LETTER = 0.61  # width of a digit of a monospaced font, over its size
_MARGIN = 26.0
_LINE_WIDTHS = ((150, 1.1), (800, 0.8), (3000, 0.5), (float("inf"), 0.25))  # up to so many edges
_CENTIMETRES = 16.0


@dataclass(frozen=True)
class NodeStyle:
    """How one vertex is drawn; None keeps the usual.

    Attributes:
        fill: Colour of the disc, or of the box behind a label, as ``#rrggbb``.
        radius: Radius of the disc in pixels; where labels are shown, a border of that width / 4.
        label: Text instead of the usual label; the empty text hides it.
        title: Text shown when the pointer rests on the vertex.
        css_class: A further class of the SVG element.
    """

    fill: str | None = None
    radius: float | None = None
    label: str | None = None
    title: str | None = None
    css_class: str = ""


@dataclass(frozen=True)
class EdgeStyle:
    """How one edge is drawn; None keeps the usual.

    Attributes:
        colour: Colour of the line, as ``#rrggbb``.
        width: Width of the line in pixels.
        css_class: A further class of the SVG element.
        hidden: Whether to leave the edge out.
        raised: Whether to draw it over the usual edges; also shows an edge that is no cover.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> graph = BruhatInterval("123", "321").graph
        >>> red = EdgeStyle(colour="#d1495b", raised=True)
        >>> picture = svg(graph, edge_style=lambda e: red if graph.sources[e] == 0 else EdgeStyle())
        >>> [line.split('"')[1] for line in picture.splitlines() if "#d1495b" in line]
        ['hasse-other', 'hasse-cover']
    """

    colour: str | None = None
    width: float | None = None
    css_class: str = ""
    hidden: bool = False
    raised: bool = False


@dataclass(frozen=True)
class _Canvas:
    """A layout in pixels, y downwards."""

    x: list[float]
    y: list[float]
    width: float
    height: float
    gap: float
    font: float
    labels: list[str]


def svg(
    graph: IntervalGraph,
    labels: Sequence[str] | None = None,
    *,
    other_edges: bool = False,
    node_style: Callable[[int], NodeStyle] | None = None,
    edge_style: Callable[[int], EdgeStyle] | None = None,
    title: str | None = None,
) -> str:
    """The Hasse diagram as an SVG document.

    Labels are shown where they fit, else vertices are discs; resting the pointer on a vertex shows
    its label and its rank. Up to about 2,000 vertices stay readable.

    Args:
        graph: The graph to draw.
        labels: A text for each vertex; none at all if None.
        other_edges: Whether to draw the edges that are no covers, dashed.
        node_style: Called with each vertex 0..N-1.
        edge_style: Called with each edge 0..E-1.
        title: Title of the document; the ends and the counts if None.

    Returns:
        An XML document that needs nothing else, ending with a newline.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> graph = BruhatInterval("123", "321").graph
        >>> picture = svg(graph, node_style=lambda v: NodeStyle(fill="#d1495b"))
        >>> picture.count("<circle"), picture.count("#d1495b")
        (6, 6)
    """
    names = list(labels) if labels is not None else [""] * graph.num_nodes
    styles = [node_style(v) if node_style else NodeStyle() for v in range(graph.num_nodes)]
    shown = [
        name if style.label is None else style.label
        for name, style in zip(names, styles, strict=True)
    ]
    canvas = _make_canvas(graph, shown, hasse_layout(graph))
    width, height = _number(canvas.width), _number(canvas.height)
    caption = title if title is not None else _caption(graph, names)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" class="hasse" role="img" font-size='
        f'"{_number(canvas.font or 10)}" font-family="ui-monospace, Menlo, Consolas, monospace">',
        f"<title>{escape(caption)}</title>",
        f'<rect width="{width}" height="{height}" fill="{_PAPER}"/>',
        *_rank_numbers(graph, canvas),
        *_edges(graph, canvas, other_edges, edge_style),
        *(_node(graph, canvas, v, names[v], styles[v]) for v in range(graph.num_nodes)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _make_canvas(graph: IntervalGraph, labels: list[str], layout: HasseLayout) -> _Canvas:
    """Chooses the largest font with which the widest row fits, or none, and the distances."""
    letters = max(map(len, labels), default=0)
    font, gap = 0.0, 0.0
    for size in _FONT_SIZES if letters else ():
        needed = size * (_LETTER * letters + 1.1)
        if layout.width * needed <= _MOST_WIDTH:
            font, gap = size, needed
            break
    if not font:
        gap = min(30.0, _MOST_WIDTH / max(1.0, layout.width))
    inner = layout.width * gap
    # Flat pictures have edges that can hardly be told apart: the wider, the higher.
    rise = min(170.0, max(4.2 * font, 46.0, 0.62 * inner / max(1, graph.length)))
    margin = _MARGIN + font * _LETTER * letters / 2
    left = float(layout.across.min()) if len(layout.across) else 0.0
    height = graph.length * rise + 2 * _MARGIN
    return _Canvas(
        x=[margin + (float(a) - left) * gap for a in layout.across],
        y=[height - _MARGIN - int(rank) * rise for rank in graph.ranks],
        width=inner + 2 * margin,
        height=height,
        gap=gap,
        font=font,
        labels=labels,
    )


def _caption(graph: IntervalGraph, names: list[str]) -> str:
    ends = f"[{names[0]}, {names[-1]}]: " if names and names[0] else ""
    return f"{ends}{graph.num_nodes} vertices, {graph.num_edges} edges, length {graph.length}"


def _rank_numbers(graph: IntervalGraph, canvas: _Canvas) -> list[str]:
    rows = dict(zip(graph.ranks.tolist(), canvas.y, strict=True))
    return [
        f'<text x="6" y="{_number(y + 3)}" font-size="9" fill="{_COVER}">{rank}</text>'
        for rank, y in sorted(rows.items())
        if len(rows) > 1
    ]


def _edges(
    graph: IntervalGraph,
    canvas: _Canvas,
    other_edges: bool,
    edge_style: Callable[[int], EdgeStyle] | None,
) -> list[str]:
    """One path for all edges that look alike, usual ones first, raised ones last."""
    paths: dict[tuple[bool, bool, EdgeStyle], list[str]] = defaultdict(list)
    covers = graph.covers.tolist()
    ends = zip(graph.sources.tolist(), graph.targets.tolist(), strict=True)
    for e, (source, target) in enumerate(ends):
        style = edge_style(e) if edge_style else EdgeStyle()
        if style.hidden or not (covers[e] or other_edges or style.raised):
            continue
        paths[style.raised, covers[e], style].append(_curve(canvas, source, target, covers[e]))
    usual_width = next(width for edges, width in _LINE_WIDTHS if graph.num_edges < edges)
    parts = []
    order = sorted(paths, key=lambda key: (key[0], key[1], repr(key[2])))
    for key in order:
        _, cover, style = key
        kind = "hasse-cover" if cover else "hasse-other"
        attributes = [
            f"class={quoteattr(f'{kind} {style.css_class}'.strip())}",
            'fill="none"',
            f"stroke={quoteattr(style.colour or (_COVER if cover else _OTHER))}",
            f'stroke-width="{_number(style.width or usual_width)}"',
        ]
        if not cover:
            attributes.append('stroke-dasharray="4 3"')
        parts.append(f'<path {" ".join(attributes)} d="{"".join(paths[key])}"/>')
    return parts


def _curve(canvas: _Canvas, source: int, target: int, straight: bool) -> str:
    """A straight line; edges over several ranks bend, so as not to run through other vertices."""
    x0, y0, x1, y1 = canvas.x[source], canvas.y[source], canvas.x[target], canvas.y[target]
    begin, end = f"M{_number(x0)} {_number(y0)}", f"{_number(x1)} {_number(y1)}"
    if straight:
        return f"{begin}L{end}"
    side = 1 if (x0 + x1) / 2 >= canvas.width / 2 else -1
    bend = (x0 + x1) / 2 + side * 0.18 * (y0 - y1)
    bend = min(max(bend, 4.0), canvas.width - 4.0)
    return f"{begin}Q{_number(bend)} {_number((y0 + y1) / 2)} {end}"


def _node(graph: IntervalGraph, canvas: _Canvas, v: int, name: str, style: NodeStyle) -> str:
    hover = style.title if style.title is not None else f"{name} rank {graph.ranks[v]}".strip()
    kind = quoteattr(f"hasse-node {style.css_class}".strip())
    x, y, label = canvas.x[v], canvas.y[v], canvas.labels[v]
    if canvas.font and label:
        shape = _box(canvas, x, y, label, style)
    else:
        radius = style.radius or max(1.2, min(4.5, 0.32 * canvas.gap))
        fill = style.fill or _INK
        shape = (
            f'<circle cx="{_number(x)}" cy="{_number(y)}" r="{_number(radius)}" '
            f"fill={quoteattr(fill)}/>"
        )
    return f"<g class={kind}><title>{escape(hover)}</title>{shape}</g>"


def _box(canvas: _Canvas, x: float, y: float, label: str, style: NodeStyle) -> str:
    width = canvas.font * (_LETTER * len(label) + 0.5)
    height = 1.35 * canvas.font
    fill = style.fill or _PAPER
    border = ""
    if style.radius:
        border = f' stroke="{_INK}" stroke-width="{_number(style.radius / 4)}"'
    ink = _PAPER if _is_dark(fill) else _INK
    return (
        f'<rect x="{_number(x - width / 2)}" y="{_number(y - height / 2)}" '
        f'width="{_number(width)}" height="{_number(height)}" rx="3" '
        f"fill={quoteattr(fill)}{border}/>"
        f'<text x="{_number(x)}" y="{_number(y + 0.35 * canvas.font)}" text-anchor="middle" '
        f'fill="{ink}">{escape(label)}</text>'
    )


def _is_dark(colour: str) -> bool:
    digits = colour.removeprefix("#")
    if len(digits) != 6 or not all(digit in "0123456789abcdefABCDEF" for digit in digits):
        return False
    red, green, blue = (int(digits[i : i + 2], 16) for i in (0, 2, 4))
    return 299 * red + 587 * green + 114 * blue < 128_000


def _number(value: float) -> str:
    """Two decimals are enough for a picture, and hide the last bits of a float."""
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")


def tikz(
    graph: IntervalGraph,
    labels: Sequence[str] | None = None,
    *,
    other_edges: bool = False,
) -> str:
    r"""The Hasse diagram as a ``tikzpicture``; needs ``\usepackage{tikz}`` and no library.

    Args:
        graph: The graph to draw.
        labels: A text for each vertex; shown where the widest row leaves room.
        other_edges: Whether to draw the edges that are no covers, dashed.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> print(tikz(BruhatInterval("12", "21").graph, ["12", "21"]))
        \begin{tikzpicture}[every node/.style={inner sep=1.5pt, font=\footnotesize}]
          \node (v0) at (0, 0) {$12$};
          \node (v1) at (0, 1.5) {$21$};
          \draw[gray] (v0) -- (v1);
        \end{tikzpicture}
        <BLANKLINE>
    """
    layout = hasse_layout(graph)
    letters = max(map(len, labels), default=0) if labels else 0
    gap = min(0.19 * letters + 0.35 if letters else 0.8, _CENTIMETRES / max(1.0, layout.width))
    fits = bool(labels) and gap >= 0.15 * letters + 0.12
    rise = min(2.2, max(1.5 if fits else 0.6, 0.62 * layout.width * gap / max(1, graph.length)))
    style = r"inner sep=1.5pt, font=\footnotesize" if fits else "circle, fill, inner sep=0.6pt"
    lines = [rf"\begin{{tikzpicture}}[every node/.style={{{style}}}]"]
    for v in range(graph.num_nodes):
        place = f"{_number(float(layout.across[v]) * gap)}, {_number(int(graph.ranks[v]) * rise)}"
        content = f"${labels[v]}$" if fits and labels else ""
        lines.append(rf"  \node (v{v}) at ({place}) {{{content}}};")
    columns = (graph.sources.tolist(), graph.targets.tolist(), graph.covers.tolist())
    for source, target, cover in zip(*columns, strict=True):
        if cover:
            lines.append(rf"  \draw[gray] (v{source}) -- (v{target});")
        elif other_edges:
            lines.append(rf"  \draw[gray!60, dashed] (v{source}) to[bend right=12] (v{target});")
    return "\n".join([*lines, r"\end{tikzpicture}"]) + "\n"
