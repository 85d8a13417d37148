"""Whether the standard hypercube decompositions draw saliency, beside what the controls draw.

For every standard decomposition of an interval (spec of `analysis.decompositions`) a salient vertex
lies on the hypercube piece, on the ideal (a copy of an interval of S_{n-1}), or elsewhere. The
excess of a piece is the share of the salient vertices on it, less the share that random vertices
of the same ranks of the same intervals would have: an exact expectation, no draw.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from analysis.controls import Keeping
from analysis.decompositions import KINDS, PIECES, StandardPieces
from analysis.evidence import LEVEL, SalientParts
from analysis.labelled import LabelledGraphs
from analysis.statistics import (
    Difference,
    Estimate,
    against_controls,
    mean_known,
    mean_of_networks,
)

__all__ = ["PieceEvidence", "excesses", "weigh_pieces"]

_DRAWS = 20
_KEPT: tuple[Keeping, ...] = ("degrees", "distances")


@dataclass(frozen=True)
class PieceEvidence:
    """One piece of one standard decomposition.

    Attributes:
        kind: A member of `analysis.decompositions.KINDS`.
        piece: A member of `analysis.decompositions.PIECES`.
        share: Share of the salient vertices on it, mean over the trained networks.
        chance: The share expected of random vertices of the same ranks, likewise.
        networks: The excess of each trained network: share less chance.
        trained: Their mean with Student's 95% interval.
        untrained: The excess of each untrained network.
        shuffled: The excess of each network that was trained on shuffled labels.
        degrees: The mean excess of random vertices in the place of each trained network's that
            keep rank and degree.
        distances: The same for those that keep rank and the distances from both ends: the
            hypercubes lie near the bottom, as the paths along all reflections go.
        from_untrained: Trained less untrained.
        from_shuffled: Trained less shuffled; None if there are none.
        from_degrees: Trained less random vertices of the same ranks and degrees.
        from_distances: Likewise with the same ranks and distances.
        p_holm: The largest p-value of these, each after Holm's correction over all pieces; NaN
            where not all can be tested.
        differs: Whether trained networks differ from all controls, in the direction of their
            excess.
    """

    kind: str
    piece: str
    share: float
    chance: float
    networks: tuple[float, ...]
    trained: Estimate
    untrained: tuple[float, ...]
    shuffled: tuple[float, ...]
    degrees: tuple[float, ...]
    distances: tuple[float, ...]
    from_untrained: Difference
    from_shuffled: Difference | None
    from_degrees: Difference
    from_distances: Difference
    p_holm: float
    differs: bool = field(init=False)

    def __post_init__(self) -> None:
        """Decides."""
        found = [self.from_untrained, self.from_degrees, self.from_distances]
        found += [self.from_shuffled] if self.from_shuffled else []
        sides = {np.sign(one.points.value) for one in found}
        differs = bool(self.p_holm < LEVEL and sides == {np.sign(self.trained.value)})
        object.__setattr__(self, "differs", differs)


def excesses(
    graphs: LabelledGraphs, pieces: StandardPieces, salient: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Shares of the salient vertices by kind and piece, and what chance gives.

    Args:
        graphs: The dataset's graphs.
        pieces: Their standard decompositions.
        salient: bool[V].

    Returns:
        float64[4, 3] twice, rows as in `KINDS`, columns as in `PIECES`: the shares, and those
        expected of random vertices of the same ranks. NaN for a kind that no interval with a
        salient vertex has.

    Example:
        The bottom of the 4-crown and the two atoms that start another letter than 1: these are on
        the hypercube piece of "first", where two of four atoms at random would put one.

        >>> from analysis.decompositions import standard_pieces
        >>> from data_gen.intervals import BruhatInterval
        >>> crown = LabelledGraphs.of_intervals([BruhatInterval("1324", "3412")])
        >>> pieces = standard_pieces(crown, ["1324"])
        >>> shares, chances = excesses(crown, pieces, np.isin(np.arange(10), [3, 4]))
        >>> PIECES, shares[0].tolist(), chances[0].tolist()
        (('elsewhere', 'ideal', 'hypercube'), [0.0, 0.0, 1.0], [0.0, 0.5, 0.5])
    """
    level = graphs.levels
    size = np.bincount(level)
    marked = np.bincount(level[salient], minlength=len(size))
    rate = np.divide(marked, size, where=size > 0, out=np.zeros(len(size)))[level]
    shares, chances = np.full((2, len(KINDS), len(PIECES)), np.nan)
    for kind in range(len(KINDS)):
        codes = pieces.codes[kind]
        there = codes >= 0
        found = np.bincount(codes[there & salient], minlength=len(PIECES))
        expected = np.bincount(codes[there], rate[there], len(PIECES))
        if found.sum():
            shares[kind], chances[kind] = found / found.sum(), expected / expected.sum()
    return shares, chances


