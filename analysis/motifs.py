"""Small subgraphs in the salient part, ranked by how much more often they occur than by chance.

A motif is a shape, up to three edges or a 4-cycle, whose edges carry labels of one alphabet:

- "none": the unlabelled graph;
- "length": cover or long, readable from the unlabelled graph;
- "type": simple, extremal or other, the type of the reflection; the network never sees it.

Occurrences are counted as subgraphs: more edges may run between their vertices. Triangles do not
exist, because every edge changes the parity of the length. The counts of different motifs are far
from independent: a salient part with many edges has more of everything. `Motif.beyond_shape` says
whether the labels stand out among the occurrences of the same shape.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations_with_replacement, product
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analysis import _motif_kernels as kernels
from analysis.enrichment import Enrichment, enrichments, most_enriched_first
from analysis.labelled import LabelledGraphs
from analysis.reflections import EDGE_TYPES, edge_types
from data_gen.errors import UsageError

__all__ = ["ALPHABETS", "Alphabet", "Motif", "Pattern", "count_motifs", "find_motifs", "patterns"]

Alphabet = Literal["none", "length", "type"]
"""What the labels of a motif's edges tell."""

ALPHABETS: dict[Alphabet, tuple[str, ...]] = {
    "none": ("",),
    "length": ("cover", "long"),
    "type": EDGE_TYPES,
}
"""The labels of each alphabet."""

_LARGER_SHAPES = ("3-path", "3 up", "3 down", "butterfly", "closed 3-path")


@dataclass(frozen=True)
class Pattern:
    """What is counted.

    Attributes:
        shape: "edge"; "2-path", a -> b -> c; "V", two edges from one vertex; "inverted V", two
            edges to one; "diamond", two 2-paths with the same ends; and without labels "3-path";
            "3 up" and "3 down", three edges from or to one vertex; "butterfly", two vertices with
            edges to the same two; "closed 3-path", one from a to d with an edge from a to d.
        alphabet: What the labels tell.
        labels: One for each edge; lower before upper. In a V and an inverted V the order means
            nothing; a diamond has its first 2-path, then its second, and their order means nothing.
            Empty for the alphabet "none".
    """

    shape: str
    alphabet: Alphabet
    labels: tuple[str, ...]

    @property
    def title(self) -> str:
        """As "2-path: simple, other", or as "diamond: simple, other | other, simple".

        Example:
            >>> Pattern("2-path", "type", ("simple", "other")).title
            '2-path: simple, other'
        """
        if not self.labels:
            return self.shape
        if self.shape == "diamond":
            return f"diamond: {', '.join(self.labels[:2])} | {', '.join(self.labels[2:])}"
        return f"{self.shape}: {', '.join(self.labels)}"


@dataclass(frozen=True)
class Motif:
    """A pattern in the salient part.

    Attributes:
        pattern: What was counted.
        enrichment: Its count, beside the counts in the draws.
        beyond_shape: Its ratio over that of the same shape without labels: above 1 if it is more
            frequent among the occurrences of its shape than it is among those in the draws. 1 for
            the alphabet "none"; NaN where it is not defined.

    Example:
        The six elements of S_4 that begin with 1, a copy of S_3, beside vertices of the same
        ranks: more diamonds, and three times as many of such paths even for so many paths.

        >>> from analysis.controls import random_vertices
        >>> from data_gen.intervals import BruhatInterval
        >>> group = BruhatInterval("1234", "4321")
        >>> graphs, copy = LabelledGraphs.of_intervals([group]), np.array(group.nodes)[:, 0] == 1
        >>> draws = random_vertices(graphs, copy, "ranks", draws=100, seed=0)
        >>> found = {one.pattern.title: one for one in find_motifs(graphs, copy, draws, fewest=0)}
        >>> found["diamond"].enrichment.count, found["diamond"].enrichment.expected
        (4, 0.79)
        >>> path = found["2-path: extremal, simple"]
        >>> path.enrichment.count, path.enrichment.expected, round(path.beyond_shape, 1)
        (2, 0.33, 3.0)
    """

    pattern: Pattern
    enrichment: Enrichment
    beyond_shape: float


@lru_cache(maxsize=1)
def patterns() -> tuple[Pattern, ...]:
    """Everything that is counted, in the order of `count_motifs`.

    Example:
        >>> len(patterns()), patterns()[2].title
        (101, 'V')
    """
    found = []
    for alphabet, letters in ALPHABETS.items():
        paths = list(product(letters, repeat=2))
        labelled: tuple[tuple[str, list[tuple[str, ...]]], ...] = (
            ("edge", [(letter,) for letter in letters]),
            ("2-path", [*paths]),
            ("V", list(combinations_with_replacement(letters, 2))),
            ("inverted V", list(combinations_with_replacement(letters, 2))),
            ("diamond", [p + q for p, q in combinations_with_replacement(paths, 2)]),
        )
        for shape, each in labelled:
            found += [
                Pattern(shape, alphabet, () if alphabet == "none" else labels) for labels in each
            ]
    return tuple(found) + tuple(Pattern(shape, "none", ()) for shape in _LARGER_SHAPES)


