"""One dataset and one run for all tests of this room."""

import pytest

from tests.small_run import make_dataset, make_run


@pytest.fixture(scope="session")
def dataset(tmp_path_factory):
    return make_dataset(tmp_path_factory.mktemp("data") / "s45")


@pytest.fixture(scope="session")
def run(dataset, tmp_path_factory):
    return make_run(tmp_path_factory.mktemp("runs") / "davies", dataset)


@pytest.fixture(scope="session")
def blind_run(dataset, tmp_path_factory):
    return make_run(tmp_path_factory.mktemp("runs") / "blind", dataset, blind=True)
