"""Unlabelled Bruhat graphs from files that other programs wrote: GraphML, GEXF, edge lists.

An edge goes from the lower element to the higher one. Nothing in a bare graph says which way is up:
turned round, the graph of [x, w] is that of [w0 w, w0 x], an interval with another polynomial. So a
file is read as it stands, unless `downwards` is asked for, or every edge descends by what the file
says of its vertices: a number ``rank`` or ``length`` at each, or names that are permutations.

Everything else in a file (names, weights, colours, positions) is for messages only. Edges that
occur several times count once: a Bruhat graph has at most one from one vertex to another.
"""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from data_gen.errors import GraphError, PermutationError, UsageError
from data_gen.graph import IntervalGraph, nodes_by_rank
from data_gen.graph_checks import check_bruhat_graph
from data_gen.intervals import BruhatInterval
from data_gen.permutations import length, parse_permutation

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["FORMATS", "GraphFile", "is_graph_file", "read_graph_file"]

FORMATS = {
    ".graphml": "GraphML",
    ".xml": "GraphML",
    ".gexf": "GEXF",
    ".edgelist": "edge list",
    ".edges": "edge list",
    ".txt": "edge list",
    ".tsv": "edge list",
    ".csv": "edge list",
}
"""What the end of a file's name says, before a further ``.gz``."""

_RANK_ATTRIBUTES = ("rank", "length")
_HEADERS = ({"source", "target"}, {"from", "to"}, {"lower", "upper"})
# A name in brackets or quotes may contain blanks and commas: networkx writes (1, 3, 2) so.
_WORD = re.compile(r"""\([^()]*\)|\[[^\[\]]*\]|"[^"]*"|'[^']*'|[^\s]+""")
_MOST_RANK = np.iinfo(np.int16).max


@dataclass(frozen=True)
class GraphFile:
    r"""What a file holds.

    Attributes:
        path: The file.
        graph: The graph, vertices by rank and then as the file lists them.
        names: What the file calls each vertex.
        remarks: What the reader did that its user may want to know, in sentences.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     path = Path(folder, "named.csv")
        ...     _ = path.write_text("lower,upper\n123,213\n123,132\n213,231\n132,231\n")
        ...     file = read_graph_file(path)
        >>> file.names, file.bottom, file.top, file.interval()
        (('123', '213', '132', '231'), '123', '231', BruhatInterval('123', '231'))
    """

    path: Path
    graph: IntervalGraph
    names: tuple[str, ...]
    remarks: tuple[str, ...]

    @property
    def bottom(self) -> str:
        """The name of the lowest vertex."""
        return self.names[0]

    @property
    def top(self) -> str:
        """The name of the highest vertex."""
        return self.names[-1]

    def interval(self) -> BruhatInterval | None:
        """The interval that the names claim, if they are permutations and the edges are its own.

        Each edge is compared, so a wrong claim is never believed; None then.
        """
        words = _permutations(self.names)
        if words is None:
            return None
        from data_gen.interval_batch import why_not_below

        x, w = words[0], words[-1]
        if len(x) > 15 or why_not_below(x, w):
            return None
        claimed = BruhatInterval(x, w)
        if claimed.num_nodes != len(words):
            return None
        place = {word: v for v, word in enumerate(claimed.nodes)}
        if set(place) != set(words):
            return None
        names = np.array([place[word] for word in words], np.int32)
        mine = self.graph.relabelled(names)
        same = np.array_equal(mine.sources, claimed.graph.sources) and np.array_equal(
            mine.targets, claimed.graph.targets
        )
        return claimed if same else None


def is_graph_file(word: str) -> bool:
    """Whether a word of a command line names a file with a graph, by its end.

    Example:
        >>> is_graph_file("mine.graphml"), is_graph_file("mine.gexf.gz"), is_graph_file("3412")
        (True, True, False)
    """
    return _format_of(Path(word)) is not None


