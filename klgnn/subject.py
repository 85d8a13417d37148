"""What a question is about: an interval given by its ends, or an unlabelled graph from a file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch_geometric.data import Data

from data_gen.errors import UsageError
from data_gen.graph import IntervalGraph
from data_gen.graph_files import FORMATS, is_graph_file, read_graph_file
from data_gen.intervals import BruhatInterval
from data_gen.permutations import PermutationLike, format_permutation
from klgnn.features import node_features

__all__ = ["MAX_NODES", "Subject", "split_words"]

MAX_NODES = 50_000
"""Networks are not asked about larger graphs: S_8 has 40,320 elements."""

_LIKE_A_PERMUTATION = re.compile(r"""[\d\s,;()\[\]{}'"]+""")


@dataclass(frozen=True)
class Subject:
    """An interval, or a graph that may be one.

    Attributes:
        graph: The graph, vertices by rank.
        title: What to call it.
        bottom: The name of the lowest vertex.
        top: The name of the highest vertex.
        interval: Its permutations, where they are known. No network sees them.
        remarks: What its reader has to say, in sentences.
    """

    graph: IntervalGraph
    title: str
    bottom: str
    top: str
    interval: BruhatInterval | None = None
    remarks: tuple[str, ...] = ()

    @classmethod
    def of_interval(cls, x: PermutationLike, w: PermutationLike) -> Subject:
        """The interval [x, w].

        Raises:
            PermutationError: If x or w is no permutation, or they are not in the same S_n.
            IntervalError: If x is not below w.
            UsageError: If it has more than `MAX_NODES` elements, or n is larger than 15.
            MemoryLimitError: If the graph does not fit into memory.

        Example:
            >>> Subject.of_interval("1324", "3412").title
            '[1324, 3412] in S_4'
        """
        interval = BruhatInterval(x, w)
        if interval.num_nodes > MAX_NODES:
            raise UsageError(
                f"{interval!r} has {interval.num_nodes:,} elements; a network is asked about "
                f"graphs of at most {MAX_NODES:,}. The exact polynomial needs no graph: "
                "data_gen.kl_polynomial(x, w), in Python."
            )
        ends = format_permutation(interval.x), format_permutation(interval.w)
        title = f"[{ends[0]}, {ends[1]}] in S_{interval.n}"
        return cls(interval.graph, title, *ends, interval)

    @classmethod
    def of_file(cls, path: str | Path, downwards: bool = False) -> Subject:
        """The graph in a file; see `data_gen.graph_files.read_graph_file`.

        Raises:
            GraphError: If the file cannot be read, or its graph is no Bruhat graph of an interval.
            UsageError: If it has more than `MAX_NODES` vertices.
        """
        file = read_graph_file(path, downwards)
        if file.graph.num_nodes > MAX_NODES:
            raise UsageError(
                f"{str(path)!r} has {file.graph.num_nodes:,} vertices; a network is asked about "
                f"graphs of at most {MAX_NODES:,}."
            )
        return cls(
            file.graph, Path(path).name, file.bottom, file.top, file.interval(), file.remarks
        )

    @classmethod
    def of_words(cls, words: Sequence[str], downwards: bool = False) -> Subject:
        """What a command line says: two permutations, or the path of a graph.

        Raises:
            UsageError: If it is neither, and as `of_interval` and `of_file`.
        """
        if len(words) == 2:
            if downwards:
                raise UsageError("--downwards is for graphs from files; [x, w] has x below w.")
            return cls.of_interval(*words)
        return cls.of_file(words[0], downwards)

    def data(self, features: str) -> Data:
        """The graph as a network reads it: `x` and `edge_index`, nothing of the names.

        Args:
            features: A key of `klgnn.features.FEATURE_NAMES`.

        Example:
            >>> Subject.of_interval("1324", "3412").data("degrees")
            Data(x=[10, 2], edge_index=[2, 16])
        """
        graph = self.graph
        x = node_features(graph.ranks, graph.sources, graph.targets, features)
        ends = torch.stack([torch.from_numpy(graph.sources), torch.from_numpy(graph.targets)])
        return Data(x=torch.from_numpy(x), edge_index=ends.long())


def split_words(words: Sequence[str]) -> tuple[str | None, tuple[str, ...]]:
    """Splits the words ``[RUN] X W`` or ``[RUN] FILE`` of a command line.

    Returns:
        The run, None if it is left out; and one word for a file or two for permutations.

    Raises:
        UsageError: If the words are neither; the message says what is wanted.

    Example:
        >>> split_words(["1324", "3412"]), split_words(["runs/s56", "mine.graphml"])
        ((None, ('1324', '3412')), ('runs/s56', ('mine.graphml',)))
    """
    if words and is_graph_file(words[-1]) and len(words) <= 2:
        return (words[0] if len(words) == 2 else None), (words[-1],)
    if len(words) == 3 or (len(words) == 2 and all(map(_LIKE_A_PERMUTATION.fullmatch, words))):
        return (words[0] if len(words) == 3 else None), tuple(words[-2:])
    said = " ".join(words)
    raise UsageError(
        f"{said!r} is no interval: give two permutations, such as 1324 3412, or a file with a "
        f"graph ({', '.join(FORMATS)}); before them the folder of a run, or nothing for the model "
        "that comes with klgnn."
    )
