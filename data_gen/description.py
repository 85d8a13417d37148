"""What a dataset holds, in numbers that a person asks for first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from data_gen import schema
from data_gen.card import dataset_title
from data_gen.dataset import IntervalDataset

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["describe"]


def describe(
    chosen: IntervalDataset, report: Callable[[int, int], None] | None = None
) -> dict[str, Any]:
    """What `klgnn dataset info --json` prints.

    Keys: path, title, selection (its meaning), command, then those of `Manifest.summary`, and, read
    from the rows: rows_by_split_and_n, elements (smallest, median, 90th percentile and largest
    number of elements of an interval), degrees (for each degree of P the number of rows and of
    distinct polynomials).

    Args:
        chosen: The dataset.
        report: Called with the number of shards read and of all.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from data_gen.generation import generate
        >>> with TemporaryDirectory() as folder:
        ...     facts = describe(generate(4, f"{folder}/s4", select="all"))
        >>> facts["degrees"]
        [{'degree': 0, 'rows': 207, 'polynomials': 1}, {'degree': 1, 'rows': 6, 'polynomials': 1}]
    """
    manifest = chosen.manifest
    rows: Counter[tuple[str, int]] = Counter()
    elements: Counter[int] = Counter()
    polynomials: Counter[tuple[int, ...]] = Counter()
    for done, (split, table) in enumerate(_tables(chosen), start=1):
        rows.update({(split, n): count for n, count in _counted(table["n"]).items()})
        elements.update(_counted(table["num_nodes"]))
        polynomials.update(_counted_lists(table["kl"]))
        if report is not None:
            report(done, len(manifest.shards))
    return {
        "path": str(chosen.path),
        "title": dataset_title(manifest.parameters.ns),
        "selection": manifest.meaning,
        "command": manifest.parameters.command(chosen.path),
        **manifest.summary(),
        "rows_by_split_and_n": {
            split: {str(n): rows[split, n] for n in manifest.parameters.ns}
            for split in manifest.counts["splits"]
        },
        "elements": _quantiles(elements),
        "degrees": _degrees(polynomials),
    }


def _tables(chosen: IntervalDataset) -> Iterable[tuple[str, pa.Table]]:
    columns = [schema.N, schema.NUM_NODES, schema.KL]
    splits = [shard.split for shard in chosen.manifest.shards]
    return zip(splits, chosen.scan(columns), strict=True)


def _counted(column: pa.ChunkedArray) -> dict[int, int]:
    return {pair["values"]: pair["counts"] for pair in column.value_counts().to_pylist()}


def _counted_lists(column: pa.ChunkedArray) -> Counter[tuple[int, ...]]:
    """How often each polynomial occurs: one sort for all those of a degree."""
    counts: Counter[tuple[int, ...]] = Counter()
    for chunk in column.chunks:
        values, offsets = chunk.flatten().to_numpy(), np.asarray(chunk.offsets)
        lengths, starts = np.diff(offsets), offsets[:-1] - offsets[0]
        for length in np.unique(lengths):
            places = starts[lengths == length][:, None] + np.arange(length)
            found, times = np.unique(values[places], axis=0, return_counts=True)
            pairs = zip(found.tolist(), times.tolist(), strict=True)
            counts.update({tuple(polynomial): count for polynomial, count in pairs})
    return counts


def _quantiles(elements: Counter[int]) -> dict[str, int]:
    sizes, total = sorted(elements), elements.total()
    wanted = {"smallest": 0.0, "median": 0.5, "nine_tenths": 0.9, "largest": 1.0}
    found: dict[str, int] = {}
    for name, share in wanted.items():
        seen = 0
        for size in sizes:
            seen += elements[size]
            if seen >= share * total:
                found[name] = size
                break
    return found


def _degrees(polynomials: Counter[tuple[int, ...]]) -> list[dict[str, int]]:
    rows: Counter[int] = Counter()
    for polynomial, count in polynomials.items():
        rows[len(polynomial) - 1] += count
    distinct = Counter(len(polynomial) - 1 for polynomial in polynomials)
    return [
        {"degree": degree, "rows": rows[degree], "polynomials": distinct[degree]}
        for degree in sorted(rows)
    ]
