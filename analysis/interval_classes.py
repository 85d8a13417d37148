"""Isomorphism classes of small intervals, and their names.

A class is named by its smallest interval: the one in the smallest S_n, n up to 5, and there the
first by bottom and top, as "[1324,3412]". The intervals of length 3 are the k-crowns, k = 2, 3, 4
atoms and as many coatoms, and nothing else; the 2-crown is the dihedral interval S_3.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from analysis.formulas.boolean import is_boolean
from data_gen.bruhat import unrank_permutations
from data_gen.graph import IntervalGraph
from data_gen.interval_batch import build_intervals, interval_sizes
from data_gen.isomorphism import certificate, certificates
from data_gen.permutations import format_words

__all__ = ["LARGEST_NAMED_N", "IntervalClass", "class_order", "describe_class"]

LARGEST_NAMED_N = 5
"""Classes that occur in S_n up to this n have an interval for a name."""


@dataclass(frozen=True)
class IntervalClass:
    """An isomorphism class of intervals.

    Attributes:
        certificate: What `data_gen.isomorphism.certificate` gives for its members.
        length: Length of the intervals, at least 1.
        num_nodes: Number of elements.
        num_edges: Number of edges of the Bruhat graph.
        name: The smallest member, such as "[1324,3412]"; if none is in S_5, the first eight digits
            of the certificate, as "#1a2b3c4d".
        kind: "edge", "diamond", "2-crown", "3-crown", "4-crown", "Boolean of dimension k" from 4
            on, or "".
        is_boolean: Whether it is the interval of all subsets of a set.
        is_dihedral: Whether it has two elements in every rank between; lengths 2 and 3 only.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> cube = describe_class(BruhatInterval("1324", "4231").graph)
        >>> cube
        IntervalClass(certificate='48f555e04af4c31af06443b58c49feae', length=4, num_nodes=16, \
num_edges=32, name='[1324,4231]', kind='Boolean of dimension 4', is_boolean=True, \
is_dihedral=False)
        >>> cube.title
        'Boolean of dimension 4 [1324,4231]'
    """

    certificate: str
    length: int
    num_nodes: int
    num_edges: int
    name: str
    kind: str
    is_boolean: bool
    is_dihedral: bool

    @property
    def title(self) -> str:
        """The name, with the kind if it has one: "4-crown [1324,3412]"."""
        return f"{self.kind} {self.name}".lstrip()


def class_order(one: IntervalClass) -> tuple[int, int, int, str]:
    """A key to sort by: length, number of elements, of edges, certificate.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> ends = ("1324", "3412"), ("1234", "3214"), ("1324", "2314")
        >>> found = [describe_class(BruhatInterval(x, w).graph) for x, w in ends]
        >>> [one.title for one in sorted(found, key=class_order)]
        ['edge [12,21]', '2-crown [123,321]', '4-crown [1324,3412]']
    """
    return (one.length, one.num_nodes, one.num_edges, one.certificate)


def describe_class(graph: IntervalGraph) -> IntervalClass:
    """The class of an interval.

    Example:
        Both intervals of S_4 with P = 1 + q of length 3 are isomorphic:

        >>> from data_gen.intervals import BruhatInterval
        >>> describe_class(BruhatInterval("1324", "3412").graph).title
        '4-crown [1324,3412]'
        >>> describe_class(BruhatInterval("2143", "4231").graph).title
        '4-crown [1324,3412]'
    """
    name, length = certificate(graph), graph.length
    boolean = is_boolean(graph)
    sizes = graph.rank_sizes.tolist()
    return IntervalClass(
        certificate=name,
        length=length,
        num_nodes=graph.num_nodes,
        num_edges=graph.num_edges,
        name=_smallest_intervals().get(name, f"#{name[:8]}"),
        kind=_kind(length, sizes, boolean),
        is_boolean=boolean,
        is_dihedral=length > 1 and sizes == [1, *[2] * (length - 1), 1],
    )


def _kind(length: int, sizes: list[int], boolean: bool) -> str:
    if length <= 2:
        return ("", "edge", "diamond")[length]
    if length == 3:
        return f"{sizes[1]}-crown"
    return f"Boolean of dimension {length}" if boolean else ""


@lru_cache(maxsize=1)
def _smallest_intervals() -> dict[str, str]:
    """The smallest interval of every class that occurs in S_1, ..., S_5, by certificate."""
    names: dict[str, str] = {}
    for n in range(1, LARGEST_NAMED_N + 1):
        every = unrank_permutations(np.arange(np.prod(np.arange(1, n + 1))), n)
        xs, ws = np.repeat(every, len(every), axis=0), np.tile(every, (len(every), 1))
        below = interval_sizes(xs, ws) > 0
        xs, ws = xs[below], ws[below]
        texts = zip(format_words(xs), format_words(ws), strict=True)
        for name, (x, w) in zip(certificates(build_intervals(xs, ws)), texts, strict=True):
            names.setdefault(name, f"[{x},{w}]")
    return names
