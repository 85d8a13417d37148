"""Gathers what a report says from a run: attributions, controls, statistics, examples."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import replace
from importlib import metadata
from typing import Any, get_args

import numpy as np
import torch
from numpy.typing import NDArray

from analysis.attribution import Attributions, attribute
from analysis.evidence import Evidence, weigh, weigh_types
from analysis.labelled import LabelledGraphs, read_labelled
from analysis.report.contents import (
    Accuracy,
    Ends,
    Provenance,
    Report,
    Settings,
    SweepLine,
    Training,
)
from analysis.report.examples import build_examples, choose_examples
from analysis.report.wording import summary, verdict
from analysis.salient import SalientNodes, check_percentile, salient_nodes
from data_gen import schema
from data_gen.dataset import IntervalDataset
from data_gen.errors import RunError, UsageError
from data_gen.split_rule import SPLITS
from data_gen.storage import sha256
from klgnn.graphs import IntervalGraphs
from klgnn.models import CoefficientNetwork
from klgnn.runs import Run, RunFiles

__all__ = ["collect"]

_LEAST_SHARE = 0.05
_BATCH_NODES = 20_000
_MANY_ENDS, _ENDS_PERCENTILE = 0.5, 99.0
_SWEEP = (90.0, 95.0, 97.5, 99.0)
_PACKAGES = ("klgnn", "torch", "torch-geometric", "captum", "numpy", "matplotlib")

Progress = Callable[[int, int], None]


def collect(run: Run, settings: Settings, progress: Progress | None = None) -> Report:
    """Reads a trained network and everything that has to stand beside it.

    Args:
        run: A finished run.
        settings: What to attribute, and how.
        progress: Told (graphs done, graphs) while attributing.

    Returns:
        The report's contents; the same run and settings give the same contents.

    Raises:
        RunError: If the weights are damaged, or the dataset is gone or has changed.
        UsageError: If the network has no such coefficient, or met one value of it only.
    """
    check_percentile(settings.percentile)
    if settings.ends not in get_args(Ends):
        raise UsageError(f"--ends {settings.ends!r}: take one of {', '.join(get_args(Ends))}.")
    dataset = run.dataset()
    network = run.network()
    inputs = IntervalGraphs(dataset, features=run.config.features)
    settings = replace(settings, coefficient=_coefficient(settings, network, inputs))
    graphs = read_labelled(dataset)
    trained, controls = _attributions(run, network, inputs, settings, progress)
    _check_alignment(graphs, trained, dataset)
    seeing = [control for control in controls if not control.is_blind]
    settings, end_shares = _decide_ends(graphs, trained, seeing, settings)
    among = ~graphs.is_end if settings.ends == "drop" else None
    part = salient_nodes(trained.scores, settings.percentile, among)
    evidence = None if trained.is_blind else _evidence(graphs, part, seeing, among, settings)
    sweep = () if trained.is_blind else _sweep(graphs, trained, seeing, among, settings)
    chosen, rule = choose_examples(
        graphs, part.mask, _splits(dataset), settings.examples, settings.seed
    )
    training, accuracy = _training(run, dataset, network), _accuracy(run)
    test_graphs = int(run.metrics["test"]["graphs"])
    blind_controls = len(controls) - len(seeing)
    return Report(
        settings=settings,
        provenance=_provenance(run, dataset, settings),
        training=training,
        accuracy=accuracy,
        test_graphs=test_graphs,
        leak=dict(run.metrics["test"]["leak"]),
        is_blind=trained.is_blind,
        silent_graphs=trained.silent_graphs,
        blind_controls=blind_controls,
        end_shares=end_shares,
        threshold=part.threshold,
        evidence=evidence,
        sweep=sweep,
        examples=build_examples(
            chosen, dataset, network, run.config.features, graphs, trained, part.mask
        ),
        example_rule=rule,
        summary=summary(training, accuracy, test_graphs, settings, evidence, end_shares),
        verdict=verdict(evidence, sweep, blind_controls),
    )


def _coefficient(settings: Settings, network: CoefficientNetwork, graphs: IntervalGraphs) -> int:
    """The coefficient asked for, or the largest that is often enough not zero."""
    if settings.coefficient is not None:
        return settings.coefficient
    shares = (graphs.labels != 0).double().mean(dim=0).tolist()
    told = [k for k, values in enumerate(network.vocabulary, 1) if len(values) > 1]
    if not told:
        raise UsageError(
            "Every coefficient had one value only in training, so the network tells nothing and "
            "there is nothing to attribute. Train on a dataset with more polynomials (n >= 4)."
        )
    often = [k for k in told if shares[k - 1] >= _LEAST_SHARE]
    return max(often, default=told[0])


def _attributions(
    run: Run,
    network: CoefficientNetwork,
    graphs: IntervalGraphs,
    settings: Settings,
    progress: Progress | None,
) -> tuple[Attributions, list[Attributions]]:
    networks = [network, *(_untrained(run, settings, k) for k in range(settings.untrained))]
    assert settings.coefficient is not None
    trained, *controls = attribute(
        networks,
        graphs.loader(_BATCH_NODES),
        settings.coefficient,
        settings.method,
        settings.target,
        on_graphs=None if progress is None else lambda done: progress(done, len(graphs)),
    )
    return trained, controls


def _untrained(run: Run, settings: Settings, number: int) -> CoefficientNetwork:
    """The k-th untrained network; the caller's random numbers go on undisturbed."""
    with torch.random.fork_rng(devices=[]):
        # Seeds of a training are small: these stay clear of the trained network's own beginning.
        torch.manual_seed(1_000_003 * (settings.seed + 1) + number)
        return run.untrained_network().eval()


