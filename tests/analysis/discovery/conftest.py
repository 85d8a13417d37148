"""One search, run once: everything else looks at what it found."""

import pytest

from analysis.discovery.results import Budget, Discoveries
from analysis.discovery.run import discover
from analysis.discovery.tables import InvariantTable, join_tables, table_of_classes

BUDGET = Budget(terms=2, larger=(5,), samples=(), polynomials=(), rounds=1, permutations=5)


@pytest.fixture(scope="session")
def small() -> InvariantTable:
    return table_of_classes(4)


@pytest.fixture(scope="session")
def middle() -> InvariantTable:
    return join_tables([table_of_classes(4), table_of_classes(5)])


@pytest.fixture(scope="session")
def discoveries() -> Discoveries:
    return discover([3, 4], ["", "lower"], BUDGET, seed=1)
