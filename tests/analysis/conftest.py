"""One dataset and one run for all tests of this room."""

import pytest
import torch

from tests.small_run import make_dataset, make_run, train_run


@pytest.fixture(autouse=True, scope="session")
def one_thread():
    """Networks this small only wait for a second thread."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def dataset(tmp_path_factory):
    return make_dataset(tmp_path_factory.mktemp("data") / "s45")


@pytest.fixture(scope="session")
def run(dataset, tmp_path_factory):
    return make_run(tmp_path_factory.mktemp("runs") / "davies", dataset)


@pytest.fixture(scope="session")
def blind_run(dataset, tmp_path_factory):
    return make_run(tmp_path_factory.mktemp("runs") / "blind", dataset, blind=True)


@pytest.fixture(scope="session")
def trained_run(dataset, one_thread, tmp_path_factory):
    """A run that can be trained again: one epoch. Only what is trained beside it may be added."""
    return train_run(tmp_path_factory.mktemp("runs") / "trained", dataset)
