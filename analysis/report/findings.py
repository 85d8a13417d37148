"""What a report says of structure in the salient part, and of whether saliency means anything."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.piece_evidence import PieceEvidence
from analysis.piece_shares import DecompositionShares
from analysis.sanity import Agreement, Fidelity, MethodCheck
from analysis.statistics import Estimate

__all__ = [
    "Checks",
    "ConnectedLine",
    "FidelityLine",
    "OccurrenceLine",
    "Occurrences",
    "Structure",
]


@dataclass(frozen=True)
class FidelityLine:
    """What one network loses with and without its salient part."""

    network: str
    results: tuple[Fidelity, ...]


@dataclass(frozen=True)
class Checks:
    """Whether the attribution means anything.

    Attributes:
        networks: Agreement of networks on all intervals, the chosen attribution.
        methods_agree: Agreement of methods for the run's network, on some intervals.
        methods: Which attribution tells trained networks from their controls.
        fidelity: The run's network beside an untrained one and one of shuffled labels; with
            several trainings three of each kind.
        intervals: How many intervals the last three are measured on, drawn at random.

    Example:
        >>> removed = Fidelity("removed", 1, 0.99, 0.78, 0.0, Estimate(0.78, 0.7, 0.8), 1.0, 0.0)
        >>> line = FidelityLine("trained", (removed,))
        >>> checks = Checks((), (), methods=(), fidelity=(line,), intervals=1)
        >>> [(one.network, one.results[0].what, one.results[0].salient) for one in checks.fidelity]
        [('trained', 'removed', 0.78)]
    """

    networks: tuple[Agreement, ...]
    methods_agree: tuple[Agreement, ...]
    methods: tuple[MethodCheck, ...]
    fidelity: tuple[FidelityLine, ...]
    intervals: int


@dataclass(frozen=True)
class OccurrenceLine:
    """A motif, or a class of intervals that lie in the salient part with all their vertices.

    Attributes:
        name: Shape and labels of a motif; kind and a representative of a class.
        count: How often it occurs; over several trainings the mean.
        expected: Mean over random vertices of the same ranks.
        ratio: The first over the second; with its 95% interval over draws for one training, over
            networks for several.
        others: Mean ratio for ``"untrained"`` and ``"shuffled"`` networks, each beside random
            vertices in its own place; without a kind that there is none of.
        p_holm: Holm over all that is compared; for one training against draws, for several the
            largest against the controls.
        differs: Whether several trainings differ from all controls in one direction.
    """

    name: str
    count: float
    expected: float
    ratio: Estimate
    others: dict[str, float]
    p_holm: float
    differs: bool


@dataclass(frozen=True)
class Occurrences:
    """What occurs in salient parts.

    Attributes:
        lines: What stands out most; what differs comes first.
        compared: How many were frequent enough to be compared.
        differing: The names of those that differ from all controls, over several trainings.
        draws: Draws of random vertices in the place of each trained network.
    """

    lines: tuple[OccurrenceLine, ...]
    compared: int
    differing: tuple[str, ...]
    draws: int


@dataclass(frozen=True)
class ConnectedLine:
    """The connected parts of salient parts; means over the networks or draws of a kind.

    Attributes:
        kind: ``"trained"``, ``"untrained"``, ``"shuffled"`` or ``"random"`` (of the same ranks).
        parts: How many there are.
        alone: Share of the salient vertices that have no salient neighbour.
        largest: Vertices of the largest.
    """

    kind: str
    parts: float
    alone: float
    largest: float


@dataclass(frozen=True)
class Structure:
    """What the salient part is made of.

    Attributes:
        connected: How it falls apart.
        pieces: The standard hypercube decompositions, all networks beside their controls.
        shares: The same for the run's network in detail: also by score, and the best of the four.
        motifs: Small subgraphs.
        subintervals: Intervals inside, by isomorphism class.

    Example:
        A square at the bottom of five 4-crowns, as if two trainings had found it salient:

        >>> import numpy as np
        >>> from analysis.attribution import Attributions
        >>> from analysis.evidence import SalientParts
        >>> from analysis.labelled import LabelledGraphs
        >>> from analysis.report.looking import find_structure
        >>> from analysis.report.networks import Scores
        >>> from analysis.report.settings import Settings
        >>> from data_gen.intervals import BruhatInterval
        >>> crowns = LabelledGraphs.of_intervals([BruhatInterval("1324", "3412")] * 5)
        >>> square, low = np.tile(np.isin(np.arange(10), [0, 3, 4, 8]), 5), crowns.ranks < 2
        >>> one = Attributions(square * 1.0, crowns.node_offsets, np.arange(5), np.ones(5, int))
        >>> scores = Scores([one] * 2, [one] * 2, [], blind=[False] * 4)
        >>> parts = SalientParts([square] * 2, [low] * 2)
        >>> found = find_structure(crowns, ["1324"] * 5, scores, parts, Settings())
        >>> found.connected[0]
        ConnectedLine(kind='trained', parts=5.0, alone=0.0, largest=4.0)
        >>> inside = found.subintervals  # Occurrences
        >>> inside.compared, [line.name for line in inside.lines]
        (1, ['edge [12,21], length 1, 2 elements'])
        >>> line = inside.lines[0]  # an OccurrenceLine
        >>> line.count, round(line.expected), line.others
        (20.0, 15, {'untrained': 1.0})
    """

    connected: tuple[ConnectedLine, ...]
    pieces: tuple[PieceEvidence, ...]
    shares: tuple[DecompositionShares, ...]
    motifs: Occurrences
    subintervals: Occurrences
