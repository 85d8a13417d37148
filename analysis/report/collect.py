"""Gathers what a report says from a run: attributions, controls, statistics, examples."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from importlib import metadata
from os import PathLike
from typing import Any

import numpy as np

from analysis.attribution import first_layer_health
from analysis.evidence import Evidence, weigh
from analysis.report.contents import Accuracy, Example, Provenance, Report, SweepLine, Training
from analysis.report.examples import build_examples, choose_examples
from analysis.report.explorer import Explorer, build_explorer
from analysis.report.findings import Checks, Structure
from analysis.report.looking import find_checks, find_structure
from analysis.report.networks import ReadNetworks, read_networks
from analysis.report.settings import Settings
from analysis.report.verdicts import verdict
from analysis.report.wording import attributed, summary
from data_gen import schema
from data_gen.dataset import IntervalDataset
from data_gen.polynomials import format_power
from data_gen.progress import Progress, no_progress
from data_gen.split_rule import SPLITS
from data_gen.storage import sha256
from klgnn.models import CoefficientNetwork
from klgnn.runs import Run, RunFiles

__all__ = ["collect"]

_SWEEP = (95.0, 97.5, 99.0, 99.5)
_SWEEP_DRAWS = 200
_CHECKED_INTERVALS, _CHECKED_NODES = 400, 50_000
_PACKAGES = ("klgnn", "torch", "torch-geometric", "captum", "numpy", "matplotlib")


def collect(
    run: Run | str | PathLike[str] | None,
    settings: Settings | None = None,
    progress: Progress | None = None,
    workers: int = 1,
) -> Report:
    """Reads a trained network and everything that has to stand beside it.

    Args:
        run: A finished run, or its folder; None or "default" is the model that comes with klgnn.
        settings: What to attribute, and how; `Settings()` if None.
        progress: Gives a progress bar, such as `data_gen.console.progress`.
        workers: How many networks are trained at the same time, where some are to be trained.

    Returns:
        The report's contents; the same run and settings give the same contents.

    Raises:
        RunError: If there is no such run, its weights are damaged, or its dataset is gone or has
            changed.
        UsageError: If the network has no such coefficient, or met one value of it only.

    Example:
        A copy of the model that comes with klgnn, read on the fourteen classes of intervals in S_3
        and S_4: far too few to say anything.

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
        ...     report = collect(copy, Settings(coefficient=1, percentile=80, untrained=1))
        >>> report.intervals, report.settings.ends, report.evidence.edges["trained"]
        ((14, 14), 'drop', (0,))
        >>> report.verdict.partition(":")[0], report.provenance.dataset_command
        ('Nothing can be concluded', 'klgnn generate --n 3 --n 4 --select classes --out s34')
    """
    run, settings, show = Run.find(run), settings or Settings(), progress or no_progress
    read = read_networks(run, settings, show, workers)
    evidence, sweep = _statistics(read, show)
    structure, checks = _findings(read, show)
    training, accuracy = _training(run, read.dataset, read.networks.trained[0]), _accuracy(run)
    test_graphs = int(run.metrics["test"]["graphs"])
    chosen, rule = choose_examples(
        read.graphs, read.part.mask, read.splits, settings.examples, settings.seed
    )
    return Report(
        settings=read.settings,
        provenance=_provenance(run, read.dataset, read.settings),
        training=training,
        accuracy=accuracy,
        test_graphs=test_graphs,
        leak=dict(run.metrics["test"]["leak"]),
        intervals=(read.graphs.num_graphs, read.dataset.num_rows),
        networks=read.lines,
        is_blind=read.is_blind,
        health=first_layer_health(read.networks.trained[0], [next(iter(read.batches()))]),
        silent_graphs=read.scores.trained[0].silent_graphs,
        end_shares=read.end_shares,
        threshold=read.part.threshold,
        evidence=evidence,
        sweep=sweep,
        structure=structure,
        checks=checks,
        examples=_examples(read, chosen),
        example_rule=rule,
        summary=summary(
            training, accuracy, test_graphs, read.settings, evidence, read.end_shares, read.lines
        ),
        verdict=verdict(evidence, sweep, structure, sum(read.scores.blind[1:])),
        explorer=_explorer(read, show),
    )


def _statistics(
    read: ReadNetworks, show: Progress
) -> tuple[Evidence | None, tuple[SweepLine, ...]]:
    """The evidence, and the edge types at the other percentiles of `_SWEEP`."""
    if read.is_blind:
        return None, ()
    settings = read.settings
    others = [percentile for percentile in _SWEEP if percentile != settings.percentile]
    lines = []
    with show("counting") as told:
        evidence = weigh(
            read.graphs, read.parts(settings.percentile), settings.draws, settings.replicates,
            settings.seed,
        )  # fmt: skip
        for done, percentile in enumerate(others, 1):
            told(done, 1 + len(others))
            found = weigh(
                read.graphs, read.parts(percentile), min(settings.draws, _SWEEP_DRAWS),
                settings.replicates, settings.seed, details=False,
            )  # fmt: skip
            lines.append(SweepLine(percentile, found.salient_edges, found.types))
    return evidence, tuple(lines)


def _findings(read: ReadNetworks, show: Progress) -> tuple[Structure | None, Checks | None]:
    """Structure and checks; there are none without two untrained networks to compare with."""
    parts = read.parts(read.settings.percentile)
    if read.is_blind or len(parts.untrained) < 2:
        return None, None
    bottoms = read.column(schema.X)
    with show("looking for structure") as told:
        structure = find_structure(read.graphs, bottoms, read.scores, parts, read.settings)
        told(1, 1)
    # On some intervals, since every method takes every network over them.
    order = np.random.default_rng([read.settings.seed, 1]).permutation(read.graphs.num_graphs)
    fitting = np.cumsum(np.diff(read.graphs.node_offsets)[order]) <= _CHECKED_NODES
    fitting[:1] = True
    chosen = np.sort(order[fitting][:_CHECKED_INTERVALS])
    with show("checking the attribution") as told:
        checks = find_checks(
            read.networks, read.batches_of(chosen), read.graphs.take(chosen), read.graphs,
            read.scores, read.settings, told,
        )  # fmt: skip
    return structure, checks


def _examples(read: ReadNetworks, chosen: Sequence[tuple[int, str]]) -> tuple[Example, ...]:
    return build_examples(
        chosen, read.dataset, read.networks.trained[0], read.features, read.graphs,
        read.scores.trained[0], read.part.mask, read.rows,
    )  # fmt: skip


def _explorer(read: ReadNetworks, show: Progress) -> Explorer:
    with show("drawing intervals") as told:
        return build_explorer(
            read.dataset, read.networks.trained[0], read.features, read.graphs,
            read.scores.trained[0], read.part.mask, read.splits, read.settings.explored,
            read.settings.seed, coefficient=read.settings.coefficient,
            attributed=attributed(read.settings), progress=told, rows=read.rows,
        )  # fmt: skip


def _training(run: Run, dataset: IntervalDataset, network: CoefficientNetwork) -> Training:
    table = dataset.read([schema.SPLIT, schema.NUM_NODES, schema.NUM_EDGES]).to_pandas()
    per_split = table[schema.SPLIT].value_counts()
    parameters = dataset.manifest.parameters
    return Training(
        preset=run.config.preset,
        model=run.config.model,
        seed=run.config.seed,
        weights=sum(weight.numel() for weight in network.parameters()),
        features=tuple(_feature_names(run)),
        groups=tuple(parameters.ns),
        selection=parameters.select,
        intervals={name: int(per_split.get(name, 0)) for name in SPLITS},
        vertices=int(table[schema.NUM_NODES].sum()),
        edges=int(table[schema.NUM_EDGES].sum()),
    )


def _feature_names(run: Run) -> tuple[str, ...]:
    from klgnn.features import FEATURE_NAMES

    return FEATURE_NAMES[run.config.features]


def _accuracy(run: Run) -> tuple[Accuracy, ...]:
    """The test results as training wrote them: the test split is not read again."""
    test = run.metrics["test"]
    lines = [Accuracy("whole polynomial", None, *_three(test["exact"]), None)]
    for scores in test["coefficients"]:
        power = int(scores["power"])
        name = f"coefficient of {format_power(power)}"
        lines.append(Accuracy(name, power, *_three(scores["accuracy"]), _three(scores["macro_f1"])))
    return tuple(lines)


def _three(scores: dict[str, Any]) -> tuple[float, float, float]:
    return (float(scores["network"]), float(scores["majority"]), float(scores["trees"]))


def _provenance(run: Run, dataset: IntervalDataset, settings: Settings) -> Provenance:
    return Provenance(
        run=run.name,
        weights_sha256=sha256((run.path / RunFiles.WEIGHTS).read_bytes()),
        config_sha256=sha256((run.path / RunFiles.CONFIG).read_bytes()),
        metrics_sha256=sha256((run.path / RunFiles.METRICS).read_bytes()),
        dataset=dataset.path.name,
        dataset_fingerprint=dataset.fingerprint,
        dataset_command=dataset.manifest.parameters.command(dataset.path.name),
        command=_command(run, settings),
        seed=settings.seed,
        versions={name: _version(name) for name in _PACKAGES},
    )


def _command(run: Run, settings: Settings) -> str:
    """The command that makes this report again, wherever the run lies."""
    words = ["klgnn", "report", run.name, "--out", "report.html"]
    words += ["--coefficient", str(settings.coefficient)]
    words += ["--percentile", f"{settings.percentile:g}", "--examples", str(settings.examples)]
    words += ["--method", settings.method, "--target", settings.target, "--ends", settings.ends]
    words += ["--untrained", str(settings.untrained), "--part", settings.part]
    words += ["--explored", str(settings.explored)]
    words += ["--retrain", str(settings.networks), "--shuffled", str(settings.shuffled)]
    if settings.values is not None:
        words += ["--values", ",".join(map(str, settings.values))]
    if settings.intervals is not None:
        words += ["--intervals", str(settings.intervals)]
    return shlex.join([*words, "--seed", str(settings.seed)])


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"
