"""What a report establishes and what it does not, in plain English. It says no as readily as yes.

The first sentence is the whole verdict; what follows are the numbers behind it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from analysis.evidence import FEWEST_EDGES, Evidence, TypeEvidence
from analysis.piece_evidence import PieceEvidence
from analysis.report.contents import SweepLine
from analysis.report.findings import Occurrences, Structure
from analysis.report.wording import listed, p_value, percent, points, signed

__all__ = ["CONTROL_NAMES", "KIND_NAMES", "MORE_EDGES", "SHORT_NAMES", "verdict"]

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

MORE_EDGES = (
    "More salient edges come with: a larger n or more intervals in the dataset, a lower percentile "
    "(--percentile 95), or a coefficient that is not 0 as often (--coefficient 1)."
)
"""What to do where there are too few."""

_PIECES = {
    "hypercube": "hypercube piece of standard decompositions",
    "ideal": "ideal of standard decompositions",
}
_FEW = 6
_ALL_FREE = 0.95


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

    Example:
        The lower half of S_4 holds more simple reflections than what two untrained networks lean
        on, but no more than any vertices of the same ranks.

        >>> from analysis.evidence import SalientParts, weigh
        >>> from analysis.labelled import LabelledGraphs
        >>> from data_gen.intervals import BruhatInterval
        >>> graphs = LabelledGraphs.of_intervals([BruhatInterval("1234", "4321")] * 9)
        >>> low, others = graphs.ranks < 4, np.arange(graphs.num_nodes) % 3 > 0
        >>> text = verdict(weigh(graphs, SalientParts([low] * 2, [others] * 2), draws=20))
        >>> print(text.partition(": ")[0])
        Nothing is established, over 2 trainings
        >>> print(verdict(None).partition(":")[0])
        The network is blind to its vertex features
    """
    if evidence is None:
        return (
            "The network is blind to its vertex features: every attribution is exactly zero, in "
            "every interval. It reads the structure through the number of messages alone, so "
            "gradients by features show nothing, and nothing is drawn here. Attribute edges "
            "(--part edges), which cannot go blind like that, or train with another seed."
        )
    if not evidence.is_enough:
        return _too_little(evidence, blind_networks)
    pieces = structure.pieces if structure is not None else ()
    several = evidence.networks > 1
    first = _of_several(evidence, structure, sweep) if several else _of_one(evidence)
    return " ".join(
        part
        for part in (
            first,
            _details(evidence),
            _paper(evidence),
            _reflections(evidence),
            _occurring(structure) if several else "",
            _elsewhere(sweep),
            _left_out(evidence),
            _caution(evidence, pieces),
        )
        if part
    )


def _too_little(evidence: Evidence, blind_networks: int) -> str:
    usable = evidence.usable
    edges = (
        f"there are {evidence.salient_edges:,} salient edges (at least {FEWEST_EDGES} are wanted)"
        if evidence.networks == 1
        else f"{usable['trained']} of {evidence.networks} trainings have {FEWEST_EDGES} salient "
        "edges or more (at least 2 are wanted)"
    )
    blind = (
        f"; {_networks(blind_networks)} blind to what was attributed and left out"
        if blind_networks
        else ""
    )
    return (
        f"Nothing can be concluded: {edges}, and {usable['untrained']} untrained networks have as "
        f"many to compare with (at least 2 are wanted{blind}). {MORE_EDGES}"
    )


def _networks(count: int) -> str:
    return "1 network is" if count == 1 else f"{count} networks are"


def _of_several(evidence: Evidence, structure: Structure | None, sweep: Sequence[SweepLine]) -> str:
    over = f"over {evidence.networks} trainings"
    pieces = structure.pieces if structure is not None else ()
    untested = _untested(evidence)
    if untested:
        return (
            f"Nothing is established, {over}: there are too few {untested} with at least "
            f"{FEWEST_EDGES} salient edges to compare with (at least 2 are wanted)."
        )
    holds = [kind for kind in evidence.types if kind.differs]
    drawn = [piece for piece in pieces if piece.differs and piece.piece in _PIECES]
    single = _single(evidence)
    shown = [_more_or_fewer(holds)] if holds else []
    shown += _of_pieces(drawn)
    if single and not holds:  # otherwise they are listed further down
        shown.append(f"another share of the single reflections {', '.join(single[:_FEW])}")
    shown += _of_occurrences(structure)
    looked_at = ["edge type", "single reflection"]
    if structure is not None:
        looked_at += ["piece of a decomposition", "motif", "interval inside"]
    if not shown:
        return (
            f"Nothing is established, {over}: no {', no '.join(looked_at)} sets the salient part "
            f"of trained networks apart from every control ({_controls(evidence)})."
        )
    fails = [kind.type for kind in evidence.types if not kind.differs]
    missing = [f"anything about {listed(fails)} reflections"] * bool(fails)
    if pieces and not drawn:
        missing.append("anything about the pieces of standard decompositions")
    if structure is not None:
        missing += [
            f"anything about {what}"
            for what, found in _occurrences(structure)
            if not found.differing
        ]
    text = f"Established, {over}: the salient part holds {listed(shown)} than that of "
    text += _controls(evidence)
    if holds and not _stable(holds, sweep):
        text += ", at this percentile (not at every other)"
    return f"{text}; not established: {listed(missing)}." if missing else f"{text}."


