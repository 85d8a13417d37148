"""What a trained network says of one interval, and what is known of it besides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from data_gen.errors import DatasetError, RunError, UsageError
from data_gen.intervals import BruhatInterval
from data_gen.isomorphism import certificate
from data_gen.permutations import PermutationLike
from data_gen.polynomials import format_power, trimmed
from data_gen.progress import Progress
from klgnn.known import Known, exact_polynomial, known_in_groups, smallest_known
from klgnn.models import CoefficientNetwork
from klgnn.runs import Run
from klgnn.similarity import Neighbour, find_index
from klgnn.subject import Subject

__all__ = ["Answer", "CoefficientAnswer", "Reply", "ask", "beyond_training", "predict"]


@dataclass(frozen=True)
class CoefficientAnswer:
    """What the network says of the coefficient of q^power.

    Attributes:
        power: The exponent.
        value: The most probable value.
        probability: Its probability.
        distribution: The probability of every value that the network knows, by value.

    Example:
        >>> first = CoefficientAnswer(1, 2, 0.9, {0: 0.0, 1: 0.1, 2: 0.9})
        >>> second = CoefficientAnswer(2, 1, 0.8, {0: 0.2, 1: 0.8})
        >>> Answer((first, second), np.zeros(64, np.float32)).polynomial  # 1 + 2q + q^2
        (1, 2, 1)
    """

    power: int
    value: int
    probability: float
    distribution: Mapping[int, float]


@dataclass(frozen=True)
class Answer:
    """What the network says of a graph.

    Attributes:
        coefficients: One entry for each of q^1, q^2, ...
        embedding: float32 [H], the state that they are read from.
    """

    coefficients: tuple[CoefficientAnswer, ...]
    embedding: NDArray[np.float32]

    @property
    def polynomial(self) -> tuple[int, ...]:
        """The most probable value of every coefficient, ascending; the constant term is 1."""
        return trimmed([1, *(answer.value for answer in self.coefficients)])


@dataclass(frozen=True)
class Reply:
    """An answer, and what stands beside it.

    Attributes:
        subject: What was asked about.
        answer: What the network says.
        exact: The exact polynomial; if it is not known, why.
        split: The split of the run's dataset that has this graph; None if none has, or if that
            cannot be told because the dataset is not at hand.
        cautions: Why the answer may be worth less than usual, in sentences.

    Example:
        >>> reply = predict(Run.default(), Subject.of_interval("2143", "4231"))
        >>> reply.exact
        Known(polynomial=(1, 1), x='2143', w='4231', how='computed from the permutations')
        >>> facts = reply.to_dict()
        >>> facts["nodes"], facts["polynomial"], facts["is_right"], facts["cautions"]
        (10, [1, 1], True, [])
    """

    subject: Subject
    answer: Answer
    exact: Known | str
    split: str | None
    cautions: tuple[str, ...]

    @property
    def is_right(self) -> bool | None:
        """Whether the most probable polynomial is the exact one; None if that is not known."""
        if isinstance(self.exact, str):
            return None
        return self.exact.polynomial == self.answer.polynomial

    def to_dict(self) -> dict[str, Any]:
        """What `klgnn predict --json` prints."""
        graph, exact = self.subject.graph, self.exact
        return {
            "asked": self.subject.title,
            "nodes": graph.num_nodes,
            "edges": graph.num_edges,
            "length": graph.length,
            "bottom": self.subject.bottom,
            "top": self.subject.top,
            "remarks": list(self.subject.remarks),
            "polynomial": list(self.answer.polynomial),
            "coefficients": [
                {
                    "power": answer.power,
                    "value": answer.value,
                    "probability": answer.probability,
                    "distribution": {str(v): p for v, p in answer.distribution.items()},
                }
                for answer in self.answer.coefficients
            ],
            "exact": None
            if isinstance(exact, str)
            else {
                "polynomial": list(exact.polynomial),
                "x": exact.x,
                "w": exact.w,
                "how": exact.how,
            },
            "exact_unknown_because": exact if isinstance(exact, str) else None,
            "is_right": self.is_right,
            "split": self.split,
            "cautions": list(self.cautions),
        }


def ask(network: CoefficientNetwork, subject: Subject, features: str) -> Answer:
    """Asks a network about a graph; permutations and names play no part.

    Args:
        network: The network; left in evaluation mode.
        subject: The graph.
        features: The features that the network expects.

    Example:
        >>> run = Run.default()
        >>> answer = ask(run.network(), Subject.of_interval("1324", "3412"), run.config.features)
        >>> answer.polynomial, answer.embedding.shape
        ((1, 1), (64,))
        >>> answer.coefficients[0].value, answer.coefficients[0].probability > 0.9
        (1, True)
    """
    network.eval()
    with torch.no_grad():
        said = network(subject.data(features))
    answers = []
    for power, (values, chances) in enumerate(
        zip(network.vocabulary, said.probabilities(), strict=True), 1
    ):
        distribution = dict(zip(values, chances[0].tolist(), strict=True))
        best = max(distribution, key=distribution.__getitem__)
        answers.append(CoefficientAnswer(power, best, distribution[best], distribution))
    return Answer(tuple(answers), said.embedding[0].float().numpy())


def predict(
    run: Run | str | PathLike[str] | None,
    subject: Subject | tuple[PermutationLike, PermutationLike],
    progress: Progress | None = None,
) -> Reply:
    """Asks the network of a run about an interval or a graph, and looks for the exact answer.

    Args:
        run: The run, or its folder; None or "default" is the model that comes with klgnn.
        subject: What to ask about: an interval as the pair (x, w) of its ends, or a `Subject`, such
            as `Subject.of_file` reads from a file.
        progress: Where to show how far the search for the exact answer is.

    Raises:
        RunError: If there is no such run, or its weights are damaged.
        UsageError: If the subject is neither, or too large; see `Subject.of_interval` for the
            others.

    Example:
        >>> said = predict("default", ("1324", "3412"))
        >>> said.answer.polynomial, said.exact.polynomial, said.is_right
        ((1, 1), (1, 1), True)
    """
    subject = _subject(subject)
    run = Run.find(run)
    network = run.network()
    answer = ask(network, subject, run.config.features)
    met = _in_dataset(run, certificate(subject.graph))
    return Reply(
        subject=subject,
        answer=answer,
        exact=_exact(subject, met, progress),
        split=met.split if met is not None else None,
        cautions=tuple(beyond_training(run, network, subject, answer)),
    )


def _subject(given: Any) -> Subject:
    if isinstance(given, Subject):
        return given
    if isinstance(given, BruhatInterval):
        return Subject.of_interval(given.x, given.w)
    if isinstance(given, (tuple, list)) and len(given) == 2:
        return Subject.of_interval(*given)
    raise UsageError(
        f"{given!r} is no interval: give a run and the two ends of an interval, as in "
        'predict("default", ("1324", "3412")), or Subject.of_file for a graph.'
    )


def _exact(subject: Subject, met: Neighbour | None, progress: Progress | None) -> Known | str:
    if subject.interval is not None:
        return exact_polynomial(subject.interval)
    if met is not None:
        how = "the same graph as an interval of the run's dataset"
        return smallest_known(Known(met.polynomial, met.x, met.w, how), subject.graph)
    known = known_in_groups(subject.graph, progress)
    return known or "The graph is none of an interval of S_7 or smaller, and not in an index here."


def _in_dataset(run: Run, iso_class: str) -> Neighbour | None:
    """The row of the run's dataset with the same graph, if there is an index to look it up in."""
    index = find_index(run)
    return index.find(iso_class) if index is not None else None


