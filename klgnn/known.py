"""The exact polynomial of an interval or an unlabelled graph, where it is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data_gen.bruhat import rank_permutations
from data_gen.errors import MemoryLimitError, UsageError
from data_gen.graph import IntervalGraph
from data_gen.intervals import BruhatInterval
from data_gen.isomorphism import certificate
from data_gen.permutations import format_permutation, from_array, parse_permutation, to_array
from data_gen.polynomials import trimmed
from data_gen.progress import Progress, no_progress
from klgnn.quotient import Quotient, representatives, vertex_names

__all__ = ["Known", "exact_polynomial", "known_in_groups", "smallest_known"]

GROUPS = (6, 7)
"""Every interval of S_6 is looked up at once, of S_7 in about four seconds."""

_SECONDS = 60.0


@dataclass(frozen=True)
class Known:
    """An exact polynomial and whose it is.

    Attributes:
        polynomial: Coefficients, ascending.
        x: The bottom of the interval whose polynomial it is, one-line notation.
        w: Its top.
        how: How it is known, in a few words.

    Example:
        >>> exact_polynomial(BruhatInterval("2143", "4231"))
        Known(polynomial=(1, 1), x='2143', w='4231', how='computed from the permutations')
    """

    polynomial: tuple[int, ...]
    x: str
    w: str
    how: str


def exact_polynomial(interval: BruhatInterval, seconds: float = _SECONDS) -> Known | str:
    """Computes P_{x,w}, or says why not.

    Up to S_8 it is read off a table, beyond that computed by itself, after letters that x and w
    share are deleted; see `data_gen.kl_pairs`.

    Args:
        interval: The interval, n up to 14.
        seconds: How long it may take.

    Example:
        >>> exact_polynomial(BruhatInterval("1324", "3412")).polynomial
        (1, 1)
    """
    from data_gen.kl_pairs import polynomials_of_pairs

    x, w = (rank_permutations(to_array(word)[None]) for word in (interval.x, interval.w))
    try:
        polynomial = polynomials_of_pairs(interval.n, x, w, seconds)[0]
    except (UsageError, MemoryLimitError) as error:
        return str(error)
    ends = format_permutation(interval.x), format_permutation(interval.w)
    return Known(polynomial, *ends, "computed from the permutations")


def known_in_groups(
    graph: IntervalGraph, progress: Progress | None = None, groups: Sequence[int] | None = None
) -> Known | None:
    """Looks for an interval of S_n, n up to 7, with the same graph.

    It is found by the name of its class (`klgnn.quotient`), and compared by certificate: what is
    returned is isomorphic for certain.

    Args:
        graph: The Bruhat graph of an interval.
        progress: Where to show how far it is.
        groups: The n to look at; `GROUPS` if None.

    Example:
        >>> known_in_groups(BruhatInterval("2143", "4231").graph).polynomial
        (1, 1)
    """
    name = vertex_names(graph)[int(np.argmin(graph.ranks))]
    for n in GROUPS if groups is None else groups:
        longest, largest = n * (n - 1) // 2, int(np.prod(np.arange(1, n + 1)))
        if graph.length > longest or graph.num_nodes > largest:
            continue
        quotient = Quotient.of_group(n, progress=progress or no_progress)
        found = int(quotient.find(name))
        if found >= 0:
            return _representative(quotient, found, graph)
    return None


def smallest_known(known: Known, graph: IntervalGraph) -> Known:
    """The same polynomial, of an interval with that graph in S_6 if n is larger and there is one.

    S_6 is looked at in no time; larger groups are not.

    Args:
        known: The polynomial of some interval with this graph, such as one of a dataset of S_8.
        graph: The graph.

    Example:
        >>> interval = BruhatInterval("1324567", "3412567")
        >>> smallest_known(exact_polynomial(interval), interval.graph).how
        'the same graph as an interval of S_6'
    """
    n = GROUPS[0]
    if len(parse_permutation(known.w)) <= n:
        return known
    return known_in_groups(graph, groups=(n,)) or known


def _representative(quotient: Quotient, number: int, graph: IntervalGraph) -> Known | None:
    _, *ends = next(representatives(quotient, [number]))
    x, w = (from_array(words[0]) for words in ends)
    if certificate(BruhatInterval(x, w).graph) != certificate(graph):
        return None
    polynomial = trimmed([1, *quotient.labels[number].tolist()])
    how = f"the same graph as an interval of S_{len(w)}"
    return Known(polynomial, format_permutation(x), format_permutation(w), how)
