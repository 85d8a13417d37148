"""What is measured: for each suite the classes, how they are split, and why it is worth asking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

from data_gen.errors import UsageError
from klgnn.benchmark.intervals import Intervals

__all__ = ["QUICK_SUITES", "SUITES", "Suite", "find_suite"]


@dataclass(frozen=True)
class Suite:
    """A test set with what may be learnt from.

    Attributes:
        name: What the user types.
        title: A few words, for headings.
        meaning: Sentences for the page of results.
        intervals: The selections whose classes are asked about: the roots.
        groups: (n, most elements): every class of S_n up to that size may be learnt from too.
        only_new: Whether every root that no group knows is for the test; otherwise a share of all.
        strict: Leaves out of training every class that contains a held-out class of so many
            elements; None for not.
        val_share: The share of the roots for validation; of those the groups know, if `only_new`.
        test_share: The share of the roots for the test, unless `only_new`.
        split_seed: Of the order in which the roots are dealt out.

    Example:
        >>> asked = (Intervals(5),)
        >>> suite = Suite("s5", "S_5", "All of S_5.", asked, groups=((5, 120),), val_share=0.3)
        >>> suite.name, suite.settings()["groups"], suite.settings()["val_share"]
        ('s5', ((5, 120),), 0.3)
    """

    name: str
    title: str
    meaning: str
    intervals: tuple[Intervals, ...]
    groups: tuple[tuple[int, int], ...] = ()
    only_new: bool = False
    strict: int | None = None
    val_share: float = 0.1
    test_share: float = 0.2
    split_seed: int = 1000

    def settings(self) -> dict[str, Any]:
        """All that the classes and their split depend on, as plain values."""
        values = asdict(self)
        return {key: values[key] for key in values if key not in ("name", "title", "meaning")}


_S8 = Intervals(8, max_nodes=500)

_ALL = (
    Suite(
        name="s8-unseen",
        title="Unseen classes of S_8, up to 500 elements",
        meaning=(
            "Isomorphism classes of extremal intervals of S_8 with at most 500 elements. A fifth "
            "of them is the test, a tenth chooses between settings. Everything else in S_8 up to "
            "500 elements may be learnt from, also classes that contain a test interval as an "
            "upper interval."
        ),
        intervals=(_S8,),
        groups=((8, 500),),
    ),
    Suite(
        name="s7-to-s8",
        title="From S_7 to S_8",
        meaning=(
            "The extremal classes of S_8 with at most 500 elements that do not occur in S_7. "
            "Nothing but classes of S_7 with at most 1,000 elements is learnt from, so no training "
            "class contains a test class. Some coefficients of the test exceed all of S_7."
        ),
        intervals=(_S8,),
        groups=((7, 1000),),
        only_new=True,
    ),
    Suite(
        name="s8-strict",
        title="Unseen classes of S_8, strict",
        meaning=(
            "The same test as in the first suite. A training class that contains a held-out class "
            "has seen its graph, though not its label; here every class that contains a held-out "
            "class of 150 or more elements is taken out of training."
        ),
        intervals=(_S8,),
        groups=((8, 500),),
        strict=150,
    ),
    Suite(
        name="s8-to-s9",
        title="From S_8 to S_9",
        meaning=(
            "One irreducible interval of S_9 for each polynomial and number of elements, up to "
            "2,000 elements, without those that occur in S_8 up to 500 elements. Nothing but "
            "classes of S_8 with at most 500 elements is learnt from, so no training class "
            "contains a test class, and most of the test is larger than all of them."
        ),
        intervals=(Intervals(9, "polynomials-by-size", max_nodes=2000),),
        groups=((8, 500),),
        only_new=True,
    ),
    Suite(
        name="s9",
        title="S_9 and high degrees, up to 2,000 elements",
        meaning=(
            "One irreducible interval of S_9 for each polynomial and number of elements, up to "
            "2,000 elements, and the extremal classes of S_8 of degree at least 4 with 501 to "
            "2,000 elements. A fifth of both is the test, a tenth chooses between settings. Learnt "
            "from are S_8 up to 500 elements, the other intervals of these lists, and what lies "
            "inside them."
        ),
        intervals=(
            Intervals(9, "polynomials-by-size", max_nodes=2000),
            Intervals(8, max_nodes=2000, min_nodes=501, min_degree=4),
        ),
        groups=((8, 500),),
    ),
)

_QUICK = (
    Suite(
        name="s6-unseen",
        title="Unseen classes of S_6",
        meaning="Extremal classes of S_6, to try the command: it says little about anything.",
        intervals=(Intervals(6, max_nodes=300),),
        groups=((6, 300),),
    ),
    Suite(
        name="s5-to-s6",
        title="From S_5 to S_6",
        meaning="Extremal classes of S_6 that do not occur in S_5, to try the command.",
        intervals=(Intervals(6, max_nodes=300),),
        groups=((5, 120),),
        only_new=True,
    ),
    Suite(
        name="s6-strict",
        title="Unseen classes of S_6, strict",
        meaning="Like s6-unseen; no training class contains a held-out class of 30 elements.",
        intervals=(Intervals(6, max_nodes=300),),
        groups=((6, 300),),
        strict=30,
    ),
    Suite(
        name="s6-mixed",
        title="Polynomials of S_6, and S_5",
        meaning="Two selections in one suite, to try the command.",
        intervals=(
            Intervals(6, "polynomials-by-size", max_nodes=500),
            Intervals(5, min_nodes=20, min_degree=1),
        ),
        groups=((5, 120),),
    ),
)

SUITES: Mapping[str, Suite] = MappingProxyType({suite.name: suite for suite in _ALL})
"""The suites that results are reported on."""

QUICK_SUITES: Mapping[str, Suite] = MappingProxyType({suite.name: suite for suite in _QUICK})
"""Small ones of the same kinds, built by the same code in seconds: for tests and for trying out."""


def find_suite(name: str) -> Suite:
    """Looks up a suite.

    Raises:
        UsageError: If there is none of this name; the message lists those there are.

    Example:
        >>> find_suite("s8-strict").strict
        150
    """
    found = SUITES.get(name) or QUICK_SUITES.get(name)
    if found is None:
        names = ", ".join((*SUITES, *QUICK_SUITES))
        raise UsageError(f"There is no suite {name!r}; there are {names}.")
    return found
