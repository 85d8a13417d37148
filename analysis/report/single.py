"""One interval and what a network leans on in it: as data, as a picture, as a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from os import PathLike
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch_geometric.data import Batch

from analysis.attribution import attribute
from analysis.decompositions import KINDS, StandardDecomposition, standard_decompositions
from analysis.drawing import draw_salient
from analysis.hypercubes import maximal_hypercubes
from analysis.report.explorer import CUBE_LIMIT, Explorer, explored
from analysis.report.settings import Settings
from analysis.report.templates import page_environment, safe_json
from analysis.report.wording import attributed
from analysis.salient import salient_nodes
from data_gen.errors import UsageError
from data_gen.intervals import MAX_PICTURE_NODES, BruhatInterval
from data_gen.permutations import PermutationLike
from data_gen.storage import sha256
from klgnn.models import CoefficientNetwork
from klgnn.prediction import Reply, predict
from klgnn.runs import Run, RunFiles
from klgnn.subject import Subject

__all__ = ["SINGLE_SETTINGS", "Reading", "explorer_page", "interval_page", "read_interval"]

SINGLE_SETTINGS = Settings(percentile=90.0)
"""The 90th percentile within the interval: the 99th of a dataset would leave hardly a vertex."""


@dataclass(frozen=True, eq=False)
class Reading:
    """One interval, read by one network.

    Attributes:
        interval: The interval.
        run: The run of the network.
        settings: As asked for, with the coefficient filled in.
        scores: float32[N], how much the network leans on each vertex.
        salient: bool[N], the vertices above the percentile within this interval.
        reply: What the network says, and the exact polynomial or why it is not known.

    Example:
        >>> reading = read_interval(Run.default(), "1324", "3412")
        >>> reading.attributed
        'gradient of the logit, by vertices, coefficient of q; salient above percentile 90 of this \
interval'
        >>> picture = reading.svg(decomposition="first")
        >>> reading.svg(decomposition="second")
        Traceback (most recent call last):
        data_gen.errors.UsageError: 'second' is no standard decomposition; take first, last, pos1, \
