"""What a reader of a network may choose."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.choices import (
    Ends,
    Part,
    Target,
    check_coefficient,
    check_method,
    check_percentile,
    check_values,
)
from data_gen.choices import check_choice
from data_gen.errors import UsageError

__all__ = ["Ends", "Settings"]


@dataclass(frozen=True)
class Settings:
    """What a reader of the network may choose; what makes no sense is refused as it is made.

    Attributes:
        coefficient: k, for the coefficient of q^k; None takes the largest k whose coefficient is
            not zero in a twentieth of the dataset's intervals at least.
        percentile: Vertices with a score above it are salient.
        method: See `analysis.attribution.methods`.
        target: See `analysis.choices.Target`.
        part: See `analysis.choices.Part`.
        values: For the target "margin" the two values; None for predicted and runner-up.
        ends: See `analysis.choices.Ends`; "keep" or "drop" in a finished report.
        networks: How many trained networks, the run itself among them; the others are trained.
        shuffled: How many networks are trained on shuffled labels.
        untrained: How many untrained networks.
        intervals: So many intervals of the dataset are attributed at most, drawn at random; None
            for all.
        explored: How many intervals the explorer of the page holds.
        examples: How many intervals are drawn as fixed pictures.
        seed: Of everything random.
        draws: How many draws of random vertices.
        replicates: How many bootstrap replicates, where there is one trained network.

    Raises:
        UsageError: If a choice is unknown, a number out of range, or the values are no margin's.

    Example:
        >>> Settings(method="gradiant")
        Traceback (most recent call last):
        data_gen.errors.UsageError: --method 'gradiant': take one of gradient, input-x-gradient, \
integrated-gradients, occlusion. Did you mean gradient?
    """

    coefficient: int | None = None
    percentile: float = 99.0
    method: str = "gradient"
    target: Target = "logit"
    part: Part = "nodes"
    values: tuple[int, int] | None = None
    ends: Ends = "auto"
    networks: int = 1
    shuffled: int = 0
    untrained: int = 5
    intervals: int | None = None
    explored: int = 1000
    examples: int = 4
    seed: int = 0
    draws: int = 1000
    replicates: int = 2000

    def __post_init__(self) -> None:
        check_method(self.method)
        check_choice("--target", self.target, Target)
        check_choice("--part", self.part, Part)
        check_choice("--ends", self.ends, Ends)
        check_percentile(self.percentile)
        check_values(self.values, self.target)
        if self.coefficient is not None:
            check_coefficient(self.coefficient)
        if self.intervals is not None and self.intervals < 1:
            raise UsageError(f"--intervals {self.intervals}: at least one interval is needed.")
