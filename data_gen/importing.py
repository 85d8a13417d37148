"""A dataset from pairs that somebody else chose, each polynomial checked against the table."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path

from data_gen.dataset import IntervalDataset
from data_gen.errors import UsageError
from data_gen.generation import make_dataset
from data_gen.manifest import Parameters, Source
from data_gen.ml4algcomb import check_file
from data_gen.progress import Progress, no_notice, no_progress
from data_gen.selections.imported import Imported
from data_gen.split_rule import SHARES

__all__ = ["import_pairs"]


def import_pairs(
    path: str | Path,
    out: str | Path,
    seed: int = 0,
    max_nodes: int | None = None,
    split_by: str = "class",
    shares: tuple[int, int, int] = SHARES,
    workers: int = 1,
    executor: Executor | None = None,
    force: bool = False,
    progress: Progress | None = None,
    notify: Callable[[str], None] | None = None,
) -> IntervalDataset:
    r"""Reads a Kazhdan-Lusztig file of ML4AlgComb, checks every row, and makes a dataset of it.

    Rows whose polynomial is 0 (x not below w) are checked too, but are no intervals and are not
    written; a pair that stands there twice is written once.

    Args:
        path: The file, see `data_gen.ml4algcomb`.
        out: The dataset folder.
        seed: Moves classes between train, val and test.
        max_nodes: Leaves out intervals with more elements.
        split_by: ``class`` or ``row``, see `data_gen.split_rule`.
        shares: Per cent for train, val and test.
        workers: Processes to use. It does not change the bytes.
        executor: Any `concurrent.futures.Executor` to use instead.
        force: Replaces another dataset in `out`.
        progress: Where to show how far it is.
        notify: Where to say what was found.

    Raises:
        DatasetError: If the file is no such file, or a polynomial is wrong: no dataset is made.
        UsageError: If the file holds no interval, or a parameter makes no sense.

    References:
        H. Chau et al., Machine Learning meets Algebraic Combinatorics: a suite of datasets
        capturing research-level conjecturing ability in pure mathematics, 2025, arXiv:2503.06366.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     path = Path(folder, "kl_polynomials_4_test.txt")
        ...     _ = path.write_text("0213, 2301, 1, 1\n2301, 0213, 0\n0123, 0123, 1\n")
        ...     dataset = import_pairs(path, f"{folder}/imported")
        ...     print(dataset.read(["x", "w", "kl"]).to_pylist())
        [{'x': '1234', 'w': '1234', 'kl': [1]}, {'x': '1324', 'w': '3412', 'kl': [1, 1]}]
    """
    show, tell = progress or no_progress, notify or no_notice
    with show(f"checking {Path(path).name}") as report:
        found = check_file(path, report)
    tell(
        f"{str(path)!r}: {found.rows:,} rows of S_{found.n} agree with the table; "
        f"{found.zero_rows:,} of them are not comparable, {found.duplicates:,} occur twice."
    )
    if not len(found.xs):
        raise UsageError(f"{str(path)!r} has no pair with x below w, so there is no interval.")
    source = Source(Path(path).name, found.sha256)
    parameters = Parameters(
        (found.n,),
        Imported.name,
        seed,
        max_nodes,
        split_by=split_by,
        shares=shares,
        source=source,
    )
    selection = Imported(found.n, found.xs, found.ws)
    return make_dataset(parameters, selection, out, workers, executor, force, progress, notify)
