"""Simple hypotheses under which relations are looked for: which intervals fulfil them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.discovery.relations import Relation, parse_relation
from data_gen.errors import UsageError

__all__ = ["HYPOTHESES", "Columns", "Hypothesis", "find_hypothesis"]


class Columns(Protocol):
    """What a hypothesis is tested on: some intervals, such as an `InvariantTable`.

    Example:
        >>> class Two:
        ...     is_lower = np.array([True, False])
        ...     is_regular = np.array([True, True])
        ...
        ...     def __len__(self):
        ...         return 2
        ...
        ...     def __getitem__(self, name):
        ...         return {"length": np.array([3, 5])}[name]
        >>> [find_hypothesis(name).test(Two()).tolist() for name in ("lower", "length<=4")]
        [[True, False], [True, False]]
    """

    def __len__(self) -> int:
        """How many intervals."""

    def __getitem__(self, name: str) -> NDArray[np.int64]:
        """An invariant of each."""

    @property
    def is_lower(self) -> NDArray[np.bool_]:
        """Whether each is isomorphic to some [e, w]."""

    @property
    def is_regular(self) -> NDArray[np.bool_]:
        """Whether the graph of each is regular."""


_SHORT = re.compile(r"length<=(\d+)")


@dataclass(frozen=True)
class Hypothesis:
    """A condition on an interval.

    Attributes:
        name: How it is asked for; empty for no condition.
        words: What it says.
        test: For each row of a table whether it is fulfilled: bool[M].
        definitions: What it says about the invariants outright.
        is_self_dual: Whether a graph fulfils it if the reversed graph does.

    Example:
        >>> equal = HYPOTHESES["atoms=coatoms"]
        >>> equal.words, list(map(str, equal.definitions)), equal.is_self_dual
        ('as many atoms as coatoms', ['atoms = coatoms'], True)
        >>> from analysis.discovery.tables import table_of_classes
        >>> int(equal.test(table_of_classes(4)).sum())
        9
    """

    name: str
    words: str
    test: Callable[[Columns], NDArray[np.bool_]]
    definitions: tuple[Relation, ...] = ()
    is_self_dual: bool = True


def _everything(table: Columns) -> NDArray[np.bool_]:
    return np.ones(len(table), dtype=np.bool_)


def _hypothesis(
    name: str,
    words: str,
    test: Callable[[Columns], NDArray[np.bool_]],
    *texts: str,
    is_self_dual: bool = True,
) -> Hypothesis:
    outright = tuple(parse_relation(text, name) for text in texts)
    return Hypothesis(name, words, test, outright, is_self_dual)


_ALL = (
    _hypothesis("", "any interval", _everything),
    _hypothesis(
        "P=1",
        "P = 1",
        lambda table: table["kl_at_1"] == 1,
        *("kl_at_1 = 1", "kl_1 = 0", "kl_2 = 0", "kl_degree = 0", "kl_lead = 1"),
        is_self_dual=False,
    ),
    _hypothesis(
        *("lower", "isomorphic to some [e, w]", lambda table: table.is_lower), is_self_dual=False
    ),
    _hypothesis(
        "d=l",
        "no directed path from bottom to top is shorter than l",
        lambda table: table["distance"] == table["length"],
        # an edge that skips ranks would make a path shorter
        *("distance = length", "covers = edges", "atoms = out_degree", "coatoms = in_degree"),
    ),
    _hypothesis(
        "atoms=coatoms",
        "as many atoms as coatoms",
        lambda table: table["atoms"] == table["coatoms"],
        "atoms = coatoms",
    ),
    _hypothesis(
        "regular",
        "every element has l edges, up and down together",
        lambda table: table.is_regular,
        *("out_degree = length", "in_degree = length"),
    ),
)

HYPOTHESES: dict[str, Hypothesis] = {one.name: one for one in _ALL}
"""Those with a name; ``length<=k`` is understood for every k."""


def find_hypothesis(name: str) -> Hypothesis:
    """The hypothesis of a name.

    Raises:
        UsageError: If there is none.

    Example:
        >>> find_hypothesis("length<=4").words
        'length at most 4'
    """
    compact = "".join(name.split())
    if compact in HYPOTHESES:
        return HYPOTHESES[compact]
    match = _SHORT.fullmatch(compact)
    if match is None:
        known = ", ".join(repr(one) for one in HYPOTHESES if one)
        raise UsageError(f"{name!r} is no hypothesis; there are {known} and 'length<=4' for any k.")
    most = int(match[1])
    return _hypothesis(
        compact,
        f"length at most {most}",
        lambda table: table["length"] <= most,
        f"length <= {most}",
    )