posn.
    """

    interval: BruhatInterval
    run: Run
    settings: Settings
    scores: NDArray[np.float32] = field(repr=False)
    salient: NDArray[np.bool_] = field(repr=False)
    reply: Reply = field(repr=False)

    @property
    def polynomial(self) -> tuple[int, ...] | None:
        """The exact polynomial, ascending; None if it is not known."""
        return None if isinstance(self.reply.exact, str) else self.reply.exact.polynomial

    @property
    def is_blind(self) -> bool:
        """Whether every score is exactly zero."""
        return not bool(self.scores.any())

    @property
    def attributed(self) -> str:
        """What was attributed and what counts as salient, in words."""
        return f"{attributed(self.settings)} of this interval"

    def svg(self, decomposition: str | None = None) -> str:
        """The Hasse diagram with the salient part, the largest cube in it, and a decomposition.

        Args:
            decomposition: "first", "last", "pos1" or "posn"; see `analysis.decompositions`.

        Raises:
            UsageError: If there is no such kind, or it does not decompose this interval.
        """
        found = maximal_hypercubes(
            self.interval.graph, np.flatnonzero(self.salient).tolist(), limit=CUBE_LIMIT
        )
        cube = found.cubes[0] if found.cubes and decomposition is None else None
        parts = None if decomposition is None else _decomposition(self.interval, decomposition)
        return draw_salient(self.interval, self.scores, self.salient, cube, decomposition=parts)

    def to_explorer(self) -> Explorer:
        """The interval as an explorer of one."""
        one = explored(
            self.interval,
            self.polynomial,
            [answer.distribution for answer in self.reply.answer.coefficients],
            self.scores,
            self.salient,
            split=self.reply.split or "",
        )
        return Explorer((one,), "", self.settings.coefficient, self.attributed)

    def page(self) -> str:
        """The explorer of this one interval; see `interval_page`."""
        exact = self.reply.exact
        remarks = [*self.reply.cautions]
        if isinstance(exact, str):
            remarks.append(f"The exact polynomial is not known: {exact}")
        if self.is_blind:
            remarks.append(
                "Every score is exactly zero: the network's answer does not depend on its vertex "
                "features here, and there is nothing to see by this method."
            )
        return explorer_page(
            self.to_explorer(),
            self.reply.subject.title,
            f"What run {self.run.name} leans on: {self.attributed}",
            remarks,
            self.svg() if self.interval.num_nodes <= MAX_PICTURE_NODES else "",
            [
                ("Run folder", self.run.name),
                ("Weights, SHA-256", sha256((self.run.path / RunFiles.WEIGHTS).read_bytes())),
                ("Dataset, fingerprint", self.run.config.dataset_fingerprint),
            ],
        )


def read_interval(
    run: Run | str | PathLike[str] | None,
    x: PermutationLike,
    w: PermutationLike,
    settings: Settings = SINGLE_SETTINGS,
) -> Reading:
    """Asks a network about one interval, and what it leans on there.

    Nothing of a dataset is read, so a vertex is salient above a percentile of this interval's own
    scores, and the ends count unless the settings drop them.

    Args:
        run: A finished run, or its folder; None or "default" is the model that comes with klgnn.
        x: The bottom, in one-line notation.
        w: The top.
        settings: Coefficient (None takes the highest that the polynomial has and the network
            tells), percentile, method, target, ends.

    Raises:
        RunError: If there is no such run, or its weights are damaged.
        PermutationError: If x or w is no permutation, or they are not in the same S_n.
        IntervalError: If x is not below w.
        UsageError: If the interval is too large for a network, the network has no such coefficient,
            or the loss is asked for where the exact polynomial is not known.

    Example:
        >>> reading = read_interval("default", "1324", "3412")
        >>> reading.polynomial, reading.settings.coefficient, reading.scores.shape
        ((1, 1), 1, (10,))
    """
    run, subject = Run.find(run), Subject.of_interval(x, w)
    interval = subject.interval
    assert interval is not None
    reply = predict(run, subject)
    network = run.network()
    exact = None if isinstance(reply.exact, str) else reply.exact.polynomial
    settings = replace(settings, coefficient=_coefficient(settings, network, reply, exact))
    assert settings.coefficient is not None
    if exact is None and settings.target == "loss":
        raise UsageError(
            f"The loss needs the exact polynomial of {interval!r}, which is not known: "
            f"{reply.exact} Take the target logit."
        )
    (found,) = attribute(
        [network],
        [_batch(subject, run, exact, network.num_coefficients)],
        settings.coefficient,
        settings.method,
        settings.target,
        part=settings.part,
        values=settings.values,
    )
    inner = np.ones(interval.num_nodes, dtype=np.bool_)
    if settings.ends == "drop":
        inner[[0, -1]] = False
    salient = salient_nodes(found.scores, settings.percentile, inner).mask
    return Reading(interval, run, settings, found.scores, salient, reply)


def interval_page(
    run: Run | str | PathLike[str] | None,
    x: PermutationLike,
    w: PermutationLike,
    settings: Settings = SINGLE_SETTINGS,
) -> str:
    """One interval as a page: the report's explorer with nothing to choose from.

    Args:
        run: A finished run, or its folder; see `read_interval`.
        x: The bottom, in one-line notation.
        w: The top.
        settings: See `read_interval`.

    Returns:
        An HTML document that needs nothing else. The same run and interval give the same text.

    Raises:
        UsageError: As `read_interval`, with the other errors named there.

    Example:
        >>> page = interval_page(Run.default(), "1324", "3412")
        >>> page[page.index("<h1") :].splitlines()[0]
        '<h1>[1324, 3412] in S<sub>4</sub></h1>'
    """
    return read_interval(run, x, w, settings).page()


def explorer_page(
    explorer: Explorer,
    title: str,
    lead: str = "",
    remarks: Sequence[str] = (),
    picture: str = "",
    provenance: Sequence[tuple[str, str]] = (),
) -> str:
    """An explorer as a page of its own.

    Args:
        explorer: Its intervals, at least one.
        title: Heading of the page.
        lead: A line below it.
        remarks: Paragraphs above the explorer.
        picture: An SVG for browsers without JavaScript.
        provenance: Names and values to list below.

    Returns:
        An HTML document that needs nothing else.

    Example:
        >>> interval = BruhatInterval("1324", "3412")
        >>> one = explored(interval, (1, 1), [], np.arange(10.0), np.arange(10) > 8)
        >>> page = explorer_page(Explorer((one,)), "The crown", provenance=[("made", "by hand")])
        >>> page[page.index("<h1") :].splitlines()[0]
        '<h1>The crown</h1>'
    """
    values: dict[str, Any] = {"title": title, "lead": lead, "remarks": remarks}
    values |= {"picture": picture, "provenance": provenance, "explorer": explorer}
    template = page_environment().get_template("single.html.j2")
    return template.render(explorer_json=safe_json(explorer.to_dict()), **values)


def _coefficient(
    settings: Settings, network: CoefficientNetwork, reply: Reply, exact: Sequence[int] | None
) -> int:
    if settings.coefficient is not None:
        return settings.coefficient
    told = [k for k, values in enumerate(network.vocabulary, 1) if len(values) > 1]
    if not told:
        raise UsageError(
            "Every coefficient had one value only in training, so the network tells nothing and "
            "there is nothing to attribute. Train on a dataset with more polynomials (n >= 4)."
        )
    degree = len(exact if exact is not None else reply.answer.polynomial) - 1
    return max((k for k in told if k <= degree), default=told[0])


def _batch(subject: Subject, run: Run, exact: Sequence[int] | None, width: int) -> Batch:
    data = subject.data(run.config.features)
    known = [*(exact or [1])[1:], *([0] * width)]
    data.y = torch.tensor([known[:width]], dtype=torch.long)
    data.row = torch.zeros(1, dtype=torch.long)
    data.rank = torch.from_numpy(subject.graph.ranks).long()
    return Batch.from_data_list([data])


def _decomposition(interval: BruhatInterval, kind: str) -> StandardDecomposition:
    if kind not in KINDS:
        raise UsageError(f"{kind!r} is no standard decomposition; take {', '.join(KINDS)}.")
    for found in standard_decompositions(interval):
        if found.kind == kind:
            return found
    raise UsageError(
        f"{interval!r} has no decomposition {kind!r}: all its elements share that letter. "
        f"Take another of {', '.join(KINDS)}."
    )
