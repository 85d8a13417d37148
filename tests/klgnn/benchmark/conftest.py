"""Problems that the tests of the benchmark share."""

import pytest

from klgnn.benchmark import build_problem, find_suite


@pytest.fixture(scope="session")
def data(tmp_path_factory):
    return tmp_path_factory.mktemp("benchmark-data")


@pytest.fixture(scope="session")
def problems(data):
    """Every quick suite, built once."""
    names = ("s6-unseen", "s5-to-s6", "s6-strict", "s6-mixed")
    return {name: build_problem(find_suite(name), data) for name in names}
