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
from analysis.evidence import Evidence, MapDifferences, MapEvidence
from analysis.reflections import EDGE_TYPES, edge_types
from analysis.report.contents import Example, to_json
from analysis.statistics import Estimate

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

    Example:
        >>> dot = Figure("fig-dot", "dot", "<svg></svg>", {"x": 1}, (("x",), (1,)))
        >>> for what, name, uri in dot.downloads:
        ...     print(what, name, uri)
        SVG dot.svg data:image/svg+xml;base64,PHN2Zz48L3N2Zz4=
        data (JSON) dot.json data:application/json;base64,ewogIngiOiAxCn0=
        CSV dot.csv data:text/csv;base64,eAoxCg==
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
class ReflectionLine:
    """One single reflection, with its differences from the controls.

    Attributes:
        name: As "(1, 4)".
        type: Its edge type.
        edges: Salient edges, mean over the trainings.
        over: Mean over-representation.
        against: For each control the difference with its interval, the effect with its interval,
            and the corrected p-value.
        p_holm: The largest of those that decide.
        differs: Whether it differs from all that decide.
    """

    name: str
    type: str
    edges: float
    over: float
    against: tuple[tuple[str, Estimate, Estimate, float], ...]
    p_holm: float
    differs: bool


@dataclass(frozen=True)
class MapFigures:
    """The heat maps of one S_n: the trained networks and controls.

    Attributes:
        n: The n of S_n.
        intervals: Number of intervals of S_n in the dataset.
        salient_edges: Their salient edges, mean over the trainings.
        figures: The maps.
        closest: The single reflections nearest to a difference, or beyond; none for one training.
    """

    n: int
    intervals: int
    salient_edges: int
    figures: tuple[Figure, ...]
    closest: tuple[ReflectionLine, ...]


def type_figure(evidence: Evidence) -> Figure:
    """The bar chart of edge types with error bars and controls.

    Example:
        >>> from analysis.evidence import SalientParts, weigh
        >>> from analysis.labelled import LabelledGraphs
        >>> from data_gen.intervals import BruhatInterval
        >>> graphs = LabelledGraphs.of_intervals([BruhatInterval("1234", "4321")] * 9)
        >>> low, others = graphs.ranks < 4, np.arange(graphs.num_nodes) % 3 > 0
        >>> evidence = weigh(graphs, SalientParts([low] * 2, [others] * 2), draws=20)
        >>> chart = type_figure(evidence)
        >>> chart.name, chart.table[0]
        ('edge-types', ('type', 'salient edges', 'all edges', 'group', 'number', \
'over-representation'))
        >>> [row for row in chart.table if row[3] == "untrained"][0]
        ('simple', 162, 324, 'untrained', 0, -0.11111111111111116)
    """
    types = evidence.types
    number = evidence.networks
    label = "trained network, 95% interval" if number == 1 else f"{number} trained, 95% interval"
    shares = np.array([kind.share for kind in types])
    groups = [
        (
            "trained",
            label,
            _as_share(np.array([kind.trained.value for kind in types]), shares),
            np.array(
                [
                    [_as_share(end, kind.share) for end in (kind.trained.low, kind.trained.high)]
                    for kind in types
                ]
            ),
        )
    ]
    for place, one in enumerate(types[0].comparisons):
        row = [kind.comparisons[place] for kind in types]
        values = np.array([comparison.values for comparison in row], dtype=np.float64)
        heights = np.array([comparison.mean for comparison in row])
        groups.append(
            (
                one.control,
                _LABELS[one.control].format(len(one.values)),
                _as_share(heights, shares),
                _as_share(values, shares[:, None]),
            )
        )
    picture = type_bars(groups, shares, _stars(evidence), "types")
    header = ("type", "salient edges", "all edges", "group", "number", "over-representation")
    rows: list[tuple[Any, ...]] = []
    for kind in types:
        first = (kind.type, kind.salient_edges, kind.all_edges)
        rows.extend((*first, "trained", k, value) for k, value in enumerate(kind.networks))
        for comparison in kind.comparisons:
            rows.extend((*first, comparison.control, k, v) for k, v in enumerate(comparison.values))
    return Figure("fig-types", "edge-types", picture, to_json(types), (header, *rows))


_LABELS = {
    "untrained": "{} untrained",
    "shuffled": "{} on shuffled labels",
    "ranks": "random, same ranks",
    "degrees": "random, same ranks and degrees",
    "distances": "random, same ranks and distances",
    "uniform": "uniformly random",
}


def _as_share(over: Any, share: Any) -> Any:
    """An over-representation as the share of the edges that have the type."""
    return (1 + over) * share


def _stars(evidence: Evidence) -> tuple[str, ...]:
    """How many of the decisive controls each type differs from, for the label of its bar."""
    return tuple(
        f"{sum(one.holds for one in kind.decisive)} of {len(kind.decisive)}"
        for kind in evidence.types
    )