def count_motifs(graphs: LabelledGraphs, masks: Iterable[NDArray[np.bool_]]) -> NDArray[np.int64]:
    """Counts every pattern among the vertices of each mask.

    Args:
        graphs: The dataset's graphs.
        masks: K masks, bool[V] each; taken one at a time.

    Returns:
        int64[K, M], columns as in `patterns`.

    Raises:
        UsageError: If a mask has not one entry for each vertex.

    Example:
        In the 4-crown, whole and without its top:

        >>> from data_gen.intervals import BruhatInterval
        >>> crown = LabelledGraphs.of_intervals([BruhatInterval("1324", "3412")])
        >>> counts = count_motifs(crown, [crown.ranks >= 0, crown.ranks < 3])
        >>> {p.shape: k for p, k in zip(patterns(), counts.T.tolist()) if p.alphabet == "none"}
        {'edge': [16, 12], '2-path': [16, 8], 'V': [10, 10], 'inverted V': [10, 4], \
'diamond': [8, 4], '3-path': [8, 0], '3 up': [4, 4], '3 down': [4, 0], 'butterfly': [0, 0], \
'closed 3-path': [0, 0]}
    """
    rows = graphs.upwards
    labels = _labels(graphs)
    counts = []
    for mask in masks:
        if len(mask) != graphs.num_nodes:
            raise UsageError(
                f"a mask has {len(mask)} entries for {graphs.num_nodes} vertices: one for each."
            )
        inside, _ = kernels.list_edges(rows, np.asarray(mask, dtype=np.bool_))
        parts = [
            part
            for alphabet, letters in ALPHABETS.items()
            for part in kernels.count_labelled(inside, labels[alphabet][inside.edges], len(letters))
        ]
        counts.append(np.concatenate([*parts, kernels.count_unlabelled(inside)]))
    return np.array(counts, dtype=np.int64).reshape(-1, len(patterns()))


def find_motifs(
    graphs: LabelledGraphs,
    salient: NDArray[np.bool_],
    draws: Iterable[NDArray[np.bool_]],
    fewest: int = 10,
    level: float = 0.95,
) -> tuple[Motif, ...]:
    """Ranks the motifs of the salient part by their enrichment against random draws.

    Holm's correction is for all motifs that come back. So for a motif to be found at 5%, 20 draws
    for each motif are needed: 2,000 if all 101 are met often enough.

    Args:
        graphs: The dataset's graphs.
        salient: bool[V], the salient vertices.
        draws: Random vertices instead, bool[V] each, as of `analysis.controls.random_vertices`.
        fewest: Patterns with a smaller mean count, over the salient part and the draws together,
            are left out before any test; that choice does not tell the salient part from a draw.
        level: Coverage of the interval of each ratio.

    Returns:
        The motifs; the highest lower end of the ratio first, then by count.

    Raises:
        UsageError: If there are no draws, or a mask has not one entry for each vertex.

    Example:
        >>> from analysis.controls import random_vertices
        >>> from data_gen.intervals import BruhatInterval
        >>> graphs = LabelledGraphs.of_intervals([BruhatInterval("1324", "3412")])
        >>> salient = np.array([True, True, True, False, False, True, False, False, False, False])
        >>> draws = random_vertices(graphs, salient, "ranks", draws=50, seed=0)
        >>> found = {m.pattern.title: m for m in find_motifs(graphs, salient, draws, fewest=0)}
        >>> found["diamond"].enrichment.count, found["diamond"].enrichment.expected < 1
        (1, True)
    """
    counts = count_motifs(graphs, [salient])[0]
    drawn = count_motifs(graphs, draws)
    if not len(drawn):
        raise UsageError("no draws: give at least one mask of random vertices to compare with.")
    total = counts + drawn.sum(axis=0)
    kept = np.flatnonzero((total >= fewest * (1 + len(drawn))) & (total > 0))
    compared = enrichments(counts[kept], drawn[:, kept], level)
    shapes = {
        pattern.shape: _ratio(float(counts[k]), float(drawn[:, k].mean()))
        for k, pattern in enumerate(patterns())
        if pattern.alphabet == "none"
    }
    motifs = [
        Motif(
            pattern=patterns()[k],
            enrichment=enrichment,
            beyond_shape=_ratio(enrichment.ratio.value, shapes[patterns()[k].shape]),
        )
        for k, enrichment in zip(kept.tolist(), compared, strict=True)
    ]
    return tuple(sorted(motifs, key=lambda m: most_enriched_first(m.enrichment)))


def _labels(graphs: LabelledGraphs) -> dict[Alphabet, NDArray[np.int8]]:
    long = graphs.ranks[graphs.targets] - graphs.ranks[graphs.sources] > 1
    return {
        "none": np.zeros(graphs.num_edges, dtype=np.int8),
        "length": long.astype(np.int8),
        "type": edge_types(graphs.i, graphs.j, graphs.n[graphs.edge_graph]),
    }


def _ratio(one: float, other: float) -> float:
    return one / other if np.isfinite(one) and np.isfinite(other) and other > 0 else float("nan")