def weigh_pieces(
    graphs: LabelledGraphs, pieces: StandardPieces, parts: SalientParts, seed: int = 0
) -> tuple[PieceEvidence, ...]:
    """Compares the excess of every piece in trained networks with the controls.

    Args:
        graphs: The dataset's graphs.
        pieces: Their standard decompositions.
        parts: The salient vertices of all networks.
        seed: Of the random vertices.

    Returns:
        One for each kind and piece, in the order of `KINDS` and `PIECES`.

    Example:
        Two trained networks that lean on those two atoms of each of five crowns, and two untrained
        ones that lean on all four.

        >>> from analysis.decompositions import standard_pieces
        >>> from data_gen.intervals import BruhatInterval
        >>> crowns = LabelledGraphs.of_intervals([BruhatInterval("1324", "3412")] * 5)
        >>> pieces = standard_pieces(crowns, ["1324"] * 5)
        >>> two, four = np.tile(np.isin(np.arange(10), [3, 4]), 5), crowns.ranks == 1
        >>> found = weigh_pieces(crowns, pieces, SalientParts([two] * 2, [four] * 2))
        >>> cube = found[2]  # a PieceEvidence
        >>> cube.kind, cube.piece, cube.share, cube.chance, cube.networks, cube.untrained
        ('first', 'hypercube', 1.0, 0.5, (0.5, 0.5), (0.0, 0.0))
        >>> cube.differs
        True
    """

    def excess(mask: NDArray[np.bool_]) -> NDArray[np.float64]:
        shares, chances = excesses(graphs, pieces, mask)
        return (shares - chances).ravel()

    own = [excesses(graphs, pieces, mask) for mask in parts.trained]
    trained = np.array([(shares - chances).ravel() for shares, chances in own])
    untrained, shuffled = (
        np.array([excess(mask) for mask in masks]).reshape(len(masks), trained.shape[1])
        for masks in (parts.untrained, parts.shuffled)
    )
    drawn: dict[str, NDArray[np.float64]] = {
        keeping: np.array(
            [excess(mask) for mask in parts.drawn(graphs, keeping, _DRAWS, seed)]
        ).reshape(len(trained), _DRAWS, -1)
        for keeping in _KEPT
    }
    others = {"untrained": untrained, "shuffled": shuffled}
    tested, p_holm = against_controls(trained, others, drawn)
    means = {name: mean_known(values, axis=1) for name, values in drawn.items()}
    shares, chances = (np.mean([one[which] for one in own], axis=0).ravel() for which in (0, 1))
    return tuple(
        PieceEvidence(
            kind=KINDS[k // len(PIECES)],
            piece=PIECES[k % len(PIECES)],
            share=float(shares[k]),
            chance=float(chances[k]),
            networks=tuple(trained[:, k].tolist()),
            trained=mean_of_networks(trained[:, k]),
            untrained=tuple(untrained[:, k].tolist()),
            shuffled=tuple(shuffled[:, k].tolist()),
            degrees=tuple(means["degrees"][:, k].tolist()),
            distances=tuple(means["distances"][:, k].tolist()),
            from_untrained=tested["untrained"][k],
            from_shuffled=tested["shuffled"][k] if "shuffled" in tested else None,
            from_degrees=tested["degrees"][k],
            from_distances=tested["distances"][k],
            p_holm=float(p_holm[k]),
        )
        for k in range(trained.shape[1])
    )
