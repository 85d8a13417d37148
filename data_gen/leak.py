"""What the test of a dataset has in common with its training part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from data_gen import schema
from data_gen.dataset import IntervalDataset
from data_gen.polynomials import coefficients_to_text
from data_gen.split_rule import SPLITS

__all__ = ["Leak", "SplitPart", "find_leak"]


@dataclass(frozen=True)
class SplitPart:
    """One split.

    Attributes:
        rows: How many intervals.
        classes: How many isomorphism classes they are in.
        polynomials: How many distinct polynomials they have.
        twins: How many of the rows have an isomorphic interval in train; 0 for train itself.
        unseen_polynomials: How many of its polynomials do not occur in train; 0 for train itself.

    Example:
        >>> leak = Leak({"train": SplitPart(8, 2, 1), "test": SplitPart(2, 1, 1, twins=2)})
        >>> leak.splits["test"].twins, leak.to_dict()["splits"]["test"]["classes"]
        (2, 1)
    """

    rows: int = 0
    classes: int = 0
    polynomials: int = 0
    twins: int = 0
    unseen_polynomials: int = 0


@dataclass(frozen=True)
class Leak:
    """All splits, by name."""

    splits: dict[str, SplitPart] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


def find_leak(dataset: IntervalDataset, progress: Callable[[int, int], None] | None = None) -> Leak:
    """Counts twins between the splits of a dataset.

    Args:
        dataset: Read shard by shard.
        progress: Called with (shards done, shards).

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from data_gen.generation import generate
        >>> with TemporaryDirectory() as folder:
        ...     leak = find_leak(generate(4, f"{folder}/s4", select="all", split_by="row"))
        >>> leak.splits["test"].twins > 0
        True
    """
    total = len(dataset.manifest.shards)
    trained: tuple[set[str], set[str]] = (set(), set())
    parts, done = {}, 0
    for name in SPLITS:  # train comes first
        rows, twins = 0, 0
        classes: set[str] = set()
        polynomials: set[str] = set()
        for table in dataset.tables([schema.ISO_CLASS, schema.KL], split=name):
            names = table[schema.ISO_CLASS].to_pylist()
            rows += len(names)
            twins += sum(one in trained[0] for one in names)
            classes.update(names)
            polynomials.update(map(coefficients_to_text, table[schema.KL].to_pylist()))
            done += 1
            if progress:
                progress(done, total)
        if name == "train":
            trained = classes, polynomials
        unseen = len(polynomials - trained[1])
        parts[name] = SplitPart(rows, len(classes), len(polynomials), twins, unseen)
    return Leak(parts)
