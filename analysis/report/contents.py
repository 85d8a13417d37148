"""Everything that a report says, as frozen data that turns into JSON."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from analysis.attribution import Method, Target
from analysis.evidence import Evidence, TypeEvidence

__all__ = [
    "Accuracy",
    "Choice",
    "Cube",
    "Ends",
    "Example",
    "Provenance",
    "Report",
    "SalientVertex",
    "Settings",
    "SweepLine",
    "Training",
    "to_json",
]


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
        ends: See `Ends`; "keep" or "drop" in a finished report.
        examples: How many intervals to draw.
        seed: Of everything random.
        untrained: How many untrained networks.
        draws: How many draws of random vertices.
        replicates: How many bootstrap replicates.
    """

    coefficient: int | None = None
    percentile: float = 99.0
    method: Method = "gradient"
    target: Target = "logit"
    ends: Ends = "auto"
    examples: int = 12
    seed: int = 0
    untrained: int = 5
    draws: int = 20
    replicates: int = 2000


@dataclass(frozen=True)
class Provenance:
    """Where every number comes from."""

    run: str
    weights_sha256: str
    config_sha256: str
    dataset: str
    dataset_fingerprint: str
    dataset_command: str
    command: str
    seed: int
    versions: dict[str, str]


@dataclass(frozen=True)
class Training:
    """What was trained, on what."""

    preset: str
    model: str
    seed: int
    weights: int
    features: tuple[str, ...]
    groups: tuple[int, ...]
    selection: str
    intervals: dict[str, int]
    vertices: int
    edges: int


@dataclass(frozen=True)
class Accuracy:
    """One line of the table of results on the test split; shares of right answers."""

    what: str
    power: int | None
    network: float
    majority: float
    trees: float
    macro_f1: tuple[float, float, float] | None


@dataclass(frozen=True)
class SweepLine:
    """The edge types at another percentile; nothing else changes."""

    percentile: float
    salient_edges: int
    types: tuple[TypeEvidence, ...]


@dataclass(frozen=True)
class SalientVertex:
    """A salient vertex of an example."""

    permutation: str
    rank: int
    score: float


@dataclass(frozen=True)
class Cube:
    """A Boolean cube in the salient part of an example."""

    dimension: int
    base: str
    top: str
    vertices: tuple[str, ...]
    is_interval: bool


@dataclass(frozen=True)
class Choice:
    """What the network says of one coefficient: its two most probable values."""

    power: int
    true: int
    values: tuple[int, ...]
    probabilities: tuple[float, ...]


@dataclass(frozen=True)
class Example:
    """One interval, drawn."""

    row: int
    n: int
    x: str
    w: str
    length: int
    num_nodes: int
    num_edges: int
    split: str
    chosen: str
    polynomial: tuple[int, ...]
    predicted: tuple[int, ...]
    choices: tuple[Choice, ...]
    salient: tuple[SalientVertex, ...]
    salient_edges: int
    cubes: tuple[Cube, ...]
    cubes_complete: bool
    svg: str = field(repr=False)

    @property
    def is_right(self) -> bool:
        """Whether the predicted polynomial is the true one."""
        return self.polynomial == self.predicted


@dataclass(frozen=True)
class Report:
    """The whole report.

    Attributes:
        settings: As asked for, with the coefficient filled in.
        provenance: Where the numbers come from.
        training: What was trained.
        accuracy: Results on the test split.
        test_graphs: How many graphs that split has.
        leak: What a random split would have leaked, as `klgnn.splits.LeakReport` has it.
        is_blind: Every attribution of the trained network is exactly zero; then there is no
            evidence and there are no examples.
        silent_graphs: Graphs in which every attribution of the trained network is exactly zero.
        blind_controls: Untrained networks that are blind, and left out.
        end_shares: Share of bottoms and tops among all vertices above percentile 99: in the trained
            network, and the mean over the untrained ones.
        threshold: The score that salient vertices exceed.
        evidence: The statistics, or None.
        sweep: The edge types at other percentiles; a difference that one choice of the percentile
            makes and another unmakes is none to rely on.
        examples: Intervals drawn.
        example_rule: How they were chosen, in a sentence.
        summary: The page's first paragraphs, in plain English.
        verdict: Whether the trained network differs from its controls, in plain English.
    """

    settings: Settings
    provenance: Provenance
    training: Training
    accuracy: tuple[Accuracy, ...]
    test_graphs: int
    leak: dict[str, float]
    is_blind: bool
    silent_graphs: int
    blind_controls: int
    end_shares: tuple[float, float]
    threshold: float
    evidence: Evidence | None
    sweep: tuple[SweepLine, ...]
    examples: tuple[Example, ...]
    example_rule: str
    summary: tuple[str, ...]
    verdict: str

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, without the pictures."""
        values = to_json(self)
        for example in values["examples"]:
            del example["svg"]
        return dict(values)


def to_json(value: Any) -> Any:
    """Turns dataclasses and arrays into what JSON has; numbers that are none become null.

    Floats are rounded to nine significant digits, so that the last bit of a sum does not show.

    Example:
        >>> to_json({"a": (1.0, float("nan"))})
        {'a': [1.0, None]}
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        pairs = ((entry.name, getattr(value, entry.name)) for entry in dataclasses.fields(value))
        return {name: to_json(entry) for name, entry in pairs}
    if isinstance(value, np.ndarray):
        return to_json(value.tolist())
    if isinstance(value, dict):
        return {str(key): to_json(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_json(entry) for entry in value]
    if isinstance(value, float):
        return float(f"{value:.9g}") if math.isfinite(value) else None
    return value
