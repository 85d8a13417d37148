"""The networks of a report and what each of them scores: trained, untrained, on shuffled labels."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from analysis.attribution import Attributions, attribute
from analysis.attribution.kept import Place, attribute_once
from analysis.evidence import SalientParts
from analysis.labelled import LabelledGraphs, read_labelled
from analysis.report.contents import NetworkLine
from analysis.report.settings import Settings
from analysis.retraining import Ensemble, place_beside, retrain
from analysis.salient import SalientNodes, salient_nodes
from analysis.sanity.agreement import Scored
from analysis.sanity.methods import Networks
from data_gen import schema
from data_gen.console import say
from data_gen.dataset import IntervalDataset
from data_gen.errors import RunError, UsageError
from data_gen.progress import Progress
from data_gen.storage import sha256
from klgnn.graphs import IntervalGraphs
from klgnn.models import CoefficientNetwork
from klgnn.runs import Run, RunFiles

__all__ = ["ReadNetworks", "Scores", "read_networks", "score"]

_BATCH_NODES = 20_000
_LEAST_SHARE = 0.05
_MANY_ENDS, _ENDS_PERCENTILE = 0.5, 99.0


@dataclass(frozen=True)
class Scores:
    """The attributions of all networks; the blind ones among the controls are left out.

    Attributes:
        trained: The run's first; blind ones after it are left out.
        untrained: Without the blind ones.
        shuffled: Without the blind ones.
        blind: For all networks, in the order of `Networks.all`, whether each is blind.

    Example:
        >>> one = Attributions(np.arange(5.0), np.array([0, 5]), np.array([0]), np.array([1]))
        >>> scores = Scores(trained=[one], untrained=[], shuffled=[], blind=[False])
        >>> scores.salient(50.0, among=None)["trained"][0].tolist()
        [False, False, False, True, True]
    """

    trained: list[Attributions]
    untrained: list[Attributions]
    shuffled: list[Attributions]
    blind: list[bool]

    @property
    def groups(self) -> dict[str, list[Attributions]]:
        """By the names of kinds."""
        return {
            "trained": self.trained,
            "untrained": self.untrained,
            "shuffled": self.shuffled,
        }

    def salient(
        self, percentile: float, among: NDArray[np.bool_] | None
    ) -> dict[str, list[NDArray[np.bool_]]]:
        """The salient vertices of every network, by kind."""
        return {
            kind: [salient_nodes(one.scores, percentile, among).mask for one in group]
            for kind, group in self.groups.items()
        }

    def scored(self, percentile: float, among: NDArray[np.bool_] | None) -> dict[str, list[Scored]]:
        """Scores beside salient vertices, by kind; kinds that there are none of are left out."""
        masks = self.salient(percentile, among)
        return {
            kind: [Scored(one.scores, mask) for one, mask in zip(group, masks[kind], strict=True)]
            for kind, group in self.groups.items()
            if group
        }


@dataclass(frozen=True, eq=False)
class ReadNetworks:
    """A dataset, or some of its rows, attributed by all networks of a report.

    Attributes:
        run: The run.
        dataset: Its dataset.
        rows: int64[G], the rows that were attributed; None for all.
        settings: With the coefficient and the ends settled.
        networks: All networks.
        lines: What is said of each.
        inputs: The graphs as the networks see them.
        graphs: The same with their reflections.
        scores: The attributions.
        end_shares: As `analysis.report.contents.Report` has it.
    """

    run: Run
    dataset: IntervalDataset
    rows: NDArray[np.int64] | None
    settings: Settings
    networks: Networks
    lines: tuple[NetworkLine, ...]
    inputs: IntervalGraphs
    graphs: LabelledGraphs
    scores: Scores
    end_shares: tuple[float, float]

    @property
    def features(self) -> str:
        """The feature set of the networks."""
        return self.run.config.features

    @property
    def is_blind(self) -> bool:
        """Whether every attribution of the run's network is exactly zero."""
        return self.scores.trained[0].is_blind

    @property
    def among(self) -> NDArray[np.bool_] | None:
        """bool[V], the vertices that may be salient; None for all."""
        return ~self.graphs.is_end if self.settings.ends == "drop" else None

    @cached_property
    def part(self) -> SalientNodes:
        """The salient part of the run's network."""
        scores = self.scores.trained[0].scores
        return salient_nodes(scores, self.settings.percentile, self.among)

    def parts(self, percentile: float) -> SalientParts:
        """The salient parts of all networks."""
        among = self.among
        masks = self.scores.salient(percentile, among)
        return SalientParts(masks["trained"], masks["untrained"], masks["shuffled"], among)

    def column(self, name: str) -> list[Any]:
        """A column of the dataset, one value for each graph."""
        column = self.dataset.read([name])[name]
        return list((column if self.rows is None else column.take(self.rows)).to_pylist())

    @cached_property
    def splits(self) -> NDArray[np.object_]:
        """str[G], the split of each graph."""
        return np.array(self.column(schema.SPLIT), dtype=object)

    def batches(self) -> Iterable[Any]:
        """All graphs."""
        loader: Iterable[Any] = self.inputs.loader(_BATCH_NODES)
        return loader

    def batches_of(self, chosen: NDArray[np.int64]) -> Callable[[], Iterable[Any]]:
        """What gives some of the graphs, int64[C], ascending."""
        rows = chosen if self.rows is None else self.rows[chosen]
        some = IntervalGraphs(self.dataset, features=self.features, rows=rows)
        return lambda: some.loader(_BATCH_NODES)


