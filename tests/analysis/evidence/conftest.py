import pytest

from tests.analysis.evidence.fans import make_fans


@pytest.fixture(scope="session")
def fans():
    return make_fans()
