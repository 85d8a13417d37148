"""Intervals [a, b] that lie in the salient part with all their elements, by isomorphism class."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from analysis import _subinterval_kernels as kernels
from analysis._rows import Rows, edge_rows
from analysis.enrichment import Enrichment, enrichments, most_enriched_first
from analysis.interval_classes import IntervalClass, class_order, describe_class
from analysis.labelled import LabelledGraphs
from data_gen.errors import UsageError
from data_gen.graph import IntervalGraph
from data_gen.isomorphism import certificates

__all__ = [
    "EnrichedClass",
    "Subintervals",
    "count_subintervals",
    "enriched_subintervals",
    "longest_subintervals",
    "salient_subintervals",
]

_SHORT = 3  # up to this length the class needs no certificate
_AT_A_TIME = 20_000


@dataclass(frozen=True)
class Subintervals:
    """What was found; K intervals, sorted by bottom, then top.

    Attributes:
        bottoms: int64[K], the vertex a, numbered over the whole dataset.
        tops: int64[K], the vertex b.
        graphs: int64[K], the graph that they lie in.
        class_of: int64[K], places in `classes`.
        is_maximal: bool[K], whether it lies in no longer one of those found.
        classes: The classes that occur, by length, number of elements, edges and certificate.
        max_length: Longer ones were not looked for.

    Example:
        The 4-crown without its top: the diamonds lie in no longer interval, the edges do.

        >>> from data_gen.intervals import BruhatInterval
        >>> crown = LabelledGraphs.of_intervals([BruhatInterval("1324", "3412")])
        >>> found = salient_subintervals(crown, crown.ranks < 3)
        >>> [one.title for one in found.classes], found.counts.tolist()
        (['edge [12,21]', 'diamond [123,231]'], [12, 4])
        >>> np.stack([found.bottoms, found.tops])[:, found.is_maximal].tolist()
        [[0, 0, 0, 0], [5, 6, 7, 8]]
    """

    bottoms: NDArray[np.int64]
    tops: NDArray[np.int64]
    graphs: NDArray[np.int64]
    class_of: NDArray[np.int64]
    is_maximal: NDArray[np.bool_]
    classes: tuple[IntervalClass, ...]
    max_length: int

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """int64[len(classes)], how many there are of each class."""
        return np.bincount(self.class_of, minlength=len(self.classes)).astype(np.int64)

    @cached_property
    def graph_counts(self) -> NDArray[np.int64]:
        """int64[len(classes)], in how many graphs of the dataset each class occurs."""
        number = len(self.classes)
        met = np.unique(self.graphs * max(number, 1) + self.class_of) % max(number, 1)
        return np.bincount(met, minlength=number).astype(np.int64)


@dataclass(frozen=True)
class EnrichedClass:
    """A class of intervals in the salient part, beside its counts in random draws.

    Attributes:
        interval: The class.
        graphs: In how many graphs of the dataset it occurs in the salient part.
        enrichment: Its counts.
    """

    interval: IntervalClass
    graphs: int
    enrichment: Enrichment


def salient_subintervals(
    graphs: LabelledGraphs,
    nodes: NDArray[np.bool_],
    max_length: int = 4,
    limit: int = 100_000,
) -> Subintervals:
    """Finds the intervals of length 1 and more all of whose elements are among the given vertices.

    Args:
        graphs: The dataset's graphs.
        nodes: bool[V], for instance the salient vertices.
        max_length: The longest to look for; at least 1.
        limit: How many of length 4 and more to classify, at up to 0.1 ms each. If there are more,
            the longest lengths are left out until there are not, and `Subintervals.max_length`
            says so.

    Returns:
        The intervals and their classes.

    Raises:
        UsageError: If `max_length` is below 1, or `nodes` has not one entry for each vertex.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> graphs = LabelledGraphs.of_intervals([BruhatInterval("1324", "3412")])
        >>> found = salient_subintervals(graphs, np.ones(10, dtype=bool))
        >>> [(c.title, k) for c, k in zip(found.classes, found.counts.tolist())]
        [('edge [12,21]', 16), ('diamond [123,231]', 8), ('4-crown [1324,3412]', 1)]
    """
    if max_length < 1 or len(nodes) != graphs.num_nodes:
        raise UsageError(
            f"max_length = {max_length} and {len(nodes)} flags for {graphs.num_nodes} vertices: "
            "give a length of at least 1, and one flag for each vertex."
        )
    return _Finder(graphs).find(np.asarray(nodes, dtype=np.bool_), max_length, limit)


def enriched_subintervals(
    graphs: LabelledGraphs,
    salient: NDArray[np.bool_],
    draws: Iterable[NDArray[np.bool_]],
    max_length: int = 4,
    limit: int = 100_000,
) -> tuple[EnrichedClass, ...]:
    """Compares the classes of intervals in the salient part with those in random draws.

    Args:
        graphs: The dataset's graphs.
        salient: bool[V], the salient vertices.
        draws: Random vertices instead, bool[V] each, as of `analysis.controls.random_vertices`.
        max_length: As in `salient_subintervals`.
        limit: Likewise; what the salient part leaves out is left out in the draws, and nothing
            else.

    Returns:
        Every class that occurs in the salient part; the highest lower end of the ratio first, then
        by count.

    Raises:
        UsageError: If there are no draws, or as in `salient_subintervals`.

    Example:
        A diamond at the bottom of the 4-crown, beside vertices of the same ranks: one of those
        two draws is a diamond as well.

        >>> from analysis.controls import random_vertices
        >>> from data_gen.intervals import BruhatInterval
        >>> crown = LabelledGraphs.of_intervals([BruhatInterval("1324", "3412")])
        >>> salient = np.isin(np.arange(10), [0, 1, 2, 5])
        >>> draws = random_vertices(crown, salient, "ranks", draws=50, seed=0)
        >>> for one in enriched_subintervals(crown, salient, draws):  # each an EnrichedClass
        ...     print(one.interval.title, one.graphs, one.enrichment.count, one.enrichment.expected)
        edge [12,21] 1 4 3.06
        diamond [123,231] 1 1 0.18
    """
    found = salient_subintervals(graphs, salient, max_length, limit)
    place = {one.certificate: k for k, one in enumerate(found.classes)}
    finder, rows = _Finder(graphs), []
    for draw in draws:
        again = finder.find(draw, found.max_length, graphs.num_nodes**2)
        row = np.zeros(len(place), dtype=np.int64)
        for one, count in zip(again.classes, again.counts.tolist(), strict=True):
            if one.certificate in place:
                row[place[one.certificate]] = count
        rows.append(row)
    if not rows:
        raise UsageError("no draws: give at least one mask of random vertices to compare with.")
    compared = enrichments(found.counts, np.array(rows))
    enriched = [
        EnrichedClass(interval=one, graphs=number, enrichment=enrichment)
        for one, number, enrichment in zip(
            found.classes, found.graph_counts.tolist(), compared, strict=True
        )
    ]
    return tuple(sorted(enriched, key=lambda e: most_enriched_first(e.enrichment)))


def longest_subintervals(
    graphs: LabelledGraphs,
    masks: Iterable[NDArray[np.bool_]],
    max_length: int = 4,
    limit: int = 20_000,
) -> int:
    """How long intervals can be that are looked for in all of several parts alike.

    Args:
        graphs: The dataset's graphs.
        masks: bool[V] each.
        max_length: The longest to look for.
        limit: So many of length 4 and more no part is to have.

    Example:
        S_4 has 19 intervals of length 4, and 6 of length 5.

        >>> from data_gen.intervals import BruhatInterval
        >>> group = LabelledGraphs.of_intervals([BruhatInterval("1234", "4321")])
        >>> [longest_subintervals(group, [group.ranks >= 0], 6, limit) for limit in (0, 20, 50)]
        [3, 4, 6]
    """
    finder = _Finder(graphs)
    return min((finder.longest(mask, max_length, limit) for mask in masks), default=max_length)


def count_subintervals(
    graphs: LabelledGraphs, masks: Iterable[NDArray[np.bool_]], max_length: int = 4
) -> tuple[NDArray[np.int64], tuple[IntervalClass, ...]]:
    """Counts the intervals inside each of several parts, by class.

    Args:
        graphs: The dataset's graphs.
        masks: K masks, bool[V] each; taken one at a time.
        max_length: The longest to look for, as of `longest_subintervals`.

    Returns:
        int64[K, M], and the M classes that occur in any of them, by length and size.

    Example:
        >>> crown = [(3, [0, 1, 1, 2], [0, 0, 1, 2], [1, 2, 3, 3], [1, 2, 2, 1], [2, 3, 3, 2])]
        >>> graphs = LabelledGraphs.from_graphs(crown)
        >>> counts, classes = count_subintervals(graphs, [graphs.ranks < 2, graphs.ranks < 3])
        >>> [one.title for one in classes], counts.tolist()
        (['edge [12,21]', 'diamond [123,231]'], [[2, 0], [4, 1]])
    """
    finder = _Finder(graphs)
    classes: dict[str, IntervalClass] = {}
    rows: list[dict[str, int]] = []
    for mask in masks:
        found = finder.find(np.asarray(mask, dtype=np.bool_), max_length, graphs.num_nodes**2)
        names = [one.certificate for one in found.classes]
        classes |= dict(zip(names, found.classes, strict=True))
        rows.append(dict(zip(names, found.counts.tolist(), strict=True)))
    ordered = sorted(classes.values(), key=class_order)
    counts = [[row.get(one.certificate, 0) for one in ordered] for row in rows]
    return np.array(counts, dtype=np.int64).reshape(len(rows), len(ordered)), tuple(ordered)


class _Finder:
    """A dataset with its rows, for one mask after another."""

    def __init__(self, graphs: LabelledGraphs) -> None:
        self._graphs = graphs
        covers = np.flatnonzero(graphs.ranks[graphs.targets] - graphs.ranks[graphs.sources] == 1)
        low, high, number = graphs.sources, graphs.targets, graphs.num_nodes
        self._covers = edge_rows(low, high, number, covers)
        self._below = edge_rows(high, low, number, covers)

    def longest(self, nodes: NDArray[np.bool_], max_length: int, limit: int) -> int:
        return self._fitting(nodes, max_length, limit)[0]

    def _fitting(
        self, nodes: NDArray[np.bool_], max_length: int, limit: int
    ) -> tuple[int, NDArray[np.int64]]:
        """The longest that are not too many, and how many pairs there are of each length."""
        offsets = self._graphs.node_offsets
        counts = kernels.count_pairs(offsets, self._covers, nodes, max_length)
        fits = np.cumsum(counts * (np.arange(max_length + 1) > _SHORT)) <= limit
        return int(np.flatnonzero(fits)[-1]), counts

    def find(self, nodes: NDArray[np.bool_], max_length: int, limit: int) -> Subintervals:
        offsets = self._graphs.node_offsets
        longest, counts = self._fitting(nodes, max_length, limit)
        bottoms, tops, lengths, coatoms = kernels.find_pairs(
            *(offsets, self._covers, self._below, nodes, longest),
            int(counts[: longest + 1].sum()),
        )
        order = np.lexsort((tops, bottoms))
        bottoms, tops = bottoms[order], tops[order]
        lengths, coatoms = lengths[order], coatoms[order]
        extended = kernels.mark_extended(
            bottoms, tops, self._graphs.num_nodes, self._covers, self._below
        )
        class_of, classes = self._classify(bottoms, tops, lengths, coatoms)
        return Subintervals(
            bottoms=bottoms,
            tops=tops,
            graphs=self._graphs.node_graph[bottoms],
            class_of=class_of,
            is_maximal=~extended,
            classes=classes,
            max_length=longest,
        )

    def _classify(
        self,
        bottoms: NDArray[np.int64],
        tops: NDArray[np.int64],
        lengths: NDArray[np.int8],
        coatoms: NDArray[np.int16],
    ) -> tuple[NDArray[np.int64], tuple[IntervalClass, ...]]:
        """Up to length 3 length and coatoms settle the class; beyond, the certificate does."""
        examples: list[int] = []
        class_of = np.empty(len(bottoms), dtype=np.int64)
        shapes = lengths.astype(np.int64) << 16 | coatoms
        for length in range(1, _SHORT + 1):
            here = np.flatnonzero(lengths == length)
            _, first, inverse = np.unique(shapes[here], return_index=True, return_inverse=True)
            class_of[here] = inverse + len(examples)
            examples += here[first].tolist()
        by_name: dict[str, int] = {}
        long = np.flatnonzero(lengths > _SHORT)
        for start in range(0, len(long), _AT_A_TIME):
            part = long[start : start + _AT_A_TIME]
            names = certificates(self._extract(bottoms[part], tops[part]))
            for k, name in zip(part.tolist(), names, strict=True):
                if name not in by_name:
                    by_name[name] = len(examples)
                    examples.append(k)
            class_of[part] = [by_name[name] for name in names]
        found = self._extract(bottoms[examples], tops[examples])
        classes = [describe_class(found.graph(k)) for k in range(len(examples))]
        order = sorted(range(len(classes)), key=lambda k: class_order(classes[k]))
        places = np.empty(len(classes), dtype=np.int64)
        places[order] = np.arange(len(classes))
        return places[class_of], tuple(classes[k] for k in order)

    def _extract(self, bottoms: NDArray[np.int64], tops: NDArray[np.int64]) -> _Extracted:
        rows: tuple[Rows, Rows, Rows] = (self._covers, self._below, self._graphs.upwards)
        graphs = self._graphs
        return _Extracted(*kernels.extract(bottoms, tops, graphs.node_offsets, graphs.ranks, *rows))


@dataclass(frozen=True)
class _Extracted:
    """Intervals as a `data_gen.isomorphism.GraphBatch`."""

    node_ends: NDArray[np.int64]
    edge_ends: NDArray[np.int64]
    ranks: NDArray[np.int16]
    sources: NDArray[np.int32]
    targets: NDArray[np.int32]

    def graph(self, k: int) -> IntervalGraph:
        nodes = slice(*self.node_ends[k : k + 2])
        edges = slice(*self.edge_ends[k : k + 2])
        return IntervalGraph(self.ranks[nodes], self.sources[edges], self.targets[edges])
