"""Another split of the rows of a dataset, without listing or classifying anything again."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from data_gen import schema
from data_gen.bruhat import rank_permutations
from data_gen.dataset import IntervalDataset
from data_gen.errors import UsageError
from data_gen.finishing import finish_dataset, write_rows
from data_gen.folder import prepare
from data_gen.index import ROW_COLUMNS, Index
from data_gen.permutations import read_words
from data_gen.polynomials import coefficients_to_text
from data_gen.progress import Progress, no_notice, no_progress
from data_gen.split_rule import SplitRule

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["split_dataset"]


def split_dataset(
    dataset: IntervalDataset,
    out: str | Path,
    rule: SplitRule,
    workers: int = 1,
    executor: Executor | None = None,
    force: bool = False,
    progress: Progress | None = None,
    notify: Callable[[str], None] | None = None,
) -> IntervalDataset:
    """Writes the rows of a dataset into another folder, split by another rule.

    The bytes are those that `data_gen.generation.generate` would have written with that rule.

    Args:
        dataset: The rows. It stays as it is.
        out: The new folder.
        rule: The new split.
        workers: Processes to use. It does not change the bytes.
        executor: Any `concurrent.futures.Executor` to use instead.
        force: Replaces another dataset in `out`.
        progress: Where to show how far it is.
        notify: Where to say what was found in the folder.

    Raises:
        UsageError: If the rule does not fit the dataset, or `out` is the dataset itself.
        ChecksumError: If a shard of the dataset is damaged.
        DatasetError: If `out` holds something else.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from data_gen.generation import generate
        >>> with TemporaryDirectory() as folder:
        ...     dataset = generate([3, 4], f"{folder}/s34")
        ...     other = split_dataset(dataset, f"{folder}/by-n", SplitRule(by="n"))
        ...     set(other.to_pandas(["n"], split="test")["n"])
        {4}
    """
    show, tell = progress or no_progress, notify or no_notice
    folder, old = Path(out), dataset.manifest.parameters
    rule.check(old.ns)
    if old.select == "sample" and rule.seed != old.seed:
        raise UsageError(
            f"the seed {old.seed} of {str(dataset.path)!r} drew its pairs, so the split keeps it: "
            "leave --seed out."
        )
    if folder.exists() and folder.resolve() == dataset.path.resolve():
        raise UsageError(f"--out {out} is the dataset itself: name another folder.")
    parameters = replace(old, seed=rule.seed, split_by=rule.by, shares=rule.shares)

    def make(pool: Executor | None) -> None:
        journal = prepare(folder, parameters, force, dataset.manifest.certificate_version)
        with Index(journal.scratch, workers) as index:
            index.load_rows(_ranked(table) for table in dataset.tables(ROW_COLUMNS))
            index.order(rule, parameters.ns)
            counts: dict[str, Any] = dict(dataset.manifest.counts)
            write_rows(index, parameters, dataset.manifest.meaning, counts, journal, pool, show)
        journal.remove()

    return finish_dataset(folder, parameters, make, workers, executor, force, show, tell)


def _ranked(table: pa.Table) -> pa.Table:
    """The rows as `Index.load_rows` wants them: ranks and texts."""
    import pyarrow as pa

    columns = {name: table[name] for name in table.column_names}
    ns = table[schema.N].to_numpy()
    for name in (schema.X, schema.W):
        texts = table[name].to_numpy()
        ranks = np.empty(len(texts), np.int64)
        for n in np.unique(ns).tolist():
            ranks[ns == n] = rank_permutations(read_words(texts[ns == n].tolist(), n))
        columns[name] = pa.array(ranks)
    kl = map(coefficients_to_text, table[schema.KL].to_pylist())
    columns[schema.KL] = pa.array(kl, pa.string())
    return pa.table(columns)