def read_graph_file(path: str | Path, downwards: bool = False) -> GraphFile:
    r"""Reads the Bruhat graph of an interval, and checks that it can be one.

    Args:
        path: A file in GraphML, GEXF, or with one edge a line: two names, and whatever else. The
            end of its name says which, see `FORMATS`; a further ``.gz`` is unpacked.
        downwards: Whether the edges of the file go from the higher element to the lower one.

    Raises:
        GraphError: If the file cannot be read as what it claims to be, or the graph is undirected,
            has a cycle, or cannot be the Bruhat graph of an interval; see
            `data_gen.graph_checks.check_bruhat_graph`.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     path = Path(folder, "diamond.txt")
        ...     _ = path.write_text("a b\na c\nb d\nc d\n")
        ...     read_graph_file(path).graph
        IntervalGraph(nodes=4, edges=4, length=2, rank_sizes=[1, 2, 1])
    """
    file = Path(path)
    remarks: list[str] = []
    try:
        graph = _simple(_read(file), remarks)
        if _points_down(graph, downwards, remarks):
            graph = graph.reverse(copy=False)
        ordered, names = _order(graph)
        check_bruhat_graph(ordered, names)
    except GraphError as error:
        raise GraphError(f"{str(path)!r}: {error}") from error
    return GraphFile(file, ordered, tuple(names), tuple(remarks))


def _format_of(path: Path) -> str | None:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes[-1:] == [".gz"]:
        suffixes.pop()
    return FORMATS.get(suffixes[-1]) if suffixes else None


def _read(path: Path) -> nx.Graph[str]:
    """The graph as networkx reads it."""
    import networkx as nx

    kind = _format_of(path)
    if kind is None:
        raise GraphError(f"the end of the file's name has to say what it is: {', '.join(FORMATS)}.")
    readers: dict[str, Callable[[Path], nx.Graph[str]]] = {
        "GraphML": nx.read_graphml,
        "GEXF": nx.read_gexf,
        "edge list": _read_edge_list,
    }
    try:
        return _with_labels(readers[kind](path))
    except (GraphError, MemoryError):
        raise
    except OSError as error:  # also what gzip says of a damaged file
        raise GraphError(f"cannot be read: {error.strerror or error}.") from error
    except Exception as error:  # the readers of networkx raise what their XML trips over
        raise GraphError(
            f"cannot be read as {kind} ({type(error).__name__}: {str(error).rstrip('.')})."
        ) from error


def _with_labels(graph: nx.Graph[str]) -> nx.Graph[str]:
    """Calls the vertices by their attribute ``label`` where each has one of its own."""
    import networkx as nx

    labels = {node: str(data.get("label", "")) for node, data in graph.nodes(data=True)}
    if "" in labels.values() or len(set(labels.values())) < len(labels):
        labels = {node: str(node) for node in graph}
    return nx.relabel_nodes(graph, labels)


def _read_edge_list(path: Path) -> nx.Graph[str]:
    """Two names a line; what follows them is not looked at, nor is what follows ``#``.

    Names may be in brackets or quotes, which `networkx.read_edgelist` cannot read.
    """
    import networkx as nx

    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix.lower() == ".gz" else data).decode("utf-8-sig")
    graph: nx.DiGraph[str] = nx.MultiDiGraph()
    if Path(str(path).removesuffix(".gz")).suffix.lower() == ".csv":
        rows: Iterator[Sequence[str]] = csv.reader(StringIO(text), skipinitialspace=True)
    else:
        rows = (_words(line) for line in text.splitlines())
    for number, row in enumerate(rows, 1):
        ends = [name.strip() for name in row[:2]]
        if not any(ends) or ends[0].startswith("#"):
            continue
        if len(ends) < 2 or not all(ends):
            raise GraphError(f"line {number} has one name only: {ends[0] or ends[-1]!r}.")
        if graph or {name.lower() for name in ends} not in _HEADERS:
            graph.add_edge(*ends)
    return graph


def _words(line: str) -> list[str]:
    """The names on a line, separated by tabs, blanks, or commas if there are no blanks."""
    if "\t" in line:
        return line.split("\t")
    words: list[str] = [word.strip("\"'") for word in _WORD.findall(line)]
    if len(words) == 1 and words[0][0] not in "([":
        return words[0].split(",")
    return [word.removesuffix(",") for word in words]


