"""What may be chosen when a network is read, and what is refused.

Nothing here loads torch: a command line that makes no sense is refused at once. The errors name the
option as it is typed there.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import metadata
from typing import Literal

from data_gen.choices import check_choice
from data_gen.errors import UsageError

__all__ = [
    "METHOD_GROUP",
    "Ends",
    "Part",
    "Target",
    "check_coefficient",
    "check_method",
    "check_percentile",
    "check_values",
]

METHOD_GROUP = "klgnn.attributions"
"""The entry-point group that methods of attribution are announced in, klgnn's own too."""

Target = Literal["logit", "loss", "margin"]
"""`logit`: the largest logit of the coefficient. `loss`: cross-entropy of its true value. `margin`:
the largest logit less the second, or that of one chosen value less that of another."""

Part = Literal["nodes", "edges"]
"""The inputs in question: the features of the vertices, or the weights of the edges, all 1."""

Ends = Literal["auto", "keep", "drop"]
"""Whether the bottom and the top of an interval may be salient.

`auto` drops them if most vertices above percentile 99 in the untrained networks are such ends: then
the network reads them directly, and their gradients show that, not what was learned.
"""


def check_method(name: str) -> None:
    """Raises UsageError unless an attribution of that name is announced.

    Example:
        >>> check_method("occlussion")
        Traceback (most recent call last):
        data_gen.errors.UsageError: --method 'occlussion': take one of gradient, input-x-gradient, \
integrated-gradients, occlusion. Did you mean occlusion?
    """
    known = {point.name for point in metadata.entry_points(group=METHOD_GROUP)}
    check_choice("--method", name, sorted(known))


def check_percentile(percentile: float) -> None:
    """Raises UsageError unless 0 <= percentile < 100.

    Example:
        >>> check_percentile(100)
        Traceback (most recent call last):
        data_gen.errors.UsageError: --percentile 100: it has to be at least 0 and below 100.
    """
    if not 0 <= percentile < 100:
        raise UsageError(f"--percentile {percentile:g}: it has to be at least 0 and below 100.")


def check_coefficient(coefficient: int) -> None:
    """Raises UsageError unless there may be a coefficient of q^k to ask about: k >= 1.

    Example:
        >>> check_coefficient(2)
        >>> check_coefficient(0)
        Traceback (most recent call last):
        data_gen.errors.UsageError: --coefficient 0: take 1 for the coefficient of q, 2 for that \
of q^2, and so on. The constant term is always 1, so no network is asked for it.
    """
    if coefficient < 1:
        raise UsageError(
            f"--coefficient {coefficient}: take 1 for the coefficient of q, 2 for that of q^2, and "
            "so on. The constant term is always 1, so no network is asked for it."
        )


def check_values(values: Sequence[int] | None, target: str) -> None:
    """Raises UsageError unless values are two different ones of a margin, or None.

    Example:
        >>> check_values([2, 1], "margin")
        >>> check_values([2, 1], "logit")
        Traceback (most recent call last):
        data_gen.errors.UsageError: --values 2,1: they are the two ends of a margin. Add --target \
margin, or leave them out with the logit.
    """
    if values is None:
        return
    given = f"--values {','.join(map(str, values))}"
    if len(values) != 2:
        raise UsageError(f"{given}: two values of the coefficient are wanted, such as 2,1.")
    if target != "margin":
        raise UsageError(
            f"{given}: they are the two ends of a margin. Add --target margin, or leave them out "
            f"with the {target}."
        )
    if values[0] == values[1]:
        raise UsageError(f"{given}: a margin between equal values is always 0; take two values.")
