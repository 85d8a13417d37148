"""How much of the saliency falls on the pieces of the standard decompositions, against chance.

Chance is exact where it can be: with s salient vertices among the N of a rank of an interval, m of
which lie on a piece, random vertices of the same ranks would put s m / N there, and a score mass M
that is dealt out again within the rank puts M m / N there. Nothing is drawn for that.

For each interval one may also take the kind that suits its salient part best. Choosing inflates:
the best of four looks better than each even for random vertices. So there the chance beside it is
that of the same choice made for scores that were shuffled within the ranks of each interval.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analysis.decompositions import KINDS, PIECES, StandardPieces
from analysis.labelled import LabelledGraphs
from analysis.statistics import Estimate, spread
from data_gen.errors import UsageError

__all__ = ["BEST", "DecompositionShares", "PieceShare", "piece_shares"]

BEST = "best"
"""In place of a kind: of the four, for each interval, the one that suits it best."""

_WEIGHTS_AT_A_TIME = 1 << 22


@dataclass(frozen=True)
class PieceShare:
    """One piece.

    Attributes:
        piece: A member of `analysis.decompositions.PIECES`.
        size: The share of the vertices of the intervals that lie on it, salient or not.
        share: The share of the salient vertices, or of the score mass, with its bootstrap interval
            over intervals.
        chance: The share expected by chance.
        difference: Share minus chance, likewise.
    """

    piece: str
    size: float
    share: Estimate
    chance: float
    difference: Estimate


@dataclass(frozen=True)
class DecompositionShares:
    """One kind of decomposition, over all intervals that it decomposes.

    Attributes:
        kind: A member of `analysis.decompositions.KINDS`, or `BEST`.
        intervals: How many intervals it decomposes. For `BEST`, how many with a salient vertex have
            a decomposition at all: the others have no best one.
        salient_intervals: How many of them have a salient vertex.
        salient_vertices: Salient vertices in them.
        vertices: Shares of the salient vertices, one for each member of `PIECES`.
        mass: Shares of the score mass, likewise.
        draws: For `BEST`, how many shuffles its chance is the mean over; 0 where it is exact.
    """

    kind: str
    intervals: int
    salient_intervals: int
    salient_vertices: int
    vertices: tuple[PieceShare, ...]
    mass: tuple[PieceShare, ...]
    draws: int

    def of(self, piece: str, what: Literal["vertices", "mass"] = "vertices") -> PieceShare:
        """The share of one piece.

        Args:
            piece: A member of `PIECES`.
            what: Whether of the salient vertices or of the score mass.
        """
        shares = self.vertices if what == "vertices" else self.mass
        return shares[PIECES.index(piece)]


@dataclass(frozen=True)
class _Counts:
    """What lies on the pieces of each interval, all float64[G, 3]."""

    sizes: NDArray[np.float64]
    salient: NDArray[np.float64]
    salient_chance: NDArray[np.float64]
    mass: NDArray[np.float64]
    mass_chance: NDArray[np.float64]

    def rows(self, rows: NDArray[np.integer] | NDArray[np.bool_]) -> _Counts:
        return _Counts(*(table[rows] for table in vars(self).values()))


def piece_shares(
    graphs: LabelledGraphs,
    pieces: StandardPieces,
    scores: NDArray[np.floating],
    salient: NDArray[np.bool_],
    *,
    draws: int = 20,
    replicates: int = 2000,
    level: float = 0.95,
    seed: int = 0,
) -> tuple[DecompositionShares, ...]:
    """Compares where the saliency of a dataset falls with where chance would put it.

    Shares are of the totals over all intervals (not means of the intervals' shares). The best kind
    of an interval is the one with the most salient vertices on its two pieces beyond what chance
    puts there; of equals the first. Its score mass is that of the same kind.

    Args:
        graphs: The dataset's graphs.
        pieces: Their pieces, from `analysis.decompositions.standard_pieces`.
        scores: float[V], not negative.
        salient: bool[V], the salient vertices.
        draws: How many shuffles the chance of the best kind is the mean over; at least 1.
        replicates: Bootstrap replicates; whole intervals are drawn.
        level: Coverage of the bootstrap intervals.
        seed: Of the shuffles and of the bootstrap. Same seed, same result.

    Returns:
        The four kinds in the order of `KINDS`, then `BEST`. Shares are NaN where nothing is
        salient.

    Raises:
        UsageError: If the arrays do not have one entry for each vertex, or `draws` is below 1.

    Example:
        >>> from analysis.decompositions import standard_pieces
        >>> from data_gen.intervals import BruhatInterval
        >>> graphs = LabelledGraphs.of_intervals([BruhatInterval("1324", "3412")])
        >>> scores = np.array([0.0, 0, 0, 2, 2, 0, 0, 0, 0, 0])  # the two targets of "first"
        >>> found = piece_shares(
        ...     graphs, standard_pieces(graphs, ["1324"]), scores, scores > 0, replicates=10
        ... )
        >>> first = found[0]  # DecompositionShares
        >>> cube = first.of("hypercube")  # a PieceShare
        >>> first.kind, first.salient_vertices, cube.share.value, cube.chance, cube.difference.value
        ('first', 2, 1.0, 0.5, 0.5)
    """
    wrong = {len(scores), len(salient), pieces.codes.shape[1]} - {graphs.num_nodes}
    if wrong or draws < 1:
        raise UsageError(
            f"draws = {draws}, and arrays of {len(scores)} scores, {len(salient)} salient flags "
            f"and {pieces.codes.shape[1]} pieces for {graphs.num_nodes} vertices: give one entry "
            "for each vertex, and at least one draw."
        )
    values = np.asarray(scores, dtype=np.float64)
    level_of = graphs.levels
    tables = [_count(graphs, level_of, row, values, salient) for row in pieces.codes]
    tables.append(_best(graphs, level_of, pieces, tables, values, salient, draws, seed))
    has_best = tables[-1].salient.sum(axis=1) > 0
    found = []
    for kind, table, rows in zip((*KINDS, BEST), tables, (*pieces.applies, has_best), strict=True):
        counts = table.rows(rows)
        per_interval = counts.salient.sum(axis=1)
        again = _resampled(counts, replicates, seed)
        found.append(
            DecompositionShares(
                kind=kind,
                intervals=int(np.count_nonzero(rows)),
                salient_intervals=int(np.count_nonzero(per_interval)),
                salient_vertices=int(per_interval.sum()),
                vertices=_shares(
                    counts.sizes, counts.salient, counts.salient_chance, again[:2], level
                ),
                mass=_shares(counts.sizes, counts.mass, counts.mass_chance, again[2:], level),
                draws=draws if kind == BEST else 0,
            )
        )
    return tuple(found)


def _count(
    graphs: LabelledGraphs,
    level_of: NDArray[np.int64],
    codes: NDArray[np.int8],
    scores: NDArray[np.float64],
    salient: NDArray[np.bool_],
) -> _Counts:
    """Counts one kind; an interval that it does not decompose has zeros."""
    nodes = np.flatnonzero(codes >= 0)
    level, shape = level_of[nodes], (int(level_of.max(initial=-1)) + 1, len(PIECES))
    cells = level * len(PIECES) + codes[nodes]

    def spread_out(weights: NDArray[np.float64] | None) -> NDArray[np.float64]:
        table = np.bincount(cells, weights, minlength=shape[0] * shape[1])
        return table.reshape(shape).astype(np.float64)

    sizes = spread_out(None)
    parts = sizes / np.maximum(sizes.sum(axis=1, keepdims=True), 1.0)
    chosen, mass = spread_out(salient[nodes].astype(np.float64)), spread_out(scores[nodes])
    by_level = (
        *(sizes, chosen, chosen.sum(axis=1, keepdims=True) * parts),
        *(mass, mass.sum(axis=1, keepdims=True) * parts),
    )
    owner = np.zeros(shape[0], dtype=np.int64)
    owner[level_of] = graphs.node_graph
    starts = np.searchsorted(owner, np.arange(graphs.num_graphs))
    return _Counts(*(np.add.reduceat(table, starts) if len(table) else table for table in by_level))


def _best(
    graphs: LabelledGraphs,
    level_of: NDArray[np.int64],
    pieces: StandardPieces,
    tables: list[_Counts],
    scores: NDArray[np.float64],
    salient: NDArray[np.bool_],
    draws: int,
    seed: int,
) -> _Counts:
    """Takes the best kind of each interval; intervals without salient vertices have zeros.

    The tables of chance are the means over the shuffles, each with the best kinds of its own.
    """
    touched = np.zeros(graphs.num_graphs, dtype=np.bool_)
    touched[graphs.node_graph[salient]] = True
    touched &= pieces.applies.any(axis=0)
    chosen = _chosen(tables, pieces.applies)
    mine = [_picked([getattr(t, name) for t in tables], chosen, touched) for name in _OBSERVED]
    nodes = np.flatnonzero(touched[graphs.node_graph])
    sums = [np.zeros((graphs.num_graphs, len(PIECES))) for _ in range(2)]
    rng = np.random.default_rng(seed)
    for _ in range(draws):
        # One key sorts faster than two; below 1 by more than rounding, it stays in its rank.
        source = nodes[np.argsort(level_of[nodes] + 0.999 * rng.random(len(nodes)))]
        drawn = [
            _drawn(graphs, nodes, row, scores[source], salient[source]) for row in pieces.codes
        ]
        shuffled = [
            _Counts(table.sizes, flags, table.salient_chance, mass, table.mass_chance)
            for table, (flags, mass) in zip(tables, drawn, strict=True)
        ]
        again = _chosen(shuffled, pieces.applies)
        sums[0] += _picked([table.salient for table in shuffled], again, touched)
        sums[1] += _picked([table.mass for table in shuffled], again, touched)
    return _Counts(mine[0], mine[1], sums[0] / draws, mine[2], sums[1] / draws)


_OBSERVED = ("sizes", "salient", "mass")


def _chosen(tables: list[_Counts], applies: NDArray[np.bool_]) -> NDArray[np.int64]:
    """int64[G], the kind with the largest excess of salient vertices on its two pieces."""
    excess = np.array([(t.salient - t.salient_chance)[:, 1:].sum(axis=1) for t in tables])
    # Chances are sums of fractions: without rounding, equal ones could compare as different.
    best: NDArray[np.int64] = np.argmax(np.where(applies, np.round(excess, 9), -np.inf), axis=0)
    return best


def _picked(
    tables: list[NDArray[np.float64]], chosen: NDArray[np.int64], touched: NDArray[np.bool_]
) -> NDArray[np.float64]:
    picked = np.array(tables)[chosen, np.arange(len(chosen))]
    return np.where(touched[:, None], picked, 0.0)


def _drawn(
    graphs: LabelledGraphs,
    nodes: NDArray[np.int64],
    codes: NDArray[np.int8],
    scores: NDArray[np.float64],
    salient: NDArray[np.bool_],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Salient vertices and mass on the pieces, float64[G, 3] each, of shuffled values."""
    part = codes[nodes]
    known = part >= 0
    cells = graphs.node_graph[nodes[known]] * len(PIECES) + part[known]
    room = graphs.num_graphs * len(PIECES)
    flags = np.bincount(cells[salient[known]], minlength=room).astype(np.float64)
    mass = np.bincount(cells, scores[known], minlength=room).astype(np.float64)
    return flags.reshape(-1, len(PIECES)), mass.reshape(-1, len(PIECES))


def _resampled(counts: _Counts, replicates: int, seed: int) -> NDArray[np.float64]:
    """float64[4, B, 3], totals of salient vertices, their chance, mass and its chance."""
    parts = (counts.salient, counts.salient_chance, counts.mass, counts.mass_chance)
    stacked = np.concatenate(parts, axis=1)
    number = len(stacked)
    if not number:
        return np.zeros((4, replicates, len(PIECES)))
    rng = np.random.default_rng(seed)
    at_a_time = max(1, _WEIGHTS_AT_A_TIME // number)
    sums = []
    for start in range(0, replicates, at_a_time):
        size = min(at_a_time, replicates - start)
        weights = rng.multinomial(number, np.full(number, 1.0 / number), size=size)
        sums.append(weights @ stacked)
    return np.concatenate(sums).reshape(replicates, 4, len(PIECES)).swapaxes(0, 1)


def _shares(
    sizes: NDArray[np.float64],
    observed: NDArray[np.float64],
    chance: NDArray[np.float64],
    again: NDArray[np.float64],
    level: float,
) -> tuple[PieceShare, ...]:
    size, share, by_chance = (_normed(table.sum(axis=0)) for table in (sizes, observed, chance))
    shares, chances = _normed(again[0]), _normed(again[1])
    return tuple(
        PieceShare(
            piece=piece,
            size=float(size[k]),
            share=spread(float(share[k]), shares[:, k], level),
            chance=float(by_chance[k]),
            difference=spread(float(share[k] - by_chance[k]), shares[:, k] - chances[:, k], level),
        )
        for k, piece in enumerate(PIECES)
    )


def _normed(totals: NDArray[np.float64]) -> NDArray[np.float64]:
    """Parts of the sum over the last axis; NaN where that is zero."""
    whole = totals.sum(axis=-1, keepdims=True)
    parts = np.full_like(totals, np.nan)
    np.divide(totals, whole, out=parts, where=whole > 0)
    return parts
