"""Makes the findings of a report: structure in the salient part, and the checks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.controls import random_vertices
from analysis.decompositions import standard_pieces
from analysis.evidence import SalientParts
from analysis.labelled import LabelledGraphs
from analysis.piece_evidence import weigh_pieces
from analysis.piece_shares import piece_shares
from analysis.report.findings import (
    Checks,
    ConnectedLine,
    FidelityLine,
    Structure,
)
from analysis.report.networks import Scores, score
from analysis.report.occurring import occurring_motifs, occurring_subintervals
from analysis.report.settings import Settings
from analysis.salient import connected_parts, salient_nodes
from analysis.sanity import agreements, check_methods, fidelity
from analysis.sanity.agreement import Scored
from analysis.sanity.methods import Networks

__all__ = ["find_checks", "find_structure"]

_CONNECTED_DRAWS = 20
_FIDELITY_DRAWS, _FIDELITY_NETWORKS = 5, 3


def find_structure(
    graphs: LabelledGraphs,
    bottoms: Sequence[str],
    scores: Scores,
    parts: SalientParts,
    settings: Settings,
) -> Structure:
    """Looks for decompositions, motifs and intervals in the salient part.

    Args:
        graphs: The graphs that were attributed.
        bottoms: The bottom of each, one-line notation.
        scores: The attributions.
        parts: The salient vertices.
        settings: For the seed.

    Example:
        The two targets of the decomposition "first" and the bottom, in each of five 4-crowns.

        >>> from analysis.attribution import Attributions
        >>> from data_gen.intervals import BruhatInterval
        >>> crowns = LabelledGraphs.of_intervals([BruhatInterval("1324", "3412")] * 5)
        >>> three, low = np.tile(np.isin(np.arange(10), [0, 3, 4]), 5), crowns.ranks < 2
        >>> one = Attributions(three * 1.0, crowns.node_offsets, np.arange(5), np.ones(5, int))
        >>> scores = Scores([one] * 2, [one] * 2, [], blind=[False] * 4)
        >>> parts = SalientParts([three] * 2, [low] * 2)
        >>> found = find_structure(crowns, ["1324"] * 5, scores, parts, Settings())
        >>> found.connected[0]
        ConnectedLine(kind='trained', parts=5.0, alone=0.0, largest=3.0)
        >>> cube = found.shares[0].of("hypercube")
        >>> found.shares[0].kind, round(cube.share.value, 2), round(cube.chance, 2)
        ('first', 0.67, 0.33)
    """
    pieces = standard_pieces(graphs, bottoms)
    first, seed = parts.trained[0], settings.seed
    return Structure(
        connected=tuple(_connected(graphs, parts, seed)),
        pieces=weigh_pieces(graphs, pieces, parts, seed),
        shares=piece_shares(graphs, pieces, scores.trained[0].scores, first, seed=seed),
        motifs=occurring_motifs(graphs, parts, seed),
        subintervals=occurring_subintervals(graphs, parts, seed),
    )


def _connected(graphs: LabelledGraphs, parts: SalientParts, seed: int) -> Iterable[ConnectedLine]:
    each = -(-_CONNECTED_DRAWS // len(parts.trained))
    groups = {
        "trained": parts.trained,
        "untrained": parts.untrained,
        "shuffled": parts.shuffled,
        "random": list(parts.drawn(graphs, "ranks", each, seed)),
    }
    for kind, masks in groups.items():
        found = [connected_parts(graphs, mask) for mask in masks if mask.any()]
        if found:
            yield ConnectedLine(
                kind=kind,
                parts=float(np.mean([len(sizes) for sizes in found])),
                alone=float(np.mean([(sizes == 1).sum() / sizes.sum() for sizes in found])),
                largest=float(np.mean([sizes[0] for sizes in found])),
            )


def find_checks(
    networks: Networks,
    batches: Callable[[], Iterable[Any]],
    sample: LabelledGraphs,
    graphs: LabelledGraphs,
    scores: Scores,
    settings: Settings,
    on_method: Callable[[int, int], None] | None = None,
) -> Checks:
    """Compares networks, methods, and what predictions lose.

    Args:
        networks: All networks.
        batches: Gives the graphs of the sample, anew each time.
        sample: These graphs.
        graphs: All graphs that were attributed.
        scores: Their attributions.
        settings: As the report's, with the coefficient and the ends settled.
        on_method: Told (methods done, methods).

    Example:
        The model that comes with klgnn, beside itself for an untrained one, on S_3.

        >>> from tempfile import TemporaryDirectory
        >>> from analysis.labelled import read_labelled
        >>> from data_gen.generation import generate
        >>> from klgnn.graphs import IntervalGraphs
        >>> from klgnn.runs import Run
        >>> run = Run.default()
        >>> networks, settings = Networks([run.network()], [run.network()]), Settings(coefficient=1)
        >>> with TemporaryDirectory() as folder:
        ...     data, whole = generate(3, f"{folder}/s3", select="classes"), np.array([3])
        ...     graphs = read_labelled(data, whole)
        ...     inputs = IntervalGraphs(data, features=run.config.features, rows=whole)
        ...     scores = score(networks, inputs.loader(), settings)
        ...     found = find_checks(networks, inputs.loader, graphs, graphs, scores, settings)
        >>> found.intervals, [(line.name, line.blind) for line in found.methods][:2]
        (1, [('gradient of the logit', 0), ('gradient of the margin', 0)])
        >>> found.networks[0].overlap, found.networks[0].correlation
        (1.0, 1.0)
    """
    assert settings.coefficient is not None
    among = ~graphs.is_end if settings.ends == "drop" else None
    inside = ~sample.is_end if settings.ends == "drop" else None
    methods = check_methods(
        networks, batches, settings.coefficient, sample, settings.percentile, inside,
        settings.seed, on_method,
    )  # fmt: skip
    by_method = {
        check.name: [
            Scored(own.scores, salient_nodes(own.scores, settings.percentile, inside).mask)
        ]
        for check, own in methods
        if not own.is_blind
    }
    return Checks(
        networks=agreements(graphs, dict(scores.scored(settings.percentile, among)), among=among),
        methods_agree=agreements(sample, dict(by_method), among=inside),
        methods=tuple(check for check, _ in methods),
        fidelity=tuple(_fidelity(networks, batches, sample, inside, settings)),
        intervals=sample.num_graphs,
    )


def _fidelity(
    networks: Networks,
    batches: Callable[[], Iterable[Any]],
    sample: LabelledGraphs,
    among: NDArray[np.bool_] | None,
    settings: Settings,
) -> Iterable[FidelityLine]:
    """Some networks of each kind, each with its own salient part."""
    assert settings.coefficient is not None
    most = 1 if len(networks.trained) == 1 else _FIDELITY_NETWORKS
    kinds = {
        "trained": networks.trained[:most],
        "untrained": networks.untrained[:most],
        "shuffled": networks.shuffled[:most],
    }
    for kind, chosen in kinds.items():
        for number, network in enumerate(chosen, 1):
            (own,) = score(Networks([network], []), batches(), settings).trained
            part = salient_nodes(own.scores, settings.percentile, among).mask
            random = list(
                random_vertices(sample, part, "ranks", _FIDELITY_DRAWS, settings.seed, among)
            )
            results = fidelity(
                network, batches(), settings.coefficient, sample, part, random, settings.seed
            )
            if results:
                yield FidelityLine(kind if most == 1 else f"{kind} {number}", results)
