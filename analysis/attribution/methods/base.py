"""What a method of attribution has to offer."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from analysis.attribution.asked import Asked, Signed

__all__ = ["IF_MOVED", "AttributionMethod"]

IF_MOVED = "how much the answer would move if {} moved a little"
"""What the scores of a method say that differentiates."""


@runtime_checkable
class AttributionMethod(Protocol):
    """A way to say how much a number leans on each input.

    Example:
        How the four ways read in a report:

        >>> from analysis.attribution.methods import find_method
        >>> for name in ("gradient", "occlusion"):
        ...     method: AttributionMethod = find_method(name)
        ...     print(f"{method.noun} of the logit: {method.means.format('they')}")
        gradient of the logit: how much the answer would move if they moved a little
        occlusion of the logit: what it changes to leave the vertex out
    """

    @property
    def name(self) -> str:
        """As it is typed."""
        ...

    @property
    def noun(self) -> str:
        """What stands before "of the logit" in a sentence."""
        ...

    @property
    def means(self) -> str:
        """What a score says; ``{}`` stands for what is moved."""
        ...

    @property
    def takes_whole(self) -> bool:
        """Whether a vertex is one thing, rather than its features."""
        ...

    def attribute(self, asked: Asked) -> Signed:
        """The attributions of one batch, on the device of the network."""
        ...
