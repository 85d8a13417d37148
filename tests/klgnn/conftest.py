"""Small real datasets that the tests of the learning room share."""

import shutil

import pytest
import torch

from data_gen.dataset import IntervalDataset
from data_gen.generation import generate
from klgnn.runs import Run
from klgnn.training import train


@pytest.fixture(scope="session")
def s5(tmp_path_factory) -> IntervalDataset:
    """One interval of S_5 for each of the 91 isomorphism classes."""
    return generate([5], tmp_path_factory.mktemp("learning") / "s5", select="classes")


@pytest.fixture(scope="session")
def s5_all(tmp_path_factory) -> IntervalDataset:
    """All 3781 intervals of S_5."""
    return generate([5], tmp_path_factory.mktemp("learning") / "s5-all", select="all")


@pytest.fixture(scope="session")
def short_run(one_thread, s5, tmp_path_factory) -> Run:
    """Two epochs of the default preset on S_5. Tests must not change its folder."""
    folder = tmp_path_factory.mktemp("runs") / "short"
    return train(s5, folder, epochs=2, progress=False)


@pytest.fixture
def own_run(short_run, tmp_path) -> Run:
    """A copy of that run, to be changed."""
    shutil.copytree(short_run.path, tmp_path / "run")
    return Run.open(tmp_path / "run").with_dataset(short_run.dataset_path)


@pytest.fixture(autouse=True, scope="session")
def one_thread():
    """Several small processes with many threads each would only wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
