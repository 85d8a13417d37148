"""Training, validation and test: by isomorphism class, and what goes wrong otherwise.

The dataset assigns every isomorphism class to one split (the column `split`), so that no test graph
has an isomorphic twin in training. A random split of the rows would put nearly every test interval
beside a twin; `leak_report` says how nearly, and stands beside every result.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import ArrayLike

from data_gen import schema
from data_gen.dataset import IntervalDataset
from data_gen.errors import DatasetError
from data_gen.split_rule import SPLITS

__all__ = ["LeakReport", "leak_report", "split_ids"]

_TEST_SHARE = 0.2
_DRAWS = 100


@dataclass(frozen=True)
class LeakReport:
    """What a random 80/20 split would leak, in shares of its test part.

    Attributes:
        rows: The number of rows in the dataset.
        row_share: Share of the test rows with an isomorphic twin in training.
        intervals: The number of intervals that the rows stand for (the sum of `class_size` over the
            isomorphism classes).
        interval_share: The same share, had the intervals themselves been split at random.
        class_split_share: The same share for the dataset's own split; 0 unless it is broken.
    """

    rows: int
    row_share: float
    intervals: int
    interval_share: float
    class_split_share: float

    def to_dict(self) -> dict[str, float]:
        """The attributes as plain values for JSON."""
        return asdict(self)


def split_ids(dataset: IntervalDataset) -> pa.Table:
    """The rows of every split, as kept in a run folder.

    Args:
        dataset: The dataset.

    Returns:
        A table with the columns `row` int64, `iso_class` string and `split` string, in row order.

    Raises:
        DatasetError: If an isomorphism class is in two splits, though the dataset was not split by
            row on purpose, or one of the splits is empty.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from data_gen.generation import generate
        >>> with TemporaryDirectory() as folder:
        ...     ids = split_ids(generate(4, f"{folder}/s4"))
        >>> ids.column_names
        ['row', 'iso_class', 'split']
        >>> [ids["split"].to_pylist().count(split) for split in ("train", "val", "test")]
        [9, 2, 3]
    """
    table = dataset.read([schema.ISO_CLASS, schema.SPLIT])
    frame = table.to_pandas()
    several = frame.groupby(schema.ISO_CLASS)[schema.SPLIT].nunique()
    if (several > 1).any() and dataset.manifest.parameters.split_by != "row":
        raise DatasetError(
            f"The isomorphism class {several.idxmax()} of {dataset.path} is in more than one "
            "split. Generate the dataset again."
        )
    if not table.num_rows:
        raise DatasetError(
            f"{dataset.path} is empty: it was made by "
            f"`{dataset.manifest.parameters.command(dataset.path)}`, which no interval fulfils."
        )
    missing = [name for name in SPLITS if not (frame[schema.SPLIT] == name).any()]
    if missing:
        raise DatasetError(
            f"No row of {dataset.path} is in the split {missing[0]!r}: the dataset is too small "
            "to be split by isomorphism class. Generate a larger one, or with another --seed."
        )
    row = pa.array(np.arange(table.num_rows, dtype=np.int64))
    return pa.table(
        {"row": row, "iso_class": table[schema.ISO_CLASS], "split": table[schema.SPLIT]}
    )


def leak_report(dataset: IntervalDataset, seed: int = 0) -> LeakReport:
    """Measures what a random 80/20 split would leak.

    Args:
        dataset: The dataset.
        seed: Of the 100 random splits that the shares are averaged over.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from data_gen.generation import generate
        >>> with TemporaryDirectory() as folder:
        ...     report: LeakReport = leak_report(generate(4, f"{folder}/s4", select="all"))
        >>> report.rows, round(report.row_share, 2), report.class_split_share
        (213, 0.98, 0.0)
    """
    frame = dataset.to_pandas([schema.ISO_CLASS, schema.SPLIT, schema.CLASS_SIZE])
    rows_per_class = frame[schema.ISO_CLASS].value_counts(sort=False).to_numpy()
    intervals_per_class = frame.groupby(schema.ISO_CLASS, sort=False)[schema.CLASS_SIZE].first()
    return LeakReport(
        rows=len(frame),
        row_share=_random_split_leak(rows_per_class, seed),
        intervals=int(intervals_per_class.sum()),
        interval_share=_random_split_leak(intervals_per_class.to_numpy(), seed),
        class_split_share=_class_split_leak(frame),
    )


def _random_split_leak(class_sizes: ArrayLike, seed: int) -> float:
    """Share of a random fifth whose class also occurs outside of it, over some draws.

    Drawing how many members of each class fall into the fifth (multivariate hypergeometric) is the
    same as shuffling all members, without listing them.
    """
    sizes = np.asarray(class_sizes, dtype=np.int64)
    drawn = max(1, round(_TEST_SHARE * int(sizes.sum())))
    in_test = np.random.default_rng(seed).multivariate_hypergeometric(
        sizes, drawn, size=_DRAWS, method="marginals"
    )
    return float(in_test[in_test < sizes].sum() / (drawn * _DRAWS))


def _class_split_leak(frame: pd.DataFrame) -> float:
    in_training = set(frame[schema.ISO_CLASS][frame[schema.SPLIT] == "train"])
    in_test = frame[schema.ISO_CLASS][frame[schema.SPLIT] == "test"]
    return float(in_test.isin(in_training).mean()) if len(in_test) else 0.0