def read_networks(
    run: Run, settings: Settings, progress: Progress, workers: int = 1
) -> ReadNetworks:
    """Trains what is missing, and attributes by all networks, or finds that this was done.

    Args:
        run: A finished run.
        settings: As asked for.
        progress: Gives a progress bar.
        workers: How many networks are trained at the same time.

    Raises:
        RunError: If the weights are damaged, or the dataset is gone or has changed.
        UsageError: If a setting makes no sense, or the network has no such coefficient.

    Example:
        A copy of the model that comes with klgnn, read on the classes of intervals in S_3 and S_4.
        Its scores are highest at the bottoms, but an untrained network's are as well: so the ends
        are dropped.

        >>> from dataclasses import replace
        >>> from pathlib import Path
        >>> from shutil import copytree
        >>> from tempfile import TemporaryDirectory
        >>> from data_gen.generation import generate
        >>> from data_gen.progress import no_progress
        >>> run = Run.default()
        >>> with TemporaryDirectory() as folder:
        ...     data = generate([3, 4], f"{folder}/s34", select="classes")
        ...     config = replace(
        ...         run.config, dataset_path=str(data.path), dataset_fingerprint=data.fingerprint
        ...     )
        ...     copy = replace(run, path=copytree(run.path, Path(folder) / "copy"), config=config)
        ...     settings = Settings(coefficient=1, percentile=80, untrained=1)
        ...     read = read_networks(copy, settings, no_progress)  # ReadNetworks
        >>> [line.kind for line in read.lines], read.end_shares, read.settings.ends
        (['trained', 'untrained'], (1.0, 1.0), 'drop')
        >>> read.part.mask[read.graphs.is_end].any()
        np.False_
    """
    dataset = run.dataset()
    rows = _rows(dataset, settings)
    inputs = IntervalGraphs(dataset, features=run.config.features, rows=rows)
    settings = replace(settings, coefficient=_coefficient(settings, run.network(), inputs))
    # Whatever cannot be attributed is refused now, not after hours of training.
    score(Networks([run.network()], []), (), settings)
    missing = settings.networks - 1 + settings.shuffled
    with progress(f"training {missing} networks") as told:
        ensemble = retrain(run, settings.networks, settings.shuffled, workers, told)
    networks = _gather(ensemble, settings)
    graphs = read_labelled(dataset, rows)
    with progress("attributing") as told:
        scores = _kept_scores(networks, inputs, _place(run, dataset), settings, told)
    _check_alignment(graphs, scores.trained[0], dataset, rows)
    settings, end_shares = _decide_ends(graphs, scores, settings)
    lines = _lines(ensemble, settings, scores.blind)
    return ReadNetworks(
        run, dataset, rows, settings, networks, lines, inputs, graphs, scores, end_shares
    )


def _rows(dataset: IntervalDataset, settings: Settings) -> NDArray[np.int64] | None:
    """The rows that are attributed, ascending; None for all."""
    most = settings.intervals
    if most is None or most >= dataset.num_rows:
        return None
    rng = np.random.default_rng([settings.seed, most])
    return np.sort(rng.choice(dataset.num_rows, most, replace=False))


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


def _check_alignment(
    graphs: LabelledGraphs,
    trained: Attributions,
    dataset: IntervalDataset,
    rows: NDArray[np.int64] | None,
) -> None:
    wanted = np.arange(graphs.num_graphs) if rows is None else rows
    same_rows = np.array_equal(trained.rows, wanted)
    if not same_rows or not np.array_equal(trained.node_offsets, graphs.node_offsets):
        raise RunError(f"The graphs of {str(dataset.path)!r} changed while they were read.")


def _gather(ensemble: Ensemble, settings: Settings) -> Networks:
    """Loads what was trained, and makes the untrained ones."""
    run = ensemble.trained[0]
    return Networks(
        trained=[one.network() for one in ensemble.trained],
        untrained=[_untrained(run, settings, number) for number in range(settings.untrained)],
        shuffled=[one.network() for one in ensemble.shuffled],
    )


