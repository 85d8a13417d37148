"""Hasse diagrams for a terminal: labels in rows, covers drawn with Braille dots."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from data_gen.graph import IntervalGraph
from data_gen.hasse_layout import HasseLayout, hasse_layout

__all__ = ["profile", "text"]

_MOST_NODES = 130
_BRAILLE = 0x2800
_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))  # [column][row] within a character


def text(
    rank_sizes: Sequence[int],
    diagram: Callable[[], tuple[IntervalGraph, Sequence[str]]],
    width: int = 100,
) -> str:
    """The Hasse diagram in characters; the profile of the rank sizes where it does not fit.

    Args:
        rank_sizes: Vertices of each rank, lowest first.
        diagram: Gives the graph and the labels; called only if they are drawn, so that a large
            interval need not be built.
        width: Characters of a line.

    Returns:
        Lines without trailing blanks, w at the top and x at the bottom.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> print(BruhatInterval("123", "321").hasse_text())
           321
           ⡰⠑⢄
          ⡰⠁ ⠈⠢⡀
         231  312
          ⡗⠢⡀⡠⠒⡇
          ⡧⠔⠉⠑⠤⡇
         132  213
          ⠱⡀ ⢀⠔⠁
           ⠱⡠⠊
           123
    """
    if sum(rank_sizes) > _MOST_NODES:
        return profile(rank_sizes, width)
    graph, labels = diagram()
    cell = max(map(len, labels)) + 2
    layout = hasse_layout(graph)
    needed = round(layout.width * cell) + cell
    return _draw(graph, labels, layout, cell) if needed <= width else profile(rank_sizes, width)


def profile(rank_sizes: Sequence[int], width: int = 100) -> str:
    """The rank sizes as bars, the highest rank at the top.

    Example:
        >>> print(profile([1, 2, 2, 1], width=20))
        3 │███████▌        1
        2 │███████████████ 2
        1 │███████████████ 2
        0 │███████▌        1
    """
    number, size = len(str(len(rank_sizes) - 1)), len(f"{max(rank_sizes):,}")
    room = max(8, min(60, width - number - size - 3))
    lines = []
    for rank in reversed(range(len(rank_sizes))):
        eighths = max(1, round(8 * room * rank_sizes[rank] / max(rank_sizes)))
        bar = "█" * (eighths // 8) + " ▏▎▍▌▋▊▉"[eighths % 8].strip()
        lines.append(f"{rank:>{number}} │{bar:<{room}} {rank_sizes[rank]:>{size},}")
    return "\n".join(lines)


def _draw(graph: IntervalGraph, labels: Sequence[str], layout: HasseLayout, cell: int) -> str:
    columns = round(layout.width * cell) + cell
    middle = [round((a - layout.across.min()) * cell + (cell - 1) / 2) for a in layout.across]
    gap = 2 if layout.width * cell < 40 else 3
    canvas = [[0] * columns for _ in range((graph.length * (gap + 1)) + 1)]
    for source, target in zip(
        graph.sources[graph.covers].tolist(), graph.targets[graph.covers].tolist(), strict=True
    ):
        top = (graph.length - int(graph.ranks[target])) * (gap + 1)
        _line(
            canvas,
            (2 * middle[target], 4 * (top + 1)),
            (2 * middle[source], 4 * (top + 1 + gap) - 1),
        )
    lines = [[chr(_BRAILLE + dots) if dots else " " for dots in row] for row in canvas]
    for v, label in enumerate(labels):
        row = lines[(graph.length - int(graph.ranks[v])) * (gap + 1)]
        begin = middle[v] - (len(label) - 1) // 2
        row[begin : begin + len(label)] = label
    return "\n".join("".join(line).rstrip() for line in lines)


def _line(canvas: list[list[int]], start: tuple[int, int], end: tuple[int, int]) -> None:
    """Sets the dots of a straight line; two columns and four rows of dots a character."""
    (x0, y0), (x1, y1) = start, end
    steps = max(abs(x1 - x0), abs(y1 - y0), 1)
    for step in range(steps + 1):
        # Rounded in integers: the same on every machine.
        x = (2 * (x0 * steps + (x1 - x0) * step) + steps) // (2 * steps)
        y = (2 * (y0 * steps + (y1 - y0) * step) + steps) // (2 * steps)
        canvas[y // 4][x // 2] |= _DOTS[x % 2][y % 4]
