"""What a reader of a network may choose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analysis.attribution import Method, Part, Target

__all__ = ["Ends", "Settings"]

Ends = Literal["auto", "keep", "drop"]
"""Whether the bottom and the top of an interval may be salient.

`auto` drops them if most vertices above percentile 99 in the untrained networks are such ends: then
the network reads them directly, and their gradients show that, not what was learned.
"""


@dataclass(frozen=True)
class Settings:
    """What a reader of the network may choose.

    Attributes:
        coefficient: k, for the coefficient of q^k; None takes the largest k whose coefficient is
            not zero in a twentieth of the dataset's intervals at least.
        percentile: Vertices with a score above it are salient.
        method: See `analysis.attribution.Method`.
        target: See `analysis.attribution.Target`.
        part: See `analysis.attribution.Part`.
        values: For the target "margin" the two values; None for predicted and runner-up.
        ends: See `Ends`; "keep" or "drop" in a finished report.
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
    """

    coefficient: int | None = None
    percentile: float = 99.0
    method: Method = "gradient"
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