def score(
    networks: Networks,
    batches: Iterable[Any],
    settings: Settings,
    on_graphs: Callable[[int], None] | None = None,
) -> Scores:
    """Attributes with all networks, in one pass over the graphs; nothing is kept.

    Args:
        networks: All networks.
        batches: Graphs as for `analysis.attribution.attribute`.
        settings: With the coefficient settled.
        on_graphs: Told from time to time how many graphs are done.

    Example:
        >>> from torch_geometric.data import Batch
        >>> from klgnn.subject import Subject
        >>> run, settings = Run.default(), Settings(coefficient=1)
        >>> data = Subject.of_interval("1324", "3412").data(run.config.features)
        >>> data.y, data.row = torch.tensor([[1, 0, 0, 0]]), torch.tensor([0])
        >>> found = score(Networks([run.network()], []), [Batch.from_data_list([data])], settings)
        >>> found.blind, found.trained[0].right.tolist(), found.trained[0].scores.argmax().tolist()
        ([False], [True], 0)
    """
    assert settings.coefficient is not None
    found = attribute(
        networks.all,
        batches,
        settings.coefficient,
        settings.method,
        settings.target,
        on_graphs,
        part=settings.part,
        values=settings.values,
    )
    return _by_kind(networks, found)


def _kept_scores(
    networks: Networks,
    inputs: IntervalGraphs,
    place: Place,
    settings: Settings,
    progress: Callable[[int, int], None],
) -> Scores:
    """The same, but what was attributed before is read, and what is attributed now is kept."""
    assert settings.coefficient is not None
    found = attribute_once(
        place,
        networks.all,
        inputs,
        settings.coefficient,
        settings.method,
        settings.target,
        progress,
        part=settings.part,
        values=settings.values,
        budget=_BATCH_NODES,
        notify=say,
    )
    return _by_kind(networks, found)


def _place(run: Run, dataset: IntervalDataset) -> Place:
    weights = sha256((run.path / RunFiles.WEIGHTS).read_bytes())
    return Place(place_beside(run) / RunFiles.ATTRIBUTIONS, weights, dataset.fingerprint)


def _by_kind(networks: Networks, found: list[Attributions]) -> Scores:
    first = len(networks.trained)
    second = first + len(networks.untrained)

    def seeing(part: list[Attributions]) -> list[Attributions]:
        return [one for one in part if not one.is_blind]

    return Scores(
        trained=[found[0], *seeing(found[1:first])],
        untrained=seeing(found[first:second]),
        shuffled=seeing(found[second:]),
        blind=[one.is_blind for one in found],
    )


def _decide_ends(
    graphs: LabelledGraphs, scores: Scores, settings: Settings
) -> tuple[Settings, tuple[float, float]]:
    """Settles "auto" by the untrained networks alone: what was learned has no say in it."""

    def share(values: NDArray[np.float32]) -> float:
        # Always the same percentile, so that asking for another one changes nothing else.
        mask = salient_nodes(values, _ENDS_PERCENTILE).mask
        return float(graphs.is_end[mask].mean()) if mask.any() else 0.0

    shares = [share(one.scores) for one in scores.untrained]
    untrained = float(np.mean(shares)) if shares else 0.0
    if settings.ends == "auto":
        settings = replace(settings, ends="drop" if untrained > _MANY_ENDS else "keep")
    return settings, (share(scores.trained[0].scores), untrained)


def _lines(ensemble: Ensemble, settings: Settings, blind: list[bool]) -> tuple[NetworkLine, ...]:
    """What the report says of each network, in the order of `Networks.all`."""
    flags = iter(blind)
    lines = [_line("trained", run, settings, next(flags)) for run in ensemble.trained]
    lines += [
        NetworkLine("untrained", number, None, None, next(flags), "", "")
        for number in range(settings.untrained)
    ]
    lines += [_line("shuffled", run, settings, next(flags)) for run in ensemble.shuffled]
    return tuple(lines)


def _line(kind: str, run: Run, settings: Settings, blind: bool) -> NetworkLine:
    test = run.metrics["test"]
    accuracy = {
        int(one["power"]): float(one["accuracy"]["network"]) for one in test["coefficients"]
    }
    assert settings.coefficient is not None
    return NetworkLine(
        kind=kind,
        seed=run.config.seed,
        exact=float(test["exact"]["network"]),
        coefficient=accuracy.get(settings.coefficient),
        is_blind=blind,
        weights_sha256=sha256((run.path / RunFiles.WEIGHTS).read_bytes()),
        metrics_sha256=sha256((run.path / RunFiles.METRICS).read_bytes()),
    )


def _untrained(run: Run, settings: Settings, number: int) -> CoefficientNetwork:
    """The k-th untrained network; the caller's random numbers go on undisturbed."""
    with torch.random.fork_rng(devices=[]):
        # Seeds of a training are small: these stay clear of the trained network's own beginning.
        torch.manual_seed(1_000_003 * (settings.seed + 1) + number)
        return run.untrained_network().eval()
