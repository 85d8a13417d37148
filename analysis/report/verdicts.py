"""What a report establishes and what it does not, in plain English. It says no as readily as yes.

The first sentence is the whole verdict; what follows are the numbers behind it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from analysis.evidence import FEWEST_EDGES, Evidence, TypeEvidence
from analysis.piece_evidence import PieceEvidence
from analysis.report.contents import SweepLine
from analysis.report.findings import Structure
from analysis.report.wording import listed, p_value, points, signed

__all__ = ["CONTROL_NAMES", "KIND_NAMES", "SHORT_NAMES", "verdict"]

CONTROL_NAMES = {
    "untrained": "untrained networks",
    "shuffled": "networks trained on shuffled labels",
    "ranks": "random vertices of the same ranks",
    "degrees": "random vertices of the same ranks and degrees",
    "distances": "random vertices of the same ranks and distances from both ends",
    "uniform": "uniformly random vertices",
}
"""The controls of `analysis.evidence`, for a sentence."""

SHORT_NAMES = {
    "untrained": "untrained",
    "shuffled": "shuffled labels",
    "ranks": "same ranks",
    "degrees": "same ranks, degrees",
    "distances": "same ranks, distances",
    "uniform": "uniform",
}
"""The same for the head of a table."""

KIND_NAMES = {
    "first": "first letter",
    "last": "last letter",
    "pos1": "place of 1",
    "posn": "place of n",
}
"""The standard decompositions: what the vertices of the ideal share with the bottom."""


def verdict(
    evidence: Evidence | None,
    sweep: Sequence[SweepLine] = (),
    structure: Structure | None = None,
    blind_networks: int = 0,
) -> str:
    """Whether the trained networks differ from their controls, and in what.

    Args:
        evidence: The statistics; None if the network is blind.
        sweep: The edge types at other percentiles.
        structure: What is known of decompositions.
        blind_networks: How many networks were left out because they are blind.
    """
    if evidence is None:
        return (
            "The network is blind to its vertex features: every attribution is exactly zero, in "
            "every interval. It reads the structure through the number of messages alone, so "
            "gradients by features show nothing, and nothing is drawn here. Attribute edges "
            "(--part edges), which cannot go blind like that, or train with another seed."
        )
    if not evidence.is_enough:
        return (
            f"Nothing can be concluded: there are {evidence.salient_edges:,} salient edges (at "
            f"least {FEWEST_EDGES} are wanted), and {evidence.usable['untrained']} untrained "
            f"networks with salient edges to compare with (at least 2 are wanted; "
            f"{blind_networks} networks are blind to what was attributed and were left out)."
        )
    pieces = structure.pieces if structure is not None else ()
    first = _of_one(evidence) if evidence.networks == 1 else _of_several(evidence, pieces)
    return " ".join(
        part
        for part in (
            first,
            _details(evidence),
            _paper(evidence),
            _reflections(evidence),
            _elsewhere(sweep),
            _caution(evidence, pieces),
        )
        if part
    )


def _of_several(evidence: Evidence, pieces: Sequence[PieceEvidence]) -> str:
    holds = [kind for kind in evidence.types if kind.differs]
    fails = [kind for kind in evidence.types if not kind.differs]
    drawn = [piece for piece in pieces if piece.differs and piece.piece == "hypercube"]
    shown = [_more_or_fewer(holds)] if holds else []
    if drawn:
        side = "more" if all(piece.trained.value > 0 for piece in drawn) else "another share"
        kinds = listed([KIND_NAMES[piece.kind] for piece in drawn])
        shown.append(f"{side} of the hypercube piece of standard decompositions ({kinds})")
    controls = _controls(evidence)
    missing = [f"anything about {listed([kind.type for kind in fails])} reflections"] * bool(fails)
    if pieces and not drawn:
        missing.append("that it draws on the hypercube piece of standard decompositions")
    trainings = f"{evidence.networks} trainings"
    measured = ["the types of reflections"] + ["standard hypercube decompositions"] * bool(pieces)
    if shown:
        text = (
            f"Established, over {trainings}: the salient part holds {listed(shown)} than that of "
            f"{controls}"
        )
        return f"{text}; not established: {listed(missing)}." if missing else f"{text}."
    return (
        f"Nothing is established, over {trainings}: in what they find salient, trained networks "
        f"cannot be told from every control ({controls}) by {' or by '.join(measured)}."
    )


def _controls(evidence: Evidence) -> str:
    """The decisive controls in few words; those of the first type are there for all."""
    there = [one.control for one in evidence.types[0].decisive]
    networks = [CONTROL_NAMES[control] for control in there if control in ("untrained", "shuffled")]
    return listed([*networks, "random vertices that keep rank, degrees or distances"])


def _of_one(evidence: Evidence) -> str:
    holds = [kind for kind in evidence.types if kind.differs]
    controls = _controls(evidence)
    if holds:
        return (
            f"In this one training yes: its salient part holds {_more_or_fewer(holds)} than that "
            f"of {controls}; one training establishes nothing about the next."
        )
    return (
        "No: by the types of its salient reflections this network cannot be told from its "
        f"controls ({controls})."
    )


def _more_or_fewer(kinds: Iterable[TypeEvidence]) -> str:
    more = [kind.type for kind in kinds if kind.decisive[0].sign > 0]
    fewer = [kind.type for kind in kinds if kind.decisive[0].sign < 0]
    parts = [f"more {listed(more)}"] * bool(more) + [f"fewer {listed(fewer)}"] * bool(fewer)
    return f"{listed(parts)} reflections"


def _details(evidence: Evidence) -> str:
    """The numbers of what differs, or of extremal reflections."""
    kinds = [kind for kind in evidence.types if kind.differs] or [
        kind for kind in evidence.types if kind.type == "extremal"
    ]
    return " ".join(_of_type(kind) for kind in kinds)


def _of_type(kind: TypeEvidence) -> str:
    parts = [
        f"{signed(one.mean)} in {CONTROL_NAMES[one.control]} (difference "
        f"{points(one.difference.points)}, p {_p(one.p_holm)})"
        for one in kind.decisive
    ]
    reach = ""
    if np.isfinite(kind.trained.low):
        low, high = signed(kind.trained.low), signed(kind.trained.high)
        reach = f" (95% interval {low} to {high})"
    return (
        f"{kind.type.capitalize()} reflections: {signed(kind.trained.value)}{reach} in the salient "
        f"part, {listed(parts)}."
    )


def _paper(evidence: Evidence) -> str:
    """The comparison of Davies et al., which decides nothing."""
    extremal = next(kind for kind in evidence.types if kind.type == "extremal")
    uniform, untrained = extremal.against("uniform"), extremal.against("untrained")
    if uniform is None or untrained is None:
        return ""
    return (
        f"Against uniformly random vertices, the comparison of Davies et al., extremal reflections "
        f"differ by {points(uniform.difference.points)} (p {_p(uniform.difference.p)}); untrained "
        f"networks are at {signed(untrained.mean)} there, so that comparison alone is no evidence."
    )


def _reflections(evidence: Evidence) -> str:
    if evidence.networks == 1:
        return ""
    found = [
        f"({i + 1}, {j + 1}) of S_{chart.n}"
        for chart in reversed(evidence.maps)
        for i, j in np.argwhere(chart.differs)
    ]
    if not found:
        return "No single reflection differs from all controls."
    shown = found[:6]
    more = f" and {len(found) - len(shown)} more" * (len(found) > len(shown))
    return f"Single reflections that differ from all controls: {', '.join(shown)}{more}."


def _elsewhere(sweep: Sequence[SweepLine]) -> str:
    """What differs from all controls at the other percentiles."""
    if not sweep:
        return ""
    parts = []
    for line in sweep:
        kinds = [
            f"{kind.type} ({'more' if kind.decisive[0].sign > 0 else 'fewer'})"
            for kind in line.types
            if kind.differs
        ]
        parts.append(f"{line.percentile:g}: {listed(kinds) if kinds else 'none'}")
    return f"Types that differ from all controls at other percentiles: {'; '.join(parts)}."


def _caution(evidence: Evidence, pieces: Sequence[PieceEvidence]) -> str:
    """What is missing before anybody should believe it."""
    found = [kind.differs for kind in evidence.types] + [piece.differs for piece in pieces]
    if not any(found):
        return ""
    if evidence.networks == 1:
        return "Train it again, and on shuffled labels: klgnn report --retrain 10."
    if not evidence.usable["shuffled"]:
        return "There is no network trained on shuffled labels to compare with."
    return ""


def _p(value: float) -> str:
    text = p_value(value)
    return text if text.startswith("<") else f"= {text}" if text else "unknown"
