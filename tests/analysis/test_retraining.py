"""Networks that are trained beside a run."""

import hashlib
import shutil

import pytest

from analysis import retraining
from analysis.retraining import retrain
from data_gen.errors import RunError, UsageError
from klgnn.runs import Run, RunFiles


def weights(run):
    return (run.path / RunFiles.WEIGHTS).read_bytes()


def own_files(folder):
    """The bytes of a run's own files, and when they were written."""
    return {
        path.relative_to(folder): (
            hashlib.sha256(path.read_bytes()).hexdigest(),
            path.stat().st_mtime_ns,
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file() and RunFiles.RETRAINED not in path.relative_to(folder).parts
    }


def a_copy(run, folder):
    shutil.copytree(run.path, folder, ignore=shutil.ignore_patterns(RunFiles.RETRAINED))
    return Run.open(folder).with_dataset(run.dataset_path)


@pytest.fixture(scope="module")
def own(trained_run, tmp_path_factory):
    return a_copy(trained_run, tmp_path_factory.mktemp("retraining") / "run")


@pytest.fixture(scope="module")
def before(own):
    return own_files(own.path)


@pytest.fixture(scope="module")
def told():
    return []


@pytest.fixture(scope="module")
def ensemble(own, before, told):
    return retrain(own, networks=3, shuffled=2, progress=lambda *done: told.append(done))


def test_the_run_comes_first_then_the_seeds_in_order(ensemble, own, told):
    assert ensemble.trained[0].path == own.path
    assert [run.config.seed for run in ensemble.trained] == [0, 1, 2]
    assert [run.config.seed for run in ensemble.shuffled] == [0, 1]
    assert len({weights(run) for run in (*ensemble.trained, *ensemble.shuffled)}) == 5
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_shuffled_runs_say_so_and_lie_beside_the_others(ensemble, own):
    folder = own.path / RunFiles.RETRAINED
    assert sorted(path.name for path in folder.iterdir()) == [
        *("seed-1", "seed-2", "shuffled-0", "shuffled-1")
    ]
    assert all(run.config.training["shuffled"] for run in ensemble.shuffled)
    assert not any("shuffled" in run.config.training for run in ensemble.trained)
    for run in (*ensemble.trained[1:], *ensemble.shuffled):
        assert run.config.training.get("epochs") == own.config.training["epochs"]
        assert run.config.dataset_fingerprint == own.config.dataset_fingerprint
        assert 0 <= run.metrics["test"]["exact"]["network"] <= 1


def test_the_runs_own_files_are_not_touched(ensemble, own, before):
    assert own_files(own.path) == before


def test_what_is_there_is_not_trained_again(ensemble, own, monkeypatch):
    monkeypatch.setattr("klgnn.training._train_into", pytest.fail)
    monkeypatch.setattr(retraining, "fit_baselines", pytest.fail)
    again = retrain(own, networks=3, shuffled=2)
    assert [run.path for run in again.trained] == [run.path for run in ensemble.trained]
    fewer = retrain(own, networks=2, shuffled=0)
    assert [run.path for run in fewer.trained] == [run.path for run in ensemble.trained[:2]]
    assert fewer.shuffled == ()


def test_only_what_is_missing_is_trained(ensemble, own, monkeypatch):
    """An interrupted one goes on, and comes out the same."""
    gone = ensemble.trained[1]
    kept = weights(gone)
    for name in (RunFiles.METRICS, RunFiles.WEIGHTS):
        (gone.path / name).unlink()
    trained = []
    real = retraining.train_again
    monkeypatch.setattr(
        retraining,
        "train_again",
        lambda run, path, *rest, **more: trained.append(path) or real(run, path, *rest, **more),
    )
    times = {
        run.path: (run.path / RunFiles.WEIGHTS).stat().st_mtime_ns for run in ensemble.shuffled
    }
    again = retrain(own, networks=2, shuffled=2)
    assert gone.path in trained
    assert weights(again.trained[1]) == kept
    for path, time in times.items():
        assert (path / RunFiles.WEIGHTS).stat().st_mtime_ns == time


def test_one_network_and_no_control_train_nothing(trained_run, tmp_path):
    run = a_copy(trained_run, tmp_path / "run")
    ensemble = retrain(run, networks=1, shuffled=0)
    assert (ensemble.trained, ensemble.shuffled) == ((run,), ())
    assert not (run.path / RunFiles.RETRAINED).exists()


def test_those_of_the_packages_model_lie_where_caches_belong(trained_run, tmp_path, monkeypatch):
    run = a_copy(trained_run, tmp_path / "package")
    monkeypatch.setattr(retraining, "DEFAULT_MODEL", run.path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    files = own_files(run.path)
    (shuffled,) = retrain(run, networks=1, shuffled=1).shuffled
    assert (tmp_path / "cache") in shuffled.path.parents
    assert own_files(run.path) == files
    assert not (run.path / RunFiles.RETRAINED).exists()


@pytest.mark.parametrize(("networks", "shuffled"), [(0, 0), (-1, 2), (1, -1)])
def test_numbers_that_make_no_sense(trained_run, networks, shuffled):
    with pytest.raises(UsageError, match=f"{networks} networks and {shuffled} controls"):
        retrain(trained_run, networks, shuffled)


def test_without_its_dataset_nothing_is_trained(trained_run, tmp_path):
    run = a_copy(trained_run, tmp_path / "run").with_dataset(tmp_path / "gone")
    with pytest.raises(RunError, match="gone"):
        retrain(run, 2, 0)


@pytest.mark.slow
def test_workers_change_no_weights(ensemble, trained_run, tmp_path):
    run = a_copy(trained_run, tmp_path / "run")
    by_two = retrain(run, networks=2, shuffled=1, workers=2)
    assert [weights(one) for one in by_two.trained] == [
        weights(one) for one in ensemble.trained[:2]
    ]
    assert weights(by_two.shuffled[0]) == weights(ensemble.shuffled[0])
