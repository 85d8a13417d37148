"""What a report says of structure in the salient part, and of whether saliency means anything."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.evidence import TypeEvidence
from analysis.piece_evidence import PieceEvidence
from analysis.piece_shares import DecompositionShares
from analysis.sanity import Agreement, Fidelity
from analysis.statistics import Estimate

__all__ = [
    "Checks",
    "ConnectedLine",
    "FidelityLine",
    "MethodLine",
    "MotifLine",
    "Structure",
    "SubintervalLine",
]


@dataclass(frozen=True)
class MethodLine:
    """One attribution of all networks, on the intervals of `Checks`.

    Attributes:
        name: Method, target and part, in words.
        blind: How many networks it is blind for.
        types: The edge types beside the controls; empty if nothing can be compared.
        wrong_mass: Share of the scores in graphs whose coefficient the run gets wrong.
        wrong_graphs: Share of those graphs.
        gap: Median completeness gap of integrated gradients; NaN for others.
    """

    name: str
    blind: int
    types: tuple[TypeEvidence, ...]
    wrong_mass: float
    wrong_graphs: float
    gap: float


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
    """

    networks: tuple[Agreement, ...]
    methods_agree: tuple[Agreement, ...]
    methods: tuple[MethodLine, ...]
    fidelity: tuple[FidelityLine, ...]
    intervals: int


@dataclass(frozen=True)
class MotifLine:
    """A motif in the salient part of the run's network.

    Attributes:
        name: Shape and labels.
        alphabet: ``"none"``, ``"length"`` or ``"type"``.
        count: Occurrences.
        expected: Mean over random vertices of the same ranks.
        ratio: The first over the second, with its 95% interval over draws.
        p_holm: Of the draws, Holm over all motifs.
        others: Mean ratio for ``"trained"``, ``"untrained"`` and ``"shuffled"`` networks, each
            beside random vertices in its own place; without a kind that there is none of.
    """

    name: str
    alphabet: str
    count: int
    expected: float
    ratio: Estimate
    p_holm: float
    others: dict[str, float]


@dataclass(frozen=True)
class SubintervalLine:
    """A class of intervals that lie in the salient part of the run's network with all vertices.

    Attributes:
        name: Kind and a representative.
        length: Of the intervals.
        num_nodes: Their number of elements.
        count: How many.
        intervals: In how many intervals of the dataset.
        expected: Mean count over random vertices of the same ranks.
        ratio: The first over the second, with its 95% interval over draws.
        p_holm: Of the draws, Holm over all classes.
    """

    name: str
    length: int
    num_nodes: int
    count: int
    intervals: int
    expected: float
    ratio: Estimate
    p_holm: float


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
        motifs: Small subgraphs, the most enriched first.
        subintervals: Intervals inside, the most enriched first.
        draws: Draws of random vertices behind the last two.
    """

    connected: tuple[ConnectedLine, ...]
    pieces: tuple[PieceEvidence, ...]
    shares: tuple[DecompositionShares, ...]
    motifs: tuple[MotifLine, ...]
    subintervals: tuple[SubintervalLine, ...]
    draws: int