def _simple(graph: nx.Graph[str], remarks: list[str]) -> nx.DiGraph[str]:
    """A directed graph without multiple edges."""
    import networkx as nx

    if not graph:
        raise GraphError("there is no vertex in it.")
    if not graph.is_directed():
        raise GraphError(
            "the graph is undirected. A Bruhat graph is directed: its edges go from the shorter to "
            'the longer element. Write it as a directed graph (edgedefault="directed" in GraphML, '
            'defaultedgetype="directed" in GEXF, networkx.DiGraph in Python).'
        )
    simple: nx.DiGraph[str] = nx.DiGraph()
    simple.add_nodes_from(graph.nodes(data=True))
    simple.add_edges_from(graph.edges())
    loop = next(iter(nx.selfloop_edges(simple)), None)
    if loop is not None:
        raise GraphError(f"there is an edge from {loop[0]!r} to itself.")
    both = next(((a, b) for a, b in simple.edges if simple.has_edge(b, a)), None)
    if both is not None:
        raise GraphError(
            f"there is an edge from {both[0]!r} to {both[1]!r} and one back, as if the graph were "
            "undirected. The edges of a Bruhat graph go from the shorter to the longer element."
        )
    repeated = graph.number_of_edges() - simple.number_of_edges()
    if repeated:
        remarks.append(f"Each edge counts once; {repeated:,} of the file's were repetitions.")
    return simple


def _points_down(graph: nx.DiGraph[str], asked: bool, remarks: list[str]) -> bool:
    """Whether to turn the graph round; what the file says of its vertices may decide."""
    heights, source = _heights(graph)
    down = bool(heights) and all(heights[a] > heights[b] for a, b in graph.edges)
    up = bool(heights) and all(heights[a] < heights[b] for a, b in graph.edges)
    if asked and up and graph.number_of_edges():
        a, b = next(iter(graph.edges))
        raise GraphError(
            f"the edges go up already, by {source} ({a!r} -> {b!r}, for one), but were to be read "
            "downwards."
        )
    if down and not asked and graph.number_of_edges():
        remarks.append(f"The edges went down, by {source}; they were turned round.")
    return asked or down


def _heights(graph: nx.DiGraph[str]) -> tuple[dict[str, float], str]:
    """How high each vertex is, if the file says it, and where it does."""
    for key in _RANK_ATTRIBUTES:
        values = {node: data.get(key) for node, data in graph.nodes(data=True)}
        if all(isinstance(value, (int, float)) for value in values.values()):
            return {node: float(value or 0) for node, value in values.items()}, f"their {key!r}"
    words = _permutations(graph.nodes)
    if words is not None:
        return {v: length(word) for v, word in zip(graph, words, strict=True)}, "their names"
    return {}, ""


def _permutations(names: Any) -> list[tuple[int, ...]] | None:
    """The names as permutations of one S_n, or None."""
    try:
        words = [parse_permutation(name) for name in names]
    except PermutationError:
        return None
    return words if len({len(word) for word in words}) == 1 else None


def _order(graph: nx.DiGraph[str]) -> tuple[IntervalGraph, list[str]]:
    """The graph as arrays, vertices by their longest path from below, and their names."""
    import networkx as nx

    try:
        ranks = nodes_by_rank(graph)
    except UsageError:
        cycle = [edge[0] for edge in nx.find_cycle(graph)]
        shown = [*cycle[:5], "..."] if len(cycle) > 5 else [*cycle, cycle[0]]
        raise GraphError(
            f"there is a directed cycle, {' -> '.join(map(repr, shown))}. The edges of a Bruhat "
            "graph go from the shorter to the longer element."
        ) from None
    if max(ranks.values()) > _MOST_RANK:
        raise GraphError(f"it has paths of more than {_MOST_RANK:,} edges; no interval here has.")
    place = {node: v for v, node in enumerate(ranks)}
    pairs = np.array(sorted((place[a], place[b]) for a, b in graph.edges), dtype=np.int32).reshape(
        -1, 2
    )
    levels = np.array(list(ranks.values()), dtype=np.int16)
    return IntervalGraph(levels, pairs[:, 0], pairs[:, 1]), list(ranks)
