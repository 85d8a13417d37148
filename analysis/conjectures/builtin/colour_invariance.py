"""Four rounds of colour refinement decide the polynomials already.

Example:
    The two 4-crowns of S_4 have the same colours, the 3-crown has others.

    >>> ends = ("1324", "3412"), ("2143", "4231"), ("1234", "2341")
    >>> len({colour_invariance.key(Subject(x, w)) for x, w in ends})
    2
"""

from __future__ import annotations

from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from analysis.conjectures.base import determination
from analysis.conjectures.builtin.combinatorial_invariance import polynomials
from analysis.conjectures.subject import Subject

__all__ = ["colour_invariance"]

_ROUNDS = 4
_ABOVE, _BELOW = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)

Colours = NDArray[np.uint64]


@determination(
    "colour-invariance",
    "Four rounds of directed colour refinement that start from the ranks determine P and R~.",
    value=polynomials,
    source="observed on all intervals up to S_6",
    status="observed",
    note="So a message-passing network of depth 4 with sums can tell them apart up to S_6.",
)
def colour_invariance(interval: Subject) -> str:
    """The multiset of colours after four rounds, hashed.

    A colour is a number of 64 bits that stands for the vertex's own colour and the multisets of
    those above and below: a multiset is the sum of its elements, mixed.
    """
    graph = interval.graph
    ranks = graph.ranks.astype(np.uint64)
    colours = _mixed(ranks * np.uint64(1024) + (np.uint64(graph.length) - ranks))
    for _ in range(_ROUNDS):
        sums = np.zeros((2, graph.num_nodes), dtype=np.uint64)
        np.add.at(sums[0], graph.sources, _mixed(colours ^ _ABOVE)[graph.targets])
        np.add.at(sums[1], graph.targets, _mixed(colours ^ _BELOW)[graph.sources])
        colours = _mixed(colours + _mixed(sums[0] + _mixed(sums[1])))
    return sha256(np.sort(colours).astype("<u8").tobytes()).hexdigest()[:32]


def _mixed(numbers: Colours) -> Colours:
    """The finaliser of splitmix64 (G. Steele, D. Lea, C. Flood, 2014): a bijection that mixes."""
    numbers = numbers + _ABOVE
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))
