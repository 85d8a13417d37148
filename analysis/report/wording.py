"""The sentences of a report. They say no as readily as yes.

Numbers are percentages with their sign; a difference between two percentages is in points.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.evidence import FEWEST_EDGES, Evidence, TypeEvidence
from analysis.report.contents import Accuracy, Settings, SweepLine, Training
from analysis.statistics import Estimate

__all__ = ["listed", "percent", "signed", "summary", "verdict"]

_SELECTIONS = {
    "classes": "one for each isomorphism class of the Bruhat graph",
    "extremal": "the extremal pairs",
    "all": "all pairs",
}

_METHODS = {"gradient": "gradient", "input-x-gradient": "input times gradient"}


def summary(
    training: Training,
    accuracy: Sequence[Accuracy],
    test_graphs: int,
    settings: Settings,
    evidence: Evidence | None,
    end_shares: tuple[float, float],
) -> tuple[str, ...]:
    """What was trained, how good it is, and what the saliency is: three paragraphs."""
    return (
        _trained(training),
        _how_good(accuracy, test_graphs),
        _saliency(settings, evidence, end_shares),
    )


def _trained(training: Training) -> str:
    groups = listed([f"S_{n}" for n in training.groups])
    selection = _SELECTIONS.get(training.selection, f"the selection “{training.selection}”")
    return (
        f"A graph network ({training.preset} preset, {training.weights:,} weights, seed "
        f"{training.seed}) was trained on {training.intervals.get('train', 0):,} Bruhat intervals "
        f"of {groups} ({selection}) to tell the coefficients of the Kazhdan-Lusztig polynomial "
        "from the unlabelled Bruhat graph. It never saw a permutation or a reflection."
    )


def _how_good(accuracy: Sequence[Accuracy], test_graphs: int) -> str:
    exact = next(line for line in accuracy if line.power is None)
    low, high = _wilson(exact.network, test_graphs)
    best = max(exact.majority, exact.trees)
    if low > best:
        judgement = "It is better than both."
    elif exact.network > best:
        judgement = "It is ahead of both, by less than the uncertainty of so small a test."
    else:
        judgement = "It does not beat them, so what it leans on need not be more than such counts."
    return (
        f"On {test_graphs:,} test graphs, none with an isomorphic twin in training, it gets "
        f"the whole polynomial right for {percent(exact.network)} (95% interval {percent(low)} to "
        f"{percent(high)}). Always answering the most common polynomial gives "
        f"{percent(exact.majority)}, boosted trees on counts of vertices, edges and degrees give "
        f"{percent(exact.trees)}. {judgement}"
    )


def _saliency(
    settings: Settings, evidence: Evidence | None, end_shares: tuple[float, float]
) -> str:
    what = (
        f"the logit of the value it gives the coefficient of q^{settings.coefficient}"
        if settings.target == "logit"
        else f"its loss on the coefficient of q^{settings.coefficient}"
    )
    first = (
        f"A vertex's saliency is the {_METHODS[settings.method]} of {what}, by the features of "
        "that vertex: how much the answer would move if they moved a little. It does not say that "
        "the answer is right because of that vertex."
    )
    if evidence is None:
        return first
    everywhere, trained, untrained = (percent(share, 0) for share in evidence.near_ends)
    return (
        f"{first} {_ends(settings, end_shares)} Salient are the {evidence.salient_nodes:,} "
        f"vertices above percentile {settings.percentile:g} of the dataset, with "
        f"{evidence.salient_edges:,} edges among them, in {evidence.salient_intervals:,} "
        f"intervals. Of these vertices {trained} lie within one rank of the bottom or the top (of "
        f"all vertices: {everywhere}; of those salient in untrained networks: {untrained}), so "
        "each number below stands beside the same number for untrained networks and for random "
        "vertices of the same ranks."
    )


def _ends(settings: Settings, end_shares: tuple[float, float]) -> str:
    trained, untrained = (percent(share, 0) for share in end_shares)
    kept = (
        f"Of the hundredth of all vertices with the highest scores {trained} are the bottom or the "
        f"top of an interval ({untrained} in untrained networks)"
    )
    if settings.ends == "keep":
        return f"{kept}."
    why = ": the readout puts them there before anything is learned" * (end_shares[1] > 0.5)
    return (
        f"{kept}{why}. So bottom and top are left out here, for all networks alike, unlike in "
        "Davies et al."
    )


def verdict(
    evidence: Evidence | None, sweep: Sequence[SweepLine] = (), blind_controls: int = 0
) -> str:
    """Whether the trained network differs from its controls, with effect and interval.

    Args:
        evidence: The statistics; None if the network is blind.
        sweep: The edge types at other percentiles.
        blind_controls: How many untrained networks were left out because they are blind.
    """
    if evidence is None:
        return (
            "The network is blind to its vertex features: every attribution is exactly zero, in "
            "every interval. It reads the structure through the number of messages alone, so "
            "gradients by features show nothing, and nothing is drawn here. Train again with "
            "another seed, or use an attribution on edges."
        )
    if not evidence.is_enough:
        return (
            f"Nothing can be concluded: there are {evidence.salient_edges:,} salient edges (at "
            f"least {FEWEST_EDGES} are wanted), and {evidence.usable_controls} untrained networks "
            f"with salient edges to compare with (at least 2 are wanted; {blind_controls} are "
            "blind to their features and were left out)."
        )
    differing = [kind for kind in evidence.types if kind.differs]
    if not differing:
        return " ".join(
            filter(None, (_no(evidence), _one_control_only(evidence), _elsewhere(sweep)))
        )
    names = listed([f"{kind.type} reflections" for kind in differing])
    where = "yes" if _stable(differing, sweep) else "yes, but not at every percentile"
    parts = (
        f"In this run {where}, for {names}: the trained network differs from untrained networks "
        "and from random vertices of the same ranks, in the same direction.",
        *(_details(kind) for kind in differing),
        _elsewhere(sweep),
        "This is one training on one dataset: a lead to follow with further seeds and with "
        "shuffled labels, not a finding.",
    )
    return " ".join(filter(None, parts))


def _stable(differing: Sequence[TypeEvidence], sweep: Sequence[SweepLine]) -> bool:
    """Whether what differs here differs in the same direction at every other percentile."""
    signs = {kind.type: kind.from_random.value > 0 for kind in differing}
    return all(
        kind.differs and (kind.from_random.value > 0) == signs[kind.type]
        for line in sweep
        for kind in line.types
        if kind.type in signs
    )


def _elsewhere(sweep: Sequence[SweepLine]) -> str:
    """What differs from both controls at the other percentiles."""
    if not sweep:
        return ""
    parts = []
    for line in sweep:
        kinds = [
            f"{kind.type} ({'more' if kind.from_random.value > 0 else 'fewer'})"
            for kind in line.types
            if kind.differs
        ]
        parts.append(f"{line.percentile:g}: {listed(kinds) if kinds else 'none'}")
    return f"Types that differ from both controls at other percentiles: {'; '.join(parts)}."


def _no(evidence: Evidence) -> str:
    extremal = next(kind for kind in evidence.types if kind.type == "extremal")
    return (
        "No: by the types of its salient reflections the trained network cannot be told from its "
        f"controls. {_details(extremal)}"
    )


def _details(kind: TypeEvidence) -> str:
    return (
        f"{kind.type.capitalize()} reflections: {signed(kind.trained.value)} in the trained "
        f"network, {signed(_mean(kind.untrained))} in {len(kind.untrained)} untrained ones "
        f"(difference {points(kind.from_untrained)}), {signed(_mean(kind.random))} among random "
        f"vertices of the same ranks (difference {points(kind.from_random)})."
    )


def _one_control_only(evidence: Evidence) -> str:
    parts = []
    for kind in evidence.types:
        if kind.from_random.excludes_zero:
            parts.append(
                f"{kind.type} ones differ from random vertices, not from untrained networks"
            )
        elif kind.from_untrained.excludes_zero:
            parts.append(
                f"{kind.type} ones differ from untrained networks, not from random vertices"
            )
        if kind.from_random.excludes_zero and kind.from_untrained.excludes_zero:
            parts[-1] = f"{kind.type} ones lie between the two controls"
    return f"Some differ from one control only: {'; '.join(parts)}." if parts else ""


def points(estimate: Estimate) -> str:
    """A difference of percentages with its interval.

    Example:
        >>> points(Estimate(0.1, -0.02, 0.22))
        '+10 points, interval \N{MINUS SIGN}2 to +22'
    """
    value, low, high = (
        signed(part).removesuffix("%") for part in (estimate.value, estimate.low, estimate.high)
    )
    return f"{value} points, interval {low} to {high}"


def percent(share: float, digits: int = 1) -> str:
    """A share as a percentage.

    Example:
        >>> percent(0.9512)
        '95.1%'
    """
    return f"{100 * share:.{digits}f}%" if np.isfinite(share) else "none"


def signed(ratio: float, digits: int = 0) -> str:
    """An over-representation as a percentage with its sign.

    Example:
        >>> signed(0.09), signed(-0.261)
        ('+9%', '\N{MINUS SIGN}26%')
    """
    if not np.isfinite(ratio):
        return "none"
    return f"{100 * ratio:+.{digits}f}%".replace("-", "\N{MINUS SIGN}")


def listed(words: Sequence[str]) -> str:
    """Joins words as English does.

    Example:
        >>> listed(["a", "b", "c"])
        'a, b and c'
    """
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _mean(values: Sequence[float]) -> float:
    return float(np.nanmean(values)) if len(values) else float("nan")


def _wilson(share: float, count: int) -> tuple[float, float]:
    """Wilson's 95% interval of a share of `count` independent trials."""
    z = 1.959964
    centre = share + z * z / (2 * count)
    reach = z * np.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    scale = 1 + z * z / count
    return float((centre - reach) / scale), float((centre + reach) / scale)
