"""The results of a check: what is written as JSON, with permutations in one-line notation."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.formulas_at_large.interval import FORMULAS, h_tilde_excess
from analysis.formulas_at_large.population import Population
from analysis.formulas_at_large.scope import Scope
from analysis.formulas_at_large.tally import Failure, Tally
from data_gen.bruhat import unrank_permutations
from data_gen.interval_batch import build_intervals
from data_gen.isomorphism import certificate
from data_gen.permutations import format_permutation, from_array
from data_gen.storage import write_atomically
from data_gen.words import lengths

__all__ = [
    "FAILURES",
    "RESULT",
    "TIME",
    "in_words",
    "named",
    "named_failures",
    "read_json",
    "summary",
    "write_json",
]

RESULT, FAILURES, TIME = "result.json", "failures.json", "time.json"
"""What is written: all but the time is the same bytes in every run."""


def summary(scope: Scope, population: Population, total: Tally, planned: int) -> dict[str, Any]:
    """What a check found, without the single failures; JSON-able.

    Args:
        scope: What was asked for.
        population: The intervals that were looked at.
        total: What was found on them.
        planned: How many are to be looked at in the end.

    Example:
        >>> from data_gen.progress import no_progress
        >>> scope, total = Scope(3), Tally(counts={"decompositions": [6, 22]})
        >>> found = summary(scope, scope.population(no_progress), total, planned=3)
        >>> found["population"]["looked_at"], found["population"]["intervals"], found["counts"]
        (3, 13, {'decompositions': [6, 22]})
    """
    numbers = total.to_dict()
    del numbers["failures"]
    described = {**_described(population), "planned": planned}
    return {"scope": asdict(scope), "population": described, **numbers}


def named_failures(total: Tally) -> dict[str, list[Any]]:
    """The single failures, formula by formula, the smallest intervals first.

    Example:
        >>> failure = Failure(98, 6, 26, 305, (36,), 1)
        >>> (found,) = named_failures(Tally(failures={"h-tilde": [failure]}))["h-tilde"]
        >>> found["u"], found["v"], found["z"], found["excess"]
        ('132546', '345621', ['234561'], [0, 0, 0, 0, 0, 1])
    """
    return {
        name: [named(name, one) for one in total.failures[name]]
        for name in FORMULAS
        if name in total.failures
    }


def read_json(path: Path) -> Any:
    """Reads a document that `write_json` wrote.

    Raises:
        OSError: If it is not there.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     write_json(Path(folder, TIME), {"cpu_seconds": 1.5})
        ...     read_json(Path(folder, TIME))
        {'cpu_seconds': 1.5}
    """
    return json.loads(path.read_text(encoding="utf-8"))


def write_json(path: Path, content: Any) -> None:
    """Writes a document atomically.

    Raises:
        StorageError: If the disk refuses.
    """
    write_atomically(path, (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode())


def in_words(name: str, one: Failure) -> str:
    """A failure in a few words, for a message.

    Example:
        >>> in_words("h-tilde", Failure(98, 6, 26, 305, (36,), 1))
        '[132546, 345621], 98 elements, z = 234561'
    """
    found = named(name, one)
    return f"[{found['u']}, {found['v']}], {one.nodes} elements, z = {' and '.join(found['z'])}"


def named(name: str, one: Failure) -> dict[str, Any]:
    """A failure with permutations, and the certificate of [u, v].

    The ideal is [u, z], for an upper decomposition [z, v]. For the H-tilde formula what it gives
    less R~ is added, as ``excess``.

    Example:
        >>> found = named("bbdvw", Failure(10, 4, 2, 16, (5,), 2))
        >>> found["u"], found["v"], found["z"], found["certificate"][:8]
        ('1324', '3412', ['1432'], '2caa1aab')
    """
    ends = (unrank_permutations(np.array([rank]), one.m) for rank in (one.x, one.w))
    batch = build_intervals(*ends)
    words = [format_permutation(from_array(word)) for word in batch.elements]
    from_above = name.startswith("upper")
    z = [words[-1 - k if from_above else k] for k in one.z]
    found = {
        "n": one.m,
        "u": words[0],
        "v": words[-1],
        "z": z,
        "nodes": one.nodes,
        "intervals": one.intervals,
        "certificate": certificate(batch.graph(0)),
    }
    if name == "h-tilde":
        found["excess"] = list(h_tilde_excess(batch, one.z[0]))
    return found


def _described(population: Population) -> dict[str, Any]:
    """Numbers, sizes and lengths of the intervals."""
    nodes = population.nodes
    steps = np.empty(len(population), np.int64)
    for m in np.unique(population.degrees).tolist():
        rows = np.flatnonzero(population.degrees == m)
        ends = (unrank_permutations(ranks[rows], m) for ranks in (population.ws, population.xs))
        tops, bottoms = (lengths(words) for words in ends)
        steps[rows] = tops - bottoms
    return {
        "looked_at": len(population),
        "intervals": int(population.counts.sum()),
        "by_degree": _histogram(population.degrees),
        "by_length": _histogram(steps),
        "nodes": {
            "least": int(nodes.min()) if len(nodes) else 0,
            "median": int(np.median(nodes)) if len(nodes) else 0,
            "most": int(nodes.max(initial=0)),
            "total": int(nodes.sum()),
        },
    }


def _histogram(values: NDArray[np.int64]) -> dict[str, int]:
    found, counts = np.unique(values, return_counts=True)
    return {str(k): count for k, count in zip(found.tolist(), counts.tolist(), strict=True)}