def _untested(evidence: Evidence) -> str:
    """The networks of which there are some, but too few to be compared with."""
    names = [
        CONTROL_NAMES[one.control]
        for one in evidence.types[0].decisive
        if one.control in evidence.usable and evidence.usable[one.control] < 2
    ]
    return listed(names) if names else ""


def _of_pieces(drawn: Sequence[PieceEvidence]) -> list[str]:
    """More or less of which piece, by which letters."""
    found: dict[str, list[str]] = {}
    for piece in drawn:
        side = "more" if piece.trained.value > 0 else "less"
        found.setdefault(f"{side} of the {_PIECES[piece.piece]}", []).append(KIND_NAMES[piece.kind])
    return [f"{what} ({listed(kinds)})" for what, kinds in found.items()]


def _occurrences(structure: Structure) -> tuple[tuple[str, Occurrences], ...]:
    return (("motifs", structure.motifs), ("intervals inside", structure.subintervals))


def _of_occurrences(structure: Structure | None) -> list[str]:
    """How many motifs and classes of intervals differ."""
    if structure is None:
        return []
    return [
        f"other numbers of {len(found.differing)} of {found.compared} {what}"
        for what, found in _occurrences(structure)
        if found.differing
    ]


def _occurring(structure: Structure | None) -> str:
    """Which motifs and classes of intervals differ from all controls, if any does."""
    if structure is None:
        return ""
    parts = []
    for what, found in _occurrences(structure):
        names = _first_few(found.differing, "; ") or "none"
        parts.append(
            f"{what.capitalize()} that differ from all controls, of {found.compared} compared: "
            f"{names}."
        )
    return " ".join(parts)


def _single(evidence: Evidence) -> list[str]:
    """The single reflections that differ from all controls, largest n first."""
    return [
        f"({i + 1}, {j + 1}) of S_{chart.n}"
        for chart in reversed(evidence.maps)
        for i, j in np.argwhere(chart.differs)
    ]


def _stable(holds: Sequence[TypeEvidence], sweep: Sequence[SweepLine]) -> bool:
    """Whether what differs here differs in the same direction at every other percentile."""
    signs = {kind.type: kind.decisive[0].sign for kind in holds}
    return all(
        kind.differs and kind.decisive[0].sign == signs[kind.type]
        for line in sweep
        for kind in line.types
        if kind.type in signs
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
        f"differ by {points(uniform.difference.points)} (p {_p(uniform.p_holm)}); untrained "
        f"networks have {signed(untrained.mean)}, and nothing of a comparison with uniform "
        "vertices says what of it was learned."
    )


def _reflections(evidence: Evidence) -> str:
    if evidence.networks == 1:
        return ""
    found = _single(evidence)
    if not found:
        return "No single reflection differs from all controls."
    return f"Single reflections that differ from all controls: {_first_few(found, ', ')}."


def _first_few(names: Sequence[str], separator: str) -> str:
    more = [f"and {len(names) - _FEW} more"] * (len(names) > _FEW)
    return separator.join([*names[:_FEW], *more])


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


def _left_out(evidence: Evidence) -> str:
    """Networks with few salient edges, and how far the draws could be others at all."""
    few = [
        f"{len(edges) - evidence.usable[kind]} of {len(edges)} {kind}"
        for kind, edges in evidence.edges.items()
        if len(edges) > evidence.usable[kind]
    ]
    free = ", ".join(
        f"{percent(share, 0)} ({what})"
        for what, share in evidence.free.items()
        if share < _ALL_FREE
    )
    text = ""
    if few:
        text = f"Networks with fewer than {FEWEST_EDGES} salient edges do not count: {listed(few)}."
    if free:
        text += f" Of the random vertices only so many could be others than the salient: {free}."
    return text.strip()


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
