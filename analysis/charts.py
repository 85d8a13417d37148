"""The two charts of a report as SVG: the heat map of reflections and the bars by edge type.

Drawn with matplotlib's SVG writer, without a date and with ids made from a fixed salt: same data,
same bytes. Text stays text, so that it can be searched, copied and read aloud.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from analysis.reflections import EDGE_TYPES

__all__ = ["COLOURS", "FEW_EDGES", "heat_map", "type_bars"]

FEW_EDGES = 10
"""Cells of the heat map with fewer salient edges are pale."""

COLOURS = {
    "trained": "#1d4f91",
    "untrained": "#e08a1e",
    "shuffled": "#f3c98b",
    "ranks": "#6d737c",
    "degrees": "#979da6",
    "distances": "#bcc1c8",
    "uniform": "#e1e4e8",
}
"""Fill of the trained networks and of their controls: apart in lightness too, for print."""

_HATCHES = {"untrained": "//", "shuffled": ".."}
_TEXT = "#1b1f24"
_QUIET = "#56606b"


def heat_map(
    values: NDArray[np.float64],
    counts: NDArray[np.number],
    title: str,
    name: str,
    largest: float,
    marked: NDArray[np.bool_] | None = None,
) -> str:
    """Draws the over-representation of every reflection (i, j), as in Fig. 5a of Davies et al.

    Args:
        values: float64[n, n], 0.09 for nine per cent more than its share; upper triangle.
        counts: [n, n], how many salient edges are behind each cell; printed below the value. Cells
            with fewer than `FEW_EDGES` are pale.
        title: Above the map.
        name: Prefix of all ids, so that several charts fit on one page.
        largest: Where the colours saturate, the same for maps that are compared.
        marked: bool[n, n], cells with a frame.

    Returns:
        An ``<svg>`` element.

    Example:
        Of S_3: 25% more (1, 2) than its share, 50% fewer (1, 3), and no edge that could be (2, 3).

        >>> over = np.full((3, 3), np.nan)
        >>> over[0, 1:] = 0.25, -0.5
        >>> edges = np.array([[0, 30, 4], [0, 0, 0], [0, 0, 0]])
        >>> picture = heat_map(over, edges, "Trained network", "example", largest=0.5)
        >>> re.findall(r">([^<]*%|none)<", picture)
        ['+25%', '\N{MINUS SIGN}50%', 'none']
    """
    n = len(values)
    side = 0.62 * (n - 1)
    with _style(name):
        figure = Figure(figsize=(max(side, 2.4) + 0.75, max(side, 2.4) + 0.9))
        axes = figure.add_axes((0.13, 0.11, 0.85, 0.77))
        shown = np.full((n - 1, n - 1), np.nan)
        shown[:, :] = values[:-1, 1:]
        limit = max(largest, 1e-9)
        colours = mpl.colormaps["RdBu_r"].copy()
        # A quarter of the colour where so few edges lie behind a cell that chance rules it.
        pale = np.where(counts[:-1, 1:] < FEW_EDGES, 0.25, 1.0)
        axes.pcolormesh(
            np.arange(1.5, n + 1),
            np.arange(0.5, n),
            np.ma.masked_invalid(shown) * pale,
            cmap=colours,
            vmin=-limit,
            vmax=limit,
            edgecolors="white",
            linewidth=1.5,
        )
        for i in range(1, n):
            for j in range(i + 1, n + 1):
                _cell(axes, i, j, values[i - 1, j - 1], counts[i - 1, j - 1], limit)
                if marked is not None and marked[i - 1, j - 1]:
                    frame = Rectangle((j - 0.44, i - 0.44), 0.88, 0.88, fill=False, lw=2, ec=_TEXT)
                    axes.add_patch(frame)
        axes.set(
            title=title,
            xlabel="j",
            ylabel="i",
            xlim=(1.5, n + 0.5),
            ylim=(n - 0.5, 0.5),
            xticks=range(2, n + 1),
            yticks=range(1, n),
        )
        axes.yaxis.label.set_rotation(0)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        return _svg(figure, name, title)


def _cell(axes: Any, i: int, j: int, value: float, count: float, limit: float) -> None:
    is_dark = np.isfinite(value) and abs(value) > 0.62 * limit and count >= FEW_EDGES
    colour = "white" if is_dark else _TEXT
    # No minus sign before a zero.
    text = f"{round(100 * value) + 0:+d}%" if np.isfinite(value) else "none"
    text = text.replace("-", "\N{MINUS SIGN}")
    axes.text(j, i - 0.1, text, ha="center", va="center", color=colour, fontsize=10)
    edges = f"{count:,.0f}" if count >= 10 or float(count).is_integer() else f"{count:.1f}"
    axes.text(j, i + 0.24, edges, ha="center", va="center", color=colour, fontsize=7)


def type_bars(
    groups: Sequence[tuple[str, str, NDArray[np.float64], NDArray[np.float64]]],
    everywhere: NDArray[np.float64],
    notes: Sequence[str],
    name: str,
) -> str:
    """Draws the share of each edge type in salient parts, as in Fig. 5b of Davies et al.

    Args:
        groups: For the trained networks and each control a kind (a key of `COLOURS`), a label, the
            heights float64[3] and either the interval float64[3, 2] of each (for ``"trained"``),
            drawn as an error bar, or the single results float64[3, K], drawn as dots.
        everywhere: float64[3], the share among all edges, drawn as a line.
        notes: How many controls each type differs from, below its name.
        name: Prefix of all ids.

    Returns:
        An ``<svg>`` element.

    Example:
        >>> shares = np.array([0.2, 0.5, 0.3])
        >>> trained = "trained", "3 trained", shares + 0.01, np.stack([shares, shares + 0.02], 1)
        >>> others = "untrained", "2 untrained", shares, np.stack([shares, shares], 1)
        >>> picture = type_bars([trained, others], shares, ["0 of 1"] * 3, "example")
        >>> re.findall(r">(simple|extremal|other|all edges|. (?:un)?trained)<", picture)
        ['simple', 'extremal', 'other', 'all edges', '3 trained', '2 untrained']
    """
    with _style(name):
        figure = Figure(figsize=(7.6, 4.3))
        axes = figure.add_axes((0.09, 0.15, 0.89, 0.68))
        width = 0.84 / len(groups)
        for place, (kind, label, heights, around) in enumerate(groups):
            where = np.arange(len(EDGE_TYPES)) + (place - (len(groups) - 1) / 2) * width
            axes.bar(
                where,
                100 * heights,
                0.92 * width,
                label=label,
                color=COLOURS[kind],
                hatch=_HATCHES.get(kind, ""),
                edgecolor="white",
                linewidth=0.5,
            )
            _around(axes, kind, where, heights, around, width)
        for place, share in enumerate(everywhere):
            reach = (place - 0.46, place + 0.46)
            # A label that begins with "_" is left out of the legend: one line there is enough.
            named = "all edges" if place == 0 else "_"
            axes.plot(reach, (100 * share, 100 * share), color=_TEXT, lw=1.2, ls="--", label=named)
        titles = [
            f"{kind}\ndiffers from {note} controls"
            for kind, note in zip(EDGE_TYPES, notes, strict=True)
        ]
        axes.set_xticks(range(len(EDGE_TYPES)), titles)
        axes.set_ylabel("share of the edges, per cent")
        axes.set_ylim(bottom=0)
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(axis="x", length=0)
        axes.grid(axis="y", color="#e3e6ea", linewidth=0.8)
        axes.set_axisbelow(True)
        figure.legend(loc="upper center", ncols=3, frameon=False, fontsize=9)
        return _svg(figure, name, "Share of the edge types in salient parts")


def _around(
    axes: Any,
    kind: str,
    where: NDArray[np.floating],
    heights: NDArray[np.floating],
    around: NDArray[np.floating],
    width: float,
) -> None:
    if kind == "trained":
        reach = np.abs(around.T - heights) * 100
        axes.errorbar(where, 100 * heights, reach, fmt="none", ecolor=_TEXT, capsize=4, lw=1.4)
        return
    count = around.shape[1]
    # Dots side by side within their bar, in the order of the seeds.
    offsets = (np.arange(count) - (count - 1) / 2) * (0.7 * width / max(count, 1))
    across = (where[:, None] + offsets).ravel()
    axes.plot(across, 100 * around.ravel(), "o", ms=2.2, mfc="white", mec=_TEXT, mew=0.6)


@contextmanager
def _style(name: str) -> Iterator[None]:
    settings: dict[Any, Any] = {
        "svg.hashsalt": f"klgnn-{name}",
        "svg.fonttype": "none",
        "font.family": "sans-serif",
        "font.sans-serif": ["DejaVu Sans"],
        "font.size": 10,
        "axes.titlesize": 11,
        "text.color": _TEXT,
        "axes.labelcolor": _TEXT,
        "xtick.color": _QUIET,
        "ytick.color": _QUIET,
        "axes.edgecolor": _QUIET,
        "hatch.linewidth": 0.6,
        "hatch.color": "white",
    }
    with mpl.rc_context(settings):
        yield


def _svg(figure: Figure, name: str, title: str) -> str:
    """The figure as one ``<svg>`` element whose ids all begin with `name`."""
    stream = io.StringIO()
    FigureCanvasSVG(figure)
    figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    text = stream.getvalue()
    text = text[text.index("<svg") :].rstrip()
    text = re.sub(r"\s*<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', text)
    text = re.sub(r'href="#([^"]+)"', rf'href="#{name}-\1"', text)
    text = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", text)
    # matplotlib styles "*", which on a page would reach every other picture.
    text = text.replace("*{", f"#{name}-figure_1 *{{")
    label = f'<svg role="img" aria-label="{title}" '
    return text.replace("<svg ", label, 1)
