"""Which intervals are checked, and what on each: one value that says it all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from analysis.formulas_at_large.interval import Limits
from analysis.formulas_at_large.population import (
    Population,
    classes_of_group,
    cores_of_group,
    sampled_classes,
)
from data_gen.errors import UsageError
from data_gen.progress import Progress

__all__ = ["Kind", "Scope"]

Kind = Literal["classes", "new-classes", "cores", "sample"]


@dataclass(frozen=True)
class Scope:
    """What is checked.

    Attributes:
        n: Intervals of this S_n.
        kind: "classes": one interval of each isomorphism class; "new-classes": those of them that
            are not in S_{n-1}; "cores": one of each core, see
            `analysis.formulas_at_large.population`; "sample": pairwise non-isomorphic ones, drawn.
        max_nodes: Intervals of at most so many elements; None for no limit.
        sample: How many are drawn.
        seed: Of the draws.
        limits: How much is looked at on each interval.

    Raises:
        UsageError: If a sample has no size or no limit, or is asked for where there is none.

    Example:
        >>> from data_gen.progress import no_progress
        >>> kinds = ("classes", "new-classes", "cores")
        >>> [len(Scope(4, kind).population(no_progress)) for kind in kinds]
        [13, 10, 35]
        >>> Scope(9, "sample", max_nodes=300, sample=20).limits.upper
        False
    """

    n: int
    kind: Kind = "classes"
    max_nodes: int | None = None
    sample: int = 0
    seed: int = 0
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        """Refuses what makes no sense."""
        if (self.kind == "sample") != (self.sample > 0):
            raise UsageError(
                f"a sample of {self.sample} intervals of the kind {self.kind!r}: a sample has a "
                "positive size, and the other kinds have none."
            )
        if self.kind == "sample" and self.max_nodes is None:
            raise UsageError("a sample has a limit on the number of elements: give max_nodes.")
        if self.kind == "cores" and self.max_nodes is not None:
            raise UsageError("all cores are checked: leave max_nodes out.")

    def population(self, progress: Progress) -> Population:
        """The intervals."""
        if self.kind == "sample":
            return sampled_classes(self.n, self.sample, self.seed, self.max_nodes or 0, progress)
        if self.kind == "cores":
            return cores_of_group(self.n)
        return classes_of_group(self.n, self.max_nodes, self.kind == "new-classes", progress)
