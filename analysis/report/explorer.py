"""The intervals of the page's explorer, as compact data.

The page rebuilds the graph of [x, w], its decompositions and its picture from x and w by itself, so
only what the network has to do with it travels: scores, salient vertices, cubes, probabilities.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.attribution import Attributions
from analysis.hypercubes import maximal_hypercubes
from analysis.labelled import LabelledGraphs
from data_gen import schema
from data_gen.dataset import IntervalDataset
from data_gen.errors import RunError
from data_gen.intervals import BruhatInterval
from data_gen.permutations import format_permutation
from klgnn.evaluation import predict
from klgnn.graphs import IntervalGraphs
from klgnn.models import CoefficientNetwork

__all__ = [
    "Explorer",
    "ExplorerInterval",
    "build_explorer",
    "check_row",
    "choose_intervals",
    "explored",
]

MOST_CUBES = 12
"""So many cubes of an interval can be shown."""

MOST_VALUES = 4
"""So many values of a coefficient have their probability shown."""

MOST_VERTICES = 5_000
"""Larger intervals are left out: no screen shows them."""

MOST_VERTICES_IN_ALL = 3_000_000
"""Keeps the page under 15 MB: a vertex takes some three bytes of it."""

CUBE_LIMIT = 5_000
"""So many cubes of a salient part are looked at before the search gives up."""

_LEVELS = 65_535

Distribution = tuple[tuple[int, float], ...]
"""Values of a coefficient with their probabilities, the most probable first."""


@dataclass(frozen=True, eq=False)
class ExplorerInterval:
    """One interval.

    Attributes:
        x: Its bottom, one-line notation.
        w: Its top.
        polynomial: P_{x,w}, ascending; None if it is not known.
        num_nodes: Number of vertices N.
        said: For q, q^2, ... what the network says.
        scores: float[N], vertex scores, in the order of `data_gen.intervals`.
        salient: Its salient vertices.
        cubes: Boolean cubes among them, largest first; vertices as in `analysis.hypercubes`.
        cubes_complete: Whether these are all maximal ones.
        row: The row of the dataset, if it is from one.
        split: Its split; empty if it is from no dataset.

    Example:
        >>> interval = BruhatInterval("1324", "3412")
        >>> one = explored(interval, (1, 1), [{1: 0.9, 0: 0.1}], np.arange(10.0), np.arange(10) > 8)
        >>> said = one.to_dict()
        >>> said["x"], said["polynomial"], said["said"], said["highest"], said["salient"]
        ('1324', [1, 1], [[[1, 0.9], [0, 0.1]]], 9.0, [9])
    """

    x: str
    w: str
    polynomial: tuple[int, ...] | None
    num_nodes: int
    said: tuple[Distribution, ...]
    scores: NDArray[np.floating]
    salient: tuple[int, ...]
    cubes: tuple[tuple[int, ...], ...]
    cubes_complete: bool
    row: int | None = None
    split: str = ""

    def to_dict(self) -> dict[str, Any]:
        """What the page reads; scores as 16-bit levels below the highest, in base 64."""
        highest = float(self.scores.max(initial=0.0))
        levels = np.round(self.scores / (highest or 1.0) * _LEVELS).astype("<u2")
        return {
            "x": self.x,
            "w": self.w,
            "row": self.row,
            "split": self.split,
            "polynomial": None if self.polynomial is None else list(self.polynomial),
            "vertices": self.num_nodes,
            "said": [[[v, float(f"{p:.4g}")] for v, p in values] for values in self.said],
            "highest": float(f"{highest:.6g}"),
            "scores": base64.b64encode(levels.tobytes()).decode(),
            "salient": list(self.salient),
            "cubes": [list(cube) for cube in self.cubes],
            "complete": self.cubes_complete,
        }


@dataclass(frozen=True, eq=False)
class Explorer:
    """What the page's explorer holds.

    Attributes:
        intervals: The intervals, in the order of the dataset.
        rule: How they were chosen, in a sentence.
        coefficient: The k whose coefficient of q^k was attributed.
        attributed: What was attributed and what is salient, for the downloads.

    Example:
        >>> interval = BruhatInterval("1324", "3412")
        >>> one = explored(interval, (1, 1), [], np.zeros(10), np.zeros(10, dtype=bool))
        >>> page = Explorer((one,), "One interval of S_4.", coefficient=1).to_dict()
        >>> page["coefficient"], [part["w"] for part in page["intervals"]]
        (1, ['3412'])
    """

    intervals: tuple[ExplorerInterval, ...]
    rule: str = ""
    coefficient: int | None = None
    attributed: str = ""

    def to_dict(self) -> dict[str, Any]:
        """What the page reads, ready for JSON."""
        return {
            "coefficient": self.coefficient,
            "attributed": self.attributed,
            "intervals": [interval.to_dict() for interval in self.intervals],
        }


def build_explorer(
    dataset: IntervalDataset,
    network: CoefficientNetwork,
    features: str,
    graphs: LabelledGraphs,
    attributions: Attributions,
    salient: NDArray[np.bool_],
    splits: NDArray[np.object_],
    count: int = 1000,
    seed: int = 0,
    *,
    coefficient: int | None = None,
    attributed: str = "",
    progress: Callable[[int, int], None] | None = None,
    rows: NDArray[np.int64] | None = None,
) -> Explorer:
    """Gathers the intervals that can be explored.

    Args:
        dataset: The dataset.
        network: The trained network.
        features: Its feature set.
        graphs: The dataset's graphs.
        attributions: Those of the trained network.
        salient: bool[V], its salient vertices.
        splits: str[G], the split of each graph.
        count: How many intervals at most; see `choose_intervals`.
        seed: Of the choice.
        coefficient: The k whose coefficient of q^k was attributed.
        attributed: What was attributed, in words.
        progress: Told (intervals done, intervals).
        rows: int64[G], the dataset row of each graph; None if they are all rows.

    Raises:
        RunError: If an interval does not have the graph that the dataset says.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from analysis.attribution import attribute
        >>> from analysis.labelled import read_labelled
        >>> from data_gen.generation import generate
        >>> from klgnn.runs import Run
        >>> run = Run.default()
        >>> network, features = run.network(), run.config.features
        >>> with TemporaryDirectory() as folder:
        ...     data = generate([3, 4], f"{folder}/s34", select="classes")
        ...     graphs = read_labelled(data)
        ...     inputs = IntervalGraphs(data, features=features)
        ...     (found,) = attribute([network], inputs.loader(), 1)
        ...     splits = np.array(data.read([schema.SPLIT])[schema.SPLIT].to_pylist(), object)
        ...     explorer = build_explorer(
        ...         data, network, features, graphs, found, graphs.is_end, splits, count=2
        ...     )
        >>> [(one.x, one.w, one.polynomial, one.salient) for one in explorer.intervals]
        [('1234', '3412', (1, 1), (0, 13)), ('1324', '4231', (1,), (0, 15))]
        >>> explorer.rule.partition(",")[0]
        '2 of the 14 intervals of the dataset'
    """
    rows = np.arange(graphs.num_graphs) if rows is None else rows
    table = dataset.read([schema.X, schema.W, schema.KL]).take(rows)
    polynomials = [tuple(values) for values in table[schema.KL].to_pylist()]
    chosen, rule = choose_intervals(polynomials, splits, np.diff(graphs.node_offsets), count, seed)
    if not chosen:
        return Explorer((), rule, coefficient, attributed)
    ends = table.select([schema.X, schema.W]).take(chosen).to_pylist()
    said = predict(network, IntervalGraphs(dataset, features=features, rows=rows[chosen]))
    found = []
    for place, (graph, names) in enumerate(zip(chosen, ends, strict=True)):
        interval = BruhatInterval(names[schema.X], names[schema.W])
        check_row(interval, graphs, graph, int(rows[graph]), dataset)
        nodes = graphs.nodes_of(graph)
        chances = [values[place] for values in said.probabilities]
        found.append(
            explored(
                interval,
                polynomials[graph],
                [
                    dict(zip(v, p, strict=True))
                    for v, p in zip(network.vocabulary, chances, strict=True)
                ],
                attributions.scores[nodes],
                salient[nodes],
                row=int(rows[graph]),
                split=str(splits[graph]),
            )
        )
        if progress is not None:
            progress(place + 1, len(chosen))
    return Explorer(tuple(found), rule, coefficient, attributed)


def explored(
    interval: BruhatInterval,
    polynomial: Sequence[int] | None,
    distributions: Sequence[Mapping[int, float]],
    scores: NDArray[np.floating],
    salient: NDArray[np.bool_],
    row: int | None = None,
    split: str = "",
) -> ExplorerInterval:
    """One interval of an explorer.

    Args:
        interval: The interval.
        polynomial: Its polynomial, ascending; None if it is not known.
        distributions: For q, q^2, ... the probability of every value.
        scores: float[N].
        salient: bool[N].
        row: The row of the dataset, if it is from one.
        split: Its split.

    Example:
        >>> interval, everything = BruhatInterval("123", "321"), np.ones(6, dtype=bool)
        >>> one = explored(interval, (1,), [{0: 0.75, 1: 0.25}], np.arange(6.0), everything)
        >>> one.said, one.cubes[0]
        ((((0, 0.75), (1, 0.25)),), (0, 1, 2, 3))
    """
    marked = np.flatnonzero(salient).tolist()
    search = maximal_hypercubes(interval.graph, marked, limit=CUBE_LIMIT)
    return ExplorerInterval(
        x=format_permutation(interval.x),
        w=format_permutation(interval.w),
        polynomial=None if polynomial is None else tuple(int(value) for value in polynomial),
        num_nodes=interval.num_nodes,
        said=tuple(map(_likeliest, distributions)),
        scores=scores,
        salient=tuple(marked),
        cubes=tuple(cube.vertices for cube in search.cubes[:MOST_CUBES]),
        cubes_complete=search.is_complete and len(search.cubes) <= MOST_CUBES,
        row=row,
        split=split,
    )


def choose_intervals(
    polynomials: Sequence[tuple[int, ...]],
    splits: NDArray[np.object_],
    sizes: NDArray[np.integer],
    count: int,
    seed: int,
) -> tuple[list[int], str]:
    """Chooses the intervals to explore: all if they are few, else some of every polynomial.

    The polynomials take turns, each giving one of its intervals at random, those of the test split
    first, until there are enough: rare polynomials are there as well as common ones.

    Args:
        polynomials: The polynomial of each graph.
        splits: str[G], the split of each graph.
        sizes: int[G], the number of vertices of each graph.
        count: How many at most.
        seed: Of the choice.

    Returns:
        The graphs, ascending, and the rule as a sentence.

    Example:
        >>> splits, sizes = np.array(["train", "test", "test"], dtype=object), np.full(3, 6)
        >>> choose_intervals([(1,), (1,), (1, 1)], splits, sizes, 2, 0)[0]
        [1, 2]
    """
    fitting = np.flatnonzero(sizes <= MOST_VERTICES)
    left_out = len(sizes) - len(fitting)
    without = f" ({left_out:,} with more than {MOST_VERTICES:,} vertices left out)" * (left_out > 0)
    if len(fitting) <= count and sizes[fitting].sum() <= MOST_VERTICES_IN_ALL:
        return fitting.tolist(), f"All {len(fitting):,} intervals of the dataset{without}."
    shuffled = np.random.default_rng(seed).permutation(fitting)
    test_first = shuffled[np.argsort(splits[shuffled] != "test", kind="stable")]
    chosen: list[int] = []
    total = 0
    for graph in _in_turns([polynomials[graph] for graph in test_first], test_first.tolist()):
        total += int(sizes[graph])
        if len(chosen) == count or total > MOST_VERTICES_IN_ALL:
            break
        chosen.append(graph)
    kinds = len({polynomials[graph] for graph in chosen})
    rule = (
        f"{len(chosen):,} of the {len(sizes):,} intervals of the dataset{without}, with {kinds:,} "
        f"polynomials that took turns (seed {seed}), intervals of the test split first: the rare "
        "polynomials are shown more often than they occur."
    )
    return sorted(chosen), rule


def _in_turns(keys: Sequence[tuple[int, ...]], items: Sequence[int]) -> Iterator[int]:
    """The first item of every key, then the second of every key, and so on."""
    groups: dict[tuple[int, ...], list[int]] = {}
    for key, item in zip(keys, items, strict=True):
        groups.setdefault(key, []).append(item)
    ordered = [groups[key] for key in sorted(groups)]
    for turn in range(max(map(len, ordered), default=0)):
        yield from (group[turn] for group in ordered if turn < len(group))


def _likeliest(distribution: Mapping[int, float]) -> Distribution:
    ordered = sorted(distribution.items(), key=lambda item: -item[1])
    return tuple((int(value), float(chance)) for value, chance in ordered[:MOST_VALUES])


def check_row(
    interval: BruhatInterval,
    graphs: LabelledGraphs,
    graph: int,
    row: int,
    dataset: IntervalDataset,
) -> None:
    """Raises RunError unless a row of a dataset holds the graph of its interval, vertex by vertex.

    The pictures and the page number the vertices by themselves.

    Args:
        interval: The interval that the row is of.
        graphs: The graphs that were read.
        graph: Its place among them.
        row: The row, for the message.
        dataset: The dataset, for the message.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from analysis.labelled import read_labelled
        >>> from data_gen.generation import generate
        >>> with TemporaryDirectory() as folder:
        ...     data = generate(3, f"{folder}/s3", select="classes")
        ...     graphs = read_labelled(data)
        ...     for graph in range(data.num_rows):
        ...         check_row(data.interval(graph), graphs, graph, graph, data)
        ...     try:
        ...         check_row(data.interval(0), graphs, 1, 1, data)
        ...     except RunError as error:
        ...         print(str(error).partition("' ")[2])
        does not hold the graph of its interval BruhatInterval('123', '123'). Generate the dataset \
again.
    """
    edges, first = graphs.edges_of(graph), int(graphs.node_offsets[graph])
    same = (
        np.array_equal(interval.graph.ranks, graphs.ranks[graphs.nodes_of(graph)])
        and np.array_equal(interval.graph.sources, graphs.sources[edges] - first)
        and np.array_equal(interval.graph.targets, graphs.targets[edges] - first)
    )
    if not same:
        raise RunError(
            f"Row {row} of {str(dataset.path)!r} does not hold the graph of its interval "
            f"{interval!r}. Generate the dataset again."
        )
