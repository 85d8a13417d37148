"""Edge types, single reflections and cubes in salient parts, beside what the controls show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.evidence.counts import DRAWN, Counts, Resampled, Values
from analysis.evidence.results import (
    DECISIVE,
    LEVEL,
    Comparison,
    CubeEvidence,
    Evidence,
    MapDifferences,
    MapEvidence,
    SalientParts,
    TypeEvidence,
)
from analysis.hypercubes import largest_cubes
from analysis.labelled import LabelledGraphs
from analysis.reflections import EDGE_TYPES
from analysis.statistics import Estimate, holm, mean_known, mean_of_networks, spread

__all__ = ["weigh"]

_FEW = 20


def weigh(
    graphs: LabelledGraphs,
    parts: SalientParts,
    draws: int = 1000,
    replicates: int = 2000,
    seed: int = 0,
    details: bool = True,
) -> Evidence:
    """Compares the salient parts of trained networks with their controls.

    Args:
        graphs: The dataset's graphs.
        parts: The salient vertices.
        draws: How many draws of random vertices for each trained network and each kind.
        replicates: How many bootstrap replicates, where there is one trained network.
        seed: Of the draws and of the bootstrap.
        details: Whether single reflections and cubes are looked at, too.

    Returns:
        The evidence.

    Example:
        Two networks whose salient part is the lower half of S_4, nine times, beside two that found
        two vertices of three. The lower half holds 16% more simple reflections than their share,
        and more than the untrained networks have; but so do any vertices of the same ranks.

        >>> from data_gen.intervals import BruhatInterval
        >>> graphs = LabelledGraphs.of_intervals([BruhatInterval("1234", "4321")] * 9)
        >>> low, others = graphs.ranks < 4, np.arange(graphs.num_nodes) % 3 > 0
        >>> found = weigh(graphs, SalientParts([low] * 2, [others] * 2), draws=20)
        >>> simple = found.types[0]
        >>> simple.salient_edges, simple.all_edges, round(simple.trained.value, 2)
        (162, 324, 0.16)
        >>> [round(simple.against(control).mean, 2) for control in ("untrained", "ranks")]
        [-0.11, 0.16]
        >>> simple.differs
        False
    """
    counts = Counts.of(graphs, parts, draws, seed)
    resampled = Resampled.of(counts, replicates, seed) if len(parts.trained) == 1 else None
    first = parts.trained[0]
    return Evidence(
        types=_types(counts, Values.of(counts, counts.reflections.by_type, resampled)),
        maps=tuple(_map(counts, int(n)) for n in np.unique(graphs.n)) if details else (),
        cubes=_cubes(graphs, parts, seed) if details else (),
        networks=len(parts.trained),
        edges={kind: counts.of_kind(kind) for kind in ("trained", "untrained", "shuffled")},
        salient_nodes=int(np.count_nonzero(first)),
        salient_edges=int(counts.edges[0].sum()),
        salient_intervals=len(np.unique(graphs.node_graph[first])),
        near_ends=_near_ends(graphs, parts),
        free={name: counts.drawn[0][name].free for name in ("ranks", "degrees", "distances")},
        draws=draws,
        replicates=replicates,
    )


def _types(counts: Counts, values: Values) -> tuple[TypeEvidence, ...]:
    everything = counts.reflections.by_type(counts.everything)
    salient = counts.reflections.by_type(counts.edges[0])
    comparisons = [_compared(values, control) for control in counts.controls]
    return tuple(
        TypeEvidence(
            type=name,
            salient_edges=int(salient[kind]),
            all_edges=int(everything[kind]),
            share=float(everything[kind] / everything.sum()),
            networks=tuple(values.trained[:, kind].tolist()),
            trained=_estimate(values, kind),
            comparisons=tuple(row[kind] for row in comparisons),
        )
        for kind, name in enumerate(EDGE_TYPES)
    )


def _estimate(values: Values, kind: int) -> Estimate:
    mine = values.trained[:, kind]
    if values.resampled is None:
        return mean_of_networks(mine)
    return spread(float(mine[0]), values.resampled.networks[0, :, kind])


def _compared(values: Values, control: str) -> list[Comparison]:
    """One control, all edge types."""
    kinds = range(len(EDGE_TYPES))
    differences = [values.difference(control, kind) for kind in kinds]
    adjusted = holm([one.p for one in differences])
    theirs = values.control(control)
    # Of a thousand draws a few show the scatter; networks are all shown.
    shown = theirs[:_FEW] if control in DRAWN else theirs
    return [
        Comparison(
            control=control,
            values=tuple(shown[:, kind].tolist()),
            mean=float(mean_known(theirs[:, kind])),
            difference=differences[kind],
            p_holm=adjusted[kind],
        )
        for kind in kinds
    ]


def _map(counts: Counts, n: int) -> MapEvidence:
    reflections = counts.reflections
    here = np.flatnonzero(reflections.n == n)
    values = Values.of(counts, lambda edges: edges[..., here])
    over = {"trained": mean_known(values.trained, axis=0)}
    over |= {name: mean_known(values.control(name), axis=0) for name in counts.controls}
    edges = {"trained": counts.edges[counts.trained].mean(axis=0)[here]}
    edges |= {name: counts.edges[group].mean(axis=0)[here] for name, group in counts.groups.items()}
    edges |= {
        name: np.mean([one[name].reflections.mean(axis=0)[here] for one in counts.drawn], axis=0)
        for name in DRAWN
    }

    def table(cells: NDArray[Any], empty: float = np.nan) -> NDArray[Any]:
        square = np.full((n, n), empty, dtype=cells.dtype)
        square[reflections.i[here] - 1, reflections.j[here] - 1] = cells
        return square

    against = {
        name: MapDifferences(**{what: table(cells) for what, cells in found.items()})
        for name, found in _tested(values, len(here)).items()
    }
    p_holm, differs = _worst(against, n)

    return MapEvidence(
        n=n,
        intervals=int(np.count_nonzero(counts.graphs.n == n)),
        everything=table(counts.everything[here], 0),
        edges={name: table(cells, 0) for name, cells in edges.items()},
        over={name: table(cells) for name, cells in over.items()},
        against=against,
        p_holm=p_holm,
        differs=differs,
    )


def _tested(values: Values, kinds: int) -> dict[str, dict[str, NDArray[np.float64]]]:
    """For each control what `MapDifferences` holds, float64[kinds] each."""
    # One network gives no scatter between trainings to test a single reflection against.
    if len(values.trained) < 2:
        return {}
    found = {}
    for name in values.counts.controls:
        row = [values.difference(name, kind) for kind in range(kinds)]
        columns = {
            "points": [one.points.value for one in row],
            "low": [one.points.low for one in row],
            "high": [one.points.high for one in row],
            "effect": [one.effect.value for one in row],
            "effect_low": [one.effect.low for one in row],
            "effect_high": [one.effect.high for one in row],
            "p_holm": holm([one.p for one in row]),
        }
        found[name] = {what: np.array(cells, np.float64) for what, cells in columns.items()}
    return found


def _worst(
    against: Mapping[str, MapDifferences], n: int
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The largest corrected p-value over what decides, and whether one direction holds."""
    if not against:
        return np.full((n, n), np.nan), np.zeros((n, n), dtype=np.bool_)
    deciding = [one for name, one in against.items() if name in DECISIVE]
    p = np.array([one.p_holm for one in deciding]).max(axis=0)
    side = np.sign([one.points for one in deciding])
    return p, (p < LEVEL) & (side == side[0]).all(axis=0)


