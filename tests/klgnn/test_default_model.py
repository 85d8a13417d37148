"""The model that comes with the package, whichever it is."""

import pytest

from klgnn.prediction import predict
from klgnn.runs import DEFAULT_MODEL, Run, RunFiles
from klgnn.similarity import find_index
from klgnn.subject import Subject


@pytest.fixture(scope="module")
def run() -> Run:
    return Run.default()


def test_it_is_complete(run):
    for name in {*RunFiles.ALL} - {RunFiles.LOG, RunFiles.CHECKPOINT, RunFiles.CHECKPOINT_DRAFT}:
        assert (DEFAULT_MODEL / name).is_file(), name
    assert run.config.dataset_path == ""
    assert run.manifest.fingerprint == run.config.dataset_fingerprint
    assert find_index(run).rows == sum(shard.rows for shard in run.manifest.shards)


def test_it_is_small():
    assert sum(path.stat().st_size for path in DEFAULT_MODEL.rglob("*")) < 3_000_000


def test_its_card_has_its_results(run):
    card = (DEFAULT_MODEL / RunFiles.CARD).read_text(encoding="utf-8")
    assert f"{run.metrics['test']['exact']['network']:.3f}" in card
    assert run.config.dataset_fingerprint in card


def test_nothing_in_it_names_a_machine():
    for path in DEFAULT_MODEL.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert b"/tmp/" not in content
            assert b"/home/" not in content


def test_what_a_command_line_calls_it(run):
    assert Run.find(None) == Run.find("default") == run
    assert run.name == "default"


@pytest.mark.parametrize(
    ("x", "w"), [("1", "1"), ("123", "321"), ("1324", "3412"), ("12345", "52341")]
)
def test_it_knows_the_smallest(run, x, w):
    assert predict(run, Subject.of_interval(x, w)).is_right
