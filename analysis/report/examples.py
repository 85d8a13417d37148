"""The intervals that a report draws: chosen by a rule, none by taste."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.attribution import Attributions
from analysis.drawing import draw_salient
from analysis.hypercubes import CubeSearch, Hypercube, is_boolean_interval, maximal_hypercubes
from analysis.labelled import LabelledGraphs
from analysis.report.contents import Choice, Cube, Example, SalientVertex
from analysis.report.explorer import check_row
from data_gen import schema
from data_gen.dataset import IntervalDataset
from data_gen.intervals import BruhatInterval
from data_gen.permutations import format_permutation
from data_gen.polynomials import trimmed
from klgnn.evaluation import Predictions, predict
from klgnn.graphs import IntervalGraphs
from klgnn.models import CoefficientNetwork

__all__ = ["MOST_CUBES", "MOST_VERTICES", "build_examples", "choose_examples"]

MOST_VERTICES = 130
"""Larger intervals are not drawn: their Hasse diagrams are hard to read."""

MOST_CUBES = 30
"""So many cubes of an interval are listed."""

_RANDOM = "drawn at random"
_MOST = "most salient vertices"


def choose_examples(
    graphs: LabelledGraphs,
    salient: NDArray[np.bool_],
    splits: NDArray[np.object_],
    count: int,
    seed: int,
) -> tuple[list[tuple[int, str]], str]:
    """Chooses the intervals to draw.

    Half of them are drawn at random among the intervals of the test split that have a salient
    vertex and are small enough to draw; the others are those with the most salient vertices.

    Args:
        graphs: The dataset's graphs.
        salient: bool[V].
        splits: str[G], the split of each graph.
        count: How many.
        seed: Of the draw.

    Returns:
        The graphs, each with the reason, and the rule as a sentence.

    Example:
        >>> ends = ("123", "321"), ("1324", "3412"), ("1324", "4231")
        >>> graphs = LabelledGraphs.of_intervals(BruhatInterval(x, w) for x, w in ends)
        >>> splits = np.array(["train", "test", "test"], dtype=object)
        >>> chosen, rule = choose_examples(graphs, graphs.ranks == 1, splits, count=2, seed=0)
        >>> sorted(chosen)
        [(1, 'drawn at random'), (2, 'most salient vertices')]
        >>> print(rule[:82])
        Among the 2 intervals of the test split with a salient vertex and at most 130 vert
    """
    marked = np.bincount(graphs.node_graph[salient], minlength=graphs.num_graphs)
    drawable = (marked > 0) & (np.diff(graphs.node_offsets) <= MOST_VERTICES)
    in_test = np.flatnonzero(drawable & (splits == "test"))
    where = "of the test split"
    if len(in_test) < count:
        in_test = np.flatnonzero(drawable)
        where = "of the whole dataset (the test split has too few)"
    rng = np.random.default_rng(seed)
    at_random = rng.permutation(in_test)[: (count + 1) // 2]
    rest = np.setdiff1d(in_test, at_random)
    most = rest[np.lexsort((rest, -marked[rest]))][: count - len(at_random)]
    rule = (
        f"Among the {len(in_test):,} intervals {where} with a salient vertex and at most "
        f"{MOST_VERTICES} vertices, {len(at_random)} were drawn at random (seed {seed}) and the "
        f"{len(most)} others with the most salient vertices were added."
    )
    chosen = [(int(graph), _RANDOM) for graph in at_random]
    return chosen + [(int(graph), _MOST) for graph in most], rule


def build_examples(
    chosen: Sequence[tuple[int, str]],
    dataset: IntervalDataset,
    network: CoefficientNetwork,
    features: str,
    graphs: LabelledGraphs,
    attributions: Attributions,
    salient: NDArray[np.bool_],
    rows: NDArray[np.int64] | None = None,
) -> tuple[Example, ...]:
    """Works out and draws the chosen intervals.

    Args:
        chosen: Graphs with the reason for each.
        dataset: The dataset.
        network: The trained network.
        features: Its feature set.
        graphs: The dataset's graphs.
        attributions: Those of the trained network.
        salient: bool[V], its salient vertices.
        rows: int64[G], the dataset row of each graph; None if they are all rows.

    Returns:
        The examples, in the order given.

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
        ...     low = graphs.ranks < 3
        ...     (crown,) = build_examples(
        ...         [(9, "by hand")], data, network, features, graphs, found, low
        ...     )
        >>> crown.x, crown.w, crown.polynomial, crown.predicted, crown.salient_edges
        ('1324', '3412', (1, 1), (1, 1), 12)
        >>> crown.cubes[0].vertices, crown.cubes[0].is_interval
        (('1324', '1342', '1423', '1432'), True)
    """
    if not chosen:
        return ()
    rows = np.arange(graphs.num_graphs) if rows is None else rows
    numbers = rows[[graph for graph, _ in chosen]]
    columns = [schema.X, schema.W, schema.KL, schema.SPLIT]
    table = dataset.read(columns).take(numbers).to_pylist()
    said = predict(network, IntervalGraphs(dataset, features=features, rows=numbers))
    examples = []
    for place, (graph, why) in enumerate(chosen):
        row = table[place]
        interval = BruhatInterval(row[schema.X], row[schema.W])
        nodes = graphs.nodes_of(graph)
        check_row(interval, graphs, graph, int(numbers[place]), dataset)
        examples.append(
            _example(
                interval,
                int(numbers[place]),
                row,
                why,
                _choices(said, network, place),
                np.asarray(attributions.scores[nodes], dtype=np.float64),
                salient[nodes],
                f"interval{place + 1}",
            )
        )
    return tuple(examples)


def _example(
    interval: BruhatInterval,
    number: int,
    row: dict[str, object],
    why: str,
    choices: tuple[Choice, ...],
    scores: NDArray[np.float64],
    salient: NDArray[np.bool_],
    name: str,
) -> Example:
    marked = np.flatnonzero(salient)
    found = maximal_hypercubes(interval.graph, marked.tolist())
    words = [format_permutation(vertex) for vertex in interval.nodes]
    polynomial = tuple(int(value) for value in row[schema.KL])  # type: ignore[attr-defined]
    edges = salient[interval.graph.sources] & salient[interval.graph.targets]
    return Example(
        row=number,
        n=interval.n,
        x=words[0],
        w=words[-1],
        length=interval.length,
        num_nodes=interval.num_nodes,
        num_edges=interval.num_edges,
        split=str(row[schema.SPLIT]),
        chosen=why,
        polynomial=polynomial,
        predicted=trimmed((1, *(choice.values[0] for choice in choices))),
        choices=choices,
        salient=tuple(
            SalientVertex(words[vertex], int(interval.ranks[vertex]), float(scores[vertex]))
            for vertex in marked[np.lexsort((marked, -scores[marked]))]
        ),
        salient_edges=int(np.count_nonzero(edges)),
        cubes=_cubes(interval, found, words),
        cubes_complete=found.is_complete and len(found.cubes) <= MOST_CUBES,
        svg=draw_salient(interval, scores, salient, found.cubes[0] if found.cubes else None, name),
    )


def _cubes(interval: BruhatInterval, found: CubeSearch, words: list[str]) -> tuple[Cube, ...]:
    def described(cube: Hypercube) -> Cube:
        return Cube(
            dimension=cube.dimension,
            base=words[cube.base],
            top=words[cube.top],
            vertices=tuple(words[vertex] for vertex in cube.vertices),
            is_interval=is_boolean_interval(interval.graph, cube),
        )

    return tuple(described(cube) for cube in found.cubes[:MOST_CUBES])


def _choices(said: Predictions, network: CoefficientNetwork, place: int) -> tuple[Choice, ...]:
    found = []
    for k, values in enumerate(network.vocabulary):
        chances = said.probabilities[k][place]
        order = np.argsort(-chances, kind="stable")[:2]
        true = said.true[place, k] if k < said.true.shape[1] else 0
        found.append(
            Choice(
                power=k + 1,
                true=int(true),
                values=tuple(int(values[column]) for column in order),
                probabilities=tuple(float(chances[column]) for column in order),
            )
        )
    return tuple(found)
