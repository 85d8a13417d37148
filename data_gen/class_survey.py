"""Isomorphism classes of Bruhat intervals: their polynomials, and what colours cannot tell apart.

Two questions are put to every interval of S_n. Does each isomorphism class carry one polynomial, as
combinatorial invariance says? And are there classes that colour refinement cannot separate though
their polynomials differ? Message passing computes the same on them whatever its weights (Xu et al.,
2019, arXiv:1810.00826; Morris et al., 2019, arXiv:1810.02244), so no network of that kind could
learn both polynomials. The answers are checked interval by interval; nothing is proved beyond them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from data_gen import schema
from data_gen.dataset import IntervalDataset
from data_gen.errors import DatasetError, UsageError
from data_gen.parallel import run_tasks
from data_gen.polynomials import coefficients_from_text, coefficients_to_text
from data_gen.progress import Progress, no_progress
from data_gen.selections.classes import Classes

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

__all__ = [
    "COLOURS",
    "ClassSurvey",
    "Pairs",
    "Representative",
    "SharedPolynomial",
    "survey_dataset",
    "survey_rows",
]

COLOURS = "colours"
"""The column of colour certificates; the others are named in `data_gen.schema`."""

_EXAMPLES = 10
_READ = (
    *(schema.N, schema.X, schema.W, schema.NUM_NODES, schema.KL, schema.ISO_CLASS),
    *(schema.NODE_RANKS, schema.EDGE_SOURCES, schema.EDGE_TARGETS),
)
_ORDER = [schema.NUM_NODES, schema.N, schema.X, schema.W]


@dataclass(frozen=True)
class Representative:
    """An interval that stands for its class.

    Attributes:
        n: It lies in S_n.
        x: The bottom in one-line notation.
        w: The top.
        num_nodes: How many elements it has.
        kl: Coefficients of P_{x,w}, ascending from q^0.
        iso_class: The certificate.
    """

    n: int
    x: str
    w: str
    num_nodes: int
    kl: tuple[int, ...]
    iso_class: str


@dataclass(frozen=True)
class SharedPolynomial:
    """A polynomial, in how many classes it occurs, and the smallest interval that has it."""

    kl: tuple[int, ...]
    classes: int
    smallest: Representative


@dataclass(frozen=True)
class Pairs:
    """Pairs of some kind: their number, and examples.

    There is one example for each class, or each colour certificate, that the two share; only the
    ten with the fewest elements.
    """

    count: int
    examples: tuple[tuple[Representative, Representative], ...]


@dataclass(frozen=True)
class ClassSurvey:
    """What was found in one S_n.

    Attributes:
        n: The n of S_n.
        intervals: How many pairs x <= w were looked at; x = w is one of them.
        classes: How many isomorphism classes they fall into.
        polynomials: Every polynomial, those of most classes first, then by coefficients.
        counterexamples: Isomorphic intervals whose polynomials differ: none if each class carries
            one polynomial.
        inseparable: Pairs of classes that colour refinement cannot tell apart.
        inseparable_and_different: Those among them whose polynomials differ: what a
            message-passing network cannot learn.
    """

    n: int
    intervals: int
    classes: int
    polynomials: tuple[SharedPolynomial, ...]
    counterexamples: Pairs
    inseparable: Pairs
    inseparable_and_different: Pairs

    @property
    def invariant(self) -> bool:
        """Whether each class carries one polynomial."""
        return self.counterexamples.count == 0

    def to_dict(self) -> dict[str, Any]:
        """A JSON-able form, with the key ``invariant`` added."""
        return {**asdict(self), "invariant": self.invariant}


def survey_dataset(
    dataset: IntervalDataset,
    ns: Sequence[int] = (),
    workers: int = 1,
    progress: Progress | None = None,
) -> tuple[ClassSurvey, ...]:
    """Surveys a dataset that was made with ``--select classes``.

    Shards are read one at a time, so memory grows with the number of classes, not of edges. If the
    manifest says that classes carry two polynomials, everything is computed once more in a
    temporary folder, to find them.

    Args:
        dataset: Not cut down by ``--where`` or ``--limit``; at most so many elements, or such a
            length, are fine, because isomorphic intervals agree in them.
        ns: Which of its n; all if empty.
        workers: Threads for the colour refinement.
        progress: Where to show how far it is, such as `data_gen.console.progress`.

    Returns:
        One survey for each n, ascending.

    Raises:
        UsageError: If the dataset has no such n.
        DatasetError: If it is another selection, or not what its manifest says.

    Example:
        >>> from data_gen.generation import generate
        >>> with TemporaryDirectory() as folder:
        ...     survey = survey_dataset(generate([3, 4], f"{folder}/s4"))[-1]
        >>> survey.intervals, survey.classes, [shared.classes for shared in survey.polynomials]
        (213, 14, [11, 3])
        >>> survey.invariant, survey.inseparable
        (True, Pairs(count=0, examples=()))
        >>> survey  # doctest: +ELLIPSIS
        ClassSurvey(n=4, intervals=213, classes=14, polynomials=(SharedPolynomial(kl=(1,), ...
    """
    chosen = _check(dataset, ns)
    show = progress or no_progress
    claimed = dataset.manifest.counts["classes_with_two_polynomials"]
    rows = _once_more(dataset, workers, show) if claimed else _read(dataset, workers, show)
    by_n = dataset.manifest.counts["by_n"]
    surveys = survey_rows(rows, {n: by_n[str(n)]["intervals"] for n in chosen})
    whole = set(chosen) == set(dataset.manifest.parameters.ns)
    if claimed and whole and surveys[-1].invariant:
        raise DatasetError(
            f"the manifest of {str(dataset.path)!r} says that {claimed} classes carry two "
            "polynomials, but none of them does when all is computed again: the tables that it was "
            "made from were damaged. Make the dataset anew, with --force."
        )
    return surveys


def survey_rows(rows: pd.DataFrame, intervals: Mapping[int, int]) -> tuple[ClassSurvey, ...]:
    """Answers both questions from a table of classes.

    Every interval of S_m is isomorphic to one of S_n for m < n, by fixed points added at the end;
    so the classes of S_n are those that first occur in some S_m of the table with m <= n.

    Args:
        rows: One row for each class and polynomial in it, with the columns n, x, w, num_nodes, kl
            (text: coefficients with commas), iso_class and colours; in any order.
        intervals: For each n wanted, how many intervals of S_n were looked at.

    Example:
        >>> import pandas as pd
        >>> rows = pd.DataFrame(
        ...     [(4, "1324", "3412", 10, "1,1", "a", "c"), (4, "1324", "4321", 10, "1", "b", "c")],
        ...     columns=["n", "x", "w", "num_nodes", "kl", "iso_class", "colours"],
        ... )
        >>> survey = survey_rows(rows, {4: 2})[0]
        >>> survey.invariant, survey.inseparable_and_different.count
        (True, 1)
        >>> survey.inseparable_and_different.examples[0][0]
        Representative(n=4, x='1324', w='3412', num_nodes=10, kl=(1, 1), iso_class='a')
    """
    ordered = rows.sort_values(_ORDER, kind="stable", ignore_index=True)
    return tuple(
        _survey_one(n, intervals[n], ordered[ordered[schema.N] <= n]) for n in sorted(intervals)
    )


def _survey_one(n: int, intervals: int, rows: pd.DataFrame) -> ClassSurvey:
    classes = rows.drop_duplicates(schema.ISO_CLASS)
    return ClassSurvey(
        n,
        intervals,
        len(classes),
        _shared_polynomials(rows),
        _pairs(rows, schema.ISO_CLASS, schema.KL),
        _pairs(classes, COLOURS, schema.ISO_CLASS),
        _pairs(classes, COLOURS, schema.KL),
    )


def _shared_polynomials(rows: pd.DataFrame) -> tuple[SharedPolynomial, ...]:
    carried = rows.drop_duplicates([schema.ISO_CLASS, schema.KL])
    counts = carried[schema.KL].value_counts()
    smallest = _representatives(carried.drop_duplicates(schema.KL))
    found = [SharedPolynomial(one.kl, int(counts[_text(one)]), one) for one in smallest]
    return tuple(sorted(found, key=lambda shared: (-shared.classes, len(shared.kl), shared.kl)))


def _pairs(rows: pd.DataFrame, same: str, different: str) -> Pairs:
    """Pairs of rows that agree in one column and not in another."""
    both = rows.groupby([same, different], sort=False).size()
    alike = rows.groupby(same, sort=False).size()
    count = int((alike * (alike - 1) // 2).sum() - (both * (both - 1) // 2).sum())
    distinct = rows.drop_duplicates([same, different])
    groups = distinct[distinct.duplicated(same, keep=False)].groupby(same, sort=False)
    examples = []
    for _, group in groups:
        one, other = _representatives(group.head(2))
        examples.append((one, other))
        if len(examples) == _EXAMPLES:
            break
    return Pairs(count, tuple(examples))


def _representatives(rows: pd.DataFrame) -> Iterator[Representative]:
    names = [schema.N, schema.X, schema.W, schema.NUM_NODES, schema.KL, schema.ISO_CLASS]
    for n, x, w, num_nodes, kl, iso_class in rows[names].itertuples(index=False, name=None):
        yield Representative(
            int(n), str(x), str(w), int(num_nodes), coefficients_from_text(kl), str(iso_class)
        )


def _text(one: Representative) -> str:
    return coefficients_to_text(one.kl)


def _check(dataset: IntervalDataset, ns: Sequence[int]) -> list[int]:
    """The n to survey; refuses datasets that do not have one row of every class."""
    parameters, path = dataset.manifest.parameters, str(dataset.path)
    if parameters.select != Classes.name:
        raise DatasetError(
            f"{path!r} was made with --select {parameters.select}; this needs --select "
            f"{Classes.name}. Make such a dataset, or leave --data out."
        )
    cut = {"--where": parameters.where, "--limit": parameters.limit}
    for option, value in cut.items():
        if value is not None:
            raise DatasetError(
                f"{path!r} was made with {option} {value!r}, so it may lack classes. Make one "
                f"without {option}, or leave --data out."
            )
    chosen = sorted(set(ns or parameters.ns))
    for n in chosen:
        if n not in parameters.ns:
            there = ", ".join(map(str, parameters.ns))
            raise UsageError(
                f"n = {n} is not in {path!r}, which has n = {there}. Make a dataset with --n {n}, "
                "or leave --data out."
            )
    return chosen


class _ClassesAndPolynomials(Classes):
    """One interval for each polynomial that a class carries, so that a second one is seen."""

    one_per: tuple[str, ...] = (schema.ISO_CLASS, schema.KL)


def _once_more(dataset: IntervalDataset, workers: int, progress: Progress) -> pd.DataFrame:
    from data_gen.generation import make_dataset

    with TemporaryDirectory(prefix="klgnn-classes-") as folder:
        again = make_dataset(
            dataset.manifest.parameters,
            _ClassesAndPolynomials(),
            f"{folder}/data",
            workers,
            progress=progress,
        )
        return _read(again, workers, progress)


@dataclass(frozen=True, eq=False)
class _Graphs:
    """A `data_gen.isomorphism.GraphBatch` on the list columns of a shard."""

    node_ends: NDArray[np.int64]
    edge_ends: NDArray[np.int64]
    ranks: NDArray[np.int16]
    sources: NDArray[np.int32]
    targets: NDArray[np.int32]

    @classmethod
    def of(cls, table: pa.Table) -> _Graphs:
        node_ends, ranks = _flat(table, schema.NODE_RANKS)
        edge_ends, sources = _flat(table, schema.EDGE_SOURCES)
        return cls(node_ends, edge_ends, ranks, sources, _flat(table, schema.EDGE_TARGETS)[1])


def _flat(table: pa.Table, column: str) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """Where the lists of a column begin and end, and all their items."""
    lists = table[column].combine_chunks()
    ends = np.asarray(lists.offsets, dtype=np.int64)
    return ends - ends[0], np.asarray(lists.flatten())


def _read(dataset: IntervalDataset, workers: int, progress: Progress) -> pd.DataFrame:
    """All rows, with the polynomial as text and colour certificates in place of the graphs."""
    import pandas as pd

    total, done = dataset.num_rows, 0
    frames = []
    with ExitStack() as stack:
        report = stack.enter_context(progress("colour refinement of the classes"))
        # Kernels let go of the interpreter: threads do, and a shard need not be sent anywhere.
        pool = stack.enter_context(ThreadPoolExecutor(workers)) if workers > 1 else None
        tasks = ((None, (table,)) for table in dataset.scan(_READ))
        for _, frame in run_tasks(_coloured_rows, tasks, pool):
            frames.append(frame)
            done += len(frame)
            report(done, total)
    return pd.concat(frames, ignore_index=True)


def _coloured_rows(table: pa.Table) -> pd.DataFrame:
    from data_gen.isomorphism import colour_certificates

    small = table.drop_columns([*schema.GRAPH_COLUMNS[:3], schema.KL])
    frame: pd.DataFrame = small.to_pandas()
    frame[schema.KL] = [coefficients_to_text(kl) for kl in table[schema.KL].to_pylist()]
    frame[COLOURS] = colour_certificates(_Graphs.of(table))
    return frame
