"""The derivative of the number in question by each input."""

from __future__ import annotations

from captum.attr import Saliency

from analysis.attribution.asked import Asked, Signed
from analysis.attribution.methods.base import IF_MOVED

__all__ = ["Gradient"]


class Gradient:
    """The gradient, by captum.

    Source: Simonyan, Vedaldi, Zisserman 2013 (arXiv:1312.6034).

    Example:
        In [1324, 3412] the shipped model feels a change of the bottom and the four atoms most.

        >>> from analysis.attribution import feature_attributions
        >>> from klgnn.runs import Run
        >>> from klgnn.subject import Subject
        >>> run, crown = Run.default(), Subject.of_interval("1324", "3412")
        >>> graph = crown.data(run.config.features)
        >>> found, _ = feature_attributions(run.network(), graph, 1, Gradient())
        >>> found.abs().sum(1).argsort(descending=True)[:5].sort().values
        tensor([0, 1, 2, 3, 4])
    """

    name = "gradient"
    noun = "gradient"
    means = IF_MOVED
    takes_whole = False

    def attribute(self, asked: Asked) -> Signed:
        """One backward pass for all graphs of the batch."""
        # captum takes the absolute value unless told not to.
        return Signed(Saliency(asked).attribute(asked.inputs(), abs=False).detach())
