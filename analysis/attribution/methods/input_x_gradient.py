"""The derivative by each input, times that input."""

from __future__ import annotations

from captum.attr import InputXGradient as OfCaptum

from analysis.attribution.asked import Asked, Signed
from analysis.attribution.methods.base import IF_MOVED

__all__ = ["InputXGradient"]


class InputXGradient:
    """Input times gradient, by captum; for edges the gradient itself, for their weights are 1.

    Source: Shrikumar and others 2016 (arXiv:1605.01713).

    Example:
        >>> from analysis.attribution import feature_attributions
        >>> from klgnn.runs import Run
        >>> from klgnn.subject import Subject
        >>> run, crown = Run.default(), Subject.of_interval("1324", "3412")
        >>> graph, network = crown.data(run.config.features), run.network()
        >>> slope, _ = feature_attributions(network, graph, 1, "gradient")
        >>> found, _ = feature_attributions(network, graph, 1, InputXGradient())
        >>> bool((found == slope * graph.x).all())
        True
    """

    name = "input-x-gradient"
    noun = "input times gradient"
    means = IF_MOVED
    takes_whole = False

    def attribute(self, asked: Asked) -> Signed:
        """One backward pass for all graphs of the batch."""
        return Signed(OfCaptum(asked).attribute(asked.inputs()).detach())
