"""What each part of the top-down network and of its training is worth: one trial for each.

Every trial changes one thing of the preset ``top-down`` and is judged on validation alone. The test
part of the split is that of the suite ``s8-unseen``; it is not learnt from, not scored, not read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from data_gen.errors import UsageError
from data_gen.progress import Progress, no_notice, no_progress
from klgnn.benchmark.methods.base import DECODERS, Clock, Outcome, Task
from klgnn.benchmark.methods.network import train_network
from klgnn.benchmark.problems import Problem
from klgnn.benchmark.running import Benchmark
from klgnn.benchmark.scores import Answer
from klgnn.benchmark.suites import Suite, find_suite
from klgnn.identities import Identities
from klgnn.identities.scores import widened
from klgnn.metrics import exact_accuracy
from klgnn.models.top_down import TopDownConfig
from klgnn.presets import Preset, find_preset

__all__ = [
    "ANSWERS",
    "LEVERS_SUITE",
    "QUICK_LEVERS_SUITE",
    "TRAINING",
    "Lever",
    "LeverTrials",
    "levers_of",
]

_HALF = (
    "Of the extremal classes of S_8 with at most 500 elements, three in ten are for validation; "
    "the two in ten that the suite `s8-unseen` tests are not looked at. Learnt from is everything "
    "else in S_8 up to 500 elements. With half of the classes held out this is harder than "
    "`s8-unseen`, so that differences show."
)
LEVERS_SUITE = replace(
    find_suite("s8-unseen"),
    name="levers",
    title="Levers of the top-down network",
    meaning=_HALF,
    val_share=0.3,
)
"""What levers are tried on."""

QUICK_LEVERS_SUITE = replace(
    find_suite("s6-unseen"),
    name="s6-levers",
    title="Levers of the top-down network, small",
    meaning="Extremal classes of S_6, to try the command: it says little about anything.",
    val_share=0.3,
)
"""The same for trying the command."""

_EVERYTHING = 1_000_000  # more classes than there are: one batch
_DECODERS = {
    f"network + {title}": monotone for title, (second, monotone) in DECODERS.items() if not second
}
ANSWERS = ("network", *_DECODERS)
"""What is scored of every trial: the network alone, and with the first identity."""

TRAINING = "training_exact"
"""The note of a trial that says how much it has learnt: the share of exact training classes."""


@dataclass(frozen=True)
class Lever:
    """One way to train: a method of the benchmark that answers without the second identity.

    Attributes:
        name: What the user types.
        title: What was changed, in a few words.
        preset: How to train.

    Example:
        >>> from klgnn.quotient import Quotient
        >>> quotient = Quotient.of_group(5)
        >>> asked, val = quotient.size < 100, quotient.size == 36
        >>> problem = Problem(quotient, asked, asked & ~val, val, val & ~val, {})
        >>> quick = replace(find_preset("top-down"), epochs=2, network=TopDownConfig(width=8))
        >>> lever = Lever("narrow", "width 8", quick)
        >>> outcome = lever.run(Task(problem), seed=0)
        >>> list(outcome.answers)
        ['network', 'network + first identity', 'network + first identity, monotone']
        >>> outcome.notes["epochs"], outcome.answers["network"].values.shape
        (2, (91, 4))
    """

    name: str
    title: str
    preset: Preset

    random = True
    version = 1

    def settings(self, minutes: float) -> Mapping[str, Any]:
        """The preset, and how long it may take."""
        return {"preset": asdict(self.preset), "minutes": minutes}

    def run(self, task: Task, seed: int) -> Outcome:
        """Trains, and answers alone and with the first identity."""
        from klgnn.fitting import seeded
        from klgnn.models.top_down import answers

        problem, answering = task.problem, Clock()
        labels = problem.quotient.labels
        network, training, notes = train_network(task, self.preset, seed)
        with answering.running(), seeded(seed, task.threads):
            said = answers(network, problem.quotient)
            found = {"network": Answer(said.values)}
            identities = Identities.of(problem.quotient, second=False)
            scores = widened(said.log_probabilities, labels.shape[1])
            for title, monotone in _DECODERS.items():
                found[title] = Answer(identities.decode(scores, False, monotone).labels)
        notes[TRAINING] = exact_accuracy(labels[problem.train], said.values[problem.train])
        return Outcome(found, training, answering, notes)


def levers_of(base: Preset | None = None) -> Mapping[str, Lever]:
    """All levers by name, in the order of the table.

    Args:
        base: What each changes one thing of; the preset ``top-down`` if None.

    Returns:
        The first is `base` as it is. The epochs of those with one batch are such that the work,
        counted in vertices and edges that messages pass, is about that of `base`.

    Raises:
        UsageError: If `base` is not of a top-down network.

    Example:
        >>> levers = levers_of()
        >>> levers["double-width"].title, levers["no-growth"].preset.growth
        ('width 128', 0.0)
    """
    start = base or find_preset("top-down")
    network = start.network
    if not isinstance(network, TopDownConfig):
        raise UsageError(f"These levers are of a top-down network, not of {start.model!r}.")

    def change(name: str, title: str, **fields: Any) -> Lever:
        if "epochs" in fields:
            fields["patience"] = fields["epochs"]
        return Lever(name, title, replace(start, **fields))

    def change_network(name: str, title: str, **fields: Any) -> Lever:
        return Lever(name, title, replace(start, network=replace(network, **fields)))

    def epochs(factor: float) -> int:
        return max(1, round(factor * start.epochs))

    small, rate = start.batch_size // 3, start.learning_rate
    whole = {"batch_size": _EVERYTHING, "growth": 0.0}
    bare = {"counts": False, "labels": False, "identity": False}
    found = (
        Lever("as-it-is", "as it is", start),
        change("one-batch", "one batch of everything, no growth", **whole, epochs=epochs(1.2)),
        change(
            "one-batch-growth",
            "one batch of everything, growth",
            batch_size=_EVERYTHING,
            epochs=epochs(1.6),
        ),
        change("small-batches", f"batches of {small:,} classes", batch_size=small),
        change("no-growth", "no growth", growth=0.0),
        change_network("half-width", f"width {network.width // 2}", width=network.width // 2),
        change_network("double-width", f"width {2 * network.width}", width=2 * network.width),
        change_network("no-counts", "no counts inside [z, w]", counts=False),
        change_network("no-labels", "no labels from above", labels=False),
        change_network("no-identity", "no identity inside", identity=False),
        change_network("bare", "no counts, no labels, no identity", **bare),
        change("double-rate", f"learning rate {2 * rate:g}", learning_rate=2 * rate),
        change("half-rate", f"learning rate {rate / 2:g}", learning_rate=rate / 2),
        change("no-decay", "no weight decay", weight_decay=0.0),
        change("more-decay", "weight decay 0.1", weight_decay=0.1),
        change("half-epochs", "half the epochs", epochs=epochs(0.5)),
        change("double-epochs", "twice the epochs", epochs=epochs(2)),
        change("no-clip", "no limit to gradients", clip=0.0),
    )
    return MappingProxyType({lever.name: lever for lever in found})


def _quick_preset() -> Preset:
    """A way to train that ends at once, to try the command."""
    start = find_preset("top-down")
    network = TopDownConfig(width=16)
    return replace(
        start, network=network, batch_size=300, epochs=8, patience=8, validate_every=4, growth=0.5
    )


class LeverTrials(Benchmark):
    """Some levers with some seeds, kept and found again as all results are.

    Args:
        folder: Keeps results, and the data of the suite.
        levers: Names of levers; all if empty.
        seeds: Of the weights and the batches.
        minutes: How long one training may take.
        threads: How many threads compute.
        quick: Whether to try the command only, on S_6.
        progress: Where to show how far it is.
        notify: Where to say which trial is being made.

    Raises:
        UsageError: If there is no such lever, or a number makes no sense.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     trials = LeverTrials(Path(folder), ["double-width", "no-growth"], quick=True)
        ...     found, missing = trials.kept()
        >>> trials.command.split(" --seeds")[0]
        'klgnn benchmark --levers --quick --methods no-growth,double-width'
        >>> len(found), missing[0]
        (0, Key(suite='s6-levers', method='no-growth', seed=0))
    """

    def __init__(
        self,
        folder: Path,
        levers: Sequence[str] = (),
        seeds: Sequence[int] = (0,),
        minutes: float = 10.0,
        threads: int = 1,
        quick: bool = False,
        progress: Progress = no_progress,
        notify: Callable[[str], None] = no_notice,
    ) -> None:
        super().__init__(folder, (), (), seeds, minutes, threads, progress, notify)
        known = levers_of(_quick_preset() if quick else None)
        for name in levers:
            if name not in known:
                raise UsageError(f"There is no lever {name!r}; there are {', '.join(known)}.")
        self.levers = {name: known[name] for name in known if not levers or name in levers}
        self.suites, self.methods = (self.suite(quick),), dict(self.levers)
        self._quick, self._all = quick, not levers or len(self.levers) == len(known)

    @staticmethod
    def suite(quick: bool = False) -> Suite:
        """What levers are tried on."""
        return QUICK_LEVERS_SUITE if quick else LEVERS_SUITE

    @property
    def _asked(self) -> list[str]:
        words = ["--levers", *(["--quick"] if self._quick else [])]
        return words if self._all else [*words, f"--methods {','.join(self.levers)}"]

    def _problem(self, suite: Suite) -> Problem:
        problem = super()._problem(suite)
        # Without parts of the test, nothing but validation can be scored.
        return replace(problem, test=np.zeros_like(problem.test), parts=MappingProxyType({}))
