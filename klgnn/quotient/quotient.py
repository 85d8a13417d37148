"""The quotient of a set of intervals, and how it is built; see `klgnn.quotient` for what it is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

import klgnn.quotient.kernels as kernels
from data_gen.bruhat import rank_permutations
from data_gen.dataset import IntervalDataset
from data_gen.errors import UsageError
from data_gen.graph import IntervalGraph
from data_gen.interval_batch import build_intervals, pieces
from data_gen.progress import Progress, no_progress
from klgnn.quotient.counts import DEFAULT_LAYOUT, CountLayout
from klgnn.quotient.kernels import LEFT_OUT
from klgnn.quotient.pairs import PAIR_COLUMNS, labels_of, pairs_of, pairs_of_group
from klgnn.quotient.vertices import vertex_names

__all__ = ["Quotient", "QuotientBuilder"]

_NO_LIMIT = 1 << 30

Words = NDArray[np.int8]


@dataclass(frozen=True, eq=False, repr=False)
class Quotient:
    """The classes of upper intervals, sorted by corank, number of elements and name.

    The order, and everything but the representatives and the roots, depends on the set of intervals
    alone. Class 0 is the single element. Every edge leads to a class of smaller corank.

    Attributes:
        corank: int16[C], the length of [z, w]; ascending.
        size: int32[C], the number of elements of [z, w].
        names: uint64[C, 2], see the text of this module; they may be compared between quotients.
        labels: int64[C, D], the coefficients of q^1, ..., q^D of P_{z,w}; D is at least 4.
        counts: int32[C, F], what there is inside [z, w]; `count_names` says of which column.
        layout: How the columns of `counts` are laid out.
        source: int32[M], the lower class of every edge; ascending.
        target: int32[M], its upper class.
        step: int16[M], its length: the difference of the coranks.
        multiplicity: int32[M], how many edges z -> y of the graph it stands for.
        n: int64[C]; with `bottom` and `top` the first pair of this class that was met.
        bottom: int64[C], the lexicographic rank of z in S_n.
        top: int64[C], of w.
        roots: int32[K], the class of each interval that was put in, in their order; `LEFT_OUT`
            (-1) if it has too many elements.
        vertex_ends: int64[K + 1], if asked for: interval k has the vertices ``vertex_ends[k] :
            vertex_ends[k + 1]``, in the order of `data_gen.graph.IntervalGraph`.
        vertex_classes: int32[V], if asked for: the class of every vertex of every interval.

    Example:
        >>> quotient = Quotient.of_group(4)
        >>> quotient
        Quotient(classes=14, edges=28, largest=24, corank=6)
        >>> quotient.size[quotient.labels.any(axis=1)].tolist()  # where P = 1 + q
        [10, 14, 20]
    """

    corank: NDArray[np.int16]
    size: NDArray[np.int32]
    names: NDArray[np.uint64]
    labels: NDArray[np.int64]
    counts: NDArray[np.int32]
    layout: CountLayout
    source: NDArray[np.int32]
    target: NDArray[np.int32]
    step: NDArray[np.int16]
    multiplicity: NDArray[np.int32]
    n: NDArray[np.int64]
    bottom: NDArray[np.int64]
    top: NDArray[np.int64]
    roots: NDArray[np.int32]
    vertex_ends: NDArray[np.int64] | None = None
    vertex_classes: NDArray[np.int32] | None = None

    @classmethod
    def of_group(
        cls,
        n: int,
        max_nodes: int | None = None,
        keep_vertices: bool = False,
        progress: Progress | None = None,
    ) -> Quotient:
        """The quotient of all [z, w] of S_n.

        Looks at [e, w] only, which holds every [z, w], and at one w of each orbit under inverse and
        conjugation by the longest element, in the order of `data_gen.symmetries.least_of_orbits`;
        these are the roots.

        Args:
            n: From 1 on; all of S_8 is 45.6 million vertices and takes half a minute.
            max_nodes: Leaves out the classes with more elements.
            keep_vertices: Whether to keep the class of every vertex: four bytes each.
            progress: Where to show how far it is, such as `data_gen.console.progress`.

        Raises:
            UsageError: If `n` or `max_nodes` makes no sense.
            MemoryLimitError: If a graph or a table does not fit into memory.

        Example:
            >>> len(Quotient.of_group(5)), len(Quotient.of_group(5, max_nodes=50))
            (91, 49)
        """
        if n < 1:
            raise UsageError(f"n = {n} is no size of a symmetric group: give an integer >= 1.")
        builder = QuotientBuilder(max_nodes, keep_vertices)
        xs, ws, sizes = pairs_of_group(n)
        with (progress or no_progress)(f"quotient of S_{n}") as report:
            for piece in pieces(sizes):
                builder.add(xs[piece], ws[piece])
                report(piece.stop, len(ws))
        return builder.finish()

    @classmethod
    def of_dataset(
        cls,
        dataset: IntervalDataset,
        split: str | None = None,
        max_nodes: int | None = None,
        keep_vertices: bool = False,
        progress: Progress | None = None,
    ) -> Quotient:
        """The quotient of the intervals of a dataset; the roots are its rows.

        Reads shard by shard and builds the graphs again from x and w, a bounded number of vertices
        at a time, which is quicker than to read them and gives the permutations of the
        representatives as well. So memory grows with the classes, not with the dataset.

        Args:
            dataset: A dataset, opened.
            split: ``train``, ``val`` or ``test``; all rows if None.
            max_nodes: Leaves out the classes with more elements. A row whose own class is left out
                still gives those of its upper intervals that are not.
            keep_vertices: Whether to keep the class of every vertex: four bytes each.
            progress: Where to show how far it is, such as `data_gen.console.progress`.

        Raises:
            UsageError: If there is no such split, or `max_nodes` makes no sense.
            DatasetError: If a shard is missing or cannot be read.
            ChecksumError: If a shard is damaged.
            MemoryLimitError: If a graph or a table does not fit into memory.

        Example:
            >>> from tempfile import TemporaryDirectory
            >>> from data_gen.generation import generate
            >>> with TemporaryDirectory() as folder:
            ...     dataset = generate(4, f"{folder}/s4", select="extremal")
            ...     Quotient.of_dataset(dataset)
            Quotient(classes=4, edges=3, largest=10, corank=3)
        """
        builder = QuotientBuilder(max_nodes, keep_vertices)
        done = 0
        with (progress or no_progress)("quotient") as report:
            for table in dataset.scan(PAIR_COLUMNS, split):
                for xs, ws, sizes in pairs_of(table):
                    for piece in pieces(sizes):
                        builder.add(xs[piece], ws[piece])
                        done += piece.stop - piece.start
                        report(done, dataset.num_rows)
        return builder.finish()

    def __len__(self) -> int:
        """The number C of classes."""
        return len(self.corank)

    def __repr__(self) -> str:
        largest, corank = self.size.max(initial=0), self.corank.max(initial=0)
        return (
            f"Quotient(classes={len(self)}, edges={len(self.source)}, largest={largest}, "
            f"corank={corank})"
        )

    @cached_property
    def level_ends(self) -> NDArray[np.int64]:
        """int64[L + 2]: the classes of corank k are ``level_ends[k] : level_ends[k + 1]``."""
        return np.searchsorted(self.corank, np.arange(int(self.corank.max(initial=-1)) + 2))

    @cached_property
    def edge_ends(self) -> NDArray[np.int64]:
        """int64[C + 1]: class c has the edges ``edge_ends[c] : edge_ends[c + 1]``."""
        return np.searchsorted(self.source, np.arange(len(self) + 1))

    def containing(self, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """The classes that are chosen, or contain a chosen class as an upper interval.

        A network that learns from such a class has seen the chosen one, so a strict split takes
        these out of training.

        Args:
            chosen: bool[C].

        Returns:
            bool[C].

        Example:
            >>> quotient = Quotient.of_group(4)
            >>> quotient.size[quotient.containing(quotient.size == 10)].tolist()
            [10, 14, 20]
        """
        out = np.array(chosen, dtype=np.bool_)
        ends = self.edge_ends[self.level_ends]
        for low, high in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True):
            out[self.source[low:high][out[self.target[low:high]]]] = True
        return out

    def inside(self, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """The classes that are chosen, or occur as an upper interval of a chosen one.

        Args:
            chosen: bool[C].

        Returns:
            bool[C].

        Example:
            >>> quotient = Quotient.of_group(4)
            >>> quotient.size[quotient.inside(quotient.size == 10)].tolist()
            [1, 2, 4, 10]
        """
        out = np.array(chosen, dtype=np.bool_)
        ends = self.edge_ends[self.level_ends][::-1]
        for high, low in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True):
            out[self.target[low:high][out[self.source[low:high]]]] = True
        return out

    def find(self, names: NDArray[np.uint64]) -> NDArray[np.int32]:
        """The classes of some names, int32[...]; `LEFT_OUT` (-1) for names that are not met here.

        Args:
            names: uint64[..., 2], such as the `names` of another quotient.

        Example:
            >>> small, large = Quotient.of_group(3), Quotient.of_group(4)
            >>> large.find(small.names).tolist(), int((small.find(large.names) >= 0).sum())
            ([0, 1, 2, 3], 4)
        """
        wanted = np.ascontiguousarray(names, dtype=np.uint64)
        return kernels.find_names(self.names, wanted.reshape(-1, 2)).reshape(wanted.shape[:-1])

    def classes_of(self, graph: IntervalGraph) -> NDArray[np.int32]:
        """The class of every vertex of a graph, in whatever order; needs no permutations.

        Args:
            graph: The Bruhat graph of an interval.

        Returns:
            int32[N]; `LEFT_OUT` (-1) where [z, w] is not met here.

        Example:
            >>> from data_gen.intervals import BruhatInterval
            >>> quotient = Quotient.of_group(4)
            >>> classes = quotient.classes_of(BruhatInterval("1324", "3412").graph)
            >>> quotient.size[classes].tolist()
            [10, 4, 4, 4, 4, 2, 2, 2, 2, 1]
        """
        return self.find(vertex_names(graph))


class QuotientBuilder:
    """Takes intervals batch by batch and keeps one representative of each class.

    `Quotient.of_group` and `Quotient.of_dataset` are the usual ways; this one is for intervals from
    elsewhere, or from several places.

    Args:
        max_nodes: Leaves out the classes with more elements.
        keep_vertices: Whether to keep the class of every vertex.
        layout: The columns of `counts`.

    Raises:
        UsageError: If `max_nodes` is less than 1.

    Example:
        >>> builder = QuotientBuilder()
        >>> builder.add(np.array([[0, 1, 2]], np.int8), np.array([[2, 1, 0]], np.int8)).tolist()
        [3, 2, 2, 1, 1, 0]
        >>> builder.finish()
        Quotient(classes=4, edges=4, largest=6, corank=3)
    """

    def __init__(
        self,
        max_nodes: int | None = None,
        keep_vertices: bool = False,
        layout: CountLayout = DEFAULT_LAYOUT,
    ) -> None:
        if max_nodes is not None and max_nodes < 1:
            raise UsageError(f"max_nodes = {max_nodes}: give at least 1, or None for no limit.")
        self._most = _NO_LIMIT if max_nodes is None else max_nodes
        self._layout, self._keep = layout, keep_vertices
        self._store = kernels.new_store(1 << 12, 1 << 15, layout)
        self._graphs = 0
        self._represented = 0
        self._pairs = [np.empty((0, 3), np.int64)]
        self._roots = [np.empty(0, np.int32)]
        self._vertices = [np.empty(0, np.int32)]
        self._vertex_counts = [np.empty(0, np.int64)]

    def add(self, xs: Words, ws: Words) -> NDArray[np.int32]:
        """Adds intervals of one S_n; memory grows with their edges, so give few at a time.

        Args:
            xs: int8[K, n], bottoms, 0-indexed one-line notation.
            ws: int8[K, n], tops.

        Returns:
            int32[N], the class of every vertex in the order in which classes were met, which is not
            that of the finished quotient; `LEFT_OUT` (-1) if it is left out.

        Raises:
            IntervalError: If some x is not below its w.
            UsageError: If the shapes differ or n is larger than 15.
            MemoryLimitError: If the graphs would not fit into memory.
        """
        batch = build_intervals(xs, ws)
        sizes = np.diff(batch.node_ends)
        classes = np.empty(len(batch.ranks), np.int32)
        begin = 0
        while True:
            begin = kernels.class_vertices(
                begin,
                self._graphs,
                batch.node_ends,
                batch.edge_ends,
                batch.ranks,
                batch.sources,
                batch.targets,
                self._layout.ranks,
                self._layout.steps,
                self._most,
                self._store,
                classes,
            )
            if begin == len(batch):
                break
            self._enlarge(int(sizes.max()), int(np.diff(batch.edge_ends).max()))
        new = self._store.first[self._represented : self._store.number[0]]
        graphs = new[:, 0] - self._graphs
        bottoms = batch.elements[batch.node_ends[graphs] + new[:, 1]]
        tops = batch.elements[batch.node_ends[graphs + 1] - 1]
        pairs = [rank_permutations(bottoms), rank_permutations(tops)]
        degree = np.full(len(new), batch.elements.shape[1])
        self._pairs.append(np.stack([degree, *pairs], axis=1))
        self._represented += len(new)
        self._graphs += len(batch)
        self._roots.append(classes[batch.node_ends[:-1]])
        if self._keep:
            self._vertices.append(classes)
            self._vertex_counts.append(sizes)
        return classes

    def finish(self) -> Quotient:
        """Sorts the classes and computes their polynomials.

        Raises:
            MemoryLimitError: If a table of polynomials does not fit into memory.
            UsageError: If a polynomial of S_9 or larger takes too long.
        """
        store = self._store
        c, m, _ = store.number.tolist()
        names = store.names[:c]
        order = np.lexsort((names[:, 1], names[:, 0], store.size[:c], store.corank[:c]))
        place = np.full(c + 1, LEFT_OUT, np.int32)  # the last entry is for LEFT_OUT itself
        place[order] = np.arange(c, dtype=np.int32)
        source = np.repeat(place[:c], np.diff(store.edge_ends[: c + 1]))
        target = place[store.edges[:m, 0]]
        sort = np.lexsort((target, source))
        pairs = np.concatenate(self._pairs)[order]
        kept = {}
        if self._keep:
            ends = np.cumsum(np.concatenate([[0], *self._vertex_counts]), dtype=np.int64)
            kept = {"vertex_ends": ends, "vertex_classes": place[np.concatenate(self._vertices)]}
        return Quotient(
            corank=store.corank[order],
            size=store.size[order],
            names=names[order],
            labels=labels_of(pairs),
            counts=store.counts[order],
            layout=self._layout,
            source=source[sort],
            target=target[sort],
            step=store.edges[sort, 1].astype(np.int16),
            multiplicity=store.edges[sort, 2],
            n=pairs[:, 0],
            bottom=pairs[:, 1],
            top=pairs[:, 2],
            roots=place[np.concatenate(self._roots)],
            **kept,
        )

    def _enlarge(self, nodes: int, edges: int) -> None:
        """Doubles the room, so that copying costs little, and makes sure that one graph fits."""
        room = 2 * len(self._store.first) + nodes, 2 * len(self._store.edges) + edges
        self._store = kernels.new_store(*room, self._layout, self._store)
