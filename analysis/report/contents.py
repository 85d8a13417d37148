"""Everything that a report says, as frozen data that turns into JSON.

Example:
    What is said of a copy of the model that comes with klgnn, read on very few intervals.

    >>> from analysis.report.collect import collect
    >>> from klgnn.runs import Run
    >>> from dataclasses import replace
    >>> from pathlib import Path
    >>> from shutil import copytree
    >>> from tempfile import TemporaryDirectory
    >>> from data_gen.generation import generate
    >>> run = Run.default()
    >>> with TemporaryDirectory() as folder:
    ...     data = generate([3, 4], f"{folder}/s34", select="classes")
    ...     config = replace(
    ...         run.config, dataset_path=str(data.path), dataset_fingerprint=data.fingerprint
    ...     )
    ...     copy = replace(run, path=copytree(run.path, Path(folder) / "copy"), config=config)
    ...     settings = Settings(
    ...         coefficient=1, percentile=20, ends="keep", untrained=1, examples=2, explored=1
    ...     )
    ...     report = collect(copy, settings)  # a Report
    >>> report.training.groups, report.training.intervals  # Training
    ((3, 4), {'train': 9, 'val': 2, 'test': 3})
    >>> report.accuracy[1].what, report.accuracy[1].network > report.accuracy[1].trees  # Accuracy
    ('coefficient of q', True)
    >>> [(line.percentile, line.salient_edges) for line in report.sweep]  # of a SweepLine
    [(95.0, 0), (97.5, 0), (99.0, 0), (99.5, 0)]
    >>> report.networks[1]
    NetworkLine(kind='untrained', seed=0, exact=None, coefficient=None, is_blind=False, \
weights_sha256='', metrics_sha256='')
    >>> one = report.examples[1]  # an Example
    >>> one.chosen, one.x, one.w, one.polynomial, one.is_right
    ('most salient vertices', '1234', '3412', (1, 1), True)
    >>> one.choices[0].true, one.choices[0].values  # of a Choice
    (1, (1, 0))
    >>> one.salient[0].permutation, one.salient[0].rank  # of a SalientVertex
    ('1234', 0)
    >>> one.cubes[0].dimension, one.cubes[0].base, one.cubes[0].is_interval  # of a Cube
    (2, '1234', True)
    >>> report.provenance.dataset_command  # of Provenance
    'klgnn generate --n 3 --n 4 --select classes --out s34'
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from analysis.attribution import FirstLayerHealth
from analysis.evidence import Evidence, TypeEvidence
from analysis.report.explorer import Explorer
from analysis.report.findings import Checks, Structure
from analysis.report.settings import Settings

__all__ = [
    "Accuracy",
    "Choice",
    "Cube",
    "Example",
    "NetworkLine",
    "Provenance",
    "Report",
    "SalientVertex",
    "SweepLine",
    "Training",
    "to_json",
]


@dataclass(frozen=True)
class Provenance:
    """Where every number comes from."""

    run: str
    weights_sha256: str
    config_sha256: str
    metrics_sha256: str
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
class NetworkLine:
    """One network that was attributed.

    Attributes:
        kind: ``"trained"``, ``"untrained"`` or ``"shuffled"``.
        seed: Of its training, or of its random weights.
        exact: Share of whole polynomials right on the test split; None if untrained.
        coefficient: Share of right answers for the coefficient; None if untrained.
        is_blind: Whether all its attributions are exactly zero; then it is left out.
        weights_sha256: Of its weights file; empty if untrained.
        metrics_sha256: Of its results, metrics.json; empty if untrained.
    """

    kind: str
    seed: int
    exact: float | None
    coefficient: float | None
    is_blind: bool
    weights_sha256: str
    metrics_sha256: str


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
        intervals: How many intervals were attributed, of how many.
        networks: All networks that were attributed, the run's first.
        is_blind: Every attribution of the run's network is exactly zero; then there is no evidence
            and there are no examples.
        health: How many units of the first layer are dead.
        silent_graphs: Graphs in which every attribution of the run's network is exactly zero.
        end_shares: Share of bottoms and tops among all vertices above percentile 99: in the run's
            network, and the mean over the untrained ones.
        threshold: The score that salient vertices exceed.
        evidence: The statistics, or None.
        sweep: The edge types at other percentiles; a difference that one choice of the percentile
            makes and another unmakes is none to rely on.
        structure: Decompositions, motifs and intervals in the salient part, or None.
        checks: Whether the attribution means anything, or None.
        examples: Intervals drawn.
        example_rule: How they were chosen, in a sentence.
        summary: The page's first paragraphs, in plain English.
        verdict: What is established and what is not, in plain English; the first sentence says it.
        explorer: The intervals that the page can show; not part of the JSON.
    """

    settings: Settings
    provenance: Provenance
    training: Training
    accuracy: tuple[Accuracy, ...]
    test_graphs: int
    leak: dict[str, float]
    intervals: tuple[int, int]
    networks: tuple[NetworkLine, ...]
    is_blind: bool
    health: FirstLayerHealth | None
    silent_graphs: int
    end_shares: tuple[float, float]
    threshold: float
    evidence: Evidence | None
    sweep: tuple[SweepLine, ...]
    structure: Structure | None
    checks: Checks | None
    examples: tuple[Example, ...]
    example_rule: str
    summary: tuple[str, ...]
    verdict: str
    explorer: Explorer | None = field(default=None, repr=False)

    def of_kind(self, kind: str) -> int:
        """How many networks of a kind there are that are not blind."""
        return sum(line.kind == kind and not line.is_blind for line in self.networks)

    @property
    def blind_controls(self) -> int:
        """How many networks other than the run's are blind, and left out."""
        return sum(line.is_blind for line in self.networks[1:])

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, without the pictures."""
        values = to_json(dataclasses.replace(self, explorer=None))
        del values["explorer"]
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