def _check_alignment(
    graphs: LabelledGraphs, trained: Attributions, dataset: IntervalDataset
) -> None:
    same_rows = np.array_equal(trained.rows, np.arange(graphs.num_graphs))
    if not same_rows or not np.array_equal(trained.node_offsets, graphs.node_offsets):
        raise RunError(f"The graphs of {str(dataset.path)!r} changed while they were read.")


def _decide_ends(
    graphs: LabelledGraphs, trained: Attributions, controls: list[Attributions], settings: Settings
) -> tuple[Settings, tuple[float, float]]:
    """Settles "auto" by the untrained networks alone: what was learned has no say in it."""

    def share(scores: NDArray[np.float32]) -> float:
        # Always the same percentile, so that asking for another one changes nothing else.
        mask = salient_nodes(scores, _ENDS_PERCENTILE).mask
        return float(graphs.is_end[mask].mean()) if mask.any() else 0.0

    untrained = float(np.mean([share(one.scores) for one in controls])) if controls else 0.0
    if settings.ends == "auto":
        settings = replace(settings, ends="drop" if untrained > _MANY_ENDS else "keep")
    return settings, (share(trained.scores), untrained)


def _evidence(
    graphs: LabelledGraphs,
    part: SalientNodes,
    controls: list[Attributions],
    among: NDArray[np.bool_] | None,
    settings: Settings,
) -> Evidence:
    return weigh(
        graphs,
        part.mask,
        [salient_nodes(one.scores, settings.percentile, among).mask for one in controls],
        draws=settings.draws,
        replicates=settings.replicates,
        seed=settings.seed,
    )


def _sweep(
    graphs: LabelledGraphs,
    trained: Attributions,
    controls: list[Attributions],
    among: NDArray[np.bool_] | None,
    settings: Settings,
) -> tuple[SweepLine, ...]:
    """The edge types at the other percentiles of `_SWEEP`."""
    lines = []
    for percentile in _SWEEP:
        if percentile != settings.percentile:
            masks = [
                salient_nodes(one.scores, percentile, among).mask for one in (trained, *controls)
            ]
            draws, replicates = settings.draws, settings.replicates
            types = weigh_types(graphs, masks[0], masks[1:], draws, replicates, settings.seed)
            edges = sum(kind.salient_edges for kind in types)
            lines.append(SweepLine(percentile, edges, types))
    return tuple(lines)


def _splits(dataset: IntervalDataset) -> NDArray[np.object_]:
    return np.asarray(dataset.read([schema.SPLIT])[schema.SPLIT].to_pylist(), dtype=object)


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
        name = "coefficient of q" if power == 1 else f"coefficient of q^{power}"
        lines.append(Accuracy(name, power, *_three(scores["accuracy"]), _three(scores["macro_f1"])))
    return tuple(lines)


def _three(scores: dict[str, Any]) -> tuple[float, float, float]:
    return (float(scores["network"]), float(scores["majority"]), float(scores["trees"]))


def _provenance(run: Run, dataset: IntervalDataset, settings: Settings) -> Provenance:
    return Provenance(
        run=run.name,
        weights_sha256=sha256((run.path / RunFiles.WEIGHTS).read_bytes()),
        config_sha256=sha256((run.path / RunFiles.CONFIG).read_bytes()),
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
    words += ["--untrained", str(settings.untrained)]
    return shlex.join([*words, "--seed", str(settings.seed)])


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"