def beyond_training(
    run: Run, network: CoefficientNetwork, subject: Subject, answer: Answer
) -> list[str]:
    """Says where a question leaves what the network was trained on; empty if it does not.

    Args:
        run: The run.
        network: Its network.
        subject: What was asked about.
        answer: What it said.

    Example:
        >>> run, subject = Run.default(), Subject.of_interval("1324", "3412")
        >>> values = enumerate((1, 1, 0, 0), 1)  # 1 + q + q^2
        >>> said = tuple(CoefficientAnswer(power, v, 1.0, {v: 1.0}) for power, v in values)
        >>> answer = Answer(said, np.zeros(64, np.float32))
        >>> print(*beyond_training(run, run.network(), subject, answer))
        The answer cannot be right: in length 3 the degree is at most 1.
    """
    graph, said = subject.graph, []
    largest = _largest_in_training(run)
    if largest is not None and graph.num_nodes > largest:
        said.append(
            f"The graph has {graph.num_nodes:,} vertices; the largest in training had {largest:,}."
        )
    room = getattr(network.config, "room", 0)  # values at the end that no training graph had
    for coefficient, values in zip(answer.coefficients, network.vocabulary, strict=True):
        known = values[: max(1, len(values) - room)]
        if len(known) > 1 and coefficient.value >= known[-1]:
            said.append(
                f"The answer for {format_power(coefficient.power)} is {coefficient.value}, the "
                f"largest value in training was {known[-1]}: the true one may be larger."
            )
    highest = max(0, graph.length - 1) // 2
    if len(answer.polynomial) - 1 > highest:
        said.append(
            f"The answer cannot be right: in length {graph.length} the degree is at most {highest}."
        )
    if highest > len(network.vocabulary):
        said.append(
            f"A polynomial of this length may have degree {highest}; the network knows no "
            f"coefficient beyond {format_power(len(network.vocabulary))}."
        )
    return said


def _largest_in_training(run: Run) -> int | None:
    """The most vertices of a training graph, where the run can tell."""
    try:
        manifest = run.manifest or run.dataset().manifest
    except (RunError, DatasetError):
        return None
    return max((s.largest for s in manifest.shards if s.split == "train"), default=None)
