"""The pictures of a report, each with the data behind it as JSON and CSV."""

from __future__ import annotations

import base64
import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.charts import FEW_EDGES, heat_map, type_bars
from analysis.evidence import Evidence, MapEvidence
from analysis.report.contents import Example, to_json

__all__ = ["Figure", "MapFigures", "example_figure", "map_figures", "type_figure"]


@dataclass(frozen=True)
class Figure:
    """A picture and its data.

    Attributes:
        id: The id of its element; unique on the page.
        name: File name of the downloads, without an ending.
        svg: An ``<svg>`` element.
        data: What it shows, ready for JSON.
        table: The same as rows, with the header first; None if it is no table.
    """

    id: str
    name: str
    svg: str
    data: Any
    table: tuple[tuple[Any, ...], ...] | None = None

    @property
    def downloads(self) -> tuple[tuple[str, str, str], ...]:
        """For each download its name for the reader, its file name, and its data URI."""
        text = json.dumps(self.data, indent=1, ensure_ascii=False)
        files = [
            ("SVG", f"{self.name}.svg", data_uri("image/svg+xml", self.svg)),
            ("data (JSON)", f"{self.name}.json", data_uri("application/json", text)),
        ]
        if self.table is not None:
            files.append(("CSV", f"{self.name}.csv", data_uri("text/csv", _csv(self.table))))
        return tuple(files)


@dataclass(frozen=True)
class MapFigures:
    """The heat maps of one S_n: the trained network and both controls."""

    n: int
    intervals: int
    salient_edges: int
    figures: tuple[Figure, ...]


def type_figure(evidence: Evidence) -> Figure:
    """The bar chart of edge types with error bars and controls."""
    types = evidence.types
    networks, draws = len(types[0].untrained), len(types[0].random)
    picture = type_bars(
        [
            (
                "trained",
                "trained network, 95% interval",
                np.array([kind.trained.value for kind in types]),
                np.array([[kind.trained.low, kind.trained.high] for kind in types]),
            ),
            ("untrained", f"{networks} untrained", *_control([kind.untrained for kind in types])),
            ("random", f"{draws} random draws", *_control([kind.random for kind in types])),
        ],
        "types",
    )
    header = ("type", "salient edges", "all edges", "group", "number", "over-representation")
    rows: list[tuple[Any, ...]] = []
    for kind in types:
        first = (kind.type, kind.salient_edges, kind.all_edges)
        rows.append((*first, "trained", 0, kind.trained.value))
        for group, values in (("untrained", kind.untrained), ("random", kind.random)):
            rows.extend((*first, group, k, value) for k, value in enumerate(values))
    return Figure("fig-types", "edge-types", picture, to_json(types), (header, *rows))


def _control(values: Sequence[Sequence[float]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    single = np.array(values, dtype=np.float64).reshape(len(values), -1)
    known = np.isfinite(single).any(axis=1)
    heights = np.full(len(single), np.nan)
    heights[known] = np.nanmean(single[known], axis=1)
    return heights, single


def map_figures(evidence: Evidence) -> tuple[MapFigures, ...]:
    """The heat maps, largest n first, all with the same colours."""
    maps = [chart for chart in reversed(evidence.maps) if chart.n >= 3]
    largest = max((_largest(chart) for chart in maps), default=1.0)
    return tuple(
        MapFigures(
            n=chart.n,
            intervals=chart.intervals,
            salient_edges=int(chart.trained_edges.sum()),
            figures=_panels(chart, largest),
        )
        for chart in maps
    )


def _panels(chart: MapEvidence, largest: float) -> tuple[Figure, ...]:
    panels = (
        ("trained", "Trained network", chart.trained, chart.trained_edges),
        ("untrained", "Untrained networks, mean", chart.untrained, chart.untrained_edges),
        ("random", "Random, same ranks, mean", chart.random, chart.random_edges),
    )
    header = ("n", "i", "j", "group", "all edges", "salient edges", "over-representation")
    figures = []
    for kind, title, values, counts in panels:
        name = f"map{chart.n}{kind}"
        rows = [
            (chart.n, i + 1, j + 1, kind, *(to_json(float(part[i, j])) for part in parts))
            for parts in [(chart.everything, counts, values)]
            for i in range(chart.n)
            for j in range(i + 1, chart.n)
        ]
        data = [dict(zip(header, row, strict=True)) for row in rows]
        picture = heat_map(values, counts, title, name, largest)
        file_name = f"reflections-S{chart.n}-{kind}"
        figures.append(Figure(f"fig-{name}", file_name, picture, data, (header, *rows)))
    return tuple(figures)


def _largest(chart: MapEvidence) -> float:
    """Where the colours saturate: cells with few edges do not decide it."""
    shown = [
        np.abs(values[np.isfinite(values) & (edges >= FEW_EDGES)])
        for values, edges in (
            (chart.trained, chart.trained_edges),
            (chart.untrained, chart.untrained_edges),
            (chart.random, chart.random_edges),
        )
    ]
    return min(1.0, float(np.concatenate([[0.1], *shown]).max()))


def example_figure(example: Example, number: int) -> Figure:
    """The Hasse diagram of an example."""
    data = to_json(example)
    del data["svg"]
    header = ("permutation", "rank", "saliency")
    rows = [(vertex.permutation, vertex.rank, vertex.score) for vertex in example.salient]
    name = f"interval-{example.x}-{example.w}".replace(",", "_")
    return Figure(f"fig-interval{number}", name, example.svg, data, (header, *rows))


def data_uri(kind: str, text: str) -> str:
    """Text as an address that needs no network.

    Example:
        >>> data_uri("text/csv", "a")
        'data:text/csv;base64,YQ=='
    """
    return f"data:{kind};base64,{base64.b64encode(text.encode()).decode()}"


def _csv(rows: Sequence[Sequence[Any]]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(
        ["" if value is None else value for value in row] for row in rows
    )
    return stream.getvalue()