def _cubes(graphs: LabelledGraphs, parts: SalientParts, seed: int) -> tuple[CubeEvidence, ...]:
    random = list(parts.drawn(graphs, "ranks", -(-_FEW // len(parts.trained)), seed))
    groups = (parts.trained, parts.untrained, parts.shuffled, random)
    largest = [[largest_cubes(graphs, mask) for mask in group] for group in groups]
    top = max((int(found.max(initial=0)) for group in largest for found in group), default=0)
    return tuple(
        CubeEvidence(
            dimension,
            *(tuple(int((one >= dimension).sum()) for one in group) for group in largest),
        )
        for dimension in range(2, top + 1)
    )


def _near_ends(graphs: LabelledGraphs, parts: SalientParts) -> tuple[float, float, float]:
    lengths = graphs.ranks[graphs.node_offsets[1:] - 1]
    ranks = graphs.ranks
    near = (ranks <= 1) | (lengths[graphs.node_graph] - ranks <= 1)
    of_group = [
        float(mean_known(np.array([_share(near[mask]) for mask in masks])))
        for masks in (parts.trained, parts.untrained)
    ]
    return (_share(near), of_group[0], of_group[1])


def _share(flags: NDArray[np.bool_]) -> float:
    return float(flags.mean()) if len(flags) else float("nan")