def map_figures(evidence: Evidence) -> tuple[MapFigures, ...]:
    """The heat maps, largest n first, all with the same colours.

    Example:
        >>> from analysis.evidence import SalientParts, weigh
        >>> from analysis.labelled import LabelledGraphs
        >>> from data_gen.intervals import BruhatInterval
        >>> graphs = LabelledGraphs.of_intervals([BruhatInterval("1234", "4321")] * 9)
        >>> low, others = graphs.ranks < 4, np.arange(graphs.num_nodes) % 3 > 0
        >>> evidence = weigh(graphs, SalientParts([low] * 2, [others] * 2), draws=20)
        >>> (maps,) = map_figures(evidence)  # MapFigures
        >>> maps.n, maps.salient_edges, [figure.name[15:] for figure in maps.figures]
        (4, 279, ['trained', 'untrained', 'ranks'])
        >>> line = maps.closest[0]  # a ReflectionLine
        >>> line.name, line.type, line.edges, line.p_holm, line.differs
        ('(1, 2)', 'simple', 54.0, 1.0, False)
    """
    maps = [chart for chart in reversed(evidence.maps) if chart.n >= 3]
    largest = max((_largest(chart) for chart in maps), default=1.0)
    return tuple(
        MapFigures(
            n=chart.n,
            intervals=chart.intervals,
            salient_edges=round(float(chart.edges["trained"].sum())),
            figures=_panels(chart, largest, evidence.networks),
            closest=_closest(chart),
        )
        for chart in maps
    )


def _closest(chart: MapEvidence) -> tuple[ReflectionLine, ...]:
    """Those that differ first, then by p-value and number of edges; at most `_CLOSEST`."""
    tested = [(int(i), int(j)) for i, j in np.argwhere(np.isfinite(chart.p_holm))]
    edges = chart.edges["trained"]
    tested.sort(key=lambda at: (not chart.differs[at], chart.p_holm[at], -edges[at]))
    return tuple(
        ReflectionLine(
            name=f"({i + 1}, {j + 1})",
            type=EDGE_TYPES[int(edge_types(np.array([i + 1]), np.array([j + 1]), chart.n)[0])],
            edges=float(edges[i, j]),
            over=float(chart.over["trained"][i, j]),
            against=tuple((name, *_at(one, i, j)) for name, one in chart.against.items()),
            p_holm=float(chart.p_holm[i, j]),
            differs=bool(chart.differs[i, j]),
        )
        for i, j in tested[:_CLOSEST]
    )


def _at(one: MapDifferences, i: int, j: int) -> tuple[Estimate, Estimate, float]:
    """Difference, effect and p-value of one reflection."""
    points, effect = (
        Estimate(*(float(part[i, j]) for part in parts))
        for parts in (
            (one.points, one.low, one.high),
            (one.effect, one.effect_low, one.effect_high),
        )
    )
    return points, effect, float(one.p_holm[i, j])


_CLOSEST = 6

_TITLES = {
    "untrained": "Untrained, mean",
    "shuffled": "On shuffled labels, mean",
    "ranks": "Random, same ranks, mean",
}


def _panels(chart: MapEvidence, largest: float, networks: int) -> tuple[Figure, ...]:
    own = "Trained network" if networks == 1 else f"{networks} trained networks, mean"
    titles = {"trained": own, **{k: v for k, v in _TITLES.items() if k in chart.over}}
    figures = []
    for kind, title in titles.items():
        values, counts = chart.over[kind], chart.edges[kind]
        name = f"map{chart.n}{kind}"
        columns = {
            "all edges": chart.everything,
            "salient edges": counts,
            "over-representation": values,
            "p": chart.p_holm,
        }
        if kind == "trained":
            for control, one in chart.against.items():
                columns |= {
                    f"{what} from {control}": part for what, part in _columns_of(one).items()
                }
        header = ("n", "i", "j", "group", *columns)
        rows = [
            (
                chart.n,
                i + 1,
                j + 1,
                kind,
                *(to_json(float(part[i, j])) for part in columns.values()),
            )
            for i in range(chart.n)
            for j in range(i + 1, chart.n)
        ]
        data = [dict(zip(header, row, strict=True)) for row in rows]
        marked = chart.differs if kind == "trained" else None
        picture = heat_map(values, counts, title, name, largest, marked)
        file_name = f"reflections-S{chart.n}-{kind}"
        figures.append(Figure(f"fig-{name}", file_name, picture, data, (header, *rows)))
    return tuple(figures)


def _columns_of(one: MapDifferences) -> dict[str, NDArray[np.float64]]:
    """The columns of a table of single reflections; the names go before a control's."""
    return {
        "difference": one.points,
        "low end of difference": one.low,
        "high end of difference": one.high,
        "effect": one.effect,
        "low end of effect": one.effect_low,
        "high end of effect": one.effect_high,
        "p": one.p_holm,
    }


def _largest(chart: MapEvidence) -> float:
    """Where the colours saturate: cells with few edges do not decide it."""
    shown = [
        np.abs(chart.over[kind][np.isfinite(chart.over[kind]) & (chart.edges[kind] >= FEW_EDGES)])
        for kind in ("trained", *_TITLES)
        if kind in chart.over
    ]
    return min(1.0, float(np.concatenate([[0.1], *shown]).max()))


def example_figure(example: Example, number: int) -> Figure:
    """The Hasse diagram of an example.

    Example:
        >>> from analysis.report.contents import SalientVertex
        >>> bottom = SalientVertex("1324", rank=0, score=2.5)
        >>> one = Example(
        ...     row=9, n=4, x="1324", w="3412", length=3, num_nodes=10, num_edges=16, split="test",
        ...     chosen="by hand", polynomial=(1, 1), predicted=(1, 1), choices=(),
        ...     salient=(bottom,), salient_edges=0, cubes=(), cubes_complete=True, svg="<svg></svg>"
        ... )
        >>> figure = example_figure(one, number=1)
        >>> figure.id, figure.name, figure.table[1]
        ('fig-interval1', 'interval-1324-3412', ('1324', 0, 2.5))
    """
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
