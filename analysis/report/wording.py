"""The sentences of a report. They say no as readily as yes.

Numbers are percentages with their sign; a difference between two percentages is in points.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.attribution.methods import find_method
from analysis.evidence import Evidence
from analysis.report.contents import Accuracy, NetworkLine, Training
from analysis.report.settings import Settings
from analysis.statistics import Estimate
from data_gen.polynomials import format_power

__all__ = ["attributed", "listed", "p_value", "percent", "points", "signed", "summary"]

_SELECTIONS = {
    "classes": "one for each isomorphism class of the Bruhat graph",
    "extremal": "the extremal pairs",
    "all": "all pairs",
}


def summary(
    training: Training,
    accuracy: Sequence[Accuracy],
    test_graphs: int,
    settings: Settings,
    evidence: Evidence | None,
    end_shares: tuple[float, float],
    networks: Sequence[NetworkLine],
) -> tuple[str, ...]:
    """What was trained, how good it is, and what the saliency is: three paragraphs.

    Example:
        >>> training = Training(
        ...     preset="default", model="davies2021", seed=3, weights=1234, features=("degrees",),
        ...     groups=(5, 6), selection="classes", intervals={"train": 80}, vertices=50, edges=99
        ... )
        >>> accuracy = [Accuracy("whole polynomial", None, 0.9, 0.5, 0.6, None)]
        >>> said = summary(training, accuracy, 500, Settings(coefficient=1), None, (0.0, 0.0), [])
        >>> print(said[0][:90])
        A graph network (default preset, 1,234 weights, seed 3) was trained on 80 Bruhat intervals
        >>> print(said[1][-23:])
        It is better than both.
    """
    return (
        _trained(training) + _again(networks),
        _how_good(accuracy, test_graphs),
        _saliency(settings, evidence, end_shares),
    )


def attributed(settings: Settings) -> str:
    """What was attributed and what counts as salient, for the header and for downloads.

    Example:
        >>> attributed(Settings(coefficient=2))
        'gradient of the logit, by vertices, coefficient of q^2; salient above percentile 99'
    """
    what = "edges" if settings.part == "edges" else "vertices"
    of_values = f" {settings.values[0]} less {settings.values[1]}" if settings.values else ""
    noun = find_method(settings.method).noun
    return (
        f"{noun} of the {settings.target}{of_values}, by {what}, coefficient of "
        f"{format_power(settings.coefficient or 0)}; salient above percentile "
        f"{settings.percentile:g}"
    )


def _again(networks: Sequence[NetworkLine]) -> str:
    """What was trained beside the run's network."""
    parts = []
    for kind, words in (
        ("trained", "{} more with other seeds"),
        ("shuffled", "{} on the same graphs with the labels of others"),
    ):
        lines = [line for line in networks if line.kind == kind][kind == "trained" :]
        exact = [line.exact for line in lines if line.exact is not None]
        if exact:
            low, high = percent(min(exact)), percent(max(exact))
            reach = low if low == high else f"{low} to {high}"
            parts.append(f"{words.format(len(lines))} ({reach} of the test polynomials right)")
    return f" Trained in the same way were {listed(parts)}." if parts else ""


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
    k = format_power(settings.coefficient or 0)
    what = {
        "logit": f"the logit of the value it gives the coefficient of {k}",
        "loss": f"its loss on the coefficient of {k}",
        "margin": f"the margin between two values of the coefficient of {k}",
    }[settings.target]
    method = find_method(settings.method)
    if settings.part == "edges":
        by, moved = "by the weights of the edges at that vertex", "the messages along them"
    else:
        by, moved = "by the features of that vertex", "they"
    if method.takes_whole:
        by = "of that vertex"
    first = (
        f"A vertex's saliency is the {method.noun} of {what}, {by}: "
        f"{method.means.format(moved)}. It does not say that the answer is right because of that "
        "vertex."
    )
    if evidence is None:
        return first
    everywhere, trained, untrained = (percent(share, 0) for share in evidence.near_ends)
    return (
        f"{first} {_ends(settings, end_shares)} Salient in the run's own network are the "
        f"{evidence.salient_nodes:,} vertices above percentile {settings.percentile:g} of the "
        f"dataset, with {evidence.salient_edges:,} edges among them, in "
        f"{evidence.salient_intervals:,} intervals{_mean_edges(evidence)}. Of the salient "
        f"vertices of trained networks {trained} "
        f"lie within one rank of the bottom or the top (of all vertices: {everywhere}; of those "
        f"salient in untrained networks: {untrained}), so "
        "each number below stands beside the same number for networks that learned nothing and for "
        "random vertices of the same ranks."
    )


def _mean_edges(evidence: Evidence) -> str:
    """One network may have many more salient edges than the others: then it should be said."""
    if evidence.networks == 1:
        return ""
    mean = sum(float(chart.edges["trained"].sum()) for chart in evidence.maps)
    return f" (the mean of {evidence.networks} trainings is {mean:,.0f} edges)"


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


def points(estimate: Estimate) -> str:
    """A difference of percentages with its interval.

    Example:
        >>> points(Estimate(0.1, -0.02, 0.22))
        '+10 points, interval \N{MINUS SIGN}2 to +22'
    """
    value, low, high = (
        signed(part).removesuffix("%") for part in (estimate.value, estimate.low, estimate.high)
    )
    known = np.isfinite(estimate.low) and np.isfinite(estimate.high)
    return f"{value} points" + f", interval {low} to {high}" * bool(known)


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
    rounded = round(100 * ratio, digits) + 0.0  # no minus sign before a zero
    return f"{rounded:+.{digits}f}%".replace("-", "\N{MINUS SIGN}")


def p_value(p: float) -> str:
    """A p-value for a table.

    Example:
        >>> p_value(0.012), p_value(1e-9), p_value(float("nan"))
        ('0.012', '< 0.0001', '')
    """
    if not np.isfinite(p):
        return ""
    return "< 0.0001" if p < 0.0001 else f"{p:.2g}"


def listed(words: Sequence[str]) -> str:
    """Joins words as English does.

    Example:
        >>> listed(["a", "b", "c"])
        'a, b and c'
    """
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _wilson(share: float, count: int) -> tuple[float, float]:
    """Wilson's 95% interval of a share of `count` independent trials."""
    z = 1.959964
    centre = share + z * z / (2 * count)
    reach = z * np.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    scale = 1 + z * z / count
    return float((centre - reach) / scale), float((centre + reach) / scale)
