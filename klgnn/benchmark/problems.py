"""A suite made concrete: the classes, and which of them are for training, validation and test."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from data_gen.errors import RunError
from data_gen.progress import Progress, no_progress
from data_gen.storage import sha256, write_atomically
from klgnn.benchmark.intervals import add_intervals
from klgnn.benchmark.suites import Suite
from klgnn.labels import degrees
from klgnn.quotient import CountLayout, Quotient, QuotientBuilder, representatives

__all__ = ["ALL", "FEW", "HARD", "Problem", "build_problem"]

_FEW = 5
_HARD_DEGREE, _HARD_SIZE = 4, 500
_SHORT = 2  # up to this length every polynomial is 1: nothing to ask

ALL, HARD, FEW = "all", "hard", "few"
"""Titles of parts: the whole test; degree at least 4 and over 500 elements; at most 5 training
roots with the same polynomial. Others are named after their S_n or degree."""

_DATA_VERSION = 1  # to be raised when the same settings give other classes
_ARRAYS = (
    *("corank", "size", "names", "labels", "counts", "layout", "source", "target", "step"),
    *("multiplicity", "n", "bottom", "top", "roots"),
)

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Problem:
    """The classes of a suite, and what each is for.

    Attributes:
        quotient: All classes that occur.
        roots: bool[C], the classes that the suite is about: those of whole intervals of its
            selections. All others are there as upper intervals, or to learn from.
        train: bool[C], what may be learnt from: labels of all other classes are out of bounds.
        val: bool[C], roots that choose between settings.
        test: bool[C], roots that are read once.
        parts: The parts of the test that are looked at one by one, bool[C] each, by their titles.

    Example:
        >>> from klgnn.quotient import Quotient
        >>> quotient = Quotient.of_group(4)
        >>> asked, none = quotient.size == 10, quotient.size == 0  # [1324, 3412] is the test
        >>> problem = Problem(quotient, asked, ~asked, none, asked, {ALL: asked})
        >>> problem.counts()
        {'classes': 14, 'roots': 1, 'train': 13, 'train_roots': 0, 'val': 0, 'test': 1}
    """

    quotient: Quotient
    roots: Mask
    train: Mask
    val: Mask
    test: Mask
    parts: Mapping[str, Mask]

    @cached_property
    def train_roots(self) -> Mask:
        """bool[C], the whole intervals among what may be learnt from."""
        return self.roots & self.train

    def counts(self) -> dict[str, int]:
        """How many classes there are of each kind."""
        kinds = ("roots", "train", "train_roots", "val", "test")
        sizes = {kind: int(getattr(self, kind).sum()) for kind in kinds}
        return {"classes": len(self.quotient), **sizes}


def build_problem(
    suite: Suite, folder: Path, workers: int = 1, progress: Progress | None = None
) -> Problem:
    """Builds the classes of a suite, or reads them again, and splits them.

    The roots are split by class, so nothing in validation or test has an isomorphic twin in
    training. What may be learnt from: every class of the suite's groups and every class met inside
    a training root, less those held out, wherever they occur. What is met inside a test root only
    is not learnt from. A strict suite also leaves out every class that contains a held-out class
    of so many elements (`klgnn.quotient.Quotient.containing`).

    Args:
        suite: The suite.
        folder: Keeps the classes, and datasets that they are made from.
        workers: Processes that make these.
        progress: Where to show how far it is.

    Raises:
        UsageError: If the suite asks for intervals that cannot be made.
        StorageError: If the disk is full.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from klgnn.benchmark.suites import find_suite
        >>> with TemporaryDirectory() as folder:
        ...     problem = build_problem(find_suite("s6-unseen"), Path(folder))
        >>> problem.counts()
        {'classes': 1167, 'roots': 45, 'train': 1154, 'train_roots': 32, 'val': 5, 'test': 8}
        >>> {title: int(part.sum()) for title, part in problem.parts.items()}
        {'all': 8, 'few': 7, 'degree 0': 1, 'degree 1': 4, 'degree 2': 3}
    """
    quotient, origins, known = _classes(suite, folder, workers, progress)
    roots = np.asarray(origins.any(axis=0))
    val, test = _split(suite, roots & (quotient.corank > _SHORT), known)
    held_out = val | test
    train = (known | quotient.inside(roots & ~held_out)) & ~held_out
    if suite.strict is not None:
        train &= ~quotient.containing(held_out & (quotient.size >= suite.strict))
    parts = _parts(suite, quotient, origins, roots & train, test)
    return Problem(quotient, roots, train, val, test, parts)


def _split(suite: Suite, asked: Mask, known: Mask) -> tuple[Mask, Mask]:
    """Validation and test."""
    val, test = np.zeros_like(asked), np.zeros_like(asked)
    dealt = np.flatnonzero(asked & known if suite.only_new else asked)
    dealt = np.random.default_rng(suite.split_seed).permutation(dealt)
    share = 0.0 if suite.only_new else suite.test_share
    first, second = round(len(dealt) * share), round(len(dealt) * (share + suite.val_share))
    test[dealt[:first]] = True
    val[dealt[first:second]] = True
    if suite.only_new:
        test |= asked & ~known
    return val, test


def _parts(
    suite: Suite, quotient: Quotient, origins: NDArray[np.bool_], train_roots: Mask, test: Mask
) -> Mapping[str, Mask]:
    """The parts of the test that have any classes; the titles are those of the tables."""
    degree = degrees(quotient.labels)
    hard = (degree >= _HARD_DEGREE) & (quotient.size > _HARD_SIZE)
    parts = {ALL: np.ones_like(test)}
    several = len(suite.intervals) > 1
    for intervals, mask in zip(suite.intervals, origins, strict=True):
        if several:
            parts[f"S_{intervals.n}"] = mask
    parts[HARD] = hard
    for intervals, mask in zip(suite.intervals, origins, strict=True):
        if several:
            parts[f"{HARD}, S_{intervals.n}"] = hard & mask
        if several and not (mask & test & ~hard).any():  # all of them are hard: say it once
            del parts[f"S_{intervals.n}"]
    parts[FEW] = _few(quotient.labels, train_roots)
    parts |= {f"degree {d}": degree == d for d in np.unique(degree[test]).tolist()}
    found = {title: mask & test for title, mask in parts.items()}
    return MappingProxyType({title: mask for title, mask in found.items() if mask.any()})


def _few(labels: NDArray[np.int64], train_roots: Mask) -> Mask:
    """Whether at most `_FEW` training roots have the same polynomial."""
    _, which = np.unique(labels, axis=0, return_inverse=True)
    kinds = which.ravel()
    few: Mask = np.bincount(kinds[train_roots], minlength=kinds.max() + 1)[kinds] <= _FEW
    return few


def _classes(
    suite: Suite, folder: Path, workers: int, progress: Progress | None
) -> tuple[Quotient, NDArray[np.bool_], Mask]:
    """The quotient, bool[selections, C] where each class comes from, bool[C] what groups know.

    They are kept in a file: suites with the same intervals and groups share it.
    """
    settings = suite.settings()
    recipe = {key: settings[key] for key in ("intervals", "groups")} | {"version": _DATA_VERSION}
    key = sha256(json.dumps(recipe, sort_keys=True).encode())[:16]
    file = folder / f"classes-{key}.npz"
    if file.is_file():
        return _read(file)
    built = _build(suite, folder, workers, progress)
    write_atomically(file, _bytes(*built))
    return built


def _build(
    suite: Suite, folder: Path, workers: int, progress: Progress | None
) -> tuple[Quotient, NDArray[np.bool_], Mask]:
    builder = QuotientBuilder()
    counts = [
        add_intervals(builder, intervals, folder, workers, progress)
        for intervals in suite.intervals
    ]
    groups = [Quotient.of_group(n, most, progress=progress) for n, most in suite.groups]
    for group in groups:
        _add_classes(builder, group, progress or no_progress)
    quotient = builder.finish()
    origins = np.zeros((len(counts), len(quotient)), np.bool_)
    ends = np.cumsum([0, *counts])
    for row, begin, end in zip(origins, ends[:-1], ends[1:], strict=True):
        row[quotient.roots[begin:end]] = True
    known = np.zeros(len(quotient), np.bool_)
    for group in groups:
        known[quotient.find(group.names)] = True
    return quotient, origins, known


def _add_classes(builder: QuotientBuilder, quotient: Quotient, progress: Progress) -> None:
    """Adds the classes of a group that are no upper interval of another: they bring the others."""
    lowest = np.ones(len(quotient), np.bool_)
    lowest[quotient.target] = False
    rows, done = np.flatnonzero(lowest), 0
    with progress(f"joining {len(rows):,} classes of S_{quotient.n.max()}") as report:
        for some, xs, ws in representatives(quotient, rows):
            builder.add(xs, ws)
            done += len(some)
            report(done, len(rows))


def _bytes(quotient: Quotient, origins: NDArray[np.bool_], known: Mask) -> bytes:
    sink = io.BytesIO()
    arrays = {name: getattr(quotient, name) for name in _ARRAYS}
    np.savez_compressed(sink, **arrays, origins=origins, known=known)
    return sink.getvalue()


def _read(file: Path) -> tuple[Quotient, NDArray[np.bool_], Mask]:
    try:
        with np.load(file) as stored:
            arrays = {name: stored[name] for name in (*_ARRAYS, "origins", "known")}
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise RunError(f"{str(file)!r} is damaged ({error}). Delete it and run again.") from error
    origins, known = arrays.pop("origins"), arrays.pop("known")
    arrays["layout"] = CountLayout(*arrays["layout"].tolist())
    return Quotient(**arrays), origins, known
