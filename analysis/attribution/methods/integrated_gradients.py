"""Gradients added up on the way from nothing to the graph as it is."""

from __future__ import annotations

import torch

from analysis.attribution.asked import Asked, Signed
from analysis.attribution.methods.base import IF_MOVED

__all__ = ["IntegratedGradients"]

_POWER = 4

_LEAST_CHANGE = 1e-3
"""Logits are float32: a completeness gap relative to less than this would be rounding."""


class IntegratedGradients:
    """Midpoint rule on the straight way from zero, in t with the input at t^4 times what it is.

    Most points are near zero, for there networks that normalise change most: a sum of messages of
    any size becomes one of size 1. In equal steps the integral over edge weights misses it all.

    The baseline is zero, not the mean of a batch: it must not depend on what else is in the batch.
    In every feature set here zero means that nothing was counted.

    Source: Sundararajan, Taly, Yan 2017 (arXiv:1703.01365).

    Example:
        They add up to what the answer gains over a graph without features, the better the more
        steps:

        >>> from analysis.attribution.questions import Question
        >>> from klgnn.runs import Run
        >>> from klgnn.subject import Subject
        >>> run, crown = Run.default(), Subject.of_interval("1324", "3412")
        >>> graph, network = crown.data(run.config.features), run.network()
        >>> for steps in (4, 256):
        ...     asked = Asked(network, graph, Question(1), "nodes", steps=steps)
        ...     print(f"{float(IntegratedGradients().attribute(asked).gaps):.1%}")
        12.9%
        0.7%
    """

    name = "integrated-gradients"
    noun = "integrated gradient"
    means = IF_MOVED
    takes_whole = False

    def attribute(self, asked: Asked) -> Signed:
        """A backward pass for each of `asked.steps` points, for all graphs of the batch."""
        whole = asked.number()
        real = asked.inputs().detach()
        total = torch.zeros_like(real)
        for step in range(asked.steps):
            t = (step + 0.5) / asked.steps
            here = (real * t**_POWER).requires_grad_()
            slope = torch.autograd.grad(asked(here).sum(), here)[0]
            total += slope * (_POWER * t ** (_POWER - 1))
        values = real * total / asked.steps
        with torch.no_grad():
            change = (whole - asked(torch.zeros_like(real))).double()
        missed = (asked.by_graph(values) - change).abs()
        return Signed(values, missed / change.abs().clamp(min=_LEAST_CHANGE))
